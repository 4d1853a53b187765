//! Why the doors could not be opened.

use std::io;
use std::path::PathBuf;

/// A fault of the doors themselves; what a request did wrong is answered to its sender.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The address is taken or not ours.
    #[error("cannot listen on {address}: {source}. Stop what uses it, or choose another with --listen")]
    Listen {
        /// The address.
        address: std::net::SocketAddr,
        /// What the system says.
        source: io::Error,
    },
    /// A file or folder could not be read or written.
    #[error("{path}: {source}")]
    File {
        /// Which.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The certificate and its key are not usable.
    #[error(
        "the certificate cannot be used: {0}. Give a PEM chain and its unencrypted PEM key, or none for a self-signed one"
    )]
    Certificate(String),
}

impl Error {
    /// A fault of a file, by its path.
    pub(crate) fn file(path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |source| Self::File { path, source }
    }
}
