//! Either of two ways to find a document: one that nearly all documents are found by, and one for the few.

use tantivy::query::{EnableScoring, Explanation, Query, Scorer, Weight};
use tantivy::{DocId, DocSet, Score, SegmentReader, TERMINATED};

/// Documents that one of two queries finds; scored by the second where both do.
#[derive(Debug)]
pub(crate) struct EitherQuery {
    usual: Box<dyn Query>,
    rare: Box<dyn Query>,
}

impl EitherQuery {
    pub(crate) fn new(usual: Box<dyn Query>, rare: Box<dyn Query>) -> Self {
        Self { usual, rare }
    }
}

impl Clone for EitherQuery {
    fn clone(&self) -> Self {
        Self { usual: self.usual.box_clone(), rare: self.rare.box_clone() }
    }
}

struct EitherWeight {
    usual: Box<dyn Weight>,
    rare: Box<dyn Weight>,
}

/// Two scorers that are walked side by side.
struct EitherDocs {
    usual: Box<dyn Scorer>,
    rare: Box<dyn Scorer>,
}

impl Query for EitherQuery {
    fn weight(&self, scoring: EnableScoring<'_>) -> tantivy::Result<Box<dyn Weight>> {
        Ok(Box::new(EitherWeight { usual: self.usual.weight(scoring)?, rare: self.rare.weight(scoring)? }))
    }
}

impl Weight for EitherWeight {
    fn scorer(&self, reader: &SegmentReader, boost: Score) -> tantivy::Result<Box<dyn Scorer>> {
        let (usual, rare) = (self.usual.scorer(reader, boost)?, self.rare.scorer(reader, boost)?);
        // Most words stand in no document of the rare sort: then nothing is walked side by side.
        if rare.doc() == TERMINATED {
            return Ok(usual);
        }
        if usual.doc() == TERMINATED {
            return Ok(rare);
        }
        Ok(Box::new(EitherDocs { usual, rare }))
    }

    fn explain(&self, reader: &SegmentReader, doc: DocId) -> tantivy::Result<Explanation> {
        self.usual.explain(reader, doc).or_else(|_| self.rare.explain(reader, doc))
    }
}

impl DocSet for EitherDocs {
    fn advance(&mut self) -> DocId {
        self.seek(self.doc().saturating_add(1))
    }

    fn seek(&mut self, target: DocId) -> DocId {
        let target = target.min(TERMINATED);
        for docs in [&mut self.usual, &mut self.rare] {
            if docs.doc() < target {
                docs.seek(target);
            }
        }
        self.doc()
    }

    fn doc(&self) -> DocId {
        self.usual.doc().min(self.rare.doc())
    }

    fn size_hint(&self) -> u32 {
        self.usual.size_hint().saturating_add(self.rare.size_hint())
    }
}

impl Scorer for EitherDocs {
    fn score(&mut self) -> Score {
        if self.rare.doc() <= self.usual.doc() { self.rare.score() } else { self.usual.score() }
    }
}
