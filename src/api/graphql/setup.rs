//! Coming in: the first administrator, and signing in.

use std::sync::Arc;

use async_graphql::{Context, Enum, InputObject, Object, Result, SimpleObject};
use xinju_service::session::{self, CompleteSetup, SignedIn};
use zeroize::Zeroizing;

use crate::graphql::context::{call_public, door};
use crate::graphql::factor::seconds;
use crate::graphql::user::PASSWORD_COST;
use crate::graphql::viewer::Viewer;
use crate::session::set_cookie;

/// Whether this archive waits for its first administrator.
#[derive(SimpleObject)]
pub(crate) struct SetupState {
    /// Whether there is no user yet.
    needed: bool,
    /// The product's version.
    version: String,
    /// The domain name that passkeys of this archive are for: pages of other names cannot use them; null where there can be none.
    passkey_domain: Option<String>,
    /// What the identity provider is called that people may sign in with at `/signin/oidc/start`; null where there is none.
    sign_on: Option<String>,
}

/// Questions that need nobody to be signed in.
#[derive(Default)]
pub(crate) struct SetupQuery;

#[Object]
impl SetupQuery {
    /// Whether this archive still waits for its first administrator, and its version. Public.
    async fn setup(&self, context: &Context<'_>) -> Result<SetupState> {
        let (state, sign_on) =
            call_public(context, |service| Ok((service.setup_state()?, service.sign_on_label()?))).await?;
        let passkey_domain = door(context)?.app.site.as_ref().map(|site| site.domain().to_owned());
        Ok(SetupState { needed: state.needed, version: state.version, passkey_domain, sign_on })
    }
}

/// What makes the first administrator.
#[derive(InputObject)]
pub(crate) struct CompleteSetupInput {
    /// From the set-up link.
    token: String,
    login: String,
    name: String,
    password: String,
    /// Who else holds power: the first administrator becomes the system's. Null for one owner who holds all of it.
    others: Option<OtherAdministratorsInput>,
}

/// The two besides the system administrator where powers are divided.
#[derive(InputObject)]
pub(crate) struct OtherAdministratorsInput {
    /// Says who sees what.
    security: NamedUserInput,
    /// Watches the others.
    auditor: NamedUserInput,
}

/// Somebody to be invited.
#[derive(InputObject)]
pub(crate) struct NamedUserInput {
    login: String,
    name: String,
}

impl From<NamedUserInput> for session::Named {
    fn from(named: NamedUserInput) -> Self {
        Self { login: named.login, name: named.name }
    }
}

/// Why the first administrator was not made.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "xinju_service::session::SetupRefusal")]
pub(crate) enum SetupRefusal {
    /// The link is wrong or too old.
    LinkInvalid,
    /// There are users already.
    AlreadyDone,
    /// The login is empty, too long or has spaces or control characters.
    LoginInvalid,
    /// Login or name of another administrator is; or two have the same login.
    OthersInvalid,
    PasswordTooShort,
    PasswordTooLong,
    /// Among the most common ones, or nearly.
    PasswordCommon,
    /// Little more than the login or the name.
    PasswordPersonal,
    /// A pattern, a date, a row of keys.
    PasswordGuessable,
}

/// What came of setting up.
#[derive(SimpleObject)]
pub(crate) struct CompleteSetupPayload {
    /// Null when it was refused.
    viewer: Option<Viewer>,
    /// Null when it was done.
    refusal: Option<SetupRefusal>,
    /// Links for the other administrators, shown this once; empty where there are none.
    invitations: Vec<Invitation>,
}

/// A link by which somebody who was made at set-up chooses a password. Good once, for a week.
#[derive(SimpleObject)]
pub(crate) struct Invitation {
    login: String,
    name: String,
    /// Goes to `acceptInvitation`.
    token: String,
}

impl From<session::Invited> for Invitation {
    fn from(invited: session::Invited) -> Self {
        Self { login: invited.user.login, name: invited.user.name, token: invited.token.to_string() }
    }
}

/// The password that somebody who was invited chooses.
#[derive(InputObject)]
pub(crate) struct AcceptInvitationInput {
    /// From the link.
    token: String,
    password: String,
}

/// Why an invitation did not let somebody in.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "xinju_service::session::InvitationRefusal")]
pub(crate) enum InvitationRefusal {
    /// The link is wrong, used or too old.
    LinkInvalid,
    PasswordTooShort,
    PasswordTooLong,
    /// Among the most common ones, or nearly.
    PasswordCommon,
    /// Little more than the login or the name.
    PasswordPersonal,
    /// A pattern, a date, a row of keys.
    PasswordGuessable,
}

/// What came of accepting an invitation.
#[derive(SimpleObject)]
pub(crate) struct AcceptInvitationPayload {
    /// Null when it was refused.
    viewer: Option<Viewer>,
    /// Null when it was done.
    refusal: Option<InvitationRefusal>,
}

/// Login and password.
#[derive(InputObject)]
pub(crate) struct SignInInput {
    login: String,
    password: String,
}

/// Why somebody was not let in.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SignInRefusal {
    /// Login and password fit, and a second factor is needed too: see `secondFactors`.
    SecondFactorRequired,
    /// Login and password do not fit, or the user is suspended: which of them is not told.
    WrongCredentials,
    /// Too many failed; the password was not even looked at.
    TooManyAttempts,
    /// The password is none of ours, and the company's directory that may know it gave no answer.
    DirectorySilent,
}

/// A kind of second factor.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SecondFactorKind {
    /// A code of an app or a recovery code, with `signInSecondFactor`.
    Code,
    /// A passkey, with `beginPasskeySignIn`.
    Passkey,
}

/// The kinds that will do for a second step.
fn kinds(step: &session::SecondStep) -> Vec<SecondFactorKind> {
    let code = step.code.then_some(SecondFactorKind::Code);
    code.into_iter().chain(step.passkey.then_some(SecondFactorKind::Passkey)).collect()
}

/// What came of signing in.
#[derive(SimpleObject, Default)]
pub(crate) struct SignInPayload {
    /// Null when it was refused.
    viewer: Option<Viewer>,
    /// Null when it was done.
    refusal: Option<SignInRefusal>,
    /// For `signInSecondFactor` or `beginPasskeySignIn`, good once, for five minutes, from the same address; null unless a second factor is required.
    challenge: Option<String>,
    /// Which second factors will do; empty unless one is required.
    second_factors: Vec<SecondFactorKind>,
    /// Seconds until the next attempt is looked at; null unless too many failed.
    retry_after_seconds: Option<i32>,
}

/// Gives the browser its session and answers with the viewer it now has.
pub(crate) fn welcome(context: &Context<'_>, signed_in: SignedIn) -> Result<Viewer> {
    context.append_http_header("set-cookie", set_cookie(&signed_in.secret, door(context)?.app.config.secure()));
    Ok(Viewer(Arc::new(signed_in.principal)))
}

/// Verbs that need nobody to be signed in.
#[derive(Default)]
pub(crate) struct SetupMutation;

#[Object]
impl SetupMutation {
    /// Makes the first administrator, with the token of the set-up link, and signs in; where powers are divided, the other two as well. Public.
    #[graphql(complexity = "PASSWORD_COST + child_complexity")]
    async fn complete_setup(&self, context: &Context<'_>, input: CompleteSetupInput) -> Result<CompleteSetupPayload> {
        let origin = door(context)?.caller.origin.clone();
        let others = input
            .others
            .map(|others| session::Others { security: others.security.into(), auditor: others.auditor.into() });
        let setup = CompleteSetup {
            token: Zeroizing::new(input.token),
            login: input.login,
            name: input.name,
            password: Zeroizing::new(input.password),
            others,
        };
        Ok(match call_public(context, move |service| service.complete_setup(setup, &origin)).await? {
            Ok(done) => CompleteSetupPayload {
                viewer: Some(welcome(context, done.signed_in)?),
                refusal: None,
                invitations: done.invited.into_iter().map(Into::into).collect(),
            },
            Err(refusal) => {
                CompleteSetupPayload { viewer: None, refusal: Some(refusal.into()), invitations: Vec::new() }
            }
        })
    }

    /// Lets an administrator who was made at set-up choose a password, by the token of the invitation, and signs in. Public.
    #[graphql(complexity = "PASSWORD_COST + child_complexity")]
    async fn accept_invitation(
        &self,
        context: &Context<'_>,
        input: AcceptInvitationInput,
    ) -> Result<AcceptInvitationPayload> {
        let origin = door(context)?.caller.origin.clone();
        let (token, password) = (Zeroizing::new(input.token), Zeroizing::new(input.password));
        let outcome =
            call_public(context, move |service| service.accept_invitation(&token, &password, &origin)).await?;
        Ok(match outcome {
            Ok(signed_in) => AcceptInvitationPayload { viewer: Some(welcome(context, signed_in)?), refusal: None },
            Err(refusal) => AcceptInvitationPayload { viewer: None, refusal: Some(refusal.into()) },
        })
    }

    /// Signs in; the browser gets its session cookie with the answer. Public.
    #[graphql(complexity = "PASSWORD_COST + child_complexity")]
    async fn sign_in(&self, context: &Context<'_>, input: SignInInput) -> Result<SignInPayload> {
        let origin = door(context)?.caller.origin.clone();
        let (login, password) = (input.login, Zeroizing::new(input.password));
        let outcome = call_public(context, move |service| service.sign_in(&login, &password, &origin)).await?;
        Ok(match outcome {
            Ok(signed_in) => SignInPayload { viewer: Some(welcome(context, signed_in)?), ..Default::default() },
            Err(session::SignInRefusal::SecondFactorRequired(step)) => SignInPayload {
                refusal: Some(SignInRefusal::SecondFactorRequired),
                challenge: Some(step.challenge.to_string()),
                second_factors: kinds(&step),
                ..Default::default()
            },
            Err(session::SignInRefusal::WrongCredentials) => {
                SignInPayload { refusal: Some(SignInRefusal::WrongCredentials), ..Default::default() }
            }
            Err(session::SignInRefusal::DirectorySilent) => {
                SignInPayload { refusal: Some(SignInRefusal::DirectorySilent), ..Default::default() }
            }
            Err(session::SignInRefusal::TooManyAttempts(wait)) => SignInPayload {
                refusal: Some(SignInRefusal::TooManyAttempts),
                retry_after_seconds: Some(seconds(wait)),
                ..Default::default()
            },
        })
    }
}
