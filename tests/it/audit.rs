//! Who did what can be asked of the real binary, whether a server runs or not.

use serde_json::{Value, json};

use crate::support::{Archive, Words};

fn actions(lines: &[Value]) -> Vec<&str> {
    lines.iter().filter_map(|line| line["action"].as_str()).collect()
}

#[test]
fn the_operator_reads_the_trail_beside_a_server_and_without_one() {
    let archive = Archive::new();
    archive.import(&Words::traditional().first(50).write(&archive.beside("words.ndjson"))).done();
    archive.run(&["search", "kind:text", "--limit", "1", "--json"]).done();
    let ran = archive.run(&["audit", "--action", "search.run", "--json"]);
    ran.done();
    assert_eq!(ran.lines[0], json!({"total": 1}));
    assert_eq!(
        (&ran.lines[1]["actor"]["kind"], &ran.lines[1]["details"]["query"]),
        (&json!("operator"), &json!("kind:text"))
    );
    let mut server = archive.serve();
    server.admin.ask("{ search(query: \"kind:text\", first: 1) { totalCount } }", &json!({}));
    let ran = archive.run(&["audit", "--action", "search.run", "--action", "archive.create", "--json"]);
    ran.done();
    assert_eq!((&ran.lines[0], actions(&ran.lines).len()), (&json!({"total": 3}), 3));
    let counted = archive.run(&["audit", "--since", "2000-01-01", "--limit", "0", "--json"]);
    assert_eq!(counted.lines.len(), 1, "{:?}", counted.lines);
    let nobody = archive.run(&["audit", "--actor", "nobody", "--json"]);
    assert_eq!(nobody.lines, [json!({"total": 0})]);
    assert_eq!(archive.run(&["audit", "--since", "yesterday"]).status, 2);
}

#[test]
fn the_trail_is_made_again_from_the_ledger() {
    let archive = Archive::new();
    archive.import(&Words::traditional().first(50).write(&archive.beside("words.ndjson"))).done();
    let count = || {
        let ran =
            archive.run(&["audit", "--action", "import.begin", "--action", "import.end", "--limit", "0", "--json"]);
        ran.done().clone()
    };
    assert_eq!(count(), json!({"total": 2}));
    std::fs::remove_dir_all(archive.data().join("trail")).expect("removed");
    assert_eq!(count(), json!({"total": 2}));
    archive.run(&["rebuild", "--json"]).done();
    assert_eq!(count(), json!({"total": 2}));
}
