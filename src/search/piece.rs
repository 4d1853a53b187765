//! A piece of query text: what it asks of a text in plain words, and the terms that find the same.
//!
//! The rule, in one sentence: a piece is found where its folded form stands in the folded text, and a piece of nothing
//! but words (and spaces between them) only where words begin and end. So `退款` is found in `我要退款吗`, `50元` in
//! `150元`, `ct` in `CT 报告` but not in `act`. One limit: words are known by their first 100 characters and each further
//! 100 (see [`crate::analyzer`]); parts of longer words are found only where they begin or end at those cuts.

use crate::analyzer::{end_term, leading_chain, leading_word, word_term};
use crate::fold::fold;
use crate::script::{Sort, sort};

/// A folded piece.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Piece {
    /// The folded text, without space at its ends.
    text: String,
    /// Whether the last word may go on.
    prefix: bool,
}

/// One place of a piece and the terms that may stand there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Part {
    /// The place, from the beginning of the piece.
    pub(crate) place: u32,
    /// What may stand there.
    pub(crate) terms: PartTerms,
}

/// The terms of a part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum PartTerms {
    /// This term.
    One(String),
    /// All terms that begin so.
    Beginning(String),
}

/// Whether `query` (a word or phrase as the query language knows it) is found in `text`, by a plain scan.
/// The index answers the same; tests hold it to that.
pub fn matches(query: &str, prefix: bool, text: &str) -> bool {
    Piece::new(query, prefix).is_some_and(|piece| {
        let text: Vec<char> = fold(text).chars().collect();
        piece.find(&text).next().is_some()
    })
}

impl Piece {
    /// The piece of a query's text; none where nothing but space is left of it.
    pub(crate) fn new(text: &str, prefix: bool) -> Option<Self> {
        let text = fold(text).trim().to_owned();
        (!text.is_empty()).then_some(Self { text, prefix })
    }

    /// Whether it has only words and the spaces between them, and so begins and ends where words do.
    fn is_words(&self) -> bool {
        self.text.chars().all(|character| character == ' ' || sort(character) == Sort::Word)
    }

    /// The places in a folded text where the piece stands: first character and the one behind the last, in order; they may overlap.
    pub(crate) fn find<'a>(&self, text: &'a [char]) -> impl Iterator<Item = (usize, usize)> + use<'a> {
        let needle: Vec<char> = self.text.chars().collect();
        let (words, prefix) = (self.is_words(), self.prefix);
        let is_word = move |place: Option<usize>| {
            place.and_then(|place| text.get(place)).is_some_and(|character| sort(*character) == Sort::Word)
        };
        (0..text.len()).filter_map(move |start| {
            let end = start + needle.len();
            if text.get(start..end)? != needle.as_slice() {
                return None;
            }
            let cut = words && (is_word(start.checked_sub(1)) || !prefix && is_word(Some(end)));
            (!cut).then_some((start, end))
        })
    }

    /// The terms that find the piece, in order of their places; at least one.
    pub(crate) fn parts(&self) -> Vec<Part> {
        let words = self.is_words();
        let mut parts = Vec::new();
        let mut place = 0;
        let mut rest = self.text.as_str();
        while let Some(first) = rest.chars().next() {
            match sort(first) {
                Sort::Word => {
                    let word = leading_word(rest);
                    rest = rest.get(word.len()..).unwrap_or_default();
                    let open_left = place == 0 && !words;
                    let open_right = rest.is_empty() && (!words || self.prefix);
                    parts.push(Part { place, terms: word_terms(word, leading_chain(rest), open_left, open_right) });
                    place += 1;
                }
                Sort::Chain => {
                    let length = rest.find(|character| sort(character) == Sort::Word).unwrap_or(rest.len());
                    let (chain, behind) = rest.split_at_checked(length).unwrap_or((rest, ""));
                    rest = behind;
                    place += push_chain(&mut parts, place, chain, rest.is_empty());
                }
            }
        }
        parts
    }
}

/// The terms of a word before the chain character `next`, or before nothing that is known. (A word of which only a part is
/// known at both sides would be the whole piece, and then it has none.)
fn word_terms(word: &str, next: Option<char>, open_left: bool, open_right: bool) -> PartTerms {
    match next {
        Some(next) if open_left => PartTerms::Beginning(end_term(word, next)),
        Some(next) => PartTerms::One(end_term(word, next)),
        None if open_right => PartTerms::Beginning(word_term(word)),
        None => PartTerms::One(word_term(word)),
    }
}

/// Adds the terms of a run of chain characters: pairs that together cover it. The first is covered already where a word
/// stands before it. Returns how many places the run takes.
fn push_chain(parts: &mut Vec<Part>, place: u32, chain: &str, at_right: bool) -> u32 {
    let characters: Vec<char> = chain.chars().collect();
    let mut covered = usize::from(place > 0);
    let mut offset = 0;
    if let ([single], 0) = (characters.as_slice(), covered) {
        let term = single.to_string();
        // Alone, anything may follow it, so that its pairs are meant as well; before a word it stands alone in the text too.
        parts.push(Part { place, terms: if at_right { PartTerms::Beginning(term) } else { PartTerms::One(term) } });
    }
    for (number, pair) in characters.windows(2).enumerate() {
        let is_last = number + 2 == characters.len();
        if covered == number || is_last && covered < characters.len() {
            parts.push(Part { place: place + offset, terms: PartTerms::One(pair.iter().collect()) });
            covered = number + 2;
        }
        offset += 1;
    }
    offset + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_piece_matches_by_the_rule() {
        let found = [
            ("退款", "我要退款吗"),
            ("退款", "我要退款"),
            ("款", "退款"),
            ("50元", "共150元。"),
            ("ct", "做 CT 检查"),
            ("CT检", "做CT检查"),
            ("hello world", "Say Hello  World!"),
            ("，好", "行，好的"),
            ("龍蝦", "小龙虾"),
            ("a-1", "xa-12"),
        ];
        for (query, text) in found {
            assert!(matches(query, false, text), "{query} in {text}");
        }
        for (query, text) in
            [("ct", "act"), ("ct", "cts"), ("退款", "退 款"), ("hello world", "hello-world"), (" ", "a b")]
        {
            assert!(!matches(query, false, text), "{query} in {text}");
        }
        assert!(matches("ref", true, "please refund"));
        assert!(!matches("fund", true, "please refund"));
    }

    fn check(query: &str, expected: &[&str]) {
        let shown: Vec<String> = Piece::new(query, false)
            .expect("not empty")
            .parts()
            .into_iter()
            .map(|part| match part.terms {
                PartTerms::One(term) => format!("{}={term}", part.place),
                PartTerms::Beginning(with) => format!("{}={with}*", part.place),
            })
            .map(|part| part.replace('\u{1}', "w:").replace('\u{2}', "e:"))
            .collect();
        assert_eq!(shown, expected, "{query}");
    }

    #[test]
    fn pieces_become_parts() {
        check("款", &["0=款*"]);
        check("退款", &["0=退款"]);
        check("我要退", &["0=我要", "1=要退"]);
        check("我要退款", &["0=我要", "2=退款"]);
        check("我要退款吗", &["0=我要", "2=退款", "3=款吗"]);
        check("50元", &["0=e:元05*"]);
        check("5元吧", &["0=e:元5*", "1=元吧"]);
        check("5元吧!", &["0=e:元5*", "2=吧!"]);
        check("好A", &["0=好", "1=w:a*"]);
        check("满5元", &["0=满", "1=e:元5"]);
        check("Ok", &["0=w:ok"]);
        check("a b", &["0=e: a", "2=w:b"]);
        check("a-b-c", &["0=e:-a*", "2=e:-b", "4=w:c*"]);
        check("做 CT", &["0=做 ", "2=w:ct*"]);
    }
}
