//! What every file keeps to: a purpose at its top, a readable size, nothing left open, nothing of a builder's machine.

use super::tree::{SourceFile, files_under, has_extension, none, rust_files, top};

/// Lines of a Rust file without its tests, after which it needs a better room.
const RUST_LINES_MAX: usize = 600;
/// Lines of a TypeScript file.
const WEB_LINES_MAX: usize = 400;
/// Files that may be longer, each with its reason.
const MAY_BE_LONGER: &[(&str, &str)] = &[];
/// Names that say nothing of what is inside.
const EMPTY_NAMES: &[&str] = &["utils", "util", "common", "helper", "helpers", "manager", "misc"];

#[test]
fn every_rust_file_says_first_what_it_holds() {
    let silent: Vec<String> =
        rust_files().iter().filter(|file| !file.text.starts_with("//!")).map(|file| file.path.clone()).collect();
    none("these files do not begin with //!", &silent);
}

#[test]
fn files_stay_readable() {
    let mut long = Vec::new();
    for file in rust_files() {
        let lines = file.text.lines().take_while(|line| *line != "#[cfg(test)]").count();
        note_if_long(&file, lines, RUST_LINES_MAX, &mut long);
    }
    for file in web_sources() {
        note_if_long(&file, file.text.lines().count(), WEB_LINES_MAX, &mut long);
    }
    none("these files are too long", &long);
}

fn note_if_long(file: &SourceFile, lines: usize, most: usize, long: &mut Vec<String>) {
    let excused = MAY_BE_LONGER.iter().any(|(path, _)| *path == file.path);
    if lines > most && !excused {
        long.push(format!("{}: {lines} lines, at most {most}", file.path));
    }
}

/// TypeScript that people wrote: not what codegen made, and not the words of the locales.
fn web_sources() -> Vec<SourceFile> {
    let mut files = files_under("web/src");
    files.retain(|file| {
        has_extension(&file.path, &["ts", "tsx"]) && !file.path.contains("/gen/") && !file.path.contains("/locales/")
    });
    files
}

#[test]
fn functions_stay_short_because_clippy_says_so_everywhere() {
    let clippy = std::fs::read_to_string(top().join(".clippy.toml")).expect("there is a .clippy.toml");
    assert!(clippy.lines().any(|line| line == "too-many-lines-threshold = 70"), "functions end at 70 lines");
    let without: Vec<String> = files_under("src")
        .into_iter()
        .filter(|file| file.path.ends_with("Cargo.toml") && !file.text.contains("[lints]\nworkspace = true"))
        .map(|file| file.path)
        .collect();
    none("these crates do not take the lints of the workspace", &without);
}

#[test]
fn every_exception_from_a_lint_has_a_reason() {
    let mut bare = Vec::new();
    for file in rust_files() {
        let mut lines = file.text.lines().map(str::trim);
        while let Some(line) = lines.next() {
            if line.starts_with("#[allow(") || line.starts_with("#![allow(") {
                let mut attribute = line.to_owned();
                while !attribute.ends_with(']') {
                    attribute.push_str(lines.next().expect("an attribute ends"));
                }
                if !attribute.contains("reason = ") {
                    bare.push(format!("{}: {attribute}", file.path));
                }
            }
        }
    }
    none("these exceptions say no reason", &bare);
}

#[test]
fn nothing_is_left_open_without_an_issue() {
    // Put together here, so that this file does not find itself.
    let words = [concat!("TO", "DO"), concat!("FIX", "ME"), concat!("HA", "CK"), concat!("XX", "X")];
    let macros = [concat!("to", "do!("), concat!("unimpl", "emented!("), concat!("db", "g!(")];
    let mut open = Vec::new();
    for file in ["src", "tests", "packaging", "web/src", "web/e2e"].into_iter().flat_map(files_under) {
        if !has_extension(&file.path, &["rs", "ts", "tsx", "mjs", "py", "go", "css"]) {
            continue;
        }
        for (number, line) in file.text.lines().enumerate() {
            let comment = ["// ", "//", "# ", "/* "].iter().any(|mark| {
                line.split_once(mark).is_some_and(|(_, said)| {
                    words.iter().any(|word| said.starts_with(word)) && !said.contains("issue ")
                })
            });
            if comment || macros.iter().any(|unfinished| line.contains(unfinished)) {
                open.push(format!("{}:{}: {}", file.path, number + 1, line.trim()));
            }
        }
    }
    none("these lines are unfinished (name the issue, or finish them)", &open);
}

#[test]
fn no_file_knows_the_machine_it_was_written_on() {
    let foreign = [
        concat!("/wo", "rk/"),
        concat!("/tmp/", "research"),
        concat!("/tmp/", "studio"),
        concat!("/ro", "ot/"),
        concat!("crates.io", "/api"),
        concat!("static.", "crates.io"),
        concat!("index.", "crates.io"),
        concat!("files.", "pythonhosted"),
        concat!("registry.", "npmjs"),
    ];
    let mut found = Vec::new();
    for file in files_under("") {
        if file.path.ends_with("Cargo.lock") || file.path.ends_with("package-lock.json") {
            continue;
        }
        for (number, line) in file.text.lines().enumerate() {
            if let Some(word) = foreign.iter().find(|word| line.contains(*word)) {
                found.push(format!("{}:{}: {word}", file.path, number + 1));
            }
        }
    }
    none("these lines name a builder's machine or a registry's host", &found);
}

#[test]
fn every_name_says_what_is_inside() {
    let mut empty = Vec::new();
    for file in rust_files().into_iter().chain(web_sources()) {
        let stem_or_folder = |part: &str| EMPTY_NAMES.contains(&part.split_once('.').map_or(part, |(stem, _)| stem));
        if file.path.split('/').any(stem_or_folder) {
            empty.push(file.path);
        }
    }
    none("these names say nothing", &empty);
}

#[test]
fn every_rust_file_is_part_of_a_crate() {
    let files = rust_files();
    let declared = |parent: &str, name: &str| {
        files.iter().any(|file| {
            file.path == parent
                && file.text.lines().any(|line| {
                    let line = line.trim_start().trim_start_matches("pub ").trim_start_matches("pub(crate) ");
                    line.strip_prefix("mod ").and_then(|rest| rest.strip_suffix(';')) == Some(name)
                })
        })
    };
    let mut dead = Vec::new();
    for file in &files {
        let (folder, name) = file.path.rsplit_once('/').unwrap_or(("", &file.path));
        let stem = name.trim_end_matches(".rs");
        if ["main", "lib", "build"].contains(&stem) || file.path.starts_with("packaging/") {
            continue;
        }
        let (home, stem) = if stem == "mod" { folder.rsplit_once('/').unwrap_or(("", folder)) } else { (folder, stem) };
        let parents =
            [format!("{home}/lib.rs"), format!("{home}/main.rs"), format!("{home}/mod.rs"), format!("{home}.rs")];
        // Long tests stand in a file of their own beside the code: `#[path = "x_tests.rs"] mod tests;`.
        let by_path = format!("#[path = \"{name}\"]");
        let named_by_path =
            || files.iter().any(|other| other.path.starts_with(folder) && other.text.contains(&by_path));
        if !parents.iter().any(|parent| declared(parent, stem)) && !named_by_path() {
            dead.push(file.path.clone());
        }
    }
    none("no crate names these files", &dead);
}
