//! From format 3 to 4: the table of passkeys. Frozen: rows are read as they were.

use redb::WriteTransaction;

use crate::error::StoreError;
use crate::tables::PASSKEYS;

/// Does it.
pub(crate) fn run(tx: &WriteTransaction) -> Result<(), StoreError> {
    tx.open_table(PASSKEYS)?;
    Ok(())
}
