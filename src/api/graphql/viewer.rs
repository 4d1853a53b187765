//! Who asks: the viewer, and the viewer's own sessions.

use std::sync::Arc;

use async_graphql::{Context, Enum, ID, InputObject, Object, Result, SimpleObject};
use xinju_model::id::SessionId;
use xinju_model::user;
use xinju_service::service::Service;
use xinju_service::session::Principal;

use crate::graphql::context::{call, call_as, door, principal};
use crate::graphql::factor::SecondFactor;
use crate::graphql::passkey::Passkey;
use crate::graphql::scalars::DateTime;
use crate::graphql::token::Token;
use crate::graphql::user::User;
use crate::session::clear_cookie;

/// What a viewer can be allowed to do.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "xinju_model::access::Action")]
pub(crate) enum Action {
    /// Read conversations, messages and originals.
    ReadContent,
    /// Search content.
    Search,
    /// Read customers, staff and departments.
    ReadDirectory,
    /// Import records or a directory.
    Import,
    /// See imports and what they refused.
    ReadImports,
    /// Read ledger state, checkpoints and proofs.
    ReadLedger,
    /// Read health and sizes.
    ReadSystem,
    /// Create, change and suspend users.
    ManageUsers,
    /// See and end one's own sessions, change one's own password and name.
    ManageOwnAccount,
    /// Create and revoke one's own API tokens.
    ManageOwnTokens,
    /// Check the whole archive, make derived data again, rotate keys.
    Operate,
    /// Make and change roles, give them to users, explain who sees what.
    ManageRoles,
    /// Put departments and staff, say whose a customer is.
    ManagePeople,
    /// Read, search and export who did or saw what.
    ReadAudit,
    /// See single values of personal data that are masked, each with a reason.
    Reveal,
    /// Say yes or no to what others ask, where one may see what it is about.
    Approve,
    /// Open cases, collect for them and read what was collected.
    ManageCases,
    /// Build evidence packages of what one may read, and hand them over.
    ExportEvidence,
}

/// A browser that is signed in.
pub(crate) struct Session {
    pub(crate) session: user::Session,
    pub(crate) current: bool,
}

/// A browser that is signed in.
#[Object]
impl Session {
    pub(crate) async fn id(&self) -> ID {
        self.session.id.to_string().into()
    }
    async fn created_at(&self) -> DateTime {
        self.session.created_at.into()
    }
    /// When last used, to the minute.
    async fn seen_at(&self) -> DateTime {
        self.session.seen_at.into()
    }
    /// From where.
    async fn address(&self) -> &str {
        &self.session.address
    }
    /// With what, as the browser says of itself.
    async fn agent(&self) -> &str {
        &self.session.agent
    }
    /// Whether it is the one that asks.
    async fn current(&self) -> bool {
        self.current
    }
}

/// Who asks.
pub(crate) struct Viewer(pub(crate) Arc<Principal>);

impl Viewer {
    fn session(&self) -> Option<SessionId> {
        self.0.session.as_ref().map(|session| session.id)
    }
}

/// Who asks.
#[Object]
impl Viewer {
    async fn user(&self) -> User {
        User::asking(&self.0)
    }
    /// What this viewer may do here; the console offers nothing else.
    async fn can(&self, context: &Context<'_>) -> Result<Vec<Action>> {
        let principal = Arc::clone(&self.0);
        let can = call_as(context, principal, |service, viewer| Ok(service.can(viewer))).await?;
        Ok(can.into_iter().map(Into::into).collect())
    }
    /// Whether the policy demands a second factor that the viewer has yet to enrol; nothing else is answered before.
    async fn must_enrol(&self, context: &Context<'_>) -> Result<bool> {
        call_as(context, Arc::clone(&self.0), Service::must_enrol).await
    }
    /// The viewer's own authenticator app; null where there is none.
    async fn second_factor(&self, context: &Context<'_>) -> Result<Option<SecondFactor>> {
        Ok(call_as(context, Arc::clone(&self.0), Service::own_factor).await?.map(SecondFactor))
    }
    /// The viewer's own passkeys, oldest first.
    async fn passkeys(&self, context: &Context<'_>) -> Result<Vec<Passkey>> {
        let all = call_as(context, Arc::clone(&self.0), Service::own_passkeys).await?;
        Ok(all.into_iter().map(Passkey).collect())
    }
    /// The session the viewer came with; null with a token.
    async fn session_id(&self) -> Option<ID> {
        self.session().map(|id| id.to_string().into())
    }
    /// The viewer's own sessions, newest first.
    async fn sessions(&self, context: &Context<'_>) -> Result<Vec<Session>> {
        let own = self.session();
        let all = call_as(context, Arc::clone(&self.0), Service::sessions).await?;
        Ok(all.into_iter().map(|session| Session { current: Some(session.id) == own, session }).collect())
    }
    /// The viewer's own tokens, newest first.
    async fn tokens(&self, context: &Context<'_>) -> Result<Vec<Token>> {
        let all = call_as(context, Arc::clone(&self.0), Service::tokens).await?;
        Ok(all.into_iter().map(Token).collect())
    }
}

/// Questions about oneself.
#[derive(Default)]
pub(crate) struct ViewerQuery;

#[Object]
impl ViewerQuery {
    /// Who asks, and what they may do; null when not signed in. Public.
    #[allow(clippy::unused_async, reason = "resolvers are asynchronous")]
    async fn viewer(&self, context: &Context<'_>) -> Result<Option<Viewer>> {
        Ok(door(context)?.caller.principal.clone().map(Viewer))
    }
}

/// What came of signing out.
#[derive(SimpleObject)]
pub(crate) struct SignOutPayload {
    /// False where there was no session to end, as with a token.
    done: bool,
}

/// The session to end.
#[derive(InputObject)]
pub(crate) struct RevokeSessionInput {
    id: ID,
}

/// What came of ending a session.
#[derive(SimpleObject)]
pub(crate) struct RevokeSessionPayload {
    /// The session that is no more; null where it was not one of the viewer's.
    id: Option<ID>,
}

/// What came of ending all other sessions.
#[derive(SimpleObject)]
pub(crate) struct RevokeOtherSessionsPayload {
    /// How many there were.
    count: i32,
}

/// Verbs of one's own sessions.
#[derive(Default)]
pub(crate) struct ViewerMutation;

#[Object]
impl ViewerMutation {
    /// Ends the viewer's session and takes its cookie away.
    async fn sign_out(&self, context: &Context<'_>) -> Result<SignOutPayload> {
        let Some(session) = principal(context)?.session.as_ref().map(|session| session.id) else {
            return Ok(SignOutPayload { done: false });
        };
        call(context, move |service, viewer| service.sign_out(viewer, session)).await?;
        context.append_http_header("set-cookie", clear_cookie(door(context)?.app.config.secure()));
        Ok(SignOutPayload { done: true })
    }

    /// Ends one of the viewer's own sessions.
    async fn revoke_session(&self, context: &Context<'_>, input: RevokeSessionInput) -> Result<RevokeSessionPayload> {
        principal(context)?;
        let Ok(id) = SessionId::parse(&input.id) else { return Ok(RevokeSessionPayload { id: None }) };
        let done = call(context, move |service, viewer| service.revoke_session(viewer, id)).await?;
        Ok(RevokeSessionPayload { id: done.then_some(input.id) })
    }

    /// Ends all of the viewer's other sessions.
    async fn revoke_other_sessions(&self, context: &Context<'_>) -> Result<RevokeOtherSessionsPayload> {
        let own = principal(context)?.session.as_ref().map(|session| session.id);
        let count = call(context, move |service, viewer| service.revoke_other_sessions(viewer, own)).await?;
        Ok(RevokeOtherSessionsPayload { count: i32::try_from(count).unwrap_or(i32::MAX) })
    }
}
