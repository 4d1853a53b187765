//! A set of documents of one segment, a bit each: filled once, then counted and walked in either direction.

use std::ops::Range;

use tantivy::{DocId, DocSet, TERMINATED};

/// Documents below a fixed number.
#[derive(Clone, Debug, Default)]
pub(crate) struct Bits {
    words: Vec<u64>,
}

impl Bits {
    /// An empty set for documents below `end`.
    pub(crate) fn new(end: DocId) -> Self {
        Self { words: vec![0; end.div_ceil(64) as usize] }
    }

    /// Adds a document; one beyond the end is ignored.
    #[inline]
    pub(crate) fn insert(&mut self, doc: DocId) {
        if let Some(word) = self.words.get_mut((doc / 64) as usize) {
            *word |= 1 << (doc % 64);
        }
    }

    /// Whether a document is in it.
    pub(crate) fn contains(&self, doc: DocId) -> bool {
        self.words.get((doc / 64) as usize).is_some_and(|word| word >> (doc % 64) & 1 == 1)
    }

    /// Takes a document out.
    pub(crate) fn remove(&mut self, doc: DocId) {
        if let Some(word) = self.words.get_mut((doc / 64) as usize) {
            *word &= !(1 << (doc % 64));
        }
    }

    /// How many there are.
    pub(crate) fn count(&self) -> u64 {
        self.words.iter().map(|word| u64::from(word.count_ones())).sum()
    }

    /// The first document at or after `doc`.
    pub(crate) fn at_or_after(&self, doc: DocId) -> Option<DocId> {
        let mut at = doc / 64;
        let mut word = self.words.get(at as usize)? & (u64::MAX << (doc % 64));
        loop {
            if word != 0 {
                return Some(at * 64 + word.trailing_zeros());
            }
            at += 1;
            word = *self.words.get(at as usize)?;
        }
    }

    /// The last document before `doc`.
    pub(crate) fn before(&self, doc: DocId) -> Option<DocId> {
        let whole = (doc / 64) as usize;
        if let Some(word) = self.words.get(whole).map(|word| word & ((1 << (doc % 64)) - 1)).filter(|word| *word != 0) {
            return Some(doc / 64 * 64 + 63 - word.leading_zeros());
        }
        let below = self.words.get(..whole).unwrap_or(&self.words);
        let (at, word) = below.iter().enumerate().rev().find(|(_, word)| **word != 0)?;
        u32::try_from(at * 64).ok().map(|start| start + 63 - word.leading_zeros())
    }

    /// How many there are in a stretch.
    pub(crate) fn count_within(&self, docs: &Range<DocId>) -> u64 {
        let words = self.words.get((docs.start / 64) as usize..).unwrap_or_default();
        let firsts = (docs.start / 64..docs.end.div_ceil(64)).map(|word| word * 64);
        firsts.zip(words).map(|(first, word)| u64::from((word & mask(first, docs)).count_ones())).sum()
    }

    /// Those in a stretch.
    pub(crate) fn within(&self, docs: &Range<DocId>) -> Self {
        let firsts = (0_u32..).step_by(64);
        Self { words: firsts.zip(&self.words).map(|(first, word)| word & mask(first, docs)).collect() }
    }

    /// Takes out what is not in another set.
    pub(crate) fn keep(&mut self, others: &Self) {
        let others = others.words.iter().copied().chain(std::iter::repeat(0));
        self.words.iter_mut().zip(others).for_each(|(word, other)| *word &= other);
    }

    /// Bytes of memory.
    pub(crate) fn bytes(&self) -> u64 {
        self.words.len() as u64 * 8
    }

    /// All documents in order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = DocId> + '_ {
        let mut next = 0;
        std::iter::from_fn(move || {
            let doc = self.at_or_after(next)?;
            next = doc + 1;
            Some(doc)
        })
    }
}

/// The bits of those documents among the 64 from `first` on that lie in a stretch.
fn mask(first: DocId, docs: &Range<DocId>) -> u64 {
    let below = |end: DocId| match end.saturating_sub(first) {
        0 => 0,
        count @ 1..64 => (1 << count) - 1,
        _ => u64::MAX,
    };
    below(docs.end) & !below(docs.start)
}

/// A set as the engine walks it.
pub(crate) struct BitsDocs {
    bits: Bits,
    doc: DocId,
    count: u32,
}

impl From<Bits> for BitsDocs {
    fn from(bits: Bits) -> Self {
        let count = u32::try_from(bits.count()).unwrap_or(u32::MAX);
        let doc = bits.at_or_after(0).unwrap_or(TERMINATED);
        Self { bits, doc, count }
    }
}

impl DocSet for BitsDocs {
    fn advance(&mut self) -> DocId {
        self.seek(self.doc.saturating_add(1))
    }

    fn seek(&mut self, target: DocId) -> DocId {
        if target > self.doc {
            self.doc = self.bits.at_or_after(target).unwrap_or(TERMINATED);
        }
        self.doc
    }

    fn doc(&self) -> DocId {
        self.doc
    }

    fn size_hint(&self) -> u32 {
        self.count
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn behaves_as_a_set(docs in proptest::collection::btree_set(0_u32..300, 0..60), gone in 0_u32..300, at in 0_u32..400) {
            let mut bits = Bits::new(300);
            for doc in &docs {
                bits.insert(*doc);
            }
            bits.insert(1_000);
            bits.remove(gone);
            let docs: BTreeSet<u32> = docs.into_iter().filter(|doc| *doc != gone).collect();
            prop_assert_eq!(bits.count(), docs.len() as u64);
            prop_assert_eq!(bits.contains(at), docs.contains(&at));
            prop_assert_eq!(bits.at_or_after(at), docs.range(at..).next().copied());
            prop_assert_eq!(bits.before(at), docs.range(..at).next_back().copied());
            prop_assert_eq!(bits.iter().collect::<Vec<_>>(), docs.iter().copied().collect::<Vec<_>>());
            let (low, high) = (gone.min(at), gone.max(at));
            let inside: Vec<u32> = docs.range(low..high).copied().collect();
            prop_assert_eq!(bits.count_within(&(low..high)), inside.len() as u64);
            prop_assert_eq!(bits.within(&(low..high)).iter().collect::<Vec<_>>(), inside);
            let mut kept = bits.clone();
            kept.keep(&bits.within(&(low..high)));
            prop_assert_eq!(kept.count(), bits.count_within(&(low..high)));
            let mut walked = BitsDocs::from(bits);
            prop_assert_eq!(walked.seek(at).min(TERMINATED), docs.range(at..).next().copied().unwrap_or(TERMINATED));
        }
    }
}
