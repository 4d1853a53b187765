//! Second factors: enrolling an authenticator app, recovery codes, taking a factor away.
//!
//! Invariant: a step of the app's clock is accepted at most once, also after a restart and when the clock goes back; a recovery code likewise.

pub(crate) mod codes;
pub(crate) mod pending;

use subtle::ConstantTimeEq;
use xinju_model::access::{Action, Viewer};
use xinju_model::approval::{SensitiveKind, Setters};
use xinju_model::factor::{Factor, FactorState};
use xinju_model::id::{PasskeyId, SessionId, UserId};
use xinju_model::limits::RECOVERY_CODES;
use xinju_model::user::User;
use xinju_store::error::StoreError;
use xinju_store::read::ReadTx;
use xinju_store::write::WriteTx;
use zeroize::Zeroizing;

use crate::approval::leave::Leave;
use crate::audit::{Act, record};
use crate::error::ServiceError;
use crate::factor::codes::Typed;
use crate::passkey::spend_passkey;
use crate::service::{Core, Service};
use crate::session::{Secret, end_sessions, own_user};

/// An authenticator app that is about to be enrolled.
pub struct Enrolment {
    /// The secret, to be typed into the app; shown once.
    pub secret: Zeroizing<String>,
    /// The same for a QR code.
    pub uri: Zeroizing<String>,
}

/// Recovery codes as they are shown, once.
pub type RecoveryCodes = Vec<Zeroizing<String>>;

/// Why an app was not enrolled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EnrolRefusal {
    /// There is no enrolment that waits for its code, or it took too long, or too many codes were wrong.
    NotBegun,
    /// The code is not the app's.
    WrongCode,
}

/// Why a second factor was not taken away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RemoveFactorRefusal {
    /// There is none.
    NotEnrolled,
    /// The policy or a role demands one, and it is the last; another app may take its place.
    Demanded,
    /// One's own is removed under one's own account.
    Yourself,
}

/// What of a factor a code fits; good only if [`spend`] says so too.
#[derive(Clone, Debug)]
pub(crate) enum Fit {
    /// The app's code of this step.
    Step(u64),
    /// The recovery code of this keyed hash.
    Recovery([u8; 32]),
    /// A passkey's signature.
    Passkey {
        /// Which.
        id: PasskeyId,
        /// The passkey's state when the signature was checked.
        before: [u8; 7],
        /// Its state after it.
        after: [u8; 7],
    },
}

/// Uses a code up, and writes down that a recovery code was; false where it was used before.
pub(crate) fn spend(
    tx: &mut WriteTx<'_>,
    user: UserId,
    fit: &Fit,
    now: xinju_model::time::Timestamp,
) -> Result<bool, StoreError> {
    if let Fit::Passkey { id, before, after } = fit {
        return spend_passkey(tx, user, *id, (*before, *after), now);
    }
    let Some(mut factor) = tx.factor(user)? else { return Ok(false) };
    match fit {
        Fit::Step(step) if *step > factor.last_step => factor.last_step = *step,
        Fit::Step(_) | Fit::Passkey { .. } => return Ok(false),
        Fit::Recovery(hash) => {
            let before = factor.recovery.len();
            factor.recovery.retain(|left| left != hash);
            if factor.recovery.len() == before {
                return Ok(false);
            }
            record(tx, now, &Act::audit("factor.recovery_used").on(user).with("left", factor.recovery.len()))?;
        }
    }
    tx.put_factor(&factor)?;
    Ok(true)
}

/// Whether a user has a second factor: an authenticator app or a passkey.
pub(crate) fn has_any(tx: &ReadTx, user: UserId) -> Result<bool, StoreError> {
    Ok(tx.factor(user)?.is_some() || !tx.passkeys(user)?.is_empty())
}

impl Core {
    /// What of a factor a code fits now; none where it is wrong or was used.
    pub(crate) fn code_fits(&self, factor: &Factor, code: &str) -> Result<Option<Fit>, ServiceError> {
        Ok(match Typed::read(code) {
            None => None,
            Some(Typed::App(code)) => codes::step_of(&factor.secret, &code, self.clock.now())?
                .filter(|step| *step > factor.last_step)
                .map(Fit::Step),
            Some(Typed::Recovery(code)) => {
                let hash = self.secret_hash(Secret::Recovery, &code);
                // All are looked at, so that the time does not tell which.
                let fits = factor.recovery.iter().fold(false, |fits, left| fits | bool::from(left.ct_eq(&hash)));
                fits.then_some(Fit::Recovery(hash))
            }
        })
    }

    /// New recovery codes, as they are shown and as they are kept.
    fn new_recovery_codes(&self) -> (RecoveryCodes, Vec<[u8; 32]>) {
        let plain: RecoveryCodes = (0..RECOVERY_CODES).map(|_| codes::new_recovery_code(&*self.random)).collect();
        let kept = plain.iter().map(|code| self.secret_hash(Secret::Recovery, code)).collect();
        (plain.iter().map(|code| codes::shown(code)).collect(), kept)
    }
}

/// The session somebody came with; what is done in several steps belongs to one session.
pub(crate) fn own_session(viewer: &Viewer) -> Result<SessionId, ServiceError> {
    viewer.session.ok_or_else(|| ServiceError::BadInput("this needs a browser session".into()))
}

impl Service {
    /// The viewer's own second factor.
    pub fn own_factor(&self, viewer: &Viewer) -> Result<Option<FactorState>, ServiceError> {
        self.core.allow(viewer, Action::ManageOwnAccount)?;
        Ok(self.core.store.read()?.factor(own_user(viewer)?)?.map(|factor| factor.state()))
    }

    /// Whether a user has a second factor of any kind: oneself, or any for those who manage users.
    pub fn has_factor(&self, viewer: &Viewer, user: UserId) -> Result<bool, ServiceError> {
        if viewer.user != Some(user) {
            self.core.allow(viewer, Action::ManageUsers)?;
        }
        Ok(has_any(&self.core.store.read()?, user)?)
    }

    /// Begins to enrol an authenticator app for the viewer, in the place of any that is. Nothing is stored before its first code came.
    pub fn begin_enrolment(&self, viewer: &Viewer) -> Result<Enrolment, ServiceError> {
        let core = &self.core;
        core.allow(viewer, Action::ManageOwnAccount)?;
        let (user, session) = (own_user(viewer)?, own_session(viewer)?);
        core.fresh(viewer)?;
        let row = core.store.read()?.user(user)?.ok_or(ServiceError::NotFound("user"))?;
        let mut secret = Zeroizing::new([0; 20]);
        core.random.fill(&mut *secret);
        let enrolment = Enrolment { secret: codes::secret_text(&secret), uri: codes::uri(&secret, &row.user.login) };
        core.enrolments.begin(session, secret, core.clock.now())?;
        Ok(enrolment)
    }

    /// Enrols the app whose secret was shown, with a code of it. The recovery codes are shown once.
    pub fn confirm_enrolment(
        &self,
        viewer: &Viewer,
        code: &str,
    ) -> Result<Result<RecoveryCodes, EnrolRefusal>, ServiceError> {
        let core = &self.core;
        let permit = core.allow(viewer, Action::ManageOwnAccount)?;
        let (user, session, now) = (own_user(viewer)?, own_session(viewer)?, core.clock.now());
        let Some(secret) = core.enrolments.try_one(session, now) else { return Ok(Err(EnrolRefusal::NotBegun)) };
        let step = match Typed::read(code) {
            Some(Typed::App(code)) => codes::step_of(&secret, &code, now)?,
            _ => None,
        };
        let Some(last_step) = step else { return Ok(Err(EnrolRefusal::WrongCode)) };
        let (shown, recovery) = core.new_recovery_codes();
        let factor = Factor { user, secret: *secret, enrolled_at: now, last_step, recovery, recovery_at: now };
        let _one_at_a_time = core.accounts.lock();
        core.store.write(&permit, move |tx| {
            let replaced = tx.factor(user)?.is_some();
            tx.put_factor(&factor)?;
            record(tx, now, &Act::audit("factor.enrol").on(user).with("replaced", replaced))
        })?;
        core.enrolments.end(session);
        Ok(Ok(shown))
    }

    /// Makes the viewer's recovery codes anew; those from before are over. Shown once.
    pub fn renew_recovery_codes(&self, viewer: &Viewer) -> Result<RecoveryCodes, ServiceError> {
        let core = &self.core;
        let permit = core.allow(viewer, Action::ManageOwnAccount)?;
        let (user, now) = (own_user(viewer)?, core.clock.now());
        core.fresh(viewer)?;
        let (shown, recovery) = core.new_recovery_codes();
        let _one_at_a_time = core.accounts.lock();
        let done = core.store.write(&permit, move |tx| {
            let Some(mut factor) = tx.factor(user)? else { return Ok(false) };
            factor.recovery.clone_from(&recovery);
            factor.recovery_at = now;
            tx.put_factor(&factor)?;
            record(tx, now, &Act::audit("factor.recovery_codes").on(user))?;
            Ok(true)
        })?;
        if done { Ok(shown) } else { Err(ServiceError::NotFound("second factor")) }
    }

    /// Takes the viewer's own second factor away.
    pub fn remove_factor(&self, viewer: &Viewer) -> Result<Result<(), RemoveFactorRefusal>, ServiceError> {
        let core = &self.core;
        let permit = core.allow(viewer, Action::ManageOwnAccount)?;
        let user = own_user(viewer)?;
        core.fresh(viewer)?;
        if core.demands_factor(viewer) && core.store.read()?.passkeys(user)?.is_empty() {
            return Ok(Err(RemoveFactorRefusal::Demanded));
        }
        let _one_at_a_time = core.accounts.lock();
        let (act, now) = (Act::audit("factor.remove").on(user), core.clock.now());
        let done = core.store.write(&permit, move |tx| {
            if !tx.remove_factor(user)? {
                return Ok(false);
            }
            record(tx, now, &act)?;
            Ok(true)
        })?;
        Ok(if done { Ok(()) } else { Err(RemoveFactorRefusal::NotEnrolled) })
    }

    /// Takes the lost second factors of another user away, app and passkeys, for those who manage users. The user's sessions end.
    pub fn reset_factor(
        &self,
        viewer: &Viewer,
        user: UserId,
    ) -> Result<Result<User, RemoveFactorRefusal>, ServiceError> {
        self.reset_factor_with(viewer, user, &self.core.leave(viewer, SensitiveKind::FactorReset)?)
    }

    pub(crate) fn reset_factor_with(
        &self,
        viewer: &Viewer,
        user: UserId,
        leave: &Leave,
    ) -> Result<Result<User, RemoveFactorRefusal>, ServiceError> {
        let core = &self.core;
        let permit = core.allow(viewer, Action::ManageUsers)?;
        core.fresh(viewer)?;
        if viewer.user == Some(user) {
            return Ok(Err(RemoveFactorRefusal::Yourself));
        }
        let tx = core.store.read()?;
        let row = tx.user(user)?.ok_or(ServiceError::NotFound("user"))?;
        let sessions: Vec<SessionId> = tx.sessions(user)?.into_iter().map(|session| session.id).collect();
        if tx.factor(user)?.is_none() && tx.passkeys(user)?.is_empty() {
            return Ok(Err(RemoveFactorRefusal::NotEnrolled));
        }
        let (by, now) = (leave.setter(viewer), core.clock.now());
        let _one_at_a_time = core.accounts.lock();
        let done = core.sensitive(&permit, leave, Act::audit("factor.reset").on(user), move |tx, act| {
            let mut removed = tx.remove_factor(user)?;
            // Whoever lost a device lost the passkeys in it too.
            for passkey in tx.passkeys(user)? {
                removed |= tx.remove_passkey(user, passkey.id)?;
            }
            if !removed {
                return Ok(false);
            }
            end_sessions(tx, &sessions)?;
            // Where two agreed the factor is nobody's doing, but whoever had the keys has them still.
            if let (Some(_), Some(setters)) = (by, tx.setters(user)?) {
                tx.put_setters(user, Setters { credentials: by, ..setters })?;
            }
            record(tx, now, act)?;
            Ok(true)
        })?;
        Ok(if done { Ok(row.user) } else { Err(RemoveFactorRefusal::NotEnrolled) })
    }
}

#[cfg(test)]
mod tests;
