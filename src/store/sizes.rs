//! What the archive's bytes are for.

use redb::ReadableTableMetadata;

use crate::error::StoreError;
use crate::open::database_path;
use crate::segments::{self, SegmentBytes};
use crate::store::Store;
use crate::tables::{SEGMENTS, for_every_table};

/// Bytes on disk by part.
#[derive(Clone, Debug, Default)]
pub struct Sizes {
    /// Entries in the ledger.
    pub entries: u64,
    /// Entries of sealed segments.
    pub sealed_entries: u64,
    /// Sealed entries, compressed, with their seeds of 16 bytes each.
    pub blocks: u64,
    /// Leaves and tiles of sealed segments.
    pub ledger: u64,
    /// Dedupe keys and filters of sealed segments.
    pub dedupe: u64,
    /// Headers, directories and checksums of segment files.
    pub frames: u64,
    /// The database file: tail, conversations, directories, free pages.
    pub database: u64,
    /// Stored bytes of each table of the database, largest first.
    pub tables: Vec<(&'static str, u64)>,
    /// The keystore.
    pub keystore: u64,
    /// Media files.
    pub media: u64,
}

impl Store {
    /// What the archive's bytes are for. Walks no rows but those of segments.
    pub fn sizes(&self) -> Result<Sizes, StoreError> {
        let tx = self.read()?;
        let rows = segments::rows(&tx.tx.open_table(SEGMENTS)?)?;
        let sum = |part: fn(&SegmentBytes) -> u64| rows.iter().map(|row| part(&row.bytes)).sum();
        let length = |path: std::path::PathBuf| match std::fs::metadata(&path) {
            Ok(found) => Ok(found.len()),
            Err(error) => Err(StoreError::io(&path, error)),
        };
        let mut tables = Vec::new();
        macro_rules! weigh {
            ($table:ident) => {
                tables.push((stringify!($table), tx.tx.open_table(crate::tables::$table)?.stats()?.stored_bytes()));
            };
        }
        for_every_table!(weigh);
        tables.sort_unstable_by_key(|(name, bytes)| (std::cmp::Reverse(*bytes), *name));
        Ok(Sizes {
            entries: tx.size(),
            sealed_entries: rows.len() as u64 * self.shared.options.segment_entries,
            blocks: sum(|bytes| bytes.blocks),
            ledger: sum(|bytes| bytes.ledger),
            dedupe: sum(|bytes| bytes.dedupe),
            frames: sum(|bytes| bytes.frame),
            database: length(database_path(&self.shared.data))?,
            tables,
            keystore: length(xinju_keys::keystore::keystore_path(&self.shared.data))?,
            media: self.shared.media.stored_bytes()?,
        })
    }
}
