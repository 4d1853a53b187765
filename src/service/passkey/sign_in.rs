//! Signing in with a passkey: instead of login and password, or as the second step after them.

use crate::audit::Act;
use crate::error::ServiceError;
use crate::passkey::ceremony::{self, Purpose};
use crate::passkey::{PasskeyAnswer, Site};
use crate::service::Service;
use crate::session::{Coming, Origin, SignedIn};

/// What begins a sign-in with a passkey.
#[derive(Clone, Debug)]
pub struct SignInWithPasskey {
    /// What the browser is asked, as JSON.
    pub asked: String,
}

/// Why a passkey did not let somebody in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PasskeySignInRefusal {
    /// The challenge of the first step is unknown, used, too old or from another address, or the user changed since.
    ChallengeInvalid,
    /// The answer is not good, or too late, or of a passkey that nobody who may sign in has: which of them is not told.
    NotAccepted,
    /// Too many failed; the answer was not even looked at. Seconds until the next attempt is.
    TooManyAttempts(u64),
}

/// Under this name wrong answers from an address are counted; no login can be it, because it has a space.
fn guesses(address: &str) -> String {
    format!("passkey {address}")
}

impl Service {
    /// Begins to sign in with a passkey; after login and password, with the challenge that [`Service::sign_in`] gave. Public.
    pub fn begin_passkey_sign_in(
        &self,
        site: &Site,
        challenge: Option<&str>,
        origin: &Origin,
    ) -> Result<Result<SignInWithPasskey, PasskeySignInRefusal>, ServiceError> {
        let core = &self.core;
        let user = match challenge {
            None => None,
            Some(challenge) => match core.challenged(challenge, &origin.address)? {
                Some(user) => Some(user),
                None => return Ok(Err(PasskeySignInRefusal::ChallengeInvalid)),
            },
        };
        let (number, asked, state) = ceremony::ask_for_signature(site)?;
        core.remember(number, Purpose::SignIn(user), state, &origin.address);
        Ok(Ok(SignInWithPasskey { asked }))
    }

    /// Signs in with what a device answered. Public.
    pub fn sign_in_with_passkey(
        &self,
        answer: &PasskeyAnswer<'_>,
        origin: &Origin,
    ) -> Result<Result<SignedIn, PasskeySignInRefusal>, ServiceError> {
        let (core, now) = (&self.core, self.core.clock.now());
        let guesses = guesses(&origin.address);
        let wait = core.lockout.wait(&guesses, &origin.address, now);
        if wait > 0 {
            core.counters.sign_in_failed();
            core.deny_sign_in(&origin.address)?;
            return Ok(Err(PasskeySignInRefusal::TooManyAttempts(wait)));
        }
        let is_meant =
            |purpose, user| matches!(purpose, Purpose::SignIn(asked) if asked.is_none_or(|asked| asked == user));
        let fits = core.passkey_fits(answer, &origin.address, is_meant)?;
        let signed_in = match fits {
            None => None,
            Some((user, fit)) => {
                if let Some(row) = core.store.read()?.user(user)?.filter(|row| row.user.active) {
                    self.begin_session(&row, origin, Coming::Code(fit))?
                } else {
                    let act = Act::audit("passkey.refuse").on(user).with("reason", "suspended");
                    core.audited(&crate::audit::system(&origin.address)?, act)?;
                    None
                }
            }
        };
        let Some(signed_in) = signed_in else {
            core.counters.sign_in_failed();
            core.lockout.failed(&guesses, &origin.address, now);
            return Ok(Err(PasskeySignInRefusal::NotAccepted));
        };
        core.lockout.succeeded(&signed_in.principal.user.login);
        core.lockout.succeeded(&guesses);
        Ok(Ok(signed_in))
    }
}
