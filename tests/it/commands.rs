//! The operator's commands, each through the real binary: beside a running server, and on a folder that nobody serves.

use serde_json::{Value, json};

use crate::support::{ADMIN_PASSWORD, Archive, Client, Ran};

const PASSWORD: &str = "battery staple horse";

/// That a command failed, and its sentence.
#[track_caller]
fn refused(ran: &Ran) -> String {
    assert_eq!(ran.status, 1, "{:?}", ran.lines);
    let told = ran.lines.last().map(|line| line["error"].as_str().unwrap_or_default().to_owned());
    told.filter(|told| !told.is_empty()).unwrap_or_else(|| ran.errors.clone())
}

fn events(admin: &mut Client, action: &str) -> Value {
    let query = format!("{{ auditEvents(first: 9, filter: {{ actions: [{action}] }}) {{ totalCount }} }}");
    admin.ask(&query, &json!({}))["auditEvents"]["totalCount"].clone()
}

#[test]
fn tokens_are_made_listed_and_revoked() {
    let archive = Archive::new();
    let mut server = archive.serve();
    archive.run(&["user", "add", "erp", "--service", "--role", "integration", "--json"]).done();
    let made = archive.run(&["token", "create", "erp", "--name", "orders", "--days", "2", "--json"]);
    let secret = made.done()["secret"].as_str().expect("a secret").to_owned();
    let id = made.done()["token"].as_str().expect("an id").to_owned();
    let mut program = server.stranger().with_token(&secret);
    assert_eq!(program.ask("{ overview { records } }", &json!({}))["overview"]["records"], 0);
    let listed = archive.run(&["token", "list", "erp", "--json"]);
    assert_eq!((&listed.done()["token"], &listed.done()["name"]), (&json!(id), &json!("orders")));
    assert!(!listed.lines.iter().any(|line| line.to_string().contains(&secret)), "it is kept nowhere");
    assert_eq!(archive.run(&["token", "revoke", "erp", &id, "--json"]).done()["revoked"], json!(id));
    assert_eq!(
        program.try_ask("{ overview { records } }", &json!({})).1["errors"][0]["extensions"]["code"],
        "UNAUTHENTICATED"
    );
    assert_eq!(archive.run(&["token", "list", "erp", "--json"]).lines.len(), 0);
    for wrong in [["token", "revoke", "erp", &id], ["token", "revoke", "nobody", &id], ["token", "revoke", "erp", "x"]]
    {
        refused(&archive.run(&[&wrong[..], &["--json"]].concat()));
    }
    refused(&archive.run(&["token", "create", "admin", "--name", "for a person", "--json"]));
    refused(&archive.run(&["token", "create", "erp", "--name", "for ever", "--days", "100000", "--json"]));
    assert_eq!(archive.run(&["token", "create", "erp", "--name", "n", "--scope", "everything"]).status, 2);
    assert_eq!(
        (events(&mut server.admin, "TOKEN_CREATE"), events(&mut server.admin, "TOKEN_REVOKE")),
        (json!(1), json!(1))
    );
    assert!(server.stop().success());
    archive.run(&["token", "create", "erp", "--name", "while nobody serves", "--json"]).done();
    assert_eq!(archive.run(&["token", "list", "erp", "--json"]).lines.len(), 1);
}

#[test]
fn roles_are_copied_changed_held_and_deleted() {
    let archive = Archive::new();
    let mut server = archive.serve();
    let built_in = archive.run(&["role", "list", "--json"]).lines.len();
    archive.run(&["role", "copy", "staff", "Desk", "--json"]).done();
    assert_eq!(archive.run(&["role", "list", "--json"]).lines.len(), built_in + 1);
    let change =
        ["role", "change", "desk", "--name", "Front desk", "--action", "search", "--scope", "department", "--json"];
    let changed = archive.run(&change);
    assert_eq!(changed.done()["role"], "Front desk");
    assert_eq!(
        (&changed.done()["actions"], &changed.done()["scope"]),
        (&json!(["search", "manage_own_account"]), &json!("department"))
    );
    assert_eq!(archive.run(&["role", "show", "FRONT desk", "--json"]).done(), changed.done());
    let mut add = archive.command(&["user", "add", "ken", "--role", "front desk", "--json"]);
    assert!(add.env("XINJU_PASSWORD", PASSWORD).output().expect("the binary runs").status.success());
    assert!(refused(&archive.run(&["role", "delete", "front desk", "--json"])).ends_with("ken"));
    archive.run(&["user", "roles", "ken", "--role", "staff", "--json"]).done();
    archive.run(&["role", "delete", "front desk", "--json"]).done();
    for wrong in [
        ["role", "change", "owner", "--scope", "everything"],
        ["role", "change", "nobody", "--scope", "everything"],
        ["role", "copy", "staff", "--", "AUDITOR"],
    ] {
        refused(&archive.run(&[&["role", "--json"][..], &wrong[1..]].concat()));
    }
    refused(&archive.run(&["role", "show", "front desk", "--json"]));
    assert_eq!(events(&mut server.admin, "ROLE_DELETE"), 1);
}

#[test]
fn approvals_that_nobody_can_give_are_switched_off_at_the_machine() {
    let archive = Archive::new();
    let mut server = archive.serve();
    // Somebody has to be there who could say yes.
    let mut second = archive.command(&["user", "add", "second", "--role", "owner"]);
    assert!(second.env("XINJU_PASSWORD", PASSWORD).output().expect("the binary runs").status.success());
    let none = archive.run(&["approvals", "show", "--json"]).done().clone();
    assert_eq!(none["kinds"], json!([]));
    let set = "mutation($input: SetApprovalPolicyInput!) { setApprovalPolicy(input: $input) { refusal } }";
    let input = json!({"kinds": ["TOKEN_CREATE"], "hours": 5});
    let set = server.admin.try_ask(set, &json!({ "input": input })).1;
    assert_eq!(set["data"]["setApprovalPolicy"]["refusal"], Value::Null, "{set}");
    let shown = archive.run(&["approvals", "show", "--json"]).done().clone();
    assert_eq!((&shown["kinds"], &shown["hours"]), (&json!(["token_create"]), &json!(5)));
    assert_eq!(archive.run(&["approvals", "off", "--json"]).done()["kinds"], json!([]));
    assert_eq!(archive.run(&["approvals", "show", "--json"]).done()["kinds"], json!([]));
    assert_eq!(events(&mut server.admin, "APPROVAL_POLICY_CHANGE"), 2);
}

#[test]
fn the_key_that_seals_is_made_and_read_from_a_file() {
    let archive = Archive::new();
    let server = archive.serve();
    let first = archive.run(&["key", "seal", "show", "--json"]).lines.len();
    let made = archive.run(&["key", "seal", "self-signed", "Clinic 仁心", "--json"]).done().clone();
    assert_eq!((&made["self_signed"], &made["current"]), (&json!(true), &json!(true)));
    assert!(made["subject"].as_str().expect("a name").contains("Clinic 仁心"), "{made}");
    let shown = archive.run(&["key", "seal", "show", "--json"]);
    assert_eq!(shown.lines.len(), first + 1);
    let current: Vec<_> = shown.lines.iter().filter(|key| key["current"] == true).collect();
    assert_eq!(current, [&made]);
    let junk = archive.beside("junk.p12");
    std::fs::write(&junk, b"no key").expect("written");
    let import = ["key", "seal", "import", junk.to_str().expect("a path of ours is UTF-8"), "--json"];
    let output =
        archive.command(&import).env("XINJU_SEAL_PASSPHRASE", "secret words").output().expect("the binary runs");
    assert_eq!(output.status.code(), Some(1));
    let told = [output.stdout, output.stderr].concat();
    assert!(!String::from_utf8_lossy(&told).contains("secret words"));
    assert!(!refused(&archive.run(&["key", "seal", "self-signed", "", "--json"])).is_empty());
    assert!(server.stop().success());
    assert_eq!(archive.run(&["key", "seal", "show", "--json"]).lines.last(), shown.lines.last());
}

#[test]
fn a_lost_administrator_comes_back_on_a_folder_that_nobody_serves() {
    let archive = Archive::new();
    assert!(archive.serve().stop().success());
    let recover = |login: &str| {
        let mut command = archive.command(&["user", "recover", login, "--json"]);
        command.env("XINJU_PASSWORD", ADMIN_PASSWORD).output().expect("the binary runs").status.code()
    };
    assert_eq!(recover("nobody"), Some(1));
    assert_eq!(recover("admin"), Some(0));
    let mut short = archive.command(&["user", "recover", "admin", "--json"]);
    assert_eq!(short.env("XINJU_PASSWORD", "short").output().expect("the binary runs").status.code(), Some(1));
    let mut server = archive.serve();
    assert_eq!(events(&mut server.admin, "USER_RECOVER"), 1);
}
