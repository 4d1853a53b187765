//! What the store's threads and snapshots share.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use std::time::{Duration, Instant};

use quick_cache::Weighter;
use quick_cache::sync::Cache;
use redb::{Database, ReadTransaction, ReadableDatabase, WriteTransaction};
use xinju_keys::keystore::Keystore;
use xinju_keys::sealing::Sealer;
use xinju_model::id::Random;
use xinju_model::ledger::Hash;

use crate::block::Block;
use crate::compact::{Caution, compact};
use crate::dedupe::DedupeKey;
use crate::disk::Disk;
use crate::error::StoreError;
use crate::media::MediaStore;
use crate::news::NewsLog;
use crate::open::{begin_write, database_path};
use crate::segment::{Files, Segment};
use crate::store::StoreOptions;
use crate::tree::Tree;

/// Opened tiles kept, of 16 KiB each.
const TILES_CACHED: usize = 256;
/// Opened buckets of dedupe keys kept, of about 3.5 KB each: those of three segments, so that what is imported again in order reads each once.
const BUCKETS_CACHED: usize = 768;
/// Segments that the tail may hold before writers wait for the sealing job.
const TAIL_SEGMENTS_MAX: u64 = 2;

/// What the store's threads and snapshots share.
pub(crate) struct Shared {
    /// Locked for writing by compaction only.
    db: RwLock<Database>,
    caution: Arc<Caution>,
    pub(crate) data: PathBuf,
    pub(crate) disk: Disk,
    pub(crate) keys: Arc<Keystore>,
    pub(crate) random: Arc<dyn Random>,
    pub(crate) options: StoreOptions,
    pub(crate) hashing_key: [u8; 32],
    pub(crate) tail_sealer: Sealer,
    blocks: BlockCache,
    tiles: Cache<TilePlace, Arc<Tree>>,
    buckets: Cache<BucketPlace, Arc<Vec<u8>>>,
    pub(crate) files: Files,
    pub(crate) media: Arc<dyn MediaStore>,
    live: RwLock<Live>,
    segments: RwLock<Arc<Vec<Arc<Segment>>>>,
    stopping: AtomicBool,
    size: AtomicU64,
    growth: Mutex<()>,
    grown: Condvar,
    closed: Mutex<Option<String>>,
    pub(crate) news: NewsLog,
}

/// What opening an archive has found.
pub(crate) struct Opened {
    pub(crate) db: Database,
    pub(crate) caution: Arc<Caution>,
    pub(crate) live: Live,
    pub(crate) segments: Vec<Arc<Segment>>,
    pub(crate) files: Files,
    pub(crate) media: Arc<dyn MediaStore>,
}

/// The tail's leaves and keys, and the roots of all segments, as of the last commit.
pub(crate) struct Live {
    /// Index of the tail's first entry.
    pub(crate) tail_base: u64,
    /// Nodes over the tail's leaves.
    pub(crate) tail: Tree,
    /// Dedupe keys of the tail.
    pub(crate) tail_keys: HashMap<DedupeKey, u64>,
    /// Nodes over the segments' roots.
    pub(crate) roots: Tree,
}

/// Opened blocks: by the place they were read from.
pub(crate) type BlockCache = Cache<BlockPlace, Arc<Block>, BlockWeight>;

/// Where a tile was read from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct TilePlace {
    /// The segment's file.
    pub(crate) file: [u8; 16],
    /// The tile's number on level 0; none for the one of level 1.
    pub(crate) tile: Option<usize>,
}

/// A segment's file and the number of a bucket in it.
type BucketPlace = ([u8; 16], usize);

/// Where a block was read from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum BlockPlace {
    /// The tail, by its first index.
    Tail(u64),
    /// A segment's file and the number of the block in it.
    Segment([u8; 16], usize),
}

#[derive(Clone)]
pub(crate) struct BlockWeight;

impl Weighter<BlockPlace, Arc<Block>> for BlockWeight {
    fn weight(&self, _: &BlockPlace, block: &Arc<Block>) -> u64 {
        block.weight() as u64
    }
}

impl Live {
    /// Nothing yet, before entry `tail_base`.
    pub(crate) fn new(tail_base: u64, options: &StoreOptions) -> Self {
        Self {
            tail_base,
            tail: Tree::new(options.segment_height()),
            tail_keys: HashMap::new(),
            roots: Tree::new(63 - options.segment_height()),
        }
    }

    /// Takes in entries that were committed behind all others.
    pub(crate) fn extend(&mut self, entries: &[(Hash, DedupeKey)]) {
        for (leaf, key) in entries {
            if *key != crate::dedupe::NO_KEY {
                self.tail_keys.insert(*key, self.tail_base + self.tail.len() as u64);
            }
            self.tail.push(*leaf);
        }
    }

    /// Forgets the oldest segment of the tail, which has this root and is sealed now.
    pub(crate) fn drop_segment(&mut self, root: Hash) {
        self.tail_base += 1 << self.tail.height();
        self.tail.drop_front();
        let base = self.tail_base;
        self.tail_keys.retain(|_, index| *index >= base);
        self.roots.push(root);
    }
}

impl Shared {
    /// What the threads share of an archive that was opened.
    pub(crate) fn new(
        data: PathBuf,
        disk: Disk,
        keys: Arc<Keystore>,
        random: Arc<dyn Random>,
        options: StoreOptions,
        opened: Opened,
    ) -> Self {
        let Opened { db, caution, live, segments, files, media } = opened;
        let size = live.tail_base + live.tail.len() as u64;
        let cached_blocks = (options.block_cache_bytes / (256 * 1024)).max(16);
        Self {
            db: RwLock::new(db),
            caution,
            data,
            disk,
            hashing_key: keys.hashing_key(),
            tail_sealer: keys.sealer(xinju_keys::keystore::Purpose::Tail),
            keys,
            random,
            blocks: Cache::with_weighter(cached_blocks, options.block_cache_bytes as u64, BlockWeight),
            tiles: Cache::new(TILES_CACHED),
            buckets: Cache::new(BUCKETS_CACHED),
            files,
            media,
            options,
            live: RwLock::new(live),
            segments: RwLock::new(Arc::new(segments)),
            stopping: AtomicBool::new(false),
            size: AtomicU64::new(size),
            growth: Mutex::new(()),
            grown: Condvar::new(),
            closed: Mutex::new(None),
            news: NewsLog::default(),
        }
    }

    /// Begins a snapshot of the database.
    pub(crate) fn begin_read(&self) -> Result<ReadTransaction, StoreError> {
        Ok(self.db.read().unwrap_or_else(PoisonError::into_inner).begin_read()?)
    }

    /// Begins a write; the commit thread alone does.
    pub(crate) fn begin_write(&self) -> Result<WriteTransaction, StoreError> {
        begin_write(&self.db.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Gives back free pages of the database where that is worth it; the commit thread alone does. Snapshots that begin meanwhile wait.
    pub(crate) fn compact(&self) -> Result<bool, StoreError> {
        let path = database_path(&self.data);
        let length = std::fs::metadata(&path).map_err(|error| StoreError::io(&path, error))?.len();
        let tail = self.size() - self.live().tail_base;
        let mut db = self.db.write().unwrap_or_else(PoisonError::into_inner);
        compact(&mut db, length, self.options.compact_bytes, tail, &self.caution)
    }

    pub(crate) fn live(&self) -> RwLockReadGuard<'_, Live> {
        self.live.read().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn live_mut(&self) -> RwLockWriteGuard<'_, Live> {
        self.live.write().unwrap_or_else(PoisonError::into_inner)
    }

    /// An opened block, from the cache or by `open`; kept in the cache where `keep` says so.
    pub(crate) fn block(
        &self,
        place: BlockPlace,
        keep: bool,
        open: impl FnOnce() -> Result<Block, StoreError>,
    ) -> Result<Arc<Block>, StoreError> {
        if let Some(block) = self.blocks.get(&place) {
            return Ok(block);
        }
        let block = Arc::new(open()?);
        if keep {
            self.blocks.insert(place, Arc::clone(&block));
        }
        Ok(block)
    }

    /// An opened tile, from the cache or by `open`.
    pub(crate) fn tile(
        &self,
        place: TilePlace,
        open: impl FnOnce() -> Result<Tree, StoreError>,
    ) -> Result<Arc<Tree>, StoreError> {
        self.tiles.get_or_insert_with(&place, || open().map(Arc::new))
    }

    /// A segment's bucket of dedupe keys, from the cache or the file.
    pub(crate) fn bucket(&self, segment: &Segment, number: usize) -> Result<Arc<Vec<u8>>, StoreError> {
        self.buckets.get_or_insert_with(&(segment.file, number), || segment.bucket(number).map(Arc::new))
    }

    /// The sealed segments, in order.
    pub(crate) fn segments(&self) -> Arc<Vec<Arc<Segment>>> {
        Arc::clone(&self.segments.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Adds the next segment, where it is not there already.
    pub(crate) fn push_segment(&self, segment: Segment) {
        let mut segments = self.segments.write().unwrap_or_else(PoisonError::into_inner);
        if segment.number == segments.len() as u64 {
            Arc::make_mut(&mut segments).push(Arc::new(segment));
        }
    }

    /// Whether background work should end.
    pub(crate) fn is_stopping(&self) -> bool {
        self.stopping.load(Ordering::Acquire) || self.check_open().is_err()
    }

    /// Tells background work to end.
    pub(crate) fn stop(&self) {
        self.stopping.store(true, Ordering::Release);
        self.wake();
    }

    /// Waits for so long, or until background work should end.
    pub(crate) fn wait_stopping(&self, timeout: Duration) {
        self.wait_while(timeout, || !self.is_stopping());
    }

    /// Waits until the tail is short enough for more, but not for ever: a tail that can't be sealed is better than a write that never ends.
    pub(crate) fn wait_for_tail(&self, timeout: Duration) {
        let longest = self.options.segment_entries.saturating_mul(TAIL_SEGMENTS_MAX);
        self.wait_while(timeout, || self.size() - self.live().tail_base > longest && !self.is_stopping());
    }

    /// Entries that are durable.
    pub(crate) fn size(&self) -> u64 {
        self.size.load(Ordering::Acquire)
    }

    /// Says that the ledger has grown.
    pub(crate) fn grow(&self, size: u64) {
        let guard = self.growth();
        self.size.store(size, Ordering::Release);
        drop(guard);
        self.grown.notify_all();
    }

    /// Wakes all who wait for growth.
    pub(crate) fn wake(&self) {
        drop(self.growth());
        self.grown.notify_all();
    }

    /// Waits until the ledger is larger than `than` or `timeout` passed, or somebody wakes all; returns the size.
    pub(crate) fn wait_past(&self, than: u64, timeout: Duration) -> u64 {
        self.wait_while(timeout, || self.size() <= than && !self.is_stopping());
        self.size()
    }

    fn wait_while(&self, timeout: Duration, condition: impl Fn() -> bool) {
        let until = Instant::now().checked_add(timeout);
        let mut guard = self.growth();
        while condition() {
            let left = until.map_or(timeout, |until| until.saturating_duration_since(Instant::now()));
            if left.is_zero() {
                return;
            }
            guard = self.grown.wait_timeout(guard, left).unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    fn growth(&self) -> MutexGuard<'_, ()> {
        self.growth.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Refuses all writes from now on.
    pub(crate) fn close(&self, why: &str) {
        self.closed.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert_with(|| why.to_owned());
        self.wake();
    }

    /// Whether writes are still accepted.
    pub(crate) fn check_open(&self) -> Result<(), StoreError> {
        match &*self.closed.lock().unwrap_or_else(PoisonError::into_inner) {
            None => Ok(()),
            Some(why) => Err(StoreError::Closed(why.clone())),
        }
    }
}
