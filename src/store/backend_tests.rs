//! The encrypted file: it reads back, refuses what was changed, and keeps one whole header whatever is torn.

use std::path::Path;

use proptest::prelude::*;
use xinju_keys::durable::{Durable, Hazard, Step};
use xinju_keys::keystore::Keystore;
use xinju_keys::master::{MasterSource, default_key_path};
use xinju_keys::random::SystemRandom;

use super::*;
use crate::compact::Caution;
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
        self.open_with(Durable::default(), Caution::default())
    }

    fn open_with(&self, durable: Durable, caution: Caution) -> Result<SealedFile, StoreError> {
        let raw = Disk { durable, wrap: None }.open(&self.path()).expect("opens");
        SealedFile::open(raw, &self.keys, Arc::new(SystemRandom), Arc::new(caution))
    }

    /// Opened as it is once all is in order.
    fn open_bold(&self, syncs: &Arc<Syncs>) -> SealedFile {
        let caution = Caution::default();
        caution.set(false);
        self.open_with(Durable::with_hazard(Arc::clone(syncs) as Arc<dyn Hazard>), caution).expect("opens")
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

/// A disk that counts its syncs, refuses one of them, and goes on as if nothing had been.
#[derive(Debug, Default)]
struct Syncs {
    seen: AtomicU64,
    refused: u64,
}

impl Syncs {
    fn seen(&self) -> u64 {
        self.seen.load(Ordering::SeqCst)
    }
}

impl Hazard for Syncs {
    fn meet(&self, step: Step, _: &Path) -> io::Result<()> {
        if step == Step::Sync && self.seen.fetch_add(1, Ordering::SeqCst) + 1 == self.refused {
            return Err(Error::other("refused"));
        }
        Ok(())
    }
}

#[test]
fn after_a_refused_sync_nothing_follows() {
    let place = Place::new();
    filled(&place);
    // Opening has the first.
    let hazard = Arc::new(Syncs { refused: 2, ..Syncs::default() });
    let file = place.open_with(Durable::with_hazard(hazard), Caution::default()).expect("opens");
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

/// Writes sectors 1 and 2 full of `byte` and a header of it, as redb commits: a sync of the pages, the primary bit turned, a sync of the header.
fn commit(file: &SealedFile, byte: u8) {
    let mut header = [byte; SECTOR];
    let mut before = [0; SECTOR];
    file.read(0, &mut before).expect("reads");
    header[PRIMARY.0] = before[PRIMARY.0];
    file.write(SECTOR as u64, &[byte; SECTOR]).expect("writes");
    file.write(2 * SECTOR as u64, &[byte; SECTOR]).expect("writes");
    file.write(0, &header).expect("writes");
    file.sync_data().expect("syncs");
    header[PRIMARY.0] ^= PRIMARY.1;
    file.write(0, &header).expect("writes");
    file.sync_data().expect("syncs");
}

/// What the header and the first sector hold.
fn held(place: &Place) -> (u8, u8) {
    let file = place.open().expect("opens");
    let (mut header, mut sector) = ([0; SECTOR], [0; SECTOR]);
    file.read(0, &mut header).expect("reads");
    file.read(SECTOR as u64, &mut sector).expect("reads");
    (header[0], sector[0])
}

#[test]
fn a_commit_is_durable_after_one_sync() {
    let place = Place::new();
    filled(&place);
    let syncs = Arc::new(Syncs::default());
    let file = place.open_bold(&syncs);
    let before = syncs.seen();
    commit(&file, 3);
    assert_eq!(syncs.seen() - before, 1);
    drop(file);
    assert_eq!(held(&place), (3, 3));
}

#[test]
fn a_header_without_its_sectors_does_not_count() {
    let place = Place::new();
    filled(&place);
    let file = place.open_bold(&Arc::default());
    commit(&file, 3);
    let before = std::fs::read(place.path()).expect("reads");
    // Sectors 1 and 2 are in use: the next commit has others, as redb's have.
    let mut header = [0; SECTOR];
    file.read(0, &mut header).expect("reads");
    file.write(3 * SECTOR as u64, &[4; SECTOR]).expect("writes");
    header[0] = 4;
    header[PRIMARY.0] ^= PRIMARY.1;
    file.write(0, &header).expect("writes");
    file.sync_data().expect("syncs");
    drop(file);
    let after = std::fs::read(place.path()).expect("reads");
    let range = |copy: u64| usize::try_from(copy).expect("small")..usize::try_from(copy).expect("small") + 2 * SECTOR;
    // The copy of before that is durable stands where the twin of now was written.
    let newest = COPIES.into_iter().filter(|copy| {
        let mut mixed = before.clone();
        mixed[range(*copy)].copy_from_slice(&after[range(*copy)]);
        std::fs::write(place.path(), &mixed).expect("writes");
        held(&place) == (3, 3)
    });
    assert_eq!(newest.count(), 1, "the twin says that its commit is durable, the other one names what is missing");
    std::fs::write(place.path(), &after).expect("writes");
    assert_eq!(held(&place), (4, 3));
}

#[test]
fn what_a_commit_names_is_not_written_over_before_its_twin_is_durable() {
    let place = Place::new();
    filled(&place);
    let syncs = Arc::new(Syncs::default());
    let file = place.open_bold(&syncs);
    commit(&file, 3);
    let before = syncs.seen();
    file.write(3 * SECTOR as u64, &[4; SECTOR]).expect("writes");
    assert_eq!(syncs.seen(), before, "it is not named");
    file.write(SECTOR as u64, &[4; SECTOR]).expect("writes");
    assert_eq!(syncs.seen(), before + 1);
    file.write(2 * SECTOR as u64, &[4; SECTOR]).expect("writes");
    assert_eq!(syncs.seen(), before + 1, "once is enough");
    commit(&file, 5);
    file.set_len(8 * SECTOR as u64).expect("grows");
    assert_eq!(syncs.seen(), before + 3, "nor may its end be cut off");
}

#[test]
fn more_sectors_than_a_copy_can_name_are_synced_first() {
    let place = Place::new();
    filled(&place);
    let syncs = Arc::new(Syncs::default());
    let file = place.open_bold(&syncs);
    file.set_len((NAMED_MAX as u64 + 10) * SECTOR as u64).expect("grows");
    let before = syncs.seen();
    file.write(SECTOR as u64, &vec![6; (NAMED_MAX + 1) * SECTOR]).expect("writes");
    commit(&file, 7);
    assert!(syncs.seen() > before + 1, "{}", syncs.seen());
    drop(file);
    assert_eq!(held(&place), (7, 7));
}

#[test]
fn a_sync_that_is_left_out_is_made_up_for_at_the_end() {
    let place = Place::new();
    filled(&place);
    let syncs = Arc::new(Syncs::default());
    let file = place.open_bold(&syncs);
    let before = syncs.seen();
    file.write(3 * SECTOR as u64, &[4; SECTOR]).expect("writes");
    file.write(0, &[8]).expect("writes");
    file.sync_data().expect("syncs");
    assert_eq!(syncs.seen(), before, "nobody was promised anything");
    file.close().expect("closes");
    assert_eq!(syncs.seen(), before + 1);
    drop(file);
    assert_eq!(held(&place), (8, 1));
}
