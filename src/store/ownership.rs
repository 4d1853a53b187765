//! Whose each customer is.

use redb::ReadableTable;
use xinju_model::id::{CustomerId, StaffId};
use xinju_model::ownership::Ownership;

use crate::error::StoreError;
use crate::news::News;
use crate::read::ReadTx;
use crate::row::{self, id_of, joined};
use crate::tables::{OWNED, OWNERSHIPS};
use crate::write::WriteTx;

fn owned_key(staff: StaffId, customer: CustomerId) -> [u8; 32] {
    joined(&staff.0, &customer.0)
}

/// Reads one; empty where nobody ever owned the customer.
pub(crate) fn get(
    table: &impl ReadableTable<[u8; 16], &'static [u8]>,
    id: CustomerId,
) -> Result<Ownership, StoreError> {
    table.get(id.0)?.map_or_else(|| Ok(Ownership::default()), |row| row::decode(row.value()))
}

/// The customers under a member of staff, by id.
fn owned(table: &impl ReadableTable<[u8; 32], ()>, staff: StaffId) -> Result<Vec<CustomerId>, StoreError> {
    let all = owned_key(staff, CustomerId([0; 16]))..=owned_key(staff, CustomerId([u8::MAX; 16]));
    table.range(all)?.map(|row| Ok(CustomerId(id_of(&row?.0.value())))).collect()
}

impl ReadTx {
    /// Whose a customer is and was.
    pub fn ownership(&self, id: CustomerId) -> Result<Ownership, StoreError> {
        get(&self.tx.open_table(OWNERSHIPS)?, id)
    }

    /// The customers that a member of staff owns now.
    pub fn owned_by(&self, staff: StaffId) -> Result<Vec<CustomerId>, StoreError> {
        owned(&self.tx.open_table(OWNED)?, staff)
    }
}

impl WriteTx<'_> {
    /// Whose a customer is and was, as this transaction sees it.
    pub fn ownership(&self, id: CustomerId) -> Result<Ownership, StoreError> {
        get(&self.tx.open_table(OWNERSHIPS)?, id)
    }

    /// The customers that a member of staff owns, as this transaction sees it.
    pub fn owned_by(&self, staff: StaffId) -> Result<Vec<CustomerId>, StoreError> {
        owned(&self.tx.open_table(OWNED)?, staff)
    }

    /// Puts whose a customer is and was.
    pub fn put_ownership(&mut self, id: CustomerId, ownership: &Ownership) -> Result<(), StoreError> {
        self.changed = true;
        let before = self.ownership(id)?.owner();
        let mut owned = self.tx.open_table(OWNED)?;
        if let Some(before) = before {
            owned.remove(owned_key(before, id))?;
        }
        if let Some(owner) = ownership.owner() {
            owned.insert(owned_key(owner, id), ())?;
        }
        self.tx.open_table(OWNERSHIPS)?.insert(id.0, row::encode(ownership)?.as_slice())?;
        Ok(())
    }

    /// Gives a customer that was never anybody's to the first who is known to have it.
    pub(crate) fn claim(&mut self, id: CustomerId, staff: StaffId) -> Result<(), StoreError> {
        if self.tx.open_table(OWNERSHIPS)?.get(id.0)?.is_some() {
            return Ok(());
        }
        self.put_ownership(id, &Ownership::first(staff))?;
        self.news.push(News::Customer(id));
        Ok(())
    }
}
