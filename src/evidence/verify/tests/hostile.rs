//! Files that are made to hurt whoever opens them.

use std::io::{Cursor, Write};

use super::sample::{Sample, Unpacked, pack, remanifest, unpack};
use super::whole::verdict;

#[track_caller]
fn refused(package: &[u8], reason: &str) {
    let verdict = verdict(package, &[]);
    let said = verdict.checks.iter().any(|check| !check.ok && check.detail.contains(reason));
    assert!(said, "{:?}", verdict.checks.iter().filter(|check| !check.ok).collect::<Vec<_>>());
}

/// A zip of one file with a name, stored.
fn named(names: &[&str]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let stored = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    for name in names {
        zip.start_file(*name, stored).unwrap();
        zip.write_all(b"x").unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// The same bytes with a text in place of another of its length, everywhere.
fn replaced(package: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    assert_eq!(from.len(), to.len());
    let mut out = package.to_vec();
    let mut found = false;
    for at in 0..=out.len() - from.len() {
        if &out[at..at + from.len()] == from {
            out[at..at + from.len()].copy_from_slice(to);
            found = true;
        }
    }
    assert!(found);
    out
}

#[test]
fn names_that_lead_elsewhere_are_refused() {
    for (name, reason) in [
        ("a/../b", "leads out of its folder"),
        ("a/b\\c", "names of files do not have everywhere"),
        ("a/c:d", "names of files do not have everywhere"),
        ("a", "is in no folder"),
        ("a/b/", "leads out of its folder"),
    ] {
        let placeholder = "q".repeat(name.len());
        let package = replaced(&named(&[&placeholder]), placeholder.as_bytes(), name.as_bytes());
        refused(&package, reason);
    }
    refused(&replaced(&named(&["qqqqqq"]), b"qqqqqq", b"/etc/x"), "begins at the root");
    refused(&named(&["a/x", "b/x"]), "more than one folder");
}

#[test]
fn names_that_stand_twice_are_refused() {
    refused(&replaced(&named(&["a/x", "a/y"]), b"a/y", b"a/x"), "is there twice");
    refused(&named(&["a/x", "a/X"]), "is there twice");
}

#[test]
fn links_and_encrypted_files_are_refused() {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    zip.add_symlink("a/x", "/etc/passwd", zip::write::SimpleFileOptions::default()).unwrap();
    refused(&zip.finish().unwrap().into_inner(), "a link");
    let mut package = named(&["a/x"]);
    let directory = package.windows(4).position(|window| window == b"PK\x01\x02").unwrap();
    package[directory + 8] |= 1;
    refused(&package, "encrypted");
}

#[test]
fn bombs_and_false_sizes_are_refused_before_they_unpack() {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    zip.start_file("a/bomb", zip::write::SimpleFileOptions::default()).unwrap();
    let block = vec![0; 1 << 20];
    for _ in 0..600 {
        zip.write_all(&block).unwrap();
    }
    let bomb = zip.finish().unwrap().into_inner();
    refused(&bomb, "more than any of its length");
    // A directory that claims 4 GB for a file of one byte.
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    zip.start_file("a/x", zip::write::SimpleFileOptions::default()).unwrap();
    zip.write_all(b"x").unwrap();
    let package = zip.finish().unwrap().into_inner();
    let mut claims = package.clone();
    let directory = claims.windows(4).position(|window| window == b"PK\x01\x02").unwrap();
    claims[directory + 24..directory + 28].copy_from_slice(&4_000_000_000_u32.to_le_bytes());
    refused(&claims, "more than any of its length");
    // One that claims a byte more than there is.
    let mut claims = package;
    claims[directory + 24] = 2;
    refused(&claims, "says other things of itself");
}

#[test]
fn what_does_not_fill_its_file_is_refused() {
    let package = Sample::default().build();
    refused(b"", "no zip");
    refused(&package[..package.len() - 1], "cut off");
    let mut behind = package.clone();
    behind.push(0);
    refused(&behind, "something stands behind it");
    let mut before = vec![0];
    before.extend(&package);
    refused(&before, "not where it says");
    for cut in [22, 100, package.len() / 2] {
        assert!(!verdict(&package[..cut], &[]).is_ok());
    }
}

#[test]
fn a_changed_byte_is_never_overlooked() {
    let package = Sample::default().build();
    // Every 97th byte: headers, packed content, directory. Times of files say nothing and are not looked at.
    for at in (0..package.len()).step_by(97) {
        let mut bent = package.clone();
        bent[at] ^= 0x10;
        let verdict = verdict(&bent, &[]);
        if verdict.is_ok() {
            assert_eq!(unpack(&bent), unpack(&package), "byte {at} changed a file");
        }
    }
}

#[test]
fn deep_and_odd_documents_are_refused() {
    let whole = unpack(&Sample::default().build());
    let with = |path: &str, bytes: Vec<u8>| {
        let mut files: Unpacked = whole.clone();
        files.insert(path.into(), bytes);
        remanifest(&mut files);
        pack(&files)
    };
    let deep = format!("{}{}", "[".repeat(200_000), "]".repeat(200_000)).into_bytes();
    refused(&with("data/records/000003.json", deep.clone()), "not a JSON object of entry");
    refused(&with("data/redactions.json", deep.clone()), "redactions.json can't be read");
    refused(&with("data/tombstones/000006.json", deep.clone()), "its tombstone can't be read");
    refused(&with("data/completeness/sequences.json", deep), "it can't be read");
    let items = String::from_utf8(whole["bag-info.txt"].clone()).unwrap().replace("Items: 20", "Items: 4000000000");
    refused(&with("bag-info.txt", items.into_bytes()), "more records than a package may hold");
    refused(&with("seal/tagmanifest-sha256.txt.p7s", vec![0x30; 100_000]), "it is not CMS");
}
