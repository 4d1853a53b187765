//! The whole archive against its ledger, from the stored bytes.

use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

use crossbeam_channel::{RecvTimeoutError, Sender, unbounded};
use redb::ReadableTable;
use xinju_model::checkpoint::{Checkpoint, NoteKey};
use xinju_model::ledger::{Hash, Range};

use crate::error::StoreError;
use crate::read::{Page, ReadTx};
use crate::segments::{self, SegmentRow};
use crate::span::{self, Span, Watch};
use crate::store::Store;
use crate::tables::{SEGMENTS, for_every_table};

/// Problems that a report lists at most.
const PROBLEMS_MAX: usize = 100;
/// Threads that check segments at most.
const THREADS_MAX: usize = 8;
/// How often progress is told while segments are checked.
const PROGRESS: Duration = Duration::from_millis(200);

/// Where a check stands, for progress.
#[derive(Clone, Copy, Debug, Default)]
pub struct VerifyProgress {
    /// Entries checked.
    pub entries: u64,
    /// Entries in all.
    pub total: u64,
}

/// What a check found.
#[derive(Clone, Debug, Default)]
pub struct VerifyReport {
    /// Entries.
    pub size: u64,
    /// Records among them.
    pub records: u64,
    /// Checkpoints whose signature and root were checked.
    pub checkpoints: u64,
    /// The root that was computed.
    pub root: Hash,
    /// What is wrong, in the order of the ledger, each naming entry, segment, file or checkpoint; at most 100.
    pub problems: Vec<String>,
}

impl VerifyReport {
    fn problem(&mut self, what: &(impl ToString + ?Sized)) {
        if self.problems.len() < PROBLEMS_MAX {
            self.problems.push(what.to_string());
        }
    }
}

impl Store {
    /// Computes everything again from stored bytes: opens every page, block, segment and media file, recomputes every leaf, tile, root and checkpoint signature. `progress` may stop it by returning false.
    pub fn verify(
        &self,
        key: &NoteKey,
        progress: &mut dyn FnMut(VerifyProgress) -> bool,
    ) -> Result<VerifyReport, StoreError> {
        let tx = self.read()?;
        let mut report = VerifyReport { size: tx.size(), ..VerifyReport::default() };
        if let Err(error) = self.shared.keys.check() {
            report.problem(&error);
        }
        if let Err(error) = read_every_row(&tx) {
            report.problem(&error);
        }
        let checkpoints = match tx.checkpoints(&Page { after: None, limit: usize::MAX }) {
            Ok(checkpoints) => checkpoints,
            Err(error) => {
                report.problem(&error);
                Vec::new()
            }
        };
        let notes: Vec<(u64, String)> = checkpoints.into_iter().map(|(size, _, note)| (size, note)).collect();
        let spans = self.check_spans(&tx, &notes, &mut report, progress)?;
        join(&spans, &notes, key, tx.size(), &mut report);
        let told = VerifyProgress { entries: tx.size(), total: tx.size() };
        self.shared.media.check(&mut || progress(told), &mut |problem| report.problem(&problem))?;
        match tx.root(tx.size()) {
            Ok(root) if root == report.root => {}
            Ok(_) => report.problem("the ledger's root is not that of its entries"),
            Err(error) => report.problem(&error),
        }
        if report.records != tx.totals.records && report.problems.is_empty() {
            report.problem("the number of records is not that of the entries");
        }
        Ok(report)
    }

    /// Checks all segments on several threads, then the tail. Returns what each says, in the order of the ledger.
    fn check_spans(
        &self,
        tx: &ReadTx,
        notes: &[(u64, String)],
        report: &mut VerifyReport,
        progress: &mut dyn FnMut(VerifyProgress) -> bool,
    ) -> Result<Vec<Span>, StoreError> {
        let sizes: Vec<u64> = notes.iter().map(|(size, _)| *size).collect();
        let rows = match tx.tx.open_table(SEGMENTS).map_err(StoreError::from).and_then(|table| segments::rows(&table)) {
            Ok(rows) => rows,
            Err(error) => {
                report.problem(&error);
                return Ok(Vec::new());
            }
        };
        let watch = Watch { entries: AtomicU64::new(0), stop: AtomicBool::new(false) };
        let told = |watch: &Watch| VerifyProgress { entries: watch.entries.load(Ordering::Relaxed), total: tx.size() };
        let mut spans = self.check_segments(tx, &rows, &sizes, &watch, &mut |watch| progress(told(watch)));
        if !watch.is_stopped() {
            spans.extend(span::check_tail(tx, rows.len() as u64, &sizes, &watch));
        }
        if watch.is_stopped() || !progress(told(&watch)) {
            return Err(StoreError::Refused("the check was stopped before its end".to_owned()));
        }
        Ok(spans)
    }

    fn check_segments(
        &self,
        tx: &ReadTx,
        rows: &[SegmentRow],
        sizes: &[u64],
        watch: &Watch,
        progress: &mut dyn FnMut(&Watch) -> bool,
    ) -> Vec<Span> {
        let threads = std::thread::available_parallelism().map_or(2, usize::from).clamp(2, THREADS_MAX);
        let next = AtomicUsize::new(0);
        let (sender, done) = unbounded();
        let mut spans: Vec<(usize, Span)> = Vec::with_capacity(rows.len());
        let work = |sender: &Sender<(usize, Span)>| {
            while !watch.is_stopped() {
                let number = next.fetch_add(1, Ordering::Relaxed);
                let (Some(row), Some(segment)) = (rows.get(number), tx.segments.get(number)) else { return };
                let span = span::check_segment(&self.shared, segment, row, sizes, watch);
                if sender.send((number, span)).is_err() {
                    return;
                }
            }
        };
        let work = &work;
        std::thread::scope(|scope| {
            for _ in 0..threads.min(rows.len()) {
                let sender = sender.clone();
                scope.spawn(move || work(&sender));
            }
            drop(sender);
            loop {
                match done.recv_timeout(PROGRESS) {
                    Ok(span) => spans.push(span),
                    Err(RecvTimeoutError::Disconnected) => break,
                    Err(RecvTimeoutError::Timeout) if progress(watch) => {}
                    Err(RecvTimeoutError::Timeout) => watch.stop.store(true, Ordering::Relaxed),
                }
            }
        });
        spans.sort_unstable_by_key(|(number, _)| *number);
        spans.into_iter().map(|(_, span)| span).collect()
    }
}

/// Reads every row of every table, so that every page in use is opened.
fn read_every_row(tx: &ReadTx) -> Result<(), StoreError> {
    macro_rules! read {
        ($table:ident) => {
            for row in tx.tx.open_table(crate::tables::$table)?.iter()? {
                row?;
            }
        };
    }
    for_every_table!(read);
    Ok(())
}

/// Joins the spans to one tree and holds every checkpoint against it.
fn join(spans: &[Span], notes: &[(u64, String)], key: &NoteKey, size: u64, report: &mut VerifyReport) {
    let mut range = Range::default();
    let mut notes = notes.iter().peekable();
    for span in spans {
        for problem in &span.problems {
            report.problem(problem);
        }
        report.records += span.records;
        for (size, nodes) in &span.roots_at {
            let mut at = range.clone();
            for (level, node) in nodes {
                at.push_subtree(*level, *node);
            }
            while let Some((_, note)) = notes.next_if(|(noted, _)| noted <= size) {
                check_note(note, *size, &at.root(), key, report);
            }
        }
        for (level, node) in &span.nodes {
            range.push_subtree(*level, *node);
        }
    }
    report.root = range.root();
    if range.size() != size {
        report.problem(&format!("{} entries were read of {size}", range.size()));
    }
    for (size, _) in notes {
        report.problem(&format!("the checkpoint of {size} entries is beyond the ledger or can't be checked"));
    }
}

fn check_note(note: &str, size: u64, root: &Hash, key: &NoteKey, report: &mut VerifyReport) {
    let verify =
        |public: &[u8; 32], message: &[u8], signature: &[u8]| xinju_keys::signer::verify(public, message, signature);
    match Checkpoint::open(note, key, verify) {
        Ok(checkpoint) if checkpoint.size != size || checkpoint.origin != key.name => {
            report.problem(&format!("the checkpoint of {size} entries is another's"));
        }
        Ok(checkpoint) if checkpoint.root != *root => {
            report.problem(&format!("the checkpoint of {size} entries has another root than they"));
        }
        Ok(_) => report.checkpoints += 1,
        Err(error) => report.problem(&format!("the checkpoint of {size} entries: {error}")),
    }
}

#[cfg(test)]
#[path = "verify_tests.rs"]
pub(crate) mod tests;
