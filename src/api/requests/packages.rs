//! The doors of packages that take a post: who may check a file, and what a link that nobody made is worth.

use poem::http::{Method, StatusCode, header};
use poem::{Body, Request};
use serde_json::json;
use xinju_model::role::BuiltIn;

use super::site::{Site, browser};

fn post(path: &str, cookie: Option<&str>, own: bool, body: impl Into<Body>) -> Request {
    let mut request = browser(Method::POST, path);
    if own {
        request = request.header("x-xinju-csrf", "1");
    }
    if let Some(cookie) = cookie {
        request = request.header(header::COOKIE, cookie);
    }
    request.body(body.into())
}

#[tokio::test]
async fn a_package_is_checked_for_who_is_signed_in_and_from_this_site() {
    let site = Site::new();
    let cookie = site.administrator().await;
    let staff = site.user(&cookie, "staff", BuiltIn::Staff).await;
    let check = async |cookie, own| {
        let answer = site.send(post("/api/packages/verify", cookie, own, "no zip")).await;
        (answer.status, answer.text)
    };
    assert_eq!(check(None, true).await.0, StatusCode::UNAUTHORIZED);
    assert_eq!(check(Some(cookie.as_str()), false).await.0, StatusCode::BAD_REQUEST);
    for cookie in [&cookie, &staff] {
        let (status, text) = check(Some(cookie.as_str()), true).await;
        assert_eq!(status, StatusCode::OK, "{text}");
        let verdict: serde_json::Value = serde_json::from_str(&text).expect("JSON");
        assert_eq!(verdict["ok"], false, "{verdict}");
    }
}

#[tokio::test]
async fn a_link_that_nobody_made_opens_nothing() {
    let site = Site::new();
    site.administrator().await;
    let ask = async |own, body: String| site.send(post("/api/packages/link", None, own, body)).await.status;
    let guess = json!({"link": "pAAAAAAAAAAAAAAAAAAAAAA.guess", "phrase": "correct horse"}).to_string();
    assert_eq!(ask(true, guess.clone()).await, StatusCode::NOT_FOUND);
    assert_eq!(ask(false, guess).await, StatusCode::BAD_REQUEST);
    assert_eq!(ask(true, "{".into()).await, StatusCode::BAD_REQUEST);
    assert_eq!(
        ask(true, json!({"link": "x".repeat(100_000), "phrase": ""}).to_string()).await,
        StatusCode::BAD_REQUEST
    );
}
