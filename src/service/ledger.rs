//! The ledger's state, its checkpoints and proofs over it.

use xinju_model::access::Viewer;
use xinju_model::ledger::Hash;
use xinju_model::time::Timestamp;

use crate::error::ServiceError;
use crate::service::Service;

/// The ledger now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LedgerState {
    /// Entries: records and events.
    pub size: u64,
    /// The log's name.
    pub origin: String,
    /// The verifier key line.
    pub verifier_key: String,
    /// The newest checkpoint.
    pub checkpoint: Option<CheckpointState>,
    /// Sealed segments.
    pub segments: u64,
}

/// A signed head.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckpointState {
    /// Entries it covers.
    pub size: u64,
    /// The root over them.
    pub root: Hash,
    /// When it was signed.
    pub signed_at: Timestamp,
    /// The whole note.
    pub note: String,
}

/// What is called with the ledger's state when it changes; false ends the watch.
pub type OnLedger = Box<dyn FnMut(&LedgerState) -> bool + Send>;

impl Service {
    /// The ledger's state.
    pub fn ledger(&self, viewer: &Viewer) -> Result<LedgerState, ServiceError> {
        todo!()
    }

    /// Signs the present head now; the newest checkpoint. None in an empty ledger.
    pub fn sign_checkpoint(&self, viewer: &Viewer) -> Result<Option<CheckpointState>, ServiceError> {
        todo!()
    }

    /// The proof that the tree of `from` entries begins the tree of `to` entries (RFC 6962 2.1.2).
    pub fn consistency_proof(&self, viewer: &Viewer, from: u64, to: u64) -> Result<Vec<Hash>, ServiceError> {
        todo!()
    }

    /// Calls `on` with the state now and whenever size or checkpoint changed, at most twice a second. `on` must not block.
    pub fn watch_ledger(&self, viewer: &Viewer, on: OnLedger) -> Result<(), ServiceError> {
        todo!()
    }
}
