//! The product's server, asked as a program asks it.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::Outcome;
use crate::machine::peak_memory;

/// Who sees everything.
pub(crate) const LOGIN: &str = "bench";
/// Of an archive that is removed when the run ends.
const PASSWORD: &str = "bench-password-of-this-run";

/// Connections that are kept for those who ask at once.
pub(crate) const ASKERS_MAX: usize = 8;

/// A running server and a signed-in client. It ends with the value.
pub(crate) struct Server {
    child: Child,
    url: String,
    cookie: String,
    agent: ureq::Agent,
    /// From its start until it took connections.
    pub(crate) start_took: Duration,
}

impl Server {
    /// Starts a server over an archive.
    pub(crate) fn start(binary: &Path, data: &Path) -> Outcome<Self> {
        // Where an archive is served again the user is there, and this changes nothing.
        Command::new(binary)
            .args(["user", "add", LOGIN, "--role", "owner", "--data"])
            .arg(data)
            .env("XINJU_PASSWORD", PASSWORD)
            .output()?;
        let began = Instant::now();
        let mut child = Command::new(binary)
            .args(["serve", "--listen", "127.0.0.1:0", "--data"])
            .arg(data)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let output = child.stdout.take().ok_or("the server has no output")?;
        let mut first = String::new();
        BufReader::new(output).read_line(&mut first)?;
        let url = first.trim().rsplit(' ').next().unwrap_or_default().trim_end_matches('/').to_owned();
        let agent = ureq::Agent::new_with_config(
            ureq::Agent::config_builder().max_idle_connections_per_host(ASKERS_MAX).build(),
        );
        let mut server = Self { child, url, cookie: String::new(), agent, start_took: began.elapsed() };
        server.sign_in(LOGIN)?;
        Ok(server)
    }

    /// A user of a built-in role who is a member of staff.
    pub(crate) fn make_user(&self, login: &str, role: &str, staff: &str) -> Outcome<()> {
        let all = self.ask(
            "query($staff: String!) { roles { id builtIn } allStaff(first: 1, search: $staff) { nodes { id } } }",
            &json!({"staff": staff}),
        )?;
        let role = all["roles"].as_array().and_then(|roles| roles.iter().find(|one| one["builtIn"] == role));
        let role = role.ok_or("there is no such role")?["id"].clone();
        let staff = &all["allStaff"]["nodes"][0]["id"];
        let input = json!({"login": login, "name": login, "password": PASSWORD, "roles": [role], "staff": staff});
        let query = "mutation($input: CreateUserInput!) { createUser(input: $input) { refusal } }";
        let made = self.ask(query, &json!({ "input": input }))?;
        if made["createUser"]["refusal"].is_null() { Ok(()) } else { Err(made.to_string().into()) }
    }

    /// Signs in as somebody else.
    pub(crate) fn sign_in(&mut self, login: &str) -> Outcome<()> {
        let query = "mutation($login: String!, $password: String!) { signIn(input: {login: $login, password: $password}) { refusal } }";
        let variables = json!({"login": login, "password": PASSWORD});
        let answer = self.post(query, &variables)?;
        let cookie = answer.headers().get("set-cookie").and_then(|value| value.to_str().ok());
        let cookie = cookie.and_then(|line| line.split(';').next()).ok_or("signing in gave no session")?;
        cookie.clone_into(&mut self.cookie);
        Ok(())
    }

    /// Asks, and gives the data of the answer.
    pub(crate) fn ask(&self, query: &str, variables: &Value) -> Outcome<Value> {
        let answer: Value = serde_json::from_str(&self.post(query, variables)?.body_mut().read_to_string()?)?;
        match answer.get("errors") {
            Some(errors) => Err(format!("the server refused: {errors}").into()),
            None => Ok(answer["data"].clone()),
        }
    }

    fn post(&self, query: &str, variables: &Value) -> Outcome<ureq::http::Response<ureq::Body>> {
        let request = self.agent.post(format!("{}/graphql", self.url)).header("x-xinju-csrf", "1");
        let request = request.header("cookie", &self.cookie).header("content-type", "application/json");
        Ok(request.send(json!({"query": query, "variables": variables}).to_string())?)
    }

    /// The largest resident set so far, in bytes.
    pub(crate) fn peak_memory(&self) -> u64 {
        peak_memory(self.child.id())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Its archive goes with it, so there is nothing to lose.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
