//! Approvals whose time is over are said to be so in the ledger. Whoever looks at one sees it at once; see `model::approval`.

use std::sync::Arc;
use std::time::Duration;

use crate::audit::{Act, record, system};
use crate::error::ServiceError;
use crate::service::Core;

/// How often open approvals are looked at.
const LOOK_EVERY: Duration = Duration::from_mins(1);

/// Looks until the service stops.
pub(crate) fn run(core: &Arc<Core>) {
    loop {
        if let Err(error) = core.expire_approvals() {
            tracing::error!(%error, "ending approvals failed; trying again");
            core.counters.job_failed();
        }
        if core.feed.pause(LOOK_EVERY) {
            return;
        }
    }
}

impl Core {
    /// Ends what is over; how many.
    pub(crate) fn expire_approvals(&self) -> Result<usize, ServiceError> {
        let now = self.clock.now();
        let mut over = self.store.read()?.open_approvals()?;
        over.retain(|approval| !approval.state_at(now).is_open());
        let mut ended = 0;
        for id in over.into_iter().map(|approval| approval.id) {
            let done = self.store.write(&system("local")?, move |tx| {
                let Some(mut approval) = tx.approval(id)? else { return Ok(false) };
                let was = approval.state;
                if !approval.expire(now) {
                    return Ok(false);
                }
                tx.put_approval(&approval)?;
                let act = Act::audit("approval.expire").on(id).with("kind", approval.operation.kind().name());
                record(tx, now, &act.with("state", was.name()).with_ids("user", approval.asked.by))?;
                Ok(true)
            })?;
            ended += usize::from(done);
        }
        Ok(ended)
    }
}
