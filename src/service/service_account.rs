//! Service accounts: users who are programs. They have no password and come with tokens that people make for them.

use xinju_model::access::{Action, Viewer};
use xinju_model::approval::SensitiveKind;
use xinju_model::id::{RoleId, TokenId, UserId};
use xinju_model::user::{Token, User, UserKind};

use crate::approval::leave::Leave;
use crate::audit::{Act, record};
use crate::error::ServiceError;
use crate::service::Service;
use crate::token::{CreateToken, NewToken, TokenRefusal};
use crate::user::{ReadyUser, UserRefusal, check_names};

/// What stands for a service account's password: no hash, so that none fits.
const NO_PASSWORD: &str = "";

impl Service {
    /// Makes a service account. As with people, those who do not manage roles give the role of staff only.
    pub fn create_service_account(
        &self,
        viewer: &Viewer,
        login: &str,
        name: &str,
        roles: &[RoleId],
    ) -> Result<Result<User, UserRefusal>, ServiceError> {
        let leave = self.core.leave(viewer, SensitiveKind::UserCreate)?;
        self.create_service_account_with(viewer, login, name, roles, &leave)
    }

    pub(crate) fn create_service_account_with(
        &self,
        viewer: &Viewer,
        login: &str,
        name: &str,
        roles: &[RoleId],
        leave: &Leave,
    ) -> Result<Result<User, UserRefusal>, ServiceError> {
        let core = &self.core;
        let permit = core.allow(viewer, Action::ManageUsers)?;
        core.fresh(viewer)?;
        if let Err(refusal) = check_names(login, name) {
            return Ok(Err(refusal));
        }
        let (login, name, password) = (login.to_owned(), name.trim().to_owned(), NO_PASSWORD.to_owned());
        let new = ReadyUser { login, name, roles: roles.to_vec(), staff: None, password };
        let _one_at_a_time = core.accounts.lock();
        match core.new_user(viewer, new, UserKind::Service)? {
            Ok(row) => core.put_new_user(viewer, &permit, row, leave).map(Ok),
            Err(refusal) => Ok(Err(refusal)),
        }
    }

    /// A user's tokens, newest first, for those who manage users or their roles.
    pub fn tokens_of(&self, viewer: &Viewer, user: UserId) -> Result<Vec<Token>, ServiceError> {
        self.core.allow_any(viewer, &[Action::ManageUsers, Action::ManageRoles], user)?;
        let tx = self.core.store.read()?;
        tx.user(user)?.ok_or(ServiceError::NotFound("user"))?;
        Ok(tx.tokens(user)?)
    }

    /// Makes a token for a service account. For those who manage roles: who holds the secret sees what the account sees, and a
    /// system's administrator is to see no message.
    pub fn create_service_token(
        &self,
        viewer: &Viewer,
        account: UserId,
        new: CreateToken,
    ) -> Result<Result<NewToken, TokenRefusal>, ServiceError> {
        let leave = self.core.leave(viewer, SensitiveKind::TokenCreate)?;
        self.create_service_token_with(viewer, account, new, &leave)
    }

    pub(crate) fn create_service_token_with(
        &self,
        viewer: &Viewer,
        account: UserId,
        new: CreateToken,
        leave: &Leave,
    ) -> Result<Result<NewToken, TokenRefusal>, ServiceError> {
        let core = &self.core;
        let permit = core.allow_on(viewer, Action::ManageRoles, account)?;
        core.fresh(viewer)?;
        let _one_at_a_time = core.accounts.lock();
        let user = core.store.read()?.user(account)?.ok_or(ServiceError::NotFound("user"))?.user;
        if user.kind != UserKind::Service {
            return Ok(Err(TokenRefusal::NotService));
        }
        if !user.active {
            return Ok(Err(TokenRefusal::Suspended));
        }
        core.put_new_token(&permit, account, new, leave)
    }

    /// Revokes a token of anybody, for those who manage users or their roles; false where the user has no such token.
    pub fn revoke_token_of(&self, viewer: &Viewer, user: UserId, id: TokenId) -> Result<bool, ServiceError> {
        let core = &self.core;
        let permit = core.allow_any(viewer, &[Action::ManageUsers, Action::ManageRoles], user)?;
        if !core.store.read()?.tokens(user)?.iter().any(|token| token.id == id) {
            return Ok(false);
        }
        let (act, now) = (Act::audit("token.revoke").on(id).with("user", user), core.clock.now());
        Ok(core.store.write(&permit, move |tx| {
            record(tx, now, &act)?;
            tx.remove_token(id)
        })?)
    }
}

#[cfg(test)]
mod tests {
    use xinju_model::role::BuiltIn;
    use xinju_model::user::TokenScope;
    use zeroize::Zeroizing;

    use super::*;
    use crate::error::Code;
    use crate::user::SetUserActiveRefusal;
    use crate::world::{PASSWORD, World, origin, viewer};

    fn new() -> CreateToken {
        CreateToken { name: "CRM".into(), scopes: vec![TokenScope::Read], days: 1 }
    }

    fn robot(world: &World) -> User {
        let roles = [BuiltIn::Integration.id()];
        let made = world.service.create_service_account(&Viewer::operator(), "crm", "CRM", &roles);
        made.expect("answered").expect("made")
    }

    #[test]
    fn a_service_account_comes_with_tokens_and_never_signs_in() {
        let world = World::new();
        let (service, robot) = (&world.service, robot(&world));
        assert_eq!(robot.kind, UserKind::Service);
        for password in ["", PASSWORD] {
            assert!(service.sign_in("crm", &Zeroizing::new(password.into()), &origin()).expect("answered").is_err());
        }
        let given = service.reset_password(&Viewer::operator(), "crm", &Zeroizing::new("battery staple".into()));
        assert_eq!(given.expect_err("no password").code(), Code::NotFound);
        let security = viewer(BuiltIn::SecurityAdministrator);
        let made = service.create_service_token(&security, robot.id, new()).expect("answered").expect("made");
        let principal = service.authenticate_token(&made.secret, "").expect("answered").expect("known");
        assert_eq!((principal.user.id, principal.viewer.name.as_str()), (robot.id, "CRM"));
        assert_eq!(service.tokens_of(&security, robot.id).expect("tokens").len(), 1);
        assert_eq!(world.last_event("token.create").expect("an event").detail("user"), robot.id.to_string());
        assert!(service.revoke_token_of(&viewer(BuiltIn::SystemAdministrator), robot.id, made.token.id).expect("done"));
        assert!(!service.revoke_token_of(&security, robot.id, made.token.id).expect("answered"));
        assert!(service.authenticate_token(&made.secret, "").expect("answered").is_none());
    }

    #[test]
    fn tokens_are_made_for_service_accounts_by_those_who_say_who_sees_what() {
        let world = World::new();
        let (service, robot) = (&world.service, robot(&world));
        let security = viewer(BuiltIn::SecurityAdministrator);
        for role in [BuiltIn::SystemAdministrator, BuiltIn::Auditor, BuiltIn::Staff] {
            let error = service.create_service_token(&viewer(role), robot.id, new()).expect_err("denied");
            assert_eq!(error.code(), Code::Forbidden, "{role:?}");
        }
        let ken = world.user("ken", BuiltIn::Staff).principal.user.id;
        let refused = |id| service.create_service_token(&security, id, new()).expect("answered").err();
        assert_eq!(refused(ken), Some(TokenRefusal::NotService));
        let nobody = service.create_service_token(&security, UserId([0; 16]), new()).expect_err("nobody");
        assert_eq!(nobody.code(), Code::NotFound);
        world.user("boss", BuiltIn::Owner);
        service.set_user_active(&Viewer::operator(), robot.id, false).expect("answered").expect("suspended");
        assert_eq!(refused(robot.id), Some(TokenRefusal::Suspended));
        for role in [BuiltIn::Auditor, BuiltIn::Staff] {
            assert_eq!(service.tokens_of(&viewer(role), robot.id).expect_err("denied").code(), Code::Forbidden);
            let error = service.revoke_token_of(&viewer(role), robot.id, TokenId([0; 16])).expect_err("denied");
            assert_eq!(error.code(), Code::Forbidden);
            let error = service.create_service_account(&viewer(role), "x", "x", &[]).expect_err("denied");
            assert_eq!(error.code(), Code::Forbidden);
        }
    }

    #[test]
    fn a_service_account_is_no_administrator_who_could_help() {
        let world = World::new();
        let admin = world.administrator().principal.user.id;
        let operator = Viewer::operator();
        let roles = [BuiltIn::SystemAdministrator.id()];
        world.service.create_service_account(&operator, "bot", "Bot", &roles).expect("answered").expect("made");
        let last = world.service.set_user_active(&operator, admin, false).expect("answered");
        assert_eq!(last.err(), Some(SetUserActiveRefusal::LastAdministrator));
    }

    #[test]
    fn who_manages_users_alone_gives_a_service_account_the_role_of_staff() {
        let world = World::new();
        let system = viewer(BuiltIn::SystemAdministrator);
        let make = |login: &str, role: BuiltIn| {
            world.service.create_service_account(&system, login, "n", &[role.id()]).expect("answered").err()
        };
        assert_eq!(make("a", BuiltIn::Integration), Some(UserRefusal::NotYoursToGive));
        assert_eq!(make("b c", BuiltIn::Staff), Some(UserRefusal::LoginInvalid));
        assert_eq!(make("b", BuiltIn::Staff), None);
        assert_eq!(make("B", BuiltIn::Staff), Some(UserRefusal::LoginTaken));
    }
}
