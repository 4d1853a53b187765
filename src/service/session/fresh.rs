//! Sensitive operations ask for a password or code that was given lately in this very session: a browser that was left open is not enough.

use std::collections::HashMap;

use parking_lot::Mutex;
use xinju_model::access::{Action, Credential, Permit, Viewer};
use xinju_model::id::{SessionId, UserId};
use xinju_model::limits::FRESH_MS_MAX;
use xinju_model::time::Timestamp;
use zeroize::Zeroizing;

use crate::audit::{Act, record, system};
use crate::error::ServiceError;
use crate::factor::{Fit, spend};
use crate::passkey::PasskeyAnswer;
use crate::passkey::ceremony::Purpose;
use crate::service::{Core, Service};
use crate::session::own_user;
use crate::sign_on::Verdict;

/// Sessions that are remembered; beyond that those that are not fresh are forgotten.
const KEPT_MAX: usize = 20_000;

/// What somebody confirms who they are with.
#[derive(Debug, Default)]
pub struct Confirm<'a> {
    /// The password, for those without a second factor.
    pub password: Option<Zeroizing<String>>,
    /// A code of the app or a recovery code, for those with one.
    pub code: Option<Zeroizing<String>>,
    /// What a device answered, for those with a passkey.
    pub passkey: Option<PasskeyAnswer<'a>>,
}

/// Why somebody did not confirm who they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConfirmRefusal {
    /// The password is wrong or missing.
    WrongPassword,
    /// The code is wrong, missing, or was used before.
    WrongCode,
    /// The passkey's answer is not good or missing.
    WrongPasskey,
    /// Too many failed; nothing was looked at. Seconds until the next attempt is.
    TooManyAttempts(u64),
}

/// When each session last confirmed who it is. In memory only: after a restart everybody is asked once more.
#[derive(Default)]
pub(crate) struct Confirmations(Mutex<HashMap<SessionId, Timestamp>>);

fn is_fresh(at: Timestamp, now: Timestamp) -> bool {
    // A clock that was set back must not keep anything fresh.
    (0..=FRESH_MS_MAX).contains(&now.millis().saturating_sub(at.millis()))
}

impl Confirmations {
    /// A session confirmed who it is.
    pub(crate) fn put(&self, session: SessionId, now: Timestamp) {
        let mut all = self.0.lock();
        if all.len() >= KEPT_MAX {
            all.retain(|_, at| is_fresh(*at, now));
        }
        if all.len() >= KEPT_MAX {
            all.clear();
        }
        all.insert(session, now);
    }

    fn is_fresh(&self, session: SessionId, now: Timestamp) -> bool {
        self.0.lock().get(&session).is_some_and(|at| is_fresh(*at, now))
    }
}

impl Core {
    /// Refuses what is sensitive to a session that has not confirmed lately who it is. Whoever sits at the machine itself needs no more than that.
    pub(crate) fn fresh(&self, viewer: &Viewer) -> Result<(), ServiceError> {
        let fresh = match viewer.credential {
            Credential::Operator | Credential::System => true,
            Credential::Token(..) => false,
            Credential::Session => {
                viewer.session.is_some_and(|session| self.confirmed.is_fresh(session, self.clock.now()))
            }
        };
        if fresh { Ok(()) } else { Err(ServiceError::ConfirmFirst) }
    }
}

impl Service {
    /// Confirms who the viewer is: with a passkey or a code where there is a second factor, else with the password.
    pub fn confirm_identity(
        &self,
        viewer: &Viewer,
        confirm: &Confirm<'_>,
    ) -> Result<Result<(), ConfirmRefusal>, ServiceError> {
        let core = &self.core;
        let permit = core.allow(viewer, Action::ManageOwnAccount)?;
        let (user, now) = (own_user(viewer)?, core.clock.now());
        let Some(session) = viewer.session else {
            return Err(ServiceError::BadInput("this needs a browser session".into()));
        };
        let tx = core.store.read()?;
        let row = tx.user(user)?.ok_or(ServiceError::NotFound("user"))?;
        let wait = core.lockout.wait(&row.user.login, &viewer.place, now);
        if wait > 0 {
            return Ok(Err(ConfirmRefusal::TooManyAttempts(wait)));
        }
        let (factor, has_passkey) = (tx.factor(user)?, !tx.passkeys(user)?.is_empty());
        let (done, refusal) = if let Some(answer) = &confirm.passkey {
            let is_meant = |purpose, of| purpose == Purpose::Confirm(session) && of == user;
            let fit = core.passkey_fits(answer, &viewer.place, is_meant)?.map(|(_, fit)| fit);
            (self.confirm_with(&permit, user, session, fit)?, ConfirmRefusal::WrongPasskey)
        } else if let Some(factor) = &factor {
            let fit = core.code_fits(factor, confirm.code.as_deref().map_or("", String::as_str))?;
            (self.confirm_with(&permit, user, session, fit)?, ConfirmRefusal::WrongCode)
        } else if has_passkey {
            (false, ConfirmRefusal::WrongPasskey)
        } else {
            let fits = match &confirm.password {
                Some(given) => {
                    let (verdict, _) = core.password_of(&row.user.login, given, Some(&row), &viewer.place)?;
                    matches!(verdict, Verdict::User(found) if found.user.id == user)
                }
                None => false,
            };
            if fits {
                core.audited(&permit, Act::audit("identity.confirm").on(session))?;
            }
            (fits, ConfirmRefusal::WrongPassword)
        };
        if done {
            core.confirmed.put(session, now);
            return Ok(Ok(()));
        }
        core.lockout.failed(&row.user.login, &viewer.place, now);
        core.audited(&system(&viewer.place)?, Act::audit("identity.refuse").on(user))?;
        Ok(Err(refusal))
    }

    /// Uses a second factor up for a confirmation, and writes it down; false where it does not fit or was used before.
    fn confirm_with(
        &self,
        permit: &Permit,
        user: UserId,
        session: SessionId,
        fit: Option<Fit>,
    ) -> Result<bool, ServiceError> {
        let (Some(fit), now) = (fit, self.core.clock.now()) else { return Ok(false) };
        let act = Act::audit("identity.confirm").on(session);
        Ok(self.core.store.write(permit, move |tx| {
            let spent = spend(tx, user, &fit, now)?;
            if spent {
                record(tx, now, &act)?;
            }
            Ok(spent)
        })?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_fresh_ends_with_time_and_does_not_come_from_the_future() {
        let all = Confirmations::default();
        let (one, other) = (SessionId([1; 16]), SessionId([2; 16]));
        all.put(one, Timestamp(1_000_000));
        let at = |millis: i64| all.is_fresh(one, Timestamp(1_000_000 + millis));
        assert_eq!([at(-1), at(0), at(FRESH_MS_MAX), at(FRESH_MS_MAX + 1)], [false, true, true, false]);
        assert!(!all.is_fresh(other, Timestamp(1_000_000)));
    }

    #[test]
    fn memory_is_bounded() {
        let all = Confirmations::default();
        for number in 0..=KEPT_MAX {
            let mut id = [0; 16];
            id.iter_mut().zip(number.to_be_bytes()).for_each(|(to, from)| *to = from);
            all.put(SessionId(id), Timestamp(0));
        }
        assert!(all.0.lock().len() <= KEPT_MAX);
    }
}
