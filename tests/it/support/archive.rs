//! A data folder with its key in a temporary place, and the real binary working on it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;
use tempfile::TempDir;

use super::Server;

/// What a command said and how it ended.
pub(crate) struct Ran {
    /// The exit status of the contract: 0 done, 1 failed, 2 wrong usage, 3 verification failed.
    pub(crate) status: i32,
    /// Standard output, as JSON lines.
    pub(crate) lines: Vec<Value>,
    /// Standard error.
    pub(crate) errors: String,
}

impl Ran {
    /// The last line, after the command has succeeded.
    #[track_caller]
    pub(crate) fn done(&self) -> &Value {
        assert_eq!(self.status, 0, "{} {:?}", self.errors, self.lines.last());
        self.lines.last().expect("a result")
    }
}

/// An archive of one test. Gone with the value.
pub(crate) struct Archive {
    folder: TempDir,
}

impl Archive {
    /// A place where no archive is yet.
    pub(crate) fn new() -> Self {
        Self { folder: tempfile::Builder::new().prefix("xinju-it").tempdir().expect("a temporary folder") }
    }

    /// The data folder.
    pub(crate) fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// A place for files of the test, outside the data folder.
    pub(crate) fn beside(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// An equal archive somewhere else, to be spoilt.
    pub(crate) fn copy(&self) -> Self {
        let copy = Self::new();
        copy_folder(self.folder.path(), copy.folder.path());
        copy
    }

    /// Every file of the data folder, in the order of its path.
    pub(crate) fn files(&self) -> Vec<PathBuf> {
        let mut files = Vec::new();
        list(&self.data(), &mut files);
        files.sort();
        files
    }

    /// A command on this archive.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_xinju"));
        command
            .args(arguments)
            .env("XINJU_DATA", self.data())
            .env_remove("XINJU_KEY_FILE")
            .env_remove("XINJU_PASSPHRASE");
        command.stdin(Stdio::null());
        command
    }

    /// Runs a command that answers in JSON lines.
    pub(crate) fn run(&self, arguments: &[&str]) -> Ran {
        let output = self.command(arguments).output().expect("the binary runs");
        let text = String::from_utf8(output.stdout).expect("output is UTF-8");
        let lines = text.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|_| Value::from(line))).collect();
        Ran {
            status: output.status.code().unwrap_or(-1),
            lines,
            errors: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    /// Imports a file of WeCom messages.
    pub(crate) fn import(&self, file: &Path) -> Ran {
        self.run(&["import", "wecom", file.to_str().expect("a path of ours is UTF-8"), "--json"])
    }

    /// Checks the whole archive.
    pub(crate) fn verify(&self) -> Ran {
        self.run(&["verify", "--json"])
    }

    /// How many messages match.
    pub(crate) fn count(&self, query: &str) -> u64 {
        self.run(&["search", query, "--limit", "0", "--json"]).done()["total"].as_u64().expect("a total")
    }

    /// A running server with an administrator signed in.
    pub(crate) fn serve(&self) -> Server {
        Server::start(self)
    }
}

fn copy_folder(from: &Path, to: &Path) {
    for entry in fs::read_dir(from).expect("a folder of ours can be listed") {
        let entry = entry.expect("a folder of ours can be listed");
        let target = to.join(entry.file_name());
        let kind = entry.file_type().expect("a file of ours has a type");
        if kind.is_dir() {
            fs::create_dir(&target).expect("a folder can be made");
            copy_folder(&entry.path(), &target);
        } else if kind.is_file() {
            fs::copy(entry.path(), target).expect("a file can be copied");
        }
    }
}

fn list(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder of ours can be listed") {
        let entry = entry.expect("a folder of ours can be listed");
        let kind = entry.file_type().expect("a file of ours has a type");
        if kind.is_dir() {
            list(&entry.path(), files);
        } else if kind.is_file() {
            files.push(entry.path());
        }
    }
}
