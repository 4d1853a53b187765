//! Certificates: given ones, or one of our own making in the data folder.

use std::fs;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::sync::Arc;

use rcgen::{CertificateParams, DnType, KeyPair};
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use sha2::{Digest, Sha256};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use xinju_model::time::Timestamp;

use crate::config::{Config, Tls};
use crate::error::Error;

const DAY_MS: i64 = 24 * 3_600_000;
/// How long our own certificates live; browsers take no more than 825 days.
const LIFE_DAYS: i64 = 820;
/// How long before its end one of our own is made anew, at start.
const RENEW_DAYS: i64 = 60;
/// The line in front of our own certificate that tells its end.
const EXPIRES: &str = "# expires ";

/// The acceptor of encrypted connections; none where they are plain.
pub(crate) fn acceptor(config: &Config, now: Timestamp) -> Result<Option<TlsAcceptor>, Error> {
    let (chain, key) = match &config.tls {
        Tls::Off => return Ok(None),
        Tls::Files { certificate, key } => (read(certificate)?, read(key)?),
        Tls::SelfSigned { names } => self_signed(&config.data.join("tls"), names, now)?,
    };
    let chain: Vec<CertificateDer<'static>> = CertificateDer::pem_slice_iter(&chain)
        .collect::<Result<_, _>>()
        .map_err(|error| Error::Certificate(error.to_string()))?;
    let key = PrivateKeyDer::from_pem_slice(&key).map_err(|error| Error::Certificate(error.to_string()))?;
    if let Some(own) = chain.first() {
        tracing::info!(sha256 = %fingerprint(own), "serving with a certificate");
    }
    let mut server = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|error| Error::Certificate(error.to_string()))?
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .map_err(|error| Error::Certificate(error.to_string()))?;
    server.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(Some(TlsAcceptor::from(Arc::new(server))))
}

fn read(path: &Path) -> Result<Vec<u8>, Error> {
    fs::read(path).map_err(Error::file(path))
}

/// SHA-256 of the certificate as browsers show it.
fn fingerprint(certificate: &CertificateDer<'_>) -> String {
    let bytes = Sha256::digest(certificate.as_ref());
    bytes.iter().map(|byte| format!("{byte:02X}")).collect::<Vec<_>>().join(":")
}

/// The kept certificate and key, made anew when there is none, when it is for other names or near its end.
fn self_signed(folder: &Path, names: &[String], now: Timestamp) -> Result<(Vec<u8>, Vec<u8>), Error> {
    let (certificate, key) = (folder.join("certificate.pem"), folder.join("key.pem"));
    let still_good = fs::read_to_string(&certificate)
        .is_ok_and(|pem| pem.lines().next() == Some(&heading(names)) && ends_late_enough(&pem, now));
    if !still_good || !key.exists() {
        make(folder, names, now)?;
    }
    Ok((read(&certificate)?, read(&key)?))
}

/// The first line of a certificate of our own.
fn heading(names: &[String]) -> String {
    format!("# self-signed for {}", names.join(", "))
}

fn ends_late_enough(pem: &str, now: Timestamp) -> bool {
    let end = pem.lines().find_map(|line| line.strip_prefix(EXPIRES)).and_then(|text| Timestamp::parse(text).ok());
    end.is_some_and(|end| end > now.plus_millis(RENEW_DAYS * DAY_MS))
}

fn make(folder: &Path, names: &[String], now: Timestamp) -> Result<(), Error> {
    let failed = |error: rcgen::Error| Error::Certificate(error.to_string());
    let end = now.plus_millis(LIFE_DAYS * DAY_MS);
    let mut parameters = CertificateParams::new(names.to_vec()).map_err(failed)?;
    parameters.distinguished_name.push(DnType::CommonName, "Xinju");
    let (year, month, first) = day(now.plus_millis(-DAY_MS))?;
    parameters.not_before = rcgen::date_time_ymd(year, month, first);
    let (year, month, last) = day(end)?;
    parameters.not_after = rcgen::date_time_ymd(year, month, last);
    let key = KeyPair::generate().map_err(failed)?;
    let certificate = parameters.self_signed(&key).map_err(failed)?;
    fs::create_dir_all(folder).map_err(Error::file(folder))?;
    write_secret(&folder.join("key.pem"), &key.serialize_pem())?;
    let path = folder.join("certificate.pem");
    let text = format!("{}\n{EXPIRES}{end}\n{}", heading(names), certificate.pem());
    fs::write(&path, text).map_err(Error::file(path))
}

/// Year, month and day of a moment.
fn day(moment: Timestamp) -> Result<(i32, u8, u8), Error> {
    let text = moment.to_string();
    let mut parts = text.split(['-', 'T']);
    let mut next = || parts.next().unwrap_or_default();
    match (next().parse(), next().parse(), next().parse()) {
        (Ok(year), Ok(month), Ok(day)) => Ok((year, month, day)),
        _ => Err(Error::Certificate("the system's clock is far off; set it".into())),
    }
}

fn write_secret(path: &Path, text: &str) -> Result<(), Error> {
    let _ = fs::remove_file(path);
    let mut file =
        fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path).map_err(Error::file(path))?;
    file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).map_err(Error::file(path))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp(1_770_000_000_000);

    fn config(folder: &Path, tls: Tls) -> Config {
        Config { tls, ..Config::local(folder.to_owned()) }
    }

    fn names() -> Vec<String> {
        vec!["localhost".into(), "127.0.0.1".into()]
    }

    #[test]
    fn our_own_certificate_is_kept_until_it_nears_its_end_or_the_names_change() {
        let folder = tempfile::tempdir().expect("a folder");
        let first = self_signed(folder.path(), &names(), NOW).expect("made");
        assert_eq!(self_signed(folder.path(), &names(), NOW.plus_millis(DAY_MS)).expect("kept"), first);
        let later = NOW.plus_millis((LIFE_DAYS - RENEW_DAYS + 1) * DAY_MS);
        let second = self_signed(folder.path(), &names(), later).expect("renewed");
        assert_ne!(second, first);
        assert_ne!(self_signed(folder.path(), &["other".into()], later).expect("made anew"), second);
    }

    #[test]
    fn the_key_is_nobody_elses_to_read() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().expect("a folder");
        self_signed(folder.path(), &names(), NOW).expect("made");
        let mode = fs::metadata(folder.path().join("key.pem")).expect("a key").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }

    #[test]
    fn a_certificate_of_ours_is_accepted_and_rubbish_is_refused_in_words() {
        let folder = tempfile::tempdir().expect("a folder");
        let own = config(folder.path(), Tls::SelfSigned { names: names() });
        assert!(acceptor(&own, NOW).expect("usable").is_some());
        let file = folder.path().join("rubbish.pem");
        fs::write(&file, "rubbish").expect("written");
        let given = config(folder.path(), Tls::Files { certificate: file.clone(), key: file });
        assert!(matches!(acceptor(&given, NOW), Err(Error::Certificate(_))));
        let missing = Tls::Files { certificate: "/nonexistent".into(), key: "/nonexistent".into() };
        assert!(matches!(acceptor(&config(folder.path(), missing), NOW), Err(Error::File { .. })));
    }
}
