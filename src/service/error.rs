//! What can go wrong in a use case, and the closed list of codes under which the doors report it.
//!
//! Expected refusals (a wrong password, a taken login) are not errors: each use case returns them as data.

use xinju_evidence::error::EvidenceError;
use xinju_keys::error::KeyError;
use xinju_model::access::Denied;
use xinju_model::package::PackageFailure;
use xinju_search::error::SearchError;
use xinju_store::error::StoreError;

/// Every code of the product. Stable: the console and integrators switch on them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Code {
    /// Sign in first.
    Unauthenticated,
    /// Signed in, but not allowed.
    Forbidden,
    /// No such thing, or not yours to see.
    NotFound,
    /// An argument is not what it should be.
    BadInput,
    /// The state of things does not allow it now.
    Conflict,
    /// A hold keeps it.
    Held,
    /// A second person must say yes first.
    ApprovalRequired,
    /// Signed in too long ago for this: confirm who you are, then ask again.
    ConfirmRequired,
    /// The sign-in policy demands a second factor; nothing else is answered before one is enrolled.
    EnrolmentRequired,
    /// None of the roles may be used from this network.
    NetworkRefused,
    /// More than a limit allows.
    Limit,
    /// Something went wrong inside; the log says what.
    Internal,
}

impl Code {
    /// All codes.
    pub const ALL: &[Self] = &[
        Self::Unauthenticated,
        Self::Forbidden,
        Self::NotFound,
        Self::BadInput,
        Self::Conflict,
        Self::Held,
        Self::ApprovalRequired,
        Self::ConfirmRequired,
        Self::EnrolmentRequired,
        Self::NetworkRefused,
        Self::Limit,
        Self::Internal,
    ];

    /// The stable name, as `extensions.code` carries it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Unauthenticated => "UNAUTHENTICATED",
            Self::Forbidden => "FORBIDDEN",
            Self::NotFound => "NOT_FOUND",
            Self::BadInput => "BAD_INPUT",
            Self::Conflict => "CONFLICT",
            Self::Held => "HELD",
            Self::ApprovalRequired => "APPROVAL_REQUIRED",
            Self::ConfirmRequired => "CONFIRM_REQUIRED",
            Self::EnrolmentRequired => "ENROLMENT_REQUIRED",
            Self::NetworkRefused => "NETWORK_REFUSED",
            Self::Limit => "LIMIT",
            Self::Internal => "INTERNAL",
        }
    }
}

/// The error of this crate.
#[derive(Debug, thiserror::Error)]
pub enum ServiceError {
    /// Nobody is signed in.
    #[error("sign in first")]
    Unauthenticated,
    /// Signed in, but the policy says no.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// The operation is sensitive, and the session has not confirmed lately who it is.
    #[error("confirm who you are first, with `confirmIdentity`")]
    ConfirmFirst,
    /// The policy demands a second factor that the viewer does not have.
    #[error("enrol a second factor first, with `beginEnrolment` or `beginPasskey`")]
    EnrolFirst,
    /// Every role of the user names networks, and this is none of them.
    #[error("none of your roles may be used from this network")]
    OffNetwork,
    /// It holds personal data that is masked for the viewer, and cannot be shown in part.
    #[error("this holds personal data that is masked for you; reveal what you need with `revealPersonal`")]
    Withheld,
    /// The policy demands a second person's yes.
    #[error("a second person must say yes first; ask with `askApproval`")]
    ApprovalFirst,
    /// There is no such thing, or the viewer may not see it.
    #[error("there is no such {0}")]
    NotFound(&'static str),
    /// An argument is wrong; the sentence says which and what to do.
    #[error("{0}")]
    BadInput(String),
    /// It cannot be done in the present state; the sentence says why.
    #[error("{0}")]
    Conflict(String),
    /// A limit was reached; the sentence says which.
    #[error("{0}")]
    Limit(String),
    /// A package could not be built.
    #[error(transparent)]
    Package(#[from] PackageFailure),
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The index.
    #[error(transparent)]
    Search(#[from] SearchError),
    /// The keys.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// Evidence could not be written.
    #[error(transparent)]
    Evidence(#[from] EvidenceError),
    /// A file or the system.
    #[error("{what}: {source}")]
    Io {
        /// What was being done.
        what: &'static str,
        /// Why it failed.
        source: std::io::Error,
    },
    /// A fault of ours.
    #[error("internal: {0}")]
    Internal(String),
}

impl ServiceError {
    /// The code to report it under.
    pub fn code(&self) -> Code {
        match self {
            Self::Unauthenticated => Code::Unauthenticated,
            Self::Denied(_) | Self::Withheld => Code::Forbidden,
            Self::ConfirmFirst => Code::ConfirmRequired,
            Self::EnrolFirst => Code::EnrolmentRequired,
            Self::ApprovalFirst => Code::ApprovalRequired,
            Self::OffNetwork => Code::NetworkRefused,
            Self::NotFound(_) => Code::NotFound,
            Self::BadInput(_) | Self::Search(SearchError::Cursor) => Code::BadInput,
            Self::Conflict(_)
            | Self::Package(_)
            | Self::Store(StoreError::Refused(_) | StoreError::InUse)
            | Self::Search(SearchError::InUse) => Code::Conflict,
            Self::Limit(_) => Code::Limit,
            Self::Store(_)
            | Self::Search(_)
            | Self::Key(_)
            | Self::Evidence(_)
            | Self::Io { .. }
            | Self::Internal(_) => Code::Internal,
        }
    }

    /// A sentence for people outside: never a path, a stack or another part's own words. The log gets [`std::fmt::Display`].
    pub fn sentence(&self) -> String {
        match self.code() {
            // What is read is written down first: a full disk stops reading too.
            Code::Internal if matches!(self, Self::Store(StoreError::Closed(_))) => {
                "The archive can write nothing now, so it shows nothing either. Look at the disk's free space, then start the server again; `xinju doctor` says more.".into()
            }
            Code::Internal => {
                "Something went wrong inside. The server's log says what; `xinju doctor` says what to do.".into()
            }
            _ => self.to_string(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_say_nothing_of_the_inside() {
        let fault = ServiceError::Store(StoreError::Damaged("segment 7 at /secret/place".into()));
        assert_eq!(fault.code(), Code::Internal);
        assert!(!fault.sentence().contains("secret"));
        assert!(fault.to_string().contains("secret"));
    }

    #[test]
    fn an_archive_that_cannot_write_says_what_to_do() {
        let full = ServiceError::Store(StoreError::Closed("No space left on device at /secret/place".into()));
        assert_eq!(full.code(), Code::Internal);
        assert!(full.sentence().contains("free space") && !full.sentence().contains("secret"));
    }

    #[test]
    fn refusals_keep_their_words() {
        let error = ServiceError::BadInput("`first` is at most 200".into());
        assert_eq!((error.code().name(), error.sentence().as_str()), ("BAD_INPUT", "`first` is at most 200"));
        assert_eq!(ServiceError::from(SearchError::Cursor).code(), Code::BadInput);
    }
}
