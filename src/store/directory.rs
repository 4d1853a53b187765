//! Who has which id on a channel.

use redb::{ReadableTable, WriteTransaction};
use xinju_model::channel::{Channel, Party, Side};
use xinju_model::customer::{ContactIdentity, Customer, customer_id};
use xinju_model::facts::wecom_key;
use xinju_model::id::{CustomerId, StaffId, derived};
use xinju_model::staff::{Staff, StaffState, staff_id};

use crate::error::StoreError;
use crate::read::{Identity, ReadTx};
use crate::tables::IDENTITIES;
use crate::write::WriteTx;

/// Every channel, for questions that name none.
pub(crate) const CHANNELS: [Channel; 1] = [Channel::Wecom];

/// The first byte of an identity's row.
pub(crate) const CUSTOMER: u8 = 1;
/// See [`CUSTOMER`].
pub(crate) const STAFF: u8 = 2;

/// The form of a channel's id under which two spellings of one person meet.
pub(crate) fn party_key(channel: Channel, id: &str) -> String {
    match channel {
        Channel::Wecom => wecom_key(id),
    }
}

/// Sixteen bytes for a channel's id in key form: ids may have any length, keys of tables should not.
pub(crate) fn identity_key(channel: Channel, key: &str) -> [u8; 16] {
    derived("xinju-identity/1", &[channel.name().as_bytes(), key.as_bytes()])
}

fn to_row(identity: &Identity) -> [u8; 17] {
    match identity {
        Identity::Customer(id) => crate::row::joined(&[CUSTOMER], &id.0),
        Identity::Staff(id) => crate::row::joined(&[STAFF], &id.0),
    }
}

/// Reads an identity's row.
pub(crate) fn from_row(row: [u8; 17]) -> Result<Identity, StoreError> {
    let id = crate::row::id_of(&row);
    match row.first() {
        Some(&CUSTOMER) => Ok(Identity::Customer(CustomerId(id))),
        Some(&STAFF) => Ok(Identity::Staff(StaffId(id))),
        _ => Err(StoreError::damaged("an identity's row")),
    }
}

fn get(tx: &WriteTransaction, channel: Channel, key: &str) -> Result<Option<Identity>, StoreError> {
    tx.open_table(IDENTITIES)?.get(identity_key(channel, key))?.map(|row| from_row(row.value())).transpose()
}

impl ReadTx {
    /// Who has a channel's id (already in key form, see [`xinju_model::facts::wecom_key`]).
    pub fn identity(&self, channel: Channel, key: &str) -> Result<Option<Identity>, StoreError> {
        let row = self.tx.open_table(IDENTITIES)?.get(identity_key(channel, key))?;
        row.map(|row| from_row(row.value())).transpose()
    }
}

impl WriteTx<'_> {
    /// Who has a channel's id (in key form), as this transaction sees it.
    pub fn identity(&self, channel: Channel, key: &str) -> Result<Option<Identity>, StoreError> {
        get(self.tx, channel, key)
    }

    /// Lets a channel's id lead to somebody.
    pub(crate) fn put_identity(&self, channel: Channel, id: &str, owner: &Identity) -> Result<(), StoreError> {
        let key = identity_key(channel, &party_key(channel, id));
        self.tx.open_table(IDENTITIES)?.insert(key, to_row(owner))?;
        Ok(())
    }

    /// Lets a channel's id lead to nobody, where it led to `owner`.
    pub(crate) fn remove_identity(&self, channel: Channel, id: &str, owner: &Identity) -> Result<(), StoreError> {
        let key = identity_key(channel, &party_key(channel, id));
        let mut table = self.tx.open_table(IDENTITIES)?;
        if table.get(key)?.is_some_and(|row| row.value() == to_row(owner)) {
            table.remove(key)?;
        }
        Ok(())
    }

    /// Makes a row for somebody whom no directory has named yet. Robots get none.
    pub(crate) fn ensure_person(&mut self, channel: Channel, party: &Party) -> Result<(), StoreError> {
        let key = party_key(channel, &party.id);
        if party.side == Side::Robot || get(self.tx, channel, &key)?.is_some() {
            return Ok(());
        }
        if party.side == Side::Staff {
            return self.put_staff(&Staff {
                id: staff_id(channel, &key),
                name: String::new(),
                channel,
                account: party.id.clone(),
                departments: Vec::new(),
                position: None,
                listed: false,
                state: StaffState::Active,
            });
        }
        self.put_customer(&Customer {
            id: customer_id(channel, &key),
            name: String::new(),
            company: None,
            position: None,
            identities: vec![ContactIdentity { channel, id: party.id.clone() }],
            followers: Vec::new(),
            listed: false,
        })
    }
}
