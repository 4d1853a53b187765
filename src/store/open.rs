//! From a folder to what the store's threads share.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use quick_cache::sync::Cache;
use redb::{Builder, Database, ReadableDatabase, ReadableTable};
use xinju_keys::keystore::{Keystore, Purpose};
use xinju_model::id::Random;

use crate::backend::SealedFile;
use crate::compact::Caution;
use crate::disk::Disk;
use crate::error::StoreError;
use crate::media::MediaStore;
use crate::media_folder::MediaFolder;
use crate::migrations::{self, FORMAT, MIGRATIONS, Migration};
use crate::seal;
use crate::segment::{Files, Segment};
use crate::segments::{self, SegmentRow};
use crate::shared::{Live, Opened, Shared};
use crate::store::StoreOptions;
use crate::tables::{META, SEGMENTS, TAIL_LEDGER, for_every_table};
use crate::tail;
use crate::totals::Totals;

/// Segment files that are kept open.
const FILES_OPEN: usize = 256;

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
    open_with(data, keys, random, options, disk, FORMAT, MIGRATIONS)
}

/// As [`open`], as a version would that knows format `known` and the steps to it.
pub(crate) fn open_with(
    data: &Path,
    keys: Arc<Keystore>,
    random: Arc<dyn Random>,
    options: StoreOptions,
    disk: Disk,
    known: u32,
    steps: &[Migration],
) -> Result<Shared, StoreError> {
    let path = database_path(data);
    if !path.exists() {
        create(data, &keys, &random, &options, &disk, known)?;
    }
    disk.durable.create_folder(&segments_path(data))?;
    let caution = Arc::new(Caution::default());
    let open = || open_database(&path, &keys, &random, &options, &disk, &caution);
    let mut db = open()?;
    let found = migrations::read_format(&db)?;
    let steps = migrations::needed(found, known, steps)?;
    if !steps.is_empty() {
        drop(db);
        migrations::snapshot(data, found, &disk)?;
        db = open()?;
        migrations::run(&db, steps)?;
    }
    let (live, rows) = load(&db, &options)?;
    let folder = segments_path(data);
    let media = open_media(data, &disk, &keys, &random)?;
    let files: Files = Arc::new(Cache::new(FILES_OPEN));
    let segment = |(number, row)| Arc::new(Segment::new(number, row, &folder, &files, &keys));
    let segments = (0..).zip(&rows).map(segment).collect();
    caution.set(false);
    let opened = Opened { db, caution, live, segments, files, media };
    let shared = Shared::new(data.to_owned(), disk, keys, random, options, opened);
    seal::sweep(&shared)?;
    Ok(shared)
}

fn open_media(
    data: &Path,
    disk: &Disk,
    keys: &Keystore,
    random: &Arc<dyn Random>,
) -> Result<Arc<dyn MediaStore>, StoreError> {
    let sealer = keys.sealer(Purpose::Media);
    let folder = data.join("media");
    Ok(Arc::new(MediaFolder::open(folder, disk.clone(), sealer, keys.hashing_key(), Arc::clone(random))?))
}

/// Makes the database under another name and names it when it is whole, so that a crash leaves none or all of it.
fn create(
    data: &Path,
    keys: &Keystore,
    random: &Arc<dyn Random>,
    options: &StoreOptions,
    disk: &Disk,
    format: u32,
) -> Result<(), StoreError> {
    // The folder is made after the database: where it is, the database was, and a new one would hide a loss.
    if segments_path(data).exists() {
        return Err(StoreError::damaged(format!("{} is missing", database_path(data).display())));
    }
    let path = data.join("database.new");
    disk.durable.remove(&path)?;
    let db = open_database(&path, keys, random, options, disk, &Arc::default())?;
    let tx = begin_write(&db)?;
    macro_rules! make {
        ($table:ident) => {
            tx.open_table(crate::tables::$table)?;
        };
    }
    for_every_table!(make);
    migrations::write_format(&tx, format)?;
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
    caution: &Arc<Caution>,
) -> Result<Database, StoreError> {
    let raw = disk.open(path).map_err(|error| StoreError::io(path, error))?;
    let backend = SealedFile::open(raw, keys, Arc::clone(random), Arc::clone(caution))?;
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
