//! What a write can do: append entries, and put or take rows of the nouns.

use xinju_model::channel::Channel;
use xinju_model::conversation::Conversation;
use xinju_model::customer::Customer;
use xinju_model::facts::Facts;
use xinju_model::id::{EntryIndex, ImportId, SessionId, TokenId, UserId};
use xinju_model::import::{Import, Reject};
use xinju_model::record::{Entry, EntryKind};
use xinju_model::staff::{Department, Staff};
use xinju_model::time::Timestamp;
use xinju_model::user::{Session, Token, User};

use crate::error::StoreError;
use crate::read::Identity;

/// A write in progress on the commit thread.
pub struct WriteTx<'a> {
    _stub: std::marker::PhantomData<&'a ()>,
}

/// An original that was read and is ready to be appended. Everything dear is done before the commit thread sees it.
pub struct NewRecord {
    /// The entry; `origin.sequence` is filled in by the store.
    pub entry: Entry,
    /// Its facts.
    pub facts: Facts,
}

/// What became of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Accepted {
    /// It is the archive's, at this index.
    Added(EntryIndex),
    /// A record of the same source id was there already, at this index.
    Known(EntryIndex),
}

/// The row of a user with what is needed to check a password.
#[derive(Clone, Debug)]
pub struct UserRow {
    /// The user.
    pub user: User,
    /// The password as an Argon2id PHC string.
    pub password: String,
}

impl WriteTx<'_> {
    /// Appends records in order; each known one is left out. Gives sequence numbers, updates conversations, dedupe keys and leaves.
    pub fn append_records(&mut self, records: &[NewRecord]) -> Result<Vec<Accepted>, StoreError> {
        let _ = records;
        todo!()
    }
    /// Appends an event by the permit's actor ([`xinju_model::audit::Event`] is made from it) to the ledger.
    pub fn append_event(
        &mut self,
        kind: EntryKind,
        at: Timestamp,
        action: &str,
        object: &str,
        details: &[(&str, String)],
    ) -> Result<EntryIndex, StoreError> {
        let _ = (kind, at, action, object, details);
        todo!()
    }
    /// Moves the cursor of a source.
    pub fn put_cursor(&mut self, source: &str, cursor: u64) -> Result<(), StoreError> {
        let _ = (source, cursor);
        todo!()
    }
    /// Puts a conversation's row (rebuild only; records keep it up to date).
    pub fn put_conversation(&mut self, conversation: &Conversation) -> Result<(), StoreError> {
        let _ = conversation;
        todo!()
    }
    /// Puts a customer; its identities lead to it.
    pub fn put_customer(&mut self, customer: &Customer) -> Result<(), StoreError> {
        let _ = customer;
        todo!()
    }
    /// Puts a member of staff; the account leads to it.
    pub fn put_staff(&mut self, staff: &Staff) -> Result<(), StoreError> {
        let _ = staff;
        todo!()
    }
    /// Puts a department.
    pub fn put_department(&mut self, department: &Department) -> Result<(), StoreError> {
        let _ = department;
        todo!()
    }
    /// Puts a user; refuses a login that another user has.
    pub fn put_user(&mut self, row: &UserRow) -> Result<(), StoreError> {
        let _ = row;
        todo!()
    }
    /// Puts a session under the keyed hash of its secret.
    pub fn put_session(&mut self, secret_hash: [u8; 32], session: &Session) -> Result<(), StoreError> {
        let _ = (secret_hash, session);
        todo!()
    }
    /// Ends a session; false where there was none.
    pub fn remove_session(&mut self, id: SessionId) -> Result<bool, StoreError> {
        let _ = id;
        todo!()
    }
    /// Puts a token under the keyed hash of its secret.
    pub fn put_token(&mut self, secret_hash: [u8; 32], token: &Token) -> Result<(), StoreError> {
        let _ = (secret_hash, token);
        todo!()
    }
    /// Revokes a token; false where there was none.
    pub fn remove_token(&mut self, id: TokenId) -> Result<bool, StoreError> {
        let _ = id;
        todo!()
    }
    /// Puts an import.
    pub fn put_import(&mut self, import: &Import) -> Result<(), StoreError> {
        let _ = import;
        todo!()
    }
    /// Adds refused lines of an import.
    pub fn add_rejects(&mut self, import: ImportId, rejects: &[Reject]) -> Result<(), StoreError> {
        let _ = (import, rejects);
        todo!()
    }
    /// Puts a small named value (settings, set-up link hash, watermarks).
    pub fn put_setting(&mut self, name: &str, value: Option<&[u8]>) -> Result<(), StoreError> {
        let _ = (name, value);
        todo!()
    }
    /// Keeps a signed checkpoint of the tree of `size` entries.
    pub fn put_checkpoint(&mut self, size: u64, at: Timestamp, note: &str) -> Result<(), StoreError> {
        let _ = (size, at, note);
        todo!()
    }
    /// Forgets a checkpoint; false where there was none of that size.
    pub fn remove_checkpoint(&mut self, size: u64) -> Result<bool, StoreError> {
        let _ = size;
        todo!()
    }
    /// Who has a channel's id (in key form), so that a write does not make somebody whom another write of its group just named.
    pub fn identity(&self, channel: Channel, key: &str) -> Result<Option<Identity>, StoreError> {
        let _ = (channel, key);
        todo!()
    }
    /// A user's row.
    pub fn user(&self, id: UserId) -> Result<Option<UserRow>, StoreError> {
        let _ = id;
        todo!()
    }
}
