//! Walking the ledger past damage: what cannot be read is counted and passed over, so that it hides nothing behind it.

use std::ops::Range;

use xinju_model::id::EntryIndex;
use xinju_model::record::Entry;
use xinju_store::error::StoreError;
use xinju_store::read::ReadTx;

/// Calls `each` with every readable entry of a range in order, until it returns false; how many could not be read.
pub(crate) fn walk(
    tx: &ReadTx,
    range: Range<u64>,
    each: &mut dyn FnMut(EntryIndex, &Entry) -> bool,
) -> Result<u64, StoreError> {
    let (mut next, mut unreadable, mut stopped) = (range.start, 0, false);
    while next < range.end && !stopped {
        let begun = next;
        let outcome = tx.entries(next..range.end, &mut |index, entry| {
            next = index.0 + 1;
            stopped = !each(index, entry);
            !stopped
        });
        match outcome {
            Ok(()) => break,
            // A whole block fails at once: its entries are passed one by one until one can be read.
            Err(StoreError::Damaged(why)) => {
                tracing::error!(%why, "passing over entries that cannot be read; run `xinju verify`");
                while next < range.end && matches!(tx.entry(EntryIndex(next)), Err(StoreError::Damaged(_))) {
                    unreadable += 1;
                    next += 1;
                }
                if next == begun {
                    // Readable alone but not in its range: passed over all the same, or this would never end.
                    unreadable += 1;
                    next += 1;
                }
            }
            Err(other) => return Err(other),
        }
    }
    Ok(unreadable)
}
