//! What the archive names by a stable key, the console says in words, in every language.

use xinju_model::message::keys::{CHOICE_KEYS, FIELD_KEYS};

use super::tree::{files_under, none};

#[test]
fn every_label_of_a_message_has_words_in_every_language() {
    let dictionaries: Vec<_> =
        files_under("web/src/locales").into_iter().filter(|file| file.path.ends_with("/body.ts")).collect();
    assert!(dictionaries.len() >= 2, "the languages of the console are found");
    let labels = FIELD_KEYS.iter().map(|key| format!("'field.{key}':"));
    let labels: Vec<String> = labels.chain(CHOICE_KEYS.iter().map(|key| format!("'choice.{key}':"))).collect();
    let mut silent = Vec::new();
    for dictionary in &dictionaries {
        let missing = labels.iter().filter(|label| !dictionary.text.contains(*label));
        silent.extend(missing.map(|label| format!("{}: {label}", dictionary.path)));
    }
    none("these labels have no words", &silent);
}
