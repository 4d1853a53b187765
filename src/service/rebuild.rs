//! Derived data again from the records.

use std::collections::HashMap;
use std::sync::atomic::Ordering;
use std::time::Duration;

use xinju_model::access::{Action, Permit, Viewer};
use xinju_model::channel::Party;
use xinju_model::conversation::Conversation;
use xinju_model::facts::{Facts, facts};
use xinju_model::id::{ConversationId, EntryIndex};
use xinju_model::limits::PARTIES_MAX;
use xinju_model::record::Entry;

use crate::audit::Act;
use crate::error::ServiceError;
use crate::jobs::feed::Work;
use crate::service::{Core, Service};
use crate::walk::walk;

/// Conversations put in one write.
const PUT_BATCH: usize = 1_000;
/// How often progress is told.
const TELL_EVERY: Duration = Duration::from_millis(100);

/// Where a rebuild stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RebuildProgress {
    /// Entries that are searchable again.
    pub entries: u64,
    /// Entries in all.
    pub total: u64,
}

impl Service {
    /// Makes conversations and both indexes again from the ledger; returns when the index has caught up, or when `progress` returns false
    /// (the index goes on in the background then). Events mark beginning and end.
    pub fn rebuild(
        &self,
        viewer: &Viewer,
        progress: &mut dyn FnMut(RebuildProgress) -> bool,
    ) -> Result<RebuildProgress, ServiceError> {
        let core = &self.core;
        let permit = core.allow(viewer, Action::Operate)?;
        core.audited(&permit, Act::audit("archive.rebuild"))?;
        core.rebuild_conversations(&permit)?;
        let total = core.store.size();
        core.searchable.store(0, Ordering::Release);
        core.feed.hand_over(Work::StartOver);
        core.trail.start_over()?;
        loop {
            let entries = core.searchable().min(core.trail.searchable()).min(total);
            let now = RebuildProgress { entries, total };
            if now.entries >= total {
                core.audited(&permit, Act::audit("archive.rebuilt").with("entries", total))?;
                return Ok(now);
            }
            if !progress(now) || core.feed.pause(TELL_EVERY) {
                return Ok(now);
            }
        }
    }
}

impl Core {
    /// Every conversation from its records. Records that arrive meanwhile keep theirs up to date themselves: those conversations are left alone.
    fn rebuild_conversations(&self, permit: &Permit) -> Result<(), ServiceError> {
        let tx = self.store.read()?;
        let mut all: HashMap<ConversationId, Conversation> = HashMap::new();
        walk(&tx, 0..tx.size(), &mut |index, entry| {
            add(&mut all, index, entry);
            !self.feed.stopped()
        })?;
        let rows: Vec<Conversation> = all.into_values().collect();
        for batch in rows.chunks(PUT_BATCH) {
            let batch = batch.to_vec();
            self.store.write(permit, move |tx| {
                for row in &batch {
                    let present = tx.conversation(row.id)?;
                    if present.is_none_or(|present| present.count <= row.count) {
                        tx.put_conversation(row)?;
                    }
                }
                Ok(())
            })?;
        }
        Ok(())
    }
}

/// Adds a record to its conversation, by the same rules as acceptance does.
fn add(all: &mut HashMap<ConversationId, Conversation>, index: EntryIndex, entry: &Entry) {
    let Some(origin) = &entry.origin else { return };
    let read = facts(origin.source.format, &origin.source.account, &entry.body);
    let Some(of) = &read.conversation else { return };
    let at = read.sent_at.unwrap_or(entry.at);
    let row = all.entry(of.id).or_insert_with(|| Conversation {
        id: of.id,
        channel: origin.source.channel,
        account: origin.source.account.clone(),
        kind: of.kind,
        room: of.room.clone(),
        parties: Vec::new(),
        count: 0,
        first_at: at,
        last_at: at,
        last_entry: index,
    });
    let newest = row.count == 0 || at >= row.last_at;
    // Without a room the parties are what makes it this conversation: they never change.
    if row.count == 0 || (newest && row.room.is_some()) {
        row.parties = parties(&read);
    }
    row.count += 1;
    row.first_at = row.first_at.min(at);
    if newest {
        row.last_at = at;
        row.last_entry = index;
    }
}

/// The parties of a message in a stable order: staff, customers, robots, each by id.
fn parties(read: &Facts) -> Vec<Party> {
    let mut parties = read.parties();
    parties.truncate(PARTIES_MAX);
    parties.sort_unstable_by(|a, b| (a.side, &a.id).cmp(&(b.side, &b.id)));
    parties
}
