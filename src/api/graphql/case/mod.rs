//! Cases: what is collected for a dispute, an inspection or an inquiry.

mod chain;
pub(crate) mod input;
mod item;
mod verbs;

use std::sync::Arc;

use async_graphql::{Context, Enum, ID, InputObject, Object, Result, SimpleObject};
use xinju_model::id::{CaseId, ConversationId};
use xinju_model::{case, user};
use xinju_service::service::Service;

use crate::graphql::context::{call, principal};
use crate::graphql::conversation::Conversation;
use crate::graphql::message::Message;
use crate::graphql::page::{self, Page};
use crate::graphql::scalars::{DateTime, Long};

use chain::CaseLink;
use item::CaseItem;

pub(crate) use verbs::CaseMutation;

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
    /// Who works on it. They see the case and each other's names.
    async fn in_charge(&self, context: &Context<'_>) -> Result<Vec<CasePerson>> {
        let id = self.0.id;
        let people = call(context, move |service, viewer| service.in_charge_of(viewer, id)).await?;
        Ok(people.into_iter().map(CasePerson).collect())
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
    /// The conversations of which it holds messages, as far as the viewer may read them, at most 500; those first that began first.
    #[graphql(complexity = "100 * child_complexity")]
    async fn conversations(&self, context: &Context<'_>) -> Result<Vec<CaseConversation>> {
        let id = self.0.id;
        let found = call(context, move |service, viewer| service.case_conversations(viewer, id)).await?;
        Ok(found.into_iter().map(CaseConversation).collect())
    }
    /// The messages that are meant, in time order, as far as the viewer may read them; all, or those of one conversation. Each page is an event.
    #[graphql(complexity = "page::cost(first, child_complexity)")]
    async fn messages(
        &self,
        context: &Context<'_>,
        conversation: Option<ID>,
        first: Option<i32>,
        after: Option<String>,
    ) -> Result<Page<CaseMessage>> {
        let (id, page) = (self.0.id, page::request(first, after)?);
        // An id that is none is as a conversation of which the case holds nothing.
        let conversation = conversation.map(|id| ConversationId::parse(&id).unwrap_or(ConversationId([0; 16])));
        let found =
            call(context, move |service, viewer| service.case_messages(viewer, id, conversation, &page)).await?;
        Ok(Page::new(found, CaseMessage))
    }
    /// Its chain: the steps of the business in order. Its records are read, which is an event.
    #[graphql(complexity = "10 * child_complexity")]
    async fn chain(&self, context: &Context<'_>) -> Result<Vec<CaseLink>> {
        let id = self.0.id;
        let links = call(context, move |service, viewer| service.chain(viewer, id)).await?;
        Ok(links.into_iter().map(|link| CaseLink { case: id, view: link }).collect())
    }
}

/// Somebody who may work on cases.
pub(crate) struct CasePerson(user::User);

/// Somebody who may work on cases.
#[Object]
impl CasePerson {
    async fn id(&self) -> ID {
        self.0.id.to_string().into()
    }
    /// The name to show.
    async fn name(&self) -> &str {
        &self.0.name
    }
    /// What is typed to sign in; tells apart those of one name.
    async fn login(&self) -> &str {
        &self.0.login
    }
}

/// A conversation of which a case holds messages.
pub(crate) struct CaseConversation(xinju_service::case::CaseConversation);

/// A conversation of which a case holds messages.
#[Object]
impl CaseConversation {
    async fn conversation(&self) -> Conversation {
        Conversation(self.0.conversation.clone())
    }
    /// Messages that the case holds.
    async fn message_count(&self) -> Long {
        self.0.messages.into()
    }
    /// Messages that it does not hold.
    async fn left_out(&self) -> Long {
        self.0.left_out.into()
    }
    /// When its first message was that the case holds.
    async fn first_at(&self) -> DateTime {
        self.0.first_at.into()
    }
    /// When the last.
    async fn last_at(&self) -> DateTime {
        self.0.last_at.into()
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
    /// Messages of its conversation between the one before it in the case and it, which the case does not hold. Null where more than one conversation
    /// is read: it is counted for one only.
    async fn left_out_before(&self) -> Option<Long> {
        self.0.left_out_before.map(Long::from)
    }
}

/// Which cases to list; all conditions hold together.
#[derive(InputObject, Default)]
pub(crate) struct CaseFilter {
    state: Option<CaseState>,
    /// Words that all stand in the name, the number, the forum's name or a party's.
    words: Option<String>,
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
    async fn cases(
        &self,
        context: &Context<'_>,
        filter: Option<CaseFilter>,
        first: Option<i32>,
        after: Option<String>,
    ) -> Result<Page<Case>> {
        principal(context)?;
        let (page, filter) = (page::request(first, after)?, filter.unwrap_or_default());
        let filter = xinju_service::case::CaseFilter {
            state: filter.state.map(Into::into),
            words: filter.words.unwrap_or_default(),
        };
        Ok(Page::new(call(context, move |service, viewer| service.cases(viewer, &filter, &page)).await?, Case))
    }

    /// Who may be put in charge of a case, by name.
    async fn case_people(&self, context: &Context<'_>) -> Result<Vec<CasePerson>> {
        principal(context)?;
        let people = call(context, Service::case_people).await?;
        Ok(people.into_iter().map(CasePerson).collect())
    }
}
