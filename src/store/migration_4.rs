//! From format 3 to 4: approvals, and who set an account up. Nothing that was is changed.

use redb::WriteTransaction;

use crate::error::StoreError;
use crate::tables::{APPROVAL_ORDER, APPROVALS, OPEN_APPROVALS, USER_SETTERS};

/// Does it.
pub(crate) fn run(tx: &WriteTransaction) -> Result<(), StoreError> {
    tx.open_table(USER_SETTERS)?;
    tx.open_table(APPROVALS)?;
    tx.open_table(APPROVAL_ORDER)?;
    tx.open_table(OPEN_APPROVALS)?;
    Ok(())
}
