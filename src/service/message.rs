//! Messages: records as people see them, with their originals and the state of their seals.

use std::sync::Arc;

use xinju_model::access::Viewer;
use xinju_model::facts::Facts;
use xinju_model::id::EntryIndex;
use xinju_model::message::Message;
use xinju_model::record::Source;
use xinju_model::time::Timestamp;

use crate::error::ServiceError;
use crate::party::PartyView;
use crate::service::Service;

/// The state of a record's proof.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SealState {
    /// A signed checkpoint covers it, and its leaf matches its stored bytes.
    Sealed,
    /// Durable, waiting for its checkpoint.
    Waiting,
    /// Its stored bytes do not match its leaf.
    Failed,
}

/// How a record stands in the ledger.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SealView {
    /// The state.
    pub state: SealState,
    /// Size of the tree of the checkpoint that covers it; none while waiting.
    pub checkpoint_size: Option<u64>,
}

/// A record as people see it.
#[derive(Clone, Debug, PartialEq)]
pub struct MessageView {
    /// Its entry, which names it.
    pub index: EntryIndex,
    /// By our clock.
    pub received_at: Timestamp,
    /// Where the original came from.
    pub source: Arc<Source>,
    /// The source's position.
    pub cursor: Option<u64>,
    /// Its place in its conversation by order of arrival, from 0.
    pub sequence: Option<u64>,
    /// What the pinned rules read: source id, conversation, sender, receivers.
    pub facts: Facts,
    /// What people see.
    pub message: Message,
    /// The sender, with a name.
    pub from: Option<PartyView>,
    /// The receivers, with names.
    pub to: Vec<PartyView>,
    /// The original, byte for byte.
    pub original: Vec<u8>,
    /// The recall of this message.
    pub recalled_by: Option<EntryIndex>,
    /// The message that this one recalls, where it is archived.
    pub recalls: Option<EntryIndex>,
    /// Its proof's state.
    pub seal: SealView,
}

impl MessageView {
    /// The time that lists are ordered by: sent, or received where the source gave none.
    pub fn at(&self) -> Timestamp {
        self.facts.sent_at.unwrap_or(self.received_at)
    }
}

impl Service {
    /// A message; none where there is none to see. One event in the ledger.
    pub fn message(&self, viewer: &Viewer, index: EntryIndex) -> Result<Option<MessageView>, ServiceError> {
        todo!()
    }

    /// Several messages in the order asked for, at most a page. One event in the ledger.
    pub fn messages(&self, viewer: &Viewer, indexes: &[EntryIndex]) -> Result<Vec<Option<MessageView>>, ServiceError> {
        todo!()
    }
}
