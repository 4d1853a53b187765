//! Pieces with a part that may be many terms: a single character, a word that goes on, a word cut at its beginning.
//!
//! All terms of such a part lie together in the dictionary. They can be thousands (all pairs that begin with 的), so that
//! they are read one after the other into a set of documents instead of being held open side by side: the work is that
//! of the postings themselves, and memory stays at a bit a document and the places of the rarest part.

use tantivy::postings::{BlockSegmentPostings, Postings, SegmentPostings, TermInfo};
use tantivy::query::{ConstScorer, EmptyScorer, EnableScoring, Explanation, Query, Scorer, Weight};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocId, DocSet, InvertedIndexReader, Score, SegmentReader, TERMINATED, TantivyError};

use crate::bits::{Bits, BitsDocs};
use crate::piece::{Part, PartTerms};

/// Finds the texts in which every part stands at its place.
#[derive(Clone, Debug)]
pub(crate) struct SpreadQuery {
    field: Field,
    parts: Vec<Part>,
}

impl SpreadQuery {
    pub(crate) fn new(field: Field, parts: Vec<Part>) -> Self {
        Self { field, parts }
    }
}

impl Query for SpreadQuery {
    fn weight(&self, _: EnableScoring<'_>) -> tantivy::Result<Box<dyn Weight>> {
        Ok(Box::new(self.clone()))
    }
}

impl Weight for SpreadQuery {
    fn scorer(&self, reader: &SegmentReader, boost: Score) -> tantivy::Result<Box<dyn Scorer>> {
        let terms = reader.inverted_index(self.field)?;
        let mut bits = Bits::new(reader.max_doc());
        if let [part] = self.parts.as_slice() {
            collect_docs(&terms, &part.terms, &mut bits)?;
        } else {
            for (doc, _) in occurrences(&terms, &self.parts)? {
                bits.insert(doc);
            }
        }
        let docs = BitsDocs::from(bits);
        if docs.doc() == TERMINATED {
            return Ok(Box::new(EmptyScorer));
        }
        Ok(Box::new(ConstScorer::new(docs, boost)))
    }

    fn explain(&self, _: &SegmentReader, _: DocId) -> tantivy::Result<Explanation> {
        Ok(Explanation::new("one of many terms", 1.0))
    }
}

/// Gives each term of a part that the segment has.
fn each_term(
    index: &InvertedIndexReader,
    terms: &PartTerms,
    mut visit: impl FnMut(&TermInfo) -> tantivy::Result<()>,
) -> tantivy::Result<()> {
    match terms {
        PartTerms::One(term) => {
            if let Some(info) = index.terms().get(term.as_bytes())? {
                visit(&info)?;
            }
        }
        PartTerms::Beginning(with) => {
            let range = index.terms().range().ge(with.as_bytes()).lt(behind_beginning(with));
            let mut stream = range.into_stream()?;
            while let Some((_, info)) = stream.next() {
                visit(info)?;
            }
        }
    }
    Ok(())
}

/// The first key behind all keys that begin so. UTF-8 never has the byte 255, so that the last byte can be raised.
fn behind_beginning(beginning: &str) -> Vec<u8> {
    let mut key = beginning.as_bytes().to_vec();
    if let Some(last) = key.last_mut() {
        *last += 1;
    }
    key
}

/// Reads postings without places one after the other in the same room.
pub(crate) struct Blocks<'a> {
    index: &'a InvertedIndexReader,
    room: Option<BlockSegmentPostings>,
}

impl<'a> Blocks<'a> {
    pub(crate) fn new(index: &'a InvertedIndexReader) -> Self {
        Self { index, room: None }
    }

    /// The postings of a term, from their beginning.
    pub(crate) fn open(&mut self, info: &TermInfo) -> tantivy::Result<&mut BlockSegmentPostings> {
        match &mut self.room {
            Some(postings) => self.index.reset_block_postings_from_terminfo(info, postings)?,
            room => *room = Some(self.index.read_block_postings_from_terminfo(info, IndexRecordOption::Basic)?),
        }
        self.room.as_mut().ok_or_else(|| TantivyError::InternalError("no postings".to_owned()))
    }
}

/// All documents that hold any of the terms.
fn collect_docs(index: &InvertedIndexReader, terms: &PartTerms, bits: &mut Bits) -> tantivy::Result<()> {
    let mut blocks = Blocks::new(index);
    each_term(index, terms, |info| {
        let postings = blocks.open(info)?;
        while !postings.docs().is_empty() {
            for doc in postings.docs() {
                bits.insert(*doc);
            }
            postings.advance();
        }
        Ok(())
    })
}

/// Where a piece may begin: document and place.
type Occurrence = (DocId, u32);

/// Where all parts stand at their places, in order. Begins with the rarest part and drops what the others do not confirm.
fn occurrences(index: &InvertedIndexReader, parts: &[Part]) -> tantivy::Result<Vec<Occurrence>> {
    let mut by_rarity = Vec::with_capacity(parts.len());
    for part in parts {
        let mut docs = 0_u64;
        each_term(index, &part.terms, |info| {
            docs += u64::from(info.doc_freq);
            Ok(())
        })?;
        by_rarity.push((docs, part));
    }
    by_rarity.sort_by_key(|(docs, _)| *docs);
    let mut found = Vec::new();
    for (rank, (_, part)) in by_rarity.into_iter().enumerate() {
        found = if rank == 0 { beginnings(index, part)? } else { confirmed(index, part, &found)? };
        if found.is_empty() {
            break;
        }
    }
    Ok(found)
}

fn open(index: &InvertedIndexReader, info: &TermInfo) -> tantivy::Result<SegmentPostings> {
    Ok(index.read_postings_from_terminfo(info, IndexRecordOption::WithFreqsAndPositions)?)
}

/// All places from which the part would be at its place.
fn beginnings(index: &InvertedIndexReader, part: &Part) -> tantivy::Result<Vec<Occurrence>> {
    let mut found = Vec::new();
    let mut places = Vec::new();
    each_term(index, &part.terms, |info| {
        let mut postings = open(index, info)?;
        while postings.doc() != TERMINATED {
            postings.positions(&mut places);
            let doc = postings.doc();
            found.extend(places.iter().filter_map(|place| place.checked_sub(part.place)).map(|place| (doc, place)));
            postings.advance();
        }
        Ok(())
    })?;
    found.sort_unstable();
    found.dedup();
    Ok(found)
}

/// Postings up to this length are looked through for candidates before their places are opened: most terms of a part are rare
/// and have none.
const LOOKED_THROUGH_MAX: u32 = 1_024;

/// Those of the candidates at which the part stands too.
fn confirmed(index: &InvertedIndexReader, part: &Part, candidates: &[Occurrence]) -> tantivy::Result<Vec<Occurrence>> {
    let mut found = Vec::new();
    let mut places = Vec::new();
    let mut blocks = Blocks::new(index);
    let mut docs = Bits::new(candidates.last().map_or(0, |(doc, _)| doc + 1));
    for (doc, _) in candidates {
        docs.insert(*doc);
    }
    each_term(index, &part.terms, |info| {
        if info.doc_freq <= LOOKED_THROUGH_MAX && !any_of(blocks.open(info)?, &docs) {
            return Ok(());
        }
        let mut postings = open(index, info)?;
        let mut rest = candidates;
        while let Some((doc, _)) = rest.first() {
            if postings.doc() < *doc && postings.seek(*doc) == TERMINATED {
                break;
            }
            rest = rest.get(rest.partition_point(|(doc, _)| *doc < postings.doc())..).unwrap_or_default();
            let (here, behind) = rest.split_at(rest.partition_point(|(doc, _)| *doc == postings.doc()));
            if !here.is_empty() {
                postings.positions(&mut places);
                let stands = |(_, place): &&Occurrence| places.binary_search(&(place + part.place)).is_ok();
                found.extend(here.iter().filter(stands));
            }
            rest = behind;
        }
        Ok(())
    })?;
    found.sort_unstable();
    found.dedup();
    Ok(found)
}

fn any_of(postings: &mut BlockSegmentPostings, docs: &Bits) -> bool {
    while !postings.docs().is_empty() {
        if postings.docs().iter().any(|doc| docs.contains(*doc)) {
            return true;
        }
        postings.advance();
    }
    false
}
