//! The one form in which texts and queries meet: index, query, highlighting and plain scans all fold first.
//!
//! NFKC, lower case, Traditional to Simplified by character, every run of white space and controls to one space, and
//! characters that nobody sees (zero-width spaces, variation selectors, direction marks) left out, so that they cannot
//! hide a word. Changing anything here changes what the index holds: raise `schema.rs` with it.

use std::iter::Peekable;
use std::ops::Range;

use unicode_normalization::char::{canonical_combining_class, decompose_compatible};
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

use crate::traditional::simplified;

/// The folded form of a text.
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    fold_into(text, &mut folded);
    folded
}

/// Appends the folded form of a text.
pub(crate) fn fold_into(text: &str, folded: &mut String) {
    scan(text, |character, _| folded.push(character));
}

/// A folded text that remembers where each of its characters came from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Folded {
    /// The folded characters.
    pub(crate) characters: Vec<char>,
    /// For each of them the bytes of the original that it came from.
    pub(crate) origins: Vec<Range<usize>>,
}

impl Folded {
    /// Folds a text and keeps the origins.
    pub(crate) fn new(text: &str) -> Self {
        let mut folded = Self::default();
        scan(text, |character, origin| {
            folded.characters.push(character);
            folded.origins.push(origin);
        });
        folded
    }
}

/// Folds, and gives each character with the bytes that it came from.
fn scan(text: &str, mut emit: impl FnMut(char, Range<usize>)) {
    let mut after_space = false;
    let mut emit = |character: char, origin: Range<usize>| {
        let space = character.is_whitespace() || character.is_control();
        if !space {
            emit(character, origin);
        } else if !after_space {
            emit(' ', origin);
        }
        after_space = space;
    };
    let mut source = text.char_indices().filter(|(_, character)| !is_invisible(*character)).peekable();
    let mut cluster = String::new();
    while let Some((start, character)) = source.next() {
        let alone = source.peek().is_none_or(|(_, next)| !joins(*next));
        if alone && is_plain(character) {
            emit(lower_plain(character), start..start + character.len_utf8());
        } else {
            let end = gather(&mut cluster, character, start, &mut source);
            fold_cluster(&cluster, &(start..end), &mut emit);
        }
    }
}

/// A character and all behind it that may melt into it. Returns where they end.
fn gather(
    cluster: &mut String,
    first: char,
    start: usize,
    source: &mut Peekable<impl Iterator<Item = (usize, char)>>,
) -> usize {
    cluster.clear();
    cluster.push(first);
    let mut end = start + first.len_utf8();
    while let Some((place, next)) = source.next_if(|(_, next)| joins(*next)) {
        cluster.push(next);
        end = place + next.len_utf8();
    }
    end
}

fn fold_cluster(cluster: &str, origin: &Range<usize>, emit: &mut impl FnMut(char, Range<usize>)) {
    for composed in cluster.nfkc() {
        for lower in composed.to_lowercase() {
            // The final sigma is the same letter as the other one.
            emit(simplified(if lower == 'ς' { 'σ' } else { lower }), origin.clone());
        }
    }
}

/// Characters that NFKC leaves alone and that have no case but ASCII's: nearly all of a Chinese message.
#[inline]
fn is_plain(character: char) -> bool {
    matches!(u32::from(character), 0..=0x7F | 0x3001..=0x3029 | 0x3041..=0x3096 | 0x30A1..=0x30FA | 0x3400..=0x9FFF | 0xAC00..=0xD7A3)
}

#[inline]
fn lower_plain(character: char) -> char {
    if character.is_ascii() { character.to_ascii_lowercase() } else { simplified(character) }
}

/// Whether normalisation may melt this character into the one before it.
#[inline]
fn joins(character: char) -> bool {
    match u32::from(character) {
        0..=0x2FF | 0x2000..=0x206F | 0x3000..=0x3029 | 0x3400..=0x9FFF | 0xAC00..=0xD7A3 | 0xFF01..=0xFF60 => false,
        _ => joins_by_tables(character),
    }
}

fn joins_by_tables(character: char) -> bool {
    let mut first = None;
    decompose_compatible(character, |part| {
        first.get_or_insert(part);
    });
    let first = first.unwrap_or(character);
    [character, first]
        .iter()
        .any(|c| canonical_combining_class(*c) != 0 || is_nfc_quick(std::iter::once(*c)) == IsNormalized::Maybe)
}

/// Characters that take no room on the screen and say nothing (a part of Unicode's `Default_Ignorable_Code_Point`).
#[inline]
fn is_invisible(character: char) -> bool {
    matches!(u32::from(character),
        0xAD | 0x34F | 0x61C | 0x17B4 | 0x17B5 | 0x180B..=0x180F | 0x200B..=0x200F | 0x202A..=0x202E
        | 0x2060..=0x206F | 0xFE00..=0xFE0F | 0xFEFF | 0xE_0000..=0xE_0FFF)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(text: &str, expected: &str) {
        assert_eq!(fold(text), expected, "{text:?}");
        let folded = Folded::new(text);
        assert_eq!(folded.characters.iter().collect::<String>(), expected);
        assert_eq!(folded.origins.len(), folded.characters.len());
    }

    #[test]
    fn folds_width_case_script_and_space() {
        check("ＡＢＣ１２３，：！", "abc123,:!");
        check("退款 Refund　\t\r\n ＯＫ", "退款 refund ok");
        check("龍門客棧", "龙门客栈");
        check("ﬁne Ⅳ ㍿ ①", "fine iv 株式会社 1");
        check("ｶﾞ か\u{3099}", "ガ が");
        check("e\u{301}É", "éé");
        check("\u{1112}\u{1161}\u{11ab}", "한");
        check("ΣΑΣ ΣΑς", "σασ σασ");
        check("\u{f9dc}", "隆");
        check("😀🏳\u{fe0f}\u{200d}🌈", "😀🏳🌈");
        check("退\u{200b}款\u{feff}", "退款");
        check("a\u{0}\u{1}b\u{85}c", "a b c");
        check("", "");
    }

    #[test]
    fn origins_name_the_bytes_that_made_a_character() {
        let folded = Folded::new("Ａ e\u{301}㍿");
        assert_eq!(folded.origins, [0..3, 3..4, 4..7, 7..10, 7..10, 7..10, 7..10]);
    }

    proptest! {
        #[test]
        fn is_normalised_lowered_and_stable(text in any::<String>()) {
            let folded = fold(&text);
            prop_assert_eq!(&fold(&folded), &folded);
            prop_assert!(!folded.contains("  "));
        }

        #[test]
        fn clusters_agree_with_whole_text_normalisation(text in "[a-zA-Z가-힣ᄀ-ᇿか-ゟｦ-ﾟ\u{300}-\u{320}\u{3099}\u{1100}-\u{11ff}中文]{0,20}") {
            let whole: String = text.nfkc().flat_map(char::to_lowercase).map(simplified).collect();
            prop_assert_eq!(fold(&text), whole);
        }

        #[test]
        fn origins_are_in_order_and_inside(text in any::<String>()) {
            let folded = Folded::new(&text);
            for pair in folded.origins.windows(2) {
                prop_assert!(pair[0].start <= pair[1].start);
            }
            for origin in &folded.origins {
                prop_assert!(text.get(origin.clone()).is_some());
            }
        }
    }
}
