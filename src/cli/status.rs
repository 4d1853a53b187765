//! How a command ended: the exit status that scripts read.

use std::process::ExitCode;

/// The exit statuses of the contract. 2 (wrong usage) is clap's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Status {
    /// Done.
    Done,
    /// Failed.
    Failed,
    /// A check found something wrong.
    VerificationFailed,
}

impl Status {
    /// The number, as it goes through the socket.
    pub(crate) fn number(self) -> i32 {
        match self {
            Self::Done => 0,
            Self::Failed => 1,
            Self::VerificationFailed => 3,
        }
    }

    /// Reads [`Status::number`].
    pub(crate) fn from_number(number: i32) -> Self {
        match number {
            0 => Self::Done,
            3 => Self::VerificationFailed,
            _ => Self::Failed,
        }
    }
}

impl From<Status> for ExitCode {
    fn from(status: Status) -> Self {
        match status {
            Status::Done => Self::SUCCESS,
            Status::Failed => Self::from(1),
            Status::VerificationFailed => Self::from(3),
        }
    }
}
