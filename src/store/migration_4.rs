//! From format 3 to 4: people of identity providers.

use redb::WriteTransaction;

use crate::error::StoreError;
use crate::tables::LINKS;

/// Does it.
pub(crate) fn run(tx: &WriteTransaction) -> Result<(), StoreError> {
    tx.open_table(LINKS)?;
    Ok(())
}
