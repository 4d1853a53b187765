//! Opening, appending, reading, and what a failed write leaves behind.

use std::sync::{Arc, LazyLock};

use xinju_keys::keystore::Keystore;
use xinju_keys::master::{MasterSource, default_key_path};
use xinju_keys::random::SystemRandom;
use xinju_model::access::{Action, Permit, Scope, Viewer, authorize};
use xinju_model::channel::Channel;
use xinju_model::conversation::ConversationKind;
use xinju_model::entry::entry_leaf;
use xinju_model::facts::facts;
use xinju_model::id::{EntryIndex, UserId};
use xinju_model::ledger::{Hash, root_of, verify_consistency, verify_inclusion};
use xinju_model::record::{Entry, EntryKind, Format, Origin, Source, Via};
use xinju_model::time::Timestamp;
use xinju_model::user::User;

use super::*;
use crate::read::{ConversationFilter, CustomerWords, Page};
use crate::write::{Accepted, NewRecord, UserRow};

pub(crate) struct World {
    folder: tempfile::TempDir,
    pub(crate) options: StoreOptions,
}

impl World {
    pub(crate) fn new(segment_entries: u64) -> Self {
        let options = StoreOptions { segment_entries, ..StoreOptions::default() };
        Self { folder: tempfile::tempdir().expect("a folder"), options }
    }

    pub(crate) fn data(&self) -> std::path::PathBuf {
        self.folder.path().join("data")
    }

    pub(crate) fn keys(&self, disk: &Disk) -> Result<Arc<Keystore>, StoreError> {
        let master = MasterSource::File(default_key_path(&self.data()));
        Ok(Arc::new(Keystore::open_or_create_with(&self.data(), &master, &SystemRandom, disk.durable.clone())?))
    }

    pub(crate) fn open_on(&self, disk: Disk) -> Result<Store, StoreError> {
        let keys = self.keys(&disk)?;
        Store::open_on(&self.data(), keys, Arc::new(SystemRandom), self.options, disk)
    }

    pub(crate) fn open(&self) -> Store {
        self.open_on(Disk::default()).expect("opens")
    }
}

pub(crate) fn permit() -> Permit {
    authorize(&Viewer::system(), Action::Import).expect("the system may")
}

pub(crate) fn source() -> Arc<Source> {
    static SOURCE: LazyLock<Arc<Source>> = LazyLock::new(|| {
        Arc::new(Source {
            channel: Channel::Wecom,
            account: "corp".into(),
            format: Format::WecomJson,
            via: Via::Collector,
            import: None,
        })
    });
    Arc::clone(&SOURCE)
}

pub(crate) fn record_of(json: &str, number: u64) -> NewRecord {
    let mut seed = [0; 16];
    xinju_model::id::Random::fill(&SystemRandom, &mut seed);
    let entry = Entry {
        kind: EntryKind::Record,
        at: Timestamp(1_700_000_000_000 + i64::try_from(number).expect("small")),
        seed,
        origin: Some(Origin { source: source(), cursor: Some(number), sequence: None }),
        body: json.as_bytes().to_vec(),
    };
    let read = facts(Format::WecomJson, "corp", &entry.body);
    NewRecord::new(entry, read)
}

/// A text message in one of seven conversations.
pub(crate) fn record(number: u64) -> NewRecord {
    let customer = number % 7;
    record_of(
        &format!(
            r#"{{"msgid":"id{number}","action":"send","from":"wm{customer}","tolist":["Staff1"],"roomid":"","msgtime":{},"msgtype":"text","text":{{"content":"message {number}"}}}}"#,
            1_600_000_000_000 + number
        ),
        number,
    )
}

pub(crate) fn append(store: &Store, numbers: std::ops::Range<u64>) -> Result<Vec<Accepted>, StoreError> {
    let records: Vec<NewRecord> = numbers.map(record).collect();
    store.write(&permit(), move |tx| tx.append_records(&records))
}

/// Everything that the ledger promises of all entries: leaves follow from bytes, roots from leaves, proofs verify.
pub(crate) fn check_ledger(store: &Store) {
    let tx = store.read().expect("reads");
    let mut leaves: Vec<Hash> = Vec::new();
    tx.entries(0..tx.size(), &mut |index, entry| {
        assert_eq!(index.0, leaves.len() as u64);
        leaves.push(entry_leaf(entry, None));
        true
    })
    .expect("reads");
    assert_eq!(leaves.len() as u64, tx.size());
    let root = root_of(&leaves);
    assert_eq!(tx.root(tx.size()).expect("a root"), root);
    for index in (0..tx.size()).step_by(1 + leaves.len() / 40) {
        let leaf = tx.leaf(EntryIndex(index)).expect("reads").expect("there");
        assert_eq!(leaf, leaves[usize::try_from(index).expect("small")]);
        assert_eq!(entry_leaf(&tx.entry(EntryIndex(index)).expect("reads").expect("there"), None), leaf);
        let path = tx.inclusion(EntryIndex(index), tx.size()).expect("a path");
        assert!(verify_inclusion(&leaf, index, tx.size(), &path, &root));
        let old = tx.root(index).expect("a root");
        assert_eq!(old, root_of(&leaves[..usize::try_from(index).expect("small")]));
        let proof = tx.consistency(index, tx.size()).expect("a proof");
        assert!(verify_consistency(index, &old, tx.size(), &root, &proof));
    }
}

#[test]
fn records_are_there_after_opening_again() {
    let world = World::new(65_536);
    let store = world.open();
    assert_eq!(
        append(&store, 0..3).expect("writes"),
        (0..3).map(|n| Accepted::Added(EntryIndex(n))).collect::<Vec<_>>()
    );
    assert_eq!(append(&store, 1..2).expect("writes"), [Accepted::Known(EntryIndex(1))]);
    assert_eq!(append(&store, 3..2000).expect("writes").len(), 1997);
    check_ledger(&store);
    drop(store);
    let store = world.open();
    assert_eq!(store.size(), 2000);
    check_ledger(&store);
    assert_eq!(
        append(&store, 1999..2001).expect("writes"),
        [Accepted::Known(EntryIndex(1999)), Accepted::Added(EntryIndex(2000))]
    );
    let tx = store.read().expect("reads");
    assert_eq!(tx.find_source_id(Channel::Wecom, "corp", "id1500").expect("reads"), Some(EntryIndex(1500)));
    assert_eq!(tx.find_source_id(Channel::Wecom, "other", "id1500").expect("reads"), None);
    assert_eq!(tx.stats().expect("reads").records, 2001);
}

#[test]
fn copies_inside_one_batch_are_known() {
    let world = World::new(65_536);
    let store = world.open();
    let records = vec![record(5), record(5), record(6)];
    let accepted = store.write(&permit(), move |tx| tx.append_records(&records)).expect("writes");
    assert_eq!(
        accepted,
        [Accepted::Added(EntryIndex(0)), Accepted::Known(EntryIndex(0)), Accepted::Added(EntryIndex(1))]
    );
}

#[test]
fn conversations_follow_their_records() {
    let world = World::new(65_536);
    let store = world.open();
    append(&store, 0..100).expect("writes");
    append(&store, 100..150).expect("writes");
    let tx = store.read().expect("reads");
    let all = tx
        .conversations(&Scope::Everything, &ConversationFilter::default(), &Page { after: None, limit: 100 })
        .expect("reads");
    assert_eq!(all.len(), 7);
    assert!(all.is_sorted_by_key(|conversation| std::cmp::Reverse(conversation.last_at)));
    assert_eq!(all.iter().map(|conversation| conversation.count).sum::<u64>(), 150);
    let first = &all[0];
    assert_eq!(first.last_entry, EntryIndex(149));
    assert_eq!(first.last_at, Timestamp(1_600_000_000_149));
    assert_eq!(first.parties.iter().map(|party| party.id.as_str()).collect::<Vec<_>>(), ["Staff1", "wm2"]);
    let after = Some((all[2].last_at, all[2].id));
    let rest =
        tx.conversations(&Scope::Everything, &ConversationFilter::default(), &Page { after, limit: 2 }).expect("reads");
    assert_eq!(rest, all[3..5]);
    let mine = ConversationFilter { party: Some(vec!["wm3".into()]), kind: Some(ConversationKind::Single) };
    assert_eq!(tx.count_conversations(&Scope::Everything, &mine).expect("reads"), 1);
    let found = tx.conversations(&Scope::Everything, &mine, &Page { after: None, limit: 10 }).expect("reads");
    assert_eq!(found[0].parties[1].id, "wm3");
    let staff = ConversationFilter { party: Some(vec!["STAFF1".into()]), kind: None };
    assert_eq!(tx.count_conversations(&Scope::Everything, &staff).expect("reads"), 7);
    let groups = ConversationFilter { party: None, kind: Some(ConversationKind::Group) };
    assert_eq!(tx.count_conversations(&Scope::Everything, &groups).expect("reads"), 0);
    let mut sequences: Vec<Option<u64>> = Vec::new();
    tx.entries(0..150, &mut |index, entry| {
        if index.0 % 7 == 2 {
            sequences.push(entry.origin.as_ref().expect("a record").sequence);
        }
        true
    })
    .expect("reads");
    assert_eq!(sequences, (0..22).map(Some).collect::<Vec<_>>());
}

#[test]
fn people_who_are_in_no_directory_get_rows() {
    let world = World::new(65_536);
    let store = world.open();
    append(&store, 0..7).expect("writes");
    let tx = store.read().expect("reads");
    assert_eq!(tx.all_staff().expect("reads").iter().map(|one| one.account.as_str()).collect::<Vec<_>>(), ["Staff1"]);
    let customers = tx.customers(&Scope::Everything, None, &Page { after: None, limit: 100 }).expect("reads");
    assert_eq!(customers.len(), 7);
    assert!(customers.iter().all(|customer| !customer.listed));
    let words = CustomerWords { words: "wm4", masked: false };
    let found = tx.customers(&Scope::Everything, Some(words), &Page { after: None, limit: 100 }).expect("reads");
    assert_eq!(found.iter().map(|customer| customer.identities[0].id.as_str()).collect::<Vec<_>>(), ["wm4"]);
}

#[test]
fn recalls_find_their_message_whichever_comes_first() {
    let recall = |number: u64, of: u64| {
        record_of(
            &format!(
                r#"{{"msgid":"recall{number}","action":"recall","from":"wm1","tolist":["Staff1"],"msgtime":1600000000000,"msgtype":"revoke","revoke":{{"pre_msgid":"id{of}"}}}}"#
            ),
            number,
        )
    };
    let world = World::new(65_536);
    let store = world.open();
    append(&store, 0..10).expect("writes");
    let records = vec![recall(1, 3), recall(2, 20), recall(3, 3)];
    store.write(&permit(), move |tx| tx.append_records(&records)).expect("writes");
    append(&store, 20..21).expect("writes");
    let tx = store.read().expect("reads");
    assert_eq!(tx.recall_of(EntryIndex(3)).expect("reads"), Some(EntryIndex(10)));
    assert_eq!(tx.recall_of(EntryIndex(13)).expect("reads"), Some(EntryIndex(11)));
    assert_eq!(tx.recalled().expect("reads"), [EntryIndex(3), EntryIndex(13)]);
}

#[test]
fn a_refused_write_leaves_nothing_and_others_stand() {
    let world = World::new(65_536);
    let store = Arc::new(world.open());
    let refused = store.write(&permit(), |tx| {
        tx.append_records(&[record(1)])?;
        tx.put_cursor("c", 9)?;
        Err::<(), _>(StoreError::Refused("no".into()))
    });
    assert!(matches!(refused, Err(StoreError::Refused(_))));
    let panicked = store.write(&permit(), |tx| -> Result<(), StoreError> {
        tx.append_records(&[record(2)])?;
        panic!("a bug")
    });
    assert!(matches!(panicked, Err(StoreError::Refused(_))));
    let threads: Vec<_> = (0..40_u64)
        .map(|number| {
            let store = Arc::clone(&store);
            std::thread::spawn(move || {
                store.write(&permit(), move |tx| {
                    let accepted = tx.append_records(&[record(number)])?;
                    if number.is_multiple_of(3) { Err(StoreError::Refused("third".into())) } else { Ok(accepted) }
                })
            })
        })
        .collect();
    let written = threads.into_iter().flat_map(|thread| thread.join().expect("ends"));
    assert_eq!(written.count(), 26);
    assert_eq!(store.size(), 26);
    let tx = store.read().expect("reads");
    assert_eq!(tx.cursor("c").expect("reads"), None);
    assert_eq!(tx.stats().expect("reads").conversations, 7);
    check_ledger(&store);
}

#[test]
fn a_second_process_and_a_second_login_are_refused() {
    let world = World::new(65_536);
    let store = world.open();
    assert!(matches!(world.open_on(Disk::default()), Err(StoreError::InUse)));
    let user = |id: u8, login: &str| UserRow {
        user: User {
            id: UserId([id; 16]),
            login: login.into(),
            name: "n".into(),
            kind: xinju_model::user::UserKind::Person,
            roles: vec![xinju_model::role::BuiltIn::Staff.id()],
            staff: None,
            active: true,
            created_at: Timestamp(1),
            signed_in_at: None,
        },
        password: "p".into(),
    };
    let (one, two, moved) = (user(1, "ann"), user(2, "Ann"), user(1, "bea"));
    let copy = one.clone();
    store.write(&permit(), move |tx| tx.put_user(&copy)).expect("writes");
    let copy = two.clone();
    assert!(matches!(store.write(&permit(), move |tx| tx.put_user(&copy)), Err(StoreError::Refused(_))));
    store.write(&permit(), move |tx| tx.put_user(&moved)).expect("writes");
    store.write(&permit(), move |tx| tx.put_user(&two)).expect("writes");
    let tx = store.read().expect("reads");
    assert_eq!(tx.user_by_login("ann").expect("reads").expect("there").user.id, UserId([2; 16]));
    assert_eq!(tx.users().expect("reads").len(), 2);
}

/// A snapshot taken while commits go on knows every leaf that it counts.
#[test]
fn snapshots_know_their_leaves_while_commits_go_on() {
    let world = World::new(1 << 16);
    let store = world.open();
    std::thread::scope(|scope| {
        let writer = scope.spawn(|| (0..300).try_for_each(|number| append(&store, number..number + 1).map(drop)));
        while !writer.is_finished() {
            let tx = store.read().expect("snapshot");
            tx.root(tx.size()).expect("root");
        }
        writer.join().expect("writer").expect("appended");
    });
}

#[test]
fn waiting_ends_with_growth_or_time() {
    let world = World::new(65_536);
    let store = Arc::new(world.open());
    assert_eq!(store.wait_past(0, Duration::from_millis(1)), 0);
    let waiter = {
        let store = Arc::clone(&store);
        std::thread::spawn(move || store.wait_past(0, Duration::from_mins(1)))
    };
    append(&store, 0..1).expect("writes");
    assert_eq!(waiter.join().expect("ends"), 1);
}

/// Waits for the sealing job.
pub(crate) fn wait_sealed(store: &Store, segments: usize) {
    for _ in 0..2000 {
        if store.shared.live().tail_base >= segments as u64 * store.shared.options.segment_entries {
            return;
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    panic!("{segments} segments are not sealed");
}

#[test]
fn full_segments_leave_the_tail_and_stay_readable() {
    for entries in [16, 1024] {
        let world = World::new(entries);
        let store = world.open();
        append(&store, 0..entries - 1).expect("writes");
        assert_eq!(store.read().expect("reads").stats().expect("reads").segments, 0);
        let before = store.read().expect("a snapshot from before");
        append(&store, entries - 1..entries * 3 + 5).expect("writes");
        wait_sealed(&store, 3);
        check_ledger(&store);
        let mut seen = 0;
        before
            .entries(0..u64::MAX, &mut |_, _| {
                seen += 1;
                true
            })
            .expect("reads");
        assert_eq!(seen, entries - 1);
        let known = append(&store, 3..4).expect("writes");
        assert_eq!(known, [Accepted::Known(EntryIndex(3))]);
        drop((before, store));
        let store = world.open();
        check_ledger(&store);
        let tx = store.read().expect("reads");
        let stats = tx.stats().expect("reads");
        assert_eq!((stats.entries, stats.records, stats.segments), (entries * 3 + 5, entries * 3 + 5, 3));
        for number in [0, 1, entries, entries * 3 - 1, entries * 3 + 4] {
            let found = tx.find_source_id(Channel::Wecom, "corp", &format!("id{number}")).expect("reads");
            assert_eq!(found, Some(EntryIndex(number)));
        }
        assert_eq!(tx.find_source_id(Channel::Wecom, "corp", "idx").expect("reads"), None);
        let all: Vec<NewRecord> = (0..entries * 3 + 5).map(record).collect();
        let again = store.write(&permit(), move |tx| tx.append_records(&all)).expect("writes");
        assert!(again.iter().zip(0..).all(|(accepted, index)| *accepted == Accepted::Known(EntryIndex(index))));
    }
}

#[test]
fn files_that_no_row_names_are_swept() {
    let world = World::new(16);
    let store = world.open();
    append(&store, 0..20).expect("writes");
    wait_sealed(&store, 1);
    let segments = world.data().join("segments");
    drop(store);
    let named: Vec<_> =
        std::fs::read_dir(&segments).expect("a folder").map(|item| item.expect("a file").path()).collect();
    assert_eq!(named.len(), 1);
    let orphan = segments.join("00".repeat(16));
    std::fs::write(&orphan, b"half").expect("writes");
    let keys = world.keys(&Disk::default()).expect("opens");
    keys.create_segment_key([0; 16], &SystemRandom).expect("a key");
    drop(keys);
    let store = world.open();
    assert!(!orphan.exists() && named[0].exists());
    assert!(store.shared.keys.segment_sealer(&[0; 16]).is_none());
    check_ledger(&store);
}

#[test]
fn a_database_that_is_mostly_free_is_made_small() {
    let mut world = World::new(64);
    world.options.compact_bytes = 1024 * 1024;
    let store = world.open();
    let database = || std::fs::metadata(world.data().join("database")).expect("a file").len();
    for number in 0..64 {
        let words: String =
            (0..100_000_u64).map(|at| char::from(b'a' + (xorf::splitmix64(&mut (at + number)) % 26) as u8)).collect();
        let json = format!(
            r#"{{"msgid":"id{number}","from":"wm1","tolist":["a"],"msgtype":"text","text":{{"content":"{words}"}}}}"#
        );
        store.write(&permit(), move |tx| tx.append_records(&[record_of(&json, number)])).expect("writes");
    }
    wait_sealed(&store, 1);
    let before = database();
    assert!(before > 3 * 1024 * 1024, "{before} bytes");
    // Whoever reads keeps the pages: compaction waits for another time.
    let tx = store.read().expect("reads");
    assert!(!store.shared.compact().expect("looks"));
    drop(tx);
    drop(store);
    assert!(database() < before / 2, "{} bytes of {before}", database());
    check_ledger(&world.open());
}
