//! Old folders open and lose nothing, newer ones are refused, and there is a copy from before.

use std::fs;
use std::path::{Path, PathBuf};

use redb::TableDefinition;
use xinju_keys::random::SystemRandom;
use xinju_model::access::Scope;
use xinju_model::id::EntryIndex;
use xinju_model::role::BuiltIn;
use xinju_model::staff::StaffState;
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

/// A folder of an old format as a world of its own.
fn unpacked(format: u32) -> World {
    let (world, fixture) = (World::new(16), fixtures().join(format!("format-{format}")));
    unpack(&fixture.join("data"), &world.data());
    fs::copy(fixture.join("key.txt"), xinju_keys::master::default_key_path(&world.data())).expect("copies");
    world
}

/// Puts a user's row as format 1 had it.
fn put_old_user(tx: &WriteTransaction, number: u8, role: &str) -> Result<(), StoreError> {
    let id = xinju_model::id::UserId([number; 16]);
    let json = format!(
        r#"{{"user":{{"id":"{id}","login":"{role}","name":"N","role":"{role}","active":true,"created_at":5,"signed_in_at":null}},"password":"p"}}"#
    );
    let row = [&[1], json.as_bytes()].concat();
    tx.open_table(crate::tables::USERS)?.insert(id.0, row.as_slice())?;
    tx.open_table(crate::tables::LOGINS)?.insert(role, id.0)?;
    Ok(())
}

#[test]
fn users_of_format_1_get_their_roles_and_customers_their_owners() {
    let world = unpacked(1);
    let old = open_with(
        &world.data(),
        world.keys(&Disk::default()).expect("keys"),
        std::sync::Arc::new(SystemRandom),
        world.options,
        Disk::default(),
        1,
        &[],
    );
    let old = old.expect("opens as its own version did");
    let tx = old.begin_write().expect("a write");
    for (number, role) in [(1, "administrator"), (2, "compliance"), (3, "staff")] {
        put_old_user(&tx, number, role).expect("written");
    }
    tx.commit().expect("commits");
    drop(old);
    let store = world.open();
    assert!(world.data().join("before-format-2").exists());
    let tx = store.read().expect("reads");
    let roles: Vec<_> = tx.users().expect("reads").into_iter().map(|row| (row.user.login, row.user.roles)).collect();
    let expected =
        [("administrator", BuiltIn::Owner), ("compliance", BuiltIn::SecurityAdministrator), ("staff", BuiltIn::Staff)];
    assert_eq!(roles, expected.map(|(login, role)| (login.to_owned(), vec![role.id()])));
    let staff = tx.all_staff().expect("reads");
    assert!(!staff.is_empty() && staff.iter().all(|one| one.state == StaffState::Active));
    let customers = tx.customers(&Scope::Everything, None, &Page { after: None, limit: 100 }).expect("reads");
    for customer in customers {
        let owner = tx.ownership(customer.id).expect("reads").owner().expect("an owner");
        assert!(tx.owned_by(owner).expect("reads").contains(&customer.id));
        let writes = staff.iter().any(|one| one.id == owner);
        assert!(writes, "the owner is who wrote with the customer");
    }
}

#[test]
fn roles_of_format_3_mask_and_names_of_customers_are_sorted_masked() {
    use crate::tables::{CUSTOMER_NAMES, CUSTOMERS, ROLES};

    let world = unpacked(3);
    let keys = world.keys(&Disk::default()).expect("keys");
    let random = std::sync::Arc::new(SystemRandom);
    let old = open_with(&world.data(), keys, random, world.options, Disk::default(), 3, &[]);
    let old = old.expect("opens as its own version did");
    let (role, customer) = (xinju_model::id::RoleId([9; 16]), xinju_model::id::CustomerId([0xEE; 16]));
    let (id_number, shown) = ("11010519491231002X", "110***********002X");
    let put = |tx: &redb::WriteTransaction| -> Result<(), StoreError> {
        let row = format!(r#"{{"id":"{role}","name":"n","actions":["search"],"scope":"department"}}"#);
        tx.open_table(ROLES)?.insert(role.0, [&[1], row.as_bytes()].concat().as_slice())?;
        let row = format!(
            r#"{{"id":"{customer}","name":"王{id_number}","company":null,"position":null,"identities":[],"followers":[],"listed":true}}"#
        );
        tx.open_table(CUSTOMERS)?.insert(customer.0, [&[1], row.as_bytes()].concat().as_slice())?;
        let key = crate::customer::name_key(&format!("王{id_number}"), customer);
        tx.open_table(CUSTOMER_NAMES)?.insert(key.as_slice(), format!("王{id_number}").to_lowercase().as_str())?;
        Ok(())
    };
    let tx = old.begin_write().expect("a write");
    put(&tx).expect("written");
    tx.commit().expect("commits");
    drop(old);
    let store = world.open();
    let tx = store.read().expect("reads");
    assert_eq!(tx.role(role).expect("reads").expect("there").masks.names(), "id_number bank_card");
    let behind = |name: &str| {
        let page = Page { after: Some((name.to_owned(), xinju_model::id::CustomerId([0; 16]))), limit: 100 };
        let found = tx.customers(&Scope::Everything, None, &page).expect("reads");
        found.iter().any(|one| one.id == customer)
    };
    assert!(behind(&format!("王{shown}")) && !behind("王1101"), "it stands at its masked name, once");
    let words = |words, masked| {
        let words = crate::read::CustomerWords { words, masked };
        tx.customers(&Scope::Everything, Some(words), &Page { after: None, limit: 9 }).expect("reads").len()
    };
    assert_eq!([words("1949", false), words("1949", true), words("王", true)], [1, 0, 1]);
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
    let all = tx
        .conversations(&Scope::Everything, &ConversationFilter::default(), &Page { after: None, limit: 100 })
        .expect("reads");
    assert_eq!((all.len(), all[0].last_at), (7, Timestamp(1_600_000_000_039)));
    let customers = tx.customers(&Scope::Everything, None, &Page { after: None, limit: 100 }).expect("reads");
    assert_eq!(customers.len(), 7);
    assert_eq!(tx.ownership(customers[0].id).expect("reads").tenures().len(), 1);
    assert_eq!(tx.setting("fixture").expect("reads").as_deref(), Some(b"value".as_slice()));
    drop(tx);
    append(&store, 39..41).expect("writes");
    assert_eq!(store.size(), 41);
}

#[test]
fn folders_of_every_format_open() {
    let mut formats = 0;
    for item in fs::read_dir(fixtures()).expect("a folder") {
        let name = item.expect("an item").file_name().to_string_lossy().into_owned();
        if let Some(format) = name.strip_prefix("format-") {
            check_fixture(&unpacked(format.parse().expect("a number")));
            formats += 1;
        }
    }
    assert_eq!(formats, FORMAT);
}

#[test]
fn a_database_of_version_1_turns_into_one_of_version_2_after_the_copy() {
    let version = |path: PathBuf| fs::read(path).expect("reads").get(7).copied();
    let world = unpacked(4);
    let store = world.open();
    assert_eq!(version(world.data().join("before-format-5/database")), Some(1), "its own version can open it");
    append(&store, 39..41).expect("writes");
    drop(store);
    assert_eq!(version(database_path(&world.data())), Some(2));
    assert_eq!(world.open().size(), 41);
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
