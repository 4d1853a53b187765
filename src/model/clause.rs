//! The model clause as it was issued: its text is in the ledger, so that a contract can name it by digest and date.

use serde::{Deserialize, Serialize};

use crate::id::EntryIndex;
use crate::time::Timestamp;

/// A text of the clause that was written into the ledger.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IssuedClause {
    /// The entry that holds the text.
    pub entry: EntryIndex,
    /// When.
    pub at: Timestamp,
    /// By whom, by the name of then.
    pub by: String,
    /// SHA-256 of the text (UTF-8), in hexadecimal.
    pub sha256: String,
}
