//! From a folder to what the store's threads share.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use redb::{Builder, Database, ReadableDatabase, ReadableTable};
use xinju_keys::keystore::Keystore;
use xinju_model::id::Random;

use crate::backend::SealedFile;
use crate::disk::Disk;
use crate::error::StoreError;
use crate::seal;
use crate::segments::{self, SegmentRow};
use crate::shared::{Live, Shared};
use crate::store::StoreOptions;
use crate::tables::{META, SEGMENTS, TAIL_LEDGER, for_every_table};
use crate::tail;
use crate::totals::Totals;

/// The format of the data folder that this version writes.
pub(crate) const FORMAT: u32 = 1;

const FORMAT_NAME: &str = "format";

/// The database's file.
pub(crate) fn database_path(data: &Path) -> PathBuf {
    data.join("database")
}

/// Where segment files lie.
pub(crate) fn segments_path(data: &Path) -> PathBuf {
    data.join("segments")
}

/// Opens all of a data folder that is locked already, making it when new.
pub(crate) fn open(
    data: &Path,
    keys: Arc<Keystore>,
    random: Arc<dyn Random>,
    options: StoreOptions,
    disk: Disk,
) -> Result<Shared, StoreError> {
    let path = database_path(data);
    if !path.exists() {
        create(data, &keys, &random, &options, &disk)?;
    }
    disk.durable.create_folder(&segments_path(data))?;
    let db = open_database(&path, &keys, &random, &options, &disk)?;
    check_format(&db)?;
    let (live, rows) = load(&db, &options)?;
    let folder = segments_path(data);
    let segment = |(number, row)| Arc::new(segments::segment(number, row, &folder, &keys));
    let segments = (0..).zip(&rows).map(segment).collect();
    let shared = Shared::new(db, data.to_owned(), disk, keys, random, options, live, segments);
    seal::sweep(&shared)?;
    Ok(shared)
}

/// Makes the database under another name and names it when it is whole, so that a crash leaves none or all of it.
fn create(
    data: &Path,
    keys: &Keystore,
    random: &Arc<dyn Random>,
    options: &StoreOptions,
    disk: &Disk,
) -> Result<(), StoreError> {
    // The folder is made after the database: where it is, the database was, and a new one would hide a loss.
    if segments_path(data).exists() {
        return Err(StoreError::damaged(format!("{} is missing", database_path(data).display())));
    }
    let path = data.join("database.new");
    disk.durable.remove(&path)?;
    let db = open_database(&path, keys, random, options, disk)?;
    let tx = begin_write(&db)?;
    macro_rules! make {
        ($table:ident) => {
            tx.open_table(crate::tables::$table)?;
        };
    }
    for_every_table!(make);
    tx.open_table(META)?.insert(FORMAT_NAME, FORMAT.to_be_bytes().as_slice())?;
    tx.commit()?;
    drop(db);
    Ok(disk.durable.rename(&path, &database_path(data))?)
}

fn open_database(
    path: &Path,
    keys: &Keystore,
    random: &Arc<dyn Random>,
    options: &StoreOptions,
    disk: &Disk,
) -> Result<Database, StoreError> {
    let raw = disk.open(path).map_err(|error| StoreError::io(path, error))?;
    let backend = SealedFile::open(raw, keys, Arc::clone(random))?;
    let cache = options.page_cache_bytes;
    // redb asserts what it expects of a file; of a damaged one that must be an error here.
    let opened = catch_unwind(AssertUnwindSafe(|| Builder::new().set_cache_size(cache).create_with_backend(backend)));
    opened.map_err(|_| StoreError::damaged(format!("{} is not a whole database", path.display())))?.map_err(Into::into)
}

/// Begins a transaction that is durable when its commit returns and whose crash needs no repair.
#[allow(clippy::disallowed_methods, reason = "the one place that begins a write")]
pub(crate) fn begin_write(db: &Database) -> Result<redb::WriteTransaction, StoreError> {
    let mut tx = db.begin_write()?;
    tx.set_durability(redb::Durability::Immediate)?;
    tx.set_quick_repair(true);
    Ok(tx)
}

fn check_format(db: &Database) -> Result<(), StoreError> {
    let tx = db.begin_read()?;
    let row = tx.open_table(META)?.get(FORMAT_NAME)?;
    let found = row.as_ref().and_then(|row| row.value().try_into().ok()).map(u32::from_be_bytes);
    match found {
        Some(FORMAT) => Ok(()),
        Some(found) if found > FORMAT => Err(StoreError::Newer { found, known: FORMAT }),
        _ => Err(StoreError::damaged("the database does not say its format")),
    }
}

/// The tail and all segments' roots, from the database.
fn load(db: &Database, options: &StoreOptions) -> Result<(Live, Vec<SegmentRow>), StoreError> {
    let tx = db.begin_read()?;
    let totals = Totals::read(&tx.open_table(META)?)?;
    let rows = segments::rows(&tx.open_table(SEGMENTS)?)?;
    let mut live = Live::new(rows.len() as u64 * options.segment_entries, options);
    for row in &rows {
        live.roots.push(row.root);
    }
    for row in tx.open_table(TAIL_LEDGER)?.iter()? {
        let (first, row) = row?;
        if first.value() != live.tail_base + live.tail.len() as u64 {
            return Err(StoreError::damaged(format!("the tail has a gap before entry {}", first.value())));
        }
        live.extend(&tail::ledger_row(row.value())?);
    }
    if live.tail_base + live.tail.len() as u64 != totals.size {
        return Err(StoreError::damaged("the tail does not reach the ledger's size"));
    }
    Ok((live, rows))
}
