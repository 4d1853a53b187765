//! Reading: conversations, searches, proofs and their files, from an import to the last byte.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use poem::http::{Method, StatusCode, header};
use serde_json::{Value, json};
use xinju_model::role::BuiltIn;

use super::site::{Answer, Site, browser, messages};

async fn filled() -> (Site, String, Value) {
    let site = Site::new();
    let cookie = site.administrator().await;
    let lines = messages(&["您好", "报价单已发送", "收到，谢谢", "周五前给您回复"]) + "{broken\n";
    let import = site.import(&cookie, &lines).await;
    (site, cookie, import)
}

async fn download(site: &Site, cookie: &str, path: &str) -> Answer {
    site.send(browser(Method::GET, path).header(header::COOKIE, cookie).finish()).await
}

#[tokio::test]
async fn conversations_are_read_by_pages_and_places() {
    let (site, cookie, _) = filled().await;
    let list = "{ conversations { totalCount nodes { id kind channel messageCount title parties { channelId side } lastMessage { text } } } }";
    let listed = site.ask(Some(&cookie), list, Value::Null).await;
    let conversation = &listed["data"]["conversations"]["nodes"][0];
    assert_eq!(
        (&conversation["messageCount"], &conversation["lastMessage"]["text"]),
        (&json!(4), &json!("周五前给您回复")),
        "{listed}"
    );
    let page = "query($id: ID!, $after: String) { conversation(id: $id) { messages(first: 3, after: $after) {
        offset totalCount nodes { text at from { channelId } to { channelId } } pageInfo { hasNextPage hasPreviousPage endCursor } } } }";
    let first = site.ask(Some(&cookie), page, json!({"id": conversation["id"]})).await;
    let first = &first["data"]["conversation"]["messages"];
    assert_eq!(
        (&first["offset"], &first["totalCount"], &first["pageInfo"]["hasNextPage"]),
        (&json!(0), &json!(4), &json!(true))
    );
    assert_eq!(first["nodes"][0]["from"]["channelId"], "wmCustomer");
    let rest = json!({"id": conversation["id"], "after": first["pageInfo"]["endCursor"]});
    let second = site.ask(Some(&cookie), page, rest).await;
    let second = &second["data"]["conversation"]["messages"];
    assert_eq!((&second["offset"], &second["nodes"][0]["text"]), (&json!(3), &json!("周五前给您回复")), "{second}");
    assert_eq!(second["pageInfo"]["hasPreviousPage"], true);
    let places = "query($id: ID!, $at: DateTime!) { conversation(id: $id) { positionAt(at: $at) messages(last: 1) { nodes { id } } } }";
    let places = site.ask(Some(&cookie), places, json!({"id": conversation["id"], "at": "2026-01-30T08:01:30Z"})).await;
    assert_eq!(places["data"]["conversation"]["positionAt"], 2, "{places}");
    let own = &places["data"]["conversation"]["messages"]["nodes"][0]["id"];
    let place = "query($id: ID!, $message: ID!) { conversation(id: $id) { positionOf(message: $message) } }";
    let place = site.ask(Some(&cookie), place, json!({"id": conversation["id"], "message": own})).await;
    assert_eq!(place["data"]["conversation"]["positionOf"], 3, "{place}");
}

#[tokio::test]
async fn searches_find_and_say_what_is_wrong_with_a_query() {
    let (site, cookie, _) = filled().await;
    let query = "query($query: String!) { search(query: $query) { totalCount syntaxError { position code } edges { node { text conversation { id } } snippet { text marks { start end } } } } }";
    let found = site.ask(Some(&cookie), query, json!({"query": "报价单"})).await;
    let result = &found["data"]["search"];
    assert_eq!(
        (&result["totalCount"], &result["edges"][0]["node"]["text"]),
        (&json!(1), &json!("报价单已发送")),
        "{found}"
    );
    assert_eq!(result["edges"][0]["snippet"]["marks"], json!([{"start": 0, "end": 3}]));
    let wrong = site.ask(Some(&cookie), query, json!({"query": "\"unclosed"})).await;
    assert_eq!(wrong["data"]["search"]["syntaxError"]["code"], "unclosed_quote", "{wrong}");
}

#[tokio::test]
async fn a_record_is_shown_with_its_original_and_its_proof() {
    let (site, cookie, import) = filled().await;
    let query = "{ search(query: \"谢谢\") { edges { node { id seal { state index } original { text base64 sha256 size via import { id } }
        proof { entry disclosures { name encoded value } leaf index treeSize path checkpoint tlogProof verified } } } } }";
    let found = site.ask(Some(&cookie), query, Value::Null).await;
    let record = &found["data"]["search"]["edges"][0]["node"];
    assert_eq!((&record["seal"]["state"], &record["proof"]["verified"]), (&json!("SEALED"), &json!(true)), "{found}");
    assert_eq!((&record["original"]["via"], &record["original"]["import"]["id"]), (&json!("import"), &import));
    let id = record["id"].as_str().expect("an id");
    let original = download(&site, &cookie, &format!("/api/messages/{id}/original")).await;
    assert_eq!(STANDARD.encode(&original.text), record["original"]["base64"].as_str().expect("base64"));
    assert_marked(&site, &cookie, &original, (id, ".json", "message.download")).await;
    let proof = download(&site, &cookie, &format!("/api/messages/{id}/proof")).await;
    assert_marked(&site, &cookie, &proof, (id, ".tlog-proof", "message.prove")).await;
    // A newer checkpoint may have been signed since: the head says of which entry it is.
    let head = |text: &str| text.lines().take(2).map(ToOwned::to_owned).collect::<Vec<_>>();
    assert_eq!(head(&proof.text), head(record["proof"]["tlogProof"].as_str().expect("a proof")));
    assert!(proof.text.contains("\n\u{2014} "), "it ends with a signed checkpoint");
    let entry = download(&site, &cookie, &format!("/api/messages/{id}/entry.json")).await;
    assert_marked(&site, &cookie, &entry, (id, ".entry.json", "message.prove")).await;
    let entry = entry.json();
    assert_eq!(entry["entry"], record["proof"]["entry"]);
    assert_eq!(entry["disclosures"][0], record["proof"]["disclosures"][0]["encoded"]);
    let value = record["proof"]["disclosures"][0]["value"].as_str().expect("a value");
    serde_json::from_str::<Value>(value).expect("JSON");
}

/// The code in a file's name finds the event of its download.
async fn assert_marked(site: &Site, cookie: &str, file: &Answer, (id, ending, action): (&str, &str, &str)) {
    let name = file.header("content-disposition").to_owned();
    let code = name.strip_prefix(&format!("attachment; filename=\"{id}."));
    let code = code.and_then(|rest| rest.strip_suffix(&format!("{ending}\""))).unwrap_or_else(|| panic!("{name}"));
    let event = format!("{{ markedEvent(code: \"{code}\") {{ actionName object }} }}");
    let event = site.ask(Some(cookie), &event, Value::Null).await;
    assert_eq!(event["data"]["markedEvent"], json!({"actionName": action, "object": id}));
}

#[tokio::test]
async fn refused_lines_and_public_texts_are_files() {
    let (site, cookie, import) = filled().await;
    let id = import.as_str().expect("an id");
    let rejects = download(&site, &cookie, &format!("/api/imports/{id}/rejects")).await;
    let line: Value = serde_json::from_str(rejects.text.trim()).expect("one line");
    assert_eq!((&line["line"], &line["base64"]), (&json!(5), &json!(STANDARD.encode("{broken"))), "{}", rejects.text);
    let note = download(&site, &cookie, "/api/ledger/checkpoint").await.text;
    let key = download(&site, &cookie, "/api/ledger/verifier-key").await.text;
    assert!(note.starts_with(key.split('+').next().expect("a name")), "{key} {note}");
}

#[tokio::test]
async fn downloads_are_for_those_who_may_see_and_say_what_is_wrong() {
    let (site, cookie, import) = filled().await;
    let id = import.as_str().expect("an id");
    for path in [
        "/api/messages/mAAAAAAAAAAA/original",
        "/api/messages/mAAAAAAAAAAA/proof",
        "/api/messages/mAAAAAAAAAAA/entry.json",
        &format!("/api/imports/{id}/rejects"),
        "/api/ledger/checkpoint",
        "/api/ledger/verifier-key",
    ] {
        let answer = site.get(path).await;
        assert_eq!(
            (answer.status, &answer.json()["error"]["code"]),
            (StatusCode::UNAUTHORIZED, &json!("UNAUTHENTICATED")),
            "{path}"
        );
    }
    for path in [
        "/api/messages/nonsense/original",
        "/api/messages/m__________8/proof",
        "/api/imports/iAAAAAAAAAAAAAAAAAAAAAA/rejects",
    ] {
        assert_eq!(download(&site, &cookie, path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    let staff = site.user(&cookie, "sales", BuiltIn::Staff).await;
    let refused = download(&site, &staff, &format!("/api/imports/{id}/rejects")).await;
    assert_eq!((refused.status, &refused.json()["error"]["code"]), (StatusCode::FORBIDDEN, &json!("FORBIDDEN")));
}

#[tokio::test]
async fn any_object_is_found_by_its_id() {
    let (site, cookie, import) = filled().await;
    let ids = "{ viewer { sessionId user { id } } conversations { nodes { id lastMessage { id } } } customers { nodes { id } } allStaff { nodes { id } } }";
    let ids = site.ask(Some(&cookie), ids, Value::Null).await["data"].clone();
    let conversation = &ids["conversations"]["nodes"][0];
    for (id, kind) in [
        (&conversation["id"], "Conversation"),
        (&conversation["lastMessage"]["id"], "Message"),
        (&ids["customers"]["nodes"][0]["id"], "Customer"),
        (&ids["allStaff"]["nodes"][0]["id"], "Staff"),
        (&ids["viewer"]["user"]["id"], "User"),
        (&ids["viewer"]["sessionId"], "Session"),
        (&import, "Import"),
    ] {
        let node =
            site.ask(Some(&cookie), "query($id: ID!) { node(id: $id) { __typename id } }", json!({"id": id})).await;
        assert_eq!(node["data"]["node"], json!({"__typename": kind, "id": id}), "{node}");
    }
    let nothing = site
        .ask(
            Some(&cookie),
            "{ node(id: \"nonsense\") { id } message(id: \"x\") { id } customer(id: \"x\") { id } }",
            Value::Null,
        )
        .await;
    assert_eq!(nothing["data"], json!({"node": null, "message": null, "customer": null}), "{nothing}");
}
