//! Every table of the store says what its keys and values are.

use super::tree::{none, top};

#[test]
fn every_table_says_its_key_and_its_value() {
    let tables = std::fs::read_to_string(top().join("src/store/tables.rs")).expect("the store keeps its tables there");
    let mut silent = Vec::new();
    let mut said = String::new();
    let mut seen = 0;
    for line in tables.lines() {
        if let Some(doc) = line.trim_start().strip_prefix("///") {
            said.push_str(doc);
        } else if line.contains("TableDefinition<") && line.contains("const ") {
            seen += 1;
            if !(said.contains("Key:") && said.contains("Value:")) {
                silent.push(line.trim().to_owned());
            }
            said.clear();
        } else {
            said.clear();
        }
    }
    assert!(seen > 5, "the tables are found");
    none("these tables do not say Key: and Value:", &silent);
}
