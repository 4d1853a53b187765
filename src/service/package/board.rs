//! The packages that wait, and how far the one is that is being built. One at a time.

use std::collections::VecDeque;
use std::time::Duration;

use parking_lot::{Condvar, Mutex};
use xinju_model::id::PackageId;

/// How far a package is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PackageProgress {
    /// Which.
    pub id: PackageId,
    /// Records that are in it.
    pub done: u32,
    /// Records that will be.
    pub records: u32,
    /// Bytes of files so far.
    pub bytes: u64,
}

/// What waits and what runs.
#[derive(Default)]
pub(crate) struct Packages {
    board: Mutex<Board>,
    changed: Condvar,
}

#[derive(Default)]
struct Board {
    waiting: VecDeque<PackageId>,
    now: Option<PackageProgress>,
    /// The one that is being built is not wanted any more.
    unwanted: bool,
}

impl Packages {
    /// A package waits for its turn.
    pub(crate) fn add(&self, id: PackageId) {
        let mut board = self.board.lock();
        if !board.waiting.contains(&id) {
            board.waiting.push_back(id);
        }
        self.changed.notify_all();
    }

    /// The package whose turn it is, waiting for at most `timeout`; [`Packages::end`] ends its turn.
    pub(crate) fn next(&self, timeout: Duration) -> Option<PackageId> {
        let mut board = self.board.lock();
        if board.waiting.is_empty() {
            self.changed.wait_for(&mut board, timeout);
        }
        let id = board.waiting.pop_front()?;
        board.now = Some(PackageProgress { id, done: 0, records: 0, bytes: 0 });
        board.unwanted = false;
        Some(id)
    }

    /// The package goes on; whether it is still wanted.
    pub(crate) fn progress(&self, progress: PackageProgress) -> bool {
        let mut board = self.board.lock();
        board.now = Some(progress);
        self.changed.notify_all();
        !board.unwanted
    }

    /// Whether the package that is being built is wanted.
    pub(crate) fn wanted(&self) -> bool {
        !self.board.lock().unwanted
    }

    /// The turn is over.
    pub(crate) fn end(&self) {
        self.board.lock().now = None;
        self.changed.notify_all();
    }

    /// How far a package is; none where it is not being built.
    pub(crate) fn present(&self, id: PackageId) -> Option<PackageProgress> {
        self.board.lock().now.filter(|now| now.id == id)
    }

    /// Takes a package that waits from the queue, or says that the one that is being built is not wanted. Whether it was being built.
    pub(crate) fn cancel(&self, id: PackageId) -> bool {
        let mut board = self.board.lock();
        board.waiting.retain(|waiting| *waiting != id);
        let running = board.now.is_some_and(|now| now.id == id);
        board.unwanted |= running;
        running
    }

    /// Packages that wait or are being built.
    pub(crate) fn len(&self) -> usize {
        let board = self.board.lock();
        board.waiting.len().saturating_add(usize::from(board.now.is_some()))
    }

    /// Waits until something changed, at most `timeout`.
    pub(crate) fn wait(&self, timeout: Duration) {
        self.changed.wait_for(&mut self.board.lock(), timeout);
    }
}
