//! Second factors, a row for each user who has one.

use redb::ReadableTable;
use serde::{Deserialize, Serialize};
use xinju_model::factor::Factor;
use xinju_model::id::UserId;
use xinju_model::time::Timestamp;

use crate::error::StoreError;
use crate::read::ReadTx;
use crate::row;
use crate::tables::FACTORS;
use crate::write::WriteTx;

#[derive(Serialize, Deserialize)]
struct FactorV1 {
    user: UserId,
    secret: [u8; 20],
    enrolled_at: Timestamp,
    last_step: u64,
    recovery: Vec<[u8; 32]>,
    recovery_at: Timestamp,
}

fn write(factor: &Factor) -> Result<Vec<u8>, StoreError> {
    let Factor { user, secret, enrolled_at, last_step, recovery, recovery_at } = factor.clone();
    row::encode(&FactorV1 { user, secret, enrolled_at, last_step, recovery, recovery_at })
}

fn read(bytes: &[u8]) -> Result<Factor, StoreError> {
    let FactorV1 { user, secret, enrolled_at, last_step, recovery, recovery_at } = row::decode(bytes)?;
    Ok(Factor { user, secret, enrolled_at, last_step, recovery, recovery_at })
}

fn get(table: &impl ReadableTable<[u8; 16], &'static [u8]>, user: UserId) -> Result<Option<Factor>, StoreError> {
    table.get(user.0)?.map(|row| read(row.value())).transpose()
}

impl ReadTx {
    /// A user's second factor.
    pub fn factor(&self, user: UserId) -> Result<Option<Factor>, StoreError> {
        get(&self.tx.open_table(FACTORS)?, user)
    }
}

impl WriteTx<'_> {
    /// A user's second factor, as this transaction sees it.
    pub fn factor(&self, user: UserId) -> Result<Option<Factor>, StoreError> {
        get(&self.tx.open_table(FACTORS)?, user)
    }

    /// Puts a user's second factor in the place of any that was.
    pub fn put_factor(&mut self, factor: &Factor) -> Result<(), StoreError> {
        self.changed = true;
        self.tx.open_table(FACTORS)?.insert(factor.user.0, write(factor)?.as_slice())?;
        Ok(())
    }

    /// Takes a user's second factor away; false where there was none.
    pub fn remove_factor(&mut self, user: UserId) -> Result<bool, StoreError> {
        let removed = self.tx.open_table(FACTORS)?.remove(user.0)?.is_some();
        self.changed |= removed;
        Ok(removed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The row of version 1, as it was first written.
    const GOLDEN: &str = concat!(
        "{\"user\":\"uAQEBAQEBAQEBAQEBAQEBAQ\",\"secret\":[2,2,2,2,2,2,2,2,2,2,2,2,2,2,2,2,2,2,2,2],\"enrolled_at\":3,",
        "\"last_step\":4,\"recovery\":[],\"recovery_at\":5}"
    );

    #[test]
    fn a_row_of_version_1_reads_for_ever() {
        let factor = Factor {
            user: UserId([1; 16]),
            secret: [2; 20],
            enrolled_at: Timestamp(3),
            last_step: 4,
            recovery: Vec::new(),
            recovery_at: Timestamp(5),
        };
        let row = write(&factor).expect("a row");
        assert_eq!(row.split_first(), Some((&1, GOLDEN.as_bytes())));
        assert_eq!(read(&row).expect("reads"), factor);
        let full = Factor { recovery: vec![[255; 32]; 10], ..factor };
        assert_eq!(read(&write(&full).expect("a row")).expect("reads"), full);
    }
}
