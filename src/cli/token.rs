//! `xinju token`: API tokens of service accounts, for the operator of the machine.

use clap::{Args, Subcommand, ValueEnum};
use serde_json::Value;
use xinju_model::user::TokenScope;

use super::operate::{Command, execute};
use super::status::Status;
use super::{Archive, print};

/// API tokens of service accounts.
#[derive(Debug, Args)]
pub(crate) struct Token {
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
    /// List a user's tokens
    List {
        /// Whose login
        login: String,
    },
    /// Make a token for a service account and print its secret, which is shown once and kept nowhere
    Create {
        /// The account's login
        login: String,
        /// What the token is for
        #[arg(long)]
        name: String,
        /// What it may be used for; more than one may be given
        #[arg(long = "scope", value_enum, default_value = "read")]
        scopes: Vec<Scope>,
        /// How many days it lives
        #[arg(long, default_value_t = 90)]
        days: u32,
    },
    /// Revoke a user's token
    Revoke {
        /// Whose login
        login: String,
        /// The token's id, as `list` prints it
        token: String,
    },
}

/// What a token may be used for.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Scope {
    /// Read conversations, messages, customers and staff; search
    Read,
    /// Import files
    Import,
    /// Read ledger state and proofs
    Ledger,
}

impl From<Scope> for TokenScope {
    fn from(scope: Scope) -> Self {
        match scope {
            Scope::Read => Self::Read,
            Scope::Import => Self::Import,
            Scope::Ledger => Self::Ledger,
        }
    }
}

impl Token {
    /// Runs one of the acts.
    pub(crate) fn run(self) -> Result<Status, Box<dyn std::error::Error>> {
        let command = match self.act {
            Act::List { login } => Command::TokenList { login },
            Act::Create { login, name, scopes, days } => {
                Command::TokenCreate { login, name, scopes: scopes.into_iter().map(Into::into).collect(), days }
            }
            Act::Revoke { login, token } => Command::TokenRevoke { login, token },
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

fn show(value: &Value) {
    let text = |name: &str| value.get(name).and_then(Value::as_str).unwrap_or_default();
    if let Some(error) = value.get("error").and_then(Value::as_str) {
        print::note(&format!("xinju: {error}"));
    } else if value.get("secret").is_some() {
        print::note(&format!("token {} until {}; its secret is shown once:", text("token"), text("expires_at")));
        print::line(text("secret"));
    } else if value.get("revoked").is_some() {
        print::line(&format!("the token {} is revoked", text("revoked")));
    } else {
        let scopes = value.get("scopes").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
        let scopes = scopes.collect::<Vec<_>>().join(" ");
        print::line(&format!("{} {:<20} until {}  {}", text("token"), scopes, text("expires_at"), text("name")));
    }
}
