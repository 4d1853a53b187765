//! What a user may: the roles, and which member of staff the user is.

use xinju_model::access::{Action, Viewer};
use xinju_model::approval::{SensitiveKind, Setters};
use xinju_model::id::{RoleId, StaffId, UserId};
use xinju_model::limits::USER_ROLES_MAX;
use xinju_model::role::{BuiltIn, may_be_held_together};
use xinju_model::user::User;
use xinju_store::error::StoreError;
use xinju_store::read::ReadTx;

use crate::approval::leave::Leave;
use crate::audit::{Act, record};
use crate::error::ServiceError;
use crate::role::loses_the_last;
use crate::service::Service;

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

/// The roles as they are kept, where `viewer` may give them and they go together.
pub(super) fn check_roles(
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

impl Service {
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
}
