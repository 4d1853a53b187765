//! Handovers of leavers: begun, looked at, called off. Suspension, review, plan and carrying out have files of their own.
//!
//! Whoever manages people sees to the handovers of the staff in their own scope: a head who was given that right to the own department's.

mod carry_out;
mod plan;
mod review;
mod suspend;

use xinju_model::access::{Action, Permit, Reach, Viewer, reach_of_all};
use xinju_model::handover::{Doer, Handover, HandoverState, RuleFault};
use xinju_model::id::{HandoverId, StaffId};
use xinju_model::limits::REVIEW_DAYS_MAX;
use xinju_model::scope::Sight;
use xinju_store::error::StoreError;
use xinju_store::read::ReadTx;
use xinju_store::write::WriteTx;

use crate::audit::{Act, record};
use crate::error::ServiceError;
use crate::handover::suspend::suspension;
use crate::page::{Connection, PageRequest};
use crate::scope::people;
use crate::service::{Core, Service};

pub use plan::{Assignment, HandoverPlan, SuccessorShare};

/// Why a step of a handover was not done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HandoverRefusal {
    /// People do not see to their own handover.
    Yourself,
    /// The leaver has a handover that is not closed.
    AlreadyOpen,
    /// The handover is past this step.
    PastThat,
    /// The leaver was suspended already.
    AlreadySuspended,
    /// Fewer than one day, or more than a review covers.
    DaysInvalid,
    /// Nobody could manage users any more.
    LastAdministrator,
    /// Only an owner suspends an owner.
    NotYoursToSuspend,
    /// More rules, or more names in one, than there may be.
    TooManyRules,
    /// A rule names nobody, or a tag is empty.
    RuleEmpty,
    /// The leaver stands among the successors.
    SuccessorIsLeaver,
    /// A successor is not there.
    SuccessorUnknown,
    /// A successor does not work here, or not for now.
    SuccessorNotActive,
    /// Customers are left whom no rule gives to anybody.
    CustomersLeft,
    /// The leaver has more customers than one handover gives away.
    TooManyCustomers,
}

impl From<RuleFault> for HandoverRefusal {
    fn from(fault: RuleFault) -> Self {
        match fault {
            RuleFault::TooMany => Self::TooManyRules,
            RuleFault::Empty => Self::RuleEmpty,
            RuleFault::SuccessorIsLeaver => Self::SuccessorIsLeaver,
        }
    }
}

/// Whose handovers somebody sees to.
pub(crate) struct Overseer {
    pub(crate) permit: Permit,
    sight: Option<Sight>,
}

impl Overseer {
    /// Whether the handover of this member of staff is among them.
    pub(crate) fn covers(&self, leaver: StaffId) -> bool {
        self.sight.as_ref().is_none_or(|sight| sight.staff().contains(&leaver))
    }
}

/// A handover that is not there, or is not the viewer's to see to.
fn unknown() -> ServiceError {
    ServiceError::NotFound("handover")
}

impl Core {
    /// Lets somebody see to handovers who manages people, within the scope of the roles that let them.
    pub(crate) fn oversee(&self, viewer: &Viewer, tx: &ReadTx, object: &str) -> Result<Overseer, ServiceError> {
        let permit = self.allow_on(viewer, Action::ManagePeople, object)?;
        let sight = match reach_of_all(viewer, &[Action::ManagePeople, Action::ReadDirectory]) {
            Reach::Everything => None,
            Reach::Within(scopes) => Some(Sight::of(&scopes, viewer.rights.staff, &people(tx)?)),
        };
        Ok(Overseer { permit, sight })
    }

    /// A handover that the viewer sees to, as it is now.
    pub(crate) fn overseen(
        &self,
        viewer: &Viewer,
        tx: &ReadTx,
        id: HandoverId,
    ) -> Result<(Overseer, Handover), ServiceError> {
        let overseer = self.oversee(viewer, tx, &id.to_string())?;
        let found = tx.handover(id)?.filter(|handover| overseer.covers(handover.leaver)).ok_or_else(unknown)?;
        Ok((overseer, found))
    }

    /// Changes a handover in a write of its own with its event.
    fn change_handover(
        &self,
        permit: &Permit,
        id: HandoverId,
        act: Act,
        change: impl Fn(&mut Handover) + Send + 'static,
    ) -> Result<Handover, ServiceError> {
        let now = self.clock.now();
        Ok(self.store.write(permit, move |tx| {
            let mut handover = stored(tx, id)?;
            change(&mut handover);
            tx.put_handover(&handover)?;
            record(tx, now, &act)?;
            Ok(handover)
        })?)
    }
}

/// A handover inside a write.
fn stored(tx: &WriteTx<'_>, id: HandoverId) -> Result<Handover, StoreError> {
    tx.handover(id)?.ok_or_else(|| StoreError::Refused("there is no such handover".into()))
}

/// Who acts, as a handover keeps it.
pub(crate) fn doer(viewer: &Viewer) -> Doer {
    Doer { user: viewer.user, name: viewer.name.clone() }
}

/// The event of a step, which names the leaver.
fn step(action: &'static str, handover: &Handover) -> Act {
    Act::audit(action).on(handover.id).with("leaver", handover.leaver)
}

/// Whether the viewer is the leaver.
fn is_own(viewer: &Viewer, leaver: StaffId) -> bool {
    viewer.rights.staff == Some(leaver)
}

impl Service {
    /// A handover; none where there is none, or none to see to.
    pub fn handover(&self, viewer: &Viewer, id: HandoverId) -> Result<Option<Handover>, ServiceError> {
        let tx = self.core.store.read()?;
        let overseer = self.core.oversee(viewer, &tx, &id.to_string())?;
        Ok(tx.handover(id)?.filter(|handover| overseer.covers(handover.leaver)))
    }

    /// Handovers to see to, newest first; of one member of staff where that is asked.
    pub fn handovers(
        &self,
        viewer: &Viewer,
        leaver: Option<StaffId>,
        page: &PageRequest,
    ) -> Result<Connection<Handover>, ServiceError> {
        let tx = self.core.store.read()?;
        let overseer = self.core.oversee(viewer, &tx, "")?;
        let wanted = |one: &Handover| overseer.covers(one.leaver) && leaver.is_none_or(|leaver| one.leaver == leaver);
        let all = tx.handovers()?.into_iter().filter(wanted).collect();
        Connection::of_whole(all, page, |handover| handover.id.to_string())
    }

    /// Begins the handover of a leaver; with `suspend` the leaver is suspended in the same transaction, which is sensitive.
    pub fn begin_handover(
        &self,
        viewer: &Viewer,
        leaver: StaffId,
        review_days: u32,
        suspend: bool,
    ) -> Result<Result<Handover, HandoverRefusal>, ServiceError> {
        let core = &self.core;
        let overseer = core.oversee(viewer, &core.store.read()?, &leaver.to_string())?;
        if suspend {
            core.fresh(viewer)?;
        }
        let (_accounts, _people) = (core.accounts.lock(), core.people.lock());
        let tx = core.store.read()?;
        if !overseer.covers(leaver) || tx.staff(leaver)?.is_none() {
            return Err(ServiceError::NotFound("member of staff"));
        }
        if is_own(viewer, leaver) {
            return Ok(Err(HandoverRefusal::Yourself));
        }
        if !(1..=REVIEW_DAYS_MAX).contains(&review_days) {
            return Ok(Err(HandoverRefusal::DaysInvalid));
        }
        let is_running = |one: &Handover| matches!(one.state, HandoverState::Open | HandoverState::CarriedOut);
        if tx.handovers()?.iter().any(|one| one.leaver == leaver && is_running(one)) {
            return Ok(Err(HandoverRefusal::AlreadyOpen));
        }
        let handover = Handover {
            id: HandoverId::random(&*core.random),
            leaver,
            state: HandoverState::Open,
            begun_at: core.clock.now(),
            begun_by: doer(viewer),
            review_days,
            suspended_at: None,
            users: Vec::new(),
            rules: Vec::new(),
            carried_out: None,
        };
        let act = step("handover.begin", &handover).with("review_days", review_days);
        if suspend {
            return match suspension(viewer, &tx, leaver)? {
                Ok(suspension) => core.suspend(&overseer.permit, handover, suspension, Some(act)).map(Ok),
                Err(refusal) => Ok(Err(refusal)),
            };
        }
        let (row, now) = (handover.clone(), handover.begun_at);
        core.store.write(&overseer.permit, move |tx| {
            tx.put_handover(&row)?;
            record(tx, now, &act)
        })?;
        Ok(Ok(handover))
    }

    /// Calls a handover off, as long as no customer went. Whoever was suspended stays so.
    pub fn cancel_handover(
        &self,
        viewer: &Viewer,
        id: HandoverId,
    ) -> Result<Result<Handover, HandoverRefusal>, ServiceError> {
        let core = &self.core;
        let _one_at_a_time = core.people.lock();
        let (overseer, handover) = core.overseen(viewer, &core.store.read()?, id)?;
        if is_own(viewer, handover.leaver) {
            return Ok(Err(HandoverRefusal::Yourself));
        }
        if handover.state != HandoverState::Open {
            return Ok(Err(HandoverRefusal::PastThat));
        }
        let act = step("handover.cancel", &handover);
        let change = |handover: &mut Handover| handover.state = HandoverState::Cancelled;
        core.change_handover(&overseer.permit, id, act, change).map(Ok)
    }
}
