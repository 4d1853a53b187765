//! Carrying a reviewed plan out: every customer changes hands in one transaction, and a form for each successor is made of it.

use std::collections::{BTreeMap, BTreeSet};

use xinju_model::access::{Action, Viewer};
use xinju_model::approval::SensitiveKind;
use xinju_model::conversation::ConversationKind;
use xinju_model::customer::Customer;
use xinju_model::handover::{CarriedOut, Handover, HandoverState};
use xinju_model::handover_form::{FormContent, FormCustomer, FormPerson, HandoverForm};
use xinju_model::id::{CustomerId, HandoverFormId, HandoverId, StaffId};
use xinju_model::time::Timestamp;
use xinju_store::error::StoreError;
use xinju_store::read::{ConversationFilter, Page};
use xinju_store::write::WriteTx;

use crate::approval::leave::Leave;
use crate::audit::{Act, record};
use crate::customer::named;
use crate::error::ServiceError;
use crate::handover::plan::{HandoverPlan, plan};
use crate::handover::{HandoverRefusal, doer, is_own, step};
use crate::party::{Snapshot, party_key};
use crate::service::{Core, Service};

/// Conversations of two with one customer that a form counts: one for each colleague who ever wrote.
const CONVERSATIONS_MAX: usize = 10_000;

impl Snapshot<'_> {
    fn form_person(&self, id: StaffId) -> Result<FormPerson, ServiceError> {
        let staff = self.tx.staff(id)?.ok_or(ServiceError::NotFound("member of staff"))?;
        let all = self.tx.departments()?;
        let of = all.into_iter().filter(|department| staff.departments.contains(&department.id));
        Ok(FormPerson {
            departments: of.map(|department| department.name).collect(),
            id,
            name: if staff.name.is_empty() { staff.account.clone() } else { staff.name },
            account: staff.account,
        })
    }

    fn form_customer(&self, customer: Customer) -> Result<FormCustomer, ServiceError> {
        let keys = customer.identities.iter().map(|identity| party_key(identity.channel, &identity.id)).collect();
        let filter = ConversationFilter { kind: Some(ConversationKind::Single), party: Some(keys) };
        let found = self.tx.conversations(&self.scope, &filter, &Page { after: None, limit: CONVERSATIONS_MAX })?;
        let customer = named(customer);
        Ok(FormCustomer {
            channel_ids: customer.identities.into_iter().map(|identity| identity.id).collect(),
            company: customer.company,
            conversations: found.len() as u64,
            id: customer.id,
            last_contact: found.first().map(|newest| newest.last_at),
            messages: found.iter().map(|conversation| conversation.count).fold(0, u64::saturating_add),
            name: customer.name,
        })
    }

    /// What stands on the form of each successor before anybody writes on it.
    fn form_contents(
        &self,
        leaver: StaffId,
        plan: &HandoverPlan,
        now: Timestamp,
    ) -> Result<Vec<FormContent>, ServiceError> {
        let mut of: BTreeMap<StaffId, Vec<FormCustomer>> = BTreeMap::new();
        for assignment in &plan.assignments {
            if let (Some(successor), Some(customer)) = (assignment.successor, self.customer(assignment.customer)?) {
                of.entry(successor).or_default().push(self.form_customer(customer)?);
            }
        }
        let top = self.tx.departments()?.into_iter().find(|department| department.parent == 0);
        let company = top.map(|department| department.name).unwrap_or_default();
        let leaver = self.form_person(leaver)?;
        let form = |(successor, customers)| {
            Ok(FormContent {
                company: company.clone(),
                customers,
                items: Vec::new(),
                leaver: leaver.clone(),
                made_at: now,
                remarks: String::new(),
                successor: self.form_person(successor)?,
                version: 1,
            })
        };
        of.into_iter().map(form).collect()
    }
}

impl Core {
    fn new_form(&self, handover: &Handover, content: FormContent) -> (HandoverForm, FormContent) {
        let form = HandoverForm {
            id: HandoverFormId::random(&*self.random),
            handover: handover.id,
            leaver: handover.leaver,
            successor: content.successor.id,
            made_at: content.made_at,
            customers: content.customers.len() as u64,
            digest: content.digest(),
            signatures: Vec::new(),
        };
        (form, content)
    }
}

/// Gives every customer to whom the plan says, with an event for each. The leaver has exactly the customers of the plan, or nothing is done.
fn give_all(
    tx: &mut WriteTx<'_>,
    handover: &Handover,
    goes: &[(CustomerId, StaffId)],
    now: Timestamp,
) -> Result<(), StoreError> {
    let planned: BTreeSet<CustomerId> = goes.iter().map(|(customer, _)| *customer).collect();
    // Records that arrive may give the leaver a customer that was nobody's.
    if tx.owned_by(handover.leaver)?.into_iter().collect::<BTreeSet<_>>() != planned {
        return Err(StoreError::Refused(CHANGED.into()));
    }
    for (customer, successor) in goes {
        let mut ownership = tx.ownership(*customer)?;
        ownership.give(Some(*successor), now);
        tx.put_ownership(*customer, &ownership)?;
        let act = Act::audit("customer.change_owner").on(customer).with("handover", handover.id);
        record(tx, now, &act.with("owner_before", handover.leaver).with("owner_after", successor))?;
    }
    Ok(())
}

const CHANGED: &str = "the plan is another now; look at it once more";

impl Service {
    /// Gives all customers of a leaver to their successors, as the plan named by `digest` says. Where anything in it changed since
    /// it was looked at, nothing is done: CONFLICT. The history of words goes along: see [`xinju_model::scope`].
    pub fn carry_out_handover(
        &self,
        viewer: &Viewer,
        id: HandoverId,
        digest: &str,
    ) -> Result<Result<Handover, HandoverRefusal>, ServiceError> {
        let leave = self.core.leave(viewer, SensitiveKind::OwnerChange)?;
        self.carry_out_handover_with(viewer, id, digest, &leave)
    }

    pub(crate) fn carry_out_handover_with(
        &self,
        viewer: &Viewer,
        id: HandoverId,
        digest: &str,
        leave: &Leave,
    ) -> Result<Result<Handover, HandoverRefusal>, ServiceError> {
        let core = &self.core;
        let _one_at_a_time = core.people.lock();
        let (overseer, handover) = core.overseen(viewer, &core.store.read()?, id)?;
        core.fresh(viewer)?;
        let snapshot = core.snapshot(&core.allow(viewer, Action::ReadDirectory)?)?;
        if is_own(viewer, handover.leaver) {
            return Ok(Err(HandoverRefusal::Yourself));
        }
        if handover.state != HandoverState::Open {
            return Ok(Err(HandoverRefusal::PastThat));
        }
        let plan = plan(&snapshot.tx, &handover)?;
        if plan.digest != digest {
            return Err(ServiceError::Conflict(CHANGED.into()));
        }
        if let Some(obstacle) = plan.obstacle() {
            return Ok(Err(obstacle));
        }
        let now = core.clock.now();
        let contents = snapshot.form_contents(handover.leaver, &plan, now)?;
        drop(snapshot);
        let forms: Vec<_> = contents.into_iter().map(|content| core.new_form(&handover, content)).collect();
        let goes: Vec<(CustomerId, StaffId)> =
            plan.assignments.iter().filter_map(|one| Some((one.customer, one.successor?))).collect();
        let done = CarriedOut { at: now, by: doer(viewer), digest: plan.digest.clone(), customers: goes.len() as u64 };
        // Nothing to sign where there was no customer.
        let state = if forms.is_empty() { HandoverState::Closed } else { HandoverState::CarriedOut };
        let handover = Handover { state, carried_out: Some(done), ..handover };
        let act = step("handover.carry_out", &handover)
            .with("plan_sha256", &plan.digest)
            .with("customers_count", goes.len())
            .with_ids("successors", forms.iter().map(|(form, _)| form.successor))
            .about(goes.iter().map(|(customer, _)| *customer));
        let row = handover.clone();
        core.sensitive(&overseer.permit, leave, act, move |tx, act| {
            give_all(tx, &row, &goes, now)?;
            tx.put_handover(&row)?;
            for (form, content) in &forms {
                tx.put_form(form, Some(content))?;
            }
            record(tx, now, act)
        })?;
        core.scopes.forget();
        Ok(Ok(handover))
    }
}
