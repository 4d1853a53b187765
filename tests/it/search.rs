//! What a search finds is what is there: its counts equal a plain scan of the same words, normalised the same way.

use std::path::Path;

use serde_json::json;
use xinju_search::fold::fold;

use crate::support::{Archive, Client, Dice, Words, shared_data, times};

/// Longest phrase that is looked for, in characters.
const LENGTH_MAX: usize = 12;

/// A letter or digit of a script with spaces, where the words of these data are concerned.
fn in_word(character: char) -> bool {
    character.is_alphanumeric() && u32::from(character) < 0x2E80
}

/// How often `phrase` stands in `texts` (both folded): as characters; one of nothing but words only where words begin and end.
fn scan(texts: &[String], phrase: &str) -> u64 {
    let only_words = phrase.chars().all(|character| character == ' ' || in_word(character));
    let stands = |text: &String| {
        text.match_indices(phrase).any(|(start, _)| {
            let before = text[..start].chars().last();
            let behind = text[start + phrase.len()..].chars().next();
            !only_words || !before.is_some_and(in_word) && !behind.is_some_and(in_word)
        })
    };
    texts.iter().filter(|text| stands(text)).count() as u64
}

/// A part of a message that can stand between quotes, and is more than a space.
fn draw(dice: &mut Dice, texts: &[String]) -> String {
    loop {
        let characters: Vec<char> = texts[dice.place(texts.len())].chars().collect();
        let length = 1 + dice.place(LENGTH_MAX);
        if characters.len() < length {
            continue;
        }
        let start = dice.place(characters.len() - length + 1);
        let phrase: String = characters[start..start + length].iter().collect();
        let ends = [phrase.chars().next(), phrase.chars().last()];
        let quotable = !phrase.contains(['"', '\\', '“', '”', '*']) && !phrase.contains(char::is_control);
        if quotable
            && !ends.iter().flatten().any(|end| end.is_whitespace())
            && phrase.chars().any(char::is_alphanumeric)
        {
            return phrase;
        }
    }
}

fn count(client: &mut Client, phrase: &str) -> u64 {
    let query = "query($query: String!) { search(query: $query, first: 1) { totalCount syntaxError { message } } }";
    let data = client.ask(query, &json!({"query": format!("\"{phrase}\"")}));
    assert!(data["search"]["syntaxError"].is_null(), "{phrase:?}: {data}");
    data["search"]["totalCount"].as_u64().expect("a count")
}

/// Draws phrases from the words and compares; every difference is told.
fn compare(words: &Words, phrases: u64) {
    let archive = Archive::new();
    let imported = archive.import(&words.write(&archive.beside("words.ndjson")));
    assert_eq!(imported.done()["added"], words.lines.len(), "{:?}", imported.lines.last());
    let mut server = archive.serve();
    let texts = words.texts();
    let folded: Vec<String> = texts.iter().map(|text| fold(text)).collect();
    let mut dice = Dice::new(20_261_123);
    let mut differences = Vec::new();
    for _ in 0..phrases {
        let phrase = draw(&mut dice, &texts);
        let (found, there) = (count(&mut server.admin, &phrase), scan(&folded, &fold(&phrase)));
        if found != there {
            differences.push(format!("{phrase:?}: search {found}, scan {there}"));
        }
    }
    assert!(differences.is_empty(), "{} of {phrases} differ: {differences:#?}", differences.len());
}

#[test]
fn counts_equal_a_plain_scan_in_both_scripts() {
    compare(&Words::hospitality().and(Words::traditional()), times("XINJU_PHRASES", 200));
}

#[test]
fn counts_equal_a_plain_scan_of_the_large_set() {
    let Some(path) = shared_data("wecom-volume.ndjson.zst") else {
        println!("the large set is not at hand; nothing was compared");
        return;
    };
    compare(&Words::read(&path), times("XINJU_PHRASES", 200));
}

#[test]
fn simplified_words_find_traditional_ones() {
    let archive = Archive::new();
    let words = Words::traditional().first(200);
    archive.import(&words.write(&archive.beside("words.ndjson"))).done();
    let folded: Vec<String> = words.texts().iter().map(|text| fold(text)).collect();
    for phrase in ["我们", "我們", "医学", "醫學"] {
        let there = scan(&folded, &fold(phrase));
        assert!(there > 0, "{phrase} is in the words");
        assert_eq!(archive.count(phrase), there, "{phrase}");
    }
}

#[test]
fn the_archive_may_be_searched_by_whoever_holds_its_folder_only() {
    let archive = Archive::new();
    archive.import(&Words::traditional().first(20).write(&archive.beside("words.ndjson"))).done();
    let server = archive.serve();
    let (_, answer) = server.stranger().try_ask("{ search(query: \"我\") { totalCount } }", &json!({}));
    assert_eq!(answer["errors"][0]["extensions"]["code"], "UNAUTHENTICATED", "{answer}");
    assert!(server.stop().success());
    assert!(!Path::new(&archive.data().join("lock")).exists() || archive.count("我") > 0);
}
