//! The keystore's promises: a wrong key touches nothing, a lost one is never replaced, and a crash leaves a key that opens.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use super::*;
use crate::durable::{Hazard, Step};
use crate::master::default_key_path;
use crate::random::SystemRandom;

#[derive(Debug)]
struct FailAt(AtomicU32);

impl Hazard for FailAt {
    fn meet(&self, _: Step, _: &Path) -> io::Result<()> {
        match self.0.load(Ordering::Relaxed) {
            0 => Err(io::Error::other("power cut")),
            left => {
                self.0.store(left - 1, Ordering::Relaxed);
                Ok(())
            }
        }
    }
}

struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Self {
        Self(tempfile::tempdir().expect("a folder"))
    }
    fn data(&self) -> PathBuf {
        self.0.path().join("data")
    }
    fn file(&self) -> MasterSource {
        MasterSource::File(default_key_path(&self.data()))
    }
    fn open(&self, master: &MasterSource) -> Result<Keystore, KeyError> {
        Keystore::open_or_create(&self.data(), master, &SystemRandom)
    }
    fn failing(&self, master: &MasterSource, steps: u32) -> Result<Keystore, KeyError> {
        let durable = Durable::with_hazard(Arc::new(FailAt(AtomicU32::new(steps))));
        Keystore::open_or_create_with(&self.data(), master, &SystemRandom, durable)
    }
}

#[test]
fn keys_are_the_same_after_opening_again() {
    let folder = Folder::new();
    let first = folder.open(&folder.file()).expect("makes");
    let sealed = first.sealer(Purpose::Tail).seal(b"c", b"words", &SystemRandom);
    let numbered = first.numbered_sealer(Purpose::Database, 7).expect("a key").seal(b"c", b"page", &SystemRandom);
    let segment = first.create_segment_key([9; 16], &SystemRandom).expect("a key").seal(b"", b"block", &SystemRandom);
    let second = folder.open(&folder.file()).expect("opens");
    assert_eq!(second.sealer(Purpose::Tail).open(b"c", &sealed).expect("opens"), b"words");
    assert!(second.sealer(Purpose::Media).open(b"c", &sealed).is_err());
    assert_eq!(
        second.numbered_sealer(Purpose::Database, 7).expect("a key").open(b"c", &numbered).expect("opens"),
        b"page"
    );
    assert_eq!(second.segment_sealer(&[9; 16]).expect("kept").open(b"", &segment).expect("opens"), b"block");
    assert_eq!(second.hashing_key(), first.hashing_key());
    assert_eq!(second.signer().public(), first.signer().public());
    second.retain_segment_keys(&|_| false).expect("forgets");
    assert!(folder.open(&folder.file()).expect("opens").segment_sealer(&[9; 16]).is_none());
    assert!(matches!(first.check(), Err(KeyError::Malformed(_))));
    second.check().expect("as written");
}

#[test]
fn a_lost_key_is_missing_and_never_made_again() {
    let folder = Folder::new();
    folder.open(&folder.file()).expect("makes");
    let key = default_key_path(&folder.data());
    fs::rename(&key, folder.0.path().join("elsewhere")).expect("moves");
    assert!(matches!(folder.open(&folder.file()), Err(KeyError::Missing(path)) if path.ends_with("data.key")));
    assert!(!key.exists());
    fs::remove_file(keystore_path(&folder.data())).expect("removes");
    fs::create_dir(folder.data().join("segments")).expect("makes");
    assert!(matches!(folder.open(&folder.file()), Err(KeyError::Missing(path)) if path.ends_with("keystore")));
    assert!(!key.exists());
}

#[test]
fn a_wrong_key_touches_nothing() {
    let folder = Folder::new();
    folder.open(&folder.file()).expect("makes");
    let before = fs::read(keystore_path(&folder.data())).expect("reads");
    let other = MasterSource::File(folder.0.path().join("other.key"));
    master::write_file(&folder.0.path().join("other.key"), &[&master::new_key(&SystemRandom)], &Durable::default())
        .expect("writes");
    assert!(matches!(folder.open(&other), Err(KeyError::WrongKey)));
    let words = MasterSource::Passphrase(Zeroizing::new("correct horse".into()));
    assert!(matches!(folder.open(&words), Err(KeyError::WrongKey)));
    assert_eq!(fs::read(keystore_path(&folder.data())).expect("reads"), before);
}

#[test]
fn passphrases_open_and_the_master_can_change() {
    let folder = Folder::new();
    let words = MasterSource::Passphrase(Zeroizing::new("correct horse".into()));
    let keystore = folder.open(&words).expect("makes");
    let public = keystore.signer().public();
    assert!(!default_key_path(&folder.data()).exists());
    let wrong = MasterSource::Passphrase(Zeroizing::new("wrong horse".into()));
    assert!(matches!(folder.open(&wrong), Err(KeyError::WrongKey)));
    keystore.rotate_master(&folder.file(), &SystemRandom).expect("rotates");
    assert!(matches!(folder.open(&words), Err(KeyError::WrongKey)));
    let opened = folder.open(&folder.file()).expect("opens");
    assert_eq!(opened.signer().public(), public);
    let old = fs::read(default_key_path(&folder.data())).expect("reads");
    opened.rotate_master(&folder.file(), &SystemRandom).expect("rotates");
    assert_ne!(fs::read(default_key_path(&folder.data())).expect("reads"), old);
    opened.create_segment_key([1; 16], &SystemRandom).expect("writes under the new key");
    assert_eq!(folder.open(&folder.file()).expect("opens").signer().public(), public);
}

#[test]
fn a_crash_while_rotating_leaves_a_key_that_opens() {
    let mut steps = 0;
    loop {
        let folder = Folder::new();
        let public = folder.open(&folder.file()).expect("makes").signer().public();
        let rotated =
            folder.failing(&folder.file(), steps).expect("opens").rotate_master(&folder.file(), &SystemRandom);
        let opened = folder.open(&folder.file()).expect("opens whatever happened");
        assert_eq!(opened.signer().public(), public);
        if rotated.is_ok() {
            break;
        }
        steps += 1;
    }
    assert!(steps > 10, "rotation takes more than {steps} steps");
}

#[test]
fn a_crash_at_first_start_is_made_good_by_the_next() {
    let mut steps = 0;
    loop {
        let folder = Folder::new();
        let done = folder.failing(&folder.file(), steps).is_ok();
        folder.open(&folder.file()).expect("opens whatever happened");
        if done {
            break;
        }
        steps += 1;
    }
    assert!(steps > 5, "a first start takes more than {steps} steps");
}

#[test]
fn a_segment_key_that_was_not_written_is_not_kept() {
    let folder = Folder::new();
    folder.open(&folder.file()).expect("makes");
    let failing = folder.failing(&folder.file(), 2).expect("opens");
    assert!(failing.create_segment_key([1; 16], &SystemRandom).is_err());
    assert!(failing.segment_sealer(&[1; 16]).is_none());
}
