//! Approvals: sensitive operations that wait for, or had, a second person's word.

use std::ops::Bound;

use redb::ReadableTable;
use xinju_model::approval::Approval;
use xinju_model::id::ApprovalId;
use xinju_model::time::Timestamp;

use crate::error::StoreError;
use crate::read::{Page, ReadTx};
use crate::row::{self, id_of, newest_first};
use crate::tables::{APPROVAL_ORDER, APPROVALS, OPEN_APPROVALS};
use crate::write::WriteTx;

fn get(table: &impl ReadableTable<[u8; 16], &'static [u8]>, id: ApprovalId) -> Result<Option<Approval>, StoreError> {
    table.get(id.0)?.map(|row| row::decode(row.value())).transpose()
}

impl ReadTx {
    /// An approval.
    pub fn approval(&self, id: ApprovalId) -> Result<Option<Approval>, StoreError> {
        get(&self.tx.open_table(APPROVALS)?, id)
    }

    /// Approvals, newest first; the key is (when it was asked, id).
    pub fn approvals(&self, page: &Page<(Timestamp, ApprovalId)>) -> Result<Vec<Approval>, StoreError> {
        let (table, order) = (self.tx.open_table(APPROVALS)?, self.tx.open_table(APPROVAL_ORDER)?);
        let from = page.after.map_or(Bound::Unbounded, |(at, id)| Bound::Excluded(newest_first(at.0, &id.0)));
        let mut approvals = Vec::new();
        for row in order.range::<[u8; 24]>((from, Bound::Unbounded))?.take(page.limit) {
            approvals.extend(get(&table, ApprovalId(id_of(&row?.0.value())))?);
        }
        Ok(approvals)
    }

    /// Those of which anything may still follow, in no order.
    pub fn open_approvals(&self) -> Result<Vec<Approval>, StoreError> {
        let (table, open) = (self.tx.open_table(APPROVALS)?, self.tx.open_table(OPEN_APPROVALS)?);
        let mut approvals = Vec::new();
        for row in open.iter()? {
            approvals.extend(get(&table, ApprovalId(row?.0.value()))?);
        }
        Ok(approvals)
    }
}

impl WriteTx<'_> {
    /// An approval, as this transaction sees it.
    pub fn approval(&self, id: ApprovalId) -> Result<Option<Approval>, StoreError> {
        get(&self.tx.open_table(APPROVALS)?, id)
    }

    /// Puts an approval.
    pub fn put_approval(&mut self, approval: &Approval) -> Result<(), StoreError> {
        self.changed = true;
        let id = approval.id;
        self.tx.open_table(APPROVALS)?.insert(id.0, row::encode(approval)?.as_slice())?;
        self.tx.open_table(APPROVAL_ORDER)?.insert(newest_first(approval.asked.at.0, &id.0), ())?;
        let mut open = self.tx.open_table(OPEN_APPROVALS)?;
        if approval.state.is_open() {
            open.insert(id.0, ())?;
        } else {
            open.remove(id.0)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use xinju_model::approval::{ApprovalState, Preview, SensitiveOperation, Step};
    use xinju_model::id::{CustomerId, UserId};

    use super::*;
    use crate::store::tests::{World, permit};

    fn approval(number: u8, at: i64) -> Approval {
        let operation = SensitiveOperation::ChangeCustomerOwner { customer: CustomerId([5; 16]), owner: None };
        let details = BTreeMap::from([("owner_after".into(), String::new())]);
        Approval {
            id: ApprovalId([number; 16]),
            operation,
            preview: Preview { action: "a.b".into(), object: "o".into(), details, names: BTreeMap::new() },
            asked: Step { by: Some(UserId([1; 16])), name: "n".into(), at: Timestamp(at), why: "w".into() },
            expires_at: Timestamp(9),
            state: ApprovalState::Pending,
            decided: None,
            closed: None,
        }
    }

    /// Rows are read by later versions: what is written must not change unnoticed.
    #[test]
    fn rows_keep_their_form() {
        let golden = "\u{1}{\"id\":\"aAwMDAwMDAwMDAwMDAwMDAw\",\"operation\":{\"change_customer_owner\":{\"customer\":\"kBQUFBQUFBQUFBQUFBQUFBQ\",\"owner\":null}},\"preview\":{\"action\":\"a.b\",\"object\":\"o\",\"details\":{\"owner_after\":\"\"},\"names\":{}},\"asked\":{\"by\":\"uAQEBAQEBAQEBAQEBAQEBAQ\",\"name\":\"n\",\"at\":7,\"why\":\"w\"},\"expires_at\":9,\"state\":\"pending\",\"decided\":null,\"closed\":null}";
        let row = row::encode(&approval(3, 7)).expect("a row");
        assert_eq!(String::from_utf8(row.clone()).expect("text"), golden);
        assert_eq!(row::decode::<Approval>(&row).expect("reads"), approval(3, 7));
    }

    #[test]
    fn they_are_listed_newest_first_and_open_ones_apart() {
        let world = World::new(16);
        let store = world.open();
        for (number, at) in [(1, 10), (2, 30), (3, 20)] {
            store.write(&permit(), move |tx| tx.put_approval(&approval(number, at))).expect("writes");
        }
        let closed = Approval { state: ApprovalState::Used, ..approval(2, 30) };
        store.write(&permit(), move |tx| tx.put_approval(&closed)).expect("writes");
        let tx = store.read().expect("reads");
        let ids = |after, limit| -> Vec<u8> {
            tx.approvals(&Page { after, limit }).expect("reads").iter().map(|one| one.id.0[0]).collect()
        };
        assert_eq!(ids(None, 10), [2, 3, 1]);
        assert_eq!(ids(Some((Timestamp(30), ApprovalId([2; 16]))), 1), [3]);
        let mut open: Vec<u8> = tx.open_approvals().expect("reads").iter().map(|one| one.id.0[0]).collect();
        open.sort_unstable();
        assert_eq!(open, [1, 3]);
    }
}
