//! A killed process loses nothing that it had acknowledged: whatever the moment, the archive opens, verifies and goes on.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use serde_json::Value;

use crate::support::{Archive, Dice, Words, times};

/// Entries of a segment; one more seals it.
const SEGMENT: usize = 65_536;

/// Starts an import, kills it after a while, and says how many messages it had acknowledged; and whether it was done before.
fn killed_import(archive: &Archive, file: &Path, after: Duration) -> (u64, bool) {
    let mut child = archive
        .command(&["import", "wecom", file.to_str().expect("a path of ours is UTF-8"), "--json"])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("the binary runs");
    let output = child.stdout.take().expect("the import prints");
    let reader = std::thread::spawn(move || {
        let mut acknowledged = 0;
        let mut done = false;
        for line in BufReader::new(output).lines().map_while(Result::ok) {
            // A line that was cut off in the middle says nothing.
            let Ok(line) = serde_json::from_str::<Value>(&line) else { continue };
            let count = |name: &str| line[name].as_u64().unwrap_or_default();
            acknowledged = acknowledged.max(count("added") + count("known"));
            done |= line["done"] == true;
        }
        (acknowledged, done)
    });
    std::thread::sleep(after);
    // It may be done already; then there is nothing to kill.
    let _ = child.kill();
    let _ = child.wait();
    reader.join().expect("the reader ends with the output")
}

/// The archive verifies and has at least so many records.
#[track_caller]
fn assert_sound(archive: &Archive, records: u64) -> u64 {
    let verified = archive.verify();
    let report = verified.done();
    assert_eq!(report["ok"], true, "{report}");
    let there = report["records"].as_u64().expect("a number of records");
    assert!(there >= records, "{records} were acknowledged and {there} are there");
    there
}

/// Kills of one archive's import, before it may end.
const KILLS: u64 = 3;

/// Kills imports of `file` at random moments, then lets one end, and expects everything once.
fn kill_and_resume(archive: &Archive, file: &Path, before: u64, all: u64, seed: u64, longest: Duration) {
    let mut dice = Dice::new(seed);
    let mut durable = before;
    for round in 0..KILLS {
        let after = Duration::from_millis(dice.below(u64::try_from(longest.as_millis()).expect("a short while")));
        let (acknowledged, done) = killed_import(archive, file, after);
        if !archive.data().join("keystore").exists() {
            println!("round {round}: killed after {after:?}, before there was an archive");
            continue;
        }
        // What is acknowledged counts from the beginning of the file; what was there before the file comes on top.
        durable = assert_sound(archive, durable.max(before + acknowledged));
        println!("round {round}: killed after {after:?}, {acknowledged} acknowledged, {durable} durable, done: {done}");
    }
    let ended = archive.import(file);
    let result = ended.done();
    assert_eq!(result["added"].as_u64().expect("added") + result["known"].as_u64().expect("known"), all, "{result}");
    assert_eq!(assert_sound(archive, before + all), before + all);
    assert_eq!(archive.count("kind:text"), before + all, "what is durable is searchable");
}

#[test]
fn a_killed_import_loses_nothing_and_resumes() {
    let words = Words::hospitality();
    let all = words.lines.len() as u64;
    for round in 0..times("XINJU_IMPORT_KILLS", 2) {
        let archive = Archive::new();
        let file = words.write(&archive.beside("words.ndjson"));
        println!("import, round {round}");
        kill_and_resume(&archive, &file, 0, all, 11 + round, Duration::from_millis(2_500));
    }
}

#[test]
fn a_kill_while_a_segment_is_sealed_loses_nothing() {
    let before = SEGMENT - 1_500;
    let words = Words::hospitality().first(SEGMENT + 3_000);
    let template = Archive::new();
    let (first, rest) = words.lines.split_at(before);
    template.import(&Words { lines: first.to_vec() }.write(&template.beside("first.ndjson"))).done();
    let rest = Words { lines: rest.to_vec() };
    let rest_file = rest.write(&template.beside("rest.ndjson"));
    for round in 0..times("XINJU_SEALING_KILLS", 2) {
        let archive = template.copy();
        println!("sealing, round {round}");
        let all = rest.lines.len() as u64;
        kill_and_resume(&archive, &rest_file, before as u64, all, 11 + round, Duration::from_millis(1_500));
    }
}
