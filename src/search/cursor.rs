//! Cursors: opaque text that says behind which hit a page begins, and of which search.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use xinju_model::id::derived;

use crate::error::SearchError;
use crate::index::Order;
use crate::place::Place;
use crate::query::Query;

/// Version of the form.
const VERSION: u8 = 1;

/// Which search a cursor belongs to: follows from query and order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Fingerprint([u8; 8]);

impl Fingerprint {
    pub(crate) fn new(query: &Query, order: Order) -> Self {
        let digest =
            derived("xinju search cursor", &[format!("{query:?}").as_bytes(), format!("{order:?}").as_bytes()]);
        let mut bytes = [0; 8];
        bytes.iter_mut().zip(digest).for_each(|(to, from)| *to = from);
        Self(bytes)
    }
}

/// Behind which hit a page begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Cursor {
    /// Only entries below are looked at, so that what arrives meanwhile changes neither pages nor totals.
    pub(crate) bound: u64,
    /// The hit.
    pub(crate) at: At,
}

/// How a cursor names its hit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum At {
    /// By its place in time.
    Place(Place),
    /// By its rank (from 1) in the best-first order of a kept snapshot.
    Rank {
        /// The snapshot's random name.
        snapshot: u64,
        /// The rank.
        rank: u64,
    },
}

impl Cursor {
    /// The cursor as text.
    pub(crate) fn write(&self, print: Fingerprint) -> String {
        let (form, a, b) = match self.at {
            At::Place(place) => (0, place.time.to_be_bytes(), place.entry),
            At::Rank { snapshot, rank } => (1, snapshot.to_be_bytes(), rank),
        };
        let mut bytes = vec![VERSION, form];
        bytes.extend_from_slice(&print.0);
        bytes.extend_from_slice(&self.bound.to_be_bytes());
        bytes.extend_from_slice(&a);
        bytes.extend_from_slice(&b.to_be_bytes());
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// Reads [`Cursor::write`] of the same search.
    pub(crate) fn read(text: &str, print: Fingerprint) -> Result<Self, SearchError> {
        Self::decode(text, print).ok_or(SearchError::Cursor)
    }

    fn decode(text: &str, print: Fingerprint) -> Option<Self> {
        if text.len() > 64 {
            return None;
        }
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        let [VERSION, form, rest @ ..] = bytes.as_slice() else { return None };
        let (found, rest) = rest.split_first_chunk::<8>()?;
        let (bound, rest) = rest.split_first_chunk::<8>()?;
        let (a, rest) = rest.split_first_chunk::<8>()?;
        let b = u64::from_be_bytes(rest.try_into().ok()?);
        let at = match form {
            0 => At::Place(Place { time: i64::from_be_bytes(*a), entry: b }),
            1 => At::Rank { snapshot: u64::from_be_bytes(*a), rank: b },
            _ => return None,
        };
        (*found == print.0).then_some(Self { bound: u64::from_be_bytes(*bound), at })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn reads_back_only_for_its_own_search() {
        let print = Fingerprint::new(&Query::All, Order::Newest);
        for at in [At::Place(Place { time: -5, entry: 7 }), At::Rank { snapshot: u64::MAX, rank: 20 }] {
            let cursor = Cursor { bound: 9, at };
            let text = cursor.write(print);
            assert_eq!(Cursor::read(&text, print).expect("ours"), cursor);
            assert!(Cursor::read(&text, Fingerprint::new(&Query::All, Order::Oldest)).is_err());
            assert!(Cursor::read(&text[1..], print).is_err());
        }
    }

    proptest! {
        #[test]
        fn never_panics(text in any::<String>()) {
            prop_assert!(Cursor::read(&text, Fingerprint::new(&Query::All, Order::Newest)).is_err());
        }
    }
}
