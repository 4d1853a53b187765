//! What people see of published and of hand-made messages, held by a golden text; and that nothing makes the reader panic.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use proptest::prelude::*;
use xinju_model::facts::facts;
use xinju_model::limits::{MESSAGE_ITEMS_MAX, NESTING_DEPTH_MAX};
use xinju_model::media::names_in;
use xinju_model::message::Attachment;
use xinju_model::message::keys::{CHOICE_KEYS, FIELD_KEYS};
use xinju_model::record::Format;

use super::*;

fn data() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/data/wecom")
}

fn read_original(original: &[u8]) -> Message {
    decode(original, &facts(Format::WecomJson, "corp", original))
}

fn print(message: &Message, out: &mut String) {
    let from = message.from.as_ref().map_or_else(|| "-".to_owned(), |from| format!("{} {:?}", from.id, from.side));
    let to: Vec<String> = message.to.iter().map(|to| format!("{} {:?}", to.id, to.side)).collect();
    let at = message.sent_at.map_or_else(|| "-".to_owned(), |at| at.to_string());
    writeln!(out, "{} ({}) {at} {from} -> {}", message.kind.name(), message.source_kind, to.join(", ")).unwrap();
    print_body(&message.body, "  ", out);
}

fn print_body(body: &Body, indent: &str, out: &mut String) {
    for (name, text) in [("title", Some(&body.title)), ("text", Some(&body.text)), ("url", body.url.as_ref())] {
        for line in text.filter(|text| !text.is_empty()).iter().flat_map(|text| text.split('\n')) {
            writeln!(out, "{indent}{name}: {line}").unwrap();
        }
    }
    for (name, text) in [("quote", &body.quote), ("recalls", &body.recalls)] {
        if let Some(text) = text {
            writeln!(out, "{indent}{name}: {text:?}").unwrap();
        }
    }
    for field in &body.fields {
        assert!(FIELD_KEYS.contains(&field.key), "{}", field.key);
        if let FieldValue::Choice(choice) = field.value {
            assert!(CHOICE_KEYS.contains(&choice), "{choice}");
        }
        writeln!(out, "{indent}[{}] {:?}", field.key, field.value).unwrap();
    }
    for a in &body.attachments {
        let Attachment { kind, name, size, md5, seconds, pixels } = a;
        let kind = kind.name();
        writeln!(out, "{indent}<{kind}> name {name:?} size {size:?} md5 {md5:?} s {seconds:?} px {pixels:?}").unwrap();
    }
    for item in &body.items {
        let at = item.sent_at.map_or_else(|| "-".to_owned(), |at| at.to_string());
        writeln!(out, "{indent}* {} {at} {}", item.kind.name(), item.from.as_deref().unwrap_or("-")).unwrap();
        print_body(&item.body, &format!("{indent}    "), out);
    }
}

fn originals() -> Vec<(String, Vec<u8>)> {
    let mut all: Vec<(String, Vec<u8>)> = Vec::new();
    for file in std::fs::read_dir(data().join("samples")).unwrap() {
        let path = file.unwrap().path();
        if path.extension().is_some_and(|ending| ending == "json") {
            all.push((path.file_name().unwrap().to_string_lossy().into_owned(), std::fs::read(path).unwrap()));
        }
    }
    all.sort();
    let made = std::fs::read_to_string(data().join("made.ndjson")).unwrap();
    all.extend(made.lines().enumerate().map(|(n, line)| (format!("made.ndjson:{}", n + 1), line.as_bytes().to_vec())));
    all
}

/// Whoever holds a file to an original has no decoder: what that finds must be found without it.
#[test]
fn every_file_that_a_reader_finds_is_named_by_the_original() {
    let mut found = 0;
    for (name, original) in originals() {
        let mut named = names_in(&original);
        for wanted in read_original(&original).body.all_attachments().into_iter().filter_map(Attachment::media_name) {
            let place = named.iter().position(|one| *one == wanted);
            named.swap_remove(place.unwrap_or_else(|| panic!("{name} names {wanted:?}")));
            found += 1;
        }
    }
    assert!(found > 5, "{found}");
}

#[test]
fn every_kind_reads_as_its_golden_text() {
    let mut shown = String::new();
    for (name, original) in originals() {
        writeln!(shown, "== {name}").unwrap();
        print(&read_original(&original), &mut shown);
    }
    let golden = data().join("messages.golden.txt");
    if std::env::var_os("XINJU_UPDATE_GOLDEN").is_some() {
        std::fs::write(&golden, &shown).unwrap();
    }
    let expected = std::fs::read_to_string(&golden).unwrap();
    for (shown, expected) in shown.split("== ").zip(expected.split("== ")) {
        assert_eq!(shown, expected);
    }
    assert_eq!(shown.len(), expected.len());
    for kind in MessageKind::ALL {
        assert!(shown.contains(&format!("\n{} (", kind.name())), "no case for {kind:?}");
    }
}

#[test]
fn ids_of_media_files_are_never_shown() {
    for (name, original) in originals() {
        let message = format!("{:?}", read_original(&original));
        assert!(!message.contains("NEVERSHOWN") && !message.to_lowercase().contains("fileid"), "{name}");
        let value: Value = serde_json::from_slice(&original).unwrap_or_default();
        let id = value.pointer(&format!("/{}/sdkfileid", value["msgtype"].as_str().unwrap_or_default()));
        assert!(id.and_then(Value::as_str).is_none_or(|id| !message.contains(id)), "{name}");
    }
}

fn nested(depth: usize) -> String {
    let mut content = r#"{"content":"最里面"}"#.to_owned();
    let mut kind = "ChatRecordText";
    for _ in 0..depth {
        let item = serde_json::json!({ "type": kind, "msgtime": 1_700_000_000, "content": content });
        content = serde_json::json!({ "title": "记录", "item": [item] }).to_string();
        kind = "chatrecord";
    }
    format!(r#"{{"msgid":"1","from":"a","tolist":["b"],"msgtype":"chatrecord","chatrecord":{content}}}"#)
}

#[test]
fn forwarded_records_unfold_to_the_limit_and_say_what_is_left_out() {
    let message = read_original(nested(NESTING_DEPTH_MAX).as_bytes());
    assert!(message.text().ends_with("最里面"));
    // One more would need 2^9 backslashes a quotation mark; the escaping of JSON in JSON is what bounds depth in practice.
    let message = read_original(nested(NESTING_DEPTH_MAX + 1).as_bytes());
    let mut body = &message.body;
    while let Some(item) = body.items.first() {
        body = &item.body;
    }
    assert_eq!(body.title, "记录");
    assert_eq!(body.fields, [BodyField { key: field::ITEMS_LEFT_OUT, value: FieldValue::Number(1) }]);
}

#[test]
fn more_parts_than_the_limit_are_counted() {
    let item = serde_json::json!({ "type": "text", "content": "{\"content\":\"x\"}" });
    let inner = serde_json::json!({ "item": vec![item.clone(); MESSAGE_ITEMS_MAX] }).to_string();
    let mixed = serde_json::json!({ "type": "ChatRecordMixed", "content": inner });
    let json = serde_json::json!({ "msgtype": "chatrecord", "chatrecord": { "item": [mixed.clone(), mixed, item] } });
    let message = read_original(json.to_string().as_bytes());
    assert_eq!(message.body.items.len(), 1);
    assert_eq!(message.body.items[0].body.items.len(), MESSAGE_ITEMS_MAX - 1);
    let left_out = |count| [BodyField { key: field::ITEMS_LEFT_OUT, value: FieldValue::Number(count) }];
    assert_eq!(message.body.items[0].body.fields, left_out(1));
    assert_eq!(message.body.fields, left_out(2));
}

#[test]
fn longer_lists_than_the_limit_are_counted() {
    let names = vec!["甲"; MESSAGE_ITEMS_MAX + 2];
    let questions = vec![serde_json::json!({ "ques": "乙" }); MESSAGE_ITEMS_MAX + 2];
    let calendar = serde_json::json!({ "msgtype": "calendar", "calendar": { "attendeename": names } });
    let collect = serde_json::json!({ "msgtype": "collect", "collect": { "details": questions } });
    for json in [calendar, collect] {
        let fields = read_original(json.to_string().as_bytes()).body.fields;
        assert_eq!(fields.len(), MESSAGE_ITEMS_MAX + 1);
        let rest = BodyField { key: field::ITEMS_LEFT_OUT, value: FieldValue::Number(2) };
        assert_eq!(fields.last(), Some(&rest));
    }
}

#[test]
fn receivers_beyond_the_limit_are_dropped() {
    let to: Vec<String> = (0..=PARTIES_MAX).map(|n| format!("staff{n}")).collect();
    let json =
        serde_json::json!({ "msgid": "1", "from": "wmA", "tolist": to, "msgtype": "text", "text": { "content": "x" } });
    assert_eq!(read_original(json.to_string().as_bytes()).to.len(), PARTIES_MAX);
}

#[test]
fn what_is_no_json_is_unknown_and_says_so() {
    for original in [&b"\xff\xfe"[..], b"", b"[]", b"{\"msgid\":\"1\"", br#"{"a":"\ud83"#, br#""\ud83d""#] {
        let message = read_original(original);
        assert_eq!(message.kind, MessageKind::Unknown);
        assert_eq!(message.body, problem(choice::UNREADABLE), "{original:?}");
    }
}

#[test]
fn halves_of_characters_are_replaced_and_nothing_else() {
    let check = |json: &str| whole_characters(json.as_bytes()).map(|bytes| String::from_utf8(bytes).unwrap());
    assert_eq!(check(r"a\ud83db\u00e9\\ud83d").as_deref(), Some(r"a\ufffdb\u00e9\\ud83d"));
    assert_eq!(check(r"\ud83d\ud83d\ude00\ude00").as_deref(), Some(r"\ufffd\ud83d\ude00\ufffd"));
    assert_eq!(check(r"\ud83d\ude00 \u4e2d \\"), None);
    assert_eq!(check(r"\"), None);
    assert_eq!(check("\\严"), None);
}

fn any_json() -> impl Strategy<Value = Value> {
    const KEYS: &[&str] =
        &["chatrecord", "item", "items", "content", "type", "title", "ChatRecordMixed", "msgtime", "text"];
    let word = prop_oneof![proptest::sample::select(KEYS).prop_map(str::to_owned), any::<String>()];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        word.clone().prop_map(Value::from),
    ];
    leaf.prop_recursive(6, 64, 6, move |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            proptest::collection::vec((word.clone(), inner.clone()), 0..6).prop_map(Value::from_iter),
            inner.prop_map(|value| Value::from(value.to_string())),
        ]
    })
}

const WORDS: &[&str] = &[
    "text",
    "image",
    "revoke",
    "agree",
    "disagree",
    "voice",
    "video",
    "card",
    "location",
    "emotion",
    "file",
    "link",
    "weapp",
    "chatrecord",
    "todo",
    "vote",
    "collect",
    "redpacket",
    "external_redpacket",
    "meeting",
    "meeting_notification",
    "docmsg",
    "markdown",
    "news",
    "calendar",
    "mixed",
    "meeting_voice_call",
    "voip_doc_share",
    "sphfeed",
    "voiptext",
    "qydiskfile",
    "solitaire",
    "note",
    "switch",
    "else",
];

proptest! {
    #[test]
    fn any_json_is_read_without_panic(word in proptest::sample::select(WORDS), content in any_json(), root in any_json()) {
        let mut root = match root { Value::Object(map) => map, other => Map::from_iter([("time".to_owned(), other)]) };
        root.insert("msgtype".into(), word.into());
        for key in [word, "info", "doc", "redpacket"] {
            root.insert(key.into(), content.clone());
        }
        let original = serde_json::to_vec(&root).unwrap();
        let message = read_original(&original);
        prop_assert_eq!(message.source_kind.as_str(), word);
        message.text();
    }

    #[test]
    fn any_bytes_are_read_without_panic(bytes in any::<Vec<u8>>()) {
        read_original(&bytes).text();
    }

    #[test]
    fn cut_and_bent_samples_are_read_without_panic(pick in any::<prop::sample::Index>(), at in any::<prop::sample::Index>(), with in any::<u8>()) {
        let all = originals();
        let mut original = all[pick.index(all.len())].1.clone();
        let at = at.index(original.len());
        original[at] = with;
        read_original(&original).text();
        original.truncate(at);
        read_original(&original).text();
    }
}
