//! The network address a request comes from.

use std::net::IpAddr;

use poem::{Addr, Request};

use crate::config::Config;

/// Longest `X-Forwarded-For` that is looked at.
const HOPS_MAX: usize = 32;

/// The address of the peer: who opened the connection.
pub(crate) fn peer(request: &Request) -> Option<IpAddr> {
    match &request.remote_addr().0 {
        Addr::SocketAddr(address) => Some(address.ip().to_canonical()),
        Addr::Unix(_) | Addr::Custom(..) => None,
    }
}

/// Whether somebody in between says that the request came from elsewhere.
pub(crate) fn forwarded(request: &Request) -> bool {
    ["x-forwarded-for", "forwarded", "x-real-ip"].iter().any(|name| request.headers().contains_key(*name))
}

/// The address of the client: the peer, or what trusted proxies say, read from the nearest hop outward to the first that is not trusted.
pub(crate) fn client(request: &Request, config: &Config) -> String {
    let Some(peer) = peer(request) else { return "local".into() };
    if !config.trusted_proxies.contains(&peer) {
        return peer.to_string();
    }
    let header = |value: &poem::http::HeaderValue| value.to_str().map(ToOwned::to_owned).ok();
    let lines: Vec<String> = request.headers().get_all("x-forwarded-for").iter().filter_map(header).collect();
    first_untrusted(&lines.join(","), &config.trusted_proxies).unwrap_or(peer).to_string()
}

fn first_untrusted(forwarded: &str, trusted: &[IpAddr]) -> Option<IpAddr> {
    let mut furthest = None;
    for hop in forwarded.rsplit(',').take(HOPS_MAX) {
        let address: IpAddr = hop.trim().parse().ok()?;
        let address = address.to_canonical();
        furthest = Some(address);
        if !trusted.contains(&address) {
            break;
        }
    }
    furthest
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().expect("an address")
    }

    #[test]
    fn only_what_trusted_proxies_say_is_believed() {
        let trusted = [ip("10.0.0.1"), ip("10.0.0.2")];
        assert_eq!(first_untrusted("1.2.3.4, 9.9.9.9, 10.0.0.2", &trusted), Some(ip("9.9.9.9")));
        assert_eq!(first_untrusted("10.0.0.2", &trusted), Some(ip("10.0.0.2")));
        assert_eq!(first_untrusted("junk", &trusted), None);
        assert_eq!(first_untrusted("", &trusted), None);
    }
}
