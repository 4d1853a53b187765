//! The keystore: the data keys, wrapped by the master key in one small file that is rewritten whole.
//!
//! It lies in the data folder as `keystore`; `wrap.rs` says how it is written. Keys that it forgets are gone from the disk,
//! which is what makes an erased record's old segment file noise: backups of the keystore must be rewritten with it.

use std::collections::BTreeMap;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use xinju_model::id::Random;
use zeroize::Zeroizing;

use crate::durable::Durable;
use crate::error::KeyError;
use crate::master::{self, MasterKey, MasterSource, Stretch};
use crate::sealing::{Sealer, derive};
use crate::signer::Signer;
use crate::wrap::{self, Contents};

/// What a data key is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Purpose {
    /// Pages of the database file.
    Database,
    /// Tail blocks (values inside the database).
    Tail,
    /// Files of the search index.
    Index,
    /// Media files' own keys are wrapped with this.
    Media,
    /// Keyed hashes: dedupe keys, media names, session and token secrets.
    Hashing,
}

impl Purpose {
    /// Every purpose; one key of each is made at first start.
    pub(crate) const ALL: [Self; 5] = [Self::Database, Self::Tail, Self::Index, Self::Media, Self::Hashing];

    /// The number in the keystore's file.
    pub(crate) fn code(self) -> u8 {
        match self {
            Self::Database => 1,
            Self::Tail => 2,
            Self::Index => 3,
            Self::Media => 4,
            Self::Hashing => 5,
        }
    }

    fn place(self) -> usize {
        usize::from(self.code()) - 1
    }
}

/// Names in a data folder that hold sealed data: where one of them is, a missing keystore is a loss and not a first start.
const SEALED_NAMES: [&str; 4] = ["database", "segments", "media", "index"];

/// The opened keystore. Shared; changes are durable before they return.
pub struct Keystore {
    path: PathBuf,
    durable: Durable,
    state: Mutex<State>,
    keys: [Zeroizing<[u8; 32]>; 5],
    sealers: [Sealer; 5],
    signer: Signer,
}

/// What changes while the keystore is open.
struct State {
    master: MasterKey,
    stretch: Option<Stretch>,
    /// The key file that the master key came from, when it was a file.
    file: Option<PathBuf>,
    contents: Contents,
}

/// Where the keystore of a data folder lies.
pub fn keystore_path(data: &Path) -> PathBuf {
    data.join("keystore")
}

impl Keystore {
    /// Opens the keystore of a data folder, or makes it (and the key file) when the folder is new. A wrong key is [`KeyError::WrongKey`] before anything is touched.
    pub fn open_or_create(data: &Path, master: &MasterSource, random: &dyn Random) -> Result<Self, KeyError> {
        Self::open_or_create_with(data, master, random, Durable::default())
    }

    /// As [`Keystore::open_or_create`], on a disk that may fail.
    pub fn open_or_create_with(
        data: &Path,
        master: &MasterSource,
        random: &dyn Random,
        durable: Durable,
    ) -> Result<Self, KeyError> {
        let path = keystore_path(data);
        match fs::read(&path) {
            Ok(bytes) => Self::open(path, &bytes, master, durable),
            Err(error) if error.kind() == ErrorKind::NotFound => Self::create(data, master, random, durable),
            Err(source) => Err(KeyError::Io { path: path.display().to_string(), source }),
        }
    }

    fn open(path: PathBuf, bytes: &[u8], master: &MasterSource, durable: Durable) -> Result<Self, KeyError> {
        let header = wrap::read_header(bytes)?;
        let (candidates, file) = match (master, header.stretch) {
            (MasterSource::File(file), None) => {
                let keys = master::read_file(file)?.ok_or_else(|| KeyError::Missing(file.display().to_string()))?;
                (keys, Some(file.clone()))
            }
            (MasterSource::Passphrase(words), Some(stretch)) => (vec![stretch.key(words)?], None),
            // The archive is wrapped by the other kind of source: whatever was given can't fit.
            (MasterSource::File(file), Some(_)) if !file.is_file() => {
                return Err(KeyError::Missing(file.display().to_string()));
            }
            _ => return Err(KeyError::WrongKey),
        };
        let master = candidates.into_iter().find(|key| header.fits(key)).ok_or(KeyError::WrongKey)?;
        let contents = wrap::open(bytes, &header, &master)?;
        Self::with(path, durable, State { master, stretch: header.stretch, file, contents })
    }

    fn create(data: &Path, master: &MasterSource, random: &dyn Random, durable: Durable) -> Result<Self, KeyError> {
        let path = keystore_path(data);
        if SEALED_NAMES.iter().any(|name| data.join(name).symlink_metadata().is_ok()) {
            return Err(KeyError::Missing(path.display().to_string()));
        }
        durable.create_folder(data)?;
        let (master, stretch, file) = match master {
            MasterSource::File(file) => (first_key(file, random, &durable)?, None, Some(file.clone())),
            MasterSource::Passphrase(words) => {
                let stretch = Stretch::new(random);
                (stretch.key(words)?, Some(stretch), None)
            }
        };
        let state = State { master, stretch, file, contents: Contents::random(random) };
        durable.replace(&path, &state.sealed(random)?)?;
        Self::with(path, durable, state)
    }

    fn with(path: PathBuf, durable: Durable, state: State) -> Result<Self, KeyError> {
        let key = |purpose| state.contents.key(purpose);
        let keys = [
            key(Purpose::Database)?,
            key(Purpose::Tail)?,
            key(Purpose::Index)?,
            key(Purpose::Media)?,
            key(Purpose::Hashing)?,
        ];
        let [database, tail, index, media, hashing] = &keys;
        let sealers = [
            Sealer::new(database)?,
            Sealer::new(tail)?,
            Sealer::new(index)?,
            Sealer::new(media)?,
            Sealer::new(hashing)?,
        ];
        let signer = Signer::from_seed(&state.contents.signing_seed)?;
        Ok(Self { path, durable, state: Mutex::new(state), keys, sealers, signer })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The sealer of a purpose (for `Hashing` use [`Keystore::hashing_key`]).
    #[allow(clippy::indexing_slicing, reason = "a purpose's place is below five by its code")]
    pub fn sealer(&self, purpose: Purpose) -> Sealer {
        self.sealers[purpose.place()].clone()
    }

    /// The `number`-th of many sealers of one purpose, for more pieces than one key should seal.
    #[allow(clippy::indexing_slicing, reason = "a purpose's place is below five by its code")]
    pub fn numbered_sealer(&self, purpose: Purpose, number: u32) -> Result<Sealer, KeyError> {
        let key = derive(&self.keys[purpose.place()], &[b"numbered", &number.to_be_bytes()])?;
        Sealer::new(&key)
    }

    /// The key of keyed hashes.
    pub fn hashing_key(&self) -> [u8; 32] {
        let [.., hashing] = &self.keys;
        **hashing
    }

    /// Makes, stores durably and returns the key of a segment file. `file` is the segment file's random 16-byte name.
    pub fn create_segment_key(&self, file: [u8; 16], random: &dyn Random) -> Result<Sealer, KeyError> {
        let key = master::new_key(random);
        let sealer = Sealer::new(&key)?;
        self.change(random, |segments| {
            segments.insert(file, key);
        })?;
        Ok(sealer)
    }

    /// The sealer of a segment file, if its key is still kept.
    pub fn segment_sealer(&self, file: &[u8; 16]) -> Option<Sealer> {
        let state = self.state();
        Sealer::new(state.contents.segments.get(file)?).ok()
    }

    /// Forgets keys of segment files that are not in `keep` (orphans, and files written anew after an erasure).
    pub fn retain_segment_keys(&self, keep: &dyn Fn(&[u8; 16]) -> bool) -> Result<(), KeyError> {
        if self.state().contents.segments.keys().all(keep) {
            return Ok(());
        }
        self.change(&crate::random::SystemRandom, |segments| segments.retain(|file, _| keep(file)))
    }

    /// Changes the segment keys on disk, then in memory: what failed to be written has not happened.
    fn change(
        &self,
        random: &dyn Random,
        change: impl FnOnce(&mut BTreeMap<[u8; 16], Zeroizing<[u8; 32]>>),
    ) -> Result<(), KeyError> {
        let mut state = self.state();
        let before = state.contents.segments.clone();
        change(&mut state.contents.segments);
        let written = state.sealed(random).and_then(|bytes| self.durable.replace(&self.path, &bytes));
        if written.is_err() {
            state.contents.segments = before;
        }
        written
    }

    /// Wraps the same data keys under a new master key, durably. A file that is the present key file gets a new key; another file's key is used,
    /// or made where there is none. Whenever this stops, the key file at `new` or the one before opens the keystore.
    pub fn rotate_master(&self, new: &MasterSource, random: &dyn Random) -> Result<(), KeyError> {
        let mut state = self.state();
        let (master, stretch, file) = match new {
            MasterSource::Passphrase(words) => {
                let stretch = Stretch::new(random);
                (stretch.key(words)?, Some(stretch), None)
            }
            MasterSource::File(file) if state.file.as_ref() == Some(file) => {
                let master = master::new_key(random);
                // Both keys stand in the file until the keystore is wrapped by the new one.
                master::write_file(file, &[&master, &state.master], &self.durable)?;
                (master, None, Some(file.clone()))
            }
            MasterSource::File(file) => (first_key(file, random, &self.durable)?, None, Some(file.clone())),
        };
        let bytes = wrap::seal(&master, stretch, &state.contents, random)?;
        self.durable.replace(&self.path, &bytes)?;
        let in_place = file.is_some() && file == state.file;
        state.master = master;
        state.stretch = stretch;
        state.file.clone_from(&file);
        match file {
            Some(file) if in_place => master::write_file(&file, &[&state.master], &self.durable),
            _ => Ok(()),
        }
    }

    /// Whether the file on disk still opens and holds what this keystore holds.
    pub fn check(&self) -> Result<(), KeyError> {
        let state = self.state();
        let bytes =
            fs::read(&self.path).map_err(|source| KeyError::Io { path: self.path.display().to_string(), source })?;
        let header = wrap::read_header(&bytes)?;
        if wrap::open(&bytes, &header, &state.master)? == state.contents {
            Ok(())
        } else {
            Err(KeyError::Malformed("keystore"))
        }
    }

    /// The ledger's signer.
    pub fn signer(&self) -> Signer {
        self.signer.clone()
    }
}

impl State {
    fn sealed(&self, random: &dyn Random) -> Result<Vec<u8>, KeyError> {
        wrap::seal(&self.master, self.stretch, &self.contents, random)
    }
}

/// The first key of a key file; where there is no file it is made.
fn first_key(file: &Path, random: &dyn Random, durable: &Durable) -> Result<MasterKey, KeyError> {
    if let Some(key) = master::read_file(file)?.and_then(|keys| keys.into_iter().next()) {
        return Ok(key);
    }
    let key = master::new_key(random);
    master::write_file(file, &[&key], durable)?;
    Ok(key)
}

#[cfg(test)]
#[path = "keystore_tests.rs"]
mod tests;
