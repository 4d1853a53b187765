//! Suspending a user and letting the user in again.

use xinju_model::access::{Action, Viewer};
use xinju_model::approval::SensitiveKind;
use xinju_model::id::{SessionId, TokenId, UserId};
use xinju_model::user::User;
use xinju_store::error::StoreError;

use crate::approval::leave::Leave;
use crate::audit::{Act, record};
use crate::error::ServiceError;
use crate::role::loses_the_last;
use crate::service::Service;
use crate::session::end_sessions;
use crate::user::sessions_but;

/// Why a user was not suspended or let in again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SetUserActiveRefusal {
    /// Nobody could manage users, or nobody roles, any more.
    LastAdministrator,
    /// People do not suspend themselves.
    Yourself,
}

impl Service {
    /// Suspends a user (sessions and tokens end at once) or lets the user in again.
    pub fn set_user_active(
        &self,
        viewer: &Viewer,
        id: UserId,
        active: bool,
    ) -> Result<Result<User, SetUserActiveRefusal>, ServiceError> {
        self.set_user_active_with(viewer, id, active, &self.core.leave(viewer, SensitiveKind::UserActive)?)
    }

    pub(crate) fn set_user_active_with(
        &self,
        viewer: &Viewer,
        id: UserId,
        active: bool,
        leave: &Leave,
    ) -> Result<Result<User, SetUserActiveRefusal>, ServiceError> {
        let core = &self.core;
        let permit = core.allow_on(viewer, Action::ManageUsers, id)?;
        core.fresh(viewer)?;
        if !active && viewer.user == Some(id) {
            return Ok(Err(SetUserActiveRefusal::Yourself));
        }
        let _one_at_a_time = core.accounts.lock();
        let tx = core.store.read()?;
        let user = tx.user(id)?.ok_or(ServiceError::NotFound("user"))?.user;
        let before = user.active;
        let users = tx.users()?.into_iter().map(|row| row.user).collect();
        if loses_the_last(&tx.roles()?, users, &User { active, ..user }) {
            return Ok(Err(SetUserActiveRefusal::LastAdministrator));
        }
        let (sessions, tokens): (Vec<SessionId>, Vec<TokenId>) = if active {
            (Vec::new(), Vec::new())
        } else {
            (sessions_but(&tx, id, None)?, tx.tokens(id)?.into_iter().map(|token| token.id).collect())
        };
        let act = Act::audit(if active { "user.resume" } else { "user.suspend" })
            .on(id)
            .with("active_before", before)
            .with("active_after", active);
        let now = core.clock.now();
        let user = core.sensitive(&permit, leave, act, move |tx, act| {
            let mut row = tx.user(id)?.ok_or_else(|| StoreError::Refused("there is no such user".into()))?;
            row.user.active = active;
            tx.put_user(&row)?;
            end_sessions(tx, &sessions)?;
            for token in &tokens {
                tx.remove_token(*token)?;
            }
            record(tx, now, act)?;
            Ok(row.user)
        })?;
        Ok(Ok(user))
    }
}

#[cfg(test)]
mod tests {
    use xinju_model::role::BuiltIn;
    use zeroize::Zeroizing;

    use super::*;
    use crate::error::Code;
    use crate::token::CreateToken;
    use crate::world::{PASSWORD, World, origin, viewer};

    #[test]
    fn suspension_ends_sessions_and_tokens_at_once() {
        let world = World::new();
        let admin = world.administrator().principal.viewer;
        let ken = world.user("ken", BuiltIn::Staff);
        let id = ken.principal.user.id;
        let token = CreateToken { name: "t".into(), scopes: vec![xinju_model::user::TokenScope::Read], days: 1 };
        let token = world.service.create_token(&ken.principal.viewer, token).expect("answered").expect("made");
        let alive = || {
            let session = world.service.authenticate_session(&ken.secret, "").expect("answered").is_some();
            (session, world.service.authenticate_token(&token.secret, "").expect("answered").is_some())
        };
        assert_eq!(alive(), (true, true));
        let user = world.service.set_user_active(&admin, id, false).expect("answered").expect("suspended");
        assert!(!user.active);
        assert_eq!(alive(), (false, false));
        assert!(
            world.service.sign_in("ken", &Zeroizing::new(PASSWORD.to_owned()), &origin()).expect("answered").is_err()
        );
        world.service.set_user_active(&admin, id, true).expect("answered").expect("let in");
        assert_eq!(alive(), (false, false));
        world.sign_in("ken");
        assert_eq!((world.count_events("user.suspend"), world.count_events("user.resume")), (1, 1));
    }

    #[test]
    fn somebody_can_always_manage_users() {
        let world = World::new();
        let admin = world.administrator().principal;
        let set = |viewer: &Viewer, id, active| world.service.set_user_active(viewer, id, active).expect("answered");
        let last = set(&Viewer::operator(), admin.user.id, false);
        assert_eq!(last.err(), Some(SetUserActiveRefusal::LastAdministrator));
        assert_eq!(set(&admin.viewer, admin.user.id, false).err(), Some(SetUserActiveRefusal::Yourself));
        let second = world.user("second", BuiltIn::Owner).principal;
        assert!(set(&second.viewer, admin.user.id, false).is_ok());
        let last = set(&Viewer::operator(), second.user.id, false);
        assert_eq!(last.err(), Some(SetUserActiveRefusal::LastAdministrator));
        let error = world.service.set_user_active(&Viewer::operator(), UserId([0; 16]), false).expect_err("nobody");
        assert_eq!(error.code(), Code::NotFound);
        let error = world.service.set_user_active(&viewer(BuiltIn::Staff), second.user.id, true).expect_err("denied");
        assert_eq!(error.code(), Code::Forbidden);
    }
}
