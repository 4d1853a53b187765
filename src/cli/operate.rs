//! Commands on an archive: run here, or by the server that has the data folder open.

use std::io::Read;
use std::path::Path;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use xinju_model::user::TokenScope;
use xinju_service::service::Service;

use super::Archive;
use super::status::Status;

/// A command on an archive, as it goes through the local socket.
#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "command", rename_all = "snake_case")]
pub(crate) enum Command {
    /// Import decrypted WeCom messages; the input is the directory, if any, and then the file of messages.
    ImportWecom {
        /// Its name, for the list of imports.
        file_name: String,
        /// Its size, where known.
        file_bytes: Option<u64>,
        /// How many bytes of the input are the directory.
        directory_bytes: Option<u64>,
    },
    /// Search.
    Search {
        /// The query.
        query: String,
        /// Hits at most.
        limit: usize,
        /// Minutes by which the local zone is ahead of UTC, for dates in the query.
        zone_offset_minutes: i32,
    },
    /// Read the audit trail.
    Audit {
        /// By whom: a login, an id, `operator` or `system`.
        actor: Option<String>,
        /// Any of these acts; none means all.
        actions: Vec<String>,
        /// About this id.
        subject: Option<String>,
        /// At or after this moment, RFC 3339.
        since: Option<String>,
        /// Events at most.
        limit: usize,
    },
    /// Build an evidence package of one of these, and tell its bytes.
    EvidenceExport {
        /// What a search finds.
        query: Option<String>,
        /// Minutes by which the local zone is ahead of UTC, for dates in the query.
        zone_offset_minutes: i32,
        /// A conversation's id.
        conversation: Option<String>,
        /// A case's id.
        case: Option<String>,
        /// The number of a package that was built before.
        again: Option<String>,
        /// Why.
        reason: String,
        /// What it is to show.
        purpose: String,
        /// To whom it goes.
        recipient: String,
        /// The name of the forum.
        forum: String,
        /// The number of the approval for a forum abroad; none for one at home.
        abroad: Option<String>,
        /// The formats that the records are rendered in besides.
        exchange: Vec<String>,
    },
    /// Tell the model clause, and issue it where that is wanted.
    EvidenceClause {
        /// Text in Chinese or in English; none for the PDF in both.
        chinese: Option<bool>,
        /// Whether its text is written into the ledger.
        issue: bool,
    },
    /// Check everything.
    Verify,
    /// Make derived data again.
    Rebuild,
    /// List users.
    UserList,
    /// List roles.
    RoleList,
    /// Change what using a role takes.
    RoleRequire {
        /// Its name, built in or own.
        name: String,
        /// Whether its holders must have a second factor; none leaves it.
        second_factor: Option<bool>,
        /// The networks from which it may be used; none leaves them, an empty list means from anywhere.
        networks: Option<Vec<String>>,
    },
    /// Make an own role by copying another.
    RoleCopy {
        /// The name of the one that is copied.
        from: String,
        /// What the copy is called.
        name: String,
    },
    /// Change an own role; what is none stays.
    RoleChange {
        /// Its name.
        role: String,
        /// Another name.
        name: Option<String>,
        /// All that its holders may do.
        actions: Option<Vec<String>>,
        /// With whose records: the stable name of a scope.
        scope: Option<String>,
    },
    /// Delete an own role.
    RoleDelete {
        /// Its name.
        role: String,
    },
    /// List a user's tokens.
    TokenList {
        /// Whose login.
        login: String,
    },
    /// Make a token for a service account.
    TokenCreate {
        /// The account's login.
        login: String,
        /// What the token is for.
        name: String,
        /// What it may be used for.
        scopes: Vec<TokenScope>,
        /// How many days it lives.
        days: u32,
    },
    /// Revoke a user's token.
    TokenRevoke {
        /// Whose login.
        login: String,
        /// The token's id.
        token: String,
    },
    /// Add a service account.
    ServiceAdd {
        /// Its login.
        login: String,
        /// The name to show.
        name: String,
        /// The names of the roles, built in or own.
        roles: Vec<String>,
    },
    /// Give a user other roles.
    UserRoles {
        /// Whose login.
        login: String,
        /// The names of the roles, built in or own; none keeps those that are held.
        roles: Vec<String>,
        /// The account of the member of staff that the user is; empty for nobody, none keeps who it is.
        staff: Option<String>,
    },
    /// Add a user.
    UserAdd {
        /// What is typed to sign in.
        login: String,
        /// The name to show.
        name: String,
        /// The names of the roles, built in or own.
        roles: Vec<String>,
        /// The account of the member of staff that the user is.
        staff: Option<String>,
        /// The password.
        password: String,
    },
    /// Suspend a user or let them in again.
    UserActive {
        /// Whose login.
        login: String,
        /// Whether they may sign in.
        active: bool,
    },
    /// Set a user's password.
    UserPassword {
        /// Whose login.
        login: String,
        /// The new password.
        password: String,
    },
    /// Take a user's second factor away.
    UserResetFactor {
        /// Whose login.
        login: String,
    },
    /// Say what needs approval.
    ApprovalsShow,
    /// Let nothing need approval.
    ApprovalsOff,
    /// Let a lost administrator in again.
    UserRecover {
        /// Whose login.
        login: String,
        /// The new password.
        password: String,
    },
    /// Make a new set-up link.
    SetupLink,
    /// Wrap the data keys under a new master key.
    KeyRotate(NewKey),
    /// Say which keys there are.
    KeyShow,
    /// Say which keys seal and have sealed packages.
    SealShow,
    /// Let the key of a file seal packages.
    SealImport {
        /// The file, in base64.
        file: String,
        /// What opens it.
        phrase: String,
    },
    /// Make a self-signed key to seal packages.
    SealMake {
        /// In whose name.
        organisation: String,
    },
    /// Look for what is wrong.
    Health,
}

/// Where the next master key comes from.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum NewKey {
    /// A new random key in this file.
    File(std::path::PathBuf),
    /// A passphrase.
    Passphrase(String),
}

/// What is told of a command while it runs: JSON lines, the last of them the result.
pub(crate) type Tell<'a> = &'a mut dyn FnMut(Value) -> std::io::Result<()>;

/// Runs a command on an archive: here when nobody has it open, else through the socket of the server that has.
pub(crate) fn execute(
    archive: &Archive,
    command: &Command,
    mut input: Box<dyn Read + Send>,
    tell: Tell<'_>,
) -> Result<Status, Box<dyn std::error::Error>> {
    let data = archive.data();
    refuse_missing(&data)?;
    if let Some(client) = xinju_api::socket::Client::connect(&data)? {
        return Ok(Status::from_number(client.run(&serde_json::to_value(command)?, input.as_mut(), tell)?));
    }
    let service = archive.service()?;
    let status = super::run_here::run(&service, command, input.as_mut(), tell)?;
    service.close();
    Ok(status)
}

/// Runs commands of the socket's clients on the server's service.
pub(crate) struct Operator(pub(crate) Service);

impl xinju_api::socket::Commands for Operator {
    fn run(&self, command: Value, input: &mut dyn Read, output: Tell<'_>) -> i32 {
        let outcome = serde_json::from_value(command)
            .map_err(|error| format!("this server does not know the command: {error}").into())
            .and_then(|command| super::run_here::run(&self.0, &command, input, output));
        match outcome {
            Ok(status) => status.number(),
            Err(error) => {
                // The client may be gone; then there is nobody to tell.
                let _ = output(serde_json::json!({"error": error.to_string()}));
                Status::Failed.number()
            }
        }
    }
}

/// Commands other than `serve` and `import` do not make archives: a mistyped folder is said to be one.
fn refuse_missing(data: &Path) -> Result<(), Box<dyn std::error::Error>> {
    if data.join("keystore").try_exists()? {
        return Ok(());
    }
    Err(format!("no archive in {}; name its folder with --data, or make one with `xinju serve`", data.display()).into())
}
