//! The sealing job: when the tail holds a whole segment, it is written to a file of its own, and only then dropped from the tail.
//!
//! The order is what keeps a crash harmless: the file's key is durable before the file, the file before the one transaction that names it and drops its tail rows.
//! Files and keys that no row names are swept at the next start.

use std::collections::HashSet;
use std::fs;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use crossbeam_channel::{Sender, bounded};
use data_encoding::HEXLOWER;
use xinju_model::ledger::Hash;

use crate::commit::{Job, Work};
use crate::dedupe::DedupeKey;
use crate::error::StoreError;
use crate::open::segments_path;
use crate::segment::{Segment, segment_path};
use crate::segment_writer::SegmentWriter;
use crate::segments::SegmentRow;
use crate::shared::Shared;
use crate::tables::{SEGMENTS, TAIL_BLOCKS, TAIL_LEDGER};
use crate::tail;
use crate::write::WriteTx;

/// How long the job waits for growth before it looks again.
const WAIT: Duration = Duration::from_mins(1);
/// How long it waits after a first failure; twice as long after each further one, up to the longest.
const RETRY_FIRST: Duration = Duration::from_millis(100);
const RETRY_LONGEST: Duration = Duration::from_mins(1);

/// Starts the job. It ends when the store stops.
pub(crate) fn start(shared: Arc<Shared>, queue: Sender<Job>) -> Result<JoinHandle<()>, StoreError> {
    let run = move || {
        let mut retry = RETRY_FIRST;
        while !shared.is_stopping() {
            let full = shared.live().tail_base + shared.options.segment_entries;
            if shared.size() < full {
                shared.wait_past(full - 1, WAIT);
                continue;
            }
            match seal_next(&shared, &queue) {
                Ok(()) => retry = RETRY_FIRST,
                Err(error) if !shared.is_stopping() => {
                    // The tail keeps everything; the next try may find room on the disk.
                    tracing::error!(%error, "a segment could not be sealed");
                    shared.wait_stopping(retry);
                    retry = (retry * 2).min(RETRY_LONGEST);
                }
                Err(_) => {}
            }
        }
    };
    std::thread::Builder::new()
        .name("xinju-seal".to_owned())
        .spawn(run)
        .map_err(|error| StoreError::Database(format!("the sealing job does not start: {error}")))
}

/// Seals the oldest entries of the tail.
fn seal_next(shared: &Arc<Shared>, queue: &Sender<Job>) -> Result<(), StoreError> {
    let first = shared.live().tail_base;
    let number = first / shared.options.segment_entries;
    let mut file = [0; 16];
    shared.random.fill(&mut file);
    let sealed = write_segment(shared, number, first, file).and_then(|row| {
        if Some(row.root) != shared.live().tail.node(shared.options.segment_height(), 0) {
            return Err(StoreError::damaged(format!("segment {number} does not have the root of its entries")));
        }
        name_segment(shared, queue, number, row)
    });
    if sealed.is_err() && shared.segments().get(usize::try_from(number).unwrap_or(usize::MAX)).is_none() {
        // Best effort: what stays is swept at the next start.
        let _ = shared.disk.durable.remove(&segment_path(&segments_path(&shared.data), &file));
        let _ = shared.keys.retain_segment_keys(&|kept| *kept != file);
    }
    sealed
}

/// Writes the file of a segment from the rows of the tail, one row at a time.
fn write_segment(shared: &Shared, number: u64, first: u64, file: [u8; 16]) -> Result<SegmentRow, StoreError> {
    let entries = shared.options.segment_entries;
    let sealer = shared.keys.create_segment_key(file, shared.random.as_ref())?;
    let path = segment_path(&segments_path(&shared.data), &file);
    let count = u32::try_from(entries).unwrap_or(u32::MAX);
    let mut writer = SegmentWriter::begin(path, number, count, sealer, &shared.disk, shared.random.as_ref())?;
    let tx = shared.begin_read()?;
    let (blocks, ledger) = (tx.open_table(TAIL_BLOCKS)?, tx.open_table(TAIL_LEDGER)?);
    for row in blocks.range(first..first + entries)? {
        if shared.is_stopping() {
            return Err(StoreError::Closed("the store is shutting down".to_owned()));
        }
        let (start, sealed) = row?;
        let block = tail::open_block(start.value(), sealed.value(), &shared.tail_sealer)?;
        let hashes: Vec<(Hash, DedupeKey)> =
            ledger.get(start.value())?.map_or(Ok(Vec::new()), |row| tail::ledger_row(row.value()))?;
        if hashes.len() != block.len() {
            return Err(StoreError::damaged(format!("the tail's rows at entry {} disagree", start.value())));
        }
        for (place, (leaf, key)) in hashes.into_iter().enumerate() {
            let entry = block.entry(place).ok_or_else(|| StoreError::damaged("a block of the tail"))?;
            writer.push(&entry, leaf, key)?;
        }
    }
    let written = writer.finish()?;
    Ok(SegmentRow { file, root: written.root, records: written.records, bytes: written.bytes })
}

/// Names a durable file and drops its rows from the tail, in one transaction.
fn name_segment(shared: &Arc<Shared>, queue: &Sender<Job>, number: u64, row: SegmentRow) -> Result<(), StoreError> {
    // Known to readers before the tail's rows go: whoever begins in between finds the entries in one of the two.
    let folder = segments_path(&shared.data);
    shared.push_segment(Segment::new(number, &row, &folder, &shared.files, &shared.keys));
    let (reply, answer) = bounded(1);
    let closing = || StoreError::Closed("the store is shutting down".to_owned());
    queue.send(Box::new(Naming { number, row, reply })).map_err(|_| closing())?;
    answer.recv().map_err(|_| closing())?
}

/// The write that names a segment.
struct Naming {
    number: u64,
    row: SegmentRow,
    reply: Sender<Result<(), StoreError>>,
}

impl Work for Naming {
    fn run(&mut self, write: &mut WriteTx<'_>) -> Result<(), StoreError> {
        write.changed = true;
        let entries = write.shared.options.segment_entries;
        let range = self.number * entries..(self.number + 1) * entries;
        write.tx.open_table(SEGMENTS)?.insert(self.number, self.row.encode()?.as_slice())?;
        write.tx.open_table(TAIL_BLOCKS)?.retain_in(range.clone(), |_, _| false)?;
        write.tx.open_table(TAIL_LEDGER)?.retain_in(range, |_, _| false)?;
        Ok(())
    }

    fn publish(&self, shared: &Shared) {
        shared.live_mut().drop_segment(self.row.root);
        shared.wake();
    }

    fn answer(self: Box<Self>, outcome: Result<(), StoreError>) {
        // The job may have been told to stop; the segment stands all the same.
        let _ = self.reply.send(outcome);
    }
}

/// Removes segment files and keys that no row names: a crash left them between their writing and their naming.
pub(crate) fn sweep(shared: &Shared) -> Result<(), StoreError> {
    let named: HashSet<[u8; 16]> = shared.segments().iter().map(|segment: &Arc<Segment>| segment.file).collect();
    let folder = segments_path(&shared.data);
    let failed = |error| StoreError::io(&folder, error);
    for item in fs::read_dir(&folder).map_err(failed)? {
        let item = item.map_err(failed)?;
        let name = item.file_name();
        let file = HEXLOWER.decode(name.as_encoded_bytes()).ok().and_then(|file| file.try_into().ok());
        if file.is_some_and(|file: [u8; 16]| !named.contains(&file)) {
            tracing::info!(file = ?name, "an unfinished segment file is removed");
            shared.disk.durable.remove(&item.path())?;
        }
    }
    Ok(shared.keys.retain_segment_keys(&|file| named.contains(file))?)
}
