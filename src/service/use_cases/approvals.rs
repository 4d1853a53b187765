//! A second person's yes: who may give it, what it allows, once, and what ends it.

use xinju_model::access::Viewer;
use xinju_model::approval::{ApprovalPolicy, ApprovalState, Obstacle, SensitiveKind, SensitiveOperation};
use xinju_model::id::{ApprovalId, CustomerId, RoleId, StaffId, UserId};
use xinju_model::policy::SignInPolicy;
use xinju_model::role::BuiltIn;
use xinju_model::user::TokenScope;
use zeroize::Zeroizing;

use crate::approval::{
    ApprovalFilter, ApprovalPolicyRefusal, ApprovalView, AskRefusal, CarryOutRefusal, DecideRefusal, Done,
    RevokeRefusal, Wanted,
};
use crate::error::{Code, ServiceError};
use crate::page::PageRequest;
use crate::role::RoleChange;
use crate::staff::StaffChange;
use crate::token::CreateToken;
use crate::trail::{AuditFilter, ExportForm};
use crate::user::CreateUser;
use crate::world::{PASSWORD, World, customer, message, staff, viewer};

const HOUR_MS: i64 = 3_600_000;

/// A world with a customer of ken's, an asker who manages people, and an owner who may approve; each made by the operator.
struct Office {
    world: World,
    customer: CustomerId,
    ken: StaffId,
    lee: StaffId,
    asker: Viewer,
    boss: Viewer,
}

fn policy(kinds: &[SensitiveKind]) -> ApprovalPolicy {
    ApprovalPolicy { kinds: kinds.iter().copied().collect(), hours: 24 }
}

impl Office {
    fn new(kinds: &[SensitiveKind]) -> Self {
        let world = World::new();
        world.add(message("1", "ken", "wmA", 1, "x"));
        world.add(message("2", "lee", "wmB", 2, "x"));
        let asker = world.user("security", BuiltIn::SecurityAdministrator).principal.viewer;
        let boss = world.user("boss", BuiltIn::Owner).principal.viewer;
        world.user("second", BuiltIn::Owner);
        let (ken, lee) = (staff("", "ken").id, staff("", "lee").id);
        let office = Self { customer: customer("", "wmA").id, world, ken, lee, asker, boss };
        office.demand(kinds);
        office
    }

    fn demand(&self, kinds: &[SensitiveKind]) {
        let set = self.world.service.set_approval_policy(&Viewer::operator(), &policy(kinds)).expect("answered");
        set.expect("set");
    }

    fn owner(&self) -> Option<StaffId> {
        self.world.service.core.store.read().expect("reads").ownership(self.customer).expect("reads").owner()
    }

    fn to_lee(&self) -> Wanted {
        let operation = SensitiveOperation::ChangeCustomerOwner { customer: self.customer, owner: Some(self.lee) };
        Wanted::Operation(operation)
    }

    fn ask(&self, viewer: &Viewer, wanted: Wanted) -> ApprovalView {
        self.world.service.ask_approval(viewer, wanted, " he left ").expect("answered").expect("asked")
    }

    fn decide(&self, viewer: &Viewer, id: ApprovalId, yes: bool) -> Result<ApprovalView, DecideRefusal> {
        self.world.service.decide_approval(viewer, id, yes, "so be it").expect("answered")
    }

    fn carry_out(&self, viewer: &Viewer, id: ApprovalId) -> Result<Done, CarryOutRefusal> {
        self.world.service.carry_out_approval(viewer, id).expect("answered").map(|(_, done)| done)
    }

    /// What keeps somebody from deciding what another asks.
    fn obstacle(&self, asker: &Viewer, other: &Viewer) -> Option<Obstacle> {
        let view = self.ask(asker, self.to_lee());
        let seen = self.world.service.approval(other, view.approval.id).expect("answered").expect("seen");
        let refused = self.decide(other, view.approval.id, true).err();
        assert_eq!(refused, seen.obstacle.map(DecideRefusal::Obstacle));
        seen.obstacle
    }
}

fn code<T>(outcome: Result<T, ServiceError>) -> Code {
    outcome.err().expect("refused").code()
}

#[test]
fn what_is_approved_happens_once_and_both_are_named() {
    let office = Office::new(&[SensitiveKind::OwnerChange]);
    let (service, asker, boss) = (&office.world.service, &office.asker, &office.boss);
    assert_eq!(code(service.change_customer_owner(asker, office.customer, Some(office.lee))), Code::ApprovalRequired);
    assert_eq!(office.owner(), Some(office.ken));
    let view = office.ask(asker, office.to_lee());
    let (id, preview) = (view.approval.id, &view.approval.preview);
    assert_eq!((view.state, view.mine, view.approval.asked.why.as_str()), (ApprovalState::Pending, true, "he left"));
    assert_eq!(preview.action, "customer.change_owner");
    assert_eq!(preview.details["owner_before"], office.ken.to_string());
    assert_eq!(preview.details["owner_after"], office.lee.to_string());
    assert_eq!(office.carry_out(asker, id).err(), Some(CarryOutRefusal::NotApproved(ApprovalState::Pending)));
    assert_eq!(office.decide(boss, id, true).expect("approved").state, ApprovalState::Approved);
    assert_eq!(office.owner(), Some(office.ken), "a yes alone does nothing");
    assert_eq!(code(service.carry_out_approval(boss, id)), Code::NotFound);
    assert!(office.carry_out(asker, id).is_ok());
    assert_eq!(office.owner(), Some(office.lee));
    assert_eq!(office.carry_out(asker, id).err(), Some(CarryOutRefusal::NotApproved(ApprovalState::Used)));
    let used = office.world.last_event("approval.use").expect("an event");
    let changed = office.world.last_event("customer.change_owner").expect("an event");
    assert_eq!((used.object, used.actor.name.as_str()), (id.to_string(), "security"));
    assert_eq!(used.details["user"], boss.user.expect("a user").to_string());
    assert_eq!(
        (changed.details["approval"].as_str(), changed.actor.name.as_str()),
        (id.to_string().as_str(), "security")
    );
    let approved = office.world.last_event("approval.approve").expect("an event");
    assert_eq!(approved.details["user"], asker.user.expect("a user").to_string());
    assert_eq!(
        (&approved.details["digest"], approved.details["reason"].as_str()),
        (&used.details["digest"], "so be it")
    );
}

#[test]
fn a_no_needs_a_reason_and_ends_it() {
    let office = Office::new(&[SensitiveKind::OwnerChange]);
    let id = office.ask(&office.asker, office.to_lee()).approval.id;
    let silent = office.world.service.decide_approval(&office.boss, id, false, " ").expect("answered");
    assert_eq!(silent.err(), Some(DecideRefusal::ReasonInvalid));
    let view = office.decide(&office.boss, id, false).expect("refused");
    assert_eq!((view.state, view.may_revoke), (ApprovalState::Refused, false));
    assert_eq!(office.decide(&office.boss, id, true).err(), Some(DecideRefusal::NotPending(ApprovalState::Refused)));
    assert_eq!(office.carry_out(&office.asker, id).err(), Some(CarryOutRefusal::NotApproved(ApprovalState::Refused)));
    assert_eq!((office.owner(), office.world.count_events("approval.refuse")), (Some(office.ken), 1));
}

#[test]
fn nobody_approves_with_another_account_of_their_own() {
    let office = Office::new(&[SensitiveKind::OwnerChange]);
    let (world, owner) = (&office.world, BuiltIn::Owner.id());
    let make = |maker: &Viewer, login: &str, roles: &[RoleId], staff| {
        let password = Zeroizing::new(PASSWORD.to_owned());
        let new = CreateUser { login: login.into(), name: login.into(), roles: roles.to_vec(), staff, password };
        world.service.create_user(maker, new).expect("answered").expect("made");
        world.sign_in(login).principal.viewer
    };
    let operator = Viewer::operator();
    assert_eq!(office.obstacle(&office.boss, &office.boss), Some(Obstacle::Yourself));
    // Two accounts of one member of staff.
    let one = make(&operator, "one", &[owner], Some(office.ken));
    let other = make(&operator, "other", &[owner], Some(office.ken));
    assert_eq!(office.obstacle(&one, &other), Some(Obstacle::SamePerson));
    // An account that the asker made, whichever of the two asks.
    let puppet = make(&office.boss, "puppet", &[owner], None);
    assert_eq!(office.obstacle(&office.boss, &puppet), Some(Obstacle::OneHand));
    assert_eq!(office.obstacle(&puppet, &office.boss), Some(Obstacle::OneHand));
    // Its own new password does not make it another's: who knew the old one may have set it.
    let (old, new) = (Zeroizing::new(PASSWORD.to_owned()), Zeroizing::new("battery staple".to_owned()));
    world.service.change_password(&puppet, &old, &new, puppet.session).expect("answered").expect("changed");
    assert_eq!(office.obstacle(&office.boss, &puppet), Some(Obstacle::OneHand));
    // The operator's does; and then it is still the asker who gave it its roles.
    world.service.reset_password(&operator, "puppet", &old).expect("answered").expect("reset");
    let puppet = world.sign_in("puppet").principal.viewer;
    assert_eq!(office.obstacle(&puppet, &office.boss), None);
    assert_eq!(office.obstacle(&office.boss, &puppet), Some(Obstacle::OneHand));
    let id = puppet.user.expect("a user");
    world.service.set_user_roles(&operator, id, &[owner], None).expect("answered").expect("given");
    assert_eq!(office.obstacle(&office.boss, &puppet), None);
    // An ordinary account that the asker raises.
    let low = make(&operator, "low", &[BuiltIn::Staff.id()], None);
    let given = world.service.set_user_roles(&office.boss, low.user.expect("a user"), &[owner], None);
    given.expect("answered").expect("given");
    let raised = world.sign_in("low").principal.viewer;
    assert_eq!(office.obstacle(&office.boss, &raised), Some(Obstacle::OneHand));
}

#[test]
fn only_those_who_see_the_matter_know_of_it() {
    let office = Office::new(&[SensitiveKind::OwnerChange]);
    let (world, service) = (&office.world, &office.world.service);
    let head = |login: &str, staff| world.user_of(login, &[BuiltIn::DepartmentHead.id()], Some(staff)).principal.viewer;
    let security = &office.asker;
    let department = service.create_department(security, "d", None).expect("answered").expect("made");
    for id in [office.ken, office.lee] {
        let within = if id == office.ken { vec![department.id] } else { Vec::new() };
        service
            .update_staff(security, id, StaffChange { departments: Some(within), ..StaffChange::default() })
            .expect("answered")
            .expect("changed");
    }
    let (near, far) = (head("near", office.ken), head("far", office.lee));
    let plain = world.user("plain", BuiltIn::Staff).principal.viewer;
    let system = world.user("system", BuiltIn::SystemAdministrator).principal.viewer;
    let view = office.ask(security, office.to_lee());
    let id = view.approval.id;
    for (other, sees) in [(&near, true), (&far, false), (&plain, false), (&system, false), (&office.boss, true)] {
        let found = service.approval(other, id).expect("answered");
        assert_eq!(found.is_some(), sees, "{}", other.name);
        let waiting = service.approvals_waiting(other).expect("answered").to_decide;
        assert_eq!(waiting, u64::from(sees), "{}", other.name);
        let listed = service.approvals(other, ApprovalFilter::ToDecide, &PageRequest::default()).expect("answered");
        assert_eq!(listed.total, u64::from(sees), "{}", other.name);
    }
    // Someone else's id looks as one that is not there.
    let nowhere = ApprovalId([9; 16]);
    for (other, wanted) in [(&far, Code::NotFound), (&system, Code::NotFound), (&plain, Code::Forbidden)] {
        assert_eq!(code(service.decide_approval(other, id, true, "")), wanted);
        assert_eq!(code(service.decide_approval(other, nowhere, true, "")), wanted);
        assert_eq!(code(service.revoke_approval(other, id)), Code::NotFound);
        assert_eq!(code(service.carry_out_approval(other, id)), Code::NotFound);
    }
    assert!(office.decide(&near, id, true).is_ok());
    let mine = service.approvals(security, ApprovalFilter::Mine, &PageRequest::default()).expect("answered");
    assert_eq!(mine.edges.iter().map(|edge| edge.node.approval.id).collect::<Vec<_>>(), [id]);
    assert_eq!(service.approvals_waiting(security).expect("answered").to_carry_out, 1);
    let settled = service.approvals(&near, ApprovalFilter::Decided, &PageRequest::default()).expect("answered");
    assert_eq!(settled.total, 1);
}

#[test]
fn it_is_taken_back_by_who_asked_or_who_said_yes() {
    let office = Office::new(&[SensitiveKind::OwnerChange]);
    let service = &office.world.service;
    let revoke = |viewer: &Viewer, id| service.revoke_approval(viewer, id).expect("answered").map(|view| view.state);
    let first = office.ask(&office.asker, office.to_lee()).approval.id;
    assert_eq!(revoke(&office.boss, first), Err(RevokeRefusal::NotYours));
    assert_eq!(revoke(&office.asker, first), Ok(ApprovalState::Revoked));
    let second = office.ask(&office.asker, office.to_lee()).approval.id;
    office.decide(&office.boss, second, true).expect("approved");
    assert_eq!(revoke(&office.boss, second), Ok(ApprovalState::Revoked));
    assert_eq!(revoke(&office.boss, second), Err(RevokeRefusal::NotOpen(ApprovalState::Revoked)));
    let over = office.carry_out(&office.asker, second).err();
    assert_eq!(over, Some(CarryOutRefusal::NotApproved(ApprovalState::Revoked)));
    assert_eq!((office.owner(), office.world.count_events("approval.revoke")), (Some(office.ken), 2));
}

#[test]
fn time_ends_it_and_the_ledger_says_so() {
    let office = Office::new(&[SensitiveKind::OwnerChange]);
    let world = &office.world;
    let pending = office.ask(&office.asker, office.to_lee()).approval.id;
    let approved = office.ask(&office.asker, office.to_lee()).approval.id;
    office.decide(&office.boss, approved, true).expect("approved");
    world.clock.pass(24 * HOUR_MS);
    for viewer in [&office.asker, &office.boss] {
        world.confirm(viewer);
    }
    assert_eq!(
        office.decide(&office.boss, pending, true).err(),
        Some(DecideRefusal::NotPending(ApprovalState::Expired))
    );
    let late = office.carry_out(&office.asker, approved).err();
    assert_eq!(late, Some(CarryOutRefusal::NotApproved(ApprovalState::Expired)));
    assert_eq!(world.service.approvals_waiting(&office.boss).expect("answered").to_decide, 0);
    let core = &world.service.core;
    let mut ended = core.expire_approvals().expect("written");
    // The job of the service itself may have been first.
    ended += world.count_events("approval.expire").saturating_sub(ended);
    assert_eq!((ended, core.expire_approvals().expect("written")), (2, 0));
    assert_eq!(world.count_events("approval.expire"), 2);
}

#[test]
fn what_would_be_another_thing_by_now_is_asked_again() {
    let office = Office::new(&[SensitiveKind::OwnerChange]);
    let id = office.ask(&office.asker, office.to_lee()).approval.id;
    office.decide(&office.boss, id, true).expect("approved");
    let operator = Viewer::operator();
    let service = &office.world.service;
    service.change_customer_owner(&operator, office.customer, None).expect("answered").expect("changed");
    assert_eq!(code(service.carry_out_approval(&office.asker, id)), Code::Conflict);
    assert_eq!((office.owner(), office.world.count_events("approval.use")), (None, 0));
    service.change_customer_owner(&operator, office.customer, Some(office.ken)).expect("answered").expect("changed");
    assert!(office.carry_out(&office.asker, id).is_ok(), "it would do again what was approved");
}

#[test]
fn a_yes_counts_only_while_its_giver_could_give_it() {
    let office = Office::new(&[SensitiveKind::OwnerChange]);
    let (service, operator) = (&office.world.service, Viewer::operator());
    let id = office.ask(&office.asker, office.to_lee()).approval.id;
    office.decide(&office.boss, id, true).expect("approved");
    let boss = office.boss.user.expect("a user");
    service.set_user_roles(&operator, boss, &[BuiltIn::Staff.id()], None).expect("answered").expect("given");
    let demoted = office.carry_out(&office.asker, id).err();
    assert_eq!(demoted, Some(CarryOutRefusal::ApproverMayNot(Obstacle::NotAllowed)));
    service.set_user_roles(&operator, boss, &[BuiltIn::Owner.id()], None).expect("answered").expect("given");
    service.set_user_active(&operator, boss, false).expect("answered").expect("suspended");
    let suspended = office.carry_out(&office.asker, id).err();
    assert_eq!(suspended, Some(CarryOutRefusal::ApproverMayNot(Obstacle::Suspended)));
    service.set_user_active(&operator, boss, true).expect("answered").expect("let in");
    assert!(office.carry_out(&office.asker, id).is_ok());
}

#[test]
fn who_may_not_do_it_may_not_ask_and_nobody_asks_for_what_is_free() {
    let office = Office::new(&[SensitiveKind::OwnerChange]);
    let service = &office.world.service;
    let plain = office.world.user("plain", BuiltIn::Staff).principal.viewer;
    assert_eq!(code(service.ask_approval(&plain, office.to_lee(), "x")), Code::Forbidden);
    let nowhere = SensitiveOperation::ChangeCustomerOwner { customer: CustomerId([9; 16]), owner: None };
    assert_eq!(code(service.ask_approval(&office.asker, Wanted::Operation(nowhere), "x")), Code::NotFound);
    let ask = |wanted, reason: &str| service.ask_approval(&office.asker, wanted, reason).expect("answered").err();
    assert_eq!(ask(office.to_lee(), " "), Some(AskRefusal::ReasonInvalid));
    assert_eq!(ask(office.to_lee(), &"x".repeat(501)), Some(AskRefusal::ReasonInvalid));
    let nobody = SensitiveOperation::ChangeCustomerOwner { customer: office.customer, owner: Some(StaffId([9; 16])) };
    assert_eq!(ask(Wanted::Operation(nobody), "x"), Some(AskRefusal::WouldBeRefused("StaffUnknown".into())));
    let free = SensitiveOperation::SetSuccessorSeesHistory { sees: false };
    assert_eq!(ask(Wanted::Operation(free), "x"), Some(AskRefusal::NotNeeded));
    office.world.clock.pass(HOUR_MS);
    assert_eq!(code(service.ask_approval(&office.asker, office.to_lee(), "x")), Code::ConfirmRequired);
    assert_eq!(code(service.decide_approval(&office.boss, ApprovalId([9; 16]), true, "")), Code::ConfirmRequired);
    assert_eq!(office.world.count_events("approval.ask"), 0);
}

#[test]
fn nobody_turns_approvals_off_alone_but_the_operator() {
    let office = Office::new(&[SensitiveKind::OwnerChange]);
    let (service, off) = (&office.world.service, ApprovalPolicy::default());
    assert_eq!(code(service.set_approval_policy(&office.boss, &off)), Code::ApprovalRequired);
    assert_eq!(code(service.set_approval_policy(&viewer(BuiltIn::SystemAdministrator), &off)), Code::Forbidden);
    let wanted = Wanted::Operation(SensitiveOperation::SetApprovalPolicy(off.clone()));
    let id = office.ask(&office.asker, wanted).approval.id;
    office.decide(&office.boss, id, true).expect("approved");
    assert!(office.carry_out(&office.asker, id).is_ok());
    assert_eq!(service.approval_policy(&office.asker).expect("answered"), off);
    let event = office.world.last_event("approval.policy_change").expect("an event");
    assert_eq!((event.details["kinds_before"].as_str(), event.details["kinds_after"].as_str()), ("owner_change", ""));
    office.demand(&[SensitiveKind::OwnerChange]);
    office.demand(&[]);
    assert_eq!(service.approval_policy(&office.asker).expect("answered"), off);
}

#[test]
fn approvals_are_not_turned_on_where_somebody_could_ask_nobody() {
    let world = World::new();
    let admin = world.administrator().principal.viewer;
    let set = |policy: &ApprovalPolicy| world.service.set_approval_policy(&admin, policy).expect("answered").err();
    let wanted = policy(&[SensitiveKind::OwnerChange]);
    assert_eq!(set(&ApprovalPolicy { hours: 0, ..wanted.clone() }), Some(ApprovalPolicyRefusal::Hours));
    let alone = Some(ApprovalPolicyRefusal::NobodyToAsk(SensitiveKind::OwnerChange));
    assert_eq!(set(&wanted), alone);
    // Somebody whom the administrator made is no second person.
    let password = Zeroizing::new(PASSWORD.to_owned());
    let roles = vec![BuiltIn::Owner.id()];
    let new = CreateUser { login: "puppet".into(), name: "puppet".into(), roles, staff: None, password };
    world.service.create_user(&admin, new).expect("answered").expect("made");
    assert_eq!(set(&wanted), alone);
    world.user("boss", BuiltIn::Owner);
    assert_eq!(set(&wanted), None);
    let auditor = policy(&[SensitiveKind::OwnerChange, SensitiveKind::AuditExport]);
    assert_eq!(code(world.service.set_approval_policy(&admin, &auditor)), Code::ApprovalRequired);
}

#[test]
fn every_kind_is_stopped_before_it_writes_anything() {
    let office = Office::new(SensitiveKind::ALL);
    let (world, boss) = (&office.world, &office.boss);
    let service = &world.service;
    let other = world.user("other", BuiltIn::Staff).principal;
    world.enrol(&other.viewer);
    let role = service.copy_role(&Viewer::operator(), BuiltIn::Staff.id(), "Branch").expect("answered").expect("made");
    let robot = service.create_service_account(&Viewer::operator(), "crm", "CRM", &[BuiltIn::Integration.id()]);
    let robot = robot.expect("answered").expect("made");
    let (user, size) = (other.user.id, service.core.store.size());
    let token = CreateToken { name: "t".into(), scopes: vec![TokenScope::Read], days: 1 };
    let password = Zeroizing::new(PASSWORD.to_owned());
    let new =
        CreateUser { login: "n".into(), name: "n".into(), roles: vec![BuiltIn::Staff.id()], staff: None, password };
    let named = RoleChange { name: Some("x".into()), ..RoleChange::default() };
    let codes = [
        code(service.export_audit_events(boss, &AuditFilter::default(), ExportForm::Csv).map(|_| ())),
        code(service.change_customer_owner(boss, office.customer, None)),
        code(service.set_user_roles(boss, user, &[BuiltIn::Auditor.id()], None)),
        code(service.copy_role(boss, role.id, "y")),
        code(service.update_role(boss, role.id, named)),
        code(service.delete_role(boss, role.id)),
        code(service.create_token(boss, token)),
        code(service.set_sign_in_policy(boss, SignInPolicy { idle_minutes: 30, ..SignInPolicy::default() })),
        code(service.set_approval_policy(boss, &ApprovalPolicy::default())),
        code(service.create_user(boss, new)),
        code(service.set_user_active(boss, user, false)),
        code(service.reset_factor(boss, user)),
        code(service.set_successor_sees_history(boss, false)),
    ];
    assert_eq!(codes, [Code::ApprovalRequired; 13]);
    let staff = [BuiltIn::Staff.id()];
    assert_eq!(code(service.create_service_account(boss, "robot", "Robot", &staff)), Code::ApprovalRequired);
    let token = CreateToken { name: "t".into(), scopes: vec![TokenScope::Read], days: 1 };
    assert_eq!(code(service.create_service_token(boss, robot.id, token)), Code::ApprovalRequired);
    assert_eq!(service.core.store.size(), size, "not even an event");
    assert!(service.set_user_active(&Viewer::operator(), user, false).expect("answered").is_ok());
}

#[test]
fn tokens_users_and_exports_come_of_approvals_too() {
    let office = Office::new(SensitiveKind::ALL);
    let (world, boss) = (&office.world, &office.boss);
    let service = &world.service;
    let second = world.sign_in("second").principal.viewer;
    let approved = |asker: &Viewer, wanted| {
        let id = office.ask(asker, wanted).approval.id;
        office.decide(&second, id, true).expect("approved");
        id
    };
    let token = SensitiveOperation::CreateToken { name: "t".into(), scopes: vec![TokenScope::Read], days: 1 };
    let id = approved(boss, Wanted::Operation(token));
    world.clock.pass(60_000);
    let Ok(Done::Token(made)) = office.carry_out(boss, id) else { panic!("no token") };
    let known = service.authenticate_token(&made.secret, "").expect("answered").expect("known");
    assert_eq!(known.user.login, "boss");
    let password = Zeroizing::new(PASSWORD.to_owned());
    let new =
        CreateUser { login: "new".into(), name: "N".into(), roles: vec![BuiltIn::Owner.id()], staff: None, password };
    let id = approved(boss, Wanted::User(new));
    let kept = service.approval(boss, id).expect("answered").expect("there").approval;
    assert!(!kept.preview.details.values().any(|value| value.contains(PASSWORD) || value.contains("argon2")));
    assert!(office.carry_out(boss, id).is_ok());
    let made = world.sign_in("new").principal.viewer;
    let setters = service.core.store.read().expect("reads").setters(made.user.expect("a user")).expect("reads");
    let setters = setters.expect("known");
    assert_eq!((setters.credentials, setters.roles), (boss.user, None), "two gave the roles, one knows the password");
    let id = approved(boss, Wanted::export(AuditFilter::default(), ExportForm::Ndjson));
    assert_eq!(code(service.carry_out_approval(boss, id).map(|_| ())), Code::BadInput);
    assert_eq!(code(service.carry_out_export(boss, id, ExportForm::Csv).map(|_| ())), Code::NotFound);
    let export = service.carry_out_export(boss, id, ExportForm::Ndjson).expect("begun");
    assert!(export.write(&mut Vec::new()).expect("written") > 0);
    assert_eq!(code(service.carry_out_export(boss, id, ExportForm::Ndjson).map(|_| ())), Code::Conflict);
}

#[test]
fn of_whom_a_factor_is_demanded_sees_no_approvals_before_it_is_enrolled() {
    let office = Office::new(&[SensitiveKind::OwnerChange]);
    let id = office.ask(&office.asker, office.to_lee()).approval.id;
    crate::policy::tests::demand_of_everybody(&office.world);
    let service = &office.world.service;
    assert_eq!(code(service.approval(&office.boss, id)), Code::EnrolmentRequired);
    assert_eq!(
        code(service.approvals(&office.boss, ApprovalFilter::All, &PageRequest::default())),
        Code::EnrolmentRequired
    );
    assert_eq!(code(service.approvals_waiting(&office.boss)), Code::EnrolmentRequired);
    assert_eq!(code(service.decide_approval(&office.boss, id, true, "")), Code::EnrolmentRequired);
    assert_eq!(code(service.carry_out_approval(&office.asker, id).map(|_| ())), Code::EnrolmentRequired);
    office.world.enrol(&office.boss);
    assert!(office.decide(&office.boss, id, true).is_ok());
}

#[test]
fn an_approval_is_not_used_up_by_what_could_not_be_written() {
    let office = Office::new(&[SensitiveKind::OwnerChange]);
    let id = office.ask(&office.asker, office.to_lee()).approval.id;
    office.decide(&office.boss, id, true).expect("approved");
    office.world.disk.set();
    assert!(office.world.service.carry_out_approval(&office.asker, id).is_err());
    let kept = office.world.service.core.store.read().expect("reads").approval(id).expect("reads").expect("there");
    assert_eq!((kept.state, office.owner()), (ApprovalState::Approved, Some(office.ken)));
}

#[test]
fn accounts_from_before_anybody_wrote_it_down_are_not_trusted_apart() {
    let office = Office::new(&[SensitiveKind::OwnerChange]);
    let id = UserId([7; 16]);
    let core = &office.world.service.core;
    let mut row = core.store.read().expect("reads").user_by_login("boss").expect("reads").expect("there");
    (row.user.id, row.user.login) = (id, "old".into());
    let permit = crate::audit::system("local").expect("a permit");
    core.store.write(&permit, move |tx| tx.put_user(&row)).expect("written");
    let old = office.world.sign_in("old").principal.viewer;
    assert_eq!(office.obstacle(&office.boss, &old), Some(Obstacle::OneHand));
    let password = Zeroizing::new(PASSWORD.to_owned());
    office.world.service.reset_password(&Viewer::operator(), "old", &password).expect("answered").expect("reset");
    let old = office.world.sign_in("old").principal.viewer;
    assert_eq!(office.obstacle(&office.boss, &old), None);
}
