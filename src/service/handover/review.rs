//! What a leaver did before the suspension: frozen once, for those who see to the handover.

use std::collections::BTreeMap;

use xinju_model::access::{Permit, Viewer};
use xinju_model::audit::AuditAction;
use xinju_model::handover::{Handover, Review};
use xinju_model::id::{EntryIndex, HandoverId, UserId};
use xinju_model::limits::{PAGE_SIZE_MAX, REVIEW_EVENTS_MAX};
use xinju_model::time::Timestamp;
use xinju_search::trail::TrailQuery;

use crate::audit::record;
use crate::error::ServiceError;
use crate::handover::step;
use crate::page::{Connection, Edge, PageRequest};
use crate::service::{Core, Service};
use crate::trail::EventView;

const DAY_MS: i64 = 86_400_000;

impl Core {
    /// Freezes what a suspended leaver had done, unless it is frozen already. Nothing can come to it any more: the accounts are closed.
    pub(super) fn freeze_review(&self, permit: &Permit, handover: &Handover) -> Result<Option<Review>, ServiceError> {
        let Some(until) = handover.suspended_at else { return Ok(None) };
        if let Some(review) = self.store.read()?.review(handover.id)? {
            return Ok(Some(review));
        }
        self.catch_up_trail()?;
        let from = until.plus_millis(-i64::from(handover.review_days) * DAY_MS);
        let review = self.look_back(&handover.users, from, until)?;
        let act = step("handover.freeze", handover)
            .with("from", from)
            .with("until", until)
            .with("events", review.total)
            .with("review_sha256", review.digest());
        let (id, row, now) = (handover.id, review, self.clock.now());
        let frozen = row.clone();
        self.store.write(permit, move |tx| {
            if tx.put_review(id, &row)? {
                record(tx, now, &act)?;
            }
            Ok(())
        })?;
        // Two who ask at once: what the first one froze counts.
        Ok(Some(self.store.read()?.review(handover.id)?.unwrap_or(frozen)))
    }

    fn look_back(&self, users: &[UserId], from: Timestamp, until: Timestamp) -> Result<Review, ServiceError> {
        let (mut counts, mut events, mut total) = (BTreeMap::<String, u64>::new(), Vec::new(), 0_u64);
        for user in users {
            let whole = TrailQuery {
                actor: Some(user.to_string()),
                after: Some(from),
                before: Some(until),
                ..TrailQuery::default()
            };
            total = total.saturating_add(self.trail.index.search(&whole, false, None, 0)?.total.unwrap_or(0));
            for action in AuditAction::KNOWN {
                let of_one = TrailQuery { actions: vec![action.name().to_owned()], ..whole.clone() };
                let count = self.trail.index.search(&of_one, false, None, 0)?.total.unwrap_or(0);
                if count > 0 {
                    let sum = counts.entry(action.name().to_owned()).or_default();
                    *sum = sum.saturating_add(count);
                }
            }
            events.extend(self.newest(&whole)?);
        }
        events.sort_unstable_by(|a, b| b.cmp(a));
        events.truncate(REVIEW_EVENTS_MAX);
        Ok(Review { from, until, counts, total, events })
    }

    /// The newest events of a query, as many as a review names.
    fn newest(&self, query: &TrailQuery) -> Result<Vec<EntryIndex>, ServiceError> {
        let (mut found, mut after) = (Vec::new(), None::<String>);
        loop {
            let hits = self.trail.index.search(query, false, after.as_deref(), PAGE_SIZE_MAX)?;
            found.extend(hits.hits.iter().map(|hit| hit.entry));
            after = hits.hits.last().map(|hit| hit.cursor.clone());
            if !hits.more || after.is_none() || found.len() >= REVIEW_EVENTS_MAX {
                return Ok(found);
            }
        }
    }
}

impl Service {
    /// What a leaver had done, as it was frozen; none before the suspension.
    pub fn review(&self, viewer: &Viewer, id: HandoverId) -> Result<Option<Review>, ServiceError> {
        let core = &self.core;
        let (overseer, handover) = core.overseen(viewer, &core.store.read()?, id)?;
        // Where the process ended between suspension and review, it is done now.
        core.freeze_review(&overseer.permit, &handover)
    }

    /// The events of a review, newest first. One event in the ledger a page.
    pub fn review_events(
        &self,
        viewer: &Viewer,
        id: HandoverId,
        page: &PageRequest,
    ) -> Result<Connection<EventView>, ServiceError> {
        let core = &self.core;
        let (overseer, handover) = core.overseen(viewer, &core.store.read()?, id)?;
        let frozen = core.freeze_review(&overseer.permit, &handover)?;
        let found =
            Connection::of_whole(frozen.map_or_else(Vec::new, |review| review.events), page, ToString::to_string)?;
        let snapshot = core.snapshot(&overseer.permit)?;
        let mut edges = Vec::with_capacity(found.edges.len());
        for Edge { cursor, node } in found.edges {
            edges.extend(snapshot.event(node, true)?.map(|node| Edge { cursor, node }));
        }
        core.audited(&overseer.permit, step("handover.read_review", &handover).with("events", edges.len()))?;
        Ok(Connection { edges, has_next: found.has_next, has_previous: found.has_previous, total: found.total })
    }
}
