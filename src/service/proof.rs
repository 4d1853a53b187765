//! Proofs: that an entry stands in the ledger as it was received.

use xinju_evidence::proof::Proof;
use xinju_model::access::{Action, Viewer};
use xinju_model::entry::{Disclosure, disclosures, entry_bytes};
use xinju_model::id::EntryIndex;
use xinju_model::ledger::{Hash, leaf_hash};
use xinju_model::record::Entry;

use crate::audit::Act;
use crate::error::ServiceError;
use crate::service::{Core, Service};

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
    /// The proof of a record; none until a checkpoint covers it, and for what is no record to see. One event in the ledger.
    pub fn proof(&self, viewer: &Viewer, index: EntryIndex) -> Result<Option<ProofView>, ServiceError> {
        let core = &self.core;
        // A proof discloses the content that it is about.
        let read = core.allow_on(viewer, Action::ReadContent, index)?;
        let permit = core.allow_on(viewer, Action::ReadLedger, index)?;
        let views = core.views(&core.snapshot(&read)?, &[index])?;
        // Of what is not seen there is no proof either.
        let seen = views.iter().flatten().next().is_some();
        let proof = if seen { core.prove(index, |entry| entry.origin.is_some())? } else { None };
        core.audited(&permit, Act::audit("message.prove").on(index).about_messages(views.iter().flatten()))?;
        Ok(proof)
    }

    /// The proof of an event; none until a checkpoint covers it, and for records. One event in the ledger.
    pub fn event_proof(&self, viewer: &Viewer, index: EntryIndex) -> Result<Option<ProofView>, ServiceError> {
        let core = &self.core;
        core.allow_on(viewer, Action::ReadAudit, index)?;
        let permit = core.allow_on(viewer, Action::ReadLedger, index)?;
        let proof = core.prove(index, |entry| entry.origin.is_none())?;
        core.audited(&permit, Act::audit("audit.prove").on(index))?;
        Ok(proof)
    }
}

impl Core {
    /// The proof of an entry that is `wanted`; none until a checkpoint covers it.
    fn prove(&self, index: EntryIndex, wanted: impl FnOnce(&Entry) -> bool) -> Result<Option<ProofView>, ServiceError> {
        let tx = self.store.read()?;
        let Some((tree_size, _, checkpoint)) = tx.last_checkpoint()? else { return Ok(None) };
        if index.0 >= tree_size {
            return Ok(None);
        }
        let (Some(entry), Some(leaf)) = (tx.entry(index)?, tx.leaf(index)?) else { return Ok(None) };
        if !wanted(&entry) {
            return Ok(None);
        }
        let disclosures = disclosures(&entry, None);
        let bytes = entry_bytes(entry.kind, &entry.seed, &disclosures);
        let proof = Proof { index: index.0, path: tx.inclusion(index, tree_size)?, checkpoint };
        let verified = leaf_hash(&bytes) == leaf && proof.verify(&leaf, &self.note_key()).is_ok();
        Ok(Some(ProofView {
            entry: bytes,
            disclosures,
            leaf,
            index,
            tree_size,
            tlog_proof: proof.to_text(),
            path: proof.path,
            checkpoint: proof.checkpoint,
            verified,
        }))
    }
}
