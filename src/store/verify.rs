//! The whole archive against its ledger, from the stored bytes.

use xinju_model::checkpoint::NoteKey;
use xinju_model::ledger::Hash;

use crate::error::StoreError;
use crate::store::Store;

/// Where a check stands, for progress.
#[derive(Clone, Copy, Debug, Default)]
pub struct VerifyProgress {
    /// Entries checked.
    pub entries: u64,
    /// Entries in all.
    pub total: u64,
}

/// What a check found.
#[derive(Clone, Debug, Default)]
pub struct VerifyReport {
    /// Entries.
    pub size: u64,
    /// Records among them.
    pub records: u64,
    /// Checkpoints whose signature and root were checked.
    pub checkpoints: u64,
    /// The root that was computed.
    pub root: Hash,
    /// What is wrong, in the order of the ledger, each naming entry, segment, file or checkpoint; at most 100.
    pub problems: Vec<String>,
}

impl Store {
    /// Computes everything again from stored bytes: opens every page, block and file, recomputes every leaf, tile, root and checkpoint signature. `progress` may stop it by returning false.
    pub fn verify(
        &self,
        key: &NoteKey,
        progress: &mut dyn FnMut(VerifyProgress) -> bool,
    ) -> Result<VerifyReport, StoreError> {
        let _ = (key, progress);
        todo!()
    }
}
