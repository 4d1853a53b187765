//! The index of events: who did or saw what. The same engine as for messages in a folder of its own, with other marks.
//!
//! Exact marks for actor, action, subject and place; the words of particulars and names. Newest first always.

use std::path::Path;

use xinju_keys::sealing::Sealer;
use xinju_model::access::Scope;
use xinju_model::id::EntryIndex;
use xinju_model::limits::QUERY_CLAUSES_MAX;
use xinju_model::time::Timestamp;

use crate::document::Indexable;
use crate::error::SearchError;
use crate::index::{Hits, Index, IndexOptions, Names, Order, Request};
use crate::query::{Filter, Query};
use crate::schema::mark_bytes;

/// One event, as the index wants it.
#[derive(Clone, Debug)]
pub struct TrailDocument {
    /// Its entry.
    pub entry: EntryIndex,
    /// When it happened, by our clock.
    pub at: Timestamp,
    /// Ids of who acted: the credential's and its owner's.
    pub actors: Vec<String>,
    /// What was done.
    pub action: String,
    /// Ids of what it was done to and whom it is about.
    pub subjects: Vec<String>,
    /// From where.
    pub place: String,
    /// Names and particulars.
    pub text: String,
}

/// Which events to find: those that fit everything given.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TrailQuery {
    /// By this actor's id.
    pub actor: Option<String>,
    /// Any of these actions; none means all.
    pub actions: Vec<String>,
    /// About any of these ids; none means all.
    pub subjects: Vec<String>,
    /// From this place.
    pub place: Option<String>,
    /// At or after this moment.
    pub after: Option<Timestamp>,
    /// Before this moment.
    pub before: Option<Timestamp>,
    /// Holding all of these words, separated by spaces.
    pub words: String,
}

/// The open index of events.
pub struct TrailIndex(Index);

const ACTOR: u8 = b'a';
const ACTION: u8 = b'n';
const SUBJECT: u8 = b's';
const PLACE: u8 = b'p';

impl From<TrailDocument> for Indexable {
    fn from(document: TrailDocument) -> Self {
        let mut marks = vec![mark(ACTION, &document.action), mark(PLACE, &document.place)];
        marks.extend(document.actors.iter().map(|id| mark(ACTOR, id)));
        marks.extend(document.subjects.iter().map(|id| mark(SUBJECT, id)));
        marks.sort_unstable();
        marks.dedup();
        Self { entry: document.entry.0, time: document.at.0, marks, text: document.text }
    }
}

fn mark(letter: u8, value: &str) -> Vec<u8> {
    mark_bytes(letter, value.as_bytes())
}

impl TrailQuery {
    fn compile(&self) -> Query {
        let mut all = Vec::new();
        let mut any = |letter: u8, values: &[String]| {
            if !values.is_empty() {
                let marks = values.iter().map(|value| mark(letter, value)).collect();
                all.push(Query::Filter(Filter::Marked(marks)));
            }
        };
        any(ACTOR, self.actor.as_slice());
        any(ACTION, &self.actions);
        any(SUBJECT, &self.subjects);
        any(PLACE, self.place.as_slice());
        all.extend(self.after.map(|moment| Query::Filter(Filter::After(moment))));
        all.extend(self.before.map(|moment| Query::Filter(Filter::Before(moment))));
        let words = self.words.split_whitespace().take(QUERY_CLAUSES_MAX);
        all.extend(words.map(|word| Query::Text { text: word.to_owned(), prefix: false }));
        if all.is_empty() { Query::All } else { Query::And(all) }
    }
}

/// Nothing in a query for events is a name that a directory would know.
struct NoNames;

impl Names for NoNames {
    fn staff(&self, _: &str) -> Vec<String> {
        Vec::new()
    }
    fn customers(&self, _: &str) -> Vec<String> {
        Vec::new()
    }
    fn recalled(&self) -> Vec<EntryIndex> {
        Vec::new()
    }
}

impl TrailIndex {
    /// As [`Index::open`].
    pub fn open(folder: &Path, sealer: Sealer, options: IndexOptions) -> Result<Self, SearchError> {
        Index::open(folder, sealer, options).map(Self)
    }

    /// As [`Index::watermark`].
    pub fn watermark(&self) -> u64 {
        self.0.watermark()
    }

    /// As [`Index::add`].
    pub fn add(&self, documents: Vec<TrailDocument>) -> Result<(), SearchError> {
        self.0.add_all(documents.into_iter().map(Indexable::from))
    }

    /// As [`Index::commit`].
    pub fn commit(&self, watermark: u64) -> Result<(), SearchError> {
        self.0.commit(watermark)
    }

    /// As [`Index::clear`].
    pub fn clear(&self) -> Result<(), SearchError> {
        self.0.clear()
    }

    /// As [`Index::rollback`].
    pub fn rollback(&self) -> Result<(), SearchError> {
        self.0.rollback()
    }

    /// As [`Index::bytes`].
    pub fn bytes(&self) -> u64 {
        self.0.bytes()
    }

    /// Events that fit, newest first, with their exact count; `masked` as in [`Request`]. Whoever asks has asked for permission: events have no scope.
    pub fn search(
        &self,
        query: &TrailQuery,
        masked: bool,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Hits, SearchError> {
        let query = query.compile();
        let request = Request {
            query: &query,
            scope: &Scope::Everything,
            masked,
            order: Order::Newest,
            after,
            offset: 0,
            limit,
            count: true,
        };
        self.0.search(&request, &NoNames)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(entry: u64, actor: &str, action: &str, subjects: &[&str], text: &str) -> TrailDocument {
        TrailDocument {
            entry: EntryIndex(entry),
            at: Timestamp(i64::try_from(entry).expect("small") * 1_000),
            actors: vec![actor.to_owned()],
            action: action.to_owned(),
            subjects: subjects.iter().map(|id| (*id).to_owned()).collect(),
            place: "192.0.2.7".to_owned(),
            text: text.to_owned(),
        }
    }

    fn filled() -> (tempfile::TempDir, TrailIndex) {
        let folder = tempfile::tempdir().expect("a folder");
        let options = IndexOptions { writer_bytes: 15_000_000, threads: 1, cache_bytes: 1_000_000 };
        let sealer = Sealer::new(&[7; 32]).expect("a key");
        let index = TrailIndex::open(folder.path(), sealer, options).expect("open");
        let events = vec![
            event(1, "u1", "search.run", &[], "发票 王芳"),
            event(2, "u2", "message.read", &["k1", "c1"], "李雷"),
            event(5, "u1", "message.read", &["k2"], "王芳"),
            event(9, "system", "archive.alive", &[], ""),
        ];
        index.add(events).expect("added");
        index.commit(10).expect("committed");
        (folder, index)
    }

    #[test]
    fn events_are_found_by_everything_they_are_marked_with() {
        let (_folder, index) = filled();
        let check = |query: TrailQuery, expected: &[u64]| {
            let hits = index.search(&query, false, None, 10).expect("found");
            let entries: Vec<u64> = hits.hits.iter().map(|hit| hit.entry.0).collect();
            assert_eq!(entries, expected, "{query:?}");
            assert_eq!(hits.total, Some(expected.len() as u64), "{query:?}");
        };
        let all = TrailQuery::default;
        check(all(), &[9, 5, 2, 1]);
        check(TrailQuery { actor: Some("u1".into()), ..all() }, &[5, 1]);
        check(TrailQuery { actor: Some("u".into()), ..all() }, &[]);
        check(TrailQuery { actions: vec!["message.read".into(), "archive.alive".into()], ..all() }, &[9, 5, 2]);
        check(TrailQuery { subjects: vec!["k1".into()], ..all() }, &[2]);
        check(TrailQuery { subjects: vec!["k1".into(), "k2".into()], actor: Some("u1".into()), ..all() }, &[5]);
        check(TrailQuery { place: Some("192.0.2.7".into()), ..all() }, &[9, 5, 2, 1]);
        check(TrailQuery { place: Some("192.0.2.8".into()), ..all() }, &[]);
        check(TrailQuery { after: Some(Timestamp(2_000)), before: Some(Timestamp(9_000)), ..all() }, &[5, 2]);
        check(TrailQuery { words: "王芳".into(), ..all() }, &[5, 1]);
        check(TrailQuery { words: "王芳 发票".into(), ..all() }, &[1]);
    }

    #[test]
    fn pages_hang_together_and_belong_to_their_query() {
        let (_folder, index) = filled();
        let all = TrailQuery::default();
        let first = index.search(&all, false, None, 3).expect("found");
        assert!(first.more);
        let cursor = first.hits[2].cursor.clone();
        index.add(vec![event(11, "u1", "search.run", &[], "")]).expect("added");
        index.commit(12).expect("committed");
        let second = index.search(&all, false, Some(&cursor), 3).expect("found");
        assert_eq!(
            (second.hits.len(), second.more, second.total),
            (1, false, Some(4)),
            "what came later is not counted"
        );
        let other = TrailQuery { words: "发票".into(), ..all };
        assert!(matches!(index.search(&other, false, Some(&cursor), 3), Err(SearchError::Cursor)));
    }
}
