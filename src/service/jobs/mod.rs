//! What runs by itself: each job is idempotent and takes no input but the store.

pub(crate) mod approval;
pub(crate) mod checkpoint;
pub(crate) mod feed;
pub(crate) mod heartbeat;
pub(crate) mod index;
pub(crate) mod package;
pub(crate) mod stamp;
pub(crate) mod trail;

use std::sync::Arc;
use std::thread::JoinHandle;

use parking_lot::Mutex;

use crate::error::ServiceError;
use crate::service::Core;

/// The threads of the service. Stopped and joined on drop.
pub(crate) struct Jobs {
    core: Arc<Core>,
    threads: Mutex<Vec<JoinHandle<()>>>,
}

impl Jobs {
    /// Starts all jobs.
    pub(crate) fn start(core: &Arc<Core>) -> Result<Self, ServiceError> {
        let jobs = Self { core: Arc::clone(core), threads: Mutex::new(Vec::new()) };
        jobs.spawn("index", index::run)?;
        jobs.spawn("checkpoint", checkpoint::run)?;
        jobs.spawn("stamp", stamp::run)?;
        jobs.spawn("heartbeat", heartbeat::run)?;
        jobs.spawn("trail", trail::run)?;
        jobs.spawn("approval", approval::run)?;
        jobs.spawn("package", package::run)?;
        Ok(jobs)
    }

    /// Runs `job` on a thread that [`Jobs::stop`] waits for.
    pub(crate) fn spawn(&self, name: &str, job: impl FnOnce(&Arc<Core>) + Send + 'static) -> Result<(), ServiceError> {
        let core = Arc::clone(&self.core);
        let thread = std::thread::Builder::new()
            .name(name.to_owned())
            .spawn(move || job(&core))
            .map_err(|source| ServiceError::Io { what: "starting a thread", source })?;
        let mut threads = self.threads.lock();
        threads.retain(|thread| !thread.is_finished());
        threads.push(thread);
        Ok(())
    }

    /// Tells everybody to stop and waits until they have.
    pub(crate) fn stop(&self) {
        self.core.feed.stop();
        // Threads are taken out before the wait, so that a job that ends does not need the lock we hold.
        let threads = std::mem::take(&mut *self.threads.lock());
        for thread in threads {
            if thread.join().is_err() {
                tracing::error!("a background thread ended in a panic");
            }
        }
    }
}

impl Drop for Jobs {
    fn drop(&mut self) {
        self.stop();
    }
}
