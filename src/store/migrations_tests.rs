//! Old folders open and lose nothing, newer ones are refused, and there is a copy from before.

use std::fs;
use std::path::{Path, PathBuf};

use redb::TableDefinition;
use xinju_keys::random::SystemRandom;
use xinju_model::id::EntryIndex;
use xinju_model::time::Timestamp;

use super::*;
use crate::open::open_with;
use crate::read::{ConversationFilter, Page};
use crate::store::tests::{World, append, permit, record};
use crate::verify::tests::{sign, verified};

const ADDED: TableDefinition<'_, &str, u64> = TableDefinition::new("added-by-a-migration");

fn add_a_table(tx: &WriteTransaction) -> Result<(), StoreError> {
    tx.open_table(ADDED)?.insert("size", crate::totals::Totals::read(&tx.open_table(META)?)?.size)?;
    Ok(())
}

fn fail(_: &WriteTransaction) -> Result<(), StoreError> {
    Err(StoreError::Refused("not today".into()))
}

const STEPS: &[Migration] = &[
    Migration { to: FORMAT + 1, name: "add a table", run: add_a_table },
    Migration { to: FORMAT + 2, name: "nothing", run: |_| Ok(()) },
];
/// The format that [`STEPS`] end with.
const NEXT: u32 = FORMAT + 2;

fn migrate(world: &World, known: u32, steps: &'static [Migration]) -> Result<crate::shared::Shared, StoreError> {
    let keys = world.keys(&Disk::default())?;
    let random = std::sync::Arc::new(SystemRandom);
    open_with(&world.data(), keys, random, world.options, Disk::default(), known, steps)
}

fn format_of(shared: &crate::shared::Shared) -> u32 {
    let table = shared.begin_read().expect("reads").open_table(META).expect("there");
    format_in(&table).expect("a format")
}

#[test]
fn steps_run_once_in_order_with_a_copy_from_before() {
    let world = World::new(16);
    append(&world.open(), 0..20).expect("writes");
    let shared = migrate(&world, NEXT, STEPS).expect("migrates");
    assert_eq!(format_of(&shared), NEXT);
    let size = shared.begin_read().expect("reads").open_table(ADDED).expect("was added").get("size").expect("reads");
    assert_eq!(size.map(|size| size.value()), Some(20));
    drop(shared);
    let copy = world.data().join(format!("before-format-{}", FORMAT + 1));
    assert!(copy.join("keystore").exists());
    assert!(matches!(world.open_on(Disk::default()), Err(StoreError::Newer { found: NEXT, known: FORMAT })));
    drop(migrate(&world, NEXT, STEPS).expect("has nothing to do"));
    fs::copy(copy.join("database"), database_path(&world.data())).expect("copies");
    let store = world.open();
    assert_eq!(store.size(), 20);
    assert_eq!(verified(&store).problems, Vec::<String>::new());
}

#[test]
fn a_failed_step_leaves_the_format_before_and_can_be_tried_again() {
    const FAILING: &[Migration] = &[
        Migration { to: FORMAT + 1, name: "add a table", run: add_a_table },
        Migration { to: NEXT, name: "fail", run: fail },
    ];
    let world = World::new(16);
    append(&world.open(), 0..3).expect("writes");
    assert!(matches!(migrate(&world, NEXT, FAILING), Err(StoreError::Refused(_))));
    let shared = migrate(&world, NEXT, STEPS).expect("migrates");
    assert_eq!(format_of(&shared), NEXT);
    assert!(world.data().join(format!("before-format-{}", FORMAT + 1)).exists());
}

#[test]
fn steps_are_numbered_without_a_gap() {
    let numbers: Vec<u32> = std::iter::once(1).chain(MIGRATIONS.iter().map(|migration| migration.to)).collect();
    assert_eq!(numbers, (1..=FORMAT).collect::<Vec<_>>());
}

/// Where the folders of all formats are kept.
fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/data")
}

/// Files of a fixture are kept compressed: an empty database is mostly zeros.
fn unpack(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("makes");
    for item in fs::read_dir(from).expect("a folder") {
        let path = item.expect("an item").path();
        let name = path.file_name().expect("a name").to_str().expect("text").to_owned();
        if path.is_dir() {
            unpack(&path, &to.join(name));
        } else if let Some(name) = name.strip_suffix(".zst") {
            let bytes = zstd::decode_all(fs::File::open(&path).expect("opens")).expect("zstd");
            fs::write(to.join(name), bytes).expect("writes");
        }
    }
}

/// What every fixture holds; see [`make_a_fixture`].
fn check_fixture(world: &World) {
    let store = world.open();
    let report = verified(&store);
    assert_eq!(report.problems, Vec::<String>::new());
    assert_eq!((report.size, report.records, report.checkpoints), (40, 40, 1));
    let tx = store.read().expect("reads");
    assert_eq!(tx.stats().expect("reads").segments, 2);
    for index in 0..40 {
        let entry = tx.entry(EntryIndex(index)).expect("reads").expect("there");
        assert_eq!(entry.body, record(index).entry.body);
    }
    let all = tx.conversations(&ConversationFilter::default(), &Page { after: None, limit: 100 }).expect("reads");
    assert_eq!((all.len(), all[0].last_at), (7, Timestamp(1_600_000_000_039)));
    assert_eq!(tx.customers(None, &Page { after: None, limit: 100 }).expect("reads").len(), 7);
    assert_eq!(tx.setting("fixture").expect("reads").as_deref(), Some(b"value".as_slice()));
    drop(tx);
    append(&store, 39..41).expect("writes");
    assert_eq!(store.size(), 41);
}

#[test]
fn folders_of_every_format_open() {
    let mut formats = 0;
    for item in fs::read_dir(fixtures()).expect("a folder") {
        let path = item.expect("an item").path();
        if path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("format-")) {
            let world = World::new(16);
            unpack(&path.join("data"), &world.data());
            fs::copy(path.join("key.txt"), xinju_keys::master::default_key_path(&world.data())).expect("copies");
            check_fixture(&world);
            formats += 1;
        }
    }
    assert_eq!(formats, FORMAT);
}

/// Makes the fixture of this format: `cargo test -p xinju-store make_a_fixture -- --ignored`. Once released it is never made again.
#[test]
#[ignore = "writes the fixture of a new format"]
fn make_a_fixture() {
    let folder = fixtures().join(format!("format-{FORMAT}"));
    assert!(!folder.exists(), "the fixture of a format is made once");
    let world = World::new(16);
    let store = world.open();
    append(&store, 0..40).expect("writes");
    store.write(&permit(), |tx| tx.put_setting("fixture", Some(b"value"))).expect("writes");
    crate::store::tests::wait_sealed(&store, 2);
    sign(&store);
    drop(store);
    fs::create_dir_all(&folder).expect("makes");
    fs::copy(xinju_keys::master::default_key_path(&world.data()), folder.join("key.txt")).expect("copies");
    for file in crate::verify::tests::files(&world.data()) {
        let packed = folder.join("data").join(file.strip_prefix(world.data()).expect("inside"));
        let packed = xinju_keys::durable::beside(&packed, ".zst");
        fs::create_dir_all(packed.parent().expect("a folder")).expect("makes");
        fs::write(packed, zstd::encode_all(fs::File::open(&file).expect("opens"), 19).expect("packs")).expect("writes");
    }
}
