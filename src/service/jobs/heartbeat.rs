//! Once a day the ledger itself says that the archive was alive: a silence in it is then a finding.

use std::sync::Arc;
use std::time::Duration;

use xinju_model::record::EntryKind;
use xinju_model::time::Timestamp;

use crate::audit::{Act, record, system};
use crate::error::ServiceError;
use crate::service::Core;

/// The setting that holds when the last heartbeat was written, as eight bytes.
const SETTING: &str = "heartbeat.at";
/// A heartbeat is written when the last one is older, in milliseconds.
const EVERY_MS: i64 = 24 * 3_600_000;
/// How often the clock is looked at.
const LOOK_EVERY: Duration = Duration::from_mins(1);

/// Beats until the service stops.
pub(crate) fn run(core: &Arc<Core>) {
    loop {
        if let Err(error) = core.beat() {
            tracing::error!(%error, "writing the heartbeat failed; trying again");
            core.counters.job_failed();
        }
        if core.feed.pause(LOOK_EVERY) {
            return;
        }
    }
}

impl Core {
    /// Writes a heartbeat when one is due; whether it did.
    pub(crate) fn beat(&self) -> Result<bool, ServiceError> {
        let tx = self.store.read()?;
        let now = self.clock.now();
        let last = tx.setting(SETTING)?.and_then(|bytes| bytes.try_into().ok()).map(i64::from_be_bytes);
        if last.is_some_and(|last| (0..EVERY_MS).contains(&now.millis().saturating_sub(last))) {
            return Ok(false);
        }
        let stats = tx.stats()?;
        let mut act = Act::of(EntryKind::Heartbeat, "archive.alive")
            .with("entries", stats.entries)
            .with("records", stats.records)
            .with("version", self.version);
        if let Some(last) = last {
            act = act.with("last", Timestamp(last));
        }
        let permit = system("local")?;
        self.store.write(&permit, move |tx| {
            tx.put_setting(SETTING, Some(&now.millis().to_be_bytes()))?;
            record(tx, now, &act)
        })?;
        Ok(true)
    }
}
