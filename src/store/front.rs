//! The front of the database's file: two copies of sector 0, redb's header, each with a number that grows.
//!
//! A copy names the sectors that were written before it and are not known to be durable, by the tags that their ciphers end with. So one sync makes a commit
//! durable: where a power cut lets the copy reach the disk and one of its sectors not, its list says so at the next start, and the copy before it counts.
//!
//! | at | what |
//! |---|---|
//! | 0 | number 8 |
//! | 8 | sector 0, 4,096 |
//! | 4,104 | how many sectors it names 2, then of each its number 8 and tag 16 |
//!
//! Zeros fill it to its length. In version 1 of the file a copy ended with sector 0.

use std::collections::BTreeMap;
use std::io;

use crate::backend::{SECTOR, damaged};

/// Bytes of a copy before it is sealed. Sealed, it fills the two pieces of 4,096 bytes that it has.
pub(crate) const COPY: usize = 2 * SECTOR - xinju_keys::sealing::OVERHEAD;
/// Bytes of a copy of version 1 before it is sealed.
pub(crate) const COPY_1: usize = NUMBER + SECTOR;
/// Sectors that a copy can name.
pub(crate) const NAMED_MAX: usize = (COPY - COPY_1 - COUNT) / (NUMBER + TAG);

const NUMBER: usize = 8;
const COUNT: usize = 2;
/// Bytes of the tag that a sealed sector ends with.
pub(crate) const TAG: usize = 16;

/// Sectors by their numbers, with the tags of what was last written there.
pub(crate) type Tags = BTreeMap<u64, [u8; TAG]>;

/// One copy of sector 0.
#[derive(Clone)]
pub(crate) struct HeaderCopy {
    /// Grows with each commit; two copies of one number hold the same sector.
    pub(crate) number: u64,
    /// The sector.
    pub(crate) plain: Box<[u8; SECTOR]>,
    /// What must be on the disk for it to count; [`NAMED_MAX`] at most.
    pub(crate) named: Tags,
}

impl HeaderCopy {
    /// Its bytes, in the form of the file's version. A copy of version 1 names nothing.
    pub(crate) fn encode(&self, version: u8) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(COPY);
        bytes.extend_from_slice(&self.number.to_be_bytes());
        bytes.extend_from_slice(self.plain.as_slice());
        if version > 1 {
            let count = u16::try_from(self.named.len()).unwrap_or(u16::MAX);
            bytes.extend_from_slice(&count.to_be_bytes());
            for (sector, tag) in &self.named {
                bytes.extend_from_slice(&sector.to_be_bytes());
                bytes.extend_from_slice(tag);
            }
            bytes.resize(COPY, 0);
        }
        bytes
    }

    /// Reads either form, which opened and is therefore one of ours.
    pub(crate) fn decode(bytes: &[u8]) -> Option<Self> {
        let (number, bytes) = bytes.split_first_chunk::<NUMBER>()?;
        let (plain, bytes) = bytes.split_first_chunk::<SECTOR>()?;
        let mut named = Tags::new();
        if let Some((count, bytes)) = bytes.split_first_chunk::<COUNT>() {
            let entries = bytes.chunks_exact(NUMBER + TAG).take(usize::from(u16::from_be_bytes(*count)));
            for entry in entries {
                let (sector, tag) = entry.split_first_chunk::<NUMBER>()?;
                named.insert(u64::from_be_bytes(*sector), tag.try_into().ok()?);
            }
        }
        Some(Self { number: u64::from_be_bytes(*number), plain: Box::new(*plain), named })
    }
}

/// The copy that counts, and its place.
///
/// Only the newest can be one that a power cut left without its sectors, and only while the one before it is whole: that is never written over before the
/// newest is durable. Of two copies of one number, the one that names nothing was written when all was durable.
pub(crate) fn choose(
    copies: [Option<HeaderCopy>; 2],
    is_whole: impl FnOnce(&HeaderCopy) -> io::Result<bool>,
) -> io::Result<(usize, HeaderCopy)> {
    let mut found: Vec<_> = copies.into_iter().enumerate().filter_map(|(place, copy)| Some((place, copy?))).collect();
    found.sort_by_key(|(_, copy)| (copy.number, copy.named.is_empty()));
    let newest = found.pop().ok_or_else(|| damaged("both copies of its first sector are damaged"))?;
    match found.pop() {
        Some(before) if before.1.number < newest.1.number && !is_whole(&newest.1)? => {
            tracing::warn!(number = newest.1.number, "a commit that did not reach the disk is left out");
            Ok(before)
        }
        _ => Ok(newest),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn copy(number: u64, named: usize) -> HeaderCopy {
        let named = (1..).take(named).map(|sector| (sector, [7; TAG])).collect();
        HeaderCopy { number, plain: Box::new([9; SECTOR]), named }
    }

    #[test]
    fn copies_read_back_in_either_form() {
        for named in [0, 1, NAMED_MAX] {
            let bytes = copy(5, named).encode(2);
            assert_eq!(bytes.len(), COPY);
            let read = HeaderCopy::decode(&bytes).expect("reads");
            assert_eq!((read.number, read.named), (5, copy(5, named).named));
        }
        let bytes = copy(5, 0).encode(1);
        assert_eq!(bytes.len(), COPY_1);
        assert_eq!(HeaderCopy::decode(&bytes).expect("reads").number, 5);
        assert!(HeaderCopy::decode(&bytes[1..]).is_none());
    }

    #[test]
    fn the_newest_counts_unless_its_sectors_are_missing() {
        let chosen = |copies, whole| {
            let (place, copy) = choose(copies, |_| Ok(whole)).expect("one");
            (place, copy.number)
        };
        assert_eq!(chosen([Some(copy(5, 3)), Some(copy(4, 3))], true), (0, 5));
        assert_eq!(chosen([Some(copy(5, 3)), Some(copy(4, 3))], false), (1, 4));
        assert_eq!(chosen([Some(copy(5, 3)), Some(copy(5, 0))], false), (1, 5), "its twin was written later");
        assert_eq!(chosen([Some(copy(5, 3)), None], false), (0, 5), "the other is being written: this one is durable");
        assert!(choose([None, None], |_| Ok(true)).is_err());
    }
}
