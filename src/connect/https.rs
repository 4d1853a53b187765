//! The client for everything that is asked over HTTPS: our own roots of trust, a time limit, no redirections.

use std::time::Duration;

use ureq::Proxy;
use ureq::tls::{Certificate, RootCerts, TlsConfig, TlsProvider};
use xinju_service::sign_on::IdentifyError;

use crate::identify::{authorities, cryptography};

/// A client that trusts these authorities (PEM; the machine's where empty), goes through this proxy, and gives up after `timeout_ms` milliseconds.
pub(crate) fn client(trusted: &str, proxy: Option<Proxy>, timeout_ms: u64) -> Result<ureq::Agent, IdentifyError> {
    let roots: Vec<Certificate<'static>> =
        authorities(trusted)?.iter().map(|certificate| Certificate::from_der(certificate).to_owned()).collect();
    let tls = TlsConfig::builder()
        .provider(TlsProvider::Rustls)
        .unversioned_rustls_crypto_provider(cryptography())
        .root_certs(RootCerts::Specific(roots.into()))
        .build();
    let config = ureq::Agent::config_builder()
        .tls_config(tls)
        .timeout_global(Some(Duration::from_millis(timeout_ms)))
        .max_redirects(0)
        .http_status_as_error(false)
        .proxy(proxy)
        .user_agent("xinju")
        .build();
    Ok(config.into())
}
