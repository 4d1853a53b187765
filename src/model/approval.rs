//! Approvals: a second person's yes to a sensitive operation. What is asked for, who may decide, what follows upon what.
//!
//! An approval holds the operation with all its parameters and, beside it, what the server said it would do. Nobody but
//! the server writes either, and neither ever changes: what was approved is what is carried out.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::access::Action;
use crate::id::{ApprovalId, CustomerId, HandoverId, RoleId, StaffId, UserId};
use crate::limits::{APPROVAL_HOURS_DEFAULT, APPROVAL_HOURS_MAX};
use crate::package::PackageWanted;
use crate::personal::{Masks, RevealSubject};
use crate::policy::SignInPolicy;
use crate::role::DataScope;
use crate::time::Timestamp;
use crate::user::{TokenScope, User};

/// A kind of sensitive operation, of which a policy may demand approval. The names are written into settings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SensitiveKind {
    /// Events of the audit trail leave as a file.
    AuditExport,
    /// Customers get another owner.
    OwnerChange,
    /// A user gets other roles, or becomes another member of staff.
    UserRoles,
    /// A role is made, changed or deleted.
    RoleChange,
    /// A token for programs is made.
    TokenCreate,
    /// The sign-in policy is changed.
    SignInPolicy,
    /// It is changed what needs approval. Once anything does, this does too, whether it is named or not.
    ApprovalPolicy,
    /// A user is made.
    UserCreate,
    /// A user is suspended or let in again.
    UserActive,
    /// Somebody's second factor is taken away for them.
    FactorReset,
    /// It is changed whether an owner sees what was before their time.
    HistoryRule,
    /// Evidence packages are sealed with another key.
    SealKey,
    /// One masked value is shown.
    Reveal,
    /// An evidence package is built.
    EvidenceExport,
}

impl SensitiveKind {
    /// All of them, in the order of lists.
    pub const ALL: &[Self] = &[
        Self::AuditExport,
        Self::OwnerChange,
        Self::UserRoles,
        Self::RoleChange,
        Self::TokenCreate,
        Self::SignInPolicy,
        Self::ApprovalPolicy,
        Self::UserCreate,
        Self::UserActive,
        Self::FactorReset,
        Self::HistoryRule,
        Self::SealKey,
        Self::Reveal,
        Self::EvidenceExport,
    ];

    /// The stable name, as events have it.
    pub fn name(self) -> &'static str {
        match self {
            Self::AuditExport => "audit_export",
            Self::OwnerChange => "owner_change",
            Self::UserRoles => "user_roles",
            Self::RoleChange => "role_change",
            Self::TokenCreate => "token_create",
            Self::SignInPolicy => "sign_in_policy",
            Self::ApprovalPolicy => "approval_policy",
            Self::UserCreate => "user_create",
            Self::UserActive => "user_active",
            Self::FactorReset => "factor_reset",
            Self::HistoryRule => "history_rule",
            Self::SealKey => "seal_key",
            Self::Reveal => "reveal",
            Self::EvidenceExport => "evidence_export",
        }
    }

    /// The action that carries such an operation out.
    pub fn done_with(self) -> Action {
        match self {
            Self::AuditExport => Action::ReadAudit,
            Self::OwnerChange | Self::HistoryRule => Action::ManagePeople,
            Self::UserRoles | Self::RoleChange | Self::ApprovalPolicy => Action::ManageRoles,
            Self::TokenCreate => Action::ManageOwnTokens,
            Self::SealKey => Action::Operate,
            Self::Reveal => Action::Reveal,
            Self::SignInPolicy | Self::UserCreate | Self::UserActive | Self::FactorReset => Action::ManageUsers,
            Self::EvidenceExport => Action::ExportEvidence,
        }
    }

    /// Actions any of which shows what such an operation is about. Whose customers or messages are meant is asked besides.
    pub fn shown_by(self) -> &'static [Action] {
        match self {
            Self::AuditExport => &[Action::ReadAudit],
            Self::OwnerChange => &[Action::ReadDirectory],
            Self::Reveal => &[Action::ReadContent],
            Self::EvidenceExport => &[Action::ManageCases, Action::ExportEvidence],
            Self::HistoryRule => &[Action::ManagePeople, Action::ManageRoles],
            Self::SealKey => &[Action::Operate, Action::ReadSystem],
            Self::UserRoles
            | Self::RoleChange
            | Self::TokenCreate
            | Self::SignInPolicy
            | Self::ApprovalPolicy
            | Self::UserCreate
            | Self::UserActive
            | Self::FactorReset => &[Action::ManageUsers, Action::ManageRoles],
        }
    }
}

/// Of what approval is demanded, and how long one is good.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApprovalPolicy {
    /// What needs approval; nothing where it is empty.
    pub kinds: BTreeSet<SensitiveKind>,
    /// Hours from the question until nobody may decide or use it any more.
    pub hours: u32,
}

impl Default for ApprovalPolicy {
    /// Nothing needs approval.
    fn default() -> Self {
        Self { kinds: BTreeSet::new(), hours: APPROVAL_HOURS_DEFAULT }
    }
}

impl ApprovalPolicy {
    /// Whether a kind needs approval. Nobody takes approvals back alone: once they are on, this policy itself needs one.
    pub fn demands(&self, kind: SensitiveKind) -> bool {
        self.kinds.contains(&kind) || kind == SensitiveKind::ApprovalPolicy && !self.kinds.is_empty()
    }

    /// Whether the hours are within their bounds.
    pub fn fits(&self) -> bool {
        (1..=APPROVAL_HOURS_MAX).contains(&self.hours)
    }
}

/// Which events are to leave as a file, and in which form.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditExportWanted {
    /// By whom.
    pub actor: Option<String>,
    /// Any of these acts by name; none means all.
    pub actions: Vec<String>,
    /// Done to or about this id.
    pub subject: Option<String>,
    /// From this place.
    pub place: Option<String>,
    /// At or after this moment.
    pub after: Option<Timestamp>,
    /// Before this moment.
    pub before: Option<Timestamp>,
    /// Words that all stand in names and particulars.
    pub words: Option<String>,
    /// The name of the file's form.
    pub form: String,
}

/// A sensitive operation with its exact parameters. A later version adds variants and changes none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SensitiveOperation {
    /// Exports events.
    ExportAuditEvents(AuditExportWanted),
    /// Gives a customer to another member of staff, or to nobody.
    ChangeCustomerOwner {
        /// Which.
        customer: CustomerId,
        /// To whom.
        owner: Option<StaffId>,
    },
    /// Gives all customers of a leaver to their successors.
    CarryOutHandover {
        /// Which handover.
        handover: HandoverId,
        /// SHA-256 of the plan that was looked at.
        digest: String,
    },
    /// Gives a user other roles.
    SetUserRoles {
        /// Whom.
        user: UserId,
        /// Which.
        roles: Vec<RoleId>,
        /// The member of staff that the user is.
        staff: Option<StaffId>,
    },
    /// Makes a role that is what another is.
    CopyRole {
        /// The other.
        from: RoleId,
        /// What the copy is called.
        name: String,
    },
    /// Changes a role; what is none stays.
    UpdateRole {
        /// Which.
        role: RoleId,
        /// The name.
        name: Option<String>,
        /// What its holders may do.
        actions: Option<BTreeSet<Action>>,
        /// With whose records.
        scope: Option<DataScope>,
        /// What its holders see masked.
        masks: Option<Masks>,
        /// Whether its holders must have a second factor.
        second_factor: Option<bool>,
        /// The networks from which it may be used, as they were typed.
        networks: Option<Vec<String>>,
        /// Whether it is meant although the networks leave out the asker's place.
        lock_out: bool,
    },
    /// Deletes a role.
    DeleteRole {
        /// Which.
        role: RoleId,
    },
    /// Makes a token for the asker. Its secret is made when it is carried out, and shown then.
    CreateToken {
        /// What it is for.
        name: String,
        /// What it may be used for.
        scopes: Vec<TokenScope>,
        /// How many days it lives.
        days: u32,
    },
    /// Changes the sign-in policy.
    SetSignInPolicy(SignInPolicy),
    /// Changes what needs approval.
    SetApprovalPolicy(ApprovalPolicy),
    /// Makes a user.
    CreateUser {
        /// What is typed to sign in.
        login: String,
        /// The name to show.
        name: String,
        /// The roles.
        roles: Vec<RoleId>,
        /// The member of staff that the user is.
        staff: Option<StaffId>,
        /// The first password as an Argon2id PHC string; shown to nobody.
        password: String,
    },
    /// Makes a service account.
    CreateServiceAccount {
        /// What it is called in lists of logins; nobody signs in with it.
        login: String,
        /// The name to show.
        name: String,
        /// The roles.
        roles: Vec<RoleId>,
    },
    /// Makes a token for a service account. Its secret is made when it is carried out, and shown then.
    CreateServiceToken {
        /// Whose.
        account: UserId,
        /// What it is for.
        name: String,
        /// What it may be used for.
        scopes: Vec<TokenScope>,
        /// How many days it lives.
        days: u32,
    },
    /// Suspends a user or lets the user in again.
    SetUserActive {
        /// Whom.
        user: UserId,
        /// Whether the user may sign in.
        active: bool,
    },
    /// Takes a user's second factor away.
    ResetSecondFactor {
        /// Whose.
        user: UserId,
    },
    /// Says whether an owner sees what was before their time.
    SetSuccessorSeesHistory {
        /// Whether.
        sees: bool,
    },
    /// Lets the key of a file seal packages.
    ImportSealKey {
        /// Key and certificates, sealed by the keystore; shown to nobody.
        sealed: String,
    },
    /// Makes a key with a certificate that it signs itself, to seal packages.
    MakeSealKey {
        /// In whose name.
        organisation: String,
    },
    /// Lets packages be sealed with SM2 no more.
    RetireSm2Key,
    /// Shows one masked value to the asker.
    RevealPersonal {
        /// Whose it is.
        subject: RevealSubject,
        /// Its place in the list of masked values.
        index: u32,
        /// Why it is needed.
        reason: String,
    },
    /// Builds an evidence package.
    ExportEvidence(PackageWanted),
}

impl SensitiveOperation {
    /// What kind it is of.
    pub fn kind(&self) -> SensitiveKind {
        match self {
            Self::ExportAuditEvents(_) => SensitiveKind::AuditExport,
            Self::ChangeCustomerOwner { .. } | Self::CarryOutHandover { .. } => SensitiveKind::OwnerChange,
            Self::SetUserRoles { .. } => SensitiveKind::UserRoles,
            Self::CopyRole { .. } | Self::UpdateRole { .. } | Self::DeleteRole { .. } => SensitiveKind::RoleChange,
            Self::CreateToken { .. } | Self::CreateServiceToken { .. } => SensitiveKind::TokenCreate,
            Self::SetSignInPolicy(_) => SensitiveKind::SignInPolicy,
            Self::SetApprovalPolicy(_) => SensitiveKind::ApprovalPolicy,
            Self::CreateUser { .. } | Self::CreateServiceAccount { .. } => SensitiveKind::UserCreate,
            Self::SetUserActive { .. } => SensitiveKind::UserActive,
            Self::ResetSecondFactor { .. } => SensitiveKind::FactorReset,
            Self::SetSuccessorSeesHistory { .. } => SensitiveKind::HistoryRule,
            Self::ImportSealKey { .. } | Self::MakeSealKey { .. } | Self::RetireSm2Key => SensitiveKind::SealKey,
            Self::RevealPersonal { .. } => SensitiveKind::Reveal,
            Self::ExportEvidence(_) => SensitiveKind::EvidenceExport,
        }
    }

    /// The customer or message it is about: who decides must see it too.
    pub fn subject(&self) -> Option<RevealSubject> {
        match self {
            Self::ChangeCustomerOwner { customer, .. } => Some(RevealSubject::Customer(*customer)),
            Self::RevealPersonal { subject, .. } => Some(*subject),
            _ => None,
        }
    }
}

/// What an operation will do, as the server said when it was asked for: the event that it will write.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Preview {
    /// The name of the event.
    pub action: String,
    /// What it will be done to; empty where that is made only then.
    pub object: String,
    /// Particulars; what changes stands as `NAME_before` and `NAME_after`.
    pub details: BTreeMap<String, String>,
    /// What ids in it were called when it was asked, for people.
    pub names: BTreeMap<String, String>,
}

impl Preview {
    /// Whether it would do the same. Names may have changed meanwhile; what happens to whom may not.
    pub fn does_as(&self, other: &Self) -> bool {
        (&self.action, &self.object, &self.details) == (&other.action, &other.object, &other.details)
    }

    /// SHA-256 over the operation and what it will do, by which events name both.
    pub fn digest(&self, operation: &SensitiveOperation) -> [u8; 32] {
        let told = ("xinju-approval/1", operation, &self.action, &self.object, &self.details);
        Sha256::digest(serde_json::to_vec(&told).unwrap_or_default()).into()
    }
}

/// How an approval stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ApprovalState {
    /// Nobody has decided yet.
    Pending,
    /// Somebody said yes; the asker may carry it out.
    Approved,
    /// Somebody said no.
    Refused,
    /// Taken back, by who asked or by who said yes.
    Revoked,
    /// Carried out.
    Used,
    /// Nobody decided in time, or it was not carried out in time.
    Expired,
}

impl ApprovalState {
    /// The stable name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Approved => "approved",
            Self::Refused => "refused",
            Self::Revoked => "revoked",
            Self::Used => "used",
            Self::Expired => "expired",
        }
    }

    /// Whether anything may still follow.
    pub fn is_open(self) -> bool {
        matches!(self, Self::Pending | Self::Approved)
    }
}

/// Somebody's part in an approval.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// Whose; none where time did it.
    pub by: Option<UserId>,
    /// The name at that moment.
    pub name: String,
    /// When.
    pub at: Timestamp,
    /// Why, in their words; may be empty.
    pub why: String,
}

/// A sensitive operation that waits for, or had, a second person's word.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Approval {
    /// Its id.
    pub id: ApprovalId,
    /// What is to be done.
    pub operation: SensitiveOperation,
    /// What that will do.
    pub preview: Preview,
    /// Who asked, when, and why.
    pub asked: Step,
    /// Until when it may be decided and used.
    pub expires_at: Timestamp,
    /// How it was left; see [`Approval::state_at`].
    pub state: ApprovalState,
    /// Who said yes or no.
    pub decided: Option<Step>,
    /// Who ended it after that, or took it back.
    pub closed: Option<Step>,
}

/// It stands otherwise than this step needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the approval is {} by now", .0.name())]
pub struct WrongState(pub ApprovalState);

impl Approval {
    /// How it stands at a moment: time ends what nobody ended.
    pub fn state_at(&self, now: Timestamp) -> ApprovalState {
        if self.state.is_open() && now >= self.expires_at { ApprovalState::Expired } else { self.state }
    }

    fn must_be(&self, wanted: &[ApprovalState], now: Timestamp) -> Result<(), WrongState> {
        let state = self.state_at(now);
        if wanted.contains(&state) { Ok(()) } else { Err(WrongState(state)) }
    }

    /// Somebody says yes or no to what is pending.
    pub fn decide(&mut self, yes: bool, step: Step) -> Result<(), WrongState> {
        self.must_be(&[ApprovalState::Pending], step.at)?;
        self.state = if yes { ApprovalState::Approved } else { ApprovalState::Refused };
        self.decided = Some(step);
        Ok(())
    }

    /// Whether somebody may take it back: who asked, as long as it is open; who said yes, until it is used.
    pub fn may_revoke(&self, user: UserId, now: Timestamp) -> bool {
        let said_yes = self.decided.as_ref().is_some_and(|step| step.by == Some(user));
        self.state_at(now).is_open() && (self.asked.by == Some(user) || said_yes)
    }

    /// Somebody takes it back.
    pub fn revoke(&mut self, step: Step) -> Result<(), WrongState> {
        self.must_be(&[ApprovalState::Pending, ApprovalState::Approved], step.at)?;
        (self.state, self.closed) = (ApprovalState::Revoked, Some(step));
        Ok(())
    }

    /// It is carried out. Once.
    pub fn use_up(&mut self, step: Step) -> Result<(), WrongState> {
        self.must_be(&[ApprovalState::Approved], step.at)?;
        (self.state, self.closed) = (ApprovalState::Used, Some(step));
        Ok(())
    }

    /// Its time is over; false where it is not, or where it ended otherwise.
    pub fn expire(&mut self, now: Timestamp) -> bool {
        if !self.state.is_open() || now < self.expires_at {
            return false;
        }
        let step = Step { by: None, name: String::new(), at: now, why: String::new() };
        (self.state, self.closed) = (ApprovalState::Expired, Some(step));
        true
    }
}

/// Who gave an account what it is; none for the operator of the machine, for the account's own holder, and where two people agreed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Setters {
    /// Who made the account, or last set its password or took its second factor away: who may hold its keys.
    pub credentials: Option<UserId>,
    /// Who last gave its roles.
    pub roles: Option<UserId>,
}

/// An account as the rule looks at it. Of accounts from before anybody wrote it down nothing is known.
#[derive(Clone, Copy, Debug)]
pub struct Account<'a> {
    /// The user.
    pub user: &'a User,
    /// Who set it up.
    pub setters: Option<Setters>,
}

/// Why somebody may not decide.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Obstacle {
    /// They asked themselves.
    Yourself,
    /// Both accounts belong to one member of staff.
    SamePerson,
    /// One of the two set the other's password or second factor, or who asked gave who decides the roles: one hand may hold both.
    OneHand,
    /// They are suspended.
    Suspended,
    /// They may not approve, or may not see what it is about.
    NotAllowed,
}

/// What keeps `approver` from deciding what `asker` asked; `allowed` says whether they may approve and see what it is about.
pub fn obstacle(asker: Account<'_>, approver: Account<'_>, allowed: bool) -> Option<Obstacle> {
    let (a, b) = (asker.user, approver.user);
    if a.id == b.id {
        return Some(Obstacle::Yourself);
    }
    if !b.active {
        return Some(Obstacle::Suspended);
    }
    if !allowed {
        return Some(Obstacle::NotAllowed);
    }
    if a.staff.is_some() && a.staff == b.staff {
        return Some(Obstacle::SamePerson);
    }
    let apart = match (asker.setters, approver.setters) {
        (Some(of_a), Some(of_b)) => {
            of_a.credentials != Some(b.id) && of_b.credentials != Some(a.id) && of_b.roles != Some(a.id)
        }
        _ => false,
    };
    if apart { None } else { Some(Obstacle::OneHand) }
}

#[cfg(test)]
#[path = "approval_tests.rs"]
mod tests;
