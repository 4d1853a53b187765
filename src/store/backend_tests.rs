//! The encrypted file: it reads back, refuses what was changed, and keeps one whole header whatever is torn.

use std::path::Path;

use proptest::prelude::*;
use xinju_keys::durable::{Durable, Hazard, Step};
use xinju_keys::keystore::Keystore;
use xinju_keys::master::{MasterSource, default_key_path};
use xinju_keys::random::SystemRandom;

use super::*;
use crate::disk::Disk;

struct Place {
    folder: tempfile::TempDir,
    keys: Keystore,
}

impl Place {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let master = MasterSource::File(default_key_path(&folder.path().join("data")));
        let keys = Keystore::open_or_create(&folder.path().join("data"), &master, &SystemRandom).expect("keys");
        Self { folder, keys }
    }

    fn path(&self) -> std::path::PathBuf {
        self.folder.path().join("database")
    }

    fn open(&self) -> Result<SealedFile, StoreError> {
        let raw = Disk::default().open(&self.path()).expect("opens");
        SealedFile::open(raw, &self.keys, Arc::new(SystemRandom), Arc::default())
    }
}

fn change(path: &Path, place: u64, bytes: &[u8]) {
    let mut all = std::fs::read(path).expect("reads");
    let place = usize::try_from(place).expect("small");
    all[place..place + bytes.len()].copy_from_slice(bytes);
    std::fs::write(path, all).expect("writes");
}

#[derive(Clone, Debug)]
enum Act {
    Write(usize, Vec<u8>),
    Length(u64),
    Sync,
    Reopen,
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    let write = (0..5 * SECTOR, proptest::collection::vec(any::<u8>(), 1..3 * SECTOR));
    let act = prop_oneof![
        4 => write.prop_map(|(place, bytes)| Act::Write(place, bytes)),
        1 => (1..6_u64).prop_map(Act::Length),
        1 => Just(Act::Sync),
        1 => Just(Act::Reopen),
    ];
    proptest::collection::vec(act, 0..20)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, ..ProptestConfig::default() })]

    #[test]
    fn it_is_a_file_like_any_other(acts in acts()) {
        let place = Place::new();
        let mut file = place.open().expect("opens");
        let mut model = vec![0; SECTOR];
        file.set_len(SECTOR as u64).expect("grows");
        file.sync_data().expect("syncs");
        for act in acts {
            match act {
                Act::Write(at, bytes) => {
                    let fits = at + bytes.len() <= model.len();
                    prop_assert_eq!(file.write(at as u64, &bytes).is_ok(), fits);
                    if fits {
                        model[at..at + bytes.len()].copy_from_slice(&bytes);
                    }
                }
                Act::Length(sectors) => {
                    file.set_len(sectors * SECTOR as u64).expect("changes");
                    model.resize(usize::try_from(sectors).expect("small") * SECTOR, 0);
                }
                Act::Sync => file.sync_data().expect("syncs"),
                Act::Reopen => {
                    file.close().expect("closes");
                    drop(file);
                    file = place.open().expect("opens");
                }
            }
            let mut all = vec![0; model.len()];
            prop_assert_eq!(file.len().expect("a length"), model.len() as u64);
            file.read(0, &mut all).expect("reads");
            prop_assert_eq!(&all, &model);
            let half = model.len() / 2 + 7;
            file.read(7, &mut all[7..half]).expect("reads");
            prop_assert_eq!(&all, &model);
        }
    }
}

/// Three sectors, the first two of which hold ones and twos.
fn filled(place: &Place) {
    let file = place.open().expect("opens");
    file.set_len(4 * SECTOR as u64).expect("grows");
    file.write(0, &[9; SECTOR]).expect("writes");
    file.write(SECTOR as u64, &[1; SECTOR]).expect("writes");
    file.write(2 * SECTOR as u64, &[2; SECTOR]).expect("writes");
    file.sync_data().expect("syncs");
    file.close().expect("closes");
}

#[test]
fn nothing_of_it_is_plain() {
    let place = Place::new();
    filled(&place);
    let bytes = std::fs::read(place.path()).expect("reads");
    assert!(!bytes.windows(64).any(|window| [1, 2, 9].iter().any(|byte| window == [*byte; 64])));
}

#[test]
fn changed_and_swapped_sectors_are_refused() {
    let place = Place::new();
    filled(&place);
    let sound = std::fs::read(place.path()).expect("reads");
    let mut out = [0; SECTOR];
    change(&place.path(), BODY + 100, &[sound[usize::try_from(BODY).expect("small") + 100] ^ 1]);
    let file = place.open().expect("opens");
    assert!(file.read(SECTOR as u64, &mut out).is_err_and(|error| error.kind() == ErrorKind::InvalidData));
    file.read(2 * SECTOR as u64, &mut out).expect("is not touched");
    drop(file);
    let start = usize::try_from(BODY).expect("small");
    let mut swapped = sound.clone();
    swapped[start..start + SEALED].copy_from_slice(&sound[start + SEALED..start + 2 * SEALED]);
    std::fs::write(place.path(), &swapped).expect("writes");
    assert!(place.open().expect("opens").read(SECTOR as u64, &mut out).is_err());
}

#[test]
fn one_whole_header_is_enough_and_none_is_refused() {
    let place = Place::new();
    filled(&place);
    let mut out = [0; SECTOR];
    for copy in COPIES {
        let sound = std::fs::read(place.path()).expect("reads");
        change(&place.path(), copy + 10, &[0; 3000]);
        place.open().expect("opens").read(0, &mut out).expect("reads");
        assert_eq!(out, [9; SECTOR]);
        std::fs::write(place.path(), sound).expect("writes");
    }
    for copy in COPIES {
        change(&place.path(), copy + 10, &[0; 3000]);
    }
    assert!(matches!(place.open(), Err(StoreError::Damaged(_))));
}

#[test]
fn a_header_that_was_not_synced_is_the_one_before() {
    let place = Place::new();
    filled(&place);
    let file = place.open().expect("opens");
    file.write(0, &[7; 10]).expect("writes");
    drop(file);
    let mut out = [0; 10];
    place.open().expect("opens").read(0, &mut out).expect("reads");
    assert_eq!(out, [9; 10]);
}

/// A disk that refuses its first sync and goes on as if nothing had been.
#[derive(Debug, Default)]
struct RefusedOnce(AtomicBool);

impl Hazard for RefusedOnce {
    fn meet(&self, step: Step, _: &Path) -> io::Result<()> {
        if step == Step::Sync && !self.0.swap(true, Ordering::SeqCst) {
            return Err(Error::other("refused"));
        }
        Ok(())
    }
}

#[test]
fn after_a_refused_sync_nothing_follows() {
    let place = Place::new();
    filled(&place);
    let disk = Disk { durable: Durable::with_hazard(Arc::new(RefusedOnce::default())), wrap: None };
    let raw = disk.open(&place.path()).expect("opens");
    let file = SealedFile::open(raw, &place.keys, Arc::new(SystemRandom), Arc::default()).expect("opens");
    file.write(SECTOR as u64, &[3; SECTOR]).expect("writes");
    file.write(0, &[7; 10]).expect("writes");
    assert!(file.sync_data().is_err());
    let left = std::fs::read(place.path()).expect("reads");
    assert!(file.sync_data().is_err());
    assert!(file.write(SECTOR as u64, &[4; SECTOR]).is_err());
    assert!(file.set_len(9 * SECTOR as u64).is_err());
    assert!(file.close().is_err());
    assert_eq!(std::fs::read(place.path()).expect("reads"), left);
    let mut out = [0; 10];
    place.open().expect("opens").read(0, &mut out).expect("reads");
    assert_eq!(out, [9; 10], "the header speaks of what was durable");
}

#[test]
fn other_and_cut_files_are_refused() {
    let place = Place::new();
    filled(&place);
    let sound = std::fs::read(place.path()).expect("reads");
    for length in [1, 100, 5000, sound.len() - 1] {
        std::fs::write(place.path(), &sound[..length]).expect("writes");
        assert!(place.open().is_err(), "{length}");
    }
    std::fs::write(place.path(), vec![7; sound.len()]).expect("writes");
    assert!(matches!(place.open(), Err(StoreError::Damaged(_))));
    std::fs::write(place.path(), &sound).expect("writes");
    let other = Place::new();
    std::fs::copy(place.path(), other.path()).expect("copies");
    assert!(matches!(other.open(), Err(StoreError::Damaged(_))));
}
