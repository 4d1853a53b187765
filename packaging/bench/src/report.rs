//! The figures as Markdown, ready for the README.

use std::fmt::Write;
use std::time::Duration;

use crate::baselines::Baseline;
use crate::corpus::Corpus;
use crate::product::Product;

const MIB: f64 = 1024.0 * 1024.0;

/// The tables of one size.
pub(crate) fn tables(corpus: &Corpus, product: &Product, baselines: &[Baseline]) -> String {
    let mut out = String::new();
    let size = corpus.bytes as f64 / corpus.messages as f64;
    let _ = writeln!(out, "### {} messages of {size:.0} B\n", grouped(corpus.messages));
    ingest(&mut out, corpus, product, baselines);
    bytes(&mut out, corpus, product);
    queries(&mut out, product);
    out
}

fn ingest(out: &mut String, corpus: &Corpus, product: &Product, baselines: &[Baseline]) {
    let _ = writeln!(out, "| taking in | seconds | messages/s | Xinju is | bytes a message |\n|---|---|---|---|---|");
    let own = rate(corpus.messages, product.took);
    let _ = writeln!(
        out,
        "| **Xinju: durable, in the ledger, encrypted, found by a search** | {:.1} | {} | | {:.0} |",
        product.took.as_secs_f64(),
        grouped(own as u64),
        product.bytes as f64 / corpus.messages as f64,
    );
    for baseline in baselines {
        let theirs = rate(corpus.messages, baseline.took);
        let _ = writeln!(
            out,
            "| {} | {:.1} | {} | {:.2} x | {:.0} |",
            baseline.name,
            baseline.took.as_secs_f64(),
            grouped(theirs as u64),
            own / theirs,
            baseline.bytes as f64 / corpus.messages as f64,
        );
    }
    let _ = writeln!(
        out,
        "\nOf Xinju's time {:.1} s are the import, the rest the start of the search. The same file again: {:.1} s, 0 added. `verify`: {:.1} s. Peak memory of the import: {:.0} MiB.\n",
        product.import_took.as_secs_f64(),
        product.again_took.as_secs_f64(),
        product.verify_took.as_secs_f64(),
        product.peak_memory as f64 / MIB,
    );
}

fn bytes(out: &mut String, corpus: &Corpus, product: &Product) {
    let _ = writeln!(out, "| part of the data folder | MiB | bytes a message |\n|---|---|---|");
    let parts = product.parts.iter().map(|(name, bytes)| (name.as_str(), *bytes));
    for (name, bytes) in parts.chain([("**all**", product.bytes)]) {
        let each = bytes as f64 / corpus.messages as f64;
        let _ = writeln!(out, "| {name} | {:.1} | {each:.1} |", bytes as f64 / MIB);
    }
    out.push('\n');
}

fn queries(out: &mut String, product: &Product) {
    let _ = writeln!(
        out,
        "| newest 20 and the exact count | query | hits | search ms, median / p99 | answer ms, median / p99 |\n|---|---|---|---|---|"
    );
    for query in &product.queries.queries {
        let _ = writeln!(
            out,
            "| {} | `{}` | {} | {} / {} | {} / {} |",
            query.name,
            query.text,
            grouped(query.total),
            at(&query.searched, 50),
            at(&query.searched, 99),
            at(&query.answered, 50),
            at(&query.answered, 99),
        );
    }
    let (before, after) = product.queries.memory;
    let _ = writeln!(
        out,
        "\nThe server took connections {:.2} s after its start; its peak memory was {:.0} MiB before the first search and {:.0} MiB after the last.\n",
        product.queries.start_took.as_secs_f64(),
        before as f64 / MIB,
        after as f64 / MIB,
    );
}

fn rate(messages: u64, took: Duration) -> f64 {
    messages as f64 / took.as_secs_f64()
}

/// A percentile of sorted times, in milliseconds.
fn at(times: &[Duration], percent: usize) -> String {
    let place = (times.len() * percent / 100).min(times.len().saturating_sub(1));
    times.get(place).map(|time| format!("{:.1}", time.as_secs_f64() * 1_000.0)).unwrap_or_default()
}

/// 1234567 as `1 234 567`.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let groups: Vec<&str> =
        digits.as_bytes().rchunks(3).rev().map(|group| std::str::from_utf8(group).unwrap_or_default()).collect();
    groups.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_written_for_people() {
        assert_eq!(grouped(1_234_567), "1 234 567");
        assert_eq!(grouped(12), "12");
        let times: Vec<Duration> = (1..=200).map(Duration::from_millis).collect();
        assert_eq!((at(&times, 50).as_str(), at(&times, 99).as_str()), ("101.0", "199.0"));
        assert_eq!(at(&[], 99), "");
    }
}
