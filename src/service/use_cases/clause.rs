//! The model clause: what it says, who issues it, and that its text stands in the ledger.

use xinju_model::role::BuiltIn;

use crate::error::Code;
use crate::world::{World, viewer};

#[test]
fn the_clause_names_the_keys_of_now_and_is_not_for_everybody() {
    let world = World::new();
    let auditor = viewer(BuiltIn::SecurityAdministrator);
    let clause = world.service.clause(&auditor).expect("a clause");
    let keys = world.service.seal_keys(&auditor).expect("keys");
    let key = keys.first().expect("a key");
    assert!(clause.chinese.contains(&key.certificate.fingerprint), "{}", clause.chinese);
    assert!(clause.english.contains(&world.service.core.origin), "{}", clause.english);
    assert!(world.service.clause_pdf(&auditor).expect("a file").starts_with(b"%PDF-"));
    let staff = viewer(BuiltIn::Staff);
    assert_eq!(world.service.clause(&staff).expect_err("refused").code(), Code::Forbidden);
    assert_eq!(world.service.clause_pdf(&staff).expect_err("refused").code(), Code::Forbidden);
    assert_eq!(world.service.issued_clauses(&staff).expect_err("refused").code(), Code::Forbidden);
}

#[test]
fn what_is_issued_stands_in_the_ledger_and_is_listed() {
    let world = World::new();
    world.administrator();
    let officer = world.user("officer", BuiltIn::EvidenceOfficer).principal.viewer;
    world.confirm(&officer);
    let clause = world.service.clause(&officer).expect("a clause");
    let first = world.service.issue_clause(&officer).expect("issued");
    let event = world.last_event("clause.issue").expect("an event");
    assert_eq!((event.object.as_str(), event.detail("clause")), (clause.sha256.as_str(), clause.whole().as_str()));
    assert_eq!((first.sha256.as_str(), first.by.as_str()), (clause.sha256.as_str(), event.actor.name.as_str()));
    let second = world.service.issue_clause(&officer).expect("issued");
    assert_eq!(world.service.issued_clauses(&officer).expect("a list"), [second, first]);
}

#[test]
fn who_may_not_issue_it_does_not() {
    let world = World::new();
    world.administrator();
    for role in [BuiltIn::Staff, BuiltIn::Auditor, BuiltIn::SecurityAdministrator] {
        assert_eq!(world.service.issue_clause(&viewer(role)).expect_err("refused").code(), Code::Forbidden, "{role:?}");
    }
    let officer = world.user("officer", BuiltIn::EvidenceOfficer).principal.viewer;
    world.clock.pass(xinju_model::limits::FRESH_MS_MAX + 1);
    assert_eq!(world.service.issue_clause(&officer).expect_err("refused").code(), Code::ConfirmRequired);
    assert_eq!(world.count_events("clause.issue"), 0);
}
