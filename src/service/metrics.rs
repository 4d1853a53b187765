//! Counters and gauges for those who watch the machine. No content, no names.

use crate::service::Service;

/// The numbers of one moment. Counters begin at 0 when the service is opened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Metrics {
    /// Records added.
    pub records_added: u64,
    /// Records that were known already.
    pub records_known: u64,
    /// Lines refused by imports.
    pub lines_rejected: u64,
    /// Searches answered.
    pub searches: u64,
    /// Microseconds that searches took in all.
    pub search_micros: u64,
    /// Sign-ins that failed.
    pub sign_in_failures: u64,
    /// Use cases that were denied.
    pub denied: u64,
    /// Checkpoints signed.
    pub checkpoints: u64,
    /// Faults of background jobs.
    pub job_failures: u64,
    /// Entries of the ledger.
    pub ledger_size: u64,
    /// Entries not yet searchable.
    pub index_lag: u64,
    /// Bytes of segment files.
    pub record_bytes: u64,
    /// Bytes of the database.
    pub database_bytes: u64,
    /// Bytes of the index.
    pub index_bytes: u64,
    /// Free bytes on the data folder's file system.
    pub free_bytes: u64,
}

impl Service {
    /// The numbers now. The door decides who may ask.
    pub fn metrics(&self) -> Metrics {
        todo!()
    }
}
