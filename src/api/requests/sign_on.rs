//! Signing in with other systems: settings, the way to an identity provider and back, and a directory that is silent.

use poem::http::{Method, StatusCode, header};
use serde_json::{Value, json};
use xinju_model::role::BuiltIn;

use super::site::{Answer, PASSWORD, Site, browser};

const SET: &str = "mutation($input: SignOnProviderInput) { setSignOnProvider(input: $input) { refusal detail } }";
const WHO: &str = "{ viewer { user { login } } }";

fn provider() -> Value {
    json!({"issuer": "https://id.example", "clientId": "xinju", "secret": "hush", "scopes": "profile", "loginClaim": "sub", "authorities": "",
        "label": "Example", "checksFactor": false})
}

fn directory() -> Value {
    json!({"url": "ldaps://directory.example", "startTls": false, "authorities": "", "base": "dc=example", "filter": "(uid={login})", "bindDn": "",
        "loginAttribute": "uid", "nameAttribute": "cn"})
}

/// A site with an identity provider; its administrator's cookie.
async fn with_provider() -> (Site, String) {
    let site = Site::with(|config| config.tls_in_front = true);
    let cookie = site.administrator().await;
    let set = site.ask(Some(&cookie), SET, json!({"input": provider()})).await;
    assert_eq!(set["data"]["setSignOnProvider"], json!({"refusal": null, "detail": null}));
    (site, cookie)
}

/// As a browser that comes from another site: its strict cookies stay behind.
async fn from_elsewhere(site: &Site, path: &str, cookie: &str) -> Answer {
    let request = browser(Method::GET, path).header("sec-fetch-site", "cross-site").header(header::COOKIE, cookie);
    site.send(request.finish()).await
}

#[tokio::test]
async fn a_browser_goes_to_the_provider_and_comes_back_with_a_session() {
    let (site, admin) = with_provider().await;
    site.user(&admin, "ken", BuiltIn::Staff).await;
    assert_eq!(site.ask(None, "{ setup { signOn } }", Value::Null).await["data"]["setup"]["signOn"], "Example");
    let sent = site.get("/signin/oidc/start?to=%2Fsearch").await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER);
    let (address, set) = (sent.header("location").to_owned(), sent.header("set-cookie").to_owned());
    assert!(address.starts_with("https://id.example?redirect=https://archive.example/signin/oidc/callback&state="));
    assert!(set.starts_with("__Host-xinju_sign_on=") && set.contains("HttpOnly; SameSite=Lax"), "{set}");
    let state = address.rsplit('=').next().expect("a state");
    let cookie = sent.cookie().expect("a cookie");
    let path = format!("/signin/oidc/callback?state={state}&code=ken");
    let stranger = from_elsewhere(&site, &path, "").await;
    assert_eq!(stranger.header("location"), "/signin?refusal=expired");
    let back = from_elsewhere(&site, &path, &cookie).await;
    assert_eq!((back.status, back.header("location")), (StatusCode::SEE_OTHER, "/search"));
    let set: Vec<&str> = back.headers.get_all(header::SET_COOKIE).iter().filter_map(|one| one.to_str().ok()).collect();
    let session = set.iter().find_map(|one| one.strip_prefix("__Host-xinju_session=")).expect("a session");
    assert!(
        session.contains("HttpOnly; SameSite=Strict") && set.iter().any(|one| one.contains("Max-Age=0")),
        "{set:?}"
    );
    let session = format!("__Host-xinju_session={}", session.split(';').next().unwrap_or_default());
    assert_eq!(site.ask(Some(&session), WHO, Value::Null).await["data"]["viewer"]["user"]["login"], "ken");
    let replayed = from_elsewhere(&site, &path, &cookie).await;
    assert_eq!(replayed.header("location"), "/signin?refusal=expired");
}

#[tokio::test]
async fn what_cannot_be_read_lets_nobody_in() {
    let (site, _) = with_provider().await;
    let long = "x".repeat(5_000);
    let bad = [
        "",
        "?state=",
        "?code=a",
        "?state=%FF&code=a",
        "?state=a&state=b&code=c",
        &format!("?state={long}&code={long}"),
    ];
    for query in bad {
        let answer = from_elsewhere(&site, &format!("/signin/oidc/callback{query}"), "__Host-xinju_sign_on=a").await;
        assert_eq!(answer.header("location"), "/signin?refusal=expired", "{query}");
    }
    let none = Site::new();
    none.administrator().await;
    assert_eq!(none.get("/signin/oidc/start").await.header("location"), "/signin?refusal=unavailable");
}

#[tokio::test]
async fn where_people_come_back_to_is_what_the_operator_says() {
    let site = Site::with(|config| config.public_url = Some("https://archive.public.example/".into()));
    let cookie = site.administrator().await;
    site.ask(Some(&cookie), SET, json!({"input": provider()})).await;
    let sent = site.get("/signin/oidc/start").await;
    assert!(sent.header("location").contains("=https://archive.public.example/signin/oidc/callback&"));
}

#[tokio::test]
async fn settings_are_shown_without_secrets_and_tried_before_they_are_kept() {
    let (site, admin) = with_provider().await;
    let shown = "{ signOn { provider { issuer clientId hasSecret newUsers } directory { url } } }";
    let all = site.ask(Some(&admin), shown, Value::Null).await;
    let provider_ = json!({"issuer": "https://id.example", "clientId": "xinju", "hasSecret": true, "newUsers": null});
    assert_eq!(all["data"]["signOn"], json!({"provider": provider_, "directory": null}));
    assert!(!all.to_string().contains("hush"));
    let test = "mutation($input: SignOnDirectoryInput!) { testSignOnDirectory(input: $input) { refusal detail } }";
    let tried = site.ask(Some(&admin), test, json!({"input": directory()})).await;
    assert_eq!(tried["data"]["testSignOnDirectory"]["refusal"], "UNREACHABLE");
    assert!(tried["data"]["testSignOnDirectory"]["detail"].as_str().is_some_and(|detail| detail.contains("not there")));
    let mut unsafe_ = directory();
    unsafe_["url"] = json!("ldap://directory.example");
    let tried = site.ask(Some(&admin), test, json!({"input": unsafe_})).await;
    assert_eq!(tried["data"]["testSignOnDirectory"], json!({"refusal": "ADDRESS_INVALID", "detail": null}));
    let mut other = provider();
    other["secret"] = Value::Null;
    other["issuer"] = json!("https://id.other");
    let moved = site.ask(Some(&admin), SET, json!({"input": other})).await;
    assert_eq!(moved["data"]["setSignOnProvider"]["refusal"], "SECRET_REQUIRED");
}

#[tokio::test]
async fn a_directory_that_is_silent_is_told_of_and_our_own_passwords_go_on() {
    let site = Site::new();
    let admin = site.administrator().await;
    let set = "mutation($input: SignOnDirectoryInput) { setSignOnDirectory(input: $input) { refusal } }";
    site.ask(Some(&admin), set, json!({"input": directory()})).await;
    let refused = site.sign_in("ken", "a password").await.json();
    assert_eq!(refused["data"]["signIn"]["refusal"], "DIRECTORY_SILENT");
    assert!(site.sign_in("admin", PASSWORD).await.cookie().is_some());
}
