//! The index follows the ledger: fresh records come by the feed, everything else is read from the store.

use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use xinju_model::facts::{Facts, facts};
use xinju_model::id::EntryIndex;
use xinju_model::limits::{INDEXED_TEXT_CHARS_MAX, PARTIES_MAX};
use xinju_model::message::Attachment;
use xinju_model::record::Entry;
use xinju_search::error::SearchError;
use xinju_search::index::Document;
use xinju_store::write::{Accepted, NewRecord};

use crate::decode::Decode;
use crate::error::ServiceError;
use crate::jobs::feed::Work;
use crate::party::party_key;
use crate::service::Core;
use crate::walk::walk;

/// A message is findable this long after it was accepted, while little arrives.
const COMMIT_AFTER: Duration = Duration::from_millis(500);
/// While much arrives, commits are further apart: each makes a segment that must be merged later.
const COMMIT_AFTER_BULK: Duration = Duration::from_secs(3);
/// Documents of one commit at most.
const COMMIT_DOCUMENTS_MAX: u64 = 100_000;
/// Events that may pass before the watermark is written although nothing new can be found.
const WATERMARK_LAG_MAX: u64 = 10_000;
/// Entries read from the store in one go.
const READ_ENTRIES: u64 = 4_096;
/// How long to wait for work when there is none.
const IDLE: Duration = Duration::from_millis(100);
/// How long to wait after a fault.
const AFTER_FAULT: Duration = Duration::from_secs(2);

struct Indexing<'a> {
    core: &'a Core,
    /// Everything below was added.
    next: u64,
    /// Documents added since the last commit.
    pending: u64,
    /// When the first of them was.
    since: Instant,
    /// Whether what the feed brings is left to the store, because too much lies before it.
    behind: bool,
}

/// Follows the ledger until the service stops, then commits.
pub(crate) fn run(core: &Arc<Core>) {
    let next = core.index.watermark();
    let mut job = Indexing { core, next, pending: 0, since: Instant::now(), behind: next < core.store.size() };
    while !core.feed.stopped() {
        if let Err(error) = job.step() {
            job.recover(&error);
        }
    }
    if let Err(error) = job.commit() {
        tracing::warn!(%error, "the index could not be committed; the next start reads the rest again");
    }
}

impl Indexing<'_> {
    /// Takes what waits, catches up, commits what is due.
    fn step(&mut self) -> Result<(), ServiceError> {
        match self.core.feed.next(self.patience()) {
            Some(Work::Records { records, accepted }) => self.take(&records, &accepted)?,
            Some(Work::StartOver) => self.start_over()?,
            None => {}
        }
        self.catch_up()?;
        self.commit_if_due()
    }

    fn patience(&self) -> Duration {
        if self.behind {
            Duration::ZERO
        } else if self.pending > 0 {
            COMMIT_AFTER.saturating_sub(self.since.elapsed()).clamp(Duration::from_millis(5), IDLE)
        } else {
            IDLE
        }
    }

    /// Adds the records of one write. What lies between them and the last write are events, or a write that overtook another: read from the store.
    fn take(&mut self, records: &[NewRecord], accepted: &[Accepted]) -> Result<(), ServiceError> {
        let added = |accepted: &Accepted| match accepted {
            Accepted::Added(index) => Some(index.0),
            Accepted::Known(_) => None,
        };
        let indexes = || accepted.iter().filter_map(added);
        let (Some(first), Some(last)) = (indexes().min(), indexes().max()) else { return Ok(()) };
        if first.saturating_sub(self.next) > READ_ENTRIES {
            self.behind = true;
            return Ok(());
        }
        self.read(self.next..first)?;
        let documents: Vec<Document> = accepted
            .iter()
            .zip(records)
            .filter_map(|(accepted, record)| Some((added(accepted).filter(|index| *index >= self.next)?, record)))
            .filter_map(|(index, record)| {
                document(&*self.core.decoder, EntryIndex(index), &record.entry, Some(&record.facts))
            })
            .collect();
        self.add(documents, last + 1)
    }

    /// Reads what the feed does not bring: events, and everything after a start or a rebuild.
    fn catch_up(&mut self) -> Result<(), ServiceError> {
        let size = self.core.store.size();
        if self.next >= size {
            self.behind = false;
            return Ok(());
        }
        if !self.behind && (self.core.feed.has_more() || self.core.feed.expecting()) {
            return Ok(());
        }
        self.read(self.next..size.min(self.next.saturating_add(READ_ENTRIES)))?;
        self.behind = self.next < size;
        Ok(())
    }

    fn read(&mut self, range: Range<u64>) -> Result<(), ServiceError> {
        if range.is_empty() {
            return Ok(());
        }
        let (mut documents, decoder) = (Vec::new(), &*self.core.decoder);
        let unreadable = walk(&self.core.store.read()?, range.clone(), &mut |index, entry| {
            documents.extend(document(decoder, index, entry, None));
            true
        })?;
        if unreadable > 0 {
            self.core.counters.job_failed();
        }
        self.add(documents, range.end)
    }

    fn add(&mut self, documents: Vec<Document>, next: u64) -> Result<(), ServiceError> {
        if !documents.is_empty() {
            if self.pending == 0 {
                self.since = Instant::now();
            }
            self.pending += documents.len() as u64;
            self.core.index.add(documents)?;
        }
        self.next = self.next.max(next);
        if self.pending == 0 {
            self.core.searchable.store(self.next, Ordering::Release);
        }
        Ok(())
    }

    fn commit_if_due(&mut self) -> Result<(), ServiceError> {
        let due = if self.pending == 0 {
            self.next.saturating_sub(self.core.index.watermark()) >= WATERMARK_LAG_MAX
        } else {
            let bulk = self.behind || self.core.feed.has_more();
            let after = if bulk { COMMIT_AFTER_BULK } else { COMMIT_AFTER };
            self.pending >= COMMIT_DOCUMENTS_MAX
                || self.since.elapsed() >= after
                || (self.next >= self.core.store.size() && self.core.feed.hurried())
        };
        if due { self.commit() } else { Ok(()) }
    }

    fn commit(&mut self) -> Result<(), ServiceError> {
        if self.next > self.core.index.watermark() {
            self.core.index.commit(self.next)?;
        }
        self.pending = 0;
        self.core.searchable.store(self.next, Ordering::Release);
        Ok(())
    }

    fn start_over(&mut self) -> Result<(), ServiceError> {
        self.core.index.clear()?;
        (self.next, self.pending, self.behind) = (0, 0, true);
        self.core.searchable.store(0, Ordering::Release);
        Ok(())
    }

    fn roll_back(&mut self) -> Result<(), ServiceError> {
        self.core.index.rollback()?;
        (self.next, self.pending, self.behind) = (self.core.index.watermark(), 0, true);
        Ok(())
    }

    /// After a fault: a damaged index is made again, any other fault is tried again from the last commit.
    fn recover(&mut self, error: &ServiceError) {
        tracing::error!(%error, "indexing failed; trying again");
        self.core.counters.job_failed();
        if self.core.feed.pause(AFTER_FAULT) {
            return;
        }
        let damaged = matches!(error, ServiceError::Search(SearchError::Damaged(_)));
        let outcome = if damaged { self.start_over() } else { self.roll_back() };
        if let Err(error) = outcome {
            tracing::error!(%error, "the index could not be brought back; trying again");
        }
    }
}

/// What the index wants to know of an entry; none for events.
pub(crate) fn document(
    decoder: &dyn Decode,
    index: EntryIndex,
    entry: &Entry,
    known: Option<&Facts>,
) -> Option<Document> {
    let origin = entry.origin.as_ref()?;
    let source = &origin.source;
    let own;
    let read = if let Some(read) = known {
        read
    } else {
        own = facts(source.format, &source.account, &entry.body);
        &own
    };
    let message = decoder.decode(source.format, &entry.body, read);
    let key = |id: &String| party_key(source.channel, id);
    Some(Document {
        entry: index,
        at: read.sent_at.unwrap_or(entry.at),
        conversation: read.conversation.as_ref().map(|conversation| conversation.id),
        from: read.from.as_ref().map(key),
        to: read.to.iter().take(PARTIES_MAX).map(key).collect(),
        kind: message.kind,
        channel: source.channel,
        has_attachment: message.has_attachment(),
        files: message.body.all_attachments().into_iter().filter_map(Attachment::media_name).collect(),
        text: cut(message.text()),
    })
}

/// The text that is indexed: the original keeps all.
fn cut(mut text: String) -> String {
    if text.len() > INDEXED_TEXT_CHARS_MAX
        && let Some((end, _)) = text.char_indices().nth(INDEXED_TEXT_CHARS_MAX)
    {
        text.truncate(end);
    }
    text
}
