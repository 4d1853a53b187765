//! Passkeys at the door: only where they can be, and nothing multiplies attempts.

use serde_json::{Value, json};
use xinju_model::limits::SIGN_IN_FREE_FAILURES;

use super::site::{Site, post_json};

const BEGIN: &str = "mutation { beginPasskeySignIn(input: {}) { options refusal } }";

#[tokio::test]
async fn a_site_without_a_domain_name_has_no_passkeys() {
    let site = Site::with(|config| config.public_url = Some("https://192.0.2.7".into()));
    let state = site.ask(None, "{ setup { passkeyDomain } }", Value::Null).await;
    assert_eq!(state["data"]["setup"]["passkeyDomain"], Value::Null, "{state}");
    let begun = site.ask(None, BEGIN, Value::Null).await;
    assert_eq!(begun["errors"][0]["extensions"]["code"], "BAD_INPUT", "{begun}");
    let site = Site::with(|config| config.public_url = Some("https://archive.example".into()));
    let state = site.ask(None, "{ setup { passkeyDomain } }", Value::Null).await;
    assert_eq!(state["data"]["setup"]["passkeyDomain"], "archive.example", "{state}");
    let begun = site.ask(None, BEGIN, Value::Null).await;
    let options = begun["data"]["beginPasskeySignIn"]["options"].as_str().unwrap_or_else(|| panic!("{begun}"));
    let options: Value = serde_json::from_str(options).expect("JSON");
    assert_eq!((&options["rpId"], &options["userVerification"]), (&json!("archive.example"), &json!("required")));
}

#[tokio::test]
async fn aliases_and_batches_do_not_multiply_attempts() {
    let site = Site::with(|config| config.public_url = Some("https://archive.example".into()));
    let aliased = |count: usize| {
        let field = "signInWithPasskey(input: {credential: \"{}\"}) { refusal }";
        let all: Vec<_> = (0..count).map(|number| format!("a{number}: {field}")).collect();
        format!("mutation {{ {} }}", all.join(" "))
    };
    let fifty = site.send(post_json(json!({"query": aliased(50)}).to_string())).await;
    assert_eq!((fifty.code().as_str(), fifty.json().get("data")), ("LIMIT", None), "{}", fifty.text);
    let batch: Vec<_> = (0..10).map(|_| json!({"query": aliased(1)})).collect();
    let batch = site.send(post_json(Value::Array(batch).to_string())).await.json();
    let looked_at = batch.as_array().expect("answers").iter();
    let looked_at = looked_at.filter(|one| one["data"]["a0"]["refusal"] == "NOT_ACCEPTED").count();
    assert_eq!(looked_at, usize::try_from(SIGN_IN_FREE_FAILURES).expect("small"), "{batch}");
}
