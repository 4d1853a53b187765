//! The second factor at the door: nothing multiplies attempts, and what is sensitive asks again.

use serde_json::{Value, json};
use xinju_model::limits::{FRESH_MS_MAX, SIGN_IN_FREE_FAILURES};
use xinju_model::role::BuiltIn;

use super::site::{PASSWORD, Site, post_json};

const SECOND: &str = "mutation($input: SignInSecondFactorInput!) {
    signInSecondFactor(input: $input) { viewer { user { login } mustEnrol } refusal retryAfterSeconds } }";

/// The code that an authenticator app shows for a secret in base32.
fn code(site: &Site, secret: &str) -> String {
    use xinju_model::time::Clock;
    let secret = data_encoding::BASE32_NOPAD.decode(secret.as_bytes()).expect("base32");
    let secret: [u8; 20] = secret.try_into().expect("20 bytes");
    let app = totp_rs::Builder::new().with_secret(totp_rs::Secret::new_stack(secret)).build().expect("an app");
    app.generate(u64::try_from(site.clock.now().millis() / 1_000).expect("after 1970")).to_string()
}

/// Enrols an app for whoever has the cookie; its secret and the recovery codes.
async fn enrol(site: &Site, cookie: &str) -> (String, Vec<String>) {
    let begun = site.ask(Some(cookie), "mutation { beginEnrolment { secret uri } }", Value::Null).await;
    let secret = begun["data"]["beginEnrolment"]["secret"].as_str().unwrap_or_else(|| panic!("{begun}")).to_owned();
    let confirm =
        "mutation($input: ConfirmEnrolmentInput!) { confirmEnrolment(input: $input) { recoveryCodes refusal } }";
    let done = site.ask(Some(cookie), confirm, json!({"input": {"code": code(site, &secret)}})).await;
    let codes = done["data"]["confirmEnrolment"]["recoveryCodes"].as_array().unwrap_or_else(|| panic!("{done}"));
    (secret, codes.iter().map(|code| code.as_str().expect("text").to_owned()).collect())
}

/// The challenge that the password gives.
async fn challenge(site: &Site) -> String {
    let query = "mutation($input: SignInInput!) { signIn(input: $input) { viewer { can } refusal challenge } }";
    let answer = site.ask(None, query, json!({"input": {"login": "admin", "password": PASSWORD}})).await;
    let signed_in = &answer["data"]["signIn"];
    assert_eq!((&signed_in["viewer"], &signed_in["refusal"]), (&Value::Null, &json!("SECOND_FACTOR_REQUIRED")));
    signed_in["challenge"].as_str().unwrap_or_else(|| panic!("{answer}")).to_owned()
}

#[tokio::test]
async fn the_cookie_comes_with_the_second_step() {
    let site = Site::new();
    let cookie = site.administrator().await;
    let (secret, codes) = enrol(&site, &cookie).await;
    assert_eq!(codes.len(), 10);
    site.clock.pass(30_000);
    let first = site.sign_in("admin", PASSWORD).await;
    assert_eq!(first.cookie(), None, "the password alone gives nothing");
    let input = json!({"challenge": challenge(&site).await, "code": code(&site, &secret)});
    let body = json!({"query": SECOND, "variables": {"input": input}}).to_string();
    let second = site.send(post_json(body)).await;
    let viewer = json!({"user": {"login": "admin"}, "mustEnrol": false});
    assert_eq!(second.json()["data"]["signInSecondFactor"]["viewer"], viewer, "{}", second.text);
    let cookie = second.cookie().expect("a cookie");
    let state = "{ viewer { secondFactor { recoveryCodesLeft } user { secondFactor } } }";
    let state = site.ask(Some(&cookie), state, Value::Null).await;
    assert_eq!(
        state["data"]["viewer"],
        json!({"secondFactor": {"recoveryCodesLeft": 10}, "user": {"secondFactor": true}})
    );
}

#[tokio::test]
async fn aliases_and_batches_do_not_multiply_attempts() {
    let site = Site::new();
    let cookie = site.administrator().await;
    let (secret, _) = enrol(&site, &cookie).await;
    site.clock.pass(30_000);
    let begun = challenge(&site).await;
    let field = format!("signInSecondFactor(input: {{challenge: \"{begun}\", code: \"000000\"}}) {{ refusal }}");
    let aliased = |count: usize| {
        let all: Vec<_> = (0..count).map(|number| format!("a{number}: {field}")).collect();
        format!("mutation {{ {} }}", all.join(" "))
    };
    let fifty = site.send(post_json(json!({"query": aliased(50)}).to_string())).await;
    assert_eq!((fifty.code().as_str(), fifty.json().get("data")), ("LIMIT", None), "{}", fifty.text);
    let two = site.ask(None, &aliased(2), Value::Null).await;
    assert_eq!(two["data"]["a1"]["refusal"], "WRONG_CODE", "{two}");
    let batch: Vec<_> = (0..10).map(|_| json!({"query": aliased(1)})).collect();
    let batch = site.send(post_json(Value::Array(batch).to_string())).await.json();
    let wrong = batch.as_array().expect("answers").iter().filter(|one| one["data"]["a0"]["refusal"] == "WRONG_CODE");
    assert_eq!(wrong.count() + 2, usize::try_from(SIGN_IN_FREE_FAILURES).expect("small"), "{batch}");
    let input = json!({"challenge": begun, "code": code(&site, &secret)});
    let late = site.ask(None, SECOND, json!({"input": input})).await;
    assert_ne!(late["data"]["signInSecondFactor"]["refusal"], Value::Null, "the right code waits too: {late}");
}

#[tokio::test]
async fn what_is_sensitive_asks_who_one_is() {
    let site = Site::new();
    let cookie = site.administrator().await;
    site.clock.pass(FRESH_MS_MAX + 1);
    let create = "mutation { createToken(input: {name: \"t\", scopes: [READ], days: 1}) { refusal } }";
    let late = site.ask(Some(&cookie), create, Value::Null).await;
    assert_eq!(late["errors"][0]["extensions"]["code"], "CONFIRM_REQUIRED", "{late}");
    let confirm = "mutation($input: ConfirmIdentityInput!) { confirmIdentity(input: $input) { refusal } }";
    let wrong = site.ask(Some(&cookie), confirm, json!({"input": {"password": "wrong password"}})).await;
    assert_eq!(wrong["data"]["confirmIdentity"]["refusal"], "WRONG_PASSWORD");
    let right = site.ask(Some(&cookie), confirm, json!({"input": {"password": PASSWORD}})).await;
    assert_eq!(right["data"]["confirmIdentity"]["refusal"], Value::Null, "{right}");
    let done = site.ask(Some(&cookie), create, Value::Null).await;
    assert_eq!(done["data"]["createToken"]["refusal"], Value::Null, "{done}");
}

#[tokio::test]
async fn where_a_factor_is_demanded_nothing_else_is_answered_before() {
    let site = Site::new();
    let cookie = site.administrator().await;
    let set =
        "mutation($input: SetSignInPolicyInput!) { setSignInPolicy(input: $input) { policy { idleMinutes } refusal } }";
    let policy = |chars: u32| json!({"input": {"secondFactor": "EVERYBODY", "idleMinutes": 60, "ageHours": 12, "passwordChars": chars}});
    let low = site.ask(Some(&cookie), set, policy(1)).await;
    assert_eq!(low["data"]["setSignInPolicy"]["refusal"], "PASSWORD_CHARS", "{low}");
    let done = site.ask(Some(&cookie), set, policy(12)).await;
    assert_eq!(done["data"]["setSignInPolicy"]["policy"]["idleMinutes"], 60, "{done}");
    let before = site.ask(Some(&cookie), "{ viewer { mustEnrol can } overview { records } }", Value::Null).await;
    assert_eq!(before["errors"][0]["extensions"]["code"], "ENROLMENT_REQUIRED", "{before}");
    let viewer =
        site.ask(Some(&cookie), "{ viewer { mustEnrol can } signInPolicy { secondFactor } }", Value::Null).await;
    assert_eq!(viewer["data"]["viewer"], json!({"mustEnrol": true, "can": ["MANAGE_OWN_ACCOUNT"]}));
    enrol(&site, &cookie).await;
    let after = site.ask(Some(&cookie), "{ viewer { mustEnrol } overview { records } }", Value::Null).await;
    assert_eq!((&after["errors"], &after["data"]["viewer"]["mustEnrol"]), (&Value::Null, &json!(false)), "{after}");
}

#[tokio::test]
async fn passwords_that_others_would_guess_are_refused_with_the_reason() {
    let site = Site::new();
    let cookie = site.administrator().await;
    let create = "mutation($input: CreateUserInput!) { createUser(input: $input) { refusal } }";
    for (password, refusal) in [
        ("password123!", "PASSWORD_COMMON"),
        ("liming-liming", "PASSWORD_PERSONAL"),
        ("abcdefghijkl", "PASSWORD_GUESSABLE"),
    ] {
        let input = json!({"login": "liming", "name": "李明", "roles": [BuiltIn::Staff.id().to_string()], "password": password});
        let answer = site.ask(Some(&cookie), create, json!({"input": input})).await;
        assert_eq!(answer["data"]["createUser"]["refusal"], refusal, "{password}: {answer}");
    }
}
