//! People who can sign in, for those who manage them.

use std::sync::Arc;

use async_graphql::{Context, Enum, ID, InputObject, Object, Result, SimpleObject};
use xinju_model::id::{RoleId, StaffId, UserId};
use xinju_model::user;
use xinju_service::error::ServiceError;
use xinju_service::service::Service;
use xinju_service::session::Principal;
use xinju_service::user::{self as users, CreateUser};
use zeroize::Zeroizing;

use crate::graphql::context::{call, call_as, principal, where_allowed};
use crate::graphql::error::fault;
use crate::graphql::role::{Role, role_ids};
use crate::graphql::scalars::DateTime;
use crate::graphql::staff::Staff;
use crate::graphql::token::Token;

/// What hashing a password costs of the complexity limit: a request has room for one or two.
pub(crate) const PASSWORD_COST: usize = 8_000;

/// Who uses it.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "xinju_model::user::UserKind")]
pub(crate) enum UserKind {
    /// Somebody who signs in.
    Person,
    /// A program that comes with tokens and never signs in.
    Service,
}

/// A person who can sign in, or a program that comes with tokens.
pub(crate) struct User {
    pub(crate) user: user::User,
    /// Who it is, where it is who asks: signing in answers before there is anybody to ask as.
    asker: Option<Arc<Principal>>,
}

impl User {
    /// Somebody.
    pub(crate) fn new(user: user::User) -> Self {
        Self { user, asker: None }
    }

    /// Who asks.
    pub(crate) fn asking(principal: &Arc<Principal>) -> Self {
        Self { user: principal.user.clone(), asker: Some(Arc::clone(principal)) }
    }
}

/// A person who can sign in, or a program that comes with tokens.
#[Object]
impl User {
    pub(crate) async fn id(&self) -> ID {
        self.user.id.to_string().into()
    }
    /// What is typed to sign in; unique without regard to case.
    async fn login(&self) -> &str {
        &self.user.login
    }
    /// The name to show.
    async fn name(&self) -> &str {
        &self.user.name
    }
    /// Who uses it.
    async fn kind(&self) -> UserKind {
        self.user.kind.into()
    }
    /// The roles; at least one.
    async fn roles(&self, context: &Context<'_>) -> Result<Vec<Role>> {
        let id = self.user.id;
        let all = match &self.asker {
            Some(principal) => principal.viewer.rights.roles.clone(),
            None => call(context, move |service, viewer| service.roles_of(viewer, id)).await?,
        };
        Ok(all.into_iter().map(Role).collect())
    }
    /// The member of staff that the user is; null where nobody said, and where staff are not yours to see.
    async fn staff(&self, context: &Context<'_>) -> Result<Option<Staff>> {
        let Some(id) = self.user.staff else { return Ok(None) };
        let asker = self.asker.clone().map_or_else(|| principal(context), Ok)?;
        let found = call_as(context, asker, move |service, viewer| where_allowed(service.staff(viewer, id))).await?;
        Ok(found.map(Staff))
    }
    /// Whether the user may sign in.
    async fn active(&self) -> bool {
        self.user.active
    }
    async fn created_at(&self) -> DateTime {
        self.user.created_at.into()
    }
    /// When the user last signed in; null before the first time.
    async fn signed_in_at(&self) -> Option<DateTime> {
        self.user.signed_in_at.map(DateTime)
    }
    /// The user's tokens, newest first, for oneself and those who manage users or their roles; null for others.
    async fn tokens(&self, context: &Context<'_>) -> Result<Option<Vec<Token>>> {
        let id = self.user.id;
        let asker = self.asker.clone().map_or_else(|| principal(context), Ok)?;
        let all = call_as(context, asker, move |service, viewer| {
            let own = viewer.user == Some(id);
            where_allowed(if own { service.tokens(viewer) } else { service.tokens_of(viewer, id) }.map(Some))
        });
        Ok(all.await?.map(|all| all.into_iter().map(Token).collect()))
    }
    /// Until when, past or to come, the link is good by which an administrator who was invited at set-up chooses a password; null where none is needed any more, and for those who do not manage users.
    async fn invited_until(&self, context: &Context<'_>) -> Result<Option<DateTime>> {
        let id = self.user.id;
        let until = call(context, move |service, viewer| where_allowed(service.invited_until(viewer, id))).await?;
        Ok(until.map(DateTime))
    }
    /// Whether the user has a second factor, for oneself and those who manage users; null for others.
    async fn second_factor(&self, context: &Context<'_>) -> Result<Option<bool>> {
        let id = self.user.id;
        call(context, move |service, viewer| where_allowed(service.has_factor(viewer, id).map(Some))).await
    }
}

/// Questions about users.
#[derive(Default)]
pub(crate) struct UserQuery;

#[Object]
impl UserQuery {
    /// All users by login, for those who manage them or their roles.
    async fn users(&self, context: &Context<'_>) -> Result<Vec<User>> {
        let all = call(context, Service::users).await?;
        Ok(all.into_iter().map(User::new).collect())
    }

    /// A user by id, for those who manage users or their roles; null when there is none.
    async fn user(&self, context: &Context<'_>, id: ID) -> Result<Option<User>> {
        let parsed = UserId::parse(&id);
        let found = call(context, move |service, viewer| match parsed {
            Ok(id) => service.user(viewer, id),
            Err(_) => Ok(None),
        });
        Ok(found.await?.map(User::new))
    }
}

/// A user to be made.
#[derive(InputObject)]
pub(crate) struct CreateUserInput {
    login: String,
    name: String,
    /// Ids of roles, at least one. Those who do not manage roles give the built-in role STAFF only.
    roles: Vec<ID>,
    /// The member of staff that the user is; only for those who manage roles.
    staff: Option<ID>,
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
    /// No role, too many, or one that is not there.
    RolesInvalid,
    /// The roles put powers into one hand that belong into several.
    PowersTogether,
    /// Only those who manage roles give others than staff, and only an owner makes an owner.
    NotYoursToGive,
    /// There is no such member of staff.
    StaffUnknown,
}

/// What came of making a user.
#[derive(SimpleObject)]
pub(crate) struct CreateUserPayload {
    /// Null when it was refused.
    pub(crate) user: Option<User>,
    /// Null when it was done.
    pub(crate) refusal: Option<UserRefusal>,
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
    /// Nobody could manage users, or nobody roles, any more.
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

/// A user's roles, and the member of staff that the user is.
#[derive(InputObject)]
pub(crate) struct SetUserRolesInput {
    id: ID,
    /// Ids of roles, at least one.
    roles: Vec<ID>,
    /// Null for nobody.
    staff: Option<ID>,
}

/// Why a user did not get roles.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "xinju_service::user::SetUserRolesRefusal")]
pub(crate) enum SetUserRolesRefusal {
    /// No role, too many, or one that is not there.
    RolesInvalid,
    /// The roles put powers into one hand that belong into several.
    PowersTogether,
    /// Only an owner makes an owner, or takes it back.
    NotYoursToGive,
    /// There is no such member of staff.
    StaffUnknown,
    /// People do not change their own rights, unless they are owners.
    Yourself,
    /// Nobody could manage users, or nobody roles, any more.
    LastAdministrator,
}

/// What came of giving a user roles.
#[derive(SimpleObject)]
pub(crate) struct SetUserRolesPayload {
    /// Null when it was refused.
    user: Option<User>,
    /// Null when it was done.
    refusal: Option<SetUserRolesRefusal>,
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

impl CreateUserInput {
    /// What to make; none where the member of staff is nobody's id.
    pub(crate) fn read(self) -> Option<CreateUser> {
        let staff = self.staff.map(|id| StaffId::parse(&id)).transpose().ok()?;
        Some(CreateUser {
            login: self.login,
            name: self.name,
            roles: role_ids(&self.roles),
            staff,
            password: Zeroizing::new(self.password),
        })
    }
}

/// The id of a user; one that is none is as one that is not there.
pub(crate) fn user_id(id: &ID) -> Result<UserId> {
    UserId::parse(id).map_err(|_| fault(&ServiceError::NotFound("user")))
}

impl SetUserActiveInput {
    /// Whom, and whether.
    pub(crate) fn read(&self) -> Result<(UserId, bool)> {
        Ok((user_id(&self.id)?, self.active))
    }
}

impl SetUserRolesInput {
    /// Whom and which roles; no member of staff where it is nobody's id.
    #[allow(clippy::option_option, reason = "somebody who is not there is not the same as nobody")]
    pub(crate) fn read(&self) -> Result<(UserId, Vec<RoleId>, Option<Option<StaffId>>)> {
        let staff = self.staff.as_ref().map(|id| StaffId::parse(id)).transpose().ok();
        Ok((user_id(&self.id)?, role_ids(&self.roles), staff))
    }
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
        principal(context)?;
        let Some(new) = input.read() else {
            return Ok(CreateUserPayload { user: None, refusal: Some(UserRefusal::StaffUnknown) });
        };
        Ok(match call(context, move |service, viewer| service.create_user(viewer, new)).await? {
            Ok(user) => CreateUserPayload { user: Some(User::new(user)), refusal: None },
            Err(refusal) => CreateUserPayload { user: None, refusal: Some(refusal.into()) },
        })
    }

    /// Suspends a user (sessions and tokens end at once) or lets the user in again.
    async fn set_user_active(&self, context: &Context<'_>, input: SetUserActiveInput) -> Result<SetUserActivePayload> {
        principal(context)?;
        let (id, active) = input.read()?;
        let outcome: Result<_, users::SetUserActiveRefusal> =
            call(context, move |service, viewer| service.set_user_active(viewer, id, active)).await?;
        Ok(match outcome {
            Ok(user) => SetUserActivePayload { user: Some(User::new(user)), refusal: None },
            Err(refusal) => SetUserActivePayload { user: None, refusal: Some(refusal.into()) },
        })
    }

    /// Gives a user other roles, and says which member of staff the user is. Effective at once.
    async fn set_user_roles(&self, context: &Context<'_>, input: SetUserRolesInput) -> Result<SetUserRolesPayload> {
        principal(context)?;
        let (id, roles, staff) = input.read()?;
        let Some(staff) = staff else {
            return Ok(SetUserRolesPayload { user: None, refusal: Some(SetUserRolesRefusal::StaffUnknown) });
        };
        let outcome = call(context, move |service, viewer| service.set_user_roles(viewer, id, &roles, staff)).await?;
        Ok(match outcome {
            Ok(user) => SetUserRolesPayload { user: Some(User::new(user)), refusal: None },
            Err(refusal) => SetUserRolesPayload { user: None, refusal: Some(refusal.into()) },
        })
    }
}
