//! Writing events: who did or saw what. An act whose event cannot be written does not happen.

use std::fmt::Display;
use std::panic::resume_unwind;

use xinju_model::access::{Action, Credential, Denied, Permit, Viewer, authorize};
use xinju_model::id::EntryIndex;
use xinju_model::record::EntryKind;
use xinju_model::time::Timestamp;

use crate::error::ServiceError;
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
        Self { kind, action, object: String::new(), details: Vec::new() }
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
}

impl Core {
    /// A permit, or an event about the attempt and an error. The event is durable before the error is returned.
    pub(crate) fn allow(&self, viewer: &Viewer, action: Action) -> Result<Permit, ServiceError> {
        match authorize(viewer, action) {
            Ok(permit) => self.seeing(viewer, permit),
            Err(denied) => Err(self.denied(viewer, denied)?),
        }
    }

    /// A permit for the first of several actions that is allowed; where none is, the refusal is about the first.
    pub(crate) fn allow_any(&self, viewer: &Viewer, actions: &[Action]) -> Result<Permit, ServiceError> {
        let mut refused = None;
        for action in actions {
            match authorize(viewer, *action) {
                Ok(permit) => return self.seeing(viewer, permit),
                Err(denied) => refused = refused.or(Some(denied)),
            }
        }
        let refused = refused.ok_or_else(|| ServiceError::Internal("nothing was asked for".into()))?;
        Err(self.denied(viewer, refused)?)
    }

    /// Writes down that somebody was refused; the error to return.
    pub(crate) fn denied(&self, viewer: &Viewer, denied: Denied) -> Result<ServiceError, ServiceError> {
        self.counters.denied();
        let who = match &viewer.credential {
            Credential::Token(token, _) => token.to_string(),
            Credential::Session | Credential::Operator | Credential::System => {
                viewer.user.map(|id| id.to_string()).unwrap_or_default()
            }
        };
        let act = Act::audit("access.denied").on(who).with("action", denied.0.name()).with("name", &viewer.name);
        let witness = system(&viewer.place)?;
        self.audited(&witness, act)?;
        Ok(denied.into())
    }

    /// Writes an event by the permit's actor; durable when it returns.
    pub(crate) fn audited(&self, permit: &Permit, act: Act) -> Result<EntryIndex, ServiceError> {
        let at = self.clock.now();
        Ok(self.store.write(permit, move |tx| record(tx, at, &act))?)
    }

    /// Writes an event while `work` runs; both must succeed, and the event is durable before the outcome is returned.
    pub(crate) fn audited_while<T>(
        &self,
        permit: &Permit,
        act: Act,
        work: impl FnOnce() -> Result<T, ServiceError>,
    ) -> Result<T, ServiceError> {
        std::thread::scope(|scope| {
            let event = scope.spawn(|| self.audited(permit, act));
            let outcome = work();
            match event.join() {
                Ok(event) => event.and(outcome),
                Err(panic) => resume_unwind(panic),
            }
        })
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
