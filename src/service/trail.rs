//! The audit trail: who did or saw what, for those who answer for it. Reading it is an event too.

use std::sync::Arc;

use xinju_model::access::{Action, Viewer};
use xinju_model::approval::SensitiveKind;
use xinju_model::audit::{Actor, Event};
use xinju_model::entry::entry_leaf;
use xinju_model::id::{
    CaseId, ConversationId, CustomerId, EntryIndex, HandoverFormId, HandoverId, ImportId, MediaId, SessionId, StaffId,
    TokenId, UserId,
};
use xinju_model::limits::{EVENT_FILTER_ACTIONS_MAX, EVENT_FILTER_CHARS_MAX, QUERY_CHARS_MAX, QUERY_CLAUSES_MAX};
use xinju_model::record::EntryKind;
use xinju_model::time::Timestamp;
use xinju_model::user::User;
use xinju_search::index::Hit;
use xinju_search::trail::TrailQuery;
use xinju_store::error::StoreError;

use crate::approval::leave::Leave;
use crate::audit::{Act, record};
use crate::error::ServiceError;
use crate::message::{SealState, SealView, seal_state};
use crate::page::{Connection, Edge, PageRequest};
use crate::party::Snapshot;
use crate::personal::hide_event;
use crate::service::Service;

pub use crate::trail_export::{AuditExport, ExportForm};

/// What counts as having looked at somebody's messages or page.
pub const LOOKS: &[&str] = &[
    "message.read",
    "message.download",
    "message.file",
    "message.prove",
    "personal.reveal",
    "conversation.read",
    "conversation.list",
    "search.run",
    "customer.read",
];
/// Subjects of one event that are looked up for their names; a page of a list names more than anybody reads.
const SUBJECTS_NAMED_MAX: usize = 20;

/// Which events to list: those that fit everything given.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuditFilter {
    /// By whom: the id of a user or token, or `operator` or `system`.
    pub actor: Option<String>,
    /// Any of these acts by name; none means all.
    pub actions: Vec<String>,
    /// Done to or about this id.
    pub subject: Option<String>,
    /// From this network address, or `local`.
    pub place: Option<String>,
    /// At or after this moment.
    pub after: Option<Timestamp>,
    /// Before this moment.
    pub before: Option<Timestamp>,
    /// Words that all stand in names and particulars, separated by spaces.
    pub words: Option<String>,
}

/// What an id names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SubjectKind {
    /// A case.
    Case,
    /// A conversation.
    Conversation,
    /// A customer.
    Customer,
    /// A handover.
    Handover,
    /// A form of a handover.
    HandoverForm,
    /// An import.
    Import,
    /// A file of a message.
    Media,
    /// An entry of the ledger: a message or an event.
    Message,
    /// A session.
    Session,
    /// A member of staff.
    Staff,
    /// An API token.
    Token,
    /// A user.
    User,
    /// Something else.
    Other,
}

/// Something an event was done to or is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SubjectView {
    /// The id.
    pub id: String,
    /// What it names.
    pub kind: SubjectKind,
    /// Its name today, where it has one.
    pub name: Option<String>,
}

/// An event as people see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventView {
    /// Its entry, which names it.
    pub index: EntryIndex,
    /// When it happened, by our clock.
    pub at: Timestamp,
    /// What kind of entry it is.
    pub kind: EntryKind,
    /// Whose doing it was; for a denied attempt who asked.
    pub actor: Actor,
    /// The event as it stands in the ledger.
    pub event: Event,
    /// What it was done to and whom it is about, the object first; at most 20, the particulars hold all.
    pub subjects: Vec<SubjectView>,
    /// Its proof's state.
    pub seal: SealView,
}

impl SubjectKind {
    /// Ids tell by their first letter what they name.
    pub fn of(id: &str) -> Self {
        let is = [
            (CaseId::parse(id).is_ok(), Self::Case),
            (ConversationId::parse(id).is_ok(), Self::Conversation),
            (CustomerId::parse(id).is_ok(), Self::Customer),
            (HandoverId::parse(id).is_ok(), Self::Handover),
            (HandoverFormId::parse(id).is_ok(), Self::HandoverForm),
            (ImportId::parse(id).is_ok(), Self::Import),
            (MediaId::parse(id).is_ok(), Self::Media),
            (EntryIndex::parse(id).is_ok(), Self::Message),
            (SessionId::parse(id).is_ok(), Self::Session),
            (StaffId::parse(id).is_ok(), Self::Staff),
            (TokenId::parse(id).is_ok(), Self::Token),
            (UserId::parse(id).is_ok(), Self::User),
        ];
        is.into_iter().find(|(is, _)| *is).map_or(Self::Other, |(_, kind)| kind)
    }
}

fn too_long(what: &str) -> ServiceError {
    ServiceError::Limit(format!("{what} of a filter of events is longer than it may be"))
}

impl AuditFilter {
    /// The query of this filter, within its limits.
    pub(crate) fn query(&self) -> Result<TrailQuery, ServiceError> {
        let long = |text: &String| text.chars().nth(EVENT_FILTER_CHARS_MAX).is_some();
        let texts = self.actor.iter().chain(&self.subject).chain(&self.place);
        if self.actions.len() > EVENT_FILTER_ACTIONS_MAX || texts.chain(&self.actions).any(long) {
            return Err(too_long("a value or the list of actions"));
        }
        let words = self.words.clone().unwrap_or_default();
        if words.chars().nth(QUERY_CHARS_MAX).is_some() || words.split_whitespace().nth(QUERY_CLAUSES_MAX).is_some() {
            return Err(too_long("the text"));
        }
        Ok(TrailQuery {
            actor: self.actor.clone(),
            actions: self.actions.clone(),
            subjects: self.subject.iter().cloned().collect(),
            place: self.place.clone(),
            after: self.after,
            before: self.before,
            words,
        })
    }

    /// The event that tells of this filter's use.
    pub(crate) fn act(&self, action: &'static str) -> Act {
        let mut act = Act::audit(action);
        if let Some(subject) = &self.subject {
            act = act.on(subject);
        }
        let actions = (!self.actions.is_empty()).then(|| self.actions.join(" "));
        let moment = |moment: Option<Timestamp>| moment.map(|moment| moment.to_string());
        let given = [
            ("actor", self.actor.clone()),
            ("actions", actions),
            ("place", self.place.clone()),
            ("after", moment(self.after)),
            ("before", moment(self.before)),
            ("words", self.words.clone()),
        ];
        for (name, value) in given {
            if let Some(value) = value.filter(|value| !value.is_empty()) {
                act = act.with(name, value);
            }
        }
        act
    }
}

impl Service {
    /// Events that fit a filter, newest first, everything durable among them. One event in the ledger a page.
    pub fn audit_events(
        &self,
        viewer: &Viewer,
        filter: &AuditFilter,
        page: &PageRequest,
    ) -> Result<Connection<EventView>, ServiceError> {
        let core = &self.core;
        let subject = filter.subject.clone().unwrap_or_default();
        let permit = core.allow_on(viewer, Action::ReadAudit, subject)?;
        let (limit, query) = (page.limit()?, filter.query()?);
        core.catch_up_trail()?;
        let hits = core.trail.index.search(&query, !permit.masks().is_empty(), page.after.as_deref(), limit)?;
        let nodes = core.snapshot(&permit)?.events(&hits.hits, true)?;
        core.audited(&permit, filter.act("audit.read").with("events", nodes.len()))?;
        let edges = nodes.into_iter().map(|(cursor, node)| Edge { cursor, node }).collect();
        let has_previous = page.after.is_some();
        Ok(Connection { edges, has_next: hits.more, has_previous, total: hits.total.unwrap_or(0) })
    }

    /// Who looked at a customer, a conversation or a message, newest first. One event in the ledger a page.
    pub fn access_log(
        &self,
        viewer: &Viewer,
        subject: &str,
        page: &PageRequest,
    ) -> Result<Connection<EventView>, ServiceError> {
        let actions = LOOKS.iter().map(|action| (*action).to_owned()).collect();
        let filter = AuditFilter { subject: Some(subject.to_owned()), actions, ..AuditFilter::default() };
        self.audit_events(viewer, &filter, page)
    }

    /// Users by name, for whoever chooses whose events to read.
    pub fn audit_actors(&self, viewer: &Viewer) -> Result<Vec<Actor>, ServiceError> {
        self.core.allow(viewer, Action::ReadAudit)?;
        let users = self.core.store.read()?.users()?.into_iter().map(|row| row.user);
        let actor =
            |user: User| Actor { id: user.id.to_string(), kind: "user".into(), name: user.name, ..Actor::default() };
        let mut actors: Vec<Actor> = users.map(actor).collect();
        actors.sort_by(|a, b| (&a.name, &a.id).cmp(&(&b.name, &b.id)));
        Ok(actors)
    }

    /// One event; none where there is none. One event in the ledger.
    pub fn audit_event(&self, viewer: &Viewer, index: EntryIndex) -> Result<Option<EventView>, ServiceError> {
        let core = &self.core;
        let permit = core.allow_on(viewer, Action::ReadAudit, index)?;
        let found = core.snapshot(&permit)?.event(index, true)?;
        core.audited(&permit, Act::audit("audit.read").on(index))?;
        Ok(found)
    }

    /// Begins to export all events that fit a filter: an event, durable when this returns. [`AuditExport::write`] does the rest.
    pub fn export_audit_events(
        &self,
        viewer: &Viewer,
        filter: &AuditFilter,
        form: ExportForm,
    ) -> Result<AuditExport, ServiceError> {
        self.export_audit_events_with(viewer, filter, form, &self.core.leave(viewer, SensitiveKind::AuditExport)?)
    }

    pub(crate) fn export_audit_events_with(
        &self,
        viewer: &Viewer,
        filter: &AuditFilter,
        form: ExportForm,
        leave: &Leave,
    ) -> Result<AuditExport, ServiceError> {
        let core = &self.core;
        let permit = core.allow_on(viewer, Action::ReadAudit, filter.subject.clone().unwrap_or_default())?;
        let query = filter.query()?;
        core.catch_up_trail()?;
        let (act, now) = (filter.act("audit.export").with("form", form.name()), core.clock.now());
        let index = core.sensitive(&permit, leave, act, move |tx, act| record(tx, now, act))?;
        let mark = core.mark_of(&permit, index, now)?;
        Ok(AuditExport::new(Arc::clone(core), permit, query, form, mark))
    }
}

impl Snapshot<'_> {
    /// The events of hits with the cursors behind them. Whoever calls this has asked for permission.
    pub(crate) fn events(&self, hits: &[Hit], named: bool) -> Result<Vec<(String, EventView)>, ServiceError> {
        let mut events = Vec::with_capacity(hits.len());
        for hit in hits {
            if let Some(event) = self.event(hit.entry, named)? {
                events.push((hit.cursor.clone(), event));
            }
        }
        Ok(events)
    }

    /// An event; none where the entry is none. Whoever calls this has asked for permission.
    pub(crate) fn event(&self, index: EntryIndex, named: bool) -> Result<Option<EventView>, ServiceError> {
        let covered = self.tx.last_checkpoint()?.map_or(0, |(size, _, _)| size);
        let checkpoint_size = (covered > index.0).then_some(covered);
        let entry = match self.tx.entry(index) {
            Ok(Some(entry)) if entry.origin.is_none() => entry,
            Ok(_) => return Ok(None),
            Err(StoreError::Damaged(why)) => {
                tracing::error!(%why, index = index.0, "an event cannot be read; run `xinju verify`");
                return Ok(Some(unreadable(index, checkpoint_size)));
            }
            Err(other) => return Err(other.into()),
        };
        let state = seal_state(self, index, entry_leaf(&entry, None), checkpoint_size)?;
        let mut event = Event::from_bytes(&entry.body).unwrap_or_default();
        hide_event(&self.masks, &mut event);
        let subjects = if named { self.subjects(&event)? } else { Vec::new() };
        Ok(Some(EventView {
            index,
            at: entry.at,
            kind: entry.kind,
            actor: event.acting(),
            subjects,
            event,
            seal: SealView { state, checkpoint_size },
        }))
    }
}

/// What is shown of an event whose stored bytes cannot be read: that it is there, and that it failed.
fn unreadable(index: EntryIndex, checkpoint_size: Option<u64>) -> EventView {
    EventView {
        index,
        at: Timestamp(0),
        kind: EntryKind::Audit,
        actor: Actor::default(),
        event: Event::default(),
        subjects: Vec::new(),
        seal: SealView { state: SealState::Failed, checkpoint_size },
    }
}

impl Snapshot<'_> {
    /// What an event was done to and whom it is about, with names of today.
    fn subjects(&self, event: &Event) -> Result<Vec<SubjectView>, ServiceError> {
        let ids = event.subjects().into_iter().take(SUBJECTS_NAMED_MAX);
        ids.map(|id| {
            let kind = SubjectKind::of(id);
            Ok(SubjectView { id: id.to_owned(), kind, name: self.subject_name(id, kind)? })
        })
        .collect()
    }

    pub(crate) fn subject_name(&self, id: &str, kind: SubjectKind) -> Result<Option<String>, ServiceError> {
        let name = match kind {
            SubjectKind::Conversation => match ConversationId::parse(id) {
                Ok(id) => self.tx.conversation(id)?.map(|found| self.conversation(found)).transpose()?.map(|c| c.title),
                Err(_) => None,
            },
            SubjectKind::Customer => match CustomerId::parse(id) {
                Ok(id) => self.tx.customer(id)?.map(|customer| customer.name),
                Err(_) => None,
            },
            SubjectKind::Staff => match StaffId::parse(id) {
                Ok(id) => self.tx.staff(id)?.map(|staff| staff.name),
                Err(_) => None,
            },
            SubjectKind::User => match UserId::parse(id) {
                Ok(id) => self.tx.user(id)?.map(|row| row.user.name),
                Err(_) => None,
            },
            SubjectKind::Import => match ImportId::parse(id) {
                Ok(id) => self.tx.import(id)?.map(|import| import.file_name),
                Err(_) => None,
            },
            SubjectKind::Case => match CaseId::parse(id) {
                Ok(id) => self.tx.case(id)?.map(|case| case.about.name),
                Err(_) => None,
            },
            SubjectKind::Handover => match HandoverId::parse(id) {
                Ok(id) => self.tx.handover(id)?.map(|found| self.tx.staff(found.leaver)).transpose()?.flatten(),
                Err(_) => None,
            }
            .map(|leaver| leaver.name),
            SubjectKind::HandoverForm
            | SubjectKind::Media
            | SubjectKind::Message
            | SubjectKind::Session
            | SubjectKind::Token
            | SubjectKind::Other => None,
        };
        Ok(name.filter(|name| !name.is_empty()).map(|name| self.shown(name)))
    }
}
