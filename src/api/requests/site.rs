//! A site for tests: the real routes over a real service in a temporary folder, and a browser to ask them with.

use std::io::{BufRead, BufReader, Read};
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::Duration;

use poem::endpoint::DynEndpoint;
use poem::http::{Method, StatusCode, header};
use poem::{Body, Request, RequestBuilder, Response};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tokio_util::sync::CancellationToken;
use xinju_keys::keystore::Keystore;
use xinju_keys::master::{MasterSource, default_key_path};
use xinju_model::access::Viewer;
use xinju_model::channel::Channel;
use xinju_model::facts::Facts;
use xinju_model::id::Random;
use xinju_model::import::RejectReason;
use xinju_model::message::{Attachment, Body as Words, Message, MessageKind};
use xinju_model::record::Format;
use xinju_model::role::BuiltIn;
use xinju_model::sign_on::{self, Provider};
use xinju_model::staff::staff_id;
use xinju_model::time::{Clock, Timestamp};
use xinju_search::index::IndexOptions;
use xinju_service::decode::Decode;
use xinju_service::lines::{Directory, DirectoryError, ImportLine, LineSource, ReadFiles, RefusedLine};
use xinju_service::service::{OpenOptions, Service};
use xinju_service::session::Origin;
use xinju_service::sign_on::{Identify, IdentifyError, Person, Question};
use xinju_service::stamp::{Post, PostAnswer, PostError, PostRequest};
use xinju_store::store::StoreOptions;

use crate::config::Config;
use crate::graphql_http::prepare;
use crate::router;
use crate::server::Server;
use crate::session::Caller;
use crate::state::{App, Parts};

/// A password that may be chosen.
pub(crate) const PASSWORD: &str = "correct horse battery";

/// A clock that moves when told.
pub(crate) struct FakeClock(AtomicI64);

impl FakeClock {
    pub(crate) fn pass(&self, millis: i64) {
        self.0.fetch_add(millis, Ordering::SeqCst);
    }
}

impl Clock for FakeClock {
    fn now(&self) -> Timestamp {
        Timestamp(self.0.load(Ordering::SeqCst))
    }
}

/// SHA-256 of a counter.
struct SeededRandom(AtomicU64);

impl Random for SeededRandom {
    fn fill(&self, bytes: &mut [u8]) {
        for chunk in bytes.chunks_mut(32) {
            let block: [u8; 32] = Sha256::digest(self.0.fetch_add(1, Ordering::SeqCst).to_be_bytes()).into();
            chunk.iter_mut().zip(block).for_each(|(to, from)| *to = from);
        }
    }
}

/// Shows the text of text messages, and knows the files of images.
struct PlainDecoder;

impl Decode for PlainDecoder {
    fn decode(&self, _format: Format, original: &[u8], facts: &Facts) -> Message {
        let read: Value = serde_json::from_slice(original).unwrap_or_default();
        let attachment = |image: &Value| Attachment {
            kind: MessageKind::Image,
            name: image["filename"].as_str().map(str::to_owned),
            size: image["filesize"].as_u64(),
            md5: image["md5sum"].as_str().map(str::to_owned),
            seconds: None,
            pixels: None,
        };
        let attachments = read.get("image").map(attachment).into_iter().collect();
        Message {
            from: None,
            to: Vec::new(),
            sent_at: facts.sent_at,
            kind: MessageKind::Text,
            source_kind: facts.kind.clone().unwrap_or_default(),
            body: Words { text: facts.text.clone().unwrap_or_default(), attachments, ..Words::default() },
        }
    }
}

/// One JSON object a line; no directory.
struct PlainFiles;

/// An identity provider that believes everybody, and a directory that is not there.
struct PlainIdentify;

impl Identify for PlainIdentify {
    fn password(&self, _: &sign_on::Directory, _: &str, _: &str, _: &str) -> Result<Option<Person>, IdentifyError> {
        Err(IdentifyError::Unreachable("it is not there".into()))
    }
    fn try_directory(&self, _: &sign_on::Directory, _: &str) -> Result<(), IdentifyError> {
        Err(IdentifyError::Unreachable("it is not there".into()))
    }
    fn begin(&self, provider: &Provider, question: &Question) -> Result<String, IdentifyError> {
        Ok(format!("{}?redirect={}&state={}", provider.issuer, question.redirect, *question.state))
    }
    fn finish(&self, _: &Provider, _: &str, _: &Question, code: &str, now: Timestamp) -> Result<Person, IdentifyError> {
        let (login, name) = (code.to_owned(), String::new());
        Ok(Person { subject: code.to_owned(), login, name, authenticated_at: Some(now) })
    }
    fn try_provider(&self, _: &Provider) -> Result<(), IdentifyError> {
        Ok(())
    }
}

/// Outsiders that nobody reaches.
struct Silent;

impl Post for Silent {
    fn post(&self, _: &PostRequest) -> Result<PostAnswer, PostError> {
        Err(PostError::TimedOut)
    }
}

struct PlainLines {
    lines: BufReader<Box<dyn Read + Send>>,
    number: u64,
    bytes: u64,
}

impl LineSource for PlainLines {
    fn next_batch(&mut self, max: usize) -> std::io::Result<Vec<ImportLine>> {
        let mut batch = Vec::new();
        while batch.len() < max {
            let mut line = Vec::new();
            let read = self.lines.read_until(b'\n', &mut line)?;
            if read == 0 {
                break;
            }
            self.bytes += read as u64;
            self.number += 1;
            let line = line.trim_ascii().to_vec();
            let content = match serde_json::from_slice::<Value>(&line) {
                Ok(_) => Ok(line),
                Err(_) => Err(RefusedLine { reason: RejectReason::NotJson, bytes: line }),
            };
            batch.push(ImportLine { number: self.number, content });
        }
        Ok(batch)
    }

    fn bytes_read(&self) -> u64 {
        self.bytes
    }
}

impl ReadFiles for PlainFiles {
    fn format(&self) -> Format {
        Format::WecomJson
    }

    fn messages(&self, file: Box<dyn Read + Send>) -> std::io::Result<Box<dyn LineSource>> {
        Ok(Box::new(PlainLines { lines: BufReader::new(file), number: 0, bytes: 0 }))
    }

    fn directory(&self, _file: Box<dyn Read + Send>) -> Result<Directory, DirectoryError> {
        Err(DirectoryError("this is no directory".into()))
    }
}

/// The site.
pub(crate) struct Site {
    pub(crate) service: Service,
    pub(crate) clock: Arc<FakeClock>,
    pub(crate) routes: Arc<dyn DynEndpoint<Output = Response>>,
    pub(crate) stopping: CancellationToken,
    app: Arc<App>,
    pub(crate) folder: tempfile::TempDir,
}

/// An answer, read to its end.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: poem::http::HeaderMap,
    pub(crate) text: String,
}

impl Site {
    pub(crate) fn new() -> Self {
        Self::with(|_| {})
    }

    /// A site with other settings than the usual.
    pub(crate) fn with(change: impl FnOnce(&mut Config)) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let data = folder.path().join("data");
        let clock = Arc::new(FakeClock(AtomicI64::new(1_769_846_400_000)));
        let random = Arc::new(SeededRandom(AtomicU64::new(0)));
        let master = MasterSource::File(default_key_path(&data));
        let keys = Keystore::open_or_create(&data, &master, &*random).expect("keys");
        let options = OpenOptions {
            version: "test",
            clock: Arc::<FakeClock>::clone(&clock),
            random: Arc::<SeededRandom>::clone(&random),
            decoder: Arc::new(PlainDecoder),
            files: Arc::new(PlainFiles),
            identify: Arc::new(PlainIdentify),
            post: Arc::new(Silent),
            store: StoreOptions::default(),
            index: IndexOptions { writer_bytes: 15_000_000, threads: 1, cache_bytes: 4_000_000 },
        };
        let service = Service::open(&data, Arc::new(keys), options).expect("a service");
        let mut config = Config { listen: ([127, 0, 0, 1], 0).into(), ..Config::local(data) };
        change(&mut config);
        let parts = Parts { service: service.clone(), clock: Arc::<FakeClock>::clone(&clock), random };
        let app = App::new(parts, config).expect("a site");
        Self { service, clock, stopping: app.stopping.clone(), routes: router::routes(Arc::clone(&app)), app, folder }
    }

    /// A server of this site that does not run yet.
    pub(crate) async fn server(&self) -> Server {
        Server::of(Arc::clone(&self.app), self.clock.now()).await.expect("a port")
    }

    /// Runs a server of this site while the test lasts; its address.
    pub(crate) async fn listen(&self) -> SocketAddr {
        let server = self.server().await;
        let address = server.address();
        tokio::spawn(server.run(std::future::pending()));
        address
    }

    /// An operation of somebody who is not signed in, for streams.
    pub(crate) fn stranger(&self, document: &str) -> async_graphql::Request {
        let caller = Caller { principal: None, off_network: false, origin: Origin::default() };
        prepare(&self.app, &caller, async_graphql::Request::new(document), Arc::default())
    }

    pub(crate) async fn send(&self, request: Request) -> Answer {
        let mut response = self.routes.call(request).await.unwrap_or_else(poem::Error::into_response);
        let text = response.take_body().into_string().await.expect("text");
        Answer { status: response.status(), headers: response.headers().clone(), text }
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send(browser(Method::GET, path).finish()).await
    }

    /// Posts a document as the console does, with a cookie or none.
    pub(crate) async fn ask(&self, cookie: Option<&str>, query: &str, variables: Value) -> Value {
        let mut request = browser(Method::POST, "/graphql")
            .header("x-xinju-csrf", "1")
            .header(header::CONTENT_TYPE, "application/json");
        if let Some(cookie) = cookie {
            request = request.header(header::COOKIE, cookie);
        }
        let answer = self.send(request.body(json!({"query": query, "variables": variables}).to_string())).await;
        answer.json()
    }

    /// Sets the site up; the administrator's cookie.
    pub(crate) async fn administrator(&self) -> String {
        let token = self.service.make_setup_link(&Viewer::operator()).expect("a link").expect("no user yet");
        let query = "mutation($input: CompleteSetupInput!) { completeSetup(input: $input) { refusal } }";
        let input = json!({"token": &**token, "login": "admin", "name": "管理员", "password": PASSWORD});
        let body = json!({"query": query, "variables": {"input": input}}).to_string();
        self.send(post_json(body)).await.cookie().expect("a cookie")
    }

    /// Makes a user of a built-in role; the cookie.
    pub(crate) async fn user(&self, administrator: &str, login: &str, role: BuiltIn) -> String {
        self.user_of(administrator, login, role, None).await
    }

    /// Makes a user of a built-in role who is a member of staff; the cookie.
    pub(crate) async fn user_of(&self, administrator: &str, login: &str, role: BuiltIn, staff: Option<&str>) -> String {
        let query = "mutation($input: CreateUserInput!) { createUser(input: $input) { refusal } }";
        let staff = staff.map(|account| staff_id(Channel::Wecom, account).to_string());
        let roles = [role.id().to_string()];
        let input = json!({"login": login, "name": login, "roles": roles, "staff": staff, "password": PASSWORD});
        let made = self.ask(Some(administrator), query, json!({"input": input})).await;
        assert_eq!(made["data"]["createUser"]["refusal"], Value::Null, "{made}");
        self.sign_in(login, PASSWORD).await.cookie().expect("a cookie")
    }

    pub(crate) async fn sign_in(&self, login: &str, password: &str) -> Answer {
        let query = "mutation($input: SignInInput!) { signIn(input: $input) { viewer { can sessions { current } } refusal retryAfterSeconds } }";
        let variables = json!({"input": {"login": login, "password": password}});
        self.send(post_json(json!({"query": query, "variables": variables}).to_string())).await
    }

    /// An API token of whoever has the cookie.
    pub(crate) async fn token(&self, cookie: &str, scopes: &[&str]) -> String {
        let query = "mutation($input: CreateTokenInput!) { createToken(input: $input) { secret refusal } }";
        let input = json!({"name": "a program", "scopes": scopes, "days": 1});
        let made = self.ask(Some(cookie), query, json!({"input": input})).await;
        made["data"]["createToken"]["secret"].as_str().expect("a secret").to_owned()
    }

    /// Imports messages; returns when they can be found and proved.
    pub(crate) async fn import(&self, cookie: &str, lines: &str) -> Value {
        let query =
            "mutation($input: StartImportInput!) { startImport(input: $input) { import { id } refusal detail } }";
        let started = self.send(upload(Some(cookie), query, &[("messages.ndjson", lines)])).await.json();
        let id =
            started["data"]["startImport"]["import"]["id"].as_str().unwrap_or_else(|| panic!("{started}")).to_owned();
        let parsed = xinju_model::id::ImportId::parse(&id).expect("an id");
        let service = self.service.clone();
        let done = tokio::task::spawn_blocking(move || {
            let done = service.wait_import(&Viewer::operator(), parsed, &mut |_| {}).expect("an import");
            assert!(service.wait_indexed(Duration::from_mins(1)));
            service.sign_checkpoint(&Viewer::operator()).expect("a checkpoint");
            done
        });
        assert_eq!(done.await.expect("waited").failure, None);
        Value::String(id)
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        self.stopping.cancel();
        self.service.close();
    }
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("{} is not JSON: {}", self.status, self.text))
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map(|value| value.to_str().expect("text")).unwrap_or_default()
    }

    /// The code of the first error.
    pub(crate) fn code(&self) -> String {
        self.json()["errors"][0]["extensions"]["code"].as_str().unwrap_or_default().to_owned()
    }

    /// The cookie to send back.
    pub(crate) fn cookie(&self) -> Option<String> {
        let set = self.headers.get(header::SET_COOKIE)?.to_str().expect("text");
        Some(set.split(';').next().expect("a cookie").to_owned())
    }
}

/// A request of a browser on the site.
pub(crate) fn browser(method: Method, path: &str) -> RequestBuilder {
    Request::builder().method(method).uri(path.parse().expect("an address")).header(header::HOST, "archive.example")
}

/// A posted operation, as the console sends it.
pub(crate) fn post_json(body: impl Into<Body>) -> Request {
    browser(Method::POST, "/graphql")
        .header("x-xinju-csrf", "1")
        .header(header::CONTENT_TYPE, "application/json")
        .body(body.into())
}

/// An operation with files for `input.file` and `input.directory`, by multipart request.
pub(crate) fn upload(cookie: Option<&str>, query: &str, files: &[(&str, &str)]) -> Request {
    let places = ["variables.input.file", "variables.input.directory"];
    let operations = json!({"query": query, "variables": {"input": {"file": null, "directory": null}}});
    let map: serde_json::Map<String, Value> =
        files.iter().zip(places).enumerate().map(|(number, (_, place))| (number.to_string(), json!([place]))).collect();
    let mut parts =
        vec![("operations".into(), None, operations.to_string()), ("map".into(), None, json!(map).to_string())];
    parts.extend(files.iter().enumerate().map(|(at, (name, text))| (at.to_string(), Some(*name), (*text).to_owned())));
    multipart(cookie, &parts)
}

/// A multipart request of these parts: name, file name, content.
pub(crate) fn multipart(cookie: Option<&str>, parts: &[(String, Option<&str>, String)]) -> Request {
    let mut body = String::new();
    for (name, file, text) in parts {
        let file = file.map(|file| format!("; filename=\"{file}\"")).unwrap_or_default();
        let part = format!("--edge\r\nContent-Disposition: form-data; name=\"{name}\"{file}\r\n\r\n{text}\r\n");
        body += &part;
    }
    body += "--edge--\r\n";
    let mut request = browser(Method::POST, "/graphql")
        .header("x-xinju-csrf", "1")
        .header(header::CONTENT_TYPE, "multipart/form-data; boundary=edge");
    if let Some(cookie) = cookie {
        request = request.header(header::COOKIE, cookie);
    }
    request.body(body)
}

/// Lines of decrypted messages between a customer and a member of staff, a minute apart.
pub(crate) fn messages(texts: &[&str]) -> String {
    let line = |(number, text): (usize, &&str)| {
        let at = 1_769_760_000_000_u64 + number as u64 * 60_000;
        let (from, to) = if number % 2 == 0 { ("wmCustomer", "zhangsan") } else { ("zhangsan", "wmCustomer") };
        json!({
            "msgid": format!("id{number}_external"), "action": "send", "from": from, "tolist": [to], "roomid": "",
            "msgtime": at, "msgtype": "text", "text": {"content": text},
        })
        .to_string()
            + "\n"
    };
    texts.iter().enumerate().map(line).collect()
}
