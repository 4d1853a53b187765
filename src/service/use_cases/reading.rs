//! Conversations, timelines and messages.

use xinju_model::access::Viewer;
use xinju_model::conversation::ConversationKind;
use xinju_model::id::{ConversationId, EntryIndex};
use xinju_model::message::MessageKind;
use xinju_model::role::BuiltIn;

use crate::conversation::{ConversationQuery, TimelineRequest};
use crate::error::Code;
use crate::message::SealState;
use crate::page::PageRequest;
use crate::reading::Reading;
use crate::staff::StaffFilter;
use crate::world::{BEGIN, World, message, viewer};

fn reader() -> Viewer {
    viewer(BuiltIn::Integration)
}

fn conversations(world: &World, query: &ConversationQuery) -> Vec<ConversationId> {
    let page = world.service.conversations(&reader(), query).expect("a page");
    page.edges.into_iter().map(|edge| edge.node.conversation.id).collect()
}

/// The texts of a part of the only conversation, and where it begins.
fn part(world: &World, request: &TimelineRequest) -> (Vec<String>, u64, bool, bool) {
    let id = conversations(world, &ConversationQuery::default())[0];
    let page = world.service.timeline(&reader(), id, request).and_then(Reading::durable).expect("a page");
    let texts = page.edges.iter().map(|edge| edge.node.message.body.text.clone()).collect();
    (texts, page.offset, page.has_previous, page.has_next)
}

fn cursor(world: &World, place: u64) -> String {
    let id = conversations(world, &ConversationQuery::default())[0];
    let request = TimelineRequest { first: Some(1), offset: Some(place), ..TimelineRequest::default() };
    world.service.timeline(&reader(), id, &request).and_then(Reading::durable).expect("a page").edges[0].cursor.clone()
}

#[test]
fn the_newest_conversation_comes_first_with_its_newest_message() {
    let world = World::new();
    world.add(message("1", "ken", "wmA", 10, "an A"));
    world.add(message("2", "wmB", "ken", 30, "von B"));
    world.add(message("3", "wmA", "ken", 20, "von A"));
    let query = ConversationQuery { with_last_message: true, ..ConversationQuery::default() };
    let page = world.service.conversations(&reader(), &query).expect("a page");
    assert_eq!(page.total, 2);
    let shown: Vec<(String, String, u64)> = page
        .edges
        .iter()
        .map(|edge| {
            let last = edge.node.last_message.as_ref().expect("a message");
            (edge.node.title.clone(), last.message.body.text.clone(), edge.node.conversation.count)
        })
        .collect();
    assert_eq!(shown, [("wmB".into(), "von B".into(), 1), ("wmA".into(), "von A".into(), 2)]);
    let event = world.last_event("conversation.list").expect("an event");
    assert_eq!(event.detail("messages").split(' ').count(), 2);
    assert!(
        page.edges.iter().all(|edge| event.detail("conversations").contains(&edge.node.conversation.id.to_string()))
    );
    let quiet = world.service.conversations(&reader(), &ConversationQuery::default()).expect("a page");
    assert!(quiet.edges[0].node.last_message.is_none());
    assert_eq!(world.count_events("conversation.list"), 1);
}

#[test]
fn conversations_page_and_filter() {
    let world = World::new();
    for n in 1..=7 {
        world.add(message(&n.to_string(), "ken", &format!("wm{n}"), n, "x"));
    }
    world.add(message("8", "lee", "wm3", 8, "x"));
    let mut query = ConversationQuery { page: PageRequest::first(3), ..ConversationQuery::default() };
    let mut seen = Vec::new();
    loop {
        let page = world.service.conversations(&reader(), &query).expect("a page");
        assert_eq!((page.total, page.has_previous), (8, query.page.after.is_some()));
        seen.extend(page.edges.iter().map(|edge| edge.node.conversation.last_at));
        query.page.after = page.edges.last().map(|edge| edge.cursor.clone());
        if !page.has_next {
            break;
        }
    }
    assert_eq!(seen.len(), 8);
    assert!(seen.is_sorted_by(|a, b| a > b));
    let staff = world.service.all_staff(&reader(), &StaffFilter::default(), &PageRequest::default()).expect("staff");
    let lee = staff.edges.iter().find(|edge| edge.node.account == "lee").expect("lee").node.id;
    let customers = world.service.customers(&reader(), Some("wm3"), &PageRequest::default()).expect("customers");
    let customer = customers.edges[0].node.customer.id;
    let of = |customer, staff, kind| {
        conversations(&world, &ConversationQuery { kind, customer, staff, ..ConversationQuery::default() }).len()
    };
    assert_eq!(of(None, Some(lee), None), 1);
    assert_eq!(of(Some(customer), None, None), 2);
    assert_eq!(of(Some(customer), Some(lee), None), 1);
    assert_eq!(of(Some(customer), Some(lee), Some(ConversationKind::Group)), 0);
    assert_eq!(of(None, None, Some(ConversationKind::Single)), 8);
    assert_eq!(of(Some(xinju_model::id::CustomerId([0; 16])), None, None), 0);
}

#[test]
fn two_filters_page_too() {
    let world = World::new();
    for n in 1..=5 {
        // Rooms with the same two people: five conversations in which both filters meet.
        let text = String::from_utf8(message(&n.to_string(), "ken", "wmA", n, "x")).expect("text");
        world.add(text.replace(r#""roomid":"""#, &format!(r#""roomid":"r{n}""#)).into_bytes());
    }
    world.add(message("9", "lee", "wmA", 9, "x"));
    let tx = world.service.core.store.read().expect("read");
    let key = |id: &str| tx.identity(xinju_model::channel::Channel::Wecom, id).expect("read").expect("known");
    let (xinju_store::read::Identity::Customer(customer), xinju_store::read::Identity::Staff(staff)) =
        (key("wmA"), key("ken"))
    else {
        panic!("a customer and a member of staff")
    };
    let mut query = ConversationQuery {
        customer: Some(customer),
        staff: Some(staff),
        page: PageRequest::first(2),
        ..ConversationQuery::default()
    };
    let mut seen = Vec::new();
    loop {
        let page = world.service.conversations(&reader(), &query).expect("a page");
        assert_eq!(page.total, 5);
        seen.extend(page.edges.iter().map(|edge| edge.node.conversation.last_at.millis() - BEGIN.millis()));
        query.page.after = page.edges.last().map(|edge| edge.cursor.clone());
        if !page.has_next {
            break;
        }
    }
    assert_eq!(seen, [5, 4, 3, 2, 1].map(|n| n * 60_000));
}

#[test]
fn a_timeline_can_be_entered_anywhere() {
    let world = World::new();
    // Ten messages, of which 3, 4, 5 and 6 carry the same time.
    let minutes = [1, 2, 3, 5, 5, 5, 5, 8, 9, 10];
    let originals =
        minutes.iter().enumerate().map(|(n, at)| message(&n.to_string(), "ken", "wmA", *at, &n.to_string()));
    world.accept(originals.collect());
    world.indexed();
    let texts = |range: std::ops::Range<usize>| range.map(|n| n.to_string()).collect::<Vec<_>>();
    let ask = TimelineRequest::default();
    let first = |n| TimelineRequest { first: Some(n), ..ask.clone() };
    assert_eq!(part(&world, &ask), (texts(0..10), 0, false, false));
    assert_eq!(part(&world, &first(3)), (texts(0..3), 0, false, true));
    assert_eq!(part(&world, &TimelineRequest { offset: Some(4), ..first(2) }), (texts(4..6), 4, true, true));
    assert_eq!(part(&world, &TimelineRequest { offset: Some(40), ..first(2) }), (vec![], 10, true, false));
    assert_eq!(part(&world, &TimelineRequest { last: Some(2), ..ask.clone() }), (texts(8..10), 8, true, false));
    for place in 0..10_u64 {
        let cursor = cursor(&world, place);
        let at = usize::try_from(place).expect("small");
        let (after, offset, ..) = part(&world, &TimelineRequest { after: Some(cursor.clone()), ..first(2) });
        assert_eq!((after, offset), (texts(at + 1..10.min(at + 3)), (place + 1)));
        let (before, offset, ..) =
            part(&world, &TimelineRequest { before: Some(cursor), last: Some(2), ..ask.clone() });
        assert_eq!((before, offset), (texts(at.saturating_sub(2)..at), place.saturating_sub(2)));
    }
    let at = |minute: i64| Some(BEGIN.plus_millis(minute * 60_000));
    assert_eq!(part(&world, &TimelineRequest { at: at(5), ..first(1) }), (texts(3..4), 3, true, true));
    assert_eq!(part(&world, &TimelineRequest { at: at(99), ..first(1) }), (vec![], 10, true, false));
}

#[test]
fn places_are_told() {
    let world = World::new();
    let indexes: Vec<EntryIndex> =
        [3, 1, 2].iter().map(|at| world.add(message(&at.to_string(), "ken", "wmA", *at, "x"))).collect();
    let elsewhere = world.add(message("9", "ken", "wmB", 1, "x"));
    world.indexed();
    let tx = world.service.core.store.read().expect("read");
    let facts = |index| {
        let entry = tx.entry(index).expect("read").expect("there");
        xinju_model::facts::facts(xinju_model::record::Format::WecomJson, "default", &entry.body)
    };
    let id = facts(indexes[0]).conversation.expect("a conversation").id;
    let place = |index| world.service.position_of(&reader(), id, index).expect("answered");
    assert_eq!(indexes.iter().map(|index| place(*index)).collect::<Vec<_>>(), [Some(2), Some(0), Some(1)]);
    assert_eq!((place(elsewhere), place(EntryIndex(0)), place(EntryIndex(999))), (None, None, None));
    let before =
        |minute: i64| world.service.position_at(&reader(), id, BEGIN.plus_millis(minute * 60_000)).expect("answered");
    assert_eq!([before(0), before(2), before(3), before(9)], [0, 1, 2, 3]);
}

#[test]
fn messages_come_with_names_original_and_recall() {
    let world = World::new();
    let original = message("1", "ken", "wmA", 1, "你好");
    let index = world.add(original.clone());
    let recall = br#"{"msgid":"2","action":"recall","from":"ken","tolist":["wmA"],"msgtime":1769846520000,"msgtype":"revoke","revoke":{"pre_msgid":"1"}}"#;
    let recall = world.add(recall.to_vec());
    let shown = world.service.message(&reader(), index).expect("answered").expect("there");
    assert_eq!((shown.original.as_deref(), shown.message.body.text.as_str()), (Some(original.as_slice()), "你好"));
    assert_eq!((shown.recalled_by, shown.recalls, shown.sequence), (Some(recall), None, Some(0)));
    assert_eq!(shown.at(), BEGIN.plus_millis(60_000));
    let from = shown.from.as_ref().expect("a sender");
    assert!(from.staff.is_some() && from.customer.is_none() && shown.to[0].customer.is_some());
    let recalling = world.service.message(&reader(), recall).expect("answered").expect("there");
    assert_eq!((recalling.recalls, recalling.recalled_by), (Some(index), None));
    let event = world.last_event("message.read").expect("an event");
    assert_eq!((&event.object, event.actor.name.as_str()), (&recall.to_string(), "integration"));
    assert_eq!(event.detail("customers"), shown.to[0].customer.expect("a customer").to_string());
    // Events are no messages, and nothing lies beyond the end.
    assert!(world.service.message(&reader(), EntryIndex(0)).expect("answered").is_none());
    assert!(world.service.message(&reader(), EntryIndex(u64::MAX)).expect("answered").is_none());
}

#[test]
fn several_messages_are_one_event() {
    let world = World::new();
    let (a, b) = (world.add(message("1", "ken", "wmA", 1, "x")), world.add(message("2", "ken", "wmA", 2, "y")));
    let views = world.service.messages(&reader(), &[b, EntryIndex(0), a]).expect("answered");
    let found: Vec<Option<EntryIndex>> = views.into_iter().map(|view| view.map(|view| view.index)).collect();
    assert_eq!(found, [Some(b), None, Some(a)]);
    assert_eq!(world.count_events("message.read"), 1);
    assert!(world.service.messages(&reader(), &[]).expect("answered").is_empty());
    let error = world.service.messages(&reader(), &vec![a; 201]).expect_err("too many");
    assert_eq!(error.code(), Code::Limit);
}

#[test]
fn seals_wait_for_their_checkpoint() {
    let world = World::new();
    let index = world.add(message("1", "ken", "wmA", 1, "x"));
    let size = world
        .service
        .sign_checkpoint(&viewer(BuiltIn::SecurityAdministrator))
        .expect("signed")
        .expect("a checkpoint")
        .size;
    let seal = world.service.message(&reader(), index).expect("answered").expect("there").seal;
    assert_eq!((seal.state, seal.checkpoint_size), (SealState::Sealed, Some(size)));
    world.service.close();
    let late = world.add(message("2", "ken", "wmA", 1, "x"));
    let seal = world.service.message(&reader(), late).expect("answered").expect("there").seal;
    assert_eq!((seal.state, seal.checkpoint_size), (SealState::Waiting, None));
}

#[test]
fn a_message_without_time_is_ordered_by_its_arrival() {
    let world = World::new();
    world.add(message("1", "ken", "wmA", 0, "no time"));
    world.add(message("2", "ken", "wmA", -5, "earlier"));
    world.indexed();
    let (texts, ..) = part(&world, &TimelineRequest::default());
    assert_eq!(texts, ["earlier", "no time"]);
    let id = conversations(&world, &ConversationQuery::default())[0];
    let page =
        world.service.timeline(&reader(), id, &TimelineRequest::default()).and_then(Reading::durable).expect("a page");
    assert_eq!((page.edges[1].node.at(), page.edges[1].node.message.kind), (BEGIN, MessageKind::Text));
    assert_eq!(page.total, 2);
}

#[test]
fn what_is_not_there_is_not_found() {
    let world = World::new();
    let nowhere = ConversationId([0; 16]);
    assert!(world.service.conversation(&reader(), nowhere).expect("answered").is_none());
    let error = world
        .service
        .timeline(&reader(), nowhere, &TimelineRequest::default())
        .and_then(Reading::durable)
        .expect_err("nothing");
    assert_eq!(error.code(), Code::NotFound);
}
