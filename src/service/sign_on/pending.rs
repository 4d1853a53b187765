//! Sign-ins that wait for the identity provider. In memory only, under keyed hashes; a restart ends them all.

use std::collections::HashMap;

use parking_lot::Mutex;
use xinju_model::limits::{SIGN_ONS_MAX, SIGN_ONS_OF_ADDRESS_MAX};
use xinju_model::time::Timestamp;

use crate::sign_on::Question;

/// One that waits.
pub(crate) struct Waiting {
    /// What the provider was told.
    pub(crate) question: Question,
    /// Keyed hash of the browser's cookie: nobody else may come back with the answer.
    pub(crate) cookie: [u8; 32],
    /// Whom it was told: settings that change meanwhile end it.
    pub(crate) issuer: String,
    /// As what.
    pub(crate) client_id: String,
    /// Where in the console the person wanted to go.
    pub(crate) to: String,
    /// From where it was begun.
    pub(crate) address: String,
    /// Until when.
    pub(crate) until: Timestamp,
}

/// All that wait, by the keyed hash of their state.
#[derive(Default)]
pub(crate) struct SignOns(Mutex<HashMap<[u8; 32], Waiting>>);

impl SignOns {
    pub(crate) fn begin(&self, state: [u8; 32], waiting: Waiting, now: Timestamp) {
        let mut all = self.0.lock();
        all.retain(|_, other| now < other.until);
        forget_oldest(&mut all, SIGN_ONS_OF_ADDRESS_MAX, |other| other.address == waiting.address);
        forget_oldest(&mut all, SIGN_ONS_MAX, |_| true);
        all.insert(state, waiting);
    }

    /// Takes one that this browser began: each is good once, and gone even where its time was over.
    pub(crate) fn take(&self, state: &[u8; 32], cookie: &[u8; 32], now: Timestamp) -> Option<Waiting> {
        let mut all = self.0.lock();
        // Another browser does not end it: the state may have been seen by others, the cookie not.
        if all.get(state)?.cookie != *cookie {
            return None;
        }
        all.remove(state).filter(|waiting| now < waiting.until)
    }
}

/// Makes room for one more where there are `most` of a kind.
fn forget_oldest(all: &mut HashMap<[u8; 32], Waiting>, most: usize, which: impl Fn(&Waiting) -> bool) {
    let mut of_kind: Vec<_> = all.iter().filter(|(_, one)| which(one)).map(|(hash, one)| (one.until, *hash)).collect();
    if of_kind.len() < most {
        return;
    }
    of_kind.sort_unstable();
    let excess = (of_kind.len() + 1).saturating_sub(most);
    for (_, hash) in of_kind.iter().take(excess) {
        all.remove(hash);
    }
}

#[cfg(test)]
mod tests {
    use zeroize::Zeroizing;

    use super::*;

    const T: Timestamp = Timestamp(1_000);

    fn waiting(address: &str, until: i64) -> Waiting {
        let secret = || Zeroizing::new(String::new());
        let question =
            Question { redirect: String::new(), state: secret(), nonce: secret(), verifier: secret(), again: false };
        Waiting {
            question,
            cookie: [7; 32],
            issuer: String::new(),
            client_id: String::new(),
            to: "/".into(),
            address: address.into(),
            until: Timestamp(until),
        }
    }

    #[test]
    fn each_is_good_once_for_its_own_browser_and_for_a_time() {
        let all = SignOns::default();
        all.begin([1; 32], waiting("192.0.2.7", 2_000), T);
        assert!(all.take(&[1; 32], &[8; 32], T).is_none(), "another browser");
        assert!(all.take(&[2; 32], &[7; 32], T).is_none(), "another state");
        assert!(all.take(&[1; 32], &[7; 32], T).is_some());
        assert!(all.take(&[1; 32], &[7; 32], T).is_none(), "replayed");
        all.begin([1; 32], waiting("192.0.2.7", 2_000), T);
        assert!(all.take(&[1; 32], &[7; 32], Timestamp(2_000)).is_none(), "too late");
        assert!(all.take(&[1; 32], &[7; 32], T).is_none(), "and gone");
    }

    #[test]
    fn one_address_fills_no_more_than_its_share() {
        let all = SignOns::default();
        all.begin([9; 32], waiting("192.0.2.8", 1_500), T);
        for number in 0..2 * SIGN_ONS_OF_ADDRESS_MAX {
            let mut state = [0; 32];
            state.iter_mut().zip(number.to_be_bytes()).for_each(|(to, from)| *to = from);
            all.begin(state, waiting("192.0.2.7", 2_000 + i64::try_from(number).expect("small")), T);
        }
        assert_eq!(all.0.lock().len(), SIGN_ONS_OF_ADDRESS_MAX + 1);
        assert!(all.take(&[9; 32], &[7; 32], T).is_some());
    }
}
