//! Coming in, tried on a real store.

use xinju_model::access::{Action, Credential, Viewer};
use xinju_model::id::UserId;
use xinju_model::limits::{INVITATION_MS_MAX, SETUP_LINK_MS_MAX, SIGN_IN_FREE_FAILURES};
use xinju_model::policy::SignInPolicy;
use xinju_model::role::BuiltIn;
use zeroize::Zeroizing;

use crate::error::Code;
use crate::session::{
    CompleteSetup, InvitationRefusal, Named, Others, RenewInvitationRefusal, SetUp, SetupRefusal, SignInRefusal,
};
use crate::world::{PASSWORD, World, origin, viewer};

fn secret(text: &str) -> Zeroizing<String> {
    Zeroizing::new(text.to_owned())
}

fn setup(token: &Zeroizing<String>, login: &str, password: &str) -> CompleteSetup {
    let (login, name, password) = (login.into(), String::new(), secret(password));
    CompleteSetup { token: token.clone(), login, name, password, others: None }
}

#[test]
fn the_set_up_link_is_good_once() {
    let world = World::new();
    let service = &world.service;
    assert!(service.setup_state().expect("state").needed);
    let old = service.make_setup_link(&Viewer::operator()).expect("link").expect("needed");
    let token = service.make_setup_link(&Viewer::operator()).expect("link").expect("needed");
    let refusal = |setup| service.complete_setup(setup, &origin()).expect("answered").err();
    assert_eq!(refusal(setup(&old, "admin", PASSWORD)), Some(SetupRefusal::LinkInvalid));
    assert_eq!(refusal(setup(&token, "ad min", PASSWORD)), Some(SetupRefusal::LoginInvalid));
    assert_eq!(refusal(setup(&token, "admin", "short")), Some(SetupRefusal::PasswordTooShort));
    assert_eq!(refusal(setup(&token, "admin", &"x".repeat(201))), Some(SetupRefusal::PasswordTooLong));
    let done = service.complete_setup(setup(&token, "admin", PASSWORD), &origin()).expect("answered").expect("in");
    assert!(done.invited.is_empty());
    let user = &done.signed_in.principal.user;
    assert_eq!((user.roles.as_slice(), user.name.as_str()), ([BuiltIn::Owner.id()].as_slice(), "admin"));
    assert_eq!(refusal(setup(&token, "other", PASSWORD)), Some(SetupRefusal::AlreadyDone));
    assert!(!service.setup_state().expect("state").needed);
    assert!(service.make_setup_link(&Viewer::operator()).expect("answered").is_none());
    assert_eq!((world.count_events("setup.refuse"), world.count_events("user.create")), (1, 1));
}

fn named(login: &str) -> Named {
    Named { login: login.into(), name: String::new() }
}

/// An archive with divided powers: who is signed in, and the links of the other two.
fn divided(world: &World) -> SetUp {
    let token = world.service.make_setup_link(&Viewer::operator()).expect("link").expect("needed");
    let others = Some(Others { security: named("sec"), auditor: named("aud") });
    let setup = CompleteSetup { others, ..setup(&token, "sys", PASSWORD) };
    world.service.complete_setup(setup, &origin()).expect("answered").expect("in")
}

#[test]
fn three_administrators_divide_the_powers_and_each_chooses_a_password() {
    let world = World::new();
    let SetUp { signed_in, invited } = divided(&world);
    let can = |viewer: &Viewer, action| world.service.can(viewer).contains(&action);
    let first = &signed_in.principal.viewer;
    assert!(can(first, Action::ManageUsers) && !can(first, Action::ManageRoles) && !can(first, Action::ReadAudit));
    let [security, auditor] = invited.as_slice() else { panic!("two links: {invited:?}") };
    let accept = |token: &Zeroizing<String>, password: &str| {
        world.service.accept_invitation(token, &secret(password), &origin()).expect("answered")
    };
    let sign_in = |login: &str| world.service.sign_in(login, &secret(PASSWORD), &origin()).expect("answered");
    assert!(sign_in("sec").is_err(), "nobody knows a password yet");
    assert_eq!(accept(&security.token, "short").err(), Some(InvitationRefusal::PasswordTooShort));
    let viewer = accept(&security.token, PASSWORD).expect("in").principal.viewer;
    assert!(
        can(&viewer, Action::ManageRoles) && !can(&viewer, Action::ManageUsers) && !can(&viewer, Action::ReadAudit)
    );
    assert_eq!(accept(&security.token, PASSWORD).err(), Some(InvitationRefusal::LinkInvalid), "good once");
    let world = world.reopen();
    let third = world.service.accept_invitation(&auditor.token, &secret(PASSWORD), &origin()).expect("answered");
    let viewer = third.expect("in").principal.viewer;
    let can = |action| world.service.can(&viewer).contains(&action);
    assert!(can(Action::ReadAudit) && !can(Action::ManageUsers) && !can(Action::ManageRoles));
    assert_eq!((world.count_events("user.create"), world.count_events("setup.accept")), (3, 2));
}

#[test]
fn the_other_administrators_need_logins_of_their_own() {
    let world = World::new();
    let token = world.service.make_setup_link(&Viewer::operator()).expect("link").expect("needed");
    for (security, auditor) in [("SYS", "aud"), ("sec", "Sec"), ("se c", "aud"), ("sec", "")] {
        let others = Some(Others { security: named(security), auditor: named(auditor) });
        let setup = CompleteSetup { others, ..setup(&token, "sys", PASSWORD) };
        let refused = world.service.complete_setup(setup, &origin()).expect("answered").err();
        assert_eq!(refused, Some(SetupRefusal::OthersInvalid), "{security} {auditor}");
    }
    assert!(world.service.setup_state().expect("state").needed, "nothing was made");
}

#[test]
fn an_invitation_ends_after_a_week_and_with_its_user() {
    let world = World::new();
    let SetUp { signed_in, invited } = divided(&world);
    let [security, auditor] = invited.as_slice() else { panic!("two links: {invited:?}") };
    let refused = |token: &Zeroizing<String>| {
        world.service.accept_invitation(token, &secret(PASSWORD), &origin()).expect("answered").err()
    };
    assert_eq!(refused(&secret(&"A".repeat(43))), Some(InvitationRefusal::LinkInvalid));
    let suspended = world.service.set_user_active(&signed_in.principal.viewer, auditor.user.id, false);
    suspended.expect("answered").expect("suspended");
    assert_eq!(refused(&auditor.token), Some(InvitationRefusal::LinkInvalid));
    world.clock.pass(INVITATION_MS_MAX);
    assert_eq!(refused(&security.token), Some(InvitationRefusal::LinkInvalid));
    assert_eq!((world.count_events("setup.refuse"), world.count_events("setup.accept")), (3, 0));
}

#[test]
fn an_invitation_is_renewed_by_those_who_manage_users_until_it_was_used() {
    let world = World::new();
    let SetUp { signed_in, invited } = divided(&world);
    let [security, auditor] = invited.as_slice() else { panic!("two links: {invited:?}") };
    let system = &signed_in.principal.viewer;
    let renew = |viewer: &Viewer, user| world.service.renew_invitation(viewer, user);
    let accept = |token: &Zeroizing<String>| {
        world.service.accept_invitation(token, &secret(PASSWORD), &origin()).expect("answered")
    };
    let in_time = accept(&auditor.token).expect("in").principal.viewer;
    assert_eq!(renew(&in_time, security.user.id).expect_err("denied").code(), Code::Forbidden);
    let refused = |user| renew(system, user).expect("answered").err();
    assert_eq!(refused(auditor.user.id), Some(RenewInvitationRefusal::NotInvited), "has come");
    assert_eq!(refused(signed_in.principal.user.id), Some(RenewInvitationRefusal::NotInvited), "never was");
    let nobody = renew(system, UserId([9; 16])).expect_err("nobody").code();
    assert_eq!(nobody, Code::NotFound);

    world.clock.pass(INVITATION_MS_MAX);
    assert_eq!(accept(&security.token).err(), Some(InvitationRefusal::LinkInvalid), "too old");
    assert_eq!(renew(system, security.user.id).expect_err("stale").code(), Code::ConfirmRequired);
    let system =
        world.service.sign_in("sys", &secret(PASSWORD), &origin()).expect("answered").expect("in").principal.viewer;
    let before = world.service.invited_until(&system, security.user.id).expect("answered").expect("waits");
    assert!(before <= world.service.core.clock.now());
    let first = renew(&system, security.user.id).expect("answered").expect("renewed");
    let second = renew(&system, security.user.id).expect("answered").expect("renewed");
    let after = world.service.invited_until(&system, security.user.id).expect("answered").expect("waits");
    assert_eq!(after, world.service.core.clock.now().plus_millis(INVITATION_MS_MAX));
    assert_eq!(accept(&first.token).err(), Some(InvitationRefusal::LinkInvalid), "the later one counts");
    assert!(accept(&second.token).is_ok());
    assert_eq!(world.service.invited_until(&system, security.user.id).expect("answered"), None);
    assert_eq!((world.count_events("setup.renew"), world.count_events("setup.accept")), (2, 2));
}

#[test]
fn whoever_is_suspended_is_not_invited_anew() {
    let world = World::new();
    let SetUp { signed_in, invited } = divided(&world);
    let [_, auditor] = invited.as_slice() else { panic!("two links: {invited:?}") };
    let (viewer, user) = (&signed_in.principal.viewer, auditor.user.id);
    world.service.set_user_active(viewer, user, false).expect("answered").expect("suspended");
    let refused = world.service.renew_invitation(viewer, user).expect("answered").err();
    assert_eq!(refused, Some(RenewInvitationRefusal::Suspended));
    assert_eq!(world.count_events("setup.renew"), 0);
}

#[test]
fn wrong_set_up_links_fill_no_ledger() {
    let world = World::new();
    let token = world.service.make_setup_link(&Viewer::operator()).expect("link").expect("needed");
    let wrong = secret(&"A".repeat(43));
    for _ in 0..50 {
        let refusal = world.service.complete_setup(setup(&wrong, "admin", PASSWORD), &origin()).expect("answered");
        assert_eq!(refusal.err(), Some(SetupRefusal::LinkInvalid));
    }
    assert_eq!(world.count_events("setup.refuse"), usize::try_from(SIGN_IN_FREE_FAILURES).expect("small"));
    world.clock.pass(1_000);
    assert!(world.service.complete_setup(setup(&token, "admin", PASSWORD), &origin()).expect("answered").is_ok());
}

#[test]
fn a_set_up_link_lives_for_a_day() {
    let world = World::new();
    let token = world.service.make_setup_link(&Viewer::operator()).expect("link").expect("needed");
    world.clock.pass(SETUP_LINK_MS_MAX);
    let refusal = world.service.complete_setup(setup(&token, "admin", PASSWORD), &origin()).expect("answered").err();
    assert_eq!(refusal, Some(SetupRefusal::LinkInvalid));
}

#[test]
fn only_login_and_password_together_open() {
    let world = World::new();
    world.administrator();
    let refusal = |login: &str, password: &str| {
        world.service.sign_in(login, &secret(password), &origin()).expect("answered").err()
    };
    assert_eq!(refusal("admin", "wrong password"), Some(SignInRefusal::WrongCredentials));
    assert_eq!(refusal("nobody", PASSWORD), Some(SignInRefusal::WrongCredentials));
    assert_eq!(refusal("ADMIN", PASSWORD), None);
    let failed = world.last_event("session.refuse").expect("an event");
    assert_eq!((failed.object.as_str(), failed.place.as_str()), ("", "192.0.2.7"));
    assert!(!world.events().iter().any(|(_, event)| format!("{event:?}").contains("nobody")));
    let begun = world.last_event("session.start").expect("an event");
    assert_eq!((begun.actor.kind.as_str(), begun.actor.name.as_str()), ("user", "管理员"));
}

#[test]
fn failures_make_wait_and_the_password_is_not_looked_at() {
    let world = World::new();
    world.administrator();
    for _ in 0..SIGN_IN_FREE_FAILURES {
        let outcome = world.service.sign_in("admin", &secret("wrong password"), &origin()).expect("answered");
        assert_eq!(outcome.err(), Some(SignInRefusal::WrongCredentials));
    }
    let outcome = world.service.sign_in("admin", &secret(PASSWORD), &origin()).expect("answered");
    assert_eq!(outcome.err(), Some(SignInRefusal::TooManyAttempts(1)));
    let denied = world.last_event("access.deny").expect("an event");
    assert_eq!((denied.detail("action"), denied.acting().kind.as_str()), ("sign_in", "stranger"));
    world.clock.pass(1_000);
    world.sign_in("admin");
}

#[test]
fn sessions_end_when_idle_and_when_old() {
    let world = World::new();
    let (idle, age) = (SignInPolicy::default().idle_ms(), SignInPolicy::default().age_ms());
    let first = world.administrator();
    let known = |secret: &str| world.service.authenticate_session(secret, "192.0.2.8").expect("answered");
    let principal = known(&first.secret).expect("signed in");
    assert_eq!(principal.viewer.place, "192.0.2.8");
    assert_eq!(principal.viewer.credential, Credential::Session);
    assert!(known("x").is_none() && known(&"A".repeat(43)).is_none());
    world.clock.pass(idle);
    assert!(known(&first.secret).is_some());
    world.clock.pass(idle + 1);
    assert!(known(&first.secret).is_none());
    let second = world.sign_in("admin");
    for _ in 0..age / idle {
        assert!(known(&second.secret).is_some());
        world.clock.pass(idle);
    }
    assert!(known(&second.secret).is_some());
    world.clock.pass(1);
    assert!(known(&second.secret).is_none());
}

#[test]
fn when_a_session_was_seen_is_noted_to_the_minute() {
    let world = World::new();
    let signed_in = world.administrator();
    let begun = signed_in.principal.session.as_ref().expect("a session").seen_at;
    let seen = || {
        world.service.authenticate_session(&signed_in.secret, "192.0.2.7").expect("answered");
        world.service.sessions(&signed_in.principal.viewer).expect("sessions")[0].seen_at
    };
    world.clock.pass(59_000);
    assert_eq!(seen(), begun);
    world.clock.pass(1_000);
    assert_eq!(seen(), begun.plus_millis(60_000));
}

#[test]
fn people_end_their_own_sessions_only() {
    let world = World::new();
    let admin = world.administrator();
    let (ken, other) = (world.user("ken", BuiltIn::Staff), world.sign_in("ken"));
    let id = |signed_in: &crate::session::SignedIn| signed_in.principal.session.as_ref().expect("a session").id;
    assert!(!world.service.revoke_session(&admin.principal.viewer, id(&ken)).expect("answered"));
    assert_eq!(world.service.sessions(&ken.principal.viewer).expect("sessions").len(), 2);
    assert_eq!(world.service.revoke_other_sessions(&ken.principal.viewer, Some(id(&ken))).expect("answered"), 1);
    assert!(world.service.authenticate_session(&other.secret, "").expect("answered").is_none());
    world.service.sign_out(&ken.principal.viewer, id(&ken)).expect("signed out");
    assert!(world.service.authenticate_session(&ken.secret, "").expect("answered").is_none());
    assert!(world.service.authenticate_session(&admin.secret, "").expect("answered").is_some());
    let ended = world.last_event("session.end").expect("an event");
    assert_eq!((ended.object, ended.actor.name.as_str()), (id(&ken).to_string(), "ken"));
}

#[test]
fn the_secret_itself_is_not_stored() {
    let world = World::new();
    let admin = world.administrator();
    let hash = world.service.core.secret_hash(super::Secret::Session, &admin.secret);
    assert!(world.service.core.store.read().expect("read").session(&hash).expect("read").is_some());
    assert_ne!(hash, world.service.core.secret_hash(super::Secret::Token, &admin.secret));
    assert!(!world.events().iter().any(|(_, event)| format!("{event:?}").contains(admin.secret.as_str())));
}

#[test]
fn a_restart_keeps_sessions() {
    let world = World::new();
    let admin = world.administrator();
    let world = world.reopen();
    assert!(world.service.authenticate_session(&admin.secret, "").expect("answered").is_some());
}

#[test]
fn a_denied_attempt_is_written_down() {
    let world = World::new();
    let staff = viewer(BuiltIn::Staff);
    let error = world.service.make_setup_link(&staff).expect_err("denied");
    assert_eq!(error.code(), Code::Forbidden);
    let event = world.last_event("access.deny").expect("an event");
    assert_eq!(event.details.get("action").map(String::as_str), Some("manage_users"));
    assert_eq!((event.details.get("name").map(String::as_str), event.place.as_str()), (Some("staff"), "192.0.2.7"));
    assert_eq!(event.detail("user"), staff.user.expect("a user").to_string());
}

#[test]
fn what_can_be_done_follows_the_policy() {
    let world = World::new();
    assert!(!world.service.can(&viewer(BuiltIn::Staff)).contains(&Action::Import));
    assert_eq!(world.service.can(&viewer(BuiltIn::Owner)), Action::ALL);
}
