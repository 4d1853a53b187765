//! `xinju user`: people who can sign in, for the operator of the machine.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use serde_json::Value;
use zeroize::Zeroizing;

use super::open::{first_line, variable};
use super::operate::{Command, execute};
use super::status::Status;
use super::{Archive, print};

/// Environment variable with a password, for scripts.
const PASSWORD_VARIABLE: &str = "XINJU_PASSWORD";

/// Users who can sign in.
#[derive(Debug, Args)]
pub(crate) struct User {
    #[command(subcommand)]
    act: Act,
    /// Print JSON lines for scripts
    #[arg(long, global = true)]
    json: bool,
    #[command(flatten)]
    archive: Archive,
}

#[derive(Debug, Subcommand)]
enum Act {
    /// List users
    List,
    /// Add a user; the password comes from a prompt, a file or `XINJU_PASSWORD`
    Add {
        /// What is typed to sign in
        login: String,
        /// The name to show
        #[arg(long)]
        name: Option<String>,
        /// What the user may do: a name of `xinju role list`; more than one may be given
        #[arg(long = "role", value_name = "NAME", default_value = "staff")]
        roles: Vec<String>,
        /// The account of the member of staff that the user is, whose customers are the user's own
        #[arg(long, value_name = "ACCOUNT")]
        staff: Option<String>,
        /// File whose first line is the password
        #[arg(long, value_name = "FILE")]
        password_file: Option<PathBuf>,
        /// A service account for a program: it has no password and comes with tokens of `xinju token create`
        #[arg(long, conflicts_with_all = ["password_file", "staff"])]
        service: bool,
    },
    /// Give a user other roles, or say which member of staff the user is
    Roles {
        /// Whose login
        login: String,
        /// All that the user is to hold: names of `xinju role list`; none keeps what is held
        #[arg(long = "role", value_name = "NAME")]
        roles: Vec<String>,
        /// The account of the member of staff that the user is; empty for nobody
        #[arg(long, value_name = "ACCOUNT")]
        staff: Option<String>,
    },
    /// Set a user's password; it comes from a prompt, a file or `XINJU_PASSWORD`
    Password {
        /// Whose login
        login: String,
        /// File whose first line is the password
        #[arg(long, value_name = "FILE")]
        password_file: Option<PathBuf>,
    },
    /// Keep a user out; sessions and tokens end at once
    Suspend {
        /// Whose login
        login: String,
    },
    /// Let a suspended user in again
    Resume {
        /// Whose login
        login: String,
    },
    /// Take a user's lost second factor away; sessions end at once
    ResetFactor {
        /// Whose login
        login: String,
    },
    /// Let a lost administrator in again: active, owner, no second factor, from any network, with a new password from a prompt, a file or `XINJU_PASSWORD`
    Recover {
        /// Whose login
        login: String,
        /// File whose first line is the password
        #[arg(long, value_name = "FILE")]
        password_file: Option<PathBuf>,
    },
    /// Print a new one-time set-up link, while there is no administrator yet
    SetupLink,
}

impl User {
    /// Runs one of the acts.
    pub(crate) fn run(self) -> Result<Status, Box<dyn std::error::Error>> {
        let command = match self.act {
            Act::List => Command::UserList,
            Act::SetupLink => Command::SetupLink,
            Act::Add { login, name, roles, service: true, .. } => {
                Command::ServiceAdd { name: name.unwrap_or_else(|| login.clone()), roles, login }
            }
            Act::Roles { login, roles, staff } => Command::UserRoles { login, roles, staff },
            Act::Add { login, name, roles, staff, password_file, service: false } => Command::UserAdd {
                name: name.unwrap_or_else(|| login.clone()),
                roles,
                staff,
                password: password(password_file)?.to_string(),
                login,
            },
            Act::Password { login, password_file } => {
                Command::UserPassword { password: password(password_file)?.to_string(), login }
            }
            Act::Recover { login, password_file } => {
                Command::UserRecover { password: password(password_file)?.to_string(), login }
            }
            Act::Suspend { login } => Command::UserActive { login, active: false },
            Act::ResetFactor { login } => Command::UserResetFactor { login },
            Act::Resume { login } => Command::UserActive { login, active: true },
        };
        let json = self.json;
        execute(&self.archive, &command, Box::new(std::io::empty()), &mut |value| {
            if json {
                print::line(&value.to_string());
            } else {
                show(&value);
            }
            Ok(())
        })
    }
}

/// A new password: never from the command line, where every process of the machine could read it.
fn password(file: Option<PathBuf>) -> Result<Zeroizing<String>, Box<dyn std::error::Error>> {
    if let Some(path) = file {
        return first_line(&path);
    }
    if let Some(password) = variable(PASSWORD_VARIABLE) {
        return Ok(password);
    }
    let first = Zeroizing::new(rpassword::prompt_password("New password: ")?);
    let second = Zeroizing::new(rpassword::prompt_password("Once more: ")?);
    if *first == *second { Ok(first) } else { Err("the two passwords differ".into()) }
}

fn show(value: &Value) {
    let text = |name: &str| value.get(name).and_then(Value::as_str).unwrap_or_default();
    if let Some(error) = value.get("error").and_then(Value::as_str) {
        print::note(&format!("xinju: {error}"));
    } else if value.get("login").is_some() {
        let state = if value.get("active").and_then(Value::as_bool) == Some(true) { "active" } else { "suspended" };
        let roles = value.get("roles").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
        let roles = roles.collect::<Vec<_>>().join(", ");
        let program = if text("kind") == "service" { " (service account)" } else { "" };
        print::line(&format!("{:<20} {:<24} {:<10} {}{program}", text("login"), roles, state, text("name")));
    } else if value.get("setup_path").is_some() {
        print::line(&format!("open on the server's address: {}", text("setup_path")));
    }
}
