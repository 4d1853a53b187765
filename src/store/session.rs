//! Sessions of browsers. There are few: what is asked by another thing than the secret is looked for in all of them.

use redb::ReadableTable;
use xinju_model::id::{SessionId, UserId};
use xinju_model::user::Session;

use crate::error::StoreError;
use crate::read::ReadTx;
use crate::row;
use crate::tables::SESSIONS;
use crate::write::WriteTx;

impl ReadTx {
    /// A session by the keyed hash of its secret.
    pub fn session(&self, secret_hash: &[u8; 32]) -> Result<Option<Session>, StoreError> {
        self.tx.open_table(SESSIONS)?.get(*secret_hash)?.map(|row| row::decode(row.value())).transpose()
    }

    /// A user's sessions, newest first.
    pub fn sessions(&self, user: UserId) -> Result<Vec<Session>, StoreError> {
        let mut sessions = Vec::new();
        for row in self.tx.open_table(SESSIONS)?.iter()? {
            let session: Session = row::decode(row?.1.value())?;
            if session.user == user {
                sessions.push(session);
            }
        }
        sessions.sort_by_key(|session| std::cmp::Reverse((session.created_at, session.id)));
        Ok(sessions)
    }
}

impl WriteTx<'_> {
    /// Puts a session under the keyed hash of its secret.
    pub fn put_session(&mut self, secret_hash: [u8; 32], session: &Session) -> Result<(), StoreError> {
        self.changed = true;
        self.tx.open_table(SESSIONS)?.insert(secret_hash, row::encode(session)?.as_slice())?;
        Ok(())
    }

    /// Ends a session; false where there was none.
    pub fn remove_session(&mut self, id: SessionId) -> Result<bool, StoreError> {
        Ok(self.remove_sessions(|session| session.id == id)? > 0)
    }

    /// Ends all sessions that `which` picks (a user's, or those that have run out) and says how many.
    pub fn remove_sessions(&mut self, mut which: impl FnMut(&Session) -> bool) -> Result<usize, StoreError> {
        let mut table = self.tx.open_table(SESSIONS)?;
        let mut ended = Vec::new();
        for row in table.iter()? {
            let (hash, row) = row?;
            if which(&row::decode(row.value())?) {
                ended.push(hash.value());
            }
        }
        self.changed |= !ended.is_empty();
        for hash in &ended {
            table.remove(*hash)?;
        }
        Ok(ended.len())
    }
}
