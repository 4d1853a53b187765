//! What can go wrong with the store.

use std::path::Path;

/// The error of this crate.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Another process has the data folder open.
    #[error("another process has the data folder open")]
    InUse,
    /// The folder was written by a newer version.
    #[error("the data folder is of format {found}; this version reads up to {known}")]
    Newer {
        /// Its format.
        found: u32,
        /// The newest this version knows.
        known: u32,
    },
    /// Stored bytes are not what was written.
    #[error("damaged: {0}")]
    Damaged(String),
    /// The database refused.
    #[error("database: {0}")]
    Database(String),
    /// Keys.
    #[error(transparent)]
    Key(#[from] xinju_keys::error::KeyError),
    /// Reading or writing a file failed.
    #[error("{path}: {source}")]
    Io {
        /// Where.
        path: String,
        /// Why.
        source: std::io::Error,
    },
    /// The store is shutting down, or an earlier write failed and it accepts no more.
    #[error("the archive accepts no writes: {0}")]
    Closed(String),
    /// A caller's own refusal inside a write; nothing was written.
    #[error("{0}")]
    Refused(String),
}

impl StoreError {
    /// Bytes that are not what was written, and where.
    pub(crate) fn damaged(what: impl Into<String>) -> Self {
        Self::Damaged(what.into())
    }

    /// A failed file operation; bytes that do not open are damage.
    pub(crate) fn io(path: &Path, source: std::io::Error) -> Self {
        if source.kind() == std::io::ErrorKind::InvalidData {
            return Self::Damaged(format!("{}: {source}", path.display()));
        }
        Self::Io { path: path.display().to_string(), source }
    }
}

impl From<redb::Error> for StoreError {
    fn from(error: redb::Error) -> Self {
        match error {
            redb::Error::Corrupted(what) => Self::Damaged(format!("database: {what}")),
            redb::Error::Io(source) if source.kind() == std::io::ErrorKind::InvalidData => {
                Self::Damaged(format!("database: {source}"))
            }
            redb::Error::PreviousIo => {
                Self::Database("an earlier read or write failed; stop, look at the disk, and start again".to_owned())
            }
            other => Self::Database(other.to_string()),
        }
    }
}

/// redb has an error for each of its operations; each of them is one of its umbrella error.
macro_rules! from_redb {
    ($($name:ident),*) => {
        $(impl From<redb::$name> for StoreError {
            fn from(error: redb::$name) -> Self {
                redb::Error::from(error).into()
            }
        })*
    };
}

from_redb!(CommitError, DatabaseError, StorageError, TableError, TransactionError, SetDurabilityError);
