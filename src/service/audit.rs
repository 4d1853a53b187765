//! Writing events: who did or saw what. An act whose event cannot be written does not happen.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Display;

use xinju_model::access::{Action, Permit, Viewer, authorize, may};
use xinju_model::approval::Preview;
use xinju_model::audit::AuditAction;
use xinju_model::id::{ConversationId, CustomerId, EntryIndex};
use xinju_model::limits::EVENT_CUSTOMERS_MAX;
use xinju_model::record::EntryKind;
use xinju_model::time::Timestamp;

use crate::error::ServiceError;
use crate::message::MessageView;
use crate::service::Core;
use xinju_store::error::StoreError;
use xinju_store::write::WriteTx;

/// What an event says besides actor, place and time.
#[derive(Clone, Debug)]
pub(crate) struct Act {
    kind: EntryKind,
    action: &'static str,
    object: String,
    details: Vec<(&'static str, String)>,
}

impl Act {
    /// Somebody did or saw something.
    pub(crate) fn audit(action: &'static str) -> Self {
        Self::of(EntryKind::Audit, action)
    }

    /// An act of a given kind.
    pub(crate) fn of(kind: EntryKind, action: &'static str) -> Self {
        debug_assert!(AuditAction::from_name(action) != AuditAction::Other, "{action} is missing in model::audit");
        Self { kind, action, object: String::new(), details: Vec::new() }
    }

    /// What was done.
    pub(crate) fn action(&self) -> &'static str {
        self.action
    }

    /// A particular that was said; none where it was not.
    pub(crate) fn detail(&self, name: &str) -> Option<&str> {
        self.details.iter().find(|(known, _)| *known == name).map(|(_, value)| value.as_str())
    }

    /// What it was done to.
    pub(crate) fn on(mut self, object: impl Display) -> Self {
        self.object = format!("{object}");
        self
    }

    /// A further particular; never content, never a secret.
    pub(crate) fn with(mut self, name: &'static str, value: impl Display) -> Self {
        self.details.push((name, format!("{value}")));
        self
    }

    /// What the event will say, for whoever has to agree to it beforehand; names are filled in by who knows them.
    pub(crate) fn preview(&self) -> Preview {
        Preview {
            action: self.action.to_owned(),
            object: self.object.clone(),
            details: self.details.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect(),
            names: BTreeMap::new(),
        }
    }

    /// Ids of a further particular; nothing where there are none.
    pub(crate) fn with_ids<T: Display>(self, name: &'static str, ids: impl IntoIterator<Item = T>) -> Self {
        let ids: Vec<String> = ids.into_iter().map(|id| id.to_string()).collect();
        if ids.is_empty() { self } else { self.with(name, ids.join(" ")) }
    }

    /// The customers it is about, at most [`EVENT_CUSTOMERS_MAX`]; how many more there are is counted.
    pub(crate) fn about(self, customers: impl IntoIterator<Item = CustomerId>) -> Self {
        let all: BTreeSet<CustomerId> = customers.into_iter().collect();
        let act = self.with_ids("customers", all.iter().take(EVENT_CUSTOMERS_MAX));
        match all.len().checked_sub(EVENT_CUSTOMERS_MAX) {
            None | Some(0) => act,
            Some(more) => act.with("customers_left_out", more),
        }
    }

    /// The conversations and customers of messages that were seen.
    pub(crate) fn about_messages<'a>(self, messages: impl Iterator<Item = &'a MessageView> + Clone) -> Self {
        let conversation = |message: &MessageView| message.facts.conversation.as_ref().map(|facts| facts.id);
        let conversations: BTreeSet<ConversationId> = messages.clone().filter_map(conversation).collect();
        let parties = messages.flat_map(|message| message.from.iter().chain(&message.to));
        self.with_ids("conversations", conversations).about(parties.filter_map(|party| party.customer))
    }
}

/// Only for measuring what events cost: no feature and no setting leads here, only a flag of the compiler.
pub(crate) const UNAUDITED: bool = cfg!(xinju_unaudited);

impl Core {
    /// A permit, or an event about the attempt and an error. The event is durable before the error is returned.
    pub(crate) fn allow(&self, viewer: &Viewer, action: Action) -> Result<Permit, ServiceError> {
        self.allow_on(viewer, action, "")
    }

    /// As [`Core::allow`], for an action on one object: the event of a denial names it.
    pub(crate) fn allow_on(
        &self,
        viewer: &Viewer,
        action: Action,
        object: impl Display,
    ) -> Result<Permit, ServiceError> {
        let refused = match authorize(viewer, action) {
            // One's own account is where a factor is enrolled.
            Ok(permit) if action == Action::ManageOwnAccount || !self.must_enrol(viewer)? => {
                return self.seeing(viewer, permit);
            }
            Ok(_) => ServiceError::EnrolFirst,
            Err(denied) => denied.into(),
        };
        Err(self.deny(viewer, action, &object.to_string(), refused))
    }

    /// A permit for the first of several actions that is allowed; where none is, the refusal is about the first.
    pub(crate) fn allow_any(
        &self,
        viewer: &Viewer,
        actions: &[Action],
        object: impl Display,
    ) -> Result<Permit, ServiceError> {
        let allowed = actions.iter().find(|action| may(viewer, **action)).or(actions.first());
        let action = allowed.ok_or_else(|| ServiceError::Internal("nothing was asked for".into()))?;
        self.allow_on(viewer, *action, object)
    }

    /// Writes an event by the permit's actor; durable when it returns.
    pub(crate) fn audited(&self, permit: &Permit, act: Act) -> Result<EntryIndex, ServiceError> {
        if UNAUDITED {
            return Ok(EntryIndex(0));
        }
        let at = self.clock.now();
        Ok(self.store.write(permit, move |tx| record(tx, at, &act))?)
    }
}

/// A permit of the product itself, for what jobs and doors write of their own accord.
pub(crate) fn system(place: &str) -> Result<Permit, ServiceError> {
    let viewer = Viewer { place: place.to_owned(), ..Viewer::system() };
    Ok(authorize(&viewer, Action::Operate)?)
}

/// Appends an event inside a write that changes something too.
pub(crate) fn record(tx: &mut WriteTx<'_>, at: Timestamp, act: &Act) -> Result<EntryIndex, StoreError> {
    tx.append_event(act.kind, at, act.action, &act.object, &act.details)
}
