//! Proofs: that an entry stands in the ledger as it was received.

use xinju_evidence::proof::Proof;
use xinju_model::access::{Action, Viewer};
use xinju_model::audit::Event;
use xinju_model::entry::{Disclosure, disclosures, entry_bytes};
use xinju_model::id::EntryIndex;
use xinju_model::ledger::{Hash, leaf_hash};
use xinju_model::mark::Mark;
use xinju_model::record::Entry;

use crate::audit::Act;
use crate::error::ServiceError;
use crate::personal::hide_event;
use crate::service::{Core, Service};

/// Disclosures that hold what people wrote, of records and of events.
const CONTENT: &[&str] = &["content", "original", "details"];

/// Everything that proves one entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProofView {
    /// The entry the ledger commits to, exact bytes.
    pub entry: Vec<u8>,
    /// Its disclosures, but for those that are withheld.
    pub disclosures: Vec<Disclosure>,
    /// Names of disclosures that are withheld because they hold what is masked. Leaf and path prove the entry without them.
    pub withheld: Vec<&'static str>,
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
    /// The mark of whoever asked for it.
    pub mark: Mark,
}

impl Service {
    /// The proof of a record; none until a checkpoint covers it, and for what is no record to see. One event in the ledger.
    pub fn proof(&self, viewer: &Viewer, index: EntryIndex) -> Result<Option<ProofView>, ServiceError> {
        let core = &self.core;
        // A proof discloses the content that it is about.
        let read = core.allow_on(viewer, Action::ReadContent, index)?;
        let permit = core.allow_on(viewer, Action::ReadLedger, index)?;
        let views = core.views(&core.snapshot(&read)?, &[index])?;
        let act = Act::audit("message.prove").on(index).about_messages(views.iter().flatten());
        let mark = core.marked(&permit, act)?;
        // Of what is not seen there is no proof either.
        let Some(view) = views.iter().flatten().next() else { return Ok(None) };
        let hide = view.original.is_none();
        core.prove(index, mark, |entry| entry.origin.is_some().then_some(hide))
    }

    /// The proof of an event; none until a checkpoint covers it, and for records. One event in the ledger.
    pub fn event_proof(&self, viewer: &Viewer, index: EntryIndex) -> Result<Option<ProofView>, ServiceError> {
        let core = &self.core;
        let read = core.allow_on(viewer, Action::ReadAudit, index)?;
        let permit = core.allow_on(viewer, Action::ReadLedger, index)?;
        let hides = |entry: &Entry| {
            Event::from_bytes(&entry.body).is_some_and(|mut event| hide_event(read.masks(), &mut event))
        };
        let mark = core.marked(&permit, Act::audit("audit.prove").on(index))?;
        core.prove(index, mark, |entry| entry.origin.is_none().then(|| hides(entry)))
    }
}

impl Core {
    /// The proof of an entry that is `wanted`, which says whether its content is withheld; none until a checkpoint covers it.
    fn prove(
        &self,
        index: EntryIndex,
        mark: Mark,
        wanted: impl FnOnce(&Entry) -> Option<bool>,
    ) -> Result<Option<ProofView>, ServiceError> {
        let tx = self.store.read()?;
        let Some((tree_size, _, checkpoint)) = tx.last_checkpoint()? else { return Ok(None) };
        if index.0 >= tree_size {
            return Ok(None);
        }
        let (Some(entry), Some(leaf)) = (tx.entry(index)?, tx.leaf(index)?) else { return Ok(None) };
        let Some(hide) = wanted(&entry) else { return Ok(None) };
        let disclosures = disclosures(&entry, None);
        let bytes = entry_bytes(entry.kind, &entry.seed, &disclosures);
        let proof = Proof { index: index.0, path: tx.inclusion(index, tree_size)?, checkpoint };
        let verified = leaf_hash(&bytes) == leaf && proof.verify(&leaf, &self.note_key()).is_ok();
        let held_back = |disclosure: &Disclosure| hide && CONTENT.contains(&disclosure.name);
        let (withheld, disclosures): (Vec<_>, Vec<_>) = disclosures.into_iter().partition(held_back);
        Ok(Some(ProofView {
            entry: bytes,
            disclosures,
            withheld: withheld.into_iter().map(|disclosure| disclosure.name).collect(),
            leaf,
            index,
            tree_size,
            tlog_proof: proof.to_text(),
            path: proof.path,
            checkpoint: proof.checkpoint,
            verified,
            mark,
        }))
    }
}
