//! Coming in: the set-up link, signing in and out, sessions and tokens at the door.

use xinju_model::access::{Action, Viewer};
use xinju_model::id::{SessionId, UserId};
use xinju_model::user::{Session, User};
use zeroize::Zeroizing;

use crate::error::ServiceError;
use crate::service::Service;

/// Whether the archive waits for its first administrator, and what it runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SetupState {
    /// Whether there is no user yet.
    pub needed: bool,
    /// The product's version.
    pub version: String,
}

/// From where and with what somebody comes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Origin {
    /// The network address, without port.
    pub address: String,
    /// What the browser says of itself.
    pub agent: String,
}

/// Somebody who was let in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Principal {
    /// For every use case.
    pub viewer: Viewer,
    /// The user.
    pub user: User,
    /// The session; none with a token.
    pub session: Option<Session>,
}

/// A new session and the secret for its cookie.
#[derive(Debug)]
pub struct SignedIn {
    /// Who.
    pub principal: Principal,
    /// The cookie's value, base64url; kept nowhere else.
    pub secret: Zeroizing<String>,
}

/// What makes the first administrator.
pub struct CompleteSetup {
    /// The token of the set-up link.
    pub token: Zeroizing<String>,
    /// The login.
    pub login: String,
    /// The name to show.
    pub name: String,
    /// The password.
    pub password: Zeroizing<String>,
}

/// Why the first administrator was not made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SetupRefusal {
    /// The link is wrong or too old.
    LinkInvalid,
    /// There are users already.
    AlreadyDone,
    /// The login is empty, too long or has spaces or control characters.
    LoginInvalid,
    /// The password is too short.
    PasswordTooShort,
    /// The password is too long.
    PasswordTooLong,
}

/// Why somebody was not let in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignInRefusal {
    /// Login and password do not fit, or the user is suspended: which of them is not told.
    WrongCredentials,
    /// Too many failed; the password was not even looked at. Seconds until the next attempt is.
    TooManyAttempts(u64),
}

impl Service {
    /// Whether the archive waits for its first administrator. Public.
    pub fn setup_state(&self) -> Result<SetupState, ServiceError> {
        todo!()
    }

    /// Makes the token of a set-up link where there is no user yet; an earlier link ends. None when set up already. For the operator of the machine.
    pub fn make_setup_link(&self, viewer: &Viewer) -> Result<Option<Zeroizing<String>>, ServiceError> {
        todo!()
    }

    /// Makes the first administrator and signs in.
    pub fn complete_setup(
        &self,
        setup: CompleteSetup,
        origin: &Origin,
    ) -> Result<Result<SignedIn, SetupRefusal>, ServiceError> {
        todo!()
    }

    /// Signs in with login and password.
    pub fn sign_in(
        &self,
        login: &str,
        password: &Zeroizing<String>,
        origin: &Origin,
    ) -> Result<Result<SignedIn, SignInRefusal>, ServiceError> {
        todo!()
    }

    /// Who a session's secret belongs to; none when it is unknown, over, or its user suspended. Notes when it was seen, to the minute.
    pub fn authenticate_session(&self, secret: &str, address: &str) -> Result<Option<Principal>, ServiceError> {
        todo!()
    }

    /// Who an API token's secret belongs to; none when it is unknown, expired, or its user suspended. Notes when it was used, to the minute.
    pub fn authenticate_token(&self, secret: &str, address: &str) -> Result<Option<Principal>, ServiceError> {
        todo!()
    }

    /// Ends the session somebody came with.
    pub fn sign_out(&self, viewer: &Viewer, session: SessionId) -> Result<(), ServiceError> {
        todo!()
    }

    /// The viewer's own sessions, newest first.
    pub fn sessions(&self, viewer: &Viewer) -> Result<Vec<Session>, ServiceError> {
        todo!()
    }

    /// Ends one of the viewer's own sessions; false where it is not one of them.
    pub fn revoke_session(&self, viewer: &Viewer, session: SessionId) -> Result<bool, ServiceError> {
        todo!()
    }

    /// Ends all of the viewer's sessions but `current`; how many.
    pub fn revoke_other_sessions(&self, viewer: &Viewer, current: Option<SessionId>) -> Result<u64, ServiceError> {
        todo!()
    }

    /// What the viewer may do: what the console offers.
    pub fn can(&self, viewer: &Viewer) -> Vec<Action> {
        todo!()
    }
}

/// The user a viewer is; an error for operator and system.
pub(crate) fn own_user(viewer: &Viewer) -> Result<UserId, ServiceError> {
    viewer.user.ok_or_else(|| ServiceError::BadInput("this needs a signed-in user".into()))
}
