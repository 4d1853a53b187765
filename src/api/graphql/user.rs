//! People who can sign in, for those who manage them.

use async_graphql::{Context, Enum, ID, InputObject, Object, Result, SimpleObject};
use xinju_model::id::UserId;
use xinju_model::user;
use xinju_service::error::ServiceError;
use xinju_service::service::Service;
use xinju_service::user::{self as users, CreateUser};
use zeroize::Zeroizing;

use crate::graphql::context::{call, principal, where_allowed};
use crate::graphql::error::fault;
use crate::graphql::scalars::DateTime;

/// What hashing a password costs of the complexity limit: a request has room for one or two.
pub(crate) const PASSWORD_COST: usize = 8_000;

/// What a user is.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "xinju_model::access::Role")]
pub(crate) enum Role {
    /// Sets the system up, imports, manages users; reads.
    Administrator,
    /// Reads and searches everything, looks into ledger and proofs.
    Compliance,
    /// Reads and searches.
    Staff,
}

/// A person who can sign in.
pub(crate) struct User(pub(crate) user::User);

/// A person who can sign in.
#[Object]
impl User {
    pub(crate) async fn id(&self) -> ID {
        self.0.id.to_string().into()
    }
    /// What is typed to sign in; unique without regard to case.
    async fn login(&self) -> &str {
        &self.0.login
    }
    /// The name to show.
    async fn name(&self) -> &str {
        &self.0.name
    }
    async fn role(&self) -> Role {
        self.0.role.into()
    }
    /// Whether the user may sign in.
    async fn active(&self) -> bool {
        self.0.active
    }
    async fn created_at(&self) -> DateTime {
        self.0.created_at.into()
    }
    /// When the user last signed in; null before the first time.
    async fn signed_in_at(&self) -> Option<DateTime> {
        self.0.signed_in_at.map(DateTime)
    }
    /// Whether the user has a second factor, for oneself and those who manage users; null for others.
    async fn second_factor(&self, context: &Context<'_>) -> Result<Option<bool>> {
        let id = self.0.id;
        call(context, move |service, viewer| where_allowed(service.has_factor(viewer, id).map(Some))).await
    }
}

/// Questions about users.
#[derive(Default)]
pub(crate) struct UserQuery;

#[Object]
impl UserQuery {
    /// All users by login, for those who manage them.
    async fn users(&self, context: &Context<'_>) -> Result<Vec<User>> {
        let all = call(context, Service::users).await?;
        Ok(all.into_iter().map(User).collect())
    }
}

/// A user to be made.
#[derive(InputObject)]
pub(crate) struct CreateUserInput {
    login: String,
    name: String,
    role: Role,
    /// The first password.
    password: String,
}

/// Why a user was not made.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "xinju_service::user::UserRefusal")]
pub(crate) enum UserRefusal {
    /// Another user has the login.
    LoginTaken,
    /// The login is empty, too long or has spaces or control characters.
    LoginInvalid,
    /// The name is empty or too long.
    NameInvalid,
    PasswordTooShort,
    PasswordTooLong,
    /// Among the most common ones, or nearly.
    PasswordCommon,
    /// Little more than the login or the name.
    PasswordPersonal,
    /// A pattern, a date, a row of keys.
    PasswordGuessable,
}

/// What came of making a user.
#[derive(SimpleObject)]
pub(crate) struct CreateUserPayload {
    /// Null when it was refused.
    user: Option<User>,
    /// Null when it was done.
    refusal: Option<UserRefusal>,
}

/// Whether a user may sign in.
#[derive(InputObject)]
pub(crate) struct SetUserActiveInput {
    id: ID,
    active: bool,
}

/// Why a user was not suspended.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "xinju_service::user::SetUserActiveRefusal")]
pub(crate) enum SetUserActiveRefusal {
    /// Nobody could manage users any more.
    LastAdministrator,
    /// People do not suspend themselves.
    Yourself,
}

/// What came of suspending a user or letting one in again.
#[derive(SimpleObject)]
pub(crate) struct SetUserActivePayload {
    /// Null when it was refused.
    user: Option<User>,
    /// Null when it was done.
    refusal: Option<SetUserActiveRefusal>,
}

/// A user's own password.
#[derive(InputObject)]
pub(crate) struct ChangePasswordInput {
    current: String,
    new: String,
}

/// Why a password was not changed.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "xinju_service::user::PasswordRefusal")]
pub(crate) enum PasswordRefusal {
    /// The present password is another.
    WrongPassword,
    PasswordTooShort,
    PasswordTooLong,
    /// Among the most common ones, or nearly.
    PasswordCommon,
    /// Little more than the login or the name.
    PasswordPersonal,
    /// A pattern, a date, a row of keys.
    PasswordGuessable,
}

/// What came of changing a password.
#[derive(SimpleObject)]
pub(crate) struct ChangePasswordPayload {
    /// Null when it was done.
    refusal: Option<PasswordRefusal>,
}

/// Verbs of users.
#[derive(Default)]
pub(crate) struct UserMutation;

#[Object]
impl UserMutation {
    /// Changes the viewer's own password. The viewer's other sessions end.
    #[graphql(complexity = "PASSWORD_COST + child_complexity")]
    async fn change_password(
        &self,
        context: &Context<'_>,
        input: ChangePasswordInput,
    ) -> Result<ChangePasswordPayload> {
        let keep = principal(context)?.session.as_ref().map(|session| session.id);
        let (current, new) = (Zeroizing::new(input.current), Zeroizing::new(input.new));
        let outcome =
            call(context, move |service, viewer| service.change_password(viewer, &current, &new, keep)).await?;
        Ok(ChangePasswordPayload { refusal: outcome.err().map(Into::into) })
    }

    /// Makes a user.
    #[graphql(complexity = "PASSWORD_COST + child_complexity")]
    async fn create_user(&self, context: &Context<'_>, input: CreateUserInput) -> Result<CreateUserPayload> {
        let new = CreateUser {
            login: input.login,
            name: input.name,
            role: input.role.into(),
            password: Zeroizing::new(input.password),
        };
        Ok(match call(context, move |service, viewer| service.create_user(viewer, new)).await? {
            Ok(user) => CreateUserPayload { user: Some(User(user)), refusal: None },
            Err(refusal) => CreateUserPayload { user: None, refusal: Some(refusal.into()) },
        })
    }

    /// Suspends a user (sessions and tokens end at once) or lets the user in again.
    async fn set_user_active(&self, context: &Context<'_>, input: SetUserActiveInput) -> Result<SetUserActivePayload> {
        principal(context)?;
        let id = UserId::parse(&input.id).map_err(|_| fault(&ServiceError::NotFound("user")))?;
        let outcome: Result<_, users::SetUserActiveRefusal> =
            call(context, move |service, viewer| service.set_user_active(viewer, id, input.active)).await?;
        Ok(match outcome {
            Ok(user) => SetUserActivePayload { user: Some(User(user)), refusal: None },
            Err(refusal) => SetUserActivePayload { user: None, refusal: Some(refusal.into()) },
        })
    }
}
