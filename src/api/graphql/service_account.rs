//! Service accounts: users who are programs, and the tokens that people make for them.

use async_graphql::{Context, ID, InputObject, Object, Result};
use xinju_model::id::{RoleId, TokenId, UserId};
use xinju_service::token::CreateToken;

use crate::graphql::context::{call, principal};
use crate::graphql::role::role_ids;
use crate::graphql::token::{CreateTokenPayload, RevokeTokenPayload, TokenScope, new_token};
use crate::graphql::user::{CreateUserPayload, User, user_id};

/// A service account to be made.
#[derive(InputObject)]
pub(crate) struct CreateServiceAccountInput {
    /// Its short name; unique among logins without regard to case.
    login: String,
    name: String,
    /// Ids of roles, at least one. Those who do not manage roles give the built-in role STAFF only.
    roles: Vec<ID>,
}

/// A token to be made for a service account.
#[derive(InputObject)]
pub(crate) struct CreateServiceTokenInput {
    /// The service account.
    account: ID,
    name: String,
    scopes: Vec<TokenScope>,
    /// How many days it lives, at most 366.
    days: i32,
}

impl CreateServiceAccountInput {
    /// Login, name and roles.
    pub(crate) fn read(self) -> (String, String, Vec<RoleId>) {
        let roles = role_ids(&self.roles);
        (self.login, self.name, roles)
    }
}

impl CreateServiceTokenInput {
    /// For whom, and what to make.
    pub(crate) fn read(self) -> Result<(UserId, CreateToken)> {
        Ok((user_id(&self.account)?, new_token(self.name, self.scopes, self.days)))
    }
}

/// Somebody's token to end.
#[derive(InputObject)]
pub(crate) struct RevokeTokenOfInput {
    /// Whose.
    user: ID,
    token: ID,
}

/// Verbs of service accounts.
#[derive(Default)]
pub(crate) struct ServiceAccountMutation;

#[Object]
impl ServiceAccountMutation {
    /// Makes a user who is a program: it never signs in, and comes with tokens.
    async fn create_service_account(
        &self,
        context: &Context<'_>,
        input: CreateServiceAccountInput,
    ) -> Result<CreateUserPayload> {
        principal(context)?;
        let (login, name, roles) = input.read();
        let made = call(context, move |service, viewer| service.create_service_account(viewer, &login, &name, &roles));
        Ok(match made.await? {
            Ok(user) => CreateUserPayload { user: Some(User::new(user)), refusal: None },
            Err(refusal) => CreateUserPayload { user: None, refusal: Some(refusal.into()) },
        })
    }

    /// Makes a token for a service account. For those who manage roles: its secret opens what the account sees.
    async fn create_service_token(
        &self,
        context: &Context<'_>,
        input: CreateServiceTokenInput,
    ) -> Result<CreateTokenPayload> {
        principal(context)?;
        let (account, new) = input.read()?;
        Ok(call(context, move |service, viewer| service.create_service_token(viewer, account, new)).await?.into())
    }

    /// Ends a token of anybody, for those who manage users or their roles.
    async fn revoke_token_of(&self, context: &Context<'_>, input: RevokeTokenOfInput) -> Result<RevokeTokenPayload> {
        principal(context)?;
        let user = user_id(&input.user)?;
        let Ok(id) = TokenId::parse(&input.token) else { return Ok(RevokeTokenPayload { id: None }) };
        let done = call(context, move |service, viewer| service.revoke_token_of(viewer, user, id)).await?;
        Ok(RevokeTokenPayload { id: done.then_some(input.token) })
    }
}
