//! Stamps: each interval the head goes to those who stamp it, and what failed is tried again. Nothing else waits for this.

use std::sync::Arc;
use std::time::Duration;

use crate::service::Core;

/// How often the clock and the queue are looked at.
const LOOK_EVERY: Duration = Duration::from_secs(5);

/// Stamps until the service stops.
pub(crate) fn run(core: &Arc<Core>) {
    while !core.feed.pause(LOOK_EVERY) {
        if let Err(error) = core.stamp_round() {
            tracing::error!(%error, "stamping failed; trying again");
            core.counters.job_failed();
        }
    }
}
