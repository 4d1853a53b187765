//! What the operator decides about the doors.

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;

/// How and for whom the doors open.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where to listen; port 0 takes any free one.
    pub listen: SocketAddr,
    /// Whether and with which certificate connections are encrypted.
    pub tls: Tls,
    /// The address that people type, where the operator said it.
    pub public_url: Option<String>,
    /// A reverse proxy in front speaks HTTPS to browsers: cookies are marked as such although this server sees plain HTTP.
    pub tls_in_front: bool,
    /// Reverse proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpAddr>,
    /// Addresses that may read `/metrics`, besides the machine itself.
    pub metrics_from: Vec<IpAddr>,
    /// The data folder: uploads are laid down in its `tmp`, a certificate of our own making in its `tls`.
    pub data: PathBuf,
    /// Connections at once; further ones wait in the system's queue.
    pub connections_max: usize,
}

/// Encryption of connections.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Tls {
    /// Plain HTTP: for the machine itself, or behind a proxy.
    Off,
    /// A certificate chain and its key, each a PEM file.
    Files {
        /// The chain, the server's own certificate first.
        certificate: PathBuf,
        /// The private key (PKCS#8, PKCS#1 or SEC1).
        key: PathBuf,
    },
    /// A certificate of our own making, kept in the data folder. Browsers warn until they are told to trust it.
    SelfSigned {
        /// Host names and addresses it is for.
        names: Vec<String>,
    },
}

impl Config {
    /// The usual settings for a data folder: plain HTTP on this machine only.
    pub fn local(data: PathBuf) -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 8480)),
            tls: Tls::Off,
            public_url: None,
            tls_in_front: false,
            trusted_proxies: Vec::new(),
            metrics_from: Vec::new(),
            data,
            connections_max: 1_024,
        }
    }

    /// The address that people type.
    pub(crate) fn public_url(&self) -> String {
        let scheme = if self.tls == Tls::Off { "http" } else { "https" };
        self.public_url.clone().unwrap_or_else(|| format!("{scheme}://{}", self.listen))
    }

    /// Whether browsers reach this server by HTTPS.
    pub(crate) fn secure(&self) -> bool {
        self.tls_in_front || self.tls != Tls::Off
    }
}
