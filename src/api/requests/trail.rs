//! The audit trail by GraphQL and as files.

use poem::http::{Method, StatusCode, header};
use serde_json::{Value, json};
use xinju_model::role::BuiltIn;

use super::site::{Site, browser, messages};

async fn download(site: &Site, cookie: &str, path: &str) -> super::site::Answer {
    site.send(browser(Method::GET, path).header(header::COOKIE, cookie).finish()).await
}

#[tokio::test]
async fn who_looked_at_a_customer_is_told_with_names_and_proofs() {
    let site = Site::new();
    let cookie = site.administrator().await;
    site.import(&cookie, &messages(&["您好", "报价单已发送"])).await;
    let customers = site.ask(Some(&cookie), "{ customers { nodes { id name } } }", Value::Null).await;
    let customer = &customers["data"]["customers"]["nodes"][0];
    let open = "query($id: ID!) { customer(id: $id) { name } }";
    site.ask(Some(&cookie), open, json!({"id": customer["id"]})).await;
    site.ask(Some(&cookie), "{ search(query: \"报价单\") { totalCount } }", Value::Null).await;
    let log = "query($subject: ID!) { accessLog(subject: $subject) { totalCount nodes { id action actionName
        actor { kind name } object place seal { state } subjects { id kind name } details { name value } } } }";
    let log = site.ask(Some(&cookie), log, json!({"subject": customer["id"]})).await;
    let nodes = log["data"]["accessLog"]["nodes"].as_array().unwrap_or_else(|| panic!("{log}"));
    let acts: Vec<&str> = nodes.iter().filter_map(|node| node["action"].as_str()).collect();
    assert_eq!(acts, ["SEARCH_RUN", "CUSTOMER_READ"], "{log}");
    assert!(nodes[0]["details"].as_array().expect("details").contains(&json!({"name": "query", "value": "报价单"})));
    assert_eq!((&nodes[1]["object"], &nodes[1]["actionName"]), (&customer["id"], &json!("customer.read")));
    let subject = json!({"id": customer["id"], "kind": "CUSTOMER", "name": customer["name"]});
    assert!(nodes[0]["subjects"].as_array().expect("subjects").iter().any(|one| one["id"] == subject["id"]));
    let filter =
        "query($filter: AuditFilter) { auditEvents(filter: $filter, first: 1) { totalCount pageInfo { hasNextPage }
        nodes { id actor { id } proof { verified } } } }";
    let filter = site
        .ask(Some(&cookie), filter, json!({"filter": {"actions": ["SETUP_LINK"], "actionNames": ["archive.create"]}}))
        .await;
    assert_eq!(filter["data"]["auditEvents"]["totalCount"], 2, "{filter}");
    let id = nodes[1]["id"].as_str().expect("an id");
    let one = "query($id: ID!) { auditEvent(id: $id) { id action } }";
    let one = site.ask(Some(&cookie), one, json!({"id": id})).await;
    assert_eq!(one["data"]["auditEvent"], json!({"id": id, "action": "CUSTOMER_READ"}));
    let sign = site.ask(Some(&cookie), "mutation { signCheckpoint { checkpoint { size } } }", Value::Null).await;
    assert_eq!(sign["errors"], Value::Null, "{sign}");
    let proof = download(&site, &cookie, &format!("/api/audit/events/{id}/proof")).await;
    assert!(proof.text.contains("\n\u{2014} "), "{}", proof.text);
    let entry = download(&site, &cookie, &format!("/api/audit/events/{id}/entry.json")).await.json();
    assert!(entry["entry"].as_str().expect("an entry").contains("audit"), "{entry}");
}

#[tokio::test]
async fn events_are_files_for_those_who_may_read_them() {
    let site = Site::new();
    let cookie = site.administrator().await;
    site.ask(Some(&cookie), "{ search(query: \"=1+1\") { totalCount } }", Value::Null).await;
    let csv = download(&site, &cookie, "/api/audit/events.csv?actions=search.run,session.start").await;
    assert_eq!(csv.header("content-disposition"), "attachment; filename=\"audit.csv\"");
    assert!(csv.text.starts_with("\u{feff}index,time,action,"), "{}", csv.text);
    assert!(
        csv.text.lines().skip(1).all(|line| line.contains("search.run") || line.contains("session.start")),
        "{}",
        csv.text
    );
    let path = "/api/audit/events.ndjson?actions=search.run&words=%3D1&after=2000-01-01T00:00:00Z";
    let ndjson = download(&site, &cookie, path).await;
    let line: Value = serde_json::from_str(ndjson.text.lines().next().expect("a line")).expect("JSON");
    assert_eq!(line["details"]["query"], "=1+1", "{}", ndjson.text);
    for path in ["/api/audit/events.csv?after=yesterday", "/api/audit/events.ndjson?before=x"] {
        assert_eq!(download(&site, &cookie, path).await.status, StatusCode::BAD_REQUEST, "{path}");
    }
    let staff = site.user(&cookie, "sales", BuiltIn::Staff).await;
    let paths = ["/api/audit/events.csv", "/api/audit/events.ndjson", "/api/audit/events/mAAAAAAAAAAA/proof"];
    for path in paths {
        assert_eq!(site.get(path).await.status, StatusCode::UNAUTHORIZED, "{path}");
        assert_eq!(download(&site, &staff, path).await.status, StatusCode::FORBIDDEN, "{path}");
    }
}
