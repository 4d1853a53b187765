//! Opening, writing and closing.

use std::path::Path;
use std::sync::Arc;

use xinju_keys::keystore::Keystore;
use xinju_model::access::Permit;
use xinju_model::id::Random;

use crate::error::StoreError;
use crate::read::ReadTx;
use crate::write::WriteTx;

/// The open store.
pub struct Store {
    _stub: (),
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
}

impl Store {
    /// Opens a data folder, making it when new. Migrates older formats (after a snapshot), sweeps orphans, starts the commit thread and the sealing job.
    pub fn open(
        data: &Path,
        keys: Arc<Keystore>,
        random: Arc<dyn Random>,
        options: StoreOptions,
    ) -> Result<Self, StoreError> {
        let _ = (data, keys, random, options);
        todo!()
    }

    /// Runs `work` in the next group commit and returns its value once that is durable. `work` may run again when another write of its group fails,
    /// so it must have no effect outside `tx`. Nothing of it is kept when it returns an error.
    pub fn write<T: Send + 'static>(
        &self,
        permit: &Permit,
        work: impl FnMut(&mut WriteTx<'_>) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let _ = (permit, work);
        todo!()
    }

    /// A snapshot of everything committed.
    pub fn read(&self) -> Result<ReadTx, StoreError> {
        todo!()
    }

    /// Entries that are durable; cheap (an atomic).
    pub fn size(&self) -> u64 {
        todo!()
    }

    /// Waits until `size` is larger than `than`, or `timeout` passed. For the indexer and the checkpoint job.
    pub fn wait_past(&self, than: u64, timeout: std::time::Duration) -> u64 {
        let _ = (than, timeout);
        todo!()
    }
}
