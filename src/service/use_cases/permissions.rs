//! Every use case asks: who may, may, and who may not is refused and written down.

use std::io::Cursor;

use xinju_keys::master::MasterSource;
use xinju_model::access::{Action, Credential, Viewer, may};
use xinju_model::approval::ApprovalPolicy;
use xinju_model::id::{
    ApprovalId, ConversationId, CustomerId, EntryIndex, HandoverFormId, HandoverId, ImportId, PasskeyId, SessionId,
    StaffId, TokenId,
};
use xinju_model::personal::RevealSubject;
use xinju_model::policy::SignInPolicy;
use xinju_model::role::BuiltIn;
use xinju_model::time::Timestamp;
use xinju_model::user::TokenScope;
use zeroize::Zeroizing;

use crate::approval::{ApprovalFilter, Wanted};
use crate::conversation::{ConversationQuery, TimelineRequest};
use crate::error::{Code, ServiceError};
use crate::import::StartImport;
use crate::page::PageRequest;
use crate::passkey::{PasskeyAnswer, Site};
use crate::reveal::Reveal;
use crate::role::RoleChange;
use crate::search::{Order, SearchRequest};
use crate::service::Service;
use crate::session::Confirm;
use crate::staff::{NewStaff, StaffChange, StaffFilter};
use crate::token::CreateToken;
use crate::trail::{AuditFilter, ExportForm};
use crate::user::CreateUser;
use crate::world::{PASSWORD, World, viewer};

type Case = (&'static str, &'static [Action], fn(&Service, &Viewer) -> Result<(), ServiceError>);

fn nothing<T>(outcome: Result<T, ServiceError>) -> Result<(), ServiceError> {
    outcome.map(|_| ())
}

fn password() -> Zeroizing<String> {
    Zeroizing::new(PASSWORD.to_owned())
}

const READ: &[Action] = &[Action::ReadContent];
const DIRECTORY: &[Action] = &[Action::ReadDirectory];
const IMPORTS: &[Action] = &[Action::ReadImports];
const LEDGER: &[Action] = &[Action::ReadLedger];
const USERS: &[Action] = &[Action::ManageUsers];
const ROLES: &[Action] = &[Action::ManageRoles];
const PEOPLE: &[Action] = &[Action::ManagePeople];
const ACCOUNT: &[Action] = &[Action::ManageOwnAccount];
const TOKENS: &[Action] = &[Action::ManageOwnTokens];
const OPERATE: &[Action] = &[Action::Operate];
const AUDIT: &[Action] = &[Action::ReadAudit];

/// Every use case with what it asks for.
fn cases() -> Vec<Case> {
    vec![
        ("message", READ, |s, v| nothing(s.message(v, EntryIndex(0)))),
        ("download_message", READ, |s, v| nothing(s.download_message(v, EntryIndex(0)))),
        ("messages", READ, |s, v| nothing(s.messages(v, &[EntryIndex(0)]))),
        ("conversation", READ, |s, v| nothing(s.conversation(v, ConversationId([0; 16])))),
        ("conversations", READ, |s, v| nothing(s.conversations(v, &ConversationQuery::default()))),
        ("timeline", READ, |s, v| nothing(s.timeline(v, ConversationId([0; 16]), &TimelineRequest::default()))),
        ("position_at", READ, |s, v| nothing(s.position_at(v, ConversationId([0; 16]), Timestamp(0)))),
        ("position_of", READ, |s, v| nothing(s.position_of(v, ConversationId([0; 16]), EntryIndex(0)))),
        ("proof", &[Action::ReadContent, Action::ReadLedger], |s, v| nothing(s.proof(v, EntryIndex(0)))),
        ("search", &[Action::Search, Action::ReadContent], |s, v| {
            let page = PageRequest::default();
            nothing(
                s.search(v, &SearchRequest { query: "x".into(), order: Order::Newest, page, zone_offset_minutes: 0 }),
            )
        }),
        ("customer", DIRECTORY, |s, v| nothing(s.customer(v, CustomerId([0; 16])))),
        ("open_customer", DIRECTORY, |s, v| nothing(s.open_customer(v, CustomerId([0; 16])))),
        ("customers", DIRECTORY, |s, v| nothing(s.customers(v, None, &PageRequest::default()))),
        ("last_contact", DIRECTORY, |s, v| nothing(s.last_contact(v, CustomerId([0; 16])))),
        ("staff", DIRECTORY, |s, v| nothing(s.staff(v, StaffId([0; 16])))),
        ("all_staff", DIRECTORY, |s, v| nothing(s.all_staff(v, &StaffFilter::default(), &PageRequest::default()))),
        ("departments", DIRECTORY, |s, v| nothing(s.departments(v))),
        ("overview", DIRECTORY, |s, v| nothing(s.overview(v, 0, 1))),
        ("start_import", &[Action::Import], |s, v| {
            let file = Box::new(Cursor::new(Vec::new()));
            let start = StartImport { file_name: "f".into(), file_bytes: None, file, directory: None, account: None };
            nothing(s.start_import(v, start))
        }),
        ("import", IMPORTS, |s, v| nothing(s.import(v, ImportId([0; 16])))),
        ("imports", IMPORTS, |s, v| nothing(s.imports(v, &PageRequest::default()))),
        ("watch_import", IMPORTS, |s, v| nothing(s.watch_import(v, ImportId([0; 16]), Box::new(|_| false)))),
        ("wait_import", IMPORTS, |s, v| nothing(s.wait_import(v, ImportId([0; 16]), &mut |_| {}))),
        ("rejects", IMPORTS, |s, v| nothing(s.rejects(v, ImportId([0; 16]), &PageRequest::default()))),
        ("refused_lines", &[Action::ReadImports, Action::ReadContent], |s, v| {
            nothing(s.refused_lines(v, ImportId([0; 16])))
        }),
        ("ledger", LEDGER, |s, v| nothing(s.ledger(v))),
        ("sign_checkpoint", LEDGER, |s, v| nothing(s.sign_checkpoint(v))),
        ("consistency_proof", LEDGER, |s, v| nothing(s.consistency_proof(v, 0, 1))),
        ("watch_ledger", LEDGER, |s, v| nothing(s.watch_ledger(v, Box::new(|_| false)))),
        ("health", &[Action::ReadSystem], |s, v| nothing(s.health(v))),
        ("create_user", USERS, |s, v| {
            let (login, name) = (String::new(), String::new());
            let new = CreateUser { login, name, roles: Vec::new(), staff: None, password: password() };
            nothing(s.create_user(v, new))
        }),
        ("set_user_active", USERS, |s, v| nothing(s.set_user_active(v, xinju_model::id::UserId([0; 16]), true))),
        ("reset_password", USERS, |s, v| nothing(s.reset_password(v, "nobody", &password()))),
        ("make_setup_link", USERS, |s, v| nothing(s.make_setup_link(v))),
        ("change_password", ACCOUNT, |s, v| nothing(s.change_password(v, &password(), &password(), None))),
        ("sessions", ACCOUNT, |s, v| nothing(s.sessions(v))),
        ("sign_out", ACCOUNT, |s, v| nothing(s.sign_out(v, SessionId([0; 16])))),
        ("revoke_session", ACCOUNT, |s, v| nothing(s.revoke_session(v, SessionId([0; 16])))),
        ("revoke_other_sessions", ACCOUNT, |s, v| nothing(s.revoke_other_sessions(v, None))),
        ("tokens", TOKENS, |s, v| nothing(s.tokens(v))),
        ("create_token", TOKENS, |s, v| {
            nothing(s.create_token(v, CreateToken { name: String::new(), scopes: Vec::new(), days: 1 }))
        }),
        ("revoke_token", TOKENS, |s, v| nothing(s.revoke_token(v, TokenId([0; 16])))),
        ("verify", OPERATE, |s, v| nothing(s.verify(v, &mut |_| true))),
        ("rebuild", OPERATE, |s, v| nothing(s.rebuild(v, &mut |_| false))),
        ("rotate_master_key", OPERATE, |s, v| {
            let nowhere = MasterSource::File("/dev/null/nowhere".into());
            nothing(s.rotate_master_key(v, &nowhere))
        }),
    ]
}

/// Those of roles, people and owners.
fn cases_of_people() -> Vec<Case> {
    vec![
        ("set_user_roles", ROLES, |s, v| nothing(s.set_user_roles(v, xinju_model::id::UserId([7; 16]), &[], None))),
        ("explain_access", ROLES, |s, v| {
            let target = crate::scope::AccessTarget::Customer(CustomerId([0; 16]));
            nothing(s.explain_access(v, xinju_model::id::UserId([0; 16]), target))
        }),
        ("copy_role", ROLES, |s, v| nothing(s.copy_role(v, BuiltIn::Staff.id(), ""))),
        ("update_role", ROLES, |s, v| nothing(s.update_role(v, BuiltIn::Staff.id(), RoleChange::default()))),
        ("delete_role", ROLES, |s, v| nothing(s.delete_role(v, BuiltIn::Staff.id()))),
        ("create_department", PEOPLE, |s, v| nothing(s.create_department(v, "", None))),
        ("rename_department", PEOPLE, |s, v| nothing(s.rename_department(v, 1, ""))),
        ("move_department", PEOPLE, |s, v| nothing(s.move_department(v, 1, None))),
        ("delete_department", PEOPLE, |s, v| nothing(s.delete_department(v, 1))),
        ("create_staff", PEOPLE, |s, v| nothing(s.create_staff(v, &NewStaff::default()))),
        ("update_staff", PEOPLE, |s, v| nothing(s.update_staff(v, StaffId([0; 16]), StaffChange::default()))),
        ("put_staff_table", PEOPLE, |s, v| nothing(s.put_staff_table(v, Vec::new()))),
        ("counted_departments", DIRECTORY, |s, v| nothing(s.counted_departments(v))),
        ("create_service_account", USERS, |s, v| nothing(s.create_service_account(v, "", "", &[]))),
        ("create_service_token", ROLES, |s, v| {
            let new = CreateToken { name: String::new(), scopes: Vec::new(), days: 1 };
            nothing(s.create_service_token(v, xinju_model::id::UserId([0; 16]), new))
        }),
        ("change_customer_owner", &[Action::ManagePeople, Action::ReadDirectory], |s, v| {
            nothing(s.change_customer_owner(v, CustomerId([0; 16]), None))
        }),
        ("reveal_personal", &[Action::Reveal, Action::ReadContent], |s, v| {
            let subject = RevealSubject::Message(EntryIndex(0));
            nothing(s.reveal_personal(v, &Reveal { subject, index: 0, reason: "x".into() }))
        }),
        ("handover", PEOPLE, |s, v| nothing(s.handover(v, HandoverId([0; 16])))),
        ("handovers", PEOPLE, |s, v| nothing(s.handovers(v, None, &PageRequest::default()))),
        ("begin_handover", PEOPLE, |s, v| nothing(s.begin_handover(v, StaffId([0; 16]), 30, true))),
        ("suspend_leaver", PEOPLE, |s, v| nothing(s.suspend_leaver(v, HandoverId([0; 16])))),
        ("plan_handover", PEOPLE, |s, v| nothing(s.plan_handover(v, HandoverId([0; 16]), Vec::new()))),
        ("handover_plan", PEOPLE, |s, v| nothing(s.handover_plan(v, HandoverId([0; 16])))),
        ("carry_out_handover", PEOPLE, |s, v| nothing(s.carry_out_handover(v, HandoverId([0; 16]), ""))),
        ("cancel_handover", PEOPLE, |s, v| nothing(s.cancel_handover(v, HandoverId([0; 16])))),
        ("review", PEOPLE, |s, v| nothing(s.review(v, HandoverId([0; 16])))),
        ("review_events", PEOPLE, |s, v| nothing(s.review_events(v, HandoverId([0; 16]), &PageRequest::default()))),
        ("forms", PEOPLE, |s, v| nothing(s.forms(v, HandoverId([0; 16])))),
        ("own_forms", DIRECTORY, |s, v| nothing(s.own_forms(v, &PageRequest::default()))),
        ("reopen_form", PEOPLE, |s, v| nothing(s.reopen_form(v, HandoverFormId([0; 16])))),
        ("ownership", DIRECTORY, |s, v| nothing(s.ownership(v, CustomerId([0; 16])))),
        ("preview", ROLES, |s, v| nothing(s.preview(v, xinju_model::id::UserId([0; 16])))),
        ("preview_customers", ROLES, |s, v| {
            nothing(s.preview_customers(v, xinju_model::id::UserId([0; 16]), &PageRequest::default()))
        }),
        ("preview_conversations", ROLES, |s, v| {
            nothing(s.preview_conversations(v, xinju_model::id::UserId([0; 16]), &PageRequest::default()))
        }),
        ("pages_are_marked", ROLES, |s, v| nothing(s.pages_are_marked(v))),
        ("set_pages_are_marked", ROLES, |s, v| nothing(s.set_pages_are_marked(v, true))),
        ("successor_sees_history", PEOPLE, |s, v| nothing(s.successor_sees_history(v))),
        ("set_successor_sees_history", PEOPLE, |s, v| nothing(s.set_successor_sees_history(v, true))),
    ]
}

/// The use cases of the audit trail.
fn trail_cases() -> Vec<Case> {
    vec![
        ("audit_events", AUDIT, |s, v| nothing(s.audit_events(v, &AuditFilter::default(), &PageRequest::default()))),
        ("access_log", AUDIT, |s, v| nothing(s.access_log(v, "k", &PageRequest::default()))),
        ("audit_actors", AUDIT, |s, v| nothing(s.audit_actors(v))),
        ("audit_event", AUDIT, |s, v| nothing(s.audit_event(v, EntryIndex(0)))),
        ("event_proof", &[Action::ReadAudit, Action::ReadLedger], |s, v| nothing(s.event_proof(v, EntryIndex(0)))),
        ("export_audit_events", AUDIT, |s, v| {
            nothing(s.export_audit_events(v, &AuditFilter::default(), ExportForm::Csv))
        }),
        ("marked_event", AUDIT, |s, v| nothing(s.marked_event(v, "0000-0000"))),
    ]
}

fn site() -> Site {
    Site::of("https://archive.example.com").expect("a site")
}

/// The use cases of coming in besides a password.
fn sign_in_cases() -> Vec<Case> {
    vec![
        ("own_factor", ACCOUNT, |s, v| nothing(s.own_factor(v))),
        ("begin_enrolment", ACCOUNT, |s, v| nothing(s.begin_enrolment(v))),
        ("confirm_enrolment", ACCOUNT, |s, v| nothing(s.confirm_enrolment(v, "123456"))),
        ("renew_recovery_codes", ACCOUNT, |s, v| nothing(s.renew_recovery_codes(v))),
        ("remove_factor", ACCOUNT, |s, v| nothing(s.remove_factor(v))),
        ("confirm_identity", ACCOUNT, |s, v| nothing(s.confirm_identity(v, &Confirm::default()))),
        ("own_passkeys", ACCOUNT, |s, v| nothing(s.own_passkeys(v))),
        ("begin_passkey", ACCOUNT, |s, v| nothing(s.begin_passkey(v, &site()))),
        ("add_passkey", ACCOUNT, |s, v| nothing(s.add_passkey(v, "n", &PasskeyAnswer { site: &site(), answer: "" }))),
        ("rename_passkey", ACCOUNT, |s, v| nothing(s.rename_passkey(v, PasskeyId([0; 16]), "n"))),
        ("remove_passkey", ACCOUNT, |s, v| nothing(s.remove_passkey(v, PasskeyId([0; 16])))),
        ("begin_passkey_confirmation", ACCOUNT, |s, v| nothing(s.begin_passkey_confirmation(v, &site()))),
        ("has_factor", USERS, |s, v| nothing(s.has_factor(v, xinju_model::id::UserId([0; 16])))),
        ("reset_factor", USERS, |s, v| nothing(s.reset_factor(v, xinju_model::id::UserId([0; 16])))),
        ("sign_in_policy", ACCOUNT, |s, v| nothing(s.sign_in_policy(v))),
        ("set_sign_in_policy", USERS, |s, v| nothing(s.set_sign_in_policy(v, SignInPolicy::default()))),
        ("approval_policy", ACCOUNT, |s, v| nothing(s.approval_policy(v))),
        ("set_approval_policy", ROLES, |s, v| nothing(s.set_approval_policy(v, &ApprovalPolicy::default()))),
        ("approval", ACCOUNT, |s, v| nothing(s.approval(v, ApprovalId([0; 16])))),
        ("approvals", ACCOUNT, |s, v| nothing(s.approvals(v, ApprovalFilter::All, &PageRequest::default()))),
        ("approvals_waiting", ACCOUNT, |s, v| nothing(s.approvals_waiting(v))),
        ("ask_approval", ACCOUNT, |s, v| {
            nothing(s.ask_approval(v, Wanted::export(AuditFilter::default(), ExportForm::Csv), ""))
        }),
        ("decide_approval", &[Action::Approve], |s, v| nothing(s.decide_approval(v, ApprovalId([0; 16]), true, ""))),
        ("revoke_approval", ACCOUNT, |s, v| nothing(s.revoke_approval(v, ApprovalId([0; 16])))),
        ("carry_out_approval", ACCOUNT, |s, v| nothing(s.carry_out_approval(v, ApprovalId([0; 16])))),
        ("carry_out_export", ACCOUNT, |s, v| nothing(s.carry_out_export(v, ApprovalId([0; 16]), ExportForm::Csv))),
    ]
}

/// Every role with a session, and tokens of every scope of the mightiest owner.
fn viewers() -> Vec<Viewer> {
    let mut viewers: Vec<Viewer> = BuiltIn::ALL.iter().map(|role| viewer(*role)).collect();
    for scopes in [vec![], vec![TokenScope::Read], vec![TokenScope::Import], vec![TokenScope::Ledger]] {
        let credential = Credential::Token(TokenId([3; 16]), scopes);
        viewers.push(Viewer { credential, ..viewer(BuiltIn::Owner) });
    }
    viewers
}

#[test]
fn every_use_case_lets_in_whom_the_policy_lets_in_and_nobody_else() {
    let world = World::new();
    world.indexed();
    let mut denied = 0;
    let all = [cases(), trail_cases(), sign_in_cases(), cases_of_people()].concat();
    for (name, actions, call) in all {
        for viewer in viewers() {
            let allowed = actions.iter().all(|action| may(&viewer, *action));
            // Equal attempts within a minute would be one event.
            world.clock.pass(60_000);
            let outcome = call(&world.service, &viewer);
            let refused = outcome.as_ref().is_err_and(|error| error.code() == Code::Forbidden);
            assert_eq!(refused, !allowed, "{name} for {viewer:?}: {outcome:?}");
            denied += usize::from(!allowed);
        }
    }
    assert!(denied > 100);
    assert_eq!(world.count_events("access.deny"), denied);
}

#[test]
fn users_and_roles_are_listed_for_those_who_manage_either() {
    let world = World::new();
    for role in BuiltIn::ALL {
        let viewer = viewer(*role);
        let allowed = may(&viewer, Action::ManageUsers) || may(&viewer, Action::ManageRoles);
        let refused = |outcome: Result<(), ServiceError>| outcome.is_err_and(|error| error.code() == Code::Forbidden);
        assert_eq!(refused(nothing(world.service.users(&viewer))), !allowed, "{role:?}");
        assert_eq!(refused(nothing(world.service.roles(&viewer))), !allowed, "{role:?}");
        let other = xinju_model::id::UserId([1; 16]);
        assert_eq!(refused(nothing(world.service.user(&viewer, other))), !allowed, "{role:?}");
    }
    assert_eq!(world.last_event("access.deny").expect("an event").details["action"], "manage_users");
}

#[test]
fn a_permit_to_read_does_not_accept_records() {
    let world = World::new();
    let permit = xinju_model::access::authorize(&Viewer::operator(), Action::ReadContent).expect("allowed");
    let source = std::sync::Arc::new(xinju_model::record::Source {
        channel: xinju_model::channel::Channel::Wecom,
        account: "default".into(),
        format: xinju_model::record::Format::WecomJson,
        via: xinju_model::record::Via::Import,
        import: None,
    });
    assert!(world.service.accept(&permit, &source, Vec::new()).is_err());
}
