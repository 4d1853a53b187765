//! A JSON array with an object a line.

use super::row::Row;

/// The array begins.
pub(super) fn begin(out: &mut Vec<u8>) {
    out.extend_from_slice(b"[");
}

/// A record.
pub(super) fn row(first: bool, row: &Row<'_>, out: &mut Vec<u8>) {
    out.extend_from_slice(if first { b"\n" } else { b",\n" });
    // Words and numbers alone: nothing in it can fail to be JSON.
    out.extend(serde_json::to_vec(row).unwrap_or_default());
}

/// The array ends.
pub(super) fn end(out: &mut Vec<u8>) {
    out.extend_from_slice(b"\n]\n");
}
