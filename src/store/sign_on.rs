//! Who of an identity provider is which user: a row for each person who came from one.

use redb::ReadableTable;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use xinju_model::id::UserId;
use xinju_model::sign_on::Link;
use xinju_model::time::Timestamp;

use crate::error::StoreError;
use crate::read::ReadTx;
use crate::row;
use crate::tables::LINKS;
use crate::write::WriteTx;

#[derive(Serialize, Deserialize)]
struct LinkV1 {
    user: UserId,
    issuer: String,
    subject: String,
    since: Timestamp,
}

fn write(link: &Link) -> Result<Vec<u8>, StoreError> {
    let Link { user, issuer, subject, since } = link.clone();
    row::encode(&LinkV1 { user, issuer, subject, since })
}

fn read(bytes: &[u8]) -> Result<Link, StoreError> {
    let LinkV1 { user, issuer, subject, since } = row::decode(bytes)?;
    Ok(Link { user, issuer, subject, since })
}

/// The lengths keep the parts from being shifted into each other.
fn key(issuer: &str, subject: &str) -> [u8; 32] {
    let mut hash = Sha256::new();
    for part in [issuer, subject] {
        hash.update(u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
        hash.update(part.as_bytes());
    }
    hash.finalize().into()
}

fn of_user(
    table: &impl ReadableTable<[u8; 32], &'static [u8]>,
    user: UserId,
    issuer: &str,
) -> Result<Option<Link>, StoreError> {
    for row in table.iter()? {
        let link = read(row?.1.value())?;
        if link.user == user && link.issuer == issuer {
            return Ok(Some(link));
        }
    }
    Ok(None)
}

impl ReadTx {
    /// Which user a person of an identity provider is.
    pub fn link(&self, issuer: &str, subject: &str) -> Result<Option<Link>, StoreError> {
        let table = self.tx.open_table(LINKS)?;
        table.get(key(issuer, subject))?.map(|row| read(row.value())).transpose()
    }

    /// Which person of an identity provider a user is; looked for in all of them.
    pub fn link_of(&self, user: UserId, issuer: &str) -> Result<Option<Link>, StoreError> {
        of_user(&self.tx.open_table(LINKS)?, user, issuer)
    }
}

impl WriteTx<'_> {
    /// Notes who somebody of an identity provider is. Refused where that person, or that user, has another note.
    pub fn put_link(&mut self, link: &Link) -> Result<(), StoreError> {
        let mut table = self.tx.open_table(LINKS)?;
        let key = key(&link.issuer, &link.subject);
        if table.get(key)?.is_some() || of_user(&table, link.user, &link.issuer)?.is_some() {
            return Err(StoreError::Refused("the user changed just now; sign in again".into()));
        }
        self.changed = true;
        table.insert(key, write(link)?.as_slice())?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::tests::{World, permit};

    /// The row of version 1, as it was first written.
    const GOLDEN: &str = "{\"user\":\"uAQEBAQEBAQEBAQEBAQEBAQ\",\"issuer\":\"https://id.example\",\"subject\":\"248289761001\",\"since\":3}";

    fn link(user: u8, subject: &str) -> Link {
        Link {
            user: UserId([user; 16]),
            issuer: "https://id.example".into(),
            subject: subject.into(),
            since: Timestamp(3),
        }
    }

    #[test]
    fn a_row_of_version_1_reads_for_ever() {
        let row = write(&link(1, "248289761001")).expect("a row");
        assert_eq!(row.split_first(), Some((&1, GOLDEN.as_bytes())));
        assert_eq!(read(&row).expect("reads"), link(1, "248289761001"));
    }

    #[test]
    fn a_person_is_one_user_and_a_user_one_person() {
        assert_ne!(key("ab", "c"), key("a", "bc"));
        let world = World::new(16);
        let store = world.open();
        let put = |link: Link| store.write(&permit(), move |tx| tx.put_link(&link));
        put(link(1, "one")).expect("written");
        assert!(put(link(2, "one")).is_err(), "somebody else's");
        assert!(put(link(1, "two")).is_err(), "another person");
        put(link(2, "two")).expect("written");
        let tx = store.read().expect("reads");
        let user = |subject: &str| tx.link("https://id.example", subject).expect("reads").map(|link| link.user.0[0]);
        assert_eq!((user("one"), user("two"), user("three")), (Some(1), Some(2), None));
        assert!(tx.link_of(UserId([2; 16]), "https://id.example").expect("reads").is_some());
        assert!(tx.link("https://id.other", "one").expect("reads").is_none());
    }
}
