//! From format 5 to 6: files of messages. Nothing that was is changed; which files older records name, the search index tells, which is made anew.

use redb::WriteTransaction;

use crate::error::StoreError;
use crate::tables::MESSAGE_MEDIA;

/// Does it.
pub(crate) fn run(tx: &WriteTransaction) -> Result<(), StoreError> {
    tx.open_table(MESSAGE_MEDIA)?;
    Ok(())
}
