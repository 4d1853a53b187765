//! The open service: what it owns, how it starts and how it stops.

use std::path::Path;
use std::sync::Arc;

use xinju_keys::keystore::Keystore;
use xinju_model::id::Random;
use xinju_model::time::Clock;
use xinju_search::index::IndexOptions;
use xinju_store::store::StoreOptions;

use crate::decode::Decode;
use crate::error::ServiceError;
use crate::lines::ReadFiles;

/// What a service is opened with besides its folder and keys.
pub struct OpenOptions {
    /// The product's version, as shown.
    pub version: &'static str,
    /// What tells the time.
    pub clock: Arc<dyn Clock>,
    /// Where random bytes come from.
    pub random: Arc<dyn Random>,
    /// Reads originals for people.
    pub decoder: Arc<dyn Decode>,
    /// Opens files of an import.
    pub files: Arc<dyn ReadFiles>,
    /// Numbers of the store.
    pub store: StoreOptions,
    /// Numbers of the index.
    pub index: IndexOptions,
}

/// The service. Cheap to clone; all clones are one. Stops when [`Service::close`] is called or the last clone is dropped.
#[derive(Clone)]
pub struct Service {
    _inner: Arc<()>,
}

impl Service {
    /// Opens the data folder, making it when new, and starts the jobs: indexing, checkpoints, heartbeat.
    /// Imports that were running when the last process ended are marked as interrupted.
    pub fn open(data: &Path, keys: Arc<Keystore>, options: OpenOptions) -> Result<Self, ServiceError> {
        todo!()
    }

    /// Stops running imports at their next batch, stops the jobs, waits for them, commits the index. Calls after this fail.
    pub fn close(&self) {
        todo!()
    }

    /// Waits until everything durable now is searchable, at most `timeout`; whether it is. For the command line and tests.
    pub fn wait_indexed(&self, timeout: std::time::Duration) -> bool {
        todo!()
    }

    /// The clock that the service reads.
    pub fn clock(&self) -> Arc<dyn Clock> {
        todo!()
    }
}
