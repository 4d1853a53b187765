//! What runs by itself.

use xinju_model::access::Viewer;
use xinju_model::record::EntryKind;
use xinju_model::role::BuiltIn;
use xinju_store::read::Page;

use crate::conversation::ConversationQuery;
use crate::page::PageRequest;
use crate::search::{Order, SearchRequest};
use crate::world::{World, import_permit, message, viewer};

fn total(world: &World, query: &str) -> u64 {
    let request = SearchRequest {
        query: query.into(),
        order: Order::Newest,
        page: PageRequest::first(1),
        zone_offset_minutes: 0,
    };
    world.service.search(&viewer(BuiltIn::Integration), &request).expect("answered").expect("no syntax error").total
}

#[test]
fn a_heartbeat_a_day() {
    let world = World::new();
    world.service.close();
    let before = world.events().iter().filter(|(kind, _)| *kind == EntryKind::Heartbeat).count();
    let beat = || world.service.core.beat().expect("looked");
    let first = beat();
    assert_eq!(usize::from(first) + before, 1);
    world.clock.pass(24 * 3_600_000 - 1);
    assert!(!beat());
    world.clock.pass(1);
    assert!(beat());
    assert!(!beat());
}

#[test]
fn old_checkpoints_are_thinned_out_to_the_last_of_each_hour() {
    let world = World::new();
    world.service.close();
    let core = &world.service.core;
    core.sign_head().expect("signed");
    for _ in 0..9 {
        world.clock.pass(20 * 60_000);
        world.add(message(&core.store.size().to_string(), "ken", "wmA", 1, "x"));
        core.sign_head().expect("signed");
    }
    let times = || -> Vec<i64> {
        let page = Page { after: None, limit: 100 };
        let all = core.store.read().expect("read").checkpoints(&page).expect("read");
        all.iter().map(|(_, at, _)| (at.millis() - crate::world::BEGIN.millis()) / 60_000).collect()
    };
    assert!(times().ends_with(&[20, 40, 60, 80, 100, 120, 140, 160, 180]));
    core.prune_checkpoints(core.clock.now()).expect("thinned out");
    assert_eq!(times(), [40, 100, 140, 160, 180]);
}

#[test]
fn an_index_that_lost_everything_is_made_again() {
    let world = World::new();
    world.accept((0..50).map(|n| message(&n.to_string(), "ken", "wmA", n + 1, "发票")).collect());
    world.indexed();
    world.service.close();
    std::fs::remove_dir_all(world.folder.path().join("data/index")).expect("removed");
    let world = world.reopen();
    world.indexed();
    assert_eq!(total(&world, "发票"), 50);
}

#[test]
fn what_was_accepted_while_the_index_slept_is_found_after_a_start() {
    let world = World::new();
    world.service.close();
    world.accept(vec![message("1", "ken", "wmA", 1, "发票")]);
    let world = world.reopen();
    world.indexed();
    assert_eq!(total(&world, "发票"), 1);
}

#[test]
fn many_who_accept_at_once_are_all_found_once() {
    let world = World::new();
    std::thread::scope(|scope| {
        for worker in 0..4 {
            let world = &world;
            scope.spawn(move || {
                for n in 0..10 {
                    world.accept(vec![message(&format!("{worker}-{n}"), "ken", "wmA", 1, "发票")]);
                }
            });
        }
    });
    world.indexed();
    assert_eq!(total(&world, "发票"), 40);
}

#[test]
fn a_rebuild_brings_back_what_derived_data_lost() {
    let world = World::new();
    world.accept((0..30).map(|n| message(&n.to_string(), "ken", "wmA", n + 1, "发票")).collect());
    world.indexed();
    let reader = viewer(BuiltIn::Integration);
    let page = world.service.conversations(&reader, &ConversationQuery::default()).expect("a page");
    let right = page.edges[0].node.conversation.clone();
    let mut wrong = right.clone();
    (wrong.count, wrong.parties) = (3, Vec::new());
    world.service.core.store.write(&import_permit(), move |tx| tx.put_conversation(&wrong)).expect("written");
    let end = world.service.rebuild(&Viewer::operator(), &mut |_| true).expect("made again");
    assert_eq!(end.entries, end.total);
    let page = world.service.conversations(&reader, &ConversationQuery::default()).expect("a page");
    assert_eq!(page.edges[0].node.conversation, right);
    assert_eq!(total(&world, "发票"), 30);
    assert_eq!((world.count_events("archive.rebuild"), world.count_events("archive.rebuilt")), (1, 1));
}

#[test]
fn metrics_and_readiness() {
    let world = World::new();
    world.add(message("1", "ken", "wmA", 1, "x"));
    world.accept(vec![message("1", "ken", "wmA", 1, "x")]);
    world.indexed();
    let metrics = world.service.metrics();
    assert_eq!((metrics.records_added, metrics.records_known, metrics.job_failures), (1, 1, 0));
    assert!(metrics.database_bytes > 0 && metrics.index_bytes > 0 && metrics.free_bytes > 0);
    assert!(world.service.ready());
    world.service.close();
    assert!(!world.service.ready());
}

#[test]
fn an_index_that_cannot_be_written_catches_up_when_it_can() {
    let world = World::new();
    world.accept(vec![message("1", "ken", "wmA", 1, "发票")]);
    world.indexed();
    let folder = world.folder.path().join("data/index");
    let aside = world.folder.path().join("aside");
    std::fs::rename(&folder, &aside).expect("moved away");
    world.accept(vec![message("2", "ken", "wmA", 2, "发票")]);
    while world.service.metrics().job_failures == 0 {
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    // Whatever was made in its place meanwhile gives way to the real one.
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::rename(&aside, &folder).expect("moved back");
    world.indexed();
    assert_eq!(total(&world, "发票"), 2);
}
