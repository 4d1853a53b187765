//! Why evidence does not hold, in words for people.

use xinju_model::checkpoint::NoteError;

/// The error of this crate: the first thing that does not hold.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EvidenceError {
    /// The proof is no file of its format.
    #[error("the proof is not a tlog-proof: {0}")]
    ProofMalformed(&'static str),
    /// The checkpoint is no checkpoint, or is not signed by the log.
    #[error("the checkpoint does not hold: {0}")]
    Checkpoint(#[from] NoteError),
    /// The path leads elsewhere.
    #[error(
        "the path does not lead from this entry at place {index} to the root of the checkpoint over {size} entries"
    )]
    Path {
        /// The entry's place as the proof states it.
        index: u64,
        /// Entries under the checkpoint.
        size: u64,
    },
    /// The document around an entry cannot be read.
    #[error("not a record proof: {0}")]
    Document(&'static str),
    /// A file stands beside a message that does not name it; its path.
    #[error("{0} is no file that its message names: the original knows no such MD5 and size, or not so often")]
    Media(String),
    /// The entry is not in the form that its version has.
    #[error("the entry is not in order: {0}")]
    Entry(&'static str),
    /// A disclosure does not hold.
    #[error("disclosure {number} does not hold: {reason}")]
    Disclosure {
        /// Its place in the document, from 1.
        number: usize,
        /// Why.
        reason: &'static str,
    },
    /// A package could not be written: the disk, or what was to be put in.
    #[error("the package could not be written: {0}")]
    Write(String),
    /// The disk has no room for a package.
    #[error("the package could not be written: the disk is full")]
    Full,
    /// Whoever asked for a package no longer wants it.
    #[error("stopped before the package was complete")]
    Cancelled,
    /// A file is no package of the form that packages have.
    #[error("not a package as it was written: {0}")]
    Container(String),
    /// A key or a certificate can't be used for a seal.
    #[error("the sealing key can't be used: {0}")]
    SealKey(&'static str),
    /// A signature over a seal or a timestamp does not hold.
    #[error("{0}")]
    Signature(&'static str),
    /// An authority's answer is no timestamp for what was asked.
    #[error("no timestamp: {0}")]
    Timestamp(String),
}

impl From<std::io::Error> for EvidenceError {
    fn from(error: std::io::Error) -> Self {
        match error.kind() {
            std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => Self::Full,
            _ => Self::Write(error.to_string()),
        }
    }
}
