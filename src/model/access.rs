//! Who may do what: the one policy table.
//!
//! Deny by default. A [`Permit`] can be made only here, and everything that reads content or changes state asks for one,
//! so that a forgotten check does not compile.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::audit::Actor;
use crate::id::{SessionId, StaffId, TokenId, UserId};
use crate::personal::{Masks, PersonalKind};
use crate::role::{BuiltIn, DataScope, Role};
use crate::scope::VisibleConversations;
use crate::user::TokenScope;

/// What can be asked for. The names are written into rows of roles.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
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
    /// Make and change roles, give them to users, explain who sees what.
    ManageRoles,
    /// Put departments and staff, say whose a customer is.
    ManagePeople,
    /// Read, search and export who did or saw what.
    ReadAudit,
    /// See single values of personal data that are masked, each with a reason.
    Reveal,
    /// Say yes or no to what others ask, where one may see what it is about.
    Approve,
    /// Open cases, collect for them and read what was collected.
    ManageCases,
    /// Build evidence packages of what one may read, and hand them over.
    ExportEvidence,
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
        Self::ManageRoles,
        Self::ManagePeople,
        Self::ReadAudit,
        Self::Reveal,
        Self::Approve,
        Self::ManageCases,
        Self::ExportEvidence,
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
            Self::ManageRoles => "manage_roles",
            Self::ManagePeople => "manage_people",
            Self::ReadAudit => "read_audit",
            Self::Reveal => "reveal",
            Self::Approve => "approve",
            Self::ManageCases => "manage_cases",
            Self::ExportEvidence => "export_evidence",
        }
    }

    /// Whether it shows records or customers, so that it has to be known whose.
    pub fn has_scope(self) -> bool {
        matches!(self, Self::ReadContent | Self::Search | Self::ReadDirectory | Self::Reveal | Self::ExportEvidence)
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

/// What somebody's roles give, as they stood when the question came in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rights {
    /// The roles.
    pub roles: Vec<Role>,
    /// Whose customers are the own ones.
    pub staff: Option<StaffId>,
}

impl Rights {
    /// The rights of a built-in role, without being anybody of the staff.
    pub fn built_in(role: BuiltIn) -> Arc<Self> {
        Arc::new(Self { roles: vec![role.role()], staff: None })
    }

    /// Whether a built-in role is among the roles.
    pub fn has(&self, role: BuiltIn) -> bool {
        self.roles.iter().any(|held| held.id == role.id())
    }
}

/// Who asks, and with what rights.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Viewer {
    /// The user; none for operator and system.
    pub user: Option<UserId>,
    /// The name to write into events.
    pub name: String,
    /// The roles, and the member of staff that the user is.
    pub rights: Arc<Rights>,
    /// How they came in.
    pub credential: Credential,
    /// From where: a network address or `local`.
    pub place: String,
    /// The browser session they came with; none for everybody else.
    pub session: Option<SessionId>,
    /// Whether an identity provider asked them for a second factor when the session began.
    pub vouched: bool,
}

/// Whose records somebody may see. A filter inside every query, never after it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Every record.
    Everything,
    /// None.
    Nothing,
    /// Those of some conversations and customers.
    Conversations(Arc<VisibleConversations>),
}

/// With whose records an action may be done, before it is worked out which these are.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Reach {
    /// All.
    Everything,
    /// What any of these scopes holds: sorted, each once.
    Within(Vec<DataScope>),
}

/// Proof that an action was allowed; what it lets see and who asked.
#[derive(Debug)]
pub struct Permit {
    action: Action,
    actor: Actor,
    place: String,
    scope: Scope,
    masks: Masks,
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

    /// What of it is shown masked.
    pub fn masks(&self) -> &Masks {
        &self.masks
    }

    /// The permit with what is masked by another, too: for what two actions are needed for.
    #[must_use]
    pub fn masked_by(mut self, masks: &Masks) -> Self {
        self.masks = self.masks.or(masks);
        self
    }

    /// The permit with what was worked out for its [`reach`]: until then it shows nothing, unless it shows everything.
    #[must_use]
    pub fn seeing(mut self, visible: Arc<VisibleConversations>) -> Self {
        if self.scope == Scope::Nothing {
            self.scope = Scope::Conversations(visible);
        }
        self
    }
}

impl Viewer {
    /// The operator of the machine: whoever can read the data folder and its key.
    pub fn operator() -> Self {
        Self {
            user: None,
            name: "operator".into(),
            rights: Rights::built_in(BuiltIn::Owner),
            credential: Credential::Operator,
            place: "local".into(),
            session: None,
            vouched: false,
        }
    }

    /// The product itself.
    pub fn system() -> Self {
        Self {
            user: None,
            name: "system".into(),
            rights: Rights::built_in(BuiltIn::Owner),
            credential: Credential::System,
            place: "local".into(),
            session: None,
            vouched: false,
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

/// The policy: whether a built-in role may do `action`.
pub(crate) fn built_in_may(role: BuiltIn, action: Action) -> bool {
    use BuiltIn::{
        Auditor, DepartmentHead, EvidenceOfficer, Integration, Owner, SecurityAdministrator, Staff, SystemAdministrator,
    };
    let those: &[BuiltIn] = match action {
        Action::ManageOwnAccount | Action::ManageOwnTokens => return true,
        Action::ReadContent | Action::Search => {
            &[SecurityAdministrator, DepartmentHead, Staff, EvidenceOfficer, Integration]
        }
        // The system's administrator reads the address book, and of customers none: see `built_in_scope`.
        Action::ReadDirectory => {
            &[SystemAdministrator, SecurityAdministrator, DepartmentHead, Staff, EvidenceOfficer, Integration]
        }
        Action::ReadLedger => {
            &[SystemAdministrator, SecurityAdministrator, Auditor, DepartmentHead, Staff, EvidenceOfficer, Integration]
        }
        Action::Import => &[SystemAdministrator, EvidenceOfficer],
        Action::ReadImports => &[SystemAdministrator, SecurityAdministrator, EvidenceOfficer],
        Action::ReadSystem => &[SystemAdministrator, SecurityAdministrator],
        Action::ManageUsers | Action::Operate => &[SystemAdministrator],
        Action::ManageRoles | Action::ManagePeople => &[SecurityAdministrator],
        Action::ReadAudit => &[Auditor],
        Action::Reveal => &[SecurityAdministrator, DepartmentHead, Staff, EvidenceOfficer],
        // Each decides only on what they may see: the auditor on exports of the trail, heads on their own customers.
        Action::Approve => &[SystemAdministrator, SecurityAdministrator, Auditor, DepartmentHead],
        Action::ManageCases => &[SecurityAdministrator, EvidenceOfficer],
        Action::ExportEvidence => &[EvidenceOfficer],
    };
    role == Owner || those.contains(&role)
}

/// The policy: with whose records a built-in role works.
pub(crate) fn built_in_scope(role: BuiltIn) -> DataScope {
    match role {
        BuiltIn::Owner | BuiltIn::SecurityAdministrator | BuiltIn::EvidenceOfficer | BuiltIn::Integration => {
            DataScope::Everything
        }
        BuiltIn::SystemAdministrator | BuiltIn::Auditor => DataScope::nothing(),
        BuiltIn::DepartmentHead => DataScope::DepartmentAndBelow,
        BuiltIn::Staff => DataScope::OwnCustomers,
    }
}

/// The policy: what a built-in role masks. Who answers for everything sees it; who works with customers sees how to reach them; who looks after the
/// system or the trail sees names.
pub(crate) fn built_in_masks(role: BuiltIn) -> Masks {
    match role {
        BuiltIn::Owner | BuiltIn::SecurityAdministrator | BuiltIn::EvidenceOfficer => Masks::default(),
        BuiltIn::DepartmentHead | BuiltIn::Staff | BuiltIn::Integration => {
            [PersonalKind::IdNumber, PersonalKind::BankCard].into_iter().collect()
        }
        BuiltIn::SystemAdministrator | BuiltIn::Auditor => Masks::all(),
    }
}

/// Whether a token of these scopes may be used for `action`. Accounts, tokens and operation are never a program's business, nor is revealing.
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
        | Action::ManageRoles
        | Action::ManagePeople
        | Action::ReadAudit
        | Action::Reveal
        | Action::Approve
        | Action::ManageCases
        | Action::ExportEvidence => false,
    }
}

/// Whether `viewer` may do `action`, without making a permit: for what the console offers.
pub fn may(viewer: &Viewer, action: Action) -> bool {
    viewer.rights.roles.iter().any(|role| role.actions.contains(&action))
        && match &viewer.credential {
            Credential::Token(_, scopes) => scopes_may(scopes, action),
            Credential::Session | Credential::Operator | Credential::System => true,
        }
}

/// With whose records `viewer` may do `action`: what the scopes of all roles that have the action hold together.
pub fn reach(viewer: &Viewer, action: Action) -> Reach {
    reach_of_all(viewer, &[action])
}

/// As [`reach`], of the roles that have all of these actions.
pub fn reach_of_all(viewer: &Viewer, actions: &[Action]) -> Reach {
    let with = viewer.rights.roles.iter().filter(|role| actions.iter().all(|action| role.actions.contains(action)));
    let scopes: BTreeSet<DataScope> = with.map(|role| role.scope.clone()).collect();
    if scopes.contains(&DataScope::Everything) {
        return Reach::Everything;
    }
    Reach::Within(scopes.into_iter().collect())
}

/// What `viewer` sees masked where `action` shows it: what all roles that have the action mask. One that shows a kind wins.
pub fn masks(viewer: &Viewer, action: Action) -> Masks {
    let with = viewer.rights.roles.iter().filter(|role| role.actions.contains(&action));
    with.map(|role| role.masks.clone()).reduce(|some, more| some.and(&more)).unwrap_or_else(Masks::all)
}

/// The only maker of permits. One whose reach is not everything shows nothing before [`Permit::seeing`].
pub fn authorize(viewer: &Viewer, action: Action) -> Result<Permit, Denied> {
    if !may(viewer, action) {
        return Err(Denied(action));
    }
    let scope = match reach(viewer, action) {
        Reach::Everything => Scope::Everything,
        Reach::Within(_) => Scope::Nothing,
    };
    let masks = masks(viewer, action);
    Ok(Permit { action, actor: viewer.actor(), place: viewer.place.clone(), scope, masks, _made_here: () })
}

#[cfg(test)]
mod tests {
    use std::collections::{HashMap, HashSet};

    use super::*;
    use crate::id::RoleId;

    fn viewer(roles: &[Role], credential: Credential) -> Viewer {
        let rights = Arc::new(Rights { roles: roles.to_vec(), staff: None });
        Viewer {
            user: Some(UserId([1; 16])),
            name: "n".into(),
            rights,
            credential,
            place: "local".into(),
            session: None,
            vouched: false,
        }
    }

    fn holder(role: BuiltIn) -> Viewer {
        viewer(&[role.role()], Credential::Session)
    }

    /// The whole policy, to be read beside the documents.
    #[test]
    fn built_in_roles_may_what_the_table_says() {
        use Action::{
            Approve, ExportEvidence, Import, ManageCases, ManageOwnAccount, ManageOwnTokens, ManagePeople, ManageRoles,
            ManageUsers, Operate, ReadAudit, ReadContent, ReadDirectory, ReadImports, ReadLedger, ReadSystem, Reveal,
            Search,
        };
        let read = [ReadContent, Search, ReadDirectory, ReadLedger];
        let table: [(BuiltIn, Vec<Action>); 8] = [
            (BuiltIn::Owner, Action::ALL.to_vec()),
            (
                BuiltIn::SystemAdministrator,
                vec![ReadDirectory, ReadLedger, Import, ReadImports, ReadSystem, ManageUsers, Operate, Approve],
            ),
            (
                BuiltIn::SecurityAdministrator,
                [&read[..], &[ReadImports, ReadSystem, ManageRoles, ManagePeople, Reveal, Approve, ManageCases]]
                    .concat(),
            ),
            (BuiltIn::Auditor, vec![ReadAudit, ReadLedger, Approve]),
            (BuiltIn::DepartmentHead, [&read[..], &[Reveal, Approve]].concat()),
            (BuiltIn::Staff, [&read[..], &[Reveal]].concat()),
            (
                BuiltIn::EvidenceOfficer,
                [&read[..], &[Import, ReadImports, Reveal, ManageCases, ExportEvidence]].concat(),
            ),
            (BuiltIn::Integration, read.to_vec()),
        ];
        for (role, mut expected) in table {
            expected.extend([ManageOwnAccount, ManageOwnTokens]);
            for action in Action::ALL {
                assert_eq!(may(&holder(role), *action), expected.contains(action), "{role:?} {action:?}");
            }
        }
    }

    #[test]
    fn permits_show_nothing_until_it_is_worked_out_what() {
        let denied = authorize(&holder(BuiltIn::Staff), Action::Import).err();
        assert_eq!(denied, Some(Denied(Action::Import)));
        let permit = authorize(&holder(BuiltIn::Staff), Action::Search).expect("allowed");
        assert_eq!(permit.scope(), &Scope::Nothing);
        let visible = Arc::new(VisibleConversations::new(1, HashMap::default(), HashSet::default()));
        assert_eq!(permit.seeing(Arc::clone(&visible)).scope(), &Scope::Conversations(Arc::clone(&visible)));
        let whole = authorize(&holder(BuiltIn::Integration), Action::Search).expect("allowed");
        assert_eq!(whole.seeing(visible).scope(), &Scope::Everything);
    }

    #[test]
    fn each_action_reaches_as_far_as_the_roles_that_have_it() {
        let own = |actions: &[Action], scope| Role {
            second_factor: false,
            networks: Vec::new(),
            id: RoleId([9; 16]),
            name: "own".into(),
            actions: actions.iter().copied().collect(),
            scope,
            masks: Masks::default(),
        };
        let roles = [own(&[Action::Search, Action::ReadContent], DataScope::Department), BuiltIn::Staff.role()];
        let both = viewer(&roles, Credential::Session);
        let within = |action| reach(&both, action);
        assert_eq!(within(Action::Search), Reach::Within(vec![DataScope::OwnCustomers, DataScope::Department]));
        assert_eq!(within(Action::ReadDirectory), Reach::Within(vec![DataScope::OwnCustomers]));
        assert_eq!(within(Action::Operate), Reach::Within(vec![]));
        let more = viewer(&[own(&[Action::Search], DataScope::Everything), BuiltIn::Staff.role()], Credential::Session);
        assert_eq!(reach(&more, Action::Search), Reach::Everything);
        assert_eq!(reach(&more, Action::ReadContent), Reach::Within(vec![DataScope::OwnCustomers]));
    }

    #[test]
    fn what_all_roles_mask_is_masked_and_a_role_that_shows_it_wins() {
        let staff_masks: Masks = [PersonalKind::IdNumber, PersonalKind::BankCard].into_iter().collect();
        let staff = holder(BuiltIn::Staff);
        assert_eq!(masks(&staff, Action::ReadContent), staff_masks);
        assert_eq!(authorize(&staff, Action::ReadContent).expect("allowed").masks(), &staff_masks);
        let both = viewer(&[BuiltIn::Staff.role(), BuiltIn::EvidenceOfficer.role()], Credential::Session);
        assert!(masks(&both, Action::ReadContent).is_empty());
        // A role without the action neither masks nor shows what the action shows.
        let auditor = viewer(&[BuiltIn::Auditor.role(), BuiltIn::EvidenceOfficer.role()], Credential::Session);
        assert_eq!(masks(&auditor, Action::ReadAudit), Masks::all());
        assert_eq!(masks(&holder(BuiltIn::Owner), Action::ReadAudit), Masks::default());
        assert_eq!(masks(&holder(BuiltIn::Auditor), Action::ReadContent), Masks::all());
        assert!(masks(&Viewer::operator(), Action::ReadContent).is_empty());
    }

    #[test]
    fn tokens_do_no_more_than_their_scopes_and_their_owner() {
        let reader = Credential::Token(TokenId([2; 16]), vec![TokenScope::Read, TokenScope::Import]);
        let of = |role: BuiltIn| viewer(&[role.role()], reader.clone());
        assert!(may(&of(BuiltIn::Owner), Action::Import));
        assert!(!may(&of(BuiltIn::Staff), Action::Import));
        for action in
            [Action::ManageUsers, Action::ManageRoles, Action::ManagePeople, Action::ReadAudit, Action::Reveal]
        {
            assert!(!may(&of(BuiltIn::Owner), action));
        }
        assert_eq!(reach(&of(BuiltIn::Staff), Action::Search), Reach::Within(vec![DataScope::OwnCustomers]));
    }
}
