//! Roles and who gives them.

use xinju_model::access::{Action, Viewer};
use xinju_model::id::RoleId;
use xinju_model::role::{BuiltIn, DataScope};
use zeroize::Zeroizing;

use crate::error::Code;
use crate::role::{RoleChange, RoleRefusal};
use crate::user::{CreateUser, SetUserActiveRefusal, SetUserRolesRefusal, UserRefusal};
use crate::world::{PASSWORD, World, viewer};

fn new(login: &str, roles: &[RoleId]) -> CreateUser {
    let password = Zeroizing::new(PASSWORD.to_owned());
    CreateUser { login: login.into(), name: login.into(), roles: roles.to_vec(), staff: None, password }
}

#[test]
fn own_roles_are_made_by_copying_and_built_in_ones_stay() {
    let world = World::new();
    let (service, security) = (&world.service, viewer(BuiltIn::SecurityAdministrator));
    let copy = |name: &str| service.copy_role(&security, BuiltIn::Staff.id(), name).expect("answered");
    let role = copy(" Branch ").expect("made");
    assert_eq!((role.name.as_str(), role.built_in(), role.actions.len()), ("Branch", None, 7));
    assert_eq!((copy("BRANCH").err(), copy(" ").err()), (Some(RoleRefusal::NameTaken), Some(RoleRefusal::NameInvalid)));
    let owner = service.copy_role(&security, BuiltIn::Owner.id(), "boss").expect("answered");
    assert_eq!(owner.err(), Some(RoleRefusal::PowersTogether));
    let change = |id, change| service.update_role(&security, id, change).expect("answered");
    let scope = RoleChange { scope: Some(DataScope::Department), ..RoleChange::default() };
    let changed = change(role.id, scope.clone()).expect("changed");
    assert_eq!((changed.scope, changed.name.as_str()), (DataScope::Department, "Branch"));
    assert_eq!(change(BuiltIn::Staff.id(), scope).err(), Some(RoleRefusal::BuiltIn));
    let nothing = RoleChange { actions: Some([].into()), ..RoleChange::default() };
    let nothing = change(role.id, nothing).expect("changed");
    assert_eq!(nothing.actions, [Action::ManageOwnAccount].into());
    let mighty = RoleChange { actions: Some([Action::Operate, Action::ReadAudit].into()), ..RoleChange::default() };
    assert_eq!(change(role.id, mighty).err(), Some(RoleRefusal::PowersTogether));
    let error = service.update_role(&security, RoleId([9; 16]), RoleChange::default()).expect_err("none");
    assert_eq!(error.code(), Code::NotFound);
    assert_eq!(service.roles(&security).expect("roles").len(), BuiltIn::ALL.len() + 1);
    let delete = |id| service.delete_role(&security, id).expect("answered");
    world.user_of("ken", &[role.id], None);
    assert_eq!(delete(role.id), Err(RoleRefusal::InUse));
    assert_eq!(delete(BuiltIn::Auditor.id()), Err(RoleRefusal::BuiltIn));
    let unused = copy("other").expect("made");
    assert_eq!(delete(unused.id), Ok(()));
    assert_eq!((world.count_events("role.copy"), world.count_events("role.delete")), (2, 1));
}

#[test]
fn powers_are_given_by_those_who_have_them_and_never_together() {
    let world = World::new();
    world.administrator();
    let service = &world.service;
    let system = viewer(BuiltIn::SystemAdministrator);
    let make = |viewer: &Viewer, login: &str, roles: &[RoleId]| {
        service.create_user(viewer, new(login, roles)).expect("answered").map(|user| user.roles)
    };
    let (staff, auditor) = (BuiltIn::Staff.id(), BuiltIn::Auditor.id());
    assert_eq!(make(&system, "a", &[staff]), Ok(vec![staff]));
    assert_eq!(make(&system, "b", &[auditor]), Err(UserRefusal::NotYoursToGive));
    assert_eq!(make(&system, "b", &[]), Err(UserRefusal::RolesInvalid));
    assert_eq!(make(&system, "b", &[RoleId([9; 16])]), Err(UserRefusal::RolesInvalid));
    let operator = Viewer::operator();
    let both = [BuiltIn::SystemAdministrator.id(), auditor];
    assert_eq!(make(&operator, "b", &both), Err(UserRefusal::PowersTogether));
    assert_eq!(make(&operator, "b", &[BuiltIn::Owner.id(), auditor]), Err(UserRefusal::PowersTogether));
    assert_eq!(make(&operator, "b", &[staff, staff]), Ok(vec![staff]));
    let security = world.user("security", BuiltIn::SecurityAdministrator).principal;
    let id = world.sign_in("a").principal.user.id;
    let give = |viewer: &Viewer, id, roles: &[RoleId]| {
        service.set_user_roles(viewer, id, roles, None).expect("answered").map(|user| user.roles)
    };
    assert_eq!(give(&security.viewer, id, &[auditor]), Ok(vec![auditor]));
    assert_eq!(give(&security.viewer, id, &[BuiltIn::Owner.id()]), Err(SetUserRolesRefusal::NotYoursToGive));
    assert_eq!(give(&security.viewer, id, &both), Err(SetUserRolesRefusal::PowersTogether));
    assert_eq!(give(&security.viewer, security.user.id, &[staff]), Err(SetUserRolesRefusal::Yourself));
    let unknown = service.set_user_roles(&operator, id, &[staff], Some(xinju_model::id::StaffId([9; 16])));
    assert_eq!(unknown.expect("answered").err(), Some(SetUserRolesRefusal::StaffUnknown));
    assert_eq!(service.set_user_roles(&system, id, &[staff], None).expect_err("denied").code(), Code::Forbidden);
    let event = world.last_event("user.change_roles").expect("an event");
    assert_eq!((event.detail("roles_before"), event.detail("roles_after")), ("staff", "auditor"));
}

#[test]
fn somebody_manages_users_whatever_happens_to_roles() {
    let world = World::new();
    let owner = world.administrator().principal;
    let service = &world.service;
    let operator = Viewer::operator();
    let down = service.set_user_roles(&owner.viewer, owner.user.id, &[BuiltIn::Staff.id()], None).expect("answered");
    assert_eq!(down.err(), Some(SetUserRolesRefusal::LastAdministrator));
    let keeper =
        service.copy_role(&operator, BuiltIn::SystemAdministrator.id(), "Keeper").expect("answered").expect("made");
    let kept = world.user_of("keeper", &[keeper.id], None).principal;
    let gone = || service.set_user_active(&operator, owner.user.id, false).expect("answered");
    assert_eq!(gone().err(), Some(SetUserActiveRefusal::LastAdministrator), "nobody would manage roles");
    let security = world.user("security", BuiltIn::SecurityAdministrator).principal;
    assert!(gone().is_ok());
    let last = service.set_user_active(&operator, kept.user.id, false).expect("answered");
    assert_eq!(last.err(), Some(SetUserActiveRefusal::LastAdministrator));
    let last = service.set_user_active(&operator, security.user.id, false).expect("answered");
    assert_eq!(last.err(), Some(SetUserActiveRefusal::LastAdministrator));
    let last = service.set_user_roles(&operator, security.user.id, &[BuiltIn::Auditor.id()], None).expect("answered");
    assert_eq!(last.err(), Some(SetUserRolesRefusal::LastAdministrator));
    let weak = RoleChange { actions: Some([Action::ReadSystem].into()), ..RoleChange::default() };
    let refused = service.update_role(&operator, keeper.id, weak).expect("answered");
    assert_eq!(refused.err(), Some(RoleRefusal::LastAdministrator));
}
