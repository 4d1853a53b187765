//! What a case collects, as it is shown.

use async_graphql::{Context, Enum, ID, InputObject, Object, Result, SimpleObject};
use xinju_model::case::{self, ContextRule, Selection};

use crate::graphql::context::{call, where_allowed};
use crate::graphql::conversation::Conversation;
use crate::graphql::customer::Customer;
use crate::graphql::scalars::DateTime;

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
pub(crate) struct CaseItem(pub(crate) case::CaseItem);

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
