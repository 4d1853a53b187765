//! A segment's filter: says of nearly every key that is not in the segment that it is not, in three memory reads and 2.25 bytes a key.

use xorf::{BinaryFuse16, Descriptor, Filter as _};

use crate::dedupe::DedupeKey;
use crate::error::StoreError;

/// Which keys may be in a segment.
pub(crate) struct Filter {
    /// None where there are no keys.
    fuse: Option<BinaryFuse16>,
}

const DESCRIPTOR_BYTES: usize = 20;

fn short(key: &DedupeKey) -> u64 {
    key.first_chunk::<8>().map_or(0, |first| u64::from_be_bytes(*first))
}

impl Filter {
    /// The filter of these keys.
    pub(crate) fn of<'a>(keys: impl Iterator<Item = &'a DedupeKey>) -> Result<Self, StoreError> {
        let mut short: Vec<u64> = keys.map(short).collect();
        short.sort_unstable();
        short.dedup();
        if short.is_empty() {
            return Ok(Self { fuse: None });
        }
        let fuse = BinaryFuse16::try_from(short);
        let fuse = fuse.map_err(|why| StoreError::Database(format!("a segment's filter can't be made: {why}")))?;
        Ok(Self { fuse: Some(fuse) })
    }

    /// False where the key is surely not there.
    pub(crate) fn may_hold(&self, key: &DedupeKey) -> bool {
        self.fuse.as_ref().is_some_and(|fuse| fuse.contains(&short(key)))
    }

    /// Descriptor and fingerprints, little-endian; nothing where there are no keys.
    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        let Some(fuse) = &self.fuse else { return Vec::new() };
        let Descriptor { seed, segment_length, segment_length_mask, segment_count_length } = fuse.descriptor;
        let mut out = seed.to_le_bytes().to_vec();
        for number in [segment_length, segment_length_mask, segment_count_length] {
            out.extend_from_slice(&number.to_le_bytes());
        }
        out.extend(fuse.fingerprints.iter().flat_map(|fingerprint| fingerprint.to_le_bytes()));
        out
    }

    /// Reads [`Filter::to_bytes`]; none where it is not of that form.
    pub(crate) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        if bytes.is_empty() {
            return Some(Self { fuse: None });
        }
        let (descriptor, fingerprints) = bytes.split_first_chunk::<DESCRIPTOR_BYTES>()?;
        let (seed, numbers) = descriptor.split_first_chunk::<8>()?;
        let ([length, mask, count], []) = numbers.as_chunks::<4>() else { return None };
        let [length, mask, count] = [length, mask, count].map(|number| u32::from_le_bytes(*number));
        let (fingerprints, rest) = fingerprints.as_chunks::<2>();
        // The lookup goes by these numbers into the fingerprints without looking back.
        let whole = u64::from(count) + 2 * u64::from(length) == fingerprints.len() as u64;
        if !rest.is_empty() || !whole || !length.is_power_of_two() || mask != length - 1 {
            return None;
        }
        let descriptor = Descriptor {
            seed: u64::from_le_bytes(*seed),
            segment_length: length,
            segment_length_mask: mask,
            segment_count_length: count,
        };
        let fingerprints = fingerprints.iter().map(|fingerprint| u16::from_le_bytes(*fingerprint)).collect();
        Some(Self { fuse: Some(BinaryFuse16 { descriptor, fingerprints }) })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn keys_are_held_after_reading_back(keys: Vec<DedupeKey>) {
            let filter = Filter::of(keys.iter()).expect("a filter");
            let read = Filter::from_bytes(&filter.to_bytes()).expect("reads");
            for key in &keys {
                prop_assert!(filter.may_hold(key) && read.may_hold(key));
            }
        }

        #[test]
        fn random_bytes_never_panic(bytes: Vec<u8>, key: DedupeKey, keys: Vec<DedupeKey>, at: usize, byte: u8) {
            let _ = Filter::from_bytes(&bytes).map(|filter| filter.may_hold(&key));
            let mut bent = Filter::of(keys.iter()).expect("a filter").to_bytes();
            if !bent.is_empty() {
                let at = at % bent.len();
                bent[at] = byte;
            }
            let _ = Filter::from_bytes(&bent).map(|filter| filter.may_hold(&key));
        }
    }

    #[test]
    fn others_are_seldom_held() {
        let key =
            |number: u64| crate::row::joined::<8, 4, 12>(&xorf::splitmix64(&mut number.clone()).to_be_bytes(), &[0; 4]);
        let keys: Vec<DedupeKey> = (0..65_536).map(key).collect();
        let filter = Filter::of(keys.iter()).expect("a filter");
        let wrong = (100_000..200_000).filter(|number| filter.may_hold(&key(*number))).count();
        assert!(wrong < 20, "{wrong} of 100,000");
        assert!(filter.to_bytes().len() < 65_536 * 5 / 2);
        assert!(!Filter::of([].iter()).expect("a filter").may_hold(&key(1)));
    }
}
