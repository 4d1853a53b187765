//! What may come in from outside: licences that go with ours, from the public registry only. `.deny.toml` says the same.

use super::manifests::{metadata, packages, text};
use super::tree::{none, top};

/// Licences (SPDX) that ask for no more than their text and a notice.
const ALLOWED: &[&str] = &[
    "0BSD",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "CDLA-Permissive-2.0",
    "ISC",
    "MIT",
    "MIT-0",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
];
/// Packages of another licence, and why that does no harm.
const EXCEPTED: &[(&str, &str, &str)] =
    &[("option-ext", "MPL-2.0", "runs while rust-embed's macro is compiled; no line of it is in the product")];
/// Packages that must not come in at all, and why.
const BANNED: &[(&str, &str)] = &[
    ("openssl-sys", "one static binary speaks TLS by Rust code"),
    ("native-tls", "one static binary speaks TLS by Rust code"),
];

/// Whether an SPDX expression can be met by allowed licences: one side of each OR, both sides of each AND.
fn acceptable(expression: &str) -> bool {
    let spaced = expression.replace('/', " OR ").replace('(', " ( ").replace(')', " ) ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let (met, rest) = any_of(&words);
    met && rest.is_empty()
}

fn any_of<'a>(words: &'a [&'a str]) -> (bool, &'a [&'a str]) {
    let (mut met, mut rest) = all_of(words);
    while let ["OR", behind @ ..] = rest {
        let (also, after) = all_of(behind);
        met |= also;
        rest = after;
    }
    (met, rest)
}

fn all_of<'a>(words: &'a [&'a str]) -> (bool, &'a [&'a str]) {
    let (mut met, mut rest) = one(words);
    while let ["AND", behind @ ..] = rest {
        let (also, after) = one(behind);
        met &= also;
        rest = after;
    }
    (met, rest)
}

fn one<'a>(words: &'a [&'a str]) -> (bool, &'a [&'a str]) {
    match words {
        ["(", inner @ ..] => match any_of(inner) {
            (met, [")", rest @ ..]) => (met, rest),
            _ => (false, &[]),
        },
        [licence, "WITH", exception, rest @ ..] => {
            (ALLOWED.contains(&format!("{licence} WITH {exception}").as_str()), rest)
        }
        [licence, rest @ ..] => (ALLOWED.contains(licence), rest),
        [] => (false, &[]),
    }
}

#[test]
fn expressions_are_read_as_spdx_means_them() {
    assert!(acceptable("MIT OR GPL-3.0"));
    assert!(acceptable("GPL-3.0 OR (MIT AND ISC)"));
    assert!(acceptable("MIT/Apache-2.0"));
    assert!(acceptable("Apache-2.0 WITH LLVM-exception OR GPL-2.0"));
    assert!(!acceptable("MIT AND GPL-3.0"));
    assert!(!acceptable("(MIT OR ISC) AND AGPL-3.0-only"));
    assert!(!acceptable("BUSL-1.1"));
    assert!(!acceptable("(MIT"));
    assert!(!acceptable(""));
}

#[test]
fn every_package_comes_from_the_registry_under_a_licence_that_fits() {
    let metadata = metadata(true);
    let mut wrong = Vec::new();
    for package in packages(&metadata) {
        let (name, version, source) = (text(package, "name"), text(package, "version"), text(package, "source"));
        let excepted =
            EXCEPTED.iter().any(|(other, licence, _)| *other == name && *licence == text(package, "license"));
        if !excepted && !acceptable(text(package, "license")) {
            wrong.push(format!("{name} {version}: licence `{}`", text(package, "license")));
        }
        if !source.is_empty() && !source.starts_with("registry+") {
            wrong.push(format!("{name} {version}: comes from {source}"));
        }
        if let Some((_, reason)) = BANNED.iter().find(|(banned, _)| *banned == name) {
            wrong.push(format!("{name} {version}: {reason}"));
        }
    }
    none("these packages may not come in", &wrong);
}

#[test]
fn deny_allows_the_same_licences() {
    let deny = std::fs::read_to_string(top().join(".deny.toml")).expect("there is a .deny.toml");
    let missing: Vec<String> =
        ALLOWED.iter().filter(|licence| !deny.contains(&format!("\"{licence}\""))).map(ToString::to_string).collect();
    none(".deny.toml does not allow these", &missing);
    let listed = deny.lines().filter(|line| line.starts_with("    \"")).count();
    assert_eq!(listed, ALLOWED.len(), ".deny.toml allows more than this test");
}
