//! How fast and how large: not part of the ordinary run. `XINJU_BENCH_DATA=messages.ndjson.zst cargo test --release -p xinju-store measure -- --ignored --nocapture`

#![allow(clippy::cast_precision_loss, reason = "figures for people")]

use std::io::{BufRead, BufReader};
use std::time::Instant;

use xinju_model::id::EntryIndex;

use super::tests::{World, permit, record_of, wait_sealed};
use super::*;
use crate::write::{Accepted, NewRecord};

const BATCH: usize = 4096;

/// So many messages of the file; when it ends it begins again with other ids.
fn messages(count: usize) -> Vec<String> {
    let path = std::env::var("XINJU_BENCH_DATA").expect("XINJU_BENCH_DATA names a file of messages");
    let mut all = Vec::with_capacity(count);
    for round in 0.. {
        let file = std::fs::File::open(&path).expect("opens");
        let lines = BufReader::new(zstd::Decoder::new(file).expect("zstd")).lines();
        for line in lines {
            if all.len() >= count {
                return all;
            }
            let line = line.expect("a line");
            all.push(if round == 0 {
                line
            } else {
                line.replacen("\"msgid\":\"", &format!("\"msgid\":\"{round}x"), 1)
            });
        }
    }
    all
}

fn rate(what: &str, count: usize, since: Instant) {
    let seconds = since.elapsed().as_secs_f64();
    println!("{what}: {:.0} a second, {:.2} us each", count as f64 / seconds, seconds * 1e6 / count as f64);
}

/// Processor time of each thread of the store so far, which a busy machine does not change.
fn cpu(count: usize) {
    for task in std::fs::read_dir("/proc/self/task").expect("threads") {
        let stat = std::fs::read_to_string(task.expect("a thread").path().join("stat")).expect("reads");
        let (name, numbers) = stat.split_once('(').and_then(|(_, rest)| rest.rsplit_once(')')).expect("a name");
        let ticks: f64 = numbers.split_whitespace().skip(11).take(2).map(|n| n.parse::<f64>().expect("ticks")).sum();
        println!("processor time of {name}: {:.2} us a message", ticks * 1e4 / count as f64);
    }
}

fn prepare(lines: &[String]) -> Vec<Vec<NewRecord>> {
    let records = (0..).zip(lines).map(|(number, line)| record_of(line, number));
    let mut batches = Vec::new();
    let mut batch = Vec::new();
    for record in records {
        batch.push(record);
        if batch.len() == BATCH {
            batches.push(std::mem::take(&mut batch));
        }
    }
    batches.push(batch);
    batches
}

fn append_all(store: &Store, batches: Vec<Vec<NewRecord>>) -> (usize, usize) {
    let (mut added, mut known) = (0, 0);
    for batch in batches {
        let accepted = store.write(&permit(), move |tx| tx.append_records(&batch)).expect("writes");
        added += accepted.iter().filter(|one| matches!(one, Accepted::Added(_))).count();
        known += accepted.iter().filter(|one| matches!(one, Accepted::Known(_))).count();
    }
    (added, known)
}

#[test]
#[ignore = "measures; takes minutes and needs data"]
fn measure() {
    let count = std::env::var("XINJU_BENCH_COUNT").map_or(200_000, |count| count.parse().expect("a number"));
    let lines = messages(count);
    println!("{count} messages, {} bytes each", lines.iter().map(String::len).sum::<usize>() / count);
    let world = World::new(65_536);
    let store = world.open();
    let start = Instant::now();
    let batches = prepare(&lines);
    rate("prepared (one thread, outside the commit)", count, start);
    let start = Instant::now();
    assert_eq!(append_all(&store, batches), (count, 0));
    rate("appended, durable, sealing beside it", count, start);
    wait_sealed(&store, count / 65_536);
    rate("the same and all sealed", count, start);
    cpu(count);
    let sizes = store.sizes().expect("sizes");
    println!("{sizes:?}");
    let sealed = sizes.sealed_entries as f64;
    for (part, bytes) in
        [("blocks", sizes.blocks), ("ledger", sizes.ledger), ("dedupe", sizes.dedupe), ("frames", sizes.frames)]
    {
        println!("{part}: {:.1} bytes a sealed entry", bytes as f64 / sealed);
    }
    let batches = prepare(&lines);
    let start = Instant::now();
    assert_eq!(append_all(&store, batches), (0, count));
    rate("known again", count, start);
    cpu(count);
    read(&store, count);
    drop(store);
    let start = Instant::now();
    let store = world.open();
    rate("opened", 1, start);
    println!("database after opening: {}", store.sizes().expect("sizes").database);
    for number in 0..20 {
        store.write(&permit(), move |tx| tx.put_cursor("c", number)).expect("writes");
    }
    println!("database after small writes: {}", store.sizes().expect("sizes").database);
    let start = Instant::now();
    let report = crate::verify::tests::verified(&store);
    assert_eq!(report.problems, Vec::<String>::new());
    rate("verified", count, start);
}

fn read(store: &Store, count: usize) {
    let tx = store.read().expect("reads");
    let places = |step: usize| (0..1000_usize).map(move |number| EntryIndex((number * step % count) as u64));
    let start = Instant::now();
    for index in places(7_368_787) {
        tx.entry(index).expect("reads").expect("there");
    }
    rate("read at random", 1000, start);
    let start = Instant::now();
    for index in places(7_368_787) {
        tx.inclusion(index, tx.size()).expect("a proof");
    }
    rate("proved at random", 1000, start);
    let start = Instant::now();
    tx.entries(0..tx.size(), &mut |_, _| true).expect("reads");
    rate("read in order", count, start);
    let start = Instant::now();
    for _ in 0..1000 {
        store.read().expect("a snapshot");
    }
    rate("snapshots", 1000, start);
}
