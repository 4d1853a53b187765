//! From flags and environment to an open archive.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use xinju_keys::keystore::Keystore;
use xinju_keys::master::{MasterSource, default_key_path};
use xinju_keys::random::SystemRandom;
use xinju_model::time::{Clock, Timestamp};
use xinju_search::index::IndexOptions;
use xinju_service::service::{OpenOptions, Service};
use xinju_store::store::StoreOptions;
use zeroize::Zeroizing;

use super::Archive;

/// Environment variable with the passphrase of the master key.
const PASSPHRASE_VARIABLE: &str = "XINJU_PASSPHRASE";
/// Name of the systemd credential that holds the master key.
const CREDENTIAL_NAME: &str = "xinju.key";

/// The system's clock.
pub(crate) struct SystemClock;

impl Clock for SystemClock {
    #[allow(clippy::disallowed_methods, reason = "the one place that reads the system's clock")]
    fn now(&self) -> Timestamp {
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
        Timestamp(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
    }
}

impl Archive {
    /// An archive in `data` with its key in the usual place.
    pub(crate) fn at(data: PathBuf) -> Self {
        Self { data: Some(data), key_file: None, passphrase_file: None }
    }

    /// The data folder.
    pub(crate) fn data(&self) -> PathBuf {
        if let Some(data) = &self.data {
            return data.clone();
        }
        let under_systemd = std::env::var_os("INVOCATION_ID").is_some() && std::env::var_os("JOURNAL_STREAM").is_some();
        match std::env::var_os("STATE_DIRECTORY") {
            Some(folder) => PathBuf::from(folder),
            None if under_systemd => PathBuf::from("/var/lib/xinju"),
            None => PathBuf::from("xinju-data"),
        }
    }

    /// Where the master key comes from: flag, passphrase, systemd credential, file beside the data folder; the first that is set.
    pub(crate) fn master(&self) -> Result<MasterSource, Box<dyn std::error::Error>> {
        if let Some(path) = &self.key_file {
            return Ok(MasterSource::File(path.clone()));
        }
        if let Some(path) = &self.passphrase_file {
            return Ok(MasterSource::Passphrase(first_line(path)?));
        }
        if let Some(passphrase) = variable(PASSPHRASE_VARIABLE) {
            return Ok(MasterSource::Passphrase(passphrase));
        }
        if let Some(folder) = std::env::var_os("CREDENTIALS_DIRECTORY") {
            let path = Path::new(&folder).join(CREDENTIAL_NAME);
            if path.try_exists()? {
                return Ok(MasterSource::File(path));
            }
        }
        Ok(MasterSource::File(default_key_path(&self.data())))
    }

    /// Opens the archive, making it when the folder is new, and starts its jobs.
    pub(crate) fn service(&self) -> Result<Service, Box<dyn std::error::Error>> {
        let options = OpenOptions {
            version: env!("CARGO_PKG_VERSION"),
            clock: Arc::new(SystemClock),
            random: Arc::new(SystemRandom),
            decoder: Arc::new(xinju_connect::Decoder),
            files: Arc::new(xinju_connect::Files),
            identify: Arc::new(xinju_connect::Identities::default()),
            post: Arc::new(xinju_connect::Stamps),
            store: StoreOptions::default(),
            index: IndexOptions::default(),
        };
        Ok(Service::open(&self.data(), self.keys()?, options)?)
    }

    /// Makes an archive where there is none, so that a first import needs no server before it.
    pub(crate) fn create_if_missing(&self) -> Result<(), Box<dyn std::error::Error>> {
        if !self.data().join("keystore").try_exists()? {
            self.service()?.close();
        }
        Ok(())
    }

    /// Opens the keystore; a wrong key is refused here, before anything else is touched.
    pub(crate) fn keys(&self) -> Result<Arc<Keystore>, Box<dyn std::error::Error>> {
        Ok(Arc::new(Keystore::open_or_create(&self.data(), &self.master()?, &SystemRandom)?))
    }
}

/// The first line of a file, for secrets.
pub(crate) fn first_line(path: &Path) -> Result<Zeroizing<String>, Box<dyn std::error::Error>> {
    let text = Zeroizing::new(std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?);
    Ok(Zeroizing::new(text.lines().next().unwrap_or_default().to_owned()))
}

/// An environment variable that holds a secret; none when unset or empty.
pub(crate) fn variable(name: &str) -> Option<Zeroizing<String>> {
    std::env::var(name).ok().filter(|value| !value.is_empty()).map(Zeroizing::new)
}
