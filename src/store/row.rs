//! Versioned rows: one byte of version, then JSON.
//!
//! As long as a noun and its row of version 1 have the same form, the noun itself is written. When they part, the old form stays here as a private struct
//! that is read into the new one, and the version goes up. Golden rows in the tests keep a change from going unnoticed.

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::StoreError;

const VERSION: u8 = 1;

/// The row of a noun whose rows are of version 1.
pub(crate) fn encode(noun: &impl Serialize) -> Result<Vec<u8>, StoreError> {
    encode_version(VERSION, noun)
}

/// The row of a noun whose rows are of a later version.
pub(crate) fn encode_version(version: u8, noun: &impl Serialize) -> Result<Vec<u8>, StoreError> {
    let mut row = vec![version];
    serde_json::to_writer(&mut row, noun).map_err(|error| StoreError::Database(format!("a row: {error}")))?;
    Ok(row)
}

/// Reads [`encode`].
pub(crate) fn decode<T: DeserializeOwned>(row: &[u8]) -> Result<T, StoreError> {
    decode_version(VERSION, row)
}

/// Reads [`encode_version`]. A migration has brought every row to the version that is asked for.
pub(crate) fn decode_version<T: DeserializeOwned>(version: u8, row: &[u8]) -> Result<T, StoreError> {
    match row.split_first() {
        Some((found, json)) if *found == version => {
            serde_json::from_slice(json).map_err(|_| StoreError::damaged("a row of the database is not of its form"))
        }
        _ => Err(StoreError::damaged("a row of the database is of an unknown version")),
    }
}

/// `time` big-endian so that later ones sort first, then `id`.
pub(crate) fn newest_first(time: i64, id: &[u8; 16]) -> [u8; 24] {
    // Flipping the sign bit makes signed order the order of bytes; inverting all bits turns it round.
    let inverted = !(time.cast_unsigned() ^ (1 << 63));
    joined(&inverted.to_be_bytes(), id)
}

/// The time in a key of [`newest_first`].
pub(crate) fn time_of(key: &[u8; 24]) -> i64 {
    let inverted = key.first_chunk::<8>().copied().map_or(0, u64::from_be_bytes);
    (!inverted ^ (1 << 63)).cast_signed()
}

/// Two arrays in one.
pub(crate) fn joined<const A: usize, const B: usize, const C: usize>(a: &[u8; A], b: &[u8; B]) -> [u8; C] {
    const { assert!(A + B == C) };
    let mut out = [0; C];
    for (to, from) in out.iter_mut().zip(a.iter().chain(b)) {
        *to = *from;
    }
    out
}

/// The last sixteen bytes of a key: the id that it ends with.
pub(crate) fn id_of(key: &[u8]) -> [u8; 16] {
    key.last_chunk::<16>().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_read_back_and_unknown_ones_are_refused() {
        let row = encode(&vec![1, 2]).expect("a row");
        assert_eq!(row, b"\x01[1,2]");
        assert_eq!(decode::<Vec<u8>>(&row).expect("reads"), [1, 2]);
        assert!(matches!(decode::<Vec<u8>>(b"\x02[1,2]"), Err(StoreError::Damaged(_))));
        assert!(matches!(decode::<Vec<u8>>(b"\x01{"), Err(StoreError::Damaged(_))));
        assert!(matches!(decode::<Vec<u8>>(b""), Err(StoreError::Damaged(_))));
        assert_eq!(decode_version::<Vec<u8>>(2, &encode_version(2, &vec![1]).expect("a row")).expect("reads"), [1]);
    }

    #[test]
    fn later_times_sort_first() {
        let times = [i64::MAX, 5, 0, -5, i64::MIN];
        assert!(times.map(|time| newest_first(time, &[0; 16])).is_sorted());
        assert!(newest_first(5, &[1; 16]) < newest_first(5, &[2; 16]));
        assert_eq!(id_of(&newest_first(5, &[3; 16])), [3; 16]);
        assert_eq!(times.map(|time| time_of(&newest_first(time, &[0; 16]))), times);
    }
}
