//! The store's running numbers, one small row that every commit which changes them writes.

use redb::{ReadableTable, WriteTransaction};

use crate::error::StoreError;
use crate::tables::META;

const NAME: &str = "totals";

/// The numbers. Row: each big-endian in 8 bytes, in this order. Version 1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Totals {
    /// Entries in the ledger.
    pub(crate) size: u64,
    /// Records among them.
    pub(crate) records: u64,
    /// Conversations of two.
    pub(crate) singles: u64,
    /// Other conversations.
    pub(crate) groups: u64,
}

impl Totals {
    fn to_bytes(self) -> [u8; 32] {
        let mut out = [0; 32];
        let numbers = [self.size, self.records, self.singles, self.groups].map(u64::to_be_bytes);
        for (to, from) in out.iter_mut().zip(numbers.as_flattened()) {
            *to = *from;
        }
        out
    }

    fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let ([size, records, singles, groups], []) = bytes.as_chunks::<8>() else { return None };
        let [size, records, singles, groups] = [size, records, singles, groups].map(|n| u64::from_be_bytes(*n));
        Some(Self { size, records, singles, groups })
    }

    /// Reads them; all zero in a new database.
    pub(crate) fn read(table: &impl ReadableTable<&'static str, &'static [u8]>) -> Result<Self, StoreError> {
        match table.get(NAME)? {
            None => Ok(Self::default()),
            Some(row) => Self::from_bytes(row.value()).ok_or_else(|| StoreError::damaged("the database's totals")),
        }
    }

    /// Writes them.
    pub(crate) fn write(self, tx: &WriteTransaction) -> Result<(), StoreError> {
        tx.open_table(META)?.insert(NAME, self.to_bytes().as_slice())?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn totals_read_back() {
        let totals = Totals { size: 1, records: 2, singles: 3, groups: u64::MAX };
        assert_eq!(Totals::from_bytes(&totals.to_bytes()), Some(totals));
        assert_eq!(Totals::from_bytes(&[0; 31]), None);
    }
}
