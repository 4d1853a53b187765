//! Denied attempts, written down without letting a flood of them fill the disk.
//!
//! The first of its kind is an event at once, durable before the refusal is told. Equal ones of the same viewer within a
//! minute are counted, and so is whatever goes beyond [`DENIALS_WRITTEN_MAX`] different ones; when the minute is over the
//! counts are events too. A kill loses at most the counts of the minute that runs.

use std::collections::HashMap;

use parking_lot::Mutex;
use xinju_model::access::{Action, Credential, Viewer};
use xinju_model::audit::AuditAction;
use xinju_model::limits::{DENIALS_WRITTEN_MAX, EVENT_FILTER_CHARS_MAX};
use xinju_model::time::Timestamp;

use crate::audit::{Act, system};
use crate::error::ServiceError;
use crate::service::Core;

/// How long equal attempts are one event, in milliseconds.
const WINDOW_MS: i64 = 60_000;
/// The action of a sign-in that was not even looked at, in its event.
const SIGN_IN: &str = "sign_in";
/// The action that stands for all beyond the limit, in their event.
const SEVERAL: &str = "several";

/// Somebody who is denied; strangers have no ids.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
struct Asker {
    user: String,
    token: String,
    name: String,
}

/// What was denied, to what, from where.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Attempt {
    action: &'static str,
    object: String,
    place: String,
}

/// The attempts of one asker within a minute.
struct Window {
    since: Timestamp,
    /// Each with how often it came again.
    seen: HashMap<Attempt, u64>,
    beyond: u64,
}

/// Attempts that were only counted.
struct Counted {
    asker: Asker,
    attempt: Attempt,
    count: u64,
    since: Timestamp,
}

/// The denied attempts of the last minute.
#[derive(Default)]
pub(crate) struct Denials(Mutex<HashMap<Asker, Window>>);

impl Asker {
    fn of(viewer: &Viewer) -> Self {
        let token = match &viewer.credential {
            Credential::Token(token, _) => token.to_string(),
            Credential::Session | Credential::Operator | Credential::System => String::new(),
        };
        Self { user: viewer.user.map(|id| id.to_string()).unwrap_or_default(), token, name: viewer.name.clone() }
    }
}

impl Denials {
    /// Whether this attempt is to be written down now.
    fn is_news(&self, asker: &Asker, attempt: &Attempt, now: Timestamp) -> bool {
        let mut windows = self.0.lock();
        let window =
            windows.entry(asker.clone()).or_insert_with(|| Window { since: now, seen: HashMap::new(), beyond: 0 });
        if let Some(repeats) = window.seen.get_mut(attempt) {
            *repeats += 1;
            return false;
        }
        if window.seen.len() >= DENIALS_WRITTEN_MAX {
            window.beyond += 1;
            return false;
        }
        window.seen.insert(attempt.clone(), 0);
        true
    }

    /// The attempt could not be written down: the next one is news again.
    fn forget(&self, asker: &Asker, attempt: &Attempt) {
        if let Some(window) = self.0.lock().get_mut(asker) {
            window.seen.remove(attempt);
        }
    }

    /// Takes what was counted in minutes that are over; of all minutes when nobody will ask again.
    fn take(&self, now: Timestamp, last: bool) -> Vec<Counted> {
        let mut counted = Vec::new();
        self.0.lock().retain(|asker, window| {
            let age = now.millis().saturating_sub(window.since.millis());
            if !last && (0..WINDOW_MS).contains(&age) {
                return true;
            }
            let several = Attempt { action: SEVERAL, object: String::new(), place: String::new() };
            let all = window.seen.drain().chain(std::iter::once((several, window.beyond)));
            counted.extend(all.filter(|(_, count)| *count > 0).map(|(attempt, count)| Counted {
                asker: asker.clone(),
                attempt,
                count,
                since: window.since,
            }));
            false
        });
        counted
    }
}

fn act(asker: &Asker, attempt: &Attempt) -> Act {
    let mut act = Act::audit(AuditAction::AccessDeny.name()).on(&attempt.object).with("action", attempt.action);
    for (name, value) in [("user", &asker.user), ("token", &asker.token), ("name", &asker.name)] {
        if !value.is_empty() {
            act = act.with(name, value);
        }
    }
    act
}

impl Core {
    /// Writes down that a viewer was denied an action on an object (empty for none), and gives the error to return: `refused`, where that could be done.
    pub(crate) fn deny(&self, viewer: &Viewer, action: Action, object: &str, refused: ServiceError) -> ServiceError {
        self.counters.denied();
        // Some objects are whatever somebody sent.
        let object = object.chars().take(EVENT_FILTER_CHARS_MAX).collect();
        let attempt = Attempt { action: action.name(), object, place: viewer.place.clone() };
        match self.note_denial(&Asker::of(viewer), &attempt) {
            Ok(()) => refused,
            Err(error) => error,
        }
    }

    /// Writes down that somebody who must wait tried to sign in.
    pub(crate) fn deny_sign_in(&self, place: &str) -> Result<(), ServiceError> {
        let attempt = Attempt { action: SIGN_IN, object: String::new(), place: place.to_owned() };
        self.note_denial(&Asker::default(), &attempt)
    }

    fn note_denial(&self, asker: &Asker, attempt: &Attempt) -> Result<(), ServiceError> {
        self.write_counted_denials(false);
        if !self.denials.is_news(asker, attempt, self.clock.now()) {
            return Ok(());
        }
        let written = system(&attempt.place).and_then(|witness| self.audited(&witness, act(asker, attempt)));
        if written.is_err() {
            self.denials.forget(asker, attempt);
        }
        written.map(|_| ())
    }

    /// Makes events of what was counted in minutes that are over; of everything when `last`.
    pub(crate) fn write_counted_denials(&self, last: bool) {
        for counted in self.denials.take(self.clock.now(), last) {
            let act = act(&counted.asker, &counted.attempt).with("count", counted.count).with("since", counted.since);
            let written = system(&counted.attempt.place).and_then(|witness| self.audited(&witness, act));
            if let Err(error) = written {
                tracing::error!(%error, count = counted.count, "repeated denials could not be written down");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use xinju_model::role::BuiltIn;

    use xinju_model::access::Denied;

    use super::*;
    use crate::world::{World, viewer};

    fn refused() -> ServiceError {
        Denied(Action::ReadAudit).into()
    }

    #[test]
    fn equal_denials_of_a_minute_are_one_event_and_a_count() {
        let world = World::new();
        // Without jobs nobody else writes down what was counted.
        world.service.close();
        let deny = || world.service.users(&viewer(BuiltIn::Staff)).expect_err("denied");
        for _ in 0..1_000 {
            assert!(matches!(deny(), ServiceError::Denied(Denied(Action::ManageUsers))));
        }
        assert_eq!(world.count_events("access.deny"), 1);
        let first = world.last_event("access.deny").expect("an event");
        assert_eq!(
            (first.detail("action"), first.detail("name"), first.detail("count")),
            ("manage_users", "staff", "")
        );
        assert_eq!(first.place, "192.0.2.7");
        world.clock.pass(WINDOW_MS);
        deny();
        assert_eq!(world.count_events("access.deny"), 3);
        let counts: Vec<String> = world.events().iter().map(|(_, event)| event.detail("count").to_owned()).collect();
        assert!(counts.contains(&"999".to_owned()));
    }

    #[test]
    fn attempts_on_ever_other_things_do_not_fill_the_disk() {
        let world = World::new();
        let denials = &world.service.core;
        for n in 0..500 {
            denials.deny(&viewer(BuiltIn::Staff), Action::ReadAudit, &format!("{n}{}", "x".repeat(10_000)), refused());
        }
        assert_eq!(world.count_events("access.deny"), DENIALS_WRITTEN_MAX);
        let kept = world.last_event("access.deny").expect("an event").object;
        assert_eq!(kept.len(), EVENT_FILTER_CHARS_MAX);
        world.service.close();
        let last = world.events().pop().expect("events").1;
        assert_eq!((last.detail("action"), last.detail("count")), ("several", "480"));
    }

    #[test]
    fn a_clock_that_was_set_back_begins_a_new_minute() {
        let world = World::new();
        for _ in 0..3 {
            world.service.core.deny(&viewer(BuiltIn::Staff), Action::ReadAudit, "", refused());
            world.clock.pass(-3_600_000);
        }
        assert_eq!(world.count_events("access.deny"), 3);
    }
}
