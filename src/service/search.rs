//! Searching.

use std::time::Instant;

use xinju_model::access::{Permit, Viewer};
use xinju_model::id::EntryIndex;
use xinju_model::limits::QUERY_CHARS_MAX;
use xinju_search::highlight::{Snippet, snippet};
use xinju_search::index::{Hits, Request};
use xinju_search::query::{Query, parse};

use crate::audit::Act;
use crate::error::ServiceError;
use crate::message::MessageView;
use crate::page::PageRequest;
use crate::service::{Core, Service};

pub use xinju_search::index::Order;
pub use xinju_search::query::SyntaxError;

/// Characters of a snippet.
const SNIPPET_CHARS: usize = 160;
/// Offsets from UTC that zones have, in minutes.
const ZONE_MINUTES_MAX: i32 = 18 * 60;

/// What to find.
#[derive(Clone, Debug)]
pub struct SearchRequest {
    /// The query as written.
    pub query: String,
    /// The order of hits.
    pub order: Order,
    /// Which part.
    pub page: PageRequest,
    /// The zone in which dates without one are meant, minutes east of UTC.
    pub zone_offset_minutes: i32,
}

/// One hit.
#[derive(Clone, Debug, PartialEq)]
pub struct SearchHit {
    /// The cursor behind it.
    pub cursor: String,
    /// The message.
    pub message: MessageView,
    /// Its most telling part.
    pub snippet: Snippet,
}

/// What was found.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    /// The hits of this page.
    pub hits: Vec<SearchHit>,
    /// Whether there are more.
    pub has_next: bool,
    /// Whether this is not the first page.
    pub has_previous: bool,
    /// All hits, exact, the same on every page of one search.
    pub total: u64,
    /// How long the index took, in microseconds.
    pub took_micros: u64,
}

/// A zone's offset within what zones have.
pub(crate) fn check_zone(minutes: i32) -> Result<i32, ServiceError> {
    if minutes.unsigned_abs() > ZONE_MINUTES_MAX.unsigned_abs() {
        return Err(ServiceError::BadInput("a zone lies at most 18 hours from UTC".into()));
    }
    Ok(minutes)
}

impl Service {
    /// Finds messages, or says what is wrong with the query. One event in the ledger.
    pub fn search(&self, viewer: &Viewer, request: &SearchRequest) -> Result<Result<Found, SyntaxError>, ServiceError> {
        let core = &self.core;
        let permit = core.allow_search(viewer)?;
        request.page.limit()?;
        let zone = check_zone(request.zone_offset_minutes)?;
        let words: String = request.query.chars().take(QUERY_CHARS_MAX).collect();
        let mut act = Act::audit("search.run").with("query", words);
        if let Some(after) = &request.page.after {
            act = act.with("after", after.chars().take(100).collect::<String>());
        }
        let query = match parse(&request.query, zone) {
            Ok(query) => query,
            Err(wrong) => return Ok(Err(wrong)),
        };
        let found = core.find(&permit, &query, request)?;
        let shown = found.hits.iter().map(|hit| &hit.message);
        let act = act.with("total", found.total).with_ids("messages", shown.clone().map(|message| message.index));
        core.audited(&permit, act.about_messages(shown))?;
        Ok(Ok(found))
    }
}

impl Core {
    fn find(&self, permit: &Permit, query: &Query, request: &SearchRequest) -> Result<Found, ServiceError> {
        let snapshot = self.snapshot(permit)?;
        let begun = Instant::now();
        let wanted = Request {
            query,
            scope: permit.scope(),
            masked: snapshot.is_masked(),
            order: request.order,
            after: request.page.after.as_deref(),
            offset: 0,
            limit: request.page.limit()?,
            count: true,
        };
        let Hits { hits, total, more } = self.index.search(&wanted, &snapshot)?;
        let took_micros = u64::try_from(begun.elapsed().as_micros()).unwrap_or(u64::MAX);
        self.counters.searched(took_micros);
        let indexes: Vec<EntryIndex> = hits.iter().map(|hit| hit.entry).collect();
        let views = self.views(&snapshot, &indexes)?;
        let hits = hits.into_iter().zip(views).filter_map(|(hit, view)| {
            let message = view?;
            let snippet = snippet(query, &message.message.text(), SNIPPET_CHARS);
            Some(SearchHit { cursor: hit.cursor, message, snippet })
        });
        Ok(Found {
            hits: hits.collect(),
            has_next: more,
            has_previous: request.page.after.is_some(),
            total: total.unwrap_or(0),
            took_micros,
        })
    }
}
