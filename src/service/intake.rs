//! The one door for every record.

use std::sync::Arc;

use xinju_model::access::{Action, Permit};
use xinju_model::facts::facts;
use xinju_model::limits::RECORD_BYTES_MAX;
use xinju_model::record::{Entry, EntryKind, Origin, Seed, Source};
use xinju_model::time::Timestamp;
use xinju_store::error::StoreError;
use xinju_store::write::{NewRecord, WriteTx};

use crate::error::ServiceError;
use crate::jobs::feed::Work;
use crate::service::{Core, Service};

pub use xinju_store::write::Accepted;

/// Batches above this are prepared on two threads.
const SPLIT_ABOVE: usize = 256;

/// One original on its way in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Incoming {
    /// Byte for byte as received.
    pub original: Vec<u8>,
    /// The source's own position, where it gave one.
    pub cursor: Option<u64>,
}

impl Service {
    /// Accepts originals of one source, in order: durable when it returns, and what became of each.
    pub fn accept(
        &self,
        permit: &Permit,
        source: &Arc<Source>,
        originals: Vec<Incoming>,
    ) -> Result<Vec<Accepted>, ServiceError> {
        if permit.action() != Action::Import {
            return Err(ServiceError::Internal("records are accepted with a permit to import".into()));
        }
        if originals.iter().any(|incoming| incoming.original.len() > RECORD_BYTES_MAX) {
            return Err(ServiceError::Limit(format!("a record holds at most {RECORD_BYTES_MAX} bytes")));
        }
        let records = self.core.prepare(source, originals);
        self.core.commit(permit, records, |_, _| Ok(()))
    }
}

impl Core {
    /// Does all that is dear about originals before the one writer sees them: facts, seeds, digests.
    pub(crate) fn prepare(&self, source: &Arc<Source>, originals: Vec<Incoming>) -> Vec<NewRecord> {
        let at = self.clock.now();
        let mut seeds = vec![0; originals.len() * size_of::<Seed>()];
        self.random.fill(&mut seeds);
        let (seeds, _) = seeds.as_chunks::<{ size_of::<Seed>() }>();
        let mut paired: Vec<(Incoming, Seed)> = originals.into_iter().zip(seeds.iter().copied()).collect();
        if paired.len() <= SPLIT_ABOVE {
            return prepare_all(source, at, paired);
        }
        let second = paired.split_off(paired.len() / 2);
        std::thread::scope(|scope| {
            let other = scope.spawn(|| prepare_all(source, at, second));
            let mut records = prepare_all(source, at, paired);
            match other.join() {
                Ok(more) => records.extend(more),
                Err(panic) => std::panic::resume_unwind(panic),
            }
            records
        })
    }

    /// Appends records in one durable write, with `also` in the same transaction, and hands them to the index.
    pub(crate) fn commit(
        &self,
        permit: &Permit,
        records: Vec<NewRecord>,
        mut also: impl FnMut(&mut WriteTx<'_>, &[Accepted]) -> Result<(), StoreError> + Send + 'static,
    ) -> Result<Vec<Accepted>, ServiceError> {
        let records = Arc::new(records);
        let shared = Arc::clone(&records);
        let _expected = self.feed.expect();
        let accepted = self.store.write(permit, move |tx| {
            let accepted = tx.append_records(&shared)?;
            also(tx, &accepted)?;
            Ok(accepted)
        })?;
        let (added, known) = count(&accepted);
        self.counters.records(added, known);
        if added > 0 {
            self.trail.pass_over(&accepted);
            self.feed.hand_over(Work::Records { records, accepted: accepted.clone() });
        }
        Ok(accepted)
    }
}

fn prepare_all(source: &Arc<Source>, at: Timestamp, originals: Vec<(Incoming, Seed)>) -> Vec<NewRecord> {
    originals
        .into_iter()
        .map(|(incoming, seed)| {
            let read = facts(source.format, &source.account, &incoming.original);
            let origin = Origin { source: Arc::clone(source), cursor: incoming.cursor, sequence: None };
            let entry = Entry { kind: EntryKind::Record, at, seed, origin: Some(origin), body: incoming.original };
            NewRecord::new(entry, read)
        })
        .collect()
}

/// How many were added, and how many known.
pub(crate) fn count(accepted: &[Accepted]) -> (u64, u64) {
    let added = accepted.iter().filter(|accepted| matches!(accepted, Accepted::Added(_))).count();
    (added as u64, (accepted.len() - added) as u64)
}
