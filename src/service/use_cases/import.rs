//! Imports.

use std::io::Cursor;
use std::sync::{Arc, Mutex};

use xinju_model::access::Viewer;
use xinju_model::import::{Import, ImportState, RejectReason};
use xinju_model::limits::IMPORT_REJECT_ROWS_MAX;
use xinju_model::record::EntryKind;
use xinju_model::role::BuiltIn;

use crate::conversation::ConversationQuery;
use crate::error::Code;
use crate::import::{ImportRefusal, StartImport};
use crate::page::PageRequest;
use crate::world::{World, message, viewer};

fn file(bytes: Vec<u8>) -> StartImport {
    StartImport {
        file_name: "folder/聊天.ndjson".into(),
        file_bytes: Some(bytes.len() as u64),
        file: Box::new(Cursor::new(bytes)),
        directory: None,
        account: None,
    }
}

fn lines(ids: std::ops::Range<u32>) -> Vec<u8> {
    ids.flat_map(|id| [message(&id.to_string(), "ken", "wmA", i64::from(id) + 1, "x"), b"\n".to_vec()].concat())
        .collect()
}

fn run(world: &World, start: StartImport) -> Import {
    let admin = viewer(BuiltIn::Owner);
    let import = world.service.start_import(&admin, start).expect("answered").expect("begun");
    world.service.wait_import(&admin, import.id, &mut |_| {}).expect("waited")
}

#[test]
fn a_file_is_imported_once_however_often_it_comes() {
    let world = World::new();
    let bytes = lines(0..10_000);
    let first = run(&world, file(bytes.clone()));
    assert_eq!((first.state, first.file_name.as_str()), (ImportState::Done, "聊天.ndjson"));
    assert_eq!((first.counts.read, first.counts.added, first.counts.known), (10_000, 10_000, 0));
    assert_eq!(first.counts.bytes, bytes.len() as u64);
    let second = run(&world, file(bytes));
    assert_eq!((second.counts.added, second.counts.known), (0, 10_000));
    world.indexed();
    assert_eq!(world.service.metrics().records_added, 10_000);
    let shown = world.service.imports(&viewer(BuiltIn::SecurityAdministrator), &PageRequest::first(1)).expect("a page");
    assert_eq!((shown.total, shown.edges.len(), shown.has_next), (2, 1, true));
    let kinds: Vec<(EntryKind, String)> = world
        .events()
        .into_iter()
        .filter(|(kind, _)| *kind == EntryKind::Import)
        .map(|(kind, event)| (kind, event.action))
        .collect();
    let (begin, end) = ((EntryKind::Import, "import.begin".into()), (EntryKind::Import, "import.end".into()));
    assert_eq!(kinds, [begin.clone(), end.clone(), begin, end]);
    assert_eq!(world.last_event("import.end").expect("an event").details["known"], "10000");
}

#[test]
fn bad_lines_are_kept_and_stop_nothing() {
    let world = World::new();
    let mut bytes = lines(0..2);
    bytes.extend_from_slice(b"not json\n{\"action\":\"send\"}\n");
    bytes.extend(lines(2..3));
    let import = run(&world, file(bytes));
    let counts = import.counts;
    assert_eq!((import.state, counts.read, counts.added, counts.rejected), (ImportState::Done, 5, 3, 2));
    let auditor = viewer(BuiltIn::SecurityAdministrator);
    let page = world.service.rejects(&auditor, import.id, &PageRequest::first(1)).expect("a page");
    assert_eq!((page.total, page.has_next, page.edges[0].node.line), (2, true, 3));
    assert_eq!((page.edges[0].node.reason, page.edges[0].node.excerpt.as_str()), (RejectReason::NotJson, "not json"));
    let next = PageRequest { first: None, after: Some(page.edges[0].cursor.clone()) };
    let page = world.service.rejects(&auditor, import.id, &next).expect("a page");
    assert_eq!((page.edges[0].node.line, page.edges[0].node.reason), (4, RejectReason::NoMessageId));
    let mut out = Vec::new();
    assert_eq!(
        world.service.refused_lines(&auditor, import.id).and_then(|lines| lines.write(&mut out)).expect("written"),
        2
    );
    let first = String::from_utf8(out).expect("text").lines().next().map(str::to_owned);
    let first: serde_json::Value = serde_json::from_str(&first.expect("a line")).expect("JSON");
    let mark = first["export"].as_str().expect("a mark");
    assert!(mark.starts_with("security_administrator 2026-01-31T08:00:00.000Z "), "{mark}");
    let event = world.service.marked_event(&viewer(BuiltIn::Auditor), &mark[mark.len() - 9..]).expect("answered");
    assert_eq!(event.expect("found").event.object, import.id.to_string());
    assert_eq!(
        (&first["line"], &first["reason"], &first["base64"]),
        (&3.into(), &"not_json".into(), &"bm90IGpzb24=".into())
    );
    assert_eq!(world.count_events("import.read_rejects"), 3);
    // Content at rest is sealed.
    let folder = world.folder.path().join("data/rejects");
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let stored = std::fs::read(entry.expect("a file").path()).expect("bytes");
        assert!(!stored.windows(8).any(|window| window == b"bm90IGpz"));
    }
}

#[test]
fn only_so_many_refused_lines_get_rows() {
    let world = World::new();
    let many = IMPORT_REJECT_ROWS_MAX + 7;
    let import = run(&world, file(b"x\n".repeat(many)));
    assert_eq!(import.counts.rejected, many as u64);
    let page = world
        .service
        .rejects(&viewer(BuiltIn::SecurityAdministrator), import.id, &PageRequest::default())
        .expect("a page");
    assert_eq!(page.total, IMPORT_REJECT_ROWS_MAX as u64);
    let kept = world
        .service
        .refused_lines(&viewer(BuiltIn::SecurityAdministrator), import.id)
        .and_then(|lines| lines.write(&mut Vec::new()))
        .expect("written");
    assert_eq!(kept, many as u64);
}

#[test]
fn a_cut_file_of_refused_lines_reads_as_far_as_it_goes() {
    let world = World::new();
    let import = run(&world, file(b"x\n".to_vec()));
    let path = world.folder.path().join("data/rejects").join(import.id.hex());
    let mut bytes = std::fs::read(&path).expect("bytes");
    bytes.extend_from_slice(&[9, 0, 0, 0, 1, 2]);
    std::fs::write(&path, &bytes).expect("written");
    let read = |out: &mut Vec<u8>| {
        let lines = world.service.refused_lines(&viewer(BuiltIn::SecurityAdministrator), import.id);
        lines.and_then(|lines| lines.write(out))
    };
    assert_eq!(read(&mut Vec::new()).expect("read"), 1);
    bytes[20] ^= 1;
    std::fs::write(&path, &bytes).expect("written");
    assert_eq!(read(&mut Vec::new()).expect_err("bent").code(), Code::Internal);
}

#[test]
fn a_directory_comes_before_its_messages() {
    let world = World::new();
    let mut start = file(lines(0..1));
    start.directory = Some(Box::new(Cursor::new("韩梅梅=wmA\n李雷=ken\n".as_bytes())));
    run(&world, start);
    let page =
        world.service.conversations(&viewer(BuiltIn::Integration), &ConversationQuery::default()).expect("a page");
    assert_eq!(page.edges[0].node.title, "韩梅梅");
    assert_eq!(world.last_event("directory.import").expect("an event").details["customers"], "1");
    let mut bent = file(lines(1..2));
    bent.directory = Some(Box::new(Cursor::new("no name".as_bytes())));
    let refusal = world.service.start_import(&Viewer::operator(), bent).expect("answered").err();
    assert_eq!(refusal, Some(ImportRefusal::DirectoryInvalid("no name in no name".into())));
    // The refusal left the seat free.
    assert_eq!(run(&world, file(lines(1..2))).counts.added, 1);
}

#[test]
fn one_import_at_a_time_watched_to_its_end() {
    let world = World::new();
    let (reader, mut writer) = std::io::pipe().expect("a pipe");
    let start = StartImport { file: Box::new(reader), ..file(Vec::new()) };
    let admin = Viewer::operator();
    let import = world.service.start_import(&admin, start).expect("answered").expect("begun");
    let other = world.service.start_import(&admin, file(Vec::new())).expect("answered").err();
    assert_eq!(other, Some(ImportRefusal::AnotherIsRunning));
    let heard = Arc::new(Mutex::new(Vec::new()));
    let hear = Arc::clone(&heard);
    let on = Box::new(move |import: &Import| {
        hear.lock().expect("not poisoned").push(import.clone());
        true
    });
    world.service.watch_import(&admin, import.id, on).expect("watched");
    std::io::Write::write_all(&mut writer, &lines(0..5)).expect("written");
    drop(writer);
    let ended = world.service.wait_import(&admin, import.id, &mut |_| {}).expect("waited");
    assert_eq!((ended.state, ended.counts.added), (ImportState::Done, 5));
    // The last watcher is told after the seat is free: give its thread the moment it needs.
    while heard.lock().expect("not poisoned").last().is_none_or(|import| import.state == ImportState::Running) {
        std::thread::yield_now();
    }
    let heard = heard.lock().expect("not poisoned");
    assert_eq!(heard[0].state, ImportState::Running);
    assert_eq!(heard.last().expect("heard").counts, ended.counts);
    let late = Arc::new(Mutex::new(0));
    let count = Arc::clone(&late);
    let on = Box::new(move |import: &Import| {
        assert_eq!(import.state, ImportState::Done);
        *count.lock().expect("not poisoned") += 1;
        true
    });
    world.service.watch_import(&admin, import.id, on).expect("watched");
    assert_eq!(*late.lock().expect("not poisoned"), 1);
}

#[test]
fn a_stop_interrupts_and_the_file_goes_on_later() {
    let world = World::new();
    let (reader, mut writer) = std::io::pipe().expect("a pipe");
    let start = StartImport { file: Box::new(reader), ..file(Vec::new()) };
    let import = world.service.start_import(&Viewer::operator(), start).expect("answered").expect("begun");
    std::io::Write::write_all(&mut writer, &lines(0..5)).expect("written");
    world.service.close();
    let state =
        |world: &World| world.service.import(&Viewer::operator(), import.id).expect("answered").expect("there").state;
    assert_eq!(state(&world), ImportState::Interrupted);
    let world = world.reopen();
    assert_eq!(state(&world), ImportState::Interrupted);
    assert_eq!(run(&world, file(lines(0..5))).counts.read, 5);
}

#[test]
fn an_import_that_a_kill_ended_is_marked_at_the_next_start() {
    let world = World::new();
    let mut import = run(&world, file(lines(0..1)));
    (import.state, import.ended_at) = (ImportState::Running, None);
    let row = import.clone();
    world.service.core.store.write(&crate::world::import_permit(), move |tx| tx.put_import(&row)).expect("written");
    let world = world.reopen();
    let marked = world.service.import(&Viewer::operator(), import.id).expect("answered").expect("there");
    assert_eq!(marked.state, ImportState::Interrupted);
    assert!(marked.ended_at.is_some());
    assert_eq!(world.last_event("import.end").expect("an event").details["state"], "interrupted");
}

#[test]
fn a_reader_that_falls_over_is_no_end_of_file() {
    struct FallsOver;
    impl std::io::Read for FallsOver {
        fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
            panic!("a fault in the reader")
        }
    }
    let world = World::new();
    let import = run(&world, StartImport { file: Box::new(FallsOver), ..file(Vec::new()) });
    assert_eq!(import.state, ImportState::Failed);
}

#[test]
fn a_file_that_breaks_off_fails_and_keeps_what_it_gave() {
    struct Breaks(Cursor<Vec<u8>>);
    impl std::io::Read for Breaks {
        fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
            match std::io::Read::read(&mut self.0, buffer)? {
                0 => Err(std::io::Error::other("the disk is gone")),
                count => Ok(count),
            }
        }
    }
    let world = World::new();
    let start = StartImport { file: Box::new(Breaks(Cursor::new(lines(0..10_000)))), ..file(Vec::new()) };
    let import = run(&world, start);
    assert_eq!(import.state, ImportState::Failed);
    assert!(import.failure.expect("a reason").contains("the disk is gone"));
    assert_eq!(import.counts.added, 8_192);
}
