//! Places in time, and the walk over the hits of all segments in the order of time.

use std::sync::Arc;

use tantivy::query::Scorer;
use tantivy::{DocId, DocSet};

use crate::bits::Bits;
use crate::span::Columns;

/// Where a hit stands in time; equal times are told apart by the entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place {
    pub(crate) time: i64,
    pub(crate) entry: u64,
}

/// In which direction to walk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Direction {
    Newest,
    Oldest,
}

/// The hits of a segment that are not yet walked over.
pub(crate) enum Docs {
    /// Found one by one (newest first only).
    Sought(Box<dyn Scorer>),
    /// Every document (newest first only).
    Every,
    /// Found already.
    Chosen(Bits),
}

/// The hits of one segment, in order.
pub(crate) struct Source {
    columns: Columns,
    docs: Docs,
    direction: Direction,
    /// The next document to look at; walking backwards the one behind it.
    next: DocId,
    /// Where to stop.
    end: DocId,
    /// Only entries below.
    bound: u64,
    /// Only these; none where every document may be seen.
    visible: Option<Arc<Bits>>,
    /// Hits of one moment, the next of them last.
    moment: Vec<Place>,
    /// The first hit of the next moment.
    ahead: Option<Place>,
}

impl Source {
    /// The hits in `docs` from `start` up to `end` (document numbers, whatever the direction).
    pub(crate) fn new(
        columns: Columns,
        docs: Docs,
        direction: Direction,
        range: std::ops::Range<DocId>,
        bound: u64,
        visible: Option<Arc<Bits>>,
    ) -> Self {
        let (next, end) = match direction {
            Direction::Newest => (range.start, range.end),
            Direction::Oldest => (range.end, range.start),
        };
        Self { columns, docs, direction, next, end, bound, visible, moment: Vec::new(), ahead: None }
    }

    fn step(&mut self) -> Option<DocId> {
        match (&mut self.docs, self.direction) {
            (Docs::Chosen(bits), Direction::Oldest) => {
                let doc = bits.before(self.next).filter(|doc| *doc >= self.end)?;
                self.next = doc;
                Some(doc)
            }
            (Docs::Chosen(bits), Direction::Newest) => {
                let doc = bits.at_or_after(self.next).filter(|doc| *doc < self.end)?;
                self.next = doc + 1;
                Some(doc)
            }
            // Beyond the end nothing is asked of a scorer: not all of them can be sought past their last document.
            (Docs::Every | Docs::Sought(_), _) if self.next >= self.end => None,
            (Docs::Every, _) => {
                self.next += 1;
                Some(self.next - 1)
            }
            (Docs::Sought(scorer), _) => {
                if scorer.doc() < self.next {
                    scorer.seek(self.next);
                }
                let doc = scorer.doc();
                self.next = doc.saturating_add(1);
                (doc < self.end).then_some(doc)
            }
        }
    }

    fn next_place(&mut self) -> Option<Place> {
        loop {
            let doc = self.step()?;
            if self.visible.as_ref().is_some_and(|visible| !visible.contains(doc)) {
                continue;
            }
            let place = self.columns.place(doc);
            if place.entry < self.bound {
                return Some(place);
            }
        }
    }

    /// The next hit, which stays.
    fn head(&mut self) -> Option<Place> {
        if self.moment.is_empty() {
            let first = self.ahead.take().or_else(|| self.next_place())?;
            self.moment.push(first);
            while let Some(place) = self.next_place() {
                if place.time != first.time {
                    self.ahead = Some(place);
                    break;
                }
                self.moment.push(place);
            }
            match self.direction {
                Direction::Newest => self.moment.sort_unstable(),
                Direction::Oldest => self.moment.sort_unstable_by(|a, b| b.cmp(a)),
            }
        }
        self.moment.last().copied()
    }
}

/// A segment whose hits are found only when its turn comes.
pub(crate) struct Waiting<'a> {
    /// No hit of the segment comes before this moment.
    pub(crate) first_time: i64,
    /// Finds them.
    pub(crate) open: Box<dyn FnOnce() -> tantivy::Result<Source> + 'a>,
}

enum Arm<'a> {
    Waiting(Option<Waiting<'a>>),
    Open(Source),
}

/// The hits of all segments, in order.
pub(crate) struct Walk<'a> {
    arms: Vec<Arm<'a>>,
    direction: Direction,
    /// Hits up to here are skipped.
    after: Option<Place>,
}

impl<'a> Walk<'a> {
    pub(crate) fn new(segments: Vec<Waiting<'a>>, direction: Direction, after: Option<Place>) -> Self {
        Self { arms: segments.into_iter().map(|arm| Arm::Waiting(Some(arm))).collect(), direction, after }
    }

    /// The next hit.
    pub(crate) fn next(&mut self) -> tantivy::Result<Option<Place>> {
        loop {
            let Some(place) = self.next_of_all()? else { return Ok(None) };
            let passed = self.after.is_some_and(|after| match self.direction {
                Direction::Newest => place >= after,
                Direction::Oldest => place <= after,
            });
            if !passed {
                return Ok(Some(place));
            }
        }
    }

    fn next_of_all(&mut self) -> tantivy::Result<Option<Place>> {
        loop {
            let direction = self.direction;
            let best = self
                .arms
                .iter_mut()
                .filter_map(|arm| arm.head(direction).map(|place| (place, arm)))
                .reduce(|a, b| if direction.comes_first(b.0, a.0) { b } else { a });
            match best {
                None => return Ok(None),
                Some((place, Arm::Open(source))) => {
                    source.moment.pop();
                    return Ok(Some(place));
                }
                Some((_, arm)) => arm.open()?,
            }
        }
    }
}

impl Arm<'_> {
    /// The next hit; of a waiting segment a place that no hit of it can come before.
    fn head(&mut self, direction: Direction) -> Option<Place> {
        match self {
            Self::Open(source) => source.head(),
            Self::Waiting(waiting) => waiting.as_ref().map(|waiting| Place {
                time: waiting.first_time,
                entry: if direction == Direction::Newest { u64::MAX } else { 0 },
            }),
        }
    }

    fn open(&mut self) -> tantivy::Result<()> {
        if let Self::Waiting(waiting) = self
            && let Some(waiting) = waiting.take()
        {
            *self = Self::Open((waiting.open)()?);
        }
        Ok(())
    }
}

impl Direction {
    fn comes_first(self, a: Place, b: Place) -> bool {
        match self {
            Self::Newest => a > b,
            Self::Oldest => a < b,
        }
    }
}
