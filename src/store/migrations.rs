//! From older formats of the data folder to this one, step by step.
//!
//! A step is a numbered function in a transaction of its own that ends by writing its number as the format. Before the first step the database and the keystore are
//! copied to `before-format-N`, which nobody but the operator removes: putting them back undoes the migration. Steps are never changed once released;
//! `tests/data/format-N` keeps a folder of each format that was, and a test opens them all.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use redb::{Database, ReadableDatabase, ReadableTable, WriteTransaction};
use xinju_keys::durable::Step;
use xinju_keys::keystore::keystore_path;

use crate::disk::Disk;
use crate::error::StoreError;
use crate::open::{begin_write, database_path};
use crate::tables::{FACTORS, META};

/// The format of the data folder that this version writes.
pub(crate) const FORMAT: u32 = 6;

const FORMAT_NAME: &str = "format";

/// One step.
pub(crate) struct Migration {
    /// The format that it makes of the one before.
    pub(crate) to: u32,
    /// What it changes, for the log.
    pub(crate) name: &'static str,
    /// Changes it.
    pub(crate) run: fn(&WriteTransaction) -> Result<(), StoreError>,
}

/// Every step, in order. Format 1 is the first.
pub(crate) const MIGRATIONS: &[Migration] = &[
    Migration { to: 2, name: "second factors", run: add_factors },
    Migration { to: 3, name: "roles and owners", run: crate::migration_3::run },
    Migration { to: 4, name: "masks, approvals, handovers, passkeys and single sign-on", run: crate::migration_4::run },
    Migration { to: 5, name: "cases and evidence packages", run: crate::migration_5::run },
    Migration { to: 6, name: "files of messages", run: crate::migration_6::run },
];

fn add_factors(tx: &WriteTransaction) -> Result<(), StoreError> {
    tx.open_table(FACTORS)?;
    Ok(())
}

/// What the database says of its format.
pub(crate) fn read_format(db: &Database) -> Result<u32, StoreError> {
    format_in(&db.begin_read()?.open_table(META)?)
}

fn format_in(table: &impl ReadableTable<&'static str, &'static [u8]>) -> Result<u32, StoreError> {
    let row = table.get(FORMAT_NAME)?;
    let format = row.as_ref().and_then(|row| row.value().try_into().ok()).map(u32::from_be_bytes);
    format.ok_or_else(|| StoreError::damaged("the database does not say its format"))
}

/// Writes the format.
pub(crate) fn write_format(tx: &WriteTransaction, format: u32) -> Result<(), StoreError> {
    tx.open_table(META)?.insert(FORMAT_NAME, format.to_be_bytes().as_slice())?;
    Ok(())
}

/// The steps that a folder of format `found` needs; refuses one that is newer than `known`.
pub(crate) fn needed(found: u32, known: u32, all: &[Migration]) -> Result<&[Migration], StoreError> {
    if found > known {
        return Err(StoreError::Newer { found, known });
    }
    let first = all.partition_point(|migration| migration.to <= found);
    Ok(all.get(first..).unwrap_or_default())
}

/// Runs the steps, each in its own transaction.
pub(crate) fn run(db: &Database, steps: &[Migration]) -> Result<(), StoreError> {
    for step in steps {
        tracing::info!(format = step.to, what = step.name, "the data folder is migrated");
        let tx = begin_write(db)?;
        (step.run)(&tx)?;
        write_format(&tx, step.to)?;
        tx.commit()?;
    }
    Ok(())
}

/// Copies what a migration changes. The database must not be open. A copy that is there already is whole and stays: it is from before the first try.
pub(crate) fn snapshot(data: &Path, found: u32, disk: &Disk) -> Result<PathBuf, StoreError> {
    let folder = data.join(format!("before-format-{}", found + 1));
    if folder.is_dir() {
        return Ok(folder);
    }
    let unfinished = data.join("before-format.new");
    for name in ["database", "keystore"] {
        disk.durable.remove(&unfinished.join(name))?;
    }
    disk.durable.create_folder(&unfinished)?;
    copy(&database_path(data), &unfinished.join("database"), disk)?;
    copy(&keystore_path(data), &unfinished.join("keystore"), disk)?;
    disk.durable.sync_folder(&unfinished)?;
    disk.durable.rename(&unfinished, &folder)?;
    Ok(folder)
}

fn copy(from: &Path, to: &Path, disk: &Disk) -> Result<(), StoreError> {
    let mut source = File::open(from).map_err(|error| StoreError::io(from, error))?;
    let mut copy = disk.durable.create(to)?;
    let copied = disk.durable.meet(Step::Write, to).and_then(|()| io::copy(&mut source, &mut copy));
    copied.map_err(|error| StoreError::io(to, error))?;
    Ok(disk.durable.sync(&copy, to)?)
}

#[cfg(test)]
#[path = "migrations_tests.rs"]
mod tests;
