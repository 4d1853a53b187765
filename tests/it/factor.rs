//! A second factor opens once, also after a restart, and the operator of the machine takes a lost one away.

use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};

use crate::support::{Archive, Client, Server};

const PASSWORD: &str = "battery staple horse";

/// The code that an authenticator app shows now.
#[allow(clippy::disallowed_methods, reason = "an app asks the machine's clock, as the server does")]
fn code(secret: &str) -> String {
    let bytes = data_encoding::BASE32_NOPAD.decode(secret.as_bytes()).expect("base32");
    let secret = totp_rs::Secret::new_stack(bytes.try_into().expect("20 bytes"));
    let app = totp_rs::Builder::new().with_secret(secret).build().expect("an app");
    app.generate(SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970").as_secs()).to_string()
}

/// What the second step answers after the password: nothing when it let in.
fn second(server: &Server, code: &str) -> Value {
    let mut client = server.stranger();
    let input = json!({"login": "ken", "password": PASSWORD});
    let first = "mutation($input: SignInInput!) { signIn(input: $input) { refusal challenge } }";
    let challenge = client.ask(first, &json!({ "input": input }))["signIn"]["challenge"].take();
    assert!(challenge.is_string(), "the password alone does not open");
    let second = "mutation($input: SignInSecondFactorInput!) { signInSecondFactor(input: $input) { refusal } }";
    client.ask(second, &json!({"input": {"challenge": challenge, "code": code}}))["signInSecondFactor"]["refusal"]
        .take()
}

/// Enrols an app for ken: the code that did it, and the recovery codes.
fn enrol(ken: &mut Client) -> (String, Vec<String>) {
    let begun = ken.ask("mutation { beginEnrolment { secret } }", &json!({}));
    let code = code(begun["beginEnrolment"]["secret"].as_str().expect("a secret"));
    let confirm =
        "mutation($input: ConfirmEnrolmentInput!) { confirmEnrolment(input: $input) { recoveryCodes refusal } }";
    let done = ken.ask(confirm, &json!({"input": {"code": code}}));
    let codes = done["confirmEnrolment"]["recoveryCodes"].as_array().unwrap_or_else(|| panic!("{done}"));
    (code, codes.iter().map(|code| code.as_str().expect("text").to_owned()).collect())
}

#[test]
fn a_code_opens_once_also_after_a_restart_and_a_lost_factor_is_taken_away_on_the_machine() {
    let archive = Archive::new();
    let mut server = archive.serve();
    let roles = server.admin.ask("{ roles { id builtIn } }", &json!({}));
    let staff = roles["roles"].as_array().and_then(|roles| roles.iter().find(|role| role["builtIn"] == "STAFF"));
    let staff = &staff.expect("a built-in role")["id"];
    let input = json!({"login": "ken", "name": "Ken", "roles": [staff], "password": PASSWORD});
    let make = "mutation($input: CreateUserInput!) { createUser(input: $input) { refusal } }";
    assert_eq!(server.admin.ask(make, &json!({ "input": input }))["createUser"]["refusal"], Value::Null);
    let mut ken = server.stranger();
    ken.sign_in("ken", PASSWORD);
    let (code, codes) = enrol(&mut ken);
    server.stop();

    let server = archive.serve();
    assert_eq!(second(&server, &code), "WRONG_CODE", "the code that enrolled is used up");
    assert_eq!(second(&server, &codes[0]), Value::Null);
    assert_eq!(second(&server, &codes[0]), "WRONG_CODE", "a recovery code opens once");

    assert_eq!(archive.run(&["user", "reset-factor", "KEN", "--json"]).done()["login"], "ken");
    server.stranger().sign_in("ken", PASSWORD);
    let none = archive.run(&["user", "reset-factor", "ken", "--json"]);
    assert_eq!((none.status, &none.lines[0]["error"]), (1, &json!("the user has no second factor")));
}
