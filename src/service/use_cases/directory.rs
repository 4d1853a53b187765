//! Customers, staff and the overview.

use xinju_model::access::Viewer;
use xinju_model::id::{CustomerId, StaffId};
use xinju_model::role::BuiltIn;

use crate::error::Code;
use crate::page::PageRequest;
use crate::staff::StaffFilter;
use crate::world::{BEGIN, World, customer, import_permit, message, staff, viewer};

fn world() -> World {
    let world = World::new();
    world.add(message("1", "ken", "wmA", 1, "x"));
    world.add(message("2", "ken", "wmZ", 2, "x"));
    world
        .service
        .core
        .store
        .write(&import_permit(), |tx| {
            tx.put_customer(&customer("韩梅梅", "wmA"))?;
            tx.put_customer(&customer("安娜", "wmB"))?;
            tx.put_staff(&staff("李雷", "Ken"))?;
            tx.put_staff(&staff("王芳", "fang"))
        })
        .expect("written");
    world.service.core.parties.forget();
    world
}

#[test]
fn customers_are_listed_and_found() {
    let world = world();
    let reader = viewer(BuiltIn::Integration);
    let list = |search, page: &PageRequest| world.service.customers(&reader, search, page).expect("a page");
    let names = |search| {
        list(search, &PageRequest::default()).edges.into_iter().map(|edge| edge.node.customer.name).collect::<Vec<_>>()
    };
    assert_eq!(names(None).len(), 3);
    assert_eq!((names(Some("梅")), names(Some("wmZ"))), (vec!["韩梅梅".into()], vec!["wmZ".to_owned()]));
    assert_eq!(names(Some(" ")).len(), 3);
    let (mut seen, mut page) = (Vec::new(), PageRequest::first(1));
    loop {
        let found = list(None, &page);
        assert_eq!(found.total, 3);
        seen.extend(found.edges.iter().map(|edge| edge.node.customer.id));
        page.after = found.edges.last().map(|edge| edge.cursor.clone());
        if !found.has_next {
            break;
        }
    }
    seen.sort_unstable();
    seen.dedup();
    assert_eq!(seen.len(), 3);
    let long = "x".repeat(1_001);
    let error = world.service.customers(&reader, Some(&long), &PageRequest::default()).expect_err("too long");
    assert_eq!(error.code(), Code::Limit);
}

#[test]
fn last_contact_is_the_newest_message() {
    let world = world();
    let reader = viewer(BuiltIn::Integration);
    let contact = |id: &str| world.service.last_contact(&reader, customer("", id).id).expect("answered");
    assert_eq!(contact("wmA"), Some(BEGIN.plus_millis(60_000)));
    assert_eq!(contact("wmB"), None);
    assert!(world.service.customer(&reader, CustomerId([0; 16])).expect("answered").is_none());
    assert!(world.service.staff(&reader, StaffId([0; 16])).expect("answered").is_none());
}

#[test]
fn staff_are_listed_and_found() {
    let world = world();
    let list = |search: Option<&str>| {
        let filter = search.map(StaffFilter::search).unwrap_or_default();
        let page =
            world.service.all_staff(&viewer(BuiltIn::Integration), &filter, &PageRequest::default()).expect("a page");
        page.edges.into_iter().map(|edge| edge.node.name).collect::<Vec<_>>()
    };
    assert_eq!(list(None), ["李雷", "王芳"]);
    assert_eq!((list(Some("雷")), list(Some("FANG"))), (vec!["李雷".to_owned()], vec!["王芳".to_owned()]));
}

#[test]
fn the_overview_counts() {
    let world = world();
    world.indexed();
    let overview = world.service.overview(&viewer(BuiltIn::Integration), 480, 30).expect("numbers");
    assert_eq!((overview.records, overview.conversations, overview.customers, overview.staff), (2, 2, 3, 2));
    assert_eq!(overview.newest_message_at, Some(BEGIN.plus_millis(120_000)));
    assert_eq!(overview.messages_per_day.iter().map(|(_, count)| count).sum::<u64>(), 2);
    assert!(overview.last_import.is_none());
    let error = world.service.overview(&viewer(BuiltIn::Integration), 0, 10_000).expect_err("too many days");
    assert_eq!(error.code(), Code::Limit);
    let empty = World::new();
    let overview = empty.service.overview(&Viewer::operator(), 0, 30).expect("numbers");
    assert_eq!((overview.newest_message_at, overview.messages_per_day.len()), (None, 0));
}
