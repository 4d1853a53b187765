//! The audit trail: who did or saw what, when, from where, about whom.

use async_graphql::{Context, Enum, ID, InputObject, Object, Result, SimpleObject};
use xinju_model::audit::{Actor, AuditAction as Known};
use xinju_model::id::EntryIndex;
use xinju_service::trail::{self, EventView};

use crate::graphql::context::call;
use crate::graphql::message::Seal;
use crate::graphql::page::{self, Page};
use crate::graphql::proof::Proof;
use crate::graphql::scalars::DateTime;

/// A page of events costs as much as this many fields besides: each is an event itself, and may wait for the index.
pub(crate) const TRAIL_COST: usize = 200;

/// An act that this version knows.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "xinju_model::audit::AuditAction")]
pub(crate) enum AuditAction {
    /// Somebody asked for what they may not do. Equal attempts within a minute are counted in one event.
    AccessDeny,
    /// Somebody asked why a person may see something, or may not.
    AccessExplain,
    /// Somebody asked for the approval of a sensitive operation.
    ApprovalAsk,
    /// Somebody said yes to what another asked.
    ApprovalApprove,
    /// Nobody decided in time, or it was not carried out in time.
    ApprovalExpire,
    /// Somebody said no to what another asked.
    ApprovalRefuse,
    /// Who asked, or who said yes, took it back.
    ApprovalRevoke,
    /// What was approved was carried out.
    ApprovalUse,
    /// It was changed what needs approval.
    ApprovalPolicyChange,
    /// Somebody looked at what another user would see.
    AccessPreview,
    /// The archive knew its own state; once a day.
    ArchiveAlive,
    /// The archive was made.
    ArchiveCreate,
    /// Derived data begins to be made again.
    ArchiveRebuild,
    /// Derived data was made again.
    ArchiveRebuilt,
    /// A check of the whole archive began.
    ArchiveVerify,
    /// A check of the whole archive ended.
    ArchiveVerified,
    /// Events were exported.
    AuditExport,
    /// An event's proof was read.
    AuditProve,
    /// Events were read.
    AuditRead,
    /// A file was put into the chain of a case; its digests are in the event.
    CaseAddFile,
    /// What is known of a case was changed, or whether it goes on.
    CaseChange,
    /// Something was collected for a case.
    CaseCollect,
    /// A file of a case was taken out of the archive.
    CaseDownloadFile,
    /// A link of a case's chain was made, changed or moved.
    CaseLink,
    /// A case was opened.
    CaseOpen,
    /// Messages of a case were read.
    CaseRead,
    /// A file was taken out of the chain of a case.
    CaseRemoveFile,
    /// Something was taken out of a case.
    CaseTakeOut,
    /// A link was taken out of the chain of a case.
    CaseUnlink,
    /// The model clause was written into the ledger.
    ClauseIssue,
    /// The newest messages of listed conversations were read.
    ConversationList,
    /// Messages of a conversation were read.
    ConversationRead,
    /// A customer was given to another member of staff.
    CustomerChangeOwner,
    /// A customer's page was read.
    CustomerRead,
    /// A department was made.
    DepartmentCreate,
    /// A department was deleted.
    DepartmentDelete,
    /// A department was moved.
    DepartmentMove,
    /// A department got another name.
    DepartmentRename,
    /// A directory was imported.
    DirectoryImport,
    /// An authenticator app was enrolled as second factor.
    FactorEnrol,
    /// A code of a second factor was wrong.
    FactorRefuse,
    /// New recovery codes were made; the old ones are worth nothing.
    FactorRecoveryCodes,
    /// A recovery code was used.
    FactorRecoveryUsed,
    /// Somebody removed their own second factor.
    FactorRemove,
    /// Somebody's lost second factor was removed for them.
    FactorReset,
    /// A leaver's handover began.
    HandoverBegin,
    /// A handover was called off.
    HandoverCancel,
    /// A leaver's customers were given to their successors.
    HandoverCarryOut,
    /// A form of a handover has both signatures.
    HandoverComplete,
    /// A form of a handover was filled in.
    HandoverEditForm,
    /// What a leaver had done was frozen for review.
    HandoverFreeze,
    /// It was said to whom a leaver's customers go.
    HandoverPlan,
    /// A form of a handover was read.
    HandoverReadForm,
    /// What a leaver had done was read.
    HandoverReadReview,
    /// The signature on a form of a handover was taken off again.
    HandoverReopenForm,
    /// A form of a handover was signed.
    HandoverSign,
    /// A leaver was suspended: accounts, sessions and tokens.
    HandoverSuspend,
    /// Somebody confirmed who they are, before something sensitive.
    IdentityConfirm,
    /// A confirmation of who somebody is failed.
    IdentityRefuse,
    /// An import began.
    ImportBegin,
    /// An import ended.
    ImportEnd,
    /// Lines that an import refused were read.
    ImportReadRejects,
    /// The master key is about to be rotated.
    KeyRotate,
    /// The master key was rotated.
    KeyRotated,
    /// Somebody asked for a checkpoint.
    LedgerSign,
    /// Files that messages name were put into the archive.
    MediaStore,
    /// A message's original was downloaded.
    MessageDownload,
    /// A file of a message was shown or downloaded.
    MessageFile,
    /// A message's proof was read.
    MessageProve,
    /// Messages were read.
    MessageRead,
    /// An evidence package was asked for.
    PackageAsk,
    /// A package begins to be built.
    PackageBuild,
    /// Somebody did not want a package any more.
    PackageCancel,
    /// A package was handed out: to somebody signed in, to a file, by a link.
    PackageDeliver,
    /// A finished package's file was removed because its time was over.
    PackageExpire,
    /// A package could not be built.
    PackageFail,
    /// A link to a package was made.
    PackageLink,
    /// A link to a package was taken back.
    PackageLinkRevoke,
    /// Somebody tried a link to a package with a wrong pass phrase.
    PackageRefuse,
    /// A package was sealed: its tag manifest, who asked for it, who approved.
    PackageSeal,
    /// A kept package was checked as others would.
    PackageVerify,
    /// A passkey was added to an account.
    PasskeyAdd,
    /// An answer of a device was refused: not what was asked for, not by its key, or by a copy of it.
    PasskeyRefuse,
    /// A passkey was taken away.
    PasskeyRemove,
    /// A passkey got another name.
    PasskeyRename,
    /// A page that shows content was opened and marked.
    PageOpen,
    /// Somebody changed their own password.
    PasswordChange,
    /// A change of a password was refused: the present one was wrong.
    PasswordRefuse,
    /// Somebody was given a new password.
    PasswordReset,
    /// A masked value of personal data was shown.
    PersonalReveal,
    /// The sign-in policy was changed.
    PolicyChange,
    /// A role was changed.
    RoleChange,
    /// A role was made by copying another.
    RoleCopy,
    /// A role was deleted.
    RoleDelete,
    /// A key with a certificate that it signed itself was made, to seal packages.
    SealKeyCreate,
    /// The key of a file seals packages from now on.
    SealKeyImport,
    /// A key seals packages no more.
    SealKeyRetire,
    /// A search showed messages.
    SearchRun,
    /// A session ended.
    SessionEnd,
    /// All other sessions of a user ended.
    SessionEndOthers,
    /// A sign-in failed.
    SessionRefuse,
    /// Somebody signed in.
    SessionStart,
    /// A setting was changed.
    SettingChange,
    /// An administrator who was made at set-up chose a password.
    SetupAccept,
    /// A set-up link was made.
    SetupLink,
    /// A set-up link was wrong.
    SetupRefuse,
    /// A link by which an administrator who was made at set-up chooses a password was made anew.
    SetupRenew,
    /// How people sign in with other systems was changed.
    SignOnChange,
    /// A person of an identity provider was found to be a user.
    SignOnLink,
    /// Settings for signing in with another system were tried.
    SignOnTest,
    /// A member of staff was changed.
    StaffChange,
    /// A member of staff was put by hand.
    StaffCreate,
    /// It was changed who stamps the ledger's heads.
    StampChange,
    /// An outsider's stamp over an earlier head was kept.
    StampKeep,
    /// A head was told to whom the webhook names.
    StampTell,
    /// Heads were sent to be stamped at once.
    StampTry,
    /// A token was made.
    TokenCreate,
    /// A token was revoked.
    TokenRevoke,
    /// A user got other roles.
    UserChangeRoles,
    /// A user was made.
    UserCreate,
    /// A lost administrator was let in again, at the machine.
    UserRecover,
    /// A user was let in again.
    UserResume,
    /// A user was suspended.
    UserSuspend,
    /// None that this version knows: `actionName` says which.
    Other,
}

/// What an id names.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "xinju_service::trail::SubjectKind")]
pub(crate) enum AuditSubjectKind {
    /// A case.
    Case,
    /// A conversation.
    Conversation,
    /// A customer.
    Customer,
    /// A handover.
    Handover,
    /// A form of a handover.
    HandoverForm,
    /// An import.
    Import,
    /// A file of a message.
    Media,
    /// An entry of the ledger: a message or an event.
    Message,
    /// A session.
    Session,
    /// A member of staff.
    Staff,
    /// An API token.
    Token,
    /// A user.
    User,
    /// Something else.
    Other,
}

/// Who acted.
#[derive(SimpleObject)]
pub(crate) struct AuditActor {
    /// The id of the user or token; null for operator, system and strangers.
    id: Option<ID>,
    /// `user`, `token`, `operator` (of the machine), `system`, or `stranger` for somebody nobody knows.
    kind: String,
    /// The name at that moment; null where there was none.
    name: Option<String>,
    /// For a token the id of the user it belongs to.
    owner: Option<ID>,
}

impl From<&Actor> for AuditActor {
    fn from(actor: &Actor) -> Self {
        Self {
            id: some(&actor.id).map(ID),
            kind: actor.kind.clone(),
            name: some(&actor.name),
            owner: some(&actor.owner).map(ID),
        }
    }
}

/// Something an event was done to or is about.
#[derive(SimpleObject)]
pub(crate) struct AuditSubject {
    /// The id.
    id: ID,
    /// What it names.
    kind: AuditSubjectKind,
    /// Its name today; null where it has none.
    name: Option<String>,
}

/// A particular of an event. What changed stands under a name that ends in `_before` and one that ends in `_after`.
#[derive(SimpleObject)]
pub(crate) struct AuditDetail {
    pub(crate) name: String,
    pub(crate) value: String,
}

fn some(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

/// One event of the audit trail, an entry of the ledger.
pub(crate) struct AuditEvent(pub(crate) EventView);

/// One event of the audit trail, an entry of the ledger.
#[Object]
impl AuditEvent {
    /// The id of its entry.
    async fn id(&self) -> ID {
        self.0.index.to_string().into()
    }
    /// When it happened, by our clock.
    async fn at(&self) -> DateTime {
        self.0.at.into()
    }
    /// Whose doing it was; for a denied attempt who asked.
    async fn actor(&self) -> AuditActor {
        (&self.0.actor).into()
    }
    /// What was done, where this version knows it.
    async fn action(&self) -> AuditAction {
        Known::from_name(&self.0.event.action).into()
    }
    /// What was done, as the event says: `noun.verb`.
    async fn action_name(&self) -> &str {
        &self.0.event.action
    }
    /// What it was done to; null where it was nothing of its own.
    async fn object(&self) -> Option<ID> {
        some(&self.0.event.object).map(ID)
    }
    /// What it was done to and whom it is about, the object first; at most 20, the particulars hold all.
    async fn subjects(&self) -> Vec<AuditSubject> {
        let subject = |found: &trail::SubjectView| AuditSubject {
            id: found.id.clone().into(),
            kind: found.kind.into(),
            name: found.name.clone(),
        };
        self.0.subjects.iter().map(subject).collect()
    }
    /// Further particulars by name, never content and never a secret.
    async fn details(&self) -> Vec<AuditDetail> {
        let details = self.0.event.details.iter();
        details.map(|(name, value)| AuditDetail { name: name.clone(), value: value.clone() }).collect()
    }
    /// From where: a network address, or `local`.
    async fn place(&self) -> &str {
        &self.0.event.place
    }
    /// How it stands in the ledger.
    async fn seal(&self) -> Seal {
        Seal::of(self.0.index, self.0.seal)
    }
    /// Null until a checkpoint covers the event, within about a second.
    #[graphql(complexity = "20 + child_complexity")]
    async fn proof(&self, context: &Context<'_>) -> Result<Option<Proof>> {
        let index = self.0.index;
        Ok(call(context, move |service, viewer| service.event_proof(viewer, index)).await?.map(Proof))
    }
}

/// Which events to list: those that fit everything given.
#[derive(InputObject, Default)]
pub(crate) struct AuditFilter {
    /// By whom: the id of a user (its tokens count too) or token, or `operator` or `system`.
    actor: Option<ID>,
    /// Any of these acts.
    actions: Option<Vec<AuditAction>>,
    /// Any of these acts by name, besides `actions`; for acts that this version does not know.
    action_names: Option<Vec<String>>,
    /// Done to or about this id.
    subject: Option<ID>,
    /// From this network address, or `local`.
    place: Option<String>,
    /// At or after this moment.
    after: Option<DateTime>,
    /// Before this moment.
    before: Option<DateTime>,
    /// Words that all stand in names and particulars, separated by spaces.
    words: Option<String>,
}

impl From<AuditFilter> for trail::AuditFilter {
    fn from(filter: AuditFilter) -> Self {
        let known = filter.actions.unwrap_or_default().into_iter().map(|action| Known::from(action).name().to_owned());
        Self {
            actor: filter.actor.map(|id| id.0),
            actions: known.chain(filter.action_names.unwrap_or_default()).collect(),
            subject: filter.subject.map(|id| id.0),
            place: filter.place,
            after: filter.after.map(|moment| moment.0),
            before: filter.before.map(|moment| moment.0),
            words: filter.words,
        }
    }
}

/// Questions about the audit trail.
#[derive(Default)]
pub(crate) struct TrailQuery;

#[Object]
impl TrailQuery {
    /// Events, newest first, everything that is durable among them. Each page is an event itself.
    #[graphql(complexity = "TRAIL_COST + page::cost(first, child_complexity)")]
    async fn audit_events(
        &self,
        context: &Context<'_>,
        filter: Option<AuditFilter>,
        first: Option<i32>,
        after: Option<String>,
    ) -> Result<Page<AuditEvent>> {
        let (filter, page) = (trail::AuditFilter::from(filter.unwrap_or_default()), page::request(first, after)?);
        let found = call(context, move |service, viewer| service.audit_events(viewer, &filter, &page)).await?;
        Ok(Page::new(found, AuditEvent))
    }

    /// Who looked at a customer, a conversation or a message, newest first. Each page is an event itself.
    #[graphql(complexity = "TRAIL_COST + page::cost(first, child_complexity)")]
    async fn access_log(
        &self,
        context: &Context<'_>,
        subject: ID,
        first: Option<i32>,
        after: Option<String>,
    ) -> Result<Page<AuditEvent>> {
        let page = page::request(first, after)?;
        let found = call(context, move |service, viewer| service.access_log(viewer, &subject, &page)).await?;
        Ok(Page::new(found, AuditEvent))
    }

    /// Users by name, for whoever chooses whose events to read.
    async fn audit_actors(&self, context: &Context<'_>) -> Result<Vec<AuditActor>> {
        let found = call(context, xinju_service::service::Service::audit_actors).await?;
        Ok(found.iter().map(Into::into).collect())
    }

    /// One event by its id; null when there is none.
    async fn audit_event(&self, context: &Context<'_>, id: ID) -> Result<Option<AuditEvent>> {
        let parsed = EntryIndex::parse(&id);
        let found = call(context, move |service, viewer| match parsed {
            Ok(index) => service.audit_event(viewer, index),
            Err(_) => Ok(None),
        });
        Ok(found.await?.map(AuditEvent))
    }
}
