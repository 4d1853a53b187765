//! The rooms of the console: lib <- ui <- features <- routes, and no feature looks into another.

use super::tree::{SourceFile, files_under, has_extension, none};

/// Where a file of `web/src` stands.
#[derive(Debug, PartialEq, Eq)]
enum Room<'a> {
    /// Pure functions, the API's types, the words: `lib`, `api`, `locales`.
    Ground,
    /// Our own widgets.
    Ui,
    /// A screen with all that belongs to it alone.
    Feature(&'a str),
    /// What puts the screens together: `routes`, `main` and what stands beside it.
    Top,
}

/// The room of a path inside `web/src`.
fn room(path: &str) -> Room<'_> {
    let mut parts = path.split('/');
    match (parts.next(), parts.next()) {
        (Some("lib" | "api" | "locales"), _) => Room::Ground,
        (Some("ui"), Some(_)) => Room::Ui,
        (Some("features"), Some(feature)) => Room::Feature(feature),
        _ => Room::Top,
    }
}

/// Whether a file of room `from` may import one of room `to`.
fn may_import(from: &Room<'_>, to: &Room<'_>) -> bool {
    match (from, to) {
        (Room::Feature(own), Room::Feature(other)) => own == other,
        (Room::Top, _) | (_, Room::Ground) | (Room::Ui | Room::Feature(_), Room::Ui) => true,
        _ => false,
    }
}

/// What a file imports from inside `web/src`, as paths from there without extension.
fn imports(file: &SourceFile) -> Vec<String> {
    let folder = inside(&file.path).rsplit_once('/').map_or("", |(folder, _)| folder);
    let mut found = Vec::new();
    for opening in ["from '", "from \"", "import '", "import \"", "import('", "import(\""] {
        for behind in file.text.split(opening).skip(1) {
            let Some((target, _)) = behind.split_once(['\'', '"']) else { continue };
            if let Some(path) = target.strip_prefix("#/") {
                found.push(path.to_owned());
            } else if target.starts_with('.') {
                found.push(resolve(folder, target));
            }
        }
    }
    found
}

fn inside(path: &str) -> &str {
    path.strip_prefix("web/src/").unwrap_or(path)
}

fn resolve(folder: &str, target: &str) -> String {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in target.split('/') {
        match part {
            "." => {}
            ".." => drop(parts.pop()),
            other => parts.push(other),
        }
    }
    parts.join("/")
}

#[test]
fn paths_are_resolved_and_rooms_are_kept() {
    assert_eq!(resolve("features/search", "../../lib/time"), "lib/time");
    assert_eq!(room("features/search/page"), Room::Feature("search"));
    assert_eq!(room("main"), Room::Top);
    assert!(may_import(&Room::Feature("search"), &Room::Ui));
    assert!(!may_import(&Room::Feature("search"), &Room::Feature("import")));
    assert!(!may_import(&Room::Ui, &Room::Feature("search")));
    assert!(!may_import(&Room::Ground, &Room::Ui));
    let file = SourceFile {
        path: "web/src/ui/a.tsx".into(),
        text: "import x from '../features/b/c';\nexport { y } from \"#/lib/y\";\nimport './z.css';".into(),
    };
    assert_eq!(imports(&file), ["features/b/c", "lib/y", "ui/z.css"]);
}

#[test]
fn the_console_imports_downwards_only() {
    let mut upward = Vec::new();
    for file in files_under("web/src") {
        if !has_extension(&file.path, &["ts", "tsx"]) {
            continue;
        }
        let own = room(inside(&file.path));
        for target in imports(&file) {
            if !may_import(&own, &room(&target)) {
                upward.push(format!("{} imports {target}", file.path));
            }
        }
    }
    none("the console's rooms are not kept", &upward);
}
