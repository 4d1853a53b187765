//! Builds packages one after the other, and removes those whose time is over. What was being built when the last process ended begins again.

use std::sync::Arc;
use std::time::{Duration, Instant};

use xinju_store::read::Page;

use crate::error::ServiceError;
use crate::service::Core;

/// How long to wait for a package before looking whether the service stops.
const WAIT: Duration = Duration::from_millis(100);
/// How often files whose time is over are looked for.
const EXPIRE_EVERY: Duration = Duration::from_mins(10);
/// Packages read in one go.
const PACKAGES_AT_ONCE: usize = 500;

/// Builds until the service stops.
pub(crate) fn run(core: &Arc<Core>) {
    if let Err(error) = core.store.sweep_packages().map_err(ServiceError::from).and_then(|()| core.queue_packages()) {
        tracing::error!(%error, "looking for packages that were begun failed");
        core.counters.job_failed();
    }
    let mut looked = None::<Instant>;
    while !core.feed.stopped() {
        if looked.is_none_or(|at| at.elapsed() >= EXPIRE_EVERY) {
            looked = Some(Instant::now());
            if let Err(error) = core.expire_packages() {
                tracing::error!(%error, "removing packages failed; trying again later");
                core.counters.job_failed();
            }
        }
        if let Some(id) = core.packages.next(WAIT) {
            core.build_package(id);
        }
    }
}

impl Core {
    /// Puts packages that were asked for before the start into the queue, oldest first.
    fn queue_packages(&self) -> Result<(), ServiceError> {
        let (tx, mut after, mut open) = (self.store.read()?, None, Vec::new());
        loop {
            let found = tx.packages(&Page { after, limit: PACKAGES_AT_ONCE })?;
            after = found.last().map(|package| (package.asked_at, package.id));
            open.extend(found.iter().filter(|package| package.state.is_open()).map(|package| package.id));
            if found.len() < PACKAGES_AT_ONCE {
                break;
            }
        }
        open.into_iter().rev().for_each(|id| self.packages.add(id));
        Ok(())
    }
}
