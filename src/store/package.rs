//! Evidence packages and which records they hold.

use std::ops::Bound;

use redb::ReadableTable;
use xinju_model::id::{EntryIndex, PackageId};
use xinju_model::package::Package;
use xinju_model::time::Timestamp;

use crate::error::StoreError;
use crate::read::{Page, ReadTx};
use crate::row::{self, id_of, newest_first};
use crate::tables::{PACKAGE_ORDER, PACKAGE_RECORDS, PACKAGES};
use crate::varint;
use crate::write::WriteTx;

/// The setting that counts packages, for their numbers.
const COUNT_SETTING: &str = "packages.count";

fn get(table: &impl ReadableTable<[u8; 16], &'static [u8]>, id: PackageId) -> Result<Option<Package>, StoreError> {
    table.get(id.0)?.map(|row| row::decode(row.value())).transpose()
}

impl ReadTx {
    /// A package.
    pub fn package(&self, id: PackageId) -> Result<Option<Package>, StoreError> {
        get(&self.tx.open_table(PACKAGES)?, id)
    }

    /// Packages, newest first; the key is (when it was asked for, id).
    pub fn packages(&self, page: &Page<(Timestamp, PackageId)>) -> Result<Vec<Package>, StoreError> {
        let (table, order) = (self.tx.open_table(PACKAGES)?, self.tx.open_table(PACKAGE_ORDER)?);
        let from = page.after.map_or(Bound::Unbounded, |(at, id)| Bound::Excluded(newest_first(at.0, &id.0)));
        let mut packages = Vec::new();
        for row in order.range::<[u8; 24]>((from, Bound::Unbounded))?.take(page.limit) {
            packages.extend(get(&table, PackageId(id_of(&row?.0.value())))?);
        }
        Ok(packages)
    }

    /// The records of a package, in the order of the ledger; none before they were worked out.
    pub fn package_records(&self, id: PackageId) -> Result<Option<Vec<EntryIndex>>, StoreError> {
        let table = self.tx.open_table(PACKAGE_RECORDS)?;
        let Some(row) = table.get(id.0)? else { return Ok(None) };
        let (mut rest, mut place, mut records) = (row.value(), 0_u64, Vec::new());
        while !rest.is_empty() {
            let step = varint::take(&mut rest).ok_or_else(|| StoreError::damaged("the records of a package"))?;
            place = place.checked_add(step).ok_or_else(|| StoreError::damaged("the records of a package"))?;
            records.push(EntryIndex(place));
        }
        Ok(Some(records))
    }
}

impl WriteTx<'_> {
    /// A package, as this transaction sees it.
    pub fn package(&self, id: PackageId) -> Result<Option<Package>, StoreError> {
        get(&self.tx.open_table(PACKAGES)?, id)
    }

    /// Puts a package. When it was asked for never changes.
    pub fn put_package(&mut self, package: &Package) -> Result<(), StoreError> {
        self.changed = true;
        self.tx.open_table(PACKAGE_ORDER)?.insert(newest_first(package.asked_at.0, &package.id.0), ())?;
        self.tx.open_table(PACKAGES)?.insert(package.id.0, row::encode(package)?.as_slice())?;
        Ok(())
    }

    /// How many packages there are with the next one; no number is given twice.
    pub fn next_package(&mut self) -> Result<u64, StoreError> {
        let before = self.setting(COUNT_SETTING)?.and_then(|bytes| bytes.try_into().ok()).map_or(0, u64::from_be_bytes);
        let next = before.saturating_add(1);
        self.put_setting(COUNT_SETTING, Some(&next.to_be_bytes()))?;
        Ok(next)
    }

    /// Puts the records of a package, which are in the order of the ledger.
    pub fn put_package_records(&mut self, id: PackageId, records: &[EntryIndex]) -> Result<(), StoreError> {
        self.changed = true;
        let (mut row, mut before) = (Vec::new(), 0);
        for record in records {
            let step =
                record.0.checked_sub(before).ok_or_else(|| StoreError::Refused("records out of order".into()))?;
            varint::put(&mut row, step);
            before = record.0;
        }
        self.tx.open_table(PACKAGE_RECORDS)?.insert(id.0, row.as_slice())?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use xinju_model::case::Forum;
    use xinju_model::id::CaseId;
    use xinju_model::package::{
        FrozenHead, PackageFile, PackageLink, PackageSelection, PackageState, PackageWanted, Withhold, WithholdCode,
        WithholdTarget,
    };

    use super::*;
    use crate::store::tests::{World, permit};

    fn package(number: u8, at: i64) -> Package {
        let target = WithholdTarget::Field { message: EntryIndex(5), field: "content".into() };
        Package {
            id: PackageId([number; 16]),
            number: "EVID-20260131-000001".into(),
            wanted: PackageWanted {
                selection: PackageSelection::Case { case: CaseId([2; 16]) },
                reason: "r".into(),
                purpose: "p".into(),
                recipient: "c".into(),
                forum: Forum::default(),
                withhold: vec![Withhold { target, code: WithholdCode::Privacy, note: "n".into() }],
                exchange: std::collections::BTreeSet::new(),
            },
            state: PackageState::Ready,
            asked_at: Timestamp(at),
            asked_by: None,
            asked_by_name: "operator".into(),
            approval: None,
            organisation: "o".into(),
            environment: "{}".into(),
            parties: Vec::new(),
            seal: None,
            form: None,
            names: std::collections::BTreeMap::from([("a".into(), "b".into())]),
            head: Some(FrozenHead { size: 9, note: "h".into() }),
            records: 3,
            file: Some(PackageFile {
                bytes: 1,
                sha256: "a".into(),
                manifest: "b".into(),
                certificate: "c".into(),
                entry: EntryIndex(9),
                at: Timestamp(6),
                expires_at: Timestamp(7),
            }),
            link: Some(PackageLink {
                secret: "s".into(),
                phrase: "f".into(),
                made_by: "m".into(),
                made_at: Timestamp(8),
                expires_at: Timestamp(9),
                tries_left: 5,
                used_at: None,
            }),
            failure: None,
            failed_by: None,
        }
    }

    /// Rows are read by later versions: what is written must not change unnoticed.
    #[test]
    fn rows_keep_their_form() {
        let golden = include_str!("../../tests/data/package-row-1.json").trim_end();
        let row = row::encode(&package(1, 5)).expect("a row");
        assert_eq!(row.first(), Some(&1));
        assert_eq!(String::from_utf8(row.clone()).expect("text").get(1..), Some(golden));
        assert_eq!(row::decode::<Package>(&row).expect("reads"), package(1, 5));
    }

    #[test]
    fn they_are_listed_newest_first_and_numbered() {
        let world = World::new(16);
        let store = world.open();
        for (number, at) in [(1, 10), (2, 30), (3, 20)] {
            let count = store.write(&permit(), move |tx| {
                tx.put_package(&package(number, at))?;
                tx.next_package()
            });
            assert_eq!(count.expect("writes"), u64::from(number));
        }
        let tx = store.read().expect("reads");
        let ids = |after, limit| -> Vec<u8> {
            tx.packages(&Page { after, limit }).expect("reads").iter().map(|one| one.id.0[0]).collect()
        };
        assert_eq!(ids(None, 10), [2, 3, 1]);
        assert_eq!(ids(Some((Timestamp(30), PackageId([2; 16]))), 1), [3]);
    }

    #[test]
    fn records_read_back_in_order() {
        let world = World::new(16);
        let store = world.open();
        let (id, records) = (PackageId([4; 16]), [0, 1, 700, u64::MAX].map(EntryIndex));
        assert_eq!(store.read().expect("reads").package_records(id).expect("reads"), None);
        store.write(&permit(), move |tx| tx.put_package_records(id, &records)).expect("writes");
        assert_eq!(store.read().expect("reads").package_records(id).expect("reads"), Some(records.to_vec()));
        let backwards = [EntryIndex(2), EntryIndex(1)];
        assert!(store.write(&permit(), move |tx| tx.put_package_records(id, &backwards)).is_err());
    }
}
