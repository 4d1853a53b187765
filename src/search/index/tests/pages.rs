//! Orders, pages, cursors, offsets and days against a plain model.

use super::*;

/// Messages as (time, entry), in the order of entries, of which every one matches.
fn filled(times: &[i64], commits: usize) -> (TempDir, Index) {
    let folder = TempDir::new().expect("folder");
    let index = open_in(&folder);
    let documents: Vec<Document> = times.iter().zip(0..).map(|(time, entry)| document(entry, *time, "酒店")).collect();
    for documents in documents.chunks(documents.len().div_ceil(commits).max(1)) {
        index.add(documents.to_vec()).expect("add");
        index.commit(0).expect("commit");
    }
    (folder, index)
}

fn expected(times: &[i64], order: Order) -> Vec<u64> {
    let mut places: Vec<(i64, u64)> = times.iter().copied().zip(0..).collect();
    places.sort_unstable();
    if order != Order::Oldest {
        places.reverse();
    }
    places.into_iter().map(|(_, entry)| entry).collect()
}

/// All pages one after the other.
fn paged(index: &Index, query: &Query, order: Order, limit: usize, count: bool, total: u64) -> Vec<u64> {
    let mut all = Vec::new();
    let mut after = None;
    loop {
        let asked = Request { order, limit, count, after: after.as_deref(), ..request(query) };
        let hits = index.search(&asked, &NoNames).expect("search");
        assert!(hits.total.is_none_or(|found| found == total));
        assert!(hits.hits.len() <= limit);
        all.extend(entries(&hits));
        if !hits.more {
            return all;
        }
        after = hits.hits.last().map(|hit| hit.cursor.clone());
        assert!(after.is_some());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 16, max_shrink_iters: 60, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn pages_follow_each_other_in_order(
        times in proptest::collection::vec(prop_oneof![-3_i64..6, Just(i64::MIN), Just(i64::MAX)], 1..40),
        commits in 1_usize..4,
        limit in 1_usize..9,
        offset in 0_usize..45,
    ) {
        let (_folder, index) = filled(&times, commits);
        let total = times.len() as u64;
        for query in ["酒店", "*", "店", "酒店 OR 没有"] {
            let query = parse(query, 0).expect("query");
            for order in [Order::Newest, Order::Oldest, Order::Relevance] {
                let expected = expected(&times, order);
                for count in [false, true] {
                    let found = paged(&index, &query, order, limit, count, total);
                    // Equally good hits stand newest first.
                    prop_assert_eq!(&found, &expected, "{:?} {:?}", order, query);
                }
                let asked = Request { order, limit, offset: offset as u64, ..request(&query) };
                let jumped = index.search(&asked, &NoNames).expect("search");
                let page: Vec<u64> = expected.iter().skip(offset).take(limit).copied().collect();
                prop_assert_eq!(entries(&jumped), page);
                prop_assert_eq!(jumped.more, offset + limit < times.len());
            }
        }
    }

    #[test]
    fn times_narrow_what_is_found(
        times in proptest::collection::vec(-20_i64..20, 1..40),
        from in -25_i64..25,
        until in -25_i64..25,
    ) {
        let (_folder, index) = filled(&times, 2);
        let (after, before) = (Query::Filter(Filter::After(Timestamp(from))), Query::Filter(Filter::Before(Timestamp(until))));
        let found = |query: &Query| entries(&index.search(&request(query), &NoNames).expect("search"));
        let kept = |keep: &dyn Fn(i64) -> bool| -> Vec<u64> {
            let order = expected(&times, Order::Newest);
            order.into_iter().filter(|entry| keep(times[usize::try_from(*entry).expect("small")])).collect()
        };
        prop_assert_eq!(found(&Query::And(vec![after.clone(), before.clone()])), kept(&|time| time >= from && time < until));
        prop_assert_eq!(found(&Query::Or(vec![after.clone(), before.clone()])), kept(&|time| time >= from || time < until));
        prop_assert_eq!(found(&Query::Not(Box::new(after.clone()))), kept(&|time| time < from));
        let both = Query::And(vec![after, before]);
        prop_assert_eq!(found(&Query::Or(vec![Query::Not(Box::new(both))])), kept(&|time| time < from || time >= until));
    }

    #[test]
    fn days_are_counted_in_their_zone(
        hours in proptest::collection::vec(-60_i64..60, 0..40),
        zone_hours in -12_i32..13,
        from in -60_i64..60,
        until in -60_i64..60,
    ) {
        const HOUR: i64 = 3_600_000;
        let (_folder, index) = filled(&hours.iter().map(|hour| hour * HOUR).collect::<Vec<_>>(), 3);
        let mut days = std::collections::BTreeMap::new();
        for hour in hours.iter().filter(|hour| **hour >= from && **hour < until) {
            let zone = i64::from(zone_hours);
            *days.entry(((hour + zone).div_euclid(24) * 24 - zone) * HOUR).or_insert(0_u64) += 1;
        }
        let found = index
            .per_day(&Scope::Everything, Timestamp(from * HOUR), Timestamp(until * HOUR), zone_hours * 60)
            .expect("days");
        prop_assert_eq!(found, days.into_iter().map(|(day, count)| (Timestamp(day), count)).collect::<Vec<_>>());
    }
}

#[test]
fn what_arrives_meanwhile_changes_neither_pages_nor_totals() {
    let (_folder, index) = filled(&[1, 2, 3, 4, 5], 2);
    let query = parse("酒店", 0).expect("query");
    for order in [Order::Newest, Order::Oldest, Order::Relevance] {
        let asked = Request { order, limit: 2, ..request(&query) };
        let first = index.search(&asked, &NoNames).expect("first page");
        let size = index.search(&request(&query), &NoNames).expect("all").total.expect("counted");
        index.add(vec![document(size, 3, "酒店酒店")]).expect("add");
        index.commit(0).expect("commit");
        let asked = Request { after: Some(&first.hits[1].cursor), limit: 100, ..asked };
        let rest = index.search(&asked, &NoNames).expect("second page");
        assert_eq!((first.total, rest.total), (Some(size), Some(size)), "{order:?}");
        let mut all = [entries(&first), entries(&rest)].concat();
        all.sort_unstable();
        assert_eq!(all, (0..size).collect::<Vec<_>>(), "{order:?}");
    }
}

#[test]
fn ranks_go_on_after_the_snapshot_is_gone() {
    let (folder, index) = filled(&[1, 2, 3, 4, 5], 1);
    let query = parse("酒店", 0).expect("query");
    let asked = Request { order: Order::Relevance, limit: 2, ..request(&query) };
    let first = index.search(&asked, &NoNames).expect("first page");
    drop(index);
    let index = open_in(&folder);
    let rest =
        index.search(&Request { after: Some(&first.hits[1].cursor), limit: 9, ..asked }, &NoNames).expect("rest");
    assert_eq!([entries(&first), entries(&rest)].concat(), [4, 3, 2, 1, 0]);
}

#[test]
fn a_cursor_of_another_search_is_refused() {
    let (_folder, index) = filled(&[1, 2, 3], 1);
    let (one, other) = (parse("酒店", 0).expect("query"), parse("酒", 0).expect("query"));
    let cursor = index.search(&request(&one), &NoNames).expect("search").hits.remove(0).cursor;
    for (query, order) in [(&other, Order::Newest), (&one, Order::Oldest), (&one, Order::Relevance)] {
        let asked = Request { order, after: Some(&cursor), ..request(query) };
        assert!(matches!(index.search(&asked, &NoNames), Err(SearchError::Cursor)));
    }
}

#[test]
fn a_request_for_nothing_only_counts() {
    let (_folder, index) = filled(&[1, 2, 3], 1);
    let query = parse("酒店", 0).expect("query");
    for order in [Order::Newest, Order::Oldest, Order::Relevance] {
        let hits = index.search(&Request { order, limit: 0, ..request(&query) }, &NoNames).expect("search");
        assert_eq!((hits.hits.len(), hits.total, hits.more), (0, Some(3), false));
    }
}
