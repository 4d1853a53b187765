//! What a package shows of its records besides them: who takes part, and renderings for other programs.

use std::collections::BTreeSet;
use std::io::{Cursor, Read};
use std::process::Command;

use data_encoding::BASE64;
use xinju_evidence::verify::verify;
use xinju_model::access::Viewer;
use xinju_model::case::{CaseAbout, CaseParty, ContextRule, Forum, PartyRole, Selection};
use xinju_model::package::{
    ExchangeFormat, Package, PackageSelection, PackageState, PackageWanted, Withhold, WithholdCode, WithholdTarget,
};
use xinju_model::role::BuiltIn;

use crate::case::CollectInto;
use crate::world::{World, message};

const SEARCH: &str = "退款";

/// Three messages between Ken and A on two days, the second with a phone number.
fn office() -> (World, Viewer) {
    let world = World::new();
    world.add(message("1", "ken", "wmA", 60, "退款 周五到账"));
    world.add(message("2", "wmA", "ken", 180, "退款 打给 13800138000"));
    world.add(message("3", "ken", "wmB", 48 * 3_600, "退款 =已办"));
    world.indexed();
    world.administrator();
    let officer = world.user("officer", BuiltIn::EvidenceOfficer).principal.viewer;
    world.confirm(&officer);
    (world, officer)
}

fn wanted(selection: PackageSelection, exchange: &[ExchangeFormat]) -> PackageWanted {
    PackageWanted {
        selection,
        reason: "a claim".into(),
        purpose: String::new(),
        recipient: String::new(),
        forum: Forum::default(),
        withhold: Vec::new(),
        exchange: exchange.iter().copied().collect::<BTreeSet<_>>(),
    }
}

fn searched(exchange: &[ExchangeFormat]) -> PackageWanted {
    wanted(PackageSelection::Search { query: SEARCH.into(), zone_offset_minutes: 0 }, exchange)
}

/// Waits for a package that was asked for; its files by their paths under `data/`.
#[track_caller]
fn built(world: &World, viewer: &Viewer, package: &Package) -> (Package, Vec<(String, Vec<u8>)>) {
    let view = world.service.wait_package(viewer, package.id, &mut |_| true).expect("answered");
    assert_eq!(view.package.state, PackageState::Ready, "{:?}", view.package.failure);
    let mut bytes = Vec::new();
    world.service.fetch_package(viewer, package.id).expect("fetched").read_to_end(&mut bytes).expect("read");
    let verdict = verify(Cursor::new(&bytes), &[], &mut |_, _| {});
    assert!(verdict.is_ok(), "{verdict:#?}");
    let mut zip = zip::ZipArchive::new(Cursor::new(bytes)).expect("a zip");
    let mut files = Vec::new();
    for place in 0..zip.len() {
        let mut file = zip.by_index(place).expect("a file");
        let mut content = Vec::new();
        file.read_to_end(&mut content).expect("read");
        let path = file.name().expect("a name").into_owned();
        files.extend(path.split_once("/data/").map(|(_, path)| (path.to_owned(), content)));
    }
    (view.package, files)
}

fn asked(world: &World, viewer: &Viewer, wanted: PackageWanted) -> (Package, Vec<(String, Vec<u8>)>) {
    let package = world.service.ask_package(viewer, wanted).expect("answered").expect("asked");
    built(world, viewer, &package)
}

fn text(files: &[(String, Vec<u8>)], path: &str) -> String {
    let found = files.iter().find(|(name, _)| name == path).unwrap_or_else(|| panic!("no {path}"));
    String::from_utf8(found.1.clone()).expect("text")
}

/// The manifest inside a mail of RSMF.
fn manifest(mail: &str) -> String {
    let encoded = mail.rsplit("\r\n\r\n").find(|part| part.starts_with("UEsD")).expect("a zip");
    let encoded: String = encoded.split("\r\n--").next().expect("a part").split_whitespace().collect();
    let bytes = BASE64.decode(encoded.as_bytes()).expect("base64");
    let mut zip = zip::ZipArchive::new(Cursor::new(bytes)).expect("a zip");
    let mut text = String::new();
    zip.by_name("rsmf_manifest.json").expect("a manifest").read_to_string(&mut text).expect("text");
    text
}

/// The words of a report, without spaces.
fn words(files: &[(String, Vec<u8>)]) -> String {
    let folder = tempfile::tempdir().expect("a folder");
    let report = files.iter().find(|(name, _)| name == "report.pdf").expect("a report");
    std::fs::write(folder.path().join("report.pdf"), &report.1).expect("written");
    let mut command = Command::new("pdftotext");
    command.args(["-layout", "report.pdf", "-"]).current_dir(folder.path()).env("LC_ALL", "C.UTF-8");
    let printed = command.output().expect("pdftotext");
    String::from_utf8(printed.stdout).expect("text").split_whitespace().collect()
}

#[test]
fn renderings_hold_each_record_and_are_the_same_when_built_again() {
    let (world, officer) = office();
    let (package, files) = asked(&world, &officer, searched(ExchangeFormat::ALL));
    let csv = text(&files, "exchange/messages.csv");
    assert!(csv.contains("退款 周五到账") && csv.contains("data/raw/000001.json"), "{csv}");
    assert!(!csv.contains(",=已办"), "no cell is a formula");
    let rows: serde_json::Value = serde_json::from_str(&text(&files, "exchange/messages.json")).expect("JSON");
    let rows = rows.as_array().expect("a list");
    let row = |place: usize, name: &str| rows.get(place).and_then(|row| row.get(name)).cloned().unwrap_or_default();
    assert_eq!((rows.len(), row(1, "record"), row(2, "record")), (3, "000002".into(), "000003".into()));
    assert_eq!(row(2, "from").get("id"), Some(&"ken".into()));
    assert_eq!(text(&files, "exchange/loadfile.dat").lines().count(), 4);
    assert_eq!(text(&files, "exchange/loadfile.opt").lines().count(), 3);
    assert!(manifest(&text(&files, "exchange/rsmf/000001.rsmf")).contains("退款 周五到账"));
    assert!(text(&files, "exchange/README.txt").contains("prove nothing"));
    assert_eq!(world.last_event("package.ask").expect("asked").detail("exchange"), "csv json dat opt rsmf");
    let again = world.service.build_package_again(&officer, package.id).expect("answered");
    let (again, _) = built(&world, &officer, &again);
    assert_eq!(again.file.expect("a file").manifest, package.file.expect("a file").manifest);
}

#[test]
fn only_what_was_asked_for_is_rendered() {
    let (world, officer) = office();
    let (_, files) = asked(&world, &officer, searched(&[]));
    assert!(!files.iter().any(|(path, _)| path.starts_with("exchange/")));
    let (_, files) = asked(&world, &officer, searched(&[ExchangeFormat::Csv]));
    let paths: Vec<&str> = files.iter().map(|(path, _)| &**path).filter(|path| path.starts_with("exchange/")).collect();
    assert_eq!(paths, ["exchange/README.txt", "exchange/messages.csv"]);
}

#[test]
fn what_is_withheld_is_in_no_rendering_nor_in_the_list_of_people() {
    let (world, officer) = office();
    let mut wishes = searched(ExchangeFormat::ALL);
    let person = WithholdTarget::Person { party: "wmA".into() };
    wishes.withhold = vec![Withhold { target: person, code: WithholdCode::Privacy, note: String::new() }];
    let (_, files) = asked(&world, &officer, wishes);
    for (path, bytes) in files.iter().filter(|(path, _)| path.starts_with("exchange/")) {
        let text = String::from_utf8(bytes.clone()).expect("text");
        let inside = if path.starts_with("exchange/rsmf/") { manifest(&text) } else { String::new() };
        for hidden in ["wmA", "13800138000", "打给"] {
            assert!(!text.contains(hidden) && !inside.contains(hidden), "{hidden} in {path}");
        }
    }
    assert!(text(&files, "exchange/messages.csv").contains("from R2"));
    let printed = words(&files);
    assert!(printed.contains("wmB") && printed.contains("ken"), "{printed}");
    assert!(!printed.contains("wmA"), "{printed}");
}

#[test]
fn a_report_names_the_parties_of_its_case_as_they_were_when_it_was_asked_for() {
    let (world, officer) = office();
    let party = |name: &str, role| CaseParty { name: name.into(), role };
    let mut about = CaseAbout {
        name: "装修合同纠纷".into(),
        in_charge: officer.user.into_iter().collect(),
        parties: vec![party("王某", PartyRole::Claimant), party("禾禾家居", PartyRole::Respondent)],
        ..CaseAbout::default()
    };
    let case = world.service.open_case(&officer, about.clone()).expect("answered").expect("opened").id;
    let selection = Selection::Search { query: SEARCH.into(), zone_offset_minutes: 0, archived_before: None };
    let new = CollectInto { selection, context: ContextRule::Alone, comment: String::new() };
    world.service.collect(&officer, case, new).expect("answered").expect("collected");
    let (package, files) = asked(&world, &officer, wanted(PackageSelection::Case { case }, &[]));
    let printed = words(&files);
    for words in ["王某原告或申请人Claimant", "禾禾家居被告或被申请人Respondent", "wmA", "2/1", "1/1"]
    {
        assert!(printed.contains(words), "{words}: {printed}");
    }
    about.parties.clear();
    world.service.change_case(&officer, case, about).expect("answered").expect("changed");
    let again = world.service.build_package_again(&officer, package.id).expect("answered");
    let (again, _) = built(&world, &officer, &again);
    assert_eq!(again.file.expect("a file").manifest, package.file.expect("a file").manifest);
}

/// A message by which WeCom says that a customer agrees, or does not.
fn consent(id: &str, word: &str, from: &str, minutes: i64) -> Vec<u8> {
    let mut value: serde_json::Value = serde_json::from_slice(&message(id, from, "ken", minutes, "")).expect("JSON");
    let fields = value.as_object_mut().expect("an object");
    fields.remove("text");
    fields.insert("msgtype".into(), word.into());
    fields.insert(word.into(), serde_json::json!({ "userid": from }));
    serde_json::to_vec(&value).expect("JSON")
}

#[test]
fn a_package_says_what_is_known_of_consent_in_its_conversations() {
    let (world, officer) = office();
    world.add(consent("4", "agree", "wmA", 30));
    world.add(consent("5", "disagree", "wmC", 31));
    world.indexed();
    let document = |files: &[(String, Vec<u8>)]| -> serde_json::Value {
        serde_json::from_str(&text(files, "consent/consent.json")).expect("JSON")
    };
    let (package, files) = asked(&world, &officer, searched(&[]));
    let known = document(&files);
    let messages = known.get("messages").and_then(|all| all.as_array()).expect("a list");
    let told = |name: &str| messages.first().and_then(|one| one.get(name)).cloned().expect("told");
    assert_eq!((messages.len(), told("who"), told("kind")), (1, "wmA".into(), "agree".into()), "wmC is elsewhere");
    assert!(told("record").is_null() && told("entry").is_u64());
    let again = world.service.build_package_again(&officer, package.id).expect("answered");
    let (again, _) = built(&world, &officer, &again);
    assert_eq!(again.file.expect("a file").manifest, package.file.expect("a file").manifest);
    let mut wishes = searched(&[]);
    let person = WithholdTarget::Person { party: "wmA".into() };
    wishes.withhold = vec![Withhold { target: person, code: WithholdCode::Privacy, note: String::new() }];
    let (_, files) = asked(&world, &officer, wishes);
    assert!(!text(&files, "consent/consent.json").contains("wmA"));
}

#[test]
fn where_nothing_is_known_of_consent_that_is_said() {
    let (world, officer) = office();
    let (_, files) = asked(&world, &officer, searched(&[]));
    assert!(text(&files, "consent/consent.json").contains("holds no message about consent"));
    assert!(!files.iter().any(|(path, _)| path.starts_with("legal/cross-border")));
}

#[test]
fn what_goes_abroad_brings_the_note_to_fill_in() {
    let (world, officer) = office();
    let mut wishes = searched(&[]);
    wishes.forum =
        Forum {
            abroad: true, approval_number: "国司函 7".into(), name: "District Court".into(), ..Forum::default()
        };
    let (_, files) = asked(&world, &officer, wishes);
    for path in ["legal/跨境提供说明.txt", "legal/cross-border-note.txt"] {
        let note = text(&files, path);
        assert!(note.contains("国司函 7") && note.contains("District Court"), "{note}");
    }
}

#[test]
fn a_report_stays_as_it_was_when_another_certificate_seals_from_then_on() {
    let (world, officer) = office();
    let (package, files) = asked(&world, &officer, searched(&[]));
    let before = package.file.expect("a file");
    let made = world.service.make_seal_key(&Viewer::operator(), "另一家公司").expect("answered").expect("made");
    assert_ne!(made.certificate.fingerprint, before.certificate);
    let again = world.service.build_package_again(&officer, package.id).expect("answered");
    let (again, rebuilt) = built(&world, &officer, &again);
    let after = again.file.expect("a file");
    assert_eq!((&after.manifest, &after.certificate), (&before.manifest, &made.certificate.fingerprint));
    assert_eq!(rebuilt, files);
}
