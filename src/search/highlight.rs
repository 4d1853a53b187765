//! Snippets: where the words of a query stand in a text.

use crate::query::Query;

/// A part of a text and where the query's words stand in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snippet {
    /// The part, at most `chars` characters, with `…` at cut ends.
    pub text: String,
    /// Ranges of the part that match, in UTF-16 code units (what browsers count), in order, not overlapping.
    pub marks: Vec<(usize, usize)>,
}

/// The most telling part of `text` for `query`.
pub fn snippet(query: &Query, text: &str, chars: usize) -> Snippet {
    let _ = (query, text, chars);
    todo!()
}
