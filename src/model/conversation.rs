//! Conversations: the messages between one set of parties on one channel.

use serde::{Deserialize, Serialize};

use crate::channel::{Channel, Party};
use crate::id::{ConversationId, EntryIndex};
use crate::time::Timestamp;

/// How many talk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConversationKind {
    /// Two parties.
    Single,
    /// A room, or more than two parties.
    Group,
}

impl ConversationKind {
    /// The stable name in evidence and filters.
    pub fn name(self) -> &'static str {
        match self {
            Self::Single => "single",
            Self::Group => "group",
        }
    }
}

/// What is known of a conversation as a whole; kept up to date as records arrive, and made again by a rebuild.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conversation {
    /// Its id.
    pub id: ConversationId,
    /// The channel.
    pub channel: Channel,
    /// The company's account on it.
    pub account: String,
    /// Single or group.
    pub kind: ConversationKind,
    /// The channel's own id of a group's room.
    pub room: Option<String>,
    /// Who takes part, as known from the newest message; each message keeps its own receivers.
    pub parties: Vec<Party>,
    /// Records so far; also the sequence number of the next.
    pub count: u64,
    /// Time of the oldest message (sent, or received where the source gave none).
    pub first_at: Timestamp,
    /// Time of the newest message.
    pub last_at: Timestamp,
    /// The newest message.
    pub last_entry: EntryIndex,
}
