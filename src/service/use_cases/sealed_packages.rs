//! What outsiders do for a package: authorities that stamp its seal, or do not, and a witness of the heads in it.

use std::io::Cursor;

use xinju_evidence::verify::{Verdict, verify};
use xinju_keys::signer::Signer;
use xinju_model::access::Viewer;
use xinju_model::package::{Package, PackageState};
use xinju_model::stamp::Witness;

use crate::stamp::PostError;
use crate::stamp::tests::{round, set, witness, witness_key};
use crate::use_cases::packages::{Office, built, bytes, file, office, wanted};
use crate::world::{BEGIN, World};

/// When the witness of the tests signs.
const WITNESSED_MS: i64 = 1_790_000_000_000;

fn verdict(package: &[u8]) -> Verdict {
    verify(Cursor::new(package), &[], &mut |_, _| {})
}

#[track_caller]
fn said(verdict: &Verdict, name: &str) -> String {
    assert!(verdict.is_ok(), "{verdict:#?}");
    verdict.checks.iter().find(|check| check.name == name).expect("checked").detail.clone()
}

/// Builds a package once more.
#[track_caller]
fn again(world: &World, viewer: &Viewer, package: &Package) -> Package {
    let asked = world.service.build_package_again(viewer, package.id).expect("answered");
    let view = world.service.wait_package(viewer, asked.id, &mut |_| true).expect("answered");
    assert_eq!(view.package.state, PackageState::Ready, "{:?}", view.package.failure);
    view.package
}

#[test]
fn an_authority_that_does_not_answer_is_said_under_the_seal() {
    let Office { world, officer, .. } = office();
    set(&world, |_| {});
    world.outside.answers(|_| Err(PostError::Unreachable("refused".into())));
    let package = built(&world, &officer, wanted("退款"));
    let content = bytes(&world, &officer, package.id);
    let info = file(&content, "bag-info.txt").expect("there");
    assert!(info.contains("Seal-Timestamps: 1\n") && info.contains("Seal-SM2: no\n"), "{info}");
    let said = said(&verdict(&content), "timestamps of the seal");
    assert!(said.contains("so many came: 0") && said.contains("cannot be reached"), "{said}");
    // Built again when nobody is asked any more, it is the same but for its seal.
    set(&world, |all| all.authorities.clear());
    let rebuilt = again(&world, &officer, &package);
    assert_eq!(rebuilt.file.expect("a file").manifest, package.file.expect("a file").manifest);
}

#[test]
fn heads_that_a_witness_signed_are_in_a_package() {
    let Office { world, officer, .. } = office();
    let signer = || Signer::from_seed(&[7; 32]).expect("a key");
    let (key, _) = witness_key(&signer());
    set(&world, |all| {
        all.authorities.clear();
        all.witness = Some(Witness { url: "https://w.example/".into(), key: key.clone() });
    });
    world.outside.answers(witness(signer(), 0, [0; 32]));
    round(&world);
    // Before the moment that the witness states, nothing of it is in a package.
    let early = built(&world, &officer, wanted("退款"));
    let content = bytes(&world, &officer, early.id);
    assert!(verdict(&content).is_ok() && file(&content, "witness.vkey").is_none());
    world.clock.pass(WITNESSED_MS - BEGIN.millis() + 1_000);
    world.confirm(&officer);
    let package = built(&world, &officer, wanted("退款"));
    let content = bytes(&world, &officer, package.id);
    assert_eq!(file(&content, "log/witness/witness.vkey"), Some(format!("{key}\n")));
    let said = said(&verdict(&content), "witness");
    assert!(said.starts_with("witness.example/w1 signed heads of the log"), "{said}");
    // What it signs later, and whoever is the witness then, changes nothing of the package.
    world.service.try_stamps(&Viewer::operator()).expect("answered");
    set(&world, |_| {});
    world.outside.answers(|_| Err(PostError::TimedOut));
    let rebuilt = again(&world, &officer, &package);
    assert_eq!(rebuilt.file.expect("a file").manifest, package.file.expect("a file").manifest);
}
