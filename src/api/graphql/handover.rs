//! Handovers of leavers: suspension, review, plan and carrying out.

use std::sync::Arc;

use async_graphql::{Context, Enum, ID, InputObject, Object, Result, SimpleObject};
use xinju_model::audit::AuditAction as Known;
use xinju_model::handover::{self, HandoverRule, WhichCustomers};
use xinju_model::id::{CustomerId, HandoverId, StaffId};
use xinju_service::error::ServiceError;
use xinju_service::handover as handovers;

use crate::graphql::context::{call, principal, where_allowed};
use crate::graphql::error::{bad_input, fault};
use crate::graphql::handover_form::HandoverForm;
use crate::graphql::page::{self, Page};
use crate::graphql::scalars::{DateTime, Long};
use crate::graphql::staff::Staff;
use crate::graphql::trail::{AuditAction, AuditEvent, TRAIL_COST};

/// What working a plan out costs of the complexity limit: every customer of the leaver is looked at.
const PLAN_COST: usize = 1_000;

/// How far a handover has come.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "xinju_model::handover::HandoverState")]
pub(crate) enum HandoverState {
    /// It is being planned.
    Open,
    /// The customers have gone to their successors; forms wait for signatures.
    CarriedOut,
    /// Every form is signed by both sides.
    Closed,
    /// It was called off before any customer went.
    Cancelled,
}

/// Why a step of a handover was not done.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "xinju_service::handover::HandoverRefusal")]
pub(crate) enum HandoverRefusal {
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

/// To whom some of a leaver's customers go. Without `customers` and `tag` it is about all that no rule before it took.
struct Rule(HandoverRule);

/// To whom some of a leaver's customers go. Without `customers` and `tag` it is about all that no rule before it took.
#[Object(name = "HandoverRule")]
impl Rule {
    /// Ids of the customers that the rule names; null where it names none.
    async fn customers(&self) -> Option<Vec<ID>> {
        match &self.0.which {
            WhichCustomers::Named(named) => Some(named.iter().map(|id| id.to_string().into()).collect()),
            WhichCustomers::Tagged(_) | WhichCustomers::Rest => None,
        }
    }
    /// The tag that the rule is about; null where it is about none.
    async fn tag(&self) -> Option<&str> {
        match &self.0.which {
            WhichCustomers::Tagged(tag) => Some(tag),
            WhichCustomers::Named(_) | WhichCustomers::Rest => None,
        }
    }
    /// The successors; several take turns.
    #[graphql(complexity = "10 + 5 * child_complexity")]
    async fn successors(&self, context: &Context<'_>) -> Result<Vec<Staff>> {
        let ids = self.0.successors.clone();
        let found = call(context, move |service, viewer| {
            ids.into_iter()
                .filter_map(|id| where_allowed(service.staff(viewer, id)).transpose())
                .collect::<Result<Vec<_>, _>>()
        });
        Ok(found.await?.into_iter().map(Staff).collect())
    }
}

/// A member of staff, where the viewer may see one.
async fn somebody(context: &Context<'_>, id: StaffId) -> Result<Option<Staff>> {
    Ok(call(context, move |service, viewer| where_allowed(service.staff(viewer, id))).await?.map(Staff))
}

/// A customer of a plan and who gets it.
struct Assignment(handovers::Assignment);

/// A customer of a plan and who gets it.
#[Object(name = "HandoverAssignment")]
impl Assignment {
    async fn customer_id(&self) -> ID {
        self.0.customer.to_string().into()
    }
    /// The customer's name; the channel's id where the directory knows none.
    async fn name(&self) -> &str {
        &self.0.name
    }
    /// The customer's firm; null where it is not known.
    async fn company(&self) -> Option<&str> {
        self.0.company.as_deref()
    }
    /// Who gets it; null where no rule says.
    async fn successor(&self, context: &Context<'_>) -> Result<Option<Staff>> {
        match self.0.successor {
            Some(id) => somebody(context, id).await,
            None => Ok(None),
        }
    }
}

/// What one successor gets by a plan.
struct Share(handovers::SuccessorShare);

/// What one successor gets by a plan.
#[Object(name = "HandoverShare")]
impl Share {
    async fn successor(&self, context: &Context<'_>) -> Result<Option<Staff>> {
        somebody(context, self.0.successor).await
    }
    /// How many customers.
    async fn customers(&self) -> Long {
        self.0.customers.into()
    }
    /// Whether the successor works here now; where not, the plan cannot be carried out.
    async fn is_active(&self) -> bool {
        self.0.is_active
    }
}

/// What the rules of a handover say now.
struct Plan(Arc<handovers::HandoverPlan>);

/// What the rules of a handover say now.
#[Object(name = "HandoverPlan")]
impl Plan {
    /// Names the plan: whoever carries it out says which one was looked at.
    async fn digest(&self) -> &str {
        &self.0.digest
    }
    /// Who gets how many.
    async fn shares(&self) -> Vec<Share> {
        self.0.shares.iter().copied().map(Share).collect()
    }
    /// Customers whom no rule gives to anybody.
    async fn left(&self) -> Long {
        self.0.left.into()
    }
    /// Why it cannot be carried out; null where it can.
    async fn obstacle(&self) -> Option<HandoverRefusal> {
        self.0.obstacle().map(Into::into)
    }
    /// Every customer, by name.
    #[graphql(complexity = "page::cost(first, child_complexity)")]
    #[allow(clippy::unused_async, reason = "resolvers are asynchronous, whatever they do")]
    async fn customers(&self, first: Option<i32>, after: Option<String>) -> Result<Page<Assignment>> {
        let found = self.0.page(&page::request(first, after)?).map_err(|error| fault(&error))?;
        Ok(Page::new(found, Assignment))
    }
}

/// How many events of one act a review has.
#[derive(SimpleObject)]
struct ReviewCount {
    /// The act, where this version knows it.
    action: AuditAction,
    /// The act as the events say it: `noun.verb`.
    action_name: String,
    events: Long,
}

/// What a leaver had done before the suspension, frozen.
struct Review {
    handover: HandoverId,
    review: handover::Review,
}

/// What a leaver had done before the suspension, frozen.
#[Object]
impl Review {
    /// The first moment that it covers.
    async fn from(&self) -> DateTime {
        self.review.from.into()
    }
    /// The moment of the suspension.
    async fn until(&self) -> DateTime {
        self.review.until.into()
    }
    /// All events of that time.
    async fn total(&self) -> Long {
        self.review.total.into()
    }
    /// SHA-256 of what was frozen, as the event of the freezing has it.
    async fn digest(&self) -> String {
        self.review.digest()
    }
    /// How many events there are of each act.
    async fn counts(&self) -> Vec<ReviewCount> {
        let count = |(name, count): (&String, &u64)| ReviewCount {
            action: Known::from_name(name).into(),
            action_name: name.clone(),
            events: (*count).into(),
        };
        self.review.counts.iter().map(count).collect()
    }
    /// The events, newest first. Each page is an event itself.
    #[graphql(complexity = "TRAIL_COST + page::cost(first, child_complexity)")]
    async fn events(
        &self,
        context: &Context<'_>,
        first: Option<i32>,
        after: Option<String>,
    ) -> Result<Page<AuditEvent>> {
        let (id, page) = (self.handover, page::request(first, after)?);
        let found = call(context, move |service, viewer| service.review_events(viewer, id, &page)).await?;
        Ok(Page::new(found, AuditEvent))
    }
}

/// A leaver's handover.
pub(crate) struct Handover(pub(crate) handover::Handover);

/// A leaver's handover.
#[Object]
impl Handover {
    pub(crate) async fn id(&self) -> ID {
        self.0.id.to_string().into()
    }
    /// Who leaves; null where the viewer may not see staff.
    async fn leaver(&self, context: &Context<'_>) -> Result<Option<Staff>> {
        somebody(context, self.0.leaver).await
    }
    async fn state(&self) -> HandoverState {
        self.0.state.into()
    }
    async fn begun_at(&self) -> DateTime {
        self.0.begun_at.into()
    }
    /// The name of who began it, as it was then.
    async fn begun_by(&self) -> &str {
        &self.0.begun_by.name
    }
    /// Days before the suspension that the review covers.
    async fn review_days(&self) -> u32 {
        self.0.review_days
    }
    /// When the leaver was suspended; null before.
    async fn suspended_at(&self) -> Option<DateTime> {
        self.0.suspended_at.map(DateTime)
    }
    /// How many users of the leaver were suspended.
    async fn suspended_users(&self) -> usize {
        self.0.users.len()
    }
    /// To whom the customers go, in order: the first rule that fits a customer counts.
    async fn rules(&self) -> Vec<Rule> {
        self.0.rules.iter().cloned().map(Rule).collect()
    }
    /// What the rules say now; null when the customers went, or it was called off.
    #[graphql(complexity = "PLAN_COST + child_complexity")]
    async fn plan(&self, context: &Context<'_>) -> Result<Option<Plan>> {
        let id = self.0.id;
        Ok(call(context, move |service, viewer| service.handover_plan(viewer, id)).await?.map(Arc::new).map(Plan))
    }
    /// What the leaver had done; null before the suspension.
    #[graphql(complexity = "TRAIL_COST + child_complexity")]
    async fn review(&self, context: &Context<'_>) -> Result<Option<Review>> {
        let id = self.0.id;
        let found = call(context, move |service, viewer| service.review(viewer, id)).await?;
        Ok(found.map(|review| Review { handover: id, review }))
    }
    /// When the customers went; null before.
    async fn carried_out_at(&self) -> Option<DateTime> {
        self.0.carried_out.as_ref().map(|done| done.at.into())
    }
    /// The name of who carried it out, as it was then; null before.
    async fn carried_out_by(&self) -> Option<&str> {
        self.0.carried_out.as_ref().map(|done| done.by.name.as_str())
    }
    /// How many customers went; null before.
    async fn customers(&self) -> Option<Long> {
        self.0.carried_out.as_ref().map(|done| done.customers.into())
    }
    /// A form for each successor; none before the customers went.
    #[graphql(complexity = "10 + 5 * child_complexity")]
    async fn forms(&self, context: &Context<'_>) -> Result<Vec<HandoverForm>> {
        let id = self.0.id;
        let found = call(context, move |service, viewer| service.forms(viewer, id)).await?;
        Ok(found.into_iter().map(HandoverForm).collect())
    }
}

/// A leaver whose handover is to begin.
#[derive(InputObject)]
pub(crate) struct BeginHandoverInput {
    /// Who leaves.
    staff: ID,
    /// Days before the suspension that the review covers, 1 to 365.
    #[graphql(default = 30)]
    review_days: u32,
    /// Whether to suspend the leaver at once. Sensitive.
    suspend: bool,
}

/// The handover whose leaver is to be suspended.
#[derive(InputObject)]
pub(crate) struct SuspendLeaverInput {
    id: ID,
}

/// To whom some of a leaver's customers go: these, or those with a tag; without both all that no rule before it took.
#[derive(InputObject)]
pub(crate) struct HandoverRuleInput {
    customers: Option<Vec<ID>>,
    tag: Option<String>,
    /// The successors; several take turns.
    successors: Vec<ID>,
}

/// To whom a leaver's customers go.
#[derive(InputObject)]
pub(crate) struct PlanHandoverInput {
    id: ID,
    /// In order: the first rule that fits a customer counts.
    rules: Vec<HandoverRuleInput>,
}

/// The plan to carry out.
#[derive(InputObject)]
pub(crate) struct CarryOutHandoverInput {
    id: ID,
    /// The digest of the plan that was looked at. Where it is another by now, nothing is done: CONFLICT.
    digest: String,
}

impl CarryOutHandoverInput {
    /// Which handover, and the digest.
    pub(crate) fn read(self) -> Result<(HandoverId, String)> {
        Ok((handover_id(&self.id)?, self.digest))
    }
}

/// The handover to call off.
#[derive(InputObject)]
pub(crate) struct CancelHandoverInput {
    id: ID,
}

/// What came of a step of a handover.
#[derive(SimpleObject)]
pub(crate) struct HandoverPayload {
    /// Null when it was refused.
    handover: Option<Handover>,
    /// Null when it was done.
    refusal: Option<HandoverRefusal>,
}

impl From<Result<handover::Handover, handovers::HandoverRefusal>> for HandoverPayload {
    fn from(outcome: Result<handover::Handover, handovers::HandoverRefusal>) -> Self {
        match outcome {
            Ok(handover) => Self { handover: Some(Handover(handover)), refusal: None },
            Err(refusal) => Self { handover: None, refusal: Some(refusal.into()) },
        }
    }
}

fn handover_id(id: &ID) -> Result<HandoverId> {
    HandoverId::parse(id).map_err(|_| fault(&ServiceError::NotFound("handover")))
}

/// A rule; none where a successor's id is none.
fn rule(input: HandoverRuleInput) -> Result<Option<HandoverRule>> {
    let which = match (input.customers, input.tag) {
        (Some(_), Some(_)) => return Err(bad_input("a rule has `customers` or `tag`, not both")),
        (Some(ids), None) => {
            // What is no id of a customer is nobody's customer.
            WhichCustomers::Named(ids.iter().filter_map(|id| CustomerId::parse(id).ok()).collect())
        }
        (None, Some(tag)) => WhichCustomers::Tagged(tag),
        (None, None) => WhichCustomers::Rest,
    };
    let successors = input.successors.iter().map(|id| StaffId::parse(id)).collect::<Result<Vec<_>, _>>();
    Ok(successors.ok().map(|successors| HandoverRule { which, successors }))
}

/// Questions about handovers, for those who manage people.
#[derive(Default)]
pub(crate) struct HandoverQuery;

#[Object]
impl HandoverQuery {
    /// A handover by its id; null when there is none or it is not yours to see to.
    async fn handover(&self, context: &Context<'_>, id: ID) -> Result<Option<Handover>> {
        let parsed = HandoverId::parse(&id);
        let found = call(context, move |service, viewer| match parsed {
            Ok(id) => service.handover(viewer, id),
            Err(_) => Ok(None),
        });
        Ok(found.await?.map(Handover))
    }

    /// Handovers to see to, newest first; of one member of staff where `staff` is given.
    #[graphql(complexity = "page::cost(first, child_complexity)")]
    async fn handovers(
        &self,
        context: &Context<'_>,
        staff: Option<ID>,
        first: Option<i32>,
        after: Option<String>,
    ) -> Result<Page<Handover>> {
        let page = page::request(first, after)?;
        // What is no id of anybody has no handover either.
        let staff = staff.map(|id| StaffId::parse(&id).unwrap_or(StaffId([0; 16])));
        let found = call(context, move |service, viewer| service.handovers(viewer, staff, &page)).await?;
        Ok(Page::new(found, Handover))
    }
}

/// Verbs of handovers.
#[derive(Default)]
pub(crate) struct HandoverMutation;

#[Object]
impl HandoverMutation {
    /// Begins the handover of a leaver, and suspends the leaver at once where asked.
    async fn begin_handover(&self, context: &Context<'_>, input: BeginHandoverInput) -> Result<HandoverPayload> {
        principal(context)?;
        let staff = StaffId::parse(&input.staff).map_err(|_| fault(&ServiceError::NotFound("member of staff")))?;
        let begun = call(context, move |service, viewer| {
            service.begin_handover(viewer, staff, input.review_days, input.suspend)
        });
        Ok(begun.await?.into())
    }

    /// Suspends the leaver: the person, the accounts, the sessions and the tokens end at once, and what was done is frozen for review. Sensitive.
    async fn suspend_leaver(&self, context: &Context<'_>, input: SuspendLeaverInput) -> Result<HandoverPayload> {
        principal(context)?;
        let id = handover_id(&input.id)?;
        Ok(call(context, move |service, viewer| service.suspend_leaver(viewer, id)).await?.into())
    }

    /// Says to whom the leaver's customers go. Nothing goes to anybody yet: `plan` of the handover shows what would.
    async fn plan_handover(&self, context: &Context<'_>, input: PlanHandoverInput) -> Result<HandoverPayload> {
        principal(context)?;
        let id = handover_id(&input.id)?;
        let Some(rules) = input.rules.into_iter().map(rule).collect::<Result<Option<Vec<_>>>>()? else {
            return Ok(HandoverPayload { handover: None, refusal: Some(HandoverRefusal::SuccessorUnknown) });
        };
        let planned = call(context, move |service, viewer| service.plan_handover(viewer, id, rules.clone()));
        Ok(planned.await?.into())
    }

    /// Gives all customers of the leaver to their successors as the plan says, in one step. Sensitive.
    async fn carry_out_handover(&self, context: &Context<'_>, input: CarryOutHandoverInput) -> Result<HandoverPayload> {
        principal(context)?;
        let (id, digest) = input.read()?;
        let done = call(context, move |service, viewer| service.carry_out_handover(viewer, id, &digest));
        Ok(done.await?.into())
    }

    /// Calls a handover off, as long as no customer went. Whoever was suspended stays so.
    async fn cancel_handover(&self, context: &Context<'_>, input: CancelHandoverInput) -> Result<HandoverPayload> {
        principal(context)?;
        let id = handover_id(&input.id)?;
        Ok(call(context, move |service, viewer| service.cancel_handover(viewer, id)).await?.into())
    }
}
