//! What is withheld, and why: codes that a court reads beside the place where something is missing.

use serde::{Deserialize, Serialize};

/// Why a part of a record is not shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum RedactionCode {
    /// Privilege of a lawyer's or another protected conversation.
    R1,
    /// Privacy of somebody who is no party.
    R2,
    /// A secret of the state or of trade.
    R3,
    /// Has nothing to do with the matter.
    R4,
    /// Erased because its time was over.
    E1,
    /// Erased at the request of the person concerned.
    E2,
    /// Erased by order of an authority.
    E3,
}

impl RedactionCode {
    /// The code as it is written.
    pub fn name(self) -> &'static str {
        match self {
            Self::R1 => "R1",
            Self::R2 => "R2",
            Self::R3 => "R3",
            Self::R4 => "R4",
            Self::E1 => "E1",
            Self::E2 => "E2",
            Self::E3 => "E3",
        }
    }

    /// Whether what is missing could still be shown: withheld, not erased.
    pub fn is_withheld(self) -> bool {
        matches!(self, Self::R1 | Self::R2 | Self::R3 | Self::R4)
    }
}

/// One part of a record that is not shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Redaction {
    /// The name of the field of the entry: `content`, `from` ...
    pub field: String,
    /// Why.
    pub code: RedactionCode,
    /// More words on it, for people; says nothing of what is withheld.
    pub note: String,
}

/// A text with words blacked out. It proves nothing: the field that it renders is withheld, and counts as withheld.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rendering {
    /// The name of the withheld field.
    pub field: String,
    /// The text as it may be shown.
    pub text: String,
}

/// The character that stands for each one that is blacked out.
pub const BLACK: char = '\u{2588}';

/// `text` with the characters of `ranges` (places of characters, from 0, ends excluded) blacked out.
/// White space inside goes as well, so that the length of words does not show.
pub fn blacked_out(text: &str, ranges: &[std::ops::Range<usize>]) -> String {
    let black = |place: usize| ranges.iter().any(|range| range.contains(&place));
    text.chars().enumerate().map(|(place, shown)| if black(place) { BLACK } else { shown }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_blacked_out_by_character() {
        assert_eq!(blacked_out("张三的电话是 13800000000", &[0..2, 7..18]), "██的电话是 ███████████");
        assert_eq!(blacked_out("abc", &[5..9, 9..9]), "abc");
    }

    #[test]
    fn codes_are_written_as_they_are_named() {
        use RedactionCode::{E1, E2, E3, R1, R2, R3, R4};
        for code in [R1, R2, R3, R4, E1, E2, E3] {
            assert_eq!(serde_json::to_string(&code).unwrap(), format!("\"{}\"", code.name()));
            assert_eq!(code.is_withheld(), code.name().starts_with('R'));
        }
    }
}
