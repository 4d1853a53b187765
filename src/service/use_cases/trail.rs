//! The audit trail: what is written down, who may read it, and that nothing is shown without it.

use serde_json::Value;
use xinju_model::access::Viewer;
use xinju_model::id::{CustomerId, EntryIndex};
use xinju_model::limits::EVENT_FILTER_CHARS_MAX;
use xinju_model::role::BuiltIn;
use xinju_model::user::TokenScope;

use crate::conversation::{ConversationQuery, TimelineRequest};
use crate::error::Code;
use crate::message::SealState;
use crate::page::{Connection, PageRequest};
use crate::reading::Reading;
use crate::search::{Order, SearchRequest};
use crate::token::CreateToken;
use crate::trail::{AuditFilter, EventView, ExportForm, SubjectKind};
use crate::world::{World, message, viewer};

fn search(query: &str) -> SearchRequest {
    SearchRequest { query: query.into(), order: Order::Newest, page: PageRequest::default(), zone_offset_minutes: 0 }
}

fn list(world: &World, filter: &AuditFilter) -> Connection<EventView> {
    world.service.audit_events(&viewer(BuiltIn::Auditor), filter, &PageRequest::default()).expect("a page")
}

fn actions(page: &Connection<EventView>) -> Vec<&str> {
    page.edges.iter().map(|edge| edge.node.event.action.as_str()).collect()
}

/// Two customers with a message each; their ids.
fn two_customers(world: &World) -> [(EntryIndex, CustomerId); 2] {
    ["wmA", "wmB"].map(|customer| {
        let index = world.add(message(customer, "ken", customer, 5, "发票"));
        let id = xinju_model::customer::customer_id(xinju_model::channel::Channel::Wecom, customer);
        (index, id)
    })
}

#[test]
fn whoever_looked_at_a_customer_is_in_the_access_log() {
    let world = World::new();
    let [(a, customer_a), (b, customer_b)] = two_customers(&world);
    world.indexed();
    let staff = viewer(BuiltIn::Integration);
    world.service.message(&staff, a).expect("answered").expect("there");
    world.service.download_message(&staff, b).expect("answered").expect("there");
    world.service.open_customer(&staff, customer_a).expect("answered").expect("there");
    world.service.proof(&staff, a).expect("answered");
    let query = ConversationQuery { customer: Some(customer_a), with_last_message: true, ..Default::default() };
    let page = world.service.conversations(&staff, &query).expect("a page");
    let conversation = page.edges[0].node.conversation.id;
    world
        .service
        .timeline(&staff, conversation, &TimelineRequest::default())
        .and_then(Reading::durable)
        .expect("a page");
    world.service.search(&staff, &search("发票")).expect("answered").expect("read");
    let log = |subject: String| {
        let page = world.service.access_log(&viewer(BuiltIn::Auditor), &subject, &PageRequest::default());
        let page = page.expect("a page");
        actions(&page).into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    let looked =
        ["search.run", "conversation.read", "conversation.list", "message.prove", "customer.read", "message.read"];
    assert_eq!(log(customer_a.to_string()), looked);
    assert_eq!(log(customer_b.to_string()), ["search.run", "message.download"]);
    assert_eq!(log(conversation.to_string()).len(), 5, "all but the customer's own page");
    let ran = world.last_event("search.run").expect("an event");
    assert_eq!((ran.detail("total"), ran.detail("messages").split(' ').count()), ("2", 2));
    assert!(!ran.details.values().any(|value| value.contains("发票") && value != "发票"), "the words and no content");
}

#[test]
fn events_are_filtered_by_person_act_place_time_and_words() {
    let world = World::new();
    let admin = world.administrator().principal;
    let ken = world.user("ken", BuiltIn::Integration).principal;
    world.clock.pass(3_600_000);
    world.confirm(&ken.viewer);
    let later = world.service.clock().now();
    let token = CreateToken { name: "发票机器人".into(), scopes: vec![TokenScope::Read], days: 2 };
    let token = world.service.create_token(&ken.viewer, token).expect("answered").expect("made");
    let robot = world.service.authenticate_token(&token.secret, "192.0.2.99").expect("answered").expect("known");
    let [(index, _), _] = two_customers(&world);
    world.service.message(&robot.viewer, index).expect("answered").expect("there");
    world.service.users(&robot.viewer).expect_err("denied");
    let all = AuditFilter::default;
    let by_ken = list(&world, &AuditFilter { actor: Some(ken.user.id.to_string()), ..all() });
    assert_eq!(actions(&by_ken), ["access.deny", "message.read", "token.create", "session.start"]);
    let denied = &by_ken.edges[0].node;
    assert_eq!((denied.actor.kind.as_str(), denied.actor.name.as_str(), by_ken.total), ("token", "ken", 4));
    assert_eq!(denied.event.detail("action"), "manage_users");
    let by_robot = list(&world, &AuditFilter { actor: Some(token.token.id.to_string()), ..all() });
    assert_eq!(actions(&by_robot), ["access.deny", "message.read"]);
    let about_ken = list(&world, &AuditFilter { subject: Some(ken.user.id.to_string()), ..all() });
    assert_eq!(actions(&about_ken), ["access.deny", "token.create", "user.create"]);
    let subject = &about_ken.edges[2].node.subjects[0];
    assert_eq!((subject.kind, subject.name.as_deref()), (SubjectKind::User, Some("ken")));
    let made = vec!["user.create".to_owned(), "token.create".to_owned()];
    assert_eq!(list(&world, &AuditFilter { actions: made.clone(), ..all() }).total, 3);
    assert_eq!(list(&world, &AuditFilter { actions: made.clone(), after: Some(later), ..all() }).total, 1);
    assert_eq!(list(&world, &AuditFilter { actions: made, before: Some(later), ..all() }).total, 2);
    let words =
        list(&world, &AuditFilter { words: Some("机器人".into()), actions: vec!["token.create".into()], ..all() });
    assert_eq!(actions(&words), ["token.create"]);
    let place = list(&world, &AuditFilter { place: Some("192.0.2.99".into()), ..all() });
    assert_eq!(actions(&place), ["access.deny", "message.read"]);
    let operator = list(&world, &AuditFilter { actor: Some("operator".into()), ..all() });
    assert!(actions(&operator).contains(&"user.create"));
    assert_eq!(list(&world, &AuditFilter { actor: Some(admin.user.id.to_string()), ..all() }).total, 2);
}

#[test]
fn pages_are_stable_and_reading_them_is_an_event() {
    let world = World::new();
    world.administrator();
    let compliance = viewer(BuiltIn::Auditor);
    let page = |after: Option<String>| {
        let request = PageRequest { first: Some(3), after };
        world.service.audit_events(&compliance, &AuditFilter::default(), &request).expect("a page")
    };
    let first = page(None);
    let (mut seen, mut next) = (actions(&first).into_iter().map(str::to_owned).collect::<Vec<_>>(), first.clone());
    while next.has_next {
        next = page(next.edges.last().map(|edge| edge.cursor.clone()));
        assert_eq!((next.total, next.has_previous), (first.total, true));
        seen.extend(actions(&next).into_iter().map(str::to_owned));
    }
    assert_eq!(seen.len() as u64, first.total);
    assert!(!seen.contains(&"audit.read".to_owned()), "what came meanwhile is not in these pages");
    let read = world.count_events("audit.read");
    assert_eq!(read as u64, first.total.div_ceil(3));
    let filter = AuditFilter { words: Some("王".into()), subject: Some("k1".into()), ..AuditFilter::default() };
    list(&world, &filter);
    let event = world.last_event("audit.read").expect("an event");
    assert_eq!((event.object.as_str(), event.detail("words"), event.detail("events")), ("k1", "王", "0"));
}

#[test]
fn filters_that_are_too_large_and_strange_cursors_are_refused() {
    let world = World::new();
    let refused = |filter: AuditFilter, page: PageRequest| {
        world.service.audit_events(&viewer(BuiltIn::Auditor), &filter, &page).expect_err("refused").code()
    };
    let long = "x".repeat(EVENT_FILTER_CHARS_MAX + 1);
    let all = AuditFilter::default;
    assert_eq!(refused(AuditFilter { actor: Some(long.clone()), ..all() }, PageRequest::default()), Code::Limit);
    assert_eq!(refused(AuditFilter { actions: vec![long], ..all() }, PageRequest::default()), Code::Limit);
    assert_eq!(
        refused(AuditFilter { actions: vec![String::new(); 101], ..all() }, PageRequest::default()),
        Code::Limit
    );
    assert_eq!(refused(AuditFilter { words: Some("x ".repeat(65)), ..all() }, PageRequest::default()), Code::Limit);
    assert_eq!(refused(all(), PageRequest::first(201)), Code::Limit);
    assert_eq!(refused(all(), PageRequest { first: None, after: Some("no cursor".into()) }), Code::BadInput);
}

#[test]
fn an_event_is_proven_like_a_message() {
    let world = World::new();
    world.administrator();
    let (compliance, index) = (viewer(BuiltIn::Auditor), EntryIndex(0));
    let waiting = list(&world, &AuditFilter::default()).edges[0].node.seal;
    assert!(matches!(waiting.state, SealState::Sealed | SealState::Waiting));
    world.service.sign_checkpoint(&compliance).expect("signed");
    let event = world.service.audit_event(&compliance, index).expect("answered").expect("there");
    assert_eq!((event.event.action.as_str(), event.seal.state), ("archive.create", SealState::Sealed));
    let proof = world.service.event_proof(&compliance, index).expect("answered").expect("covered");
    assert!(proof.verified && proof.index == index);
    let record = world.add(message("1", "ken", "wmA", 1, "x"));
    world.service.sign_checkpoint(&compliance).expect("signed");
    assert!(world.service.event_proof(&compliance, record).expect("answered").is_none(), "a record is no event");
    assert!(world.service.audit_event(&compliance, record).expect("answered").is_none());
    assert!(
        world.service.proof(&viewer(BuiltIn::Integration), index).expect("answered").is_none(),
        "an event is no record"
    );
    assert_eq!(world.count_events("audit.prove"), 2);
}

#[test]
fn an_export_holds_every_event_and_is_one() {
    let world = World::new();
    world.administrator();
    let compliance = viewer(BuiltIn::Auditor);
    for n in 0..250 {
        let request = search(&format!("=X{n}"));
        world.service.search(&viewer(BuiltIn::Integration), &request).expect("answered").expect("read");
    }
    let filter = AuditFilter { actions: vec!["search.run".into()], ..AuditFilter::default() };
    let export = |form| {
        let mut out = Vec::new();
        let export = world.service.export_audit_events(&compliance, &filter, form).expect("allowed");
        assert_eq!(export.write(&mut out).expect("written"), 250);
        String::from_utf8(out).expect("UTF-8")
    };
    let csv = export(ExportForm::Csv);
    assert!(csv.starts_with("\u{feff}index,time,action,"), "{}", csv.lines().next().unwrap_or_default());
    assert_eq!(csv.matches("\r\n").count(), 251);
    let ndjson = export(ExportForm::Ndjson);
    let lines: Vec<Value> = ndjson.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert_eq!(lines.len(), 250);
    assert_eq!(lines[0]["details"]["query"], "=X249");
    assert_eq!((&lines[0]["actor"]["name"], &lines[0]["action"]), (&"integration".into(), &"search.run".into()));
    // Every line says who took it out, so that a part of the file does too.
    let mark = lines[249]["export"].as_str().expect("a mark");
    assert!(mark.starts_with("auditor 2026-01-31T08:00:00.000Z ") && ndjson.matches(mark).count() == 250, "{mark}");
    let found = world.service.marked_event(&compliance, &mark[mark.len() - 9..]).expect("answered").expect("found");
    assert_eq!((found.event.action.as_str(), found.event.detail("form")), ("audit.export", "ndjson"));
    assert_eq!(csv.lines().filter(|line| line.contains(",auditor 2026-01-31T08:00:00.000Z ")).count(), 250);
    let event = world.last_event("audit.export").expect("an event");
    assert_eq!((event.detail("form"), event.detail("actions")), ("ndjson", "search.run"));
    assert_eq!(world.count_events("audit.export"), 2);
}

#[test]
fn what_changes_stands_with_before_and_after() {
    let world = World::new();
    let admin = world.administrator().principal.viewer;
    let ken = world.user("ken", BuiltIn::Integration).principal.user;
    world.service.set_user_active(&admin, ken.id, false).expect("answered").expect("suspended");
    let event = world.last_event("user.suspend").expect("an event");
    assert_eq!((event.detail("active_before"), event.detail("active_after")), ("true", "false"));
    let made = world.last_event("user.create").expect("an event");
    assert_eq!((made.detail("login"), made.detail("roles")), ("ken", "integration"));
}

#[test]
fn nothing_is_shown_when_its_event_cannot_be_written() {
    let world = World::new();
    let [(index, customer), _] = two_customers(&world);
    world.indexed();
    let (staff, compliance) = (viewer(BuiltIn::Integration), viewer(BuiltIn::Auditor));
    let query = ConversationQuery { with_last_message: true, ..ConversationQuery::default() };
    let conversation = world.service.conversations(&staff, &query).expect("a page").edges[0].node.conversation.id;
    world.service.message(&staff, index).expect("answered").expect("there");
    world.disk.set();
    let fails = |what: &str, code: Option<Code>| assert_eq!(code, Some(Code::Internal), "{what}");
    let service = &world.service;
    fails("message", service.message(&staff, index).err().map(|error| error.code()));
    fails("original", service.download_message(&staff, index).err().map(|error| error.code()));
    fails("proof", service.proof(&staff, index).err().map(|error| error.code()));
    fails("search", service.search(&staff, &search("发票")).err().map(|error| error.code()));
    let part = TimelineRequest::default();
    fails(
        "timeline",
        service.timeline(&staff, conversation, &part).and_then(Reading::durable).err().map(|error| error.code()),
    );
    fails("conversations", service.conversations(&staff, &query).err().map(|error| error.code()));
    fails("customer", service.open_customer(&staff, customer).err().map(|error| error.code()));
    let (filter, page) = (AuditFilter::default(), PageRequest::default());
    fails("trail", service.audit_events(&compliance, &filter, &page).err().map(|error| error.code()));
    let export = service.export_audit_events(&compliance, &filter, ExportForm::Csv);
    fails("export", export.err().map(|error| error.code()));
    fails("a denial", service.users(&staff).err().map(|error| error.code()));
    fails("the operator", service.message(&Viewer::operator(), index).err().map(|error| error.code()));
}
