//! Looking at the archive as another user would see it, without acting as them.
//!
//! What is shown is what both may see: the user's own rights and the scope of whoever looks meet, so that nobody learns by
//! a preview what their own rights keep from them. Names and numbers only; never a message.

use std::sync::Arc;

use xinju_model::access::{Action, Credential, Permit, Scope, Viewer, masks, may};
use xinju_model::id::UserId;
use xinju_model::user::User;

use crate::audit::Act;
use crate::conversation::{ConversationQuery, ConversationView};
use crate::customer::{CustomerView, list};
use crate::error::ServiceError;
use crate::page::{Connection, PageRequest};
use crate::service::{Core, Service};
use crate::session::rights_anywhere;

/// What another user may do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Preview {
    /// The user.
    pub user: User,
    /// What the user's roles allow; nothing while the user may not sign in.
    pub can: Vec<Action>,
}

impl Service {
    /// What a user may do, for those who manage roles. One event in the ledger.
    pub fn preview(&self, viewer: &Viewer, user: UserId) -> Result<Preview, ServiceError> {
        let (_, user, as_user) = self.core.previewed(viewer, user, "rights")?;
        let can = Action::ALL.iter().copied().filter(|action| user.active && may(&as_user, *action)).collect();
        Ok(Preview { user, can })
    }

    /// Customers that a user sees, as far as the viewer sees them too; none where one of them may not list customers.
    /// One event in the ledger.
    pub fn preview_customers(
        &self,
        viewer: &Viewer,
        user: UserId,
        page: &PageRequest,
    ) -> Result<Option<Connection<CustomerView>>, ServiceError> {
        let core = &self.core;
        let (_, user, as_user) = core.previewed(viewer, user, "customers")?;
        let Some((permit, scope)) = core.both_see(viewer, &user, &as_user, Action::ReadDirectory)? else {
            return Ok(None);
        };
        let mut snapshot = core.snapshot(&permit)?;
        snapshot.masks = snapshot.masks.or(&masks(&as_user, Action::ReadDirectory));
        list(&snapshot, &scope, None, page).map(Some)
    }

    /// Conversations that a user sees, as far as the viewer sees them too and without their messages; none where one of
    /// them may not read. One event in the ledger.
    pub fn preview_conversations(
        &self,
        viewer: &Viewer,
        user: UserId,
        page: &PageRequest,
    ) -> Result<Option<Connection<ConversationView>>, ServiceError> {
        let core = &self.core;
        let (_, user, as_user) = core.previewed(viewer, user, "conversations")?;
        let Some((permit, scope)) = core.both_see(viewer, &user, &as_user, Action::ReadContent)? else {
            return Ok(None);
        };
        let mut snapshot = core.snapshot(&permit)?;
        snapshot.scope = scope;
        snapshot.masks = snapshot.masks.or(&masks(&as_user, Action::ReadContent));
        let query = ConversationQuery { page: page.clone(), ..ConversationQuery::default() };
        snapshot.list(&query).map(Some)
    }
}

impl Core {
    /// A user and a viewer with the user's rights, which asks for permits and is written into no event: the act is the viewer's.
    fn previewed(
        &self,
        viewer: &Viewer,
        user: UserId,
        part: &'static str,
    ) -> Result<(Permit, User, Viewer), ServiceError> {
        let permit = self.allow_on(viewer, Action::ManageRoles, user)?;
        let tx = self.store.read()?;
        let user = tx.user(user)?.ok_or(ServiceError::NotFound("user"))?.user;
        let as_user = Viewer {
            user: Some(user.id),
            name: user.name.clone(),
            rights: Arc::new(rights_anywhere(&tx, &user)?),
            credential: Credential::Session,
            place: viewer.place.clone(),
            session: None,
            vouched: false,
        };
        self.audited(&permit, Act::audit("access.preview").on(user.id).with("part", part))?;
        Ok((permit, user, as_user))
    }

    /// The viewer's own permit, and what both see; none where one of them may not do the action at all.
    fn both_see(
        &self,
        viewer: &Viewer,
        user: &User,
        as_user: &Viewer,
        action: Action,
    ) -> Result<Option<(Permit, Scope)>, ServiceError> {
        if !user.active || !may(viewer, action) || !may(as_user, action) {
            return Ok(None);
        }
        let own = self.allow(viewer, action)?;
        let theirs = self.seeing(as_user, xinju_model::access::authorize(as_user, action)?)?;
        let scope = match (own.scope(), theirs.scope()) {
            (Scope::Everything, other) | (other, Scope::Everything) => other.clone(),
            (Scope::Conversations(a), Scope::Conversations(b)) => {
                Scope::Conversations(Arc::new(a.meet(b, self.scopes.fingerprint())))
            }
            _ => Scope::Nothing,
        };
        Ok(Some((own, scope)))
    }
}
