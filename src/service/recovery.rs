//! The way back in when every administrator is lost: for whoever sits at the machine, and nobody else.

use xinju_model::access::{Action, Credential, Denied, Viewer};
use xinju_model::id::SessionId;
use xinju_model::role::BuiltIn;
use xinju_model::user::User;
use xinju_store::error::StoreError;
use zeroize::Zeroizing;

use crate::audit::{Act, record};
use crate::error::ServiceError;
use crate::password;
use crate::service::Service;
use crate::session::end_sessions;
use crate::user::{PasswordRefusal, role_names};

impl Service {
    /// Makes a user an owner who can sign in with a new password and nothing else: active, without second factors, from any network.
    /// All sessions of the user end. Only for the operator of the machine.
    pub fn recover_administrator(
        &self,
        viewer: &Viewer,
        login: &str,
        new: &Zeroizing<String>,
    ) -> Result<Result<User, PasswordRefusal>, ServiceError> {
        let core = &self.core;
        let permit = core.allow(viewer, Action::ManageUsers)?;
        if viewer.credential != Credential::Operator {
            return Err(core.deny(viewer, Action::ManageUsers, login, Denied(Action::ManageUsers).into()));
        }
        let row = core.store.read()?.user_by_login(&login.to_lowercase())?.ok_or(ServiceError::NotFound("user"))?;
        if let Err(unfit) = password::check(new, core.policy().password_chars, &row.user.login, &row.user.name) {
            return Ok(Err(unfit.into()));
        }
        let phc = password::hash(new, &*core.random)?;
        let _one_at_a_time = core.accounts.lock();
        let (tx, id, now) = (core.store.read()?, row.user.id, core.clock.now());
        let sessions: Vec<SessionId> = tx.sessions(id)?.into_iter().map(|session| session.id).collect();
        let owner = tx.role(BuiltIn::Owner.id())?.filter(|role| !role.networks.is_empty());
        let act = Act::audit("user.recover")
            .on(id)
            .with("login", &row.user.login)
            .with("active_before", row.user.active)
            .with("active_after", true)
            .with("roles_before", role_names(&tx, &row.user.roles)?)
            .with("roles_after", BuiltIn::Owner.name())
            .with("networks_opened", owner.is_some());
        let user = core.store.write(&permit, move |tx| {
            let mut row = tx.user(id)?.ok_or_else(|| StoreError::Refused("there is no such user".into()))?;
            row.password.clone_from(&phc);
            row.user.active = true;
            row.user.roles = vec![BuiltIn::Owner.id()];
            tx.put_user(&row)?;
            tx.remove_factor(id)?;
            for passkey in tx.passkeys(id)? {
                tx.remove_passkey(id, passkey.id)?;
            }
            if let Some(mut owner) = owner.clone() {
                owner.networks.clear();
                tx.put_role(&owner)?;
            }
            end_sessions(tx, &sessions)?;
            record(tx, now, &act)?;
            Ok(row.user)
        })?;
        core.lockout.succeeded(&user.login);
        Ok(Ok(user))
    }
}

#[cfg(test)]
mod tests {
    use xinju_model::access::Viewer;

    use super::*;
    use crate::error::Code;
    use crate::role::RoleChange;
    use crate::world::{World, viewer};

    #[test]
    fn a_lost_administrator_comes_back_at_the_machine_only() {
        let world = World::new();
        let admin = world.administrator();
        let id = admin.principal.user.id;
        world.enrol(&admin.principal.viewer);
        let second = world.user("second", BuiltIn::Owner).principal.viewer;
        world.service.set_user_active(&second, id, false).expect("answered").expect("suspended");
        let networks = Some(vec!["10.0.0.0/8".to_owned()]);
        let change = RoleChange { networks, lock_out: true, ..RoleChange::default() };
        world.service.update_role(&second, BuiltIn::Owner.id(), change).expect("answered").expect("changed");
        let new = Zeroizing::new("battery staple".to_owned());
        for denied in [second, viewer(BuiltIn::Owner), viewer(BuiltIn::Staff)] {
            let error = world.service.recover_administrator(&denied, "admin", &new).expect_err("denied");
            assert_eq!(error.code(), Code::Forbidden);
        }
        let recover = |login: &str, new: &str| {
            world.service.recover_administrator(&Viewer::operator(), login, &Zeroizing::new(new.to_owned()))
        };
        assert_eq!(recover("nobody", "battery staple").expect_err("none").code(), Code::NotFound);
        assert_eq!(recover("admin", "short").expect("answered").err(), Some(PasswordRefusal::PasswordTooShort));
        let user = recover("ADMIN", "battery staple").expect("answered").expect("recovered");
        assert!(user.active && user.roles == [BuiltIn::Owner.id()]);
        let origin = crate::world::origin();
        let signed_in = world.service.sign_in("admin", &new, &origin).expect("answered").expect("let in");
        assert!(world.service.users(&signed_in.principal.viewer).is_ok());
        let event = world.last_event("user.recover").expect("an event");
        assert_eq!((event.actor.kind.as_str(), event.object.as_str()), ("operator", id.to_string().as_str()));
        assert_eq!((event.detail("active_before"), event.detail("networks_opened")), ("false", "true"));
        assert!(!world.events().iter().any(|(_, event)| format!("{event:?}").contains("battery")));
    }
}
