//! Traditional to Simplified Chinese, character by character.
//!
//! A phrase table would convert better for readers; for search both sides only have to meet, and a table of single
//! characters keeps every place where it was. The data and its licence stand in `traditional.txt`.

use std::collections::HashMap;
use std::sync::LazyLock;

/// The characters that a direct table holds: CJK Unified Ideographs and Extension A.
const FIRST: u32 = 0x3400;
const LAST: u32 = 0x9FFF;

struct Table {
    /// The simplified form of every character from `FIRST` to `LAST`, itself where there is none.
    direct: Vec<char>,
    /// The others: a few hundred beyond the basic plane.
    rare: HashMap<char, char>,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| Table::read(include_str!("traditional.txt")));

impl Table {
    fn read(text: &str) -> Self {
        let mut table = Self {
            direct: (FIRST..=LAST).map(|code| char::from_u32(code).unwrap_or(' ')).collect(),
            rare: HashMap::new(),
        };
        for line in text.lines().filter(|line| !line.starts_with('#')) {
            let mut characters = line.chars();
            let (Some(traditional), Some(simplified)) = (characters.next(), characters.next()) else { continue };
            match direct_place(traditional).and_then(|place| table.direct.get_mut(place)) {
                Some(slot) => *slot = simplified,
                None => drop(table.rare.insert(traditional, simplified)),
            }
        }
        table
    }
}

fn direct_place(character: char) -> Option<usize> {
    let code = u32::from(character);
    (FIRST..=LAST).contains(&code).then(|| (code - FIRST) as usize)
}

/// The simplified form of a character; the character itself where there is none.
#[inline]
pub(crate) fn simplified(character: char) -> char {
    match direct_place(character).and_then(|place| TABLE.direct.get(place)) {
        Some(form) => *form,
        None if u32::from(character) > 0xFFFF => TABLE.rare.get(&character).copied().unwrap_or(character),
        None => character,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn traditional_becomes_simplified() {
        let pairs = "退退款款發发裡里裏里價价錢钱灣湾臺台龍龙";
        let characters: Vec<char> = pairs.chars().collect();
        for pair in characters.chunks(2) {
            assert_eq!(simplified(pair[0]), pair[1]);
        }
        assert_eq!(simplified('a'), 'a');
        assert_eq!(simplified('😀'), '😀');
        assert_eq!(simplified('𩷰'), '𩾄');
    }

    #[test]
    fn twice_is_once() {
        for code in FIRST..=0x2_FFFF {
            let Some(character) = char::from_u32(code) else { continue };
            assert_eq!(simplified(simplified(character)), simplified(character), "{character}");
        }
    }
}
