//! What using a role takes: a second factor, and networks.

use xinju_model::access::{Action, Viewer};
use xinju_model::id::RoleId;
use xinju_model::role::BuiltIn;
use xinju_model::user::TokenScope;
use zeroize::Zeroizing;

use crate::error::Code;
use crate::factor::RemoveFactorRefusal;
use crate::role::{RoleChange, RoleRefusal};
use crate::session::Origin;
use crate::token::CreateToken;
use crate::world::{PASSWORD, World, origin, viewer};

fn networks(all: &[&str]) -> RoleChange {
    RoleChange { networks: Some(all.iter().map(|text| (*text).to_owned()).collect()), ..RoleChange::default() }
}

fn require(world: &World, role: RoleId, change: RoleChange) {
    world.service.update_role(&Viewer::operator(), role, change).expect("answered").expect("changed");
}

#[test]
fn a_role_that_demands_a_second_factor_lets_its_holders_only_enrol_one() {
    let world = World::new();
    let admin = world.administrator().principal.viewer;
    let auditor = world.user("auditor", BuiltIn::Auditor).principal.viewer;
    let change = RoleChange { second_factor: Some(true), ..RoleChange::default() };
    world.service.update_role(&admin, BuiltIn::Auditor.id(), change).expect("answered").expect("changed");
    let event = world.last_event("role.change").expect("an event");
    assert_eq!((event.detail("second_factor_before"), event.detail("second_factor_after")), ("false", "true"));
    let auditor = world.sign_in(&auditor.name).principal.viewer;
    assert!(world.service.must_enrol(&auditor).expect("asked"));
    assert_eq!(world.service.can(&auditor), [Action::ManageOwnAccount]);
    assert_eq!(world.service.audit_actors(&auditor).expect_err("enrol first").code(), Code::EnrolmentRequired);
    assert!(!world.service.must_enrol(&admin).expect("asked"), "others' roles demand nothing");
    world.enrol(&auditor);
    assert!(world.service.audit_actors(&auditor).is_ok());
    assert_eq!(world.service.remove_factor(&auditor).expect("answered"), Err(RemoveFactorRefusal::Demanded));
    let world = world.reopen();
    let roles = world.service.roles(&Viewer::operator()).expect("roles");
    let demanding: Vec<_> = roles.iter().filter(|role| role.second_factor).map(|role| role.id).collect();
    assert_eq!(demanding, [BuiltIn::Auditor.id()]);
}

#[test]
fn a_session_that_moves_out_of_a_roles_networks_loses_it_there_and_only_there() {
    let world = World::new();
    world.administrator();
    let both = world.user_of("ken", &[BuiltIn::Staff.id(), BuiltIn::EvidenceOfficer.id()], None);
    require(&world, BuiltIn::EvidenceOfficer.id(), networks(&["10.0.0.0/8", "2001:db8::/32"]));
    let roles_at = |address: &str| {
        let principal = world.service.authenticate_session(&both.secret, address).expect("answered").expect("known");
        principal.viewer.rights.roles.len()
    };
    for inside in ["10.1.2.3", "::ffff:10.1.2.3", "2001:db8::7"] {
        assert_eq!(roles_at(inside), 2, "{inside}");
    }
    for outside in ["192.0.2.7", "::ffff:192.0.2.7", "2001:db9::7", "local", ""] {
        assert_eq!(roles_at(outside), 1, "{outside}");
    }
}

#[test]
fn where_no_role_is_left_nobody_is_let_in() {
    let world = World::new();
    world.administrator();
    let ken = world.user("ken", BuiltIn::Staff);
    let token = CreateToken { name: "t".into(), scopes: vec![TokenScope::Read], days: 1 };
    let token = world.service.create_token(&ken.principal.viewer, token).expect("answered").expect("made");
    require(&world, BuiltIn::Staff.id(), networks(&["10.0.0.0/8"]));
    let session = |address| world.service.authenticate_session(&ken.secret, address).map_err(|error| error.code());
    let by_token = |address| world.service.authenticate_token(&token.secret, address).map_err(|error| error.code());
    assert!(session("10.0.0.1").is_ok_and(|found| found.is_some()));
    assert!(by_token("10.0.0.1").is_ok_and(|found| found.is_some()));
    assert_eq!(session("192.0.2.7").err(), Some(Code::NetworkRefused));
    let denied = world.last_event("access.deny").expect("an event");
    assert_eq!((denied.detail("name"), denied.place.as_str()), ("ken", "192.0.2.7"));
    assert_eq!(by_token("192.0.2.7").err(), Some(Code::NetworkRefused));
    let sign_in = |address: &str| {
        let origin = Origin { address: address.into(), ..origin() };
        world.service.sign_in("ken", &Zeroizing::new(PASSWORD.to_owned()), &origin).map_err(|error| error.code())
    };
    assert_eq!(sign_in("192.0.2.7").err(), Some(Code::NetworkRefused));
    assert!(sign_in("10.0.0.1").is_ok_and(|outcome| outcome.is_ok()));
    require(&world, BuiltIn::Staff.id(), networks(&[]));
    assert!(session("192.0.2.7").is_ok_and(|found| found.is_some()), "none named means from anywhere");
}

#[test]
fn nobody_locks_themselves_out_unless_it_is_meant() {
    let world = World::new();
    let owner = world.administrator().principal.viewer;
    let change = |id: RoleId, change| {
        world.service.update_role(&owner, id, change).expect("answered").map(|role| role.networks.len())
    };
    let away = || networks(&["10.0.0.0/8"]);
    let own = BuiltIn::Owner.id();
    assert_eq!(change(own, away()), Err(RoleRefusal::LocksOut));
    assert_eq!(change(BuiltIn::SystemAdministrator.id(), away()), Err(RoleRefusal::LocksOut), "a power of others");
    assert_eq!(change(BuiltIn::Staff.id(), away()), Ok(1), "staff elsewhere are no danger");
    assert_eq!(change(own, networks(&["192.0.2.0/24"])), Ok(1), "the own address is inside");
    assert_eq!(change(own, networks(&["10.0.0.0/8", "x"])), Err(RoleRefusal::NetworksInvalid));
    assert_eq!(change(own, RoleChange { lock_out: true, ..away() }), Ok(1));
    let event = world.last_event("role.change").expect("an event");
    assert_eq!((event.detail("networks_before"), event.detail("networks_after")), ("192.0.2.0/24", "10.0.0.0/8"));
    let refused = world.service.sign_in("admin", &Zeroizing::new(PASSWORD.to_owned()), &origin()).expect_err("outside");
    assert_eq!(refused.code(), Code::NetworkRefused);
    require(&world, own, networks(&[]));
    world.sign_in("admin");
}

#[test]
fn conditions_are_changed_by_those_who_manage_roles_and_never_on_ones_own() {
    let world = World::new();
    let change = || RoleChange { second_factor: Some(true), ..RoleChange::default() };
    for role in [BuiltIn::Staff, BuiltIn::Auditor, BuiltIn::SystemAdministrator] {
        let denied = world.service.update_role(&viewer(role), BuiltIn::Staff.id(), change()).expect_err("denied");
        assert_eq!(denied.code(), Code::Forbidden);
    }
    let security = viewer(BuiltIn::SecurityAdministrator);
    let update = |id, change| world.service.update_role(&security, id, change).expect("answered").err();
    assert_eq!(update(BuiltIn::Staff.id(), change()), None);
    assert_eq!(update(BuiltIn::SecurityAdministrator.id(), change()), Some(RoleRefusal::Yours));
    let rename = RoleChange { name: Some("n".into()), ..change() };
    assert_eq!(update(BuiltIn::Staff.id(), rename), Some(RoleRefusal::BuiltIn));
}
