//! Personal data: what counts as such, where it stands in a text, and how it looks to those who do not see it.
//!
//! A role names the kinds that are masked for its holders ([`Masks`]). A masked text keeps its shape: the digits that would tell are stars. Numbers
//! with a checksum (ids, cards) are found by it; phones, addresses and amounts by their form. A finder of forms is not a proof: what nobody would
//! recognise as a phone number is none.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::id::{CustomerId, EntryIndex};

mod find;

/// The kinds of personal data. The names are written into rows of roles and into events.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PersonalKind {
    /// A phone number: Chinese mobile and landline numbers, and any that begins with `+` and a country.
    Phone,
    /// An e-mail address.
    Email,
    /// An 18-digit resident identity number (GB 11643) with its checksum.
    IdNumber,
    /// A bank card of 12 to 19 digits with its checksum (Luhn).
    BankCard,
    /// An amount of money.
    Amount,
}

impl PersonalKind {
    /// All kinds, in the order of lists.
    pub const ALL: &[Self] = &[Self::Phone, Self::Email, Self::IdNumber, Self::BankCard, Self::Amount];

    /// The stable name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Phone => "phone",
            Self::Email => "email",
            Self::IdNumber => "id_number",
            Self::BankCard => "bank_card",
            Self::Amount => "amount",
        }
    }

    /// What is shown instead of a value of this kind.
    fn mask(self, value: &str) -> String {
        match self {
            Self::Phone => hide_digits(value, |behind| !(4..8).contains(&behind)),
            Self::IdNumber => hide_digits(value, |behind| !(4..=14).contains(&behind)),
            Self::BankCard => hide_digits(value, |behind| behind < 4),
            Self::Email => match (value.chars().next(), value.find(['@', '＠'])) {
                (Some(first), Some(at)) => format!("{first}***{}", value.get(at..).unwrap_or_default()),
                _ => "***".to_owned(),
            },
            Self::Amount => "***".to_owned(),
        }
    }
}

/// Stars instead of the digits that `shown` does not keep; it is asked with the number of digits behind each. The X of an id counts as one.
fn hide_digits(value: &str, shown: impl Fn(usize) -> bool) -> String {
    let is_digit = |character: char| find::digit(character).is_some() || matches!(character, 'x' | 'X' | 'ｘ' | 'Ｘ');
    let mut behind = value.chars().filter(|character| is_digit(*character)).count();
    let hide = |character: char| {
        if !is_digit(character) {
            return character;
        }
        behind = behind.saturating_sub(1);
        if shown(behind) { character } else { '*' }
    };
    value.chars().map(hide).collect()
}

/// Whose value is revealed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RevealSubject {
    /// A message's.
    Message(EntryIndex),
    /// A customer's.
    Customer(CustomerId),
}

impl std::fmt::Display for RevealSubject {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Message(id) => id.fmt(f),
            Self::Customer(id) => id.fmt(f),
        }
    }
}

/// Where personal data stands in a text, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PersonalSpan {
    /// Its kind.
    pub kind: PersonalKind,
    /// Its first byte.
    pub start: usize,
    /// Behind its last byte.
    pub end: usize,
}

/// Kinds of personal data that are not shown.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Masks(BTreeSet<PersonalKind>);

impl FromIterator<PersonalKind> for Masks {
    fn from_iter<T: IntoIterator<Item = PersonalKind>>(kinds: T) -> Self {
        Self(kinds.into_iter().collect())
    }
}

/// A text as somebody sees it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Masked {
    /// The text.
    pub text: String,
    /// What of it is masked, in order.
    pub spans: Vec<MaskedSpan>,
}

/// A masked value in a masked text, in UTF-16 code units (what browsers count).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MaskedSpan {
    /// What it is.
    pub kind: PersonalKind,
    /// Where it begins.
    pub start: usize,
    /// Behind its end.
    pub end: usize,
}

impl Masks {
    /// Everything is masked.
    pub fn all() -> Self {
        PersonalKind::ALL.iter().copied().collect()
    }

    /// Whether nothing is masked.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether a kind is masked.
    pub fn has(&self, kind: PersonalKind) -> bool {
        self.0.contains(&kind)
    }

    /// The kinds, in order.
    pub fn kinds(&self) -> impl Iterator<Item = PersonalKind> {
        self.0.iter().copied()
    }

    /// What both mask.
    #[must_use]
    pub fn and(&self, other: &Self) -> Self {
        Self(self.0.intersection(&other.0).copied().collect())
    }

    /// What either masks.
    #[must_use]
    pub fn or(&self, other: &Self) -> Self {
        Self(self.0.union(&other.0).copied().collect())
    }

    /// The names of the kinds, as events have them.
    pub fn names(&self) -> String {
        self.kinds().map(PersonalKind::name).collect::<Vec<_>>().join(" ")
    }

    /// The personal data of these kinds in a text: in order, never overlapping, on character boundaries. Takes time in proportion to the text.
    pub fn find(&self, text: &str) -> Vec<PersonalSpan> {
        find::find(text, self)
    }

    /// Whether a text holds any.
    pub fn is_in(&self, text: &str) -> bool {
        !self.find(text).is_empty()
    }

    /// The text as those see it for whom these kinds are masked.
    pub fn mask(&self, text: &str) -> Masked {
        let mut masked = Masked::default();
        let (mut done, mut units) = (0, 0);
        for span in self.find(text) {
            let before = text.get(done..span.start).unwrap_or_default();
            let value = span.kind.mask(text.get(span.start..span.end).unwrap_or_default());
            let start = units + before.encode_utf16().count();
            units = start + value.encode_utf16().count();
            masked.text.push_str(before);
            masked.text.push_str(&value);
            masked.spans.push(MaskedSpan { kind: span.kind, start, end: units });
            done = span.end;
        }
        masked.text.push_str(text.get(done..).unwrap_or_default());
        masked
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn masked(text: &str) -> String {
        Masks::all().mask(text).text
    }

    #[test]
    fn masks_keep_the_shape() {
        for (text, expected) in [
            ("电话13800138000谢谢", "电话138****8000谢谢"),
            ("+86 138-0013-8000", "+86 138-****-8000"),
            ("１３８００１３８０００", "１３８****８０００"),
            ("010-62345678", "010-****5678"),
            ("zhang.san@example.com", "z***@example.com"),
            ("身份证 11010519491231002X", "身份证 110***********002X"),
            ("卡 6222 0212 3456 7890 128", "卡 **** **** **** ***0 128"),
            ("共¥1,280.50", "共¥***"),
            ("30万元", "***万元"),
            ("没有", "没有"),
        ] {
            assert_eq!(masked(text), expected);
        }
    }

    #[test]
    fn spans_count_as_browsers_do() {
        let masked = Masks::all().mask("😀 13800138000，😀a@b.cn");
        let units: Vec<u16> = masked.text.encode_utf16().collect();
        let shown = |span: &MaskedSpan| String::from_utf16(&units[span.start..span.end]).expect("whole characters");
        assert_eq!(masked.spans.iter().map(shown).collect::<Vec<_>>(), ["138****8000", "a***@b.cn"]);
    }

    #[test]
    fn only_the_kinds_that_are_masked_are() {
        let cards: Masks = [PersonalKind::BankCard].into_iter().collect();
        assert_eq!(cards.mask("13800138000 11010519491231002X").text, "13800138000 11010519491231002X");
        // An address that is shown does not hide the number in it.
        let phones: Masks = [PersonalKind::Phone].into_iter().collect();
        assert_eq!(phones.mask("13800138000@139.com").text, "138****8000@139.com");
        assert_eq!(masked("13800138000@139.com"), "1***@139.com");
        assert!(Masks::default().find("13800138000").is_empty());
    }

    #[test]
    fn roles_that_show_a_kind_win() {
        let two: Masks = [PersonalKind::Phone, PersonalKind::Email].into_iter().collect();
        let other: Masks = [PersonalKind::Email, PersonalKind::Amount].into_iter().collect();
        assert_eq!((two.and(&other).names(), two.or(&other).names()), ("email".into(), "phone email amount".into()));
        assert_eq!(Masks::all().names(), "phone email id_number bank_card amount");
    }

    proptest! {
        #[test]
        fn any_text_is_read(text in any::<String>()) {
            let mut done = 0;
            for span in Masks::all().find(&text) {
                prop_assert!(done <= span.start && span.start < span.end);
                prop_assert!(text.get(span.start..span.end).is_some());
                done = span.end;
            }
            let masked = Masks::all().mask(&text);
            prop_assert!(masked.spans.iter().all(|span| span.end <= masked.text.encode_utf16().count()));
        }

        #[test]
        fn texts_of_numbers_are_read(text in "[0-9０-９ \\-+@.,a-c元¥￥X()\u{200b}]{0,80}") {
            let masks = Masks::all();
            let spans = masks.find(&text);
            for pair in spans.windows(2) {
                prop_assert!(pair[0].end <= pair[1].start);
            }
            prop_assert_eq!(masks.mask(&text).spans.len(), spans.len());
        }

        #[test]
        fn a_planted_number_is_hidden_wherever_it_stands(before in "[一-龥，。]{0,8}", after in "[一-龥，。]{0,8}", rest in 0_u64..1_000_000_000) {
            let phone = format!("1{:010}", 3_000_000_000 + rest);
            let shown = masked(&format!("{before}{phone}{after}"));
            prop_assert!(!shown.contains(&phone), "{}", shown);
        }
    }
}
