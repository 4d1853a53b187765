//! Roles: listing, making own ones by copying, changing and deleting them.

use std::collections::BTreeSet;

use xinju_model::access::{Action, Credential, Viewer};
use xinju_model::approval::SensitiveKind;
use xinju_model::id::{RoleId, UserId};
use xinju_model::limits::OWN_ROLES_MAX;
use xinju_model::personal::Masks;
use xinju_model::role::{BuiltIn, DataScope, Named, Role, may_be_held_together, read_networks};
use xinju_model::user::{User, UserKind};
use xinju_store::read::ReadTx;

use crate::approval::leave::Leave;
use crate::audit::{Act, record};
use crate::error::ServiceError;
use crate::password;
use crate::service::Service;

/// What to change of a role; what is none stays.
#[derive(Clone, Debug, Default)]
pub struct RoleChange {
    /// The name.
    pub name: Option<String>,
    /// What its holders may do. Managing one's own account always belongs to it.
    pub actions: Option<BTreeSet<Action>>,
    /// With whose records.
    pub scope: Option<DataScope>,
    /// Kinds of personal data that its holders see masked.
    pub masks: Option<Masks>,
    /// Whether its holders must have a second factor.
    pub second_factor: Option<bool>,
    /// The networks from which its holders may use it, as they are typed; none at all means from anywhere.
    pub networks: Option<Vec<String>>,
    /// Whether it is meant although the networks leave out the place from which it is asked.
    pub lock_out: bool,
}

impl RoleChange {
    /// Whether it changes what a role gives, not only the conditions for using it.
    fn is_of_rights(&self) -> bool {
        self.name.is_some() || self.actions.is_some() || self.scope.is_some() || self.masks.is_some()
    }
}

/// Why a role was not made, changed or deleted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RoleRefusal {
    /// What built-in roles give stays as it is; copy one.
    BuiltIn,
    /// The name is empty or too long.
    NameInvalid,
    /// Another role has the name.
    NameTaken,
    /// There are as many own roles as there may be.
    TooMany,
    /// It would put powers into one hand that belong into several.
    PowersTogether,
    /// Somebody holds it.
    InUse,
    /// Nobody could manage users, or nobody roles, any more.
    LastAdministrator,
    /// People do not change the roles that they hold.
    Yours,
    /// A network is neither an address nor a range, or there are too many.
    NetworksInvalid,
    /// The place from which it is asked is in none of the networks, and the role is the asker's or gives power over the archive.
    LocksOut,
}

fn check_name(all: &[Role], name: &str, but: Option<RoleId>) -> Result<(), RoleRefusal> {
    if !password::name_fits(name) {
        return Err(RoleRefusal::NameInvalid);
    }
    let wanted = name.trim().to_lowercase();
    let taken = all.iter().any(|role| Some(role.id) != but && role.name.to_lowercase() == wanted);
    if taken { Err(RoleRefusal::NameTaken) } else { Ok(()) }
}

/// The roles that a user holds.
pub(crate) fn roles_of<'a>(all: &'a [Role], user: &'a User) -> impl Iterator<Item = &'a Role> {
    user.roles.iter().filter_map(|id| all.iter().find(|role| role.id == *id))
}

/// What somebody who may sign in must always be able to do: nobody else could give it back.
const KEPT: [Action; 2] = [Action::ManageUsers, Action::ManageRoles];

/// Which of [`KEPT`] somebody who may sign in may do.
pub(crate) fn kept_powers(all: &[Role], users: &[User]) -> BTreeSet<Action> {
    let active = users.iter().filter(|user| user.active && user.kind == UserKind::Person);
    let actions = active.flat_map(|user| roles_of(all, user)).flat_map(|role| &role.actions);
    actions.copied().filter(|action| KEPT.contains(action)).collect()
}

/// Whether a change of one user would leave nobody who manages users, or nobody who manages roles, where somebody did.
pub(crate) fn loses_the_last(all: &[Role], before: Vec<User>, changed: &User) -> bool {
    let held = kept_powers(all, &before);
    let mut after = before;
    for user in after.iter_mut().filter(|user| user.id == changed.id) {
        user.clone_from(changed);
    }
    !held.is_subset(&kept_powers(all, &after))
}

/// Whether a changed role leaves everybody with roles that go together, and somebody who manages users and roles.
fn check_holders(tx: &ReadTx, mut all: Vec<Role>, changed: &Role) -> Result<Result<(), RoleRefusal>, ServiceError> {
    if !may_be_held_together([changed]) {
        return Ok(Err(RoleRefusal::PowersTogether));
    }
    let users: Vec<User> = tx.users()?.into_iter().map(|row| row.user).collect();
    let held = kept_powers(&all, &users);
    for role in all.iter_mut().filter(|role| role.id == changed.id) {
        role.clone_from(changed);
    }
    if !users.iter().all(|user| may_be_held_together(roles_of(&all, user))) {
        return Ok(Err(RoleRefusal::PowersTogether));
    }
    if !held.is_subset(&kept_powers(&all, &users)) {
        return Ok(Err(RoleRefusal::LastAdministrator));
    }
    Ok(Ok(()))
}

/// What a role is after a change.
fn changed(viewer: &Viewer, all: &[Role], before: &Role, change: RoleChange) -> Result<Role, RoleRefusal> {
    let mut role = before.clone();
    if let Some(name) = change.name {
        check_name(all, &name, Some(role.id))?;
        name.trim().clone_into(&mut role.name);
    }
    role.actions = change.actions.unwrap_or(role.actions);
    role.actions.insert(Action::ManageOwnAccount);
    role.scope = change.scope.unwrap_or(role.scope);
    role.masks = change.masks.unwrap_or(role.masks);
    role.second_factor = change.second_factor.unwrap_or(role.second_factor);
    if let Some(networks) = change.networks {
        role.networks = read_networks(networks.iter().map(String::as_str)).map_err(|_| RoleRefusal::NetworksInvalid)?;
        let held = viewer.rights.roles.iter().any(|held| held.id == role.id);
        // Whoever sits at the machine itself comes in by no network and cannot be left out.
        let at_the_machine = matches!(viewer.credential, Credential::Operator | Credential::System);
        let matters = held || !role.powers().is_empty();
        if matters && !at_the_machine && !change.lock_out && !role.is_open_from(&viewer.place) {
            return Err(RoleRefusal::LocksOut);
        }
    }
    Ok(role)
}

/// The event of a change of a role.
fn change_act(before: &Role, after: &Role) -> Act {
    let networks = |role: &Role| role.networks.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ");
    let act = Act::audit("role.change")
        .on(after.id)
        .with("name_before", &before.name)
        .with("name_after", &after.name)
        .with("actions_before", action_names(&before.actions))
        .with("actions_after", action_names(&after.actions))
        .with("masks_before", before.masks.names())
        .with("masks_after", after.masks.names());
    let mut act = with_scope(with_scope(act, "scope_before", &before.scope), "scope_after", &after.scope);
    if before.second_factor != after.second_factor {
        act = act.with("second_factor_before", before.second_factor).with("second_factor_after", after.second_factor);
    }
    if before.networks != after.networks {
        act = act.with("networks_before", networks(before)).with("networks_after", networks(after));
    }
    act
}

/// Actions as an event has them.
fn action_names(actions: &BTreeSet<Action>) -> String {
    actions.iter().map(|action| action.name()).collect::<Vec<_>>().join(" ")
}

/// A scope as an event has it: its kind, and whom it names.
fn with_scope(act: Act, name: &'static str, scope: &DataScope) -> Act {
    let DataScope::Named(Named { staff, departments, customers }) = scope else { return act.with(name, scope.name()) };
    let all = staff.iter().map(ToString::to_string).chain(departments.iter().map(ToString::to_string));
    let all: Vec<String> = all.chain(customers.iter().map(ToString::to_string)).collect();
    act.with(name, format!("{} {}", scope.name(), all.join(" ")).trim_end())
}

impl Service {
    /// All roles: the built-in ones, then the company's own by name. For those who give them.
    pub fn roles(&self, viewer: &Viewer) -> Result<Vec<Role>, ServiceError> {
        self.core.allow_any(viewer, &[Action::ManageUsers, Action::ManageRoles], "")?;
        Ok(self.core.store.read()?.roles()?)
    }

    /// The roles of a user: one's own, or anybody's for those who give them.
    pub fn roles_of(&self, viewer: &Viewer, user: UserId) -> Result<Vec<Role>, ServiceError> {
        if viewer.user != Some(user) {
            self.core.allow_any(viewer, &[Action::ManageUsers, Action::ManageRoles], user)?;
        }
        let tx = self.core.store.read()?;
        let row = tx.user(user)?.ok_or(ServiceError::NotFound("user"))?;
        Ok(row.user.roles.iter().filter_map(|id| tx.role(*id).transpose()).collect::<Result<_, _>>()?)
    }

    /// Makes an own role that is what another is.
    pub fn copy_role(
        &self,
        viewer: &Viewer,
        from: RoleId,
        name: &str,
    ) -> Result<Result<Role, RoleRefusal>, ServiceError> {
        self.copy_role_with(viewer, from, name, &self.core.leave(viewer, SensitiveKind::RoleChange)?)
    }

    pub(crate) fn copy_role_with(
        &self,
        viewer: &Viewer,
        from: RoleId,
        name: &str,
        leave: &Leave,
    ) -> Result<Result<Role, RoleRefusal>, ServiceError> {
        let core = &self.core;
        let permit = core.allow(viewer, Action::ManageRoles)?;
        core.fresh(viewer)?;
        let _one_at_a_time = core.accounts.lock();
        let tx = core.store.read()?;
        let all = tx.roles()?;
        let from = all.iter().find(|role| role.id == from).ok_or(ServiceError::NotFound("role"))?;
        if let Err(refusal) = check_name(&all, name, None) {
            return Ok(Err(refusal));
        }
        if all.len() >= OWN_ROLES_MAX + BuiltIn::ALL.len() {
            return Ok(Err(RoleRefusal::TooMany));
        }
        let role = Role { id: RoleId::random(&*core.random), name: name.trim().to_owned(), ..from.clone() };
        if !may_be_held_together([&role]) {
            return Ok(Err(RoleRefusal::PowersTogether));
        }
        let act =
            with_scope(Act::audit("role.copy").with("from", from.id).with("name", &role.name), "scope", &role.scope)
                .with("actions", action_names(&role.actions));
        let (row, now) = (role.clone(), core.clock.now());
        core.sensitive(&permit, leave, act, move |tx, act| {
            tx.put_role(&row)?;
            record(tx, now, &act.clone().on(row.id))
        })?;
        Ok(Ok(role))
    }

    /// Changes a role; whoever holds it has the new rights with the next question. Of built-in ones only the conditions for using them change:
    /// the second factor and the networks.
    pub fn update_role(
        &self,
        viewer: &Viewer,
        id: RoleId,
        change: RoleChange,
    ) -> Result<Result<Role, RoleRefusal>, ServiceError> {
        self.update_role_with(viewer, id, change, &self.core.leave(viewer, SensitiveKind::RoleChange)?)
    }

    pub(crate) fn update_role_with(
        &self,
        viewer: &Viewer,
        id: RoleId,
        change: RoleChange,
        leave: &Leave,
    ) -> Result<Result<Role, RoleRefusal>, ServiceError> {
        let core = &self.core;
        let permit = core.allow(viewer, Action::ManageRoles)?;
        core.fresh(viewer)?;
        let _one_at_a_time = core.accounts.lock();
        let tx = core.store.read()?;
        let all = tx.roles()?;
        let before = all.iter().find(|role| role.id == id).ok_or(ServiceError::NotFound("role"))?.clone();
        if before.built_in().is_some() && change.is_of_rights() {
            return Ok(Err(RoleRefusal::BuiltIn));
        }
        if viewer.rights.roles.iter().any(|held| held.id == id) && !viewer.rights.has(BuiltIn::Owner) {
            return Ok(Err(RoleRefusal::Yours));
        }
        let role = match changed(viewer, &all, &before, change) {
            Ok(role) => role,
            Err(refusal) => return Ok(Err(refusal)),
        };
        if before.built_in().is_none()
            && let Err(refusal) = check_holders(&tx, all, &role)?
        {
            return Ok(Err(refusal));
        }
        let act = change_act(&before, &role);
        let (row, now) = (role.clone(), core.clock.now());
        core.sensitive(&permit, leave, act, move |tx, act| {
            tx.put_role(&row)?;
            record(tx, now, act)
        })?;
        Ok(Ok(role))
    }

    /// Deletes one of the company's own roles that nobody holds.
    pub fn delete_role(&self, viewer: &Viewer, id: RoleId) -> Result<Result<(), RoleRefusal>, ServiceError> {
        self.delete_role_with(viewer, id, &self.core.leave(viewer, SensitiveKind::RoleChange)?)
    }

    pub(crate) fn delete_role_with(
        &self,
        viewer: &Viewer,
        id: RoleId,
        leave: &Leave,
    ) -> Result<Result<(), RoleRefusal>, ServiceError> {
        let core = &self.core;
        let permit = core.allow(viewer, Action::ManageRoles)?;
        core.fresh(viewer)?;
        let _one_at_a_time = core.accounts.lock();
        let tx = core.store.read()?;
        let role = tx.role(id)?.ok_or(ServiceError::NotFound("role"))?;
        if role.built_in().is_some() {
            return Ok(Err(RoleRefusal::BuiltIn));
        }
        if tx.users()?.iter().any(|row| row.user.roles.contains(&id)) {
            return Ok(Err(RoleRefusal::InUse));
        }
        let (act, now) = (Act::audit("role.delete").on(id).with("name", &role.name), core.clock.now());
        core.sensitive(&permit, leave, act, move |tx, act| {
            tx.remove_role(id)?;
            record(tx, now, act)
        })?;
        Ok(Ok(()))
    }
}
