//! The layering rule, read from the manifests: main -> {api, connect} -> service -> {store, search, evidence} -> keys -> model.

use super::manifests::{dependencies, metadata, packages, text};
use super::tree::none;

/// How high a crate stands. It may import only what stands lower.
const HEIGHTS: &[(&str, u8)] = &[
    ("xinju", 5),
    ("xinju-api", 4),
    ("xinju-connect", 4),
    ("xinju-service", 3),
    ("xinju-store", 2),
    ("xinju-search", 2),
    ("xinju-evidence", 2),
    ("xinju-keys", 1),
    ("xinju-model", 0),
];
/// The doors see use cases and nouns, never what lies behind the use cases.
const DOORS: (&[&str], &[&str]) = (&["xinju-api", "xinju-connect"], &["xinju-service", "xinju-model"]);
/// Crates that only one of ours may name, so that the technology can move behind its own seam.
const KEPT_BY: &[(&str, &str)] = &[("redb", "xinju-store"), ("tantivy", "xinju-search")];

fn height(name: &str) -> Option<u8> {
    HEIGHTS.iter().find(|(crate_name, _)| *crate_name == name).map(|(_, height)| *height)
}

#[test]
fn every_crate_imports_only_what_stands_lower() {
    let metadata = metadata(false);
    let mut upward = Vec::new();
    for package in packages(&metadata) {
        let name = text(package, "name");
        let Some(own) = height(name) else {
            upward.push(format!("{name} has no place in the layering; give it one here"));
            continue;
        };
        for (dependency, kind) in dependencies(package) {
            if height(dependency).is_some_and(|other| other >= own) {
                upward.push(format!("{name} imports {dependency} {kind}"));
            }
        }
    }
    none("the layering is broken", &upward);
}

#[test]
fn the_doors_see_only_use_cases_and_nouns() {
    let metadata = metadata(false);
    let (doors, allowed) = DOORS;
    let mut seen = Vec::new();
    for package in packages(&metadata).iter().filter(|package| doors.contains(&text(package, "name"))) {
        for (dependency, kind) in dependencies(package) {
            if kind.is_empty() && height(dependency).is_some() && !allowed.contains(&dependency) {
                seen.push(format!("{} reaches past the use cases into {dependency}", text(package, "name")));
            }
        }
    }
    none("a door goes round the permission check", &seen);
}

#[test]
fn each_engine_is_named_in_one_crate_only() {
    let metadata = metadata(false);
    let mut strays = Vec::new();
    for package in packages(&metadata) {
        for (dependency, _) in dependencies(package) {
            let name = text(package, "name");
            if KEPT_BY.iter().any(|(engine, keeper)| *engine == dependency && *keeper != name) {
                strays.push(format!("{name} names {dependency}"));
            }
        }
    }
    none("an engine leaks out of its crate", &strays);
}
