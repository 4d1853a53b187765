//! Whoever is given a package checks it with the binary alone: no archive, no network, a status for scripts.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

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

/// Messages of two conversations, turn and turn about: what is said in one is said in no other.
fn two_conversations(archive: &Archive, messages: u32) {
    let line = |number: u32| {
        let (customer, says) = if number.is_multiple_of(2) { ("wmAlice", "茶") } else { ("wmBoris", "米") };
        let content = format!("{says}单号{says}{number:05}");
        let time = 1_735_702_814_753_u64 + u64::from(number) * 1_000;
        format!(
            r#"{{"msgid":"{customer}-{number:05}_external","action":"send","from":"{customer}","tolist":["clerk"],"roomid":"","msgtime":{time},"msgtype":"text","text":{{"content":"{content}"}}}}"#
        )
    };
    let file = archive.beside("messages.ndjson");
    fs::write(&file, (0..messages).map(line).collect::<Vec<_>>().join("\n")).unwrap();
    assert_eq!(archive.import(&file).done()["added"], messages);
}

/// The conversation of what a query finds.
fn conversation(archive: &Archive, query: &str) -> String {
    let ran = archive.run(&["search", query, "--limit", "1", "--json"]);
    ran.done()["conversation"].as_str().expect("a hit").to_owned()
}

/// Exports into a file beside the archive; what was told of it.
#[track_caller]
fn export(archive: &Archive, name: &str, what: &[&str]) -> (PathBuf, Value) {
    let file = archive.beside(name);
    let out = file.to_string_lossy().into_owned();
    let ran = archive.run(&[&["evidence", "export", "--json", "--out", &out], what].concat());
    let told = ran.done().clone();
    assert_eq!(told["done"], true, "{told}");
    assert_eq!(fs::metadata(&file).unwrap().len(), told["bytes"].as_u64().unwrap());
    (file, told)
}

/// The files of a package by path, without its folder.
fn unpack(file: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut zip = zip::ZipArchive::new(fs::File::open(file).unwrap()).unwrap();
    let mut files = BTreeMap::new();
    for place in 0..zip.len() {
        let mut file = zip.by_index(place).unwrap();
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).unwrap();
        files.insert(file.name().unwrap().split_once('/').unwrap().1.to_owned(), bytes);
    }
    files
}

#[track_caller]
fn holds(archive: &Archive, file: &Path) -> Vec<Value> {
    let ran = archive.run(&["evidence", "verify", &file.to_string_lossy(), "--json"]);
    let verdict = ran.lines.last().unwrap();
    assert_eq!((ran.status, &verdict["ok"]), (0, &json!(true)), "{verdict:#}");
    verdict["checks"].as_array().unwrap().clone()
}

#[test]
fn a_package_of_a_search_holds_and_says_what_is_in_it() {
    let archive = Archive::new();
    two_conversations(&archive, 60);
    let (file, told) = export(&archive, "a.zip", &["--query", "茶", "--purpose", "证明交付", "--recipient", "某法院"]);
    assert_eq!(told["records"], 30);
    let checks = holds(&archive, &file);
    let detail = |name: &str| {
        let found = checks.iter().find(|check| check["name"] == name);
        found.unwrap_or_else(|| panic!("no {name} in {checks:#?}"))["detail"].as_str().unwrap().to_owned()
    };
    assert!(detail("export entry").contains(told["manifest"].as_str().unwrap()));
    assert!(detail("seal").contains(told["certificate"].as_str().unwrap()));
    assert!(detail("sequence").contains("1 stated runs"), "{}", detail("sequence"));
    let files = unpack(&file);
    for path in [
        "data/raw/000030.json",
        "data/completeness/source-ledger.csv",
        "data/environment/system.json",
        "data/audit/seen.jsonl",
        "data/legal/民事证据说明.txt",
        "data/consent/README.txt",
    ] {
        assert!(files.contains_key(path), "{path} is missing of {:#?}", files.keys());
    }
    let custody = String::from_utf8(files["data/custody/custody.jsonl"].clone()).unwrap();
    let acts: Vec<Value> = custody.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(
        acts.iter().map(|act| act["action"].as_str().unwrap()).collect::<Vec<_>>(),
        ["package.ask", "package.build"]
    );
    assert_eq!(acts[0]["details"]["purpose"], "证明交付");
    assert!(!archive.beside("a.zip.part").exists());
}

#[test]
fn two_builds_of_one_request_are_equal_but_for_their_seal() {
    let archive = Archive::new();
    two_conversations(&archive, 40);
    let (first, told) = export(&archive, "first.zip", &["--query", "米"]);
    let number = told["number"].as_str().unwrap();
    // What happens meanwhile is not in the second either.
    fs::write(archive.beside("more.ndjson"), r#"{"msgid":"x_external","action":"send","from":"wmBoris","tolist":["clerk"],"msgtime":1735702814999,"msgtype":"text","text":{"content":"米 later"}}"#).unwrap();
    assert_eq!(archive.import(&archive.beside("more.ndjson")).done()["added"], 1);
    let (second, again) = export(&archive, "second.zip", &["--again", number]);
    assert_eq!(
        (&again["number"], &again["manifest"], &again["records"]),
        (&told["number"], &told["manifest"], &told["records"])
    );
    holds(&archive, &second);
    let (mut first, mut second) = (unpack(&first), unpack(&second));
    let seals = |files: &BTreeMap<String, Vec<u8>>| files.keys().filter(|path| path.starts_with("seal/")).count();
    assert_eq!((seals(&first), seals(&second)), (4, 4));
    for files in [&mut first, &mut second] {
        files.retain(|path, _| !path.starts_with("seal/"));
    }
    let differs: Vec<&String> = first.keys().filter(|path| first.get(*path) != second.get(*path)).collect();
    assert!(differs.is_empty() && first.len() == second.len(), "{differs:?}");
}

/// Everything in a package by which somebody could learn of what is not in it: texts, ids, salts, and what they are encoded as.
#[test]
fn a_package_of_one_conversation_holds_no_byte_of_another() {
    let archive = Archive::new();
    two_conversations(&archive, 50);
    let (a, b) = (conversation(&archive, "茶"), conversation(&archive, "米"));
    assert_ne!(a, b);
    // That the other was exported, searched and read is in the ledger before.
    let (other, _) = export(&archive, "b.zip", &["--conversation", &b]);
    let (own, told) = export(&archive, "a.zip", &["--conversation", &a]);
    assert_eq!(told["records"], 25);
    holds(&archive, &own);
    let mut secrets: BTreeSet<String> = ["wmBoris", "米单号", &b].map(str::to_owned).into();
    for (path, bytes) in unpack(&other).iter().filter(|(path, _)| path.starts_with("data/records/")) {
        let record: Value = serde_json::from_slice(bytes).unwrap();
        let entry: Value = serde_json::from_str(record["entry"].as_str().unwrap()).unwrap();
        secrets.insert(entry["rid"].as_str().unwrap().to_owned());
        secrets.extend(entry["_sd"].as_array().unwrap().iter().map(|digest| digest.as_str().unwrap().to_owned()));
        for disclosure in record["disclosures"].as_array().unwrap() {
            let encoded = disclosure.as_str().unwrap();
            let plain: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(encoded).unwrap()).unwrap();
            let salt = plain[0].as_str().unwrap();
            secrets.extend([encoded.to_owned(), salt.to_owned()]);
            if plain[1] == "conversation" {
                secrets.insert(plain[2]["id"].as_str().unwrap().to_owned());
            }
        }
        assert!(secrets.len() > 10, "{path}");
    }
    let encoded: Vec<String> = secrets.iter().map(|secret| URL_SAFE_NO_PAD.encode(secret)).collect();
    for (path, bytes) in unpack(&own) {
        let found = secrets.iter().chain(&encoded).find(|secret| memchr(&bytes, secret.as_bytes()));
        assert_eq!(found, None, "{path}");
        // Disclosures stand encoded in their files: their words are looked for too.
        let text = String::from_utf8_lossy(&bytes);
        for part in text.split(|letter: char| !(letter.is_ascii_alphanumeric() || letter == '-' || letter == '_')) {
            let Ok(plain) = URL_SAFE_NO_PAD.decode(part) else { continue };
            let found = secrets.iter().find(|secret| memchr(&plain, secret.as_bytes()));
            assert_eq!(found, None, "{path}: {}", String::from_utf8_lossy(&plain));
        }
    }
}

fn memchr(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

#[test]
fn a_changed_package_is_refused() {
    let archive = Archive::new();
    two_conversations(&archive, 10);
    let (file, _) = export(&archive, "a.zip", &["--query", "茶"]);
    let whole = fs::read(&file).unwrap();
    for place in [whole.len() / 7, whole.len() / 3, whole.len() / 2, whole.len() - 40] {
        let mut bent = whole.clone();
        bent[place] ^= 1;
        fs::write(&file, bent).unwrap();
        assert_eq!(archive.run(&["evidence", "verify", &file.to_string_lossy(), "--json"]).status, 3, "byte {place}");
    }
}

#[test]
fn what_cannot_be_exported_says_why_and_leaves_nothing() {
    let archive = Archive::new();
    two_conversations(&archive, 4);
    let out = archive.beside("none.zip").to_string_lossy().into_owned();
    let check = |what: &[&str], status: i32, words: &str| {
        let ran = archive.run(&[&["evidence", "export", "--json", "--out", &out], what].concat());
        let told = format!("{} {:?}", ran.errors, ran.lines);
        assert!(ran.status == status && told.contains(words), "{what:?}: {told}");
        assert!(!archive.beside("none.zip").exists() && !archive.beside("none.zip.part").exists());
    };
    check(&["--query", "咖啡"], 1, "nothing that may be seen is selected");
    check(&["--query", "("], 1, "the query can't be read");
    check(&["--conversation", "cAAAAAAAAAAAAAAAAAAAAAA"], 1, "no such case or conversation");
    check(&["--case", "x"], 1, "not the id of a case");
    check(&["--again", "EVID-20260101-000001"], 1, "no package has this number");
    check(&["--query", "茶", "--abroad", ""], 1, "needs the number of the authorities' approval");
    check(&[], 2, "required");
    check(&["--query", "a", "--case", "b"], 2, "cannot be used with");
}

#[test]
fn a_running_server_exports_through_its_door() {
    let archive = Archive::new();
    two_conversations(&archive, 12);
    let server = archive.serve();
    let (file, told) = export(&archive, "a.zip", &["--query", "茶"]);
    assert_eq!(told["records"], 6);
    drop(server);
    holds(&archive, &file);
}

#[test]
fn renderings_for_other_programs_are_in_a_package_that_asks_for_them() {
    let archive = Archive::new();
    two_conversations(&archive, 4);
    let (file, _) = export(&archive, "package.zip", &["--query", "茶", "--exchange", "csv,rsmf"]);
    let files = unpack(&file);
    let there = |end: &str| files.keys().any(|path| path.ends_with(end));
    assert!(there("data/exchange/messages.csv") && there("data/exchange/rsmf/000001.rsmf"));
    assert!(!there("data/exchange/messages.json"));
    let out = archive.beside("other.zip");
    let ran =
        archive.run(&["evidence", "export", "--query", "茶", "--exchange", "xls", "--out", &out.to_string_lossy()]);
    assert!(ran.status != 0 && ran.errors.contains("rsmf") && !out.exists(), "{}", ran.errors);
}

#[test]
fn the_model_clause_is_written_in_each_form_and_issued_once_asked() {
    let archive = Archive::new();
    two_conversations(&archive, 1);
    let write = |name: &str, more: &[&str]| {
        let file = archive.beside(name);
        let out = file.to_string_lossy().into_owned();
        let ran = archive.run(&[&["evidence", "clause", "--json", "--out", &out], more].concat());
        (fs::read(&file).unwrap(), ran.done().clone())
    };
    let (pdf, told) = write("clause.pdf", &[]);
    assert!(pdf.starts_with(b"%PDF-") && told.get("entry").is_none(), "{told}");
    let (chinese, _) = write("clause.txt", &["--language", "zh"]);
    assert!(String::from_utf8(chinese).unwrap().contains("示范条款"));
    let (_, told) = write("clause.txt", &["--language", "en", "--issue"]);
    let sha256 = told["sha256"].as_str().unwrap();
    let events = archive.run(&["audit", "--action", "clause.issue", "--json"]);
    assert!(events.lines.iter().any(|line| line.to_string().contains(sha256)), "{:?}", events.lines);
}
