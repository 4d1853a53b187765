//! The files of the project, as the other tidy tests read them.

use std::fs;
use std::path::{Path, PathBuf};

/// Folders that hold what tools made or fetched, never what we wrote.
const MADE: &[&str] = &["target", "node_modules", "dist", ".git", "xinju-data", "test-results", "playwright-report"];

/// A text file of the project.
pub(super) struct SourceFile {
    /// Its path from the top of the project, with forward slashes.
    pub(super) path: String,
    /// What it says.
    pub(super) text: String,
}

/// The top of the project.
pub(super) fn top() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every text file under `folder` (from the top; empty for all), in the order of its path.
pub(super) fn files_under(folder: &str) -> Vec<SourceFile> {
    let mut paths = Vec::new();
    walk(&top().join(folder), &mut paths);
    paths.sort();
    paths.iter().filter_map(|path| read(path)).collect()
}

/// Every Rust file that we wrote.
pub(super) fn rust_files() -> Vec<SourceFile> {
    let mut files: Vec<SourceFile> = ["src", "tests", "packaging"].into_iter().flat_map(files_under).collect();
    files.retain(|file| has_extension(&file.path, &["rs"]));
    assert!(files.len() > 20, "the walk finds the project");
    files
}

/// Whether a path ends in one of these extensions.
pub(super) fn has_extension(path: &str, extensions: &[&str]) -> bool {
    Path::new(path)
        .extension()
        .and_then(|extension| extension.to_str())
        .is_some_and(|extension| extensions.contains(&extension))
}

/// Fails with one line for each finding.
#[track_caller]
pub(super) fn none(rule: &str, findings: &[String]) {
    assert!(findings.is_empty(), "{rule}:\n  {}", findings.join("\n  "));
}

fn walk(folder: &Path, paths: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries {
        let entry = entry.expect("a folder of the project can be listed");
        let name = entry.file_name();
        let kind = entry.file_type().expect("a file of the project has a type");
        if MADE.iter().any(|made| name == *made) {
            continue;
        }
        if kind.is_dir() {
            walk(&entry.path(), paths);
        } else if kind.is_file() {
            paths.push(entry.path());
        }
    }
}

/// None for what is not text: images, compressed data.
fn read(path: &Path) -> Option<SourceFile> {
    let bytes = fs::read(path).expect("a file of the project can be read");
    let text = String::from_utf8(bytes).ok()?;
    let path = path.strip_prefix(top()).ok()?.to_str()?.replace('\\', "/");
    Some(SourceFile { path, text })
}
