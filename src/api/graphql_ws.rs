//! Subscriptions: the `graphql-transport-ws` protocol over WebSocket (PROTOCOL.md of graphql-ws).
//!
//! Only for those who are signed in, by the cookie of the handshake or a token in `connection_init`
//! (`{"token": "xjt_..."}`). Mutations go by POST, where the CSRF check is. The socket closes within seconds when the session ends,
//! and when the rights change: what runs was begun with the old ones, and the client connects again with the new.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use async_graphql::parser::types::OperationType;
use async_graphql::{Request as Operation, Response as Outcome, ServerError};
use futures_util::{SinkExt, StreamExt};
use poem::http::{StatusCode, header};
use poem::web::websocket::{CloseCode, Message, WebSocket, WebSocketConfig, WebSocketStream};
use poem::{FromRequest, IntoResponse, Request, RequestBody, Response};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use serde_json::{Map, Value};
use tokio::sync::mpsc;
use tokio::time::Instant;
use tokio_util::task::AbortOnDropHandle;
use xinju_model::limits::GRAPHQL_BODY_BYTES_MAX;
use xinju_service::error::Code;
use xinju_service::session::Origin;

use crate::csrf;
use crate::graphql::{Uploads, finish, refusal};
use crate::graphql_http::{operation_type, prepare};
use crate::graphql_request::from_value;
use crate::graphql_response::{Written, never_ran};
use crate::session::{Caller, Secret, origin};
use crate::state::App;

const PROTOCOL: &str = "graphql-transport-ws";
/// Sockets open at once.
const SOCKETS_MAX: u64 = 512;
/// Operations at once on one socket.
const OPERATIONS_MAX: usize = 32;
/// Answers that wait for a slow reader, over all operations of a socket; then the operations wait.
const ANSWERS_MAX: usize = 64;
/// Time for the first message.
const INIT_TIME_MAX: Duration = Duration::from_secs(10);
/// How often the session is looked at again, and the other side asked for a sign of life.
const CHECK_EVERY: Duration = Duration::from_secs(4);
/// Silence after which the other side is taken for gone.
const SILENCE_MAX: Duration = Duration::from_mins(1);
/// Time for one message to be written.
const WRITE_TIME_MAX: Duration = Duration::from_secs(15);

/// The close code of RFC 6455 for "come again": clients of the protocol do.
const RIGHTS_CHANGED: u16 = 1012;

/// What the client says.
#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Said {
    ConnectionInit {
        #[serde(default)]
        payload: Option<Map<String, Value>>,
    },
    Ping {},
    Pong {},
    Subscribe {
        id: String,
        payload: Map<String, Value>,
    },
    Complete {
        id: String,
    },
}

/// What the server says.
#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Say<'a> {
    ConnectionAck,
    Pong,
    Next { id: &'a str, payload: &'a RawValue },
    Error { id: &'a str, payload: &'a [ServerError] },
    Complete { id: &'a str },
}

impl Say<'_> {
    /// As it is sent. None of them can fail to be written: their keys are strings.
    fn text(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
}

/// Why a socket is closed: a number of the protocol and a word.
struct Close(u16, &'static str);

/// A line from a running operation.
enum Line {
    Text(String),
    /// The operation is over.
    Last {
        id: String,
        text: String,
    },
}

/// Turns a request into a socket.
pub(crate) async fn upgrade(request: &Request, app: &Arc<App>) -> Response {
    let refused = |status: StatusCode, sentence: &'static str| Response::from((status, sentence));
    let offered = request.header(header::SEC_WEBSOCKET_PROTOCOL).unwrap_or_default();
    if !offered.split(',').any(|name| name.trim() == PROTOCOL) {
        return refused(StatusCode::BAD_REQUEST, "offer the subprotocol graphql-transport-ws\n");
    }
    if !csrf::same_origin(request) {
        return refused(StatusCode::FORBIDDEN, "sockets are for pages of this site\n");
    }
    let Ok(socket) = WebSocket::from_request(request, &mut RequestBody::default()).await else {
        return refused(StatusCode::BAD_REQUEST, "not a WebSocket handshake\n");
    };
    if app.counters.sockets.fetch_add(1, Ordering::Relaxed) >= SOCKETS_MAX {
        app.counters.sockets.fetch_sub(1, Ordering::Relaxed);
        return refused(StatusCode::SERVICE_UNAVAILABLE, "too many sockets are open\n");
    }
    let counted = Counted(Arc::clone(app));
    let (secret, origin) = (Secret::of(request, app.config.secure()), origin(request));
    let config = WebSocketConfig::default()
        .max_message_size(Some(GRAPHQL_BODY_BYTES_MAX))
        .max_frame_size(Some(GRAPHQL_BODY_BYTES_MAX));
    let upgraded = socket.protocols([PROTOCOL]).config(config).on_upgrade(move |stream| async move {
        let app = Arc::clone(&counted.0);
        serve(&app, stream, secret, origin).await;
        drop(counted);
    });
    upgraded.into_response()
}

/// A socket in the count of open ones.
struct Counted(Arc<App>);

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.counters.sockets.fetch_sub(1, Ordering::Relaxed);
    }
}

async fn serve(app: &Arc<App>, mut stream: WebSocketStream, secret: Secret, origin: Origin) {
    let close = match begin(app, &mut stream, secret, origin).await {
        Ok(mut talk) => talk.go_on(&mut stream).await,
        Err(close) => close,
    };
    let last = Message::close_with(CloseCode::from(close.0), close.1);
    // Reading on until the end lets the other side's closing be answered, which happens beneath us.
    let goodbye = async {
        let _ = stream.send(last).await;
        while let Some(Ok(_)) = stream.next().await {}
    };
    let _ = tokio::time::timeout(WRITE_TIME_MAX, goodbye).await;
}

/// Waits for `connection_init` and finds out who talks.
async fn begin(
    app: &Arc<App>,
    stream: &mut WebSocketStream,
    mut secret: Secret,
    origin: Origin,
) -> Result<Talk, Close> {
    let first = tokio::time::timeout(INIT_TIME_MAX, next_said(stream)).await;
    let payload = match first {
        Err(_) => return Err(Close(4408, "Connection initialisation timeout")),
        Ok(Err(close)) => return Err(close),
        Ok(Ok(Said::ConnectionInit { payload })) => payload.unwrap_or_default(),
        Ok(Ok(_)) => return Err(Close(4401, "Unauthorized")),
    };
    if let Some(token) = token_of(&payload) {
        secret = Secret::Bearer(token);
    }
    let caller = Caller::with(app, secret.clone(), origin).await.ok().filter(|caller| caller.principal.is_some());
    let Some(caller) = caller else { return Err(Close(4401, "Unauthorized")) };
    write(stream, &Say::ConnectionAck).await?;
    let (sender, receiver) = mpsc::channel(ANSWERS_MAX);
    Ok(Talk { app: Arc::clone(app), secret, caller, running: HashMap::new(), sender, receiver, heard: Instant::now() })
}

fn token_of(payload: &Map<String, Value>) -> Option<String> {
    let text = |name: &str| payload.get(name).and_then(Value::as_str);
    let header =
        || text("Authorization").or_else(|| text("authorization")).and_then(|value| value.strip_prefix("Bearer "));
    text("token").or_else(header).map(ToOwned::to_owned)
}

/// What the client says next; anything that is not of the protocol closes the socket.
async fn next_said(stream: &mut WebSocketStream) -> Result<Said, Close> {
    loop {
        match stream.next().await {
            Some(Ok(Message::Text(text))) => {
                return serde_json::from_str(&text).map_err(|_| Close(4400, "Invalid message"));
            }
            Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
            Some(Ok(Message::Binary(_))) => return Err(Close(4400, "Invalid message")),
            Some(Ok(Message::Close(_)) | Err(_)) | None => return Err(Close(1000, "")),
        }
    }
}

async fn write(stream: &mut WebSocketStream, say: &Say<'_>) -> Result<(), Close> {
    write_text(stream, say.text()).await
}

async fn write_text(stream: &mut WebSocketStream, text: String) -> Result<(), Close> {
    write_message(stream, Message::Text(text)).await
}

async fn write_message(stream: &mut WebSocketStream, message: Message) -> Result<(), Close> {
    match tokio::time::timeout(WRITE_TIME_MAX, stream.send(message)).await {
        Ok(Ok(())) => Ok(()),
        _ => Err(Close(1001, "")),
    }
}

/// A socket whose other side is known.
struct Talk {
    app: Arc<App>,
    secret: Secret,
    caller: Caller,
    running: HashMap<String, AbortOnDropHandle<()>>,
    sender: mpsc::Sender<Line>,
    receiver: mpsc::Receiver<Line>,
    heard: Instant,
}

impl Talk {
    /// Talks until one side has enough; why.
    async fn go_on(&mut self, stream: &mut WebSocketStream) -> Close {
        let mut check = tokio::time::interval_at(Instant::now() + CHECK_EVERY, CHECK_EVERY);
        let stopping = self.app.stopping.clone();
        loop {
            let step = tokio::select! {
                () = stopping.cancelled() => Err(Close(1001, "Going away")),
                _ = check.tick() => self.check(stream).await,
                Some(line) = self.receiver.recv() => self.pass(stream, line).await,
                message = stream.next() => self.hear(stream, message).await,
            };
            if let Err(close) = step {
                return close;
            }
        }
    }

    /// Looks whether the session still stands and the other side still lives.
    async fn check(&mut self, stream: &mut WebSocketStream) -> Result<(), Close> {
        if self.heard.elapsed() > SILENCE_MAX {
            return Err(Close(1001, "Gone"));
        }
        self.ask_again().await?;
        write_message(stream, Message::Ping(Vec::new())).await
    }

    /// Closes the socket of a session that is over, or whose rights are others now.
    async fn ask_again(&mut self) -> Result<(), Close> {
        let origin = self.caller.origin.clone();
        let again = Caller::with(&self.app, self.secret.clone(), origin).await;
        let again = again.ok().filter(|caller| caller.principal.is_some()).ok_or(Close(4401, "Unauthorized"))?;
        if again.rights() != self.caller.rights() {
            return Err(Close(RIGHTS_CHANGED, "Rights changed"));
        }
        self.caller = again;
        Ok(())
    }

    async fn pass(&mut self, stream: &mut WebSocketStream, line: Line) -> Result<(), Close> {
        match line {
            Line::Text(text) => write_text(stream, text).await,
            Line::Last { id, text } => {
                self.running.remove(&id);
                write_text(stream, text).await
            }
        }
    }

    async fn hear(
        &mut self,
        stream: &mut WebSocketStream,
        message: Option<std::io::Result<Message>>,
    ) -> Result<(), Close> {
        self.heard = Instant::now();
        let text = match message {
            Some(Ok(Message::Text(text))) => text,
            Some(Ok(Message::Ping(_) | Message::Pong(_))) => return Ok(()),
            Some(Ok(Message::Binary(_))) => return Err(Close(4400, "Invalid message")),
            Some(Ok(Message::Close(_)) | Err(_)) | None => return Err(Close(1000, "")),
        };
        match serde_json::from_str(&text).map_err(|_| Close(4400, "Invalid message"))? {
            Said::ConnectionInit { .. } => Err(Close(4429, "Too many initialisation requests")),
            Said::Ping {} => write(stream, &Say::Pong).await,
            Said::Pong {} => Ok(()),
            Said::Complete { id } => {
                self.running.remove(&id);
                Ok(())
            }
            Said::Subscribe { id, payload } => {
                self.ask_again().await?;
                self.subscribe(id, payload)
            }
        }
    }

    fn subscribe(&mut self, id: String, payload: Map<String, Value>) -> Result<(), Close> {
        if self.running.contains_key(&id) {
            return Err(Close(4409, "Subscriber already exists"));
        }
        if self.running.len() >= OPERATIONS_MAX {
            return Err(Close(4429, "Too many operations"));
        }
        let operations = from_value(Value::Object(payload)).map_err(|_| Close(4400, "Invalid message"))?;
        let Some(operation) = operations.into_all().pop() else { return Err(Close(4400, "Invalid message")) };
        let task =
            tokio::spawn(run(Arc::clone(&self.app), self.caller.clone(), operation, id.clone(), self.sender.clone()));
        self.running.insert(id, AbortOnDropHandle::new(task));
        Ok(())
    }
}

/// Runs one operation and says what comes of it, in the form the protocol wants: an error instead of everything when it never ran.
async fn run(app: Arc<App>, caller: Caller, mut operation: Operation, id: String, sender: mpsc::Sender<Line>) {
    if operation_type(&mut operation) == Some(OperationType::Mutation) {
        let outcome = refusal("mutations go by POST", Code::BadInput);
        let text = Say::Error { id: &id, payload: &outcome.errors }.text();
        return drop(sender.send(Line::Last { id, text }).await);
    }
    let operation = prepare(&app, &caller, operation, Arc::new(Uploads::default()));
    let mut outcomes = Box::pin(app.schema.execute_stream(operation));
    while let Some(outcome) = outcomes.next().await {
        let outcome = finish(outcome);
        if never_ran(&outcome) {
            let text = Say::Error { id: &id, payload: &outcome.errors }.text();
            return drop(sender.send(Line::Last { id, text }).await);
        }
        let Some(text) = next_line(&id, &outcome) else { break };
        if sender.send(Line::Text(text)).await.is_err() {
            return;
        }
    }
    let text = Say::Complete { id: &id }.text();
    let _ = sender.send(Line::Last { id, text }).await;
}

fn next_line(id: &str, outcome: &Outcome) -> Option<String> {
    let payload = serde_json::value::to_raw_value(&Written::from(outcome)).ok()?;
    Some(Say::Next { id, payload: &payload }.text())
}
