//! Cases: who sees them, what they collect, and that they show no more than their reader may see.

use std::sync::Arc;

use xinju_model::access::Viewer;
use xinju_model::case::{Case, CaseAbout, CaseFault, CaseParty, CaseState, ContextRule, PartyRole, Selection};
use xinju_model::chain::{ChainGap, LinkAbout, StepKind};
use xinju_model::id::{CaseId, ConversationId, EntryIndex};
use xinju_model::personal::Masks;
use xinju_model::role::BuiltIn;

use crate::case::{CaseFilter, CaseRefusal, ChainRefusal, CollectInto, NewFile, PutLink};
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
        let page = self.world.service.case_messages(viewer, case, None, &PageRequest::default()).expect("a page");
        assert_eq!(page.total, page.edges.len() as u64);
        page.edges.into_iter().map(|edge| edge.node.message.message.body.text).collect()
    }

    fn first_conversation(&self) -> ConversationId {
        self.first_conversation_of(3)
    }

    fn first_conversation_of(&self, messages: u64) -> ConversationId {
        let all = self.world.service.conversations(&self.officer, &ConversationQuery::default()).expect("a page");
        all.edges.iter().find(|edge| edge.node.conversation.count == messages).expect("A's").node.conversation.id
    }
}

/// A link to make.
fn step(title: &str, records: &[u64]) -> PutLink {
    let records = records.iter().copied().map(EntryIndex).collect();
    let about = LinkAbout { kind: StepKind::Contract, title: title.into(), at: None, comment: String::new(), records };
    PutLink { link: None, about, place: None }
}

fn file(link: u32, content: &'static [u8]) -> NewFile {
    NewFile { link, name: "合同.pdf".into(), content: Box::new(content) }
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
    let count =
        |viewer: &Viewer| service.cases(viewer, &CaseFilter::default(), &PageRequest::default()).expect("a page").total;
    assert_eq!((count(&office.officer), count(&office.colleague), count(&office.security)), (1, 0, 1));
    let not_there = |error: crate::error::ServiceError| assert_eq!(error.code(), Code::NotFound);
    service.case_items(&office.colleague, case.id).map_err(not_there).expect_err("somebody else's");
    service
        .case_messages(&office.colleague, case.id, None, &PageRequest::default())
        .map_err(not_there)
        .expect_err("else's");
    service.change_case(&office.colleague, case.id, case.about.clone()).map_err(not_there).expect_err("else's");
    service.set_case_state(&office.colleague, case.id, CaseState::Closed).map_err(not_there).expect_err("else's");
    service.uncollect(&office.colleague, case.id, 1).map_err(not_there).expect_err("somebody else's");
    service.case_conversations(&office.colleague, case.id).map_err(not_there).expect_err("somebody else's");
    service.in_charge_of(&office.colleague, case.id).map_err(not_there).expect_err("somebody else's");
    service.chain(&office.colleague, case.id).map_err(not_there).expect_err("somebody else's");
    service.put_link(&office.colleague, case.id, step("a", &[])).map_err(not_there).expect_err("somebody else's");
    service.unlink(&office.colleague, case.id, 1).map_err(not_there).expect_err("somebody else's");
    service.add_chain_file(&office.colleague, case.id, file(1, b"a")).map_err(not_there).expect_err("else's");
    service.remove_chain_file(&office.colleague, case.id, 1).map_err(not_there).expect_err("somebody else's");
    assert_eq!(
        service.take_chain_file(&office.colleague, case.id, 1).err().map(|error| error.code()),
        Some(Code::NotFound)
    );
    service.case_items(&office.officer, CaseId([0; 16])).map_err(not_there).expect_err("nobody's");
    let staff = office.world.user("staff", BuiltIn::Staff).principal.viewer;
    assert_eq!(
        service.cases(&staff, &CaseFilter::default(), &PageRequest::default()).map(|_| ()).expect_err("denied").code(),
        Code::Forbidden
    );
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
    let page =
        office.world.service.case_messages(&office.officer, case.id, None, &PageRequest::default()).expect("a page");
    let items: Vec<Vec<u32>> = page.edges.iter().map(|edge| edge.node.items.iter().copied().collect()).collect();
    assert_eq!(items, [vec![1, 3], vec![1, 3], vec![2, 3]]);
    let event = office.world.last_event("case.read").expect("an event");
    assert_eq!((event.object.as_str(), event.detail("messages").split(' ').count()), (case.id.to_string().as_str(), 3));
    let second = PageRequest { first: Some(2), after: Some(page.edges[0].cursor.clone()) };
    let second = office.world.service.case_messages(&office.officer, case.id, None, &second).expect("a page");
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
fn a_case_is_worked_out_once_for_its_pages_and_anew_after_each_change() {
    let office = office();
    let case = office.open();
    let last = || office.world.service.core.kept_cases.last();
    assert_eq!(office.collect(case.id, search("退款", None), ContextRule::Alone), Ok(1));
    assert_eq!(office.texts(&office.officer, case.id).len(), 2);
    let first = last();
    let page = PageRequest { first: Some(1), after: None };
    let service = &office.world.service;
    let one = service.case_messages(&office.officer, case.id, None, &page).expect("a page");
    let next = PageRequest { first: Some(1), after: Some(one.edges[0].cursor.clone()) };
    let two = service.case_messages(&office.officer, case.id, None, &next).expect("a page");
    assert_eq!((one.total, one.has_next, two.total, two.has_next), (2, true, 2, false));
    assert_ne!(one.edges[0].node.message.index, two.edges[0].node.message.index);
    service.chain(&office.officer, case.id).expect("a chain");
    assert_eq!(last(), first, "reading writes events and changes nothing");
    // What it means to somebody who masks is another thing.
    service.case_messages(&masked(&office.officer), case.id, None, &page).expect("a page");
    assert_ne!(last(), first);
    assert_eq!(office.collect(case.id, search("好的", None), ContextRule::Alone), Ok(2));
    assert_eq!(office.texts(&office.officer, case.id).len(), 3);
    office.world.add(message("5", "wmA", "ken", 48 * 60, "退款没有到"));
    office.world.indexed();
    assert_eq!(office.texts(&office.officer, case.id).len(), 4);
    let conversation = office.first_conversation_of(4);
    let of =
        |page: &PageRequest| service.case_messages(&office.officer, case.id, Some(conversation), page).expect("a page");
    assert_eq!((of(&page).total, of(&PageRequest::default()).edges.len()), (3, 3));
    assert!(service.uncollect(&office.officer, case.id, 1).expect("answered"));
    assert_eq!(office.texts(&office.officer, case.id), ["好的"]);
    // Whoever is not in charge is told nothing, however fresh the case is.
    let refused = service.case_messages(&office.colleague, case.id, None, &page).map(|_| ()).expect_err("else's");
    assert_eq!(refused.code(), Code::NotFound);
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

#[test]
fn a_conversation_of_a_case_says_what_it_leaves_out() {
    let office = office();
    let case = office.open();
    let first = Selection::Message { message: EntryIndex(office.last("合同周五签")) };
    let third = Selection::Message { message: EntryIndex(office.last("退款今天到账")) };
    assert_eq!(office.collect(case.id, first, ContextRule::Alone), Ok(1));
    assert_eq!(office.collect(case.id, third, ContextRule::Alone), Ok(2));
    let service = &office.world.service;
    let all = service.case_conversations(&office.officer, case.id).expect("answered");
    let told: Vec<(u64, u64)> = all.iter().map(|one| (one.messages, one.left_out)).collect();
    assert_eq!((told, all[0].conversation.conversation.id), (vec![(2, 1)], office.first_conversation()));
    assert!(all[0].first_at < all[0].last_at);
    let page = PageRequest::default();
    let read = service.case_messages(&office.officer, case.id, Some(office.first_conversation()), &page).expect("read");
    let gaps: Vec<Option<u64>> = read.edges.iter().map(|edge| edge.node.left_out_before).collect();
    assert_eq!((gaps, read.total), (vec![Some(0), Some(1)], 2));
    let other = service.case_messages(&office.officer, case.id, Some(ConversationId([0; 16])), &page).expect("read");
    assert_eq!((other.total, other.edges.len()), (0, 0));
}

#[test]
fn a_customer_stands_for_all_their_conversations() {
    let office = office();
    office.world.add(message("6", "lee", "wmA", 25 * 60, "我来跟进"));
    office.world.indexed();
    let names = crate::world::customer("A", "wmA");
    let customer = names.id;
    let put = move |tx: &mut xinju_store::write::WriteTx<'_>| tx.put_customer(&names);
    office.world.service.core.store.write(&crate::world::import_permit(), put).expect("written");
    let case = office.open();
    assert_eq!(office.collect(case.id, Selection::Customer { customer }, ContextRule::Alone), Ok(1));
    assert_eq!(office.texts(&office.officer, case.id), ["合同周五签", "好的", "退款今天到账", "我来跟进"]);
}

#[test]
fn cases_are_found_by_state_and_by_words() {
    let office = office();
    let case = office.open();
    let service = &office.world.service;
    let other = CaseAbout { name: "劳动争议".into(), number: "2026-17".into(), ..case.about };
    let other = service.open_case(&office.officer, other).expect("answered").expect("opened");
    service.set_case_state(&office.officer, other.id, CaseState::Closed).expect("closed");
    let found = |state, words: &str| {
        let filter = CaseFilter { state, words: words.into() };
        let page = service.cases(&office.officer, &filter, &PageRequest::default()).expect("a page");
        page.edges.into_iter().map(|edge| edge.node.about.name).collect::<Vec<_>>()
    };
    assert_eq!(found(None, "").len(), 2);
    assert_eq!(found(Some(CaseState::Open), ""), ["装修合同纠纷"]);
    assert_eq!(found(None, "劳动 2026"), ["劳动争议"]);
    assert!(found(Some(CaseState::Open), "劳动").is_empty());
    let long = CaseFilter { state: None, words: "字".repeat(xinju_model::limits::QUERY_CHARS_MAX + 1) };
    let refused = service.cases(&office.officer, &long, &PageRequest::default()).map(|_| ());
    assert_eq!(refused.expect_err("too long").code(), Code::Limit);
}

#[test]
fn only_those_who_may_work_on_cases_are_put_in_charge() {
    let office = office();
    let case = office.open();
    let service = &office.world.service;
    let staff = office.world.user("staff", BuiltIn::Staff).principal.viewer;
    let names: Vec<String> =
        service.case_people(&office.officer).expect("answered").into_iter().map(|user| user.login).collect();
    assert!(names.contains(&"colleague".to_owned()) && !names.contains(&"staff".to_owned()), "{names:?}");
    let with = |viewer: &Viewer| {
        let in_charge = [office.officer.user, viewer.user].into_iter().flatten().collect();
        service.change_case(&office.officer, case.id, CaseAbout { in_charge, ..case.about.clone() }).expect("answered")
    };
    assert_eq!(with(&staff).err(), Some(CaseRefusal::NobodySuch));
    assert!(service.case(&office.colleague, case.id).expect("answered").is_none());
    with(&office.colleague).expect("changed");
    assert!(service.case(&office.colleague, case.id).expect("answered").is_some());
    assert_eq!(service.in_charge_of(&office.colleague, case.id).expect("answered").len(), 2);
    assert_eq!(service.case_people(&staff).map(|_| ()).expect_err("denied").code(), Code::Forbidden);
}

#[test]
fn a_chain_says_what_shows_each_step_and_what_is_missing() {
    let office = office();
    let case = office.open();
    let service = &office.world.service;
    let (first, second) = (office.last("合同周五签"), office.last("退款已收到"));
    let message = Selection::Message { message: EntryIndex(first) };
    assert_eq!(office.collect(case.id, message, ContextRule::Alone), Ok(1));
    let put = |link: PutLink| service.put_link(&office.officer, case.id, link).expect("answered");
    assert_eq!(put(step("签约", &[first])), Ok(1));
    assert_eq!(put(step("退款", &[second])), Ok(2));
    assert_eq!(put(PutLink { place: Some(0), ..step("报价", &[]) }), Ok(3));
    assert_eq!(put(step("无", &[u64::MAX])), Err(ChainRefusal::NotThere));
    assert_eq!(put(PutLink { link: Some(9), ..step("无", &[]) }), Err(ChainRefusal::NotThere));
    let links = service.chain(&office.officer, case.id).expect("a chain");
    let told: Vec<(&str, &[ChainGap])> =
        links.iter().map(|link| (link.link.about.title.as_str(), link.gaps.as_slice())).collect();
    let (undated, uncollected) = (ChainGap::Undated, ChainGap::NotCollected);
    let expected: [(&str, &[ChainGap]); 3] =
        [("报价", &[ChainGap::Unproven, undated]), ("签约", &[undated]), ("退款", &[undated, uncollected])];
    assert_eq!(told, expected);
    assert_eq!(links[1].records[0].message.as_ref().map(|view| view.index), Some(EntryIndex(first)));
    let event = office.world.last_event("case.link").expect("an event");
    assert_eq!((event.detail("title"), event.detail("link")), ("报价", "3"));
    assert_eq!(service.unlink(&office.officer, case.id, 3).expect("answered"), Ok(3));
    assert_eq!(service.unlink(&office.officer, case.id, 3).expect("answered"), Err(ChainRefusal::NotThere));
    assert_eq!(service.chain(&office.officer, case.id).expect("a chain").len(), 2);
}

#[test]
fn a_file_is_sealed_and_its_digests_are_in_the_ledger() {
    let office = office();
    let case = office.open();
    let service = &office.world.service;
    service.put_link(&office.officer, case.id, step("签约", &[])).expect("answered").expect("put");
    let add = |new: NewFile| service.add_chain_file(&office.officer, case.id, new).expect("answered");
    assert_eq!(add(file(9, b"abc")), Err(ChainRefusal::NotThere));
    assert_eq!(add(file(1, b"")), Err(ChainRefusal::FileSize));
    assert_eq!(add(file(1, b"abc")), Ok(2));
    let links = service.chain(&office.officer, case.id).expect("a chain");
    let kept = &links[0].link.files[0];
    // FIPS 180-4 and GB/T 32905-2016, example 1.
    assert_eq!(kept.sha256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assert_eq!(kept.sm3, "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0");
    let event = office.world.last_event("case.add_file").expect("an event");
    assert_eq!((event.detail("sha256"), event.detail("sm3")), (kept.sha256.as_str(), kept.sm3.as_str()));
    let entry = service.core.store.read().expect("a snapshot").entry(kept.entry).expect("reads").expect("an entry");
    assert_eq!(xinju_model::audit::Event::from_bytes(&entry.body).expect("an event"), event);
    let mut taken = service.take_chain_file(&office.officer, case.id, 2).expect("answered").expect("a file");
    let mut bytes = Vec::new();
    std::io::Read::read_to_end(&mut taken.content, &mut bytes).expect("opens");
    assert_eq!((bytes.as_slice(), taken.file.name.as_str()), (&b"abc"[..], "合同.pdf"));
    assert_eq!(office.world.count_events("case.download_file"), 1);
    assert!(service.take_chain_file(&office.officer, case.id, 1).expect("answered").is_none());
    assert_eq!(service.remove_chain_file(&office.officer, case.id, 2).expect("answered"), Ok(2));
    assert_eq!(service.remove_chain_file(&office.officer, case.id, 2).expect("answered"), Err(ChainRefusal::NotThere));
    service.set_case_state(&office.officer, case.id, CaseState::Closed).expect("closed");
    assert_eq!(add(file(1, b"abc")), Err(ChainRefusal::Closed));
    let put = service.put_link(&office.officer, case.id, step("b", &[])).expect("answered");
    assert_eq!(put, Err(ChainRefusal::Closed));
}

#[test]
fn a_file_that_is_too_long_is_not_kept() {
    let office = office();
    let case = office.open();
    let service = &office.world.service;
    service.put_link(&office.officer, case.id, step("签约", &[])).expect("answered").expect("put");
    let long = std::io::Read::take(std::io::repeat(0), xinju_model::limits::CHAIN_FILE_BYTES_MAX + 1);
    let new = NewFile { link: 1, name: "f".into(), content: Box::new(long) };
    let refused = service.add_chain_file(&office.officer, case.id, new).expect("answered");
    assert_eq!(refused, Err(ChainRefusal::FileSize));
    assert!(service.chain(&office.officer, case.id).expect("a chain")[0].link.files.is_empty());
}

/// The same person, to whom every kind of personal data is masked.
fn masked(viewer: &Viewer) -> Viewer {
    let mut rights = (*viewer.rights).clone();
    rights.roles.iter_mut().for_each(|role| role.masks = Masks::all());
    Viewer { rights: Arc::new(rights), ..viewer.clone() }
}

#[test]
fn texts_of_cases_are_masked_and_masks_are_not_written_back() {
    const PHONE: &str = "13800138000";
    let office = office();
    let (service, masked) = (&office.world.service, masked(&office.officer));
    let about = CaseAbout {
        name: format!("王芳 {PHONE}"),
        purpose: format!("证明 {PHONE} 已退款"),
        parties: vec![CaseParty { name: format!("王芳 {PHONE}"), role: PartyRole::Claimant }],
        in_charge: office.officer.user.into_iter().collect(),
        ..CaseAbout::default()
    };
    let case = service.open_case(&office.officer, about).expect("answered").expect("opened");
    let new = CollectInto { selection: search("退款", None), context: ContextRule::Alone, comment: PHONE.into() };
    service.collect(&office.officer, case.id, new).expect("answered").expect("collected");
    let mut link = step(PHONE, &[]);
    link.about.comment = format!("致电 {PHONE}");
    let number = service.put_link(&office.officer, case.id, link).expect("answered").expect("put");

    let seen = service.case(&masked, case.id).expect("answered").expect("seen");
    let listed = service.cases(&masked, &CaseFilter::default(), &PageRequest::default()).expect("a page");
    let items = service.case_items(&masked, case.id).expect("items");
    let chain = service.chain(&masked, case.id).expect("a chain");
    let links: Vec<_> = chain.iter().map(|view| &view.link.about).collect();
    assert!(!format!("{seen:?} {:?} {items:?} {links:?}", listed.edges).contains(PHONE));
    let filter = CaseFilter { words: PHONE.into(), ..CaseFilter::default() };
    let found = |viewer| service.cases(viewer, &filter, &PageRequest::default()).expect("a page").total;
    assert_eq!((found(&office.officer), found(&masked)), (1, 0), "nothing is found by what is masked");

    // Sent back as it was shown, but for one text.
    let about = CaseAbout { number: "2026-7".into(), ..seen.about };
    service.change_case(&masked, case.id, about).expect("answered").expect("changed");
    let kept = service.case(&office.officer, case.id).expect("answered").expect("seen").about;
    assert_eq!((kept.number.as_str(), kept.name, kept.purpose), ("2026-7", case.about.name, case.about.purpose));
    assert_eq!(kept.parties, case.about.parties);
    let shown = links.first().map(|about| (*about).clone()).expect("a link");
    let put = PutLink { link: Some(number), about: shown, place: None };
    service.put_link(&masked, case.id, put).expect("answered").expect("put");
    let kept = service.chain(&office.officer, case.id).expect("a chain");
    assert!(kept.iter().all(|view| view.link.about.title == PHONE && view.link.about.comment.contains(PHONE)));
}
