//! Cases: who sees them, what they collect, and that they show no more than their reader may see.

use xinju_model::access::Viewer;
use xinju_model::case::{Case, CaseAbout, CaseFault, CaseState, ContextRule, Selection};
use xinju_model::id::{CaseId, ConversationId, EntryIndex};
use xinju_model::role::BuiltIn;

use crate::case::{CaseRefusal, CollectInto};
use crate::conversation::ConversationQuery;
use crate::error::Code;
use crate::page::PageRequest;
use crate::world::{World, message};

struct Office {
    world: World,
    officer: Viewer,
    colleague: Viewer,
    security: Viewer,
}

/// Three messages with A, two hours apart, and one with B.
fn office() -> Office {
    let world = World::new();
    world.add(message("1", "ken", "wmA", 60, "合同周五签"));
    world.add(message("2", "wmA", "ken", 180, "好的"));
    world.add(message("3", "ken", "wmA", 24 * 60, "退款今天到账"));
    world.add(message("4", "ken", "wmB", 24 * 60 + 1, "退款已收到"));
    world.indexed();
    world.administrator();
    let viewer = |login, role| world.user(login, role).principal.viewer;
    let officer = viewer("officer", BuiltIn::EvidenceOfficer);
    let colleague = viewer("colleague", BuiltIn::EvidenceOfficer);
    let security = viewer("security", BuiltIn::SecurityAdministrator);
    Office { world, officer, colleague, security }
}

impl Office {
    fn open(&self) -> Case {
        let in_charge = self.officer.user.into_iter().collect();
        let about = CaseAbout { name: "装修合同纠纷".into(), in_charge, ..CaseAbout::default() };
        self.world.service.open_case(&self.officer, about).expect("answered").expect("opened")
    }

    fn collect(&self, case: CaseId, selection: Selection, context: ContextRule) -> Result<u32, CaseRefusal> {
        let new = CollectInto { selection, context, comment: String::new() };
        self.world.service.collect(&self.officer, case, new).expect("answered").map(|item| item.number)
    }

    fn texts(&self, viewer: &Viewer, case: CaseId) -> Vec<String> {
        let page = self.world.service.case_messages(viewer, case, &PageRequest::default()).expect("a page");
        assert_eq!(page.total, page.edges.len() as u64);
        page.edges.into_iter().map(|edge| edge.node.message.message.body.text).collect()
    }

    fn first_conversation(&self) -> ConversationId {
        let all = self.world.service.conversations(&self.officer, &ConversationQuery::default()).expect("a page");
        all.edges.iter().find(|edge| edge.node.conversation.count == 3).expect("A's").node.conversation.id
    }
}

fn search(query: &str, archived_before: Option<u64>) -> Selection {
    Selection::Search { query: query.into(), zone_offset_minutes: 0, archived_before: archived_before.map(EntryIndex) }
}

#[test]
fn those_in_charge_see_a_case_and_those_who_manage_roles_and_nobody_else() {
    let office = office();
    let case = office.open();
    let service = &office.world.service;
    let sees = |viewer: &Viewer| service.case(viewer, case.id).expect("answered").is_some();
    assert_eq!((sees(&office.officer), sees(&office.colleague), sees(&office.security)), (true, false, true));
    let count = |viewer: &Viewer| service.cases(viewer, &PageRequest::default()).expect("a page").total;
    assert_eq!((count(&office.officer), count(&office.colleague), count(&office.security)), (1, 0, 1));
    let not_there = |error: crate::error::ServiceError| assert_eq!(error.code(), Code::NotFound);
    service.case_items(&office.colleague, case.id).map_err(not_there).expect_err("somebody else's");
    service.case_messages(&office.colleague, case.id, &PageRequest::default()).map_err(not_there).expect_err("else's");
    service.change_case(&office.colleague, case.id, case.about.clone()).map_err(not_there).expect_err("else's");
    service.set_case_state(&office.colleague, case.id, CaseState::Closed).map_err(not_there).expect_err("else's");
    service.uncollect(&office.colleague, case.id, 1).map_err(not_there).expect_err("somebody else's");
    service.case_items(&office.officer, CaseId([0; 16])).map_err(not_there).expect_err("nobody's");
    let staff = office.world.user("staff", BuiltIn::Staff).principal.viewer;
    assert_eq!(service.cases(&staff, &PageRequest::default()).map(|_| ()).expect_err("denied").code(), Code::Forbidden);
}

#[test]
fn what_is_collected_comes_with_its_context_each_message_once() {
    let office = office();
    let case = office.open();
    assert_eq!(office.collect(case.id, search("好的", None), ContextRule::Around { before: 1, after: 0 }), Ok(1));
    assert_eq!(office.texts(&office.officer, case.id), ["合同周五签", "好的"]);
    let message = Selection::Message { message: EntryIndex(office.last("退款今天到账")) };
    assert_eq!(office.collect(case.id, message, ContextRule::Alone), Ok(2));
    let whole = Selection::Conversation { conversation: office.first_conversation(), from: None, until: None };
    assert_eq!(office.collect(case.id, whole, ContextRule::Alone), Ok(3));
    let page = office.world.service.case_messages(&office.officer, case.id, &PageRequest::default()).expect("a page");
    let items: Vec<Vec<u32>> = page.edges.iter().map(|edge| edge.node.items.iter().copied().collect()).collect();
    assert_eq!(items, [vec![1, 3], vec![1, 3], vec![2, 3]]);
    let event = office.world.last_event("case.read").expect("an event");
    assert_eq!((event.object.as_str(), event.detail("messages").split(' ').count()), (case.id.to_string().as_str(), 3));
    let second = PageRequest { first: Some(2), after: Some(page.edges[0].cursor.clone()) };
    let second = office.world.service.case_messages(&office.officer, case.id, &second).expect("a page");
    assert_eq!((second.edges.len(), second.has_next, second.has_previous, second.total), (2, false, true, 3));
}

impl Office {
    fn last(&self, text: &str) -> u64 {
        let request = crate::search::SearchRequest {
            query: text.into(),
            order: crate::search::Order::Newest,
            page: PageRequest::first(1),
            zone_offset_minutes: 0,
        };
        let found = self.world.service.search(&self.officer, &request).expect("answered").expect("a query");
        found.hits[0].message.index.0
    }
}

#[test]
fn a_standing_search_takes_in_what_arrives_later() {
    let office = office();
    let (standing, still) = (office.open(), office.open());
    assert_eq!(office.collect(standing.id, search("退款", None), ContextRule::Alone), Ok(1));
    assert_eq!(office.collect(still.id, search("退款", Some(u64::MAX)), ContextRule::Alone), Ok(1));
    office.world.add(message("5", "wmA", "ken", 48 * 60, "退款没有到"));
    office.world.indexed();
    assert_eq!(office.texts(&office.officer, standing.id).len(), 3);
    assert_eq!(office.texts(&office.officer, still.id).len(), 2);
}

#[test]
fn what_is_taken_out_leaves_its_number_and_a_closed_case_stays() {
    let office = office();
    let case = office.open();
    assert_eq!(office.collect(case.id, search("好的", None), ContextRule::Alone), Ok(1));
    let service = &office.world.service;
    assert!(service.uncollect(&office.officer, case.id, 1).expect("answered"));
    assert!(!service.uncollect(&office.officer, case.id, 1).expect("answered"));
    assert_eq!(office.collect(case.id, search("好的", None), ContextRule::Day), Ok(2));
    service.set_case_state(&office.officer, case.id, CaseState::Closed).expect("closed");
    assert_eq!(office.collect(case.id, search("好的", None), ContextRule::Day), Err(CaseRefusal::Closed));
    assert!(!service.uncollect(&office.officer, case.id, 2).expect("answered"));
    let event = office.world.last_event("case.change").expect("an event");
    assert_eq!((event.detail("state_before"), event.detail("state_after")), ("open", "closed"));
}

#[test]
fn what_is_not_there_or_not_right_is_refused() {
    let office = office();
    let case = office.open();
    let nowhere = Selection::Conversation { conversation: ConversationId([0; 16]), from: None, until: None };
    assert_eq!(office.collect(case.id, nowhere, ContextRule::Alone), Err(CaseRefusal::NotThere));
    let none = Selection::Message { message: EntryIndex(u64::MAX) };
    assert_eq!(office.collect(case.id, none, ContextRule::Alone), Err(CaseRefusal::NotThere));
    assert_eq!(office.collect(case.id, search("(", None), ContextRule::Alone), Err(CaseRefusal::QueryInvalid));
    let about = CaseAbout { in_charge: vec![xinju_model::id::UserId([0; 16])], ..case.about.clone() };
    let refused = office.world.service.change_case(&office.officer, case.id, about).expect("answered");
    assert_eq!(refused.err(), Some(CaseRefusal::NobodySuch));
    let about = CaseAbout { name: String::new(), ..case.about };
    let refused = office.world.service.open_case(&office.officer, about).expect("answered");
    assert_eq!(refused.err(), Some(CaseRefusal::Fault(CaseFault::Name)));
}
