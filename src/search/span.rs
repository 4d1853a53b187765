//! Stretches of time: a segment is sorted by time, newest first, so a stretch of time is a stretch of documents.

use std::ops::Range;
use std::sync::Arc;

use tantivy::columnar::ColumnValues;
use tantivy::query::{EnableScoring, Explanation, Query, Scorer, Weight};
use tantivy::{DocId, DocSet, Score, SegmentReader, TERMINATED};

use crate::place::Place;
use crate::schema::{ENTRY, TIME};

/// Moments from `from` up to but without `until`, in milliseconds. The ends of the range of `i64` stand for no end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Span {
    pub(crate) from: i64,
    pub(crate) until: i64,
}

impl Span {
    /// All time.
    pub(crate) const ALL: Self = Self { from: i64::MIN, until: i64::MAX };

    /// What lies in both.
    pub(crate) fn and(self, other: Self) -> Self {
        Self { from: self.from.max(other.from), until: self.until.min(other.until) }
    }
}

/// The columns of one segment.
#[derive(Clone)]
pub(crate) struct Columns {
    time: Arc<dyn ColumnValues<i64>>,
    entry: Arc<dyn ColumnValues<u64>>,
    max_doc: DocId,
}

impl Columns {
    /// Opens the columns.
    pub(crate) fn open(reader: &SegmentReader) -> tantivy::Result<Self> {
        let time = reader.fast_fields().i64(TIME)?.first_or_default_col(0);
        let entry = reader.fast_fields().u64(ENTRY)?.first_or_default_col(0);
        Ok(Self { time, entry, max_doc: reader.max_doc() })
    }

    /// Documents of the segment.
    pub(crate) fn max_doc(&self) -> DocId {
        self.max_doc
    }

    /// The time of a document.
    pub(crate) fn time(&self, doc: DocId) -> i64 {
        self.time.get_val(doc)
    }

    /// The entry of a document.
    pub(crate) fn entry(&self, doc: DocId) -> u64 {
        self.entry.get_val(doc)
    }

    /// The place in time of a document.
    pub(crate) fn place(&self, doc: DocId) -> Place {
        Place { time: self.time(doc), entry: self.entry(doc) }
    }

    /// The greatest entry of the segment.
    pub(crate) fn entry_max(&self) -> u64 {
        self.entry.max_value()
    }

    /// The first document that is older than `moment`; the number of documents where none is.
    pub(crate) fn first_before(&self, moment: i64) -> DocId {
        let (mut low, mut high) = (0, self.max_doc);
        while low < high {
            let middle = low + (high - low) / 2;
            if self.time(middle) < moment { high = middle } else { low = middle + 1 }
        }
        low
    }

    /// The documents of a span.
    pub(crate) fn docs(&self, span: Span) -> Range<DocId> {
        let start = if span.until == i64::MAX { 0 } else { self.first_before(span.until) };
        let end = if span.from == i64::MIN { self.max_doc } else { self.first_before(span.from) };
        start..end.max(start)
    }
}

/// The query for a span that stands inside OR or NOT. (Elsewhere spans narrow what is looked at to begin with.)
#[derive(Clone, Copy, Debug)]
pub(crate) struct SpanQuery(pub(crate) Span);

impl Query for SpanQuery {
    fn weight(&self, _: EnableScoring<'_>) -> tantivy::Result<Box<dyn Weight>> {
        Ok(Box::new(*self))
    }
}

impl Weight for SpanQuery {
    fn scorer(&self, reader: &SegmentReader, _: Score) -> tantivy::Result<Box<dyn Scorer>> {
        Ok(Box::new(RangeDocs::new(Columns::open(reader)?.docs(self.0))))
    }

    fn explain(&self, _: &SegmentReader, _: DocId) -> tantivy::Result<Explanation> {
        Ok(Explanation::new("in the span", 0.0))
    }
}

/// Consecutive documents; they score nothing.
struct RangeDocs {
    doc: DocId,
    end: DocId,
}

impl RangeDocs {
    fn new(docs: Range<DocId>) -> Self {
        let doc = if docs.is_empty() { TERMINATED } else { docs.start };
        Self { doc, end: docs.end }
    }
}

impl DocSet for RangeDocs {
    fn advance(&mut self) -> DocId {
        self.seek(self.doc.saturating_add(1))
    }

    fn seek(&mut self, target: DocId) -> DocId {
        self.doc = self.doc.max(target);
        if self.doc >= self.end {
            self.doc = TERMINATED;
        }
        self.doc
    }

    fn doc(&self) -> DocId {
        self.doc
    }

    fn size_hint(&self) -> u32 {
        self.end.saturating_sub(self.doc)
    }
}

impl Scorer for RangeDocs {
    fn score(&mut self) -> Score {
        0.0
    }
}
