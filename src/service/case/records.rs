//! Which messages a case means: worked out for one permit, so that a case shows no more than its reader may see.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use xinju_model::access::Permit;
use xinju_model::case::{CaseItem, ContextRule, Selection};
use xinju_model::facts::facts;
use xinju_model::id::{ConversationId, CustomerId, EntryIndex};
use xinju_model::limits::{CASE_CONVERSATIONS_MAX, CASE_MESSAGES_MAX, PAGE_SIZE_MAX};
use xinju_model::time::Timestamp;
use xinju_search::index::{Order, Request};
use xinju_search::query::{Filter, Query, parse};

use crate::case::kept::WorkedOut;
use crate::conversation::ConversationQuery;
use crate::error::ServiceError;
use crate::page::PageRequest;
use crate::party::Snapshot;
use crate::service::Core;

/// Hits that are fetched at once.
const HITS_AT_ONCE: usize = 2_000;
/// China Standard Time, in which a case's days begin, whoever looks.
const DAY_OFFSET_MS: i64 = 8 * 3_600_000;
const DAY_MS: i64 = 24 * 3_600_000;

/// A message's place in time.
pub(super) type Place = (Timestamp, EntryIndex);
/// The messages of a case in time order, each with the numbers of the items that mean it.
pub(super) type Collected = BTreeMap<Place, BTreeSet<u32>>;

/// The messages of a case that are of one conversation.
pub(super) struct Part {
    /// Which.
    pub(super) conversation: ConversationId,
    /// Its messages in time order, each with the number of messages left out between the one before it and it.
    pub(super) places: Vec<(Place, u64)>,
    /// Messages of the conversation that the case does not hold.
    pub(super) left_out: u64,
}

impl Core {
    /// The messages that a query finds, as far as a permit shows them, in time order.
    pub(crate) fn found(&self, permit: &Permit, query: &Query) -> Result<Vec<EntryIndex>, ServiceError> {
        let snapshot = self.snapshot(permit)?;
        let found = Collector { core: self, snapshot: &snapshot, permit }.hits(query)?;
        Ok(found.into_iter().map(|(_, entry)| entry).collect())
    }

    /// The messages that items mean, as far as a permit shows them, in the order of the ledger.
    pub(crate) fn collected(&self, permit: &Permit, items: &[CaseItem]) -> Result<Vec<EntryIndex>, ServiceError> {
        let snapshot = self.snapshot(permit)?;
        let all = Collector { core: self, snapshot: &snapshot, permit }.all(items)?;
        let mut entries: Vec<EntryIndex> = all.into_keys().map(|(_, entry)| entry).collect();
        entries.sort_unstable();
        entries.dedup();
        Ok(entries)
    }
}

/// What one permit sees of a case.
pub(super) struct Collector<'a> {
    pub(super) core: &'a Core,
    pub(super) snapshot: &'a Snapshot<'a>,
    pub(super) permit: &'a Permit,
}

impl Collector<'_> {
    /// Everything that the items mean.
    pub(super) fn all(&self, items: &[CaseItem]) -> Result<Collected, ServiceError> {
        let mut collected = Collected::new();
        for item in items {
            let selected = self.selected(&item.selection)?;
            for place in self.with_context(item.context, selected)? {
                collected.entry(place).or_default().insert(item.number);
            }
            bounded(collected.len())?;
        }
        Ok(collected)
    }

    fn selected(&self, selection: &Selection) -> Result<Vec<Place>, ServiceError> {
        match selection {
            Selection::Message { message } => Ok(self.place_of(*message)?.into_iter().collect()),
            Selection::Conversation { conversation, from, until } => {
                let filters = from.map(Filter::After).into_iter().chain(until.map(Filter::Before));
                self.hits(&in_conversation(*conversation, filters))
            }
            Selection::Customer { customer } => self.of_customer(*customer),
            Selection::Search { query, zone_offset_minutes, archived_before } => {
                // What was understood when it was collected is understood now: the query was checked then.
                let query =
                    parse(query, *zone_offset_minutes).map_err(|wrong| ServiceError::BadInput(wrong.message))?;
                let mut found = self.hits(&query)?;
                found.retain(|(_, entry)| archived_before.is_none_or(|end| *entry < end));
                Ok(found)
            }
        }
    }

    /// A message that may be seen.
    fn place_of(&self, message: EntryIndex) -> Result<Option<Place>, ServiceError> {
        let Some(view) = self.core.views(self.snapshot, &[message])?.pop().flatten() else { return Ok(None) };
        Ok(Some((view.at(), message)))
    }

    /// All conversations of a customer who may be seen.
    fn of_customer(&self, customer: CustomerId) -> Result<Vec<Place>, ServiceError> {
        let (mut found, mut page) = (Vec::new(), PageRequest::first(PAGE_SIZE_MAX));
        loop {
            let query = ConversationQuery { customer: Some(customer), page, ..ConversationQuery::default() };
            let list = self.snapshot.list(&query)?;
            for edge in &list.edges {
                found.extend(self.hits(&in_conversation(edge.node.conversation.id, []))?);
                bounded(found.len())?;
            }
            match list.edges.last() {
                Some(last) if list.has_next => {
                    page = PageRequest { first: Some(PAGE_SIZE_MAX), after: Some(last.cursor.clone()) };
                }
                _ => return Ok(found),
            }
        }
    }

    /// Every hit, in time order.
    fn hits(&self, query: &Query) -> Result<Vec<Place>, ServiceError> {
        let mut found = Vec::new();
        self.walk(query, |place| {
            found.push(place);
            bounded(found.len())
        })?;
        Ok(found)
    }

    /// Calls `on` with every hit, in time order.
    fn walk(&self, query: &Query, mut on: impl FnMut(Place) -> Result<(), ServiceError>) -> Result<(), ServiceError> {
        let mut cursor = None::<String>;
        loop {
            let request = Request {
                query,
                scope: self.permit.scope(),
                masked: self.snapshot.is_masked(),
                order: Order::Oldest,
                after: cursor.as_deref(),
                offset: 0,
                limit: HITS_AT_ONCE,
                count: false,
            };
            let page = self.core.index.search(&request, self.snapshot)?;
            cursor = page.hits.last().map(|hit| hit.cursor.clone());
            page.hits.iter().try_for_each(|hit| on((hit.at, hit.entry)))?;
            if !page.more {
                return Ok(());
            }
        }
    }

    fn with_context(&self, rule: ContextRule, selected: Vec<Place>) -> Result<Vec<Place>, ServiceError> {
        if rule == ContextRule::Alone {
            return Ok(selected);
        }
        let (mut all, mut conversations) = (Vec::new(), BTreeMap::<ConversationId, BTreeSet<Place>>::new());
        for place in selected {
            match self.conversation_of(place.1)? {
                Some(id) => {
                    conversations.entry(id).or_default().insert(place);
                }
                None => all.push(place),
            }
        }
        for (id, chosen) in conversations {
            let whole = self.hits(&in_conversation(id, []))?;
            all.extend(around(&whole, &chosen, rule));
            bounded(all.len())?;
        }
        Ok(all)
    }

    /// The messages of a case by conversation, in the order of each conversation's first message; at most [`CASE_CONVERSATIONS_MAX`] conversations.
    pub(super) fn parts(&self, case: &WorkedOut) -> Result<Vec<Arc<Part>>, ServiceError> {
        let mut rest: BTreeSet<Place> = case.all.keys().copied().collect();
        let mut parts = Vec::new();
        while let Some(first) = rest.pop_first() {
            if parts.len() == CASE_CONVERSATIONS_MAX {
                break;
            }
            let Some(id) = self.conversation_of(first.1)? else { continue };
            let part = self.part_of(case, id)?;
            part.places.iter().for_each(|(place, _)| {
                rest.remove(place);
            });
            parts.push(part);
        }
        Ok(parts)
    }

    /// The messages of a case that are of one conversation, and how many between them it does not hold.
    pub(super) fn part(&self, conversation: ConversationId, collected: &Collected) -> Result<Part, ServiceError> {
        let mut part = Part { conversation, places: Vec::new(), left_out: 0 };
        let mut between = 0;
        self.walk(&in_conversation(conversation, []), |place| {
            if collected.contains_key(&place) {
                part.places.push((place, std::mem::take(&mut between)));
            } else {
                (between, part.left_out) = (between + 1, part.left_out + 1);
            }
            Ok(())
        })?;
        Ok(part)
    }

    fn conversation_of(&self, message: EntryIndex) -> Result<Option<ConversationId>, ServiceError> {
        let Some(entry) = self.snapshot.tx.entry(message)? else { return Ok(None) };
        let Some(origin) = &entry.origin else { return Ok(None) };
        let read = facts(origin.source.format, &origin.source.account, &entry.body);
        Ok(read.conversation.map(|conversation| conversation.id))
    }
}

fn in_conversation(id: ConversationId, filters: impl IntoIterator<Item = Filter>) -> Query {
    let all = std::iter::once(Filter::Conversation(id.to_string())).chain(filters);
    Query::And(all.map(Query::Filter).collect())
}

fn bounded(messages: usize) -> Result<(), ServiceError> {
    if messages > CASE_MESSAGES_MAX {
        let words =
            format!("a case holds at most {CASE_MESSAGES_MAX} messages; choose shorter periods or narrower searches");
        return Err(ServiceError::Limit(words));
    }
    Ok(())
}

/// The messages of a conversation, in time order, that a rule takes along with those that were chosen.
fn around(whole: &[Place], chosen: &BTreeSet<Place>, rule: ContextRule) -> Vec<Place> {
    let day = |(at, _): &Place| at.millis().saturating_add(DAY_OFFSET_MS).div_euclid(DAY_MS);
    let days: BTreeSet<i64> = chosen.iter().map(day).collect();
    let near = |at: usize, before: u32, after: u32| {
        let from = at.saturating_sub(usize::try_from(after).unwrap_or(usize::MAX));
        let until = at.saturating_add(usize::try_from(before).unwrap_or(usize::MAX)).saturating_add(1);
        whole.get(from..until.min(whole.len())).is_some_and(|part| part.iter().any(|place| chosen.contains(place)))
    };
    let keep = |(at, place): &(usize, &Place)| match rule {
        ContextRule::Alone => chosen.contains(*place),
        ContextRule::Around { before, after } => near(*at, before, after),
        ContextRule::Day => days.contains(&day(place)),
        ContextRule::Conversation => true,
    };
    whole.iter().enumerate().filter(keep).map(|(_, place)| *place).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(hours: &[i64]) -> Vec<Place> {
        (0..).zip(hours).map(|(entry, hour)| (Timestamp(hour * 3_600_000), EntryIndex(entry))).collect()
    }

    #[test]
    fn a_rule_takes_along_what_stands_around() {
        // In China the day changes at 16:00 UTC.
        let whole = places(&[1, 10, 15, 17, 30, 41]);
        let chosen: BTreeSet<Place> = [whole[2]].into();
        let taken = |rule| around(&whole, &chosen, rule).iter().map(|(_, entry)| entry.0).collect::<Vec<u64>>();
        assert_eq!(taken(ContextRule::Alone), [2]);
        assert_eq!(taken(ContextRule::Around { before: 1, after: 2 }), [1, 2, 3, 4]);
        assert_eq!(taken(ContextRule::Around { before: 9, after: 0 }), [0, 1, 2]);
        assert_eq!(taken(ContextRule::Day), [0, 1, 2]);
        assert_eq!(taken(ContextRule::Conversation), [0, 1, 2, 3, 4, 5]);
    }
}
