//! Conversations and the timelines of their messages.

use xinju_model::access::Viewer;
use xinju_model::conversation::{Conversation, ConversationKind};
use xinju_model::id::{ConversationId, CustomerId, EntryIndex, StaffId};
use xinju_model::time::Timestamp;

use crate::error::ServiceError;
use crate::message::MessageView;
use crate::page::{Connection, Edge, PageRequest};
use crate::party::PartyView;
use crate::service::Service;

/// A conversation as people see it.
#[derive(Clone, Debug, PartialEq)]
pub struct ConversationView {
    /// Its facts.
    pub conversation: Conversation,
    /// A line to call it by: the customer's name, or the group's people.
    pub title: String,
    /// Who takes part, with names.
    pub parties: Vec<PartyView>,
    /// The newest message, where it was asked for.
    pub last_message: Option<MessageView>,
}

/// Which conversations to list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ConversationQuery {
    /// Only this kind.
    pub kind: Option<ConversationKind>,
    /// Only those of this customer.
    pub customer: Option<CustomerId>,
    /// Only those of this member of staff.
    pub staff: Option<StaffId>,
    /// Which part.
    pub page: PageRequest,
    /// Whether to read the newest message of each: one event in the ledger for the whole page.
    pub with_last_message: bool,
}

/// Which part of a timeline is wanted. Oldest first always; `first` and `last` exclude each other.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TimelineRequest {
    /// At most this many from the beginning, from `after`, from `offset` or from `at`.
    pub first: Option<usize>,
    /// Behind this cursor.
    pub after: Option<String>,
    /// At most this many before `before`, or the last ones.
    pub last: Option<usize>,
    /// Before this cursor.
    pub before: Option<String>,
    /// From this place, counted from 0.
    pub offset: Option<u64>,
    /// From the first message at or after this moment.
    pub at: Option<Timestamp>,
}

/// One page of a timeline.
#[derive(Clone, Debug, PartialEq)]
pub struct Timeline {
    /// The messages in time order.
    pub edges: Vec<Edge<MessageView>>,
    /// Whether there are newer ones.
    pub has_next: bool,
    /// Whether there are older ones.
    pub has_previous: bool,
    /// Messages of the whole conversation that are searchable already.
    pub total: u64,
    /// The place of the first of these messages, from 0.
    pub offset: u64,
}

impl Service {
    /// A conversation without its newest message; none where there is none to see.
    pub fn conversation(&self, viewer: &Viewer, id: ConversationId) -> Result<Option<ConversationView>, ServiceError> {
        todo!()
    }

    /// Conversations, newest activity first.
    pub fn conversations(
        &self,
        viewer: &Viewer,
        query: &ConversationQuery,
    ) -> Result<Connection<ConversationView>, ServiceError> {
        todo!()
    }

    /// A part of a conversation's messages in time order. One event in the ledger.
    pub fn timeline(
        &self,
        viewer: &Viewer,
        id: ConversationId,
        request: &TimelineRequest,
    ) -> Result<Timeline, ServiceError> {
        todo!()
    }

    /// How many messages of a conversation lie before a moment.
    pub fn position_at(&self, viewer: &Viewer, id: ConversationId, at: Timestamp) -> Result<u64, ServiceError> {
        todo!()
    }

    /// The place of a message in the timeline of a conversation, from 0; none where it is not in it.
    pub fn position_of(
        &self,
        viewer: &Viewer,
        id: ConversationId,
        message: EntryIndex,
    ) -> Result<Option<u64>, ServiceError> {
        todo!()
    }
}
