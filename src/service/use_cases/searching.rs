//! Searching.

use xinju_model::role::BuiltIn;

use crate::error::Code;
use crate::page::PageRequest;
use crate::search::{Found, Order, SearchRequest};
use crate::world::{World, message, viewer};

fn request(query: &str) -> SearchRequest {
    SearchRequest { query: query.into(), order: Order::Newest, page: PageRequest::default(), zone_offset_minutes: 480 }
}

fn find(world: &World, query: &str) -> Found {
    world.service.search(&viewer(BuiltIn::Integration), &request(query)).expect("answered").expect("no syntax error")
}

fn texts(found: &Found) -> Vec<&str> {
    found.hits.iter().map(|hit| hit.message.message.body.text.as_str()).collect()
}

fn world() -> World {
    let world = World::new();
    world.accept(vec![
        message("1", "ken", "wmA", 1, "发票已经寄出"),
        message("2", "wmA", "ken", 2, "收到发票了"),
        message("3", "ken", "wmB", 3, "明天见"),
    ]);
    world.indexed();
    world
}

#[test]
fn words_are_found_newest_first_and_marked() {
    let world = world();
    let found = find(&world, "发票");
    assert_eq!(texts(&found), ["收到发票了", "发票已经寄出"]);
    assert_eq!((found.total, found.has_next, found.has_previous), (2, false, false));
    assert_eq!(
        (found.hits[0].snippet.text.as_str(), found.hits[0].snippet.marks.as_slice()),
        ("收到发票了", &[(2, 4)][..])
    );
    assert_eq!(world.service.metrics().searches, 1);
}

#[test]
fn the_words_searched_for_are_in_the_ledger() {
    let world = world();
    find(&world, "发票");
    let event = world.last_event("search.run").expect("an event");
    assert_eq!((event.details["query"].as_str(), event.actor.name.as_str()), ("发票", "integration"));
}

#[test]
fn pages_keep_their_total() {
    let world = world();
    let mut request = request("发票");
    request.page = PageRequest::first(1);
    let search = |request: &SearchRequest| {
        world.service.search(&viewer(BuiltIn::Integration), request).expect("answered").expect("no syntax error")
    };
    let first = search(&request);
    assert_eq!((texts(&first), first.total, first.has_next), (vec!["收到发票了"], 2, true));
    world.accept(vec![message("4", "ken", "wmA", 9, "又一张发票")]);
    world.indexed();
    request.page.after = Some(first.hits[0].cursor.clone());
    let second = search(&request);
    assert_eq!((texts(&second), second.total, second.has_next), (vec!["发票已经寄出"], 2, false));
    assert!(second.has_previous);
}

#[test]
fn names_of_the_directory_are_understood() {
    let world = world();
    let directory = crate::lines::Directory {
        staff: vec![crate::world::staff("李雷", "Ken")],
        customers: vec![crate::world::customer("韩梅梅", "wmA"), crate::world::customer("韩梅", "wmB")],
        ..crate::lines::Directory::default()
    };
    world
        .service
        .core
        .store
        .write(&crate::world::import_permit(), move |tx| {
            directory.staff.iter().try_for_each(|staff| tx.put_staff(staff))?;
            directory.customers.iter().try_for_each(|customer| tx.put_customer(customer))
        })
        .expect("written");
    world.service.core.parties.forget();
    assert_eq!(texts(&find(&world, "customer:韩梅")), ["明天见"]);
    assert_eq!(texts(&find(&world, "customer:梅梅")), ["收到发票了", "发票已经寄出"]);
    assert_eq!(texts(&find(&world, "from:李雷 发票")), ["发票已经寄出"]);
    assert_eq!(find(&world, "staff:KEN").total, 3);
    assert_eq!(find(&world, "customer:nobody").total, 0);
    let id = xinju_model::customer::customer_id(xinju_model::channel::Channel::Wecom, "wmB");
    assert_eq!(texts(&find(&world, &format!("customer:{id}"))), ["明天见"]);
}

#[test]
fn mistakes_are_data_and_bad_arguments_are_errors() {
    let world = world();
    let search = |request: &SearchRequest| world.service.search(&viewer(BuiltIn::Integration), request);
    assert!(search(&request("\"unclosed")).expect("answered").is_err());
    let code = |request: SearchRequest| search(&request).expect_err("refused").code();
    assert_eq!(code(SearchRequest { page: PageRequest::first(201), ..request("x") }), Code::Limit);
    assert_eq!(code(SearchRequest { zone_offset_minutes: 100_000, ..request("x") }), Code::BadInput);
    let strange = PageRequest { first: None, after: Some("strange".into()) };
    assert_eq!(code(SearchRequest { page: strange, ..request("x") }), Code::BadInput);
}
