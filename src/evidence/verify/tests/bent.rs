//! Packages that somebody changed: every class of file changed, removed, added, swapped; with manifests and seal made anew.

use super::sample::{CONTENT, Sample, Unpacked, pack, remanifest, reseal, unpack};
use super::whole::verdict;
use crate::seal::SEAL;

/// The names of what does not hold.
fn wrong(files: &Unpacked) -> Vec<String> {
    let verdict = verdict(&pack(files), &[]);
    verdict.checks.into_iter().filter(|check| !check.ok).map(|check| check.name).collect()
}

/// One file of each class.
const CLASSES: &[&str] = &[
    "bagit.txt",
    "bag-info.txt",
    "VERIFY.txt",
    "验证说明.txt",
    "manifest-sha256.txt",
    "manifest-sha512.txt",
    "sm3sum.txt",
    "tagmanifest-sha256.txt",
    "data/records/000003.json",
    "data/proofs/000003.tlog-proof",
    "data/raw/000003.json",
    "data/media/000002-1.jpg",
    "data/tombstones/000006.json",
    "data/log/checkpoint",
    "data/log/checkpoint.7",
    "data/log/consistency-7-40.txt",
    "data/log/log.vkey",
    "data/log/log.pub.pem",
    "data/redactions.json",
    "data/completeness/sequences.json",
    "data/verify/verify.py",
    "seal/tagmanifest-sha256.txt.p7s",
    "seal/seal.entry.json",
    "seal/seal.tlog-proof",
    "seal/seal.consistency.txt",
];

#[test]
fn every_class_of_file_is_missed_and_its_change_seen() {
    let whole = unpack(&Sample::default().build());
    for path in CLASSES {
        let mut removed = whole.clone();
        assert!(removed.remove(*path).is_some(), "{path} is in a package");
        assert!(!wrong(&removed).is_empty(), "{path} removed");
        let mut changed = whole.clone();
        let bytes = changed.get_mut(*path).unwrap();
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        assert!(!wrong(&changed).is_empty(), "{path} changed");
        if *path == "seal/seal.tlog-proof" {
            // Its last lines are signatures; those of keys that nobody asked for are allowed there and say nothing.
            continue;
        }
        let mut longer = whole.clone();
        longer.get_mut(*path).unwrap().push(b'?');
        assert!(!wrong(&longer).is_empty(), "{path} longer");
    }
}

#[test]
fn added_files_are_seen() {
    let whole = unpack(&Sample::default().build());
    for path in
        ["data/records/000021.json", "data/x.txt", "x.txt", "seal/x.txt", "data/media/000004-1.jpg", "data/log/x"]
    {
        let mut added = whole.clone();
        added.insert(path.into(), b"x".to_vec());
        assert!(!wrong(&added).is_empty(), "{path}");
    }
}

#[test]
fn manifests_made_anew_do_not_help() {
    let whole = unpack(&Sample::default().build());
    let mut files = whole.clone();
    let record = String::from_utf8(files["data/raw/000003.json"].clone()).unwrap();
    files.insert("data/raw/000003.json".into(), record.replace("句", "旬").into_bytes());
    remanifest(&mut files);
    // The seal is over the old manifest, and the entry commits to the old original.
    assert_eq!(wrong(&files), ["seal", "records: 000003", "export entry"]);
    // A seal of the attacker's own does not change the log.
    reseal(&mut files);
    assert_eq!(wrong(&files), ["records: 000003", "export entry"]);
}

/// Manifests and seal are made anew, so that only what they protect can tell.
fn remade(change: impl FnOnce(&mut Unpacked)) -> Vec<String> {
    let mut files = unpack(&Sample::default().build());
    change(&mut files);
    remanifest(&mut files);
    reseal(&mut files);
    // Without the entry of the export, which names the manifest that was.
    files.retain(|path, _| !path.starts_with("seal/seal."));
    wrong(&files)
}

fn edit(files: &mut Unpacked, path: &str, from: &str, to: &str) {
    let text = String::from_utf8(files[path].clone()).unwrap();
    let new = text.replacen(from, to, 1);
    assert_ne!(new, text, "{path} holds {from}");
    files.insert(path.into(), new.into_bytes());
}

#[test]
fn an_honest_remake_holds() {
    assert_eq!(remade(|_| {}), Vec::<String>::new());
}

#[test]
fn a_record_dropped_from_the_middle_is_missed() {
    let dropped = remade(|files| {
        for path in ["data/records/000003.json", "data/proofs/000003.tlog-proof", "data/raw/000003.json"] {
            files.remove(path);
        }
    });
    assert!(dropped.contains(&"records: 000003".to_owned()), "{dropped:?}");
}

/// The attacker renumbers what is left and states one record less.
#[test]
fn a_record_dropped_with_all_its_traces_breaks_the_run() {
    let names = remade(|files| {
        for folder in ["data/records/", "data/proofs/", "data/raw/"] {
            let ending = if folder == "data/proofs/" { "tlog-proof" } else { "json" };
            files.remove(&format!("{folder}000020.{ending}"));
        }
        edit(files, "bag-info.txt", "Items: 20", "Items: 19");
    });
    assert_eq!(names.len(), 1, "{names:?}");
    assert!(names[0].starts_with("sequence: "), "{names:?}");
}

/// The original names its file, so that another one is seen even under lists and a seal of the attacker's own.
#[test]
fn a_file_that_its_message_does_not_name_is_seen() {
    let path = "data/media/000002-1.jpg";
    for content in [vec![8; CONTENT.len()], CONTENT[1..].to_vec(), Vec::new()] {
        assert_eq!(remade(|files| drop(files.insert(path.into(), content))), ["records: 000002"]);
    }
    // Given to a message that names none, or twice to the one that names it once.
    for other in ["data/media/000003-1.jpg", "data/media/000002-2.jpg"] {
        let names = remade(|files| drop(files.insert(other.into(), CONTENT.to_vec())));
        assert_eq!(names, [format!("records: {}", &other[11..17])]);
    }
}

#[test]
fn swapped_records_are_seen() {
    let names = remade(|files| {
        let (third, fifth) = (files["data/records/000003.json"].clone(), files["data/records/000005.json"].clone());
        files.insert("data/records/000003.json".into(), fifth);
        files.insert("data/records/000005.json".into(), third);
    });
    assert_eq!(names, ["records: 000003", "records: 000005"]);
}

#[test]
fn what_is_withheld_is_withheld_honestly() {
    let hidden = |files: &mut Unpacked| edit(files, "data/redactions.json", "R2", "R3");
    assert_eq!(remade(hidden), ["redactions"]);
    let unsaid = |files: &mut Unpacked| edit(files, "data/records/000004.json", "\"R2\"", "\"R4\"");
    assert_eq!(remade(unsaid), ["redactions"]);
    let shown = |files: &mut Unpacked| {
        let bytes = Sample::default().log.entries[6].body.clone();
        files.insert("data/raw/000004.json".into(), bytes);
    };
    assert_eq!(remade(shown), ["records: 000004"]);
    let gone = |files: &mut Unpacked| {
        files.remove("data/raw/000003.json");
    };
    assert_eq!(remade(gone), ["records: 000003"]);
}

#[test]
fn a_head_of_a_forked_log_is_refused() {
    let mut other = Sample::default();
    other.log.entries[1].body = b"{}".to_vec();
    let forked = other.log.checkpoint(7);
    let names = remade(|files| {
        files.insert("data/log/checkpoint.7".into(), forked.into_bytes());
    });
    assert_eq!(names, ["consistency: data/log/checkpoint.7"]);
}

#[test]
fn parts_of_another_package_are_refused() {
    let mut sample = Sample::default();
    sample.indexes.truncate(12);
    let other = unpack(&sample.build());
    let whole = unpack(&Sample::default().build());
    for path in CLASSES.iter().chain(&["data/records/000003.json"]) {
        let Some(bytes) = other.get(*path) else { continue };
        if *bytes == whole[*path] {
            continue;
        }
        let mut files = whole.clone();
        files.insert((*path).into(), bytes.clone());
        assert!(!wrong(&files).is_empty(), "{path} of another package");
    }
    let mut files = whole;
    files.insert(format!("seal/{SEAL}"), other[&format!("seal/{SEAL}")].clone());
    assert_eq!(wrong(&files), ["seal"]);
}
