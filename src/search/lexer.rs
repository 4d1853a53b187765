//! Tokens of the query language.

use crate::query::{SyntaxError, error};

/// A token and where it begins, in characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Token {
    pub(crate) position: usize,
    pub(crate) kind: TokenKind,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum TokenKind {
    Open,
    Close,
    And,
    Or,
    Not,
    /// A star alone.
    All,
    /// A word or a phrase without its quotes.
    Text {
        text: String,
        /// A star behind it.
        prefix: bool,
    },
    /// `name:value`; the name in lower case, the value without quotes.
    Filter {
        name: String,
        value: String,
        value_position: usize,
    },
}

/// Reads tokens one by one.
pub(crate) struct Lexer<'a> {
    characters: &'a [char],
    next: usize,
}

fn is_quote(character: char) -> bool {
    matches!(character, '"' | '“' | '”' | '＂')
}

fn is_colon(character: char) -> bool {
    matches!(character, ':' | '：')
}

fn ends_word(character: char) -> bool {
    character.is_whitespace() || is_quote(character) || matches!(character, '(' | ')' | '（' | '）' | '|' | '｜')
}

impl<'a> Lexer<'a> {
    pub(crate) fn new(characters: &'a [char]) -> Self {
        Self { characters, next: 0 }
    }

    /// All tokens.
    pub(crate) fn tokens(mut self) -> Result<Vec<Token>, SyntaxError> {
        let mut tokens = Vec::new();
        while let Some(token) = self.token()? {
            tokens.push(token);
        }
        Ok(tokens)
    }

    fn peek(&self) -> Option<char> {
        self.characters.get(self.next).copied()
    }

    fn token(&mut self) -> Result<Option<Token>, SyntaxError> {
        while self.peek().is_some_and(char::is_whitespace) {
            self.next += 1;
        }
        let position = self.next;
        let Some(first) = self.peek() else { return Ok(None) };
        let kind = match first {
            '(' | '（' => self.single(TokenKind::Open),
            ')' | '）' => self.single(TokenKind::Close),
            '|' | '｜' => self.single(TokenKind::Or),
            '-' => {
                if self.characters.get(position + 1).is_none_or(|next| next.is_whitespace()) {
                    return Err(error(
                        position,
                        "unexpected",
                        "what is not wanted must follow - at once; quote - to search for it",
                    ));
                }
                self.single(TokenKind::Not)
            }
            quote if is_quote(quote) => TokenKind::Text { text: self.quoted()?, prefix: false },
            _ => self.word_or_filter()?,
        };
        Ok(Some(Token { position, kind }))
    }

    fn single(&mut self, kind: TokenKind) -> TokenKind {
        self.next += 1;
        kind
    }

    /// What stands between the quote here and the next one.
    fn quoted(&mut self) -> Result<String, SyntaxError> {
        let position = self.next;
        self.next += 1;
        let rest = self.characters.get(self.next..).unwrap_or_default();
        let Some(length) = rest.iter().position(|character| is_quote(*character)) else {
            return Err(error(position, "unclosed_quote", "this quote is not closed"));
        };
        self.next += length + 1;
        Ok(rest.iter().take(length).collect())
    }

    fn word(&mut self) -> String {
        let rest = self.characters.get(self.next..).unwrap_or_default();
        let word: String = rest.iter().take_while(|character| !ends_word(**character)).collect();
        self.next += word.chars().count();
        word
    }

    fn word_or_filter(&mut self) -> Result<TokenKind, SyntaxError> {
        if let Some(filter) = self.filter()? {
            return Ok(filter);
        }
        let position = self.next;
        let word = self.word();
        let (text, prefix) = word.strip_suffix('*').map_or((word.as_str(), false), |text| (text, true));
        if let Some(star) = text.chars().position(|character| character == '*') {
            return Err(error(
                position + star,
                "unexpected",
                "a star stands only at the end of a word; quote it to search for it",
            ));
        }
        Ok(match (text, prefix) {
            ("", _) => TokenKind::All,
            ("AND", false) => TokenKind::And,
            ("OR", false) => TokenKind::Or,
            ("NOT", false) => TokenKind::Not,
            _ => TokenKind::Text { text: text.to_owned(), prefix },
        })
    }

    /// `name:value`, where the name is of ASCII letters and a value follows at once. `http://` is none.
    fn filter(&mut self) -> Result<Option<TokenKind>, SyntaxError> {
        let rest = self.characters.get(self.next..).unwrap_or_default();
        let name: String = rest.iter().take_while(|character| character.is_ascii_alphabetic()).collect();
        let name = name.to_ascii_lowercase();
        let value = rest.get(name.len() + 1..).unwrap_or_default();
        let is_filter = !name.is_empty() && rest.get(name.len()).is_some_and(|character| is_colon(*character));
        if !is_filter || value.starts_with(&['/', '/']) {
            return Ok(None);
        }
        let position = self.next;
        if value.first().is_none_or(|first| ends_word(*first) && !is_quote(*first)) {
            if crate::filter::is_known(&name) {
                return Err(error(position, "unexpected", format!("a value must follow {name}: at once")));
            }
            return Ok(None);
        }
        self.next += name.len() + 1;
        let value_position = self.next;
        let value = if self.peek().is_some_and(is_quote) { self.quoted()? } else { self.word() };
        Ok(Some(TokenKind::Filter { name, value, value_position }))
    }
}
