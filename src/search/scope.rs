//! Which documents of a segment somebody may see, as bits: made once from the marks of conversations, kept for the next search.
//!
//! Segments never change, so that the bits of a segment and a scope's base stay true; what came to the scope later is added to them.

use std::sync::Arc;

use quick_cache::Weighter;
use quick_cache::sync::Cache;
use tantivy::index::SegmentId;
use tantivy::postings::TermInfo;
use tantivy::{DocId, SegmentReader};
use xinju_model::id::ConversationId;
use xinju_model::scope::{Visible, VisibleConversations, WHOLE};

use crate::bits::Bits;
use crate::schema::{Fields, Mark};
use crate::span::Columns;
use crate::spread::Blocks;

/// Bytes of bits that are kept: a scope of an archive of ten million messages takes 1.25 MB.
const KEPT_BYTES: u64 = 24 * 1024 * 1024;
/// Sets that the cache expects.
const KEPT_EXPECTED: usize = 1_024;
/// A scope that holds less than one in so many of a segment's terms is looked up instead of reading all terms.
const FEW: usize = 4;

/// Bits, and how much of what came later is in them.
#[derive(Clone)]
struct Made {
    later: usize,
    bits: Arc<Bits>,
}

#[derive(Clone)]
struct BitsWeight;

impl Weighter<(SegmentId, u64), Made> for BitsWeight {
    fn weight(&self, _: &(SegmentId, u64), made: &Made) -> u64 {
        made.bits.bytes() + 64
    }
}

/// The bits that were made.
pub(crate) struct ScopeBits(Cache<(SegmentId, u64), Made, BitsWeight>);

impl Default for ScopeBits {
    fn default() -> Self {
        Self(Cache::with_weighter(KEPT_EXPECTED, KEPT_BYTES, BitsWeight))
    }
}

impl ScopeBits {
    /// The documents of a segment that may be seen.
    pub(crate) fn of(
        &self,
        reader: &SegmentReader,
        columns: &Columns,
        fields: Fields,
        visible: &VisibleConversations,
    ) -> tantivy::Result<Arc<Bits>> {
        let place = (reader.segment_id(), visible.fingerprint());
        let later = visible.later();
        let made = self.0.get(&place).filter(|made| made.later <= later.len());
        if let Some(made) = &made
            && made.later == later.len()
        {
            return Ok(Arc::clone(&made.bits));
        }
        let segment = Segment { reader, columns, fields };
        let (mut bits, done) = match made {
            Some(made) => (Bits::clone(&made.bits), made.later),
            None => (segment.base(visible)?, 0),
        };
        let new = later.get(done..).unwrap_or_default();
        segment.look_up(new.iter().copied(), &mut bits)?;
        let bits = Arc::new(bits);
        self.0.insert(place, Made { later: later.len(), bits: Arc::clone(&bits) });
        Ok(bits)
    }
}

struct Segment<'a> {
    reader: &'a SegmentReader,
    columns: &'a Columns,
    fields: Fields,
}

impl Segment<'_> {
    fn base(&self, visible: &VisibleConversations) -> tantivy::Result<Bits> {
        let mut bits = Bits::new(self.columns.max_doc());
        let terms = self.reader.inverted_index(self.fields.mark)?;
        if visible.base().len().saturating_mul(FEW) < terms.terms().num_terms() {
            self.look_up(visible.base().iter().map(|(id, visible)| (*id, *visible)), &mut bits)?;
            return Ok(bits);
        }
        let mut blocks = Blocks::new(&terms);
        let beginning = Mark::beginning_of_conversations();
        let mut stream = terms.terms().range().ge([beginning]).lt([beginning + 1]).into_stream()?;
        while let Some((key, info)) = stream.next() {
            let id = key.get(1..).and_then(|id| id.try_into().ok()).map(ConversationId);
            if let Some(found) = id.and_then(|id| visible.base().get(&id)) {
                self.add(&mut blocks, info, *found, &mut bits)?;
            }
        }
        Ok(bits)
    }

    /// Adds the documents of single conversations.
    fn look_up(
        &self,
        conversations: impl Iterator<Item = (ConversationId, Visible)>,
        bits: &mut Bits,
    ) -> tantivy::Result<()> {
        let terms = self.reader.inverted_index(self.fields.mark)?;
        let mut blocks = Blocks::new(&terms);
        for (id, visible) in conversations {
            if let Some(info) = terms.terms().get(Mark::Conversation(&id).bytes())? {
                self.add(&mut blocks, &info, visible, bits)?;
            }
        }
        Ok(())
    }

    /// Adds the documents of a term that are new enough: newer ones come first.
    fn add(&self, blocks: &mut Blocks<'_>, info: &TermInfo, visible: Visible, bits: &mut Bits) -> tantivy::Result<()> {
        let end: DocId =
            if visible.from == WHOLE { self.columns.max_doc() } else { self.columns.first_before(visible.from.0) };
        let postings = blocks.open(info)?;
        while let Some(first) = postings.docs().first() {
            if *first >= end {
                break;
            }
            postings.docs().iter().filter(|doc| **doc < end).for_each(|doc| bits.insert(*doc));
            postings.advance();
        }
        Ok(())
    }
}
