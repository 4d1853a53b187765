//! Keys for programs.

use xinju_model::access::Viewer;
use xinju_model::id::TokenId;
use xinju_model::user::{Token, TokenScope};
use zeroize::Zeroizing;

use crate::error::ServiceError;
use crate::service::Service;

/// A token to be made.
#[derive(Clone, Debug)]
pub struct CreateToken {
    /// What it is for.
    pub name: String,
    /// What it may be used for.
    pub scopes: Vec<TokenScope>,
    /// How many days it lives.
    pub days: u32,
}

/// A new token and its secret.
#[derive(Debug)]
pub struct NewToken {
    /// The token.
    pub token: Token,
    /// The secret, `xjt_...`; shown once and kept nowhere.
    pub secret: Zeroizing<String>,
}

/// Why a token was not made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenRefusal {
    /// The name is empty or too long.
    NameInvalid,
    /// No scope is asked for.
    NoScope,
    /// Not between a day and [`xinju_model::limits::TOKEN_DAYS_MAX`].
    DaysInvalid,
}

impl Service {
    /// The viewer's own tokens, newest first.
    pub fn tokens(&self, viewer: &Viewer) -> Result<Vec<Token>, ServiceError> {
        todo!()
    }

    /// Makes a token for the viewer.
    pub fn create_token(
        &self,
        viewer: &Viewer,
        new: CreateToken,
    ) -> Result<Result<NewToken, TokenRefusal>, ServiceError> {
        todo!()
    }

    /// Revokes one of the viewer's own tokens; false where it is not one of them.
    pub fn revoke_token(&self, viewer: &Viewer, id: TokenId) -> Result<bool, ServiceError> {
        todo!()
    }
}
