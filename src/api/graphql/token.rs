//! Keys for programs.

use async_graphql::{Context, Enum, ID, InputObject, Object, Result, SimpleObject};
use xinju_model::id::TokenId;
use xinju_model::user;
use xinju_service::token::{self as tokens};

use crate::graphql::context::{call, principal};
use crate::graphql::scalars::DateTime;

/// What a token may be used for.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "xinju_model::user::TokenScope")]
pub(crate) enum TokenScope {
    /// Read conversations, messages, customers and staff; search.
    Read,
    /// Import files.
    Import,
    /// Read ledger state and proofs.
    Ledger,
}

/// A key for programs, with at most the rights of its owner.
pub(crate) struct Token(pub(crate) user::Token);

/// A key for programs, with at most the rights of its owner.
#[Object]
impl Token {
    pub(crate) async fn id(&self) -> ID {
        self.0.id.to_string().into()
    }
    /// What it is for, in its owner's words.
    async fn name(&self) -> &str {
        &self.0.name
    }
    async fn scopes(&self) -> Vec<TokenScope> {
        self.0.scopes.iter().map(|scope| (*scope).into()).collect()
    }
    async fn created_at(&self) -> DateTime {
        self.0.created_at.into()
    }
    async fn expires_at(&self) -> DateTime {
        self.0.expires_at.into()
    }
    /// When last used, to the minute; null before its first use.
    async fn used_at(&self) -> Option<DateTime> {
        self.0.used_at.map(DateTime)
    }
}

/// A token to be made.
#[derive(InputObject)]
pub(crate) struct CreateTokenInput {
    name: String,
    scopes: Vec<TokenScope>,
    /// How many days it lives, at most 366.
    days: i32,
}

impl CreateTokenInput {
    /// What to make.
    pub(crate) fn read(self) -> tokens::CreateToken {
        new_token(self.name, self.scopes, self.days)
    }
}

/// Why a token was not made.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "xinju_service::token::TokenRefusal")]
pub(crate) enum TokenRefusal {
    /// The name is empty or too long.
    NameInvalid,
    /// No scope is asked for.
    NoScope,
    /// Not between 1 and 366.
    DaysInvalid,
    /// The token is for another person: people make their own.
    NotService,
    /// The service account is suspended.
    Suspended,
}

/// What came of making a token.
#[derive(SimpleObject)]
pub(crate) struct CreateTokenPayload {
    /// Null when it was refused.
    token: Option<Token>,
    /// The secret; shown once and kept nowhere. Null when it was refused.
    secret: Option<String>,
    /// Null when it was done.
    refusal: Option<TokenRefusal>,
}

impl From<Result<tokens::NewToken, tokens::TokenRefusal>> for CreateTokenPayload {
    fn from(outcome: Result<tokens::NewToken, tokens::TokenRefusal>) -> Self {
        match outcome {
            Ok(made) => Self { token: Some(Token(made.token)), secret: Some(made.secret.to_string()), refusal: None },
            Err(refusal) => Self { token: None, secret: None, refusal: Some(refusal.into()) },
        }
    }
}

/// A token as it was asked for.
pub(crate) fn new_token(name: String, scopes: Vec<TokenScope>, days: i32) -> tokens::CreateToken {
    // No token lives for 0 days, so what is negative is refused in the same words.
    let days = u32::try_from(days).unwrap_or(0);
    tokens::CreateToken { name, scopes: scopes.into_iter().map(Into::into).collect(), days }
}

/// The token to end.
#[derive(InputObject)]
pub(crate) struct RevokeTokenInput {
    id: ID,
}

/// What came of ending a token.
#[derive(SimpleObject)]
pub(crate) struct RevokeTokenPayload {
    /// The token that is no more; null where there was no such token of that user.
    pub(crate) id: Option<ID>,
}

/// Verbs of tokens.
#[derive(Default)]
pub(crate) struct TokenMutation;

#[Object]
impl TokenMutation {
    /// Makes a token for the viewer.
    async fn create_token(&self, context: &Context<'_>, input: CreateTokenInput) -> Result<CreateTokenPayload> {
        let new = input.read();
        Ok(call(context, move |service, viewer| service.create_token(viewer, new)).await?.into())
    }

    /// Ends one of the viewer's own tokens.
    async fn revoke_token(&self, context: &Context<'_>, input: RevokeTokenInput) -> Result<RevokeTokenPayload> {
        principal(context)?;
        let Ok(id) = TokenId::parse(&input.id) else { return Ok(RevokeTokenPayload { id: None }) };
        let done = call(context, move |service, viewer| service.revoke_token(viewer, id)).await?;
        Ok(RevokeTokenPayload { id: done.then_some(input.id) })
    }
}
