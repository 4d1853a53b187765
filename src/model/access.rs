//! Who may do what: the one policy table.
//!
//! Deny by default. A [`Permit`] can be made only here, and everything that reads content or changes state asks for one,
//! so that a forgotten check does not compile.

use serde::{Deserialize, Serialize};

use crate::audit::Actor;
use crate::id::{SessionId, TokenId, UserId};
use crate::user::TokenScope;

/// What a user is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Sets the system up, imports, manages users; reads.
    Administrator,
    /// Reads and searches everything, looks into ledger and proofs.
    Compliance,
    /// Reads and searches.
    Staff,
}

impl Role {
    /// All roles.
    pub const ALL: &[Self] = &[Self::Administrator, Self::Compliance, Self::Staff];

    /// The stable name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Administrator => "administrator",
            Self::Compliance => "compliance",
            Self::Staff => "staff",
        }
    }
}

/// What can be asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Action {
    /// Read conversations, messages and originals.
    ReadContent,
    /// Search content.
    Search,
    /// Read customers, staff and departments.
    ReadDirectory,
    /// Import records or a directory.
    Import,
    /// See imports and what they refused.
    ReadImports,
    /// Read ledger state, checkpoints and proofs.
    ReadLedger,
    /// Read health and sizes.
    ReadSystem,
    /// Create, change and suspend users.
    ManageUsers,
    /// See and end one's own sessions, change one's own password and name.
    ManageOwnAccount,
    /// Create and revoke one's own API tokens.
    ManageOwnTokens,
    /// Check the whole archive, make derived data again, rotate keys.
    Operate,
    /// Read, search and export who did or saw what.
    ReadAudit,
}

impl Action {
    /// All actions, in the order of the permission table.
    pub const ALL: &[Self] = &[
        Self::ReadContent,
        Self::Search,
        Self::ReadDirectory,
        Self::Import,
        Self::ReadImports,
        Self::ReadLedger,
        Self::ReadSystem,
        Self::ManageUsers,
        Self::ManageOwnAccount,
        Self::ManageOwnTokens,
        Self::Operate,
        Self::ReadAudit,
    ];

    /// The stable name, as the console and the permission table use it.
    pub fn name(self) -> &'static str {
        match self {
            Self::ReadContent => "read_content",
            Self::Search => "search",
            Self::ReadDirectory => "read_directory",
            Self::Import => "import",
            Self::ReadImports => "read_imports",
            Self::ReadLedger => "read_ledger",
            Self::ReadSystem => "read_system",
            Self::ManageUsers => "manage_users",
            Self::ManageOwnAccount => "manage_own_account",
            Self::ManageOwnTokens => "manage_own_tokens",
            Self::Operate => "operate",
            Self::ReadAudit => "read_audit",
        }
    }
}

/// How somebody came in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Credential {
    /// A browser session after a password.
    Session,
    /// An API token with its scopes.
    Token(TokenId, Vec<TokenScope>),
    /// The operator of the machine, on its command line.
    Operator,
    /// The product itself: jobs and heartbeats.
    System,
}

/// Who asks, and with what rights.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Viewer {
    /// The user; none for operator and system.
    pub user: Option<UserId>,
    /// The name to write into events.
    pub name: String,
    /// The role.
    pub role: Role,
    /// How they came in.
    pub credential: Credential,
    /// From where: a network address or `local`.
    pub place: String,
    /// The browser session they came with; none for everybody else.
    pub session: Option<SessionId>,
}

/// Whose records somebody may see. A filter inside every query, never after it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Every record.
    Everything,
    /// None.
    Nothing,
}

/// Proof that an action was allowed; what it lets see and who asked.
#[derive(Debug)]
pub struct Permit {
    action: Action,
    actor: Actor,
    place: String,
    scope: Scope,
    _made_here: (),
}

/// The action is not allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{} is not allowed", .0.name())]
pub struct Denied(pub Action);

impl Permit {
    /// What was allowed.
    pub fn action(&self) -> Action {
        self.action
    }
    /// Who asked, as events name them.
    pub fn actor(&self) -> &Actor {
        &self.actor
    }
    /// From where.
    pub fn place(&self) -> &str {
        &self.place
    }
    /// What may be seen.
    pub fn scope(&self) -> &Scope {
        &self.scope
    }
}

impl Viewer {
    /// The operator of the machine: whoever can read the data folder and its key.
    pub fn operator() -> Self {
        Self {
            user: None,
            name: "operator".into(),
            role: Role::Administrator,
            credential: Credential::Operator,
            place: "local".into(),
            session: None,
        }
    }

    /// The product itself.
    pub fn system() -> Self {
        Self {
            user: None,
            name: "system".into(),
            role: Role::Administrator,
            credential: Credential::System,
            place: "local".into(),
            session: None,
        }
    }

    fn actor(&self) -> Actor {
        let (kind, id) = match &self.credential {
            Credential::Session => ("user", self.user.map(|id| id.to_string()).unwrap_or_default()),
            Credential::Token(token, _) => ("token", token.to_string()),
            Credential::Operator => ("operator", String::new()),
            Credential::System => ("system", String::new()),
        };
        let owner = self.user.filter(|_| kind == "token").map(|id| id.to_string()).unwrap_or_default();
        Actor { id, kind: kind.into(), name: self.name.clone(), owner }
    }
}

/// The policy: whether `role` may do `action`.
fn role_may(role: Role, action: Action) -> bool {
    match action {
        Action::ReadContent
        | Action::Search
        | Action::ReadDirectory
        | Action::ReadLedger
        | Action::ManageOwnAccount
        | Action::ManageOwnTokens => true,
        Action::ReadImports | Action::ReadSystem | Action::ReadAudit => {
            matches!(role, Role::Administrator | Role::Compliance)
        }
        Action::Import | Action::ManageUsers | Action::Operate => role == Role::Administrator,
    }
}

/// Whether a token of these scopes may be used for `action`. Accounts, tokens and operation are never a program's business.
fn scopes_may(scopes: &[TokenScope], action: Action) -> bool {
    match action {
        Action::ReadContent | Action::Search | Action::ReadDirectory => scopes.contains(&TokenScope::Read),
        Action::Import | Action::ReadImports => scopes.contains(&TokenScope::Import),
        Action::ReadLedger => scopes.contains(&TokenScope::Ledger),
        Action::ReadSystem
        | Action::ManageUsers
        | Action::ManageOwnAccount
        | Action::ManageOwnTokens
        | Action::Operate
        | Action::ReadAudit => false,
    }
}

/// Whether `viewer` may do `action`, without making a permit: for what the console offers.
pub fn may(viewer: &Viewer, action: Action) -> bool {
    role_may(viewer.role, action)
        && match &viewer.credential {
            Credential::Token(_, scopes) => scopes_may(scopes, action),
            Credential::Session | Credential::Operator | Credential::System => true,
        }
}

/// The only maker of permits.
pub fn authorize(viewer: &Viewer, action: Action) -> Result<Permit, Denied> {
    if !may(viewer, action) {
        return Err(Denied(action));
    }
    Ok(Permit { action, actor: viewer.actor(), place: viewer.place.clone(), scope: Scope::Everything, _made_here: () })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn viewer(role: Role, credential: Credential) -> Viewer {
        Viewer { user: Some(UserId([1; 16])), name: "n".into(), role, credential, place: "local".into(), session: None }
    }

    #[test]
    fn staff_read_but_do_not_operate() {
        let staff = viewer(Role::Staff, Credential::Session);
        assert!(authorize(&staff, Action::Search).is_ok());
        assert_eq!(authorize(&staff, Action::Import).err(), Some(Denied(Action::Import)));
        assert!(!may(&staff, Action::ReadSystem));
    }

    #[test]
    fn tokens_do_no_more_than_their_scopes_and_their_owner() {
        let reader = Credential::Token(TokenId([2; 16]), vec![TokenScope::Read, TokenScope::Import]);
        assert!(may(&viewer(Role::Administrator, reader.clone()), Action::Import));
        assert!(!may(&viewer(Role::Staff, reader.clone()), Action::Import));
        assert!(!may(&viewer(Role::Administrator, reader), Action::ManageUsers));
    }
}
