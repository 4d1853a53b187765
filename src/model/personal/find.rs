//! Finds personal data in a text: one pass for addresses, one for numbers, one for amounts. Each looks a bounded stretch around where it stands.

use super::{Masks, PersonalKind, PersonalSpan};

/// Characters of the part of an address before its `@`.
const LOCAL_CHARS_MAX: usize = 64;
/// Characters of the domain of an address.
const DOMAIN_CHARS_MAX: usize = 255;
/// Digits of the longest number that is looked for.
const NUMBER_DIGITS_MAX: usize = 19;
/// Groups in which a number is written at most.
const GROUPS_MAX: usize = 8;
/// Characters between two groups of one number.
const SEPARATOR_CHARS_MAX: usize = 3;
/// Spaces between a number and the currency before or behind it.
const AMOUNT_SPACES_MAX: usize = 2;
/// Weights of the digits of an identity number (GB 11643).
const ID_WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
/// Check characters of identity numbers by remainder.
const ID_CHECKS: [u8; 11] = [1, 0, 10, 9, 8, 7, 6, 5, 4, 3, 2];
/// Words for currencies before a number, lower case.
const BEFORE_AMOUNT: [&str; 11] = ["¥", "$", "€", "£", "rmb", "cny", "usd", "hkd", "eur", "人民币", "金额"];
/// Multiples that may stand between a number and its currency.
const MULTIPLES: [&str; 6] = ["千万", "百万", "万", "千", "百", "亿"];
/// Words for currencies behind a number, lower case.
const BEHIND_AMOUNT: [&str; 14] =
    ["元", "圆", "块", "美元", "美金", "港币", "港元", "欧元", "日元", "英镑", "rmb", "cny", "usd", "人民币"];

/// A digit, plain, full width or mathematical.
pub(super) fn digit(character: char) -> Option<u8> {
    let value = match u32::from(character) {
        code @ 0x30..=0x39 => code - 0x30,
        code @ 0xFF10..=0xFF19 => code - 0xFF10,
        code @ 0x1D7CE..=0x1D7FF => (code - 0x1D7CE) % 10,
        _ => return None,
    };
    u8::try_from(value).ok()
}

/// The plain form of a character; none where it takes no room.
fn plain(character: char) -> Option<char> {
    if let Some(value) = digit(character) {
        return Some(char::from(b'0' + value));
    }
    Some(match character {
        '\u{200B}'..='\u{200F}' | '\u{2060}'..='\u{2064}' | '\u{FEFF}' | '\u{AD}' => return None,
        '\u{A0}' | '\u{2000}'..='\u{200A}' | '\u{202F}' | '\u{3000}' | '\t' => ' ',
        '\u{2010}'..='\u{2015}' | '\u{2212}' => '-',
        '￥' => '¥',
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(character) - 0xFEE0).unwrap_or(character),
        _ => character,
    })
}

/// The text as the finder reads it: plain characters, each with where it began.
struct Plain {
    characters: Vec<char>,
    starts: Vec<usize>,
    ends: Vec<usize>,
    /// What belongs to a find already.
    taken: Vec<bool>,
    found: Vec<PersonalSpan>,
}

impl Plain {
    fn new(text: &str) -> Self {
        let mut read =
            Self { characters: Vec::new(), starts: Vec::new(), ends: Vec::new(), taken: Vec::new(), found: Vec::new() };
        for (start, character) in text.char_indices() {
            if let Some(plain) = plain(character) {
                read.characters.push(plain);
                read.starts.push(start);
                read.ends.push(start + character.len_utf8());
            }
        }
        read.taken = vec![false; read.characters.len()];
        read
    }

    /// The character at a place that belongs to nothing yet.
    fn at(&self, place: usize) -> Option<char> {
        if *self.taken.get(place)? { None } else { self.characters.get(place).copied() }
    }

    fn before(&self, place: usize) -> Option<char> {
        self.at(place.checked_sub(1)?)
    }

    fn digit_at(&self, place: usize) -> Option<u8> {
        self.at(place).and_then(digit)
    }

    fn take(&mut self, kind: PersonalKind, from: usize, to: usize) {
        let ends = to.checked_sub(1).and_then(|last| self.ends.get(last));
        let (Some(start), Some(end)) = (self.starts.get(from), ends) else { return };
        self.found.push(PersonalSpan { kind, start: *start, end: *end });
        self.taken.iter_mut().take(to).skip(from).for_each(|taken| *taken = true);
    }

    /// Whether a word stands at a place, whatever its case.
    fn stands(&self, word: &str, place: usize) -> bool {
        word.chars().enumerate().all(|(offset, wanted)| {
            self.at(place + offset).is_some_and(|character| character.to_ascii_lowercase() == wanted)
        })
    }

    /// The place behind at most [`AMOUNT_SPACES_MAX`] spaces.
    fn behind_spaces(&self, place: usize) -> usize {
        let spaces = (0..AMOUNT_SPACES_MAX).take_while(|offset| self.at(place + offset) == Some(' ')).count();
        place + spaces
    }
}

/// See [`Masks::find`].
pub(super) fn find(text: &str, masks: &Masks) -> Vec<PersonalSpan> {
    // Most messages have neither, and are read once more quickly.
    if masks.is_empty() || !text.chars().any(|character| matches!(character, '@' | '＠') || digit(character).is_some())
    {
        return Vec::new();
    }
    let mut read = Plain::new(text);
    if masks.has(PersonalKind::Email) {
        emails(&mut read);
    }
    if [PersonalKind::Phone, PersonalKind::IdNumber, PersonalKind::BankCard].iter().any(|kind| masks.has(*kind)) {
        numbers(&mut read, masks);
    }
    if masks.has(PersonalKind::Amount) {
        amounts(&mut read);
    }
    read.found.sort_unstable_by_key(|span| span.start);
    read.found
}

fn emails(read: &mut Plain) {
    let is_local = |character: char| character.is_ascii_alphanumeric() || "._%+-".contains(character);
    let is_domain = |character: char| character.is_ascii_alphanumeric() || ".-".contains(character);
    for place in 0..read.characters.len() {
        if read.at(place) != Some('@') {
            continue;
        }
        let local = (1..=LOCAL_CHARS_MAX)
            .take_while(|back| place.checked_sub(*back).and_then(|place| read.at(place)).is_some_and(is_local))
            .count();
        let domain: String =
            (1..=DOMAIN_CHARS_MAX).map_while(|on| read.at(place + on).filter(|c| is_domain(*c))).collect();
        if let Some(length) = domain_length(&domain).filter(|_| local > 0) {
            read.take(PersonalKind::Email, place - local, place + 1 + length);
        }
    }
}

/// How much of what stands behind an `@` is a domain: labels with points between them, the last of letters.
fn domain_length(text: &str) -> Option<usize> {
    let mut length = None;
    let mut start = 0;
    for (number, label) in text.split('.').enumerate() {
        if label.is_empty() || label.starts_with('-') {
            break;
        }
        let letters = label.bytes().take_while(u8::is_ascii_alphabetic).count();
        if number > 0 && letters >= 2 {
            length = Some(start + letters);
        }
        start += label.len() + 1;
    }
    length
}

/// A number as it is written: its digits, and how they are grouped.
struct Number {
    digits: Vec<u8>,
    /// Digits up to the end of each group, and the place behind it.
    groups: Vec<(usize, usize)>,
    /// Whether a `+` stands before it.
    plus: bool,
}

impl Number {
    /// The number that begins at a place, with as many groups as might belong to it.
    fn at(read: &Plain, start: usize) -> Self {
        let mut number = Self { digits: Vec::new(), groups: Vec::new(), plus: read.before(start) == Some('+') };
        let mut place = start;
        while number.groups.len() < GROUPS_MAX && number.digits.len() <= NUMBER_DIGITS_MAX {
            while let Some(digit) = read.digit_at(place) {
                number.digits.push(digit);
                place += 1;
            }
            number.groups.push((number.digits.len(), place));
            let is_separator = |character: &char| " -()".contains(*character);
            let gap = (0..SEPARATOR_CHARS_MAX).take_while(|on| read.at(place + on).as_ref().is_some_and(is_separator));
            place += gap.count();
            if read.digit_at(place).is_none() {
                break;
            }
        }
        number
    }

    /// The first groups: digits, lengths of the groups, the place behind.
    fn first(&self, count: usize) -> Option<(&[u8], Vec<usize>, usize)> {
        let (total, end) = *self.groups.get(count.checked_sub(1)?)?;
        let ends = self.groups.iter().take(count).map(|(end, _)| *end);
        let starts = std::iter::once(0).chain(ends.clone());
        Some((self.digits.get(..total)?, ends.zip(starts).map(|(end, start)| end - start).collect(), end))
    }
}

fn numbers(read: &mut Plain, masks: &Masks) {
    let mut place = 0;
    while place < read.characters.len() {
        let begins = read.digit_at(place).is_some() && read.before(place) != Some('*');
        if !begins {
            place += 1;
            continue;
        }
        let number = Number::at(read, place);
        if let Some((kind, end)) = recognise(read, &number, masks) {
            read.take(kind, place, end);
            place = end;
        } else {
            // The next number begins at the next group.
            place = number.groups.first().map_or(place + 1, |(_, end)| *end);
        }
    }
}

/// What a number is, and where it ends: what has a checksum first, the longest reading of each kind.
fn recognise(read: &Plain, number: &Number, masks: &Masks) -> Option<(PersonalKind, usize)> {
    let longest_first = || (1..=number.groups.len()).rev().filter_map(|count| number.first(count));
    if masks.has(PersonalKind::IdNumber)
        && let Some(end) = longest_first().find_map(|(digits, _, end)| id_end(read, digits, end))
    {
        return Some((PersonalKind::IdNumber, end));
    }
    if masks.has(PersonalKind::BankCard)
        && let Some((_, _, end)) = longest_first().find(|(digits, groups, _)| is_card(digits, groups))
    {
        return Some((PersonalKind::BankCard, end));
    }
    if masks.has(PersonalKind::Phone)
        && let Some((_, _, end)) = longest_first().find(|(digits, groups, end)| {
            let decimal = read.at(*end) == Some('.') && read.digit_at(end + 1).is_some();
            !decimal && is_phone(digits, groups, number.plus)
        })
    {
        return Some((PersonalKind::Phone, end));
    }
    None
}

/// Where an identity number ends whose digits stand before `end`.
fn id_end(read: &Plain, digits: &[u8], end: usize) -> Option<usize> {
    let (last, end) = match digits.len() {
        18 => (digits.last().copied()?, end),
        17 if matches!(read.at(end), Some('x' | 'X')) => (10, end + 1),
        _ => return None,
    };
    let value = |from: usize, to: usize| digits.get(from..to).map(decimal);
    let (year, month, day) = (value(6, 10)?, value(10, 12)?, value(12, 14)?);
    let born = (1850..=2100).contains(&year) && (1..=12).contains(&month) && (1..=31).contains(&day);
    let sum: u32 = digits.iter().zip(ID_WEIGHTS).map(|(digit, weight)| u32::from(*digit) * weight).sum();
    let check = ID_CHECKS.get(usize::try_from(sum % 11).ok()?)?;
    (born && digits.first() != Some(&0) && *check == last).then_some(end)
}

fn decimal(digits: &[u8]) -> u32 {
    digits.iter().fold(0, |value, digit| value * 10 + u32::from(*digit))
}

/// Whether digits are a card: first digits that cards have, groups of four or more but for the last, checksum.
fn is_card(digits: &[u8], groups: &[usize]) -> bool {
    let issued = match digits.first() {
        Some(3..=6 | 9) => digits.len() >= 13,
        Some(2) => (2221..=2720).contains(&decimal(digits.get(..4).unwrap_or_default())) && digits.len() == 16,
        _ => false,
    };
    let old = digits.len() == 12 && matches!(digits.first(), Some(5 | 6));
    let (first, inner) = (groups.first().copied().unwrap_or(0), groups.iter().rev().skip(1));
    let grouped = groups.len() == 1 || matches!(first, 4 | 6) && inner.copied().all(|length| length >= 4);
    (issued || old) && digits.len() <= NUMBER_DIGITS_MAX && grouped && luhn(digits)
}

fn luhn(digits: &[u8]) -> bool {
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(place, digit)| match (place % 2, u32::from(*digit) * 2) {
            (0, _) => u32::from(*digit),
            (_, doubled) => doubled / 10 + doubled % 10,
        })
        .sum();
    sum.is_multiple_of(10)
}

/// How people group the eleven digits of a mobile number.
const MOBILE_GROUPS: [&[usize]; 11] =
    [&[11], &[3, 4, 4], &[3, 8], &[7, 4], &[3, 3, 5], &[4, 3, 4], &[4, 4, 3], &[3, 5, 3], &[5, 6], &[6, 5], &[5, 3, 3]];

fn is_phone(digits: &[u8], groups: &[usize], plus: bool) -> bool {
    let country = [&[0, 0, 8, 6][..], &[8, 6]].into_iter().find(|country| digits.starts_with(country));
    let national = country.is_some_and(|country| {
        let rest = digits.get(country.len()..).unwrap_or_default();
        match groups.split_first() {
            // The country may stand apart, or be written together with what follows.
            Some((first, behind)) if *first == country.len() => is_mobile(rest, behind) || is_landline(rest, behind),
            Some((first, behind)) if *first > country.len() => {
                is_mobile(rest, &[&[first - country.len()], behind].concat())
            }
            _ => false,
        }
    });
    let international = plus && (8..=15).contains(&digits.len()) && groups.len() <= 6;
    national || international || is_mobile(digits, groups) || is_landline(digits, groups)
}

fn is_mobile(digits: &[u8], groups: &[usize]) -> bool {
    matches!(digits, [1, 3..=9, ..]) && digits.len() == 11 && MOBILE_GROUPS.contains(&groups)
}

/// Whether digits are an area code with its 0, and a number of seven or eight digits.
fn is_landline(digits: &[u8], groups: &[usize]) -> bool {
    let area = match digits {
        [0, 1, 0, ..] | [0, 2, ..] => 3,
        [0, 3..=9, ..] => 4,
        _ => return false,
    };
    let local = digits.get(area..).unwrap_or_default();
    let whole = if area == 3 { local.len() == 8 } else { matches!(local.len(), 7 | 8) };
    let grouped = groups.len() == 1 || groups.first() == Some(&area) && groups.len() <= 3;
    whole && grouped && matches!(local.first(), Some(2..=8))
}

fn amounts(read: &mut Plain) {
    let mut place = 0;
    while place < read.characters.len() {
        if read.digit_at(place).is_none() || read.before(place) == Some('*') {
            place += 1;
            continue;
        }
        let end = behind_amount(read, place);
        if has_currency_before(read, place) || has_currency_behind(read, end) {
            read.take(PersonalKind::Amount, place, end);
        }
        place = end;
    }
}

/// The place behind a number with commas and a point.
fn behind_amount(read: &Plain, start: usize) -> usize {
    let mut end = start;
    loop {
        while read.digit_at(end).is_some() {
            end += 1;
        }
        let goes_on = matches!(read.at(end), Some('.' | ',')) && read.digit_at(end + 1).is_some();
        if !goes_on {
            return end;
        }
        end += 1;
    }
}

fn has_currency_before(read: &Plain, place: usize) -> bool {
    let spaces = (1..=AMOUNT_SPACES_MAX)
        .take_while(|back| place.checked_sub(*back).and_then(|place| read.at(place)).is_some_and(|c| " :".contains(c)))
        .count();
    let end = place - spaces;
    BEFORE_AMOUNT.iter().any(|word| end.checked_sub(word.chars().count()).is_some_and(|start| read.stands(word, start)))
}

fn has_currency_behind(read: &Plain, place: usize) -> bool {
    let place = read.behind_spaces(place);
    let multiple = MULTIPLES.iter().find(|word| read.stands(word, place)).map_or(0, |word| word.chars().count());
    BEHIND_AMOUNT.iter().any(|word| read.stands(word, place + multiple))
}

#[cfg(test)]
#[path = "find_tests.rs"]
mod tests;
