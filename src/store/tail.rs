//! The tail: entries that are newer than the last segment, as rows of the database.

use std::sync::Arc;

use redb::WriteTransaction;
use xinju_keys::sealing::Sealer;
use xinju_model::id::Random;
use xinju_model::ledger::Hash;

use crate::block::Block;
use crate::dedupe::DedupeKey;
use crate::error::StoreError;
use crate::read::ReadTx;
use crate::shared::BlockPlace;
use crate::tables::{TAIL_BLOCKS, TAIL_LEDGER};

/// Bytes of one entry in a row of [`TAIL_LEDGER`].
const LEDGER_BYTES: usize = 44;

/// What a tail block is sealed for.
fn context(first: u64) -> [u8; 12] {
    crate::row::joined(b"tail", &first.to_be_bytes())
}

/// Puts a block and its ledger row.
pub(crate) fn put(
    tx: &WriteTransaction,
    first: u64,
    block: &[u8],
    ledger: &[(Hash, DedupeKey)],
    sealer: &Sealer,
    random: &dyn Random,
) -> Result<(), StoreError> {
    let sealed = sealer.seal(&context(first), block, random);
    tx.open_table(TAIL_BLOCKS)?.insert(first, sealed.as_slice())?;
    let mut row = Vec::with_capacity(ledger.len() * LEDGER_BYTES);
    for (leaf, key) in ledger {
        row.extend_from_slice(leaf);
        row.extend_from_slice(key);
    }
    tx.open_table(TAIL_LEDGER)?.insert(first, row.as_slice())?;
    Ok(())
}

/// Reads a row of [`TAIL_LEDGER`].
pub(crate) fn ledger_row(row: &[u8]) -> Result<Vec<(Hash, DedupeKey)>, StoreError> {
    let (entries, rest) = row.as_chunks::<LEDGER_BYTES>();
    if !rest.is_empty() {
        return Err(StoreError::damaged("a ledger row of the tail is cut"));
    }
    let part = |entry: &[u8; LEDGER_BYTES]| {
        let (leaf, key) = entry.split_first_chunk::<32>()?;
        Some((*leaf, key.try_into().ok()?))
    };
    Ok(entries.iter().filter_map(part).collect())
}

/// Opens the value of a row of [`TAIL_BLOCKS`].
pub(crate) fn open_block(first: u64, sealed: &[u8], sealer: &Sealer) -> Result<Block, StoreError> {
    let plain = sealer
        .open(&context(first), sealed)
        .map_err(|_| StoreError::damaged(format!("the tail's block at entry {first} does not open")))?;
    Block::decode(&plain).map_err(|_| StoreError::damaged(format!("the tail's block at entry {first}")))
}

impl ReadTx {
    /// The block of the tail that holds an entry, with its first index.
    pub(crate) fn tail_block(&self, index: u64, keep: bool) -> Result<(u64, Arc<Block>), StoreError> {
        let table = self.tx.open_table(TAIL_BLOCKS)?;
        let row = table.range(..=index)?.next_back();
        let (first, sealed) = row.ok_or_else(|| StoreError::damaged(format!("entry {index} is nowhere")))??;
        let first = first.value();
        let open = || open_block(first, sealed.value(), &self.shared.tail_sealer);
        let block = self.shared.block(BlockPlace::Tail(first), keep, open)?;
        Ok((first, block))
    }
}
