//! Approvals as somebody sees them: one, lists of them, and how many wait.

use xinju_model::access::Viewer;
use xinju_model::approval::{Approval, ApprovalState, Obstacle};
use xinju_model::id::ApprovalId;
use xinju_model::time::Timestamp;
use xinju_store::read::{Page, ReadTx};

use crate::error::ServiceError;
use crate::page::{Connection, PageRequest};
use crate::service::{Core, Service};

/// Approvals that a list goes back over; older ones are found in the audit trail.
const LISTED_MAX: usize = 10_000;
/// Approvals read at once.
const BATCH: usize = 500;

/// An approval as its viewer sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApprovalView {
    /// The approval.
    pub approval: Approval,
    /// How it stands now.
    pub state: ApprovalState,
    /// Whether the viewer asked.
    pub mine: bool,
    /// What keeps the viewer from deciding; none where they may.
    pub obstacle: Option<Obstacle>,
    /// Whether the viewer may take it back.
    pub may_revoke: bool,
}

/// Which approvals to list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ApprovalFilter {
    /// Those that wait for the viewer's yes or no.
    ToDecide,
    /// Those that the viewer asked for.
    Mine,
    /// Those of others that were decided or are over.
    Decided,
    /// Every one that the viewer may know of.
    #[default]
    All,
}

/// How many approvals wait for somebody.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ApprovalsWaiting {
    /// For a yes or no.
    pub to_decide: u64,
    /// To be carried out, with a yes.
    pub to_carry_out: u64,
}

impl ApprovalFilter {
    fn holds(self, view: &ApprovalView) -> bool {
        match self {
            Self::ToDecide => view.state == ApprovalState::Pending && view.obstacle.is_none(),
            Self::Mine => view.mine,
            Self::Decided => !view.mine && view.state != ApprovalState::Pending,
            Self::All => true,
        }
    }
}

impl Core {
    pub(super) fn approval_view(
        &self,
        tx: &ReadTx,
        viewer: &Viewer,
        approval: Approval,
    ) -> Result<ApprovalView, ServiceError> {
        let now = self.clock.now();
        Ok(ApprovalView {
            state: approval.state_at(now),
            mine: viewer.user.is_some() && approval.asked.by == viewer.user,
            obstacle: self.obstacle(tx, viewer, &approval)?,
            may_revoke: viewer.user.is_some_and(|user| approval.may_revoke(user, now)),
            approval,
        })
    }

    /// The views of those that somebody may know of and that a filter holds.
    fn approval_views(
        &self,
        tx: &ReadTx,
        viewer: &Viewer,
        all: Vec<Approval>,
        filter: ApprovalFilter,
    ) -> Result<Vec<ApprovalView>, ServiceError> {
        let mut views = Vec::new();
        for approval in all {
            if self.knows_of(viewer, &approval)? {
                views.push(self.approval_view(tx, viewer, approval)?);
            }
        }
        views.retain(|view| filter.holds(view));
        Ok(views)
    }
}

impl Service {
    /// An approval, for who asked and for those who may approve and see what it is about; none for others.
    pub fn approval(&self, viewer: &Viewer, id: ApprovalId) -> Result<Option<ApprovalView>, ServiceError> {
        let core = &self.core;
        core.allow_enrolled(viewer)?;
        let tx = core.store.read()?;
        match core.known_approval(&tx, viewer, id) {
            Ok(approval) => core.approval_view(&tx, viewer, approval).map(Some),
            Err(ServiceError::NotFound(_)) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Approvals that the viewer may know of, newest first. Lists go back over ten thousand.
    pub fn approvals(
        &self,
        viewer: &Viewer,
        filter: ApprovalFilter,
        page: &PageRequest,
    ) -> Result<Connection<ApprovalView>, ServiceError> {
        let core = &self.core;
        core.allow_enrolled(viewer)?;
        let tx = core.store.read()?;
        let (mut views, mut after, mut read) = (Vec::new(), None::<(Timestamp, ApprovalId)>, 0);
        while read < LISTED_MAX {
            let batch = tx.approvals(&Page { after, limit: BATCH })?;
            let whole = batch.len() == BATCH;
            read += batch.len();
            after = batch.last().map(|last| (last.asked.at, last.id));
            views.extend(core.approval_views(&tx, viewer, batch, filter)?);
            if !whole {
                break;
            }
        }
        Connection::of_whole(views, page, |view| view.approval.id.to_string())
    }

    /// How many approvals wait for the viewer. Polled, so no event.
    pub fn approvals_waiting(&self, viewer: &Viewer) -> Result<ApprovalsWaiting, ServiceError> {
        let core = &self.core;
        core.allow_enrolled(viewer)?;
        let tx = core.store.read()?;
        let views = core.approval_views(&tx, viewer, tx.open_approvals()?, ApprovalFilter::All)?;
        let count = |holds: &dyn Fn(&ApprovalView) -> bool| views.iter().filter(|view| holds(view)).count() as u64;
        Ok(ApprovalsWaiting {
            to_decide: count(&|view| ApprovalFilter::ToDecide.holds(view)),
            to_carry_out: count(&|view| view.mine && view.state == ApprovalState::Approved),
        })
    }
}
