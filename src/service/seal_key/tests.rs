//! Sealing keys: who may change them, what becomes of the old one.

use xinju_evidence::seal::{seal, self_signed, verify};
use xinju_model::approval::{ApprovalPolicy, SensitiveKind, SensitiveOperation};
use xinju_model::limits::FRESH_MS_MAX;
use xinju_model::role::BuiltIn;
use xinju_model::time::{Clock, Timestamp};

use super::*;
use crate::approval::Wanted;
use crate::error::Code;
use crate::world::{World, viewer};

/// A file with a key and its certificate, valid from a moment.
fn file(name: &str, from: Timestamp) -> ImportSealKey {
    let (key, certificate) = self_signed(name, from, 30).expect("a key");
    ImportSealKey { file: Zeroizing::new(format!("{key}{certificate}").into_bytes()), phrase: Zeroizing::default() }
}

fn again(import: &ImportSealKey) -> ImportSealKey {
    ImportSealKey { file: import.file.clone(), phrase: import.phrase.clone() }
}

fn sealed_by(world: &World) -> String {
    let sealers = world.service.core.sealers().expect("sealers");
    let at = world.clock.now();
    let verdict = verify(&seal(&sealers.organisation, b"x", at).expect("sealed"), b"x").expect("holds");
    assert_eq!(verdict.fingerprints.first(), Some(&sealers.certificate.fingerprint));
    sealers.certificate.organisation
}

#[test]
fn an_archive_seals_from_its_first_start_with_a_key_that_is_called_self_signed() {
    let world = World::new();
    let keys = world.service.seal_keys(&viewer(BuiltIn::Auditor)).expect("seen");
    let [key] = keys.as_slice() else { panic!("not one: {keys:?}") };
    assert!(key.certificate.self_signed && key.is_current());
    assert_eq!(sealed_by(&world), world.service.core.origin);
    let event = world.last_event("seal_key.create").expect("an event");
    assert_eq!((event.object.as_str(), event.details["self_signed"].as_str()), (&*key.certificate.fingerprint, "true"));
    let world = world.reopen();
    assert_eq!(world.count_events("seal_key.create"), 1);
    let tx = world.service.core.store.read().expect("reads");
    let secret = tx.seal_secret(1).expect("reads").expect("a secret");
    assert!(!secret.windows(7).any(|part| part == b"PRIVATE"), "sealed once more");
    let wrong = world.service.core.secrets().expect("a sealer").open(&place(2), &secret);
    assert!(wrong.is_err(), "bound to its row");
}

#[test]
fn an_imported_key_takes_over_and_the_old_certificate_is_remembered() {
    let world = World::new();
    let admin = world.user("admin", BuiltIn::SystemAdministrator).principal.viewer;
    let import = file("示例公司", world.clock.now());
    let key = world.service.import_seal_key(&admin, &import).expect("answered").expect("taken");
    assert_eq!((key.number, key.certificate.organisation.as_str()), (2, "示例公司"));
    assert_eq!(sealed_by(&world), "示例公司");
    let event = world.last_event("seal_key.import").expect("an event");
    assert_eq!(event.object, key.certificate.fingerprint);
    assert!(event.details["certificate_before"].len() == 64 && !format!("{event:?}").contains("PRIVATE"));
    let keys = world.service.seal_keys(&admin).expect("seen");
    assert_eq!(keys.iter().map(|key| (key.number, key.is_current())).collect::<Vec<_>>(), [(2, true), (1, false)]);
    assert!(world.service.core.store.read().expect("reads").seal_secret(1).expect("reads").is_none());
    let made = world.service.make_seal_key(&admin, " 另一家公司 ").expect("answered").expect("made");
    assert!(made.certificate.self_signed);
    assert_eq!(sealed_by(&world), "另一家公司");
    let world = world.reopen();
    assert_eq!(sealed_by(&world), "另一家公司");
}

#[test]
fn what_cannot_seal_is_refused_and_changes_nothing() {
    let world = World::new();
    let admin = world.user("admin", BuiltIn::SystemAdministrator).principal.viewer;
    let nonsense = ImportSealKey { file: Zeroizing::new(b"nonsense".to_vec()), phrase: Zeroizing::default() };
    let refused = |import: &ImportSealKey| world.service.import_seal_key(&admin, import).expect("answered").err();
    assert!(matches!(refused(&nonsense), Some(SealKeyRefusal::Unreadable(_))));
    let later = world.clock.now().plus_millis(3 * 86_400_000);
    assert_eq!(refused(&file("a", later)), Some(SealKeyRefusal::NotValid));
    assert_eq!(refused(&file("a", Timestamp(1_600_000_000_000))), Some(SealKeyRefusal::NotValid));
    for name in ["", "  ", &"x".repeat(101)] {
        let refusal = world.service.make_seal_key(&admin, name).expect("answered").err();
        assert_eq!(refusal, Some(SealKeyRefusal::NameInvalid));
    }
    assert_eq!(world.service.retire_sm2_key(&admin).expect("answered"), Err(SealKeyRefusal::NoSuchKey));
    assert_eq!(world.service.seal_keys(&admin).expect("seen").len(), 1);
}

#[test]
fn who_may_not_operate_changes_no_key_and_who_may_confirms_first() {
    let world = World::new();
    let import = file("a", world.clock.now());
    for role in [BuiltIn::Staff, BuiltIn::Auditor, BuiltIn::SecurityAdministrator] {
        let other = viewer(role);
        assert_eq!(world.service.import_seal_key(&other, &import).expect_err("denied").code(), Code::Forbidden);
        assert_eq!(world.service.make_seal_key(&other, "a").expect_err("denied").code(), Code::Forbidden);
        assert_eq!(world.service.retire_sm2_key(&other).expect_err("denied").code(), Code::Forbidden);
    }
    assert_eq!(world.service.seal_keys(&viewer(BuiltIn::Staff)).expect("certificates are public").len(), 1);
    let admin = world.user("admin", BuiltIn::SystemAdministrator).principal.viewer;
    world.clock.pass(FRESH_MS_MAX + 1);
    assert_eq!(world.service.import_seal_key(&admin, &import).expect_err("stale").code(), Code::ConfirmRequired);
    assert_eq!(world.service.make_seal_key(&admin, "a").expect_err("stale").code(), Code::ConfirmRequired);
    assert_eq!(world.service.retire_sm2_key(&admin).expect_err("stale").code(), Code::ConfirmRequired);
}

#[test]
fn a_second_person_agrees_to_a_certificate_and_no_key_lies_open_meanwhile() {
    let world = World::new();
    let service = &world.service;
    let admin = world.user("admin", BuiltIn::SystemAdministrator).principal.viewer;
    let boss = world.user("boss", BuiltIn::Owner).principal.viewer;
    world.user("second", BuiltIn::Owner);
    let policy = ApprovalPolicy { kinds: [SensitiveKind::SealKey].into(), hours: 24 };
    service.set_approval_policy(&Viewer::operator(), &policy).expect("answered").expect("set");
    let import = file("示例公司", world.clock.now());
    assert_eq!(service.import_seal_key(&admin, &import).expect_err("stopped").code(), Code::ApprovalRequired);
    let view =
        service.ask_approval(&admin, Wanted::SealKey(again(&import)), "换证书").expect("answered").expect("asked");
    assert_eq!(view.approval.preview.action, "seal_key.import");
    assert!(view.approval.preview.details["subject"].contains("示例公司"));
    let SensitiveOperation::ImportSealKey { sealed } = &view.approval.operation else { panic!("another") };
    let bytes = data_encoding::BASE64.decode(sealed.as_bytes()).expect("base64");
    assert!(!bytes.windows(7).any(|part| part == b"PRIVATE"));
    service.decide_approval(&boss, view.approval.id, true, "好").expect("answered").expect("approved");
    service.carry_out_approval(&admin, view.approval.id).expect("answered").expect("done");
    assert_eq!(sealed_by(&world), "示例公司");
    let make = Wanted::Operation(SensitiveOperation::MakeSealKey { organisation: "另一家".into() });
    let view = service.ask_approval(&admin, make, "重新生成").expect("answered").expect("asked");
    service.decide_approval(&boss, view.approval.id, true, "好").expect("answered").expect("approved");
    service.carry_out_approval(&admin, view.approval.id).expect("answered").expect("done");
    assert_eq!(sealed_by(&world), "另一家");
    assert_eq!(world.last_event("seal_key.create").expect("an event").details["certificate"].len(), 64);
}
