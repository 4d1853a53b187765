//! Invitations of set-up that are made anew.

use async_graphql::{Context, Enum, ID, InputObject, Object, Result, SimpleObject};

use crate::graphql::context::{call, principal};
use crate::graphql::setup::Invitation;
use crate::graphql::user::user_id;

/// Whose invitation to renew.
#[derive(InputObject)]
pub(crate) struct RenewInvitationInput {
    /// The user.
    id: ID,
}

/// Why an invitation was not renewed.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "xinju_service::session::RenewInvitationRefusal")]
pub(crate) enum RenewInvitationRefusal {
    /// The user was not invited at set-up, or has chosen a password already.
    NotInvited,
    /// The user is suspended.
    Suspended,
}

/// What came of renewing an invitation.
#[derive(SimpleObject)]
pub(crate) struct RenewInvitationPayload {
    /// The new link, shown this once; null when it was refused.
    invitation: Option<Invitation>,
    /// Null when it was done.
    refusal: Option<RenewInvitationRefusal>,
}

/// Verbs of invitations.
#[derive(Default)]
pub(crate) struct InvitationMutation;

#[Object]
impl InvitationMutation {
    /// Makes a new link for an administrator who was made at set-up and has not chosen a password; the earlier link ends. Sensitive: see `confirmIdentity`.
    async fn renew_invitation(
        &self,
        context: &Context<'_>,
        input: RenewInvitationInput,
    ) -> Result<RenewInvitationPayload> {
        principal(context)?;
        let id = user_id(&input.id)?;
        Ok(match call(context, move |service, viewer| service.renew_invitation(viewer, id)).await? {
            Ok(invited) => RenewInvitationPayload { invitation: Some(invited.into()), refusal: None },
            Err(refusal) => RenewInvitationPayload { invitation: None, refusal: Some(refusal.into()) },
        })
    }
}
