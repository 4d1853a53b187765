//! The list of sealed segments: rows of the database, and what is kept of them in memory.

use data_encoding::HEXLOWER;
use redb::ReadableTable;
use serde::{Deserialize, Serialize};
use xinju_model::ledger::Hash;

use crate::error::StoreError;
use crate::row;

/// Bytes of a segment file by what they are for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct SegmentBytes {
    /// Entries, compressed, with their seeds.
    pub(crate) blocks: u64,
    /// Leaves and the roots of tiles.
    pub(crate) ledger: u64,
    /// Keys and filter.
    pub(crate) dedupe: u64,
    /// Header, directory, checksum.
    pub(crate) frame: u64,
}

impl SegmentBytes {
    /// All of them.
    pub(crate) fn sum(&self) -> u64 {
        self.blocks + self.ledger + self.dedupe + self.frame
    }
}

#[derive(Serialize, Deserialize)]
struct SegmentV1 {
    file: String,
    root: String,
    records: u64,
    bytes: SegmentBytes,
}

/// What the database says of a segment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct SegmentRow {
    /// The file's name.
    pub(crate) file: [u8; 16],
    /// The root over its entries.
    pub(crate) root: Hash,
    /// Records among them.
    pub(crate) records: u64,
    /// Its bytes.
    pub(crate) bytes: SegmentBytes,
}

impl SegmentRow {
    /// The row.
    pub(crate) fn encode(&self) -> Result<Vec<u8>, StoreError> {
        row::encode(&SegmentV1 {
            file: HEXLOWER.encode(&self.file),
            root: HEXLOWER.encode(&self.root),
            records: self.records,
            bytes: self.bytes,
        })
    }

    fn decode(bytes: &[u8]) -> Result<Self, StoreError> {
        let row: SegmentV1 = row::decode(bytes)?;
        let damaged = || StoreError::damaged("a segment's row is not of its form");
        let file = HEXLOWER.decode(row.file.as_bytes()).ok().and_then(|file| file.try_into().ok());
        let root = HEXLOWER.decode(row.root.as_bytes()).ok().and_then(|root| root.try_into().ok());
        Ok(Self {
            file: file.ok_or_else(damaged)?,
            root: root.ok_or_else(damaged)?,
            records: row.records,
            bytes: row.bytes,
        })
    }
}

/// All rows, in order and without a gap.
pub(crate) fn rows(table: &impl ReadableTable<u64, &'static [u8]>) -> Result<Vec<SegmentRow>, StoreError> {
    let mut rows = Vec::new();
    for row in table.iter()? {
        let (number, row) = row?;
        if number.value() != rows.len() as u64 {
            return Err(StoreError::damaged(format!("the database does not know segment {}", rows.len())));
        }
        rows.push(SegmentRow::decode(row.value())?);
    }
    Ok(rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_read_back() {
        let bytes = SegmentBytes { blocks: 1, ledger: 2, dedupe: 3, frame: 4 };
        let row = SegmentRow { file: [7; 16], root: [8; 32], records: 9, bytes };
        let encoded = row.encode().expect("a row");
        assert_eq!(SegmentRow::decode(&encoded).expect("reads"), row);
        assert_eq!(
            String::from_utf8(encoded).expect("text"),
            format!(
                "\u{1}{{\"file\":\"{}\",\"root\":\"{}\",\"records\":9,\"bytes\":{{\"blocks\":1,\"ledger\":2,\"dedupe\":3,\"frame\":4}}}}",
                "07".repeat(16),
                "08".repeat(32)
            )
        );
        assert!(SegmentRow::decode(b"\x01{}").is_err());
    }
}
