//! Timelines: the messages of one conversation in time order, from any place of it.
//!
//! Places are (time, entry). A page is found by a time filter inside the index, so that the middle of a conversation
//! of 100,000 messages costs what its beginning does.

use xinju_model::access::{Action, Permit, Viewer};
use xinju_model::id::{ConversationId, EntryIndex};
use xinju_model::limits::PAGE_SIZE_MAX;
use xinju_model::time::Timestamp;
use xinju_search::index::{Hit, Order, Request};
use xinju_search::query::{Filter, Query};

use crate::audit::Act;
use crate::error::ServiceError;
use crate::message::MessageView;
use crate::page::{Edge, bad_cursor, page_size, read_cursor, write_cursor};
use crate::party::Snapshot;
use crate::reading::{Reading, Receipt};
use crate::service::{Core, Service};

/// Hits asked for at once beyond those of a page, for messages of the same millisecond.
const SPARE: usize = 16;

/// Which part of a timeline is wanted. Oldest first always; `first` and `last` exclude each other.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TimelineRequest {
    /// At most this many from the beginning, from `after`, from `offset` or from `at`.
    pub first: Option<usize>,
    /// Behind this cursor.
    pub after: Option<String>,
    /// At most this many before `before`, or the last ones.
    pub last: Option<usize>,
    /// Before this cursor.
    pub before: Option<String>,
    /// From this place, counted from 0.
    pub offset: Option<u64>,
    /// From the first message at or after this moment.
    pub at: Option<Timestamp>,
}

/// One page of a timeline.
#[derive(Clone, Debug, PartialEq)]
pub struct Timeline {
    /// The messages in time order.
    pub edges: Vec<Edge<MessageView>>,
    /// Whether there are newer ones.
    pub has_next: bool,
    /// Whether there are older ones.
    pub has_previous: bool,
    /// Messages of the whole conversation that are searchable already.
    pub total: u64,
    /// The place of the first of these messages, from 0.
    pub offset: u64,
}

/// A message's place in time.
type Place = (Timestamp, EntryIndex);

/// Where a page begins or ends.
enum Anchor {
    Behind(Place),
    From(Timestamp),
    Offset(u64),
    Before(Place),
    End,
}

fn anchor(request: &TimelineRequest) -> Result<(Anchor, usize), ServiceError> {
    let starts = [request.after.is_some(), request.offset.is_some(), request.at.is_some()];
    let starts = starts.into_iter().filter(|given| *given).count();
    let backwards = request.last.is_some() || request.before.is_some();
    if starts > 1 || (backwards && (starts > 0 || request.first.is_some())) {
        let why = "use one of `after`, `offset` and `at` with `first`, or `last` with `before`";
        return Err(ServiceError::BadInput(why.into()));
    }
    if backwards {
        let anchor = request.before.as_deref().map(read_place).transpose()?.map_or(Anchor::End, Anchor::Before);
        return Ok((anchor, page_size(request.last)?));
    }
    let anchor = match (&request.after, request.at) {
        (Some(after), _) => Anchor::Behind(read_place(after)?),
        (None, Some(at)) => Anchor::From(at),
        (None, None) => Anchor::Offset(request.offset.unwrap_or(0)),
    };
    Ok((anchor, page_size(request.first)?))
}

fn write_place((at, entry): Place) -> String {
    let mut bytes = at.millis().to_be_bytes().to_vec();
    bytes.extend_from_slice(&entry.0.to_be_bytes());
    write_cursor(&bytes)
}

fn read_place(cursor: &str) -> Result<Place, ServiceError> {
    let bytes = read_cursor(cursor)?;
    let (at, entry) = bytes.split_first_chunk::<8>().ok_or_else(bad_cursor)?;
    let entry = entry.try_into().map_err(|_| bad_cursor())?;
    Ok((Timestamp(i64::from_be_bytes(*at)), EntryIndex(u64::from_be_bytes(entry))))
}

/// A conversation's part of the index, as one permit sees it.
struct Walk<'a> {
    core: &'a Core,
    snapshot: &'a Snapshot<'a>,
    permit: &'a Permit,
    id: ConversationId,
}

impl Walk<'_> {
    fn query(&self, filter: Option<Filter>) -> Query {
        let mut all = vec![Query::Filter(Filter::Conversation(self.id.to_string()))];
        all.extend(filter.map(Query::Filter));
        Query::And(all)
    }

    fn count(&self, filter: Option<Filter>) -> Result<u64, ServiceError> {
        let query = self.query(filter);
        let request = Request {
            query: &query,
            scope: self.permit.scope(),
            masked: self.snapshot.is_masked(),
            order: Order::Oldest,
            after: None,
            offset: 0,
            limit: 0,
            count: true,
        };
        Ok(self.core.index.search(&request, self.snapshot)?.total.unwrap_or(0))
    }

    /// Hits in an order, without those that `skip` names at their beginning (messages of the anchor's own millisecond).
    fn hits(
        &self,
        filter: Option<Filter>,
        (order, offset): (Order, u64),
        limit: usize,
        skip: impl Fn(&Hit) -> bool,
    ) -> Result<Vec<Hit>, ServiceError> {
        let (query, mut found, mut cursor) = (self.query(filter), Vec::new(), None::<String>);
        loop {
            let request = Request {
                query: &query,
                scope: self.permit.scope(),
                masked: self.snapshot.is_masked(),
                order,
                after: cursor.as_deref(),
                offset: if cursor.is_none() { offset } else { 0 },
                limit: limit + SPARE,
                count: false,
            };
            let page = self.core.index.search(&request, self.snapshot)?;
            cursor = page.hits.last().map(|hit| hit.cursor.clone());
            found.extend(page.hits.into_iter().filter(|hit| !skip(hit)));
            if found.len() >= limit || !page.more {
                found.truncate(limit);
                return Ok(found);
            }
        }
    }

    /// How many messages lie before a place.
    fn position(&self, (at, entry): Place) -> Result<u64, ServiceError> {
        let before = self.count(Some(Filter::Before(at)))?;
        // Of the messages of the same millisecond, those with a lower entry lie before.
        let (mut same, mut cursor) = (0, None::<String>);
        let query = self.query(Some(Filter::After(at)));
        loop {
            let request = Request {
                query: &query,
                scope: self.permit.scope(),
                masked: self.snapshot.is_masked(),
                order: Order::Oldest,
                after: cursor.as_deref(),
                offset: 0,
                limit: PAGE_SIZE_MAX,
                count: false,
            };
            let page = self.core.index.search(&request, self.snapshot)?;
            let lower = page.hits.iter().take_while(|hit| (hit.at, hit.entry) < (at, entry)).count();
            same += lower as u64;
            cursor = page.hits.last().map(|hit| hit.cursor.clone());
            if lower < page.hits.len() || !page.more {
                return Ok(before + same);
            }
        }
    }

    /// The hits of a page in time order.
    fn page(&self, anchor: &Anchor, limit: usize) -> Result<Vec<Hit>, ServiceError> {
        let place = |hit: &Hit| (hit.at, hit.entry);
        match anchor {
            Anchor::Offset(offset) => self.hits(None, (Order::Oldest, *offset), limit, |_| false),
            Anchor::From(at) => self.hits(Some(Filter::After(*at)), (Order::Oldest, 0), limit, |_| false),
            Anchor::Behind(after) => {
                self.hits(Some(Filter::After(after.0)), (Order::Oldest, 0), limit, |hit| place(hit) <= *after)
            }
            Anchor::Before(before) => {
                let filter = Filter::Before(before.0.plus_millis(1));
                let mut hits = self.hits(Some(filter), (Order::Newest, 0), limit, |hit| place(hit) >= *before)?;
                hits.reverse();
                Ok(hits)
            }
            Anchor::End => {
                let mut hits = self.hits(None, (Order::Newest, 0), limit, |_| false)?;
                hits.reverse();
                Ok(hits)
            }
        }
    }

    /// The place of the first hit of a page; for an empty page the place where it would be.
    fn offset(&self, anchor: &Anchor, first: Option<&Hit>, total: u64) -> Result<u64, ServiceError> {
        match (first, anchor) {
            (_, Anchor::Offset(offset)) => Ok((*offset).min(total)),
            (Some(hit), _) => self.position((hit.at, hit.entry)),
            (None, Anchor::Before(before)) => self.position(*before),
            (None, Anchor::Behind(_) | Anchor::From(_) | Anchor::End) => Ok(total),
        }
    }
}

impl Service {
    /// A part of a conversation's messages in time order. One event in the ledger, which its reading waits for.
    pub fn timeline(
        &self,
        viewer: &Viewer,
        id: ConversationId,
        request: &TimelineRequest,
    ) -> Result<Reading<Timeline>, ServiceError> {
        let core = &self.core;
        let permit = core.allow_on(viewer, Action::ReadContent, id)?;
        let (anchor, limit) = anchor(request)?;
        let snapshot = core.snapshot(&permit)?;
        if snapshot.seen_conversation(id)?.is_none() {
            return Err(ServiceError::NotFound("conversation"));
        }
        let walk = Walk { core, snapshot: &snapshot, permit: &permit, id };
        let total = walk.count(None)?;
        let hits = walk.page(&anchor, limit)?;
        let offset = walk.offset(&anchor, hits.first(), total)?;
        let (edges, receipt) =
            if hits.is_empty() { (Vec::new(), Receipt::nothing()) } else { walk.read(&hits, offset)? };
        let end = offset + hits.len() as u64;
        let timeline = Timeline { edges, has_next: end < total, has_previous: offset > 0, total, offset };
        Ok(Reading::new(timeline, receipt))
    }

    /// How many messages of a conversation lie before a moment.
    pub fn position_at(&self, viewer: &Viewer, id: ConversationId, at: Timestamp) -> Result<u64, ServiceError> {
        let permit = self.core.allow(viewer, Action::ReadContent)?;
        let snapshot = self.core.snapshot(&permit)?;
        Walk { core: &self.core, snapshot: &snapshot, permit: &permit, id }.count(Some(Filter::Before(at)))
    }

    /// The place of a message in the timeline of a conversation, from 0; none where it is not in it.
    pub fn position_of(
        &self,
        viewer: &Viewer,
        id: ConversationId,
        message: EntryIndex,
    ) -> Result<Option<u64>, ServiceError> {
        let permit = self.core.allow(viewer, Action::ReadContent)?;
        let snapshot = self.core.snapshot(&permit)?;
        let Some(entry) = snapshot.tx.entry(message)? else { return Ok(None) };
        let Some(origin) = &entry.origin else { return Ok(None) };
        let read = xinju_model::facts::facts(origin.source.format, &origin.source.account, &entry.body);
        if read.conversation.as_ref().is_none_or(|conversation| conversation.id != id) {
            return Ok(None);
        }
        if !permit.scope().has_message(Some(id), read.sent_at.unwrap_or(entry.at)) {
            return Ok(None);
        }
        let walk = Walk { core: &self.core, snapshot: &snapshot, permit: &permit, id };
        walk.position((read.sent_at.unwrap_or(entry.at), message)).map(Some)
    }
}

impl Walk<'_> {
    /// The messages of hits, with an event about them on its way.
    fn read(&self, hits: &[Hit], offset: u64) -> Result<(Vec<Edge<MessageView>>, Receipt), ServiceError> {
        let indexes: Vec<EntryIndex> = hits.iter().map(|hit| hit.entry).collect();
        let views = self.core.views(self.snapshot, &indexes)?;
        let act = Act::audit("conversation.read").on(self.id).with("from", offset).with_ids("messages", &indexes);
        let receipt = self.core.begin_audited(self.permit, act.about_messages(views.iter().flatten()))?;
        let edges = hits.iter().zip(views);
        let edges =
            edges.filter_map(|(hit, view)| Some(Edge { cursor: write_place((hit.at, hit.entry)), node: view? }));
        Ok((edges.collect(), receipt))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_one_way_to_say_where() {
        let both = TimelineRequest { first: Some(1), last: Some(1), ..TimelineRequest::default() };
        assert!(anchor(&both).is_err());
        let two = TimelineRequest { offset: Some(1), at: Some(Timestamp(5)), ..TimelineRequest::default() };
        assert!(anchor(&two).is_err());
        let mixed = TimelineRequest { last: Some(1), offset: Some(1), ..TimelineRequest::default() };
        assert!(anchor(&mixed).is_err());
        let large = TimelineRequest { last: Some(201), ..TimelineRequest::default() };
        assert!(anchor(&large).is_err());
        assert!(matches!(anchor(&TimelineRequest::default()), Ok((Anchor::Offset(0), 50))));
    }

    #[test]
    fn places_read_back() {
        let place = (Timestamp(-1), EntryIndex(u64::MAX));
        assert_eq!(read_place(&write_place(place)).expect("ours"), place);
        assert!(read_place("AAAA").is_err());
    }
}
