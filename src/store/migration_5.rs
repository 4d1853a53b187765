//! From format 4 to 5: cases, evidence packages, sealing keys, stamps. Nothing that was is changed.

use redb::WriteTransaction;

use crate::error::StoreError;
use crate::tables::{
    CASE_CHAINS, CASE_ITEMS, CASE_ORDER, CASES, PACKAGE_ORDER, PACKAGE_RECORDS, PACKAGES, SEAL_KEYS, SEAL_SECRETS,
    STAMP_QUEUE, STAMPS,
};

/// Does it.
pub(crate) fn run(tx: &WriteTransaction) -> Result<(), StoreError> {
    tx.open_table(CASES)?;
    tx.open_table(CASE_ORDER)?;
    tx.open_table(CASE_ITEMS)?;
    tx.open_table(SEAL_KEYS)?;
    tx.open_table(SEAL_SECRETS)?;
    tx.open_table(STAMPS)?;
    tx.open_table(STAMP_QUEUE)?;
    tx.open_table(CASE_CHAINS)?;
    tx.open_table(PACKAGES)?;
    tx.open_table(PACKAGE_ORDER)?;
    tx.open_table(PACKAGE_RECORDS)?;
    Ok(())
}
