//! Reading entries of the ledger.

use std::ops::Range;
use std::sync::Arc;

use xinju_model::channel::Channel;
use xinju_model::id::EntryIndex;
use xinju_model::record::Entry;

use crate::block::Block;
use crate::dedupe::{DedupeKey, dedupe_key};
use crate::error::StoreError;
use crate::read::ReadTx;
use crate::segment::{Segment, find_in_bucket};
use crate::shared::{BlockPlace, Shared};

/// Walks over more entries than this do not fill the cache of blocks.
const KEPT_WALK_ENTRIES: u64 = 4096;

impl ReadTx {
    /// One entry.
    pub fn entry(&self, index: EntryIndex) -> Result<Option<Entry>, StoreError> {
        if index.0 >= self.size() {
            return Ok(None);
        }
        let (first, block) = self.block(index.0, true)?;
        entry_of(&block, first, index.0).map(Some)
    }

    /// Entries of a range in order, read block by block; stops early when `each` returns false.
    pub fn entries(
        &self,
        range: Range<u64>,
        each: &mut dyn FnMut(EntryIndex, &Entry) -> bool,
    ) -> Result<(), StoreError> {
        let end = range.end.min(self.size());
        // A long walk would push everything else out of the cache and not come back to what it has passed.
        let keep = end.saturating_sub(range.start) <= KEPT_WALK_ENTRIES;
        let mut index = range.start;
        while index < end {
            let (first, block) = self.block(index, keep)?;
            let block_end = (first + block.len() as u64).min(end);
            if block_end <= index {
                return Err(StoreError::damaged(format!("entry {index} is nowhere")));
            }
            for index in index..block_end {
                if !each(EntryIndex(index), &entry_of(&block, first, index)?) {
                    return Ok(());
                }
            }
            index = block_end;
        }
        Ok(())
    }

    /// The block that holds an entry, with its first index.
    fn block(&self, index: u64, keep: bool) -> Result<(u64, Arc<Block>), StoreError> {
        let entries = self.shared.options.segment_entries;
        if index / entries >= self.segments.len() as u64 {
            return self.tail_block(index, keep);
        }
        let segment = self.segment_of(index)?;
        let place = u32::try_from(index % entries).unwrap_or(u32::MAX);
        let found = segment.directory()?.block_of(place);
        let (number, part) = found.ok_or_else(|| StoreError::damaged(format!("entry {index} is nowhere")))?;
        let first = segment.number * entries + u64::from(part.first);
        let place = BlockPlace::Segment(segment.file, number);
        let block = self.shared.block(place, keep, || segment.block(number))?;
        Ok((first, block))
    }

    /// The sealed segment that holds an entry.
    pub(crate) fn segment_of(&self, index: u64) -> Result<Arc<Segment>, StoreError> {
        let number = usize::try_from(index / self.shared.options.segment_entries).unwrap_or(usize::MAX);
        // The ledger only grows: a segment that was sealed after this snapshot holds what its tail held.
        let found = self.segments.get(number).cloned().or_else(|| self.shared.segments().get(number).cloned());
        found.ok_or_else(|| StoreError::damaged(format!("entry {index} is nowhere")))
    }

    /// The entry of a record by its source's own id (dedupe key).
    pub fn find_source_id(
        &self,
        channel: Channel,
        account: &str,
        source_id: &str,
    ) -> Result<Option<EntryIndex>, StoreError> {
        let key = dedupe_key(&self.shared.hashing_key, channel, account, source_id);
        let in_tail = self.shared.live().tail_keys.get(&key).copied();
        let found = match in_tail {
            Some(index) => Some(index),
            // After the tail: what left it in between is in a segment that is known by now.
            None => find_sealed(&self.shared, &key)?,
        };
        Ok(found.filter(|index| *index < self.size()).map(EntryIndex))
    }
}

/// The entry with a dedupe key in any segment; the newest are asked first.
pub(crate) fn find_sealed(shared: &Shared, key: &DedupeKey) -> Result<Option<u64>, StoreError> {
    for segment in shared.segments().iter().rev() {
        if !segment.may_hold(key)? {
            continue;
        }
        let bucket = shared.bucket(segment, usize::from(*key.first().unwrap_or(&0)))?;
        if let Some(place) = find_in_bucket(&bucket, key) {
            return Ok(Some(segment.number * shared.options.segment_entries + u64::from(place)));
        }
    }
    Ok(None)
}

fn entry_of(block: &Block, first: u64, index: u64) -> Result<Entry, StoreError> {
    let place = usize::try_from(index - first).unwrap_or(usize::MAX);
    block.entry(place).ok_or_else(|| StoreError::damaged(format!("entry {index} is nowhere")))
}
