//! Text to terms: every pair of neighbouring chain characters, every word, each with its place.
//!
//! A chain character (see `script.rs`) takes one place and gives the term of itself and the chain character behind
//! it, or of itself alone where none follows. A word takes one place and gives itself and, so that its end can be looked
//! for as fast as its beginning, itself reversed behind the chain character that follows it. Places have no gaps, so that terms at the places of a query's terms are
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
/// What the term of a word's end begins with.
const END: char = '\u{2}';

/// The term of a word.
pub(crate) fn word_term(word: &str) -> String {
    let mut term = String::with_capacity(word.len() + 1);
    write_word(word, &mut term);
    term
}

/// The term of a word's end: the chain character `next` behind it, then the word reversed. So all words that end alike before
/// the same character lie together in the dictionary.
pub(crate) fn end_term(word: &str, next: char) -> String {
    let mut term = String::with_capacity(word.len() + 5);
    write_end(word, next, &mut term);
    term
}

fn write_word(word: &str, term: &mut String) {
    term.push(WORD);
    term.push_str(word);
}

fn write_end(word: &str, next: char, term: &mut String) {
    term.push(END);
    term.push(next);
    term.extend(word.chars().rev());
}

/// The first character, if it is a chain character.
pub(crate) fn leading_chain(text: &str) -> Option<char> {
    text.chars().next().filter(|character| sort(*character) == Sort::Chain)
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
pub struct Analyzer {
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
pub struct Terms<'a> {
    /// What is not yet read.
    rest: &'a str,
    /// The word whose end comes next; empty where none waits.
    word: &'a str,
    /// The place of the next character or word.
    place: usize,
    token: Token,
}

impl<'a> Terms<'a> {
    fn take_word(&mut self, word: &'a str) {
        write_word(word, &mut self.token.text);
        self.rest = self.rest.get(word.len()..).unwrap_or_default();
        self.word = word;
    }

    fn take_chain(&mut self, character: char) {
        self.token.text.push(character);
        self.rest = self.rest.get(character.len_utf8()..).unwrap_or_default();
        self.token.text.extend(leading_chain(self.rest));
    }
}

impl TokenStream for Terms<'_> {
    fn advance(&mut self) -> bool {
        self.token.text.clear();
        let word = std::mem::take(&mut self.word);
        if let Some(next) = leading_chain(self.rest).filter(|_| !word.is_empty()) {
            // At the place of the word itself.
            write_end(word, next, &mut self.token.text);
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
    fn words_stand_whole_and_with_their_ends() {
        check("OK吗 a", &[(0, "\u{1}ok"), (0, "\u{2}吗ko"), (1, "吗 "), (2, " "), (3, "\u{1}a")]);
        check("150元", &[(0, "\u{1}150"), (0, "\u{2}元051"), (1, "元")]);
        check("a  b", &[(0, "\u{1}a"), (0, "\u{2} a"), (1, " "), (2, "\u{1}b")]);
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
        assert_eq!(places, [0, 1]);
    }
}
