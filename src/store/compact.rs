//! Giving back what the database no longer needs.
//!
//! The tail grows to some segments' worth of rows and empties again, and redb makes its file twice as long when it is full: without this an archive of a million
//! messages would keep tens of megabytes of free pages. Compaction needs all transactions to be over and blocks new ones, so that it runs when the commit thread has
//! nothing to do, and only where there is little to move.

use std::sync::atomic::{AtomicBool, Ordering};

use redb::{Database, ReadableDatabase, ReadableTableMetadata};

use crate::error::StoreError;
use crate::tables::for_every_table;

/// Where rows may take more than this, in bytes, moving them takes too long for what it gives.
const TOO_MUCH: u64 = 64 * 1024 * 1024;
/// What a row of any table takes at most on average, in bytes.
const ROW_BYTES: u64 = 512;
/// What an entry of the tail takes at most on average, in bytes.
const TAIL_ENTRY_BYTES: u64 = 512;

/// Whether the database may write its header together with pages that are not durable.
///
/// Our own commits are in two phases: no header ever speaks of a page that was not synced before. Compaction has commits of one phase, which redb makes safe by
/// checksums; a torn page of ours does not open at all, so that the file must sync pages before headers by itself as long as this says so.
#[derive(Debug)]
pub(crate) struct Caution(AtomicBool);

impl Default for Caution {
    /// On: what redb does while it opens and repairs a file is its own affair.
    fn default() -> Self {
        Self(AtomicBool::new(true))
    }
}

impl Caution {
    /// Whether pages must be durable before the header is written.
    pub(crate) fn is_on(&self) -> bool {
        self.0.load(Ordering::Acquire)
    }

    /// Turns it on or off.
    pub(crate) fn set(&self, on: bool) {
        self.0.store(on, Ordering::Release);
    }
}

/// What the rows take at most, from their numbers alone.
fn estimate(db: &Database, tail_entries: u64) -> Result<u64, StoreError> {
    let tx = db.begin_read()?;
    let mut rows = 0;
    macro_rules! count {
        ($table:ident) => {
            rows += tx.open_table(crate::tables::$table)?.len()?;
        };
    }
    for_every_table!(count);
    Ok(rows * ROW_BYTES + tail_entries * TAIL_ENTRY_BYTES)
}

/// Whether a file of this length is mostly free pages, and not dear to compact. Files up to `least` are left as they are.
fn is_loose(length: u64, least: u64, estimate: u64) -> bool {
    length > least && estimate < TOO_MUCH && length / 3 > estimate
}

/// Compacts the database where that gives back most of its file of `length` bytes. False where it was not worth it, or readers are at work.
pub(crate) fn compact(
    db: &mut Database,
    length: u64,
    least: u64,
    tail_entries: u64,
    caution: &Caution,
) -> Result<bool, StoreError> {
    if !is_loose(length, least, estimate(db, tail_entries)?) {
        return Ok(false);
    }
    caution.set(true);
    let compacted = db.compact();
    caution.set(false);
    match compacted {
        Ok(_) => Ok(true),
        Err(redb::CompactionError::TransactionInProgress) => Ok(false),
        Err(error) => Err(redb::Error::from(error).into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_large_and_mostly_empty_files_are_loose() {
        assert!(!is_loose(1000, 1000, 0));
        assert!(is_loose(4000, 1000, 1000));
        assert!(!is_loose(4000, 1000, 2000));
        assert!(!is_loose(TOO_MUCH * 10, 1000, TOO_MUCH));
    }
}
