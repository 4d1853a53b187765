//! The command line: a contract that scripts depend on. One file a command.
//!
//! Commands that work on an archive are values ([`operate::Command`]): they run here when no server has the data folder open,
//! and through the server's local socket when one has. One writer, always.

mod approvals;
mod audit;
mod demo;
mod doctor;
mod evidence;
mod evidence_clause;
mod evidence_export;
mod import;
mod key;
mod open;
mod operate;
mod print;
mod rebuild;
mod role;
mod run_clause;
mod run_evidence;
mod run_here;
mod run_people;
mod run_seal;
mod schema;
mod search;
mod serve;
mod status;
mod token;
mod user;
mod verify;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};

use status::Status;

/// Archive of customer communications: finds, controls, keeps and proves every message.
#[derive(Debug, Parser)]
#[command(name = "xinju", version, max_term_width = 100)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the server; the first run makes the data folder and prints a one-time set-up link
    Serve(serve::Serve),
    /// Run a throw-away server with real demo data and printed logins
    Demo(demo::Demo),
    /// Import messages from a file
    Import(import::Import),
    /// Search as the operator of the machine
    Search(search::Search),
    /// Read the audit trail: who did or saw what
    Audit(audit::Audit),
    /// Check the whole archive against its ledger
    Verify(verify::Verify),
    /// Evidence packages
    Evidence(evidence::Evidence),
    /// Make derived data (index, conversations) again from the records
    Rebuild(rebuild::Rebuild),
    /// Print the GraphQL schema
    Schema,
    /// Users who can sign in
    User(user::User),
    /// Roles, which say what users may do and with whose records
    Role(role::Role),
    /// API tokens of service accounts
    Token(token::Token),
    /// What needs a second person's yes
    Approvals(approvals::Approvals),
    /// The master key
    Key(key::Key),
    /// Look for what is wrong and say how to mend it
    Doctor(doctor::Doctor),
}

/// Which archive a command works on.
#[derive(Clone, Debug, Args)]
pub(crate) struct Archive {
    /// Data folder [default: ./xinju-data, or /var/lib/xinju under systemd]
    #[arg(long, global = true, value_name = "DIR", env = "XINJU_DATA")]
    data: Option<PathBuf>,
    /// File with the master key [default: the data folder's name with .key added, or the systemd credential xinju.key]
    #[arg(long, global = true, value_name = "FILE", env = "XINJU_KEY_FILE", conflicts_with = "passphrase_file")]
    key_file: Option<PathBuf>,
    /// File whose first line is the passphrase of the master key (or set `XINJU_PASSPHRASE`)
    #[arg(long, global = true, value_name = "FILE")]
    passphrase_file: Option<PathBuf>,
}

/// Runs a command line and says how it went, on standard error where it went wrong.
pub(crate) fn run(arguments: Arguments) -> ExitCode {
    let result = match arguments.command {
        Command::Serve(command) => command.run(),
        Command::Demo(command) => command.run(),
        Command::Import(command) => command.run(),
        Command::Search(command) => command.run(),
        Command::Audit(command) => command.run(),
        Command::Verify(command) => command.run(),
        Command::Evidence(command) => command.run(),
        Command::Rebuild(command) => command.run(),
        Command::Schema => Ok(schema::run()),
        Command::User(command) => command.run(),
        Command::Role(command) => command.run(),
        Command::Token(command) => command.run(),
        Command::Approvals(command) => command.run(),
        Command::Key(command) => command.run(),
        Command::Doctor(command) => command.run(),
    };
    match result {
        Ok(status) => status.into(),
        Err(error) => {
            print::error(error.as_ref());
            Status::Failed.into()
        }
    }
}
