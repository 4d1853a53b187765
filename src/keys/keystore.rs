//! The keystore: the data keys, wrapped by the master key in one small file that is rewritten whole.

use std::path::Path;

use crate::error::KeyError;
use crate::master::MasterSource;
use crate::sealing::Sealer;
use crate::signer::Signer;
use xinju_model::id::Random;

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

/// The opened keystore. Shared; changes are durable before they return.
pub struct Keystore {
    _stub: (),
}

impl Keystore {
    /// Opens the keystore of a data folder, or makes it (and the key file) when the folder is new. A wrong key is [`KeyError::WrongKey`] before anything is touched.
    pub fn open_or_create(data: &Path, master: &MasterSource, random: &dyn Random) -> Result<Self, KeyError> {
        let _ = (data, master, random);
        todo!()
    }
    /// The sealer of a purpose (for `Hashing` use [`Keystore::hashing_key`]).
    pub fn sealer(&self, purpose: Purpose) -> Sealer {
        let _ = purpose;
        todo!()
    }
    /// The key of keyed hashes.
    pub fn hashing_key(&self) -> [u8; 32] {
        todo!()
    }
    /// Makes, stores durably and returns the key of a segment file. `file` is the segment file's random 16-byte name.
    pub fn create_segment_key(&self, file: [u8; 16], random: &dyn Random) -> Result<Sealer, KeyError> {
        let _ = (file, random);
        todo!()
    }
    /// The sealer of a segment file, if its key is still kept.
    pub fn segment_sealer(&self, file: &[u8; 16]) -> Option<Sealer> {
        let _ = file;
        todo!()
    }
    /// Forgets keys of segment files that are not in `keep` (orphans, and files written anew after an erasure).
    pub fn retain_segment_keys(&self, keep: &dyn Fn(&[u8; 16]) -> bool) -> Result<(), KeyError> {
        let _ = keep;
        todo!()
    }
    /// Wraps the same data keys under a new master key, durably.
    pub fn rotate_master(&self, new: &MasterSource, random: &dyn Random) -> Result<(), KeyError> {
        let _ = (new, random);
        todo!()
    }
    /// The ledger's signer.
    pub fn signer(&self) -> Signer {
        todo!()
    }
}
