//! Whoever changes a byte of the data folder is found out, or refused, or has changed nothing that anybody can read.

use std::fs;

use serde_json::Value;

use crate::support::{Archive, Dice, Ran, Words, times};

/// Messages of the archive that is spoilt: enough for a sealed segment and a tail.
const MESSAGES: usize = 2_000;

/// Everything an archive shows: every message with its words, in order.
fn content(ran: &Ran) -> Option<Vec<Value>> {
    (ran.status == 0).then(|| ran.lines.clone())
}

fn read_all(archive: &Archive) -> Ran {
    archive.run(&["search", "kind:text", "--limit", "100000", "--json"])
}

/// What became of one changed byte.
#[derive(Debug, PartialEq, Eq)]
enum Fate {
    /// `verify` names what is wrong.
    Found,
    /// The archive does not open, or does not answer.
    Refused,
    /// The byte meant nothing: everything is as it was.
    Equal,
}

fn fate(archive: &Archive, before: &[Value], what: &str) -> Fate {
    let verified = archive.verify();
    match verified.status {
        3 => {
            let problems =
                verified.lines.last().and_then(|line| line["problems"].as_array().cloned()).unwrap_or_default();
            assert!(
                !problems.is_empty(),
                "{what}: verify failed without naming a problem: {:?}",
                verified.lines.last()
            );
            Fate::Found
        }
        0 => match content(&read_all(archive)) {
            None => Fate::Refused,
            Some(after) => {
                assert!(after == before, "{what}: verify was clean and the content is another");
                Fate::Equal
            }
        },
        1 => {
            assert!(!verified.errors.is_empty() || !verified.lines.is_empty(), "{what}: refused without a word");
            assert!(!verified.errors.contains("panicked"), "{what}: {}", verified.errors);
            Fate::Refused
        }
        other => panic!("{what}: verify ended with {other}: {}", verified.errors),
    }
}

#[test]
fn one_changed_byte_anywhere_is_found_refused_or_means_nothing() {
    let archive = Archive::new();
    let words = Words::hospitality().first(MESSAGES);
    assert_eq!(archive.import(&words.write(&archive.beside("words.ndjson"))).done()["added"], MESSAGES);
    assert_eq!(archive.verify().done()["ok"], true);
    let before = content(&read_all(&archive)).expect("the archive can be read");
    assert_eq!(before.len(), MESSAGES + 1, "a line with the total and a line a message");

    let mut dice = Dice::new(times("XINJU_TAMPER_SEED", 7));
    let (mut found, mut refused, mut equal) = (0, 0, 0);
    for _ in 0..times("XINJU_TAMPERS", 12) {
        let spoilt = archive.copy();
        let files = spoilt.files();
        let sizes: Vec<u64> = files.iter().map(|file| fs::metadata(file).expect("a file of ours").len()).collect();
        let mut place = dice.below(sizes.iter().sum());
        let which = sizes.iter().position(|size| {
            let here = place < *size;
            place -= if here { 0 } else { *size };
            here
        });
        let file = &files[which.expect("a place is in one of the files")];
        let mut bytes = fs::read(file).expect("a file of ours");
        let place = usize::try_from(place).expect("files fit into memory");
        bytes[place] ^= 1 << dice.below(8);
        fs::write(file, bytes).expect("a file of ours");
        let name = file.strip_prefix(spoilt.data()).expect("a file of the data folder").display();
        match fate(&spoilt, &before, &format!("{name} at {place}")) {
            Fate::Found => found += 1,
            Fate::Refused => refused += 1,
            Fate::Equal => equal += 1,
        }
    }
    println!("{found} found, {refused} refused, {equal} in unused space");
    assert!(found + refused > 0, "some bytes mean something");
}
