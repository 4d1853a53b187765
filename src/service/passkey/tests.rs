//! Passkeys, tried on a real store with a device that can be told to misbehave.

use xinju_model::access::Viewer;
use xinju_model::limits::{CEREMONY_MS_MAX, FRESH_MS_MAX, PASSKEYS_MAX, SIGN_IN_FREE_FAILURES};
use xinju_model::passkey::Passkey;
use xinju_model::role::BuiltIn;
use zeroize::Zeroizing;

use crate::error::Code;
use crate::factor::RemoveFactorRefusal;
use crate::passkey::device::Device;
use crate::passkey::{PasskeyAnswer, PasskeyRefusal, PasskeySignInRefusal, Site};
use crate::policy::tests::demand_of_everybody;
use crate::session::{Confirm, ConfirmRefusal, Origin, SecondFactorRefusal, SecondStep, SignInRefusal, SignedIn};
use crate::world::{PASSWORD, World, origin};

fn site() -> Site {
    Site::of("https://archive.example.com").expect("a site")
}

/// A passkey of somebody, made by a device of its own.
fn add(world: &World, viewer: &Viewer, seed: u8) -> (Device, Passkey) {
    let device = Device::new(seed, viewer.user.expect("a user"));
    let asked = world.service.begin_passkey(viewer, &site()).expect("answered").expect("begun");
    let passkey = answered(world, viewer, &device.make(&asked)).expect("added");
    (device, passkey)
}

fn answered(world: &World, viewer: &Viewer, answer: &str) -> Result<Passkey, PasskeyRefusal> {
    world.service.add_passkey(viewer, " A key ", &PasskeyAnswer { site: &site(), answer }).expect("answered")
}

fn ask(world: &World) -> String {
    world.service.begin_passkey_sign_in(&site(), None, &origin()).expect("answered").expect("begun").asked
}

fn enter(world: &World, answer: &str) -> Result<SignedIn, PasskeySignInRefusal> {
    world.service.sign_in_with_passkey(&PasskeyAnswer { site: &site(), answer }, &origin()).expect("answered")
}

/// Why the last answer of a device was refused.
fn reason(world: &World) -> String {
    world.last_event("passkey.refuse").expect("an event").detail("reason").to_owned()
}

fn step(world: &World, login: &str) -> SecondStep {
    match world.service.sign_in(login, &Zeroizing::new(PASSWORD.to_owned()), &origin()).expect("answered") {
        Err(SignInRefusal::SecondFactorRequired(step)) => step,
        other => panic!("no second step: {other:?}"),
    }
}

#[test]
fn a_passkey_lets_in_without_a_password_and_each_answer_once() {
    let world = World::new();
    let admin = world.administrator().principal.viewer;
    let (mut device, passkey) = add(&world, &admin, 1);
    assert_eq!((passkey.name.as_str(), passkey.used_at), ("A key", None));
    device.counter = 1;
    let answer = device.sign(&ask(&world));
    let signed_in = enter(&world, &answer).expect("let in");
    assert_eq!(signed_in.principal.user.login, "Admin");
    assert!(world.service.authenticate_session(&signed_in.secret, "192.0.2.7").expect("answered").is_some());
    let event = world.last_event("session.start").expect("an event");
    assert_eq!((event.detail("second_factor"), event.detail("passkey")), ("true", passkey.id.to_string().as_str()));
    assert_eq!(enter(&world, &answer).err(), Some(PasskeySignInRefusal::NotAccepted), "replayed");
    assert_eq!(reason(&world), "not_asked");
    let kept = world.service.own_passkeys(&admin).expect("listed");
    assert_eq!(kept[0].used_at, Some(world.service.clock().now()));
    let world = world.reopen();
    device.counter = 2;
    assert!(enter(&world, &device.sign(&ask(&world))).is_ok(), "also after a restart");
}

#[test]
fn a_counter_that_does_not_go_up_is_refused_and_written_down() {
    let world = World::new();
    let admin = world.administrator().principal;
    let (mut device, _) = add(&world, &admin.viewer, 1);
    device.counter = 7;
    assert!(enter(&world, &device.sign(&ask(&world))).is_ok());
    for counter in [7, 6, 0] {
        device.counter = counter;
        assert_eq!(enter(&world, &device.sign(&ask(&world))).err(), Some(PasskeySignInRefusal::NotAccepted));
        assert_eq!(reason(&world), "counter");
    }
    assert_eq!(world.last_event("passkey.refuse").expect("an event").object, admin.user.id.to_string());
    device.counter = 8;
    assert!(enter(&world, &device.sign(&ask(&world))).is_ok());
}

#[test]
fn devices_that_do_not_count_are_let_in() {
    let world = World::new();
    let (device, _) = add(&world, &world.administrator().principal.viewer, 1);
    for _ in 0..3 {
        assert!(enter(&world, &device.sign(&ask(&world))).is_ok());
    }
}

#[test]
fn what_is_not_by_this_site_this_device_and_its_owner_is_refused() {
    let world = World::new();
    let admin = world.administrator().principal.viewer;
    let ken = world.user("ken", BuiltIn::Staff).principal.viewer;
    add(&world, &admin, 1);
    let (_, kens) = add(&world, &ken, 2);
    let bad = |change: &dyn Fn(&mut Device)| {
        let mut device = Device::new(1, admin.user.expect("a user"));
        change(&mut device);
        // So that the waiting times of wrong answers are not met here.
        world.clock.pass(24 * 3_600_000 + 1);
        let outcome = enter(&world, &device.sign(&ask(&world)));
        assert_eq!(outcome.err(), Some(PasskeySignInRefusal::NotAccepted));
        reason(&world)
    };
    assert_eq!(bad(&|device| device.origin = "https://evil.example.com".into()), "origin");
    assert_eq!(bad(&|device| device.origin = "http://archive.example.com".into()), "origin");
    assert_eq!(bad(&|device| device.domain = "example.com".into()), "origin");
    assert_eq!(bad(&|device| device.verifies = false), "unverified");
    assert_eq!(bad(&|device| *device = Device::new(9, device.user)), "unknown");
    assert_eq!(bad(&|device| device.user = ken.user.expect("a user")), "unknown", "somebody else's credential");
    // Another key's signature under the id of ken's passkey.
    let read = |text: &str| -> serde_json::Value { serde_json::from_str(text).expect("JSON") };
    let asked = ask(&world);
    let mut mixed = read(&Device::new(2, kens.user).sign(&asked));
    mixed["response"]["signature"] = read(&Device::new(1, kens.user).sign(&asked))["response"]["signature"].clone();
    assert!(enter(&world, &mixed.to_string()).is_err());
    assert_eq!(reason(&world), "signature");
    for junk in ["", "{}", "null", &"x".repeat(100_000)] {
        world.clock.pass(24 * 3_600_000 + 1);
        assert!(enter(&world, junk).is_err());
        assert_eq!(reason(&world), "unreadable");
    }
}

#[test]
fn an_answer_is_good_in_time_and_from_the_same_address() {
    let world = World::new();
    let (device, _) = add(&world, &world.administrator().principal.viewer, 1);
    let late = device.sign(&ask(&world));
    world.clock.pass(CEREMONY_MS_MAX);
    assert!(enter(&world, &late).is_err());
    let answer = device.sign(&ask(&world));
    let elsewhere = Origin { address: "198.51.100.1".into(), ..origin() };
    let answer = PasskeyAnswer { site: &site(), answer: &answer };
    assert!(world.service.sign_in_with_passkey(&answer, &elsewhere).expect("answered").is_err());
    assert!(world.service.sign_in_with_passkey(&answer, &origin()).expect("answered").is_err(), "it is over by that");
}

#[test]
fn wrong_answers_make_wait_and_others_are_not_kept_waiting() {
    let world = World::new();
    let (device, _) = add(&world, &world.administrator().principal.viewer, 1);
    for _ in 0..SIGN_IN_FREE_FAILURES {
        assert_eq!(enter(&world, "{}").err(), Some(PasskeySignInRefusal::NotAccepted));
    }
    let answer = device.sign(&ask(&world));
    assert_eq!(enter(&world, &answer).err(), Some(PasskeySignInRefusal::TooManyAttempts(1)));
    let elsewhere = Origin { address: "198.51.100.1".into(), ..origin() };
    let asked = world.service.begin_passkey_sign_in(&site(), None, &elsewhere).expect("answered").expect("begun").asked;
    let answer = PasskeyAnswer { site: &site(), answer: &device.sign(&asked) };
    assert!(world.service.sign_in_with_passkey(&answer, &elsewhere).expect("answered").is_ok());
}

#[test]
fn suspended_users_do_not_come_in() {
    let world = World::new();
    let admin = world.administrator().principal.viewer;
    let ken = world.user("ken", BuiltIn::Staff).principal;
    let (device, _) = add(&world, &ken.viewer, 2);
    let asked = ask(&world);
    world.service.set_user_active(&admin, ken.user.id, false).expect("answered").expect("suspended");
    assert_eq!(enter(&world, &device.sign(&asked)).err(), Some(PasskeySignInRefusal::NotAccepted));
    assert_eq!(reason(&world), "suspended");
}

#[test]
fn after_a_password_it_is_the_second_step_of_that_user_only() {
    let world = World::new();
    let admin = world.administrator().principal.viewer;
    let ken = world.user("ken", BuiltIn::Staff).principal.viewer;
    let (device, _) = add(&world, &admin, 1);
    let (kens, _) = add(&world, &ken, 2);
    let begun = step(&world, "admin");
    assert_eq!((begun.code, begun.passkey), (false, true));
    let code = world.service.sign_in_second_factor(&begun.challenge, "123456", &origin()).expect("answered");
    assert_eq!(code.err(), Some(SecondFactorRefusal::WrongCode), "there is no app");
    let begin = |challenge: &str| world.service.begin_passkey_sign_in(&site(), Some(challenge), &origin());
    let asked = begin(&begun.challenge).expect("answered").expect("begun").asked;
    assert!(enter(&world, &kens.sign(&asked)).is_err());
    assert_eq!(reason(&world), "not_asked");
    let asked = begin(&begun.challenge).expect("answered").expect("begun").asked;
    assert_eq!(enter(&world, &device.sign(&asked)).expect("let in").principal.user.login, "Admin");
    for wrong in ["x", &"A".repeat(43)] {
        assert_eq!(begin(wrong).expect("answered").err(), Some(PasskeySignInRefusal::ChallengeInvalid));
    }
    world.enrol(&admin);
    let both = step(&world, "admin");
    assert_eq!((both.code, both.passkey), (true, true));
}

#[test]
fn a_passkey_confirms_in_the_session_that_asked() {
    let world = World::new();
    let admin = world.administrator().principal.viewer;
    let ken = world.user("ken", BuiltIn::Staff).principal.viewer;
    let (device, _) = add(&world, &admin, 1);
    let (kens, _) = add(&world, &ken, 2);
    world.clock.pass(FRESH_MS_MAX + 1);
    let begun = || world.service.begin_passkey(&admin, &site()).map(|begun| begun.is_ok()).map_err(|e| e.code());
    assert_eq!(begun(), Err(Code::ConfirmRequired));
    let asked = |viewer| world.service.begin_passkey_confirmation(viewer, &site()).expect("asked");
    let confirm = |answer: &str| {
        let passkey = Some(PasskeyAnswer { site: &site(), answer });
        world.service.confirm_identity(&admin, &Confirm { passkey, ..Confirm::default() }).expect("answered")
    };
    let wrong = Err(ConfirmRefusal::WrongPasskey);
    assert_eq!(confirm(&kens.sign(&asked(&admin))), wrong);
    assert_eq!(confirm(&device.sign(&asked(&ken))), wrong, "asked in another session");
    assert_eq!(confirm(&device.sign(&ask(&world))), wrong, "asked for signing in");
    let password = Confirm { password: Some(Zeroizing::new(PASSWORD.to_owned())), ..Confirm::default() };
    assert_eq!(world.service.confirm_identity(&admin, &password).expect("answered"), wrong, "a password is not enough");
    assert_eq!(begun(), Err(Code::ConfirmRequired));
    let answer = device.sign(&asked(&admin));
    assert_eq!(confirm(&answer), Ok(()));
    assert_eq!(begun(), Ok(true));
    assert_eq!(confirm(&answer), wrong, "each answer once");
}

#[test]
fn passkeys_are_added_with_a_good_answer_in_the_session_that_asked() {
    let world = World::new();
    let admin = world.administrator().principal.viewer;
    let other = world.sign_in("admin").principal.viewer;
    let user = admin.user.expect("a user");
    let begin = |viewer| world.service.begin_passkey(viewer, &site()).expect("answered");
    let asked = begin(&admin).expect("begun");
    let invalid = Some(PasskeyRefusal::AnswerInvalid);
    assert_eq!(answered(&world, &other, &Device::new(1, user).make(&asked)).err(), invalid, "another session");
    assert_eq!(answered(&world, &admin, &Device::new(1, user).make(&asked)).err(), invalid, "it is over by that");
    for change in [
        |device: &mut Device| device.origin = "https://evil.example.com".into(),
        |device: &mut Device| device.domain = "evil.example.com".into(),
        |device: &mut Device| device.verifies = false,
    ] {
        let mut device = Device::new(1, user);
        change(&mut device);
        assert_eq!(answered(&world, &admin, &device.make(&begin(&admin).expect("begun"))).err(), invalid);
    }
    let late = Device::new(1, user).make(&begin(&admin).expect("begun"));
    world.clock.pass(CEREMONY_MS_MAX);
    assert_eq!(answered(&world, &admin, &late).err(), invalid);
    assert_eq!(answered(&world, &admin, "{}").err(), invalid);
    add(&world, &admin, 1);
    let ken = world.user("ken", BuiltIn::Staff).principal.viewer;
    let taken = Device::new(1, ken.user.expect("a user")).make(&begin(&ken).expect("begun"));
    assert_eq!(answered(&world, &ken, &taken).err(), Some(PasskeyRefusal::Known), "somebody else's");
    for seed in 2..=u8::try_from(PASSKEYS_MAX).expect("few") {
        add(&world, &admin, seed);
    }
    assert_eq!(begin(&admin).err(), Some(PasskeyRefusal::TooMany));
    assert_eq!(world.service.own_passkeys(&admin).expect("listed").len(), PASSKEYS_MAX);
    assert_eq!(world.count_events("passkey.add"), PASSKEYS_MAX);
}

#[test]
fn people_name_and_remove_their_own_only_and_keep_the_last_that_is_demanded() {
    let world = World::new();
    let admin = world.administrator().principal.viewer;
    let ken = world.user("ken", BuiltIn::Staff).principal.viewer;
    let (device, first) = add(&world, &admin, 1);
    let (_, second) = add(&world, &admin, 2);
    let rename = |viewer, name| world.service.rename_passkey(viewer, first.id, name).expect("answered");
    assert_eq!(rename(&ken, "mine").err(), Some(PasskeyRefusal::NotFound));
    assert_eq!(rename(&admin, " ").err(), Some(PasskeyRefusal::NameInvalid));
    assert_eq!(rename(&admin, " Phone ").map(|passkey| passkey.name), Ok("Phone".into()));
    let event = world.last_event("passkey.rename").expect("an event");
    assert_eq!((event.detail("name_before"), event.detail("name_after")), ("A key", "Phone"));
    let remove = |viewer, id| world.service.remove_passkey(viewer, id).expect("answered");
    assert_eq!(remove(&ken, first.id), Err(PasskeyRefusal::NotFound));
    let asked = ask(&world);
    assert_eq!(remove(&admin, first.id), Ok(()));
    assert!(enter(&world, &device.sign(&asked)).is_err());
    demand_of_everybody(&world);
    assert!(!world.service.must_enrol(&admin).expect("asked"), "a passkey is a second factor");
    assert_eq!(remove(&admin, second.id), Err(PasskeyRefusal::Demanded));
    world.enrol(&admin);
    assert_eq!(remove(&admin, second.id), Ok(()));
    assert_eq!(world.service.remove_factor(&admin).expect("answered"), Err(RemoveFactorRefusal::Demanded));
    world.clock.pass(FRESH_MS_MAX + 1);
    let late = world.service.remove_passkey(&admin, second.id).expect_err("confirm first");
    assert_eq!(late.code(), Code::ConfirmRequired);
}

#[test]
fn who_loses_everything_is_helped_by_those_who_manage_users() {
    let world = World::new();
    let admin = world.administrator().principal.viewer;
    let ken = world.user("ken", BuiltIn::Staff).principal;
    let (device, _) = add(&world, &ken.viewer, 2);
    assert!(world.service.has_factor(&admin, ken.user.id).expect("asked"));
    world.service.reset_factor(&admin, ken.user.id).expect("answered").expect("removed");
    assert!(!world.service.has_factor(&admin, ken.user.id).expect("asked"));
    assert!(enter(&world, &device.sign(&ask(&world))).is_err());
    world.sign_in("ken");
}
