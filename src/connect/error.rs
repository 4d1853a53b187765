//! What can go wrong with what comes in.

use std::io;

/// The error of this crate. Never holds content.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// The file could not be read.
    #[error("reading failed: {0}")]
    Io(io::Error),
    /// The file is compressed and its bytes are not in order.
    #[error("the .zst file is damaged; what came before the damage was read: make or copy it again")]
    Damaged,
    /// The file is compressed and ends before its end.
    #[error("the .zst file is cut off; what came before was read: make or copy it again")]
    CutOff,
    /// The file needs more memory to unpack than it may have.
    #[error("the .zst file needs a window of more than 128 MiB: compress it again without --long or --ultra")]
    Window,
    /// The file unpacks to far more than files of messages do.
    #[error(
        "the .zst file unpacks to more than {0} times its size, which no chat does: unpack it first if it is meant so"
    )]
    Bomb(u64),
    /// The file is packed in a way that is not read.
    #[error("the file is packed with {0}: unpack it, or compress it with zstd")]
    Packed(&'static str),
    /// The file is larger than its kind may be.
    #[error("the file is larger than {0} bytes, the most that it may have")]
    TooLarge(usize),
    /// The file is not JSON, or not of the shape that was asked for.
    #[error(
        "the directory cannot be read at line {line}, column {column}: it must be a JSON object with department, userlist or external_contact_list"
    )]
    NotADirectory {
        /// Line of the fault, from 1.
        line: usize,
        /// Column of the fault, from 1.
        column: usize,
    },
}

impl From<io::Error> for ConnectError {
    /// Takes out the error that was put into an [`io::Error`] to pass through [`io::Read`].
    fn from(error: io::Error) -> Self {
        error.downcast::<Self>().unwrap_or_else(Self::Io)
    }
}
