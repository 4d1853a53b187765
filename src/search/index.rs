//! The index: adding, committing and searching.

use std::path::Path;

use xinju_keys::sealing::Sealer;
use xinju_model::access::Scope;
use xinju_model::channel::Channel;
use xinju_model::id::{ConversationId, EntryIndex};
use xinju_model::message::MessageKind;
use xinju_model::time::Timestamp;

use crate::error::SearchError;
use crate::query::Query;

/// One message, as the index wants it.
#[derive(Clone, Debug)]
pub struct Document {
    /// Its entry.
    pub entry: EntryIndex,
    /// Sent, or received where the source gave no time.
    pub at: Timestamp,
    /// Its conversation.
    pub conversation: Option<ConversationId>,
    /// The sender's key form id.
    pub from: Option<String>,
    /// The receivers' key form ids.
    pub to: Vec<String>,
    /// Its kind.
    pub kind: MessageKind,
    /// Its channel.
    pub channel: Channel,
    /// Whether it has a file.
    pub has_attachment: bool,
    /// All its words ([`xinju_model::message::Message::text`]).
    pub text: String,
}

/// The order of hits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// Newest first.
    Newest,
    /// Oldest first (timelines).
    Oldest,
    /// Best first.
    Relevance,
}

/// What to find. Names in the query are resolved by `resolve` at [`Index::search`].
#[derive(Clone, Debug)]
pub struct Request<'a> {
    /// The query.
    pub query: &'a Query,
    /// What the asker may see: part of the query, never a filter after it.
    pub scope: &'a Scope,
    /// The order.
    pub order: Order,
    /// Behind this cursor.
    pub after: Option<&'a str>,
    /// Skip this many hits behind the cursor (timelines jump by place); at most 10 million.
    pub offset: u64,
    /// At most this many hits; 0 only counts.
    pub limit: usize,
    /// Whether the exact count is wanted.
    pub count: bool,
}

/// What a query's names mean; from the directory.
pub trait Names {
    /// Key form ids of the staff (and only staff) that a `staff:` or `from:` value names: an id, or a name.
    fn staff(&self, value: &str) -> Vec<String>;
    /// Key form ids of the customers that a value names.
    fn customers(&self, value: &str) -> Vec<String>;
    /// Entries that were recalled later.
    fn recalled(&self) -> Vec<EntryIndex>;
}

/// One hit.
#[derive(Clone, Debug, PartialEq)]
pub struct Hit {
    /// The message.
    pub entry: EntryIndex,
    /// Its time.
    pub at: Timestamp,
    /// The cursor behind it.
    pub cursor: String,
}

/// The answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Hits {
    /// The hits of this page.
    pub hits: Vec<Hit>,
    /// All hits, where counted. Stable over pages: messages that arrive after the first page are not counted.
    pub total: Option<u64>,
    /// Whether there are more behind the last.
    pub more: bool,
}

/// Options that tests and benches change.
#[derive(Clone, Copy, Debug)]
pub struct IndexOptions {
    /// Memory of the writer, in bytes.
    pub writer_bytes: usize,
    /// Threads of the writer.
    pub threads: usize,
    /// Bytes of decrypted index parts kept.
    pub cache_bytes: usize,
}

/// The open index.
pub struct Index {
    _stub: (),
}

impl Index {
    /// Opens the index in a folder, making it when missing or of another version (watermark 0 then).
    pub fn open(folder: &Path, sealer: Sealer, options: IndexOptions) -> Result<Self, SearchError> {
        let _ = (folder, sealer, options);
        todo!()
    }
    /// The ledger size up to which everything is committed here.
    pub fn watermark(&self) -> u64 {
        todo!()
    }
    /// Adds documents; they are found after the next [`Index::commit`].
    pub fn add(&self, documents: Vec<Document>) -> Result<(), SearchError> {
        let _ = documents;
        todo!()
    }
    /// Makes what was added durable and findable, with the watermark in the same commit.
    pub fn commit(&self, watermark: u64) -> Result<(), SearchError> {
        let _ = watermark;
        todo!()
    }
    /// Finds.
    pub fn search(&self, request: &Request<'_>, names: &dyn Names) -> Result<Hits, SearchError> {
        let _ = (request, names);
        todo!()
    }
    /// Messages per day between two moments (UTC milliseconds), days cut at `zone_offset_minutes`: (start of day, messages).
    pub fn per_day(
        &self,
        scope: &Scope,
        from: Timestamp,
        to: Timestamp,
        zone_offset_minutes: i32,
    ) -> Result<Vec<(Timestamp, u64)>, SearchError> {
        let _ = (scope, from, to, zone_offset_minutes);
        todo!()
    }
    /// Bytes on disk.
    pub fn bytes(&self) -> u64 {
        todo!()
    }
    /// Empties the index and sets the watermark to 0.
    pub fn clear(&self) -> Result<(), SearchError> {
        todo!()
    }
}
