//! People who can sign in: creating, suspending, passwords.

use xinju_model::access::{Action, Permit, Viewer, may};
use xinju_model::approval::{SensitiveKind, Setters};
use xinju_model::id::{RoleId, SessionId, StaffId, TokenId, UserId};
use xinju_model::limits::USER_ROLES_MAX;
use xinju_model::role::{BuiltIn, may_be_held_together};
use xinju_model::user::{User, UserKind};
use xinju_store::error::StoreError;
use xinju_store::read::ReadTx;
use xinju_store::write::UserRow;
use zeroize::Zeroizing;

use crate::approval::leave::Leave;
use crate::audit::{Act, record, system};
use crate::error::ServiceError;
use crate::password::{self, Unfit};
use crate::role::loses_the_last;
use crate::service::{Core, Service};
use crate::session::{end_sessions, own_user};

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

/// Why a user did not get roles.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SetUserRolesRefusal {
    /// No role, too many, or one that is not there.
    RolesInvalid,
    /// The roles put powers into one hand that belong into several.
    PowersTogether,
    /// Only an owner makes an owner, or takes it back.
    NotYoursToGive,
    /// There is no such member of staff.
    StaffUnknown,
    /// People do not change their own rights, unless they are owners.
    Yourself,
    /// Nobody could manage users, or nobody roles, any more.
    LastAdministrator,
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

/// Why a user was not suspended or let in again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SetUserActiveRefusal {
    /// Nobody could manage users, or nobody roles, any more.
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

/// The roles as they are kept, where `viewer` may give them and they go together.
fn check_roles(
    viewer: &Viewer,
    tx: &ReadTx,
    roles: &[RoleId],
    staff: Option<StaffId>,
) -> Result<Result<Vec<RoleId>, SetUserRolesRefusal>, StoreError> {
    let mut ids = roles.to_vec();
    ids.sort_unstable();
    ids.dedup();
    if ids.is_empty() || ids.len() > USER_ROLES_MAX {
        return Ok(Err(SetUserRolesRefusal::RolesInvalid));
    }
    let found = ids.iter().filter_map(|id| tx.role(*id).transpose()).collect::<Result<Vec<_>, _>>()?;
    if found.len() != ids.len() {
        return Ok(Err(SetUserRolesRefusal::RolesInvalid));
    }
    if !may_be_held_together(&found) {
        return Ok(Err(SetUserRolesRefusal::PowersTogether));
    }
    if ids.contains(&BuiltIn::Owner.id()) && !viewer.rights.has(BuiltIn::Owner) {
        return Ok(Err(SetUserRolesRefusal::NotYoursToGive));
    }
    if let Some(staff) = staff
        && tx.staff(staff)?.is_none()
    {
        return Ok(Err(SetUserRolesRefusal::StaffUnknown));
    }
    Ok(Ok(ids))
}

/// Roles as an event has them: built-in ones by name, own ones by id.
pub(crate) fn role_names(tx: &ReadTx, roles: &[RoleId]) -> Result<String, StoreError> {
    let name = |id: &RoleId| -> Result<String, StoreError> {
        let role = tx.role(*id)?;
        Ok(role.filter(|role| role.built_in().is_some()).map_or_else(|| id.to_string(), |role| role.name))
    };
    Ok(roles.iter().map(name).collect::<Result<Vec<_>, _>>()?.join(" "))
}

/// A user's sessions but one.
fn sessions_but(tx: &ReadTx, user: UserId, keep: Option<SessionId>) -> Result<Vec<SessionId>, StoreError> {
    Ok(tx.sessions(user)?.into_iter().map(|session| session.id).filter(|id| Some(*id) != keep).collect())
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

    /// Gives a user other roles, and says which member of staff the user is. Effective with the user's next question.
    pub fn set_user_roles(
        &self,
        viewer: &Viewer,
        id: UserId,
        roles: &[RoleId],
        staff: Option<StaffId>,
    ) -> Result<Result<User, SetUserRolesRefusal>, ServiceError> {
        self.set_user_roles_with(viewer, id, roles, staff, &self.core.leave(viewer, SensitiveKind::UserRoles)?)
    }

    pub(crate) fn set_user_roles_with(
        &self,
        viewer: &Viewer,
        id: UserId,
        roles: &[RoleId],
        staff: Option<StaffId>,
        leave: &Leave,
    ) -> Result<Result<User, SetUserRolesRefusal>, ServiceError> {
        let core = &self.core;
        let permit = core.allow_on(viewer, Action::ManageRoles, id)?;
        core.fresh(viewer)?;
        let _one_at_a_time = core.accounts.lock();
        let tx = core.store.read()?;
        let before = tx.user(id)?.ok_or(ServiceError::NotFound("user"))?.user;
        let is_owner = viewer.rights.has(BuiltIn::Owner);
        if viewer.user == Some(id) && !is_owner {
            return Ok(Err(SetUserRolesRefusal::Yourself));
        }
        if before.roles.contains(&BuiltIn::Owner.id()) && !is_owner {
            return Ok(Err(SetUserRolesRefusal::NotYoursToGive));
        }
        let roles = match check_roles(viewer, &tx, roles, staff)? {
            Ok(roles) => roles,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let after = User { roles, staff, ..before.clone() };
        let users = tx.users()?.into_iter().map(|row| row.user).collect();
        if loses_the_last(&tx.roles()?, users, &after) {
            return Ok(Err(SetUserRolesRefusal::LastAdministrator));
        }
        let staff_name = |staff: Option<StaffId>| staff.map(|id| id.to_string()).unwrap_or_default();
        let act = Act::audit("user.change_roles")
            .on(id)
            .with("roles_before", role_names(&tx, &before.roles)?)
            .with("roles_after", role_names(&tx, &after.roles)?)
            .with("staff_before", staff_name(before.staff))
            .with("staff_after", staff_name(after.staff));
        let (now, giver) = (core.clock.now(), leave.setter(viewer).filter(|giver| *giver != id));
        let user = core.sensitive(&permit, leave, act, move |tx, act| {
            let mut row = tx.user(id)?.ok_or_else(|| StoreError::Refused("there is no such user".into()))?;
            row.user.roles.clone_from(&after.roles);
            row.user.staff = after.staff;
            tx.put_user(&row)?;
            // Where nobody knows who made the account, its roles alone do not say whose it is.
            if let Some(setters) = tx.setters(id)? {
                tx.put_setters(id, Setters { roles: giver, ..setters })?;
            }
            record(tx, now, act)?;
            Ok(row.user)
        })?;
        Ok(Ok(user))
    }

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
    use xinju_model::access::Viewer;

    use super::*;
    use crate::error::Code;
    use crate::token::CreateToken;
    use crate::world::{PASSWORD, World, origin, viewer};

    fn secret(text: &str) -> Zeroizing<String> {
        Zeroizing::new(text.to_owned())
    }

    fn new(login: &str, name: &str, password: &str) -> CreateUser {
        CreateUser {
            login: login.into(),
            name: name.into(),
            roles: vec![BuiltIn::Staff.id()],
            staff: None,
            password: secret(password),
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
        assert!(world.service.sign_in("ken", &secret(PASSWORD), &origin()).expect("answered").is_err());
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
