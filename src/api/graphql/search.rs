//! Searching.

use std::sync::Arc;

use async_graphql::{Context, Enum, Object, Result, SimpleObject};
use xinju_service::search::{Found, SearchHit, SearchRequest, SyntaxError};

use crate::graphql::context::call;
use crate::graphql::error::bad_input;
use crate::graphql::message::Message;
use crate::graphql::page::{self, PageInfo};
use crate::graphql::scalars::Long;

/// A search costs as much as this many fields: a request has room for a few, not for thousands.
const SEARCH_COST: usize = 1_000;
/// Zones reach from -12:00 to +14:00.
const ZONES: std::ops::RangeInclusive<i32> = -14 * 60..=14 * 60;

/// The order of hits.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "xinju_service::search::Order")]
pub(crate) enum SearchOrder {
    /// Newest first.
    Newest,
    /// Oldest first.
    Oldest,
    /// Best first.
    Relevance,
}

/// What is wrong with a query.
#[derive(SimpleObject)]
pub(crate) struct QuerySyntaxError {
    /// Offset in characters.
    position: i32,
    /// Stable name of what is wrong.
    code: String,
    /// A sentence that says what to do.
    message: String,
}

/// A stretch of a text.
#[derive(SimpleObject)]
pub(crate) struct Mark {
    start: i32,
    /// Behind the last.
    end: i32,
}

/// The most telling part of a message.
#[derive(SimpleObject)]
pub(crate) struct Snippet {
    text: String,
    /// Ranges of `text` that match, in UTF-16 code units.
    marks: Vec<Mark>,
}

/// A hit.
#[derive(SimpleObject)]
pub(crate) struct SearchEdge {
    /// Opaque; good for `after`.
    cursor: String,
    node: Message,
    snippet: Snippet,
}

/// Either hits or what is wrong with the query.
#[derive(SimpleObject)]
pub(crate) struct SearchResult {
    /// Null when the query could be read.
    syntax_error: Option<QuerySyntaxError>,
    edges: Vec<SearchEdge>,
    page_info: PageInfo,
    /// All hits, exact; stable over the pages of one search.
    total_count: Long,
    /// How long the search took in the server, in microseconds.
    took_micros: Long,
}

fn int(number: usize) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}

impl From<SearchHit> for SearchEdge {
    fn from(hit: SearchHit) -> Self {
        let marks = hit.snippet.marks.iter().map(|(start, end)| Mark { start: int(*start), end: int(*end) });
        Self {
            cursor: hit.cursor,
            snippet: Snippet { marks: marks.collect(), text: hit.snippet.text },
            node: Message(Arc::new(hit.message)),
        }
    }
}

impl From<Result<Found, SyntaxError>> for SearchResult {
    fn from(outcome: Result<Found, SyntaxError>) -> Self {
        match outcome {
            Ok(found) => Self {
                syntax_error: None,
                page_info: PageInfo::new(
                    found.has_previous,
                    found.has_next,
                    found.hits.iter().map(|hit| hit.cursor.clone()),
                ),
                edges: found.hits.into_iter().map(Into::into).collect(),
                total_count: found.total.into(),
                took_micros: found.took_micros.into(),
            },
            Err(error) => Self {
                syntax_error: Some(QuerySyntaxError {
                    position: int(error.position),
                    code: error.code.to_owned(),
                    message: error.message,
                }),
                edges: Vec::new(),
                page_info: PageInfo::new(false, false, std::iter::empty()),
                total_count: 0_u64.into(),
                took_micros: 0_u64.into(),
            },
        }
    }
}

/// The minutes east of UTC that an argument names.
pub(crate) fn zone(minutes: Option<i32>) -> Result<i32> {
    let minutes = minutes.unwrap_or(0);
    if ZONES.contains(&minutes) { Ok(minutes) } else { Err(bad_input("`zoneOffsetMinutes` is no zone's")) }
}

/// Questions that find.
#[derive(Default)]
pub(crate) struct SearchQuery;

#[Object]
impl SearchQuery {
    /// Messages that match a query, newest first unless said otherwise.
    #[graphql(complexity = "SEARCH_COST + page::cost(first, child_complexity)")]
    async fn search(
        &self,
        context: &Context<'_>,
        query: String,
        first: Option<i32>,
        after: Option<String>,
        #[graphql(default_with = "Some(SearchOrder::Newest)")] order: Option<SearchOrder>,
        #[graphql(
            default_with = "Some(0)",
            desc = "The zone in which dates without one are meant, minutes east of UTC."
        )]
        zone_offset_minutes: Option<i32>,
    ) -> Result<SearchResult> {
        let request = SearchRequest {
            query,
            order: order.unwrap_or(SearchOrder::Newest).into(),
            page: page::request(first, after)?,
            zone_offset_minutes: zone(zone_offset_minutes)?,
        };
        let outcome = call(context, move |service, viewer| service.search(viewer, &request)).await?;
        Ok(outcome.into())
    }
}
