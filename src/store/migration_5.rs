//! From format 4 to 5: cases, sealing keys, stamps. Nothing that was is changed.

use redb::WriteTransaction;

use crate::error::StoreError;
use crate::tables::{CASE_ITEMS, CASE_ORDER, CASES, SEAL_KEYS, SEAL_SECRETS, STAMP_QUEUE, STAMPS};

/// Does it.
pub(crate) fn run(tx: &WriteTransaction) -> Result<(), StoreError> {
    tx.open_table(CASES)?;
    tx.open_table(CASE_ORDER)?;
    tx.open_table(CASE_ITEMS)?;
    tx.open_table(SEAL_KEYS)?;
    tx.open_table(SEAL_SECRETS)?;
    tx.open_table(STAMPS)?;
    tx.open_table(STAMP_QUEUE)?;
    Ok(())
}
