//! A role's networks hold at the real door, whatever a client says of where it comes from; and the machine itself is the way back in.

use std::fs;

use serde_json::{Value, json};

use crate::support::{Archive, Client, Server};

const PASSWORD: &str = "battery staple horse";
const SIGN_IN: &str = "mutation($input: SignInInput!) { signIn(input: $input) { refusal } }";

fn make_ken(server: &mut Server) {
    let roles = server.admin.ask("{ roles { id builtIn } }", &json!({}));
    let staff = roles["roles"].as_array().and_then(|roles| roles.iter().find(|role| role["builtIn"] == "STAFF"));
    let input = json!({"login": "ken", "name": "Ken", "roles": [staff.expect("a role")["id"]], "password": PASSWORD});
    let make = "mutation($input: CreateUserInput!) { createUser(input: $input) { refusal } }";
    assert_eq!(server.admin.ask(make, &json!({ "input": input }))["createUser"]["refusal"], Value::Null);
}

/// The code of the error that a question of content gets; empty where it was answered.
fn refusal(client: &mut Client) -> String {
    let (_, answer) = client.try_ask("{ overview { records } }", &json!({}));
    answer["errors"][0]["extensions"]["code"].as_str().unwrap_or_default().to_owned()
}

fn sign_in(client: &mut Client) -> Value {
    let input = json!({"login": "ken", "password": PASSWORD});
    let (_, answer) = client.try_ask(SIGN_IN, &json!({ "input": input }));
    answer["errors"][0]["extensions"]["code"].clone()
}

#[test]
fn what_a_client_says_of_its_address_counts_only_behind_a_proxy_that_is_trusted() {
    let archive = Archive::new();
    let mut server = archive.serve();
    make_ken(&mut server);
    let mut ken = server.stranger();
    ken.sign_in("ken", PASSWORD);
    assert_eq!(refusal(&mut ken), "");
    archive.run(&["role", "require", "staff", "--network", "10.0.0.0/8", "--json"]).done();
    assert_eq!(refusal(&mut ken), "NETWORK_REFUSED", "the session of before");
    assert_eq!(refusal(&mut ken.via("10.0.0.1")), "NETWORK_REFUSED", "nobody believes a stranger's header");
    assert_eq!(ken.ask("{ viewer { can } }", &json!({}))["viewer"], Value::Null);
    assert_eq!(sign_in(&mut server.stranger().via("10.0.0.1")), "NETWORK_REFUSED");
    server.stop();

    fs::write(archive.beside("xinju.toml"), "trusted_proxies = [\"127.0.0.1\"]\n").expect("written");
    let server = archive.serve();
    let mut inside = server.stranger().via("10.0.0.1");
    assert_eq!(sign_in(&mut inside), Value::Null);
    assert_eq!(refusal(&mut inside), "");
    assert_eq!(refusal(&mut inside.via("::ffff:10.0.0.1")), "");
    for outside in ["203.0.113.9", "10.0.0.1, 203.0.113.9", "::ffff:203.0.113.9", "2001:db8::1", "junk"] {
        assert_eq!(refusal(&mut inside.via(outside)), "NETWORK_REFUSED", "{outside}");
    }
    assert_eq!(refusal(&mut inside), "", "and back");
}

#[test]
fn the_machine_is_the_way_back_in() {
    let archive = Archive::new();
    let server = archive.serve();
    archive.run(&["role", "require", "owner", "--network", "10.0.0.0/8", "--second-factor", "true", "--json"]).done();
    let mut admin = server.stranger();
    let input = json!({"login": "admin", "password": "correct horse battery"});
    let (_, locked) = admin.try_ask(SIGN_IN, &json!({ "input": input }));
    assert_eq!(locked["errors"][0]["extensions"]["code"], "NETWORK_REFUSED");
    let mut recover = archive.command(&["user", "recover", "admin", "--json"]);
    let output = recover.env("XINJU_PASSWORD", PASSWORD).output().expect("the binary runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    admin.sign_in("admin", PASSWORD);
    assert_eq!(admin.ask("{ viewer { mustEnrol } }", &json!({}))["viewer"]["mustEnrol"], true);
    let opened = archive.run(&["role", "require", "owner", "--second-factor", "false", "--json"]);
    assert_eq!(opened.done()["networks"], json!([]), "recovering opened it");
    let events = admin.ask("{ auditEvents(first: 9, filter: { actions: [USER_RECOVER] }) { totalCount } }", &json!({}));
    assert_eq!(events["auditEvents"]["totalCount"], 1);
    let schema = admin.try_ask("mutation { recoverAdministrator }", &json!({})).1;
    assert_eq!(schema["errors"][0]["extensions"]["code"], "BAD_INPUT", "not through the network");
}
