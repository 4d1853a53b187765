//! Second factors, tried on a real store.

use xinju_model::access::Viewer;
use xinju_model::limits::{
    CHALLENGE_MS_MAX, CHALLENGE_TRIES_MAX, ENROLMENT_MS_MAX, FRESH_MS_MAX, SIGN_IN_FREE_FAILURES,
};
use xinju_model::role::BuiltIn;
use zeroize::Zeroizing;

use crate::error::Code;
use crate::factor::{EnrolRefusal, RemoveFactorRefusal};
use crate::policy::tests::demand_of_everybody;
use crate::session::{Confirm, ConfirmRefusal, Origin, SecondFactorRefusal, SignInRefusal, SignedIn};
use crate::token::CreateToken;
use crate::world::{PASSWORD, World, origin, viewer};

/// A step of the app's clock in milliseconds.
const STEP_MS: i64 = 30_000;
/// A code that is no app's here.
const WRONG: &str = "000000";

fn secret(text: &str) -> Zeroizing<String> {
    Zeroizing::new(text.to_owned())
}

/// The challenge for somebody who has a second factor.
fn challenge(world: &World, login: &str) -> Zeroizing<String> {
    match world.service.sign_in(login, &secret(PASSWORD), &origin()).expect("answered") {
        Err(SignInRefusal::SecondFactorRequired(step)) => step.challenge,
        other => panic!("no challenge: {other:?}"),
    }
}

fn second(world: &World, challenge: &str, code: &str) -> Result<SignedIn, SecondFactorRefusal> {
    world.service.sign_in_second_factor(challenge, code, &origin()).expect("answered")
}

fn refusal(world: &World, challenge: &str, code: &str) -> Option<SecondFactorRefusal> {
    second(world, challenge, code).err()
}

#[test]
fn a_password_alone_no_longer_opens_but_with_a_code_it_does() {
    let world = World::new();
    let admin = world.administrator().principal.viewer;
    let (app, codes) = world.enrol(&admin);
    assert_eq!(codes.len(), 10);
    let state = world.service.own_factor(&admin).expect("asked").expect("enrolled");
    assert_eq!((state.enrolled_at, state.recovery_left), (world.service.clock().now(), 10));
    world.clock.pass(STEP_MS);
    let begun = challenge(&world, "admin");
    assert_eq!(refusal(&world, &begun, WRONG), Some(SecondFactorRefusal::WrongCode));
    let signed_in = second(&world, &begun, &world.code(&app)).expect("let in");
    assert!(world.service.authenticate_session(&signed_in.secret, "").expect("answered").is_some());
    world.clock.pass(STEP_MS);
    let used = refusal(&world, &begun, &world.code(&app));
    assert_eq!(used, Some(SecondFactorRefusal::ChallengeInvalid), "a challenge is good once");
    let begun = world.last_event("session.start").expect("an event");
    assert_eq!(begun.details.get("second_factor").map(String::as_str), Some("true"));
    assert_eq!((world.count_events("factor.enrol"), world.count_events("factor.refuse")), (1, 1));
}

#[test]
fn a_code_opens_once_also_after_a_restart_and_when_the_clock_goes_back() {
    let world = World::new();
    let (app, _) = world.enrol(&world.administrator().principal.viewer);
    let enrolled_with = world.code(&app);
    assert_eq!(refusal(&world, &challenge(&world, "admin"), &enrolled_with), Some(SecondFactorRefusal::WrongCode));
    world.clock.pass(2 * STEP_MS);
    let code = world.code(&app);
    assert!(second(&world, &challenge(&world, "admin"), &code).is_ok());
    assert_eq!(refusal(&world, &challenge(&world, "admin"), &code), Some(SecondFactorRefusal::WrongCode));
    let world = world.reopen();
    assert_eq!(refusal(&world, &challenge(&world, "admin"), &code), Some(SecondFactorRefusal::WrongCode));
    world.clock.pass(-STEP_MS);
    for replayed in [code, world.code(&app)] {
        let refused = refusal(&world, &challenge(&world, "admin"), &replayed);
        assert_eq!(refused, Some(SecondFactorRefusal::WrongCode), "steps that are over stay so");
    }
    world.clock.pass(2 * STEP_MS);
    assert!(second(&world, &challenge(&world, "admin"), &world.code(&app)).is_ok());
}

#[test]
fn of_two_browsers_with_one_code_one_comes_in() {
    let world = World::new();
    let (app, _) = world.enrol(&world.administrator().principal.viewer);
    world.clock.pass(STEP_MS);
    let challenges = [challenge(&world, "admin"), challenge(&world, "admin")];
    let code = world.code(&app);
    let came_in = std::thread::scope(|scope| {
        let both = challenges.each_ref().map(|challenge| scope.spawn(|| second(&world, challenge, &code).is_ok()));
        both.map(|one| one.join().expect("no panic")).into_iter().filter(|came_in| *came_in).count()
    });
    assert_eq!(came_in, 1);
}

#[test]
fn guessing_codes_makes_wait_and_the_password_does_not_forgive_it() {
    let world = World::new();
    let (app, _) = world.enrol(&world.administrator().principal.viewer);
    world.clock.pass(STEP_MS);
    for _ in 0..SIGN_IN_FREE_FAILURES {
        assert_eq!(refusal(&world, &challenge(&world, "admin"), WRONG), Some(SecondFactorRefusal::WrongCode));
    }
    let waits = world.service.sign_in("admin", &secret(PASSWORD), &origin()).expect("answered");
    assert_eq!(waits.err(), Some(SignInRefusal::TooManyAttempts(1)));
    world.clock.pass(1_000);
    let begun = challenge(&world, "admin");
    assert_eq!(refusal(&world, &begun, WRONG), Some(SecondFactorRefusal::WrongCode));
    let waits = refusal(&world, &begun, &world.code(&app));
    assert_eq!(waits, Some(SecondFactorRefusal::TooManyAttempts(2)), "the right code is not looked at either");
    world.clock.pass(2_000);
    assert!(second(&world, &begun, &world.code(&app)).is_ok());
    assert_eq!(world.count_events("factor.refuse"), usize::try_from(SIGN_IN_FREE_FAILURES).expect("small") + 1);
    assert!(!world.events().iter().any(|(_, event)| format!("{event:?}").contains(WRONG)));
}

#[test]
fn a_challenge_ends_with_its_time_its_tries_its_address_and_a_changed_user() {
    let world = World::new();
    let admin = world.administrator().principal;
    let (app, _) = world.enrol(&admin.viewer);
    let gone = Some(SecondFactorRefusal::ChallengeInvalid);
    world.clock.pass(STEP_MS);
    let begun = challenge(&world, "admin");
    assert_eq!(refusal(&world, "x", &world.code(&app)), gone);
    assert_eq!(refusal(&world, &"A".repeat(43), &world.code(&app)), gone);
    let elsewhere = Origin { address: "198.51.100.1".into(), ..origin() };
    let elsewhere = world.service.sign_in_second_factor(&begun, &world.code(&app), &elsewhere).expect("answered");
    assert_eq!(elsewhere.err(), gone);
    world.clock.pass(CHALLENGE_MS_MAX);
    assert_eq!(refusal(&world, &begun, &world.code(&app)), gone);
    let begun = challenge(&world, "admin");
    for _ in 0..CHALLENGE_TRIES_MAX {
        assert_eq!(refusal(&world, &begun, WRONG), Some(SecondFactorRefusal::WrongCode));
    }
    world.clock.pass(STEP_MS);
    assert_eq!(refusal(&world, &begun, &world.code(&app)), gone);
    let begun = challenge(&world, "admin");
    let changed = world.service.reset_password(&Viewer::operator(), "admin", &secret("battery staple"));
    assert!(changed.expect("answered").is_ok());
    assert_eq!(refusal(&world, &begun, &world.code(&app)), gone);
}

#[test]
fn a_suspended_user_does_not_come_in_with_a_code() {
    let world = World::new();
    let admin = world.administrator().principal.viewer;
    let ken = world.user("ken", BuiltIn::Staff).principal;
    let (app, _) = world.enrol(&ken.viewer);
    world.clock.pass(STEP_MS);
    let begun = challenge(&world, "ken");
    world.service.set_user_active(&admin, ken.user.id, false).expect("answered").expect("suspended");
    assert_eq!(refusal(&world, &begun, &world.code(&app)), Some(SecondFactorRefusal::ChallengeInvalid));
    let again = world.service.sign_in("ken", &secret(PASSWORD), &origin()).expect("answered");
    assert_eq!(again.err(), Some(SignInRefusal::WrongCredentials));
}

#[test]
fn each_recovery_code_opens_once_and_new_ones_end_the_old() {
    let world = World::new();
    let (_, codes) = world.enrol(&world.administrator().principal.viewer);
    let signed_in = second(&world, &challenge(&world, "admin"), &codes[0].to_lowercase()).expect("let in");
    let viewer = signed_in.principal.viewer;
    assert_eq!(world.service.own_factor(&viewer).expect("asked").expect("enrolled").recovery_left, 9);
    assert_eq!(
        world.last_event("factor.recovery_used").expect("an event").details.get("left").map(String::as_str),
        Some("9")
    );
    assert_eq!(refusal(&world, &challenge(&world, "admin"), &codes[0]), Some(SecondFactorRefusal::WrongCode));
    let new = world.service.renew_recovery_codes(&viewer).expect("made");
    assert_eq!(new.len(), 10);
    assert_eq!(refusal(&world, &challenge(&world, "admin"), &codes[1]), Some(SecondFactorRefusal::WrongCode));
    assert!(second(&world, &challenge(&world, "admin"), &new[0]).is_ok());
    let all = world.events();
    assert!(!all.iter().any(|(_, event)| format!("{event:?}").contains(new[1].as_str())));
    let ken = world.user("ken", BuiltIn::Staff).principal.viewer;
    assert_eq!(world.service.renew_recovery_codes(&ken).expect_err("none").code(), Code::NotFound);
}

#[test]
fn an_enrolment_needs_the_apps_own_code_in_time_and_in_the_same_session() {
    let world = World::new();
    let admin = world.administrator().principal.viewer;
    let other = world.sign_in("admin").principal.viewer;
    let confirm = |viewer: &Viewer, code: &str| {
        world.service.confirm_enrolment(viewer, code).expect("answered").map(|codes| codes.len())
    };
    assert_eq!(confirm(&admin, WRONG), Err(EnrolRefusal::NotBegun));
    let begun = world.service.begin_enrolment(&admin).expect("begun");
    assert!(begun.uri.contains(begun.secret.as_str()) && begun.uri.contains("Xinju:Admin?"));
    assert_eq!(confirm(&admin, WRONG), Err(EnrolRefusal::WrongCode));
    assert_eq!(confirm(&other, WRONG), Err(EnrolRefusal::NotBegun));
    assert!(world.service.own_factor(&admin).expect("asked").is_none());
    world.clock.pass(ENROLMENT_MS_MAX);
    assert_eq!(confirm(&admin, WRONG), Err(EnrolRefusal::NotBegun));
    world.clock.pass(1);
    assert_eq!(world.service.begin_enrolment(&admin).err().map(|error| error.code()), Some(Code::ConfirmRequired));
}

#[test]
fn another_app_may_take_the_place_of_the_first() {
    let world = World::new();
    let admin = world.administrator().principal.viewer;
    let (first, _) = world.enrol(&admin);
    world.clock.pass(STEP_MS);
    let (second_app, _) = world.enrol(&admin);
    world.clock.pass(STEP_MS);
    let begun = challenge(&world, "admin");
    assert_eq!(refusal(&world, &begun, &world.code(&first)), Some(SecondFactorRefusal::WrongCode));
    assert!(second(&world, &begun, &world.code(&second_app)).is_ok());
}

#[test]
fn people_remove_their_own_unless_it_is_demanded_and_administrators_lost_ones() {
    let world = World::new();
    let admin = world.administrator().principal;
    let ken = world.user("ken", BuiltIn::Staff);
    let remove = |viewer: &Viewer| world.service.remove_factor(viewer).expect("answered");
    assert_eq!(remove(&ken.principal.viewer), Err(RemoveFactorRefusal::NotEnrolled));
    world.enrol(&ken.principal.viewer);
    assert_eq!(remove(&ken.principal.viewer), Ok(()));
    world.clock.pass(STEP_MS);
    world.enrol(&ken.principal.viewer);
    let reset = |viewer: &Viewer, user| world.service.reset_factor(viewer, user);
    assert_eq!(
        reset(&viewer(BuiltIn::SecurityAdministrator), ken.principal.user.id).expect_err("denied").code(),
        Code::Forbidden
    );
    let own = reset(&admin.viewer, admin.user.id).expect("answered");
    assert_eq!(own, Err(RemoveFactorRefusal::Yourself));
    assert!(world.service.has_factor(&admin.viewer, ken.principal.user.id).expect("asked"));
    assert_eq!(reset(&admin.viewer, ken.principal.user.id).expect("answered").map(|user| user.login), Ok("ken".into()));
    assert!(world.service.authenticate_session(&ken.secret, "").expect("answered").is_none(), "its sessions end");
    let again = reset(&Viewer::operator(), ken.principal.user.id).expect("answered");
    assert_eq!(again, Err(RemoveFactorRefusal::NotEnrolled));
    world.sign_in("ken");
    world.enrol(&admin.viewer);
    demand_of_everybody(&world);
    assert_eq!(remove(&admin.viewer), Err(RemoveFactorRefusal::Demanded));
    assert_eq!((world.count_events("factor.remove"), world.count_events("factor.reset")), (1, 1));
}

#[test]
fn sensitive_operations_ask_for_a_fresh_confirmation() {
    let world = World::new();
    let admin = world.administrator().principal.viewer;
    let token = || {
        let new = CreateToken { name: "t".into(), scopes: vec![xinju_model::user::TokenScope::Read], days: 1 };
        world.service.create_token(&admin, new).map(|made| made.is_ok()).map_err(|error| error.code())
    };
    let confirm = |confirm: &Confirm<'_>| world.service.confirm_identity(&admin, confirm).expect("answered");
    let password = |text: &str| Confirm { password: Some(secret(text)), ..Confirm::default() };
    let code = |text: &str| Confirm { password: Some(secret(PASSWORD)), code: Some(secret(text)), passkey: None };
    assert_eq!(token(), Ok(true));
    world.clock.pass(FRESH_MS_MAX);
    assert_eq!(token(), Ok(true));
    world.clock.pass(1);
    assert_eq!(token(), Err(Code::ConfirmRequired));
    assert_eq!(confirm(&password("wrong password")), Err(ConfirmRefusal::WrongPassword));
    assert_eq!(token(), Err(Code::ConfirmRequired));
    assert_eq!(confirm(&password(PASSWORD)), Ok(()));
    assert_eq!(token(), Ok(true));
    let (app, codes) = world.enrol(&admin);
    world.clock.pass(FRESH_MS_MAX + 1);
    assert_eq!(confirm(&password(PASSWORD)), Err(ConfirmRefusal::WrongCode), "the password is no longer enough");
    assert_eq!(confirm(&code(&world.code(&app))), Ok(()));
    assert_eq!(confirm(&code(&world.code(&app))), Err(ConfirmRefusal::WrongCode), "a code confirms once");
    assert_eq!(confirm(&code(&codes[3])), Ok(()));
    assert_eq!(token(), Ok(true));
    world.clock.pass(-1);
    assert_eq!(token(), Err(Code::ConfirmRequired), "what was confirmed in the future is not fresh");
    assert_eq!((world.count_events("identity.confirm"), world.count_events("identity.refuse")), (3, 3));
}

#[test]
fn guessing_at_a_confirmation_makes_wait() {
    let world = World::new();
    let admin = world.administrator().principal.viewer;
    let guess = Confirm { password: Some(secret("wrong password")), ..Confirm::default() };
    let confirm = || world.service.confirm_identity(&admin, &guess).expect("answered");
    for _ in 0..SIGN_IN_FREE_FAILURES {
        assert_eq!(confirm(), Err(ConfirmRefusal::WrongPassword));
    }
    assert_eq!(confirm(), Err(ConfirmRefusal::TooManyAttempts(1)));
}

#[test]
fn every_sensitive_operation_asks() {
    let world = World::new();
    let admin = world.administrator().principal.viewer;
    world.clock.pass(FRESH_MS_MAX + 1);
    let id = xinju_model::id::UserId([0; 16]);
    let service = &world.service;
    let new = crate::user::CreateUser {
        login: "ken".into(),
        name: "Ken".into(),
        roles: vec![BuiltIn::Staff.id()],
        staff: None,
        password: secret(PASSWORD),
    };
    let codes = [
        service.create_user(&admin, new).map(|_| ()),
        service.set_user_active(&admin, id, false).map(|_| ()),
        service.reset_password(&admin, "admin", &secret(PASSWORD)).map(|_| ()),
        service.begin_enrolment(&admin).map(|_| ()),
        service.renew_recovery_codes(&admin).map(|_| ()),
        service.remove_factor(&admin).map(|_| ()),
        service.reset_factor(&admin, id).map(|_| ()),
        service.set_sign_in_policy(&admin, service.core.policy()).map(|_| ()),
    ];
    for outcome in codes {
        assert_eq!(outcome.expect_err("confirm first").code(), Code::ConfirmRequired);
    }
}
