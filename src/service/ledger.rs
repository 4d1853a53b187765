//! The ledger's state, its checkpoints and proofs over it.

use xinju_model::access::{Action, Viewer};
use xinju_model::ledger::Hash;
use xinju_model::time::Timestamp;

use crate::audit::Act;
use crate::error::ServiceError;
use crate::service::{Core, Service};

pub use crate::watch::On;

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
pub type OnLedger = On<LedgerState>;

impl Core {
    /// The ledger's state; whoever calls this has asked for permission.
    pub(crate) fn ledger_state(&self) -> Result<LedgerState, ServiceError> {
        let tx = self.store.read()?;
        let checkpoint = match tx.last_checkpoint()? {
            Some((size, signed_at, note)) => Some(CheckpointState { size, root: tx.root(size)?, signed_at, note }),
            None => None,
        };
        Ok(LedgerState {
            size: tx.size(),
            origin: self.origin.clone(),
            verifier_key: self.note_key().verifier_line(),
            checkpoint,
            segments: tx.stats()?.segments,
        })
    }
}

impl Service {
    /// The ledger's state. Polled, so no event.
    pub fn ledger(&self, viewer: &Viewer) -> Result<LedgerState, ServiceError> {
        self.core.allow(viewer, Action::ReadLedger)?;
        self.core.ledger_state()
    }

    /// Signs the present head now; the newest checkpoint, which covers the event of this call too.
    pub fn sign_checkpoint(&self, viewer: &Viewer) -> Result<Option<CheckpointState>, ServiceError> {
        let permit = self.core.allow(viewer, Action::ReadLedger)?;
        self.core.audited(&permit, Act::audit("ledger.sign"))?;
        self.core.sign_head()
    }

    /// The proof that the tree of `from` entries begins the tree of `to` entries (RFC 6962 2.1.2).
    pub fn consistency_proof(&self, viewer: &Viewer, from: u64, to: u64) -> Result<Vec<Hash>, ServiceError> {
        self.core.allow(viewer, Action::ReadLedger)?;
        let tx = self.core.store.read()?;
        if from > to || to > tx.size() {
            let why = format!("`from` is at most `to`, and `to` at most {}, the size of the ledger", tx.size());
            return Err(ServiceError::BadInput(why));
        }
        Ok(tx.consistency(from, to)?)
    }

    /// Calls `on` with the state now and whenever size or checkpoint changed, at most twice a second. `on` must not block.
    pub fn watch_ledger(&self, viewer: &Viewer, on: OnLedger) -> Result<(), ServiceError> {
        self.core.allow(viewer, Action::ReadLedger)?;
        self.core.ledger_watchers.add(&self.core.ledger_state()?, on);
        Ok(())
    }
}
