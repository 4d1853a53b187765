//! GraphQL over HTTP, as a browser or a program asks.

use serde_json::{Value, json};
use ureq::http::Response;
use ureq::{Agent, Body};

use super::socket;

/// The largest answer that is read, in bytes.
const ANSWER_BYTES_MAX: u64 = 64 * 1024 * 1024;

/// Somebody who asks a server.
pub(crate) struct Client {
    url: String,
    agent: Agent,
    cookie: Option<String>,
    token: Option<String>,
    /// What a proxy, or somebody who would be one, says of where this client is.
    forwarded: Option<String>,
}

impl Client {
    /// A client that has not signed in.
    pub(crate) fn new(url: &str) -> Self {
        let config = Agent::config_builder().http_status_as_error(false).max_redirects(0);
        let agent = Agent::new_with_config(config.build());
        Self { url: url.to_owned(), agent, cookie: None, token: None, forwarded: None }
    }

    /// The same server, asked by a program with a token.
    pub(crate) fn with_token(&self, token: &str) -> Self {
        Self { token: Some(token.to_owned()), ..Self::new(&self.url) }
    }

    /// The same client with the same session, from where `forwarded` says.
    pub(crate) fn via(&self, forwarded: &str) -> Self {
        let (cookie, token) = (self.cookie.clone(), self.token.clone());
        Self { cookie, token, forwarded: Some(forwarded.to_owned()), ..Self::new(&self.url) }
    }

    /// Another one of the same server, not signed in.
    pub(crate) fn fresh(&self) -> Self {
        Self::new(&self.url)
    }

    /// Signs in; the session stays with this client.
    pub(crate) fn sign_in(&mut self, login: &str, password: &str) {
        let input = json!({"login": login, "password": password});
        let data = self.ask(
            "mutation($input: SignInInput!) { signIn(input: $input) { refusal viewer { user { login } } } }",
            &json!({ "input": input }),
        );
        assert_eq!(data["signIn"]["viewer"]["user"]["login"], login, "{data}");
    }

    /// Asks and expects an answer without errors.
    #[track_caller]
    pub(crate) fn ask(&mut self, query: &str, variables: &Value) -> Value {
        let (_, mut answer) = self.try_ask(query, variables);
        assert!(answer.get("errors").is_none(), "{answer}");
        answer["data"].take()
    }

    /// Asks; the HTTP status and the whole answer.
    pub(crate) fn try_ask(&mut self, query: &str, variables: &Value) -> (u16, Value) {
        let mut request = self.agent.post(format!("{}/graphql", self.url)).header("x-xinju-csrf", "1");
        for (name, value) in self.headers() {
            request = request.header(name, value);
        }
        let body = json!({"query": query, "variables": variables}).to_string();
        let mut answer = request.header("content-type", "application/json").send(body).expect("the server answers");
        if let Some(cookie) = answer.headers().get("set-cookie").and_then(|value| value.to_str().ok()) {
            self.cookie = cookie.split(';').next().map(str::to_owned);
        }
        let status = answer.status().as_u16();
        let text = read(&mut answer);
        (status, serde_json::from_str(&text).unwrap_or(Value::String(text)))
    }

    /// As [`Self::try_ask`], with a file in the place of the variable `file`.
    pub(crate) fn try_upload(&self, document: &str, variables: &Value, file: &str) -> Value {
        let part = |name: &str, more: &str, body: &str| {
            format!("--edge\r\ncontent-disposition: form-data; name=\"{name}\"{more}\r\n\r\n{body}\r\n")
        };
        let mut variables = variables.clone();
        variables["file"] = Value::Null;
        let operations = json!({"query": document, "variables": variables}).to_string();
        let body = part("operations", "", &operations)
            + &part("map", "", &json!({"0": ["variables.file"]}).to_string())
            + &part("0", "; filename=\"file\"", file)
            + "--edge--\r\n";
        let request = self.agent.post(format!("{}/graphql", self.url)).header("x-xinju-csrf", "1");
        let request = request.header("content-type", "multipart/form-data; boundary=edge");
        let request = self.headers().into_iter().fold(request, |request, (name, value)| request.header(name, value));
        serde_json::from_str(&read(&mut request.send(body).expect("the server answers"))).expect("an answer in JSON")
    }

    /// Gets a path as whoever this is; the HTTP status and the text.
    pub(crate) fn get(&self, path: &str) -> (u16, String) {
        let mut answer = self.getting(path);
        (answer.status().as_u16(), read(&mut answer))
    }

    /// The HTTP status of a path, whatever stands there.
    pub(crate) fn status_of(&self, path: &str) -> u16 {
        self.getting(path).status().as_u16()
    }

    fn getting(&self, path: &str) -> Response<Body> {
        let mut request = self.agent.get(format!("{}{path}", self.url));
        for (name, value) in self.headers() {
            request = request.header(name, value);
        }
        request.call().expect("the server answers")
    }

    /// Posts to a path, as a page of the site does.
    pub(crate) fn post(&self, path: &str, body: &str) -> (u16, String) {
        let mut request = self.agent.post(format!("{}{path}", self.url)).header("x-xinju-csrf", "1");
        for (name, value) in self.headers() {
            request = request.header(name, value);
        }
        let mut answer = request.send(body).expect("the server answers");
        (answer.status().as_u16(), read(&mut answer))
    }

    /// The first event of a subscription, or the error in its place.
    pub(crate) fn first_of(&self, document: &str, variables: &Value) -> Value {
        socket::first_of(&self.url, self.headers(), document, variables)
    }

    /// What says who asks.
    fn headers(&self) -> Vec<(&'static str, String)> {
        let cookie = self.cookie.iter().map(|cookie| ("cookie", cookie.clone()));
        let token = self.token.iter().map(|token| ("authorization", format!("Bearer {token}")));
        let forwarded = self.forwarded.iter().map(|forwarded| ("x-forwarded-for", forwarded.clone()));
        cookie.chain(token).chain(forwarded).collect()
    }
}

fn read(answer: &mut Response<Body>) -> String {
    answer.body_mut().with_config().limit(ANSWER_BYTES_MAX).read_to_string().expect("an answer of text")
}
