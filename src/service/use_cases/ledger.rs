//! Checkpoints, proofs, verification and the keys.

use std::sync::{Arc, Mutex};

use xinju_keys::master::{MasterSource, default_key_path};
use xinju_model::access::Viewer;
use xinju_model::checkpoint::Checkpoint;
use xinju_model::id::EntryIndex;
use xinju_model::ledger::verify_consistency;
use xinju_model::record::EntryKind;
use xinju_model::role::BuiltIn;

use crate::conversation::ConversationQuery;
use crate::error::Code;
use crate::ledger::LedgerState;
use crate::message::SealState;
use crate::page::PageRequest;
use crate::search::{Order, SearchRequest};
use crate::system::HealthState;
use crate::world::{World, message, viewer};

#[test]
fn the_first_entry_names_the_log_and_its_key() {
    let world = World::new();
    let (kind, event) = world.events().remove(0);
    let ledger = world.service.ledger(&viewer(BuiltIn::Integration)).expect("state");
    assert_eq!((kind, event.action.as_str()), (EntryKind::Key, "archive.create"));
    assert_eq!((event.object, event.details["verifier_key"].clone()), (ledger.origin.clone(), ledger.verifier_key));
    let reopened = world.reopen();
    assert_eq!(reopened.service.ledger(&viewer(BuiltIn::Integration)).expect("state").origin, ledger.origin);
    assert_eq!(reopened.count_events("archive.create"), 1);
}

#[test]
fn checkpoints_are_signed_and_consistent() {
    let world = World::new();
    let auditor = viewer(BuiltIn::SecurityAdministrator);
    let sign = || world.service.sign_checkpoint(&auditor).expect("signed").expect("a checkpoint");
    let old = sign();
    world.add(message("1", "ken", "wmA", 1, "x"));
    let new = sign();
    assert!(new.size >= old.size + 2);
    let key = world.service.core.note_key();
    let opened = Checkpoint::open(&new.note, &key, xinju_keys::signer::verify).expect("signed by us");
    assert_eq!((opened.size, opened.root), (new.size, new.root));
    let proof = world.service.consistency_proof(&auditor, old.size, new.size).expect("a proof");
    assert!(verify_consistency(old.size, &old.root, new.size, &new.root, &proof));
    let wrong = world.service.consistency_proof(&auditor, new.size, old.size).expect_err("backwards");
    assert_eq!(wrong.code(), Code::BadInput);
    assert_eq!(world.service.consistency_proof(&auditor, 0, u64::MAX).expect_err("beyond").code(), Code::BadInput);
}

#[test]
fn proofs_hold_and_withhold_nothing_they_promise() {
    let world = World::new();
    let index = world.add(message("1", "ken", "wmA", 1, "你好"));
    let auditor = viewer(BuiltIn::SecurityAdministrator);
    world.service.sign_checkpoint(&auditor).expect("signed");
    let proof = world.service.proof(&auditor, index).expect("answered").expect("a proof");
    assert!(proof.verified);
    let text = xinju_evidence::proof::Proof::parse(&proof.tlog_proof).expect("a tlog-proof");
    assert!(text.verify(&proof.leaf, &world.service.core.note_key()).is_ok());
    assert!(proof.disclosures.iter().any(|disclosure| disclosure.name == "content"));
    assert_eq!(world.last_event("message.prove").expect("an event").object, index.to_string());
    assert!(world.service.proof(&auditor, EntryIndex(0)).expect("answered").is_none());
    assert!(world.service.proof(&auditor, EntryIndex(u64::MAX)).expect("answered").is_none());
}

#[test]
fn the_ledger_is_watched() {
    let world = World::new();
    let heard: Arc<Mutex<Vec<LedgerState>>> = Arc::default();
    let hear = Arc::clone(&heard);
    let on = Box::new(move |state: &LedgerState| {
        hear.lock().expect("not poisoned").push(state.clone());
        true
    });
    world.service.watch_ledger(&viewer(BuiltIn::Integration), on).expect("watched");
    let index = world.add(message("1", "ken", "wmA", 1, "x"));
    while heard.lock().expect("not poisoned").last().is_none_or(|state| state.size <= index.0) {
        std::thread::yield_now();
    }
    assert!(heard.lock().expect("not poisoned").is_sorted_by_key(|state| state.size));
}

#[test]
fn the_whole_archive_verifies() {
    let world = World::new();
    world.accept((0..600).map(|n| message(&n.to_string(), "ken", "wmA", n + 1, "x")).collect());
    world.service.sign_checkpoint(&Viewer::operator()).expect("signed");
    let mut told = 0;
    let report = world
        .service
        .verify(&viewer(BuiltIn::Owner), &mut |_| {
            told += 1;
            true
        })
        .expect("checked");
    assert_eq!((report.records, report.problems.as_slice()), (600, &[][..]));
    assert!(told > 0);
    assert_eq!(world.last_event("archive.verified").expect("an event").details["problems"], "0");
    let health = world.service.health(&viewer(BuiltIn::SecurityAdministrator)).expect("health");
    let check = health.checks.iter().find(|check| check.name == "verified").expect("a check");
    assert!(check.detail.contains("entries checked"), "{check:?}");
}

#[test]
fn the_master_key_changes_and_the_archive_stays() {
    let world = World::new();
    let index = world.add(message("1", "ken", "wmA", 1, "x"));
    let path = world.folder.path().join("new.key");
    let admin = viewer(BuiltIn::Owner);
    world.service.rotate_master_key(&admin, &MasterSource::File(path.clone())).expect("rotated");
    let kinds: Vec<EntryKind> = world
        .events()
        .into_iter()
        .filter(|(_, event)| event.action.starts_with("key."))
        .map(|(kind, _)| kind)
        .collect();
    assert_eq!(kinds, [EntryKind::Key, EntryKind::Key]);
    let data = world.folder.path().join("data");
    std::fs::copy(&path, default_key_path(&data)).expect("copied");
    let world = world.reopen();
    assert!(world.service.message(&admin, index).expect("answered").is_some());
}

/// A world whose first segment file has one bent byte, at a place that follows from the file's length.
fn damaged(place: fn(usize) -> usize) -> World {
    let world = World::new();
    world.accept((0..300).map(|n| message(&n.to_string(), "ken", "wmA", n + 1, "发票")).collect());
    world.service.sign_checkpoint(&Viewer::operator()).expect("signed");
    while world.service.ledger(&Viewer::operator()).expect("state").segments == 0 {
        std::thread::yield_now();
    }
    world.service.close();
    let folder = std::fs::read_dir(world.folder.path().join("data/segments")).expect("a folder");
    let path = folder.map(|entry| entry.expect("an entry").path()).find(|path| path.is_file()).expect("a segment");
    let mut bytes = std::fs::read(&path).expect("bytes");
    let place = place(bytes.len());
    bytes[place] ^= 1;
    let mode = std::fs::metadata(&path).expect("metadata").permissions();
    std::fs::remove_file(&path).expect("removed");
    std::fs::write(&path, bytes).expect("written");
    std::fs::set_permissions(&path, mode).expect("set");
    world.reopen()
}

/// How many messages show a seal that failed.
fn failed_seals(world: &World) -> usize {
    let all: Vec<EntryIndex> = (0..world.service.core.store.size()).map(EntryIndex).collect();
    let read = |page| world.service.messages(&viewer(BuiltIn::Integration), page).expect("answered");
    let views = all.chunks(200).flat_map(read).flatten();
    views.filter(|view| view.seal.state == SealState::Failed).count()
}

#[test]
fn damage_among_the_leaves_fails_seals_and_hides_no_message() {
    let world = damaged(|length| length / 4);
    assert!(failed_seals(&world) > 0);
    let request = ConversationQuery { with_last_message: true, ..ConversationQuery::default() };
    assert_eq!(world.service.conversations(&viewer(BuiltIn::Integration), &request).expect("a page").total, 1);
    let report = world.service.verify(&viewer(BuiltIn::Owner), &mut |_| true).expect("checked");
    assert!(!report.problems.is_empty());
}

#[test]
fn damage_is_shown_found_and_stops_nothing() {
    // Behind the header of 16 bytes lies the first block.
    let world = damaged(|_| 100);
    let reader = viewer(BuiltIn::Owner);
    let failed = failed_seals(&world);
    assert!(failed > 0 && failed < 300, "{failed}");
    let report = world.service.verify(&reader, &mut |_| true).expect("checked");
    assert!(!report.problems.is_empty());
    let health = world.service.health(&reader).expect("health");
    let check = health.checks.iter().find(|check| check.name == "verified").expect("a check");
    assert!(check.state == HealthState::Failed && check.advice.is_some(), "{check:?}");
    // What can be read is found again.
    world.service.rebuild(&reader, &mut |_| true).expect("made again");
    assert!(world.service.metrics().job_failures > 0);
    let request = SearchRequest {
        query: "发票".into(),
        order: Order::Newest,
        page: PageRequest::first(1),
        zone_offset_minutes: 0,
    };
    let found = world.service.search(&reader, &request).expect("answered").expect("no syntax error");
    assert!(found.total > 0 && found.total < 300, "{}", found.total);
}
