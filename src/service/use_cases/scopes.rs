//! Who sees what: by every road, the own, the others', and what is nobody's.

use std::collections::BTreeSet;
use std::sync::Arc;

use xinju_model::access::{Action, Viewer};
use xinju_model::case::{CaseAbout, ContextRule, Selection};
use xinju_model::channel::Channel;
use xinju_model::id::{ConversationId, CustomerId, EntryIndex, RoleId, StaffId};
use xinju_model::role::{BuiltIn, DataScope};
use xinju_model::staff::{Department, Staff, StaffState, staff_id};

use crate::case::CollectInto;
use crate::conversation::{ConversationQuery, TimelineRequest};
use crate::error::Code;
use crate::page::PageRequest;
use crate::reading::Reading;
use crate::role::RoleChange;
use crate::scope::{AccessReason, AccessTarget};
use crate::search::{Order, SearchRequest};
use crate::staff::{StaffChange, StaffFilter};
use crate::world::{BEGIN, World, customer, import_permit, message, staff, viewer};

/// Messages by their name.
const ALL: [&str; 6] = ["own", "own2", "theirs", "colleagues", "room1", "room2"];

fn id(account: &str) -> StaffId {
    staff_id(Channel::Wecom, account)
}

fn client(external: &str) -> CustomerId {
    customer("", external).id
}

fn in_room(original: Vec<u8>, room: &str) -> Vec<u8> {
    let text = String::from_utf8(original).expect("text");
    text.replace(r#""roomid":"""#, &format!(r#""roomid":"{room}""#)).into_bytes()
}

/// Ken and Lee work in different departments, below the boss's. Ken has customer A, Lee has B; both are in rooms with the other's.
struct Office {
    world: World,
    indexes: Vec<EntryIndex>,
}

impl Office {
    fn new() -> Self {
        let world = World::new();
        let person = |account: &str, department| Staff { departments: vec![department], ..staff(account, account) };
        let people = [person("boss", 1), person("ken", 2), person("lee", 3)];
        let departments = [(1, 0), (2, 1), (3, 1)];
        world
            .service
            .core
            .store
            .write(&import_permit(), move |tx| {
                people.iter().try_for_each(|staff| tx.put_staff(staff))?;
                departments.iter().try_for_each(|(id, parent)| {
                    tx.put_department(&Department { id: *id, parent: *parent, name: "d".into(), order: 0 })
                })
            })
            .expect("written");
        world.service.core.scopes.forget();
        let originals = [
            message("own", "ken", "wmA", 1, "own"),
            message("own2", "wmA", "ken", 2, "own2"),
            message("theirs", "lee", "wmB", 3, "theirs"),
            message("colleagues", "ken", "lee", 4, "colleagues"),
            in_room(message("room1", "wmB", "ken", 5, "room1"), "r1"),
            in_room(message("room2", "lee", "wmA", 6, "room2"), "r2"),
        ];
        let indexes = originals.into_iter().map(|original| world.add(original)).collect();
        world.indexed();
        world.service.sign_checkpoint(&Viewer::operator()).expect("signed");
        Self { world, indexes }
    }

    fn user(&self, login: &str, roles: &[RoleId], staff: Option<&str>) -> Viewer {
        self.world.user_of(login, roles, staff.map(id)).principal.viewer
    }

    fn index(&self, name: &str) -> EntryIndex {
        self.indexes[ALL.iter().position(|one| *one == name).expect("a name")]
    }

    fn conversation(&self, name: &str) -> ConversationId {
        let view = self.world.service.message(&Viewer::operator(), self.index(name)).expect("answered").expect("there");
        view.facts.conversation.expect("a conversation").id
    }

    /// The messages that somebody sees, and that every road to them says the same.
    fn sees(&self, viewer: &Viewer) -> BTreeSet<&'static str> {
        self.world.indexed();
        let service = &self.world.service;
        let seen: BTreeSet<&str> = ALL
            .into_iter()
            .filter(|name| service.message(viewer, self.index(name)).expect("answered").is_some())
            .collect();
        for order in [Order::Newest, Order::Oldest, Order::Relevance] {
            let page = PageRequest::default();
            let request = SearchRequest { query: "*".into(), order, page, zone_offset_minutes: 0 };
            let found = service.search(viewer, &request).expect("answered").expect("no mistake");
            let texts: BTreeSet<String> = found.hits.iter().map(|hit| hit.message.message.body.text.clone()).collect();
            assert_eq!(texts, seen.iter().map(|name| (*name).to_owned()).collect(), "{order:?}");
            assert_eq!(found.total, seen.len() as u64);
        }
        let overview = service.overview(viewer, 0, 30).expect("numbers");
        let listed = service.conversations(viewer, &ConversationQuery::default()).expect("a page");
        let of_seen: BTreeSet<ConversationId> = seen.iter().map(|name| self.conversation(name)).collect();
        assert_eq!(listed.edges.iter().map(|edge| edge.node.conversation.id).collect::<BTreeSet<_>>(), of_seen);
        assert_eq!((listed.total, overview.conversations), (of_seen.len() as u64, of_seen.len() as u64));
        assert_eq!(overview.messages_per_day.iter().map(|(_, count)| *count).sum::<u64>(), seen.len() as u64);
        for name in ALL {
            let (index, id, sees) = (self.index(name), self.conversation(name), seen.contains(name));
            assert_eq!(service.proof(viewer, index).expect("answered").is_some(), sees, "{name}");
            assert_eq!(service.position_of(viewer, id, index).expect("answered").is_some(), sees, "{name}");
            let inside = of_seen.contains(&id);
            assert_eq!(service.conversation(viewer, id).expect("answered").is_some(), inside, "{name}");
            let timeline = service.timeline(viewer, id, &TimelineRequest::default()).and_then(Reading::durable);
            match timeline {
                Ok(timeline) => {
                    assert!(inside);
                    assert_eq!(timeline.edges.iter().any(|edge| edge.node.index == index), sees, "{name}");
                    assert_eq!(timeline.total, timeline.edges.len() as u64);
                    let view = service.conversation(viewer, id).expect("answered").expect("there").conversation;
                    assert_eq!((view.count, view.first_at), (timeline.total, timeline.edges[0].node.at()));
                }
                Err(error) => assert_eq!((error.code(), inside), (Code::NotFound, false), "{name}"),
            }
            let before = service.position_at(viewer, id, BEGIN.plus_millis(600_000)).expect("answered");
            assert_eq!(before > 0, inside);
        }
        seen
    }

    fn customers(&self, viewer: &Viewer) -> Vec<String> {
        let service = &self.world.service;
        let page = service.customers(viewer, None, &PageRequest::default()).expect("a page");
        let names: Vec<String> = page.edges.into_iter().map(|edge| edge.node.customer.name).collect();
        let (count, overview) = (names.len() as u64, service.overview(viewer, 0, 0).expect("numbers"));
        assert_eq!((page.total, overview.customers), (count, count));
        for name in ["wmA", "wmB"] {
            let inside = names.iter().any(|one| one == name);
            assert_eq!(service.customer(viewer, client(name)).expect("answered").is_some(), inside);
            assert_eq!(service.ownership(viewer, client(name)).expect("answered").is_some(), inside);
            assert_eq!(service.last_contact(viewer, client(name)).expect("answered").is_some(), inside);
            let found = service.customers(viewer, Some(name), &PageRequest::default()).expect("a page");
            assert_eq!(found.total, u64::from(inside));
            let query = ConversationQuery { customer: Some(client(name)), ..ConversationQuery::default() };
            assert_eq!(service.conversations(viewer, &query).expect("a page").total > 0, inside);
        }
        names
    }
}

fn set(names: &[&'static str]) -> BTreeSet<&'static str> {
    names.iter().copied().collect()
}

const KENS: &[&str] = &["own", "own2", "colleagues", "room1"];
const LEES: &[&str] = &["theirs", "colleagues", "room2"];

#[test]
fn staff_see_their_own_and_nothing_of_others() {
    let office = Office::new();
    let (ken, lee) = (
        office.user("ken", &[BuiltIn::Staff.id()], Some("ken")),
        office.user("lee", &[BuiltIn::Staff.id()], Some("lee")),
    );
    assert_eq!((office.sees(&ken), office.customers(&ken)), (set(KENS), vec!["wmA".to_owned()]));
    assert_eq!((office.sees(&lee), office.customers(&lee)), (set(LEES), vec!["wmB".to_owned()]));
    let nobody = office.user("nobody", &[BuiltIn::Staff.id()], None);
    assert_eq!((office.sees(&nobody), office.customers(&nobody)), (set(&[]), vec![]));
    // The address book is everybody's.
    assert_eq!(
        office.world.service.all_staff(&ken, &StaffFilter::default(), &PageRequest::default()).expect("staff").total,
        3
    );
}

#[test]
fn heads_see_their_departments_and_those_below() {
    let office = Office::new();
    let head = |login, staff| office.user(login, &[BuiltIn::DepartmentHead.id()], Some(staff));
    assert_eq!(office.sees(&head("boss", "boss")), set(&ALL));
    assert_eq!(office.sees(&head("ken", "ken")), set(KENS));
    for role in [BuiltIn::Owner, BuiltIn::SecurityAdministrator, BuiltIn::EvidenceOfficer, BuiltIn::Integration] {
        assert_eq!(office.sees(&viewer(role)), set(&ALL), "{role:?}");
    }
    let system = viewer(BuiltIn::SystemAdministrator);
    assert!(office.world.service.message(&system, office.index("own")).is_err());
    assert_eq!(office.customers_of_address_book(&system), 0);
}

impl Office {
    fn customers_of_address_book(&self, viewer: &Viewer) -> u64 {
        self.world.service.customers(viewer, None, &PageRequest::default()).expect("a page").total
    }
}

#[test]
fn names_are_no_oracle() {
    let office = Office::new();
    let ken = office.user("ken", &[BuiltIn::Staff.id()], Some("ken"));
    let total = |query: &str| {
        let page = PageRequest::default();
        let request = SearchRequest { query: query.into(), order: Order::Newest, page, zone_offset_minutes: 0 };
        office.world.service.search(&ken, &request).expect("answered").expect("no mistake").total
    };
    // The room is Ken's, customer B is not: B is as one that is not there.
    assert_eq!(
        (total("customer:wmB"), total(&format!("customer:{}", client("wmB"))), total("customer:nobody")),
        (0, 0, 0)
    );
    assert_eq!((total("customer:wmA"), total("room1"), total("theirs")), (2, 1, 0));
    let room = office.world.service.conversation(&ken, office.conversation("room1")).expect("answered").expect("there");
    assert!(room.parties.iter().all(|party| party.customer.is_none()));
}

#[test]
fn customers_go_over_with_their_history() {
    let office = Office::new();
    let service = &office.world.service;
    let (ken, lee) = (
        office.user("ken", &[BuiltIn::Staff.id()], Some("ken")),
        office.user("lee", &[BuiltIn::Staff.id()], Some("lee")),
    );
    office.world.clock.pass(3_600_000);
    let security = viewer(BuiltIn::SecurityAdministrator);
    office.world.confirm(&security);
    let give = |viewer: &Viewer, to: &str| service.change_customer_owner(viewer, client("wmA"), Some(id(to)));
    assert_eq!(give(&ken, "lee").expect_err("denied").code(), Code::Forbidden);
    assert!(give(&security, "nobody").expect("answered").is_err());
    let owned = give(&security, "lee").expect("answered").expect("given");
    assert_eq!((owned.owner(), owned.tenures().len()), (Some(id("lee")), 2));
    assert!(give(&security, "lee").expect("answered").is_err());
    assert_eq!((office.sees(&ken), office.customers(&ken)), (set(&["colleagues", "room1"]), vec![]));
    assert_eq!(office.sees(&lee), set(&["own", "own2", "theirs", "colleagues", "room2"]));
    let event = office.world.last_event("customer.change_owner").expect("an event");
    let names = (event.details["owner_before"].clone(), event.details["owner_after"].clone());
    assert_eq!(names, (id("ken").to_string(), id("lee").to_string()));
    // Without history only what is newer than the change.
    service.set_successor_sees_history(&security, false).expect("set");
    assert_eq!(office.sees(&lee), set(LEES));
    office.world.add(message("late", "ken", "wmA", 61, "late"));
    office.world.indexed();
    let page = PageRequest::default();
    let request = SearchRequest { query: "*".into(), order: Order::Newest, page, zone_offset_minutes: 0 };
    let found = service.search(&lee, &request).expect("answered").expect("no mistake");
    assert_eq!((found.total, found.hits[0].message.message.body.text.as_str()), (4, "late"));
    let cut = service.conversation(&lee, office.conversation("own")).expect("answered").expect("there").conversation;
    assert_eq!((cut.count, cut.first_at), (1, cut.last_at));
    assert!(service.message(&lee, office.index("own")).expect("answered").is_none());
}

#[test]
fn a_case_shows_at_once_what_its_reader_sees_no_more() {
    let office = Office::new();
    let service = &office.world.service;
    let officer = office.user("officer", &[BuiltIn::EvidenceOfficer.id()], None);
    let about = CaseAbout { name: "a".into(), in_charge: officer.user.into_iter().collect(), ..CaseAbout::default() };
    let case = service.open_case(&officer, about).expect("answered").expect("opened");
    let selection = Selection::Search { query: "*".into(), zone_offset_minutes: 0, archived_before: None };
    let new = CollectInto { selection, context: ContextRule::Alone, comment: String::new() };
    service.collect(&officer, case.id, new).expect("answered").expect("collected");
    // Ken sees every case, and of each what is Ken's.
    let mut ken = office.user("ken", &[BuiltIn::Staff.id()], Some("ken"));
    let mut rights = (*ken.rights).clone();
    rights.roles.iter_mut().for_each(|role| role.actions.extend([Action::ManageCases, Action::ManageRoles]));
    ken.rights = Arc::new(rights);
    let shown = |viewer: &Viewer| -> BTreeSet<String> {
        let page = service.case_messages(viewer, case.id, None, &PageRequest::default()).expect("a page");
        page.edges.into_iter().map(|edge| edge.node.message.message.body.text).collect()
    };
    let texts = |names: &[&str]| -> BTreeSet<String> { names.iter().map(|name| (*name).to_owned()).collect() };
    assert_eq!(shown(&officer).len(), ALL.len());
    assert_eq!(shown(&ken), texts(&["own", "own2", "colleagues", "room1"]));
    let security = viewer(BuiltIn::SecurityAdministrator);
    service.change_customer_owner(&security, client("wmA"), Some(id("lee"))).expect("answered").expect("given");
    assert_eq!(shown(&ken), texts(&["colleagues", "room1"]));
    assert_eq!(shown(&officer).len(), ALL.len());
}

#[test]
fn what_arrives_later_is_seen_without_working_everything_out_again() {
    let office = Office::new();
    let ken = office.user("ken", &[BuiltIn::Staff.id()], Some("ken"));
    assert_eq!(office.sees(&ken), set(KENS));
    let print = |viewer: &Viewer| {
        let permit = office.world.service.core.allow(viewer, Action::ReadContent).expect("allowed");
        match permit.scope() {
            xinju_model::access::Scope::Conversations(visible) => (visible.fingerprint(), visible.len()),
            other => panic!("{other:?}"),
        }
    };
    let (before, count) = print(&ken);
    let fresh = office.world.add(message("n1", "ken", "wmC", 7, "new customer"));
    let group = office.world.add(in_room(message("n2", "wmD", "ken", 8, "new room"), "r3"));
    let joined = office.world.add(in_room(message("n3", "lee", "ken", 9, "ken joins"), "r2"));
    let other = office.world.add(message("n4", "lee", "wmE", 10, "not his"));
    let sees = |index| office.world.service.message(&ken, index).expect("answered").is_some();
    assert_eq!([fresh, group, joined, other].map(sees), [true, true, true, false]);
    // Ken takes part in the room now: its past is his as well.
    assert!(sees(office.index("room2")) && !sees(office.index("theirs")));
    assert_eq!(print(&ken), (before, count + 3));
    assert!(office.world.service.customer(&ken, client("wmC")).expect("answered").is_some());
    assert!(office.world.service.customer(&ken, client("wmE")).expect("answered").is_none());
}

#[test]
fn rights_change_at_once() {
    let office = Office::new();
    let service = &office.world.service;
    let signed_in = office.world.user_of("ken", &[BuiltIn::Staff.id()], Some(id("ken")));
    let again = || service.authenticate_session(&signed_in.secret, "").expect("answered").expect("in").viewer;
    let user = signed_in.principal.user.id;
    assert_eq!(office.sees(&again()), set(KENS));
    let security = viewer(BuiltIn::SecurityAdministrator);
    let give = |role: BuiltIn, staff| service.set_user_roles(&security, user, &[role.id()], staff).expect("answered");
    service.set_user_roles(&Viewer::operator(), user, &[BuiltIn::Owner.id()], None).expect("answered").expect("given");
    assert!(give(BuiltIn::Staff, Some(id("lee"))).is_err(), "only an owner takes that back");
    let operator = Viewer::operator();
    office.world.user("owner", BuiltIn::Owner);
    service.set_user_roles(&operator, user, &[BuiltIn::Staff.id()], Some(id("lee"))).expect("answered").expect("given");
    assert_eq!(office.sees(&again()), set(LEES));
    give(BuiltIn::Integration, None).expect("given");
    assert_eq!(office.sees(&again()), set(&ALL));
    give(BuiltIn::Staff, Some(id("ken"))).expect("given");
    service
        .update_staff(&security, id("ken"), StaffChange::state(StaffState::Suspended))
        .expect("answered")
        .expect("changed");
    assert_eq!(office.sees(&again()), set(&[]));
    service
        .update_staff(&security, id("ken"), StaffChange::state(StaffState::Active))
        .expect("answered")
        .expect("changed");
    assert_eq!(office.sees(&again()), set(KENS));
}

#[test]
fn own_roles_reach_as_far_as_they_name() {
    let office = Office::new();
    let service = &office.world.service;
    let security = viewer(BuiltIn::SecurityAdministrator);
    let role = service.copy_role(&security, BuiltIn::Staff.id(), "Branch").expect("answered").expect("made");
    let scope = |scope| {
        let change = RoleChange { scope: Some(scope), ..RoleChange::default() };
        service.update_role(&security, role.id, change).expect("answered").expect("changed");
    };
    let user = office.world.user_of("ann", &[role.id], None);
    let again = || service.authenticate_session(&user.secret, "").expect("answered").expect("in").viewer;
    let named = |staff, departments, customers| DataScope::named(staff, departments, customers).expect("few");
    scope(named(vec![id("ken")], vec![], vec![]));
    assert_eq!(office.sees(&again()), set(KENS));
    scope(named(vec![], vec![1], vec![]));
    assert_eq!(office.sees(&again()), set(&ALL));
    scope(named(vec![], vec![], vec![client("wmB")]));
    assert_eq!((office.sees(&again()), office.customers(&again())), (set(&["theirs"]), vec!["wmB".to_owned()]));
    // Searching further than one may read finds no more than one may read.
    let actions = [Action::Search, Action::ReadDirectory, Action::ManageOwnAccount, Action::ReadLedger].into();
    let wide = RoleChange { actions: Some(actions), scope: Some(DataScope::Everything), ..RoleChange::default() };
    let search = service.copy_role(&security, BuiltIn::Staff.id(), "Search").expect("answered").expect("made");
    service.update_role(&security, search.id, wide).expect("answered").expect("changed");
    let ben = office.user("ben", &[search.id, BuiltIn::Staff.id()], Some("ken"));
    let page = PageRequest::default();
    let request = SearchRequest { query: "*".into(), order: Order::Newest, page, zone_offset_minutes: 0 };
    let found = service.search(&ben, &request).expect("answered").expect("no mistake");
    assert_eq!((found.total, found.hits.len()), (4, 4));
}

#[test]
fn access_is_explained() {
    let office = Office::new();
    let service = &office.world.service;
    let security = viewer(BuiltIn::SecurityAdministrator);
    let ken = office.world.user_of("ken", &[BuiltIn::Staff.id()], Some(id("ken"))).principal.user.id;
    let loose = office.world.user_of("loose", &[BuiltIn::Staff.id(), BuiltIn::Auditor.id()], None).principal.user.id;
    let why = |user, target| {
        let told = service.explain_access(&security, user, target).expect("explained");
        let reasons: Vec<AccessReason> = told.roles.iter().map(|decision| decision.reason).collect();
        (told.allowed, reasons)
    };
    let conversation = |name| AccessTarget::Conversation(office.conversation(name));
    assert_eq!(why(ken, conversation("own")), (true, vec![AccessReason::Owner]));
    assert_eq!(why(ken, conversation("room1")), (true, vec![AccessReason::TakesPart]));
    assert_eq!(why(ken, conversation("theirs")), (false, vec![AccessReason::Outside]));
    assert_eq!(why(ken, AccessTarget::Conversation(ConversationId([0; 16]))), (false, vec![AccessReason::Outside]));
    assert_eq!(why(ken, AccessTarget::Customer(client("wmA"))), (true, vec![AccessReason::Owner]));
    assert_eq!(why(ken, AccessTarget::Customer(client("wmB"))), (false, vec![AccessReason::Outside]));
    let message = |name: &str| AccessTarget::Message(office.index(name));
    assert_eq!(why(ken, message("own")), (true, vec![AccessReason::Owner]));
    assert_eq!(why(ken, message("theirs")), (false, vec![AccessReason::Outside]));
    assert_eq!(why(ken, AccessTarget::Message(EntryIndex(u64::MAX))), (false, vec![AccessReason::Outside]));
    let lee = office.world.user_of("lee", &[BuiltIn::Staff.id()], Some(id("lee"))).principal.user.id;
    office.world.clock.pass(86_400_000);
    office.world.confirm(&security);
    service.set_successor_sees_history(&security, false).expect("set");
    service.change_customer_owner(&security, client("wmA"), Some(id("lee"))).expect("answered").expect("given");
    assert_eq!(why(lee, message("own")), (false, vec![AccessReason::Before]));
    assert_eq!(why(ken, message("own")), (false, vec![AccessReason::Outside]));
    service.change_customer_owner(&security, client("wmA"), Some(id("ken"))).expect("answered").expect("given");
    service.set_successor_sees_history(&security, true).expect("set");
    let (allowed, mut reasons) = why(loose, conversation("own"));
    reasons.sort_by_key(|reason| format!("{reason:?}"));
    assert_eq!((allowed, reasons), (false, vec![AccessReason::NoAction, AccessReason::NoStaff]));
    service
        .update_staff(&security, id("ken"), StaffChange::state(StaffState::Left))
        .expect("answered")
        .expect("changed");
    assert_eq!(why(ken, conversation("own")), (false, vec![AccessReason::StaffNotActive]));
    let officer = office.world.user("officer", BuiltIn::EvidenceOfficer).principal.user.id;
    assert_eq!(why(officer, conversation("own")), (true, vec![AccessReason::Everything]));
    assert_eq!(office.world.last_event("access.explain").expect("an event").object, officer.to_string());
    let error = service.explain_access(&viewer(BuiltIn::Auditor), ken, conversation("own")).expect_err("denied");
    assert_eq!(error.code(), Code::Forbidden);
}

#[test]
fn refused_lines_show_their_words_to_those_who_read_everything() {
    let office = Office::new();
    let service = &office.world.service;
    let start = crate::import::StartImport {
        file_name: "f".into(),
        file_bytes: None,
        file: Box::new(std::io::Cursor::new(b"secret words\n".to_vec())),
        directory: None,
        account: None,
    };
    let import = service.start_import(&Viewer::operator(), start).expect("answered").expect("begun");
    service.wait_import(&Viewer::operator(), import.id, &mut |_| {}).expect("ended");
    let excerpt = |viewer: &Viewer| {
        let page = service.rejects(viewer, import.id, &PageRequest::default()).expect("a page");
        page.edges[0].node.excerpt.clone()
    };
    assert_eq!(excerpt(&viewer(BuiltIn::EvidenceOfficer)), "secret words");
    assert_eq!(excerpt(&viewer(BuiltIn::SystemAdministrator)), "");
    let error = service.refused_lines(&viewer(BuiltIn::SystemAdministrator), import.id).map(|_| ());
    assert_eq!(error.expect_err("denied").code(), Code::Forbidden);
}

/// What a preview of a user shows to somebody: names of the messages whose conversations are listed, and how many customers.
fn previewed(office: &Office, viewer: &Viewer, user: &Viewer) -> (BTreeSet<&'static str>, Option<u64>) {
    let (service, user) = (&office.world.service, user.user.expect("a user"));
    let page = PageRequest::default();
    let listed = service.preview_conversations(viewer, user, &page).expect("answered");
    let listed = listed.map(|page| page.edges).unwrap_or_default();
    let ids: BTreeSet<ConversationId> = listed.iter().map(|edge| edge.node.conversation.id).collect();
    assert!(listed.iter().all(|edge| edge.node.last_message.is_none()), "a preview has no messages");
    let names = ALL.into_iter().filter(|name| ids.contains(&office.conversation(name))).collect();
    let customers = service.preview_customers(viewer, user, &page).expect("answered");
    (names, customers.map(|page| page.total))
}

#[test]
fn a_preview_is_what_both_see_and_the_act_of_who_looks() {
    let office = Office::new();
    let ken = office.user("ken", &[BuiltIn::Staff.id()], Some("ken"));
    let lee = office.user("lee", &[BuiltIn::Staff.id()], Some("lee"));
    let security = office.user("security", &[BuiltIn::SecurityAdministrator.id()], None);
    let kens: BTreeSet<&str> = office.sees(&ken);
    assert_eq!(previewed(&office, &security, &ken), (kens.clone(), Some(1)));
    let event = office.world.last_event("access.preview").expect("an event");
    assert_eq!((event.actor.name.as_str(), event.object), ("security", ken.user.expect("a user").to_string()));
    // Who manages roles and sees as little as Lee learns nothing of what is Ken's alone.
    let service = &office.world.service;
    let narrow =
        service.copy_role(&Viewer::operator(), BuiltIn::Staff.id(), "Narrow").expect("answered").expect("made");
    let actions = Some([Action::ManageRoles, Action::ReadContent, Action::ReadDirectory].into());
    let change = RoleChange { actions, ..RoleChange::default() };
    service.update_role(&Viewer::operator(), narrow.id, change).expect("answered").expect("changed");
    let manager = office.user("manager", &[narrow.id], Some("lee"));
    let both = kens.intersection(&office.sees(&lee)).copied().collect();
    assert_eq!(previewed(&office, &manager, &ken), (both, Some(0)));
    // Who may read nothing is shown nothing, nor is what somebody may do who is suspended.
    let auditor = office.user("auditor", &[BuiltIn::Auditor.id()], None);
    assert_eq!(previewed(&office, &security, &auditor), (BTreeSet::new(), None));
    let can = |user: &Viewer| service.preview(&security, user.user.expect("a user")).expect("answered").can;
    assert!(can(&auditor).contains(&Action::ReadAudit) && !can(&auditor).contains(&Action::ReadContent));
    service.set_user_active(&Viewer::operator(), ken.user.expect("a user"), false).expect("answered").expect("done");
    assert_eq!((can(&ken), previewed(&office, &security, &ken)), (vec![], (BTreeSet::new(), None)));
    for denied in [&lee, &auditor] {
        let error = service.preview(denied, lee.user.expect("a user")).expect_err("denied");
        assert_eq!(error.code(), Code::Forbidden);
    }
    let nobody = service.preview(&security, xinju_model::id::UserId([0; 16])).expect_err("nobody");
    assert_eq!(nobody.code(), Code::NotFound);
}
