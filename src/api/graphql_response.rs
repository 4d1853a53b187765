//! What a GraphQL request over HTTP is answered with: the media type that was accepted, the status that fits it.

use async_graphql::{Response as Outcome, ServerError, Value};
use poem::Response;
use poem::http::{HeaderName, StatusCode, header};
use serde::Serialize;

use crate::graphql::refusal;
use crate::graphql_request::Refused;

/// How an answer is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum MediaType {
    /// `application/json`: what older clients know.
    Json,
    /// `application/graphql-response+json`: the status tells whether the document was run.
    GraphqlResponse,
}

impl MediaType {
    /// What an `Accept` header prefers of the two; `application/json` where nothing is said; none where neither will do.
    pub(crate) fn accepted(accept: Option<&str>) -> Option<Self> {
        let Some(accept) = accept.filter(|accept| !accept.trim().is_empty()) else { return Some(Self::Json) };
        let mut best: Option<(f32, Self)> = None;
        for range in accept.split(',') {
            let mut parts = range.split(';').map(str::trim);
            let media = match parts.next().unwrap_or_default().to_ascii_lowercase().as_str() {
                "application/json" | "application/*" | "*/*" => Self::Json,
                "application/graphql-response+json" => Self::GraphqlResponse,
                _ => continue,
            };
            let weight = parts.find_map(|part| part.strip_prefix("q=")?.parse().ok()).unwrap_or(1.0);
            if weight > 0.0 && best.is_none_or(|(known, _)| weight > known) {
                best = Some((weight, media));
            }
        }
        best.map(|(_, media)| media)
    }

    fn name(self) -> &'static str {
        match self {
            Self::Json => "application/json; charset=utf-8",
            Self::GraphqlResponse => "application/graphql-response+json; charset=utf-8",
        }
    }
}

/// An outcome as it is written: without `data` where nothing was run.
#[derive(Serialize)]
pub(crate) struct Written<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    data: Option<&'a Value>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    errors: &'a [ServerError],
}

impl<'a> From<&'a Outcome> for Written<'a> {
    fn from(outcome: &'a Outcome) -> Self {
        Self { data: (!never_ran(outcome)).then_some(&outcome.data), errors: &outcome.errors }
    }
}

/// Whether the operation was refused as a whole, before anything of it ran: such errors have no path.
pub(crate) fn never_ran(outcome: &Outcome) -> bool {
    outcome.data == Value::Null
        && !outcome.errors.is_empty()
        && outcome.errors.iter().all(|error| error.path.is_empty())
}

/// Writes what came of one operation or a batch.
pub(crate) fn answer(outcomes: &[Outcome], batch: bool, media: MediaType) -> Response {
    let written: Vec<Written<'_>> = outcomes.iter().map(Into::into).collect();
    let status = match outcomes {
        [only] if !batch && media == MediaType::GraphqlResponse && never_ran(only) => StatusCode::BAD_REQUEST,
        _ => StatusCode::OK,
    };
    let body = match written.as_slice() {
        [only] if !batch => serde_json::to_vec(only),
        all => serde_json::to_vec(all),
    };
    let mut response = write(status, media, body);
    for (name, value) in outcomes.iter().flat_map(|outcome| outcome.http_headers.iter()) {
        response.headers_mut().append(HeaderName::clone(name), value.clone());
    }
    response
}

/// Writes why a request never reached the schema.
pub(crate) fn refuse(refused: &Refused, media: MediaType) -> Response {
    let outcome = refusal(&refused.sentence, refused.code);
    let mut response = write(refused.status, media, serde_json::to_vec(&Written::from(&outcome)));
    let headers = response.headers_mut();
    if let Some(allow) = refused.allow {
        headers.insert(header::ALLOW, poem::http::HeaderValue::from_static(allow));
    }
    if refused.status == StatusCode::UNAUTHORIZED {
        headers.insert(header::WWW_AUTHENTICATE, poem::http::HeaderValue::from_static("Bearer"));
    }
    response
}

fn write(status: StatusCode, media: MediaType, body: serde_json::Result<Vec<u8>>) -> Response {
    match body {
        Ok(body) => Response::builder().status(status).content_type(media.name()).body(body),
        Err(error) => {
            tracing::error!(%error, "an answer could not be written");
            StatusCode::INTERNAL_SERVER_ERROR.into()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_better_liked_type_is_written() {
        let check = |accept, media| assert_eq!(MediaType::accepted(accept), media, "{accept:?}");
        check(None, Some(MediaType::Json));
        check(Some("*/*"), Some(MediaType::Json));
        check(Some("application/graphql-response+json"), Some(MediaType::GraphqlResponse));
        check(Some("application/json;q=0.5, application/graphql-response+json"), Some(MediaType::GraphqlResponse));
        check(Some("application/graphql-response+json;q=0, application/json"), Some(MediaType::Json));
        check(Some("text/html"), None);
    }

    #[test]
    fn what_never_ran_has_no_data() {
        let outcome = Outcome::from_errors(vec![ServerError::new("no", None)]);
        assert_eq!(serde_json::to_string(&Written::from(&outcome)).expect("json"), r#"{"errors":[{"message":"no"}]}"#);
        assert_eq!(answer(&[outcome], false, MediaType::GraphqlResponse).status(), 400);
    }
}
