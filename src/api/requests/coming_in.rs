//! Coming in: set-up, signing in and out, cookies, tokens, and requests that other sites forge.

use poem::http::{Method, StatusCode, header};
use serde_json::{Value, json};
use xinju_model::role::BuiltIn;

use super::site::{PASSWORD, Site, browser, post_json};

const WHO: &str = "{ viewer { user { login roles { builtIn } } sessionId } setup { needed version } }";

#[tokio::test]
async fn a_new_archive_is_set_up_once_and_signs_in_with_it() {
    let site = Site::new();
    let before = site.ask(None, WHO, Value::Null).await;
    assert_eq!(before["data"], json!({"viewer": null, "setup": {"needed": true, "version": "test"}}));
    let cookie = site.administrator().await;
    let after = site.ask(Some(&cookie), WHO, Value::Null).await;
    assert_eq!(after["data"]["viewer"]["user"], json!({"login": "admin", "roles": [{"builtIn": "OWNER"}]}));
    assert_eq!(after["data"]["setup"]["needed"], false);
    let again = "mutation { completeSetup(input: {token: \"x\", login: \"b\", name: \"b\", password: \"long enough\"}) { viewer { can } refusal } }";
    let refused = site.ask(None, again, Value::Null).await;
    assert_eq!(refused["data"]["completeSetup"], json!({"viewer": null, "refusal": "ALREADY_DONE"}));
}

#[tokio::test]
async fn the_cookie_is_out_of_reach_of_scripts_and_ends_with_the_session() {
    let site = Site::new();
    site.administrator().await;
    site.clock.pass(60_000);
    let signed_in = site.sign_in("ADMIN", PASSWORD).await;
    let set = signed_in.header("set-cookie");
    assert!(
        set.starts_with("xinju_session=") && set.contains("; HttpOnly; SameSite=Strict") && !set.contains("Secure")
    );
    assert_eq!(
        signed_in.json()["data"]["signIn"]["viewer"]["sessions"],
        json!([{"current": true}, {"current": false}])
    );
    let cookie = signed_in.cookie().expect("a cookie");
    let out = "mutation { signOut { done } }";
    let body = json!({"query": out}).to_string();
    let request = browser(Method::POST, "/graphql").header("x-xinju-csrf", "1").header(header::COOKIE, &cookie);
    let answer = site.send(request.header(header::CONTENT_TYPE, "application/json").body(body)).await;
    assert!(answer.header("set-cookie").contains("Max-Age=0"), "{}", answer.text);
    assert_eq!(site.ask(Some(&cookie), WHO, Value::Null).await["data"]["viewer"], Value::Null);
}

#[tokio::test]
async fn behind_tls_the_cookie_is_bound_to_host_and_encryption() {
    let site = Site::with(|config| config.tls_in_front = true);
    site.administrator().await;
    let set = site.sign_in("admin", PASSWORD).await.header("set-cookie").to_owned();
    assert!(set.starts_with("__Host-xinju_session=") && set.ends_with("; Secure"), "{set}");
    assert!(site.get("/healthz").await.header("strict-transport-security").starts_with("max-age="));
}

#[tokio::test]
async fn wrong_passwords_are_told_as_data_and_then_have_to_wait() {
    let site = Site::new();
    site.administrator().await;
    let wrong = site.sign_in("admin", "wrong password").await;
    assert_eq!(
        wrong.json()["data"]["signIn"],
        json!({"viewer": null, "refusal": "WRONG_CREDENTIALS", "retryAfterSeconds": null})
    );
    assert_eq!(wrong.cookie(), None);
    let mut last = Value::Null;
    for _ in 0..6 {
        last = site.sign_in("admin", "wrong password").await.json()["data"]["signIn"].clone();
    }
    assert_eq!(last["refusal"], "TOO_MANY_ATTEMPTS");
    assert!(last["retryAfterSeconds"].as_i64().is_some_and(|seconds| seconds > 0), "{last}");
}

#[tokio::test]
async fn a_session_that_is_over_is_nobody() {
    let site = Site::new();
    let cookie = site.administrator().await;
    site.clock.pass(xinju_model::policy::SignInPolicy::default().idle_ms() + 1);
    assert_eq!(site.ask(Some(&cookie), WHO, Value::Null).await["data"]["viewer"], Value::Null);
    assert_eq!(site.ask(Some("xinju_session=made-up"), WHO, Value::Null).await["data"]["viewer"], Value::Null);
}

#[tokio::test]
async fn tokens_do_what_their_scopes_say_and_wrong_ones_are_told() {
    let site = Site::new();
    let cookie = site.administrator().await;
    let token = site.token(&cookie, &["LEDGER"]).await;
    let with = |token: &str, query: &str| {
        let request = browser(Method::POST, "/graphql").header(header::AUTHORIZATION, format!("Bearer {token}"));
        request.header(header::CONTENT_TYPE, "application/json").body(json!({"query": query}).to_string())
    };
    let ledger = site.send(with(&token, "{ ledger { size } viewer { sessionId can } }")).await.json();
    assert_eq!(ledger["data"]["viewer"], json!({"sessionId": null, "can": ["READ_LEDGER"]}), "{ledger}");
    assert_eq!(site.send(with(&token, "{ conversations { totalCount } }")).await.code(), "FORBIDDEN");
    let wrong = site.send(with("xjt_wrong", "{ __typename }")).await;
    assert_eq!((wrong.status, wrong.code().as_str()), (StatusCode::UNAUTHORIZED, "UNAUTHENTICATED"));
    assert_eq!(wrong.header("www-authenticate"), "Bearer");
}

#[tokio::test]
async fn forged_requests_are_refused() {
    let site = Site::new();
    let cookie = site.administrator().await;
    let body = json!({"query": "mutation { signCheckpoint { checkpoint { size } } }"}).to_string();
    let request = |content: &'static str, extra: &[(&'static str, &'static str)]| {
        let start =
            browser(Method::POST, "/graphql").header(header::COOKIE, &cookie).header(header::CONTENT_TYPE, content);
        let full = extra.iter().fold(start, |request, (name, value)| request.header(*name, *value));
        full.body(body.clone())
    };
    let json_type = "application/json";
    let refused = [
        request(json_type, &[("origin", "https://evil.example")]),
        request(json_type, &[("sec-fetch-site", "cross-site")]),
        request("multipart/form-data; boundary=x", &[("origin", "http://archive.example")]),
    ];
    for forged in refused {
        let answer = site.send(forged).await;
        assert_eq!((answer.status, answer.code().as_str()), (StatusCode::FORBIDDEN, "FORBIDDEN"));
    }
    for content in ["text/plain", "application/x-www-form-urlencoded", "application/json; charset=utf-16"] {
        let answer = site.send(request(content, &[("x-xinju-csrf", "1")])).await;
        assert_eq!(answer.status, StatusCode::UNSUPPORTED_MEDIA_TYPE, "{content}");
    }
    let ours = site.send(request(json_type, &[("origin", "http://archive.example")])).await;
    assert_eq!(ours.json()["errors"], Value::Null, "{}", ours.text);
    let forged_sign_in = browser(Method::POST, "/graphql").header("origin", "https://evil.example");
    let forged_sign_in = forged_sign_in.header(header::CONTENT_TYPE, json_type).body("{}");
    assert_eq!(site.send(forged_sign_in).await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn passwords_tokens_and_sessions_are_their_owners_to_change() {
    let site = Site::new();
    let cookie = site.administrator().await;
    let other = site.sign_in("admin", PASSWORD).await.cookie().expect("a cookie");
    let change = "mutation($input: ChangePasswordInput!) { changePassword(input: $input) { refusal } }";
    let wrong = site.ask(Some(&cookie), change, json!({"input": {"current": "x", "new": "another long one"}})).await;
    assert_eq!(wrong["data"]["changePassword"]["refusal"], "WRONG_PASSWORD");
    let right =
        site.ask(Some(&cookie), change, json!({"input": {"current": PASSWORD, "new": "another long one"}})).await;
    assert_eq!(right["data"]["changePassword"]["refusal"], Value::Null);
    assert_eq!(site.ask(Some(&other), WHO, Value::Null).await["data"]["viewer"], Value::Null);
    assert!(site.ask(Some(&cookie), WHO, Value::Null).await["data"]["viewer"].is_object());
    site.token(&cookie, &["READ"]).await;
    let listed = site.ask(Some(&cookie), "{ viewer { tokens { id name usedAt } } }", Value::Null).await;
    let id = listed["data"]["viewer"]["tokens"][0]["id"].clone();
    let revoke = "mutation($input: RevokeTokenInput!) { revokeToken(input: $input) { id } }";
    let revoked = site.ask(Some(&cookie), revoke, json!({"input": {"id": id}})).await;
    assert_eq!(revoked["data"]["revokeToken"]["id"], id);
    let again = site.ask(Some(&cookie), revoke, json!({"input": {"id": "nonsense"}})).await;
    assert_eq!(again["data"]["revokeToken"]["id"], Value::Null);
}

#[tokio::test]
async fn users_are_suspended_at_once_but_not_the_last_administrator() {
    let site = Site::new();
    let cookie = site.administrator().await;
    let staff = site.user(&cookie, "sales", BuiltIn::Staff).await;
    let users = site.ask(Some(&cookie), "{ users { id login } }", Value::Null).await;
    let id = |login: &str| {
        let all = users["data"]["users"].as_array().expect("users");
        all.iter().find(|user| user["login"] == login).expect("the user")["id"].clone()
    };
    let suspend = "mutation($input: SetUserActiveInput!) { setUserActive(input: $input) { user { active } refusal } }";
    let done = site.ask(Some(&cookie), suspend, json!({"input": {"id": id("sales"), "active": false}})).await;
    assert_eq!(done["data"]["setUserActive"], json!({"user": {"active": false}, "refusal": null}));
    assert_eq!(site.ask(Some(&staff), WHO, Value::Null).await["data"]["viewer"], Value::Null);
    let own = site.ask(Some(&cookie), suspend, json!({"input": {"id": id("admin"), "active": false}})).await;
    assert_eq!(own["data"]["setUserActive"]["refusal"], "YOURSELF");
    let body = json!({"query": suspend, "variables": {"input": {"id": "x", "active": true}}}).to_string();
    assert_eq!(site.send(post_json(body)).await.code(), "UNAUTHENTICATED");
}
