//! Snapshots kept for best-first pages: scores follow from the whole index, so that later pages look at the same one.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use tantivy::Searcher;
use xinju_keys::random::SystemRandom;
use xinju_model::id::Random;

/// How many are kept; the oldest goes first. A page whose snapshot is gone is made from the present index.
const KEPT_MAX: usize = 8;
/// How long one is kept: files of merged segments stay on the disk meanwhile.
const KEPT_FOR: Duration = Duration::from_mins(5);

/// The kept snapshots.
#[derive(Default)]
pub(crate) struct Snapshots {
    kept: Mutex<VecDeque<Kept>>,
}

struct Kept {
    name: u64,
    since: Instant,
    searcher: Searcher,
}

impl Snapshots {
    /// Keeps a snapshot under a random name.
    pub(crate) fn keep(&self, searcher: Searcher) -> (u64, Searcher) {
        let mut bytes = [0; 8];
        SystemRandom.fill(&mut bytes);
        let name = u64::from_be_bytes(bytes);
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.push_back(Kept { name, since: Instant::now(), searcher: searcher.clone() });
        while kept.len() > KEPT_MAX || kept.front().is_some_and(|oldest| oldest.since.elapsed() > KEPT_FOR) {
            kept.pop_front();
        }
        (name, searcher)
    }

    /// A kept snapshot by its name.
    pub(crate) fn find(&self, name: u64) -> Option<(u64, Searcher)> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.iter().find(|kept| kept.name == name).map(|kept| (name, kept.searcher.clone()))
    }
}
