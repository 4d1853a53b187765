//! What surrounds every request: its id, the client's address, security headers, the access log and the counters.
//!
//! The log has the path but never the query string, a header or a body: those may hold content or secrets.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Instant;

use futures_util::FutureExt;
use poem::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use poem::{Endpoint, Request, Response};

use crate::address;
use crate::state::App;

/// The address of a request's client, as the door found it.
#[derive(Clone, Debug)]
pub(crate) struct ClientAddress(pub(crate) String);

/// The nonce that the page of this answer may use for its styles.
#[derive(Clone, Debug)]
pub(crate) struct Nonce(pub(crate) String);

const FIXED_HEADERS: &[(&str, &str)] = &[
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "no-referrer"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    ("permissions-policy", "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()"),
];

/// Passes a request on and dresses its answer.
pub(crate) async fn pass<E: Endpoint>(endpoint: Arc<E>, app: Arc<App>, mut request: Request) -> Response {
    let started = Instant::now();
    let id = app.random_name();
    let nonce = app.random_name();
    let client = address::client(&request, &app.config);
    let method = request.method().clone();
    let path = request.uri().path().to_owned();
    request.set_data(ClientAddress(client.clone()));
    request.set_data(Nonce(nonce.clone()));
    let answered = AssertUnwindSafe(endpoint.get_response(request)).catch_unwind().await;
    let mut response = answered.unwrap_or_else(|_| {
        tracing::error!(%id, "a request ended in a panic; this is a fault of ours");
        StatusCode::INTERNAL_SERVER_ERROR.into()
    });
    dress(response.headers_mut(), &id, &nonce, app.config.secure());
    let elapsed = started.elapsed();
    let status = response.status().as_u16();
    app.counters.answered(&path, status, elapsed);
    let micros = u64::try_from(elapsed.as_micros()).unwrap_or(u64::MAX);
    let path = path.escape_debug();
    match status {
        500.. => tracing::warn!(%id, %client, %method, %path, status, micros, "failed"),
        400.. => tracing::info!(%id, %client, %method, %path, status, micros, "refused"),
        _ => tracing::debug!(%id, %client, %method, %path, status, micros, "answered"),
    }
    response
}

fn dress(headers: &mut HeaderMap, id: &str, nonce: &str, secure: bool) {
    for (name, value) in FIXED_HEADERS {
        headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    let policy = format!(
        "default-src 'self'; script-src 'self'; style-src 'self' 'nonce-{nonce}'; img-src 'self' data: blob:; media-src 'self'; \
         connect-src 'self'; frame-ancestors 'none'; object-src 'none'; base-uri 'none'; form-action 'self'"
    );
    let mut set = |name: HeaderName, value: &str| {
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.insert(name, value);
        }
    };
    set(HeaderName::from_static("x-request-id"), id);
    if secure {
        set(header::STRICT_TRANSPORT_SECURITY, "max-age=31536000");
    }
    // What strangers wrote comes with a policy of its own, which is narrower.
    if !headers.contains_key(header::CONTENT_SECURITY_POLICY)
        && let Ok(policy) = HeaderValue::from_str(&policy)
    {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    if !headers.contains_key(header::CACHE_CONTROL) {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
}
