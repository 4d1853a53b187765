//! From format 3 to 4: handovers. Nothing that was is changed.

use redb::WriteTransaction;

use crate::error::StoreError;
use crate::tables::{FORM_CONTENTS, FORM_PLACES, FORMS, HANDOVER_REVIEWS, HANDOVERS};

/// Does it.
pub(crate) fn run(tx: &WriteTransaction) -> Result<(), StoreError> {
    tx.open_table(HANDOVERS)?;
    tx.open_table(HANDOVER_REVIEWS)?;
    tx.open_table(FORMS)?;
    tx.open_table(FORM_CONTENTS)?;
    tx.open_table(FORM_PLACES)?;
    Ok(())
}
