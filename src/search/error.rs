//! What can go wrong with search.

/// The error of this crate.
#[derive(Debug, thiserror::Error)]
pub enum SearchError {
    /// The index cannot be used; a rebuild makes it again.
    #[error("the search index is damaged or of another version: {0}")]
    Damaged(String),
    /// The engine failed.
    #[error("search: {0}")]
    Engine(String),
    /// A cursor is not one of ours, or its query changed.
    #[error("not a valid cursor")]
    Cursor,
}
