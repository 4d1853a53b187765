//! Packages that are in order.

use std::io::Cursor;

use super::sample::{Sample, pack, unpack};
use crate::error::EvidenceError;
use crate::log::key_fingerprint;
use crate::package::{write, write_file};
use crate::verify::{Verdict, verify};

pub(super) fn verdict(package: &[u8], trust: &[String]) -> Verdict {
    verify(Cursor::new(package), trust, &mut |_, _| {})
}

#[test]
fn a_whole_package_holds_in_every_part() {
    let sample = Sample::default();
    let package = sample.build();
    let verdict = verdict(&package, &[key_fingerprint(&sample.log.key)]);
    assert!(verdict.is_ok(), "{verdict:#?}");
    let detail = |name: &str| &verdict.checks.iter().find(|check| check.name == name).unwrap().detail;
    assert!(detail("records").starts_with("19 records and the places of 1 erased ones"), "{}", detail("records"));
    assert_eq!(detail("consistency"), "the head continues 2 older heads of the log");
    assert_eq!(detail("redactions"), "1 withheld fields are listed, each with its reason");
    assert_eq!(detail("sequence"), "1 stated runs of conversations are whole");
    assert!(detail("seal").contains("示例公司"));
    assert!(detail("export entry").starts_with("entry 41 of the log names"));
}

#[test]
fn a_package_that_was_packed_again_is_the_same() {
    let verdict = verdict(&pack(&unpack(&Sample::default().build())), &[]);
    assert!(verdict.is_ok(), "{verdict:#?}");
}

#[test]
fn two_builds_are_equal_but_for_the_seal() {
    let (first, second) = (unpack(&Sample::default().build()), unpack(&Sample::default().build()));
    let without = |files: &super::sample::Unpacked| {
        files
            .iter()
            .filter(|(path, _)| !path.starts_with("seal/"))
            .map(|(a, b)| (a.clone(), b.clone()))
            .collect::<Vec<_>>()
    };
    assert_eq!(without(&first), without(&second));
    // What stands before the seal in the zip is equal byte for byte, too; the 64 bytes before its name hold its size.
    let (first, second) = (Sample::default().build(), Sample::default().build());
    let place = first.windows(5).position(|window| window == b"seal/").unwrap() - 64;
    assert_eq!(first[..place], second[..place]);
}

#[test]
fn nothing_of_another_conversation_or_of_what_is_withheld_is_inside() {
    let sample = Sample::default();
    for (path, bytes) in unpack(&sample.build()) {
        // The seal tells of the export itself, the last entry of the log.
        if path.starts_with("seal/seal.") {
            continue;
        }
        let text = String::from_utf8_lossy(&bytes);
        for (index, entry) in sample.log.entries.iter().enumerate() {
            let held = sample.indexes.contains(&index) && sample.erased != Some(index);
            let id = xinju_model::entry::entry_id(&entry.seed);
            assert!(held || !text.contains(&id), "{path} holds the id of entry {index}");
            for shown in sample.log.disclosures(index) {
                let withheld = sample.withheld == Some(index) && shown.name == "content";
                assert!((held && !withheld) || !text.contains(&shown.encoded), "{path} discloses of {index}");
            }
        }
        assert!(!text.contains("wmB") && !text.contains("第6句") && !text.contains("第10句"), "{path}");
    }
}

#[test]
fn a_trusted_fingerprint_has_to_be_found() {
    let package = Sample::default().build();
    let other = verdict(&package, &["ab".repeat(32)]);
    assert!(!other.is_ok());
    assert!(other.checks.iter().filter(|check| check.name != "trust").all(|check| check.ok), "{other:#?}");
}

#[test]
fn a_withheld_field_can_be_shown_later_against_the_same_entry() {
    let sample = Sample::default();
    let files = unpack(&sample.build());
    let file = crate::record::RecordFile::from_json(&files["data/records/000004.json"]).unwrap();
    let mut shown = file.disclosures.clone();
    let content = sample.log.disclosures(6).into_iter().find(|disclosure| disclosure.name == "content").unwrap();
    shown.push(content.encoded);
    let opened = crate::entry::open(&file.entry, &shown).unwrap();
    assert!(opened.fields.iter().any(|(_, value)| value["text"] == "第6句 of wmA"));
}

#[test]
fn a_package_appears_whole_or_not_at_all() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("package.zip");
    let stopped = Sample { stop_at: Some(5), ..Sample::default() };
    assert_eq!(write_file(&path, &stopped.head(), &mut stopped.source()), Err(EvidenceError::Cancelled));
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    let sample = Sample::default();
    write_file(&path, &sample.head(), &mut sample.source()).unwrap();
    assert!(verdict(&std::fs::read(&path).unwrap(), &[]).is_ok());
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn sources_put_files_only_where_theirs_belong() {
    for path in ["records/000001.json", "log/checkpoint", "../x", "custody/../../x", "other/x", "report-001.pdf"] {
        let sample = Sample::default();
        let mut source = sample.source();
        source.files.push((path.into(), Vec::new()));
        let refused = write(Cursor::new(Vec::new()), &sample.head(), &mut source);
        assert!(matches!(refused, Err(EvidenceError::Write(_))), "{path}");
    }
}

#[test]
fn a_report_in_volumes_is_part_of_a_package() {
    let sample = Sample::default();
    let mut source = sample.source();
    for name in ["report.pdf", "report-002.pdf"] {
        source.files.push((name.into(), b"%PDF-1.7".to_vec()));
    }
    let package = write(Cursor::new(Vec::new()), &sample.head(), &mut source).unwrap().into_inner();
    assert!(unpack(&package).contains_key("data/report-002.pdf"));
    assert!(verdict(&package, &[]).is_ok());
}

#[test]
fn as_many_records_come_as_were_announced() {
    for items in [19, 21] {
        let sample = Sample::default();
        let head = crate::package::PackageHead { items, ..sample.head() };
        assert!(matches!(write(Cursor::new(Vec::new()), &head, &mut sample.source()), Err(EvidenceError::Write(_))));
    }
}

/// Frozen with the version of the form: what the files of a package hold. Guides and programs may get better words.
#[test]
fn the_form_of_the_files_is_frozen() {
    let mut all = Vec::new();
    for (path, bytes) in unpack(&Sample::default().build()) {
        let words = path.contains("verify/") || path.contains("VERIFY") || path.contains("验证");
        let follows =
            path.contains("manifest") || path == "sm3sum.txt" || path == "bag-info.txt" || path.contains("seal/");
        if !words && !follows {
            all.extend(format!("{path}\n{}\n", crate::digests::sha256_hex(&bytes)).into_bytes());
        }
    }
    assert_eq!(crate::digests::sha256_hex(&all), GOLDEN);
    assert_eq!(
        String::from_utf8(unpack(&Sample::default().build())["bag-info.txt"].clone())
            .unwrap()
            .lines()
            .take(8)
            .collect::<Vec<_>>(),
        [
            "Source-Organization: 示例公司",
            "External-Identifier: EVID-example-20260921-0001",
            "Bagging-Date: 2026-09-21",
            "Requested-At: 2026-09-21T14:13:20.000Z",
            "Package-Version: xinju-evidence/1",
            "Log-Origin: example.com/log",
            "Log-Size: 40",
            "Items: 20",
        ]
    );
}

const GOLDEN: &str = "105569329c873119ff4a61bb21085a948c46804ae62403a8734964312b257648";
