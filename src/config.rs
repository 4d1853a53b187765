//! Settings of a server: from a TOML file, overridden by flags.

use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};

use serde::Deserialize;

/// Where a server listens when nothing is said.
pub(crate) const LISTEN_DEFAULT: SocketAddr = SocketAddr::new(IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 8420);
/// Largest configuration file that is read, in bytes.
const FILE_BYTES_MAX: u64 = 1024 * 1024;

/// The settings file. Unknown names are refused, so that a typing error is not a silent default.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Config {
    /// Data folder.
    pub(crate) data: Option<PathBuf>,
    /// Address and port to listen on.
    pub(crate) listen: Option<SocketAddr>,
    /// The address people type, for links; by default made from `listen`.
    pub(crate) public_url: Option<String>,
    /// Proxies whose `X-Forwarded-For` is believed.
    #[serde(default)]
    pub(crate) trusted_proxies: Vec<IpAddr>,
    /// Addresses that may read `/metrics`, besides the machine itself.
    #[serde(default)]
    pub(crate) metrics_from: Vec<IpAddr>,
    /// TLS; plain HTTP without it.
    pub(crate) tls: Option<Tls>,
}

/// Where the certificate comes from.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Tls {
    /// PEM file with the certificate chain; self-signed where neither file is given.
    pub(crate) certificate: Option<PathBuf>,
    /// PEM file with its private key.
    pub(crate) key: Option<PathBuf>,
}

/// Why a settings file was not taken.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ConfigError {
    /// It could not be read.
    #[error("{path}: {source}")]
    Io {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// It is not what we expect.
    #[error("{path}: {detail}")]
    Malformed {
        /// The file.
        path: PathBuf,
        /// Where and why.
        detail: String,
    },
}

impl Config {
    /// Reads a settings file.
    pub(crate) fn read(path: &Path) -> Result<Self, ConfigError> {
        let io = |source| ConfigError::Io { path: path.to_owned(), source };
        let length = std::fs::metadata(path).map_err(io)?.len();
        if length > FILE_BYTES_MAX {
            return Err(ConfigError::Malformed { path: path.to_owned(), detail: "larger than 1 MiB".into() });
        }
        let text = std::fs::read_to_string(path).map_err(io)?;
        toml::from_str(&text)
            .map_err(|error| ConfigError::Malformed { path: path.to_owned(), detail: error.to_string() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_settings_and_refuses_unknown_names() {
        let folder = tempfile::tempdir().expect("temporary folder");
        let path = folder.path().join("xinju.toml");
        std::fs::write(&path, "listen = \"0.0.0.0:443\"\n[tls]\ncertificate = \"c.pem\"\nkey = \"k.pem\"\n")
            .expect("write");
        let config = Config::read(&path).expect("settings");
        assert_eq!(config.listen.map(|address| address.port()), Some(443));
        assert!(config.tls.is_some_and(|tls| tls.key.is_some()));
        std::fs::write(&path, "lissten = 1\n").expect("write");
        assert!(Config::read(&path).expect_err("typing error").to_string().contains("lissten"));
        assert!(Config::read(&folder.path().join("none")).is_err());
    }
}
