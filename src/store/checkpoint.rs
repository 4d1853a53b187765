//! Signed heads of the ledger.

use redb::ReadableTable;
use serde::{Deserialize, Serialize};
use xinju_model::time::Timestamp;

use crate::error::StoreError;
use crate::read::{Page, ReadTx};
use crate::row;
use crate::tables::CHECKPOINTS;
use crate::write::WriteTx;

#[derive(Serialize, Deserialize)]
struct CheckpointV1 {
    at: Timestamp,
    note: String,
}

fn read(size: u64, bytes: &[u8]) -> Result<(u64, Timestamp, String), StoreError> {
    let row: CheckpointV1 = row::decode(bytes)?;
    Ok((size, row.at, row.note))
}

impl ReadTx {
    /// The newest checkpoint: size, time, note.
    pub fn last_checkpoint(&self) -> Result<Option<(u64, Timestamp, String)>, StoreError> {
        let table = self.tx.open_table(CHECKPOINTS)?;
        let last = table.last()?;
        last.map(|(size, row)| read(size.value(), row.value())).transpose()
    }

    /// Checkpoints, oldest first, after a size.
    pub fn checkpoints(&self, page: &Page<u64>) -> Result<Vec<(u64, Timestamp, String)>, StoreError> {
        let table = self.tx.open_table(CHECKPOINTS)?;
        let from = page.after.map_or(0, |after| after.saturating_add(1));
        let rows = table.range(from..)?.take(page.limit);
        rows.map(|row| row.map_err(StoreError::from).and_then(|(size, row)| read(size.value(), row.value()))).collect()
    }
}

impl WriteTx<'_> {
    /// Keeps a signed checkpoint of the tree of `size` entries.
    pub fn put_checkpoint(&mut self, size: u64, at: Timestamp, note: &str) -> Result<(), StoreError> {
        self.changed = true;
        let row = row::encode(&CheckpointV1 { at, note: note.to_owned() })?;
        self.tx.open_table(CHECKPOINTS)?.insert(size, row.as_slice())?;
        Ok(())
    }

    /// Forgets a checkpoint; false where there was none of that size.
    pub fn remove_checkpoint(&mut self, size: u64) -> Result<bool, StoreError> {
        let removed = self.tx.open_table(CHECKPOINTS)?.remove(size)?.is_some();
        self.changed |= removed;
        Ok(removed)
    }
}
