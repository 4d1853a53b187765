//! The master key and the places it comes from: a file beside the data folder, a passphrase, a systemd credential.

use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use crate::error::KeyError;

/// Where the master key comes from.
pub enum MasterSource {
    /// A file of mode 0600, made at first start. By default `DIR.key` beside the data folder; a systemd credential is such a file too.
    File(PathBuf),
    /// A passphrase; Argon2id with parameters and salt kept in the keystore makes the key.
    Passphrase(Zeroizing<String>),
}

/// `DIR.key` for the data folder `DIR`.
pub fn default_key_path(data: &Path) -> PathBuf {
    let mut name = data.as_os_str().to_owned();
    name.push(".key");
    PathBuf::from(name)
}

#[allow(unused)]
fn _stub() -> Result<(), KeyError> {
    Ok(())
}
