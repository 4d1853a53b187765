//! Packages: who may ask, what they hold through masks and wishes, how they are handed over, and what becomes of them after a stop.

use std::collections::BTreeSet;
use std::io::{Cursor, Read};
use std::time::Duration;

use xinju_evidence::verify::verify;
use xinju_model::access::{Action, Viewer};
use xinju_model::case::Forum;
use xinju_model::id::{ConversationId, EntryIndex, PackageId};
use xinju_model::limits::{PACKAGE_KEPT_MS, PACKAGE_LINK_TRIES};
use xinju_model::package::{
    Package, PackageFailure, PackageFault, PackageSelection, PackageState, PackageWanted, Withhold, WithholdCode,
    WithholdTarget,
};
use xinju_model::role::BuiltIn;
use zeroize::Zeroizing;

use crate::error::{Code, ServiceError};
use crate::package::{LinkRefusal, PackageRefusal};
use crate::session::Origin;
use crate::world::{World, message};

pub(super) fn wanted(query: &str) -> PackageWanted {
    PackageWanted {
        selection: PackageSelection::Search { query: query.into(), zone_offset_minutes: 0 },
        reason: "a claim".into(),
        purpose: String::new(),
        recipient: String::new(),
        forum: Forum::default(),
        withhold: Vec::new(),
        exchange: BTreeSet::new(),
    }
}

/// Asks for a package and waits until it is built.
#[track_caller]
pub(super) fn built(world: &World, viewer: &Viewer, wanted: PackageWanted) -> Package {
    let package = world.service.ask_package(viewer, wanted).expect("answered").expect("asked");
    let view = world.service.wait_package(viewer, package.id, &mut |_| true).expect("answered");
    assert_eq!(view.package.state, PackageState::Ready, "{:?}", view.package.failure);
    view.package
}

pub(super) fn bytes(world: &World, viewer: &Viewer, id: PackageId) -> Vec<u8> {
    let mut bytes = Vec::new();
    world.service.fetch_package(viewer, id).expect("fetched").read_to_end(&mut bytes).expect("read");
    bytes
}

pub(super) fn file(package: &[u8], path: &str) -> Option<String> {
    let mut zip = zip::ZipArchive::new(Cursor::new(package)).expect("a zip");
    let name = zip.file_names().flatten().find(|name| name.ends_with(path))?.into_owned();
    let mut text = String::new();
    zip.by_name(&name).expect("a file").read_to_string(&mut text).expect("text");
    Some(text)
}

pub(super) struct Office {
    pub(super) world: World,
    pub(super) officer: Viewer,
    pub(super) colleague: Viewer,
}

/// Two messages with A, the second with a phone number, and one with B.
pub(super) fn office() -> Office {
    let world = World::new();
    world.add(message("1", "ken", "wmA", 60, "退款 周五到账"));
    world.add(message("2", "wmA", "ken", 180, "退款 打给 13800138000"));
    world.add(message("3", "ken", "wmB", 200, "合同寄出"));
    world.indexed();
    world.administrator();
    let viewer = |login| {
        let viewer = world.user(login, BuiltIn::EvidenceOfficer).principal.viewer;
        world.confirm(&viewer);
        viewer
    };
    let (officer, colleague) = (viewer("officer"), viewer("colleague"));
    Office { world, officer, colleague }
}

#[test]
fn who_may_export_gets_a_package_that_holds() {
    let Office { world, officer, .. } = office();
    let package = built(&world, &officer, wanted("退款"));
    assert_eq!(package.records, 2);
    let bytes = bytes(&world, &officer, package.id);
    let verdict = verify(Cursor::new(&bytes), &[], &mut |_, _| {});
    assert!(verdict.is_ok(), "{verdict:#?}");
    let kept = package.file.expect("a file");
    assert_eq!((kept.bytes, kept.sha256), (bytes.len() as u64, crate::approval::hex(&sha2_of(&bytes))));
    for action in ["package.ask", "package.build", "package.seal", "package.deliver"] {
        assert_eq!(world.count_events(action), 1, "{action}");
    }
    let seal = world.last_event("package.seal").expect("sealed");
    assert_eq!(
        (seal.object.as_str(), seal.detail("manifest")),
        (package.id.to_string().as_str(), kept.manifest.as_str())
    );
    assert_eq!(seal.actor.id, officer.user.expect("a user").to_string());
}

fn sha2_of(bytes: &[u8]) -> [u8; 32] {
    use sha2::Digest;
    sha2::Sha256::digest(bytes).into()
}

#[test]
fn who_may_not_is_refused_and_that_is_written_down() {
    let Office { world, .. } = office();
    for role in [BuiltIn::Staff, BuiltIn::Auditor, BuiltIn::SystemAdministrator, BuiltIn::SecurityAdministrator] {
        let viewer = crate::world::viewer(role);
        let refused = world.service.ask_package(&viewer, wanted("退款")).expect_err("refused");
        assert_eq!(refused.code(), Code::Forbidden, "{role:?}");
    }
    assert_eq!(world.count_events("package.ask"), 0);
    assert!(world.count_events("access.deny") >= 4);
}

#[test]
fn another_asks_package_looks_as_if_it_were_not_there() {
    let Office { world, officer, colleague } = office();
    let id = built(&world, &officer, wanted("退款")).id;
    let service = &world.service;
    let (nowhere, phrase) = (PackageId([1; 16]), Zeroizing::new("correct horse".to_owned()));
    for id in [id, nowhere] {
        assert_eq!(service.package(&colleague, id).expect("answered"), None);
        let code = |outcome: Result<(), ServiceError>| outcome.expect_err("refused").code();
        assert_eq!(code(service.fetch_package(&colleague, id).map(drop)), Code::NotFound);
        assert_eq!(code(service.verify_package(&colleague, id).map(drop)), Code::NotFound);
        assert_eq!(code(service.cancel_package(&colleague, id).map(drop)), Code::NotFound);
        assert_eq!(code(service.build_package_again(&colleague, id).map(drop)), Code::NotFound);
        assert_eq!(code(service.make_package_link(&colleague, id, &phrase, 1).map(drop)), Code::NotFound);
        assert_eq!(code(service.revoke_package_link(&colleague, id).map(drop)), Code::NotFound);
    }
    let page = crate::page::PageRequest::default();
    assert_eq!(service.packages(&colleague, &page).expect("a page").total, 0);
    assert_eq!(service.packages(&officer, &page).expect("a page").total, 1);
    assert_eq!(world.count_events("package.deliver"), 0);
}

#[test]
fn a_session_that_did_not_confirm_who_it_is_asks_for_none() {
    let Office { world, officer, .. } = office();
    let id = built(&world, &officer, wanted("退款")).id;
    world.clock.pass(xinju_model::limits::FRESH_MS_MAX + 1);
    assert_eq!(world.service.ask_package(&officer, wanted("退款")).expect_err("refused").code(), Code::ConfirmRequired);
    assert_eq!(world.service.fetch_package(&officer, id).map(drop).expect_err("refused").code(), Code::ConfirmRequired);
}

#[test]
fn what_cannot_be_asked_for_is_refused() {
    let Office { world, officer, .. } = office();
    let refused =
        |wanted| world.service.ask_package(&officer, wanted).expect("answered").map(drop).expect_err("refused");
    assert_eq!(refused(wanted("(")), PackageRefusal::QueryInvalid);
    let none = PackageWanted { reason: String::new(), ..wanted("x") };
    assert_eq!(refused(none), PackageRefusal::Fault(PackageFault::NoReason));
    let mut abroad = wanted("x");
    abroad.forum.abroad = true;
    assert_eq!(refused(abroad), PackageRefusal::Fault(PackageFault::NoApprovalNumber));
    let selection = PackageSelection::Conversation { conversation: ConversationId([3; 16]), from: None, until: None };
    assert_eq!(refused(PackageWanted { selection, ..wanted("x") }), PackageRefusal::NotThere);
    let selection = PackageSelection::Case { case: xinju_model::id::CaseId([3; 16]) };
    assert_eq!(refused(PackageWanted { selection, ..wanted("x") }), PackageRefusal::NotThere);
}

#[test]
fn a_package_of_nothing_fails_with_words() {
    let Office { world, officer, .. } = office();
    let package = world.service.ask_package(&officer, wanted("咖啡")).expect("answered").expect("asked");
    let view = world.service.wait_package(&officer, package.id, &mut |_| true).expect("answered");
    assert_eq!(view.package.state, PackageState::Failed);
    assert_eq!(view.package.failed_by, Some(PackageFailure::Empty));
    assert!(view.package.failure.expect("why").contains("nothing that may be seen"));
    assert_eq!(world.count_events("package.fail"), 1);
    assert_eq!(world.service.fetch_package(&officer, package.id).map(drop).expect_err("none").code(), Code::Conflict);
}

#[test]
fn what_is_to_be_withheld_is_and_the_proof_holds() {
    let Office { world, officer, .. } = office();
    let mut wishes = wanted("退款");
    let one = |target, note: &str| Withhold { target, code: WithholdCode::Privacy, note: note.into() };
    let words = vec!["13800138000".to_owned()];
    let second = world.service.core.store.read().expect("reads");
    let second = (0..second.size())
        .map(EntryIndex)
        .filter(|index| second.entry(*index).expect("reads").is_some_and(|entry| entry.origin.is_some()));
    let second = second.take(2).last().expect("two records");
    wishes.withhold = vec![one(WithholdTarget::Words { message: second, words }, "a number")];
    let bytes = bytes(&world, &officer, built(&world, &officer, wishes).id);
    let verdict = verify(Cursor::new(&bytes), &[], &mut |_, _| {});
    assert!(verdict.is_ok(), "{verdict:#?}");
    assert!(file(&bytes, "data/raw/000001.json").is_some() && file(&bytes, "data/raw/000002.json").is_none());
    let record = file(&bytes, "data/records/000002.json").expect("a record");
    assert!(record.contains("打给 ███████████") && record.contains("a number"), "{record}");
    assert!(!record.contains("13800138000"));
}

#[test]
fn everything_of_a_person_is_withheld() {
    let Office { world, officer, .. } = office();
    let mut wishes = wanted("退款");
    let target = WithholdTarget::Person { party: "wmA".into() };
    wishes.withhold = vec![Withhold { target, code: WithholdCode::Unrelated, note: String::new() }];
    let bytes = bytes(&world, &officer, built(&world, &officer, wishes).id);
    assert!(verify(Cursor::new(&bytes), &[], &mut |_, _| {}).is_ok());
    let redactions = file(&bytes, "data/redactions.json").expect("redactions");
    for field in ["from", "to", "content", "original"] {
        assert!(redactions.contains(&format!("\"field\": \"{field}\"")), "{redactions}");
    }
    assert!(file(&bytes, "data/raw/000001.json").is_none() && file(&bytes, "data/raw/000002.json").is_none());
}

#[test]
fn a_link_opens_once_with_its_pass_phrase_and_bears_few_wrong_ones() {
    let Office { world, officer, .. } = office();
    let service = &world.service;
    let id = built(&world, &officer, wanted("退款")).id;
    let phrase = |text: &str| Zeroizing::new(text.to_owned());
    let origin = Origin { address: "198.51.100.9".into(), agent: String::new() };
    let make = |hours| service.make_package_link(&officer, id, &phrase("correct horse"), hours).expect("answered");
    assert_eq!(make(0).map(drop), Err(LinkRefusal::HoursInvalid));
    let short = service.make_package_link(&officer, id, &phrase("short"), 1).expect("answered").map(drop);
    assert_eq!(short, Err(LinkRefusal::PhraseUnfit));
    let open = |secret: &Zeroizing<String>, words: &str| {
        service
            .fetch_package_by_link(id, secret, &phrase(words), &origin)
            .expect("answered")
            .map(|handout| handout.bytes)
    };
    let made = make(24).expect("made");
    assert_eq!(open(&phrase("another secret"), "correct horse"), Err(LinkRefusal::NotGood));
    assert_eq!(open(&made.secret, "wrong horse"), Err(LinkRefusal::NotGood));
    assert!(open(&made.secret, "correct horse").is_ok_and(|bytes| bytes > 1_000));
    assert_eq!(open(&made.secret, "correct horse"), Err(LinkRefusal::NotGood), "it works once");
    assert_eq!((world.count_events("package.refuse"), world.count_events("package.deliver")), (1, 1));
    assert_eq!(world.last_event("package.deliver").expect("an event").place, "198.51.100.9");
    let made = make(24).expect("made");
    for _ in 0..PACKAGE_LINK_TRIES {
        assert_eq!(open(&made.secret, "wrong horse"), Err(LinkRefusal::NotGood));
    }
    assert_eq!(open(&made.secret, "correct horse"), Err(LinkRefusal::NotGood), "its tries are used up");
    let made = make(1).expect("made");
    service.revoke_package_link(&officer, id).expect("revoked");
    assert_eq!(open(&made.secret, "correct horse"), Err(LinkRefusal::NotGood), "it was taken back");
    let made = make(1).expect("made");
    world.clock.pass(3_600_000);
    assert_eq!(open(&made.secret, "correct horse"), Err(LinkRefusal::NotGood), "its time is over");
}

#[test]
fn what_was_on_its_way_goes_on_after_a_stop_and_files_expire() {
    let Office { world, officer, .. } = office();
    let package = built(&world, &officer, wanted("退款"));
    // As a kill leaves it: being built, with half a file.
    let row = Package { state: PackageState::Building, file: None, ..package.clone() };
    let permit = crate::audit::system("local").expect("a permit");
    world.service.core.store.write(&permit, move |tx| tx.put_package(&row)).expect("written");
    let half = world.folder.path().join("data/packages").join(format!("{}.part", package.id.hex()));
    std::fs::write(&half, b"half").expect("written");
    let world = world.reopen();
    world.confirm(&officer);
    let view = world.service.wait_package(&officer, package.id, &mut |_| true).expect("answered");
    assert_eq!(view.package.state, PackageState::Ready, "{:?}", view.package.failure);
    assert!(!half.exists());
    let again = view.package.file.expect("a file");
    assert_eq!(again.manifest, package.file.expect("a file").manifest, "the same but for its seal");
    world.clock.pass(PACKAGE_KEPT_MS);
    assert_eq!(world.service.core.expire_packages().expect("expired"), 1);
    assert_eq!(world.count_events("package.expire"), 1);
    assert!(world.service.core.store.package_content(package.id).expect("reads").is_none());
    let state = world.service.package(&officer, package.id).expect("answered").expect("seen").package.state;
    assert_eq!(state, PackageState::Expired);
}

#[test]
fn a_cancelled_package_is_not_built() {
    let Office { world, officer, .. } = office();
    let service = &world.service;
    let package = service.ask_package(&officer, wanted("退款")).expect("answered").expect("asked");
    let cancelled = service.cancel_package(&officer, package.id).expect("answered");
    let view = service.wait_package(&officer, package.id, &mut |_| true).expect("answered");
    std::thread::sleep(Duration::from_millis(300));
    // Whoever was faster: it is one or the other, and never a file without its row.
    let kept = service.core.store.package_content(package.id).expect("reads").is_some();
    assert_eq!(cancelled.state, view.package.state);
    assert!(kept == (view.package.state == PackageState::Ready), "{:?}", view.package.state);
}

#[test]
fn what_needs_approval_waits_for_a_second_person() {
    use std::collections::BTreeSet;
    use xinju_model::approval::{ApprovalPolicy, SensitiveKind, SensitiveOperation};
    let Office { world, officer, .. } = office();
    let service = &world.service;
    let kinds = BTreeSet::from([SensitiveKind::EvidenceExport]);
    let policy = ApprovalPolicy { kinds, ..ApprovalPolicy::default() };
    let approver = world.user("security", BuiltIn::SecurityAdministrator).principal.viewer;
    // Of a policy with one kind, the policy itself needs somebody to ask.
    world.user("second", BuiltIn::SecurityAdministrator);
    service.set_approval_policy(&Viewer::operator(), &policy).expect("answered").expect("set");
    let refused = service.ask_package(&officer, wanted("退款")).expect_err("refused");
    assert_eq!(refused.code(), Code::ApprovalRequired);
    let operation = crate::approval::Wanted::Operation(SensitiveOperation::ExportEvidence(wanted("退款")));
    let asked = service.ask_approval(&officer, operation, "why").expect("answered").expect("asked");
    world.confirm(&approver);
    service.decide_approval(&approver, asked.approval.id, true, "").expect("answered").expect("approved");
    let (_, done) = service.carry_out_approval(&officer, asked.approval.id).expect("answered").expect("done");
    let crate::approval::Done::Package(package) = done else { panic!("no package") };
    assert_eq!(package.approval, Some(asked.approval.id));
    let view = service.wait_package(&officer, package.id, &mut |_| true).expect("answered");
    assert_eq!(view.package.state, PackageState::Ready, "{:?}", view.package.failure);
    let bytes = bytes(&world, &officer, package.id);
    let custody = file(&bytes, "data/custody/custody.jsonl").expect("custody");
    for act in ["approval.ask", "approval.approve", "approval.use", "package.ask"] {
        assert!(custody.contains(act), "{act} is missing in {custody}");
    }
    assert_eq!(world.last_event("package.seal").expect("sealed").detail("approver"), "security");
}

#[test]
fn actions_reach_no_further_than_one_role_gives() {
    // A program may not export, whatever its owner may.
    let token = xinju_model::access::Credential::Token(
        xinju_model::id::TokenId([2; 16]),
        vec![xinju_model::user::TokenScope::Read],
    );
    let viewer = Viewer { credential: token, ..crate::world::viewer(BuiltIn::Owner) };
    assert!(!xinju_model::access::may(&viewer, Action::ExportEvidence));
}
