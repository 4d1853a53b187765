//! Heads that a witness signed, and those that it did not.

use std::process::Command;

use super::foreign::lay_out;
use super::sample::{Sample, Unpacked, pack, remanifest, reseal, unpack};
use super::whole::verdict;
use crate::cosignature::tests::TestWitness;

const SIGNED: &str = "data/log/witness/7.checkpoint";
const KEY: &str = "data/log/witness/witness.vkey";

fn witnessed() -> (Unpacked, String) {
    let witness = TestWitness::new();
    let fingerprint = witness.key.fingerprint();
    (unpack(&Sample { witness: Some(witness), ..Sample::default() }.build()), fingerprint)
}

/// What does not hold where lists and seal were made anew.
fn remade(change: impl FnOnce(&mut Unpacked)) -> Vec<String> {
    let (mut files, _) = witnessed();
    change(&mut files);
    remanifest(&mut files);
    reseal(&mut files);
    files.retain(|path, _| !path.starts_with("seal/seal."));
    let checks = verdict(&pack(&files), &[]).checks;
    checks.into_iter().filter(|check| !check.ok).map(|check| check.name).collect()
}

fn python(files: &Unpacked, more: &str) -> bool {
    let folder = lay_out(files);
    let command = format!("python3 data/verify/verify.py . {more}");
    Command::new("sh").args(["-c", &command]).current_dir(folder.path()).status().unwrap().success()
}

#[test]
fn who_knows_the_witness_can_say_so() {
    let (files, fingerprint) = witnessed();
    let trusted = verdict(&pack(&files), std::slice::from_ref(&fingerprint));
    assert!(trusted.is_ok(), "{trusted:#?}");
    let said = trusted.checks.iter().find(|check| check.name == "witness").unwrap();
    assert!(said.detail.contains("witness.example/w1") && said.detail.contains("over 32 entries"), "{said:?}");
    assert!(said.detail.contains(&fingerprint));
    assert!(python(&files, &fingerprint) && !python(&files, &"ab".repeat(32)));
}

#[test]
fn what_the_witness_did_not_sign_is_refused() {
    assert_eq!(remade(|_| {}), Vec::<String>::new());
    let stranger = |files: &mut Unpacked| {
        files.insert(KEY.into(), TestWitness::new().line.into_bytes());
    };
    assert_eq!(remade(stranger), ["witness"]);
    let none = |files: &mut Unpacked| {
        files.remove(KEY);
    };
    assert_eq!(remade(none), ["witness"]);
    let plain = |files: &mut Unpacked| {
        files.insert(SIGNED.into(), files["data/log/checkpoint.7"].clone());
    };
    assert_eq!(remade(plain), [format!("witness: {SIGNED}")]);
    let other = |files: &mut Unpacked| {
        files.insert(SIGNED.into(), files["data/log/witness/32.checkpoint"].clone());
    };
    assert_eq!(remade(other), [format!("witness: {SIGNED}")]);
    let added = |files: &mut Unpacked| {
        files.insert("data/log/witness/x.checkpoint".into(), b"x".to_vec());
    };
    assert_eq!(remade(added), ["witness: data/log/witness/x.checkpoint"]);
    let alone = |files: &mut Unpacked| {
        files.retain(|path, _| !path.starts_with("data/log/witness/") || path == KEY);
    };
    assert_eq!(remade(alone), ["witness"]);
    let (mut bent, _) = witnessed();
    plain(&mut bent);
    remanifest(&mut bent);
    reseal(&mut bent);
    assert!(!python(&bent, ""));
}
