//! Cases, what they collect, and their chains.

use std::ops::Bound;

use redb::ReadableTable;
use xinju_model::case::{Case, CaseItem};
use xinju_model::chain::Chain;
use xinju_model::id::CaseId;
use xinju_model::time::Timestamp;

use crate::error::StoreError;
use crate::read::{Page, ReadTx};
use crate::row::{self, id_of, joined, newest_first};
use crate::tables::{CASE_CHAINS, CASE_ITEMS, CASE_ORDER, CASES};
use crate::write::WriteTx;

fn order_key(at: Timestamp, id: CaseId) -> [u8; 24] {
    newest_first(at.0, &id.0)
}

fn item_key(case: CaseId, number: u32) -> [u8; 20] {
    joined(&case.0, &number.to_be_bytes())
}

impl ReadTx {
    /// A case.
    pub fn case(&self, id: CaseId) -> Result<Option<Case>, StoreError> {
        self.tx.open_table(CASES)?.get(id.0)?.map(|row| row::decode(row.value())).transpose()
    }

    /// Cases, newest first; the key is (`opened_at`, id).
    pub fn cases(&self, page: &Page<(Timestamp, CaseId)>) -> Result<Vec<Case>, StoreError> {
        let order = self.tx.open_table(CASE_ORDER)?;
        let from = page.after.map_or(Bound::Unbounded, |(at, id)| Bound::Excluded(order_key(at, id)));
        let mut cases = Vec::new();
        for row in order.range::<[u8; 24]>((from, Bound::Unbounded))?.take(page.limit) {
            cases.extend(self.case(CaseId(id_of(&row?.0.value())))?);
        }
        Ok(cases)
    }

    /// What a case collects, by number.
    pub fn case_items(&self, case: CaseId) -> Result<Vec<CaseItem>, StoreError> {
        let table = self.tx.open_table(CASE_ITEMS)?;
        let rows = table.range(item_key(case, 0)..=item_key(case, u32::MAX))?;
        rows.map(|row| row.map_err(StoreError::from).and_then(|(_, row)| row::decode(row.value()))).collect()
    }

    /// The chain of a case; an empty one where it has none.
    pub fn chain(&self, case: CaseId) -> Result<Chain, StoreError> {
        let row = self.tx.open_table(CASE_CHAINS)?.get(case.0)?;
        Ok(row.map(|row| row::decode(row.value())).transpose()?.unwrap_or_default())
    }
}

impl WriteTx<'_> {
    /// A case, as this transaction sees it.
    pub fn case(&self, id: CaseId) -> Result<Option<Case>, StoreError> {
        self.tx.open_table(CASES)?.get(id.0)?.map(|row| row::decode(row.value())).transpose()
    }

    /// Puts a case. When it was opened never changes.
    pub fn put_case(&mut self, case: &Case) -> Result<(), StoreError> {
        self.changed = true;
        self.tx.open_table(CASE_ORDER)?.insert(order_key(case.opened_at, case.id), ())?;
        self.tx.open_table(CASES)?.insert(case.id.0, row::encode(case)?.as_slice())?;
        Ok(())
    }

    /// The number of a case's next item; no number is given twice.
    pub fn next_case_item(&mut self, id: CaseId) -> Result<u32, StoreError> {
        let mut case = self.case(id)?.ok_or_else(|| StoreError::Refused("there is no such case".to_owned()))?;
        case.items_given = case.items_given.saturating_add(1);
        self.put_case(&case)?;
        Ok(case.items_given)
    }

    /// Puts something that a case collects.
    pub fn put_case_item(&mut self, case: CaseId, item: &CaseItem) -> Result<(), StoreError> {
        self.changed = true;
        self.tx.open_table(CASE_ITEMS)?.insert(item_key(case, item.number), row::encode(item)?.as_slice())?;
        Ok(())
    }

    /// Takes something out of a case; whether it was in it.
    pub fn remove_case_item(&mut self, case: CaseId, number: u32) -> Result<bool, StoreError> {
        self.changed = true;
        Ok(self.tx.open_table(CASE_ITEMS)?.remove(item_key(case, number))?.is_some())
    }

    /// Puts the chain of a case.
    pub fn put_chain(&mut self, case: CaseId, chain: &Chain) -> Result<(), StoreError> {
        self.changed = true;
        self.tx.open_table(CASE_CHAINS)?.insert(case.0, row::encode(chain)?.as_slice())?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use xinju_model::case::{CaseAbout, CaseState, ContextRule, Selection};
    use xinju_model::chain::{ChainFile, ChainLink, LinkAbout, StepKind};
    use xinju_model::id::{EntryIndex, MediaId, UserId};

    use super::*;

    /// Rows are read by later versions: what is written must not change unnoticed.
    #[test]
    fn rows_keep_their_form() {
        let about = CaseAbout { name: "n".into(), in_charge: vec![UserId([2; 16])], ..CaseAbout::default() };
        let case = Case {
            id: CaseId([1; 16]),
            about,
            state: CaseState::Open,
            items_given: 4,
            opened_at: Timestamp(5),
            opened_by: None,
        };
        let golden = "\u{1}{\"id\":\"dAQEBAQEBAQEBAQEBAQEBAQ\",\"name\":\"n\",\"number\":\"\",\"forum\":{\"kind\":\"internal\",\"name\":\"\",\"abroad\":false,\"approval_number\":\"\"},\"purpose\":\"\",\"parties\":[],\"in_charge\":[\"uAgICAgICAgICAgICAgICAg\"],\"state\":\"open\",\"items_given\":4,\"opened_at\":5,\"opened_by\":null}";
        let row = row::encode(&case).expect("a row");
        assert_eq!(String::from_utf8(row.clone()).expect("text"), golden);
        assert_eq!(row::decode::<Case>(&row).expect("reads"), case);
        let selection = Selection::Search { query: "退款".into(), zone_offset_minutes: 480, archived_before: None };
        let context = ContextRule::Around { before: 1, after: 2 };
        let item =
            CaseItem { number: 3, selection, context, comment: "c".into(), added_at: Timestamp(6), added_by: None };
        let golden = "\u{1}{\"number\":3,\"selection\":{\"search\":{\"query\":\"退款\",\"zone_offset_minutes\":480,\"archived_before\":null}},\"context\":{\"around\":{\"before\":1,\"after\":2}},\"comment\":\"c\",\"added_at\":6,\"added_by\":null}";
        let row = row::encode(&item).expect("a row");
        assert_eq!(String::from_utf8(row.clone()).expect("text"), golden);
        assert_eq!(row::decode::<CaseItem>(&row).expect("reads"), item);
    }

    #[test]
    fn chains_keep_their_form() {
        let file = ChainFile {
            number: 2,
            name: "f".into(),
            bytes: 3,
            media: MediaId([4; 16]),
            sha256: "ab".into(),
            sm3: "cd".into(),
            entry: EntryIndex(5),
            added_at: Timestamp(6),
            added_by: None,
        };
        let about = LinkAbout {
            kind: StepKind::Contract,
            title: "t".into(),
            at: Some(Timestamp(7)),
            comment: "c".into(),
            records: vec![EntryIndex(8)],
        };
        let link = ChainLink { number: 1, about, files: vec![file], added_at: Timestamp(9), added_by: None };
        let chain = Chain { given: 2, links: vec![link] };
        let golden = "\u{1}{\"given\":2,\"links\":[{\"number\":1,\"kind\":\"contract\",\"title\":\"t\",\"at\":7,\"comment\":\"c\",\"records\":[8],\"files\":[{\"number\":2,\"name\":\"f\",\"bytes\":3,\"media\":\"fBAQEBAQEBAQEBAQEBAQEBA\",\"sha256\":\"ab\",\"sm3\":\"cd\",\"entry\":5,\"added_at\":6,\"added_by\":null}],\"added_at\":9,\"added_by\":null}]}";
        let row = row::encode(&chain).expect("a row");
        assert_eq!(String::from_utf8(row.clone()).expect("text"), golden);
        assert_eq!(row::decode::<Chain>(&row).expect("reads"), chain);
    }
}
