//! People who can sign in.

mod active;
mod create;
mod password;
mod roles;

use xinju_model::access::{Action, Viewer};
use xinju_model::id::{SessionId, UserId};
use xinju_model::user::User;
use xinju_store::error::StoreError;
use xinju_store::read::ReadTx;

use crate::error::ServiceError;
use crate::service::Service;
pub use crate::user::active::SetUserActiveRefusal;
pub use crate::user::create::{CreateUser, UserRefusal};
pub(crate) use crate::user::create::{ReadyUser, check_names, created};
pub use crate::user::password::PasswordRefusal;
pub use crate::user::roles::SetUserRolesRefusal;
pub(crate) use crate::user::roles::role_names;

/// A user's sessions but one.
fn sessions_but(tx: &ReadTx, user: UserId, keep: Option<SessionId>) -> Result<Vec<SessionId>, StoreError> {
    Ok(tx.sessions(user)?.into_iter().map(|session| session.id).filter(|id| Some(*id) != keep).collect())
}

impl Service {
    /// All users by login, for those who manage them or their roles.
    pub fn users(&self, viewer: &Viewer) -> Result<Vec<User>, ServiceError> {
        self.core.allow_any(viewer, &[Action::ManageUsers, Action::ManageRoles], "")?;
        Ok(self.core.store.read()?.users()?.into_iter().map(|row| row.user).collect())
    }

    /// A user: oneself, or any for those who manage users or their roles.
    pub fn user(&self, viewer: &Viewer, id: UserId) -> Result<Option<User>, ServiceError> {
        if viewer.user != Some(id) {
            self.core.allow_any(viewer, &[Action::ManageUsers, Action::ManageRoles], id)?;
        }
        Ok(self.core.store.read()?.user(id)?.map(|row| row.user))
    }
}
