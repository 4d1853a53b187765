//! Whether a request that changes something was meant by our own page.
//!
//! The session cookie is `SameSite=Strict`, which most browsers keep to; this is the second lock. Programs that send a
//! bearer token carry no ambient authority and need none of it.

use poem::Request;
use poem::http::header;

/// The header our own pages send. Other sites cannot without a preflight, which is never granted.
pub(crate) const HEADER: &str = "x-xinju-csrf";

/// Whether a posted request may use the session of its cookie or begin one.
pub(crate) fn is_ours(request: &Request, json: bool) -> bool {
    if request.header(HEADER) == Some("1") {
        return true;
    }
    // Another site can post forms and plain text unasked, but JSON only after a preflight.
    json && same_origin(request)
}

/// What the browser says of where the request comes from; programs say nothing.
pub(crate) fn same_origin(request: &Request) -> bool {
    if let Some(site) = request.header("sec-fetch-site") {
        return site == "same-origin" || site == "none";
    }
    match request.header(header::ORIGIN) {
        None => true,
        Some(origin) => origin
            .split_once("://")
            .is_some_and(|(_, host)| host_of(request).is_some_and(|own| host.eq_ignore_ascii_case(own))),
    }
}

/// The host a request is for: the `Host` header, or the authority of HTTP/2.
fn host_of(request: &Request) -> Option<&str> {
    request.header(header::HOST).or_else(|| request.uri().authority().map(poem::http::uri::Authority::as_str))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(headers: &[(&'static str, &'static str)]) -> Request {
        let builder = headers.iter().fold(Request::builder(), |builder, (name, value)| builder.header(*name, *value));
        builder.finish()
    }

    #[test]
    fn other_sites_are_refused() {
        assert!(!is_ours(&request(&[("sec-fetch-site", "cross-site"), ("host", "a")]), true));
        assert!(!is_ours(&request(&[("sec-fetch-site", "same-site"), ("host", "a")]), true));
        assert!(!is_ours(&request(&[("origin", "https://evil"), ("host", "a")]), true));
        assert!(!is_ours(&request(&[("origin", "null"), ("host", "a")]), true));
        assert!(!is_ours(&request(&[("host", "a")]), false));
    }

    #[test]
    fn our_page_and_programs_are_let_in() {
        assert!(is_ours(&request(&[("sec-fetch-site", "same-origin")]), true));
        assert!(is_ours(&request(&[("origin", "https://a:8480"), ("host", "a:8480")]), true));
        assert!(is_ours(&request(&[("host", "a")]), true));
        assert!(is_ours(&request(&[(HEADER, "1")]), false));
    }
}
