//! The master key and the places it comes from: a file beside the data folder, a passphrase, a systemd credential.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use argon2::{Algorithm, Argon2, Params, Version};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use xinju_model::id::Random;
use zeroize::Zeroizing;

use crate::durable::{self, Durable};
use crate::error::KeyError;

/// Where the master key comes from.
#[derive(Clone)]
pub enum MasterSource {
    /// A file of mode 0600, made at first start. By default `DIR.key` beside the data folder; a systemd credential is such a file too.
    File(PathBuf),
    /// A passphrase; Argon2id with parameters and salt kept in the keystore makes the key.
    Passphrase(Zeroizing<String>),
}

/// A master key.
pub(crate) type MasterKey = Zeroizing<[u8; 32]>;

/// First line of a key file. Each line behind it is one key in base64; there are two only while a new key takes an old one's place.
const FILE_HEADER: &str = "xinju-key-1";
/// A key file is read no further than this, in bytes.
const FILE_BYTES_MAX: u64 = 4096;
/// Keys that a key file may hold.
const FILE_KEYS_MAX: usize = 8;

/// `DIR.key` for the data folder `DIR`.
pub fn default_key_path(data: &Path) -> PathBuf {
    // Without the components' walk `data/` would give `data/.key`, inside the folder.
    let plain: PathBuf = data.components().collect();
    durable::beside(&plain, ".key")
}

/// How a passphrase becomes a key: Argon2id (RFC 9106) with these costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Stretch {
    pub(crate) salt: [u8; 16],
    pub(crate) memory_kib: u32,
    pub(crate) passes: u32,
    pub(crate) lanes: u32,
}

/// RFC 9106 4, second recommended choice, but for the lanes: one thread fills the memory.
const MEMORY_KIB: u32 = 64 * 1024;
const PASSES: u32 = 3;
/// Costs that a keystore may ask for at most, so that a changed header can't take the machine's memory.
const MEMORY_KIB_MAX: u32 = 1024 * 1024;
const PASSES_MAX: u32 = 64;

impl Stretch {
    /// Today's costs with a new salt.
    pub(crate) fn new(random: &dyn Random) -> Self {
        let mut salt = [0; 16];
        random.fill(&mut salt);
        Self { salt, memory_kib: MEMORY_KIB, passes: PASSES, lanes: 1 }
    }

    /// The key of a passphrase.
    pub(crate) fn key(&self, passphrase: &str) -> Result<MasterKey, KeyError> {
        if self.memory_kib > MEMORY_KIB_MAX || self.passes > PASSES_MAX || self.lanes != 1 {
            return Err(KeyError::Malformed("keystore"));
        }
        let params = Params::new(self.memory_kib, self.passes, self.lanes, Some(32))
            .map_err(|_| KeyError::Malformed("keystore"))?;
        let mut key = Zeroizing::new([0; 32]);
        Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
            .hash_password_into(passphrase.as_bytes(), &self.salt, key.as_mut())
            .map_err(|_| KeyError::Malformed("keystore"))?;
        Ok(key)
    }
}

/// A new random master key.
pub(crate) fn new_key(random: &dyn Random) -> MasterKey {
    let mut key = Zeroizing::new([0; 32]);
    random.fill(key.as_mut());
    key
}

/// Writes a key file with these keys, in the place of one that is there.
pub(crate) fn write_file(path: &Path, keys: &[&MasterKey], durable: &Durable) -> Result<(), KeyError> {
    let mut text = Zeroizing::new(format!("{FILE_HEADER}\n"));
    for key in keys {
        let line = Zeroizing::new(STANDARD.encode(key.as_ref()));
        text.push_str(&line);
        text.push('\n');
    }
    durable.create_folder(durable::parent(path))?;
    durable.replace(path, text.as_bytes())
}

/// The keys of a key file; none where there is no file.
pub(crate) fn read_file(path: &Path) -> Result<Option<Vec<MasterKey>>, KeyError> {
    let failed = |source| KeyError::Io { path: path.display().to_string(), source };
    match fs::metadata(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(failed(error)),
        Ok(found) if found.len() > FILE_BYTES_MAX => return Err(KeyError::Malformed("key file")),
        Ok(_) => {}
    }
    let text = Zeroizing::new(fs::read(path).map_err(failed)?);
    let text = std::str::from_utf8(&text).map_err(|_| KeyError::Malformed("key file"))?;
    let mut lines = text.lines();
    if lines.next() != Some(FILE_HEADER) {
        return Err(KeyError::Malformed("key file"));
    }
    let mut keys = Vec::new();
    for line in lines.filter(|line| !line.is_empty()).take(FILE_KEYS_MAX) {
        let bytes = Zeroizing::new(STANDARD.decode(line).map_err(|_| KeyError::Malformed("key file"))?);
        let key: [u8; 32] = bytes.as_slice().try_into().map_err(|_| KeyError::Malformed("key file"))?;
        keys.push(Zeroizing::new(key));
    }
    if keys.is_empty() { Err(KeyError::Malformed("key file")) } else { Ok(Some(keys)) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::SystemRandom;

    #[test]
    fn key_stands_beside_the_folder() {
        assert_eq!(default_key_path(Path::new("a/data")), Path::new("a/data.key"));
        assert_eq!(default_key_path(Path::new("a/data/")), Path::new("a/data.key"));
    }

    #[test]
    fn key_files_read_back_and_others_are_refused() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("data.key");
        assert!(read_file(&path).expect("no file").is_none());
        let (one, two) = (new_key(&SystemRandom), new_key(&SystemRandom));
        write_file(&path, &[&one, &two], &Durable::default()).expect("writes");
        assert_eq!(read_file(&path).expect("reads"), Some(vec![one, two]));
        for text in ["", "xinju-key-2\nAAAA\n", "xinju-key-1\n", "xinju-key-1\nAAAA\n", "xinju-key-1\n\u{4fe1}\n"] {
            fs::write(&path, text).expect("writes");
            assert!(matches!(read_file(&path), Err(KeyError::Malformed("key file"))), "{text:?}");
        }
    }

    #[test]
    fn dear_stretches_are_refused() {
        let stretch = Stretch { salt: [1; 16], memory_kib: u32::MAX, passes: 1, lanes: 1 };
        assert!(matches!(stretch.key("x"), Err(KeyError::Malformed(_))));
        let cheap = Stretch { memory_kib: 64, ..stretch };
        assert_ne!(cheap.key("x").expect("a key"), cheap.key("y").expect("a key"));
        assert_ne!(cheap.key("x").expect("a key"), Stretch { salt: [2; 16], ..cheap }.key("x").expect("a key"));
    }
}
