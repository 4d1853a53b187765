//! What can go wrong with search.

use std::io;
use std::sync::Arc;

use tantivy::TantivyError;
use tantivy::directory::error::{LockError, OpenReadError};

/// The error of this crate. Never holds message content.
#[derive(Debug, thiserror::Error)]
pub enum SearchError {
    /// The index cannot be used; [`crate::index::Index::clear`] and a rebuild make it again.
    #[error("the search index is damaged or of another version: {0}")]
    Damaged(String),
    /// Another process has the index open.
    #[error("the search index is open in another process; stop it first")]
    InUse,
    /// The engine failed: a full disk, too many open files, a dead writer.
    #[error("search: {0}")]
    Engine(String),
    /// A cursor is not one of ours, or its query changed.
    #[error("not a valid cursor")]
    Cursor,
}

impl From<io::Error> for SearchError {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::InvalidData | io::ErrorKind::UnexpectedEof => Self::Damaged(error.to_string()),
            _ => Self::Engine(error.to_string()),
        }
    }
}

impl From<TantivyError> for SearchError {
    fn from(error: TantivyError) -> Self {
        match error {
            TantivyError::IoError(error)
            | TantivyError::OpenReadError(OpenReadError::IoError { io_error: error, .. })
            | TantivyError::LockFailure(LockError::IoError(error), _) => from_shared(&error),
            TantivyError::OpenReadError(_)
            | TantivyError::DataCorruption(_)
            | TantivyError::IncompatibleIndex(_)
            | TantivyError::SchemaError(_)
            | TantivyError::FieldNotFound(_) => Self::Damaged(error.to_string()),
            other => Self::Engine(other.to_string()),
        }
    }
}

fn from_shared(error: &Arc<io::Error>) -> SearchError {
    SearchError::from(io::Error::new(error.kind(), error.to_string()))
}
