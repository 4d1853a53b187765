//! How each stamper fares: its last success, its last fault, and what waits for it.

use serde::{Deserialize, Serialize};
use xinju_model::access::{Action, Viewer};
use xinju_model::stamp::{StampTarget, StampTrouble};
use xinju_model::time::Timestamp;
use xinju_store::error::StoreError;
use xinju_store::read::ReadTx;
use xinju_store::write::WriteTx;

use super::ask::Why;
use super::settings::StampSetup;
use crate::error::ServiceError;
use crate::service::Service;

/// The version of a stored state.
const VERSION: u8 = 1;
/// Characters of a fault that are kept.
const FAULT_CHARS_MAX: usize = 500;

/// How a stamper fared.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TargetState {
    /// When it last stamped, by our clock.
    pub stamped_at: Option<Timestamp>,
    /// The moment that its last stamp states, by its clock.
    pub stated: Option<Timestamp>,
    /// Entries under the head that it stamped last.
    pub size: u64,
    /// When it last failed.
    pub failed_at: Option<Timestamp>,
    /// How, in plain words for administrators.
    pub fault: String,
    /// How, as far as the console has words for it.
    #[serde(default)]
    pub trouble: Option<StampTrouble>,
    /// Whether its last try failed.
    pub fails: bool,
}

impl TargetState {
    pub(super) fn failed(&mut self, now: Timestamp, why: &Why) {
        (self.failed_at, self.fails) = (Some(now), true);
        self.trouble = Some(why.trouble);
        self.fault = why.words.chars().filter(|letter| !letter.is_control()).take(FAULT_CHARS_MAX).collect();
    }
}

/// A stamper with how it fares.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TargetView {
    /// Which.
    pub target: StampTarget,
    /// What it is called.
    pub name: String,
    /// Where it is.
    pub url: String,
    /// How it fared.
    pub state: TargetState,
    /// Heads that wait for it.
    pub waiting: usize,
    /// When it is asked next; none where nothing waits.
    pub next_at: Option<Timestamp>,
}

fn setting(target: StampTarget) -> String {
    format!("stamp.target.{}", target.name())
}

fn decode(value: Option<&[u8]>) -> TargetState {
    // How somebody fared is no evidence: one that does not read is one that is not known.
    match value.and_then(<[u8]>::split_first) {
        Some((&VERSION, json)) => serde_json::from_slice(json).unwrap_or_default(),
        _ => TargetState::default(),
    }
}

/// How a stamper fares.
pub(super) fn read(tx: &ReadTx, target: StampTarget) -> Result<TargetState, StoreError> {
    Ok(decode(tx.setting(&setting(target))?.as_deref()))
}

/// Changes how a stamper fares, inside a write.
pub(super) fn change(
    tx: &mut WriteTx<'_>,
    target: StampTarget,
    change: impl FnOnce(&mut TargetState),
) -> Result<(), StoreError> {
    let name = setting(target);
    let mut state = decode(tx.setting(&name)?.as_deref());
    change(&mut state);
    let mut value = vec![VERSION];
    serde_json::to_writer(&mut value, &state).map_err(|error| StoreError::Database(format!("a state: {error}")))?;
    tx.put_setting(&name, Some(&value))
}

/// Forgets how a stamper fared, and what waits for it: it is another one from now on.
pub(super) fn forget(tx: &mut WriteTx<'_>, target: StampTarget) -> Result<(), StoreError> {
    tx.put_setting(&setting(target), None)?;
    tx.unqueue_stamps(target, u64::MAX, false)
}

/// All stampers that are set, with how they fare.
pub(crate) fn views(tx: &ReadTx, setup: &StampSetup) -> Result<Vec<TargetView>, ServiceError> {
    let mut views = Vec::new();
    for target in setup.settings.targets() {
        let Some((name, url)) = setup.settings.place(target) else { continue };
        let queue = tx.stamp_queue(target)?;
        views.push(TargetView {
            target,
            name: name.to_owned(),
            url: url.to_owned(),
            state: read(tx, target)?,
            waiting: queue.len(),
            next_at: queue.iter().map(|queued| queued.next_at).min(),
        });
    }
    Ok(views)
}

impl Service {
    /// Those who stamp and how they fare, for those who look after the system. Polled, so no event.
    pub fn stamp_targets(&self, viewer: &Viewer) -> Result<Vec<TargetView>, ServiceError> {
        let core = &self.core;
        core.allow(viewer, Action::ReadSystem)?;
        views(&core.store.read()?, &core.stamp_setup()?)
    }
}
