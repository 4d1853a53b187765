//! Counters and gauges for those who watch the machine. No content, no names.

use std::sync::atomic::{AtomicU64, Ordering};

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

/// The counters behind [`Metrics`].
#[derive(Debug, Default)]
pub(crate) struct Counters {
    records_added: AtomicU64,
    records_known: AtomicU64,
    lines_rejected: AtomicU64,
    searches: AtomicU64,
    search_micros: AtomicU64,
    sign_in_failures: AtomicU64,
    denied: AtomicU64,
    checkpoints: AtomicU64,
    job_failures: AtomicU64,
}

fn add(counter: &AtomicU64, more: u64) {
    counter.fetch_add(more, Ordering::Relaxed);
}

fn get(counter: &AtomicU64) -> u64 {
    counter.load(Ordering::Relaxed)
}

impl Counters {
    pub(crate) fn records(&self, added: u64, known: u64) {
        add(&self.records_added, added);
        add(&self.records_known, known);
    }

    pub(crate) fn rejected(&self, lines: u64) {
        add(&self.lines_rejected, lines);
    }

    pub(crate) fn searched(&self, micros: u64) {
        add(&self.searches, 1);
        add(&self.search_micros, micros);
    }

    pub(crate) fn sign_in_failed(&self) {
        add(&self.sign_in_failures, 1);
    }

    pub(crate) fn denied(&self) {
        add(&self.denied, 1);
    }

    pub(crate) fn checkpoint(&self) {
        add(&self.checkpoints, 1);
    }

    pub(crate) fn job_failed(&self) {
        add(&self.job_failures, 1);
    }

    pub(crate) fn job_failures(&self) -> u64 {
        get(&self.job_failures)
    }
}

impl Service {
    /// The numbers now. The door decides who may ask.
    pub fn metrics(&self) -> Metrics {
        let (core, counters) = (&self.core, &self.core.counters);
        let stats = core.store.read().and_then(|tx| tx.stats()).unwrap_or_default();
        let ledger_size = core.store.size();
        Metrics {
            records_added: get(&counters.records_added),
            records_known: get(&counters.records_known),
            lines_rejected: get(&counters.lines_rejected),
            searches: get(&counters.searches),
            search_micros: get(&counters.search_micros),
            sign_in_failures: get(&counters.sign_in_failures),
            denied: get(&counters.denied),
            checkpoints: get(&counters.checkpoints),
            job_failures: get(&counters.job_failures),
            ledger_size,
            index_lag: ledger_size.saturating_sub(core.searchable()),
            record_bytes: stats.segment_bytes,
            database_bytes: stats.database_bytes,
            index_bytes: core.index.bytes(),
            free_bytes: core.free_bytes().unwrap_or_default(),
        }
    }
}
