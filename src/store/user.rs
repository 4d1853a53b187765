//! Users and their logins.

use redb::ReadableTable;
use serde::{Deserialize, Serialize};
use xinju_model::approval::Setters;
use xinju_model::id::UserId;
use xinju_model::user::User;

use crate::error::StoreError;
use crate::read::ReadTx;
use crate::row;
use crate::tables::{LOGINS, USER_SETTERS, USERS};
use crate::write::WriteTx;

/// The row of a user with what is needed to check a password.
#[derive(Clone, Debug)]
pub struct UserRow {
    /// The user.
    pub user: User,
    /// The password as an Argon2id PHC string.
    pub password: String,
}

/// Version of the rows: 1 had one role instead of several, and no member of staff.
const VERSION: u8 = 2;

#[derive(Serialize, Deserialize)]
struct UserV2 {
    user: User,
    password: String,
}

fn read(bytes: &[u8]) -> Result<UserRow, StoreError> {
    let UserV2 { user, password } = row::decode_version(VERSION, bytes)?;
    Ok(UserRow { user, password })
}

fn get(table: &impl ReadableTable<[u8; 16], &'static [u8]>, id: UserId) -> Result<Option<UserRow>, StoreError> {
    table.get(id.0)?.map(|row| read(row.value())).transpose()
}

impl ReadTx {
    /// A user by id.
    pub fn user(&self, id: UserId) -> Result<Option<UserRow>, StoreError> {
        get(&self.tx.open_table(USERS)?, id)
    }

    /// A user by login (lower case).
    pub fn user_by_login(&self, login: &str) -> Result<Option<UserRow>, StoreError> {
        match self.tx.open_table(LOGINS)?.get(login)? {
            Some(id) => self.user(UserId(id.value())),
            None => Ok(None),
        }
    }

    /// Who gave an account its keys and roles; none where it is from before anybody wrote it down.
    pub fn setters(&self, id: UserId) -> Result<Option<Setters>, StoreError> {
        self.tx.open_table(USER_SETTERS)?.get(id.0)?.map(|row| row::decode(row.value())).transpose()
    }

    /// All users by login.
    pub fn users(&self) -> Result<Vec<UserRow>, StoreError> {
        let table = self.tx.open_table(USERS)?;
        let logins = self.tx.open_table(LOGINS)?;
        let mut users = Vec::new();
        for row in logins.iter()? {
            users.extend(get(&table, UserId(row?.1.value()))?);
        }
        Ok(users)
    }
}

impl WriteTx<'_> {
    /// A user's row.
    pub fn user(&self, id: UserId) -> Result<Option<UserRow>, StoreError> {
        get(&self.tx.open_table(USERS)?, id)
    }

    /// A user by login (lower case), as this transaction sees it.
    pub fn user_by_login(&self, login: &str) -> Result<Option<UserRow>, StoreError> {
        let id = self.tx.open_table(LOGINS)?.get(login)?.map(|id| UserId(id.value()));
        id.map_or(Ok(None), |id| self.user(id))
    }

    /// Who gave an account its keys and roles, as this transaction sees it.
    pub fn setters(&self, id: UserId) -> Result<Option<Setters>, StoreError> {
        self.tx.open_table(USER_SETTERS)?.get(id.0)?.map(|row| row::decode(row.value())).transpose()
    }

    /// Puts who gave an account its keys and roles.
    pub fn put_setters(&mut self, id: UserId, setters: Setters) -> Result<(), StoreError> {
        self.changed = true;
        self.tx.open_table(USER_SETTERS)?.insert(id.0, row::encode(&setters)?.as_slice())?;
        Ok(())
    }

    /// How many users there are, as this transaction sees it.
    pub fn count_users(&self) -> Result<u64, StoreError> {
        Ok(redb::ReadableTableMetadata::len(&self.tx.open_table(USERS)?)?)
    }

    /// Puts a user; refuses a login that another user has.
    pub fn put_user(&mut self, row: &UserRow) -> Result<(), StoreError> {
        let id = row.user.id;
        let login = row.user.login.to_lowercase();
        let mut logins = self.tx.open_table(LOGINS)?;
        if logins.get(login.as_str())?.is_some_and(|owner| owner.value() != id.0) {
            return Err(StoreError::Refused(format!("the login {login} is taken")));
        }
        self.changed = true;
        let mut table = self.tx.open_table(USERS)?;
        if let Some(before) = get(&table, id)? {
            logins.remove(before.user.login.to_lowercase().as_str())?;
        }
        logins.insert(login.as_str(), id.0)?;
        let bytes = row::encode_version(VERSION, &UserV2 { user: row.user.clone(), password: row.password.clone() })?;
        table.insert(id.0, bytes.as_slice())?;
        Ok(())
    }
}
