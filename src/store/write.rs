//! What a write can do: append entries, and put or take rows of the nouns. The nouns' own files hold their part of [`WriteTx`].

use std::collections::HashMap;

use redb::{ReadableTable, WriteTransaction};
use xinju_model::audit::{Actor, Event};
use xinju_model::draft::Draft;
use xinju_model::facts::Facts;
use xinju_model::id::{ConversationId, EntryIndex};
use xinju_model::ledger::Hash;
use xinju_model::limits::{BLOCK_ENTRIES_MAX, RECORD_BYTES_MAX};
use xinju_model::record::{Entry, EntryKind, Origin};
use xinju_model::time::Timestamp;

use crate::block::BlockBuilder;
use crate::conversation::{ConversationCache, NewParty, Tracked};
use crate::dedupe::{DedupeKey, NO_KEY, dedupe_key};
use crate::entry::find_sealed;
use crate::error::StoreError;
use crate::news::News;
use crate::shared::{Live, Shared};
use crate::tables::{CURSORS, META, PENDING_RECALLS, RECALLED, SETTINGS};
use crate::tail;
use crate::totals::Totals;

pub use crate::user::UserRow;

/// How hard blocks of the tail are compressed: they are written anew when their segment is sealed.
const TAIL_COMPRESSION: i32 = 1;

/// A write in progress on the commit thread.
pub struct WriteTx<'a> {
    pub(crate) tx: &'a WriteTransaction,
    pub(crate) shared: &'a Shared,
    pub(crate) cache: &'a ConversationCache,
    pub(crate) totals: Totals,
    /// Whether the running job has written anything.
    pub(crate) changed: bool,
    /// Conversations that records of this transaction belong to.
    pub(crate) tracked: HashMap<ConversationId, Tracked>,
    /// People who are new to a conversation.
    pub(crate) new_parties: Vec<NewParty>,
    /// What those who work out scopes want to hear.
    pub(crate) news: Vec<News>,
    actor: Actor,
    place: String,
    keys: HashMap<DedupeKey, u64>,
    appended: Vec<(Hash, DedupeKey)>,
    /// How many of `appended` stand in finished blocks.
    finished: usize,
    block: BlockBuilder,
    recalls_wait: bool,
}

/// An original that was read and is ready to be appended. Everything dear is done before the commit thread sees it.
pub struct NewRecord {
    /// The entry; `origin.sequence` is filled in by the store.
    pub entry: Entry,
    /// Its facts.
    pub facts: Facts,
    draft: Draft,
}

impl NewRecord {
    /// Does all of the ledger's arithmetic that does not need the record's place.
    pub fn new(entry: Entry, facts: Facts) -> Self {
        let draft = Draft::new(&entry, &facts);
        Self { entry, facts, draft }
    }
}

/// What became of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Accepted {
    /// It is the archive's, at this index.
    Added(EntryIndex),
    /// A record of the same source id was there already, at this index.
    Known(EntryIndex),
}

/// What a commit has added, to be taken into memory once it is durable.
pub(crate) struct Committed {
    size: u64,
    appended: Vec<(Hash, DedupeKey)>,
    tracked: HashMap<ConversationId, Tracked>,
    news: Vec<News>,
}

impl Committed {
    /// Takes it in.
    pub(crate) fn publish(self, shared: &Shared, cache: &mut ConversationCache) {
        cache.keep(self.tracked);
        shared.news.extend(self.news);
        if !self.appended.is_empty() {
            shared.live_mut().extend(&self.appended);
            shared.grow(self.size);
        }
    }
}

impl<'a> WriteTx<'a> {
    pub(crate) fn new(
        tx: &'a WriteTransaction,
        shared: &'a Shared,
        cache: &'a ConversationCache,
    ) -> Result<Self, StoreError> {
        let totals = Totals::read(&tx.open_table(META)?)?;
        let recalls_wait = tx.open_table(PENDING_RECALLS)?.first()?.is_some();
        Ok(Self {
            tx,
            shared,
            cache,
            totals,
            changed: false,
            tracked: HashMap::new(),
            new_parties: Vec::new(),
            news: Vec::new(),
            actor: Actor::default(),
            place: String::new(),
            keys: HashMap::new(),
            appended: Vec::new(),
            finished: 0,
            block: BlockBuilder::default(),
            recalls_wait,
        })
    }

    /// Who writes from now on.
    pub(crate) fn act_for(&mut self, actor: &Actor, place: &str) {
        self.actor = actor.clone();
        place.clone_into(&mut self.place);
    }

    /// Writes what was collected for the end of the transaction.
    pub(crate) fn finish(mut self) -> Result<Committed, StoreError> {
        self.finish_block()?;
        self.write_conversations()?;
        self.totals.write(self.tx)?;
        Ok(Committed { size: self.totals.size, appended: self.appended, tracked: self.tracked, news: self.news })
    }

    /// Appends records in order; each known one is left out. Gives sequence numbers, updates conversations, dedupe keys and leaves.
    pub fn append_records(&mut self, records: &[NewRecord]) -> Result<Vec<Accepted>, StoreError> {
        self.changed = true;
        let live = self.shared.live();
        records.iter().map(|record| self.append_record(&live, record)).collect()
    }

    fn append_record(&mut self, live: &Live, record: &NewRecord) -> Result<Accepted, StoreError> {
        if record.entry.body.len() > RECORD_BYTES_MAX {
            return Err(StoreError::Refused("a record is larger than records may be".to_owned()));
        }
        let key = self.key_of(record, record.facts.source_id.as_deref());
        if let Some(known) = self.find_key(live, &key)? {
            return Ok(Accepted::Known(EntryIndex(known)));
        }
        let index = self.totals.size;
        let sequence = self.file_record(index, &record.entry, &record.facts)?;
        self.append_entry(&record.entry, sequence, record.draft.leaf(sequence), key)?;
        self.totals.records += 1;
        self.link_recall(live, index, record, key)?;
        Ok(Accepted::Added(EntryIndex(index)))
    }

    fn key_of(&self, record: &NewRecord, source_id: Option<&str>) -> DedupeKey {
        match (&record.entry.origin, source_id) {
            (Some(Origin { source, .. }), Some(id)) => {
                dedupe_key(&self.shared.hashing_key, source.channel, &source.account, id)
            }
            _ => NO_KEY,
        }
    }

    /// The entry with a dedupe key, committed or in this transaction.
    fn find_key(&self, live: &Live, key: &DedupeKey) -> Result<Option<u64>, StoreError> {
        if *key == NO_KEY {
            return Ok(None);
        }
        match self.keys.get(key).or_else(|| live.tail_keys.get(key)) {
            Some(index) => Ok(Some(*index)),
            None => find_sealed(self.shared, key),
        }
    }

    /// Joins a recall and the message that it recalls, whichever of them came first. The first recall of a message stands.
    fn link_recall(&mut self, live: &Live, index: u64, record: &NewRecord, key: DedupeKey) -> Result<(), StoreError> {
        let recalled_key = self.key_of(record, record.facts.refers_to.as_deref());
        if recalled_key != NO_KEY {
            if let Some(recalled) = self.find_key(live, &recalled_key)? {
                let mut table = self.tx.open_table(RECALLED)?;
                if table.get(recalled)?.is_none() {
                    table.insert(recalled, index)?;
                }
            } else {
                self.tx.open_table(PENDING_RECALLS)?.insert(recalled_key, index)?;
                self.recalls_wait = true;
            }
        }
        if self.recalls_wait && key != NO_KEY {
            let recall = self.tx.open_table(PENDING_RECALLS)?.remove(key)?.map(|recall| recall.value());
            if let Some(recall) = recall {
                self.tx.open_table(RECALLED)?.insert(index, recall)?;
            }
        }
        Ok(())
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
        if kind == EntryKind::Record {
            return Err(StoreError::Refused("an event is not a record".to_owned()));
        }
        self.changed = true;
        let event = Event {
            action: action.to_owned(),
            actor: self.actor.clone(),
            details: details.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect(),
            object: object.to_owned(),
            place: self.place.clone(),
        };
        let mut seed = [0; 16];
        self.shared.random.fill(&mut seed);
        let entry = Entry { kind, at, seed, origin: None, body: event.to_bytes() };
        let leaf = xinju_model::entry::entry_leaf(&entry, None);
        let index = self.totals.size;
        self.append_entry(&entry, None, leaf, NO_KEY)?;
        Ok(EntryIndex(index))
    }

    fn append_entry(
        &mut self,
        entry: &Entry,
        sequence: Option<u64>,
        leaf: Hash,
        key: DedupeKey,
    ) -> Result<(), StoreError> {
        // A block lies in one segment only, so that sealing takes whole rows.
        let begins_segment = self.totals.size.is_multiple_of(self.shared.options.segment_entries);
        if begins_segment || self.block.is_full(BLOCK_ENTRIES_MAX) {
            self.finish_block()?;
        }
        self.block.push(entry, sequence);
        self.appended.push((leaf, key));
        if key != NO_KEY {
            self.keys.insert(key, self.totals.size);
        }
        self.totals.size += 1;
        Ok(())
    }

    fn finish_block(&mut self) -> Result<(), StoreError> {
        if self.block.len() == 0 {
            return Ok(());
        }
        let first = self.totals.size - self.block.len() as u64;
        let ledger = self.appended.get(self.finished..).unwrap_or_default();
        let block = self.block.finish(TAIL_COMPRESSION)?;
        tail::put(self.tx, first, &block, ledger, &self.shared.tail_sealer, self.shared.random.as_ref())?;
        self.finished = self.appended.len();
        Ok(())
    }

    /// Moves the cursor of a source.
    pub fn put_cursor(&mut self, source: &str, cursor: u64) -> Result<(), StoreError> {
        self.changed = true;
        self.tx.open_table(CURSORS)?.insert(source, cursor)?;
        Ok(())
    }

    /// Puts a small named value (settings, set-up link hash, watermarks); none takes it away.
    pub fn put_setting(&mut self, name: &str, value: Option<&[u8]>) -> Result<(), StoreError> {
        self.changed = true;
        let mut table = self.tx.open_table(SETTINGS)?;
        match value {
            Some(value) => table.insert(name, value)?,
            None => table.remove(name)?,
        };
        Ok(())
    }

    /// A small named value, as this transaction sees it.
    pub fn setting(&self, name: &str) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(self.tx.open_table(SETTINGS)?.get(name)?.map(|value| value.value().to_vec()))
    }

    /// Entries in the ledger, with those of this transaction.
    pub fn size(&self) -> u64 {
        self.totals.size
    }
}
