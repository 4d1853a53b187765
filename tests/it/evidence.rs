//! Whoever is given a package checks it with the binary alone: no archive, no network, a status for scripts.

use std::fs;

use crate::support::Archive;

#[test]
fn what_is_no_package_is_refused_with_words_and_status() {
    let archive = Archive::new();
    let file = archive.beside("package.zip");
    fs::write(&file, b"PK\x05\x06 and no more").unwrap();
    let ran = archive.run(&["evidence", "verify", &file.to_string_lossy(), "--json"]);
    assert_eq!(ran.status, 3, "{}", ran.errors);
    let verdict = ran.lines.last().unwrap();
    assert_eq!(verdict["ok"], false);
    let check = &verdict["checks"][0];
    assert_eq!((check["name"].as_str(), check["ok"].as_bool()), (Some("container"), Some(false)));
    assert!(check["detail"].as_str().unwrap().contains("no zip"), "{check}");
    assert!(!archive.data().exists(), "no data folder is made");
}

#[test]
fn a_package_that_is_not_there_is_a_failure_not_a_verdict() {
    let archive = Archive::new();
    let ran = archive.run(&["evidence", "verify", &archive.beside("missing.zip").to_string_lossy()]);
    assert_eq!(ran.status, 1);
    assert!(ran.errors.contains("missing.zip"), "{}", ran.errors);
}
