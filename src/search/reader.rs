//! Searching: one snapshot, one plan, one walk over its segments.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};
use std::ops::Range;
use std::sync::Arc;

use tantivy::query::{AllQuery, EnableScoring, Query as _, Weight};
use tantivy::{COLLECT_BLOCK_BUFFER_LEN, DocId, DocSet, IndexReader, Searcher, SegmentReader, TERMINATED};
use xinju_model::access::Scope;
use xinju_model::id::EntryIndex;
use xinju_model::time::Timestamp;

use crate::bits::Bits;
use crate::compile::{Compiler, Plan};
use crate::cursor::{At, Cursor, Fingerprint};
use crate::error::SearchError;
use crate::index::{Hit, Hits, Names, Order, Request};
use crate::place::{Direction, Docs, Place, Source, Waiting, Walk};
use crate::schema::Fields;
use crate::scope::ScopeBits;
use crate::snapshot::Snapshots;
use crate::span::{Columns, Span};

/// Hits that a best-first search can page through; nobody reads further, and each page costs what lies before it.
const RANKS_MAX: usize = 10_000;
/// Hits that may be skipped.
const OFFSET_MAX: u64 = 10_000_000;
/// Hits on one page.
const LIMIT_MAX: usize = 10_000;

/// A scope that holds less than one in so many documents of a segment is walked itself.
const SPARSE: u64 = 64;

/// The reading side of an index.
pub(crate) struct Reader {
    engine: IndexReader,
    fields: Fields,
    snapshots: Snapshots,
    scopes: ScopeBits,
}

/// One segment as a search sees it.
struct Part<'a> {
    reader: &'a SegmentReader,
    columns: Columns,
    /// The documents of the plan's span.
    docs: Range<DocId>,
    /// The documents that may be seen; none where all may.
    visible: Option<Arc<Bits>>,
}

/// One search on its way.
struct Search<'a> {
    request: &'a Request<'a>,
    print: Fingerprint,
    parts: Vec<Part<'a>>,
    /// None where every document of the span is meant and none is scored.
    weight: Option<Box<dyn Weight>>,
    bound: u64,
}

impl Reader {
    pub(crate) fn new(engine: IndexReader, fields: Fields) -> Self {
        Self { engine, fields, snapshots: Snapshots::default(), scopes: ScopeBits::default() }
    }

    /// Makes the last commit seen by searches that begin from now on.
    pub(crate) fn reload(&self) -> Result<(), SearchError> {
        Ok(self.engine.reload()?)
    }

    /// Whether a message has a mark that begins so.
    pub(crate) fn has_mark(&self, begin: &[u8]) -> Result<bool, SearchError> {
        for segment in self.engine.searcher().segment_readers() {
            let terms = segment.inverted_index(self.fields.mark)?;
            let mut marks = terms.terms().range().ge(begin).into_stream()?;
            if marks.advance() && marks.key().starts_with(begin) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    pub(crate) fn search(&self, request: &Request<'_>, names: &dyn Names) -> Result<Hits, SearchError> {
        let print = Fingerprint::new(request.query, request.order);
        let after = request.after.map(|text| Cursor::read(text, print)).transpose()?;
        let plan = Compiler { fields: self.fields, names, masked: request.masked }.plan(request.query, request.scope);
        match (request.order, after.map(|cursor| cursor.at)) {
            (Order::Relevance, None | Some(At::Rank { .. })) => self.best(request, &plan, print, after),
            (Order::Newest | Order::Oldest, None | Some(At::Place(_))) => {
                let searcher = self.engine.searcher();
                Search::new(self, &searcher, request, &plan, print, after)?.by_time(after)
            }
            _ => Err(SearchError::Cursor),
        }
    }

    fn best(
        &self,
        request: &Request<'_>,
        plan: &Plan,
        print: Fingerprint,
        after: Option<Cursor>,
    ) -> Result<Hits, SearchError> {
        let (kept, rank) = match after.map(|cursor| cursor.at) {
            Some(At::Rank { snapshot, rank }) => (self.snapshots.find(snapshot), rank),
            Some(At::Place(_)) | None => (None, 0),
        };
        let (name, searcher) = kept.unwrap_or_else(|| self.snapshots.keep(self.engine.searcher()));
        Search::new(self, &searcher, request, plan, print, after)?.by_rank(name, rank)
    }

    /// The documents of a segment that a scope holds; none where it holds all.
    fn visible(
        &self,
        reader: &SegmentReader,
        columns: &Columns,
        scope: &Scope,
    ) -> Result<Option<Arc<Bits>>, SearchError> {
        match scope {
            Scope::Everything => Ok(None),
            // The plan has a clause that finds nothing as well.
            Scope::Nothing => Ok(Some(Arc::default())),
            Scope::Conversations(visible) => Ok(Some(self.scopes.of(reader, columns, self.fields, visible)?)),
        }
    }

    /// Messages a day, days that have any.
    pub(crate) fn per_day(
        &self,
        scope: &Scope,
        span: Span,
        zone_ms: i64,
    ) -> Result<Vec<(Timestamp, u64)>, SearchError> {
        let mut days: BTreeMap<i64, u64> = BTreeMap::new();
        if *scope == Scope::Nothing {
            return Ok(Vec::new());
        }
        for reader in self.engine.searcher().segment_readers() {
            let columns = Columns::open(reader)?;
            let visible = self.visible(reader, &columns, scope)?;
            let docs = columns.docs(span);
            let mut doc = docs.start;
            while doc < docs.end {
                let day = day_start(columns.time(doc), zone_ms);
                let next = columns.first_before(day).clamp(doc + 1, docs.end);
                let count = match &visible {
                    None => u64::from(next - doc),
                    Some(visible) => visible.count_within(&(doc..next)),
                };
                if count > 0 {
                    *days.entry(day).or_default() += count;
                }
                doc = next;
            }
        }
        Ok(days.into_iter().map(|(day, count)| (Timestamp(day), count)).collect())
    }
}

const DAY_MS: i64 = 86_400_000;

fn day_start(time: i64, zone_ms: i64) -> i64 {
    let local = time.saturating_add(zone_ms);
    local.saturating_sub(local.rem_euclid(DAY_MS)).saturating_sub(zone_ms)
}

impl<'a> Search<'a> {
    fn new(
        side: &Reader,
        searcher: &'a Searcher,
        request: &'a Request<'a>,
        plan: &Plan,
        print: Fingerprint,
        after: Option<Cursor>,
    ) -> Result<Self, SearchError> {
        let mut parts = Vec::with_capacity(searcher.segment_readers().len());
        for reader in searcher.segment_readers() {
            let columns = Columns::open(reader)?;
            let docs = columns.docs(plan.span);
            let visible = side.visible(reader, &columns, request.scope)?;
            parts.push(Part { reader, columns, docs, visible });
        }
        let newest = parts.iter().map(|part| part.columns.entry_max() + 1).max().unwrap_or(0);
        let bound = after.map_or(newest, |cursor| cursor.bound);
        parts.retain(|part| !part.docs.is_empty());
        let weight = match (request.order, &plan.engine) {
            (Order::Relevance, None) => Some(AllQuery.weight(EnableScoring::enabled_from_searcher(searcher))?),
            (Order::Relevance, Some(engine)) => Some(engine.weight(EnableScoring::enabled_from_searcher(searcher))?),
            (_, engine) => {
                let unscored = EnableScoring::disabled_from_searcher(searcher);
                engine.as_ref().map(|engine| engine.weight(unscored)).transpose()?
            }
        };
        Ok(Self { request, print, parts, weight, bound })
    }

    fn by_time(&self, after: Option<Cursor>) -> Result<Hits, SearchError> {
        let direction = if self.request.order == Order::Oldest { Direction::Oldest } else { Direction::Newest };
        let after = after.and_then(|cursor| match cursor.at {
            At::Place(place) => Some(place),
            At::Rank { .. } => None,
        });
        let mut total = 0;
        let mut waiting = Vec::with_capacity(self.parts.len());
        for part in &self.parts {
            let found = if self.request.count || direction == Direction::Oldest && self.request.limit > 0 {
                let bits = self.find(part)?;
                total += bits.count();
                Some(bits)
            } else {
                None
            };
            waiting.extend(self.waiting(part, found, direction, after));
        }
        let mut hits = self.page(Walk::new(waiting, direction, after))?;
        hits.total = self.request.count.then_some(total);
        Ok(hits)
    }

    /// All hits of a segment.
    fn find(&self, part: &Part<'_>) -> Result<Bits, SearchError> {
        let mut bits = Bits::new(part.columns.max_doc());
        match (&self.weight, &part.visible) {
            (None, None) => part.docs.clone().for_each(|doc| bits.insert(doc)),
            (None, Some(visible)) => bits = visible.within(&part.docs),
            (Some(weight), Some(visible)) if visible.count() * SPARSE < u64::from(part.columns.max_doc()) => {
                // Few may be seen: each is looked up among the hits instead of finding all hits first.
                let mut scorer = weight.scorer(part.reader, 1.0)?;
                for doc in visible.within(&part.docs).iter() {
                    if scorer.doc() < doc {
                        scorer.seek(doc);
                    }
                    if scorer.doc() == doc {
                        bits.insert(doc);
                    }
                }
            }
            (Some(weight), visible) => {
                let mut scorer = weight.scorer(part.reader, 1.0)?;
                if scorer.doc() < part.docs.start {
                    scorer.seek(part.docs.start);
                }
                let mut buffer = [0; COLLECT_BLOCK_BUFFER_LEN];
                while scorer.doc() < part.docs.end {
                    let filled = scorer.fill_buffer(&mut buffer);
                    buffer.iter().take(filled).filter(|doc| **doc < part.docs.end).for_each(|doc| bits.insert(*doc));
                }
                if let Some(visible) = visible {
                    bits.keep(visible);
                }
            }
        }
        if part.columns.entry_max() >= self.bound {
            let late: Vec<DocId> = bits.iter().filter(|doc| part.columns.entry(*doc) >= self.bound).collect();
            for doc in late {
                bits.remove(doc);
            }
        }
        Ok(bits)
    }

    /// The segment as the walk takes it; none where all of it lies before the cursor.
    fn waiting<'s>(
        &'s self,
        part: &'s Part<'_>,
        found: Option<Bits>,
        direction: Direction,
        after: Option<Place>,
    ) -> Option<Waiting<'s>> {
        let mut docs = part.docs.clone();
        match (after, direction) {
            (None, _) => {}
            (Some(place), Direction::Newest) if place.time == i64::MAX => {}
            (Some(place), Direction::Newest) => docs.start = docs.start.max(part.columns.first_before(place.time + 1)),
            (Some(place), Direction::Oldest) => docs.end = docs.end.min(part.columns.first_before(place.time)),
        }
        if docs.is_empty() {
            return None;
        }
        let first = if direction == Direction::Newest { docs.start } else { docs.end - 1 };
        let columns = part.columns.clone();
        let open = move || {
            let docs_of = match (found, &self.weight) {
                (Some(bits), _) => Docs::Chosen(bits),
                (None, None) => Docs::Every,
                (None, Some(weight)) => Docs::Sought(weight.scorer(part.reader, 1.0)?),
            };
            Ok(Source::new(columns, docs_of, direction, docs, self.bound, part.visible.clone()))
        };
        Some(Waiting { first_time: part.columns.time(first), open: Box::new(open) })
    }

    fn page(&self, mut walk: Walk<'_>) -> Result<Hits, SearchError> {
        let mut hits = Hits { hits: Vec::new(), total: None, more: false };
        let limit = self.request.limit.min(LIMIT_MAX);
        if limit == 0 {
            return Ok(hits);
        }
        for _ in 0..self.request.offset.min(OFFSET_MAX) {
            if walk.next()?.is_none() {
                return Ok(hits);
            }
        }
        while let Some(place) = walk.next()? {
            if hits.hits.len() == limit {
                hits.more = true;
                break;
            }
            hits.hits.push(self.hit(place, At::Place(place)));
        }
        Ok(hits)
    }

    fn hit(&self, place: Place, at: At) -> Hit {
        let cursor = Cursor { bound: self.bound, at }.write(self.print);
        Hit { entry: EntryIndex(place.entry), at: Timestamp(place.time), cursor }
    }

    fn by_rank(&self, snapshot: u64, rank: u64) -> Result<Hits, SearchError> {
        let limit = self.request.limit.min(LIMIT_MAX);
        let skip = usize::try_from(rank.saturating_add(self.request.offset)).unwrap_or(usize::MAX).min(RANKS_MAX);
        let kept = (skip + limit + 1).min(RANKS_MAX + 1);
        let (total, ranked) = self.rank(kept)?;
        let mut hits = Hits { hits: Vec::new(), total: self.request.count.then_some(total), more: false };
        for (number, (_, place)) in ranked.into_iter().enumerate().skip(skip) {
            if hits.hits.len() == limit {
                hits.more = limit > 0;
                break;
            }
            hits.hits.push(self.hit(place, At::Rank { snapshot, rank: number as u64 + 1 }));
        }
        Ok(hits)
    }

    /// How many hits there are, and the best of them in order; equally good ones newest first.
    fn rank(&self, kept: usize) -> Result<(u64, Vec<(Score, Place)>), SearchError> {
        let mut total = 0;
        let mut best = Best { kept, ranked: BinaryHeap::with_capacity(kept), passed: Score(f32::NEG_INFINITY) };
        let Some(weight) = &self.weight else { return Ok((0, Vec::new())) };
        for part in &self.parts {
            let some_late = part.columns.entry_max() >= self.bound;
            best.passed = Score(f32::NEG_INFINITY);
            let mut scorer = weight.scorer(part.reader, 1.0)?;
            if scorer.doc() < part.docs.start {
                scorer.seek(part.docs.start);
            }
            while scorer.doc() < part.docs.end && scorer.doc() != TERMINATED {
                let doc = scorer.doc();
                let visible = part.visible.as_ref().is_none_or(|visible| visible.contains(doc));
                if visible && (!some_late || part.columns.entry(doc) < self.bound) {
                    total += 1;
                    best.offer(Score(scorer.score()), || part.columns.place(doc));
                }
                scorer.advance();
            }
        }
        Ok((total, best.ranked.into_sorted_vec().into_iter().map(|Reverse(ranked)| ranked).collect()))
    }
}

/// The best hits so far.
struct Best {
    kept: usize,
    /// The worst of them on top.
    ranked: BinaryHeap<Reverse<(Score, Place)>>,
    /// A hit of this segment with this score was too old; those behind it are older still.
    passed: Score,
}

impl Best {
    /// Takes a hit in where it is among the best; its place is looked up only then.
    fn offer(&mut self, score: Score, place: impl FnOnce() -> Place) {
        if self.ranked.len() < self.kept {
            self.ranked.push(Reverse((score, place())));
        } else if let Some(mut worst) = self.ranked.peek_mut()
            && score >= worst.0.0
            && score > self.passed
        {
            let offered = (score, place());
            if offered > worst.0 {
                *worst = Reverse(offered);
            } else if offered.1.time < worst.0.1.time {
                self.passed = score;
            }
        }
    }
}

/// A score that can be sorted by.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Score(f32);

impl Eq for Score {}

impl PartialOrd for Score {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Score {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.total_cmp(&other.0)
    }
}
