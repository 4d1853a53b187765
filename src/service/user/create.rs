//! Making a user.

use xinju_model::access::{Action, Permit, Viewer, may};
use xinju_model::approval::{SensitiveKind, Setters};
use xinju_model::id::{RoleId, StaffId, UserId};
use xinju_model::role::BuiltIn;
use xinju_model::user::{User, UserKind};
use xinju_store::write::UserRow;
use zeroize::Zeroizing;

use crate::approval::leave::Leave;
use crate::audit::{Act, record};
use crate::error::ServiceError;
use crate::password::{self, Unfit};
use crate::service::{Core, Service};
use crate::user::roles::{SetUserRolesRefusal, check_roles, role_names};

/// A user to be made.
pub struct CreateUser {
    /// The login; unique without regard to case.
    pub login: String,
    /// The name to show.
    pub name: String,
    /// The roles; at least one. Those who do not manage roles give [`BuiltIn::Staff`] only.
    pub roles: Vec<RoleId>,
    /// The member of staff that the user is; only those who manage roles say it.
    pub staff: Option<StaffId>,
    /// The first password.
    pub password: Zeroizing<String>,
}

/// A user to be made, whose password is hashed already.
pub(crate) struct ReadyUser {
    pub(crate) login: String,
    pub(crate) name: String,
    pub(crate) roles: Vec<RoleId>,
    pub(crate) staff: Option<StaffId>,
    /// As an Argon2id PHC string.
    pub(crate) password: String,
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
    /// The password is among the most common ones, or nearly.
    PasswordCommon,
    /// The password is little more than the login or the name.
    PasswordPersonal,
    /// The password is too easy to guess: a pattern, a date, a row of keys.
    PasswordGuessable,
    /// No role, too many, or one that is not there.
    RolesInvalid,
    /// The roles put powers into one hand that belong into several.
    PowersTogether,
    /// Only those who manage roles give others than staff, and only an owner makes an owner.
    NotYoursToGive,
    /// There is no such member of staff.
    StaffUnknown,
}

impl From<Unfit> for UserRefusal {
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

impl From<SetUserRolesRefusal> for UserRefusal {
    fn from(refusal: SetUserRolesRefusal) -> Self {
        match refusal {
            SetUserRolesRefusal::RolesInvalid | SetUserRolesRefusal::LastAdministrator => Self::RolesInvalid,
            SetUserRolesRefusal::PowersTogether => Self::PowersTogether,
            SetUserRolesRefusal::NotYoursToGive | SetUserRolesRefusal::Yourself => Self::NotYoursToGive,
            SetUserRolesRefusal::StaffUnknown => Self::StaffUnknown,
        }
    }
}

/// Whether login and name may be chosen.
pub(crate) fn check_names(login: &str, name: &str) -> Result<(), UserRefusal> {
    if !password::login_fits(login) {
        return Err(UserRefusal::LoginInvalid);
    }
    if password::name_fits(name) { Ok(()) } else { Err(UserRefusal::NameInvalid) }
}

fn check(new: &CreateUser, chars_min: u32) -> Result<(), UserRefusal> {
    check_names(&new.login, &new.name)?;
    Ok(password::check(&new.password, chars_min, &new.login, &new.name)?)
}

/// The event of a new user.
pub(crate) fn created(user: &User, roles: &str) -> Act {
    let act = Act::audit("user.create").with("login", &user.login).with("name", &user.name);
    act.with("kind", user.kind.name()).with("roles", roles)
}

impl Core {
    /// A user that may be made (the login is free, and the roles are `viewer`'s to give), with the first password.
    pub(crate) fn new_user(
        &self,
        viewer: &Viewer,
        new: ReadyUser,
        kind: UserKind,
    ) -> Result<Result<UserRow, UserRefusal>, ServiceError> {
        let tx = self.store.read()?;
        if tx.user_by_login(&new.login.to_lowercase())?.is_some() {
            return Ok(Err(UserRefusal::LoginTaken));
        }
        let roles = match check_roles(viewer, &tx, &new.roles, new.staff)? {
            Ok(roles) => roles,
            Err(refusal) => return Ok(Err(refusal.into())),
        };
        if !may(viewer, Action::ManageRoles) && (new.staff.is_some() || roles != [BuiltIn::Staff.id()]) {
            return Ok(Err(UserRefusal::NotYoursToGive));
        }
        let user = User {
            id: UserId::random(&*self.random),
            login: new.login,
            name: new.name.trim().to_owned(),
            kind,
            roles,
            staff: new.staff,
            active: true,
            created_at: self.clock.now(),
            signed_in_at: None,
        };
        Ok(Ok(UserRow { user, password: new.password }))
    }

    /// Writes a user that [`Core::new_user`] made.
    pub(crate) fn put_new_user(
        &self,
        viewer: &Viewer,
        permit: &Permit,
        row: UserRow,
        leave: &Leave,
    ) -> Result<User, ServiceError> {
        let act = created(&row.user, &role_names(&self.store.read()?, &row.user.roles)?);
        let act = row.user.staff.iter().fold(act, |act, staff| act.with("staff", staff));
        let (user, now) = (row.user.clone(), row.user.created_at);
        let (maker, giver) = (viewer.user, leave.setter(viewer));
        self.sensitive(permit, leave, act, move |tx, act| {
            tx.put_user(&row)?;
            // Two may agree on the user; the first password is known to one of them all the same.
            tx.put_setters(row.user.id, Setters { credentials: maker, roles: giver })?;
            record(tx, now, &act.clone().on(row.user.id))
        })?;
        Ok(user)
    }
}

impl Service {
    /// Makes a user.
    pub fn create_user(&self, viewer: &Viewer, new: CreateUser) -> Result<Result<User, UserRefusal>, ServiceError> {
        match self.ready_user(viewer, new)? {
            Ok(new) => self.create_user_with(viewer, new, &self.core.leave(viewer, SensitiveKind::UserCreate)?),
            Err(refusal) => Ok(Err(refusal)),
        }
    }

    /// A user to be made, checked as far as it can be without the archive, and without its password.
    pub(crate) fn ready_user(
        &self,
        viewer: &Viewer,
        new: CreateUser,
    ) -> Result<Result<ReadyUser, UserRefusal>, ServiceError> {
        let core = &self.core;
        core.allow(viewer, Action::ManageUsers)?;
        core.fresh(viewer)?;
        if let Err(refusal) = check(&new, core.policy().password_chars) {
            return Ok(Err(refusal));
        }
        let password = password::hash(&new.password, &*core.random)?;
        let CreateUser { login, name, roles, staff, .. } = new;
        Ok(Ok(ReadyUser { login, name: name.trim().to_owned(), roles, staff, password }))
    }

    pub(crate) fn create_user_with(
        &self,
        viewer: &Viewer,
        new: ReadyUser,
        leave: &Leave,
    ) -> Result<Result<User, UserRefusal>, ServiceError> {
        let core = &self.core;
        let permit = core.allow(viewer, Action::ManageUsers)?;
        core.fresh(viewer)?;
        let _one_at_a_time = core.accounts.lock();
        match core.new_user(viewer, new, UserKind::Person)? {
            Ok(row) => core.put_new_user(viewer, &permit, row, leave).map(Ok),
            Err(refusal) => Ok(Err(refusal)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Code;
    use crate::world::{PASSWORD, World, viewer};

    fn new(login: &str, name: &str, password: &str) -> CreateUser {
        CreateUser {
            login: login.into(),
            name: name.into(),
            roles: vec![BuiltIn::Staff.id()],
            staff: None,
            password: Zeroizing::new(password.to_owned()),
        }
    }

    #[test]
    fn users_are_made_by_administrators_and_logins_are_unique() {
        let world = World::new();
        let admin = world.administrator().principal.viewer;
        let make = |new| world.service.create_user(&admin, new).expect("answered");
        let ken = make(new("Ken", "Ken", PASSWORD)).expect("made");
        assert_eq!(make(new("kEN", "Other", PASSWORD)), Err(UserRefusal::LoginTaken));
        assert_eq!(make(new("a b", "x", PASSWORD)), Err(UserRefusal::LoginInvalid));
        assert_eq!(make(new("ab", " ", PASSWORD)), Err(UserRefusal::NameInvalid));
        assert_eq!(make(new("ab", "x", "short")), Err(UserRefusal::PasswordTooShort));
        assert_eq!(make(new("ab", "x", &"y".repeat(201))), Err(UserRefusal::PasswordTooLong));
        let logins: Vec<String> = world.service.users(&admin).expect("users").into_iter().map(|u| u.login).collect();
        assert_eq!(logins, ["Admin", "Ken"]);
        for role in [BuiltIn::Auditor, BuiltIn::Staff] {
            let denied = viewer(role);
            assert_eq!(world.service.users(&denied).expect_err("denied").code(), Code::Forbidden);
            let error = world.service.create_user(&denied, new("z", "z", PASSWORD)).expect_err("denied");
            assert_eq!(error.code(), Code::Forbidden);
            assert_eq!(world.service.user(&denied, ken.id).expect_err("denied").code(), Code::Forbidden);
        }
        assert_eq!(world.service.user(&admin, ken.id).expect("answered").map(|u| u.name), Some("Ken".into()));
    }
}
