//! People who can sign in: creating, suspending, passwords.

use xinju_model::access::{Role, Viewer};
use xinju_model::id::UserId;
use xinju_model::user::User;
use zeroize::Zeroizing;

use crate::error::ServiceError;
use crate::service::Service;

/// A user to be made.
pub struct CreateUser {
    /// The login; unique without regard to case.
    pub login: String,
    /// The name to show.
    pub name: String,
    /// What the user may do.
    pub role: Role,
    /// The first password.
    pub password: Zeroizing<String>,
}

/// Why a user was not made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UserRefusal {
    /// Another user has the login.
    LoginTaken,
    /// The login is empty, too long or has spaces or control characters.
    LoginInvalid,
    /// The name is empty or too long.
    NameInvalid,
    /// The password is too short.
    PasswordTooShort,
    /// The password is too long.
    PasswordTooLong,
}

/// Why a user was not suspended or let in again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SetUserActiveRefusal {
    /// Nobody could manage users any more.
    LastAdministrator,
    /// People do not suspend themselves.
    Yourself,
}

/// Why a password was not changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PasswordRefusal {
    /// The present password is another.
    WrongPassword,
    /// The new one is too short.
    PasswordTooShort,
    /// The new one is too long.
    PasswordTooLong,
}

impl Service {
    /// All users by login.
    pub fn users(&self, viewer: &Viewer) -> Result<Vec<User>, ServiceError> {
        todo!()
    }

    /// A user: oneself, or any for those who manage users.
    pub fn user(&self, viewer: &Viewer, id: UserId) -> Result<Option<User>, ServiceError> {
        todo!()
    }

    /// Makes a user.
    pub fn create_user(&self, viewer: &Viewer, new: CreateUser) -> Result<Result<User, UserRefusal>, ServiceError> {
        todo!()
    }

    /// Suspends a user (sessions and tokens end at once) or lets the user in again.
    pub fn set_user_active(
        &self,
        viewer: &Viewer,
        id: UserId,
        active: bool,
    ) -> Result<Result<User, SetUserActiveRefusal>, ServiceError> {
        todo!()
    }

    /// Changes the viewer's own password. Other sessions end; `keep` stays.
    pub fn change_password(
        &self,
        viewer: &Viewer,
        current: &Zeroizing<String>,
        new: &Zeroizing<String>,
        keep: Option<xinju_model::id::SessionId>,
    ) -> Result<Result<(), PasswordRefusal>, ServiceError> {
        todo!()
    }

    /// Gives a user a new password without the old one, for those who manage users. All sessions of the user end.
    pub fn reset_password(
        &self,
        viewer: &Viewer,
        login: &str,
        new: &Zeroizing<String>,
    ) -> Result<Result<User, PasswordRefusal>, ServiceError> {
        todo!()
    }
}
