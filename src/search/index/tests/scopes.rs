//! What somebody may see is part of every search: counts, pages and days equal a plain filter over everything.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use proptest::prelude::*;
use xinju_model::conversation::ConversationKind;
use xinju_model::scope::{Visible, VisibleConversations, WHOLE};

use super::*;

/// A message: conversation, time, and whether it says the word.
type Message = (u8, i64, bool);

fn conversation(number: u8) -> ConversationId {
    ConversationId([number; 16])
}

fn visible(from: Option<i64>) -> Visible {
    Visible { from: from.map_or(WHOLE, Timestamp), kind: ConversationKind::Single }
}

fn filled(folder: &TempDir, messages: &[Message], commit_every: usize) -> Index {
    let index = open_in(folder);
    for (number, chunk) in messages.chunks(commit_every).enumerate() {
        let first = (number * commit_every) as u64;
        let documents = chunk.iter().zip(first..).map(|((of, at, says), entry)| Document {
            conversation: Some(conversation(*of)),
            ..document(entry, *at, if *says { "退款" } else { "你好" })
        });
        index.add(documents.collect()).expect("add");
        index.commit(first + chunk.len() as u64).expect("commit");
    }
    index
}

fn all(index: &Index, scope: &Scope, query: &Query, order: Order) -> Vec<u64> {
    let (mut found, mut after, mut totals) = (Vec::new(), None::<String>, Vec::new());
    loop {
        let request = Request { scope, order, after: after.as_deref(), limit: 7, ..request(query) };
        let page = index.search(&request, &NoNames).expect("search");
        found.extend(entries(&page));
        totals.extend(page.total);
        after = page.hits.last().map(|hit| hit.cursor.clone());
        if !page.more {
            break;
        }
    }
    assert!(totals.iter().all(|total| *total == found.len() as u64), "{totals:?} {}", found.len());
    let quiet = Request { scope, order, count: false, ..request(query) };
    assert_eq!(entries(&index.search(&quiet, &NoNames).expect("search")).len(), found.len().min(100));
    found
}

fn check(index: &Index, messages: &[Message], seen: &VisibleConversations) {
    let scope = Scope::Conversations(Arc::new(seen.clone()));
    let inside = |of: u8, at: i64| seen.conversation(conversation(of)).is_some_and(|visible| at >= visible.from.0);
    for (text, word) in [("退款", true), ("*", false), ("退款 OR 没有", true), ("退*", true)] {
        let query = parse(text, 0).expect("a query");
        let mut expected: Vec<u64> = messages
            .iter()
            .zip(0..)
            .filter(|((of, at, says), _)| inside(*of, *at) && (!word || *says))
            .map(|(_, entry)| entry)
            .collect();
        for order in [Order::Newest, Order::Oldest, Order::Relevance] {
            let mut found = all(index, &scope, &query, order);
            found.sort_unstable();
            expected.sort_unstable();
            assert_eq!(found, expected, "{text} {order:?}");
        }
    }
    let days = index.per_day(&scope, Timestamp(0), Timestamp(i64::MAX), 0).expect("days");
    let mut expected: HashMap<i64, u64> = HashMap::new();
    for (_, at, _) in messages.iter().filter(|(of, at, _)| inside(*of, *at)) {
        *expected.entry(at.div_euclid(86_400_000) * 86_400_000).or_default() += 1;
    }
    assert_eq!(days.into_iter().map(|(day, count)| (day.0, count)).collect::<HashMap<_, _>>(), expected);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn a_scope_equals_a_plain_filter(
        messages in proptest::collection::vec((0_u8..40, 0_i64..400_000_000, any::<bool>()), 1..120),
        commit_every in 10_usize..80,
        base in proptest::collection::hash_map(0_u8..40, proptest::option::of(0_i64..400_000_000), 0..30),
        later in proptest::collection::vec((0_u8..40, proptest::option::of(0_i64..400_000_000)), 0..6),
    ) {
        let folder = TempDir::new().expect("folder");
        let index = filled(&folder, &messages, commit_every);
        let base = base.into_iter().map(|(of, from)| (conversation(of), visible(from))).collect();
        let mut seen = VisibleConversations::new(1, base, HashSet::new());
        check(&index, &messages, &seen);
        let before = seen.clone();
        for (of, from) in later {
            seen.add(conversation(of), visible(from));
            check(&index, &messages, &seen);
        }
        // Whoever still holds the scope of before finds what it says.
        check(&index, &messages, &before);
    }
}

#[test]
fn nothing_is_found_by_those_who_see_nothing() {
    let folder = TempDir::new().expect("folder");
    let index = filled(&folder, &[(1, 5, true), (2, 6, true)], 10);
    let query = parse("*", 0).expect("a query");
    for scope in [
        Scope::Nothing,
        Scope::Conversations(Arc::new(VisibleConversations::new(9, HashMap::default(), HashSet::new()))),
    ] {
        for order in [Order::Newest, Order::Oldest, Order::Relevance] {
            assert!(all(&index, &scope, &query, order).is_empty());
        }
        assert!(index.per_day(&scope, Timestamp(0), Timestamp(i64::MAX), 0).expect("days").is_empty());
    }
}

/// What a scope costs: `cargo test --release -p xinju-search a_large_scope -- --ignored --nocapture`. A million messages of 200,000
/// conversations, half of them seen. Figures are ratios within one run; nothing is asserted.
#[test]
#[ignore = "a measurement"]
fn a_large_scope_costs() {
    let folder = TempDir::new().expect("folder");
    let index = Index::open(folder.path(), sealer(), IndexOptions::default()).expect("open");
    let id = |number: u64| ConversationId(xinju_model::id::derived("measure", &[&number.to_be_bytes()]));
    let words = ["退款什么时候到账", "今天下午三点开会", "好的谢谢", "发票已经寄出了", "产品说明书发您了"];
    for chunk in 0..20_u64 {
        let documents = (chunk * 50_000..(chunk + 1) * 50_000).map(|entry| {
            let text = words[usize::try_from(entry.wrapping_mul(2_654_435_761) >> 7).expect("small") % words.len()];
            let at = i64::try_from(entry).expect("small") * 1_000;
            Document {
                conversation: Some(id(entry.wrapping_mul(7_919) % 200_000)),
                at: Timestamp(at),
                ..document(entry % 3, at, text)
            }
        });
        let documents =
            documents.zip(chunk * 50_000..).map(|(one, entry)| Document { entry: EntryIndex(entry), ..one });
        index.add(documents.collect()).expect("add");
        index.commit((chunk + 1) * 50_000).expect("commit");
    }
    let base =
        (0..100_000).map(|number| (id(number * 2), visible((number % 100 == 0).then_some(500_000_000)))).collect();
    let scope = Scope::Conversations(Arc::new(VisibleConversations::new(1, base, HashSet::new())));
    for text in ["退款", "好", "今天下午", "*", "没有这个"] {
        let query = parse(text, 0).expect("a query");
        let median = |scope: &Scope| {
            let request = Request { scope, limit: 20, ..request(&query) };
            let mut times: Vec<u128> = (0..11)
                .map(|_| {
                    let begun = std::time::Instant::now();
                    index.search(&request, &NoNames).expect("search");
                    begun.elapsed().as_micros()
                })
                .collect();
            let first = times[0];
            times.sort_unstable();
            (first, times[5].max(1))
        };
        let (whole, scoped) = (median(&Scope::Everything), median(&scope));
        println!(
            "{text}: everything {} us, scope {} us (first {} us), {}.{:02} times",
            whole.1,
            scoped.1,
            scoped.0,
            scoped.1 / whole.1,
            scoped.1 * 100 / whole.1 % 100
        );
    }
}
