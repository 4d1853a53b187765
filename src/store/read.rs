//! What a snapshot can tell.

use std::ops::Range;

use xinju_model::channel::Channel;
use xinju_model::conversation::{Conversation, ConversationKind};
use xinju_model::customer::Customer;
use xinju_model::id::{ConversationId, CustomerId, EntryIndex, ImportId, StaffId, UserId};
use xinju_model::import::{Import, Reject};
use xinju_model::ledger::Hash;
use xinju_model::record::Entry;
use xinju_model::staff::{Department, Staff};
use xinju_model::time::Timestamp;
use xinju_model::user::{Session, Token};

use crate::error::StoreError;
use crate::write::UserRow;

/// A snapshot.
pub struct ReadTx {
    _stub: (),
}

/// A page of a list, keyset style: start after a key, at most so many.
#[derive(Clone, Debug)]
pub struct Page<K> {
    /// Start behind this key; from the beginning where none.
    pub after: Option<K>,
    /// At most this many.
    pub limit: usize,
}

/// Which conversations to list.
#[derive(Clone, Debug, Default)]
pub struct ConversationFilter {
    /// Only this kind.
    pub kind: Option<ConversationKind>,
    /// Only those with any of these channel ids among their parties.
    pub party: Option<Vec<String>>,
}

/// Where people, staff and customers are found by the channel's id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Identity {
    /// A customer.
    Customer(CustomerId),
    /// A member of staff.
    Staff(StaffId),
}

/// Sizes and numbers for health and overview.
#[derive(Clone, Debug, Default)]
pub struct StoreStats {
    /// Entries in the ledger.
    pub entries: u64,
    /// Records among them.
    pub records: u64,
    /// Conversations.
    pub conversations: u64,
    /// Customers.
    pub customers: u64,
    /// Staff.
    pub staff: u64,
    /// Sealed segments.
    pub segments: u64,
    /// Bytes of segment files.
    pub segment_bytes: u64,
    /// Bytes of the database file.
    pub database_bytes: u64,
    /// Bytes of media files.
    pub media_bytes: u64,
}

impl ReadTx {
    /// Entries in this snapshot.
    pub fn size(&self) -> u64 {
        todo!()
    }
    /// One entry.
    pub fn entry(&self, index: EntryIndex) -> Result<Option<Entry>, StoreError> {
        let _ = index;
        todo!()
    }
    /// Entries of a range in order, read block by block; stops early when `each` returns false.
    pub fn entries(
        &self,
        range: Range<u64>,
        each: &mut dyn FnMut(EntryIndex, &Entry) -> bool,
    ) -> Result<(), StoreError> {
        let _ = (range, each);
        todo!()
    }
    /// The leaf of an entry, as stored.
    pub fn leaf(&self, index: EntryIndex) -> Result<Option<Hash>, StoreError> {
        let _ = index;
        todo!()
    }
    /// The root of the tree of the first `size` entries.
    pub fn root(&self, size: u64) -> Result<Hash, StoreError> {
        let _ = size;
        todo!()
    }
    /// The audit path of `index` in the tree of `size` entries.
    pub fn inclusion(&self, index: EntryIndex, size: u64) -> Result<Vec<Hash>, StoreError> {
        let _ = (index, size);
        todo!()
    }
    /// The consistency proof between two sizes.
    pub fn consistency(&self, old: u64, size: u64) -> Result<Vec<Hash>, StoreError> {
        let _ = (old, size);
        todo!()
    }
    /// The newest checkpoint: size, time, note.
    pub fn last_checkpoint(&self) -> Result<Option<(u64, Timestamp, String)>, StoreError> {
        todo!()
    }
    /// Checkpoints, oldest first, after a size.
    pub fn checkpoints(&self, page: &Page<u64>) -> Result<Vec<(u64, Timestamp, String)>, StoreError> {
        let _ = page;
        todo!()
    }
    /// The entry of a record by its source's own id (dedupe key).
    pub fn find_source_id(
        &self,
        channel: Channel,
        account: &str,
        source_id: &str,
    ) -> Result<Option<EntryIndex>, StoreError> {
        let _ = (channel, account, source_id);
        todo!()
    }
    /// The recall of a message, if one was archived: recalled index -> index of the recall.
    pub fn recall_of(&self, index: EntryIndex) -> Result<Option<EntryIndex>, StoreError> {
        let _ = index;
        todo!()
    }
    /// All recalled entries (for the `is:recalled` filter).
    pub fn recalled(&self) -> Result<Vec<EntryIndex>, StoreError> {
        todo!()
    }
    /// A source's cursor.
    pub fn cursor(&self, source: &str) -> Result<Option<u64>, StoreError> {
        let _ = source;
        todo!()
    }
    /// A conversation.
    pub fn conversation(&self, id: ConversationId) -> Result<Option<Conversation>, StoreError> {
        let _ = id;
        todo!()
    }
    /// Conversations, newest activity first; the key is (last_at, id).
    pub fn conversations(
        &self,
        filter: &ConversationFilter,
        page: &Page<(Timestamp, ConversationId)>,
    ) -> Result<Vec<Conversation>, StoreError> {
        let _ = (filter, page);
        todo!()
    }
    /// How many conversations match.
    pub fn count_conversations(&self, filter: &ConversationFilter) -> Result<u64, StoreError> {
        let _ = filter;
        todo!()
    }
    /// Who has a channel's id (already in key form, see [`xinju_model::facts::wecom_key`]).
    pub fn identity(&self, channel: Channel, key: &str) -> Result<Option<Identity>, StoreError> {
        let _ = (channel, key);
        todo!()
    }
    /// A customer.
    pub fn customer(&self, id: CustomerId) -> Result<Option<Customer>, StoreError> {
        let _ = id;
        todo!()
    }
    /// Customers by name (then id); `search` matches a part of the name, a remark or an exact identity.
    pub fn customers(
        &self,
        search: Option<&str>,
        page: &Page<(String, CustomerId)>,
    ) -> Result<Vec<Customer>, StoreError> {
        let _ = (search, page);
        todo!()
    }
    /// A member of staff.
    pub fn staff(&self, id: StaffId) -> Result<Option<Staff>, StoreError> {
        let _ = id;
        todo!()
    }
    /// All staff by name.
    pub fn all_staff(&self) -> Result<Vec<Staff>, StoreError> {
        todo!()
    }
    /// All departments.
    pub fn departments(&self) -> Result<Vec<Department>, StoreError> {
        todo!()
    }
    /// A user by id.
    pub fn user(&self, id: UserId) -> Result<Option<UserRow>, StoreError> {
        let _ = id;
        todo!()
    }
    /// A user by login (lower case).
    pub fn user_by_login(&self, login: &str) -> Result<Option<UserRow>, StoreError> {
        let _ = login;
        todo!()
    }
    /// All users by login.
    pub fn users(&self) -> Result<Vec<UserRow>, StoreError> {
        todo!()
    }
    /// A session by the keyed hash of its secret.
    pub fn session(&self, secret_hash: &[u8; 32]) -> Result<Option<Session>, StoreError> {
        let _ = secret_hash;
        todo!()
    }
    /// A user's sessions, newest first.
    pub fn sessions(&self, user: UserId) -> Result<Vec<Session>, StoreError> {
        let _ = user;
        todo!()
    }
    /// A token by the keyed hash of its secret.
    pub fn token(&self, secret_hash: &[u8; 32]) -> Result<Option<Token>, StoreError> {
        let _ = secret_hash;
        todo!()
    }
    /// A user's tokens, newest first.
    pub fn tokens(&self, user: UserId) -> Result<Vec<Token>, StoreError> {
        let _ = user;
        todo!()
    }
    /// An import.
    pub fn import(&self, id: ImportId) -> Result<Option<Import>, StoreError> {
        let _ = id;
        todo!()
    }
    /// Imports, newest first; the key is (started_at, id).
    pub fn imports(&self, page: &Page<(Timestamp, ImportId)>) -> Result<Vec<Import>, StoreError> {
        let _ = page;
        todo!()
    }
    /// Refused lines of an import, by line.
    pub fn rejects(&self, import: ImportId, page: &Page<u64>) -> Result<Vec<Reject>, StoreError> {
        let _ = (import, page);
        todo!()
    }
    /// A small named value.
    pub fn setting(&self, name: &str) -> Result<Option<Vec<u8>>, StoreError> {
        let _ = name;
        todo!()
    }
    /// Sizes and numbers.
    pub fn stats(&self) -> Result<StoreStats, StoreError> {
        todo!()
    }
}
