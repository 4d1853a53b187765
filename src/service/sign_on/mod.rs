//! Signing in with what another system knows: the company's directory (LDAP) and its identity provider (OpenID Connect).
//!
//! Here is what follows from an answer; asking is the connections' work, behind [`Identify`].

pub(crate) mod pending;
mod person;
mod provider;
mod settings;

use xinju_model::sign_on::{Directory, Provider};
use xinju_model::time::Timestamp;
use zeroize::Zeroizing;

pub(crate) use person::Verdict;
pub use provider::{BeginSignOn, Begun, Entered, FinishSignOn, SignOnRefusal, SignedOn};
pub use settings::{SignOn, Trouble};

/// Somebody whom another system knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// How an identity provider numbers them; empty for a directory's.
    pub subject: String,
    /// The login here.
    pub login: String,
    /// The name to show; empty where none is told.
    pub name: String,
    /// When they last gave proof of who they are, where that is told.
    pub authenticated_at: Option<Timestamp>,
}

/// What an identity provider has to be told and has to tell again.
#[derive(Clone, Debug)]
pub struct Question {
    /// Where it sends the browser back to.
    pub redirect: String,
    /// Comes back with the browser.
    pub state: Zeroizing<String>,
    /// Comes back in the token.
    pub nonce: Zeroizing<String>,
    /// Only who has it can use the code (RFC 7636).
    pub verifier: Zeroizing<String>,
    /// Whether a person who is signed in there already has to give proof again.
    pub again: bool,
}

/// Why another system gave no answer that counts. The texts are for administrators; no secret is in them.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IdentifyError {
    /// It could not be reached, or took too long.
    #[error("it cannot be reached: {0}")]
    Unreachable(String),
    /// Its certificate is signed by nobody that is trusted, is for another name, or has run out; or the certificates of the settings cannot be read.
    #[error("its certificate is not trusted: {0}")]
    Untrusted(String),
    /// It refused what this archive says of itself, or what it asks for.
    #[error("it refused: {0}")]
    Refused(String),
    /// It answered, but with something that cannot be believed or understood.
    #[error("it answered with something unexpected: {0}")]
    Unexpected(String),
}

/// Asks other systems who somebody is: the seam that the connections fill in. Everything here blocks, for at most twice
/// [`xinju_model::limits::SIGN_ON_ANSWER_MS_MAX`].
pub trait Identify: Send + Sync {
    /// Whose login and password these are; none where they are nobody's.
    fn password(
        &self,
        directory: &Directory,
        secret: &str,
        login: &str,
        password: &str,
    ) -> Result<Option<Person>, IdentifyError>;
    /// Whether people can be looked for in the directory.
    fn try_directory(&self, directory: &Directory, secret: &str) -> Result<(), IdentifyError>;
    /// The address that a browser is sent to.
    fn begin(&self, provider: &Provider, question: &Question) -> Result<String, IdentifyError>;
    /// Who came back with a code, after every check of the token.
    fn finish(
        &self,
        provider: &Provider,
        secret: &str,
        question: &Question,
        code: &str,
        now: Timestamp,
    ) -> Result<Person, IdentifyError>;
    /// Whether the provider's configuration and keys can be read.
    fn try_provider(&self, provider: &Provider) -> Result<(), IdentifyError>;
}

#[cfg(test)]
pub(crate) mod tests;
