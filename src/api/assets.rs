//! The console: embedded files, compressed beforehand, with strong tags; the page itself fresh with every answer.

use std::borrow::Cow;

use data_encoding::HEXLOWER;
use poem::http::{Method, StatusCode, header};
use poem::{Request, Response, handler};
use rust_embed::{Embed, EmbeddedFile};

use crate::door::Nonce;

#[derive(Embed)]
#[folder = "$OUT_DIR/dist"]
struct Console;

const PAGE: &str = "index.html";
/// What stands in the page where the nonce belongs.
const NONCE_PLACE: &str = "__CSP_NONCE__";
/// Encodings that files were compressed with, best first: the name in headers and the ending of the twin.
const ENCODINGS: &[(&str, &str)] = &[("br", ".br"), ("gzip", ".gz")];

/// A file of the console, or its page for every address that a person may open.
#[handler]
pub(crate) fn console(request: &Request) -> Response {
    if *request.method() != Method::GET && *request.method() != Method::HEAD {
        return StatusCode::METHOD_NOT_ALLOWED.into();
    }
    let path = request.uri().path().trim_start_matches('/');
    let twin = ENCODINGS.iter().any(|(_, ending)| path.ends_with(ending));
    if path != PAGE
        && !path.is_empty()
        && !twin
        && let Some(plain) = Console::get(path)
    {
        return file(request, path, &plain);
    }
    let wants_page = request.header(header::ACCEPT).is_some_and(|accept| accept.contains("text/html"));
    // Who asks for the top with whatever program gets the console; deeper addresses are the console's for browsers only.
    if path.is_empty() || wants_page && !path.starts_with("assets/") && !path.starts_with("api/") {
        return page(request);
    }
    (StatusCode::NOT_FOUND, "not found\n").into()
}

fn page(request: &Request) -> Response {
    let Some(html) = Console::get(PAGE) else { return StatusCode::NOT_FOUND.into() };
    let nonce = request.data::<Nonce>().map(|nonce| nonce.0.as_str()).unwrap_or_default();
    Response::builder()
        .content_type("text/html; charset=utf-8")
        .header(header::CACHE_CONTROL, "no-store")
        .body(String::from_utf8_lossy(&html.data).replace(NONCE_PLACE, nonce))
}

fn file(request: &Request, path: &str, plain: &EmbeddedFile) -> Response {
    let accepted = request.header(header::ACCEPT_ENCODING).unwrap_or_default();
    let (encoding, found) = ENCODINGS
        .iter()
        .filter(|(name, _)| accepts(accepted, name))
        .find_map(|(name, ending)| Some((Some(*name), Console::get(&format!("{path}{ending}"))?)))
        .unwrap_or((None, plain.clone()));
    let tag = tag(&found);
    let fixed = path.starts_with("assets/");
    let mut response = Response::builder()
        .header(header::ETAG, &tag)
        .header(header::VARY, "accept-encoding")
        .header(header::CACHE_CONTROL, if fixed { "public, max-age=31536000, immutable" } else { "no-cache" });
    if request.header(header::IF_NONE_MATCH).is_some_and(|tags| tags.split(',').any(|known| known.trim() == tag)) {
        return response.status(StatusCode::NOT_MODIFIED).finish();
    }
    if let Some(name) = encoding {
        response = response.header(header::CONTENT_ENCODING, name);
    }
    let body = match found.data {
        Cow::Borrowed(bytes) => poem::Body::from(bytes),
        Cow::Owned(bytes) => poem::Body::from(bytes),
    };
    response.content_type(media_type(path)).body(body)
}

/// The tag of a file, which differs from that of its twins.
fn tag(file: &EmbeddedFile) -> String {
    format!("\"{}\"", HEXLOWER.encode(&file.metadata.sha256_hash()))
}

/// Whether an `Accept-Encoding` lets `name` be sent (RFC 9110 12.5.3; `*` is not looked at).
fn accepts(header: &str, name: &str) -> bool {
    header.split(',').any(|part| {
        let (coding, weight) = part.split_once(';').unwrap_or((part, ""));
        let refused = weight.trim().strip_prefix("q=").is_some_and(|q| q.parse::<f32>().is_ok_and(|q| q <= 0.0));
        coding.trim().eq_ignore_ascii_case(name) && !refused
    })
}

fn media_type(path: &str) -> &'static str {
    match path.rsplit('.').next() {
        Some("html") => "text/html; charset=utf-8",
        Some("js" | "mjs") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("json" | "map" | "webmanifest") => "application/json",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("ico") => "image/x-icon",
        Some("webp") => "image/webp",
        Some("woff2") => "font/woff2",
        Some("txt") => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encodings_are_taken_by_name_and_weight() {
        assert!(accepts("gzip, deflate, br", "br"));
        assert!(!accepts("br;q=0, gzip", "br"));
        assert!(accepts("br;q=0, gzip;q=0.5", "gzip"));
        assert!(!accepts("", "br"));
    }
}
