//! Imports and the lines they refused.

use std::ops::Bound;

use redb::ReadableTable;
use xinju_model::id::ImportId;
use xinju_model::import::{Import, Reject};
use xinju_model::time::Timestamp;

use crate::error::StoreError;
use crate::read::{Page, ReadTx};
use crate::row::{self, id_of, joined, newest_first};
use crate::tables::{IMPORT_ORDER, IMPORTS, REJECTS};
use crate::write::WriteTx;

fn order_key(at: Timestamp, id: ImportId) -> [u8; 24] {
    newest_first(at.0, &id.0)
}

fn reject_key(import: ImportId, line: u64) -> [u8; 24] {
    joined(&import.0, &line.to_be_bytes())
}

impl ReadTx {
    /// An import.
    pub fn import(&self, id: ImportId) -> Result<Option<Import>, StoreError> {
        self.tx.open_table(IMPORTS)?.get(id.0)?.map(|row| row::decode(row.value())).transpose()
    }

    /// Imports, newest first; the key is (`started_at`, id).
    pub fn imports(&self, page: &Page<(Timestamp, ImportId)>) -> Result<Vec<Import>, StoreError> {
        let order = self.tx.open_table(IMPORT_ORDER)?;
        let from = page.after.map_or(Bound::Unbounded, |(at, id)| Bound::Excluded(order_key(at, id)));
        let mut imports = Vec::new();
        for row in order.range::<[u8; 24]>((from, Bound::Unbounded))?.take(page.limit) {
            imports.extend(self.import(ImportId(id_of(&row?.0.value())))?);
        }
        Ok(imports)
    }

    /// Refused lines of an import, by line.
    pub fn rejects(&self, import: ImportId, page: &Page<u64>) -> Result<Vec<Reject>, StoreError> {
        let table = self.tx.open_table(REJECTS)?;
        let from = page.after.map_or(0, |after| after.saturating_add(1));
        let rows = table.range(reject_key(import, from)..=reject_key(import, u64::MAX))?.take(page.limit);
        rows.map(|row| row.map_err(StoreError::from).and_then(|(_, row)| row::decode(row.value()))).collect()
    }
}

impl WriteTx<'_> {
    /// An import, as this transaction sees it.
    pub fn import(&self, id: ImportId) -> Result<Option<Import>, StoreError> {
        self.tx.open_table(IMPORTS)?.get(id.0)?.map(|row| row::decode(row.value())).transpose()
    }

    /// Puts an import.
    pub fn put_import(&mut self, import: &Import) -> Result<(), StoreError> {
        self.changed = true;
        let mut order = self.tx.open_table(IMPORT_ORDER)?;
        if let Some(before) = self.import(import.id)? {
            order.remove(order_key(before.started_at, before.id))?;
        }
        order.insert(order_key(import.started_at, import.id), ())?;
        self.tx.open_table(IMPORTS)?.insert(import.id.0, row::encode(import)?.as_slice())?;
        Ok(())
    }

    /// Adds refused lines of an import.
    pub fn add_rejects(&mut self, import: ImportId, rejects: &[Reject]) -> Result<(), StoreError> {
        self.changed = true;
        let mut table = self.tx.open_table(REJECTS)?;
        for reject in rejects {
            table.insert(reject_key(import, reject.line), row::encode(reject)?.as_slice())?;
        }
        Ok(())
    }
}
