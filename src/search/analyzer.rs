//! Text to terms: every pair of neighbouring chain characters, every word, each with its place.
//!
//! A chain character (see [`crate::script`]) takes one place and gives the term of itself and the chain character behind
//! it, or of itself alone where none follows. A word takes one place and gives itself and, so that its end can be looked
//! for as fast as its beginning, itself reversed. Places have no gaps, so that terms at the places of a query's terms are
//! the query's characters and nothing else: a phrase of terms is an exact substring.

use tantivy::tokenizer::{Token, TokenStream, Tokenizer};

use crate::fold::fold_into;
use crate::script::{Sort, sort};

/// The name under which the schema knows this analyzer.
pub(crate) const NAME: &str = "xinju";

/// A longer word is cut into words of this many characters, so that no term grows without bound.
pub(crate) const WORD_CHARS_MAX: usize = 100;

/// What a word's term begins with. Folded text has no control characters, so that no other term begins so.
const WORD: char = '\u{1}';
/// What the term of a reversed word begins with.
const REVERSED: char = '\u{2}';

/// The term of a word.
pub(crate) fn word_term(word: &str) -> String {
    let mut term = String::with_capacity(word.len() + 1);
    write_word(word, &mut term);
    term
}

/// The term of a reversed word. Words of one character have none.
pub(crate) fn reversed_term(word: &str) -> String {
    let mut term = String::with_capacity(word.len() + 1);
    write_reversed(word, &mut term);
    term
}

fn write_word(word: &str, term: &mut String) {
    term.push(WORD);
    term.push_str(word);
}

fn write_reversed(word: &str, term: &mut String) {
    term.push(REVERSED);
    term.extend(word.chars().rev());
}

/// The longest word at the beginning of `text`, up to [`WORD_CHARS_MAX`] characters; empty where there is none.
pub(crate) fn leading_word(text: &str) -> &str {
    let end = text
        .char_indices()
        .take(WORD_CHARS_MAX)
        .take_while(|(_, character)| sort(*character) == Sort::Word)
        .last()
        .map_or(0, |(start, character)| start + character.len_utf8());
    text.get(..end).unwrap_or_default()
}

/// Tantivy's door to the terms of a text.
#[derive(Clone, Default)]
pub(crate) struct Analyzer {
    folded: String,
}

impl Tokenizer for Analyzer {
    type TokenStream<'a> = Terms<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> Terms<'a> {
        self.folded.clear();
        fold_into(text, &mut self.folded);
        Terms { rest: &self.folded, word: "", place: 0, token: Token::default() }
    }
}

/// The terms of one text, in order.
pub(crate) struct Terms<'a> {
    /// What is not yet read.
    rest: &'a str,
    /// The word whose reversed term comes next; empty where none waits.
    word: &'a str,
    /// The place of the next character or word.
    place: usize,
    token: Token,
}

impl<'a> Terms<'a> {
    fn take_word(&mut self, word: &'a str) {
        write_word(word, &mut self.token.text);
        self.rest = self.rest.get(word.len()..).unwrap_or_default();
        self.word = if word.chars().nth(1).is_some() { word } else { "" };
    }

    fn take_chain(&mut self, character: char) {
        self.token.text.push(character);
        self.rest = self.rest.get(character.len_utf8()..).unwrap_or_default();
        if let Some(next) = self.rest.chars().next().filter(|next| sort(*next) == Sort::Chain) {
            self.token.text.push(next);
        }
    }
}

impl TokenStream for Terms<'_> {
    fn advance(&mut self) -> bool {
        self.token.text.clear();
        if !self.word.is_empty() {
            // At the place of the word itself.
            write_reversed(self.word, &mut self.token.text);
            self.word = "";
            return true;
        }
        let Some(character) = self.rest.chars().next() else { return false };
        self.token.position = self.place;
        self.place += 1;
        match sort(character) {
            Sort::Word => self.take_word(leading_word(self.rest)),
            Sort::Chain => self.take_chain(character),
        }
        true
    }

    fn token(&self) -> &Token {
        &self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        &mut self.token
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[(usize, &str)]) {
        let mut analyzer = Analyzer::default();
        let mut stream = analyzer.token_stream(text);
        let mut terms = Vec::new();
        while let Some(token) = stream.next() {
            terms.push((token.position, token.text.clone()));
        }
        let expected: Vec<_> = expected.iter().map(|(place, term)| (*place, (*term).to_owned())).collect();
        assert_eq!(terms, expected, "{text}");
    }

    #[test]
    fn chains_give_pairs_and_a_last_single() {
        check("我要退款", &[(0, "我要"), (1, "要退"), (2, "退款"), (3, "款")]);
        check("好", &[(0, "好")]);
        check("", &[]);
        check("好，😀", &[(0, "好,"), (1, ",😀"), (2, "😀")]);
    }

    #[test]
    fn words_stand_whole_and_reversed() {
        check("OK吗 a", &[(0, "\u{1}ok"), (0, "\u{2}ko"), (1, "吗 "), (2, " "), (3, "\u{1}a")]);
        check("150元", &[(0, "\u{1}150"), (0, "\u{2}051"), (1, "元")]);
        check("a  b", &[(0, "\u{1}a"), (1, " "), (2, "\u{1}b")]);
    }

    #[test]
    fn endless_words_are_cut() {
        let text = "x".repeat(WORD_CHARS_MAX + 1);
        let mut analyzer = Analyzer::default();
        let mut stream = analyzer.token_stream(&text);
        let mut places = Vec::new();
        while let Some(token) = stream.next() {
            assert!(token.text.chars().count() <= WORD_CHARS_MAX + 1);
            places.push(token.position);
        }
        assert_eq!(places, [0, 0, 1]);
    }
}
