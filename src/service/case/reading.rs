//! Reading what a case collected, as far as its reader may see it.

use std::collections::BTreeSet;
use std::ops::Bound;

use xinju_model::access::{Permit, Viewer};
use xinju_model::case::CaseItem;
use xinju_model::id::{CaseId, ConversationId, EntryIndex};
use xinju_model::time::Timestamp;

use crate::audit::Act;
use crate::case::records::{Collector, Place};
use crate::conversation::ConversationView;
use crate::error::ServiceError;
use crate::message::MessageView;
use crate::page::{Connection, Edge, PageRequest, bad_cursor, read_cursor, write_cursor};
use crate::party::Snapshot;
use crate::service::Service;

/// A message of a case.
#[derive(Clone, Debug, PartialEq)]
pub struct CaseMessage {
    /// The message.
    pub message: MessageView,
    /// The numbers of the items that mean it.
    pub items: BTreeSet<u32>,
    /// Messages of its conversation between the one before it in the case and it, which the case does not hold. Counted
    /// where one conversation is read.
    pub left_out_before: Option<u64>,
}

/// A conversation of which a case holds messages.
#[derive(Clone, Debug, PartialEq)]
pub struct CaseConversation {
    /// The conversation.
    pub conversation: ConversationView,
    /// Messages that the case holds.
    pub messages: u64,
    /// Messages that it does not hold.
    pub left_out: u64,
    /// When its first message was that the case holds.
    pub first_at: Timestamp,
    /// When the last.
    pub last_at: Timestamp,
}

/// A message that is to be shown, before it is read.
struct Chosen {
    place: Place,
    items: BTreeSet<u32>,
    left_out_before: Option<u64>,
}

impl Service {
    /// The messages of a case in time order, or those of one conversation, as far as the viewer may read them. One event in the ledger.
    pub fn case_messages(
        &self,
        viewer: &Viewer,
        id: CaseId,
        conversation: Option<ConversationId>,
        page: &PageRequest,
    ) -> Result<Connection<CaseMessage>, ServiceError> {
        let core = &self.core;
        let (_, tx, _) = core.seen_case(viewer, id)?;
        let permit = core.allow_search(viewer)?;
        let (limit, after) = (page.limit()?, page.after.as_deref().map(read_place).transpose()?);
        let items = tx.case_items(id)?;
        drop(tx);
        let snapshot = core.snapshot(&permit)?;
        let collector = Collector { core, snapshot: &snapshot, permit: &permit };
        let (total, mut chosen) = collector.chosen(&items, conversation, after, limit.saturating_add(1))?;
        let has_next = chosen.len() > limit;
        chosen.truncate(limit);
        let edges = self.shown(&permit, &snapshot, id, chosen)?;
        Ok(Connection { edges, has_next, has_previous: after.is_some(), total })
    }

    /// The conversations of which a case holds messages that the viewer may read, those first that began first. No message
    /// is shown.
    pub fn case_conversations(&self, viewer: &Viewer, id: CaseId) -> Result<Vec<CaseConversation>, ServiceError> {
        let core = &self.core;
        let (_, tx, _) = core.seen_case(viewer, id)?;
        let permit = core.allow_search(viewer)?;
        let items = tx.case_items(id)?;
        drop(tx);
        let snapshot = core.snapshot(&permit)?;
        let collector = Collector { core, snapshot: &snapshot, permit: &permit };
        let mut conversations = Vec::new();
        for part in collector.parts(&*collector.worked_out(&items)?)? {
            let Some(conversation) = snapshot.seen_conversation(part.conversation)? else { continue };
            let (Some(first), Some(last)) = (part.places.first(), part.places.last()) else { continue };
            conversations.push(CaseConversation {
                conversation: snapshot.conversation(conversation)?,
                messages: part.places.len() as u64,
                left_out: part.left_out,
                first_at: first.0.0,
                last_at: last.0.0,
            });
        }
        Ok(conversations)
    }

    /// Messages that were chosen, with an event about them.
    fn shown(
        &self,
        permit: &Permit,
        snapshot: &Snapshot<'_>,
        id: CaseId,
        chosen: Vec<Chosen>,
    ) -> Result<Vec<Edge<CaseMessage>>, ServiceError> {
        if chosen.is_empty() {
            return Ok(Vec::new());
        }
        let indexes: Vec<EntryIndex> = chosen.iter().map(|chosen| chosen.place.1).collect();
        let views = self.core.views(snapshot, &indexes)?;
        let act = Act::audit("case.read").on(id).with_ids("messages", &indexes);
        self.core.audited(permit, act.about_messages(views.iter().flatten()))?;
        let edges = chosen.into_iter().zip(views).filter_map(|(chosen, view)| {
            let Chosen { place, items, left_out_before } = chosen;
            Some(Edge { cursor: write_place(place), node: CaseMessage { message: view?, items, left_out_before } })
        });
        Ok(edges.collect())
    }
}

impl Collector<'_> {
    /// How many messages the items mean, or mean of one conversation, and the first `most` of them behind a place.
    fn chosen(
        &self,
        items: &[CaseItem],
        conversation: Option<ConversationId>,
        after: Option<Place>,
        most: usize,
    ) -> Result<(u64, Vec<Chosen>), ServiceError> {
        let case = self.worked_out(items)?;
        let behind = (after.map_or(Bound::Unbounded, Bound::Excluded), Bound::Unbounded);
        let Some(conversation) = conversation else {
            let some = case.all.range::<Place, _>(behind).take(most);
            let chosen =
                some.map(|(place, items)| Chosen { place: *place, items: items.clone(), left_out_before: None });
            return Ok((case.all.len() as u64, chosen.collect()));
        };
        let part = self.part_of(&case, conversation)?;
        let from = part.places.partition_point(|(place, _)| after.is_some_and(|after| *place <= after));
        let some = part.places.get(from..).unwrap_or_default().iter().take(most);
        let chosen = some.map(|(place, left_out)| Chosen {
            place: *place,
            items: case.all.get(place).cloned().unwrap_or_default(),
            left_out_before: Some(*left_out),
        });
        Ok((part.places.len() as u64, chosen.collect()))
    }
}

fn write_place((at, entry): Place) -> String {
    write_cursor(&[at.millis().to_be_bytes(), entry.0.to_be_bytes()].concat())
}

fn read_place(cursor: &str) -> Result<Place, ServiceError> {
    let bytes = read_cursor(cursor)?;
    let (at, entry) = bytes.split_first_chunk::<8>().ok_or_else(bad_cursor)?;
    let entry = entry.try_into().map_err(|_| bad_cursor())?;
    Ok((Timestamp(i64::from_be_bytes(*at)), EntryIndex(u64::from_be_bytes(entry))))
}
