//! GraphQL over HTTP (draft of the GraphQL Foundation): queries by GET, everything by POST, files by multipart request.
//!
//! What is wrong with the HTTP request answers 4xx whatever was accepted; what is wrong with the document answers 400
//! under `application/graphql-response+json` and 200 under `application/json`, as the draft asks.

use std::sync::Arc;
use std::time::Duration;

use async_graphql::parser::types::{DocumentOperations, OperationType};
use async_graphql::{Request as Operation, Response as Outcome};
use poem::http::{HeaderMap, Method, StatusCode, header};
use poem::web::Data;
use poem::{Body, Request, Response, handler};
use xinju_model::limits::{GRAPHQL_BODY_BYTES_MAX, GRAPHQL_TIME_MS_MAX};
use xinju_service::error::{Code, ServiceError};

use crate::graphql::{Door, Receipts, Uploads, finish};
use crate::graphql_request::{Operations, Refused, from_json, from_query};
use crate::graphql_response::{MediaType, answer, refuse};
use crate::graphql_upload;
use crate::session::{Caller, Secret};
use crate::state::App;
use crate::{csrf, graphql_ws};

/// The one address of the schema.
#[handler]
pub(crate) async fn graphql(request: &Request, body: Body, app: Data<&Arc<App>>) -> Response {
    if request.header(header::UPGRADE).is_some_and(|upgrade| upgrade.eq_ignore_ascii_case("websocket")) {
        return graphql_ws::upgrade(request, app.0).await;
    }
    let Some(media) = MediaType::accepted(request.header(header::ACCEPT)) else {
        return StatusCode::NOT_ACCEPTABLE.into();
    };
    match respond(request, body, app.0, media).await {
        Ok(response) => response,
        Err(refused) => refuse(&refused, media),
    }
}

async fn respond(request: &Request, body: Body, app: &Arc<App>, media: MediaType) -> Result<Response, Refused> {
    let secret = Secret::of(request, app.config.secure());
    let by_get = match *request.method() {
        Method::GET => true,
        Method::POST => false,
        _ => return Err(Refused::method("GET, POST")),
    };
    let content = ContentType::of(request.headers());
    let json = content == Some(ContentType::Json);
    if !by_get && !matches!(secret, Secret::Bearer(_)) && content.is_some() && !csrf::is_ours(request, json) {
        return Err(Refused::new(StatusCode::FORBIDDEN, Code::Forbidden, "send the header X-Xinju-CSRF: 1"));
    }
    let caller = Caller::of(app, request).await.map_err(|error| Refused::from(&error))?;
    let (mut operations, uploads) = if by_get {
        (from_query(request.uri().query().unwrap_or_default())?, Uploads::default())
    } else {
        match content {
            Some(ContentType::Json) => (from_json(&json_body(request, body).await?)?, Uploads::default()),
            Some(ContentType::Multipart(boundary)) => graphql_upload::receive(app, &caller, body, boundary)
                .await
                .map(|(found, files)| (found, files.into()))?,
            None => return Err(Refused::media_type()),
        }
    };
    if by_get {
        refuse_changes(&mut operations)?;
    }
    Ok(execute(app, &caller, operations, Arc::new(uploads), media).await)
}

/// What a posted body is.
#[derive(PartialEq, Eq)]
enum ContentType {
    Json,
    Multipart(String),
}

impl ContentType {
    fn of(headers: &HeaderMap) -> Option<Self> {
        let value = headers.get(header::CONTENT_TYPE)?.to_str().ok()?;
        let (name, parameters) = value.split_once(';').unwrap_or((value, ""));
        if name.trim().eq_ignore_ascii_case("application/json") {
            let charset = parameters.split(';').find_map(|part| part.trim().strip_prefix("charset="));
            let utf8 = charset.is_none_or(|charset| charset.trim_matches('"').eq_ignore_ascii_case("utf-8"));
            return utf8.then_some(Self::Json);
        }
        multer::parse_boundary(value).ok().map(Self::Multipart)
    }
}

async fn json_body(request: &Request, body: Body) -> Result<Vec<u8>, Refused> {
    let declared = request.header(header::CONTENT_LENGTH).and_then(|length| length.parse::<usize>().ok());
    if declared.is_some_and(|length| length > GRAPHQL_BODY_BYTES_MAX) {
        return Err(Refused::too_large());
    }
    let reading =
        tokio::time::timeout(Duration::from_millis(GRAPHQL_TIME_MS_MAX), body.into_bytes_limit(GRAPHQL_BODY_BYTES_MAX));
    match reading.await {
        Ok(Ok(bytes)) => Ok(bytes.to_vec()),
        Ok(Err(poem::error::ReadBodyError::PayloadTooLarge)) => Err(Refused::too_large()),
        Ok(Err(_)) => Err(Refused::bad_request("the body could not be read")),
        Err(_) => Err(Refused::new(StatusCode::REQUEST_TIMEOUT, Code::Limit, "the body took too long to arrive")),
    }
}

/// The type of the operation that a request would run; none when the document does not parse, which execution reports.
pub(crate) fn operation_type(operation: &mut Operation) -> Option<OperationType> {
    let name = operation.operation_name.clone();
    let document = operation.parsed_query().ok()?;
    match (&document.operations, name) {
        (DocumentOperations::Single(only), _) => Some(only.node.ty),
        (DocumentOperations::Multiple(all), Some(name)) => all.get(name.as_str()).map(|found| found.node.ty),
        (DocumentOperations::Multiple(all), None) => match all.values().collect::<Vec<_>>().as_slice() {
            [only] => Some(only.node.ty),
            _ => None,
        },
    }
}

/// GET requests change nothing: links, images and prefetching may send them unasked.
fn refuse_changes(operations: &mut Operations) -> Result<(), Refused> {
    if operations.all_mut().iter_mut().any(|one| operation_type(one) == Some(OperationType::Mutation)) {
        return Err(Refused::method("POST"));
    }
    Ok(())
}

async fn execute(
    app: &Arc<App>,
    caller: &Caller,
    operations: Operations,
    uploads: Arc<Uploads>,
    media: MediaType,
) -> Response {
    let limit = Duration::from_millis(GRAPHQL_TIME_MS_MAX);
    let run = async {
        let mut outcomes = Vec::new();
        let batch = operations.is_batch();
        for operation in operations.into_all() {
            outcomes.push(run_one(app, caller, operation, Arc::clone(&uploads)).await);
        }
        (outcomes, batch)
    };
    if let Ok((outcomes, batch)) = tokio::time::timeout(limit, run).await {
        return answer(&outcomes, batch, media);
    }
    let sentence = format!("this took longer than {} seconds; ask for less at once", limit.as_secs());
    refuse(&Refused::new(StatusCode::SERVICE_UNAVAILABLE, Code::Limit, &sentence), media)
}

async fn run_one(app: &Arc<App>, caller: &Caller, operation: Operation, uploads: Arc<Uploads>) -> Outcome {
    finish(app.schema.execute(prepare(app, caller, operation, uploads)).await)
}

/// Gives an operation what its resolvers need. Strangers do not get to look around in the schema.
pub(crate) fn prepare(app: &Arc<App>, caller: &Caller, operation: Operation, uploads: Arc<Uploads>) -> Operation {
    let known = caller.principal.is_some();
    let operation =
        operation.data(Door { app: Arc::clone(app), caller: caller.clone(), uploads }).data(Receipts::default());
    if known { operation } else { operation.disable_introspection() }
}

impl From<&ServiceError> for Refused {
    fn from(error: &ServiceError) -> Self {
        let status = crate::download::status(error.code());
        if error.code() == Code::Internal {
            tracing::error!(%error, "could not find out who asks");
        }
        Self::new(status, error.code(), &error.sentence())
    }
}
