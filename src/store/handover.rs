//! Handovers and what was frozen for their review. There are at most some thousand: lists are read as a whole.

use redb::ReadableTable;
use xinju_model::handover::{Handover, Review};
use xinju_model::id::HandoverId;

use crate::error::StoreError;
use crate::read::ReadTx;
use crate::row;
use crate::tables::{HANDOVER_REVIEWS, HANDOVERS};
use crate::write::WriteTx;

fn get(table: &impl ReadableTable<[u8; 16], &'static [u8]>, id: HandoverId) -> Result<Option<Handover>, StoreError> {
    table.get(id.0)?.map(|row| row::decode(row.value())).transpose()
}

impl ReadTx {
    /// A handover.
    pub fn handover(&self, id: HandoverId) -> Result<Option<Handover>, StoreError> {
        get(&self.tx.open_table(HANDOVERS)?, id)
    }

    /// All handovers, newest first.
    pub fn handovers(&self) -> Result<Vec<Handover>, StoreError> {
        let table = self.tx.open_table(HANDOVERS)?;
        let all = table.iter()?.map(|row| row::decode(row?.1.value()));
        let mut all = all.collect::<Result<Vec<Handover>, StoreError>>()?;
        all.sort_by_key(|handover| std::cmp::Reverse((handover.begun_at, handover.id)));
        Ok(all)
    }

    /// What was frozen for the review of a handover; none before.
    pub fn review(&self, id: HandoverId) -> Result<Option<Review>, StoreError> {
        self.tx.open_table(HANDOVER_REVIEWS)?.get(id.0)?.map(|row| row::decode(row.value())).transpose()
    }
}

impl WriteTx<'_> {
    /// A handover, as this transaction sees it.
    pub fn handover(&self, id: HandoverId) -> Result<Option<Handover>, StoreError> {
        get(&self.tx.open_table(HANDOVERS)?, id)
    }

    /// Puts a handover.
    pub fn put_handover(&mut self, handover: &Handover) -> Result<(), StoreError> {
        self.changed = true;
        self.tx.open_table(HANDOVERS)?.insert(handover.id.0, row::encode(handover)?.as_slice())?;
        Ok(())
    }

    /// Puts what is frozen for the review of a handover; false, and nothing changes, where something is already.
    pub fn put_review(&mut self, id: HandoverId, review: &Review) -> Result<bool, StoreError> {
        let mut table = self.tx.open_table(HANDOVER_REVIEWS)?;
        if table.get(id.0)?.is_some() {
            return Ok(false);
        }
        self.changed = true;
        table.insert(id.0, row::encode(review)?.as_slice())?;
        Ok(true)
    }
}

#[cfg(test)]
mod tests {
    use xinju_model::handover::{CarriedOut, Doer, HandoverRule, HandoverState, WhichCustomers};
    use xinju_model::id::{CustomerId, EntryIndex, StaffId, UserId};
    use xinju_model::time::Timestamp;

    use super::*;

    /// Rows are read by later versions: what is written must not change unnoticed.
    #[test]
    fn rows_keep_their_form() {
        let doer = Doer { user: Some(UserId([2; 16])), name: "n".into() };
        let rule = |which| HandoverRule { which, successors: vec![StaffId([3; 16])] };
        let named = WhichCustomers::Named(vec![CustomerId([4; 16])]);
        let handover = Handover {
            id: HandoverId([1; 16]),
            leaver: StaffId([5; 16]),
            state: HandoverState::CarriedOut,
            begun_at: Timestamp(1),
            begun_by: doer.clone(),
            review_days: 30,
            suspended_at: Some(Timestamp(2)),
            users: vec![UserId([6; 16])],
            rules: vec![rule(named), rule(WhichCustomers::Tagged("t".into())), rule(WhichCustomers::Rest)],
            carried_out: Some(CarriedOut { at: Timestamp(3), by: doer, digest: "d".into(), customers: 4 }),
        };
        let golden = "\u{1}{\"id\":\"oAQEBAQEBAQEBAQEBAQEBAQ\",\"leaver\":\"sBQUFBQUFBQUFBQUFBQUFBQ\",\"state\":\"carried_out\",\"begun_at\":1,\"begun_by\":{\"user\":\"uAgICAgICAgICAgICAgICAg\",\"name\":\"n\"},\"review_days\":30,\"suspended_at\":2,\"users\":[\"uBgYGBgYGBgYGBgYGBgYGBg\"],\"rules\":[{\"which\":{\"named\":[\"kBAQEBAQEBAQEBAQEBAQEBA\"]},\"successors\":[\"sAwMDAwMDAwMDAwMDAwMDAw\"]},{\"which\":{\"tagged\":\"t\"},\"successors\":[\"sAwMDAwMDAwMDAwMDAwMDAw\"]},{\"which\":\"rest\",\"successors\":[\"sAwMDAwMDAwMDAwMDAwMDAw\"]}],\"carried_out\":{\"at\":3,\"by\":{\"user\":\"uAgICAgICAgICAgICAgICAg\",\"name\":\"n\"},\"digest\":\"d\",\"customers\":4}}";
        let row = row::encode(&handover).expect("a row");
        assert_eq!(String::from_utf8(row.clone()).expect("text"), golden);
        assert_eq!(row::decode::<Handover>(&row).expect("reads"), handover);
        let review = Review {
            from: Timestamp(1),
            until: Timestamp(2),
            counts: [("search.run".to_owned(), 1)].into(),
            total: 1,
            events: vec![EntryIndex(7)],
        };
        let golden = "\u{1}{\"from\":1,\"until\":2,\"counts\":{\"search.run\":1},\"total\":1,\"events\":[7]}";
        let row = row::encode(&review).expect("a row");
        assert_eq!(String::from_utf8(row.clone()).expect("text"), golden);
        assert_eq!(row::decode::<Review>(&row).expect("reads"), review);
    }
}
