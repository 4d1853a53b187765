//! Deny by default: every field of the three roots asks who is there, but for the few that are public.

use serde_json::{Value, json};
use xinju_model::role::BuiltIn;

use super::site::{Site, post_json};
use crate::graphql::schema;

/// What answers strangers, and why it may.
const PUBLIC: &[(&str, &str)] = &[
    ("setup", "the sign-in page must know whether there is anybody to sign in"),
    ("viewer", "null is the answer that nobody is signed in"),
    ("completeSetup", "asks for the token of the set-up link"),
    ("signIn", "asks for a password"),
    ("acceptInvitation", "asks for the token of an invitation"),
    ("beginPasskeySignIn", "gives a random question to a device, before anybody is known"),
    ("signInWithPasskey", "asks for a device's answer to that question"),
    ("signInSecondFactor", "asks for a challenge that only a password gives, and a code"),
];

/// All types of the schema, as introspection tells them.
async fn types() -> Vec<Value> {
    let query = "{ __schema { types { kind name isOneOf fields { name type { ...t } args { name type { ...t } } }
        inputFields { name type { ...t } } enumValues { name } } } }
        fragment t on __Type { kind name ofType { kind name ofType { kind name ofType { kind name } } } }";
    let response = schema().execute(query).await;
    assert!(response.errors.is_empty(), "{:?}", response.errors);
    let data = response.data.into_json().expect("json");
    data["__schema"]["types"].as_array().expect("types").clone()
}

fn named<'a>(types: &'a [Value], name: &Value) -> &'a Value {
    types.iter().find(|each| &each["name"] == name).expect("a type of the schema")
}

/// A value that fits a type, as it stands in a document.
fn sample(types: &[Value], kind: &Value) -> String {
    match kind["kind"].as_str().expect("a kind") {
        "NON_NULL" => sample(types, &kind["ofType"]),
        "LIST" => format!("[{}]", sample(types, &kind["ofType"])),
        "ENUM" => named(types, &kind["name"])["enumValues"][0]["name"].as_str().expect("a name").to_owned(),
        "INPUT_OBJECT" => {
            let named = named(types, &kind["name"]);
            let fields = named["inputFields"].as_array().expect("fields").iter();
            if named["isOneOf"] == json!(true) {
                let first = &named["inputFields"][0];
                return format!("{{{}: {}}}", first["name"].as_str().expect("a name"), sample(types, &first["type"]));
            }
            let fields = fields.filter(|field| field["type"]["kind"] == "NON_NULL");
            let all: Vec<_> = fields
                .map(|field| format!("{}: {}", field["name"].as_str().expect("a name"), sample(types, &field["type"])))
                .collect();
            format!("{{{}}}", all.join(", "))
        }
        _ => match kind["name"].as_str().expect("a name") {
            "Int" | "Long" => "1".into(),
            "Boolean" => "true".into(),
            "DateTime" => "\"2026-01-31T08:00:00Z\"".into(),
            "Upload" => "\"xinju-upload:0\"".into(),
            _ => "\"x\"".into(),
        },
    }
}

/// Something to select of a field's type; nothing where it has no fields.
fn selection(types: &[Value], kind: &Value) -> &'static str {
    let mut inner = kind;
    while !inner["ofType"].is_null() {
        inner = &inner["ofType"];
    }
    if named(types, &inner["name"])["fields"].is_null() { "" } else { "{ __typename }" }
}

/// Each field of a root as a document that asks for it.
fn documents(types: &[Value], root: &str, verb: &str) -> Vec<(String, String)> {
    let fields = named(types, &json!(root))["fields"].as_array().expect("fields");
    let document = |field: &Value| {
        let name = field["name"].as_str().expect("a name").to_owned();
        let arguments: Vec<_> = field["args"]
            .as_array()
            .expect("arguments")
            .iter()
            .map(|argument| {
                format!("{}: {}", argument["name"].as_str().expect("a name"), sample(types, &argument["type"]))
            })
            .collect();
        let arguments = if arguments.is_empty() { String::new() } else { format!("({})", arguments.join(", ")) };
        let text = format!("{verb} {{ {name}{arguments} {} }}", selection(types, &field["type"]));
        (name, text)
    };
    fields.iter().map(document).collect()
}

fn is_public(name: &str) -> bool {
    PUBLIC.iter().any(|(public, _)| *public == name)
}

#[tokio::test]
async fn strangers_get_nothing_but_the_public_fields() {
    let (site, types) = (Site::new(), types().await);
    let mut seen = 0;
    for (root, verb) in [("Query", "query"), ("Mutation", "mutation")] {
        for (name, document) in documents(&types, root, verb) {
            let answer = site.send(post_json(json!({"query": document}).to_string())).await;
            let expected = if is_public(&name) { "" } else { "UNAUTHENTICATED" };
            assert_eq!(answer.code(), expected, "{document}: {}", answer.text);
            seen += usize::from(is_public(&name));
        }
    }
    assert_eq!(seen, PUBLIC.len(), "a public field is gone; strike it from the list");
}

#[tokio::test]
async fn strangers_hear_no_stream() {
    use futures_util::StreamExt;
    let (site, types) = (Site::new(), types().await);
    for (name, document) in documents(&types, "Subscription", "subscription") {
        let operation = site.stranger(&document);
        let first = schema().execute_stream(operation).next().await.expect("an answer");
        let code = first.errors.first().and_then(|error| error.extensions.as_ref()?.get("code").cloned());
        assert_eq!(code, Some("UNAUTHENTICATED".into()), "{name}: {first:?}");
    }
}

#[tokio::test]
async fn staff_and_tokens_reach_no_further_than_the_policy() {
    let site = Site::new();
    let administrator = site.administrator().await;
    let staff = site.user(&administrator, "sales", BuiltIn::Staff).await;
    let refused = [
        "{ users { id } }",
        "{ imports { totalCount } }",
        "{ system { version } }",
        "{ auditEvents { totalCount } }",
        "{ auditActors { id } }",
        "{ accessLog(subject: \"k\") { totalCount } }",
        "{ auditEvent(id: \"mAAAAAAAAAAA\") { id } }",
        "mutation { createUser(input: {login: \"x\", name: \"x\", roles: [\"x\"], password: \"long enough\"}) { refusal } }",
        "{ roles { id } }",
        "{ successorSeesHistory }",
        "{ access(user: \"uAAAAAAAAAAAAAAAAAAAAAA\", customer: \"kAAAAAAAAAAAAAAAAAAAAAA\") { allowed } }",
        "mutation { setUserRoles(input: {id: \"uAAAAAAAAAAAAAAAAAAAAAA\", roles: []}) { refusal } }",
        "mutation { copyRole(input: {from: \"rAAAAAAAAAAAAAAAAAAAAAQ\", name: \"x\"}) { refusal } }",
        "mutation { createDepartment(input: {name: \"x\"}) { refusal } }",
        "mutation { createStaff(input: {channelId: \"x\", name: \"x\"}) { refusal } }",
        "mutation { setApprovalPolicy(input: {kinds: [], hours: 24}) { refusal } }",
        "mutation { approveOperation(input: {id: \"aAAAAAAAAAAAAAAAAAAAAAA\"}) { refusal } }",
        "mutation { refuseOperation(input: {id: \"aAAAAAAAAAAAAAAAAAAAAAA\", why: \"x\"}) { refusal } }",
        "mutation { changeCustomerOwner(input: {customer: \"kAAAAAAAAAAAAAAAAAAAAAA\"}) { refusal } }",
        "mutation { setUserActive(input: {id: \"uAAAAAAAAAAAAAAAAAAAAAA\", active: false}) { refusal } }",
    ];
    for query in refused {
        let answer = site.ask(Some(&staff), query, Value::Null).await;
        assert_eq!(answer["errors"][0]["extensions"]["code"], "FORBIDDEN", "{query}: {answer}");
    }
    let allowed = site
        .ask(Some(&staff), "{ conversations { totalCount } overview { records lastImport { id } } }", Value::Null)
        .await;
    assert_eq!(allowed["errors"], Value::Null, "{allowed}");
}
