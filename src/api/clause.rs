//! The model clause on its way out, as a file to print and sign.

use std::sync::Arc;

use poem::web::Data;
use poem::{Request, Response, handler};
use xinju_service::service::Service;

use crate::download::{attachment, call, respond};
use crate::state::App;

/// The clause in both languages, with the fingerprints of now.
#[handler]
pub(crate) async fn pdf(request: &Request, app: Data<&Arc<App>>) -> Response {
    let found = call(app.0, request, Service::clause_pdf).await;
    respond(found.map(|bytes| attachment("model-clause.pdf", "application/pdf", bytes)))
}
