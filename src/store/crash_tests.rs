//! Power cuts: whatever step of whatever write is the last, all that was acknowledged is there at the next start, and the check finds nothing wrong.
//!
//! Between the database and its file stands a disk that keeps in memory what was not synced, and at a sync writes it in any order, piece by piece: a cut in the
//! middle of that leaves what a torn write leaves. Files lie in memory where the system has a place for it, so that a thousand syncs cost nothing.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use xinju_keys::durable::{Durable, Hazard, Step};
use xinju_keys::keystore::Keystore;
use xinju_keys::master::{MasterSource, default_key_path};
use xinju_keys::random::SystemRandom;
use xinju_model::id::EntryIndex;

use super::tests::{append, permit, record, record_of};
use super::*;
use crate::disk::RawFile;
use crate::verify::tests::{sign, verified};
use crate::write::Accepted;

/// Lets one step fail: it and all that follow, as a power cut does, or it alone, as a full disk does.
#[derive(Debug)]
struct Cut {
    left: AtomicU64,
    once: bool,
    met: AtomicBool,
}

impl Cut {
    fn after(steps: u64, once: bool) -> Arc<Self> {
        Arc::new(Self { left: AtomicU64::new(steps), once, met: AtomicBool::new(false) })
    }
}

impl Hazard for Cut {
    fn meet(&self, _: Step, _: &Path) -> io::Result<()> {
        if self.left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1)).is_ok() {
            return Ok(());
        }
        if self.met.swap(true, Ordering::SeqCst) && self.once {
            return Ok(());
        }
        Err(io::Error::new(io::ErrorKind::StorageFull, "cut"))
    }
}

/// Disks write pieces of this size whole or not at all.
const PIECE: u64 = 4096;

/// A file whose writes reach the medium at a sync only, in no order.
#[derive(Debug)]
struct Lazy {
    inner: Box<dyn RawFile>,
    /// Pieces that are not synced, by their number.
    pieces: Mutex<BTreeMap<u64, Vec<u8>>>,
    order: AtomicU64,
}

impl Lazy {
    fn piece(&self, pieces: &BTreeMap<u64, Vec<u8>>, number: u64) -> io::Result<Vec<u8>> {
        if let Some(piece) = pieces.get(&number) {
            return Ok(piece.clone());
        }
        let start = number * PIECE;
        let length = self.inner.len()?.saturating_sub(start).min(PIECE);
        let mut piece = vec![0; usize::try_from(length).expect("small")];
        self.inner.read_at(start, &mut piece)?;
        Ok(piece)
    }
}

impl RawFile for Lazy {
    fn len(&self) -> io::Result<u64> {
        self.inner.len()
    }

    fn read_at(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        let pieces = self.pieces.lock().expect("a lock");
        let mut done = 0;
        while done < out.len() {
            let at = offset + done as u64;
            let piece = self.piece(&pieces, at / PIECE)?;
            let from = usize::try_from(at % PIECE).expect("small");
            let take = (piece.len().saturating_sub(from)).min(out.len() - done);
            if take == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            out[done..done + take].copy_from_slice(&piece[from..from + take]);
            done += take;
        }
        Ok(())
    }

    fn write_at(&self, offset: u64, bytes: &[u8]) -> io::Result<()> {
        let mut pieces = self.pieces.lock().expect("a lock");
        let mut done = 0;
        while done < bytes.len() {
            let at = offset + done as u64;
            let mut piece = self.piece(&pieces, at / PIECE)?;
            let from = usize::try_from(at % PIECE).expect("small");
            let take = (piece.len() - from).min(bytes.len() - done);
            piece[from..from + take].copy_from_slice(&bytes[done..done + take]);
            pieces.insert(at / PIECE, piece);
            done += take;
        }
        Ok(())
    }

    fn set_len(&self, length: u64) -> io::Result<()> {
        self.inner.set_len(length)?;
        self.pieces.lock().expect("a lock").retain(|number, piece| {
            let left = length.saturating_sub(number * PIECE).min(PIECE);
            piece.resize(usize::try_from(left).expect("small"), 0);
            left > 0
        });
        Ok(())
    }

    fn sync(&self) -> io::Result<()> {
        let mut pieces: Vec<(u64, Vec<u8>)> =
            std::mem::take(&mut *self.pieces.lock().expect("a lock")).into_iter().collect();
        let salt = self.order.fetch_add(1, Ordering::SeqCst);
        pieces.sort_by_key(|(number, _)| xorf::splitmix64(&mut (number ^ salt)));
        for (number, piece) in pieces {
            self.inner.write_at(number * PIECE, &piece)?;
        }
        self.inner.sync()
    }
}

struct Place {
    folder: tempfile::TempDir,
}

impl Place {
    fn new() -> Self {
        let memory = Path::new("/dev/shm");
        let folder = if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() };
        Self { folder: folder.expect("a folder") }
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn open(&self, hazard: Option<Arc<Cut>>) -> Result<Store, StoreError> {
        let disk = match hazard {
            None => Disk::default(),
            Some(hazard) => {
                // Each cut meets another order.
                let order = hazard.left.load(Ordering::SeqCst) << 32;
                let lazy =
                    move |inner| Box::new(Lazy { inner, pieces: Mutex::default(), order: AtomicU64::new(order) }) as _;
                Disk { durable: Durable::with_hazard(hazard), wrap: Some(Arc::new(lazy)) }
            }
        };
        let master = MasterSource::File(default_key_path(&self.data()));
        let keys = Keystore::open_or_create_with(&self.data(), &master, &SystemRandom, disk.durable.clone())?;
        let options = StoreOptions {
            segment_entries: 16,
            page_cache_bytes: 1024 * 1024,
            compact_bytes: 64 * 1024,
            ..StoreOptions::default()
        };
        Store::open_on(&self.data(), Arc::new(keys), Arc::new(SystemRandom), options, disk)
    }
}

/// Batches of a run.
const BATCHES: u64 = 14;
/// Records in each.
const BATCH: u64 = 7;

/// Writes batches, cursors, media and checkpoints until something fails; returns how many batches were acknowledged.
fn run(place: &Place, hazard: Arc<Cut>) -> u64 {
    let Ok(store) = place.open(Some(hazard)) else { return 0 };
    let mut acknowledged = 0;
    for number in 0..BATCHES {
        let records: Vec<_> = (number * BATCH..(number + 1) * BATCH).map(record).collect();
        let written = store.write(&permit(), move |tx| {
            tx.put_cursor("source", number + 1)?;
            tx.append_records(&records)
        });
        if written.is_err() {
            break;
        }
        acknowledged = number + 1;
        if store.media().put(&mut number.to_be_bytes().as_slice()).is_err() {
            break;
        }
    }
    acknowledged
}

/// What must hold at the next start.
fn check(place: &Place, acknowledged: u64, what: &str) {
    let store = place.open(None).unwrap_or_else(|error| panic!("{what}: {error}"));
    let tx = store.read().expect("reads");
    assert!(tx.size() >= acknowledged * BATCH, "{what}: {} entries of {acknowledged} batches", tx.size());
    assert!(tx.size().is_multiple_of(BATCH), "{what}: a batch was torn");
    assert_eq!(tx.cursor("source").expect("reads").unwrap_or(0) * BATCH, tx.size(), "{what}");
    for index in 0..tx.size() {
        let entry = tx.entry(EntryIndex(index)).expect("reads").expect("there");
        assert_eq!(entry.body, record(index).entry.body, "{what}");
    }
    sign(&store);
    let report = verified(&store);
    assert_eq!(report.problems, Vec::<String>::new(), "{what}");
    let again = append(&store, 0..tx.size() + 1).expect("writes");
    let known = again.iter().filter(|accepted| matches!(accepted, Accepted::Known(_))).count();
    assert_eq!(known as u64, tx.size(), "{what}");
    drop((tx, store));
    let store = place.open(None).unwrap_or_else(|error| panic!("{what}, once more: {error}"));
    assert_eq!(verified(&store).problems, Vec::<String>::new(), "{what}, once more");
}

fn cut_everywhere(once: bool) {
    // Every step of the first start and the first commits; further on every few, unless all are asked for.
    let stride = if std::env::var_os("XINJU_CRASH_ALL").is_some() { 1 } else { 31 };
    let mut steps = 0;
    loop {
        let place = Place::new();
        let what = format!("cut at step {steps}");
        let hazard = Cut::after(steps, once);
        check(&place, run(&place, Arc::clone(&hazard)), &what);
        if !hazard.met.load(Ordering::SeqCst) {
            assert!(steps > 500, "a run has more than {steps} steps");
            return;
        }
        steps += if steps < 90 { 1 } else { stride };
    }
}

#[test]
fn a_power_cut_at_any_step_loses_nothing_acknowledged() {
    cut_everywhere(false);
}

#[test]
fn a_failed_step_on_a_disk_that_goes_on_loses_nothing_acknowledged() {
    cut_everywhere(true);
}

#[test]
fn after_a_failed_commit_writes_are_refused() {
    let place = Place::new();
    drop(place.open(None).expect("opens"));
    let hazard = Cut::after(u64::MAX, true);
    let store = place.open(Some(Arc::clone(&hazard))).expect("opens");
    append(&store, 0..3).expect("writes");
    hazard.left.store(3, Ordering::SeqCst);
    assert!(matches!(append(&store, 3..6), Err(StoreError::Closed(_))));
    assert!(matches!(append(&store, 6..9), Err(StoreError::Closed(_))));
    let odd = vec![record_of("{}", 1)];
    assert!(matches!(store.write(&permit(), move |tx| tx.append_records(&odd)), Err(StoreError::Closed(_))));
    drop(store);
    let store = place.open(None).expect("opens");
    assert!(store.size() == 3 || store.size() == 6);
    assert_eq!(verified(&store).problems, Vec::<String>::new());
}
