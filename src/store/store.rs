//! Opening, writing and closing.

use std::path::Path;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use crossbeam_channel::{Sender, bounded};
use xinju_keys::keystore::Keystore;
use xinju_model::access::Permit;
use xinju_model::id::Random;
use xinju_model::limits::SEGMENT_ENTRIES;

use crate::commit::{self, Asked, Job};
use crate::disk::Disk;
use crate::error::StoreError;
use crate::lock::Lock;
use crate::media::MediaStore;
use crate::news::News;
use crate::open;
use crate::read::ReadTx;
use crate::seal;
use crate::shared::Shared;
use crate::write::WriteTx;

/// How long a write waits at most for the sealing job to catch up.
const TAIL_WAIT: Duration = Duration::from_secs(5);

/// The open store.
pub struct Store {
    pub(crate) shared: Arc<Shared>,
    queue: Option<Sender<Job>>,
    sealing: Option<JoinHandle<()>>,
    commits: Option<JoinHandle<()>>,
    _lock: Lock,
}

/// A write on its way to the disk. It happens whether or not anybody waits for it.
#[must_use = "until it is waited for, nobody knows whether it is durable"]
pub struct Pending<T>(Box<dyn FnOnce() -> Result<T, StoreError> + Send>);

impl<T> Pending<T> {
    /// Waits until the write is durable, or has failed.
    pub fn wait(self) -> Result<T, StoreError> {
        (self.0)()
    }
}

/// Numbers that production leaves alone and tests make small.
#[derive(Clone, Copy, Debug)]
pub struct StoreOptions {
    /// Entries in a segment (a power of two, at least 256 in production).
    pub segment_entries: u64,
    /// Bytes of the database's page cache.
    pub page_cache_bytes: usize,
    /// Bytes of opened blocks kept.
    pub block_cache_bytes: usize,
    /// Writes that may wait for the commit thread.
    pub queue_length: usize,
    /// A database file of more bytes than this is compacted when it is mostly free and nothing else is to do.
    pub compact_bytes: u64,
}

impl Default for StoreOptions {
    fn default() -> Self {
        Self {
            segment_entries: SEGMENT_ENTRIES,
            page_cache_bytes: 32 * 1024 * 1024,
            block_cache_bytes: 32 * 1024 * 1024,
            queue_length: 64,
            compact_bytes: 8 * 1024 * 1024,
        }
    }
}

impl StoreOptions {
    /// Levels of the ledger's tree inside a segment.
    pub(crate) fn segment_height(&self) -> u32 {
        self.segment_entries.max(1).ilog2()
    }
}

impl Store {
    /// Opens a data folder, making it when new. Migrates older formats (after a snapshot), sweeps orphans, starts the commit thread and the sealing job.
    pub fn open(
        data: &Path,
        keys: Arc<Keystore>,
        random: Arc<dyn Random>,
        options: StoreOptions,
    ) -> Result<Self, StoreError> {
        Self::open_on(data, keys, random, options, Disk::default())
    }

    /// As [`Store::open`], on a disk that may fail: crash tests count its steps and let one of them, and all that follow, go wrong.
    pub fn open_on(
        data: &Path,
        keys: Arc<Keystore>,
        random: Arc<dyn Random>,
        options: StoreOptions,
        disk: Disk,
    ) -> Result<Self, StoreError> {
        if !options.segment_entries.is_power_of_two() || !(2..=SEGMENT_ENTRIES).contains(&options.segment_entries) {
            return Err(StoreError::Refused(format!(
                "a segment holds a power of two of entries, 2 to {SEGMENT_ENTRIES}"
            )));
        }
        disk.durable.create_folder(data)?;
        let lock = Lock::take(data)?;
        let shared = Arc::new(open::open(data, keys, random, options, disk)?);
        let (queue, jobs) = bounded(options.queue_length.max(1));
        let commits = commit::start(Arc::clone(&shared), jobs)?;
        let sealing = seal::start(Arc::clone(&shared), queue.clone())?;
        Ok(Self { shared, queue: Some(queue), sealing: Some(sealing), commits: Some(commits), _lock: lock })
    }

    /// Runs `work` in the next group commit and returns its value once that is durable. `work` may run again when another write of its group fails,
    /// so it must have no effect outside `tx`. Nothing of it is kept when it returns an error.
    pub fn write<T: Send + 'static>(
        &self,
        permit: &Permit,
        work: impl FnMut(&mut WriteTx<'_>) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        self.begin(permit, work)?.wait()
    }

    /// As [`Store::write`], for whoever has something else to do until it is durable.
    pub fn begin<T: Send + 'static>(
        &self,
        permit: &Permit,
        work: impl FnMut(&mut WriteTx<'_>) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<Pending<T>, StoreError> {
        self.shared.check_open()?;
        self.shared.wait_for_tail(TAIL_WAIT);
        let closing = || StoreError::Closed("the store is shutting down".to_owned());
        let (reply, answer) = bounded(1);
        let job = Asked::job(permit.actor().clone(), permit.place().to_owned(), work, reply);
        self.queue.as_ref().ok_or_else(closing)?.send(job).map_err(|_| closing())?;
        Ok(Pending(Box::new(move || {
            let (outcome, _work) = answer.recv().map_err(|_| closing())?;
            outcome
        })))
    }

    /// A snapshot of everything committed.
    pub fn read(&self) -> Result<ReadTx, StoreError> {
        ReadTx::begin(Arc::clone(&self.shared))
    }

    /// Where the news stands now. A snapshot that begins after this call holds all news before it.
    pub fn news_position(&self) -> u64 {
        self.shared.news.position()
    }

    /// The news from one position up to another; none where the oldest of it was dropped.
    pub fn news(&self, from: u64, to: u64) -> Option<Vec<News>> {
        self.shared.news.range(from, to)
    }

    /// Where media lie.
    pub fn media(&self) -> Arc<dyn MediaStore> {
        Arc::clone(&self.shared.media)
    }

    /// Entries that are durable; cheap (an atomic).
    pub fn size(&self) -> u64 {
        self.shared.size()
    }

    /// Waits until `size` is larger than `than`, or `timeout` passed. For the indexer and the checkpoint job.
    pub fn wait_past(&self, than: u64, timeout: Duration) -> u64 {
        self.shared.wait_past(than, timeout)
    }
}

impl Drop for Store {
    fn drop(&mut self) {
        self.shared.stop();
        // With the last sender gone the commit thread finishes what waits, and ends.
        self.queue = None;
        for thread in [self.sealing.take(), self.commits.take()].into_iter().flatten() {
            if thread.join().is_err() {
                tracing::error!("a thread of the store ended in a panic");
            }
        }
        self.shared.close("the store is shutting down");
    }
}

#[cfg(test)]
#[path = "store_tests.rs"]
pub(crate) mod tests;

#[cfg(test)]
#[path = "measure_tests.rs"]
mod measure;

#[cfg(test)]
#[path = "crash_tests.rs"]
mod crash;
