//! Those for whom personal data is masked: they find what stands outside of it, and learn nothing of what it is.

use super::*;
use crate::open::open_text;

const ORDERS: [Order; 3] = [Order::Newest, Order::Oldest, Order::Relevance];

/// Entries found, sorted, in every order the same, and how many.
fn found_masked(index: &Index, query: &str, masked: bool) -> Vec<u64> {
    let query = parse(query, 0).expect(query);
    let mut answers = ORDERS.map(|order| {
        let hits = index.search(&Request { masked, order, ..request(&query) }, &NoNames).expect("search");
        assert_eq!(hits.total, Some(hits.hits.len() as u64));
        let mut found = entries(&hits);
        found.sort_unstable();
        found
    });
    assert!(answers.windows(2).all(|pair| pair[0] == pair[1]), "{query:?}");
    std::mem::take(&mut answers[0])
}

fn filled(texts: &[&str]) -> (TempDir, Index) {
    let folder = TempDir::new().expect("folder");
    let index = open_in(&folder);
    let documents = texts.iter().zip(0..).map(|(text, entry)| document(entry, 1, text)).collect();
    index.add(documents).expect("add");
    index.commit(texts.len() as u64).expect("commit");
    (folder, index)
}

/// Each question with digits that are there, asked once more with digits that are not: the answers must be the same.
#[test]
fn a_question_about_masked_digits_is_answered_as_one_about_any_others() {
    let texts = ["卡号6222021234567890128，请转账", "我的电话是138 0013 8000", "请转账", "订单8000", "li@example.com"];
    let (_folder, index) = filled(&texts);
    let forms = [
        "{}",
        "{}*",
        "\"{}\"",
        "-{}",
        "NOT {}",
        "请 {}",
        "请 -{}",
        "请 OR {}",
        "(请 OR {}) -电话",
        "from:wm1 {}",
        "kind:text -{}",
        "\"号{}\"",
        "\"是{}\"",
    ];
    let there = ["6222021234567890128", "6222", "0128", "138", "0013", "\"138 0013\"", "li", "example"];
    for form in forms {
        for digits in there {
            let absent = digits.replace(|c: char| c.is_ascii_alphanumeric(), "7");
            let (asked, other) = (form.replace("{}", digits), form.replace("{}", &absent));
            let (Ok(_), Ok(_)) = (parse(&asked, 0), parse(&other, 0)) else { continue };
            assert_eq!(found_masked(&index, &asked, true), found_masked(&index, &other, true), "{asked}");
        }
    }
    assert_eq!(found_masked(&index, "8000", true), [3], "digits that are no personal data are words as any other");
    assert_eq!(found_masked(&index, "8000", false), [1, 3]);
    assert_eq!(found_masked(&index, "请转账", true), [0, 2]);
    assert_eq!(found_masked(&index, "卡号", true), [0]);
    assert_eq!(found_masked(&index, "622202*", false), [0]);
    assert_eq!(found_masked(&index, "\"是138\"", false), [1]);
}

/// The best hit comes first for everybody; that one of the texts has personal data changes nothing in how the others are ranked.
#[test]
fn scores_do_not_tell_of_what_is_masked() {
    let (_with, with) = filled(&["发票 13800138000 13800138000", "发票 发票", "发票 13800138001"]);
    let (_without, without) = filled(&["发票 13900139000 13700137000", "发票 发票", "发票 13600136000"]);
    let ranked = |index: &Index| {
        let query = parse("发票 OR 13800138000 OR 13800138001", 0).expect("a query");
        let asked = Request { order: Order::Relevance, masked: true, ..request(&query) };
        entries(&index.search(&asked, &NoNames).expect("search"))
    };
    assert_eq!(ranked(&with), ranked(&without));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, max_shrink_iters: 60, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn masked_searches_find_what_a_scan_of_open_texts_finds(
        texts in proptest::collection::vec(
            proptest::collection::vec("13800138000|a@b\\.cn|tel|[a-c]{1,2}|[退款店，]{1,3}| |50元|138", 1..6).prop_map(|parts| parts.concat()),
            1..30,
        ),
        queries in proptest::collection::vec("[a-c退款店，138元]{1,4}", 12),
        prefix: bool,
    ) {
        let all: Vec<&str> = texts.iter().map(String::as_str).collect();
        let (_folder, index) = filled(&all);
        for query in queries.into_iter().filter(|query| crate::piece::Piece::new(query, prefix).is_some()) {
            let asked = Query::Text { text: query.clone(), prefix };
            for masked in [true, false] {
                let expected: Vec<u64> = texts.iter().zip(0..).filter(|(text, _)| {
                    let seen = open_text(text).filter(|_| masked);
                    matches(&query, prefix, seen.as_deref().unwrap_or(text))
                }).map(|(_, entry)| entry).collect();
                for order in ORDERS {
                    let hits = index.search(&Request { masked, order, ..request(&asked) }, &NoNames).expect("search");
                    let mut found = entries(&hits);
                    found.sort_unstable();
                    prop_assert_eq!(&found, &expected, "{:?} {:?} {}", query, texts, masked);
                }
            }
        }
    }
}

/// Texts without personal data cost nothing more; those with cost their words once more.
#[test]
fn only_personal_data_costs_bytes() {
    let bytes = |personal: usize| {
        let text = |number: usize| {
            let number = number * 7919;
            let words = format!("您好{number}，您的订单已经发出，{}请查收", number % 97);
            if number % 100 < personal { format!("{words} 电话1{}", 3_000_000_000 + number) } else { words }
        };
        let texts: Vec<String> = (0..5_000).map(text).collect();
        let all: Vec<&str> = texts.iter().map(String::as_str).collect();
        filled(&all).1.bytes()
    };
    let (none, tenth, half) = (bytes(0), bytes(10), bytes(50));
    println!(
        "index of 5,000 messages: {none} B, {tenth} B where every tenth has a phone number, {half} B where every second has"
    );
    assert!(tenth < none * 3 / 2 && half < none * 5 / 2);
}
