//! Nobody sees more than is theirs to see: strangers nothing, tokens what their scopes say.

use serde_json::{Value, json};

use crate::support::{Archive, Client, Words};

/// One question of each kind of thing that is not for strangers.
const QUESTIONS: [&str; 10] = [
    "{ conversations(first: 1) { totalCount } }",
    "{ search(query: \"我\") { totalCount } }",
    "{ customers(first: 1) { totalCount } }",
    "{ allStaff(first: 1) { totalCount } }",
    "{ overview { records } }",
    "{ ledger { size } }",
    "{ imports(first: 1) { totalCount } }",
    "{ users { login } }",
    "{ system { version } }",
    "{ auditEvents(first: 1) { totalCount } }",
];

fn code(client: &mut Client, query: &str) -> Option<String> {
    let (_, answer) = client.try_ask(query, &json!({}));
    answer["errors"][0]["extensions"]["code"].as_str().map(str::to_owned)
}

fn archive_with_words() -> Archive {
    let archive = Archive::new();
    archive.import(&Words::traditional().first(50).write(&archive.beside("words.ndjson"))).done();
    archive
}

fn token(admin: &mut Client, scopes: &[&str]) -> String {
    let input = json!({"name": "program", "scopes": scopes, "days": 1});
    let data = admin.ask(
        "mutation($input: CreateTokenInput!) { createToken(input: $input) { secret refusal } }",
        &json!({ "input": input }),
    );
    data["createToken"]["secret"].as_str().expect("a secret, once").to_owned()
}

#[test]
fn strangers_see_nothing_but_that_there_is_a_server() {
    let archive = archive_with_words();
    let server = archive.serve();
    let mut stranger = server.stranger();
    for question in QUESTIONS {
        assert_eq!(code(&mut stranger, question).as_deref(), Some("UNAUTHENTICATED"), "{question}");
    }
    assert_eq!(stranger.ask("{ viewer { user { login } } }", &json!({}))["viewer"], Value::Null);
    assert_eq!(stranger.get("/healthz").0, 200);
    assert_eq!(stranger.get("/readyz").0, 200);
}

#[test]
fn a_token_does_what_its_scopes_say_and_nothing_else() {
    let archive = archive_with_words();
    let mut server = archive.serve();
    let secret = token(&mut server.admin, &["READ"]);
    let mut reader = server.stranger().with_token(&secret);
    assert!(reader.ask("{ search(query: \"kind:text\") { totalCount } }", &json!({}))["search"]["totalCount"] == 50);
    let beyond = ["{ ledger { size } }", "{ imports(first: 1) { totalCount } }", "{ users { login } }", QUESTIONS[9]];
    for question in beyond {
        assert_eq!(code(&mut reader, question).as_deref(), Some("FORBIDDEN"), "{question}");
    }
    let tokens = server.admin.ask("{ viewer { tokens { id usedAt } } }", &json!({}));
    let id = &tokens["viewer"]["tokens"][0]["id"];
    let revoke = "mutation($input: RevokeTokenInput!) { revokeToken(input: $input) { id } }";
    server.admin.ask(revoke, &json!({"input": {"id": id}}));
    assert_eq!(code(&mut reader, QUESTIONS[1]).as_deref(), Some("UNAUTHENTICATED"), "a revoked token is nobody's");
}
