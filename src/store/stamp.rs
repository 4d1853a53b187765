//! Stamps of outsiders over heads, and heads that wait for one.

use std::ops::RangeInclusive;

use data_encoding::BASE64;
use redb::ReadableTable;
use serde::{Deserialize, Serialize};
use xinju_model::limits::STAMP_QUEUE_MAX;
use xinju_model::stamp::{QueuedStamp, Stamp, StampTarget};
use xinju_model::time::Timestamp;

use crate::error::StoreError;
use crate::read::ReadTx;
use crate::row::{self, joined};
use crate::tables::{STAMP_QUEUE, STAMPS};
use crate::write::WriteTx;

#[derive(Serialize, Deserialize)]
struct StampV1 {
    target: StampTarget,
    name: String,
    url: String,
    note: String,
    at: Timestamp,
    received_at: Timestamp,
    /// Base64.
    token: String,
}

#[derive(Serialize, Deserialize)]
struct QueuedV1 {
    note: String,
    since: Timestamp,
    tries: u32,
    next_at: Timestamp,
}

fn stamp_key(size: u64, entry: u64) -> [u8; 16] {
    joined(&size.to_be_bytes(), &entry.to_be_bytes())
}

fn queue_key(target: StampTarget, size: u64) -> [u8; 9] {
    joined(&[target.code()], &size.to_be_bytes())
}

/// Eight bytes of a key, big-endian.
fn number(key: &[u8], from: usize) -> u64 {
    key.get(from..).and_then(|rest| rest.first_chunk::<8>()).copied().map_or(0, u64::from_be_bytes)
}

fn write(stamp: &Stamp) -> Result<Vec<u8>, StoreError> {
    let Stamp { target, name, url, note, at, received_at, token, .. } = stamp.clone();
    row::encode(&StampV1 { target, name, url, note, at, received_at, token: BASE64.encode(&token) })
}

fn read(key: [u8; 16], bytes: &[u8]) -> Result<Stamp, StoreError> {
    let StampV1 { target, name, url, note, at, received_at, token } = row::decode(bytes)?;
    let token = BASE64.decode(token.as_bytes()).map_err(|_| StoreError::damaged("a stamp is not base64"))?;
    Ok(Stamp { size: number(&key, 0), entry: number(&key, 8), note, target, name, url, at, received_at, token })
}

fn write_queued(queued: &QueuedStamp) -> Result<Vec<u8>, StoreError> {
    let QueuedStamp { note, since, tries, next_at, .. } = queued.clone();
    row::encode(&QueuedV1 { note, since, tries, next_at })
}

fn read_queued(key: [u8; 9], bytes: &[u8]) -> Result<QueuedStamp, StoreError> {
    let QueuedV1 { note, since, tries, next_at } = row::decode(bytes)?;
    let target = key.first().copied().and_then(StampTarget::from_code);
    let target = target.ok_or_else(|| StoreError::damaged("a head waits for nobody who is known"))?;
    Ok(QueuedStamp { target, size: number(&key, 1), note, since, tries, next_at })
}

fn waiting(
    table: &impl ReadableTable<[u8; 9], &'static [u8]>,
    target: StampTarget,
) -> Result<Vec<QueuedStamp>, StoreError> {
    let rows = table.range(queue_key(target, 0)..=queue_key(target, u64::MAX))?;
    rows.map(|row| row.map_err(StoreError::from).and_then(|(key, row)| read_queued(key.value(), row.value()))).collect()
}

impl ReadTx {
    /// The sizes of the heads that have stamps, oldest first, each once.
    pub fn stamped_sizes(&self) -> Result<Vec<u64>, StoreError> {
        let mut sizes = Vec::new();
        for row in self.tx.open_table(STAMPS)?.iter()? {
            sizes.push(number(&row?.0.value(), 0));
        }
        sizes.dedup();
        Ok(sizes)
    }

    /// The stamps over heads of these sizes, oldest first.
    pub fn stamps(&self, sizes: RangeInclusive<u64>) -> Result<Vec<Stamp>, StoreError> {
        let table = self.tx.open_table(STAMPS)?;
        let rows = table.range(stamp_key(*sizes.start(), 0)..=stamp_key(*sizes.end(), u64::MAX))?;
        rows.map(|row| row.map_err(StoreError::from).and_then(|(key, row)| read(key.value(), row.value()))).collect()
    }

    /// The newest stamps, newest first.
    pub fn newest_stamps(&self, limit: usize) -> Result<Vec<Stamp>, StoreError> {
        let table = self.tx.open_table(STAMPS)?;
        let rows = table.iter()?.rev().take(limit);
        rows.map(|row| row.map_err(StoreError::from).and_then(|(key, row)| read(key.value(), row.value()))).collect()
    }

    /// The heads that wait for somebody, oldest first; at most [`STAMP_QUEUE_MAX`].
    pub fn stamp_queue(&self, target: StampTarget) -> Result<Vec<QueuedStamp>, StoreError> {
        waiting(&self.tx.open_table(STAMP_QUEUE)?, target)
    }
}

impl WriteTx<'_> {
    /// Keeps a stamp.
    pub fn put_stamp(&mut self, stamp: &Stamp) -> Result<(), StoreError> {
        self.changed = true;
        let key = stamp_key(stamp.size, stamp.entry);
        self.tx.open_table(STAMPS)?.insert(key, write(stamp)?.as_slice())?;
        Ok(())
    }

    /// Lets a head wait, or changes how it waits. Where too many wait for the same, the oldest are given up.
    pub fn queue_stamp(&mut self, queued: &QueuedStamp) -> Result<(), StoreError> {
        self.changed = true;
        let mut table = self.tx.open_table(STAMP_QUEUE)?;
        table.insert(queue_key(queued.target, queued.size), write_queued(queued)?.as_slice())?;
        let all = waiting(&table, queued.target)?;
        for old in all.iter().take(all.len().saturating_sub(STAMP_QUEUE_MAX)) {
            table.remove(queue_key(old.target, old.size))?;
        }
        Ok(())
    }

    /// Takes heads of at most `size` entries out of somebody's queue; `only` that one, or all before it too.
    pub fn unqueue_stamps(&mut self, target: StampTarget, size: u64, only: bool) -> Result<(), StoreError> {
        self.changed = true;
        let from = if only { size } else { 0 };
        let mut table = self.tx.open_table(STAMP_QUEUE)?;
        table.retain_in(queue_key(target, from)..=queue_key(target, size), |_, _| false)?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::tests::{World, permit};

    const GOLDEN: &str =
        r#"{"target":"first","name":"a","url":"http://a.example","note":"n","at":1,"received_at":2,"token":"AQI="}"#;
    const GOLDEN_QUEUED: &str = r#"{"note":"n","since":1,"tries":2,"next_at":3}"#;

    fn stamp(size: u64, entry: u64) -> Stamp {
        Stamp {
            size,
            entry,
            note: "n".into(),
            target: StampTarget::First,
            name: "a".into(),
            url: "http://a.example".into(),
            at: Timestamp(1),
            received_at: Timestamp(2),
            token: vec![1, 2],
        }
    }

    fn queued(target: StampTarget, size: u64) -> QueuedStamp {
        QueuedStamp { target, size, note: "n".into(), since: Timestamp(1), tries: 2, next_at: Timestamp(3) }
    }

    #[test]
    fn rows_of_version_1_read_for_ever() {
        let row = write(&stamp(7, 9)).expect("a row");
        assert_eq!(row.split_first(), Some((&1, GOLDEN.as_bytes())));
        assert_eq!(read(stamp_key(7, 9), &row).expect("reads"), stamp(7, 9));
        let row = write_queued(&queued(StampTarget::Witness, 7)).expect("a row");
        assert_eq!(row.split_first(), Some((&1, GOLDEN_QUEUED.as_bytes())));
        let key = queue_key(StampTarget::Witness, 7);
        assert_eq!(read_queued(key, &row).expect("reads"), queued(StampTarget::Witness, 7));
    }

    #[test]
    fn stamps_are_found_by_the_size_of_their_head() {
        let world = World::new(16);
        let store = world.open();
        for (size, entry) in [(300, 301), (5, 6), (300, 302), (70_000, 70_001)] {
            store.write(&permit(), move |tx| tx.put_stamp(&stamp(size, entry))).expect("written");
        }
        let tx = store.read().expect("reads");
        assert_eq!(tx.stamped_sizes().expect("reads"), [5, 300, 70_000]);
        let entries: Vec<u64> = tx.stamps(6..=300).expect("reads").iter().map(|stamp| stamp.entry).collect();
        assert_eq!(entries, [301, 302]);
        let newest: Vec<u64> = tx.newest_stamps(2).expect("reads").iter().map(|stamp| stamp.entry).collect();
        assert_eq!(newest, [70_001, 302]);
    }

    #[test]
    fn a_queue_is_one_target_s_and_bounded() {
        let world = World::new(16);
        let store = world.open();
        let max = u64::try_from(STAMP_QUEUE_MAX).expect("small");
        let put = |queued: QueuedStamp| store.write(&permit(), move |tx| tx.queue_stamp(&queued)).expect("written");
        (1..=max + 3).for_each(|size| put(queued(StampTarget::First, size)));
        put(queued(StampTarget::Second, 1));
        let sizes = |target| -> Vec<u64> {
            let tx = store.read().expect("reads");
            tx.stamp_queue(target).expect("reads").iter().map(|queued| queued.size).collect()
        };
        assert_eq!(sizes(StampTarget::First), (4..=max + 3).collect::<Vec<_>>());
        store.write(&permit(), |tx| tx.unqueue_stamps(StampTarget::First, 5, true)).expect("written");
        assert_eq!(sizes(StampTarget::First).first(), Some(&4));
        store.write(&permit(), move |tx| tx.unqueue_stamps(StampTarget::First, max + 3, false)).expect("written");
        assert_eq!((sizes(StampTarget::First), sizes(StampTarget::Second)), (vec![], vec![1]));
    }
}
