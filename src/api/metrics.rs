//! `/metrics`: numbers in the text format of Prometheus, for the machine itself and the addresses the operator names.

use std::fmt::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use poem::http::StatusCode;
use poem::web::Data;
use poem::{Request, Response, handler};
use xinju_service::metrics::Metrics;

use crate::address;
use crate::session::blocking;
use crate::state::App;

/// Upper bounds of the histogram of answer times, in milliseconds.
const BUCKETS_MS: [u64; 8] = [5, 10, 25, 50, 100, 250, 1_000, 5_000];
/// Parts of the site that are told apart.
const PARTS: [&str; 4] = ["graphql", "api", "assets", "other"];
/// Classes of status codes, from 1xx to 5xx.
const CLASSES: usize = 5;

/// Counters of the doors.
#[derive(Default)]
pub(crate) struct Counters {
    answers: [[AtomicU64; CLASSES]; PARTS.len()],
    buckets: [AtomicU64; BUCKETS_MS.len()],
    count: AtomicU64,
    micros: AtomicU64,
    /// Sockets open now.
    pub(crate) sockets: AtomicU64,
}

impl Counters {
    /// Counts an answer.
    pub(crate) fn answered(&self, path: &str, status: u16, elapsed: Duration) {
        let part = match path.split('/').nth(1) {
            Some("graphql") => 0,
            Some("api") => 1,
            Some("assets") => 2,
            _ => 3,
        };
        let class = usize::from(status / 100).saturating_sub(1);
        if let Some(counter) = self.answers.get(part).and_then(|classes| classes.get(class)) {
            counter.fetch_add(1, Ordering::Relaxed);
        }
        let millis = u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX);
        if let Some(bucket) = BUCKETS_MS.iter().position(|bound| millis < *bound).and_then(|at| self.buckets.get(at)) {
            bucket.fetch_add(1, Ordering::Relaxed);
        }
        self.count.fetch_add(1, Ordering::Relaxed);
        self.micros.fetch_add(u64::try_from(elapsed.as_micros()).unwrap_or(u64::MAX), Ordering::Relaxed);
    }
}

/// The numbers, for those who may have them. A request through a proxy is not the machine's own.
#[handler]
pub(crate) async fn metrics(request: &Request, app: Data<&Arc<App>>) -> Response {
    let peer = address::peer(request);
    let own = peer.is_some_and(|peer| peer.is_loopback()) && !address::forwarded(request);
    if !own && !peer.is_some_and(|peer| app.config.metrics_from.contains(&peer)) {
        return StatusCode::NOT_FOUND.into();
    }
    let service = app.service.clone();
    match blocking(move || Ok(service.metrics())).await {
        Ok(numbers) => Response::builder()
            .content_type("text/plain; version=0.0.4; charset=utf-8")
            .body(text(&numbers, &app.counters)),
        Err(_) => StatusCode::SERVICE_UNAVAILABLE.into(),
    }
}

fn text(numbers: &Metrics, counters: &Counters) -> String {
    let mut out = String::new();
    for (name, help, value) in counted(numbers) {
        family(&mut out, name, help, "counter", value);
    }
    for (name, help, value) in measured(numbers) {
        family(&mut out, name, help, "gauge", value);
    }
    let sockets = counters.sockets.load(Ordering::Relaxed);
    family(&mut out, "xinju_websockets", "WebSockets open now.", "gauge", sockets);
    http(&mut out, counters);
    out
}

fn family(out: &mut String, name: &str, help: &str, kind: &str, value: u64) {
    // Writing to a string cannot fail.
    let _ = writeln!(out, "# HELP {name} {help}\n# TYPE {name} {kind}\n{name} {value}");
}

fn counted(numbers: &Metrics) -> [(&'static str, &'static str, u64); 9] {
    [
        ("xinju_records_added_total", "Records added.", numbers.records_added),
        ("xinju_records_known_total", "Records that were in the archive already.", numbers.records_known),
        ("xinju_lines_rejected_total", "Lines refused by imports.", numbers.lines_rejected),
        ("xinju_searches_total", "Searches answered.", numbers.searches),
        ("xinju_search_microseconds_total", "Time that searches took.", numbers.search_micros),
        ("xinju_sign_in_failures_total", "Sign-ins that failed.", numbers.sign_in_failures),
        ("xinju_denied_total", "Use cases that were denied.", numbers.denied),
        ("xinju_checkpoints_total", "Checkpoints signed.", numbers.checkpoints),
        ("xinju_job_failures_total", "Faults of background jobs.", numbers.job_failures),
    ]
}

fn measured(numbers: &Metrics) -> [(&'static str, &'static str, u64); 6] {
    [
        ("xinju_ledger_entries", "Entries of the ledger.", numbers.ledger_size),
        ("xinju_index_lag_entries", "Entries that are durable but not yet searchable.", numbers.index_lag),
        ("xinju_record_bytes", "Bytes of segment files.", numbers.record_bytes),
        ("xinju_database_bytes", "Bytes of the database.", numbers.database_bytes),
        ("xinju_index_bytes", "Bytes of the index.", numbers.index_bytes),
        ("xinju_free_bytes", "Free bytes on the data folder's file system.", numbers.free_bytes),
    ]
}

fn http(out: &mut String, counters: &Counters) {
    let name = "xinju_http_answers_total";
    let _ = writeln!(out, "# HELP {name} Requests answered.\n# TYPE {name} counter");
    for (part, classes) in PARTS.iter().zip(&counters.answers) {
        for (class, counter) in (1..).zip(classes) {
            let value = counter.load(Ordering::Relaxed);
            let _ = writeln!(out, "{name}{{part=\"{part}\",status=\"{class}xx\"}} {value}");
        }
    }
    let name = "xinju_http_answer_milliseconds";
    let _ = writeln!(out, "# HELP {name} Time until the head of an answer.\n# TYPE {name} histogram");
    let mut sum = 0;
    for (bound, bucket) in BUCKETS_MS.iter().zip(&counters.buckets) {
        sum += bucket.load(Ordering::Relaxed);
        let _ = writeln!(out, "{name}_bucket{{le=\"{bound}\"}} {sum}");
    }
    let count = counters.count.load(Ordering::Relaxed);
    let millis = counters.micros.load(Ordering::Relaxed) / 1_000;
    let _ = writeln!(out, "{name}_bucket{{le=\"+Inf\"}} {count}\n{name}_sum {millis}\n{name}_count {count}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_counted_by_part_and_class() {
        let counters = Counters::default();
        counters.answered("/graphql", 200, Duration::from_millis(7));
        counters.answered("/assets/x.js", 404, Duration::from_secs(9));
        let text = text(&Metrics { searches: 3, ..Metrics::default() }, &counters);
        assert!(text.contains("xinju_http_answers_total{part=\"graphql\",status=\"2xx\"} 1\n"), "{text}");
        assert!(text.contains("xinju_http_answers_total{part=\"assets\",status=\"4xx\"} 1\n"));
        assert!(text.contains("xinju_http_answer_milliseconds_bucket{le=\"10\"} 1\n"));
        assert!(text.contains("xinju_http_answer_milliseconds_bucket{le=\"+Inf\"} 2\n"));
        assert!(text.contains("\nxinju_searches_total 3\n"));
    }
}
