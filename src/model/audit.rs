//! Events: who did or saw what, when, from where, about whom. Each is an entry of the ledger.
//!
//! Particulars keep to a few habits, so that whoever reads them needs no list: what changed stands as `NAME_before` and
//! `NAME_after`; ids of whom and what an event is about stand, separated by spaces, under the names of [`SUBJECT_DETAILS`].

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Names of particulars that hold ids of subjects. Nothing that somebody typed ever stands under them.
pub const SUBJECT_DETAILS: &[&str] =
    &["conversations", "customers", "handover", "leaver", "messages", "successors", "user", "token"];

/// Names of particulars that hold what somebody typed, and so may hold personal data.
pub const TYPED_DETAILS: &[&str] = &[
    "query",
    "words",
    "reason",
    "name",
    "file",
    "after",
    "account",
    "login",
    "title",
    "number",
    "purpose",
    "recipient",
    "forum",
];

/// Who acted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Actor {
    /// The actor's id; empty for operator and system.
    pub id: String,
    /// `user`, `token`, `operator` (of the machine) or `system`; `stranger` for a denied attempt of nobody known.
    pub kind: String,
    /// The actor's name at that moment.
    pub name: String,
    /// For a token the id of the user it belongs to.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub owner: String,
}

impl Actor {
    /// Every id under which the actor is looked for; the kind stands for those without one.
    pub fn ids(&self) -> Vec<&str> {
        let ids: Vec<&str> = [self.id.as_str(), self.owner.as_str()].into_iter().filter(|id| !id.is_empty()).collect();
        if ids.is_empty() { vec![&self.kind] } else { ids }
    }
}

/// One act. Its canonical JSON is the body of its entry.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// What was done: `noun.verb`.
    pub action: String,
    /// By whom.
    pub actor: Actor,
    /// Further particulars, never content and never a secret.
    #[serde(default)]
    pub details: BTreeMap<String, String>,
    /// On what: the opaque id of the object, or empty.
    pub object: String,
    /// From where: network address or `local`.
    pub place: String,
}

macro_rules! actions {
    ($($(#[$doc:meta])* $variant:ident = $name:literal,)*) => {
        /// Every act that this version knows. Events keep the names; a newer or older version may have written others.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum AuditAction {
            $($(#[$doc])* $variant,)*
            /// None that this version knows: the event's own name says which.
            Other,
        }

        impl AuditAction {
            /// All known ones, in the order of their list.
            pub const KNOWN: &[Self] = &[$(Self::$variant,)*];

            /// The name in events; empty for [`AuditAction::Other`].
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)*
                    Self::Other => "",
                }
            }

            /// Reads [`AuditAction::name`]; [`AuditAction::Other`] for any other text.
            pub fn from_name(name: &str) -> Self {
                match name {
                    $($name => Self::$variant,)*
                    _ => Self::Other,
                }
            }
        }
    };
}

actions! {
    /// Somebody asked for what they may not do. Equal attempts within a minute are counted in one event.
    AccessDeny = "access.deny",
    /// Somebody asked why a person may see something, or may not.
    AccessExplain = "access.explain",
    /// Somebody asked for the approval of a sensitive operation.
    ApprovalAsk = "approval.ask",
    /// Somebody said yes to what another asked.
    ApprovalApprove = "approval.approve",
    /// Nobody decided in time, or it was not carried out in time.
    ApprovalExpire = "approval.expire",
    /// Somebody said no to what another asked.
    ApprovalRefuse = "approval.refuse",
    /// Who asked, or who said yes, took it back.
    ApprovalRevoke = "approval.revoke",
    /// What was approved was carried out.
    ApprovalUse = "approval.use",
    /// It was changed what needs approval.
    ApprovalPolicyChange = "approval.policy_change",
    /// Somebody looked at what another user would see.
    AccessPreview = "access.preview",
    /// The archive knew its own state; once a day.
    ArchiveAlive = "archive.alive",
    /// The archive was made.
    ArchiveCreate = "archive.create",
    /// Derived data begins to be made again.
    ArchiveRebuild = "archive.rebuild",
    /// Derived data was made again.
    ArchiveRebuilt = "archive.rebuilt",
    /// A check of the whole archive began.
    ArchiveVerify = "archive.verify",
    /// A check of the whole archive ended.
    ArchiveVerified = "archive.verified",
    /// Events were exported.
    AuditExport = "audit.export",
    /// An event's proof was read.
    AuditProve = "audit.prove",
    /// Events were read.
    AuditRead = "audit.read",
    /// A file was put into the chain of a case; its digests are in the event.
    CaseAddFile = "case.add_file",
    /// What is known of a case was changed, or whether it goes on.
    CaseChange = "case.change",
    /// Something was collected for a case.
    CaseCollect = "case.collect",
    /// A file of a case was taken out of the archive.
    CaseDownloadFile = "case.download_file",
    /// A link of a case's chain was made, changed or moved.
    CaseLink = "case.link",
    /// A case was opened.
    CaseOpen = "case.open",
    /// Messages of a case were read.
    CaseRead = "case.read",
    /// A file was taken out of the chain of a case.
    CaseRemoveFile = "case.remove_file",
    /// Something was taken out of a case.
    CaseTakeOut = "case.take_out",
    /// A link was taken out of the chain of a case.
    CaseUnlink = "case.unlink",
    /// The model clause was written into the ledger.
    ClauseIssue = "clause.issue",
    /// The newest messages of listed conversations were read.
    ConversationList = "conversation.list",
    /// Messages of a conversation were read.
    ConversationRead = "conversation.read",
    /// A customer was given to another member of staff.
    CustomerChangeOwner = "customer.change_owner",
    /// A customer's page was read.
    CustomerRead = "customer.read",
    /// A department was made.
    DepartmentCreate = "department.create",
    /// A department was deleted.
    DepartmentDelete = "department.delete",
    /// A department was moved.
    DepartmentMove = "department.move",
    /// A department got another name.
    DepartmentRename = "department.rename",
    /// A directory was imported.
    DirectoryImport = "directory.import",
    /// An authenticator app was enrolled as second factor.
    FactorEnrol = "factor.enrol",
    /// A code of a second factor was wrong.
    FactorRefuse = "factor.refuse",
    /// New recovery codes were made; the old ones are worth nothing.
    FactorRecoveryCodes = "factor.recovery_codes",
    /// A recovery code was used.
    FactorRecoveryUsed = "factor.recovery_used",
    /// Somebody removed their own second factor.
    FactorRemove = "factor.remove",
    /// Somebody's lost second factor was removed for them.
    FactorReset = "factor.reset",
    /// A leaver's handover began.
    HandoverBegin = "handover.begin",
    /// A handover was called off.
    HandoverCancel = "handover.cancel",
    /// A leaver's customers were given to their successors.
    HandoverCarryOut = "handover.carry_out",
    /// A form of a handover has both signatures.
    HandoverComplete = "handover.complete",
    /// A form of a handover was filled in.
    HandoverEditForm = "handover.edit_form",
    /// What a leaver had done was frozen for review.
    HandoverFreeze = "handover.freeze",
    /// It was said to whom a leaver's customers go.
    HandoverPlan = "handover.plan",
    /// A form of a handover was read.
    HandoverReadForm = "handover.read_form",
    /// What a leaver had done was read.
    HandoverReadReview = "handover.read_review",
    /// The signature on a form of a handover was taken off again.
    HandoverReopenForm = "handover.reopen_form",
    /// A form of a handover was signed.
    HandoverSign = "handover.sign",
    /// A leaver was suspended: accounts, sessions and tokens.
    HandoverSuspend = "handover.suspend",
    /// Somebody confirmed who they are, before something sensitive.
    IdentityConfirm = "identity.confirm",
    /// A confirmation of who somebody is failed.
    IdentityRefuse = "identity.refuse",
    /// An import began.
    ImportBegin = "import.begin",
    /// An import ended.
    ImportEnd = "import.end",
    /// Lines that an import refused were read.
    ImportReadRejects = "import.read_rejects",
    /// The master key is about to be rotated.
    KeyRotate = "key.rotate",
    /// The master key was rotated.
    KeyRotated = "key.rotated",
    /// Somebody asked for a checkpoint.
    LedgerSign = "ledger.sign",
    /// Files that messages name were put into the archive.
    MediaStore = "media.store",
    /// A message's original was downloaded.
    MessageDownload = "message.download",
    /// A file of a message was shown or downloaded.
    MessageFile = "message.file",
    /// A message's proof was read.
    MessageProve = "message.prove",
    /// Messages were read.
    MessageRead = "message.read",
    /// An evidence package was asked for.
    PackageAsk = "package.ask",
    /// A package begins to be built.
    PackageBuild = "package.build",
    /// Somebody did not want a package any more.
    PackageCancel = "package.cancel",
    /// A package was handed out: to somebody signed in, to a file, by a link.
    PackageDeliver = "package.deliver",
    /// A finished package's file was removed because its time was over.
    PackageExpire = "package.expire",
    /// A package could not be built.
    PackageFail = "package.fail",
    /// A link to a package was made.
    PackageLink = "package.link",
    /// A link to a package was taken back.
    PackageLinkRevoke = "package.link_revoke",
    /// Somebody tried a link to a package with a wrong pass phrase.
    PackageRefuse = "package.refuse",
    /// A package was sealed: its tag manifest, who asked for it, who approved.
    PackageSeal = "package.seal",
    /// A kept package was checked as others would.
    PackageVerify = "package.verify",
    /// A passkey was added to an account.
    PasskeyAdd = "passkey.add",
    /// An answer of a device was refused: not what was asked for, not by its key, or by a copy of it.
    PasskeyRefuse = "passkey.refuse",
    /// A passkey was taken away.
    PasskeyRemove = "passkey.remove",
    /// A passkey got another name.
    PasskeyRename = "passkey.rename",
    /// A page that shows content was opened and marked.
    PageOpen = "page.open",
    /// Somebody changed their own password.
    PasswordChange = "password.change",
    /// A change of a password was refused: the present one was wrong.
    PasswordRefuse = "password.refuse",
    /// Somebody was given a new password.
    PasswordReset = "password.reset",
    /// A masked value of personal data was shown.
    PersonalReveal = "personal.reveal",
    /// The sign-in policy was changed.
    PolicyChange = "policy.change",
    /// A role was changed.
    RoleChange = "role.change",
    /// A role was made by copying another.
    RoleCopy = "role.copy",
    /// A role was deleted.
    RoleDelete = "role.delete",
    /// A key with a certificate that it signed itself was made, to seal packages.
    SealKeyCreate = "seal_key.create",
    /// The key of a file seals packages from now on.
    SealKeyImport = "seal_key.import",
    /// A key seals packages no more.
    SealKeyRetire = "seal_key.retire",
    /// A search showed messages.
    SearchRun = "search.run",
    /// A session ended.
    SessionEnd = "session.end",
    /// All other sessions of a user ended.
    SessionEndOthers = "session.end_others",
    /// A sign-in failed.
    SessionRefuse = "session.refuse",
    /// Somebody signed in.
    SessionStart = "session.start",
    /// A setting was changed.
    SettingChange = "setting.change",
    /// An administrator who was made at set-up chose a password.
    SetupAccept = "setup.accept",
    /// A set-up link was made.
    SetupLink = "setup.link",
    /// A set-up link was wrong.
    SetupRefuse = "setup.refuse",
    /// A link by which an administrator who was made at set-up chooses a password was made anew.
    SetupRenew = "setup.renew",
    /// How people sign in with other systems was changed.
    SignOnChange = "sign_on.change",
    /// A person of an identity provider was found to be a user.
    SignOnLink = "sign_on.link",
    /// Settings for signing in with another system were tried.
    SignOnTest = "sign_on.test",
    /// A member of staff was changed.
    StaffChange = "staff.change",
    /// A member of staff was put by hand.
    StaffCreate = "staff.create",
    /// It was changed who stamps the ledger's heads.
    StampChange = "stamp.change",
    /// An outsider's stamp over an earlier head was kept.
    StampKeep = "stamp.keep",
    /// A head was told to whom the webhook names.
    StampTell = "stamp.tell",
    /// Heads were sent to be stamped at once.
    StampTry = "stamp.try",
    /// A token was made.
    TokenCreate = "token.create",
    /// A token was revoked.
    TokenRevoke = "token.revoke",
    /// A user got other roles.
    UserChangeRoles = "user.change_roles",
    /// A user was made.
    UserCreate = "user.create",
    /// A lost administrator was let in again, at the machine.
    UserRecover = "user.recover",
    /// A user was let in again.
    UserResume = "user.resume",
    /// A user was suspended.
    UserSuspend = "user.suspend",
}

impl Event {
    /// The canonical JSON (RFC 8785): members sorted, no spaces.
    pub fn to_bytes(&self) -> Vec<u8> {
        serde_json::to_vec(self).unwrap_or_default()
    }

    /// Reads [`Event::to_bytes`].
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        serde_json::from_slice(bytes).ok()
    }

    /// A particular; empty where there is none.
    pub fn detail(&self, name: &str) -> &str {
        self.details.get(name).map_or("", String::as_str)
    }

    /// Whose doing it was. What somebody was denied is written down by the product itself, and says who asked.
    pub fn acting(&self) -> Actor {
        if self.action != AuditAction::AccessDeny.name() {
            return self.actor.clone();
        }
        let (user, token) = (self.detail("user"), self.detail("token"));
        let (kind, id, owner) = match (user, token) {
            ("", "") => ("stranger", "", ""),
            (user, "") => ("user", user, ""),
            (user, token) => ("token", token, user),
        };
        Actor { id: id.into(), kind: kind.into(), name: self.detail("name").into(), owner: owner.into() }
    }

    /// Ids of what it was done to and whom it is about, each once, the object first.
    pub fn subjects(&self) -> Vec<&str> {
        let particular = SUBJECT_DETAILS.iter().flat_map(|name| self.detail(name).split_ascii_whitespace());
        let mut all: Vec<&str> = Vec::new();
        for id in std::iter::once(self.object.as_str()).chain(particular).filter(|id| !id.is_empty()) {
            if !all.contains(&id) {
                all.push(id);
            }
        }
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event() -> Event {
        Event {
            action: "session.start".into(),
            actor: Actor { kind: "user".into(), id: "u1".into(), name: "李".into(), owner: String::new() },
            details: BTreeMap::from([("b".into(), "2".into()), ("a".into(), "1".into())]),
            object: String::new(),
            place: "127.0.0.1".into(),
        }
    }

    #[test]
    fn events_are_canonical_json() {
        let mut event = event();
        let text = String::from_utf8(event.to_bytes()).expect("utf-8");
        assert_eq!(
            text,
            r#"{"action":"session.start","actor":{"id":"u1","kind":"user","name":"李"},"details":{"a":"1","b":"2"},"object":"","place":"127.0.0.1"}"#
        );
        assert_eq!(Event::from_bytes(text.as_bytes()), Some(event.clone()));
        event.actor.owner = "u2".into();
        let text = String::from_utf8(event.to_bytes()).expect("utf-8");
        assert!(text.contains(r#""actor":{"id":"u1","kind":"user","name":"李","owner":"u2"}"#), "{text}");
    }

    #[test]
    fn actions_read_back_and_strange_ones_are_kept_apart() {
        for action in AuditAction::KNOWN {
            assert_eq!(AuditAction::from_name(action.name()), *action);
            assert!(action.name().split_once('.').is_some(), "{action:?} is noun.verb");
        }
        assert_eq!(AuditAction::from_name("tea.drink"), AuditAction::Other);
        assert_eq!(AuditAction::from_name(""), AuditAction::Other);
    }

    #[test]
    fn a_denied_attempt_is_the_doing_of_who_asked() {
        let mut denied = event();
        denied.action = AuditAction::AccessDeny.name().into();
        denied.details = BTreeMap::from([("user".into(), "u3".into()), ("name".into(), "王".into())]);
        assert_eq!(denied.acting().ids(), ["u3"]);
        denied.details.insert("token".into(), "t4".into());
        let acting = denied.acting();
        assert_eq!((acting.kind.as_str(), acting.ids(), acting.name.as_str()), ("token", vec!["t4", "u3"], "王"));
        assert_eq!(event().acting().ids(), ["u1"]);
        assert_eq!(Actor { kind: "operator".into(), ..Actor::default() }.ids(), ["operator"]);
    }

    #[test]
    fn subjects_are_ids_and_never_what_somebody_typed() {
        let mut read = event();
        read.object = "c1".into();
        read.details = BTreeMap::from([("customers".into(), "k1 k2 k1".into()), ("query".into(), "k3".into())]);
        assert_eq!(read.subjects(), ["c1", "k1", "k2"]);
    }
}
