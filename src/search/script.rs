//! Which characters form words and which stand alone: the ground on which index, queries and highlighting agree.

/// What a character is for search.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sort {
    /// A letter, digit or mark of a script that puts spaces between words.
    Word,
    /// Everything else: characters of scripts without spaces (Han, Kana, Hangul, Thai ...), punctuation, symbols, emoji and the space itself.
    Chain,
}

/// The sort of a folded character. Depends on the character alone, so that a part of a text is read as the whole is.
#[inline]
pub(crate) fn sort(character: char) -> Sort {
    if character.is_ascii() {
        return if character.is_ascii_alphanumeric() { Sort::Word } else { Sort::Chain };
    }
    if u32::from(character) >= 0x2E80 && !spaced_above_radicals(character) || is_unspaced(character) {
        return Sort::Chain;
    }
    if character.is_alphanumeric() || unicode_normalization::char::is_combining_mark(character) {
        Sort::Word
    } else {
        Sort::Chain
    }
}

/// From U+2E80 on nearly everything is CJK, symbols or private; these blocks are scripts with spaces.
fn spaced_above_radicals(character: char) -> bool {
    matches!(u32::from(character),
        0xA4D0..=0xA82F      // Lisu, Vai, Cyrillic Extended-B, Bamum, Latin Extended-D, Syloti Nagri
        | 0xA840..=0xA95F    // Phags-pa, Saurashtra, Devanagari Extended, Kayah Li, Rejang
        | 0xAA00..=0xAA5F    // Cham
        | 0xAAE0..=0xABFF    // Meetei Mayek, Ethiopic Extended-A, Latin Extended-E, Cherokee
        | 0xFB00..=0xFDFF    // Latin, Armenian, Hebrew and Arabic presentation forms
        | 0xFE20..=0xFE2F    // combining half marks
        | 0xFE70..=0xFEFF    // Arabic presentation forms
        | 0x1_0000..=0x1_6FFF // ancient and smaller scripts
        | 0x1_BC00..=0x1_BC9F // Duployan
        | 0x1_D400..=0x1_DFFF // mathematical letters, Latin and Cyrillic extensions
        | 0x1_E000..=0x1_EFFF // Glagolitic supplement, Mende Kikakui, Adlam, Arabic mathematical letters
    )
}

/// Scripts below U+2E80 that write without spaces between words.
fn is_unspaced(character: char) -> bool {
    matches!(u32::from(character),
        0x0E00..=0x0EFF      // Thai, Lao
        | 0x0F00..=0x0FFF    // Tibetan
        | 0x1000..=0x109F    // Myanmar
        | 0x1100..=0x11FF    // Hangul letters
        | 0x1780..=0x17FF    // Khmer
        | 0x1950..=0x19FF    // Tai Le, New Tai Lue, Khmer symbols
        | 0x1A20..=0x1AAF    // Tai Tham
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(characters: &str, expected: Sort) {
        for character in characters.chars() {
            assert_eq!(sort(character), expected, "{character} U+{:04X}", u32::from(character));
        }
    }

    #[test]
    fn words_are_letters_digits_and_marks_of_spaced_scripts() {
        check("az09éßñжйΩאبكहि\u{301}\u{93f}ꜣ", Sort::Word);
    }

    #[test]
    fn everything_else_is_a_chain() {
        check("中文𠮷々〇ぁカ한ㄅไทย\u{e31}ပြည် ,.-_@#，。！「」￥😀🏳→〜\u{fe0f}\u{a0}", Sort::Chain);
    }
}
