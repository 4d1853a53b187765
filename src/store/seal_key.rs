//! Keys that seal packages. The private halves lie apart, and only those that seal now.

use redb::ReadableTable;

use crate::error::StoreError;
use crate::read::ReadTx;
use crate::row;
use crate::tables::{SEAL_KEYS, SEAL_SECRETS};
use crate::write::WriteTx;
use xinju_model::limits::SEAL_KEYS_MAX;
use xinju_model::seal_key::{SealKey, SealKind};
use xinju_model::time::Timestamp;

fn all(table: &impl ReadableTable<u32, &'static [u8]>) -> Result<Vec<SealKey>, StoreError> {
    table.iter()?.map(|row| row::decode(row?.1.value())).collect()
}

impl ReadTx {
    /// All keys that seal or have sealed, oldest first; at most [`SEAL_KEYS_MAX`].
    pub fn seal_keys(&self) -> Result<Vec<SealKey>, StoreError> {
        all(&self.tx.open_table(SEAL_KEYS)?)
    }

    /// The private half of a key that seals now, as the service sealed it.
    pub fn seal_secret(&self, number: u32) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(self.tx.open_table(SEAL_SECRETS)?.get(number)?.map(|secret| secret.value().to_vec()))
    }
}

impl WriteTx<'_> {
    /// Puts a key in the place of the one of its kind. `key.number` is the next one, as its secret is sealed for it; refused where another came first.
    pub fn put_seal_key(&mut self, key: &SealKey, secret: &[u8]) -> Result<(), StoreError> {
        self.retire_seal_key(key.kind, key.since)?;
        let mut table = self.tx.open_table(SEAL_KEYS)?;
        let next = table.last()?.map_or(1, |(number, _)| number.value().saturating_add(1));
        if key.number != next {
            return Err(StoreError::Refused("another sealing key came just now; try again".into()));
        }
        if key.number > SEAL_KEYS_MAX {
            return Err(StoreError::Refused(format!("an archive has at most {SEAL_KEYS_MAX} sealing keys")));
        }
        self.changed = true;
        table.insert(key.number, row::encode(key)?.as_slice())?;
        self.tx.open_table(SEAL_SECRETS)?.insert(key.number, secret)?;
        Ok(())
    }

    /// Lets the key of a kind seal no more; its private half is gone.
    pub fn retire_seal_key(&mut self, kind: SealKind, at: Timestamp) -> Result<(), StoreError> {
        let mut table = self.tx.open_table(SEAL_KEYS)?;
        for mut key in all(&table)?.into_iter().filter(|key| key.kind == kind && key.is_current()) {
            self.changed = true;
            key.until = Some(at);
            table.insert(key.number, row::encode(&key)?.as_slice())?;
            self.tx.open_table(SEAL_SECRETS)?.remove(key.number)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::tests::{World, permit};
    use xinju_model::seal_key::SealCertificate;

    /// The row of version 1, as it was first written.
    const GOLDEN: &str = r#"{"number":1,"kind":"common","certificate":{"subject":"O=示例公司","issuer":"O=示例公司","organisation":"示例公司","fingerprint":"ab","self_signed":true,"not_before":1,"not_after":2},"chain":"-----BEGIN","since":3,"until":null}"#;

    fn key(number: u32, kind: SealKind) -> SealKey {
        let certificate = SealCertificate {
            subject: "O=示例公司".into(),
            issuer: "O=示例公司".into(),
            organisation: "示例公司".into(),
            fingerprint: "ab".into(),
            self_signed: true,
            not_before: Timestamp(1),
            not_after: Timestamp(2),
        };
        SealKey { number, kind, certificate, chain: "-----BEGIN".into(), since: Timestamp(3), until: None }
    }

    #[test]
    fn a_row_of_version_1_reads_for_ever() {
        let written = row::encode(&key(1, SealKind::Common)).expect("a row");
        assert_eq!(written.split_first(), Some((&1, GOLDEN.as_bytes())));
        assert_eq!(row::decode::<SealKey>(&written).expect("reads"), key(1, SealKind::Common));
    }

    #[test]
    fn a_new_key_takes_the_place_of_its_kind_and_the_old_secret_goes() {
        let world = World::new(16);
        let store = world.open();
        let put = |key: SealKey| store.write(&permit(), move |tx| tx.put_seal_key(&key, b"sealed"));
        put(key(1, SealKind::Common)).expect("the first");
        put(key(2, SealKind::Sm2)).expect("of another kind");
        assert!(put(key(2, SealKind::Common)).is_err(), "another came first");
        put(SealKey { since: Timestamp(9), ..key(3, SealKind::Common) }).expect("the next");
        let tx = store.read().expect("reads");
        let until: Vec<_> = tx.seal_keys().expect("reads").into_iter().map(|key| key.until).collect();
        assert_eq!(until, [Some(Timestamp(9)), None, None]);
        let has = |number| tx.seal_secret(number).expect("reads").is_some();
        assert_eq!((has(1), has(2), has(3)), (false, true, true));
        store.write(&permit(), |tx| tx.retire_seal_key(SealKind::Sm2, Timestamp(10))).expect("retired");
        assert!(store.read().expect("reads").seal_secret(2).expect("reads").is_none());
    }
}
