//! What the store's threads and snapshots share.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use std::time::{Duration, Instant};

use quick_cache::Weighter;
use quick_cache::sync::Cache;
use redb::Database;
use xinju_keys::keystore::Keystore;
use xinju_keys::sealing::Sealer;
use xinju_model::id::Random;
use xinju_model::ledger::Hash;

use crate::block::Block;
use crate::dedupe::DedupeKey;
use crate::disk::Disk;
use crate::error::StoreError;
use crate::store::StoreOptions;
use crate::tree::Tree;

/// What the store's threads and snapshots share.
pub(crate) struct Shared {
    pub(crate) db: Database,
    pub(crate) data: PathBuf,
    pub(crate) disk: Disk,
    pub(crate) keys: Arc<Keystore>,
    pub(crate) random: Arc<dyn Random>,
    pub(crate) options: StoreOptions,
    pub(crate) hashing_key: [u8; 32],
    pub(crate) tail_sealer: Sealer,
    pub(crate) blocks: BlockCache,
    live: RwLock<Live>,
    size: AtomicU64,
    growth: Mutex<()>,
    grown: Condvar,
    closed: Mutex<Option<String>>,
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

/// Where a block was read from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum BlockPlace {
    /// The tail, by its first index.
    Tail(u64),
    /// A segment's file and the number of the block in it.
    Segment([u8; 16], u32),
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
}

impl Shared {
    #[allow(clippy::too_many_arguments, reason = "called once, by open, with everything that it has opened")]
    pub(crate) fn new(
        db: Database,
        data: PathBuf,
        disk: Disk,
        keys: Arc<Keystore>,
        random: Arc<dyn Random>,
        options: StoreOptions,
        live: Live,
    ) -> Self {
        let size = live.tail_base + live.tail.len() as u64;
        let cached_blocks = (options.block_cache_bytes / (256 * 1024)).max(16);
        Self {
            db,
            data,
            disk,
            hashing_key: keys.hashing_key(),
            tail_sealer: keys.sealer(xinju_keys::keystore::Purpose::Tail),
            keys,
            random,
            blocks: Cache::with_weighter(cached_blocks, options.block_cache_bytes as u64, BlockWeight),
            options,
            live: RwLock::new(live),
            size: AtomicU64::new(size),
            growth: Mutex::new(()),
            grown: Condvar::new(),
            closed: Mutex::new(None),
        }
    }

    pub(crate) fn live(&self) -> RwLockReadGuard<'_, Live> {
        self.live.read().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn live_mut(&self) -> RwLockWriteGuard<'_, Live> {
        self.live.write().unwrap_or_else(PoisonError::into_inner)
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
        let until = Instant::now().checked_add(timeout);
        let mut guard = self.growth();
        while self.size() <= than && self.check_open().is_ok() {
            let left = until.map_or(timeout, |until| until.saturating_duration_since(Instant::now()));
            if left.is_zero() {
                break;
            }
            guard = self.grown.wait_timeout(guard, left).unwrap_or_else(PoisonError::into_inner).0;
        }
        drop(guard);
        self.size()
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
