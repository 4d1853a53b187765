//! Passkeys: adding, naming and removing them, signing in with one, and asking for one to confirm who one is.
//!
//! What browsers are asked and what they answer are JSON as WebAuthn level 3 has it (`PublicKeyCredentialCreationOptionsJSON` and its siblings);
//! it goes through as text, because it is the browser's business and not the schema's.

use std::sync::Arc;

use async_graphql::{Context, Enum, ID, InputObject, Object, Result, SimpleObject};
use xinju_model::id::PasskeyId;
use xinju_model::passkey;
use xinju_service::error::ServiceError;
use xinju_service::passkey::{PasskeyAnswer, PasskeySignInRefusal as Refused, Site};

use crate::graphql::context::{call, call_public, door, principal};
use crate::graphql::error::fault;
use crate::graphql::factor::seconds;
use crate::graphql::scalars::DateTime;
use crate::graphql::setup::welcome;
use crate::graphql::user::PASSWORD_COST;
use crate::graphql::viewer::Viewer;

/// A key in one of the viewer's devices, which lets in without a password.
pub(crate) struct Passkey(pub(crate) passkey::Passkey);

/// A key in one of the viewer's devices, which lets in without a password.
#[Object]
impl Passkey {
    pub(crate) async fn id(&self) -> ID {
        self.0.id.to_string().into()
    }
    /// What the owner calls it.
    async fn name(&self) -> &str {
        &self.0.name
    }
    async fn created_at(&self) -> DateTime {
        self.0.created_at.into()
    }
    /// When it last let somebody in or confirmed; null before the first time.
    async fn used_at(&self) -> Option<DateTime> {
        self.0.used_at.map(DateTime)
    }
}

/// Why a passkey was not added, renamed or removed.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "xinju_service::passkey::PasskeyRefusal")]
pub(crate) enum PasskeyRefusal {
    /// There are as many as one account may have.
    TooMany,
    /// The name is empty or too long.
    NameInvalid,
    /// The answer is not one to a request of this session, or too late, or not good: begin again.
    AnswerInvalid,
    /// The passkey is somebody's already.
    Known,
    /// There is no such passkey.
    NotFound,
    /// The policy or a role demands a second factor, and it is the last.
    Demanded,
}

/// Why a passkey did not let somebody in.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PasskeySignInRefusal {
    /// The challenge of the first step is unknown, used, too old or from another address: sign in with the password again.
    ChallengeInvalid,
    /// The answer is not good, or too late, or of a passkey that nobody who may sign in has: which of them is not told.
    NotAccepted,
    /// Too many failed; the answer was not even looked at.
    TooManyAttempts,
}

/// What the browser is asked.
#[derive(SimpleObject)]
pub(crate) struct BeginPasskeyPayload {
    /// JSON, for `navigator.credentials.create`; null when it was refused.
    options: Option<String>,
    /// Null when it was begun.
    refusal: Option<PasskeyRefusal>,
}

/// A new passkey.
#[derive(InputObject)]
pub(crate) struct AddPasskeyInput {
    /// What the owner calls it.
    name: String,
    /// The browser's credential as JSON.
    credential: String,
}

/// Another name.
#[derive(InputObject)]
pub(crate) struct RenamePasskeyInput {
    id: ID,
    name: String,
}

/// The passkey to remove.
#[derive(InputObject)]
pub(crate) struct RemovePasskeyInput {
    id: ID,
}

/// What came of adding or renaming a passkey.
#[derive(SimpleObject)]
pub(crate) struct PasskeyPayload {
    /// Null when it was refused.
    passkey: Option<Passkey>,
    /// Null when it was done.
    refusal: Option<PasskeyRefusal>,
}

impl From<Result<passkey::Passkey, xinju_service::passkey::PasskeyRefusal>> for PasskeyPayload {
    fn from(outcome: Result<passkey::Passkey, xinju_service::passkey::PasskeyRefusal>) -> Self {
        match outcome {
            Ok(passkey) => Self { passkey: Some(Passkey(passkey)), refusal: None },
            Err(refusal) => Self { passkey: None, refusal: Some(refusal.into()) },
        }
    }
}

/// What came of removing a passkey.
#[derive(SimpleObject)]
pub(crate) struct RemovePasskeyPayload {
    /// The passkey that is no more; null when it was refused.
    id: Option<ID>,
    /// Null when it was done.
    refusal: Option<PasskeyRefusal>,
}

/// What begins a sign-in with a passkey.
#[derive(InputObject)]
pub(crate) struct BeginPasskeySignInInput {
    /// From `signIn`, where the passkey is the second step; null to sign in with nothing else.
    challenge: Option<String>,
}

/// What the browser is asked.
#[derive(SimpleObject)]
pub(crate) struct BeginPasskeySignInPayload {
    /// JSON, for `navigator.credentials.get`; null when it was refused.
    options: Option<String>,
    /// Null when it was begun.
    refusal: Option<PasskeySignInRefusal>,
}

/// What the browser is asked.
#[derive(SimpleObject)]
pub(crate) struct BeginPasskeyConfirmationPayload {
    /// JSON, for `navigator.credentials.get`; its answer goes to `confirmIdentity`.
    options: String,
}

/// What the browser answered.
#[derive(InputObject)]
pub(crate) struct SignInWithPasskeyInput {
    /// The browser's credential as JSON.
    credential: String,
}

/// What came of signing in with a passkey.
#[derive(SimpleObject, Default)]
pub(crate) struct SignInWithPasskeyPayload {
    /// Null when it was refused.
    viewer: Option<Viewer>,
    /// Null when it was done.
    refusal: Option<PasskeySignInRefusal>,
    /// Seconds until the next attempt is looked at; null unless too many failed.
    retry_after_seconds: Option<i32>,
}

/// The site that passkeys are for; `BAD_INPUT` where this one can have none.
pub(crate) fn site(context: &Context<'_>) -> Result<Arc<Site>> {
    let none = || {
        ServiceError::BadInput("passkeys need a public address with a domain name and HTTPS; see `public_url`".into())
    };
    door(context)?.app.site.clone().ok_or_else(|| fault(&none()))
}

fn refusal(refused: Refused) -> (PasskeySignInRefusal, Option<i32>) {
    match refused {
        Refused::ChallengeInvalid => (PasskeySignInRefusal::ChallengeInvalid, None),
        Refused::NotAccepted => (PasskeySignInRefusal::NotAccepted, None),
        Refused::TooManyAttempts(wait) => (PasskeySignInRefusal::TooManyAttempts, Some(seconds(wait))),
    }
}

fn passkey_id(id: &ID) -> PasskeyId {
    PasskeyId::parse(id).unwrap_or(PasskeyId([0; 16]))
}

/// Verbs of passkeys.
#[derive(Default)]
pub(crate) struct PasskeyMutation;

#[Object]
impl PasskeyMutation {
    /// Begins to add a passkey to the viewer's account. Sensitive: see `confirmIdentity`.
    async fn begin_passkey(&self, context: &Context<'_>) -> Result<BeginPasskeyPayload> {
        principal(context)?;
        let site = site(context)?;
        Ok(match call(context, move |service, viewer| service.begin_passkey(viewer, &site)).await? {
            Ok(options) => BeginPasskeyPayload { options: Some(options), refusal: None },
            Err(refusal) => BeginPasskeyPayload { options: None, refusal: Some(refusal.into()) },
        })
    }

    /// Adds the passkey that the browser made.
    async fn add_passkey(&self, context: &Context<'_>, input: AddPasskeyInput) -> Result<PasskeyPayload> {
        principal(context)?;
        let site = site(context)?;
        let added = call(context, move |service, viewer| {
            let answer = PasskeyAnswer { site: &site, answer: &input.credential };
            service.add_passkey(viewer, &input.name, &answer)
        });
        Ok(added.await?.into())
    }

    /// Gives one of the viewer's own passkeys another name.
    async fn rename_passkey(&self, context: &Context<'_>, input: RenamePasskeyInput) -> Result<PasskeyPayload> {
        let id = passkey_id(&input.id);
        Ok(call(context, move |service, viewer| service.rename_passkey(viewer, id, &input.name)).await?.into())
    }

    /// Removes one of the viewer's own passkeys. Sensitive: see `confirmIdentity`.
    async fn remove_passkey(&self, context: &Context<'_>, input: RemovePasskeyInput) -> Result<RemovePasskeyPayload> {
        let id = passkey_id(&input.id);
        Ok(match call(context, move |service, viewer| service.remove_passkey(viewer, id)).await? {
            Ok(()) => RemovePasskeyPayload { id: Some(input.id), refusal: None },
            Err(refusal) => RemovePasskeyPayload { id: None, refusal: Some(refusal.into()) },
        })
    }

    /// Begins to sign in with a passkey, instead of a password or after it. Public.
    async fn begin_passkey_sign_in(
        &self,
        context: &Context<'_>,
        input: BeginPasskeySignInInput,
    ) -> Result<BeginPasskeySignInPayload> {
        let (site, origin) = (site(context)?, door(context)?.caller.origin.clone());
        let begun = call_public(context, move |service| {
            service.begin_passkey_sign_in(&site, input.challenge.as_deref(), &origin)
        });
        Ok(match begun.await? {
            Ok(begun) => BeginPasskeySignInPayload { options: Some(begun.asked), refusal: None },
            Err(refused) => BeginPasskeySignInPayload { options: None, refusal: Some(refusal(refused).0) },
        })
    }

    /// Signs in with what the browser answered; it gets its session cookie with the answer. Public.
    #[graphql(complexity = "PASSWORD_COST + child_complexity")]
    async fn sign_in_with_passkey(
        &self,
        context: &Context<'_>,
        input: SignInWithPasskeyInput,
    ) -> Result<SignInWithPasskeyPayload> {
        let (site, origin) = (site(context)?, door(context)?.caller.origin.clone());
        let outcome = call_public(context, move |service| {
            service.sign_in_with_passkey(&PasskeyAnswer { site: &site, answer: &input.credential }, &origin)
        });
        Ok(match outcome.await? {
            Ok(signed_in) => {
                SignInWithPasskeyPayload { viewer: Some(welcome(context, signed_in)?), ..Default::default() }
            }
            Err(refused) => {
                let (refusal, retry_after_seconds) = refusal(refused);
                SignInWithPasskeyPayload { viewer: None, refusal: Some(refusal), retry_after_seconds }
            }
        })
    }

    /// Asks for a passkey with which the viewer confirms who they are: see `confirmIdentity`.
    async fn begin_passkey_confirmation(&self, context: &Context<'_>) -> Result<BeginPasskeyConfirmationPayload> {
        principal(context)?;
        let site = site(context)?;
        let options = call(context, move |service, viewer| service.begin_passkey_confirmation(viewer, &site)).await?;
        Ok(BeginPasskeyConfirmationPayload { options })
    }
}
