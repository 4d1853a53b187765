//! `/healthz`: the process answers. `/readyz`: the service does. Both public; neither says anything else.

use std::sync::Arc;

use poem::http::StatusCode;
use poem::web::Data;
use poem::{Response, handler};

use crate::session::blocking;
use crate::state::App;

/// The process is alive.
#[handler]
pub(crate) fn healthz() -> &'static str {
    "ok\n"
}

/// The service can accept and answer.
#[handler]
pub(crate) async fn readyz(app: Data<&Arc<App>>) -> Response {
    let service = app.service.clone();
    match blocking(move || Ok(service.ready())).await {
        Ok(true) => (StatusCode::OK, "ready\n").into(),
        _ => (StatusCode::SERVICE_UNAVAILABLE, "not ready\n").into(),
    }
}
