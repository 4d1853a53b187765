//! Cases: what is collected for a dispute, an inspection or an inquiry.

use std::sync::Arc;

use async_graphql::{Context, Enum, ID, InputObject, Object, OneofObject, Result, SimpleObject};
use xinju_model::case::{self, CaseAbout, ContextRule, Selection};
use xinju_model::id::{CaseId, ConversationId, CustomerId, EntryIndex, UserId};
use xinju_service::case::{CaseRefusal as Refused, CollectInto};
use xinju_service::error::ServiceError;

use crate::graphql::context::{call, principal, where_allowed};
use crate::graphql::conversation::Conversation;
use crate::graphql::customer::Customer;
use crate::graphql::error::{bad_input, fault};
use crate::graphql::message::Message;
use crate::graphql::page::{self, Page};
use crate::graphql::scalars::DateTime;
use crate::graphql::search::zone;
use crate::graphql::user::User;

/// What decides a case.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "xinju_model::case::ForumKind")]
pub(crate) enum ForumKind {
    /// A court.
    Court,
    /// A commission of arbitration.
    Arbitration,
    /// A regulator or another authority.
    Authority,
    /// The police.
    Police,
    /// The company itself.
    Internal,
    /// Another.
    Other,
}

/// As what somebody takes part in a case.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "xinju_model::case::PartyRole")]
pub(crate) enum CasePartyRole {
    /// Who claims or applies.
    Claimant,
    /// Against whom.
    Respondent,
    /// A third party.
    ThirdParty,
    /// A witness.
    Witness,
    /// Another.
    Other,
}

/// Whether a case goes on.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "xinju_model::case::CaseState")]
pub(crate) enum CaseState {
    /// It does.
    Open,
    /// It is over; nothing is collected any more.
    Closed,
}

/// Somebody who takes part in a case.
#[derive(SimpleObject, InputObject)]
#[graphql(input_name = "CasePartyInput")]
pub(crate) struct CaseParty {
    name: String,
    role: CasePartyRole,
}

/// Before whom a case is.
#[derive(SimpleObject, InputObject)]
#[graphql(input_name = "ForumInput")]
pub(crate) struct Forum {
    pub(crate) kind: ForumKind,
    /// Empty while nobody knows.
    pub(crate) name: String,
    /// Whether it is outside mainland China: then handing over needs an approval of the authorities (PIPL art. 41, DSL art. 36).
    pub(crate) abroad: bool,
    /// The number of that approval; empty while there is none.
    pub(crate) approval_number: String,
}

/// A case.
pub(crate) struct Case(pub(crate) case::Case);

/// A case.
#[Object]
impl Case {
    pub(crate) async fn id(&self) -> ID {
        self.0.id.to_string().into()
    }
    async fn name(&self) -> &str {
        &self.0.about.name
    }
    /// The number that the forum or the company gave it; empty while there is none.
    async fn number(&self) -> &str {
        &self.0.about.number
    }
    async fn forum(&self) -> Forum {
        let forum = &self.0.about.forum;
        let (name, approval_number) = (forum.name.clone(), forum.approval_number.clone());
        Forum { kind: forum.kind.into(), name, abroad: forum.abroad, approval_number }
    }
    /// What the evidence is to show.
    async fn purpose(&self) -> &str {
        &self.0.about.purpose
    }
    async fn parties(&self) -> Vec<CaseParty> {
        let parties = self.0.about.parties.iter();
        parties.map(|party| CaseParty { name: party.name.clone(), role: party.role.into() }).collect()
    }
    /// Who works on it. Those whom the viewer may not see are left out.
    async fn in_charge(&self, context: &Context<'_>) -> Result<Vec<User>> {
        let ids = self.0.about.in_charge.clone();
        let found = call(context, move |service, viewer| {
            let user = |id| where_allowed(service.user(viewer, id));
            ids.into_iter().map(user).collect::<Result<Vec<_>, ServiceError>>()
        });
        Ok(found.await?.into_iter().flatten().map(User::new).collect())
    }
    async fn state(&self) -> CaseState {
        self.0.state.into()
    }
    async fn opened_at(&self) -> DateTime {
        self.0.opened_at.into()
    }
    /// What it collects, by number.
    #[graphql(complexity = "10 * child_complexity")]
    async fn items(&self, context: &Context<'_>) -> Result<Vec<CaseItem>> {
        let id = self.0.id;
        let items = call(context, move |service, viewer| service.case_items(viewer, id)).await?;
        Ok(items.into_iter().map(CaseItem).collect())
    }
    /// The messages that are meant, in time order, as far as the viewer may read them. Each page is an event.
    #[graphql(complexity = "page::cost(first, child_complexity)")]
    async fn messages(
        &self,
        context: &Context<'_>,
        first: Option<i32>,
        after: Option<String>,
    ) -> Result<Page<CaseMessage>> {
        let (id, page) = (self.0.id, page::request(first, after)?);
        let found = call(context, move |service, viewer| service.case_messages(viewer, id, &page)).await?;
        Ok(Page::new(found, CaseMessage))
    }
}

/// A message of a case.
pub(crate) struct CaseMessage(xinju_service::case::CaseMessage);

/// A message of a case.
#[Object]
impl CaseMessage {
    async fn message(&self) -> Message {
        Message(Arc::new(self.0.message.clone()))
    }
    /// The numbers of the items that mean it.
    async fn items(&self) -> Vec<u32> {
        self.0.items.iter().copied().collect()
    }
}

/// Which kind of records an item means.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CaseSelectionKind {
    /// A conversation, or a part of it.
    Conversation,
    /// One message.
    Message,
    /// All conversations of a customer.
    Customer,
    /// What a search found when it was collected.
    Search,
    /// What a search finds, also what arrives later.
    StandingSearch,
}

/// What goes with each message that is meant.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CaseContextKind {
    /// Nothing.
    Alone,
    /// Some messages before and after.
    Around,
    /// Its whole day in the conversation, in China Standard Time.
    Day,
    /// Its whole conversation.
    Conversation,
}

/// What goes with each message that is meant.
#[derive(SimpleObject, InputObject)]
#[graphql(input_name = "CaseContextInput")]
pub(crate) struct CaseContext {
    kind: CaseContextKind,
    /// Messages before; counts with AROUND only.
    #[graphql(default)]
    before: u32,
    /// Messages after; counts with AROUND only.
    #[graphql(default)]
    after: u32,
}

impl From<ContextRule> for CaseContext {
    fn from(rule: ContextRule) -> Self {
        let of = |kind| Self { kind, before: 0, after: 0 };
        match rule {
            ContextRule::Alone => of(CaseContextKind::Alone),
            ContextRule::Around { before, after } => Self { kind: CaseContextKind::Around, before, after },
            ContextRule::Day => of(CaseContextKind::Day),
            ContextRule::Conversation => of(CaseContextKind::Conversation),
        }
    }
}

impl From<CaseContext> for ContextRule {
    fn from(context: CaseContext) -> Self {
        match context.kind {
            CaseContextKind::Alone => Self::Alone,
            CaseContextKind::Around => Self::Around { before: context.before, after: context.after },
            CaseContextKind::Day => Self::Day,
            CaseContextKind::Conversation => Self::Conversation,
        }
    }
}

/// Something that was collected.
pub(crate) struct CaseItem(case::CaseItem);

/// Something that was collected.
#[Object]
impl CaseItem {
    /// Its number in the case, from 1; never given twice.
    async fn number(&self) -> u32 {
        self.0.number
    }
    async fn kind(&self) -> CaseSelectionKind {
        match &self.0.selection {
            Selection::Conversation { .. } => CaseSelectionKind::Conversation,
            Selection::Message { .. } => CaseSelectionKind::Message,
            Selection::Customer { .. } => CaseSelectionKind::Customer,
            Selection::Search { archived_before: Some(_), .. } => CaseSelectionKind::Search,
            Selection::Search { archived_before: None, .. } => CaseSelectionKind::StandingSearch,
        }
    }
    /// Null unless a conversation is meant, or where it is not yours to see.
    async fn conversation(&self, context: &Context<'_>) -> Result<Option<Conversation>> {
        let Selection::Conversation { conversation, .. } = self.0.selection else { return Ok(None) };
        let found = call(context, move |service, viewer| where_allowed(service.conversation(viewer, conversation)));
        Ok(found.await?.map(Conversation))
    }
    /// The id of the message; null unless one message is meant.
    async fn message(&self) -> Option<ID> {
        let Selection::Message { message } = self.0.selection else { return None };
        Some(message.to_string().into())
    }
    /// Null unless a customer is meant, or where it is not yours to see.
    async fn customer(&self, context: &Context<'_>) -> Result<Option<Customer>> {
        let Selection::Customer { customer } = self.0.selection else { return Ok(None) };
        let found = call(context, move |service, viewer| where_allowed(service.customer(viewer, customer)));
        Ok(found.await?.map(Customer))
    }
    /// Null unless a search is meant.
    async fn query(&self) -> Option<&str> {
        let Selection::Search { query, .. } = &self.0.selection else { return None };
        Some(query)
    }
    /// The first moment of a part of a conversation; null from its beginning.
    async fn from(&self) -> Option<DateTime> {
        let Selection::Conversation { from, .. } = self.0.selection else { return None };
        from.map(DateTime)
    }
    /// The moment before which a part of a conversation ends; null to its end.
    async fn until(&self) -> Option<DateTime> {
        let Selection::Conversation { until, .. } = self.0.selection else { return None };
        until.map(DateTime)
    }
    async fn context(&self) -> CaseContext {
        self.0.context.into()
    }
    /// Why it was collected; may be empty.
    async fn comment(&self) -> &str {
        &self.0.comment
    }
    async fn added_at(&self) -> DateTime {
        self.0.added_at.into()
    }
}

/// What is known of a case.
#[derive(InputObject)]
pub(crate) struct CaseAboutInput {
    name: String,
    #[graphql(default)]
    number: String,
    forum: Forum,
    #[graphql(default)]
    purpose: String,
    #[graphql(default)]
    parties: Vec<CaseParty>,
    /// Ids of users; the viewer where none are named.
    #[graphql(default)]
    in_charge: Vec<ID>,
}

impl CaseAboutInput {
    fn read(self, own: UserId) -> Result<CaseAbout> {
        let wrong = |_| bad_input("`inCharge` names something that is not a user");
        let mut in_charge =
            self.in_charge.iter().map(|id| UserId::parse(id)).collect::<Result<Vec<_>, _>>().map_err(wrong)?;
        if in_charge.is_empty() {
            in_charge.push(own);
        }
        let party = |party: CaseParty| case::CaseParty { name: party.name, role: party.role.into() };
        let Forum { kind, name, abroad, approval_number } = self.forum;
        Ok(CaseAbout {
            name: self.name,
            number: self.number,
            forum: case::Forum { kind: kind.into(), name, abroad, approval_number },
            purpose: self.purpose,
            parties: self.parties.into_iter().map(party).collect(),
            in_charge,
        })
    }
}

/// The case to open.
#[derive(InputObject)]
pub(crate) struct OpenCaseInput {
    about: CaseAboutInput,
}

/// What a case is to be.
#[derive(InputObject)]
pub(crate) struct ChangeCaseInput {
    id: ID,
    about: CaseAboutInput,
}

/// Whether a case is to go on.
#[derive(InputObject)]
pub(crate) struct SetCaseStateInput {
    id: ID,
    state: CaseState,
}

/// A conversation, or a part of it.
#[derive(InputObject)]
pub(crate) struct ConversationPartInput {
    pub(crate) conversation: ID,
    pub(crate) from: Option<DateTime>,
    pub(crate) until: Option<DateTime>,
}

/// What a search finds.
#[derive(InputObject)]
pub(crate) struct CaseSearchInput {
    pub(crate) query: String,
    /// The zone in which its dates without one are meant, minutes east of UTC.
    #[graphql(default)]
    pub(crate) zone_offset_minutes: i32,
    /// Whether what arrives later is meant too.
    #[graphql(default)]
    standing: bool,
}

/// Which records to collect.
#[derive(OneofObject)]
pub(crate) enum CaseSelectionInput {
    /// A conversation, or a part of it.
    Conversation(ConversationPartInput),
    /// One message, by its id.
    Message(ID),
    /// All conversations of a customer, by its id.
    Customer(ID),
    /// What a search finds.
    Search(CaseSearchInput),
}

impl CaseSelectionInput {
    /// What is meant; an id that is none is as one that is not there.
    fn read(self) -> Result<Selection> {
        Ok(match self {
            Self::Conversation(part) => {
                let conversation = ConversationId::parse(&part.conversation).unwrap_or(ConversationId([0; 16]));
                let (from, until) = (part.from.map(|moment| moment.0), part.until.map(|moment| moment.0));
                Selection::Conversation { conversation, from, until }
            }
            Self::Message(id) => Selection::Message { message: EntryIndex::parse(&id).unwrap_or(EntryIndex(u64::MAX)) },
            Self::Customer(id) => {
                Selection::Customer { customer: CustomerId::parse(&id).unwrap_or(CustomerId([0; 16])) }
            }
            Self::Search(CaseSearchInput { query, zone_offset_minutes, standing }) => {
                let archived_before = (!standing).then_some(EntryIndex(u64::MAX));
                Selection::Search { query, zone_offset_minutes: zone(Some(zone_offset_minutes))?, archived_before }
            }
        })
    }
}

/// What to collect, and for which case.
#[derive(InputObject)]
pub(crate) struct CollectIntoCaseInput {
    case: ID,
    selection: CaseSelectionInput,
    context: CaseContext,
    /// Why.
    #[graphql(default)]
    comment: String,
}

/// What to take out of which case.
#[derive(InputObject)]
pub(crate) struct TakeOutOfCaseInput {
    case: ID,
    /// The item's number.
    item: u32,
}

/// Why a case was not opened or changed, or something not collected.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CaseRefusal {
    /// A name is empty or too long.
    NameInvalid,
    /// A text is too long.
    TextTooLong,
    /// There are more parties or people in charge than there may be.
    TooManyPeople,
    /// Somebody in charge is no user.
    UserUnknown,
    /// The end is not after the beginning.
    PeriodInvalid,
    /// More context than there may be.
    ContextTooLarge,
    /// The search is empty, too long or cannot be read.
    QueryInvalid,
    /// The case is closed.
    Closed,
    /// There are as many as there may be.
    TooMany,
    /// There is no such conversation, message or customer, or it is not yours to see.
    NotThere,
}

impl From<Refused> for CaseRefusal {
    fn from(refused: Refused) -> Self {
        use case::CaseFault;
        match refused {
            Refused::Fault(CaseFault::Name) => Self::NameInvalid,
            Refused::Fault(CaseFault::Text) => Self::TextTooLong,
            Refused::Fault(CaseFault::People) => Self::TooManyPeople,
            Refused::Fault(CaseFault::NobodyInCharge) | Refused::NobodySuch => Self::UserUnknown,
            Refused::Fault(CaseFault::Period) => Self::PeriodInvalid,
            Refused::Fault(CaseFault::Context) => Self::ContextTooLarge,
            Refused::Fault(CaseFault::Query) | Refused::QueryInvalid => Self::QueryInvalid,
            Refused::Closed => Self::Closed,
            Refused::TooMany => Self::TooMany,
            Refused::NotThere => Self::NotThere,
        }
    }
}

/// What came of opening or changing a case.
#[derive(SimpleObject)]
pub(crate) struct CasePayload {
    /// Null when it was refused.
    case: Option<Case>,
    /// Null when it was done.
    refusal: Option<CaseRefusal>,
}

impl From<Result<case::Case, Refused>> for CasePayload {
    fn from(outcome: Result<case::Case, Refused>) -> Self {
        match outcome {
            Ok(case) => Self { case: Some(Case(case)), refusal: None },
            Err(refusal) => Self { case: None, refusal: Some(refusal.into()) },
        }
    }
}

/// What came of collecting something.
#[derive(SimpleObject)]
pub(crate) struct CollectIntoCasePayload {
    /// Null when it was refused.
    item: Option<CaseItem>,
    /// Null when it was done.
    refusal: Option<CaseRefusal>,
}

/// What came of taking something out.
#[derive(SimpleObject)]
pub(crate) struct TakeOutOfCasePayload {
    /// The number of what is no longer in the case; null where it was not in it, or the case is closed.
    item: Option<u32>,
}

fn case_id(id: &ID) -> Result<CaseId> {
    CaseId::parse(id).map_err(|_| fault(&ServiceError::NotFound("case")))
}

/// Questions about cases.
#[derive(Default)]
pub(crate) struct CaseQuery;

#[Object]
impl CaseQuery {
    /// A case by its id; null when there is none or it is not yours to see.
    async fn case(&self, context: &Context<'_>, id: ID) -> Result<Option<Case>> {
        principal(context)?;
        let Ok(id) = CaseId::parse(&id) else { return Ok(None) };
        Ok(call(context, move |service, viewer| service.case(viewer, id)).await?.map(Case))
    }

    /// The cases that the viewer is in charge of, newest first; all for those who manage roles.
    #[graphql(complexity = "page::cost(first, child_complexity)")]
    async fn cases(&self, context: &Context<'_>, first: Option<i32>, after: Option<String>) -> Result<Page<Case>> {
        principal(context)?;
        let page = page::request(first, after)?;
        Ok(Page::new(call(context, move |service, viewer| service.cases(viewer, &page)).await?, Case))
    }
}

/// Verbs of cases.
#[derive(Default)]
pub(crate) struct CaseMutation;

#[Object]
impl CaseMutation {
    /// Opens a case.
    async fn open_case(&self, context: &Context<'_>, input: OpenCaseInput) -> Result<CasePayload> {
        let about = input.about.read(principal(context)?.user.id)?;
        Ok(call(context, move |service, viewer| service.open_case(viewer, about)).await?.into())
    }

    /// Changes what is known of a case.
    async fn change_case(&self, context: &Context<'_>, input: ChangeCaseInput) -> Result<CasePayload> {
        let (own, id) = (principal(context)?.user.id, case_id(&input.id)?);
        let about = input.about.read(own)?;
        Ok(call(context, move |service, viewer| service.change_case(viewer, id, about)).await?.into())
    }

    /// Says whether a case goes on.
    async fn set_case_state(&self, context: &Context<'_>, input: SetCaseStateInput) -> Result<CasePayload> {
        principal(context)?;
        let (id, state) = (case_id(&input.id)?, input.state.into());
        let case = call(context, move |service, viewer| service.set_case_state(viewer, id, state)).await?;
        Ok(CasePayload { case: Some(Case(case)), refusal: None })
    }

    /// Collects records for a case.
    async fn collect_into_case(
        &self,
        context: &Context<'_>,
        input: CollectIntoCaseInput,
    ) -> Result<CollectIntoCasePayload> {
        principal(context)?;
        let id = case_id(&input.case)?;
        let CollectIntoCaseInput { selection, context: rule, comment, .. } = input;
        let new = CollectInto { selection: selection.read()?, context: rule.into(), comment };
        let done = call(context, move |service, viewer| service.collect(viewer, id, new));
        Ok(match done.await? {
            Ok(item) => CollectIntoCasePayload { item: Some(CaseItem(item)), refusal: None },
            Err(refusal) => CollectIntoCasePayload { item: None, refusal: Some(refusal.into()) },
        })
    }

    /// Takes records out of a case. They stay archived.
    async fn take_out_of_case(&self, context: &Context<'_>, input: TakeOutOfCaseInput) -> Result<TakeOutOfCasePayload> {
        principal(context)?;
        let (id, number) = (case_id(&input.case)?, input.item);
        let done = call(context, move |service, viewer| service.uncollect(viewer, id, number)).await?;
        Ok(TakeOutOfCasePayload { item: done.then_some(number) })
    }
}
