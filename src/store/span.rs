//! Checking a stretch of the ledger that is at most one segment long: every leaf again from the stored bytes.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use xinju_model::entry::entry_leaf;
use xinju_model::facts::facts;
use xinju_model::ledger::{Hash, Range};
use xinju_model::record::{Entry, EntryKind};

use crate::block::Block;
use crate::dedupe::{DedupeKey, NO_KEY, dedupe_key};
use crate::error::StoreError;
use crate::read::ReadTx;
use crate::segment::{BUCKET_KEY_BYTES, BUCKETS, Segment};
use crate::segments::SegmentRow;
use crate::shared::Shared;
use crate::tables::{TAIL_BLOCKS, TAIL_LEDGER};
use crate::tail;

/// How far a check is, and whether it should stop.
pub(crate) struct Watch {
    pub(crate) entries: AtomicU64,
    pub(crate) stop: AtomicBool,
}

impl Watch {
    pub(crate) fn is_stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }
}

/// Roots of perfect subtrees, left to right, each with its level.
pub(crate) type Nodes = Vec<(u32, Hash)>;

/// What a stretch of the ledger says.
#[derive(Debug, Default)]
pub(crate) struct Span {
    /// What is wrong.
    pub(crate) problems: Vec<String>,
    /// Records in it.
    pub(crate) records: u64,
    /// The whole of it.
    pub(crate) nodes: Nodes,
    /// Its beginnings that end where a checkpoint does: the size of the whole ledger there, and the nodes.
    pub(crate) roots_at: Vec<(u64, Nodes)>,
}

/// A span in the making.
struct Checker<'a> {
    shared: &'a Shared,
    watch: &'a Watch,
    first: u64,
    sizes: &'a [u64],
    range: Range,
    keys: Vec<(DedupeKey, u64)>,
    span: Span,
}

/// The roots that make up a range, with their levels: the bits of its size, highest first.
fn nodes_of(range: &Range) -> Nodes {
    let levels = (0..u64::BITS).rev().filter(|level| range.size() >> level & 1 == 1);
    levels.zip(range.nodes().iter().copied()).collect()
}

impl<'a> Checker<'a> {
    fn new(shared: &'a Shared, watch: &'a Watch, first: u64, sizes: &'a [u64]) -> Self {
        // A checkpoint of exactly `first` entries belongs to the span before, but for the empty ledger's.
        let from = if first == 0 { 0 } else { sizes.partition_point(|size| *size <= first) };
        let mut checker = Self {
            shared,
            watch,
            first,
            sizes: sizes.get(from..).unwrap_or_default(),
            range: Range::default(),
            keys: Vec::new(),
            span: Span::default(),
        };
        checker.note_size();
        checker
    }

    /// Index of the next entry.
    fn next(&self) -> u64 {
        self.first + self.range.size()
    }

    fn problem(&mut self, what: &impl ToString) {
        // One damaged part makes many entries wrong; the first ones tell.
        if self.span.problems.len() < 20 {
            self.span.problems.push(what.to_string());
        }
    }

    /// Remembers the tree so far where a checkpoint has its size.
    fn note_size(&mut self) {
        if let Some((size, rest)) = self.sizes.split_first()
            && *size == self.next()
        {
            self.span.roots_at.push((*size, nodes_of(&self.range)));
            self.sizes = rest;
        }
    }

    fn push_leaf(&mut self, leaf: Hash) {
        self.range.push(leaf);
        self.note_size();
        self.watch.entries.fetch_add(1, Ordering::Relaxed);
    }

    /// Takes in an entry with the leaf and key that are stored for it; what is computed from its bytes counts.
    fn push(&mut self, entry: &Entry, stored_leaf: Option<Hash>, stored_key: Option<DedupeKey>) {
        let index = self.next();
        let read = entry.origin.as_ref().map(|origin| {
            let source = &origin.source;
            (source, facts(source.format, &source.account, &entry.body))
        });
        let leaf = entry_leaf(entry, read.as_ref().map(|(_, facts)| facts));
        let key = read.as_ref().and_then(|(source, facts)| {
            let id = facts.source_id.as_deref()?;
            Some(dedupe_key(&self.shared.hashing_key, source.channel, &source.account, id))
        });
        let key = key.unwrap_or(NO_KEY);
        if stored_leaf.is_some_and(|stored| stored != leaf) {
            self.problem(&format!("entry {index}: its bytes do not make its leaf"));
        }
        if stored_key.is_some_and(|stored| stored != key) {
            self.problem(&format!("entry {index}: its dedupe key is another's"));
        }
        if key != NO_KEY {
            self.keys.push((key, index - self.first));
        }
        self.span.records += u64::from(entry.kind == EntryKind::Record);
        self.push_leaf(leaf);
    }

    /// Takes in a block, or the stored leaves of one that can't be read, so that the rest can be checked against the roots.
    fn push_block(
        &mut self,
        block: Result<Block, StoreError>,
        count: usize,
        leaves: &[Option<Hash>],
        keys: &[DedupeKey],
    ) {
        let block = match block {
            Ok(block) => Some(block),
            Err(error) => {
                self.problem(&format!("entries {} to {}: {error}", self.next(), self.next() + count as u64 - 1));
                None
            }
        };
        for place in 0..count {
            let leaf = leaves.get(place).copied().flatten();
            match block.as_ref().and_then(|block| block.entry(place)) {
                Some(entry) => self.push(&entry, leaf, keys.get(place).copied()),
                None => self.push_leaf(leaf.unwrap_or_default()),
            }
        }
    }

    fn finish(mut self) -> Span {
        self.span.nodes = nodes_of(&self.range);
        self.span
    }
}

/// Checks one segment file: checksum, every block, every leaf, tiles, root, dedupe keys.
pub(crate) fn check_segment(
    shared: &Shared,
    segment: &Segment,
    row: &SegmentRow,
    sizes: &[u64],
    watch: &Watch,
) -> Span {
    let first = segment.number * shared.options.segment_entries;
    let mut checker = Checker::new(shared, watch, first, sizes);
    if let Err(error) = segment.check_sum() {
        checker.problem(&error);
    }
    if let Err(error) = check_entries(&mut checker, segment) {
        checker.problem(&error);
    }
    let root = (checker.range.size() == shared.options.segment_entries).then(|| checker.range.root());
    if root != Some(row.root) {
        checker.problem(&format!("segment {}: its entries do not make its root", segment.number));
    }
    if checker.span.problems.is_empty()
        && let Err(error) = check_keys(&mut checker, segment)
    {
        checker.problem(&error);
    }
    let mut span = checker.finish();
    if root.is_none() {
        // Enough to hold what follows against the checkpoints.
        span.nodes = vec![(shared.options.segment_height(), row.root)];
    }
    span
}

fn check_entries(checker: &mut Checker<'_>, segment: &Segment) -> Result<(), StoreError> {
    let directory = segment.directory()?;
    let leaves = stored_leaves(checker, segment, directory.entries);
    for (number, part) in directory.blocks.iter().enumerate() {
        if checker.watch.is_stopped() {
            return Ok(());
        }
        let (start, count) = (part.first as usize, part.entries as usize);
        let leaves = leaves.get(start..start + count).unwrap_or_default();
        checker.push_block(segment.block(number), count, leaves, &[]);
    }
    Ok(())
}

/// The leaves as the tiles have them; none where a tile does not open.
fn stored_leaves(checker: &mut Checker<'_>, segment: &Segment, entries: u32) -> Vec<Option<Hash>> {
    let mut leaves = Vec::with_capacity(entries as usize);
    let roots = match segment.roots() {
        Ok(roots) => roots,
        Err(error) => {
            checker.problem(&error);
            return leaves;
        }
    };
    let per_tile = entries as usize / roots.len().max(1);
    for number in 0..roots.len() {
        let root = roots.node(0, number as u64).unwrap_or_default();
        match segment.tile(number, &root) {
            Ok(tile) => leaves.extend((0..tile.len() as u64).map(|place| tile.node(0, place))),
            Err(error) => {
                checker.problem(&error);
                leaves.extend((0..per_tile).map(|_| None));
            }
        }
    }
    leaves
}

/// The dedupe buckets hold exactly the keys of the entries, and the filter knows them all.
fn check_keys(checker: &mut Checker<'_>, segment: &Segment) -> Result<(), StoreError> {
    checker.keys.sort_unstable();
    let filter = segment.filter()?;
    let mut expected = checker.keys.iter();
    let mut wrong = checker.keys.iter().any(|(key, _)| !filter.may_hold(key));
    for number in 0..BUCKETS {
        for kept in segment.bucket(number)?.as_chunks::<BUCKET_KEY_BYTES>().0 {
            let (rest, place) = kept.split_last_chunk::<2>().unwrap_or((&[], &[0; 2]));
            let same = expected.next().is_some_and(|(key, index)| {
                key.split_first() == u8::try_from(number).ok().as_ref().map(|first| (first, rest))
                    && *index == u64::from(u16::from_be_bytes(*place))
            });
            wrong |= !same;
        }
    }
    if wrong || expected.next().is_some() {
        checker.problem(&format!("segment {}: its dedupe keys are not those of its entries", segment.number));
    }
    Ok(())
}

/// Checks the tail behind `segments` sealed ones, in spans of a segment's length.
pub(crate) fn check_tail(tx: &ReadTx, segments: u64, sizes: &[u64], watch: &Watch) -> Vec<Span> {
    let entries = tx.shared.options.segment_entries;
    let mut spans = Vec::new();
    let mut first = segments * entries;
    // The ledger of no entries has its checkpoint too.
    while first < tx.size() || spans.is_empty() {
        let mut checker = Checker::new(&tx.shared, watch, first, sizes);
        let end = (first + entries).min(tx.size());
        if let Err(error) = check_rows(&mut checker, tx, end) {
            checker.problem(&error);
        }
        spans.push(checker.finish());
        first += entries;
    }
    spans
}

fn check_rows(checker: &mut Checker<'_>, tx: &ReadTx, end: u64) -> Result<(), StoreError> {
    let (blocks, ledger) = (tx.tx.open_table(TAIL_BLOCKS)?, tx.tx.open_table(TAIL_LEDGER)?);
    for row in ledger.range(checker.first..end)? {
        if checker.watch.is_stopped() {
            return Ok(());
        }
        let (first, row) = row?;
        let first = first.value();
        if first != checker.next() {
            return Err(StoreError::damaged(format!("the tail has a gap before entry {first}")));
        }
        let (leaves, keys): (Vec<_>, Vec<_>) =
            tail::ledger_row(row.value())?.into_iter().map(|(leaf, key)| (Some(leaf), key)).unzip();
        let missing = || StoreError::damaged(format!("the tail's block at entry {first} is missing"));
        let block = blocks.get(first)?.ok_or_else(missing);
        let block = block.and_then(|sealed| tail::open_block(first, sealed.value(), &tx.shared.tail_sealer));
        let block = block.and_then(|block| {
            let same = block.len() == keys.len();
            same.then_some(block)
                .ok_or_else(|| StoreError::damaged(format!("the tail's rows at entry {first} disagree")))
        });
        checker.push_block(block, keys.len(), &leaves, &keys);
    }
    Ok(())
}
