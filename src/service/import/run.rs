//! One import, from its first line to its end: reading, preparing and committing overlap.

use std::io::Read;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, bounded};
use xinju_model::access::Permit;
use xinju_model::import::{Import, ImportState, Reject, RejectReason};
use xinju_model::limits::{IMPORT_REJECT_ROWS_MAX, RECORD_BYTES_MAX};
use xinju_model::record::Source;
use xinju_store::write::NewRecord;

use crate::error::ServiceError;
use crate::import::archive::{self, Archive, Given};
use crate::import::directory;
use crate::import::files::{Files, INDEX_STILL_MAX};
use crate::import::rejects::RejectsFile;
use crate::intake::{Incoming, count};
use crate::lines::{Directory, ImportLine, LineSource, RefusedLine};
use crate::service::Core;

/// Lines of one batch: one write.
const BATCH_LINES: usize = 8_192;
/// Batches that wait between two stages.
const WAITING: usize = 2;
/// How often a stage that waits looks whether it should end.
const LOOK_EVERY: Duration = Duration::from_millis(200);
/// Characters of a refused line that its row shows.
const EXCERPT_CHARS: usize = 200;
/// Bytes of a refused line that are enough for those characters.
const EXCERPT_BYTES: usize = EXCERPT_CHARS * 4;

/// How an import can end.
enum End {
    Done,
    Failed(String),
    Interrupted,
}

/// Lines as they were read.
struct Batch {
    lines: Vec<ImportLine>,
    /// Bytes of the file read so far.
    bytes: u64,
}

/// Lines as they can be committed.
struct Prepared {
    records: Vec<NewRecord>,
    refused: Vec<(u64, RefusedLine)>,
    /// The last line's number.
    last: u64,
    read: u64,
    bytes: u64,
}

/// The name of a state in events.
pub(super) fn state_name(state: ImportState) -> &'static str {
    match state {
        ImportState::Running => "running",
        ImportState::Done => "done",
        ImportState::Failed => "failed",
        ImportState::Interrupted => "interrupted",
    }
}

/// Runs an import to its end and writes down how it ended.
pub(super) fn run(
    core: &Arc<Core>,
    permit: &Permit,
    import: Import,
    source: &Arc<Source>,
    directory: Option<Directory>,
    file: Box<dyn Read + Send>,
) {
    let mut import = import;
    // A fault of ours in one import must not leave the seat taken for ever.
    let end = catch_unwind(AssertUnwindSafe(|| {
        all(core, permit, &mut import, source, directory, file).unwrap_or_else(|error| {
            tracing::error!(%error, "an import failed");
            End::Failed(error.sentence())
        })
    }));
    let (state, failure) = match end {
        Ok(End::Done) => (ImportState::Done, None),
        Ok(End::Failed(why)) => (ImportState::Failed, Some(why)),
        Ok(End::Interrupted) => (ImportState::Interrupted, None),
        Err(_) => (ImportState::Failed, Some("Something went wrong inside; the server's log says what.".to_owned())),
    };
    match core.end_import(permit, import.clone(), state, failure) {
        Ok(ended) => import = ended,
        Err(error) => {
            tracing::error!(%error, "the end of an import could not be written; the next start marks it as interrupted");
        }
    }
    core.imports.end(&import);
}

fn all(
    core: &Arc<Core>,
    permit: &Permit,
    import: &mut Import,
    source: &Arc<Source>,
    directory: Option<Directory>,
    file: Box<dyn Read + Send>,
) -> Result<End, ServiceError> {
    if let Some(directory) = directory {
        directory::put(core, permit, import.id, directory)?;
    }
    let (file, archive) = match archive::look(core, file)? {
        Given::Lines(file) => (file, None),
        Given::Archive(archive) => (archive.lines()?, Some(archive)),
    };
    let lines = match core.files.messages(file) {
        Ok(lines) => lines,
        Err(error) => return Ok(End::Failed(format!("the file cannot be read: {error}"))),
    };
    let (batches, read) = bounded(WAITING);
    let (prepared, ready) = bounded(WAITING);
    // Not joined: it may wait for bytes of a pipe that never come, and holds nothing but its end of that pipe.
    std::thread::Builder::new()
        .name("import-read".into())
        .spawn(move || read_all(lines, &batches))
        .map_err(|source| ServiceError::Io { what: "starting a thread", source })?;
    let ended = &AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(move || prepare_all(core, source, &read, &prepared, ended));
        let end = commit_all(core, permit, import, &ready, archive.as_ref());
        // Now the stage before this one ends, which the scope waits for, whether it waits to hand over or for lines.
        ended.store(true, Ordering::Release);
        drop(ready);
        end
    })
}

/// Reads until the end, a fault, or nobody wants more.
fn read_all(mut lines: Box<dyn LineSource>, batches: &Sender<std::io::Result<Batch>>) {
    loop {
        let batch = lines.next_batch(BATCH_LINES).map(|read| Batch { lines: read, bytes: lines.bytes_read() });
        let last = batch.as_ref().map_or(true, |batch| batch.lines.is_empty());
        if batches.send(batch).is_err() || last {
            return;
        }
    }
}

fn prepare_all(
    core: &Core,
    source: &Arc<Source>,
    batches: &Receiver<std::io::Result<Batch>>,
    prepared: &Sender<std::io::Result<Prepared>>,
    ended: &AtomicBool,
) {
    loop {
        match batches.recv_timeout(LOOK_EVERY) {
            Ok(batch) => {
                if prepared.send(batch.map(|batch| prepare(core, source, batch))).is_err() {
                    return;
                }
            }
            Err(RecvTimeoutError::Timeout) if !ended.load(Ordering::Acquire) => {}
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => return,
        }
    }
}

/// Sorts lines into records and refusals. What could not be known again on a second import is refused here, whatever the reader says.
fn prepare(core: &Core, source: &Arc<Source>, batch: Batch) -> Prepared {
    let (read, last) = (batch.lines.len() as u64, batch.lines.last().map_or(0, |line| line.number));
    let (mut originals, mut numbers, mut refused) = (Vec::with_capacity(batch.lines.len()), Vec::new(), Vec::new());
    for line in batch.lines {
        match line.content {
            Ok(original) if original.len() > RECORD_BYTES_MAX => {
                refused.push((line.number, RefusedLine { reason: RejectReason::TooLong, bytes: original }));
            }
            Ok(original) => {
                originals.push(Incoming { original, cursor: None });
                numbers.push(line.number);
            }
            Err(line_refused) => refused.push((line.number, line_refused)),
        }
    }
    let mut records = Vec::with_capacity(originals.len());
    for (record, number) in core.prepare(source, originals).into_iter().zip(numbers) {
        if record.facts.source_id.is_some() {
            records.push(record);
        } else {
            let bytes = record.entry.body;
            refused.push((number, RefusedLine { reason: RejectReason::NoMessageId, bytes }));
        }
    }
    refused.sort_by_key(|(number, _)| *number);
    Prepared { records, refused, last, read, bytes: batch.bytes }
}

fn commit_all(
    core: &Core,
    permit: &Permit,
    import: &mut Import,
    ready: &Receiver<std::io::Result<Prepared>>,
    archive: Option<&Archive>,
) -> Result<End, ServiceError> {
    let mut rejects = RejectsFile::new(core, import.id);
    let mut line = 0;
    loop {
        let mut prepared = match ready.recv_timeout(LOOK_EVERY) {
            Ok(Ok(prepared)) => prepared,
            Ok(Err(error)) => return Ok(End::Failed(format!("reading the file failed: {error}"))),
            Err(RecvTimeoutError::Timeout) if core.feed.stopped() => return Ok(End::Interrupted),
            Err(RecvTimeoutError::Timeout) => continue,
            // The end of a file is an empty batch: without one, the thread that reads came to grief.
            Err(RecvTimeoutError::Disconnected) => return Ok(End::Failed("reading the file ended early".into())),
        };
        if core.feed.stopped() {
            return Ok(End::Interrupted);
        }
        let last = prepared.read == 0;
        // Unpacked lines may be more than all of the zip.
        prepared.bytes = archive.map_or(prepared.bytes, |archive| prepared.bytes.min(archive.bytes()));
        line = prepared.last.max(line);
        commit(core, permit, import, &mut rejects, prepared)?;
        core.imports.progress(import);
        if last {
            break;
        }
    }
    let Some(archive) = archive else { return Ok(End::Done) };
    if !core.wait_named(INDEX_STILL_MAX) {
        let still =
            "the search index does not come on, so that nobody can tell which files messages name; import it again";
        return Ok(if core.feed.stopped() { End::Interrupted } else { End::Failed(still.into()) });
    }
    Files { core, permit, archive }.run(&mut |dealt| {
        let bytes = import.counts.bytes.saturating_add(dealt.packed).min(archive.bytes());
        let refused = of_files(dealt.refused, line, bytes);
        line = refused.last;
        commit(core, permit, import, &mut rejects, refused)?;
        core.imports.progress(import);
        Ok(())
    })?;
    Ok(if core.feed.stopped() { End::Interrupted } else { End::Done })
}

/// Files that are refused count as lines behind the last one.
fn of_files(files: Vec<RefusedLine>, line: u64, bytes: u64) -> Prepared {
    let read = files.len() as u64;
    let refused = (line.saturating_add(1)..).zip(files).collect();
    Prepared { records: Vec::new(), refused, last: line.saturating_add(read), read, bytes }
}

/// One batch in one write: records, the import's numbers and the rows of what was refused.
fn commit(
    core: &Core,
    permit: &Permit,
    import: &mut Import,
    rejects: &mut RejectsFile<'_>,
    prepared: Prepared,
) -> Result<(), ServiceError> {
    rejects.keep(&prepared.refused)?;
    let shown = usize::try_from(import.counts.rejected).unwrap_or(usize::MAX);
    let rows: Vec<Reject> = prepared
        .refused
        .iter()
        .take(IMPORT_REJECT_ROWS_MAX.saturating_sub(shown))
        .map(|(n, line)| row(*n, line))
        .collect();
    let mut next = import.clone();
    next.counts.read += prepared.read;
    next.counts.rejected += prepared.refused.len() as u64;
    next.counts.bytes = prepared.bytes;
    let before = next.clone();
    let accepted = core.commit(permit, prepared.records, move |tx, accepted| {
        let (added, known) = count(accepted);
        let mut now = before.clone();
        now.counts.added += added;
        now.counts.known += known;
        tx.put_import(&now)?;
        if rows.is_empty() { Ok(()) } else { tx.add_rejects(now.id, &rows) }
    })?;
    let (added, known) = count(&accepted);
    next.counts.added += added;
    next.counts.known += known;
    core.counters.rejected(prepared.refused.len() as u64);
    *import = next;
    Ok(())
}

fn row(line: u64, refused: &RefusedLine) -> Reject {
    let start = refused.bytes.get(..EXCERPT_BYTES).unwrap_or(&refused.bytes);
    let excerpt = String::from_utf8_lossy(start).chars().take(EXCERPT_CHARS).collect();
    Reject { line, reason: refused.reason, excerpt }
}
