//! What can go wrong with the store.

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
