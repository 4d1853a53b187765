//! Health: sizes, and checks that say what to do.

use xinju_model::access::Viewer;
use xinju_model::time::Timestamp;

use crate::error::ServiceError;
use crate::service::Service;

/// How a check went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HealthState {
    /// Well.
    Ok,
    /// Works, but somebody should look.
    Warning,
    /// Does not work.
    Failed,
}

/// One check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HealthCheck {
    /// Stable name such as `disk_space`.
    pub name: &'static str,
    /// How it went.
    pub state: HealthState,
    /// What was found.
    pub detail: String,
    /// What to do; none when all is well.
    pub advice: Option<String>,
}

/// The system's health.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Health {
    /// The product's version.
    pub version: String,
    /// When the service was opened.
    pub started_at: Timestamp,
    /// Now.
    pub now: Timestamp,
    /// The data folder.
    pub data_folder: String,
    /// Entries that are durable but not yet searchable.
    pub index_lag: u64,
    /// Bytes of segment files.
    pub record_bytes: u64,
    /// Bytes of the database.
    pub database_bytes: u64,
    /// Bytes of the index.
    pub index_bytes: u64,
    /// Bytes of media files.
    pub media_bytes: u64,
    /// Free bytes on the data folder's file system.
    pub free_bytes: u64,
    /// The checks.
    pub checks: Vec<HealthCheck>,
}

impl Service {
    /// Sizes and checks.
    pub fn health(&self, viewer: &Viewer) -> Result<Health, ServiceError> {
        todo!()
    }

    /// Whether the service can accept and answer: the store writes and the index opens. Public; says nothing else.
    pub fn ready(&self) -> bool {
        todo!()
    }
}
