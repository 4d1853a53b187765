//! What a snapshot can tell. The nouns' own files hold their part of [`ReadTx`].

use std::sync::Arc;
use std::time::Duration;

use redb::{ReadTransaction, ReadableTable, ReadableTableMetadata};
use xinju_model::conversation::ConversationKind;
use xinju_model::id::{CustomerId, EntryIndex, StaffId};

use crate::error::StoreError;
use crate::open::database_path;
use crate::segment::Segment;
use crate::segments;
use crate::shared::Shared;
use crate::tables::{CURSORS, CUSTOMERS, META, RECALLED, SEGMENTS, SETTINGS, STAFF};
use crate::totals::Totals;

/// A snapshot.
pub struct ReadTx {
    pub(crate) tx: ReadTransaction,
    pub(crate) shared: Arc<Shared>,
    /// At least those that this snapshot's rows name.
    pub(crate) segments: Arc<Vec<Arc<Segment>>>,
    pub(crate) totals: Totals,
}

/// A page of a list, keyset style: start after a key, at most so many.
#[derive(Clone, Debug)]
pub struct Page<K> {
    /// Start behind this key; from the beginning where none.
    pub after: Option<K>,
    /// At most this many.
    pub limit: usize,
}

/// What customers are looked for by.
#[derive(Clone, Copy, Debug)]
pub struct CustomerWords<'a> {
    /// A part of the name, the firm or a remark; or an exact identity.
    pub words: &'a str,
    /// Whether personal data is masked for the asker: what is masked is not looked at, whatever its kind.
    pub masked: bool,
}

/// Which conversations to list.
#[derive(Clone, Debug, Default)]
pub struct ConversationFilter {
    /// Only this kind.
    pub kind: Option<ConversationKind>,
    /// Only those in which any of these channel ids takes or took part.
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

/// Time that a commit may take from the disk into memory; it takes microseconds.
const PUBLISH_TIME_MAX: Duration = Duration::from_secs(5);

impl ReadTx {
    pub(crate) fn begin(shared: Arc<Shared>) -> Result<Self, StoreError> {
        let tx = shared.begin_read()?;
        let totals = Totals::read(&tx.open_table(META)?)?;
        // A commit is in the database a moment before its leaves are in memory: a snapshot of that moment waits for them.
        if totals.size > shared.size() {
            shared.wait_past(totals.size - 1, PUBLISH_TIME_MAX);
        }
        // After the snapshot: a segment is in this list before its entries leave the tail.
        let segments = shared.segments();
        Ok(Self { tx, shared, segments, totals })
    }

    /// Entries in this snapshot.
    pub fn size(&self) -> u64 {
        self.totals.size
    }

    /// The recall of a message, if one was archived: recalled index -> index of the recall.
    pub fn recall_of(&self, index: EntryIndex) -> Result<Option<EntryIndex>, StoreError> {
        Ok(self.tx.open_table(RECALLED)?.get(index.0)?.map(|recall| EntryIndex(recall.value())))
    }

    /// All recalled entries (for the `is:recalled` filter).
    pub fn recalled(&self) -> Result<Vec<EntryIndex>, StoreError> {
        let table = self.tx.open_table(RECALLED)?;
        table.iter()?.map(|row| Ok(EntryIndex(row?.0.value()))).collect()
    }

    /// A source's cursor.
    pub fn cursor(&self, source: &str) -> Result<Option<u64>, StoreError> {
        Ok(self.tx.open_table(CURSORS)?.get(source)?.map(|cursor| cursor.value()))
    }

    /// A small named value.
    pub fn setting(&self, name: &str) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(self.tx.open_table(SETTINGS)?.get(name)?.map(|value| value.value().to_vec()))
    }

    /// Sizes and numbers.
    pub fn stats(&self) -> Result<StoreStats, StoreError> {
        let path = database_path(&self.shared.data);
        let database = std::fs::metadata(&path).map_err(|error| StoreError::io(&path, error))?;
        let segments = segments::rows(&self.tx.open_table(SEGMENTS)?)?;
        Ok(StoreStats {
            entries: self.totals.size,
            records: self.totals.records,
            conversations: self.totals.singles + self.totals.groups,
            customers: self.tx.open_table(CUSTOMERS)?.len()?,
            staff: self.tx.open_table(STAFF)?.len()?,
            segments: segments.len() as u64,
            segment_bytes: segments.iter().map(|segment| segment.bytes.sum()).sum(),
            database_bytes: database.len(),
            media_bytes: self.shared.media.stored_bytes()?,
        })
    }
}
