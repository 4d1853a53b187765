//! The query language: words, "phrases", AND by default, OR, NOT / -, parentheses, filters `name:value`.
//!
//! ```text
//! query  = any, { ( "OR" | "|" ), any } ;
//! any    = part, { [ "AND" ], part } ;
//! part   = ( "NOT" | "-" ), part | "(", query, ")" | word, [ "*" ] | '"', text, '"' | name, ":", ( word | '"', text, '"' ) | "*" ;
//! ```
//! Names are `from to staff customer conversation kind channel before after has is`. The full width forms `（ ） “ ” ： ｜`
//! mean the same. AND, OR and NOT are operators in capitals only. A query of nothing but NOT means everything except; `*`
//! alone is everything. What can't be read is an error with its place, never a guess.

use xinju_model::limits::{QUERY_CHARS_MAX, QUERY_CLAUSES_MAX, QUERY_DEPTH_MAX};
use xinju_model::message::MessageKind;
use xinju_model::time::Timestamp;

use crate::filter::filter;
use crate::lexer::{Lexer, Token, TokenKind};
use crate::piece::Piece;

/// What is wrong with a query, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyntaxError {
    /// Offset in characters from the beginning of the query.
    pub position: usize,
    /// Stable name of what is wrong: `unknown_filter`, `bad_date`, `unclosed_quote`, `unclosed_parenthesis`, `unexpected`, `empty`, `too_long`, `unknown_kind`, `unknown_value`.
    pub code: &'static str,
    /// A sentence for people, in English, that says what to do.
    pub message: String,
}

/// A query as written, not yet resolved: names are still names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Query {
    /// Everything.
    All,
    /// A word or phrase: exact substring where scripts have no spaces, whole words in others; `prefix` for `word*`.
    Text {
        /// As written, without quotes.
        text: String,
        /// Whether the last word may go on.
        prefix: bool,
    },
    /// A filter.
    Filter(Filter),
    /// All of them.
    And(Vec<Query>),
    /// Any of them.
    Or(Vec<Query>),
    /// Not this.
    Not(Box<Query>),
}

/// A filter of the query language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Filter {
    /// `from:` a name or id as written.
    From(String),
    /// `to:`
    To(String),
    /// `staff:`
    Staff(String),
    /// `customer:`
    Customer(String),
    /// `conversation:` an id.
    Conversation(String),
    /// `kind:`
    Kind(MessageKind),
    /// `channel:`
    Channel(String),
    /// `before:` (exclusive)
    Before(Timestamp),
    /// `after:` (inclusive)
    After(Timestamp),
    /// `has:attachment`
    HasAttachment,
    /// `is:recalled`
    Recalled,
    /// Has any of these marks, as their terms. Nobody can write this one: it is how other indexes filter.
    Marked(Vec<Vec<u8>>),
}

/// Reads a query. Dates without a zone (`2025-01-31`) are read in `zone_offset_minutes` (east of Greenwich is positive).
pub fn parse(text: &str, zone_offset_minutes: i32) -> Result<Query, SyntaxError> {
    let characters: Vec<char> = text.chars().take(QUERY_CHARS_MAX + 1).collect();
    if characters.len() > QUERY_CHARS_MAX {
        return Err(error(QUERY_CHARS_MAX, "too_long", format!("a query has at most {QUERY_CHARS_MAX} characters")));
    }
    let end = characters.len();
    let tokens = Lexer::new(&characters).tokens()?;
    if tokens.is_empty() {
        return Err(error(0, "empty", "type a word, a phrase in quotes, or * for everything"));
    }
    let mut parser = Parser { tokens, next: 0, clauses: 0, end, zone_offset_minutes };
    let query = parser.any_of(0)?;
    match parser.peek() {
        None => Ok(query),
        Some(token) => {
            Err(error(token.position, "unexpected", "this parenthesis closes nothing; quote it to search for it"))
        }
    }
}

pub(crate) fn error(position: usize, code: &'static str, message: impl Into<String>) -> SyntaxError {
    SyntaxError { position, code, message: message.into() }
}

struct Parser {
    tokens: Vec<Token>,
    next: usize,
    clauses: usize,
    /// Characters of the query.
    end: usize,
    zone_offset_minutes: i32,
}

impl Parser {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.next)
    }

    fn takes(&mut self, kind: &TokenKind) -> bool {
        let found = self.peek().is_some_and(|token| token.kind == *kind);
        self.next += usize::from(found);
        found
    }

    fn any_of(&mut self, depth: usize) -> Result<Query, SyntaxError> {
        let mut parts = vec![self.all_of(depth)?];
        while self.takes(&TokenKind::Or) {
            parts.push(self.all_of(depth)?);
        }
        Ok(one_or(parts, Query::Or))
    }

    fn all_of(&mut self, depth: usize) -> Result<Query, SyntaxError> {
        let mut parts = vec![self.part(depth)?];
        loop {
            let joined = self.takes(&TokenKind::And);
            let goes_on = self.peek().is_some_and(|token| !matches!(token.kind, TokenKind::Or | TokenKind::Close));
            if !joined && !goes_on {
                return Ok(one_or(parts, Query::And));
            }
            parts.push(self.part(depth)?);
        }
    }

    fn part(&mut self, depth: usize) -> Result<Query, SyntaxError> {
        let Some(token) = self.peek().cloned() else {
            return Err(error(self.end, "unexpected", "something is missing at the end"));
        };
        if depth > QUERY_DEPTH_MAX {
            let message = format!("parentheses and NOT go at most {QUERY_DEPTH_MAX} deep");
            return Err(error(token.position, "too_long", message));
        }
        self.next += 1;
        match token.kind {
            TokenKind::Not => Ok(Query::Not(Box::new(self.part(depth + 1)?))),
            TokenKind::Open => {
                let inner = self.any_of(depth + 1)?;
                if self.takes(&TokenKind::Close) {
                    return Ok(inner);
                }
                Err(error(token.position, "unclosed_parenthesis", "this parenthesis is not closed"))
            }
            TokenKind::Close | TokenKind::And | TokenKind::Or => {
                Err(error(token.position, "unexpected", "a word or phrase is missing before this"))
            }
            TokenKind::All | TokenKind::Text { .. } | TokenKind::Filter { .. } => self.leaf(token),
        }
    }

    fn leaf(&mut self, token: Token) -> Result<Query, SyntaxError> {
        self.clauses += 1;
        if self.clauses > QUERY_CLAUSES_MAX {
            let message = format!("a query has at most {QUERY_CLAUSES_MAX} words, phrases and filters");
            return Err(error(token.position, "too_long", message));
        }
        match token.kind {
            TokenKind::Text { text, prefix } => {
                if Piece::new(&text, prefix).is_none() {
                    return Err(error(token.position, "empty", "there is nothing to search for in this"));
                }
                Ok(Query::Text { text, prefix })
            }
            TokenKind::Filter { name, value, value_position } => {
                filter(&name, &value, token.position, value_position, self.zone_offset_minutes).map(Query::Filter)
            }
            _ => Ok(Query::All),
        }
    }
}

fn one_or(mut parts: Vec<Query>, many: impl FnOnce(Vec<Query>) -> Query) -> Query {
    match parts.pop() {
        Some(only) if parts.is_empty() => only,
        last => {
            parts.extend(last);
            many(parts)
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn text(text: &str) -> Query {
        Query::Text { text: text.to_owned(), prefix: false }
    }

    fn check(query: &str, expected: &Query) {
        assert_eq!(parse(query, 0).as_ref(), Ok(expected), "{query}");
    }

    fn fails(query: &str, code: &str, position: usize) {
        let error = parse(query, 0).expect_err(query);
        assert_eq!((error.code, error.position), (code, position), "{query}: {}", error.message);
    }

    #[test]
    fn words_phrases_and_operators() {
        check("退款", &text("退款"));
        check(" 退款 酒店 ", &Query::And(vec![text("退款"), text("酒店")]));
        check("退款 AND 酒店", &Query::And(vec![text("退款"), text("酒店")]));
        check("\"a b\" OR c", &Query::Or(vec![text("a b"), text("c")]));
        check("a|b", &Query::Or(vec![text("a"), text("b")]));
        check("a b OR c", &Query::Or(vec![Query::And(vec![text("a"), text("b")]), text("c")]));
        check("a (b OR c)", &Query::And(vec![text("a"), Query::Or(vec![text("b"), text("c")])]));
        check("a -b", &Query::And(vec![text("a"), Query::Not(Box::new(text("b")))]));
        check("NOT a", &Query::Not(Box::new(text("a"))));
        check("-(a b)", &Query::Not(Box::new(Query::And(vec![text("a"), text("b")]))));
        check("（退款｜“退 货”）", &Query::Or(vec![text("退款"), text("退 货")]));
        check("a-1 and or", &Query::And(vec![text("a-1"), text("and"), text("or")]));
        check("ref*", &Query::Text { text: "ref".into(), prefix: true });
        check("\"ref*\"", &text("ref*"));
        check("*", &Query::All);
        check("\"AND\"", &text("AND"));
    }

    #[test]
    fn text_with_colons_is_no_filter() {
        check("http://x.cn/a?b=c", &text("http://x.cn/a?b=c"));
        check("12:30", &text("12:30"));
        check("备注：加急", &text("备注：加急"));
        check("note: x", &Query::And(vec![text("note:"), text("x")]));
        check("\"note:x\"", &text("note:x"));
    }

    #[test]
    fn filters() {
        check("from:staff018", &Query::Filter(Filter::From("staff018".into())));
        check("customer：“张 三”", &Query::Filter(Filter::Customer("张 三".into())));
        check("KIND:image", &Query::Filter(Filter::Kind(MessageKind::Image)));
        check("-is:recalled", &Query::Not(Box::new(Query::Filter(Filter::Recalled))));
        check("has:attachment", &Query::Filter(Filter::HasAttachment));
        check("channel:wecom", &Query::Filter(Filter::Channel("wecom".into())));
        check("before:2025", &Query::Filter(Filter::Before(Timestamp(1_735_689_600_000))));
        check("(after:2025-01-31)", &Query::Filter(Filter::After(Timestamp(1_738_281_600_000))));
    }

    #[test]
    fn errors_say_where() {
        fails("", "empty", 0);
        fails("  ", "empty", 0);
        fails("a \"\"", "empty", 2);
        fails("退款 \"酒店", "unclosed_quote", 3);
        fails("from:\"x", "unclosed_quote", 5);
        fails("a (b", "unclosed_parenthesis", 2);
        fails("a) b", "unexpected", 1);
        fails("a OR", "unexpected", 4);
        fails("OR a", "unexpected", 0);
        fails("()", "unexpected", 1);
        fails("a - b", "unexpected", 2);
        fails("a*b", "unexpected", 1);
        fails("kind: a", "unexpected", 0);
        fails("note:x", "unknown_filter", 0);
        fails("a kind:letter", "unknown_kind", 7);
        fails("channel:sms", "unknown_value", 8);
        fails("conversation:x", "unknown_value", 13);
        fails("has:words", "unknown_value", 4);
        fails("before:yesterday", "bad_date", 7);
        fails("before:2025-02-30", "bad_date", 7);
        fails(&"a".repeat(QUERY_CHARS_MAX + 1), "too_long", QUERY_CHARS_MAX);
        fails(&"a ".repeat(QUERY_CLAUSES_MAX + 1), "too_long", QUERY_CLAUSES_MAX * 2);
        fails(&"(".repeat(QUERY_DEPTH_MAX + 2), "too_long", QUERY_DEPTH_MAX + 1);
        fails(&format!("{}a", "-".repeat(QUERY_DEPTH_MAX + 2)), "too_long", QUERY_DEPTH_MAX + 1);
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused_in_place(text in "[a-c款店 \"“”()（）|:：*\\-0-9]{0,40}|.{0,40}") {
            if let Err(error) = parse(&text, 480) {
                prop_assert!(error.position <= text.chars().count());
            }
        }

        #[test]
        fn quoted_text_is_text(inner in "[^\"“”＂]{1,40}") {
            match parse(&format!("\"{inner}\""), 0) {
                Ok(query) => prop_assert_eq!(query, text(&inner)),
                Err(error) => prop_assert_eq!(error.code, "empty"),
            }
        }
    }
}
