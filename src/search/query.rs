//! The query language: words, "phrases", AND by default, OR, NOT / -, parentheses, filters `name:value`.

use xinju_model::message::MessageKind;
use xinju_model::time::Timestamp;

/// What is wrong with a query, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyntaxError {
    /// Offset in characters from the beginning of the query.
    pub position: usize,
    /// Stable name of what is wrong: `unknown_filter`, `bad_date`, `unclosed_quote`, `unclosed_parenthesis`, `unexpected`, `empty`, `too_long`, `unknown_kind`, `unknown_value`, `only_not`.
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
}

/// Reads a query. Dates without a zone (`2025-01-31`) are read in `zone_offset_minutes`.
pub fn parse(text: &str, zone_offset_minutes: i32) -> Result<Query, SyntaxError> {
    let _ = (text, zone_offset_minutes);
    todo!()
}
