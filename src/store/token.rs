//! API tokens. There are few: what is asked by another thing than the secret is looked for in all of them.

use redb::ReadableTable;
use xinju_model::id::{TokenId, UserId};
use xinju_model::user::Token;

use crate::error::StoreError;
use crate::read::ReadTx;
use crate::row;
use crate::tables::TOKENS;
use crate::write::WriteTx;

impl ReadTx {
    /// A token by the keyed hash of its secret.
    pub fn token(&self, secret_hash: &[u8; 32]) -> Result<Option<Token>, StoreError> {
        self.tx.open_table(TOKENS)?.get(*secret_hash)?.map(|row| row::decode(row.value())).transpose()
    }

    /// A user's tokens, newest first.
    pub fn tokens(&self, user: UserId) -> Result<Vec<Token>, StoreError> {
        let mut tokens = Vec::new();
        for row in self.tx.open_table(TOKENS)?.iter()? {
            let token: Token = row::decode(row?.1.value())?;
            if token.user == user {
                tokens.push(token);
            }
        }
        tokens.sort_by_key(|token| std::cmp::Reverse((token.created_at, token.id)));
        Ok(tokens)
    }
}

impl WriteTx<'_> {
    /// Puts a token under the keyed hash of its secret.
    pub fn put_token(&mut self, secret_hash: [u8; 32], token: &Token) -> Result<(), StoreError> {
        self.changed = true;
        self.tx.open_table(TOKENS)?.insert(secret_hash, row::encode(token)?.as_slice())?;
        Ok(())
    }

    /// Revokes a token; false where there was none.
    pub fn remove_token(&mut self, id: TokenId) -> Result<bool, StoreError> {
        let mut table = self.tx.open_table(TOKENS)?;
        let mut revoked = None;
        for row in table.iter()? {
            let (hash, row) = row?;
            if row::decode::<Token>(row.value())?.id == id {
                revoked = Some(hash.value());
                break;
            }
        }
        let Some(hash) = revoked else { return Ok(false) };
        self.changed = true;
        table.remove(hash)?;
        Ok(true)
    }
}
