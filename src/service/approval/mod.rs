//! Approvals: asking a second person, deciding, taking back, carrying out.
//!
//! Invariants: an approval is used at most once, in the transaction of what it allows; what is done is exactly what was shown;
//! a yes counts only while its giver could still give it.

pub(crate) mod leave;
mod list;
mod operation;
mod policy;

use data_encoding::HEXLOWER;
use std::sync::Arc;

use xinju_model::access::{Action, Credential, Permit, Viewer, authorize, may};
use xinju_model::approval::{
    Account, Approval, ApprovalState, Obstacle, Preview, SensitiveKind, SensitiveOperation, Step, obstacle,
};
use xinju_model::id::{ApprovalId, RoleId, UserId};
use xinju_model::limits::{APPROVAL_WORDS_MAX, APPROVALS_OPEN_MAX};
use xinju_model::personal::RevealSubject;
use xinju_model::time::Timestamp;
use xinju_store::read::ReadTx;

use crate::approval::leave::Leave;
use crate::audit::{Act, record};
use crate::error::ServiceError;
use crate::service::{Core, Service};
use crate::session::{own_user, rights_anywhere};
use crate::trail::{AuditExport, ExportForm, SubjectKind};

pub use list::{ApprovalFilter, ApprovalView, ApprovalsWaiting};
pub use operation::{Done, Wanted};
pub use policy::ApprovalPolicyRefusal;

/// Why an approval was not asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AskRefusal {
    /// The operation needs none.
    NotNeeded,
    /// There is no reason, or it is too long.
    ReasonInvalid,
    /// The asker has too many open.
    TooMany,
    /// The operation itself would be refused; the stable name of why.
    WouldBeRefused(String),
}

/// Why somebody's yes or no was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DecideRefusal {
    /// They may not.
    Obstacle(Obstacle),
    /// It is not pending any more.
    NotPending(ApprovalState),
    /// A no needs a reason, and none is longer than it may be.
    ReasonInvalid,
}

/// Why an approval was not taken back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RevokeRefusal {
    /// Neither asked nor approved by them.
    NotYours,
    /// Nothing can follow any more.
    NotOpen(ApprovalState),
}

/// Why what was approved was not carried out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CarryOutRefusal {
    /// There is no yes, or not any more.
    NotApproved(ApprovalState),
    /// Who said yes could not say it today.
    ApproverMayNot(Obstacle),
    /// The operation itself was refused; the stable name of why.
    Refused(String),
}

/// Bytes as events have them.
pub(crate) fn hex(bytes: &[u8]) -> String {
    HEXLOWER.encode(bytes)
}

/// Words within their limit; empty ones only where they may be.
fn words(text: &str, may_be_empty: bool) -> Option<String> {
    let text = text.trim();
    let fits = text.chars().nth(APPROVAL_WORDS_MAX).is_none() && (may_be_empty || !text.is_empty());
    fits.then(|| text.to_owned())
}

fn step(viewer: &Viewer, by: UserId, at: Timestamp, why: String) -> Step {
    Step { by: Some(by), name: viewer.name.clone(), at, why }
}

/// An act on an approval. The other person stands in it too, so that either is found with it.
fn act(name: &'static str, approval: &Approval, other: Option<UserId>) -> Act {
    let digest = approval.preview.digest(&approval.operation);
    let act = Act::audit(name).on(approval.id).with("kind", approval.operation.kind().name());
    act.with("digest", hex(&digest)).with_ids("user", other)
}

impl Core {
    /// A permit for what is one's own business but not one's own account: of whom a second factor is demanded enrols it first.
    pub(crate) fn allow_enrolled(&self, viewer: &Viewer) -> Result<Permit, ServiceError> {
        let permit = self.allow(viewer, Action::ManageOwnAccount)?;
        if self.must_enrol(viewer)? { Err(ServiceError::EnrolFirst) } else { Ok(permit) }
    }

    /// Whether somebody may see what an operation is about.
    fn shows(&self, viewer: &Viewer, operation: &SensitiveOperation) -> Result<bool, ServiceError> {
        let Some(action) = operation.kind().shown_by().iter().find(|action| may(viewer, **action)) else {
            return Ok(false);
        };
        let Some(subject) = operation.subject() else { return Ok(true) };
        let permit = self.seeing(viewer, authorize(viewer, *action)?)?;
        match subject {
            RevealSubject::Customer(id) => Ok(permit.scope().has_customer(id)),
            RevealSubject::Message(id) => Ok(self.views(&self.snapshot(&permit)?, &[id])?.iter().any(Option::is_some)),
        }
    }

    /// What keeps somebody from deciding.
    fn obstacle(&self, tx: &ReadTx, viewer: &Viewer, approval: &Approval) -> Result<Option<Obstacle>, ServiceError> {
        let (Some(asker), Some(approver)) = (approval.asked.by, viewer.user) else {
            return Ok(Some(Obstacle::NotAllowed));
        };
        let (Some(asker_row), Some(approver_row)) = (tx.user(asker)?, tx.user(approver)?) else {
            return Ok(Some(Obstacle::NotAllowed));
        };
        let allowed = may(viewer, Action::Approve) && self.shows(viewer, &approval.operation)?;
        let asker = Account { user: &asker_row.user, setters: tx.setters(asker)? };
        let approver = Account { user: &approver_row.user, setters: tx.setters(approver)? };
        Ok(obstacle(asker, approver, allowed))
    }

    /// What would keep who said yes from saying it now.
    fn obstacle_now(&self, tx: &ReadTx, approval: &Approval) -> Result<Option<Obstacle>, ServiceError> {
        let by = approval.decided.as_ref().and_then(|step| step.by);
        let Some(row) = by.map(|id| tx.user(id)).transpose()?.flatten() else { return Ok(Some(Obstacle::NotAllowed)) };
        let viewer = Viewer {
            user: Some(row.user.id),
            name: row.user.name.clone(),
            rights: Arc::new(rights_anywhere(tx, &row.user)?),
            credential: Credential::Session,
            place: String::new(),
            session: None,
            vouched: false,
        };
        self.obstacle(tx, &viewer, approval)
    }

    /// An approval that somebody may know of: their own, or one that they could see the matter of and decide on.
    fn known_approval(&self, tx: &ReadTx, viewer: &Viewer, id: ApprovalId) -> Result<Approval, ServiceError> {
        let gone = ServiceError::NotFound("approval");
        let Some(approval) = tx.approval(id)? else { return Err(gone) };
        if self.knows_of(viewer, &approval)? { Ok(approval) } else { Err(gone) }
    }

    fn knows_of(&self, viewer: &Viewer, approval: &Approval) -> Result<bool, ServiceError> {
        let own = viewer.user.is_some() && approval.asked.by == viewer.user;
        Ok(own || may(viewer, Action::Approve) && self.shows(viewer, &approval.operation)?)
    }

    /// What ids in a preview are called today.
    fn name_all(&self, viewer: &Viewer, preview: &mut Preview) -> Result<(), ServiceError> {
        let snapshot = self.snapshot(&authorize(viewer, Action::ManageOwnAccount)?)?;
        let departments = snapshot.tx.departments()?;
        let objects = std::iter::once(("", preview.object.as_str()));
        let details = preview.details.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let mut names = std::collections::BTreeMap::new();
        for (name, id) in
            objects.chain(details).flat_map(|(name, text)| text.split_whitespace().map(move |id| (name, id)))
        {
            let found = match RoleId::parse(id) {
                Ok(role) => snapshot.tx.role(role)?.map(|role| role.name),
                Err(_) if name.starts_with("scope") => {
                    let number = id.parse::<i64>().ok();
                    let department = departments.iter().find(|department| Some(department.id) == number);
                    match department {
                        Some(department) => Some(department.name.clone()),
                        None => snapshot.subject_name(id, SubjectKind::of(id))?,
                    }
                }
                Err(_) => snapshot.subject_name(id, SubjectKind::of(id))?,
            };
            names.extend(found.map(|found| (id.to_owned(), found)));
        }
        preview.names = names;
        Ok(())
    }
}

impl Service {
    /// Asks for the approval of a sensitive operation. It is tried up to its write, so that whoever asks could do it, and what it would do is known.
    pub fn ask_approval(
        &self,
        viewer: &Viewer,
        wanted: Wanted,
        reason: &str,
    ) -> Result<Result<ApprovalView, AskRefusal>, ServiceError> {
        let core = &self.core;
        let permit = core.allow_enrolled(viewer)?;
        let user = own_user(viewer)?;
        core.fresh(viewer)?;
        let Some(why) = words(reason, false) else { return Ok(Err(AskRefusal::ReasonInvalid)) };
        let operation = match self.operation_of(viewer, wanted)? {
            Ok(operation) => operation,
            Err(refused) => return Ok(Err(AskRefusal::WouldBeRefused(refused))),
        };
        let policy = core.approval_policy()?;
        if !policy.demands(operation.kind()) {
            return Ok(Err(AskRefusal::NotNeeded));
        }
        let open = core.store.read()?.open_approvals()?;
        if open.iter().filter(|open| open.asked.by == Some(user)).count() >= APPROVALS_OPEN_MAX {
            return Ok(Err(AskRefusal::TooMany));
        }
        let mut preview = match self.try_operation(viewer, &operation)? {
            Ok(preview) => preview,
            Err(refused) => return Ok(Err(AskRefusal::WouldBeRefused(refused))),
        };
        core.name_all(viewer, &mut preview)?;
        let now = core.clock.now();
        let approval = Approval {
            id: ApprovalId::random(&*core.random),
            operation,
            preview,
            asked: step(viewer, user, now, why.clone()),
            expires_at: now.plus_millis(i64::from(policy.hours) * 3_600_000),
            state: ApprovalState::Pending,
            decided: None,
            closed: None,
        };
        let act = act("approval.ask", &approval, None)
            .with("reason", why)
            .with("operation", &approval.preview.action)
            .with("expires_at", approval.expires_at)
            .with("to", &approval.preview.object);
        let row = approval.clone();
        core.store.write(&permit, move |tx| {
            tx.put_approval(&row)?;
            record(tx, now, &act)
        })?;
        Ok(Ok(core.approval_view(&core.store.read()?, viewer, approval)?))
    }

    /// Lets an operation run up to its write: what it would write, or why it would be refused.
    fn try_operation(
        &self,
        viewer: &Viewer,
        operation: &SensitiveOperation,
    ) -> Result<Result<Preview, String>, ServiceError> {
        let leave = Leave::asking();
        match self.run_operation(viewer, operation, &leave) {
            Err(ServiceError::ApprovalFirst) => {
                let stopped = leave.stopped();
                Ok(
                    Ok(stopped
                        .ok_or_else(|| ServiceError::Internal("an operation stopped before it was clear".into()))?),
                )
            }
            Err(error) => Err(error),
            Ok(Err(refused)) => Ok(Err(refused)),
            Ok(Ok(_)) => Err(ServiceError::Internal("a sensitive operation asked for no leave".into())),
        }
    }

    /// Says yes or no to what another asked.
    pub fn decide_approval(
        &self,
        viewer: &Viewer,
        id: ApprovalId,
        yes: bool,
        why: &str,
    ) -> Result<Result<ApprovalView, DecideRefusal>, ServiceError> {
        let core = &self.core;
        let permit = core.allow_on(viewer, Action::Approve, id)?;
        let user = own_user(viewer)?;
        core.fresh(viewer)?;
        let Some(why) = words(why, yes) else { return Ok(Err(DecideRefusal::ReasonInvalid)) };
        let _one_at_a_time = core.accounts.lock();
        let tx = core.store.read()?;
        let approval = core.known_approval(&tx, viewer, id)?;
        if let Some(obstacle) = core.obstacle(&tx, viewer, &approval)? {
            return Ok(Err(DecideRefusal::Obstacle(obstacle)));
        }
        let name = if yes { "approval.approve" } else { "approval.refuse" };
        let mut act = act(name, &approval, approval.asked.by);
        if !why.is_empty() {
            act = act.with("reason", &why);
        }
        let step = step(viewer, user, core.clock.now(), why);
        let decided = core.store.write(&permit, move |tx| {
            let Some(mut approval) = tx.approval(id)? else { return Ok(None) };
            if let Err(wrong) = approval.decide(yes, step.clone()) {
                return Ok(Some(Err(wrong)));
            }
            tx.put_approval(&approval)?;
            record(tx, step.at, &act)?;
            Ok(Some(Ok(approval)))
        })?;
        match decided.ok_or(ServiceError::NotFound("approval"))? {
            Ok(approval) => Ok(Ok(core.approval_view(&core.store.read()?, viewer, approval)?)),
            Err(wrong) => Ok(Err(DecideRefusal::NotPending(wrong.0))),
        }
    }

    /// Takes an approval back: who asked as long as it is open, who said yes until it is used.
    pub fn revoke_approval(
        &self,
        viewer: &Viewer,
        id: ApprovalId,
    ) -> Result<Result<ApprovalView, RevokeRefusal>, ServiceError> {
        let core = &self.core;
        let permit = core.allow_enrolled(viewer)?;
        let (user, now) = (own_user(viewer)?, core.clock.now());
        let approval = core.known_approval(&core.store.read()?, viewer, id)?;
        let state = approval.state_at(now);
        if !state.is_open() {
            return Ok(Err(RevokeRefusal::NotOpen(state)));
        }
        if !approval.may_revoke(user, now) {
            return Ok(Err(RevokeRefusal::NotYours));
        }
        let other = [approval.asked.by, approval.decided.as_ref().and_then(|step| step.by)];
        let act = act("approval.revoke", &approval, other.into_iter().flatten().find(|other| *other != user));
        let step = step(viewer, user, now, String::new());
        let revoked = core.store.write(&permit, move |tx| {
            let Some(mut approval) = tx.approval(id)? else { return Ok(None) };
            if let Err(wrong) = approval.revoke(step.clone()) {
                return Ok(Some(Err(wrong)));
            }
            tx.put_approval(&approval)?;
            record(tx, now, &act)?;
            Ok(Some(Ok(approval)))
        })?;
        match revoked.ok_or(ServiceError::NotFound("approval"))? {
            Ok(approval) => Ok(Ok(core.approval_view(&core.store.read()?, viewer, approval)?)),
            Err(wrong) => Ok(Err(RevokeRefusal::NotOpen(wrong.0))),
        }
    }

    /// Does what was approved, once. For who asked; exports are carried out by [`Service::carry_out_export`].
    pub fn carry_out_approval(
        &self,
        viewer: &Viewer,
        id: ApprovalId,
    ) -> Result<Result<(ApprovalView, Done), CarryOutRefusal>, ServiceError> {
        let core = &self.core;
        core.allow_enrolled(viewer)?;
        core.fresh(viewer)?;
        let approval = core.own_approval(viewer, id)?;
        if approval.operation.kind() == SensitiveKind::AuditExport {
            return Err(ServiceError::BadInput("an export is carried out by its download".into()));
        }
        Ok(match self.use_approval(viewer, approval)? {
            Ok(done) => {
                let tx = core.store.read()?;
                let approval = tx.approval(id)?.ok_or(ServiceError::NotFound("approval"))?;
                Ok((core.approval_view(&tx, viewer, approval)?, done))
            }
            Err(refusal) => Err(refusal),
        })
    }

    /// Begins the export that was approved, once. A refusal is a conflict: a download has no other way to say it.
    pub fn carry_out_export(
        &self,
        viewer: &Viewer,
        id: ApprovalId,
        form: ExportForm,
    ) -> Result<AuditExport, ServiceError> {
        let core = &self.core;
        core.allow_enrolled(viewer)?;
        let approval = core.own_approval(viewer, id)?;
        match &approval.operation {
            SensitiveOperation::ExportAuditEvents(wanted) if wanted.form == form.name() => {}
            _ => return Err(ServiceError::NotFound("approval of such an export")),
        }
        match self.use_approval(viewer, approval)? {
            Ok(Done::Export(export)) => Ok(*export),
            Ok(Done::Plainly | Done::Token(_) | Done::Revealed(_) | Done::Package(_)) => {
                Err(ServiceError::Internal("an export exported nothing".into()))
            }
            Err(_) => Err(ServiceError::Conflict("the approval of this export is not good any more; ask again".into())),
        }
    }

    fn use_approval(&self, viewer: &Viewer, approval: Approval) -> Result<Result<Done, CarryOutRefusal>, ServiceError> {
        let core = &self.core;
        let state = approval.state_at(core.clock.now());
        if state != ApprovalState::Approved {
            return Ok(Err(CarryOutRefusal::NotApproved(state)));
        }
        if let Some(obstacle) = core.obstacle_now(&core.store.read()?, &approval)? {
            return Ok(Err(CarryOutRefusal::ApproverMayNot(obstacle)));
        }
        let operation = approval.operation.clone();
        let outcome = self.run_operation(viewer, &operation, &Leave::using(approval))?;
        Ok(outcome.map_err(CarryOutRefusal::Refused))
    }
}

impl Core {
    /// An approval that the viewer asked for.
    fn own_approval(&self, viewer: &Viewer, id: ApprovalId) -> Result<Approval, ServiceError> {
        let user = own_user(viewer)?;
        let found = self.store.read()?.approval(id)?;
        found.filter(|approval| approval.asked.by == Some(user)).ok_or(ServiceError::NotFound("approval"))
    }
}
