//! Revealing: one masked value at a time, for a reason, by somebody who has just confirmed who they are.

use std::collections::{HashMap, VecDeque};

use parking_lot::Mutex;
use xinju_model::access::{Action, Permit, Viewer};
use xinju_model::approval::SensitiveKind;
use xinju_model::facts::facts;
use xinju_model::id::{CustomerId, EntryIndex, UserId};
use xinju_model::limits::{REVEAL_REASON_CHARS_MAX, REVEAL_WINDOW_MS, REVEALS_MAX};
use xinju_model::personal::{PersonalKind, RevealSubject};
use xinju_model::time::Timestamp;

use crate::approval::leave::Leave;
use crate::audit::{Act, record};
use crate::error::ServiceError;
use crate::party::Snapshot;
use crate::personal::Masking;
use crate::service::{Core, Service};

/// Users that are remembered; those who revealed nothing lately are forgotten first.
const KEPT_MAX: usize = 10_000;

/// Which value to reveal, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reveal {
    /// Whose it is.
    pub subject: RevealSubject,
    /// Its place in the list of masked values, as the viewer sees the message or customer.
    pub index: u32,
    /// Why; at most [`REVEAL_REASON_CHARS_MAX`] characters.
    pub reason: String,
}

/// A value that was masked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Revealed {
    /// What it is.
    pub kind: PersonalKind,
    /// The value as it was written.
    pub value: String,
}

/// When each user last revealed something. In memory only: it bounds haste, the trail holds every one.
#[derive(Default)]
pub(crate) struct Reveals(Mutex<HashMap<UserId, VecDeque<Timestamp>>>);

impl Reveals {
    /// Whether one more is allowed; then it counts.
    fn take(&self, user: UserId, now: Timestamp) -> bool {
        // A clock that was set back must not lock anybody out for good.
        let counts = |at: &Timestamp| (0..REVEAL_WINDOW_MS).contains(&now.millis().saturating_sub(at.millis()));
        let mut all = self.0.lock();
        if all.len() >= KEPT_MAX {
            all.retain(|_, times| times.back().is_some_and(counts));
        }
        let times = all.entry(user).or_default();
        times.retain(counts);
        let allowed = times.len() < REVEALS_MAX;
        if allowed {
            times.push_back(now);
        }
        allowed
    }
}

/// The reason without spaces around it.
fn reason(text: &str) -> Result<&str, ServiceError> {
    let text = text.trim();
    if text.is_empty() {
        return Err(ServiceError::BadInput("say why the value is needed".into()));
    }
    if text.chars().nth(REVEAL_REASON_CHARS_MAX).is_some() {
        return Err(ServiceError::Limit(format!("a reason has at most {REVEAL_REASON_CHARS_MAX} characters")));
    }
    Ok(text)
}

/// What was found before anything is told.
struct Found {
    revealed: Revealed,
    act: Act,
}

impl Service {
    /// Shows one masked value. An event in the ledger says whose, of what kind and why, never the value; nothing is shown before it is durable.
    pub fn reveal_personal(&self, viewer: &Viewer, reveal: &Reveal) -> Result<Revealed, ServiceError> {
        self.reveal_personal_with(viewer, reveal, &self.core.leave(viewer, SensitiveKind::Reveal)?)
    }

    pub(crate) fn reveal_personal_with(
        &self,
        viewer: &Viewer,
        reveal: &Reveal,
        leave: &Leave,
    ) -> Result<Revealed, ServiceError> {
        let core = &self.core;
        let (subject, see) = match reveal.subject {
            RevealSubject::Message(id) => (id.to_string(), Action::ReadContent),
            RevealSubject::Customer(id) => (id.to_string(), Action::ReadDirectory),
        };
        let permit = core.allow_on(viewer, Action::Reveal, &subject)?;
        let seen = core.allow_on(viewer, see, &subject)?;
        core.fresh(viewer)?;
        let reason = reason(&reveal.reason)?;
        if let Some(user) = viewer.user
            && !core.reveals.take(user, core.clock.now())
        {
            return Err(ServiceError::Limit(format!(
                "at most {REVEALS_MAX} values are revealed to one person an hour"
            )));
        }
        let found = match reveal.subject {
            RevealSubject::Message(id) => core.hidden_in_message(&permit, &core.snapshot(&seen)?, id, reveal.index)?,
            RevealSubject::Customer(id) => hidden_in_customer(&permit, &core.snapshot(&seen)?, id, reveal.index)?,
        };
        let Found { revealed, act } = found.ok_or(ServiceError::NotFound("masked value"))?;
        let act = act.on(subject).with("kind", revealed.kind.name()).with("number", reveal.index);
        let now = core.clock.now();
        core.sensitive(&permit, leave, act.with("reason", reason), move |tx, act| record(tx, now, act).map(|_| ()))?;
        Ok(revealed)
    }
}

impl Core {
    fn hidden_in_message(
        &self,
        permit: &Permit,
        snapshot: &Snapshot<'_>,
        index: EntryIndex,
        number: u32,
    ) -> Result<Option<Found>, ServiceError> {
        let Some(view) = self.views(snapshot, &[index])?.pop().flatten() else { return Ok(None) };
        let conversation = view.facts.conversation.as_ref().map(|conversation| conversation.id);
        let Some(entry) = snapshot.tx.entry(index)?.filter(|_| permit.scope().has_message(conversation, view.at()))
        else {
            return Ok(None);
        };
        let read = facts(view.source.format, &view.source.account, &entry.body);
        let mut message = self.decoder.decode(view.source.format, &entry.body, &read);
        let mut masking = Masking::new(&snapshot.masks);
        masking.message(&mut message);
        let act = Act::audit("personal.reveal").about_messages(std::iter::once(&view));
        Ok(pick(masking, number).map(|revealed| Found { revealed, act }))
    }
}

fn hidden_in_customer(
    permit: &Permit,
    snapshot: &Snapshot<'_>,
    id: CustomerId,
    number: u32,
) -> Result<Option<Found>, ServiceError> {
    let Some(customer) = snapshot.customer(id)?.filter(|_| permit.scope().has_customer(id)) else {
        return Ok(None);
    };
    let mut customer = crate::customer::named(customer);
    let mut masking = Masking::new(&snapshot.masks);
    masking.customer(&mut customer);
    let act = Act::audit("personal.reveal").about([id]);
    Ok(pick(masking, number).map(|revealed| Found { revealed, act }))
}

fn pick(masking: Masking<'_>, number: u32) -> Option<Revealed> {
    let number = usize::try_from(number).ok()?;
    let kind = masking.values.get(number)?.kind;
    masking.hidden.into_iter().nth(number).map(|value| Revealed { kind, value })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn haste_is_bounded_by_the_hour_and_by_the_person() {
        let (reveals, one, other) = (Reveals::default(), UserId([1; 16]), UserId([2; 16]));
        for second in 0..REVEALS_MAX {
            assert!(reveals.take(one, Timestamp(i64::try_from(second).expect("small") * 1_000)));
        }
        let late = Timestamp(100_000);
        assert!(!reveals.take(one, late));
        assert!(reveals.take(other, late));
        assert!(reveals.take(one, Timestamp(REVEAL_WINDOW_MS)), "the first was an hour ago");
        assert!(!reveals.take(one, Timestamp(REVEAL_WINDOW_MS)));
        assert!(reveals.take(one, Timestamp(-1)), "a clock that was set back locks nobody out");
    }

    #[test]
    fn reasons_are_given_and_end() {
        assert_eq!(reason("  退款核对 ").expect("a reason"), "退款核对");
        assert!(reason(" \n ").is_err());
        assert!(reason(&"因".repeat(REVEAL_REASON_CHARS_MAX)).is_ok());
        assert!(reason(&"因".repeat(REVEAL_REASON_CHARS_MAX + 1)).is_err());
    }
}
