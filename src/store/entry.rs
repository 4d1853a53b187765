//! Reading entries of the ledger.

use std::ops::Range;
use std::sync::Arc;

use xinju_model::channel::Channel;
use xinju_model::id::EntryIndex;
use xinju_model::record::Entry;

use crate::block::Block;
use crate::dedupe::dedupe_key;
use crate::error::StoreError;
use crate::read::ReadTx;

impl ReadTx {
    /// One entry.
    pub fn entry(&self, index: EntryIndex) -> Result<Option<Entry>, StoreError> {
        if index.0 >= self.size() {
            return Ok(None);
        }
        let (first, block) = self.block(index.0)?;
        entry_of(&block, first, index.0).map(Some)
    }

    /// Entries of a range in order, read block by block; stops early when `each` returns false.
    pub fn entries(
        &self,
        range: Range<u64>,
        each: &mut dyn FnMut(EntryIndex, &Entry) -> bool,
    ) -> Result<(), StoreError> {
        let end = range.end.min(self.size());
        let mut index = range.start;
        while index < end {
            let (first, block) = self.block(index)?;
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
    fn block(&self, index: u64) -> Result<(u64, Arc<Block>), StoreError> {
        self.tail_block(index)
    }

    /// The entry of a record by its source's own id (dedupe key).
    pub fn find_source_id(
        &self,
        channel: Channel,
        account: &str,
        source_id: &str,
    ) -> Result<Option<EntryIndex>, StoreError> {
        let key = dedupe_key(&self.shared.hashing_key, channel, account, source_id);
        let found = self.shared.live().tail_keys.get(&key).copied();
        Ok(found.filter(|index| *index < self.size()).map(EntryIndex))
    }
}

fn entry_of(block: &Block, first: u64, index: u64) -> Result<Entry, StoreError> {
    let place = usize::try_from(index - first).unwrap_or(usize::MAX);
    block.entry(place).ok_or_else(|| StoreError::damaged(format!("entry {index} is nowhere")))
}
