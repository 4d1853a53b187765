//! The check finds nothing wrong with a sound archive and something wrong with any other.

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use proptest::prelude::*;
use xinju_model::checkpoint::{Checkpoint, NoteKey};
use xinju_model::id::EntryIndex;
use xinju_model::record::{Entry, EntryKind};
use xinju_model::time::Timestamp;

use super::*;
use crate::disk::Disk;
use crate::store::tests::{World, append, permit, wait_sealed};

pub(crate) fn note_key(store: &Store) -> NoteKey {
    NoteKey { name: "test/log".into(), public: store.shared.keys.signer().public() }
}

/// Signs the ledger as it stands.
pub(crate) fn sign(store: &Store) {
    let tx = store.read().expect("reads");
    let checkpoint =
        Checkpoint { origin: "test/log".into(), size: tx.size(), root: tx.root(tx.size()).expect("a root") };
    let signature = store.shared.keys.signer().sign(checkpoint.body().as_bytes());
    let note = checkpoint.note(&note_key(store), &signature);
    let size = checkpoint.size;
    store.write(&permit(), move |tx| tx.put_checkpoint(size, Timestamp(1), &note)).expect("writes");
}

pub(crate) fn verified(store: &Store) -> VerifyReport {
    store.verify(&note_key(store), &mut |_| true).expect("checks")
}

/// Three segments, a tail, events and checkpoints in all places.
fn filled(world: &World) -> Store {
    let store = world.open();
    sign(&store);
    for number in 0..12 {
        append(&store, number * 5..number * 5 + 5).expect("writes");
        let event = move |tx: &mut crate::write::WriteTx<'_>| {
            tx.append_event(EntryKind::Audit, Timestamp(5), "test.act", "", &[("n", number.to_string())])
        };
        store.write(&permit(), event).expect("writes");
        sign(&store);
    }
    wait_sealed(&store, 4);
    store
}

#[test]
fn a_sound_archive_has_no_problems() {
    for entries in [16, 65_536] {
        let world = World::new(entries);
        let store = if entries == 16 { filled(&world) } else { world.open() };
        if entries > 16 {
            append(&store, 0..3000).expect("writes");
            sign(&store);
        }
        let report = verified(&store);
        assert_eq!(report.problems, Vec::<String>::new());
        let tx = store.read().expect("reads");
        assert_eq!(report.size, tx.size());
        assert_eq!(report.root, tx.root(tx.size()).expect("a root"));
        assert_eq!((report.records, report.checkpoints), if entries == 16 { (60, 13) } else { (3000, 1) });
    }
}

#[test]
fn a_check_can_be_stopped() {
    let world = World::new(16);
    let store = filled(&world);
    assert!(matches!(store.verify(&note_key(&store), &mut |_| false), Err(StoreError::Refused(_))));
}

#[test]
fn wrong_checkpoints_are_found() {
    let world = World::new(16);
    let store = filled(&world);
    let signer = store.shared.keys.signer();
    let put = |size: u64, checkpoint: &Checkpoint, seal: bool| {
        let signature = if seal { signer.sign(checkpoint.body().as_bytes()) } else { [0; 64] };
        let note = checkpoint.note(&note_key(&store), &signature);
        store.write(&permit(), move |tx| tx.put_checkpoint(size, Timestamp(1), &note)).expect("writes");
    };
    let forged = Checkpoint { origin: "test/log".into(), size: 7, root: [1; 32] };
    put(7, &forged, true);
    put(8, &Checkpoint { size: 8, ..forged.clone() }, false);
    put(9, &forged, true);
    put(1000, &Checkpoint { size: 1000, ..forged.clone() }, true);
    let problems = verified(&store).problems;
    assert_eq!(
        problems,
        [
            "the checkpoint of 7 entries has another root than they",
            "the checkpoint of 8 entries: not signed by test/log",
            "the checkpoint of 9 entries is another's",
            "the checkpoint of 1000 entries is beyond the ledger or can't be checked",
        ]
    );
}

/// All files of a data folder, the lock apart.
pub(crate) fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for item in fs::read_dir(folder).expect("a folder") {
        let path = item.expect("an item").path();
        if path.is_dir() {
            found.extend(files(&path));
        } else if !path.ends_with("lock") {
            found.push(path);
        }
    }
    found.sort();
    found
}

fn all_entries(store: &Store) -> Vec<Entry> {
    let mut entries = Vec::new();
    let tx = store.read().expect("reads");
    tx.entries(0..tx.size(), &mut |_, entry| {
        entries.push(entry.clone());
        true
    })
    .expect("reads");
    entries
}

/// What became of a changed archive: refused at opening, found by the check, or not harmed at all.
fn is_noticed_or_harmless(world: &World, entries: &[Entry]) -> Result<(), String> {
    let opened = catch_unwind(AssertUnwindSafe(|| world.open_on(Disk::default()))).map_err(|_| "opening panicked")?;
    let Ok(store) = opened else { return Ok(()) };
    let key = note_key(&store);
    let checked =
        catch_unwind(AssertUnwindSafe(|| store.verify(&key, &mut |_| true))).map_err(|_| "the check panicked")?;
    match checked {
        Err(_) => Ok(()),
        Ok(report) if !report.problems.is_empty() => Ok(()),
        Ok(_) if all_entries(&store) == entries => Ok(()),
        Ok(_) => Err("the check found nothing, and the entries are others".into()),
    }
}

/// A copy of a data folder, to begin each trial from.
struct Pristine {
    world: World,
    copy: tempfile::TempDir,
    entries: Vec<Entry>,
}

impl Pristine {
    fn new() -> Self {
        let world = World::new(16);
        let entries = all_entries(&filled(&world));
        let copy = tempfile::tempdir().expect("a folder");
        copy_files(&world.data(), copy.path());
        Self { world, copy, entries }
    }

    /// Changes one file of a fresh copy and holds the outcome against the promise.
    fn try_with(&self, file: &Path, change: impl FnOnce(&Path)) -> Result<(), String> {
        fs::remove_dir_all(self.world.data()).expect("removes");
        copy_files(self.copy.path(), &self.world.data());
        let file = file.strip_prefix(self.copy.path()).expect("in the copy");
        change(&self.world.data().join(file));
        is_noticed_or_harmless(&self.world, &self.entries)
    }
}

fn copy_files(from: &Path, to: &Path) {
    for file in files(from) {
        let copy = to.join(file.strip_prefix(from).expect("inside"));
        fs::create_dir_all(copy.parent().expect("a folder")).expect("makes");
        fs::copy(&file, copy).expect("copies");
    }
}

#[test]
fn any_changed_byte_is_noticed_or_harmless() {
    let pristine = Pristine::new();
    let all = files(pristine.copy.path());
    let (database, small): (Vec<_>, Vec<_>) = all.iter().partition(|file| file.ends_with("database"));
    let config = ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() };
    let mut runner = proptest::test_runner::TestRunner::new(config);
    // The database is much larger than all other files: half of the changes are kept out of it.
    let outcome = runner.run(
        &(any::<bool>(), any::<usize>(), any::<usize>(), 1..=255_u8),
        |(in_database, file, place, change)| {
            let from = if in_database { &database } else { &small };
            let file = from[file % from.len()];
            let outcome = pristine.try_with(file, |file| {
                let mut bytes = fs::read(file).expect("reads");
                let place = place % bytes.len();
                bytes[place] ^= change;
                fs::write(file, &bytes).expect("writes");
            });
            outcome.map_err(|why| TestCaseError::fail(format!("{}: {why}", file.display())))
        },
    );
    outcome.expect("every change is noticed or harmless");
}

#[test]
fn cut_and_missing_files_are_noticed() {
    let pristine = Pristine::new();
    for file in files(pristine.copy.path()) {
        let sound = fs::read(&file).expect("reads");
        for length in [0, 1, 100, sound.len() / 2, sound.len() - 1] {
            let outcome = pristine.try_with(&file, |file| fs::write(file, &sound[..length]).expect("writes"));
            outcome.unwrap_or_else(|why| panic!("{length} of {}: {why}", file.display()));
        }
        let outcome = pristine.try_with(&file, |file| fs::remove_file(file).expect("removes"));
        outcome.unwrap_or_else(|why| panic!("{} missing: {why}", file.display()));
    }
}

#[test]
fn a_damaged_segment_is_named_and_does_not_hide_the_rest() {
    let world = World::new(16);
    let store = filled(&world);
    let path = store.shared.segments()[1].path().to_owned();
    drop(store);
    let mut bytes = fs::read(&path).expect("reads");
    bytes[40] ^= 1;
    fs::write(&path, &bytes).expect("writes");
    let store = world.open();
    let report = verified(&store);
    assert!(report.problems.iter().all(|problem| problem.contains("segment 1")), "{:?}", report.problems);
    assert!(report.problems.iter().any(|problem| problem.starts_with("entries 16 to 31")), "{:?}", report.problems);
    assert_eq!(report.checkpoints, 13);
    let tx = store.read().expect("reads");
    assert!(tx.entry(EntryIndex(20)).is_err());
    assert!(tx.entry(EntryIndex(40)).expect("reads").is_some());
}
