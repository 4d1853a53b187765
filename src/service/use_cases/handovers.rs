//! Leavers: suspended at once, looked back at, their customers handed over in one reviewed step, signed by both.

use xinju_model::access::Viewer;
use xinju_model::channel::Channel;
use xinju_model::customer::Follower;
use xinju_model::handover::{Handover, HandoverRule, HandoverState, WhichCustomers};
use xinju_model::handover_form::{FormItem, FormItemKind, HandoverForm, SignedAs};
use xinju_model::id::{CustomerId, HandoverId, StaffId};
use xinju_model::role::BuiltIn;
use xinju_model::staff::{Department, Staff, StaffState, staff_id};

use crate::error::{Code, ServiceError};
use crate::handover::HandoverRefusal;
use crate::handover_form::{FormRefusal, FormView, FormWords};
use crate::page::PageRequest;
use crate::role::RoleChange;
use crate::staff::StaffChange;
use crate::token::CreateToken;
use crate::world::{World, customer, import_permit, message, staff, viewer};

const DAY_MS: i64 = 86_400_000;

fn id(account: &str) -> StaffId {
    staff_id(Channel::Wecom, account)
}

fn client(external: &str) -> CustomerId {
    customer("", external).id
}

/// Ken leaves; Lee and Mia work in the same department, Zoe in another with a customer of her own. Ken has customers A to E, of whom A and B are tagged.
struct Office {
    world: World,
    security: Viewer,
}

impl Office {
    fn new() -> Self {
        let world = World::new();
        let person = |account: &str, department| Staff { departments: vec![department], ..staff(account, account) };
        let people = [person("ken", 2), person("lee", 2), person("mia", 2), person("zoe", 3)];
        let departments = [(1, 0, "医院"), (2, 1, "内科"), (3, 1, "外科")];
        let follower = |tags: &[&str]| Follower {
            staff: id("ken"),
            remark: String::new(),
            description: String::new(),
            since: None,
            tags: tags.iter().map(|tag| (*tag).to_owned()).collect(),
        };
        let customers = ["wmA", "wmB", "wmC", "wmD", "wmE"].map(|external| {
            let tags: &[&str] = if matches!(external, "wmA" | "wmB") { &["vip"] } else { &[] };
            xinju_model::customer::Customer { followers: vec![follower(tags)], ..customer("", external) }
        });
        let written = world.service.core.store.write(&import_permit(), move |tx| {
            people.iter().try_for_each(|staff| tx.put_staff(staff))?;
            customers.iter().try_for_each(|customer| tx.put_customer(customer))?;
            departments.iter().try_for_each(|(id, parent, name)| {
                tx.put_department(&Department { id: *id, parent: *parent, name: (*name).into(), order: 0 })
            })
        });
        written.expect("written");
        world.service.core.scopes.forget();
        world.add(message("1", "ken", "wmA", 1, "one"));
        world.add(message("2", "wmA", "ken", 2, "two"));
        world.add(message("3", "zoe", "wmZ", 3, "hers"));
        world.indexed();
        Self { world, security: viewer(BuiltIn::SecurityAdministrator) }
    }

    fn begin(&self, suspend: bool) -> Handover {
        let begun = self.world.service.begin_handover(&self.security, id("ken"), 30, suspend);
        begun.expect("answered").expect("begun")
    }

    fn plan(&self, of: HandoverId, rules: &[(WhichCustomers, &[&str])]) -> Result<Handover, HandoverRefusal> {
        let rule = |(which, successors): &(WhichCustomers, &[&str])| HandoverRule {
            which: which.clone(),
            successors: successors.iter().map(|account| id(account)).collect(),
        };
        let rules = rules.iter().map(rule).collect();
        self.world.service.plan_handover(&self.security, of, rules).expect("answered")
    }

    fn digest(&self, of: HandoverId) -> String {
        self.world.service.handover_plan(&self.security, of).expect("answered").expect("a plan").digest
    }

    fn carry_out(&self, of: HandoverId, digest: &str) -> Result<Result<Handover, HandoverRefusal>, ServiceError> {
        self.world.service.carry_out_handover(&self.security, of, digest)
    }

    /// The handover with all customers gone to Lee, and its form.
    fn gone_to_lee(&self, suspend: bool) -> (Handover, HandoverForm) {
        let begun = self.begin(suspend);
        self.plan(begun.id, &[(WhichCustomers::Rest, &["lee"])]).expect("planned");
        let done = self.carry_out(begun.id, &self.digest(begun.id)).expect("answered").expect("done");
        let forms = self.world.service.forms(&self.security, begun.id).expect("forms");
        assert_eq!(forms.len(), 1);
        (done, forms[0].clone())
    }

    fn owner(&self, external: &str) -> Option<StaffId> {
        let ownership = self.world.service.ownership(&Viewer::operator(), client(external)).expect("answered");
        ownership.expect("there").owner()
    }

    /// A member of staff, signed in and confirmed.
    fn person(&self, account: &str) -> Viewer {
        let signed_in = self.world.user_of(account, &[BuiltIn::Staff.id()], Some(id(account)));
        self.world.confirm(&signed_in.principal.viewer);
        signed_in.principal.viewer
    }

    fn sign(&self, viewer: &Viewer, form: &HandoverForm, reason: Option<&str>) -> Result<FormView, FormRefusal> {
        self.world.service.sign_form(viewer, form.id, &form.digest, reason).expect("answered")
    }
}

fn code<T: std::fmt::Debug>(answer: Result<T, ServiceError>) -> Code {
    answer.expect_err("refused").code()
}

#[test]
fn a_leaver_is_out_at_once_and_what_they_did_is_frozen() {
    let office = Office::new();
    let service = &office.world.service;
    let ken = office.world.user_of("ken", &[BuiltIn::Staff.id()], Some(id("ken")));
    office.world.confirm(&ken.principal.viewer);
    let token = CreateToken { name: "t".into(), scopes: vec![xinju_model::user::TokenScope::Read], days: 1 };
    service.create_token(&ken.principal.viewer, token).expect("answered").expect("made");
    service.open_customer(&ken.principal.viewer, client("wmA")).expect("answered").expect("seen");
    office.world.clock.pass(1_000);
    let begun = office.begin(true);
    assert!(begun.suspended_at.is_some());
    assert!(service.authenticate_session(&ken.secret, "").expect("answered").is_none());
    let tx = service.core.store.read().expect("reads");
    let user = ken.principal.user.id;
    assert!(!tx.user(user).expect("reads").expect("there").user.active);
    assert!(tx.sessions(user).expect("reads").is_empty() && tx.tokens(user).expect("reads").is_empty());
    assert_eq!(tx.staff(id("ken")).expect("reads").map(|staff| staff.state), Some(StaffState::Left));
    let review = service.review(&office.security, begun.id).expect("answered").expect("frozen");
    assert_eq!(review.counts.get("customer.read"), Some(&1));
    assert_eq!((review.counts.get("token.create"), review.total), (Some(&1), review.events.len() as u64));
    // What comes later changes nothing, and whoever reads it is written down.
    let page = service.review_events(&office.security, begun.id, &PageRequest::default()).expect("a page");
    assert_eq!(page.total, review.total);
    assert!(page.edges.iter().all(|edge| edge.node.actor.ids().contains(&user.to_string().as_str())));
    assert_eq!(service.review(&office.security, begun.id).expect("answered"), Some(review.clone()));
    let event = office.world.last_event("handover.freeze").expect("an event");
    assert_eq!(event.detail("review_sha256"), review.digest());
    assert_eq!(office.world.count_events("handover.freeze"), 1);
    assert_eq!(office.world.count_events("handover.read_review"), 1);
    assert_eq!(office.world.last_event("user.suspend").expect("an event").detail("handover"), begun.id.to_string());
    let again = service.suspend_leaver(&office.security, begun.id).expect("answered");
    assert_eq!(again.err(), Some(HandoverRefusal::AlreadySuspended));
}

#[test]
fn a_review_goes_back_as_far_as_was_asked() {
    let office = Office::new();
    let service = &office.world.service;
    let old = office.person("ken");
    service.open_customer(&old, client("wmA")).expect("answered").expect("seen");
    office.world.clock.pass(2 * DAY_MS);
    let ken = office.world.sign_in("ken").principal.viewer;
    service.open_customer(&ken, client("wmB")).expect("answered").expect("seen");
    office.world.clock.pass(1_000);
    office.world.service.core.confirmed.put(crate::world::FRESH_SESSION, service.clock().now());
    let begun = service.begin_handover(&office.security, id("ken"), 1, true).expect("answered").expect("begun");
    let review = service.review(&office.security, begun.id).expect("answered").expect("frozen");
    assert_eq!(review.counts.get("customer.read"), Some(&1));
}

#[test]
fn a_plan_is_looked_at_and_carried_out_as_it_was() {
    let office = Office::new();
    let service = &office.world.service;
    let begun = office.begin(false);
    let vip = WhichCustomers::Tagged("vip".into());
    let single = WhichCustomers::Named(vec![client("wmA"), client("wmZ")]);
    office.plan(begun.id, &[(single.clone(), &["mia"]), (vip.clone(), &["lee"])]).expect("planned");
    let plan = service.handover_plan(&office.security, begun.id).expect("answered").expect("a plan");
    assert_eq!((plan.left, plan.obstacle()), (3, Some(HandoverRefusal::CustomersLeft)));
    assert_eq!(office.carry_out(begun.id, &plan.digest).expect("answered"), Err(HandoverRefusal::CustomersLeft));
    office
        .plan(begun.id, &[(single, &["mia"]), (vip, &["lee"]), (WhichCustomers::Rest, &["lee", "mia"])])
        .expect("planned");
    let seen = service.handover_plan(&office.security, begun.id).expect("answered").expect("a plan");
    let goes: Vec<_> = seen.assignments.iter().map(|one| (one.name.as_str(), one.successor)).collect();
    let (lee, mia) = (Some(id("lee")), Some(id("mia")));
    assert_eq!(goes, [("wmA", mia), ("wmB", lee), ("wmC", lee), ("wmD", mia), ("wmE", lee)]);
    assert_eq!(seen.page(&PageRequest::first(2)).expect("a page").total, 5);
    assert_eq!(code(office.carry_out(begun.id, &plan.digest)), Code::Conflict, "another plan was looked at");
    // A customer more than was looked at.
    office.world.add(message("9", "ken", "wmF", 9, "new"));
    assert_eq!(code(office.carry_out(begun.id, &seen.digest)), Code::Conflict);
    assert_eq!((office.owner("wmA"), office.owner("wmF")), (Some(id("ken")), Some(id("ken"))));
    let done = office.carry_out(begun.id, &office.digest(begun.id)).expect("answered").expect("done");
    assert_eq!((done.state, done.carried_out.map(|done| done.customers)), (HandoverState::CarriedOut, Some(6)));
    assert_eq!((office.owner("wmA"), office.owner("wmB"), office.owner("wmF")), (mia, lee, mia));
    assert_eq!(office.world.count_events("customer.change_owner"), 6);
    let event = office.world.last_event("customer.change_owner").expect("an event");
    assert_eq!(event.detail("handover"), begun.id.to_string());
    assert!(event.subjects().contains(&begun.id.to_string().as_str()));
    let again = office.carry_out(begun.id, &seen.digest).expect("answered");
    assert_eq!(again, Err(HandoverRefusal::PastThat));
    assert_eq!(service.handover_plan(&office.security, begun.id).expect("answered"), None);
}

#[test]
fn successors_see_what_was_handed_to_them_and_the_leaver_no_more() {
    let office = Office::new();
    let service = &office.world.service;
    let (ken, lee) = (office.person("ken"), office.person("lee"));
    let sees = |viewer: &Viewer| service.customer(viewer, client("wmA")).expect("answered").is_some();
    assert_eq!((sees(&ken), sees(&lee)), (true, false));
    office.gone_to_lee(false);
    assert_eq!((sees(&ken), sees(&lee)), (false, true));
}

#[test]
fn steps_that_cannot_be_are_refused() {
    let office = Office::new();
    let service = &office.world.service;
    let begin =
        |leaver: &str, days| service.begin_handover(&office.security, id(leaver), days, false).expect("answered");
    assert_eq!(begin("ken", 0).err(), Some(HandoverRefusal::DaysInvalid));
    assert_eq!(begin("ken", 366).err(), Some(HandoverRefusal::DaysInvalid));
    let begun = office.begin(false);
    assert_eq!(begin("ken", 30).err(), Some(HandoverRefusal::AlreadyOpen));
    assert_eq!(code(service.begin_handover(&office.security, id("nobody"), 30, false)), Code::NotFound);
    let plan = |which, successors: &[&str]| office.plan(begun.id, &[(which, successors)]).map(|_| ());
    assert_eq!(plan(WhichCustomers::Rest, &["ken"]), Err(HandoverRefusal::SuccessorIsLeaver));
    assert_eq!(plan(WhichCustomers::Rest, &["nobody"]), Err(HandoverRefusal::SuccessorUnknown));
    assert_eq!(plan(WhichCustomers::Rest, &[]), Err(HandoverRefusal::RuleEmpty));
    let set = |state| {
        service.update_staff(&office.security, id("lee"), StaffChange::state(state)).expect("answered").expect("set")
    };
    set(StaffState::Suspended);
    assert_eq!(plan(WhichCustomers::Rest, &["lee"]), Err(HandoverRefusal::SuccessorNotActive));
    set(StaffState::Active);
    plan(WhichCustomers::Rest, &["lee"]).expect("planned");
    set(StaffState::Left);
    let digest = office.digest(begun.id);
    assert_eq!(office.carry_out(begun.id, &digest).expect("answered"), Err(HandoverRefusal::SuccessorNotActive));
    let cancelled = service.cancel_handover(&office.security, begun.id).expect("answered").expect("called off");
    assert_eq!(cancelled.state, HandoverState::Cancelled);
    assert_eq!(plan(WhichCustomers::Rest, &["mia"]), Err(HandoverRefusal::PastThat));
    assert_eq!(
        service.cancel_handover(&office.security, begun.id).expect("answered").err(),
        Some(HandoverRefusal::PastThat)
    );
    let late = service.suspend_leaver(&office.security, begun.id).expect("answered");
    assert_eq!(late.err(), Some(HandoverRefusal::PastThat));
    // A leaver without customers has nothing to sign.
    let mia = begin("mia", 30).expect("begun");
    let done = office.carry_out(mia.id, &office.digest(mia.id)).expect("answered").expect("done");
    assert_eq!((done.state, service.forms(&office.security, mia.id).expect("forms")), (HandoverState::Closed, vec![]));
}

#[test]
fn nobody_locks_the_archive_up_and_only_owners_suspend_owners() {
    let office = Office::new();
    let service = &office.world.service;
    let begin =
        |viewer: &Viewer, account: &str| service.begin_handover(viewer, id(account), 30, true).expect("answered");
    let boss = office.world.user_of("boss", &[BuiltIn::Owner.id()], Some(id("ken"))).principal.viewer;
    office.world.confirm(&boss);
    assert_eq!(begin(&office.security, "ken").err(), Some(HandoverRefusal::NotYoursToSuspend));
    assert_eq!(begin(&Viewer::operator(), "ken").err(), Some(HandoverRefusal::LastAdministrator));
    assert_eq!(begin(&boss, "ken").err(), Some(HandoverRefusal::Yourself));
    let other = office.world.user("other", BuiltIn::Owner).principal.viewer;
    office.world.confirm(&other);
    let begun = begin(&other, "ken").expect("begun");
    assert_eq!(begun.users, [boss.user.expect("a user")]);
    // Nothing of a refused beginning stays.
    assert_eq!(service.handovers(&other, None, &PageRequest::default()).expect("a list").total, 1);
}

#[test]
fn sensitive_steps_ask_who_it_is() {
    let office = Office::new();
    let service = &office.world.service;
    let (begun, lee) = (office.begin(false), office.person("lee"));
    office.plan(begun.id, &[(WhichCustomers::Rest, &["lee"])]).expect("planned");
    let digest = office.digest(begun.id);
    let stale = Viewer { session: Some(xinju_model::id::SessionId([1; 16])), ..office.security.clone() };
    assert_eq!(code(service.begin_handover(&stale, id("mia"), 30, true)), Code::ConfirmRequired);
    assert_eq!(code(service.suspend_leaver(&stale, begun.id)), Code::ConfirmRequired);
    assert_eq!(code(service.carry_out_handover(&stale, begun.id, &digest)), Code::ConfirmRequired);
    office.carry_out(begun.id, &digest).expect("answered").expect("done");
    let form = service.forms(&office.security, begun.id).expect("forms")[0].clone();
    let stale = Viewer { session: Some(xinju_model::id::SessionId([1; 16])), ..lee };
    assert_eq!(code(service.sign_form(&stale, form.id, &form.digest, None)), Code::ConfirmRequired);
}

#[test]
fn heads_who_manage_people_see_to_their_own_department_only() {
    let office = Office::new();
    let service = &office.world.service;
    let role =
        service.copy_role(&office.security, BuiltIn::DepartmentHead.id(), "Head").expect("answered").expect("made");
    let mut actions = role.actions.clone();
    actions.insert(xinju_model::access::Action::ManagePeople);
    let change = RoleChange { actions: Some(actions), ..RoleChange::default() };
    service.update_role(&office.security, role.id, change).expect("answered").expect("changed");
    let head = |login: &str, account: &str| {
        let viewer = office.world.user_of(login, &[role.id], Some(id(account))).principal.viewer;
        office.world.confirm(&viewer);
        viewer
    };
    let (own, other) = (head("h1", "lee"), head("h2", "zoe"));
    let begun = service.begin_handover(&own, id("ken"), 30, true).expect("answered").expect("begun");
    let rules = vec![HandoverRule { which: WhichCustomers::Rest, successors: vec![id("mia")] }];
    service.plan_handover(&own, begun.id, rules.clone()).expect("answered").expect("planned");
    let plan = service.handover_plan(&own, begun.id).expect("answered").expect("a plan");
    // Somebody else's looks exactly as if it did not exist.
    let nothing = HandoverId([0; 16]);
    for id in [begun.id, nothing] {
        assert_eq!(service.handover(&other, id).expect("answered"), None);
        assert_eq!(code(service.plan_handover(&other, id, rules.clone())), Code::NotFound);
        assert_eq!(code(service.handover_plan(&other, id)), Code::NotFound);
        assert_eq!(code(service.review(&other, id)), Code::NotFound);
        assert_eq!(code(service.suspend_leaver(&other, id)), Code::NotFound);
        assert_eq!(code(service.carry_out_handover(&other, id, &plan.digest)), Code::NotFound);
        assert_eq!(code(service.cancel_handover(&other, id)), Code::NotFound);
    }
    assert_eq!(code(service.begin_handover(&other, id("ken"), 30, false)), Code::NotFound);
    assert_eq!(service.handovers(&other, None, &PageRequest::default()).expect("a list").total, 0);
    let done = service.carry_out_handover(&own, begun.id, &plan.digest).expect("answered").expect("done");
    assert_eq!(done.carried_out.map(|done| done.customers), Some(5));
    let form = service.forms(&own, begun.id).expect("forms")[0].id;
    assert!(service.form(&own, form).expect("answered").is_some());
    assert!(service.form(&other, form).expect("answered").is_none());
}

fn words(text: &str, customer: Option<CustomerId>) -> FormWords {
    let item = FormItem {
        customer,
        done: false,
        due: Some("2026-12-01".into()),
        kind: FormItemKind::Promise,
        text: text.into(),
    };
    FormWords { company: "医院".into(), items: vec![item], remarks: "备注".into() }
}

#[test]
fn leaver_and_successor_sign_the_same_words_and_nothing_changes_after() {
    let office = Office::new();
    let service = &office.world.service;
    let (ken, lee, mia) = (office.person("ken"), office.person("lee"), office.person("mia"));
    let (done, form) = office.gone_to_lee(false);
    let own = service.own_forms(&lee, &PageRequest::default()).expect("a list");
    assert_eq!((own.total, own.edges[0].node.id), (1, form.id));
    assert_eq!(service.own_forms(&mia, &PageRequest::default()).expect("a list").total, 0);
    assert_eq!(service.form(&mia, form.id).expect("answered"), None);
    assert_eq!(code(service.sign_form(&mia, form.id, &form.digest, None)), Code::NotFound);
    assert_eq!(code(service.fill_in_form(&mia, form.id, words("x", None))), Code::NotFound);
    let view = service.form(&lee, form.id).expect("answered").expect("seen");
    assert_eq!((view.may_fill_in, view.may_sign_as, view.may_reopen), (true, Some(SignedAs::Successor), false));
    let first = &view.content.customers[0];
    assert_eq!((first.name.as_str(), first.conversations, first.messages), ("wmA", 1, 2));
    assert_eq!(
        (view.content.company.as_str(), view.content.leaver.departments.clone()),
        ("医院", vec!["内科".to_owned()])
    );
    let bad = service.fill_in_form(&ken, form.id, words("报价", Some(client("wmZ")))).expect("answered");
    assert_eq!(bad.err(), Some(FormRefusal::CustomerUnknown));
    let filled =
        service.fill_in_form(&ken, form.id, words("报价", Some(client("wmA")))).expect("answered").expect("filled");
    assert_ne!(filled.form.digest, form.digest);
    assert_eq!(code(service.sign_form(&lee, form.id, &form.digest, None)), Code::Conflict, "other words were read");
    let form = filled.form;
    assert_eq!(office.sign(&office.security, &form, Some("why")).err(), Some(FormRefusal::LeaverCanSign));
    office.sign(&ken, &form, None).expect("signed");
    assert_eq!(office.sign(&ken, &form, None).err(), Some(FormRefusal::AlreadySigned));
    let late = service.fill_in_form(&lee, form.id, words("more", None)).expect("answered");
    assert_eq!(late.err(), Some(FormRefusal::AlreadySigned));
    // What the other side finds wrong is opened again by who sees to it, and signed anew.
    assert_eq!(code(service.reopen_form(&lee, form.id)), Code::Forbidden);
    service.reopen_form(&office.security, form.id).expect("answered").expect("opened");
    assert_eq!(service.reopen_form(&office.security, form.id).expect("answered").err(), Some(FormRefusal::NotSigned));
    office.sign(&ken, &form, None).expect("signed");
    let complete = office.sign(&lee, &form, None).expect("signed");
    assert!(complete.form.is_complete() && complete.may_sign_as.is_none() && !complete.may_fill_in);
    let event = office.world.last_event("handover.complete").expect("an event");
    assert_eq!(
        (event.detail("form_sha256"), event.object.as_str()),
        (form.digest.as_str(), form.id.to_string().as_str())
    );
    let closed = service.handover(&office.security, done.id).expect("answered").expect("there");
    assert_eq!(closed.state, HandoverState::Closed);
    let late = service.fill_in_form(&office.security, form.id, words("more", None)).expect("answered");
    assert_eq!(late.err(), Some(FormRefusal::Complete));
    assert_eq!(service.reopen_form(&office.security, form.id).expect("answered").err(), Some(FormRefusal::Complete));
    let row = HandoverForm { digest: "other".into(), ..complete.form };
    let forced = service.core.store.write(&import_permit(), move |tx| tx.put_form(&row, None));
    assert!(matches!(forced, Err(xinju_store::error::StoreError::Refused(_))));
}

#[test]
fn a_witness_signs_with_a_reason_for_a_leaver_who_is_out() {
    let office = Office::new();
    let service = &office.world.service;
    let (_, lee) = (office.person("ken"), office.person("lee"));
    let witness = office.world.user("witness", BuiltIn::SecurityAdministrator).principal.viewer;
    office.world.confirm(&witness);
    let (_, form) = office.gone_to_lee(true);
    assert_eq!(service.form(&witness, form.id).expect("answered").expect("seen").may_sign_as, Some(SignedAs::Witness));
    assert_eq!(office.sign(&witness, &form, None).err(), Some(FormRefusal::ReasonMissing));
    assert_eq!(office.sign(&witness, &form, Some("  ")).err(), Some(FormRefusal::ReasonMissing));
    assert_eq!(office.sign(&Viewer::operator(), &form, Some("x")).err(), Some(FormRefusal::NotASide));
    let half = office.sign(&witness, &form, Some("离职未到场")).expect("signed");
    assert_eq!(half.form.signatures[0].reason.as_deref(), Some("离职未到场"));
    // The same account as successor: it does not sign for both sides.
    let linked = Viewer { rights: std::sync::Arc::clone(&lee.rights), ..witness };
    assert_eq!(office.sign(&linked, &form, None).err(), Some(FormRefusal::BothSides));
    let done = office.sign(&lee, &form, None).expect("signed");
    assert!(done.form.is_complete());
}

/// How long it takes: a figure to look at, and that a limit's worth goes through in one step.
#[test]
fn two_thousand_customers_go_in_one_step() {
    let office = Office::new();
    let customers = (0..2_000).map(|number| {
        let follower = Follower {
            staff: id("ken"),
            remark: String::new(),
            description: String::new(),
            since: None,
            tags: Vec::new(),
        };
        let external = format!("wm{number:05}");
        xinju_model::customer::Customer { followers: vec![follower], ..customer("name", &external) }
    });
    let customers: Vec<_> = customers.collect();
    let written = office
        .world
        .service
        .core
        .store
        .write(&import_permit(), move |tx| customers.iter().try_for_each(|customer| tx.put_customer(customer)));
    written.expect("written");
    let (done, form) = office.gone_to_lee(false);
    assert_eq!((done.carried_out.map(|done| done.customers), form.customers), (Some(2_005), 2_005));
    assert_eq!(office.world.count_events("customer.change_owner"), 2_005);
}
