//! Collecting for a case, and taking out again.

use xinju_model::access::Viewer;
use xinju_model::case::{Case, CaseFault, CaseItem, CaseState, ContextRule, Selection};
use xinju_model::id::{CaseId, EntryIndex};
use xinju_model::limits::{CASE_ITEMS_MAX, CASE_TEXT_CHARS_MAX};
use xinju_search::query::parse;

use crate::audit::{Act, record};
use crate::case::CaseRefusal;
use crate::case::masking::shown_item;
use crate::error::ServiceError;
use crate::search::check_zone;
use crate::service::{Core, Service};

/// Something to collect.
#[derive(Clone, Debug)]
pub struct CollectInto {
    /// Which records. A search that is not standing ends now at the latest.
    pub selection: Selection,
    /// What goes with them.
    pub context: ContextRule,
    /// Why.
    pub comment: String,
}

/// What an event says of something collected: which records, in the names that events have for them.
fn describe(act: Act, item: u32, selection: &Selection) -> Act {
    let act = act.with("item", item);
    match selection {
        Selection::Conversation { conversation, from, until } => {
            let act = act.with("conversations", conversation);
            let act = from.iter().fold(act, |act, from| act.with("from", from));
            until.iter().fold(act, |act, until| act.with("until", until))
        }
        Selection::Message { message } => act.with("messages", message),
        Selection::Customer { customer } => act.with("customers", customer),
        Selection::Search { query, archived_before, .. } => {
            act.with("query", query).with("standing", archived_before.is_none())
        }
    }
}

impl Service {
    /// What a case collects, by number.
    pub fn case_items(&self, viewer: &Viewer, id: CaseId) -> Result<Vec<CaseItem>, ServiceError> {
        let (permit, tx, _) = self.core.seen_case(viewer, id)?;
        Ok(tx.case_items(id)?.into_iter().map(|item| shown_item(permit.masks(), item)).collect())
    }

    /// Collects something for a case.
    pub fn collect(
        &self,
        viewer: &Viewer,
        id: CaseId,
        new: CollectInto,
    ) -> Result<Result<CaseItem, CaseRefusal>, ServiceError> {
        let core = &self.core;
        let _one_at_a_time = core.cases.lock();
        let (permit, tx, case) = core.seen_case(viewer, id)?;
        if let Err(refusal) = core.collectable(viewer, &case, &new)? {
            return Ok(Err(refusal));
        }
        if tx.case_items(id)?.len() >= CASE_ITEMS_MAX {
            return Ok(Err(CaseRefusal::TooMany));
        }
        let now = core.clock.now();
        let CollectInto { mut selection, context, comment } = new;
        if let Selection::Search { archived_before: Some(end), .. } = &mut selection {
            *end = (*end).min(EntryIndex(core.store.size()));
        }
        let item = CaseItem { number: 0, selection, context, comment, added_at: now, added_by: viewer.user };
        let item = core.store.write(&permit, move |tx| {
            let number = tx.next_case_item(id)?;
            let item = CaseItem { number, ..item.clone() };
            tx.put_case_item(id, &item)?;
            record(tx, now, &describe(Act::audit("case.collect").on(id), number, &item.selection))?;
            Ok(item)
        })?;
        Ok(Ok(shown_item(permit.masks(), item)))
    }

    /// Takes something out of a case; whether it was in it, and the case goes on. The event tells what it was.
    pub fn uncollect(&self, viewer: &Viewer, id: CaseId, number: u32) -> Result<bool, ServiceError> {
        let core = &self.core;
        let _one_at_a_time = core.cases.lock();
        let (permit, tx, case) = core.seen_case(viewer, id)?;
        let item = tx.case_items(id)?.into_iter().find(|item| item.number == number);
        let Some(item) = item.filter(|_| case.state == CaseState::Open) else { return Ok(false) };
        let act = describe(Act::audit("case.take_out").on(id), number, &item.selection);
        let now = core.clock.now();
        Ok(core.store.write(&permit, move |tx| {
            record(tx, now, &act)?;
            tx.remove_case_item(id, number)
        })?)
    }
}

impl Core {
    /// Whether something can be collected: it is there to be seen by whoever collects it.
    fn collectable(
        &self,
        viewer: &Viewer,
        case: &Case,
        new: &CollectInto,
    ) -> Result<Result<(), CaseRefusal>, ServiceError> {
        if case.state == CaseState::Closed {
            return Ok(Err(CaseRefusal::Closed));
        }
        if let Err(fault) = new.selection.check().and_then(|()| new.context.check()) {
            return Ok(Err(CaseRefusal::Fault(fault)));
        }
        if new.comment.chars().count() > CASE_TEXT_CHARS_MAX {
            return Ok(Err(CaseRefusal::Fault(CaseFault::Text)));
        }
        let permit = self.allow_search(viewer)?;
        let snapshot = self.snapshot(&permit)?;
        let there = match &new.selection {
            Selection::Conversation { conversation, .. } => snapshot.seen_conversation(*conversation)?.is_some(),
            Selection::Message { message } => self.views(&snapshot, &[*message])?.pop().flatten().is_some(),
            Selection::Customer { customer } => snapshot.customer(*customer)?.is_some(),
            Selection::Search { query, zone_offset_minutes, .. } => {
                match parse(query, check_zone(*zone_offset_minutes)?) {
                    Ok(_) => true,
                    Err(_) => return Ok(Err(CaseRefusal::QueryInvalid)),
                }
            }
        };
        Ok(if there { Ok(()) } else { Err(CaseRefusal::NotThere) })
    }
}
