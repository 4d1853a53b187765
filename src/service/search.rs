//! Searching.

use xinju_model::access::Viewer;
use xinju_search::highlight::Snippet;

use crate::error::ServiceError;
use crate::message::MessageView;
use crate::page::PageRequest;
use crate::service::Service;

pub use xinju_search::index::Order;
pub use xinju_search::query::SyntaxError;

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

impl Service {
    /// Finds messages, or says what is wrong with the query. One event in the ledger.
    pub fn search(&self, viewer: &Viewer, request: &SearchRequest) -> Result<Result<Found, SyntaxError>, ServiceError> {
        todo!()
    }
}
