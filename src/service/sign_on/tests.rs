//! What follows from the answers of other systems, tried on a real store.

use std::sync::atomic::{AtomicBool, Ordering};

use parking_lot::Mutex;
use xinju_model::access::Viewer;
use xinju_model::limits::{FRESH_MS_MAX, SIGN_IN_FREE_FAILURES, SIGN_ON_MS_MAX};
use xinju_model::role::BuiltIn;
use xinju_model::sign_on::SignOnFault;
use xinju_model::time::Clock;

use super::*;
use crate::error::Code;
use crate::policy::tests::demand_of_everybody;
use crate::session::{Confirm, ConfirmRefusal, Origin, SignInRefusal, SignedIn};
use crate::world::{PASSWORD, World, origin, viewer};

/// Other systems that answer as they are told.
#[derive(Default)]
pub(crate) struct Others {
    silent: AtomicBool,
    person: Mutex<Option<Person>>,
    /// Logins and passwords that were asked about.
    asked: Mutex<Vec<(String, String)>>,
}

const THEIR_PASSWORD: &str = "what the directory knows";

impl Others {
    fn answer<T>(&self, answer: T) -> Result<T, IdentifyError> {
        if self.silent.load(Ordering::SeqCst) { Err(IdentifyError::Unreachable("told to".into())) } else { Ok(answer) }
    }
}

impl Identify for Others {
    fn password(&self, _: &Directory, _: &str, login: &str, password: &str) -> Result<Option<Person>, IdentifyError> {
        self.asked.lock().push((login.into(), password.into()));
        let person = self.person.lock().clone().filter(|person| person.login == login);
        self.answer(person.filter(|_| password == THEIR_PASSWORD))
    }
    fn try_directory(&self, _: &Directory, secret: &str) -> Result<(), IdentifyError> {
        self.answer(())?;
        if secret == "right" { Ok(()) } else { Err(IdentifyError::Refused("49".into())) }
    }
    fn begin(&self, provider: &Provider, question: &Question) -> Result<String, IdentifyError> {
        self.answer(format!("{}?state={}", provider.issuer, *question.state))
    }
    fn finish(&self, _: &Provider, _: &str, _: &Question, code: &str, _: Timestamp) -> Result<Person, IdentifyError> {
        let person = self.person.lock().clone().filter(|_| code == "right");
        self.answer(())?;
        person.ok_or_else(|| IdentifyError::Refused("invalid_grant".into()))
    }
    fn try_provider(&self, _: &Provider) -> Result<(), IdentifyError> {
        self.answer(())
    }
}

fn secret(text: &str) -> Zeroizing<String> {
    Zeroizing::new(text.to_owned())
}

fn directory() -> Directory {
    Directory {
        url: "ldaps://directory.example".into(),
        start_tls: false,
        authorities: String::new(),
        base: "dc=example".into(),
        filter: "(uid={login})".into(),
        bind_dn: "cn=xinju,dc=example".into(),
        login_attribute: "uid".into(),
        name_attribute: "cn".into(),
        new_users: None,
    }
}

fn provider() -> Provider {
    Provider {
        issuer: "https://id.example".into(),
        client_id: "xinju".into(),
        scopes: "profile".into(),
        login_claim: "preferred_username".into(),
        authorities: String::new(),
        label: "Example".into(),
        checks_factor: false,
        new_users: None,
    }
}

fn set_directory(world: &World, directory: Directory) {
    let secret = secret("a bind secret");
    let set = world.service.set_directory(&Viewer::operator(), Some(directory), Some(&secret));
    set.expect("answered").expect("set");
}

fn set_provider(world: &World, provider: Provider) {
    let set = world.service.set_provider(&Viewer::operator(), Some(provider), Some(&secret("a client secret")));
    set.expect("answered").expect("set");
}

/// Lets the other systems know somebody.
fn know(world: &World, subject: &str, login: &str) {
    let authenticated_at = Some(world.clock.now());
    let person = Person { subject: subject.into(), login: login.into(), name: "肯".into(), authenticated_at };
    *world.others.person.lock() = Some(person);
}

fn by_password(world: &World, login: &str, password: &str) -> Result<SignedIn, SignInRefusal> {
    world.service.sign_in(login, &secret(password), &origin()).expect("answered")
}

/// Goes to the provider: the state and the cookie.
fn begin(world: &World) -> (String, String) {
    let begin = BeginSignOn { redirect: "https://xinju.example/cb".into(), to: "/search".into(), again: false };
    let Ok(begun) = world.service.begin_sign_on(begin, &origin()).expect("answered") else {
        panic!("it was not begun")
    };
    let state = begun.url.split_once("state=").expect("a state").1.to_owned();
    (state, begun.cookie.to_string())
}

fn back(state: &str, cookie: &str, code: Option<&str>) -> FinishSignOn {
    FinishSignOn { state: state.into(), cookie: cookie.into(), code: code.map(secret), issuer: None }
}

fn finish(world: &World, finish: &FinishSignOn) -> Result<SignedOn, SignOnRefusal> {
    world.service.finish_sign_on(finish, &origin()).expect("answered")
}

fn by_provider(world: &World) -> Result<SignedIn, SignOnRefusal> {
    let (state, cookie) = begin(world);
    match finish(world, &back(&state, &cookie, Some("right")))?.entered {
        Entered::In(signed_in) => Ok(*signed_in),
        Entered::SecondFactor(_) => panic!("a second factor is asked for"),
    }
}

#[test]
fn owners_set_it_and_who_has_one_power_only_does_not() {
    let world = World::new();
    let owner = world.administrator().principal.viewer;
    assert_eq!(world.service.sign_on(&owner).expect("shown"), SignOn::default());
    for role in BuiltIn::ALL.iter().copied().filter(|role| *role != BuiltIn::Owner) {
        let denied = viewer(role);
        assert_eq!(world.service.sign_on(&denied).expect_err("denied").code(), Code::Forbidden, "{role:?}");
        let set = world.service.set_directory(&denied, Some(directory()), None).expect_err("denied");
        let tried = world.service.test_provider(&denied, provider()).expect_err("denied");
        assert_eq!((set.code(), tried.code()), (Code::Forbidden, Code::Forbidden), "{role:?}");
    }
    world.service.set_directory(&owner, Some(directory()), Some(&secret("hush"))).expect("answered").expect("set");
    world.service.set_provider(&owner, Some(provider()), Some(&secret("hush"))).expect("answered").expect("set");
    let shown = world.service.sign_on(&owner).expect("shown");
    assert_eq!((shown.directory, shown.directory_secret), (Some(directory()), true));
    assert_eq!(world.service.sign_on_label().expect("shown").as_deref(), Some("Example"));
    assert!(!world.events().iter().any(|(_, event)| format!("{event:?}").contains("hush")));
    let event = world.last_event("sign_on.change").expect("an event");
    assert!(event.detail("sign_on_before") == "none" && event.detail("sign_on_after").contains("https://id.example"));
    world.clock.pass(FRESH_MS_MAX + 1);
    let late = world.service.set_provider(&owner, None, None).expect_err("confirm first");
    assert_eq!(late.code(), Code::ConfirmRequired);
    let tried = world.service.test_directory(&owner, directory(), None).expect_err("confirm first");
    assert_eq!(tried.code(), Code::ConfirmRequired);
}

#[test]
fn a_kept_secret_is_told_to_nobody_else() {
    let world = World::new();
    let operator = Viewer::operator();
    set_directory(&world, directory());
    let set = |directory, secret: Option<&str>| {
        let secret = secret.map(self::secret);
        world.service.set_directory(&operator, Some(directory), secret.as_ref()).expect("answered")
    };
    let moved = Directory { url: "ldaps://elsewhere.example".into(), ..directory() };
    assert_eq!(set(moved.clone(), None), Err(SignOnFault::Secret));
    let tried = world.service.test_directory(&operator, moved.clone(), None).expect("answered");
    assert_eq!(tried, Err(Trouble::Fault(SignOnFault::Secret)));
    assert_eq!(set(moved, Some("right")), Ok(()));
    let tried = |directory| world.service.test_directory(&operator, directory, None).expect("answered");
    let kept = world.service.sign_on(&operator).expect("shown").directory.expect("set");
    assert_eq!(tried(Directory { base: "dc=other".into(), ..kept }), Ok(()));
    assert!(matches!(set(directory(), Some(&"x".repeat(1_001))), Err(SignOnFault::Text)));
    let owner = Directory { new_users: Some(BuiltIn::Owner.id()), ..directory() };
    assert_eq!(set(owner, Some("x")), Err(SignOnFault::Role));
    let nobody = Directory { new_users: Some(xinju_model::id::RoleId([200; 16])), ..directory() };
    assert_eq!(set(nobody, Some("x")), Err(SignOnFault::Role));
    let world = world.reopen();
    assert!(world.service.sign_on(&operator).expect("shown").directory_secret);
}

#[test]
fn the_directory_lets_users_in_and_nobody_else() {
    let world = World::new();
    world.administrator();
    world.user("ken", BuiltIn::Staff);
    know(&world, "", "ken");
    assert_eq!(by_password(&world, "ken", THEIR_PASSWORD).err(), Some(SignInRefusal::WrongCredentials));
    assert!(world.others.asked.lock().is_empty(), "there is no directory yet");
    set_directory(&world, directory());
    assert!(by_password(&world, "KEN", THEIR_PASSWORD).is_ok());
    assert_eq!(world.last_event("session.start").expect("an event").detail("way"), "directory");
    assert!(by_password(&world, "ken", PASSWORD).is_ok(), "our own password stays good");
    assert_eq!(by_password(&world, "ken", "another one").err(), Some(SignInRefusal::WrongCredentials));
    world.others.asked.lock().clear();
    assert_eq!(by_password(&world, "ken", "").err(), Some(SignInRefusal::WrongCredentials));
    assert!(world.others.asked.lock().is_empty(), "no password is no question");
    know(&world, "", "stranger");
    assert_eq!(by_password(&world, "stranger", THEIR_PASSWORD).err(), Some(SignInRefusal::WrongCredentials));
    set_directory(&world, Directory { new_users: Some(BuiltIn::Staff.id()), ..directory() });
    let made = by_password(&world, "stranger", THEIR_PASSWORD).expect("made").principal.user;
    assert_eq!((made.name.as_str(), made.roles), ("肯", vec![BuiltIn::Staff.id()]));
    assert!(!world.events().iter().any(|(_, event)| format!("{event:?}").contains(THEIR_PASSWORD)));
}

#[test]
fn a_suspended_user_and_a_silent_directory_let_nobody_in_and_guesses_have_to_wait() {
    let world = World::new();
    world.administrator();
    let ken = world.user("ken", BuiltIn::Staff).principal.user.id;
    set_directory(&world, directory());
    know(&world, "", "ken");
    world.service.set_user_active(&Viewer::operator(), ken, false).expect("answered").expect("suspended");
    assert_eq!(by_password(&world, "ken", THEIR_PASSWORD).err(), Some(SignInRefusal::WrongCredentials));
    world.others.silent.store(true, Ordering::SeqCst);
    for _ in 1..SIGN_IN_FREE_FAILURES {
        assert_eq!(by_password(&world, "ken", "a guess").err(), Some(SignInRefusal::DirectorySilent));
    }
    world.others.asked.lock().clear();
    assert_eq!(by_password(&world, "ken", "a guess").err(), Some(SignInRefusal::TooManyAttempts(1)));
    assert!(world.others.asked.lock().is_empty(), "the directory is not asked");
    assert!(by_password(&world, "admin", PASSWORD).is_ok(), "our own passwords need no directory");
}

#[test]
fn a_password_of_the_directory_confirms_who_somebody_is() {
    let world = World::new();
    set_directory(&world, Directory { new_users: Some(BuiltIn::Staff.id()), ..directory() });
    know(&world, "", "ken");
    let ken = by_password(&world, "ken", THEIR_PASSWORD).expect("in").principal.viewer;
    let confirm = |password: &str| {
        let confirm = Confirm { password: Some(secret(password)), ..Confirm::default() };
        world.service.confirm_identity(&ken, &confirm).expect("answered")
    };
    assert_eq!(confirm("another one"), Err(ConfirmRefusal::WrongPassword));
    assert_eq!(confirm(THEIR_PASSWORD), Ok(()));
    world.enrol(&ken);
    let refused = by_password(&world, "ken", THEIR_PASSWORD).err();
    assert!(matches!(refused, Some(SignInRefusal::SecondFactorRequired(_))), "{refused:?}");
}

#[test]
fn who_comes_back_from_the_provider_is_known_by_number_and_not_by_name() {
    let world = World::new();
    world.administrator();
    let ken = world.user("ken", BuiltIn::Staff).principal.user.id;
    set_provider(&world, provider());
    know(&world, "1", "Ken");
    assert_eq!(by_provider(&world).expect("in").principal.user.id, ken);
    assert_eq!(world.count_events("sign_on.link"), 1);
    know(&world, "1", "renamed");
    assert_eq!(by_provider(&world).expect("in").principal.user.id, ken);
    know(&world, "2", "ken");
    assert_eq!(by_provider(&world).err(), Some(SignOnRefusal::Unknown), "the name went to somebody else");
    know(&world, "3", "nobody");
    assert_eq!(by_provider(&world).err(), Some(SignOnRefusal::Unknown));
    let refused = world.last_event("session.refuse").expect("an event");
    assert_eq!((refused.detail("way"), refused.detail("reason")), ("provider", "unknown"));
    set_provider(&world, Provider { new_users: Some(BuiltIn::Staff.id()), ..provider() });
    assert_eq!(by_provider(&world).expect("made").principal.user.login, "nobody");
    know(&world, "4", "two words");
    assert_eq!(by_provider(&world).err(), Some(SignOnRefusal::Unknown), "no login can be that");
    let staff = [BuiltIn::Staff.id()];
    let robot = world.service.create_service_account(&Viewer::operator(), "robot", "Robot", &staff);
    robot.expect("answered").expect("made");
    know(&world, "5", "robot");
    assert_eq!(by_provider(&world).err(), Some(SignOnRefusal::Unknown), "a service account is no person");
    set_directory(&world, directory());
    assert_eq!(by_password(&world, "robot", THEIR_PASSWORD).err(), Some(SignInRefusal::WrongCredentials));
    know(&world, "1", "ken");
    world.service.set_user_active(&Viewer::operator(), ken, false).expect("answered").expect("suspended");
    assert_eq!(by_provider(&world).err(), Some(SignOnRefusal::Unknown));
}

#[test]
fn an_answer_is_good_once_in_time_and_for_who_asked() {
    let world = World::new();
    world.administrator();
    set_provider(&world, provider());
    know(&world, "1", "admin");
    let (state, cookie) = begin(&world);
    let (other_state, other_cookie) = begin(&world);
    let expired = Some(SignOnRefusal::Expired);
    assert_eq!(finish(&world, &back(&state, &other_cookie, Some("right"))).err(), expired);
    assert_eq!(finish(&world, &back(&state, "", Some("right"))).err(), expired);
    let entered = finish(&world, &back(&state, &cookie, Some("right"))).expect("in");
    assert_eq!(entered.to, "/search");
    assert_eq!(finish(&world, &back(&state, &cookie, Some("right"))).err(), expired, "replayed");
    world.clock.pass(SIGN_ON_MS_MAX);
    assert_eq!(finish(&world, &back(&other_state, &other_cookie, Some("right"))).err(), expired, "too late");
    let again = |code: Option<&str>, issuer: Option<&str>| {
        let (state, cookie) = begin(&world);
        let came = FinishSignOn { issuer: issuer.map(str::to_owned), ..back(&state, &cookie, code) };
        finish(&world, &came).err()
    };
    assert_eq!(again(None, None), Some(SignOnRefusal::Refused));
    assert_eq!(again(Some("wrong"), None), Some(SignOnRefusal::NotBelieved));
    assert_eq!(again(Some("right"), Some("https://evil.example")), Some(SignOnRefusal::NotBelieved), "mixed up");
    assert_eq!(again(Some(&"x".repeat(4_097)), None), Some(SignOnRefusal::Refused));
    assert_eq!(again(Some("right"), Some("https://id.example")), None);
    let (state, cookie) = begin(&world);
    set_provider(&world, Provider { issuer: "https://id.other".into(), ..provider() });
    assert_eq!(finish(&world, &back(&state, &cookie, Some("right"))).err(), expired, "the settings changed");
    world.others.silent.store(true, Ordering::SeqCst);
    let begin = BeginSignOn { redirect: String::new(), to: String::new(), again: false };
    let silent = world.service.begin_sign_on(begin, &Origin::default()).expect("answered").err();
    assert_eq!(silent, Some(SignOnRefusal::Unavailable));
}

#[test]
fn the_second_factor_is_asked_for_here_unless_the_provider_vouches() {
    let world = World::new();
    let admin = world.administrator().principal.viewer;
    set_provider(&world, provider());
    know(&world, "1", "admin");
    let first = by_provider(&world).expect("in");
    demand_of_everybody(&world);
    assert!(world.service.must_enrol(&first.principal.viewer).expect("asked"));
    let (code_secret, _) = world.enrol(&admin);
    let (state, cookie) = begin(&world);
    let entered = finish(&world, &back(&state, &cookie, Some("right"))).expect("known").entered;
    let Entered::SecondFactor(challenge) = entered else { panic!("the second factor is not asked for") };
    world.clock.pass(60_000);
    let code = world.code(&code_secret);
    let done = world.service.sign_in_second_factor(&challenge, &code, &origin()).expect("answered");
    assert!(done.is_ok(), "{:?}", done.err());
    set_provider(&world, Provider { checks_factor: true, ..provider() });
    world.user("ken", BuiltIn::Staff);
    know(&world, "2", "ken");
    let vouched = by_provider(&world).expect("in");
    let again = world.service.authenticate_session(&vouched.secret, "").expect("answered").expect("in").viewer;
    assert!(again.vouched && !world.service.must_enrol(&again).expect("asked"));
    let ours = by_password(&world, "ken", PASSWORD).expect("in").principal.viewer;
    assert!(world.service.must_enrol(&ours).expect("asked"), "it vouches for its own sessions only");
}

#[test]
fn a_browser_left_open_at_the_provider_confirms_nothing() {
    let world = World::new();
    world.administrator();
    set_provider(&world, provider());
    know(&world, "1", "admin");
    world.clock.pass(FRESH_MS_MAX + 1);
    let set = |signed_in: &SignedIn| world.service.set_provider(&signed_in.principal.viewer, Some(provider()), None);
    let late = set(&by_provider(&world).expect("in")).expect_err("confirm first");
    assert_eq!(late.code(), Code::ConfirmRequired);
    know(&world, "1", "admin");
    assert!(set(&by_provider(&world).expect("in")).is_ok());
    if let Some(person) = world.others.person.lock().as_mut() {
        person.authenticated_at = None;
    }
    let untold = set(&by_provider(&world).expect("in")).expect_err("confirm first");
    assert_eq!(untold.code(), Code::ConfirmRequired);
}
