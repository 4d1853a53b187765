//! Passkeys, sorted by their owners.

use redb::ReadableTable;
use xinju_model::id::{PasskeyId, UserId};
use xinju_model::passkey::Passkey;

use crate::error::StoreError;
use crate::read::ReadTx;
use crate::row::{self, joined};
use crate::tables::PASSKEYS;
use crate::write::WriteTx;

fn key(user: UserId, id: PasskeyId) -> [u8; 32] {
    joined(&user.0, &id.0)
}

fn get(
    table: &impl ReadableTable<[u8; 32], &'static [u8]>,
    user: UserId,
    id: PasskeyId,
) -> Result<Option<Passkey>, StoreError> {
    table.get(key(user, id))?.map(|row| row::decode(row.value())).transpose()
}

/// A user's passkeys, oldest first.
fn of_user(table: &impl ReadableTable<[u8; 32], &'static [u8]>, user: UserId) -> Result<Vec<Passkey>, StoreError> {
    let own = table.range(key(user, PasskeyId([0; 16]))..=key(user, PasskeyId([255; 16])))?;
    let mut all = own.map(|row| row::decode(row?.1.value())).collect::<Result<Vec<Passkey>, StoreError>>()?;
    all.sort_by_key(|passkey| (passkey.created_at, passkey.id));
    Ok(all)
}

impl ReadTx {
    /// A user's passkey.
    pub fn passkey(&self, user: UserId, id: PasskeyId) -> Result<Option<Passkey>, StoreError> {
        get(&self.tx.open_table(PASSKEYS)?, user, id)
    }

    /// A user's passkeys, oldest first.
    pub fn passkeys(&self, user: UserId) -> Result<Vec<Passkey>, StoreError> {
        of_user(&self.tx.open_table(PASSKEYS)?, user)
    }
}

impl WriteTx<'_> {
    /// A user's passkey, as this transaction sees it.
    pub fn passkey(&self, user: UserId, id: PasskeyId) -> Result<Option<Passkey>, StoreError> {
        get(&self.tx.open_table(PASSKEYS)?, user, id)
    }

    /// A user's passkeys, as this transaction sees them, oldest first.
    pub fn passkeys(&self, user: UserId) -> Result<Vec<Passkey>, StoreError> {
        of_user(&self.tx.open_table(PASSKEYS)?, user)
    }

    /// Whether anybody has a passkey. There are few: all are looked at.
    pub fn passkey_is_known(&self, id: PasskeyId) -> Result<bool, StoreError> {
        for row in self.tx.open_table(PASSKEYS)?.iter()? {
            if row?.0.value().ends_with(&id.0) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Puts a passkey.
    pub fn put_passkey(&mut self, passkey: &Passkey) -> Result<(), StoreError> {
        self.changed = true;
        let row = row::encode(passkey)?;
        self.tx.open_table(PASSKEYS)?.insert(key(passkey.user, passkey.id), row.as_slice())?;
        Ok(())
    }

    /// Takes a user's passkey away; false where there was none.
    pub fn remove_passkey(&mut self, user: UserId, id: PasskeyId) -> Result<bool, StoreError> {
        let removed = self.tx.open_table(PASSKEYS)?.remove(key(user, id))?.is_some();
        self.changed |= removed;
        Ok(removed)
    }
}

#[cfg(test)]
mod tests {
    use xinju_model::time::Timestamp;

    use super::*;

    /// The row of version 1, as it was first written.
    const GOLDEN: &str = concat!(
        "{\"id\":\"yAgICAgICAgICAgICAgICAg\",\"user\":\"uAQEBAQEBAQEBAQEBAQEBAQ\",\"name\":\"n\",\"credential\":[3],\"key\":[4,5],",
        "\"state\":[1,0,7,0,0,0,0],\"created_at\":6,\"used_at\":null}"
    );

    #[test]
    fn a_row_of_version_1_reads_for_ever() {
        let passkey = Passkey {
            id: PasskeyId([2; 16]),
            user: UserId([1; 16]),
            name: "n".into(),
            credential: vec![3],
            key: vec![4, 5],
            state: [1, 0, 7, 0, 0, 0, 0],
            created_at: Timestamp(6),
            used_at: None,
        };
        let row = row::encode(&passkey).expect("a row");
        assert_eq!(row.split_first(), Some((&1, GOLDEN.as_bytes())));
        assert_eq!(row::decode::<Passkey>(&row).expect("reads"), passkey);
    }
}
