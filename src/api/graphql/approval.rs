//! Approvals: a second person's yes to a sensitive operation.

use async_graphql::{Context, Enum, ID, InputObject, Object, Result, SimpleObject};
use xinju_model::approval::{self as model, SensitiveOperation};
use xinju_model::audit::AuditAction as Known;
use xinju_model::id::ApprovalId;
use xinju_service::approval::{self as service, ApprovalView, Done};
use xinju_service::error::ServiceError;
use xinju_service::package::PackageView;
use xinju_service::service::Service;
use xinju_service::trail::ExportForm;

use crate::graphql::context::{call, principal};
use crate::graphql::error::fault;
use crate::graphql::operation::{AuditExportForm, SensitiveOperationInput};
use crate::graphql::package::Package;
use crate::graphql::page::{self, Page};
use crate::graphql::personal::RevealPersonalPayload;
use crate::graphql::scalars::{DateTime, Long};
use crate::graphql::token::Token;
use crate::graphql::trail::{AuditAction, AuditDetail};
use crate::graphql::user::PASSWORD_COST;

/// A kind of sensitive operation.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "xinju_model::approval::SensitiveKind")]
pub(crate) enum SensitiveKind {
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

/// How an approval stands.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "xinju_model::approval::ApprovalState")]
pub(crate) enum ApprovalState {
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

/// What keeps somebody from deciding.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "xinju_model::approval::Obstacle")]
pub(crate) enum ApprovalObstacle {
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

/// Somebody's part in an approval.
#[derive(SimpleObject)]
pub(crate) struct ApprovalStep {
    /// The user's id; null where time did it.
    user: Option<ID>,
    /// The name at that moment; null where time did it.
    name: Option<String>,
    at: DateTime,
    /// Why, in their words; null where nothing was said.
    why: Option<String>,
}

fn some(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

impl From<&model::Step> for ApprovalStep {
    fn from(step: &model::Step) -> Self {
        Self {
            user: step.by.map(|id| id.to_string().into()),
            name: some(&step.name),
            at: step.at.into(),
            why: some(&step.why),
        }
    }
}

/// What an id was called when the approval was asked for.
#[derive(SimpleObject)]
pub(crate) struct ApprovalName {
    id: ID,
    name: String,
}

/// What the operation will do, as the server said when it was asked for: the event that it will write. It never changes.
pub(crate) struct ApprovalPreview(model::Preview, [u8; 32]);

/// What the operation will do, as the server said when it was asked for: the event that it will write. It never changes.
#[Object]
impl ApprovalPreview {
    /// The act.
    async fn action(&self) -> AuditAction {
        Known::from_name(&self.0.action).into()
    }
    /// The id of what it will be done to; null where that is made only then.
    async fn object(&self) -> Option<ID> {
        some(&self.0.object).map(ID)
    }
    /// Particulars. What changes stands under a name that ends in `_before` and one that ends in `_after`.
    async fn details(&self) -> Vec<AuditDetail> {
        let details = self.0.details.iter();
        details.map(|(name, value)| AuditDetail { name: name.clone(), value: value.clone() }).collect()
    }
    /// What ids in it were called.
    async fn names(&self) -> Vec<ApprovalName> {
        self.0.names.iter().map(|(id, name)| ApprovalName { id: id.clone().into(), name: name.clone() }).collect()
    }
    /// SHA-256 over the operation and what it will do, in hexadecimal; events name it.
    async fn digest(&self) -> String {
        data_encoding::HEXLOWER.encode(&self.1)
    }
}

/// A sensitive operation that waits for, or had, a second person's word.
pub(crate) struct Approval(pub(crate) ApprovalView);

/// A sensitive operation that waits for, or had, a second person's word.
#[Object]
impl Approval {
    pub(crate) async fn id(&self) -> ID {
        self.0.approval.id.to_string().into()
    }
    async fn kind(&self) -> SensitiveKind {
        self.0.approval.operation.kind().into()
    }
    async fn state(&self) -> ApprovalState {
        self.0.state.into()
    }
    /// Who asked, when, and why.
    async fn asked(&self) -> ApprovalStep {
        (&self.0.approval.asked).into()
    }
    /// Until when it may be decided and carried out.
    async fn expires_at(&self) -> DateTime {
        self.0.approval.expires_at.into()
    }
    /// Exactly what will happen.
    async fn preview(&self) -> ApprovalPreview {
        let approval = &self.0.approval;
        ApprovalPreview(approval.preview.clone(), approval.preview.digest(&approval.operation))
    }
    /// Who said yes or no; null before.
    async fn decided(&self) -> Option<ApprovalStep> {
        self.0.approval.decided.as_ref().map(Into::into)
    }
    /// How it ended after that, or who took it back; null while anything may follow.
    async fn closed(&self) -> Option<ApprovalStep> {
        self.0.approval.closed.as_ref().map(Into::into)
    }
    /// Whether the viewer asked.
    async fn mine(&self) -> bool {
        self.0.mine
    }
    /// What keeps the viewer from deciding; null where they may, while it is pending.
    async fn obstacle(&self) -> Option<ApprovalObstacle> {
        self.0.obstacle.map(Into::into)
    }
    /// Whether the viewer may take it back.
    async fn may_revoke(&self) -> bool {
        self.0.may_revoke
    }
    /// The form of the file, where it is an export: its download carries it out. Null for all others.
    async fn export_form(&self) -> Option<AuditExportForm> {
        match &self.0.approval.operation {
            SensitiveOperation::ExportAuditEvents(wanted) => ExportForm::from_name(&wanted.form).map(Into::into),
            _ => None,
        }
    }
}

/// Which approvals to list.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "xinju_service::approval::ApprovalFilter")]
pub(crate) enum ApprovalFilter {
    /// Those that wait for the viewer's yes or no.
    ToDecide,
    /// Those that the viewer asked for.
    Mine,
    /// Those of others that were decided or are over.
    Decided,
    /// Every one that the viewer may know of.
    All,
}

/// How many approvals wait for the viewer.
#[derive(SimpleObject)]
pub(crate) struct ApprovalsWaiting {
    /// For a yes or no.
    to_decide: Long,
    /// To be carried out, with a yes.
    to_carry_out: Long,
}

/// Of what approval is demanded.
#[derive(SimpleObject)]
pub(crate) struct ApprovalPolicy {
    /// What needs approval; nothing where it is empty.
    kinds: Vec<SensitiveKind>,
    /// Hours from the question until nobody may decide or use it any more.
    hours: u32,
}

impl From<model::ApprovalPolicy> for ApprovalPolicy {
    fn from(policy: model::ApprovalPolicy) -> Self {
        Self { kinds: policy.kinds.into_iter().map(Into::into).collect(), hours: policy.hours }
    }
}

/// An approval policy to be set, whole.
#[derive(InputObject)]
pub(crate) struct SetApprovalPolicyInput {
    kinds: Vec<SensitiveKind>,
    /// 1 to 168.
    hours: u32,
}

impl SetApprovalPolicyInput {
    /// The policy.
    pub(crate) fn read(self) -> model::ApprovalPolicy {
        model::ApprovalPolicy { kinds: self.kinds.into_iter().map(Into::into).collect(), hours: self.hours }
    }
}

/// Why an approval policy was not set.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ApprovalPolicyRefusal {
    /// The hours are outside their bounds.
    Hours,
    /// Somebody who may do operations of `kind` would have nobody else to ask: it needs another person who may approve,
    /// sees what it is about, and whose account neither of them set up for the other.
    NobodyToAsk,
}

/// What came of setting the policy.
#[derive(SimpleObject, Default)]
pub(crate) struct SetApprovalPolicyPayload {
    /// Null when it was refused.
    policy: Option<ApprovalPolicy>,
    /// Null when it was done.
    refusal: Option<ApprovalPolicyRefusal>,
    /// The kind that nobody could be asked about.
    kind: Option<SensitiveKind>,
}

/// What to ask for, and why.
#[derive(InputObject)]
pub(crate) struct AskApprovalInput {
    operation: SensitiveOperationInput,
    /// 1 to 500 characters, for who decides and for the audit trail.
    reason: String,
}

/// Why an approval was not asked for, decided, taken back or carried out.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ApprovalRefusal {
    /// The operation needs no approval; do it directly.
    NotNeeded,
    /// There is no reason, or it is too long.
    ReasonInvalid,
    /// Too many are open.
    TooMany,
    /// The operation itself is refused: see `because`.
    OperationRefused,
    /// Something keeps the viewer, or who said yes, from deciding: see `obstacle`.
    Obstacle,
    /// It stands otherwise: see `state`.
    WrongState,
    /// Neither asked nor approved by the viewer.
    NotYours,
}

/// What came of a step of an approval.
#[derive(SimpleObject, Default)]
pub(crate) struct ApprovalPayload {
    /// Null when it was refused.
    approval: Option<Approval>,
    /// Null when it was done.
    refusal: Option<ApprovalRefusal>,
    /// Why the operation itself is refused: the name of its own refusal.
    because: Option<String>,
    /// What keeps somebody from deciding.
    obstacle: Option<ApprovalObstacle>,
    /// How it stands instead.
    state: Option<ApprovalState>,
    /// The package that will be built.
    package: Option<Package>,
    /// The token that was carried out.
    token: Option<Token>,
    /// The token's secret; shown once and kept nowhere.
    secret: Option<String>,
    /// The masked value that was carried out; shown once.
    revealed: Option<RevealPersonalPayload>,
}

impl ApprovalPayload {
    fn done(view: ApprovalView) -> Self {
        Self { approval: Some(Approval(view)), ..Self::default() }
    }

    fn refused(refusal: ApprovalRefusal) -> Self {
        Self { refusal: Some(refusal), ..Self::default() }
    }

    fn of_operation(why: &str) -> Self {
        Self { because: Some(constant(why)), ..Self::refused(ApprovalRefusal::OperationRefused) }
    }

    fn kept(obstacle: model::Obstacle) -> Self {
        Self { obstacle: Some(obstacle.into()), ..Self::refused(ApprovalRefusal::Obstacle) }
    }

    fn stands(state: model::ApprovalState) -> Self {
        Self { state: Some(state.into()), ..Self::refused(ApprovalRefusal::WrongState) }
    }
}

/// `LastAdministrator` as enums of the schema are written: `LAST_ADMINISTRATOR`.
fn constant(name: &str) -> String {
    let mut text = String::new();
    for letter in name.chars().filter(char::is_ascii_alphanumeric) {
        if letter.is_ascii_uppercase() && !text.is_empty() {
            text.push('_');
        }
        text.push(letter.to_ascii_uppercase());
    }
    text
}

/// The approval to take back.
#[derive(InputObject)]
pub(crate) struct RevokeApprovalInput {
    id: ID,
}

/// The approval to carry out.
#[derive(InputObject)]
pub(crate) struct CarryOutApprovalInput {
    id: ID,
}

/// A yes.
#[derive(InputObject)]
pub(crate) struct ApproveOperationInput {
    id: ID,
    /// At most 500 characters.
    #[graphql(default)]
    why: String,
}

/// A no.
#[derive(InputObject)]
pub(crate) struct RefuseOperationInput {
    id: ID,
    /// 1 to 500 characters, for who asked and for the audit trail.
    why: String,
}

fn approval_id(id: &ID) -> Result<ApprovalId> {
    ApprovalId::parse(id).map_err(|_| fault(&ServiceError::NotFound("approval")))
}

/// Questions about approvals.
#[derive(Default)]
pub(crate) struct ApprovalQuery;

#[Object]
impl ApprovalQuery {
    /// Of what approval is demanded.
    async fn approval_policy(&self, context: &Context<'_>) -> Result<ApprovalPolicy> {
        Ok(call(context, Service::approval_policy).await?.into())
    }

    /// Approvals that the viewer asked for, or may approve and see the matter of; newest first.
    #[graphql(complexity = "page::cost(first, child_complexity)")]
    async fn approvals(
        &self,
        context: &Context<'_>,
        filter: Option<ApprovalFilter>,
        first: Option<i32>,
        after: Option<String>,
    ) -> Result<Page<Approval>> {
        let filter = filter.map(Into::into).unwrap_or_default();
        let page = page::request(first, after)?;
        let found = call(context, move |service, viewer| service.approvals(viewer, filter, &page)).await?;
        Ok(Page::new(found, Approval))
    }

    /// One approval; null when there is none or it is not yours to see.
    async fn approval(&self, context: &Context<'_>, id: ID) -> Result<Option<Approval>> {
        let parsed = ApprovalId::parse(&id);
        let found = call(context, move |service, viewer| match parsed {
            Ok(id) => service.approval(viewer, id),
            Err(_) => Ok(None),
        });
        Ok(found.await?.map(Approval))
    }

    /// How many approvals wait for the viewer.
    async fn approvals_waiting(&self, context: &Context<'_>) -> Result<ApprovalsWaiting> {
        let waiting = call(context, Service::approvals_waiting).await?;
        Ok(ApprovalsWaiting { to_decide: waiting.to_decide.into(), to_carry_out: waiting.to_carry_out.into() })
    }
}

/// Verbs of approvals.
#[derive(Default)]
pub(crate) struct ApprovalMutation;

#[Object]
impl ApprovalMutation {
    /// Sets of what approval is demanded, for those who manage roles. Needs approval itself once anything does. Sensitive: see `confirmIdentity`.
    async fn set_approval_policy(
        &self,
        context: &Context<'_>,
        input: SetApprovalPolicyInput,
    ) -> Result<SetApprovalPolicyPayload> {
        let wanted = input.read();
        Ok(match call(context, move |service, viewer| service.set_approval_policy(viewer, &wanted)).await? {
            Ok(policy) => SetApprovalPolicyPayload { policy: Some(policy.into()), ..Default::default() },
            Err(service::ApprovalPolicyRefusal::Hours) => {
                SetApprovalPolicyPayload { refusal: Some(ApprovalPolicyRefusal::Hours), ..Default::default() }
            }
            Err(service::ApprovalPolicyRefusal::NobodyToAsk(kind)) => SetApprovalPolicyPayload {
                refusal: Some(ApprovalPolicyRefusal::NobodyToAsk),
                kind: Some(kind.into()),
                policy: None,
            },
        })
    }

    /// Asks a second person for what was refused with `APPROVAL_REQUIRED`. The viewer must be allowed to do it. Sensitive: see `confirmIdentity`.
    #[graphql(complexity = "PASSWORD_COST + child_complexity")]
    async fn ask_approval(&self, context: &Context<'_>, input: AskApprovalInput) -> Result<ApprovalPayload> {
        principal(context)?;
        let (wanted, reason) = (input.operation.read()?, input.reason);
        let asked = call(context, move |service, viewer| service.ask_approval(viewer, wanted, &reason)).await?;
        Ok(match asked {
            Ok(view) => ApprovalPayload::done(view),
            Err(service::AskRefusal::NotNeeded) => ApprovalPayload::refused(ApprovalRefusal::NotNeeded),
            Err(service::AskRefusal::ReasonInvalid) => ApprovalPayload::refused(ApprovalRefusal::ReasonInvalid),
            Err(service::AskRefusal::TooMany) => ApprovalPayload::refused(ApprovalRefusal::TooMany),
            Err(service::AskRefusal::WouldBeRefused(why)) => ApprovalPayload::of_operation(&why),
        })
    }

    /// Says yes to what another asked. Sensitive: see `confirmIdentity`.
    async fn approve_operation(&self, context: &Context<'_>, input: ApproveOperationInput) -> Result<ApprovalPayload> {
        decide(context, &input.id, input.why, true).await
    }

    /// Says no to what another asked, and why. Sensitive: see `confirmIdentity`.
    async fn refuse_operation(&self, context: &Context<'_>, input: RefuseOperationInput) -> Result<ApprovalPayload> {
        decide(context, &input.id, input.why, false).await
    }

    /// Takes an approval back: who asked as long as it is open, who said yes until it is carried out.
    async fn revoke_approval(&self, context: &Context<'_>, input: RevokeApprovalInput) -> Result<ApprovalPayload> {
        principal(context)?;
        let id = approval_id(&input.id)?;
        Ok(match call(context, move |service, viewer| service.revoke_approval(viewer, id)).await? {
            Ok(view) => ApprovalPayload::done(view),
            Err(service::RevokeRefusal::NotYours) => ApprovalPayload::refused(ApprovalRefusal::NotYours),
            Err(service::RevokeRefusal::NotOpen(state)) => ApprovalPayload::stands(state),
        })
    }

    /// Does what was approved, once; for who asked. An export is carried out by its download instead. Sensitive: see `confirmIdentity`.
    async fn carry_out_approval(&self, context: &Context<'_>, input: CarryOutApprovalInput) -> Result<ApprovalPayload> {
        principal(context)?;
        let id = approval_id(&input.id)?;
        Ok(match call(context, move |service, viewer| service.carry_out_approval(viewer, id)).await? {
            Ok((view, Done::Token(made))) => ApprovalPayload {
                secret: Some(made.secret.to_string()),
                token: Some(Token(made.token)),
                ..ApprovalPayload::done(view)
            },
            Ok((view, Done::Revealed(shown))) => {
                ApprovalPayload { revealed: Some(shown.into()), ..ApprovalPayload::done(view) }
            }
            Ok((view, Done::Package(package))) => {
                let package = Package(PackageView { package: *package, progress: None, own: true });
                ApprovalPayload { package: Some(package), ..ApprovalPayload::done(view) }
            }
            Ok((view, Done::Plainly | Done::Export(_))) => ApprovalPayload::done(view),
            Err(service::CarryOutRefusal::NotApproved(state)) => ApprovalPayload::stands(state),
            Err(service::CarryOutRefusal::ApproverMayNot(obstacle)) => ApprovalPayload::kept(obstacle),
            Err(service::CarryOutRefusal::Refused(why)) => ApprovalPayload::of_operation(&why),
        })
    }
}

async fn decide(context: &Context<'_>, id: &ID, why: String, yes: bool) -> Result<ApprovalPayload> {
    principal(context)?;
    let id = approval_id(id)?;
    let decided = call(context, move |service, viewer| service.decide_approval(viewer, id, yes, &why)).await?;
    Ok(match decided {
        Ok(view) => ApprovalPayload::done(view),
        Err(service::DecideRefusal::Obstacle(obstacle)) => ApprovalPayload::kept(obstacle),
        Err(service::DecideRefusal::NotPending(state)) => ApprovalPayload::stands(state),
        Err(service::DecideRefusal::ReasonInvalid) => ApprovalPayload::refused(ApprovalRefusal::ReasonInvalid),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refusals_are_named_as_the_schema_names_them() {
        assert_eq!(constant("LastAdministrator"), "LAST_ADMINISTRATOR");
        assert_eq!(constant("Yours"), "YOURS");
    }
}
