//! The index: adding, committing and searching.

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use tantivy::tokenizer::{TextAnalyzer, TokenizerManager};
use tantivy::{Directory, ReloadPolicy};
use xinju_keys::sealing::Sealer;
use xinju_model::access::Scope;
use xinju_model::channel::Channel;
use xinju_model::id::{ConversationId, EntryIndex};
use xinju_model::media::MediaName;
use xinju_model::message::MessageKind;
use xinju_model::time::Timestamp;

use crate::analyzer::{self, Analyzer};
use crate::directory::SealedDirectory;
use crate::document::Indexable;
use crate::error::SearchError;
use crate::query::Query;
use crate::reader::Reader;
use crate::schema::{Mark, VERSION, schema, settings};
use crate::span::Span;
use crate::writer::{Payload, Writer};

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
    /// The files that it names.
    pub files: Vec<MediaName>,
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
    /// Whether personal data is masked for the asker. Then words are found only where they stand outside of it, whatever its kind.
    pub masked: bool,
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
    /// Memory of the writer, in bytes; at least 15 MB a thread are taken.
    pub writer_bytes: usize,
    /// Threads of the writer, 1 to 8.
    pub threads: usize,
    /// Bytes of decrypted index parts kept.
    pub cache_bytes: usize,
}

impl Default for IndexOptions {
    /// A thread for every two processors (the others read, hash and compress what is indexed), 100 MB for them together.
    fn default() -> Self {
        let processors = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        Self { writer_bytes: 100_000_000, threads: (processors / 2).clamp(1, 4), cache_bytes: 48 * 1024 * 1024 }
    }
}

/// The file that keeps other processes out.
const LOCK_FILE: &str = ".lock";

/// The open index. Searches never wait for adding or committing.
pub struct Index {
    folder: PathBuf,
    sealer: Sealer,
    options: IndexOptions,
    /// None only where clearing failed half-way.
    writer: RwLock<Option<Writer>>,
    reader: RwLock<Arc<Reader>>,
    watermark: AtomicU64,
    /// How often what can be found has changed.
    state: AtomicU64,
    /// A search met damage.
    damaged: AtomicBool,
    /// Held as long as the index is open.
    _lock: File,
}

/// Both sides of an index and the watermark of its last commit.
type Opened = (Writer, Reader, u64);

impl Index {
    /// Opens the index in a folder, making it when missing, damaged or of another version (watermark 0 then).
    pub fn open(folder: &Path, sealer: Sealer, options: IndexOptions) -> Result<Self, SearchError> {
        fs::create_dir_all(folder)?;
        let lock = lock(folder)?;
        let (writer, reader, watermark) = match open(folder, &sealer, options) {
            Err(SearchError::Damaged(why)) => {
                tracing::warn!(why, "search index is made anew");
                wipe(folder)?;
                open(folder, &sealer, options)?
            }
            opened => opened?,
        };
        Ok(Self {
            folder: folder.to_owned(),
            sealer,
            options,
            writer: RwLock::new(Some(writer)),
            reader: RwLock::new(Arc::new(reader)),
            watermark: AtomicU64::new(watermark),
            state: AtomicU64::new(0),
            damaged: AtomicBool::new(false),
            _lock: lock,
        })
    }

    /// The ledger size up to which everything is committed here.
    pub fn watermark(&self) -> u64 {
        self.watermark.load(Ordering::Acquire)
    }

    /// Another number after whatever changed what can be found. Whoever keeps what a search found asks for it before the search.
    pub fn state(&self) -> u64 {
        self.state.load(Ordering::Acquire)
    }

    /// After the change can be seen: a search in between finds it under the old number, which does no harm.
    fn changed(&self) {
        self.state.fetch_add(1, Ordering::AcqRel);
    }

    /// Adds documents; they are found after the next [`Index::commit`]. Those below the watermark are here already and
    /// are left out, so that feeding a range again does no harm. Waits while the writer's threads have much to do.
    pub fn add(&self, documents: Vec<Document>) -> Result<(), SearchError> {
        self.add_all(documents.into_iter().map(Indexable::from))
    }

    /// As [`Index::add`], for documents of any sort.
    pub(crate) fn add_all(&self, documents: impl Iterator<Item = Indexable>) -> Result<(), SearchError> {
        let watermark = self.watermark();
        let writer = self.writer.read().unwrap_or_else(PoisonError::into_inner);
        let writer = writer.as_ref().ok_or_else(not_cleared)?;
        self.check_undamaged()?;
        writer.add(documents.filter(|document| document.entry >= watermark))
    }

    /// Makes what was added durable and findable, with the watermark in the same commit.
    pub fn commit(&self, watermark: u64) -> Result<(), SearchError> {
        let mut writer = self.writer.write().unwrap_or_else(PoisonError::into_inner);
        self.check_undamaged()?;
        writer.as_mut().ok_or_else(not_cleared)?.commit(watermark)?;
        self.watermark.store(watermark, Ordering::Release);
        self.reader().reload()?;
        self.changed();
        Ok(())
    }

    /// Finds. After a search that met damage, adding and committing say so too, so that whoever feeds the index makes it again.
    pub fn search(&self, request: &Request<'_>, names: &dyn Names) -> Result<Hits, SearchError> {
        let found = self.reader().search(request, names);
        if matches!(found, Err(SearchError::Damaged(_))) {
            self.damaged.store(true, Ordering::Release);
        }
        found
    }

    /// Whether a message that can be found names this file.
    pub fn names_file(&self, name: MediaName) -> Result<bool, SearchError> {
        self.reader().has_mark(&Mark::File(name).bytes())
    }

    /// Whether a message that can be found names a file of so many bytes.
    pub fn names_size(&self, bytes: u64) -> Result<bool, SearchError> {
        self.reader().has_mark(&Mark::file_size(bytes))
    }

    /// Messages per day between two moments (UTC milliseconds; the second is not inside), days cut at
    /// `zone_offset_minutes`: (start of day, messages), days without messages left out.
    pub fn per_day(
        &self,
        scope: &Scope,
        from: Timestamp,
        to: Timestamp,
        zone_offset_minutes: i32,
    ) -> Result<Vec<(Timestamp, u64)>, SearchError> {
        let span = Span { from: from.0, until: to.0 };
        self.reader().per_day(scope, span, i64::from(zone_offset_minutes) * 60_000)
    }

    /// Bytes on disk.
    pub fn bytes(&self) -> u64 {
        let Ok(entries) = fs::read_dir(&self.folder) else { return 0 };
        entries.flatten().filter_map(|entry| entry.metadata().ok()).map(|metadata| metadata.len()).sum()
    }

    /// Empties the index and sets the watermark to 0. Works on a damaged index too.
    pub fn clear(&self) -> Result<(), SearchError> {
        let mut writer = self.writer.write().unwrap_or_else(PoisonError::into_inner);
        self.watermark.store(0, Ordering::Release);
        // Its threads end here, before their files go.
        *writer = None;
        wipe(&self.folder)?;
        let (new_writer, new_reader, _) = open(&self.folder, &self.sealer, self.options)?;
        *writer = Some(new_writer);
        *self.reader.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(new_reader);
        self.damaged.store(false, Ordering::Release);
        self.changed();
        Ok(())
    }

    /// Drops what was added since the last commit and begins again from that: after a fault of adding or committing the
    /// writer's threads may be dead. Feed from [`Index::watermark`] on.
    pub fn rollback(&self) -> Result<(), SearchError> {
        let mut writer = self.writer.write().unwrap_or_else(PoisonError::into_inner);
        // Its threads and its lock end here, before another begins.
        *writer = None;
        let (new_writer, new_reader, watermark) = open(&self.folder, &self.sealer, self.options)?;
        self.watermark.store(watermark, Ordering::Release);
        *writer = Some(new_writer);
        *self.reader.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(new_reader);
        self.changed();
        Ok(())
    }

    fn check_undamaged(&self) -> Result<(), SearchError> {
        if self.damaged.load(Ordering::Acquire) {
            return Err(SearchError::Damaged("a search met damage".to_owned()));
        }
        Ok(())
    }

    fn reader(&self) -> Arc<Reader> {
        Arc::clone(&self.reader.read().unwrap_or_else(PoisonError::into_inner))
    }
}

fn not_cleared() -> SearchError {
    SearchError::Damaged("clearing was interrupted; clear again".to_owned())
}

fn lock(folder: &Path) -> Result<File, SearchError> {
    let file = File::create(folder.join(LOCK_FILE))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(SearchError::InUse),
        Err(TryLockError::Error(error)) => Err(error.into()),
    }
}

/// Removes every file of the index but the lock.
fn wipe(folder: &Path) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_name() != LOCK_FILE && entry.file_type()?.is_file() {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

/// Opens or makes; [`SearchError::Damaged`] where what is there can't be used.
fn open(folder: &Path, sealer: &Sealer, options: IndexOptions) -> Result<Opened, SearchError> {
    open_on(Box::new(SealedDirectory::open(folder, sealer.clone(), options.cache_bytes)?), options)
}

fn open_on(directory: Box<dyn Directory>, options: IndexOptions) -> Result<Opened, SearchError> {
    let tokenizers = TokenizerManager::new();
    // The engine asks for "default" even where no field uses it.
    for name in [analyzer::NAME, "default"] {
        tokenizers.register(name, TextAnalyzer::from(Analyzer::default()));
    }
    let (schema, fields) = schema();
    let index = tantivy::Index::builder()
        .schema(schema)
        .settings(settings())
        .tokenizers(tokenizers)
        .open_or_create(directory)?;
    let meta = index.load_metas()?;
    let watermark = match (meta.payload.as_deref(), meta.segments.is_empty()) {
        (Some(payload), _) => read_payload(payload)?,
        (None, true) => 0,
        (None, false) => return Err(SearchError::Damaged("it does not say what it holds".to_owned())),
    };
    let writer = Writer::new(&index, fields, options)?;
    let reader = index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into()?;
    Ok((writer, Reader::new(reader, fields), watermark))
}

fn read_payload(payload: &str) -> Result<u64, SearchError> {
    match serde_json::from_str::<Payload>(payload) {
        Ok(payload) if payload.version == VERSION => Ok(payload.watermark),
        Ok(payload) => Err(SearchError::Damaged(format!("version {} instead of {VERSION}", payload.version))),
        Err(error) => Err(SearchError::Damaged(error.to_string())),
    }
}

#[cfg(test)]
mod measure;
#[cfg(test)]
mod tests;
