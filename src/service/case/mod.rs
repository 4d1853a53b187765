//! Cases: opening them, collecting for them, reading what was collected.

mod records;

use std::collections::BTreeSet;

use xinju_model::access::{Action, Permit, Viewer, may};
use xinju_model::case::{Case, CaseAbout, CaseFault, CaseItem, CaseState, ContextRule, Selection};
use xinju_model::id::{CaseId, EntryIndex};
use xinju_model::limits::{CASE_ITEMS_MAX, CASE_TEXT_CHARS_MAX, CASES_MAX};
use xinju_model::time::Timestamp;
use xinju_search::query::parse;
use xinju_store::read::{Page, ReadTx};

use crate::audit::{Act, record};
use crate::error::ServiceError;
use crate::message::MessageView;
use crate::page::{Connection, Edge, PageRequest, bad_cursor, read_cursor, read_moment, write_cursor, write_moment};
use crate::service::{Core, Service};

use records::{Collected, Collector, Place};

/// Cases read in one go where those of one person are counted.
const CASES_AT_ONCE: usize = 500;

/// Why a case was not opened or changed, or something not collected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CaseRefusal {
    /// It is not as a case should be.
    Fault(CaseFault),
    /// Somebody in charge is no user.
    NobodySuch,
    /// It is over.
    Closed,
    /// There are as many as there may be.
    TooMany,
    /// The search cannot be read.
    QueryInvalid,
    /// There is no such conversation, message or customer.
    NotThere,
}

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

/// A message of a case.
#[derive(Clone, Debug, PartialEq)]
pub struct CaseMessage {
    /// The message.
    pub message: MessageView,
    /// The numbers of the items that mean it.
    pub items: BTreeSet<u32>,
}

/// Whether somebody sees a case: who is in charge, who says who sees what, and the operator.
fn sees(viewer: &Viewer, case: &Case) -> bool {
    viewer.user.is_none_or(|user| case.about.in_charge.contains(&user)) || may(viewer, Action::ManageRoles)
}

fn describe(act: Act, after: &Case, before: Option<&Case>) -> Act {
    let people = |case: &Case| case.about.in_charge.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ");
    let state = |case: &Case| if case.state == CaseState::Open { "open" } else { "closed" };
    let act = act.with("name", &after.about.name).with("number", &after.about.number);
    let act = act.with("in_charge_after", people(after)).with("state_after", state(after));
    let Some(before) = before else { return act };
    act.with("name_before", &before.about.name)
        .with("in_charge_before", people(before))
        .with("state_before", state(before))
}

impl Core {
    /// A case that the viewer may see, with the permit.
    pub(crate) fn seen_case(&self, viewer: &Viewer, id: CaseId) -> Result<(Permit, ReadTx, Case), ServiceError> {
        let permit = self.allow_on(viewer, Action::ManageCases, id)?;
        let tx = self.store.read()?;
        let case = tx.case(id)?.filter(|case| sees(viewer, case)).ok_or(ServiceError::NotFound("case"))?;
        Ok((permit, tx, case))
    }

    fn checked(&self, about: CaseAbout) -> Result<Result<CaseAbout, CaseRefusal>, ServiceError> {
        let about = match about.checked() {
            Ok(about) => about,
            Err(fault) => return Ok(Err(CaseRefusal::Fault(fault))),
        };
        let tx = self.store.read()?;
        for user in &about.in_charge {
            if tx.user(*user)?.is_none() {
                return Ok(Err(CaseRefusal::NobodySuch));
            }
        }
        Ok(Ok(about))
    }

    fn put_case(&self, permit: &Permit, case: &Case, act: Act) -> Result<(), ServiceError> {
        let (row, now) = (case.clone(), self.clock.now());
        Ok(self.store.write(permit, move |tx| {
            tx.put_case(&row)?;
            record(tx, now, &act).map(|_| ())
        })?)
    }
}

impl Service {
    /// Opens a case.
    pub fn open_case(&self, viewer: &Viewer, about: CaseAbout) -> Result<Result<Case, CaseRefusal>, ServiceError> {
        let core = &self.core;
        let permit = core.allow(viewer, Action::ManageCases)?;
        let about = match core.checked(about)? {
            Ok(about) => about,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let page = Page { after: None, limit: CASES_MAX };
        if core.store.read()?.cases(&page)?.len() >= CASES_MAX {
            return Ok(Err(CaseRefusal::TooMany));
        }
        let (id, opened_at) = (CaseId::random(&*core.random), core.clock.now());
        let case = Case { id, about, state: CaseState::Open, items_given: 0, opened_at, opened_by: viewer.user };
        core.put_case(&permit, &case, describe(Act::audit("case.open").on(id), &case, None))?;
        Ok(Ok(case))
    }

    /// Changes what is known of a case.
    pub fn change_case(
        &self,
        viewer: &Viewer,
        id: CaseId,
        about: CaseAbout,
    ) -> Result<Result<Case, CaseRefusal>, ServiceError> {
        let core = &self.core;
        let (permit, _, before) = core.seen_case(viewer, id)?;
        let about = match core.checked(about)? {
            Ok(about) => about,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let case = Case { about, ..before.clone() };
        core.put_case(&permit, &case, describe(Act::audit("case.change").on(id), &case, Some(&before)))?;
        Ok(Ok(case))
    }

    /// Says whether a case goes on.
    pub fn set_case_state(&self, viewer: &Viewer, id: CaseId, state: CaseState) -> Result<Case, ServiceError> {
        let core = &self.core;
        let (permit, _, before) = core.seen_case(viewer, id)?;
        let case = Case { state, ..before.clone() };
        core.put_case(&permit, &case, describe(Act::audit("case.change").on(id), &case, Some(&before)))?;
        Ok(case)
    }

    /// A case; none where there is none to see.
    pub fn case(&self, viewer: &Viewer, id: CaseId) -> Result<Option<Case>, ServiceError> {
        self.core.allow_on(viewer, Action::ManageCases, id)?;
        Ok(self.core.store.read()?.case(id)?.filter(|case| sees(viewer, case)))
    }

    /// The cases that the viewer may see, newest first.
    pub fn cases(&self, viewer: &Viewer, page: &PageRequest) -> Result<Connection<Case>, ServiceError> {
        self.core.allow(viewer, Action::ManageCases)?;
        let (limit, after) = (page.limit()?, page.after.as_deref().map(read_moment).transpose()?);
        let behind = |case: &Case| {
            // Newest first: what lies behind a cursor was opened before it, or at once with a higher id.
            after.is_none_or(|(at, id)| (case.opened_at, id) < (at, case.id.0))
        };
        let tx = self.core.store.read()?;
        let (mut edges, mut total, mut has_next, mut key) = (Vec::new(), 0, false, None);
        loop {
            let found = tx.cases(&Page { after: key, limit: CASES_AT_ONCE })?;
            key = found.last().map(|case| (case.opened_at, case.id));
            let last = found.len() < CASES_AT_ONCE;
            for case in found.into_iter().filter(|case| sees(viewer, case)) {
                total += 1;
                if !behind(&case) {
                    continue;
                }
                if edges.len() == limit {
                    has_next = true;
                    continue;
                }
                edges.push(Edge { cursor: write_moment(case.opened_at, case.id.0), node: case });
            }
            if last {
                return Ok(Connection { edges, has_next, has_previous: after.is_some(), total });
            }
        }
    }

    /// What a case collects, by number.
    pub fn case_items(&self, viewer: &Viewer, id: CaseId) -> Result<Vec<CaseItem>, ServiceError> {
        let (_, tx, _) = self.core.seen_case(viewer, id)?;
        Ok(tx.case_items(id)?)
    }

    /// Collects something for a case.
    pub fn collect(
        &self,
        viewer: &Viewer,
        id: CaseId,
        new: CollectInto,
    ) -> Result<Result<CaseItem, CaseRefusal>, ServiceError> {
        let core = &self.core;
        let (permit, tx, case) = core.seen_case(viewer, id)?;
        if let Err(refusal) = core.collectable(viewer, &case, &new)? {
            return Ok(Err(refusal));
        }
        let _one_at_a_time = core.accounts.lock();
        let items = tx.case_items(id)?;
        if items.len() >= CASE_ITEMS_MAX {
            return Ok(Err(CaseRefusal::TooMany));
        }
        let now = core.clock.now();
        let CollectInto { mut selection, context, comment } = new;
        if let Selection::Search { archived_before: Some(end), .. } = &mut selection {
            *end = (*end).min(EntryIndex(core.store.size()));
        }
        let mut item = CaseItem { number: 0, selection, context, comment, added_at: now, added_by: viewer.user };
        item = core.store.write(&permit, move |tx| {
            let number = tx.next_case_item(id)?;
            let item = CaseItem { number, ..item.clone() };
            tx.put_case_item(id, &item)?;
            record(tx, now, &Act::audit("case.collect").on(id).with("item", number))?;
            Ok(item)
        })?;
        Ok(Ok(item))
    }

    /// Takes something out of a case; whether it was in it. The event tells what it was.
    pub fn uncollect(&self, viewer: &Viewer, id: CaseId, number: u32) -> Result<bool, ServiceError> {
        let core = &self.core;
        let (permit, tx, case) = core.seen_case(viewer, id)?;
        if case.state == CaseState::Closed || !tx.case_items(id)?.iter().any(|item| item.number == number) {
            return Ok(false);
        }
        let (act, now) = (Act::audit("case.take_out").on(id).with("item", number), core.clock.now());
        Ok(core.store.write(&permit, move |tx| {
            record(tx, now, &act)?;
            tx.remove_case_item(id, number)
        })?)
    }

    /// The messages of a case in time order, as far as the viewer may read them. One event in the ledger.
    pub fn case_messages(
        &self,
        viewer: &Viewer,
        id: CaseId,
        page: &PageRequest,
    ) -> Result<Connection<CaseMessage>, ServiceError> {
        let core = &self.core;
        let (_, tx, _) = core.seen_case(viewer, id)?;
        let permit = core.allow_search(viewer)?;
        let (limit, after) = (page.limit()?, page.after.as_deref().map(read_place).transpose()?);
        let items = tx.case_items(id)?;
        drop(tx);
        let snapshot = core.snapshot(&permit)?;
        let collected = Collector { core, snapshot: &snapshot, permit: &permit }.all(&items)?;
        let rest: Vec<(Place, BTreeSet<u32>)> = part(&collected, after, limit + 1);
        let has_next = rest.len() > limit;
        let places: Vec<(Place, BTreeSet<u32>)> = rest.into_iter().take(limit).collect();
        let indexes: Vec<EntryIndex> = places.iter().map(|((_, entry), _)| *entry).collect();
        let views = core.views(&snapshot, &indexes)?;
        let act = Act::audit("case.read").on(id).with_ids("messages", &indexes);
        core.audited(&permit, act.about_messages(views.iter().flatten()))?;
        let edges = places.into_iter().zip(views).filter_map(|((place, items), view)| {
            Some(Edge { cursor: write_place(place), node: CaseMessage { message: view?, items } })
        });
        let total = collected.len() as u64;
        Ok(Connection { edges: edges.collect(), has_next, has_previous: after.is_some(), total })
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
            Selection::Search { query, .. } => match parse(query, 0) {
                Ok(_) => true,
                Err(_) => return Ok(Err(CaseRefusal::QueryInvalid)),
            },
        };
        Ok(if there { Ok(()) } else { Err(CaseRefusal::NotThere) })
    }
}

fn part(collected: &Collected, after: Option<Place>, limit: usize) -> Vec<(Place, BTreeSet<u32>)> {
    use std::ops::Bound::{Excluded, Unbounded};
    let behind = after.map_or(Unbounded, Excluded);
    collected.range((behind, Unbounded)).take(limit).map(|(place, items)| (*place, items.clone())).collect()
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
