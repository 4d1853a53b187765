//! GraphQL over HTTP, as a browser or a program asks.

use serde_json::{Value, json};
use ureq::http::Response;
use ureq::{Agent, Body};

/// The largest answer that is read, in bytes.
const ANSWER_BYTES_MAX: u64 = 64 * 1024 * 1024;

/// Somebody who asks a server.
pub(crate) struct Client {
    url: String,
    agent: Agent,
    cookie: Option<String>,
    token: Option<String>,
}

impl Client {
    /// A client that has not signed in.
    pub(crate) fn new(url: &str) -> Self {
        let agent = Agent::new_with_config(Agent::config_builder().http_status_as_error(false).build());
        Self { url: url.to_owned(), agent, cookie: None, token: None }
    }

    /// The same server, asked by a program with a token.
    pub(crate) fn with_token(&self, token: &str) -> Self {
        Self { token: Some(token.to_owned()), ..Self::new(&self.url) }
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
        if let Some(cookie) = &self.cookie {
            request = request.header("cookie", cookie);
        }
        if let Some(token) = &self.token {
            request = request.header("authorization", format!("Bearer {token}"));
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

    /// Gets a path; the HTTP status and the text.
    pub(crate) fn get(&self, path: &str) -> (u16, String) {
        let mut answer = self.agent.get(format!("{}{path}", self.url)).call().expect("the server answers");
        (answer.status().as_u16(), read(&mut answer))
    }
}

fn read(answer: &mut Response<Body>) -> String {
    answer.body_mut().with_config().limit(ANSWER_BYTES_MAX).read_to_string().expect("an answer of text")
}
