//! The index of events follows the ledger. Whoever asks it a question first lets it catch up, so that an answer
//! holds everything that was durable when the question was asked; between questions a job keeps it near.

use std::collections::VecDeque;
use std::ops::Range;
use std::sync::Arc;
use std::time::{Duration, Instant};

use parking_lot::Mutex;
use xinju_model::audit::{AuditAction, Event};
use xinju_model::id::EntryIndex;
use xinju_model::record::Entry;
use xinju_search::error::SearchError;
use xinju_search::trail::{TrailDocument, TrailIndex};
use xinju_store::write::Accepted;

use crate::error::ServiceError;
use crate::service::Core;
use crate::walk::walk;

/// Without questions events are committed this long after the first of them: commits make segments that must be merged.
const COMMIT_AFTER: Duration = Duration::from_secs(2);
/// Events of one commit at most.
const COMMIT_EVENTS_MAX: u64 = 50_000;
/// Entries that may pass before the watermark is written although nothing new can be found.
const WATERMARK_LAG_MAX: u64 = 100_000;
/// Entries read from the store in one go.
const READ_ENTRIES: u64 = 4_096;
/// A question waits for at most this many entries to be read; after a start or a rebuild it is answered with what is there.
const ASKED_ENTRIES_MAX: u64 = 65_536;
/// How long a question waits for the job to let go.
const ASK_WAIT: Duration = Duration::from_secs(2);
/// How often the job looks.
const LOOK_EVERY: Duration = Duration::from_millis(250);
/// How long to wait after a fault.
const AFTER_FAULT: Duration = Duration::from_secs(2);
/// Stretches of records that are remembered; those beyond are read and found to hold no event.
const RECORDS_KEPT_MAX: usize = 4_096;

/// The index of events with what follows the ledger into it.
pub(crate) struct Trail {
    pub(crate) index: TrailIndex,
    follow: Mutex<Follow>,
    /// Stretches of the ledger that hold records and no event, in the order of their writes.
    records: Mutex<VecDeque<Range<u64>>>,
}

struct Follow {
    /// Everything below was added.
    next: u64,
    /// Events added since the last commit.
    pending: u64,
    /// When the first of them was.
    since: Instant,
}

impl Trail {
    pub(crate) fn new(index: TrailIndex) -> Self {
        let follow = Follow { next: index.watermark(), pending: 0, since: Instant::now() };
        Self { index, follow: Mutex::new(follow), records: Mutex::default() }
    }

    /// Notes that what one write added are records, so that nobody reads them back in search of events.
    pub(crate) fn pass_over(&self, accepted: &[Accepted]) {
        let added = || {
            accepted.iter().filter_map(|accepted| match accepted {
                Accepted::Added(index) => Some(index.0),
                Accepted::Known(_) => None,
            })
        };
        let (Some(first), Some(last)) = (added().min(), added().max()) else { return };
        let mut records = self.records.lock();
        if let Some(newest) = records.back_mut()
            && newest.end == first
        {
            newest.end = last + 1;
        } else if records.len() < RECORDS_KEPT_MAX {
            records.push_back(first..last + 1);
        }
    }

    /// What to read from `next` on, without stretches of records: an empty range says where the one that begins here ends.
    fn stretch(&self, next: u64, size: u64) -> Range<u64> {
        let mut end = size.min(next.saturating_add(READ_ENTRIES));
        let mut records = self.records.lock();
        records.retain(|range| range.end > next);
        for range in records.iter() {
            if range.contains(&next) {
                return range.end.min(size)..range.end.min(size);
            }
            if range.start > next {
                end = end.min(range.start);
            }
        }
        next..end
    }

    /// Entries up to which everything can be found.
    pub(crate) fn searchable(&self) -> u64 {
        let follow = self.follow.lock();
        if follow.pending == 0 { follow.next } else { self.index.watermark() }
    }

    /// Empties the index; the job fills it again.
    pub(crate) fn start_over(&self) -> Result<(), ServiceError> {
        let mut follow = self.follow.lock();
        self.index.clear()?;
        (follow.next, follow.pending) = (0, 0);
        Ok(())
    }
}

/// Follows the ledger until the service stops, then commits. Counts of denied attempts become events on the way.
pub(crate) fn run(core: &Arc<Core>) {
    loop {
        core.write_counted_denials(false);
        // The lock is let go before the next look at it.
        let outcome = core.follow_trail(&mut core.trail.follow.lock(), READ_ENTRIES, false);
        let pause = match outcome {
            Ok(()) if core.trail_lag() > 0 => Duration::ZERO,
            Ok(()) => LOOK_EVERY,
            Err(error) => {
                tracing::error!(%error, "indexing events failed; trying again");
                core.counters.job_failed();
                AFTER_FAULT
            }
        };
        if core.feed.pause(pause) {
            break;
        }
    }
    core.write_counted_denials(true);
    let outcome = core.follow_trail(&mut core.trail.follow.lock(), READ_ENTRIES, true);
    if let Err(error) = outcome {
        tracing::warn!(%error, "the index of events could not be committed; the next start reads the rest again");
    }
}

impl Core {
    /// Lets the index of events take up all that is durable now, unless that is very much.
    pub(crate) fn catch_up_trail(&self) -> Result<(), ServiceError> {
        let Some(mut follow) = self.trail.follow.try_lock_for(ASK_WAIT) else { return Ok(()) };
        if self.store.size().saturating_sub(follow.next) > ASKED_ENTRIES_MAX {
            return Ok(());
        }
        self.follow_trail(&mut follow, ASKED_ENTRIES_MAX, true)
    }

    /// Entries that the index of events has not seen yet.
    fn trail_lag(&self) -> u64 {
        self.store.size().saturating_sub(self.trail.follow.lock().next)
    }

    /// Reads on for about `most` entries and commits where it is due or `asked` for. After a fault the index stands at its last commit, or is empty where it was damaged.
    fn follow_trail(&self, follow: &mut Follow, most: u64, asked: bool) -> Result<(), ServiceError> {
        let outcome = self.read_on(follow, most).and_then(|()| self.commit_trail_if_due(follow, asked));
        if let Err(error) = &outcome {
            let damaged = matches!(error, ServiceError::Search(SearchError::Damaged(_)));
            if damaged {
                self.trail.index.clear()?;
            } else {
                self.trail.index.rollback()?;
            }
            (follow.next, follow.pending) = (self.trail.index.watermark(), 0);
        }
        outcome
    }

    fn read_on(&self, follow: &mut Follow, most: u64) -> Result<(), ServiceError> {
        let size = self.store.size();
        if follow.next >= size {
            return Ok(());
        }
        let (tx, end) = (self.store.read()?, size.min(follow.next.saturating_add(most)));
        while follow.next < end {
            let stretch = self.trail.stretch(follow.next, size);
            let mut events = Vec::new();
            let unreadable = walk(&tx, stretch.clone(), &mut |index, entry| {
                events.extend(document(index, entry));
                true
            })?;
            if unreadable > 0 {
                self.counters.job_failed();
            }
            if !events.is_empty() {
                if follow.pending == 0 {
                    follow.since = Instant::now();
                }
                follow.pending += events.len() as u64;
                self.trail.index.add(events)?;
            }
            follow.next = stretch.end;
        }
        Ok(())
    }

    fn commit_trail_if_due(&self, follow: &mut Follow, asked: bool) -> Result<(), ServiceError> {
        let due = if follow.pending == 0 {
            follow.next.saturating_sub(self.trail.index.watermark()) >= WATERMARK_LAG_MAX
        } else {
            asked || follow.pending >= COMMIT_EVENTS_MAX || follow.since.elapsed() >= COMMIT_AFTER
        };
        if due {
            self.trail.index.commit(follow.next)?;
            follow.pending = 0;
        }
        Ok(())
    }
}

/// What the index wants to know of an event; none for records.
fn document(index: EntryIndex, entry: &Entry) -> Option<TrailDocument> {
    if entry.origin.is_some() {
        return None;
    }
    // An event that no version of ours wrote is found by its time at least.
    let event = Event::from_bytes(&entry.body).unwrap_or_default();
    let actor = event.acting();
    // Ids are marks; as words they would only be in the way of what people type.
    let is_text = |name: &str| !xinju_model::audit::SUBJECT_DETAILS.contains(&name);
    let details = event.details.iter().filter(|(name, _)| is_text(name)).map(|(_, value)| value.as_str());
    let known = AuditAction::from_name(&event.action) != AuditAction::Other;
    let action = if known { "" } else { event.action.as_str() };
    let words: Vec<&str> = [actor.name.as_str(), action].into_iter().chain(details).filter(|w| !w.is_empty()).collect();
    Some(TrailDocument {
        entry: index,
        at: entry.at,
        actors: actor.ids().into_iter().map(str::to_owned).collect(),
        subjects: event.subjects().into_iter().map(str::to_owned).collect(),
        text: words.join("\n"),
        action: event.action,
        place: event.place,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trail::AuditFilter;
    use crate::world::{World, message};

    #[test]
    fn stretches_of_records_are_passed_over() {
        let world = World::new();
        world.service.close();
        let trail = &world.service.core.trail;
        let added = |range: Range<u64>| -> Vec<Accepted> {
            range.map(|index| Accepted::Added(EntryIndex(index))).chain([Accepted::Known(EntryIndex(0))]).collect()
        };
        trail.records.lock().clear();
        trail.pass_over(&added(100..200));
        trail.pass_over(&added(200..300));
        trail.pass_over(&added(310..400));
        trail.pass_over(&[Accepted::Known(EntryIndex(0))]);
        assert_eq!(trail.records.lock().len(), 2);
        assert_eq!(trail.stretch(50, 1_000), 50..100);
        assert_eq!(trail.stretch(100, 1_000), 300..300);
        assert_eq!(trail.stretch(150, 250), 250..250);
        assert_eq!(trail.stretch(300, 1_000), 300..310);
        assert_eq!(trail.stretch(400, 1_000), 400..1_000);
        assert!(trail.records.lock().is_empty());
    }

    #[test]
    fn what_is_durable_is_in_the_next_answer_whatever_lies_between() {
        let world = World::new();
        let viewer = crate::world::viewer(xinju_model::role::BuiltIn::Auditor);
        let filter = AuditFilter { actions: vec!["message.read".into()], ..AuditFilter::default() };
        let reader = crate::world::viewer(xinju_model::role::BuiltIn::Integration);
        for n in 1..=20 {
            let index = world.add(message(&n.to_string(), "ken", "wmA", n, "x"));
            world.service.message(&reader, index).expect("answered").expect("there");
            let found =
                world.service.audit_events(&viewer, &filter, &crate::page::PageRequest::first(1)).expect("found");
            assert_eq!(found.total, u64::try_from(n).expect("small"));
        }
    }

    #[test]
    fn a_lost_or_damaged_index_of_events_is_made_again() {
        let world = World::new();
        world.administrator();
        let viewer = crate::world::viewer(xinju_model::role::BuiltIn::Auditor);
        let filter = AuditFilter { actions: vec!["user.create".into()], ..AuditFilter::default() };
        let count = |world: &World| {
            world.service.audit_events(&viewer, &filter, &crate::page::PageRequest::first(1)).expect("found").total
        };
        assert_eq!(count(&world), 1);
        world.service.close();
        let folder = world.folder.path().join("data/trail");
        for file in std::fs::read_dir(&folder).expect("the folder").flatten() {
            if file.metadata().expect("metadata").len() > 0 {
                std::fs::write(file.path(), b"noise").expect("written");
            }
        }
        let world = world.reopen();
        assert_eq!(count(&world), 1);
        world.service.close();
        std::fs::remove_dir_all(&folder).expect("removed");
        let world = world.reopen();
        assert_eq!(count(&world), 1);
        world.service.rebuild(&xinju_model::access::Viewer::operator(), &mut |_| true).expect("made again");
        assert_eq!(count(&world), 1);
    }
}
