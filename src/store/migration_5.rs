//! From format 4 to 5: cases. Nothing that was is changed.

use redb::WriteTransaction;

use crate::error::StoreError;
use crate::tables::{CASE_CHAINS, CASE_ITEMS, CASE_ORDER, CASES};

/// Does it.
pub(crate) fn run(tx: &WriteTransaction) -> Result<(), StoreError> {
    tx.open_table(CASES)?;
    tx.open_table(CASE_ORDER)?;
    tx.open_table(CASE_ITEMS)?;
    tx.open_table(CASE_CHAINS)?;
    Ok(())
}
