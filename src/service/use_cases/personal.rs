//! Personal data: masked by every road, found by none, revealed one value at a time.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use xinju_model::access::Viewer;
use xinju_model::approval::{ApprovalPolicy, SensitiveKind, SensitiveOperation};
use xinju_model::channel::Channel;
use xinju_model::customer::{Customer, Follower};
use xinju_model::id::{ConversationId, CustomerId, EntryIndex};
use xinju_model::limits::{FRESH_MS_MAX, REVEALS_MAX};
use xinju_model::personal::{Masks, PersonalKind, RevealSubject};
use xinju_model::role::BuiltIn;
use xinju_model::staff::staff_id;

use crate::approval::{Done, Wanted};
use crate::conversation::{ConversationQuery, TimelineRequest};
use crate::error::Code;
use crate::page::PageRequest;
use crate::reading::Reading;
use crate::reveal::Reveal;
use crate::role::RoleChange;
use crate::search::{Order, SearchRequest};
use crate::trail::{AuditFilter, ExportForm};
use crate::world::{World, customer, import_permit, message, staff, viewer};

const ID: &str = "11010519491231002X";
const CARD: &str = "6222021234567890128";
const PHONE: &str = "13800138000";

/// Ken has customer A, Lee has B. Words, names and remarks of both hold what Ken must not see in full.
struct Bank {
    world: World,
    ken: Viewer,
    own: EntryIndex,
    theirs: EntryIndex,
}

fn client(external: &str) -> CustomerId {
    customer("", external).id
}

fn listed(name: &str, external: &str, owner: &str, remark: &str) -> Customer {
    let follower = Follower {
        staff: staff_id(Channel::Wecom, owner),
        remark: remark.to_owned(),
        description: format!("卡 {CARD}"),
        since: None,
        tags: vec![format!("证 {ID}")],
    };
    Customer { followers: vec![follower], ..customer(name, external) }
}

impl Bank {
    fn new() -> Self {
        let world = World::new();
        let customers = [listed(&format!("王芳{ID}"), "wmA", "ken", CARD), listed("李雷", "wmB", "lee", "老客户")];
        world
            .service
            .core
            .store
            .write(&import_permit(), move |tx| {
                ["ken", "lee"].iter().try_for_each(|account| tx.put_staff(&staff(account, account)))?;
                customers.iter().try_for_each(|customer| tx.put_customer(customer))
            })
            .expect("written");
        world.service.core.scopes.forget();
        world.service.core.parties.forget();
        let own = world.add(message("1", "wmA", "ken", 1, &format!("身份证{ID}，卡号{CARD}，电话{PHONE}")));
        let theirs = world.add(message("2", "wmB", "lee", 2, &format!("卡号{CARD}")));
        world.add(message("3", "ken", "wmA", 3, "请转账"));
        world.add(message("4", "wmA", "ken", 4, &format!("再发一次 {CARD}")));
        world.indexed();
        world.service.sign_checkpoint(&Viewer::operator()).expect("signed");
        let ken = world.user_of("ken", &[BuiltIn::Staff.id()], Some(staff_id(Channel::Wecom, "ken"))).principal.viewer;
        Self { world, ken, own, theirs }
    }

    fn conversation(&self) -> ConversationId {
        let view = self.world.service.message(&Viewer::operator(), self.own).expect("answered").expect("there");
        view.facts.conversation.expect("a conversation").id
    }

    fn total(&self, viewer: &Viewer, query: &str) -> u64 {
        self.world.service.search(viewer, &request(query)).expect("answered").expect("no mistake").total
    }

    fn reveal(&self, viewer: &Viewer, subject: RevealSubject, index: u32) -> Result<String, Code> {
        let reveal = Reveal { subject, index, reason: "核对退款账户".into() };
        let shown = self.world.service.reveal_personal(viewer, &reveal);
        shown.map(|shown| shown.value).map_err(|error| error.code())
    }
}

fn request(query: &str) -> SearchRequest {
    SearchRequest { query: query.into(), order: Order::Newest, page: PageRequest::default(), zone_offset_minutes: 0 }
}

/// Everything that a viewer gets by reading, as text.
fn everything(bank: &Bank, viewer: &Viewer) -> String {
    let service = &bank.world.service;
    let (all, page) = (bank.conversation(), PageRequest::default());
    let mut told = vec![
        format!("{:?}", service.message(viewer, bank.own)),
        format!("{:?}", service.messages(viewer, &[bank.own, bank.theirs])),
        format!("{:?}", service.conversation(viewer, all)),
        format!("{:?}", service.timeline(viewer, all, &TimelineRequest::default()).and_then(Reading::durable)),
        format!("{:?}", service.customer(viewer, client("wmA"))),
        format!("{:?}", service.open_customer(viewer, client("wmA"))),
        format!("{:?}", service.customers(viewer, None, &page)),
        format!("{:?}", service.customers(viewer, Some("王芳"), &page)),
        format!("{:?}", service.ownership(viewer, client("wmA"))),
        format!("{:?}", service.download_message(viewer, bank.own)),
    ];
    let listing = ConversationQuery { with_last_message: true, ..ConversationQuery::default() };
    told.push(format!("{:?}", service.conversations(viewer, &listing)));
    for order in [Order::Newest, Order::Oldest, Order::Relevance] {
        for query in ["*", "身份证", "请转账", "卡号", "customer:王芳"] {
            told.push(format!("{:?}", service.search(viewer, &SearchRequest { order, ..request(query) })));
        }
    }
    for cursor in service.customers(viewer, None, &page).iter().flat_map(|page| &page.edges).map(|edge| &edge.cursor) {
        told.push(String::from_utf8_lossy(&URL_SAFE_NO_PAD.decode(cursor).expect("base64")).into_owned());
    }
    if let Some(proof) = service.proof(viewer, bank.own).expect("answered") {
        let decode = |encoded: &String| URL_SAFE_NO_PAD.decode(encoded).expect("base64");
        told.push(format!("{proof:?}"));
        told.extend(proof.disclosures.iter().map(|one| String::from_utf8_lossy(&decode(&one.encoded)).into_owned()));
    }
    told.join("\n")
}

#[test]
fn what_is_masked_leaves_by_no_road() {
    let bank = Bank::new();
    let told = everything(&bank, &bank.ken);
    for raw in [ID, CARD] {
        assert!(!told.contains(raw), "{raw} in {told}");
    }
    assert!(told.contains(PHONE), "who works with a customer sees how to reach them");
    assert!(told.contains("110***********002X") && told.contains("***************0128"), "{told}");
    let whole = everything(&bank, &viewer(BuiltIn::EvidenceOfficer));
    assert!([ID, CARD, PHONE].iter().all(|raw| whole.contains(raw)), "the test would see it if it were there");
}

#[test]
fn an_original_that_holds_it_is_withheld_and_its_proof_stays() {
    let bank = Bank::new();
    let service = &bank.world.service;
    let refused = service.download_message(&bank.ken, bank.own).expect_err("withheld");
    assert_eq!((refused.code(), refused.sentence().contains("revealPersonal")), (Code::Forbidden, true));
    assert_eq!(bank.world.last_event("access.deny").expect("an event").object, bank.own.to_string());
    let view = service.message(&bank.ken, bank.own).expect("answered").expect("there");
    assert_eq!((view.original, view.facts.text, view.masked.len()), (None, None, 2));
    let proof = service.proof(&bank.ken, bank.own).expect("answered").expect("covered");
    assert_eq!((proof.verified, proof.withheld.as_slice()), (true, &["content", "original"][..]));
    let plain = EntryIndex(bank.theirs.0 + 1);
    assert!(service.download_message(&bank.ken, plain).expect("answered").expect("there").0.original.is_some());
    let whole = service.proof(&viewer(BuiltIn::EvidenceOfficer), bank.own).expect("answered").expect("covered");
    assert!(whole.withheld.is_empty() && whole.disclosures.len() == proof.disclosures.len() + 2);
}

#[test]
fn questions_about_masked_digits_are_answered_as_those_about_any_others() {
    let bank = Bank::new();
    let forms = [
        "{}",
        "{}*",
        "\"{}\"",
        "-{}",
        "卡号 -{}",
        "请 OR {}",
        "卡号{}*",
        "from:wmA {}",
        "customer:{}",
        "customer:\"王芳{}\"",
    ];
    for digits in [ID, CARD, PHONE, "6222", "622202", "0128", "1949"] {
        let other = "7".repeat(digits.len());
        // What is left of a masked card may be looked for: everybody sees it.
        let shown = digits == "0128";
        for form in forms.into_iter().filter(|form| !shown || !form.contains("customer")) {
            let (asked, control) = (form.replace("{}", digits), form.replace("{}", &other));
            assert_eq!(bank.total(&bank.ken, &asked), bank.total(&bank.ken, &control), "{asked}");
        }
        let found = |words: &str| {
            let page = bank.world.service.customers(&bank.ken, Some(words), &PageRequest::default()).expect("a page");
            (page.total, page.edges.len())
        };
        if !shown {
            assert_eq!(found(digits), found(&other), "{digits}");
        }
    }
    let officer = viewer(BuiltIn::EvidenceOfficer);
    assert_eq!((bank.total(&officer, CARD), bank.total(&officer, &format!("-{CARD}"))), (3, 1));
    assert_eq!((bank.total(&bank.ken, "卡号"), bank.total(&bank.ken, "再发一次")), (1, 1));
}

#[test]
fn lists_are_sorted_by_what_is_seen() {
    let world = World::new();
    let names = ["110105194912310038", "440524199001010026", ID, "440524188001010014"];
    let customers: Vec<Customer> =
        names.iter().zip(["wmA", "wmB", "wmC", "wmD"]).map(|(name, id)| customer(name, id)).collect();
    let write = |customers: Vec<Customer>| {
        let put = move |tx: &mut xinju_store::write::WriteTx<'_>| {
            customers.iter().try_for_each(|customer| tx.put_customer(customer))
        };
        world.service.core.store.write(&import_permit(), put).expect("written");
    };
    write(customers);
    let masked = viewer(BuiltIn::Integration);
    let list = || {
        let mut names = Vec::new();
        let mut page = PageRequest::first(1);
        loop {
            let found = world.service.customers(&masked, None, &page).expect("a page");
            names.extend(found.edges.iter().map(|edge| edge.node.customer.name.clone()));
            page.after = found.edges.last().map(|edge| edge.cursor.clone());
            if !found.has_next {
                return names;
            }
        }
    };
    let shown = list();
    assert_eq!(shown.len(), 4);
    assert!(shown.is_sorted(), "{shown:?}");
    // A name that changes only where it is masked keeps its place, and its old place is gone.
    write(vec![customer("110105198001010016", "wmC")]);
    assert_eq!(list().len(), 4);
}

#[test]
fn a_value_is_revealed_to_whom_it_may_be_for_a_reason() {
    let bank = Bank::new();
    let own = RevealSubject::Message(bank.own);
    // A sign-in is as good as a confirmation, as long as it is fresh.
    bank.world.clock.pass(FRESH_MS_MAX + 1);
    assert_eq!(bank.reveal(&bank.ken, own, 0), Err(Code::ConfirmRequired));
    bank.world.confirm(&bank.ken);
    assert_eq!(bank.reveal(&bank.ken, own, 0).as_deref(), Ok(ID));
    assert_eq!(bank.reveal(&bank.ken, own, 1).as_deref(), Ok(CARD));
    let event = bank.world.last_event("personal.reveal").expect("an event");
    assert_eq!((event.object, event.details["kind"].as_str()), (bank.own.to_string(), "bank_card"));
    assert_eq!(event.details["reason"], "核对退款账户");
    assert!(event.details["customers"].contains(&client("wmA").to_string()));
    let all = format!("{:?}", bank.world.events());
    assert!(!all.contains(ID) && !all.contains(CARD), "events never hold the value");
    // The third, a phone, is not masked for Ken: there is nothing to reveal.
    assert_eq!(bank.reveal(&bank.ken, own, 2), Err(Code::NotFound));
    let customer = RevealSubject::Customer(client("wmA"));
    let values: Vec<_> = (0..4).map(|index| bank.reveal(&bank.ken, customer, index).expect("revealed")).collect();
    assert_eq!(values, [ID, CARD, CARD, ID]);
    assert_eq!(bank.world.last_event("personal.reveal").expect("an event").object, client("wmA").to_string());
}

#[test]
fn nothing_is_revealed_of_what_is_not_seen_nor_to_whom_it_is_not_allowed() {
    let bank = Bank::new();
    bank.world.confirm(&bank.ken);
    let nowhere = RevealSubject::Message(EntryIndex(999_999));
    for (hidden, absent) in [
        (RevealSubject::Message(bank.theirs), nowhere),
        (RevealSubject::Customer(client("wmB")), RevealSubject::Customer(client("wmZ"))),
    ] {
        let (one, other) = (bank.reveal(&bank.ken, hidden, 0), bank.reveal(&bank.ken, absent, 0));
        assert_eq!((one, other), (Err(Code::NotFound), Err(Code::NotFound)));
    }
    for role in [BuiltIn::Auditor, BuiltIn::SystemAdministrator, BuiltIn::Integration] {
        assert_eq!(bank.reveal(&viewer(role), RevealSubject::Message(bank.own), 0), Err(Code::Forbidden), "{role:?}");
    }
    // Who sees everything has nothing to reveal.
    assert_eq!(bank.reveal(&viewer(BuiltIn::Owner), RevealSubject::Message(bank.own), 0), Err(Code::NotFound));
    let without_reason = Reveal { subject: RevealSubject::Message(bank.own), index: 0, reason: "  ".into() };
    let refused = bank.world.service.reveal_personal(&bank.ken, &without_reason).expect_err("refused");
    assert_eq!((refused.code(), bank.world.count_events("personal.reveal")), (Code::BadInput, 0));
    bank.world.clock.pass(FRESH_MS_MAX + 1);
    assert_eq!(bank.reveal(&bank.ken, RevealSubject::Message(bank.own), 0), Err(Code::ConfirmRequired));
}

#[test]
fn a_second_person_who_sees_the_message_lets_a_value_be_revealed_once() {
    let bank = Bank::new();
    let service = &bank.world.service;
    let head = bank.world.user("head", BuiltIn::SecurityAdministrator).principal.viewer;
    let lee = bank.world.user_of("lee", &[BuiltIn::DepartmentHead.id()], Some(staff_id(Channel::Wecom, "lee")));
    // Of a policy with one kind, the policy itself needs somebody to ask.
    bank.world.user("second", BuiltIn::SecurityAdministrator);
    let policy = ApprovalPolicy { kinds: [SensitiveKind::Reveal].into(), ..ApprovalPolicy::default() };
    service.set_approval_policy(&Viewer::operator(), &policy).expect("answered").expect("set");
    let own = RevealSubject::Message(bank.own);
    assert_eq!(bank.reveal(&bank.ken, own, 1), Err(Code::ApprovalRequired));
    assert_eq!(bank.world.count_events("personal.reveal"), 0);
    let reveal = |index| SensitiveOperation::RevealPersonal { subject: own, index, reason: "退款".into() };
    let wanted = Wanted::Operation(reveal(1));
    let asked = service.ask_approval(&bank.ken, wanted, "退款").expect("answered").expect("asked").approval;
    assert!(!format!("{asked:?}").contains(CARD), "who decides is not shown the value");
    assert_eq!(asked.preview.details["kind"], "bank_card");
    let refused = service.decide_approval(&lee.principal.viewer, asked.id, true, "").map_err(|error| error.code());
    assert!(!matches!(refused, Ok(Ok(_))), "who does not see the message does not decide on it: {refused:?}");
    service.decide_approval(&head, asked.id, true, "").expect("answered").expect("approved");
    let (_, done) = service.carry_out_approval(&bank.ken, asked.id).expect("answered").expect("carried out");
    let Done::Revealed(shown) = done else { panic!("nothing was revealed") };
    assert_eq!(shown.value, CARD);
    assert!(service.carry_out_approval(&bank.ken, asked.id).expect("answered").is_err());
    assert_eq!(bank.world.count_events("personal.reveal"), 1);
    let nothing = service.ask_approval(&bank.ken, Wanted::Operation(reveal(9)), "x").map_err(|error| error.code());
    assert_eq!(nothing.err(), Some(Code::NotFound));
}

#[test]
fn haste_ends_at_the_limit() {
    let bank = Bank::new();
    bank.world.confirm(&bank.ken);
    for _ in 0..REVEALS_MAX {
        assert!(bank.reveal(&bank.ken, RevealSubject::Message(bank.own), 0).is_ok());
    }
    assert_eq!(bank.reveal(&bank.ken, RevealSubject::Message(bank.own), 0), Err(Code::Limit));
    assert_eq!(bank.world.count_events("personal.reveal"), REVEALS_MAX);
}

/// The disk is full: what cannot be written down is not shown.
#[test]
fn nothing_is_revealed_that_cannot_be_written_down() {
    let bank = Bank::new();
    bank.world.confirm(&bank.ken);
    bank.world.disk.set();
    assert_eq!(bank.reveal(&bank.ken, RevealSubject::Message(bank.own), 0), Err(Code::Internal));
}

#[test]
fn what_somebody_searched_for_is_masked_in_the_trail() {
    let bank = Bank::new();
    let (service, auditor) = (&bank.world.service, viewer(BuiltIn::Auditor));
    bank.total(&bank.ken, CARD);
    let filter = |words: &str| AuditFilter {
        actions: vec!["search.run".into()],
        words: Some(words.into()),
        ..AuditFilter::default()
    };
    let listed = |viewer: &Viewer, words: &str| {
        service.audit_events(viewer, &filter(words), &PageRequest::default()).expect("a page")
    };
    let page = listed(&auditor, "");
    assert_eq!(page.edges[0].node.event.details["query"], "***************0128");
    assert!(!format!("{page:?}").contains(CARD));
    assert_eq!((listed(&auditor, CARD).total, listed(&viewer(BuiltIn::Owner), CARD).total), (0, 1));
    let mut file = Vec::new();
    let export = service.export_audit_events(&auditor, &AuditFilter::default(), ExportForm::Csv).expect("allowed");
    export.write(&mut file).expect("written");
    assert!(!String::from_utf8(file).expect("text").contains(CARD));
    service.sign_checkpoint(&Viewer::operator()).expect("signed");
    let index = page.edges[0].node.index;
    let proof = service.event_proof(&auditor, index).expect("answered").expect("covered");
    assert_eq!((proof.verified, proof.withheld.as_slice()), (true, &["details", "original"][..]));
    assert!(
        service.event_proof(&viewer(BuiltIn::Owner), index).expect("answered").expect("covered").withheld.is_empty()
    );
}

#[test]
fn a_role_says_what_its_holders_do_not_see() {
    let bank = Bank::new();
    let (service, security) = (&bank.world.service, viewer(BuiltIn::SecurityAdministrator));
    let role = service.copy_role(&security, BuiltIn::Staff.id(), "Branch").expect("answered").expect("made");
    assert_eq!(role.masks.names(), "id_number bank_card");
    let user = bank.world.user_of("ann", &[role.id], Some(staff_id(Channel::Wecom, "ken")));
    let text = || {
        let ann = service.authenticate_session(&user.secret, "").expect("answered").expect("in").viewer;
        service.message(&ann, bank.own).expect("answered").expect("there").message.body.text
    };
    let set = |masks: Masks| {
        let change = RoleChange { masks: Some(masks), ..RoleChange::default() };
        service.update_role(&security, role.id, change).expect("answered").expect("changed");
    };
    set(Masks::default());
    assert_eq!(text(), format!("身份证{ID}，卡号{CARD}，电话{PHONE}"));
    set([PersonalKind::Phone].into_iter().collect());
    assert_eq!(text(), format!("身份证{ID}，卡号{CARD}，电话138****8000"));
    let event = bank.world.last_event("role.change").expect("an event");
    assert_eq!((event.details["masks_before"].as_str(), event.details["masks_after"].as_str()), ("", "phone"));
}
