//! Subscriptions over a real connection, and the server around it.

use std::time::{Duration, Instant};

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio::sync::oneshot;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};
use xinju_model::role::BuiltIn;

use super::site::{Site, messages};

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// A socket to a site that listens, with these headers in its handshake.
async fn connect(site: &Site, headers: &[(&'static str, &str)]) -> Result<Socket, Error> {
    let address = site.listen().await;
    let mut request = format!("ws://{address}/graphql").into_client_request().expect("a request");
    for (name, value) in headers {
        request.headers_mut().insert(*name, value.parse().expect("a value"));
    }
    tokio_tungstenite::connect_async(request).await.map(|(socket, _)| socket)
}

const PROTOCOL: (&str, &str) = ("sec-websocket-protocol", "graphql-transport-ws");

async fn say(socket: &mut Socket, message: Value) {
    socket.send(Message::text(message.to_string())).await.expect("sent");
}

/// What is said next; the close code where it is the last.
async fn hear(socket: &mut Socket) -> Result<Value, u16> {
    loop {
        match socket.next().await.expect("not silent").expect("no fault") {
            Message::Text(text) => return Ok(serde_json::from_str(&text).expect("JSON")),
            Message::Close(frame) => return Err(frame.map_or(0, |frame| frame.code.into())),
            _ => {}
        }
    }
}

async fn begin(socket: &mut Socket, payload: Value) -> Result<Value, u16> {
    say(socket, json!({"type": "connection_init", "payload": payload})).await;
    hear(socket).await
}

fn subscribe(id: &str, query: &str) -> Value {
    json!({"type": "subscribe", "id": id, "payload": {"query": query}})
}

#[tokio::test]
async fn the_console_hears_the_ledger_grow() {
    let site = Site::new();
    let cookie = site.administrator().await;
    let mut socket = connect(&site, &[PROTOCOL, ("cookie", &cookie)]).await.expect("a socket");
    assert_eq!(begin(&mut socket, Value::Null).await, Ok(json!({"type": "connection_ack"})));
    say(&mut socket, subscribe("1", "subscription { ledgerChanged { size } }")).await;
    let first = hear(&mut socket).await.expect("a state");
    let size = first["payload"]["data"]["ledgerChanged"]["size"].as_i64().expect("a size");
    site.import(&cookie, &messages(&["一", "二"])).await;
    loop {
        let next = hear(&mut socket).await.expect("a state");
        if next["payload"]["data"]["ledgerChanged"]["size"].as_i64().expect("a size") > size {
            break;
        }
    }
    say(&mut socket, json!({"type": "complete", "id": "1"})).await;
    say(&mut socket, subscribe("1", "{ __typename }")).await;
    loop {
        let next = hear(&mut socket).await.expect("an answer");
        if next["payload"]["data"]["__typename"] == "Query" {
            break;
        }
    }
    assert_eq!(hear(&mut socket).await, Ok(json!({"type": "complete", "id": "1"})));
}

#[tokio::test]
async fn programs_come_in_with_a_token_and_refusals_are_messages() {
    let site = Site::new();
    let cookie = site.administrator().await;
    let token = site.token(&cookie, &["READ"]).await;
    let mut socket = connect(&site, &[PROTOCOL]).await.expect("a socket");
    begin(&mut socket, json!({"token": token})).await.expect("let in");
    for (query, code) in [
        ("{ nosuchfield }", "BAD_INPUT"),
        ("mutation { signOut { done } }", "BAD_INPUT"),
        ("subscription { ledgerChanged { size } }", "FORBIDDEN"),
        ("subscription { importProgress(id: \"x\") { state } }", "NOT_FOUND"),
    ] {
        say(&mut socket, subscribe("a", query)).await;
        let mut said = hear(&mut socket).await.expect("an answer");
        let errors = if said["type"] == "error" { said["payload"].take() } else { said["payload"]["errors"].take() };
        assert_eq!(errors[0]["extensions"]["code"], code, "{query}: {said}");
        if said["type"] == "next" {
            assert_eq!(hear(&mut socket).await, Ok(json!({"type": "complete", "id": "a"})));
        }
    }
    say(&mut socket, json!({"type": "ping"})).await;
    assert_eq!(hear(&mut socket).await, Ok(json!({"type": "pong"})));
}

#[tokio::test]
async fn what_is_not_of_the_protocol_closes_the_socket() {
    let site = Site::new();
    let cookie = site.administrator().await;
    let headers = [PROTOCOL, ("cookie", cookie.as_str())];
    for (messages, code) in [
        (vec![json!({"type": "connection_init"}), json!({"type": "connection_init"})], 4429),
        (vec![json!({"type": "connection_init"}), json!({"type": "nonsense"})], 4400),
        (vec![json!({"type": "connection_init"}), json!({"type": "subscribe", "id": "1", "payload": {}})], 4400),
        (vec![subscribe("1", "{ __typename }")], 4401),
        (
            vec![
                json!({"type": "connection_init"}),
                subscribe("1", "subscription { ledgerChanged { size } }"),
                subscribe("1", "subscription { ledgerChanged { size } }"),
            ],
            4409,
        ),
    ] {
        let mut socket = connect(&site, &headers).await.expect("a socket");
        for message in &messages {
            say(&mut socket, message.clone()).await;
        }
        let closed = loop {
            if let Err(closed) = hear(&mut socket).await {
                break closed;
            }
        };
        assert_eq!(closed, code, "{messages:?}");
    }
}

#[tokio::test]
async fn nobody_and_other_sites_open_no_socket() {
    let site = Site::new();
    let cookie = site.administrator().await;
    let mut socket = connect(&site, &[PROTOCOL]).await.expect("a socket");
    assert_eq!(begin(&mut socket, Value::Null).await, Err(4401));
    let mut socket = connect(&site, &[PROTOCOL, ("cookie", &cookie)]).await.expect("a socket");
    assert_eq!(begin(&mut socket, json!({"token": "xjt_wrong"})).await, Err(4401));
    let foreign = connect(&site, &[PROTOCOL, ("cookie", &cookie), ("origin", "https://evil.example")]).await;
    assert!(matches!(foreign, Err(Error::Http(response)) if response.status() == 403));
    let other = connect(&site, &[("sec-websocket-protocol", "graphql-ws"), ("cookie", &cookie)]).await;
    assert!(matches!(other, Err(Error::Http(response)) if response.status() == 400));
}

#[tokio::test]
async fn a_socket_does_not_outlive_its_session() {
    let site = Site::new();
    let cookie = site.administrator().await;
    let mut socket = connect(&site, &[PROTOCOL, ("cookie", &cookie)]).await.expect("a socket");
    begin(&mut socket, Value::Null).await.expect("let in");
    let out = site.ask(Some(&cookie), "mutation { signOut { done } }", Value::Null).await;
    assert_eq!(out["data"]["signOut"]["done"], true);
    say(&mut socket, subscribe("1", "{ __typename }")).await;
    assert_eq!(hear(&mut socket).await, Err(4401));
}

#[tokio::test]
async fn a_socket_does_not_outlive_the_rights_it_began_with() {
    let site = Site::new();
    let administrator = site.administrator().await;
    let cookie = site.user(&administrator, "sales", BuiltIn::Staff).await;
    let mut socket = connect(&site, &[PROTOCOL, ("cookie", &cookie)]).await.expect("a socket");
    begin(&mut socket, Value::Null).await.expect("let in");
    say(&mut socket, subscribe("1", "subscription { ledgerChanged { size } }")).await;
    hear(&mut socket).await.expect("a state");
    let sales = site.ask(Some(&cookie), "{ viewer { user { id } } }", Value::Null).await;
    let input = json!({"id": sales["data"]["viewer"]["user"]["id"], "roles": [BuiltIn::Auditor.id().to_string()]});
    let query = "mutation($input: SetUserRolesInput!) { setUserRoles(input: $input) { refusal } }";
    let given = site.ask(Some(&administrator), query, json!({"input": input})).await;
    assert_eq!(given["data"]["setUserRoles"]["refusal"], Value::Null, "{given}");
    let closed = loop {
        if let Err(closed) = hear(&mut socket).await {
            break closed;
        }
    };
    assert_eq!(closed, 1012);
}

/// Opens a stream for a user of the role staff, lets something be done to the user, and says how and after how long the socket closed.
async fn closed_after(document: &str, input: impl Fn(&str) -> Value) -> (u16, Duration) {
    let site = Site::new();
    let administrator = site.administrator().await;
    let cookie = site.user(&administrator, "sales", BuiltIn::Staff).await;
    let mut socket = connect(&site, &[PROTOCOL, ("cookie", &cookie)]).await.expect("a socket");
    begin(&mut socket, Value::Null).await.expect("let in");
    say(&mut socket, subscribe("1", "subscription { ledgerChanged { size } }")).await;
    hear(&mut socket).await.expect("a state");
    let sales = site.ask(Some(&cookie), "{ viewer { user { id } } }", Value::Null).await;
    let id = sales["data"]["viewer"]["user"]["id"].as_str().expect("an id").to_owned();
    let done = site.ask(Some(&administrator), document, json!({"input": input(&id)})).await;
    assert_eq!((&done["errors"], &done["data"]["done"]["refusal"]), (&Value::Null, &Value::Null), "{done}");
    let since = Instant::now();
    loop {
        if let Err(closed) = hear(&mut socket).await {
            return (closed, since.elapsed());
        }
    }
}

#[tokio::test]
async fn a_socket_of_a_suspended_user_closes_within_five_seconds() {
    let suspend = "mutation($input: SetUserActiveInput!) { done: setUserActive(input: $input) { refusal } }";
    let (closed, after) = closed_after(suspend, |id| json!({"id": id, "active": false})).await;
    assert_eq!(closed, 4401);
    assert!(after <= Duration::from_secs(5), "{after:?}");
}

#[tokio::test]
async fn a_socket_from_a_network_that_is_not_allowed_any_more_closes_within_five_seconds() {
    let change = "mutation($input: UpdateRoleInput!) { done: updateRole(input: $input) { refusal } }";
    let staff = BuiltIn::Staff.id().to_string();
    let (closed, after) = closed_after(change, |_| json!({"id": staff, "networks": ["10.0.0.0/8"]})).await;
    assert_eq!(closed, 4401);
    assert!(after <= Duration::from_secs(5), "{after:?}");
}

#[tokio::test]
async fn a_client_that_leaves_is_answered() {
    let site = Site::new();
    let cookie = site.administrator().await;
    let mut socket = connect(&site, &[PROTOCOL, ("cookie", &cookie)]).await.expect("a socket");
    begin(&mut socket, Value::Null).await.expect("let in");
    socket.close(None).await.expect("told");
    while let Some(message) = socket.next().await {
        assert!(message.is_ok(), "the connection broke off: {message:?}");
    }
}

#[tokio::test]
async fn a_stopping_server_says_so_to_its_sockets() {
    let site = Site::new();
    let cookie = site.administrator().await;
    let mut socket = connect(&site, &[PROTOCOL, ("cookie", &cookie)]).await.expect("a socket");
    begin(&mut socket, Value::Null).await.expect("let in");
    site.stopping.cancel();
    assert_eq!(hear(&mut socket).await, Err(1001));
}

#[tokio::test]
async fn a_server_stops_when_told() {
    let (stop, stopped) = oneshot::channel::<()>();
    let site = Site::new();
    let server = site.server().await;
    let address = server.address();
    let running = tokio::spawn(server.run(async { drop(stopped.await) }));
    assert!(TcpStream::connect(address).await.is_ok());
    stop.send(()).expect("told");
    running.await.expect("stopped");
    assert!(TcpStream::connect(address).await.is_err());
}
