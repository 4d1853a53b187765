//! What can go wrong with keys.

/// The error of this crate. Never holds key material.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The key does not open the keystore: it is another archive's, or the passphrase is wrong.
    #[error("the master key does not fit this archive")]
    WrongKey,
    /// No key was found where it was looked for.
    #[error("no master key at {0}")]
    Missing(String),
    /// The key file or keystore is not in a form this version knows.
    #[error("{0} is damaged or from a newer version")]
    Malformed(&'static str),
    /// Sealed bytes do not open: changed, cut, moved, or under another key.
    #[error("sealed bytes do not open: changed or under another key")]
    Sealed,
    /// Reading or writing failed.
    #[error("{path}: {source}")]
    Io {
        /// Where.
        path: String,
        /// Why.
        source: std::io::Error,
    },
}
