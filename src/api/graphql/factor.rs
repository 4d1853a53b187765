//! Second factors: the second step of signing in, enrolling an app, recovery codes, and confirming who one is.

use async_graphql::{Context, Enum, ID, InputObject, Object, Result, SimpleObject};
use xinju_model::factor;
use xinju_service::factor::RecoveryCodes;
use xinju_service::passkey::PasskeyAnswer;
use xinju_service::service::Service;
use xinju_service::session::{self, Confirm};
use zeroize::Zeroizing;

use crate::graphql::context::{call, call_public, door, principal};
use crate::graphql::passkey::site;
use crate::graphql::scalars::DateTime;
use crate::graphql::setup::welcome;
use crate::graphql::user::{PASSWORD_COST, User, user_id};
use crate::graphql::viewer::Viewer;

/// A second factor: an authenticator app, and recovery codes for when it is lost.
pub(crate) struct SecondFactor(pub(crate) factor::FactorState);

/// A second factor: an authenticator app, and recovery codes for when it is lost.
#[Object]
impl SecondFactor {
    /// Since when.
    async fn enrolled_at(&self) -> DateTime {
        self.0.enrolled_at.into()
    }
    /// Recovery codes that are left.
    async fn recovery_codes_left(&self) -> i32 {
        i32::try_from(self.0.recovery_left).unwrap_or(i32::MAX)
    }
    /// Since when there are these recovery codes.
    async fn recovery_codes_at(&self) -> DateTime {
        self.0.recovery_at.into()
    }
}

/// The second step of signing in.
#[derive(InputObject)]
pub(crate) struct SignInSecondFactorInput {
    /// From `signIn`.
    challenge: String,
    /// Six digits of the authenticator app, or a recovery code.
    code: String,
}

/// Why the second step did not let somebody in.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SecondFactorRefusal {
    /// The challenge is unknown, used, too old, tried too often or from another address: sign in with the password again.
    ChallengeInvalid,
    /// The code is wrong, or was used before.
    WrongCode,
    /// Too many failed; the code was not even looked at.
    TooManyAttempts,
}

/// What came of the second step of signing in.
#[derive(SimpleObject, Default)]
pub(crate) struct SignInSecondFactorPayload {
    /// Null when it was refused.
    viewer: Option<Viewer>,
    /// Null when it was done.
    refusal: Option<SecondFactorRefusal>,
    /// Seconds until the next attempt is looked at; null unless too many failed.
    retry_after_seconds: Option<i32>,
}

/// A new authenticator app. Nothing is kept before its first code came.
#[derive(SimpleObject)]
pub(crate) struct BeginEnrolmentPayload {
    /// The secret in base32, to be typed into the app; shown once.
    secret: String,
    /// The same as an `otpauth:` URI, for a QR code.
    uri: String,
}

/// The first code of a new app.
#[derive(InputObject)]
pub(crate) struct ConfirmEnrolmentInput {
    code: String,
}

/// Why an app was not enrolled.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "xinju_service::factor::EnrolRefusal")]
pub(crate) enum EnrolRefusal {
    /// No enrolment waits for a code, or it took too long: begin again.
    NotBegun,
    /// The code is not the app's.
    WrongCode,
}

/// What came of enrolling an app.
#[derive(SimpleObject)]
pub(crate) struct ConfirmEnrolmentPayload {
    /// Shown once and kept nowhere; null when it was refused.
    recovery_codes: Option<Vec<String>>,
    /// Null when it was done.
    refusal: Option<EnrolRefusal>,
}

/// New recovery codes.
#[derive(SimpleObject)]
pub(crate) struct RenewRecoveryCodesPayload {
    /// Shown once and kept nowhere.
    recovery_codes: Vec<String>,
}

/// Why a second factor was not taken away.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "xinju_service::factor::RemoveFactorRefusal")]
pub(crate) enum RemoveSecondFactorRefusal {
    /// There is none.
    NotEnrolled,
    /// The policy or a role demands one, and it is the last; another app may take its place.
    Demanded,
    /// One's own is removed under one's own account.
    Yourself,
}

/// What came of removing one's own second factor.
#[derive(SimpleObject)]
pub(crate) struct RemoveSecondFactorPayload {
    /// Null when it was done.
    refusal: Option<RemoveSecondFactorRefusal>,
}

/// Whose lost second factor to remove.
#[derive(InputObject)]
pub(crate) struct ResetSecondFactorInput {
    pub(crate) id: ID,
}

/// What came of removing somebody's lost second factor.
#[derive(SimpleObject)]
pub(crate) struct ResetSecondFactorPayload {
    /// Null when it was refused.
    user: Option<User>,
    /// Null when it was done.
    refusal: Option<RemoveSecondFactorRefusal>,
}

/// What one confirms who one is with: a passkey or a code where there is a second factor, else the password.
#[derive(InputObject)]
pub(crate) struct ConfirmIdentityInput {
    password: Option<String>,
    /// Six digits of the authenticator app, or a recovery code.
    code: Option<String>,
    /// What the browser answered to `beginPasskeyConfirmation`: its credential as JSON.
    passkey: Option<String>,
}

/// Why somebody did not confirm who they are.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ConfirmRefusal {
    WrongPassword,
    /// The code is wrong, or was used before.
    WrongCode,
    /// The passkey's answer is not good, too late, or missing where there is nothing else.
    WrongPasskey,
    /// Too many failed; nothing was looked at.
    TooManyAttempts,
}

/// What came of confirming who one is.
#[derive(SimpleObject, Default)]
pub(crate) struct ConfirmIdentityPayload {
    /// Null when it was done: sensitive operations are open for ten minutes.
    refusal: Option<ConfirmRefusal>,
    /// Seconds until the next attempt is looked at; null unless too many failed.
    retry_after_seconds: Option<i32>,
}

fn plain(codes: &RecoveryCodes) -> Vec<String> {
    codes.iter().map(|code| code.to_string()).collect()
}

/// Seconds as the schema tells them.
pub(crate) fn seconds(seconds: u64) -> i32 {
    i32::try_from(seconds).unwrap_or(i32::MAX)
}

/// Verbs of second factors.
#[derive(Default)]
pub(crate) struct FactorMutation;

#[Object]
impl FactorMutation {
    /// The second step of signing in; the browser gets its session cookie with the answer. Public.
    #[graphql(complexity = "PASSWORD_COST + child_complexity")]
    async fn sign_in_second_factor(
        &self,
        context: &Context<'_>,
        input: SignInSecondFactorInput,
    ) -> Result<SignInSecondFactorPayload> {
        let origin = door(context)?.caller.origin.clone();
        let (challenge, code) = (Zeroizing::new(input.challenge), Zeroizing::new(input.code));
        let outcome =
            call_public(context, move |service| service.sign_in_second_factor(&challenge, &code, &origin)).await?;
        let (refusal, wait) = match outcome {
            Ok(signed_in) => {
                let viewer = Some(welcome(context, signed_in)?);
                return Ok(SignInSecondFactorPayload { viewer, ..Default::default() });
            }
            Err(session::SecondFactorRefusal::ChallengeInvalid) => (SecondFactorRefusal::ChallengeInvalid, None),
            Err(session::SecondFactorRefusal::WrongCode) => (SecondFactorRefusal::WrongCode, None),
            Err(session::SecondFactorRefusal::TooManyAttempts(wait)) => {
                (SecondFactorRefusal::TooManyAttempts, Some(seconds(wait)))
            }
        };
        Ok(SignInSecondFactorPayload { viewer: None, refusal: Some(refusal), retry_after_seconds: wait })
    }

    /// Begins to enrol an authenticator app for the viewer, in the place of any that is. Sensitive: see `confirmIdentity`.
    async fn begin_enrolment(&self, context: &Context<'_>) -> Result<BeginEnrolmentPayload> {
        let begun = call(context, Service::begin_enrolment).await?;
        Ok(BeginEnrolmentPayload { secret: begun.secret.to_string(), uri: begun.uri.to_string() })
    }

    /// Enrols the app with its first code.
    async fn confirm_enrolment(
        &self,
        context: &Context<'_>,
        input: ConfirmEnrolmentInput,
    ) -> Result<ConfirmEnrolmentPayload> {
        let code = Zeroizing::new(input.code);
        Ok(match call(context, move |service, viewer| service.confirm_enrolment(viewer, &code)).await? {
            Ok(codes) => ConfirmEnrolmentPayload { recovery_codes: Some(plain(&codes)), refusal: None },
            Err(refusal) => ConfirmEnrolmentPayload { recovery_codes: None, refusal: Some(refusal.into()) },
        })
    }

    /// Makes the viewer's recovery codes anew; those from before are over. Sensitive: see `confirmIdentity`.
    async fn renew_recovery_codes(&self, context: &Context<'_>) -> Result<RenewRecoveryCodesPayload> {
        let codes = call(context, Service::renew_recovery_codes).await?;
        Ok(RenewRecoveryCodesPayload { recovery_codes: plain(&codes) })
    }

    /// Removes the viewer's own second factor. Sensitive: see `confirmIdentity`.
    async fn remove_second_factor(&self, context: &Context<'_>) -> Result<RemoveSecondFactorPayload> {
        let outcome = call(context, Service::remove_factor).await?;
        Ok(RemoveSecondFactorPayload { refusal: outcome.err().map(Into::into) })
    }

    /// Removes the lost second factor of another user, whose sessions end. Sensitive: see `confirmIdentity`.
    async fn reset_second_factor(
        &self,
        context: &Context<'_>,
        input: ResetSecondFactorInput,
    ) -> Result<ResetSecondFactorPayload> {
        principal(context)?;
        let id = user_id(&input.id)?;
        Ok(match call(context, move |service, viewer| service.reset_factor(viewer, id)).await? {
            Ok(user) => ResetSecondFactorPayload { user: Some(User::new(user)), refusal: None },
            Err(refusal) => ResetSecondFactorPayload { user: None, refusal: Some(refusal.into()) },
        })
    }

    /// Confirms who the viewer is. Sensitive operations are refused with `CONFIRM_REQUIRED` when this, or signing in, was more than ten minutes ago.
    #[graphql(complexity = "PASSWORD_COST + child_complexity")]
    async fn confirm_identity(
        &self,
        context: &Context<'_>,
        input: ConfirmIdentityInput,
    ) -> Result<ConfirmIdentityPayload> {
        principal(context)?;
        let (password, code) = (input.password.map(Zeroizing::new), input.code.map(Zeroizing::new));
        let answered = match input.passkey {
            Some(credential) => Some((site(context)?, credential)),
            None => None,
        };
        let outcome = call(context, move |service, viewer| {
            let passkey = answered.as_ref().map(|(site, answer)| PasskeyAnswer { site, answer });
            service.confirm_identity(viewer, &Confirm { password, code, passkey })
        });
        let outcome = outcome.await?;
        let (refusal, retry_after_seconds) = match outcome {
            Ok(()) => return Ok(ConfirmIdentityPayload::default()),
            Err(session::ConfirmRefusal::WrongPassword) => (ConfirmRefusal::WrongPassword, None),
            Err(session::ConfirmRefusal::WrongCode) => (ConfirmRefusal::WrongCode, None),
            Err(session::ConfirmRefusal::WrongPasskey) => (ConfirmRefusal::WrongPasskey, None),
            Err(session::ConfirmRefusal::TooManyAttempts(wait)) => {
                (ConfirmRefusal::TooManyAttempts, Some(seconds(wait)))
            }
        };
        Ok(ConfirmIdentityPayload { refusal: Some(refusal), retry_after_seconds })
    }
}
