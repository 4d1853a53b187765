//! Every address of the site on one page.

use std::sync::Arc;

use poem::endpoint::{DynEndpoint, ToDynEndpoint};
use poem::{EndpointExt, Response, Route, get, post};

use crate::state::App;
use crate::{assets, clause, door, download, graphql_http, health, media, metrics, package, sign_on};

/// The endpoint that answers everything.
pub(crate) fn routes(app: Arc<App>) -> Arc<dyn DynEndpoint<Output = Response>> {
    let outer = Arc::clone(&app);
    let endpoint = Route::new()
        .at("/graphql", graphql_http::graphql)
        .at("/api/messages/:id/original", get(download::original))
        .at("/api/messages/:id/proof", get(download::proof))
        .at("/api/messages/:id/entry.json", get(download::entry))
        .at("/api/messages/:id/files/:place", get(media::file))
        .at("/api/cases/:id/files/:number", get(download::case_file))
        .at("/api/imports/:id/rejects", get(download::rejects))
        .at("/api/audit/events.csv", get(download::events_csv))
        .at("/api/audit/events.ndjson", get(download::events_ndjson))
        .at("/api/audit/events/:id/proof", get(download::event_proof))
        .at("/api/audit/events/:id/entry.json", get(download::event_entry))
        .at("/api/ledger/checkpoint", get(download::checkpoint))
        .at("/api/ledger/verifier-key", get(download::verifier_key))
        .at("/api/evidence/clause.pdf", get(clause::pdf))
        .at("/api/packages/:id/file", get(package::fetch))
        .at("/api/packages/link", post(package::open_link))
        .at("/api/packages/verify", post(package::verify))
        .at("/signin/oidc/start", get(sign_on::start))
        .at("/signin/oidc/callback", get(sign_on::callback))
        .at("/healthz", get(health::healthz))
        .at("/readyz", get(health::readyz))
        .at("/metrics", get(metrics::metrics))
        .at("*", assets::console)
        .data(app)
        .around(move |endpoint, request| {
            let app = Arc::clone(&outer);
            async move { Ok(door::pass(endpoint, app, request).await) }
        });
    Arc::new(ToDynEndpoint(endpoint))
}
