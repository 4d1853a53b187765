//! What a request may ask for at most, and how GraphQL travels over HTTP.

use poem::http::{Method, StatusCode, header};
use serde_json::{Value, json};
use xinju_model::limits::{GRAPHQL_BATCH_MAX, GRAPHQL_BODY_BYTES_MAX};

use super::site::{Site, browser, post_json};

async fn refused(site: &Site, query: &str) -> String {
    let answer = site.send(post_json(json!({"query": query}).to_string())).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.json().get("data"), None, "{}", answer.text.chars().take(200).collect::<String>());
    answer.code()
}

#[tokio::test]
async fn deep_wide_and_repeated_documents_are_refused() {
    let site = Site::new();
    let deep = format!("{{ message(id: \"m\") {} }}", "{ recalls ".repeat(25) + "{ id }" + &"}".repeat(25));
    assert_eq!(refused(&site, &deep).await, "LIMIT");
    let wide = "{ conversations(first: 200) { nodes { messages(first: 200) { nodes { id } } } } }";
    assert_eq!(refused(&site, wide).await, "LIMIT");
    let aliases = |count: usize, field: &str| {
        let all: Vec<_> = (0..count).map(|number| format!("a{number}: {field}")).collect();
        format!("{{ {} }}", all.join(" "))
    };
    assert_eq!(refused(&site, &aliases(1_000, "search(query: \"x\") { totalCount }")).await, "LIMIT");
    assert_eq!(refused(&site, &aliases(30_000, "__typename")).await, "LIMIT");
    let schema = "__schema { types { name fields { name args { name } } } }";
    assert_eq!(refused(&site, &aliases(200, schema)).await, "LIMIT");
    let sign_in = "signIn(input: {login: \"a\", password: \"b\"}) { refusal }";
    assert_eq!(refused(&site, &format!("mutation {}", aliases(10, sign_in))).await, "LIMIT");
    let directives = format!("{{ __typename {} }}", "@skip(if: false) ".repeat(50));
    assert_eq!(refused(&site, &directives).await, "LIMIT");
    let circle = "{ viewer { ...a } } fragment a on Viewer { ...b } fragment b on Viewer { ...a }";
    assert!(["BAD_INPUT", "LIMIT"].contains(&refused(&site, circle).await.as_str()));
}

#[tokio::test]
async fn page_sizes_are_bounded() {
    let site = Site::new();
    let cookie = site.administrator().await;
    for (query, code) in [
        ("{ conversations(first: 201) { totalCount } }", "LIMIT"),
        ("{ conversations(first: -1) { totalCount } }", "BAD_INPUT"),
        ("{ conversations(after: \"nonsense\") { totalCount } }", "BAD_INPUT"),
        ("{ overview(days: 1000000) { records } }", "BAD_INPUT"),
        ("{ search(query: \"x\", zoneOffsetMinutes: 99999) { totalCount } }", "BAD_INPUT"),
        ("{ consistencyProof(from: -1, to: 2) }", "BAD_INPUT"),
        ("{ conversations(filter: {customer: \"nonsense\"}) { totalCount } }", "BAD_INPUT"),
    ] {
        let answer = site.ask(Some(&cookie), query, Value::Null).await;
        assert_eq!(answer["errors"][0]["extensions"]["code"], code, "{query}: {answer}");
    }
}

#[tokio::test]
async fn large_bodies_and_batches_are_refused() {
    let site = Site::new();
    let large = json!({"query": "{__typename}", "extensions": {"x": "x".repeat(GRAPHQL_BODY_BYTES_MAX)}}).to_string();
    assert_eq!(site.send(post_json(large.clone())).await.status, StatusCode::PAYLOAD_TOO_LARGE);
    let declared =
        browser(Method::POST, "/graphql").header("x-xinju-csrf", "1").header(header::CONTENT_LENGTH, "99999999");
    let declared = declared.header(header::CONTENT_TYPE, "application/json").body("{}");
    assert_eq!(site.send(declared).await.status, StatusCode::PAYLOAD_TOO_LARGE);
    let batch = |count: usize| Value::from(vec![json!({"query": "{__typename}"}); count]).to_string();
    let most = site.send(post_json(batch(GRAPHQL_BATCH_MAX))).await;
    assert_eq!(most.json().as_array().map(Vec::len), Some(GRAPHQL_BATCH_MAX));
    let more = site.send(post_json(batch(GRAPHQL_BATCH_MAX + 1))).await;
    assert_eq!((more.status, more.code().as_str()), (StatusCode::BAD_REQUEST, "LIMIT"));
}

#[tokio::test]
async fn get_asks_and_never_changes() {
    let site = Site::new();
    let asked = site.get("/graphql?query=%7B__typename%7D").await;
    assert_eq!(asked.json(), json!({"data": {"__typename": "Query"}}));
    let changed = site.get("/graphql?query=mutation%7BsignOut%7Bdone%7D%7D").await;
    assert_eq!((changed.status, changed.header("allow")), (StatusCode::METHOD_NOT_ALLOWED, "POST"));
    let named = "/graphql?query=query+a%7B__typename%7D+mutation+b%7BsignOut%7Bdone%7D%7D&operationName=b";
    assert_eq!(site.get(named).await.status, StatusCode::METHOD_NOT_ALLOWED);
    let put = site.send(browser(Method::PUT, "/graphql").body("{}")).await;
    assert_eq!((put.status, put.header("allow")), (StatusCode::METHOD_NOT_ALLOWED, "GET, POST"));
    let stream = site.get("/graphql?query=subscription%7BledgerChanged%7Bsize%7D%7D").await;
    assert_eq!(stream.code(), "BAD_INPUT");
}

#[tokio::test]
async fn the_status_tells_what_the_accepted_type_lets_it_tell() {
    let site = Site::new();
    let answer = |accept: &'static str, query: &'static str| {
        let request = browser(Method::POST, "/graphql").header("x-xinju-csrf", "1").header(header::ACCEPT, accept);
        site.send(request.header(header::CONTENT_TYPE, "application/json").body(json!({"query": query}).to_string()))
    };
    let new = "application/graphql-response+json";
    let fine = answer(new, "{__typename}").await;
    assert_eq!(
        (fine.status, fine.header("content-type")),
        (StatusCode::OK, "application/graphql-response+json; charset=utf-8")
    );
    assert_eq!(answer(new, "{").await.status, StatusCode::BAD_REQUEST);
    assert_eq!(answer(new, "{nosuchfield}").await.status, StatusCode::BAD_REQUEST);
    assert_eq!(answer("application/json", "{nosuchfield}").await.status, StatusCode::OK);
    assert_eq!(answer("text/html", "{__typename}").await.status, StatusCode::NOT_ACCEPTABLE);
    assert!(!answer("*/*", "{ viewr { can } }").await.text.contains("Did you mean"));
}

#[tokio::test]
async fn the_introspection_query_passes_the_limits_for_those_who_are_signed_in() {
    let site = Site::new();
    let types = "{ __schema { types { name fields { name type { ...t } args { type { ...t } } } } } }
        fragment t on __Type { kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name ofType { name } } } } } }";
    let cookie = site.administrator().await;
    let known = site.ask(Some(&cookie), types, Value::Null).await;
    assert!(known["data"]["__schema"]["types"].as_array().is_some_and(|types| types.len() > 50), "{known}");
    let stranger = site.ask(None, types, Value::Null).await;
    assert!(stranger["data"]["__schema"].is_null(), "{stranger}");
}
