//! Staff and departments. There are at most some ten thousand: lists are sorted when asked for.

use redb::ReadableTable;
use xinju_model::id::StaffId;
use xinju_model::staff::{Department, Staff};

use crate::error::StoreError;
use crate::read::{Identity, ReadTx};
use crate::row;
use crate::tables::{DEPARTMENTS, STAFF};
use crate::write::WriteTx;

/// Version of the rows of staff: 1 had no state.
const VERSION: u8 = 2;

impl ReadTx {
    /// A member of staff.
    pub fn staff(&self, id: StaffId) -> Result<Option<Staff>, StoreError> {
        self.tx.open_table(STAFF)?.get(id.0)?.map(|row| row::decode_version(VERSION, row.value())).transpose()
    }

    /// All staff by name; those without one last, by account.
    pub fn all_staff(&self) -> Result<Vec<Staff>, StoreError> {
        let table = self.tx.open_table(STAFF)?;
        let mut staff = table
            .iter()?
            .map(|row| row::decode_version(VERSION, row?.1.value()))
            .collect::<Result<Vec<Staff>, StoreError>>()?;
        staff.sort_by_cached_key(|one| (one.name.is_empty(), one.name.to_lowercase(), one.account.clone(), one.id));
        Ok(staff)
    }

    /// All departments.
    pub fn departments(&self) -> Result<Vec<Department>, StoreError> {
        let table = self.tx.open_table(DEPARTMENTS)?;
        table.iter()?.map(|row| row::decode(row?.1.value())).collect()
    }
}

impl WriteTx<'_> {
    /// A member of staff, as this transaction sees it.
    pub fn staff(&self, id: StaffId) -> Result<Option<Staff>, StoreError> {
        self.tx.open_table(STAFF)?.get(id.0)?.map(|row| row::decode_version(VERSION, row.value())).transpose()
    }

    /// Puts a member of staff; the account leads to it.
    pub fn put_staff(&mut self, staff: &Staff) -> Result<(), StoreError> {
        self.changed = true;
        let owner = Identity::Staff(staff.id);
        if let Some(before) = self.staff(staff.id)? {
            self.remove_identity(before.channel, &before.account, &owner)?;
        }
        self.put_identity(staff.channel, &staff.account, &owner)?;
        self.tx.open_table(STAFF)?.insert(staff.id.0, row::encode_version(VERSION, staff)?.as_slice())?;
        Ok(())
    }

    /// Puts a department.
    pub fn put_department(&mut self, department: &Department) -> Result<(), StoreError> {
        self.changed = true;
        self.tx.open_table(DEPARTMENTS)?.insert(department.id, row::encode(department)?.as_slice())?;
        Ok(())
    }

    /// Takes a department away; whoever asks has seen that nothing is in it.
    pub fn remove_department(&mut self, id: i64) -> Result<(), StoreError> {
        self.changed = true;
        self.tx.open_table(DEPARTMENTS)?.remove(id)?;
        Ok(())
    }
}
