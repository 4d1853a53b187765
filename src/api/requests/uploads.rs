//! Files that come with an operation.

use poem::http::StatusCode;
use serde_json::{Value, json};
use xinju_model::role::BuiltIn;

use super::site::{Site, messages, multipart, upload};

const START: &str = "mutation($input: StartImportInput!) { startImport(input: $input) { import { fileName fileBytes } refusal detail } }";

#[tokio::test]
async fn a_file_becomes_an_import_whose_lines_can_be_found() {
    let site = Site::new();
    let cookie = site.administrator().await;
    let lines = messages(&["您好，报价单已发送", "收到，谢谢"]) + "{broken\n";
    let id = site.import(&cookie, &lines).await;
    let import = "query($id: ID!) { import(id: $id) { fileName fileBytes state read added rejected startedBy failure rejects { nodes { line reason excerpt } } } }";
    let found = site.ask(Some(&cookie), import, json!({"id": id})).await;
    let expected = json!({
        "fileName": "messages.ndjson", "fileBytes": lines.len(), "state": "DONE", "read": 3, "added": 2, "rejected": 1,
        "startedBy": "管理员", "failure": null, "rejects": {"nodes": [{"line": 3, "reason": "NOT_JSON", "excerpt": "{broken"}]},
    });
    assert_eq!(found["data"]["import"], expected, "{found}");
    let left = std::fs::read_dir(site.folder.path().join("data/tmp/uploads")).expect("the folder").count();
    assert_eq!(left, 0, "uploads are left behind");
}

#[tokio::test]
async fn a_directory_that_cannot_be_read_is_told_as_data() {
    let site = Site::new();
    let cookie = site.administrator().await;
    let files = [("C:\\temp\\a.ndjson", messages(&["x"])), ("directory.json", "nonsense".into())];
    let files: Vec<(&str, &str)> = files.iter().map(|(name, text)| (*name, text.as_str())).collect();
    let answer = site.send(upload(Some(&cookie), START, &files)).await.json();
    assert_eq!(answer["data"]["startImport"]["refusal"], "DIRECTORY_INVALID", "{answer}");
    assert!(answer["data"]["startImport"]["detail"].is_string());
}

#[tokio::test]
async fn only_those_who_may_import_send_files() {
    let site = Site::new();
    let administrator = site.administrator().await;
    let staff = site.user(&administrator, "sales", BuiltIn::Staff).await;
    let stranger = site.send(upload(None, START, &[("a", "b")])).await;
    assert_eq!((stranger.status, stranger.code().as_str()), (StatusCode::UNAUTHORIZED, "UNAUTHENTICATED"));
    let refused = site.send(upload(Some(&staff), START, &[("a", "b")])).await;
    assert_eq!((refused.status, refused.code().as_str()), (StatusCode::FORBIDDEN, "FORBIDDEN"));
}

#[tokio::test]
async fn crooked_multipart_requests_are_refused() {
    let site = Site::new();
    let cookie = site.administrator().await;
    let part = |name: &str, text: &str| (name.to_owned(), None, text.to_owned());
    let file = |name: &str| (name.to_owned(), Some("a.ndjson"), "x".to_owned());
    let operations = part("operations", &json!({"query": START, "variables": {"input": {"file": null}}}).to_string());
    let map = |text: &str| part("map", text);
    let crooked = [
        vec![],
        vec![map("{}"), operations.clone()],
        vec![operations.clone()],
        vec![operations.clone(), map("[]")],
        vec![operations.clone(), map(r#"{"0":["variables.input.file"]}"#)],
        vec![operations.clone(), map(r#"{"0":["query"]}"#), file("0")],
        vec![operations.clone(), map(r#"{"0":["variables.nowhere"]}"#), file("0")],
        vec![operations.clone(), map(r#"{"0":["variables.input.file"]}"#), file("1")],
        vec![operations.clone(), map(r#"{"0":["variables.input.file"]}"#), file("0"), file("0")],
        vec![operations.clone(), map(r#"{"0":["variables.input.file"],"1":[],"2":[]}"#), file("0")],
        vec![part("operations", "{"), map("{}")],
    ];
    for parts in crooked {
        let answer = site.send(multipart(Some(&cookie), &parts)).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{parts:?}: {}", answer.text);
    }
}

#[tokio::test]
async fn words_do_not_become_files() {
    let site = Site::new();
    let cookie = site.administrator().await;
    for word in ["/etc/passwd", "xinju-upload:0", "xinju-upload:-1", "xinju-upload:99999999999999999999"] {
        let answer = site.ask(Some(&cookie), START, json!({"input": {"file": word}})).await;
        assert_eq!(answer["errors"][0]["extensions"]["code"], "BAD_INPUT", "{word}: {answer}");
        assert_eq!(answer["data"]["startImport"], Value::Null);
    }
}
