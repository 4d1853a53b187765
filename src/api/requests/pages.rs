//! The console, health, metrics, and the headers on everything.

use poem::http::{Method, StatusCode, header};

use super::site::{Site, browser};

#[tokio::test]
async fn the_page_answers_every_address_a_person_may_open_with_a_fresh_nonce() {
    let site = Site::new();
    let open =
        |path: &'static str| site.send(browser(Method::GET, path).header(header::ACCEPT, "text/html,*/*").finish());
    let (first, second) = (open("/").await, open("/conversations/c123?at=2026").await);
    for page in [&first, &second] {
        assert_eq!((page.status, page.header("content-type")), (StatusCode::OK, "text/html; charset=utf-8"));
        assert_eq!(page.header("cache-control"), "no-store");
        let policy = page.header("content-security-policy");
        let nonce = policy.split("'nonce-").nth(1).and_then(|rest| rest.split('\'').next()).expect("a nonce");
        assert!(page.text.contains(&format!("nonce=\"{nonce}\"")), "{}", page.text);
        assert!(!page.text.contains("__CSP_NONCE__"));
    }
    assert_ne!(first.header("content-security-policy"), second.header("content-security-policy"));
}

#[tokio::test]
async fn what_is_not_there_is_not_found() {
    let site = Site::new();
    let html = |path: &'static str| site.send(browser(Method::GET, path).header(header::ACCEPT, "text/html").finish());
    assert_eq!(html("/assets/missing.js").await.status, StatusCode::NOT_FOUND);
    assert_eq!(html("/api/nothing").await.status, StatusCode::NOT_FOUND);
    assert_eq!(site.get("/nothing").await.status, StatusCode::NOT_FOUND);
    assert_eq!(site.get("/").await.status, StatusCode::OK, "the top is a page for every program");
    assert_eq!(site.get("/../../etc/passwd").await.status, StatusCode::NOT_FOUND);
    let post = site.send(browser(Method::POST, "/").header(header::ACCEPT, "text/html").finish()).await;
    assert_eq!(post.status, StatusCode::METHOD_NOT_ALLOWED);
}

#[tokio::test]
async fn every_answer_is_dressed() {
    let site = Site::new();
    for path in ["/", "/graphql?query=%7B__typename%7D", "/nothing", "/healthz", "/api/ledger/checkpoint", "/metrics"] {
        let answer = site.get(path).await;
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(answer.header("referrer-policy"), "no-referrer");
        assert_eq!(answer.header("cross-origin-opener-policy"), "same-origin");
        assert!(answer.header("content-security-policy").contains("frame-ancestors 'none'"));
        assert!(!answer.header("content-security-policy").contains("unsafe"));
        assert!(answer.header("permissions-policy").contains("microphone=()"));
        assert_eq!(answer.header("cache-control"), "no-store");
        assert_eq!(answer.header("access-control-allow-origin"), "");
        assert_eq!(answer.header("strict-transport-security"), "");
        assert_eq!(answer.header("x-request-id").len(), 16);
    }
}

#[tokio::test]
async fn health_is_public_and_metrics_are_not() {
    let site = Site::new();
    assert_eq!(site.get("/healthz").await.text, "ok\n");
    assert_eq!(site.get("/readyz").await.status, StatusCode::OK);
    assert_eq!(site.get("/metrics").await.status, StatusCode::NOT_FOUND);
    site.service.close();
    assert_eq!(site.get("/readyz").await.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(site.get("/healthz").await.status, StatusCode::OK);
}
