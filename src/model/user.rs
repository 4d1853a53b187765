//! People and programs that sign in.

use serde::{Deserialize, Serialize};

use crate::id::{RoleId, SessionId, StaffId, TokenId, UserId};
use crate::time::Timestamp;

/// Who uses it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UserKind {
    /// Somebody who signs in with a password.
    #[default]
    Person,
    /// A service account: a program that comes with API tokens. It has no password and never signs in.
    Service,
}

impl UserKind {
    /// The stable name, as events have it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Person => "person",
            Self::Service => "service",
        }
    }
}

/// A person who can sign in, or a program that comes with tokens.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct User {
    /// Its id.
    pub id: UserId,
    /// What is typed to sign in; unique, compared in lower case.
    pub login: String,
    /// The name to show.
    pub name: String,
    /// Who uses it. Rows that do not say are of people.
    #[serde(default)]
    pub kind: UserKind,
    /// The roles that say what the user may do, each once; at least one, at most [`crate::limits::USER_ROLES_MAX`].
    pub roles: Vec<RoleId>,
    /// The member of staff that the user is: whose customers are the user's own.
    pub staff: Option<StaffId>,
    /// Whether the user may sign in.
    pub active: bool,
    /// Since when.
    pub created_at: Timestamp,
    /// When the user last signed in.
    pub signed_in_at: Option<Timestamp>,
}

/// A browser that is signed in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    /// Its id, as shown; the cookie's secret is another.
    pub id: SessionId,
    /// Whose.
    pub user: UserId,
    /// Since when.
    pub created_at: Timestamp,
    /// When last used, to the minute.
    pub seen_at: Timestamp,
    /// From where.
    pub address: String,
    /// With what, as the browser says of itself, cut to 200 characters.
    pub agent: String,
    /// Whether an identity provider asked for the second factor. Rows from before there were such say nothing.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub vouched: bool,
}

/// What an API token may be used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TokenScope {
    /// Read conversations, messages, customers and staff; search.
    Read,
    /// Import files.
    Import,
    /// Read ledger state and proofs.
    Ledger,
}

/// A key for programs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Token {
    /// Its id, as shown; the secret is another.
    pub id: TokenId,
    /// Whose rights it has at most.
    pub user: UserId,
    /// What it is for, in its owner's words.
    pub name: String,
    /// What it may be used for.
    pub scopes: Vec<TokenScope>,
    /// Since when.
    pub created_at: Timestamp,
    /// Until when.
    pub expires_at: Timestamp,
    /// When last used, to the minute.
    pub used_at: Option<Timestamp>,
}
