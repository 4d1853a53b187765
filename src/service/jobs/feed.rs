//! From acceptance to the index without reading back: a short queue of what was just made durable, and the sign to stop.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use crossbeam_channel::{Receiver, SendTimeoutError, Sender, bounded};
use parking_lot::{Condvar, Mutex};
use xinju_store::write::{Accepted, NewRecord};

/// Batches that may wait for the index; acceptance waits for it then. A batch is about 4 MB at most.
const BATCHES_MAX: usize = 4;
/// How often a waiting sender looks whether it should stop.
const LOOK_EVERY: Duration = Duration::from_millis(100);

/// What the index job is asked to do.
pub(crate) enum Work {
    /// Make those that were added findable.
    Records {
        /// The records of one write, in order.
        records: Arc<Vec<NewRecord>>,
        /// What became of each.
        accepted: Vec<Accepted>,
    },
    /// Begin again from the first entry.
    StartOver,
}

/// The queue.
pub(crate) struct Feed {
    sender: Sender<Work>,
    receiver: Receiver<Work>,
    /// Acceptances that have begun and not handed over yet: the index waits for them instead of reading back.
    expected: AtomicUsize,
    hurried: AtomicBool,
    stopped: Mutex<bool>,
    stopping: Condvar,
}

/// An acceptance on its way; dropped when it has handed over or failed.
pub(crate) struct Expected<'a>(&'a Feed);

impl Drop for Expected<'_> {
    fn drop(&mut self) {
        self.0.expected.fetch_sub(1, Ordering::AcqRel);
    }
}

impl Feed {
    pub(crate) fn new() -> Self {
        let (sender, receiver) = bounded(BATCHES_MAX);
        Self {
            sender,
            receiver,
            expected: AtomicUsize::new(0),
            hurried: AtomicBool::new(false),
            stopped: Mutex::new(false),
            stopping: Condvar::new(),
        }
    }

    /// Says that records will be handed over soon.
    pub(crate) fn expect(&self) -> Expected<'_> {
        self.expected.fetch_add(1, Ordering::AcqRel);
        Expected(self)
    }

    /// Whether somebody is about to hand over.
    pub(crate) fn expecting(&self) -> bool {
        self.expected.load(Ordering::Acquire) > 0
    }

    /// Hands work over, waiting while the queue is full. When the service stops it is dropped: the next start reads it from the store.
    pub(crate) fn hand_over(&self, work: Work) {
        let mut work = work;
        while !self.stopped() {
            match self.sender.send_timeout(work, LOOK_EVERY) {
                Ok(()) | Err(SendTimeoutError::Disconnected(_)) => return,
                Err(SendTimeoutError::Timeout(back)) => work = back,
            }
        }
    }

    /// The next work, waiting for at most `timeout`.
    pub(crate) fn next(&self, timeout: Duration) -> Option<Work> {
        self.receiver.recv_timeout(timeout).ok()
    }

    /// Whether more work waits already.
    pub(crate) fn has_more(&self) -> bool {
        !self.receiver.is_empty()
    }

    /// Asks the index to commit what it has now.
    pub(crate) fn hurry(&self) {
        self.hurried.store(true, Ordering::Release);
    }

    /// Whether somebody waits for a commit; asking takes the wish away.
    pub(crate) fn hurried(&self) -> bool {
        self.hurried.swap(false, Ordering::AcqRel)
    }

    /// Tells every job to stop.
    pub(crate) fn stop(&self) {
        *self.stopped.lock() = true;
        self.stopping.notify_all();
    }

    /// Whether the service stops.
    pub(crate) fn stopped(&self) -> bool {
        *self.stopped.lock()
    }

    /// Waits for at most `timeout`; whether the service stops.
    pub(crate) fn pause(&self, timeout: Duration) -> bool {
        let mut stopped = self.stopped.lock();
        if !*stopped {
            self.stopping.wait_for(&mut stopped, timeout);
        }
        *stopped
    }
}
