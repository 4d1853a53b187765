//! The writing side: documents to the engine's threads, commits with their watermark.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use tantivy::IndexWriter;
use tantivy::indexer::{IndexWriterOptions, LogMergePolicy, UserOperation};

use crate::document::{Gate, Indexable, IndexedDocument};
use crate::error::SearchError;
use crate::index::IndexOptions;
use crate::schema::{Fields, VERSION};

/// Documents handed to a thread at once, at most.
const BATCH: usize = 64;
/// Bytes handed to a thread at once, at most, unless one document alone is larger. Far below what the gate lets in, so
/// that a batch that is not yet handed over never waits for itself.
const BATCH_BYTES: usize = 256 * 1024;
/// The least memory that the engine accepts for a thread, in bytes.
const THREAD_BYTES_MIN: usize = 15_000_000;
/// The most it accepts.
const THREAD_BYTES_MAX: usize = 2_000_000_000;

/// Eight segments of a like size become one. Sizes are alike within a factor of four, so that an archive of ten million has
/// a few dozen segments at most and each message is written three or four times on its way up.
fn merge_policy() -> LogMergePolicy {
    let mut policy = LogMergePolicy::default();
    policy.set_min_num_segments(8);
    policy.set_level_log_size(2.0);
    policy
}

/// What a commit says of itself.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Payload {
    /// [`VERSION`].
    pub(crate) version: u32,
    /// The ledger size up to which everything is here.
    pub(crate) watermark: u64,
}

/// Adds and commits.
pub(crate) struct Writer {
    engine: IndexWriter<IndexedDocument>,
    fields: Fields,
    gate: Arc<Gate>,
}

impl Writer {
    pub(crate) fn new(index: &tantivy::Index, fields: Fields, options: IndexOptions) -> Result<Self, SearchError> {
        let threads = options.threads.clamp(1, 8);
        let settings = IndexWriterOptions::builder()
            .num_worker_threads(threads)
            .memory_budget_per_thread((options.writer_bytes / threads).clamp(THREAD_BYTES_MIN, THREAD_BYTES_MAX))
            .num_merge_threads(1)
            .build();
        let engine: IndexWriter<IndexedDocument> = index.writer_with_options(settings)?;
        engine.set_merge_policy(Box::new(merge_policy()));
        Ok(Self { engine, fields, gate: Arc::default() })
    }

    /// Hands documents over; waits while too many are on the way.
    pub(crate) fn add(&self, documents: impl Iterator<Item = Indexable>) -> Result<(), SearchError> {
        let mut batch = Vec::with_capacity(BATCH);
        let mut batch_bytes = 0;
        for document in documents {
            let bytes = document.text.len();
            if batch.len() == BATCH || !batch.is_empty() && batch_bytes + bytes > BATCH_BYTES {
                self.engine.run(std::mem::take(&mut batch))?;
                batch_bytes = 0;
            }
            batch.push(UserOperation::Add(IndexedDocument::new(document, self.fields, &self.gate)));
            batch_bytes += bytes;
        }
        if !batch.is_empty() {
            self.engine.run(batch)?;
        }
        Ok(())
    }

    /// Makes everything added durable, with the watermark.
    pub(crate) fn commit(&mut self, watermark: u64) -> Result<(), SearchError> {
        let payload = serde_json::to_string(&Payload { version: VERSION, watermark })
            .map_err(|error| SearchError::Engine(error.to_string()))?;
        let mut prepared = self.engine.prepare_commit()?;
        prepared.set_payload(&payload);
        prepared.commit()?;
        Ok(())
    }
}
