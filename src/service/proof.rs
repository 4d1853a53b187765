//! Proofs: that an entry stands in the ledger as it was received.

use xinju_model::access::Viewer;
use xinju_model::entry::Disclosure;
use xinju_model::id::EntryIndex;
use xinju_model::ledger::Hash;

use crate::error::ServiceError;
use crate::service::Service;

/// Everything that proves one entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProofView {
    /// The entry the ledger commits to, exact bytes.
    pub entry: Vec<u8>,
    /// Its disclosures.
    pub disclosures: Vec<Disclosure>,
    /// Its leaf, as stored.
    pub leaf: Hash,
    /// Its place.
    pub index: EntryIndex,
    /// Entries of the tree.
    pub tree_size: u64,
    /// The audit path, leaf's sibling first.
    pub path: Vec<Hash>,
    /// The signed checkpoint.
    pub checkpoint: String,
    /// The whole as a C2SP tlog-proof file.
    pub tlog_proof: String,
    /// Whether leaf, path and signature were checked just now and hold.
    pub verified: bool,
}

impl Service {
    /// The proof of a record; none until a checkpoint covers it. One event in the ledger.
    pub fn proof(&self, viewer: &Viewer, index: EntryIndex) -> Result<Option<ProofView>, ServiceError> {
        todo!()
    }
}
