//! The real binary as a server: on a free port, set up through its printed link, stopped as systemd stops it.

use std::io::{BufRead, BufReader, Lines};
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};

use serde_json::json;

use super::{Archive, Client};

/// The administrator whom the set-up makes.
const LOGIN: &str = "admin";
/// Of an archive that is gone with its test.
pub(crate) const ADMIN_PASSWORD: &str = "correct horse battery";

/// A running server. Killed with the value, unless it was stopped.
pub(crate) struct Server {
    child: Child,
    url: String,
    /// The administrator, signed in.
    pub(crate) admin: Client,
    // Held open, so that the server can go on printing.
    _output: Lines<BufReader<ChildStdout>>,
}

impl Server {
    /// Starts a server over an archive; signs in, or sets it up when nobody has yet.
    pub(crate) fn start(archive: &Archive) -> Self {
        let mut command = archive.command(&["serve", "--listen", "127.0.0.1:0"]);
        // Where a test wrote settings beside the data folder, they hold.
        let settings = archive.beside("xinju.toml");
        if settings.is_file() {
            command.env("XINJU_CONFIG", settings);
        }
        let mut child = command.stdout(Stdio::piped()).spawn().expect("the server starts");
        let mut output = BufReader::new(child.stdout.take().expect("the server prints")).lines();
        let url = address(&mut output, "Xinju listens on");
        let mut admin = Client::new(&url);
        if admin.ask("{ setup { needed } }", &json!({}))["setup"]["needed"] == true {
            let link = address(&mut output, "Set up");
            set_up(&mut admin, link.split_once("token=").expect("a link with a token").1);
        } else {
            admin.sign_in(LOGIN, ADMIN_PASSWORD);
        }
        Self { child, url, admin, _output: output }
    }

    /// Signs the administrator in again: what is sensitive asks for who came in a moment ago.
    pub(crate) fn admin_again(&mut self) {
        self.admin.sign_in(LOGIN, ADMIN_PASSWORD);
    }

    /// Another client, not signed in.
    pub(crate) fn stranger(&self) -> Client {
        Client::new(&self.url)
    }

    /// Stops it as systemd does and waits for its end.
    pub(crate) fn stop(mut self) -> ExitStatus {
        let id = self.child.id().to_string();
        let told = Command::new("kill").args(["-TERM", &id]).status().expect("kill runs");
        assert!(told.success(), "the server was there to be stopped");
        self.child.wait().expect("the server ends")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended already; then there is nothing to kill.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The address at the end of the next line that begins so.
fn address(output: &mut Lines<BufReader<ChildStdout>>, beginning: &str) -> String {
    let line = output.map(|line| line.expect("the server prints text")).find(|line| line.starts_with(beginning));
    let line = line.expect("the server says where it is");
    line.rsplit(' ').next().unwrap_or_default().trim_end_matches('/').to_owned()
}

fn set_up(admin: &mut Client, token: &str) {
    let input = json!({"token": token, "login": LOGIN, "name": "Admin", "password": ADMIN_PASSWORD});
    let data = admin.ask(
        "mutation($input: CompleteSetupInput!) { completeSetup(input: $input) { refusal viewer { user { login } } } }",
        &json!({ "input": input }),
    );
    assert_eq!(data["completeSetup"]["viewer"]["user"]["login"], LOGIN, "{data}");
}
