//! Subscriptions over a WebSocket, in the protocol of graphql-ws.

use serde_json::{Value, json};
use tungstenite::client::IntoClientRequest;
use tungstenite::http::{HeaderName, HeaderValue};
use tungstenite::{Message, connect};

/// What one subscription says first: its first event, the errors in its place, or that strangers are not let in.
pub(super) fn first_of(url: &str, headers: Vec<(&'static str, String)>, document: &str, variables: &Value) -> Value {
    let mut request = format!("{}/graphql", url.replacen("http", "ws", 1)).into_client_request().expect("an address");
    let protocol = ("sec-websocket-protocol", "graphql-transport-ws".to_owned());
    for (name, value) in headers.into_iter().chain([protocol]) {
        let value = HeaderValue::from_str(&value).expect("a header");
        request.headers_mut().insert(HeaderName::from_static(name), value);
    }
    let (mut socket, _) = connect(request).expect("the server answers");
    let mut say = |message: Value| socket.send(Message::text(message.to_string())).expect("the server listens");
    say(json!({"type": "connection_init"}));
    say(json!({"type": "subscribe", "id": "1", "payload": {"query": document, "variables": variables}}));
    loop {
        let Message::Text(text) = socket.read().expect("the server answers") else {
            return json!({"errors": [{"extensions": {"code": "UNAUTHENTICATED"}}]});
        };
        let said: Value = serde_json::from_str(&text).expect("the server speaks JSON");
        match said["type"].as_str() {
            Some("next") => return said["payload"].clone(),
            Some("error") => return json!({"errors": said["payload"]}),
            _ => {}
        }
    }
}
