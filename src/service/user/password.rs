//! Passwords of users: one's own, and those that administrators give.

use xinju_model::access::{Action, Viewer};
use xinju_model::approval::Setters;
use xinju_model::id::{SessionId, UserId};
use xinju_model::user::{User, UserKind};
use xinju_store::error::StoreError;
use zeroize::Zeroizing;

use crate::audit::{Act, record, system};
use crate::error::ServiceError;
use crate::password::{self, Unfit};
use crate::service::Service;
use crate::session::{end_sessions, own_user};
use crate::user::sessions_but;

/// Why a password was not changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PasswordRefusal {
    /// The present password is another.
    WrongPassword,
    /// The new one is too short.
    PasswordTooShort,
    /// The new one is too long.
    PasswordTooLong,
    /// The new one is among the most common ones, or nearly.
    PasswordCommon,
    /// The new one is little more than the login or the name.
    PasswordPersonal,
    /// The new one is too easy to guess: a pattern, a date, a row of keys.
    PasswordGuessable,
}

impl From<Unfit> for PasswordRefusal {
    fn from(unfit: Unfit) -> Self {
        match unfit {
            Unfit::TooShort => Self::PasswordTooShort,
            Unfit::TooLong => Self::PasswordTooLong,
            Unfit::Common => Self::PasswordCommon,
            Unfit::Personal => Self::PasswordPersonal,
            Unfit::Guessable => Self::PasswordGuessable,
        }
    }
}

impl Service {
    /// Changes the viewer's own password. Other sessions end; `keep` stays.
    pub fn change_password(
        &self,
        viewer: &Viewer,
        current: &Zeroizing<String>,
        new: &Zeroizing<String>,
        keep: Option<SessionId>,
    ) -> Result<Result<(), PasswordRefusal>, ServiceError> {
        let core = &self.core;
        core.allow(viewer, Action::ManageOwnAccount)?;
        let id = own_user(viewer)?;
        let row = core.store.read()?.user(id)?.ok_or(ServiceError::NotFound("user"))?;
        let now = core.clock.now();
        // A stolen session must not be a way to guess the password without the waiting times of signing in.
        let wait = core.lockout.wait(&row.user.login, &viewer.place, now);
        if wait > 0 {
            return Err(ServiceError::Limit(format!("too many wrong passwords; try again in {wait} seconds")));
        }
        if !password::fits(current, Some(&row.password)) {
            core.lockout.failed(&row.user.login, &viewer.place, now);
            core.audited(&system(&viewer.place)?, Act::audit("password.refuse").on(id))?;
            return Ok(Err(PasswordRefusal::WrongPassword));
        }
        let (chars_min, user) = (core.policy().password_chars, &row.user);
        if let Err(unfit) = password::check(new, chars_min, &user.login, &user.name) {
            return Ok(Err(unfit.into()));
        }
        self.put_password(viewer, Action::ManageOwnAccount, id, new, keep, "password.change")?;
        Ok(Ok(()))
    }

    /// Gives a user a new password without the old one, for those who manage users. All sessions of the user end.
    pub fn reset_password(
        &self,
        viewer: &Viewer,
        login: &str,
        new: &Zeroizing<String>,
    ) -> Result<Result<User, PasswordRefusal>, ServiceError> {
        let core = &self.core;
        core.allow(viewer, Action::ManageUsers)?;
        core.fresh(viewer)?;
        let row = core.store.read()?.user_by_login(&login.to_lowercase())?;
        // A service account has no password, and never gets one.
        let row = row.filter(|row| row.user.kind == UserKind::Person).ok_or(ServiceError::NotFound("user"))?;
        let (chars_min, user) = (core.policy().password_chars, &row.user);
        if let Err(unfit) = password::check(new, chars_min, &user.login, &user.name) {
            return Ok(Err(unfit.into()));
        }
        self.put_password(viewer, Action::ManageUsers, row.user.id, new, None, "password.reset").map(Ok)
    }

    fn put_password(
        &self,
        viewer: &Viewer,
        action: Action,
        id: UserId,
        new: &Zeroizing<String>,
        keep: Option<SessionId>,
        name: &'static str,
    ) -> Result<User, ServiceError> {
        let core = &self.core;
        let permit = core.allow(viewer, action)?;
        let phc = password::hash(new, &*core.random)?;
        let _one_at_a_time = core.accounts.lock();
        let sessions = sessions_but(&core.store.read()?, id, keep)?;
        let (act, now) = (Act::audit(name).on(id), core.clock.now());
        // One's own new password leaves it as it was: whoever knew the old one may have set it.
        let setter = (viewer.user != Some(id)).then_some(viewer.user);
        let user = core.store.write(&permit, move |tx| {
            let mut row = tx.user(id)?.ok_or_else(|| StoreError::Refused("there is no such user".into()))?;
            row.password.clone_from(&phc);
            tx.put_user(&row)?;
            if let Some(credentials) = setter {
                let roles = tx.setters(id)?.and_then(|setters| setters.roles);
                tx.put_setters(id, Setters { credentials, roles })?;
            }
            end_sessions(tx, &sessions)?;
            record(tx, now, &act)?;
            Ok(row.user)
        })?;
        core.lockout.succeeded(&user.login);
        Ok(user)
    }
}

#[cfg(test)]
mod tests {
    use xinju_model::role::BuiltIn;

    use super::*;
    use crate::error::Code;
    use crate::world::{PASSWORD, World, origin, viewer};

    fn secret(text: &str) -> Zeroizing<String> {
        Zeroizing::new(text.to_owned())
    }

    #[test]
    fn a_new_password_ends_other_sessions() {
        let world = World::new();
        let admin = world.administrator();
        let other = world.sign_in("admin");
        let keep = admin.principal.session.as_ref().map(|session| session.id);
        let change = |current: &str, new: &str| {
            let viewer = &admin.principal.viewer;
            world.service.change_password(viewer, &secret(current), &secret(new), keep).expect("answered")
        };
        assert_eq!(change("wrong password", "battery staple"), Err(PasswordRefusal::WrongPassword));
        assert_eq!(change(PASSWORD, "short"), Err(PasswordRefusal::PasswordTooShort));
        assert_eq!(change(PASSWORD, &"x".repeat(201)), Err(PasswordRefusal::PasswordTooLong));
        assert_eq!(change(PASSWORD, "battery staple"), Ok(()));
        assert!(world.service.authenticate_session(&admin.secret, "").expect("answered").is_some());
        assert!(world.service.authenticate_session(&other.secret, "").expect("answered").is_none());
        assert!(world.service.sign_in("admin", &secret(PASSWORD), &origin()).expect("answered").is_err());
        assert!(world.service.sign_in("admin", &secret("battery staple"), &origin()).expect("answered").is_ok());
        assert_eq!((world.count_events("password.refuse"), world.count_events("password.change")), (1, 1));
    }

    #[test]
    fn guessing_the_present_password_makes_wait() {
        let world = World::new();
        let admin = world.administrator();
        let guess = || {
            let viewer = &admin.principal.viewer;
            world.service.change_password(viewer, &secret("wrong password"), &secret("battery staple"), None)
        };
        for _ in 0..xinju_model::limits::SIGN_IN_FREE_FAILURES {
            assert_eq!(guess().expect("answered"), Err(PasswordRefusal::WrongPassword));
        }
        assert_eq!(guess().expect_err("too many").code(), Code::Limit);
    }

    #[test]
    fn administrators_reset_passwords() {
        let world = World::new();
        let ken = world.user("ken", BuiltIn::Staff);
        let reset = |viewer: &Viewer, login: &str, new: &str| world.service.reset_password(viewer, login, &secret(new));
        assert_eq!(
            reset(&viewer(BuiltIn::Staff), "ken", "battery staple").expect_err("denied").code(),
            Code::Forbidden
        );
        assert_eq!(reset(&Viewer::operator(), "nobody", "battery staple").expect_err("none").code(), Code::NotFound);
        let short = reset(&Viewer::operator(), "ken", "short").expect("answered");
        assert_eq!(short.err(), Some(PasswordRefusal::PasswordTooShort));
        reset(&Viewer::operator(), "KEN", "battery staple").expect("answered").expect("reset");
        assert!(world.service.authenticate_session(&ken.secret, "").expect("answered").is_none());
        assert!(world.service.sign_in("ken", &secret("battery staple"), &origin()).expect("answered").is_ok());
    }
}
