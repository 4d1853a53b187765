//! Checkpoints: the ledger's head is signed soon after it moved, and old heads are thinned out.

use std::sync::Arc;
use std::time::{Duration, Instant};

use xinju_model::checkpoint::Checkpoint;
use xinju_model::time::Timestamp;
use xinju_store::read::Page;

use crate::audit::system;
use crate::error::ServiceError;
use crate::ledger::{CheckpointState, LedgerState};
use crate::service::Core;

/// At most one checkpoint in this time.
const SIGN_EVERY: Duration = Duration::from_secs(1);
/// Those who watch the ledger are told at most once in this time.
const TELL_EVERY: Duration = Duration::from_millis(500);
/// Checkpoints of this last time are all kept, in milliseconds; of each hour before, the last is.
const KEEP_ALL_MS: i64 = 3_600_000;
const HOUR_MS: i64 = 3_600_000;
/// Checkpoints read or removed in one go.
const PRUNE_BATCH: usize = 4_096;
/// How long to wait after a fault.
const AFTER_FAULT: Duration = Duration::from_secs(2);

/// Signs and thins out until the service stops, and once more then.
pub(crate) fn run(core: &Arc<Core>) {
    let (mut signed, mut pruned, mut told) = (None::<Instant>, None, None);
    while !core.feed.stopped() {
        core.store.wait_past(covered(core), TELL_EVERY / 2);
        let due = signed.is_none_or(|at: Instant| at.elapsed() >= SIGN_EVERY);
        let outcome = if due && core.store.size() > covered(core) {
            signed = Some(Instant::now());
            core.sign_head().map(|_| ())
        } else {
            Ok(())
        };
        let outcome = outcome.and_then(|()| core.prune_when_due(&mut pruned));
        tell(core, &mut told);
        if let Err(error) = outcome {
            tracing::error!(%error, "signing a checkpoint failed; trying again");
            core.counters.job_failed();
            core.feed.pause(AFTER_FAULT);
        } else {
            core.feed.pause(TELL_EVERY / 5);
        }
    }
    if let Err(error) = core.sign_head() {
        tracing::warn!(%error, "the last checkpoint could not be signed; the next start signs one");
    }
}

/// Entries that the newest checkpoint covers.
fn covered(core: &Core) -> u64 {
    core.store.read().and_then(|tx| tx.last_checkpoint()).ok().flatten().map_or(0, |(size, _, _)| size)
}

/// The hour that a moment lies in.
fn hour(at: Timestamp) -> i64 {
    at.millis().div_euclid(HOUR_MS)
}

/// Tells those who watch, where something changed.
fn tell(core: &Core, told: &mut Option<(Instant, LedgerState)>) {
    if core.ledger_watchers.is_empty() || told.as_ref().is_some_and(|(at, _)| at.elapsed() < TELL_EVERY) {
        return;
    }
    let Ok(state) = core.ledger_state() else { return };
    if told.as_ref().is_none_or(|(_, last)| *last != state) {
        core.ledger_watchers.tell(&state);
        *told = Some((Instant::now(), state));
    }
}

impl Core {
    /// Signs the present head where it moved, durably; the newest checkpoint. None in an empty ledger.
    pub(crate) fn sign_head(&self) -> Result<Option<CheckpointState>, ServiceError> {
        let _one_at_a_time = self.signing.lock();
        let tx = self.store.read()?;
        let size = tx.size();
        if let Some((covered, signed_at, note)) = tx.last_checkpoint()?
            && covered >= size
        {
            return Ok(Some(CheckpointState { size: covered, root: tx.root(covered)?, signed_at, note }));
        }
        if size == 0 {
            return Ok(None);
        }
        let head = Checkpoint { origin: self.origin.clone(), size, root: tx.root(size)? };
        let signature = self.keys.signer().sign(head.body().as_bytes());
        let note = head.note(&self.note_key(), &signature);
        let (signed_at, text) = (self.clock.now(), note.clone());
        let permit = system("local")?;
        self.store.write(&permit, move |tx| tx.put_checkpoint(size, signed_at, &text))?;
        self.counters.checkpoint();
        Ok(Some(CheckpointState { size, root: head.root, signed_at, note }))
    }

    /// Thins out once an hour.
    fn prune_when_due(&self, last: &mut Option<Timestamp>) -> Result<(), ServiceError> {
        let now = self.clock.now();
        if last.is_some_and(|at| now.millis().saturating_sub(at.millis()) < HOUR_MS) {
            return Ok(());
        }
        *last = Some(now);
        self.prune_checkpoints(now)
    }

    /// Removes checkpoints older than an hour that are not the last of their hour.
    pub(crate) fn prune_checkpoints(&self, now: Timestamp) -> Result<(), ServiceError> {
        let mut after = None;
        let mut previous: Option<(u64, Timestamp)> = None;
        loop {
            let page = Page { after, limit: PRUNE_BATCH };
            let checkpoints = self.store.read()?.checkpoints(&page)?;
            let mut old = Vec::new();
            for (size, at, _) in &checkpoints {
                if let Some((earlier, before)) = previous
                    && hour(before) == hour(*at)
                    && now.millis().saturating_sub(before.millis()) >= KEEP_ALL_MS
                {
                    old.push(earlier);
                }
                previous = Some((*size, *at));
            }
            if !old.is_empty() {
                let permit = system("local")?;
                self.store.write(&permit, move |tx| {
                    old.iter().try_for_each(|size| tx.remove_checkpoint(*size).map(|_| ()))
                })?;
            }
            match checkpoints.last() {
                Some((size, _, _)) if checkpoints.len() == PRUNE_BATCH => after = Some(*size),
                _ => return Ok(()),
            }
        }
    }
}
