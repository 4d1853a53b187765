//! What a report is whatever reads it.

use xinju_model::channel::Side;

use super::sample::{head, person, report, text};
use crate::report::{Report, is_volume};

#[test]
fn the_same_input_makes_the_same_bytes() {
    let first = report();
    assert_eq!(first.name, "report.pdf");
    assert!(first.bytes.starts_with(b"%PDF-1.7"));
    assert!(first.bytes == report().bytes, "two runs differ");
}

#[test]
fn a_volume_that_is_full_is_closed_before_the_next_item() {
    let staff = person("张伟", "zhangwei", Side::Staff);
    let mut report = Report::with_volumes(head(12), 10).unwrap();
    let mut closed = Vec::new();
    for index in 1..=12 {
        closed.extend(report.item(text(index, staff.clone(), "好")).unwrap());
    }
    assert_eq!(closed.iter().map(|volume| &*volume.name).collect::<Vec<_>>(), ["report.pdf"]);
    let last = report.finish().unwrap();
    assert_eq!(last.name, "report-002.pdf");
    assert!(last.bytes.len() < closed[0].bytes.len());
}

#[test]
fn a_report_without_items_says_so_and_is_a_report() {
    let mut nothing = head(0);
    nothing.parties.clear();
    nothing.seals.clear();
    nothing.environment.clear();
    nothing.number.clear();
    let volume = Report::new(nothing).unwrap().finish().unwrap();
    assert!(volume.bytes.starts_with(b"%PDF-1.7"));
}

#[test]
fn words_that_no_typeface_has_do_not_stop_a_report() {
    let staff = person("\u{0}\u{FEFF}\u{FFFE}", "\u{E000}", Side::Staff);
    let mut report = Report::new(head(1)).unwrap();
    report
        .item(text(1, staff, "\u{FEFF}\u{FFFF}\u{10FFFF}\u{202E}\u{0301}\u{AD}\u{200B}\u{A0}\u{2028}x\u{B}\u{C}y"))
        .unwrap();
    report.finish().unwrap();
}

#[test]
fn only_volumes_are_named_as_volumes() {
    for name in ["report.pdf", "report-002.pdf", "report-100.pdf", "report-1000.pdf"] {
        assert!(is_volume(name), "{name}");
    }
    for name in
        ["report-001.pdf", "report-2.pdf", "report-0002.pdf", "report-+02.pdf", "a/report.pdf", "report-.pdf", ""]
    {
        assert!(!is_volume(name), "{name}");
    }
}
