//! Conversations and their timelines.

use std::sync::Arc;

use async_graphql::{Context, Enum, ID, InputObject, Object, Result};
use xinju_model::id::{ConversationId, CustomerId, EntryIndex, StaffId};
use xinju_service::conversation::{self, ConversationView, Timeline, TimelineRequest};

use crate::graphql::context::call;
use crate::graphql::error::bad_input;
use crate::graphql::message::Message;
use crate::graphql::page::{self, Page, PageEdge, PageInfo};
use crate::graphql::party::{Channel, Party};
use crate::graphql::receipt;
use crate::graphql::scalars::{DateTime, Long};

/// How many talk.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "xinju_model::conversation::ConversationKind")]
pub(crate) enum ConversationKind {
    /// Two parties.
    Single,
    /// A room, or more than two parties.
    Group,
}

/// Which conversations to list; all conditions hold together.
#[derive(InputObject, Default)]
pub(crate) struct ConversationFilter {
    kind: Option<ConversationKind>,
    /// Only conversations of this customer.
    customer: Option<ID>,
    /// Only conversations of this member of staff.
    staff: Option<ID>,
}

/// The messages between one set of parties on one channel.
pub(crate) struct Conversation(pub(crate) ConversationView);

/// The messages between one set of parties on one channel.
#[Object]
impl Conversation {
    pub(crate) async fn id(&self) -> ID {
        self.0.conversation.id.to_string().into()
    }
    async fn channel(&self) -> Channel {
        self.0.conversation.channel.into()
    }
    async fn kind(&self) -> ConversationKind {
        self.0.conversation.kind.into()
    }
    /// A line to call it by: the customer's name, or the group's people.
    async fn title(&self) -> &str {
        &self.0.title
    }
    /// Who takes part, as known from the newest message.
    async fn parties(&self) -> Vec<Party> {
        self.0.parties.iter().cloned().map(Party).collect()
    }
    async fn message_count(&self) -> Long {
        self.0.conversation.count.into()
    }
    /// Time of the oldest message.
    async fn first_at(&self) -> DateTime {
        self.0.conversation.first_at.into()
    }
    /// Time of the newest message.
    async fn last_at(&self) -> DateTime {
        self.0.conversation.last_at.into()
    }
    /// The newest message.
    async fn last_message(&self, context: &Context<'_>) -> Result<Option<Message>> {
        if let Some(message) = &self.0.last_message {
            return Ok(Some(Message(Arc::new(message.clone()))));
        }
        let index = self.0.conversation.last_entry;
        let found = call(context, move |service, viewer| service.message(viewer, index)).await?;
        Ok(found.map(|message| Message(Arc::new(message))))
    }
    /// Messages in time order. `first`/`after` go on, `last`/`before` go back, `offset` jumps to a place from the beginning (with `first`), `at` jumps to the first message at or after a moment.
    #[graphql(complexity = "page::cost(first.or(last), child_complexity)")]
    #[allow(clippy::too_many_arguments, reason = "they are the field's arguments")]
    async fn messages(
        &self,
        context: &Context<'_>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
        offset: Option<Long>,
        at: Option<DateTime>,
    ) -> Result<MessageConnection> {
        let request = TimelineRequest {
            first: page::size("first", first)?,
            after,
            last: page::size("last", last)?,
            before,
            offset: offset
                .map(|place| place.unsigned().ok_or_else(|| bad_input("`offset` is negative")))
                .transpose()?,
            at: at.map(|moment| moment.0),
        };
        let id = self.0.conversation.id;
        let found = call(context, move |service, viewer| service.timeline(viewer, id, &request)).await?;
        Ok(receipt::keep(context, found)?.into())
    }
    /// How many messages lie before a moment: the place to jump to for a date.
    async fn position_at(&self, context: &Context<'_>, at: DateTime) -> Result<Long> {
        let id = self.0.conversation.id;
        Ok(call(context, move |service, viewer| service.position_at(viewer, id, at.0)).await?.into())
    }
    /// The place of one of its messages in time order, from 0; null where it is not here.
    async fn position_of(&self, context: &Context<'_>, message: ID) -> Result<Option<Long>> {
        let Ok(index) = EntryIndex::parse(&message) else { return Ok(None) };
        let id = self.0.conversation.id;
        let place = call(context, move |service, viewer| service.position_of(viewer, id, index)).await?;
        Ok(place.map(Long::from))
    }
}

/// One page of a conversation's messages, in time order.
pub(crate) struct MessageConnection {
    edges: Vec<PageEdge<Message>>,
    info: PageInfo,
    total: u64,
    offset: u64,
}

impl From<Timeline> for MessageConnection {
    fn from(found: Timeline) -> Self {
        let cursors = found.edges.iter().map(|edge| edge.cursor.clone());
        let info = PageInfo::new(found.has_previous, found.has_next, cursors);
        let wrap = |message| Message(Arc::new(message));
        let edges = found.edges.into_iter().map(|edge| PageEdge::new(edge, wrap)).collect();
        Self { edges, info, total: found.total, offset: found.offset }
    }
}

/// One page of a conversation's messages, in time order.
#[Object]
impl MessageConnection {
    /// The messages with their cursors.
    async fn edges(&self) -> &[PageEdge<Message>] {
        &self.edges
    }
    /// The messages.
    async fn nodes(&self) -> Vec<&Message> {
        self.edges.iter().map(|edge| &edge.node).collect()
    }
    async fn page_info(&self) -> &PageInfo {
        &self.info
    }
    /// Messages of the whole conversation.
    async fn total_count(&self) -> Long {
        self.total.into()
    }
    /// Place of the first of these messages in the whole conversation, from 0.
    async fn offset(&self) -> Long {
        self.offset.into()
    }
}

/// A page of conversations of a customer, a member of staff, or all.
pub(crate) async fn list(
    context: &Context<'_>,
    mut query: conversation::ConversationQuery,
    first: Option<i32>,
    after: Option<String>,
) -> Result<Page<Conversation>> {
    query.page = page::request(first, after)?;
    // Asked for once for the whole page: each reading is an event in the ledger.
    let asked = context.look_ahead();
    query.with_last_message = asked.field("nodes").field("lastMessage").exists()
        || asked.field("edges").field("node").field("lastMessage").exists();
    let found = call(context, move |service, viewer| service.conversations(viewer, &query)).await?;
    Ok(Page::new(found, Conversation))
}

/// Questions about conversations.
#[derive(Default)]
pub(crate) struct ConversationQuery;

#[Object]
impl ConversationQuery {
    /// A conversation by its id; null when there is none or it is not yours to see.
    async fn conversation(&self, context: &Context<'_>, id: ID) -> Result<Option<Conversation>> {
        let parsed = ConversationId::parse(&id);
        let found = call(context, move |service, viewer| match parsed {
            Ok(id) => service.conversation(viewer, id),
            Err(_) => Ok(None),
        });
        Ok(found.await?.map(Conversation))
    }

    /// Conversations, newest activity first.
    #[graphql(complexity = "page::cost(first, child_complexity)")]
    async fn conversations(
        &self,
        context: &Context<'_>,
        first: Option<i32>,
        after: Option<String>,
        filter: Option<ConversationFilter>,
    ) -> Result<Page<Conversation>> {
        let filter = filter.unwrap_or_default();
        let wrong = |_| bad_input("the filter names something that is not an id");
        let query = conversation::ConversationQuery {
            kind: filter.kind.map(Into::into),
            customer: filter.customer.map(|id| CustomerId::parse(&id)).transpose().map_err(wrong)?,
            staff: filter.staff.map(|id| StaffId::parse(&id)).transpose().map_err(wrong)?,
            ..Default::default()
        };
        list(context, query, first, after).await
    }
}
