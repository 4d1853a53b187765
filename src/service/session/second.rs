//! The second step of signing in: a challenge for whoever knew the password, answered with a code.
//!
//! Challenges are in memory only, under a keyed hash of their secret; a restart ends them all.

use std::collections::HashMap;

use parking_lot::Mutex;
use xinju_model::id::UserId;
use xinju_model::limits::{CHALLENGE_MS_MAX, CHALLENGE_TRIES_MAX, CHALLENGES_MAX};
use xinju_model::time::Timestamp;
use xinju_store::write::UserRow;
use zeroize::Zeroizing;

use crate::audit::{Act, system};
use crate::error::ServiceError;
use crate::service::{Core, Service};
use crate::session::{Coming, Origin, SECRET_CHARS, Secret, SignedIn};

/// Challenges of one user at once; an older one is forgotten.
const EACH_MAX: usize = 4;

/// Why the second step did not let somebody in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SecondFactorRefusal {
    /// The challenge is unknown, used, too old, tried too often or from another address, or the user changed since: sign in with the password again.
    ChallengeInvalid,
    /// The code is wrong, or was used before.
    WrongCode,
    /// Too many failed; the code was not even looked at. Seconds until the next attempt is.
    TooManyAttempts(u64),
}

/// Somebody who knew a password.
#[derive(Clone)]
struct Challenge {
    user: UserId,
    /// The password that was known, as it is stored: a new one ends the challenge.
    password: String,
    address: String,
    until: Timestamp,
    tries: u32,
}

impl Challenge {
    /// Whether the user is still as when the password was given.
    fn is_of(&self, row: &UserRow) -> bool {
        row.user.active && row.password == self.password
    }
}

/// Sign-ins that wait for their second step.
#[derive(Default)]
pub(crate) struct Challenges(Mutex<HashMap<[u8; 32], Challenge>>);

impl Challenges {
    fn begin(&self, hash: [u8; 32], challenge: Challenge, now: Timestamp) {
        let mut all = self.0.lock();
        all.retain(|_, other| now < other.until);
        forget_oldest(&mut all, EACH_MAX, |other| other.user == challenge.user);
        forget_oldest(&mut all, CHALLENGES_MAX, |_| true);
        all.insert(hash, challenge);
    }

    fn find(&self, hash: &[u8; 32], address: &str, now: Timestamp) -> Option<Challenge> {
        let all = self.0.lock();
        let found = all.get(hash)?;
        (now < found.until && found.tries < CHALLENGE_TRIES_MAX && found.address == address).then(|| found.clone())
    }

    /// Counts an attempt before its code is looked at; false where there have been enough.
    fn count(&self, hash: &[u8; 32]) -> bool {
        let mut all = self.0.lock();
        let Some(found) = all.get_mut(hash).filter(|found| found.tries < CHALLENGE_TRIES_MAX) else { return false };
        found.tries += 1;
        true
    }

    fn end(&self, hash: &[u8; 32]) {
        self.0.lock().remove(hash);
    }
}

/// Makes room for one more where there are `most` of a kind.
fn forget_oldest(all: &mut HashMap<[u8; 32], Challenge>, most: usize, which: impl Fn(&Challenge) -> bool) {
    let mut of_kind: Vec<_> = all.iter().filter(|(_, one)| which(one)).map(|(hash, one)| (one.until, *hash)).collect();
    of_kind.sort_unstable();
    let excess = (of_kind.len() + 1).saturating_sub(most);
    for (_, hash) in of_kind.iter().take(excess) {
        all.remove(hash);
    }
}

impl Core {
    /// The secret of a new challenge for somebody who knew the password.
    pub(crate) fn challenge(&self, row: &UserRow, origin: &Origin) -> Zeroizing<String> {
        let (secret, now) = (self.new_secret(), self.clock.now());
        let challenge = Challenge {
            user: row.user.id,
            password: row.password.clone(),
            address: origin.address.clone(),
            until: now.plus_millis(CHALLENGE_MS_MAX),
            tries: 0,
        };
        self.challenges.begin(self.secret_hash(Secret::Challenge, &secret), challenge, now);
        secret
    }

    /// Who knew the password of a challenge; none where it is not good any more.
    pub(crate) fn challenged(&self, challenge: &str, address: &str) -> Result<Option<UserId>, ServiceError> {
        if challenge.len() != SECRET_CHARS {
            return Ok(None);
        }
        let hash = self.secret_hash(Secret::Challenge, challenge);
        let Some(found) = self.challenges.find(&hash, address, self.clock.now()) else { return Ok(None) };
        let row = self.store.read()?.user(found.user)?.filter(|row| found.is_of(row));
        Ok(row.map(|row| row.user.id))
    }

    /// Writes down that a code was wrong, and makes the next attempt wait.
    fn code_failed(&self, row: &UserRow, address: &str) -> Result<(), ServiceError> {
        self.counters.sign_in_failed();
        self.lockout.failed(&row.user.login, address, self.clock.now());
        self.audited(&system(address)?, Act::audit("factor.refuse").on(row.user.id))?;
        Ok(())
    }
}

impl Service {
    /// Signs in with the challenge that [`Service::sign_in`] gave and a code of the app or a recovery code.
    pub fn sign_in_second_factor(
        &self,
        challenge: &str,
        code: &str,
        origin: &Origin,
    ) -> Result<Result<SignedIn, SecondFactorRefusal>, ServiceError> {
        let (core, invalid) = (&self.core, Ok(Err(SecondFactorRefusal::ChallengeInvalid)));
        if challenge.len() != SECRET_CHARS {
            return invalid;
        }
        let (hash, now) = (core.secret_hash(Secret::Challenge, challenge), core.clock.now());
        let Some(found) = core.challenges.find(&hash, &origin.address, now) else { return invalid };
        let tx = core.store.read()?;
        let Some(row) = tx.user(found.user)?.filter(|row| found.is_of(row)) else {
            core.challenges.end(&hash);
            return invalid;
        };
        let wait = core.lockout.wait(&row.user.login, &origin.address, now);
        if wait > 0 {
            core.counters.sign_in_failed();
            return Ok(Err(SecondFactorRefusal::TooManyAttempts(wait)));
        }
        if !core.challenges.count(&hash) {
            return invalid;
        }
        let fit = match tx.factor(found.user)? {
            Some(factor) => core.code_fits(&factor, code)?,
            None => None,
        };
        let signed_in = match fit {
            Some(fit) => self.begin_session(&row, origin, Coming::Code(fit))?,
            None => None,
        };
        let Some(signed_in) = signed_in else {
            core.code_failed(&row, &origin.address)?;
            return Ok(Err(SecondFactorRefusal::WrongCode));
        };
        core.challenges.end(&hash);
        core.lockout.succeeded(&row.user.login);
        Ok(Ok(signed_in))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const T: Timestamp = Timestamp(1_000);

    fn challenge(user: u8, until: i64) -> Challenge {
        let address = "192.0.2.7".to_owned();
        Challenge { user: UserId([user; 16]), password: "phc".into(), address, until: Timestamp(until), tries: 0 }
    }

    fn hash(number: usize) -> [u8; 32] {
        let mut hash = [0; 32];
        hash.iter_mut().zip(number.to_be_bytes()).for_each(|(to, from)| *to = from);
        hash
    }

    #[test]
    fn a_challenge_is_bound_to_its_address_its_time_and_its_tries() {
        let all = Challenges::default();
        all.begin(hash(1), challenge(1, 2_000), T);
        assert!(all.find(&hash(1), "192.0.2.7", T).is_some());
        assert!(all.find(&hash(1), "192.0.2.8", T).is_none());
        assert!(all.find(&hash(2), "192.0.2.7", T).is_none());
        assert!(all.find(&hash(1), "192.0.2.7", Timestamp(2_000)).is_none());
        let counted = (0..10).filter(|_| all.count(&hash(1))).count();
        assert_eq!(counted, usize::try_from(CHALLENGE_TRIES_MAX).expect("small"));
        assert!(all.find(&hash(1), "192.0.2.7", T).is_none());
    }

    #[test]
    fn memory_is_bounded_for_each_user_and_for_all() {
        let all = Challenges::default();
        for number in 0..100 {
            all.begin(hash(number), challenge(1, 2_000 + i64::try_from(number).expect("small")), T);
        }
        assert_eq!(all.0.lock().len(), EACH_MAX);
        assert!(all.find(&hash(99), "192.0.2.7", T).is_some());
        all.begin(hash(200), challenge(2, 9_000), Timestamp(5_000));
        assert_eq!(all.0.lock().len(), 1);
    }
}
