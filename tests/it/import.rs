//! An import takes in what is there, once, and says what it could not read.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::support::{Archive, Words};

#[test]
fn totals_equal_the_files_and_a_second_import_adds_nothing() {
    let archive = Archive::new();
    let words = Words::hospitality();
    let file = words.write(&archive.beside("words.ndjson"));
    let all = words.lines.len();
    let first = archive.import(&file);
    assert_eq!(numbers(first.done()), [all, all, 0, 0].map(|number| number as u64));
    let second = archive.import(&file);
    assert_eq!(numbers(second.done()), [all, 0, all, 0].map(|number| number as u64));
    let verified = archive.verify();
    assert_eq!((&verified.done()["ok"], &verified.done()["records"]), (&json!(true), &json!(all)));
}

#[test]
fn unreadable_lines_are_counted_and_named_and_stop_nothing() {
    let archive = Archive::new();
    let good = Words::traditional().first(3);
    let mut bytes = good.lines[0].clone().into_bytes();
    bytes.extend_from_slice(b"\nthis is no JSON\n");
    bytes.extend_from_slice(good.lines[1].as_bytes());
    bytes.extend_from_slice(b"\n{\"action\":\"send\",\"from\":\"a\",\"msgtype\":\"text\"}\n\xff\xfe\n");
    // The last line has no line feed; it counts all the same.
    bytes.extend_from_slice(good.lines[2].as_bytes());
    let file = archive.beside("broken.ndjson");
    fs::write(&file, bytes).expect("a file can be written");
    let ran = archive.import(&file);
    assert_eq!(numbers(ran.done()), [6, 3, 0, 3]);
    let rejects: Vec<(&Value, &Value)> = ran
        .lines
        .iter()
        .filter(|line| line["reject"].is_u64())
        .map(|line| (&line["reject"], &line["reason"]))
        .collect();
    assert_eq!(
        rejects,
        [(&json!(2), &json!("not_json")), (&json!(4), &json!("no_message_id")), (&json!(5), &json!("not_utf8"))]
    );
    assert_eq!(archive.count("kind:text"), 3);
}

#[test]
fn a_running_server_takes_the_command_lines_import() {
    let archive = Archive::new();
    let mut server = archive.serve();
    let words = Words::traditional().first(500);
    let ran = archive.import(&words.write(&archive.beside("words.ndjson")));
    assert_eq!(numbers(ran.done()), [500, 500, 0, 0]);
    let overview = server.admin.ask("{ overview { records lastImport { state added } } }", &json!({}));
    assert_eq!(overview["overview"]["records"], 500);
    assert_eq!(overview["overview"]["lastImport"], json!({"state": "DONE", "added": 500}));
    assert!(server.stop().success());
    assert_eq!(archive.verify().done()["records"], 500);
}

#[test]
fn every_published_sample_becomes_a_message_that_people_can_read() {
    let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("packaging/demo/samples.ndjson");
    let lines = fs::read_to_string(&samples).expect("the samples are there").lines().count() as u64;
    let archive = Archive::new();
    assert_eq!(numbers(archive.import(&samples).done()), [lines, lines, 0, 0]);
    let mut server = archive.serve();
    let data = server.admin.ask(
        "{ search(query: \"kind:unknown\", first: 50) { totalCount edges { node { sourceKind original { text } } } } }",
        &json!({}),
    );
    assert_eq!(data["search"]["totalCount"], 0, "kinds that nobody reads: {data}");
}

/// Read, added, known and rejected of a result.
fn numbers(result: &Value) -> [u64; 4] {
    ["read", "added", "known", "rejected"].map(|name| result[name].as_u64().expect("a number"))
}
