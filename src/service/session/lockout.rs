//! Waiting times after failed sign-ins, for each login and each address.

use std::collections::HashMap;

use parking_lot::Mutex;
use xinju_model::limits::{SIGN_IN_FREE_FAILURES, SIGN_IN_FREE_FAILURES_OF_ADDRESS, SIGN_IN_WAIT_SECONDS_MAX};
use xinju_model::time::Timestamp;

/// Logins and addresses that are remembered; beyond that those are forgotten whose last failure is oldest.
const KEPT_MAX: usize = 20_000;
/// Failures are forgotten after this long, in milliseconds.
const FORGET_MS: i64 = 24 * 3_600_000;

/// Failures of one login or address.
#[derive(Clone, Copy, Debug)]
struct Failures {
    count: u32,
    last: Timestamp,
}

impl Failures {
    /// Seconds from the last failure until the next attempt is looked at: none for the `free` ones, then 1, 2, 4 ... up to the limit.
    fn wait_seconds(self, free: u32) -> u64 {
        match self.count.checked_sub(free) {
            None => 0,
            Some(over) => 1_u64.checked_shl(over).unwrap_or(u64::MAX).min(SIGN_IN_WAIT_SECONDS_MAX),
        }
    }

    fn left_seconds(self, free: u32, now: Timestamp) -> u64 {
        let wait_ms = i64::try_from(self.wait_seconds(free) * 1000).unwrap_or(i64::MAX);
        let left = wait_ms.saturating_sub(now.millis().saturating_sub(self.last.millis()));
        // A clock that was set back must not lock anybody out for longer than the wait itself.
        u64::try_from(left.min(wait_ms)).unwrap_or(0).div_ceil(1000)
    }
}

/// Who failed to sign in lately. In memory only: a restart forgives.
#[derive(Default)]
pub(crate) struct Lockout(Mutex<HashMap<String, Failures>>);

impl Lockout {
    /// Seconds until an attempt with this login from this address is looked at; 0 for now.
    pub(crate) fn wait(&self, login: &str, address: &str, now: Timestamp) -> u64 {
        let kept = self.0.lock();
        let left = |key: &str, free| kept.get(key).map_or(0, |failures| failures.left_seconds(free, now));
        let of_login = left(&login_key(login), SIGN_IN_FREE_FAILURES);
        of_login.max(left(&address_key(address), SIGN_IN_FREE_FAILURES_OF_ADDRESS))
    }

    /// An attempt failed.
    pub(crate) fn failed(&self, login: &str, address: &str, now: Timestamp) {
        let mut kept = self.0.lock();
        for key in [login_key(login), address_key(address)] {
            if kept.len() >= KEPT_MAX && !kept.contains_key(&key) {
                make_room(&mut kept, now);
            }
            let failures = kept.entry(key).or_insert(Failures { count: 0, last: now });
            let stale = now.millis().saturating_sub(failures.last.millis()) > FORGET_MS;
            failures.count = if stale { 1 } else { failures.count.saturating_add(1) };
            failures.last = now;
        }
    }

    /// An attempt succeeded: the login starts afresh, its address does not, so that one known account opens no door to guessing others.
    pub(crate) fn succeeded(&self, login: &str) {
        self.0.lock().remove(&login_key(login));
    }
}

fn login_key(login: &str) -> String {
    format!("login {}", login.to_lowercase())
}

fn address_key(address: &str) -> String {
    format!("address {address}")
}

fn make_room(kept: &mut HashMap<String, Failures>, now: Timestamp) {
    kept.retain(|_, failures| now.millis().saturating_sub(failures.last.millis()) <= FORGET_MS);
    if kept.len() >= KEPT_MAX {
        let mut times: Vec<Timestamp> = kept.values().map(|failures| failures.last).collect();
        let middle = times.len() / 2;
        let (_, median, _) = times.select_nth_unstable(middle);
        let median = *median;
        kept.retain(|_, failures| failures.last > median);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const T: Timestamp = Timestamp(1_000_000);

    #[test]
    fn waiting_grows_and_stops_growing() {
        let lockout = Lockout::default();
        for _ in 0..4 {
            lockout.failed("Ken", "1.2.3.4", T);
        }
        assert_eq!(lockout.wait("ken", "5.6.7.8", T), 0);
        lockout.failed("ken", "1.2.3.4", T);
        assert_eq!(lockout.wait("KEN", "5.6.7.8", T), 1);
        lockout.failed("ken", "1.2.3.4", T);
        assert_eq!(lockout.wait("ken", "1.2.3.4", T), 2);
        assert_eq!(lockout.wait("ken", "1.2.3.4", T.plus_millis(1_500)), 1);
        assert_eq!(lockout.wait("ken", "1.2.3.4", T.plus_millis(2_000)), 0);
        for _ in 0..100 {
            lockout.failed("ken", "1.2.3.4", T);
        }
        assert_eq!(lockout.wait("ken", "1.2.3.4", T), SIGN_IN_WAIT_SECONDS_MAX);
        assert_eq!(lockout.wait("ken", "1.2.3.4", T.plus_millis(-10_000_000)), SIGN_IN_WAIT_SECONDS_MAX);
    }

    #[test]
    fn success_forgives_the_login_but_not_the_address() {
        let lockout = Lockout::default();
        for _ in 0..=SIGN_IN_FREE_FAILURES_OF_ADDRESS {
            lockout.failed("ken", "1.2.3.4", T);
        }
        lockout.succeeded("ken");
        assert_eq!(lockout.wait("ken", "5.6.7.8", T), 0);
        assert_eq!(lockout.wait("ken", "1.2.3.4", T), 2);
    }

    #[test]
    fn an_address_bears_the_mistakes_of_an_office_and_no_more() {
        let lockout = Lockout::default();
        for person in 1..SIGN_IN_FREE_FAILURES_OF_ADDRESS {
            lockout.failed(&person.to_string(), "1.2.3.4", T);
        }
        assert_eq!(lockout.wait("ken", "1.2.3.4", T), 0);
        lockout.failed("lee", "1.2.3.4", T);
        assert_eq!((lockout.wait("ken", "1.2.3.4", T), lockout.wait("ken", "5.6.7.8", T)), (1, 0));
    }

    #[test]
    fn a_day_later_failures_are_forgotten() {
        let lockout = Lockout::default();
        for _ in 0..9 {
            lockout.failed("ken", "1.2.3.4", T);
        }
        let later = T.plus_millis(FORGET_MS + 1);
        lockout.failed("ken", "1.2.3.4", later);
        assert_eq!(lockout.wait("ken", "1.2.3.4", later), 0);
    }

    #[test]
    fn memory_is_bounded() {
        let lockout = Lockout::default();
        for n in 0..i64::try_from(KEPT_MAX).expect("small") {
            lockout.failed(&format!("l{n}"), "1.2.3.4", T.plus_millis(n));
        }
        assert!(lockout.0.lock().len() <= KEPT_MAX);
        let newest = KEPT_MAX - 1;
        assert!(lockout.0.lock().contains_key(&login_key(&format!("l{newest}"))));
    }
}
