//! From format 4 to 5: cases and evidence packages. Nothing that was is changed.

use redb::WriteTransaction;

use crate::error::StoreError;
use crate::tables::{CASE_ITEMS, CASE_ORDER, CASES, PACKAGE_ORDER, PACKAGE_RECORDS, PACKAGES};

/// Does it.
pub(crate) fn run(tx: &WriteTransaction) -> Result<(), StoreError> {
    tx.open_table(CASES)?;
    tx.open_table(CASE_ORDER)?;
    tx.open_table(CASE_ITEMS)?;
    tx.open_table(PACKAGES)?;
    tx.open_table(PACKAGE_ORDER)?;
    tx.open_table(PACKAGE_RECORDS)?;
    Ok(())
}
