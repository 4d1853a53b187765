//! To whom a leaver's customers go: rules that are kept, and the plan that follows from them at this moment.

use std::collections::BTreeMap;

use xinju_model::access::{Action, Viewer};
use xinju_model::handover::{Candidate, Handover, HandoverRule, HandoverState, assign, check_rules, plan_digest};
use xinju_model::id::{CustomerId, HandoverId, StaffId};
use xinju_model::limits::HANDOVER_CUSTOMERS_MAX;
use xinju_model::staff::StaffState;
use xinju_store::read::ReadTx;

use crate::customer::named;
use crate::error::ServiceError;
use crate::handover::{HandoverRefusal, is_own, step};
use crate::page::{Connection, PageRequest};
use crate::service::Service;

/// A customer and who gets it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assignment {
    /// Who.
    pub customer: CustomerId,
    /// The name; the channel's id where the directory knows none.
    pub name: String,
    /// The firm, where known.
    pub company: Option<String>,
    /// Who gets it; none where no rule says.
    pub successor: Option<StaffId>,
}

/// What one successor gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SuccessorShare {
    /// Who.
    pub successor: StaffId,
    /// How many customers.
    pub customers: u64,
    /// Whether the successor works here now; where not, the plan cannot be carried out.
    pub is_active: bool,
}

/// What the rules of a handover say now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HandoverPlan {
    /// Names it: whoever carries it out says which one was looked at.
    pub digest: String,
    /// Who gets how many.
    pub shares: Vec<SuccessorShare>,
    /// Customers whom no rule gives to anybody.
    pub left: u64,
    /// Every customer, by name.
    pub assignments: Vec<Assignment>,
}

impl HandoverPlan {
    /// Why it cannot be carried out; none where it can.
    pub fn obstacle(&self) -> Option<HandoverRefusal> {
        if self.assignments.len() > HANDOVER_CUSTOMERS_MAX {
            return Some(HandoverRefusal::TooManyCustomers);
        }
        if self.shares.iter().any(|share| !share.is_active) {
            return Some(HandoverRefusal::SuccessorNotActive);
        }
        (self.left > 0).then_some(HandoverRefusal::CustomersLeft)
    }
}

/// What the rules of a handover say in a snapshot.
pub(super) fn plan(tx: &ReadTx, handover: &Handover) -> Result<HandoverPlan, ServiceError> {
    let mut customers = Vec::new();
    for id in tx.owned_by(handover.leaver)? {
        customers.extend(tx.customer(id)?.map(named));
    }
    customers.sort_by_cached_key(|customer| (customer.name.to_lowercase(), customer.id));
    let tags: Vec<Vec<&str>> = customers
        .iter()
        .map(|customer| customer.followers.iter().flat_map(|follower| &follower.tags).map(String::as_str).collect())
        .collect();
    let candidates = customers.iter().zip(&tags).map(|(customer, tags)| Candidate { id: customer.id, tags });
    let goes = assign(&handover.rules, candidates);
    let digest = plan_digest(handover.leaver, &goes);
    let mut counts = BTreeMap::<StaffId, u64>::new();
    for successor in goes.iter().filter_map(|(_, successor)| *successor) {
        let count = counts.entry(successor).or_default();
        *count = count.saturating_add(1);
    }
    let mut shares = Vec::with_capacity(counts.len());
    for (successor, customers) in counts {
        let is_active = tx.staff(successor)?.is_some_and(|staff| staff.state == StaffState::Active);
        shares.push(SuccessorShare { successor, customers, is_active });
    }
    let left = goes.iter().filter(|(_, successor)| successor.is_none()).count() as u64;
    let assignments = customers.into_iter().zip(goes).map(|(customer, (_, successor))| Assignment {
        customer: customer.id,
        name: customer.name,
        company: customer.company,
        successor,
    });
    Ok(HandoverPlan { digest, shares, left, assignments: assignments.collect() })
}

/// Whether rules can be this handover's in a snapshot.
fn check_plan(
    tx: &ReadTx,
    handover: &Handover,
    rules: &[HandoverRule],
) -> Result<Result<(), HandoverRefusal>, ServiceError> {
    if let Err(fault) = check_rules(rules, handover.leaver) {
        return Ok(Err(fault.into()));
    }
    for successor in rules.iter().flat_map(|rule| &rule.successors) {
        match tx.staff(*successor)?.map(|staff| staff.state) {
            None => return Ok(Err(HandoverRefusal::SuccessorUnknown)),
            Some(StaffState::Active) => {}
            Some(StaffState::Suspended | StaffState::Left) => return Ok(Err(HandoverRefusal::SuccessorNotActive)),
        }
    }
    Ok(Ok(()))
}

impl Service {
    /// Keeps the rules of a handover in place of those before. Nothing goes to anybody yet.
    pub fn plan_handover(
        &self,
        viewer: &Viewer,
        id: HandoverId,
        rules: Vec<HandoverRule>,
    ) -> Result<Result<Handover, HandoverRefusal>, ServiceError> {
        let core = &self.core;
        let _one_at_a_time = core.people.lock();
        let tx = core.store.read()?;
        let (overseer, handover) = core.overseen(viewer, &tx, id)?;
        if is_own(viewer, handover.leaver) {
            return Ok(Err(HandoverRefusal::Yourself));
        }
        if handover.state != HandoverState::Open {
            return Ok(Err(HandoverRefusal::PastThat));
        }
        if let Err(refusal) = check_plan(&tx, &handover, &rules)? {
            return Ok(Err(refusal));
        }
        let mut successors: Vec<StaffId> = rules.iter().flat_map(|rule| &rule.successors).copied().collect();
        successors.sort_unstable();
        successors.dedup();
        let act = step("handover.plan", &handover)
            .with("rules_before", handover.rules.len())
            .with("rules_after", rules.len())
            .with_ids("successors", successors);
        core.change_handover(&overseer.permit, id, act, move |handover| handover.rules.clone_from(&rules)).map(Ok)
    }

    /// What the rules of an open handover say now; none for one whose customers went, or that was called off.
    pub fn handover_plan(&self, viewer: &Viewer, id: HandoverId) -> Result<Option<HandoverPlan>, ServiceError> {
        let core = &self.core;
        let tx = core.store.read()?;
        let (_, handover) = core.overseen(viewer, &tx, id)?;
        core.allow(viewer, Action::ReadDirectory)?;
        if handover.state != HandoverState::Open {
            return Ok(None);
        }
        plan(&tx, &handover).map(Some)
    }
}

impl HandoverPlan {
    /// Some of its customers, by name.
    pub fn page(&self, page: &PageRequest) -> Result<Connection<Assignment>, ServiceError> {
        Connection::of_whole(self.assignments.clone(), page, |assignment| assignment.customer.to_string())
    }
}
