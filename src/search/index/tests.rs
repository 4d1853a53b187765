//! The index against plain scans and a plain model: what is found, in which order, how pages hang together, what survives.

use std::collections::BTreeSet;

use proptest::prelude::*;
use tempfile::TempDir;
use xinju_model::media::MediaName;
use xinju_model::message::MessageKind;

mod faults;
mod masked;
mod pages;
mod scopes;

use super::*;
use crate::piece::matches;
use crate::query::{Filter, parse};

pub(super) struct NoNames;

impl Names for NoNames {
    fn staff(&self, value: &str) -> Vec<String> {
        if value == "小王" { vec!["wang".to_owned()] } else { Vec::new() }
    }
    fn customers(&self, value: &str) -> Vec<String> {
        if value == "张三" { vec!["wm1".to_owned(), "wm2".to_owned()] } else { Vec::new() }
    }
    fn recalled(&self) -> Vec<EntryIndex> {
        vec![EntryIndex(2), EntryIndex(5)]
    }
}

fn options() -> IndexOptions {
    IndexOptions { writer_bytes: 15_000_000, threads: 1, cache_bytes: 1_000_000 }
}

fn sealer() -> Sealer {
    Sealer::new(&[7; 32]).expect("a key")
}

fn open_in(folder: &TempDir) -> Index {
    Index::open(folder.path(), sealer(), options()).expect("open")
}

fn document(entry: u64, time: i64, text: &str) -> Document {
    Document {
        entry: EntryIndex(entry),
        at: Timestamp(time),
        conversation: Some(ConversationId([u8::try_from(entry % 3).expect("small"); 16])),
        from: Some(["wm1", "wang"][usize::try_from(entry % 2).expect("small")].to_owned()),
        to: vec![["wang", "wm1"][usize::try_from(entry % 2).expect("small")].to_owned()],
        kind: if entry.is_multiple_of(4) { MessageKind::Image } else { MessageKind::Text },
        channel: Channel::Wecom,
        has_attachment: entry.is_multiple_of(4),
        files: Vec::new(),
        text: text.to_owned(),
    }
}

fn request(query: &Query) -> Request<'_> {
    Request {
        query,
        scope: &Scope::Everything,
        masked: false,
        order: Order::Newest,
        after: None,
        offset: 0,
        limit: 100,
        count: true,
    }
}

fn entries(hits: &Hits) -> Vec<u64> {
    hits.hits.iter().map(|hit| hit.entry.0).collect()
}

fn found(index: &Index, query: &str) -> Vec<u64> {
    let query = parse(query, 0).expect(query);
    let hits = index.search(&request(&query), &NoNames).expect("search");
    assert_eq!(hits.total, Some(hits.hits.len() as u64));
    entries(&hits)
}

#[test]
fn finds_words_filters_and_their_combinations() {
    let folder = TempDir::new().expect("folder");
    let index = open_in(&folder);
    let texts = ["我要退款", "退货 refund please", "共150元", "退款完成", "image.png", "我要退貨", "做CT检查"];
    let documents =
        texts.iter().zip(0..).map(|(text, entry)| document(entry, 1_000 + i64::try_from(entry).expect("small"), text));
    index.add(documents.collect()).expect("add");
    assert!(found(&index, "退款").is_empty());
    index.commit(7).expect("commit");
    assert_eq!(index.watermark(), 7);
    let expected: &[(&str, &[u64])] = &[
        ("退款", &[3, 0]),
        ("退", &[5, 3, 1, 0]),
        ("退货", &[5, 1]),
        ("退貨", &[5, 1]),
        ("50元", &[2]),
        ("5", &[]),
        ("150", &[2]),
        ("ref", &[]),
        ("ref*", &[1]),
        ("REFUND", &[1]),
        ("ct", &[6]),
        ("CT检", &[6]),
        ("\"refund please\"", &[1]),
        ("\"货 ref\"", &[1]),
        ("退 -款", &[5, 1]),
        ("NOT 退", &[6, 4, 2]),
        ("退款 OR ct", &[6, 3, 0]),
        ("(退款 OR 退货) 我要", &[5, 0]),
        ("kind:image", &[4, 0]),
        ("has:attachment 退", &[0]),
        ("-has:attachment 退款", &[3]),
        ("from:wm1", &[6, 4, 2, 0]),
        ("from:WANG", &[5, 3, 1]),
        ("to:张三", &[5, 3, 1]),
        ("staff:小王 退款", &[3, 0]),
        ("staff:nobody", &[]),
        ("customer:张三", &[6, 5, 4, 3, 2, 1, 0]),
        ("is:recalled", &[5, 2]),
        ("-is:recalled 退", &[3, 1, 0]),
        ("channel:wecom after:1970-01-01T00:00:01", &[6, 5, 4, 3, 2, 1, 0]),
        ("before:1970", &[]),
        ("*", &[6, 5, 4, 3, 2, 1, 0]),
        ("没有", &[]),
    ];
    for (query, expected) in expected {
        assert_eq!(found(&index, query), *expected, "{query}");
    }
    let conversation = Query::Filter(Filter::Conversation(ConversationId([1; 16]).to_string()));
    assert_eq!(entries(&index.search(&request(&conversation), &NoNames).expect("search")), [4, 1]);
}

#[test]
fn a_huge_message_is_found_by_what_is_indexed_of_it() {
    use xinju_model::limits::INDEXED_TEXT_CHARS_MAX;

    let folder = TempDir::new().expect("folder");
    let index = open_in(&folder);
    let filler = "\u{fdfa}甲a ".repeat(INDEXED_TEXT_CHARS_MAX / 4 - 1);
    index.add(vec![document(0, 1, &format!("{filler}退款 酒店")), document(1, 2, &"x".repeat(100_000))]).expect("add");
    index.commit(2).expect("commit");
    assert_eq!(found(&index, "退款"), [0]);
    assert!(found(&index, "酒店").is_empty());
    assert_eq!(found(&index, "\"甲a صلى\""), [0]);
    assert_eq!(found(&index, "xxx*"), [1]);
}

#[test]
fn nothing_is_seen_without_a_scope() {
    let folder = TempDir::new().expect("folder");
    let index = open_in(&folder);
    index.add(vec![document(0, 5, "退款")]).expect("add");
    index.commit(1).expect("commit");
    for query in ["退款", "*", "NOT 酒店", "款"] {
        let query = parse(query, 0).expect("query");
        for order in [Order::Newest, Order::Oldest, Order::Relevance] {
            let request = Request { scope: &Scope::Nothing, order, ..request(&query) };
            let hits = index.search(&request, &NoNames).expect("search");
            assert_eq!((hits.total, hits.hits.len()), (Some(0), 0));
        }
    }
    assert_eq!(index.per_day(&Scope::Nothing, Timestamp(0), Timestamp(10), 0).expect("days"), []);
}

/// Characters in which the two sides could drift apart: both scripts, width, words, digits, space, punctuation, emoji.
fn characters() -> impl Strategy<Value = String> {
    const ALPHABET: &str = "退款款款酒店龍龙aabB15Ａ１ 　，。!-😀🏨\u{fe0f}\u{301}カｶ한é";
    let characters: Vec<char> = ALPHABET.chars().collect();
    proptest::collection::vec(proptest::sample::select(characters), 0..14)
        .prop_map(|characters| characters.into_iter().collect())
}

/// A part of one of the texts, or anything.
fn queries(texts: Vec<String>) -> impl Strategy<Value = (Vec<String>, Vec<String>)> {
    let part = (proptest::sample::select(texts.clone()), 0_usize..14, 1_usize..13)
        .prop_map(|(text, start, length)| text.chars().skip(start).take(length).collect());
    (Just(texts), proptest::collection::vec(prop_oneof![3 => part, 1 => characters()], 16))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 16, max_shrink_iters: 60, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_index_finds_what_a_plain_scan_finds(
        (texts, queries) in proptest::collection::vec(characters(), 1..40).prop_flat_map(queries),
        cut in 0_usize..40,
        prefix: bool,
    ) {
        let folder = TempDir::new().expect("folder");
        let index = open_in(&folder);
        let mut documents: Vec<Document> = texts.iter().zip(0_u64..).map(|(text, entry)| document(entry, 0, text)).collect();
        let second = documents.split_off(cut.min(documents.len()));
        for documents in [documents, second] {
            index.add(documents).expect("add");
            index.commit(0).expect("commit");
        }
        for query in queries.into_iter().filter(|query| crate::piece::Piece::new(query, prefix).is_some()) {
            let expected: BTreeSet<u64> =
                texts.iter().zip(0..).filter(|(text, _)| matches(&query, prefix, text)).map(|(_, entry)| entry).collect();
            let asked = Query::Text { text: query.clone(), prefix };
            for order in [Order::Newest, Order::Oldest, Order::Relevance] {
                let hits = index.search(&Request { order, ..request(&asked) }, &NoNames).expect("search");
                prop_assert_eq!(entries(&hits).into_iter().collect::<BTreeSet<u64>>(), expected.clone(), "{:?} {:?}", query, texts);
                prop_assert_eq!(hits.total, Some(expected.len() as u64));
            }
            let uncounted = index.search(&Request { count: false, ..request(&asked) }, &NoNames).expect("search");
            prop_assert_eq!(uncounted.hits.len(), expected.len());
        }
    }
}

#[test]
fn a_rollback_forgets_what_was_not_committed_and_goes_on() {
    let folder = TempDir::new().expect("folder");
    let index = open_in(&folder);
    index.add(vec![document(0, 1, "发票")]).expect("added");
    index.commit(1).expect("committed");
    index.add(vec![document(1, 2, "发票")]).expect("added");
    index.rollback().expect("rolled back");
    assert_eq!((index.watermark(), found(&index, "发票")), (1, vec![0]));
    index.add(vec![document(1, 2, "发票")]).expect("added");
    index.commit(2).expect("committed");
    assert_eq!(found(&index, "发票"), [1, 0]);
}

#[test]
fn files_are_known_by_whole_name_and_by_size() {
    let folder = TempDir::new().expect("folder");
    let index = open_in(&folder);
    let name = |md5: u8, bytes| MediaName { md5: [md5; 16], bytes };
    let files = vec![name(1, 300), name(9, 500)];
    index.add(vec![Document { files, ..document(0, 1_000, "x") }]).expect("add");
    assert!(!index.names_file(name(1, 300)).expect("answers"));
    index.commit(1).expect("commit");
    for (name, known) in [(name(1, 300), true), (name(9, 500), true), (name(9, 300), false), (name(1, 400), false)] {
        assert_eq!(index.names_file(name).expect("answers"), known, "{name:?}");
    }
    for (bytes, known) in [(300, true), (500, true), (299, false), (301, false), (0, false), (u64::MAX, false)] {
        assert_eq!(index.names_size(bytes).expect("answers"), known, "{bytes}");
    }
}
