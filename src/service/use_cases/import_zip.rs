//! Imports of zips: which files go where, and what is wrong with the others.

use std::io::{Cursor, Read};
use std::time::Duration;

use xinju_model::import::{Import, ImportState, RejectReason};
use xinju_model::limits::IMPORT_ZIP_FILES_MAX;
use xinju_model::media::{MediaFile, MediaName, names_in};
use xinju_model::role::BuiltIn;

use crate::import::StartImport;
use crate::page::PageRequest;
use crate::world::{World, message, picture, viewer, zip_of};

fn run(world: &World, bytes: Vec<u8>) -> Import {
    let admin = viewer(BuiltIn::Owner);
    let start = StartImport {
        file_name: "chat.zip".into(),
        file_bytes: Some(bytes.len() as u64),
        file: Box::new(Cursor::new(bytes)),
        directory: None,
        account: None,
    };
    let import = world.service.start_import(&admin, start).expect("answered").expect("begun");
    world.service.wait_import(&admin, import.id, &mut |_| {}).expect("waited")
}

fn refused(world: &World, import: &Import) -> Vec<(RejectReason, String)> {
    let page = world.service.rejects(&viewer(BuiltIn::Owner), import.id, &PageRequest::first(99)).expect("a page");
    page.edges.into_iter().map(|edge| (edge.node.reason, edge.node.excerpt)).collect()
}

fn name_of(content: &[u8]) -> MediaName {
    names_in(&picture("0", "ken", "wmA", content))[0]
}

fn stored(world: &World, content: &[u8]) -> Option<MediaFile> {
    world.service.core.store.read().expect("reads").message_media(name_of(content)).expect("reads")
}

/// Where the directory of a zip tells of a file.
fn central(zip: &[u8], name: &str) -> usize {
    let here = |at: &usize| zip[*at..].starts_with(b"PK\x01\x02") && zip[at + 46..].starts_with(name.as_bytes());
    (0..zip.len() - 46).find(here).expect("in the directory")
}

#[test]
fn files_of_a_zip_go_to_the_messages_that_name_them() {
    let world = World::new();
    let (one, other) = (vec![1; 70_000], vec![2; 70_000]);
    let lines = [picture("1", "ken", "wmA", &one), picture("2", "ken", "wmA", b"never comes")].join(&b'\n');
    // The file before its message, in a folder that leads out; the second has the size of the first, and is another one.
    let bytes = zip_of(&[("../../a.jpg", &one), ("b.jpg", &other), ("chat.ndjson", &lines)]);
    let before = world.service.core.store.media().stored_bytes().expect("counted");
    let import = run(&world, bytes.clone());
    let counts = import.counts;
    assert_eq!((import.state, import.failure.as_deref()), (ImportState::Done, None));
    assert_eq!((counts.read, counts.added, counts.rejected), (3, 2, 1));
    let page = world.service.rejects(&viewer(BuiltIn::Owner), import.id, &PageRequest::first(9)).expect("a page");
    let reject = &page.edges[0].node;
    assert_eq!((reject.reason, reject.excerpt.as_str()), (RejectReason::FileUnnamed, "b.jpg"));
    let event = world.last_event("media.store").expect("an event");
    let told = event.details["media"].clone();
    let parts: Vec<&str> = told.split('/').collect();
    let name = MediaName {
        md5: data_encoding::HEXLOWER.decode(parts[0].as_bytes()).expect("hex").try_into().expect("16"),
        bytes: 70_000,
    };
    let found = world.service.core.store.read().expect("reads").message_media(name).expect("reads").expect("there");
    assert_eq!((found.sha256.as_str(), found.media.to_string().as_str()), (parts[2], parts[3]));
    let mut content = Vec::new();
    let media = world.service.core.store.media();
    media.open(found.media).expect("opens").expect("there").read_to_end(&mut content).expect("reads");
    assert_eq!(content, one);
    // The zip itself is gone, and what is known is stored and told once.
    let kept = media.stored_bytes().expect("counted");
    assert!(kept - before < 80_000, "{kept}");
    assert_eq!(run(&world, bytes).counts.known, 2);
    assert_eq!((media.stored_bytes().expect("counted"), world.count_events("media.store")), (kept, 1));
}

#[test]
fn a_zip_that_cannot_be_read_fails_with_words() {
    let world = World::new();
    let whole = zip_of(&[("chat.ndjson", &picture("1", "ken", "wmA", b"x").repeat(50))]);
    let import = run(&world, whole[..whole.len() - 30].to_vec());
    assert_eq!(import.state, ImportState::Failed);
    assert!(import.failure.expect("why").contains("zip"));
    assert_eq!(world.count_events("media.store"), 0);
}

#[test]
fn files_may_come_later_than_the_messages_that_name_them() {
    let world = World::new();
    let (one, other) = (vec![1; 70_000], vec![2; 30]);
    let lines = [picture("1", "ken", "wmA", &one), message("2", "ken", "wmA", 2, "x")].join(&b'\n');
    assert_eq!(run(&world, lines).counts.added, 2);
    assert_eq!(stored(&world, &one), None);
    let import = run(&world, zip_of(&[("one", &one), ("other", &other)]));
    assert_eq!((import.state, import.counts.read, import.counts.added), (ImportState::Done, 1, 0));
    assert!(stored(&world, &one).is_some() && stored(&world, &other).is_none());
    assert_eq!(refused(&world, &import), [(RejectReason::FileUnnamed, "other".to_owned())]);
    // Nobody could read a film to its end for nothing: the size alone tells that no message names it.
    let mut zip = zip_of(&[("film", &vec![3; 90_000])]);
    let at = central(&zip, "film");
    zip[at + 10] = 99;
    assert_eq!(refused(&world, &run(&world, zip)), [(RejectReason::FileUnnamed, "film".to_owned())]);
}

#[test]
fn files_that_cannot_be_unpacked_are_refused_and_stop_nothing() {
    type Bend = fn(&mut [u8]);
    let bends: [(&str, Bend); 4] = [
        ("encrypted", |entry| entry[8] |= 1),
        ("method", |entry| entry[10] = 99),
        ("checksum", |entry| entry[16] ^= 1),
        // The size of another file that is named.
        ("size", |entry| entry[24..28].copy_from_slice(&70_005_u32.to_le_bytes())),
    ];
    let world = World::new();
    let contents: Vec<Vec<u8>> = (0..6).map(|n| vec![n; 70_000 + usize::from(n)]).collect();
    let lines: Vec<Vec<u8>> = contents.iter().map(|one| picture(&one[0].to_string(), "ken", "wmA", one)).collect();
    let lines = lines.join(&b'\n');
    let names = bends.iter().map(|(name, _)| *name).chain(["good"]);
    let mut files: Vec<(&str, &[u8])> = names.zip(contents.iter().map(Vec::as_slice)).collect();
    files.push(("chat.jsonl", &lines));
    let mut zip = zip_of(&files);
    for (name, bend) in bends {
        let at = central(&zip, name);
        bend(&mut zip[at..]);
    }
    let import = run(&world, zip);
    assert_eq!((import.state, import.counts.added, import.counts.rejected), (ImportState::Done, 6, 4));
    let wanted: Vec<_> = bends.iter().map(|(name, _)| (RejectReason::FileUnreadable, (*name).to_owned())).collect();
    assert_eq!(refused(&world, &import), wanted);
    let there: Vec<bool> = contents.iter().map(|one| stored(&world, one).is_some()).collect();
    assert_eq!(there, [false, false, false, false, true, false]);
}

#[test]
fn lines_that_cannot_be_unpacked_fail_the_import() {
    let world = World::new();
    let mut zip = zip_of(&[("chat.ndjson", &picture("1", "ken", "wmA", b"x"))]);
    let at = central(&zip, "chat.ndjson");
    zip[at + 8] |= 1;
    let import = run(&world, zip);
    assert_eq!(import.state, ImportState::Failed);
    assert!(import.failure.expect("why").contains("zip"));
}

/// A zip whose directory speaks of far more than there is.
#[test]
fn a_directory_that_is_a_bomb_is_not_read() {
    let world = World::new();
    let mut zip = zip_of(&[("a", &[0; 5_000])]);
    let at = central(&zip, "a");
    zip[at + 20..at + 24].copy_from_slice(&50_000_u32.to_le_bytes());
    let import = run(&world, zip);
    assert_eq!(import.state, ImportState::Failed);
    assert!(import.failure.expect("why").contains("larger than it is"));
    let import = run(&world, directory_of(IMPORT_ZIP_FILES_MAX + 1));
    assert_eq!(import.state, ImportState::Failed);
    assert!(import.failure.expect("why").contains("more than 200000 files"));
}

/// A zip that is a directory of so many files, each of them nothing.
fn directory_of(files: usize) -> Vec<u8> {
    let (begin, count, bytes) = (4_u64, files as u64, files as u64 * 46);
    let mut zip = b"PK\x03\x04".to_vec();
    zip.resize(zip.len() + files * 46, 0);
    let end_64 = zip.len() as u64;
    zip.extend(b"PK\x06\x06");
    zip.extend(44_u64.to_le_bytes());
    zip.extend([45, 0, 45, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    for number in [count, count, bytes, begin] {
        zip.extend(number.to_le_bytes());
    }
    zip.extend(b"PK\x06\x07\0\0\0\0");
    zip.extend(end_64.to_le_bytes());
    zip.extend(b"\x01\0\0\0PK\x05\x06\0\0\0\0");
    zip.extend([0xFF; 12]);
    zip.extend([0, 0]);
    zip
}

#[test]
fn names_of_refused_files_are_kept_in_part() {
    let world = World::new();
    let name = "n".repeat(60_000);
    let import = run(&world, zip_of(&[(&name, b"x")]));
    let lines = world.service.refused_lines(&viewer(BuiltIn::SecurityAdministrator), import.id);
    let mut kept = Vec::new();
    lines.and_then(|lines| lines.write(&mut kept)).expect("written");
    assert!((1_000..3_000).contains(&kept.len()), "{}", kept.len());
}

#[test]
fn progress_goes_on_while_files_are_stored() {
    let world = World::new();
    // Words that hardly pack, so that lines are the smaller part.
    let word = |n: u64| n.wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(29).wrapping_mul(0xD6E8_FEB8_6659_FD93);
    let content = |file: u64| (0..400).flat_map(|n| word(file * 400 + n).to_le_bytes()).collect::<Vec<u8>>();
    let contents: Vec<Vec<u8>> = (1..=70).map(content).collect();
    let names: Vec<String> = (0..contents.len()).map(|n| n.to_string()).collect();
    let lines: Vec<Vec<u8>> = names.iter().zip(&contents).map(|(name, one)| picture(name, "ken", "wmA", one)).collect();
    let lines = lines.join(&b'\n');
    let mut files: Vec<(&str, &[u8])> =
        names.iter().zip(&contents).map(|(name, one)| (name.as_str(), one.as_slice())).collect();
    files.push(("chat.ndjson", &lines));
    let zip = zip_of(&files);
    let (bytes, of_files) = (zip.len() as u64, 70 * 3_000);
    let import = run(&world, zip);
    assert_eq!((import.state, import.counts.rejected), (ImportState::Done, 0));
    assert!((of_files..=bytes).contains(&import.counts.bytes), "{} of {bytes}", import.counts.bytes);
    // One event for each 64 of them.
    assert_eq!(world.count_events("media.store"), 2);
    assert!(contents.iter().all(|one| stored(&world, one).is_some()));
}

#[test]
fn an_index_that_stands_still_is_not_waited_for() {
    let world = World::new();
    world.add(message("1", "ken", "wmA", 1, "x"));
    world.indexed();
    assert!(world.service.core.wait_named(Duration::from_mins(1)));
    // Nothing more comes that would move it.
    world.service.core.searchable.store(0, std::sync::atomic::Ordering::Release);
    assert!(!world.service.core.wait_named(Duration::ZERO));
}
