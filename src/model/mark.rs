//! Marks: what a page or a file that shows content says of who opened it, when, and by which event that can be found.

use std::fmt;

use crate::time::Timestamp;

/// Bits of a code.
pub const CODE_BITS: u32 = 40;
/// Letters of a code, five bits each.
const LETTERS: u32 = CODE_BITS / 5;
/// Crockford's base 32: no letter looks like a digit or like another.
const ALPHABET: [char; 32] = [
    '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'A', 'B', 'C', 'D', 'E', 'F', 'G', 'H', 'J', 'K', 'M', 'N', 'P',
    'Q', 'R', 'S', 'T', 'V', 'W', 'X', 'Y', 'Z',
];

/// A short code that only the archive can make of an event and read back: 40 bits, shown as `7K3M-9QXA`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct MarkCode(u64);

impl MarkCode {
    /// The code of this number; none from 2⁴⁰ on.
    pub fn new(number: u64) -> Option<Self> {
        (number >> CODE_BITS == 0).then_some(Self(number))
    }

    /// The number, below 2⁴⁰.
    pub fn number(self) -> u64 {
        self.0
    }

    /// Reads what somebody copied from a page: either case, with or without hyphens and spaces, O for 0, I and L for 1.
    pub fn parse(text: &str) -> Option<Self> {
        let (mut number, mut letters) = (0_u64, 0);
        for letter in text.chars().filter(|letter| !matches!(letter, '-' | ' ')) {
            let letter = match letter.to_ascii_uppercase() {
                'O' => '0',
                'I' | 'L' => '1',
                other => other,
            };
            let digit = ALPHABET.iter().position(|known| *known == letter)?;
            letters += 1;
            if letters > LETTERS {
                return None;
            }
            number = number << 5 | u64::try_from(digit).ok()?;
        }
        (letters == LETTERS).then_some(Self(number))
    }
}

impl fmt::Display for MarkCode {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for place in (0..LETTERS).rev() {
            let digit = usize::try_from(self.0 >> (place * 5) & 31).map_err(|_| fmt::Error)?;
            let letter = ALPHABET.get(digit).ok_or(fmt::Error)?;
            write!(out, "{letter}{}", if place == LETTERS / 2 { "-" } else { "" })?;
        }
        Ok(())
    }
}

/// Who opened something, when, and the code of the event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// The name of who opened it.
    pub name: String,
    /// When, by our clock.
    pub at: Timestamp,
    /// By which the event is found.
    pub code: MarkCode,
}

impl fmt::Display for Mark {
    /// In one line, as files carry it.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} {} {}", self.name, self.at, self.code)
    }
}

/// A page of the console that shows content or names of customers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MarkedPage {
    /// The audit trail, which has names and words that were looked for.
    Audit,
    /// A case, with the messages that it collects.
    Case,
    /// A conversation.
    Conversation,
    /// The list of conversations, with their newest messages.
    Conversations,
    /// A customer.
    Customer,
    /// The list of customers.
    Customers,
    /// A message.
    Message,
    /// What another user would see.
    Preview,
    /// Search and its hits.
    Search,
}

impl MarkedPage {
    /// The stable name, as events have it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Audit => "audit",
            Self::Case => "case",
            Self::Conversation => "conversation",
            Self::Conversations => "conversations",
            Self::Customer => "customer",
            Self::Customers => "customers",
            Self::Message => "message",
            Self::Preview => "preview",
            Self::Search => "search",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(number: u64) -> MarkCode {
        MarkCode::new(number).expect("below the end")
    }

    #[test]
    fn codes_are_eight_letters_that_read_back() {
        let check = |number: u64, text: &str| {
            assert_eq!(code(number).to_string(), text);
            assert_eq!(MarkCode::parse(text), Some(code(number)));
        };
        check(0, "0000-0000");
        check(1, "0000-0001");
        check(31 << 20, "000Z-0000");
        check((1 << CODE_BITS) - 1, "ZZZZ-ZZZZ");
        assert_eq!(MarkCode::new(1 << CODE_BITS), None);
    }

    #[test]
    fn what_somebody_copied_by_hand_is_read() {
        assert_eq!(MarkCode::parse(" oil0 zzzz "), MarkCode::parse("0110-ZZZZ"));
        for wrong in ["", "0110-ZZZ", "0110-ZZZZ0", "0110-ZZZU", "０110-ZZZZ", "0110_ZZZZ"] {
            assert_eq!(MarkCode::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_file_says_it_in_one_line() {
        let mark = Mark { name: "王芳".into(), at: Timestamp(0), code: code(7) };
        assert_eq!(mark.to_string(), format!("王芳 {} 0000-0007", Timestamp(0)));
    }
}
