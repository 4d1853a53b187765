//! With which other systems people may sign in.

use async_graphql::{Context, Enum, ID, InputObject, Object, Result, SimpleObject};
use xinju_model::id::RoleId;
use xinju_model::sign_on::{self, SignOnFault};
use xinju_service::service::Service;
use xinju_service::sign_on::{IdentifyError, SignOn, Trouble};
use zeroize::Zeroizing;

use crate::graphql::context::call;

/// What trying another system costs of the complexity limit: it may take ten seconds, so a request has room for one or two.
const TRY_COST: usize = 8_000;

/// A directory (LDAP) that knows logins and passwords.
#[derive(SimpleObject)]
pub(crate) struct SignOnDirectory {
    /// `ldaps://host` or `ldap://host`, with a port where it is not the usual one.
    url: String,
    /// Whether a connection to `ldap://` is encrypted before anything is said.
    start_tls: bool,
    /// Certificates (PEM) of who signs the directory's; empty for those that the machine trusts.
    authorities: String,
    /// Below which entry people are looked for.
    base: String,
    /// Whose entry it is, with `{login}` for what was typed.
    filter: String,
    /// As whom the directory is searched; empty for nobody in particular.
    bind_dn: String,
    /// Whether a secret is kept. It is never shown.
    has_secret: bool,
    /// The attribute that is the login here.
    login_attribute: String,
    /// The attribute that is the name to show.
    name_attribute: String,
    /// The id of the role of people who are not users yet; null where only users come in.
    new_users: Option<ID>,
}

/// An identity provider (OpenID Connect).
#[derive(SimpleObject)]
pub(crate) struct SignOnProvider {
    /// What its tokens say who made them; its configuration is found below this address.
    issuer: String,
    /// As what this archive is known there.
    client_id: String,
    /// Whether a secret is kept. It is never shown.
    has_secret: bool,
    /// What is asked for besides `openid`, separated by spaces.
    scopes: String,
    /// The claim that is the login here.
    login_claim: String,
    /// Certificates (PEM) of who signs the provider's; empty for those that the machine trusts.
    authorities: String,
    /// What the button on the sign-in page says.
    label: String,
    /// Whether the provider asks for a second factor, so that none is asked for here.
    checks_factor: bool,
    /// The id of the role of people who are not users yet; null where only users come in.
    new_users: Option<ID>,
}

/// With which other systems people may sign in.
#[derive(SimpleObject)]
pub(crate) struct SignOnSettings {
    /// Null where there is none.
    directory: Option<SignOnDirectory>,
    /// Null where there is none.
    provider: Option<SignOnProvider>,
}

impl From<SignOn> for SignOnSettings {
    fn from(all: SignOn) -> Self {
        let id = |role: Option<RoleId>| role.map(|role| ID::from(role.to_string()));
        Self {
            directory: all.directory.map(|one| SignOnDirectory {
                url: one.url,
                start_tls: one.start_tls,
                authorities: one.authorities,
                base: one.base,
                filter: one.filter,
                bind_dn: one.bind_dn,
                has_secret: all.directory_secret,
                login_attribute: one.login_attribute,
                name_attribute: one.name_attribute,
                new_users: id(one.new_users),
            }),
            provider: all.provider.map(|one| SignOnProvider {
                issuer: one.issuer,
                client_id: one.client_id,
                has_secret: all.provider_secret,
                scopes: one.scopes,
                login_claim: one.login_claim,
                authorities: one.authorities,
                label: one.label,
                checks_factor: one.checks_factor,
                new_users: id(one.new_users),
            }),
        }
    }
}

/// A directory to be set, whole.
#[derive(InputObject)]
pub(crate) struct SignOnDirectoryInput {
    url: String,
    start_tls: bool,
    authorities: String,
    base: String,
    filter: String,
    bind_dn: String,
    /// Null keeps the one that is there, as long as address and name stay the same.
    secret: Option<String>,
    login_attribute: String,
    name_attribute: String,
    new_users: Option<ID>,
}

/// An identity provider to be set, whole.
#[derive(InputObject)]
pub(crate) struct SignOnProviderInput {
    issuer: String,
    client_id: String,
    /// Null keeps the one that is there, as long as issuer and client stay the same.
    secret: Option<String>,
    scopes: String,
    login_claim: String,
    authorities: String,
    label: String,
    checks_factor: bool,
    new_users: Option<ID>,
}

/// A role by id; one that cannot be read is one that is not there.
fn role(id: Option<&ID>) -> Option<RoleId> {
    id.map(|id| RoleId::parse(id).unwrap_or(RoleId([0; 16])))
}

impl SignOnDirectoryInput {
    fn split(self) -> (sign_on::Directory, Option<Zeroizing<String>>) {
        let directory = sign_on::Directory {
            url: self.url.trim().to_owned(),
            start_tls: self.start_tls,
            authorities: self.authorities,
            base: self.base.trim().to_owned(),
            filter: self.filter.trim().to_owned(),
            bind_dn: self.bind_dn.trim().to_owned(),
            login_attribute: self.login_attribute.trim().to_owned(),
            name_attribute: self.name_attribute.trim().to_owned(),
            new_users: role(self.new_users.as_ref()),
        };
        (directory, self.secret.map(Zeroizing::new))
    }
}

impl SignOnProviderInput {
    fn split(self) -> (sign_on::Provider, Option<Zeroizing<String>>) {
        let provider = sign_on::Provider {
            issuer: self.issuer.trim().to_owned(),
            client_id: self.client_id.trim().to_owned(),
            scopes: self.scopes.trim().to_owned(),
            login_claim: self.login_claim.trim().to_owned(),
            authorities: self.authorities,
            label: self.label.trim().to_owned(),
            checks_factor: self.checks_factor,
            new_users: role(self.new_users.as_ref()),
        };
        (provider, self.secret.map(Zeroizing::new))
    }
}

/// Why settings were not taken, or did not work.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SignOnRefusal {
    /// The address is none, or one that would send secrets in the open.
    AddressInvalid,
    /// The filter has no `{login}`, or is too long.
    FilterInvalid,
    /// A name, attribute, claim or scope is missing or too long.
    TextInvalid,
    /// The certificates are too long.
    AuthoritiesInvalid,
    /// New users cannot be given this role.
    RoleInvalid,
    /// The secret has to be given anew: the one that is kept is for another address or name.
    SecretRequired,
    /// Tried: the other system cannot be reached, or takes too long.
    Unreachable,
    /// Tried: its certificate is not trusted.
    Untrusted,
    /// Tried: it refused us.
    Refused,
    /// Tried: its answer cannot be believed or understood.
    Unexpected,
}

impl From<SignOnFault> for SignOnRefusal {
    fn from(fault: SignOnFault) -> Self {
        match fault {
            SignOnFault::Address => Self::AddressInvalid,
            SignOnFault::Filter => Self::FilterInvalid,
            SignOnFault::Text => Self::TextInvalid,
            SignOnFault::Authorities => Self::AuthoritiesInvalid,
            SignOnFault::Role => Self::RoleInvalid,
            SignOnFault::Secret => Self::SecretRequired,
        }
    }
}

impl From<&IdentifyError> for SignOnRefusal {
    fn from(error: &IdentifyError) -> Self {
        match error {
            IdentifyError::Unreachable(_) => Self::Unreachable,
            IdentifyError::Untrusted(_) => Self::Untrusted,
            IdentifyError::Refused(_) => Self::Refused,
            IdentifyError::Unexpected(_) => Self::Unexpected,
        }
    }
}

/// What came of setting or trying.
#[derive(SimpleObject)]
pub(crate) struct SignOnPayload {
    /// Null when it was done, or works.
    refusal: Option<SignOnRefusal>,
    /// What the other system said, for administrators; null where it was not tried or works.
    detail: Option<String>,
}

impl From<Result<(), SignOnFault>> for SignOnPayload {
    fn from(outcome: Result<(), SignOnFault>) -> Self {
        Self { refusal: outcome.err().map(Into::into), detail: None }
    }
}

impl From<Result<(), Trouble>> for SignOnPayload {
    fn from(outcome: Result<(), Trouble>) -> Self {
        match outcome {
            Ok(()) => Self { refusal: None, detail: None },
            Err(Trouble::Fault(fault)) => Self { refusal: Some(fault.into()), detail: None },
            Err(Trouble::Tried(error)) => Self { refusal: Some((&error).into()), detail: Some(error.to_string()) },
        }
    }
}

/// Questions about signing in with other systems.
#[derive(Default)]
pub(crate) struct SignOnQuery;

#[Object]
impl SignOnQuery {
    /// With which other systems people may sign in, for those who manage both users and roles.
    async fn sign_on(&self, context: &Context<'_>) -> Result<SignOnSettings> {
        Ok(call(context, Service::sign_on).await?.into())
    }
}

/// Verbs of signing in with other systems, for those who manage both users and roles. All sensitive: see `confirmIdentity`.
#[derive(Default)]
pub(crate) struct SignOnMutation;

#[Object]
impl SignOnMutation {
    /// Sets the directory that knows people's passwords; null for none.
    async fn set_sign_on_directory(
        &self,
        context: &Context<'_>,
        input: Option<SignOnDirectoryInput>,
    ) -> Result<SignOnPayload> {
        let (directory, secret) = input.map(SignOnDirectoryInput::split).unzip();
        let secret = secret.flatten();
        let set = move |service: &Service, viewer: &_| service.set_directory(viewer, directory, secret.as_ref());
        Ok(call(context, set).await?.into())
    }

    /// Sets the identity provider; null for none.
    async fn set_sign_on_provider(
        &self,
        context: &Context<'_>,
        input: Option<SignOnProviderInput>,
    ) -> Result<SignOnPayload> {
        let (provider, secret) = input.map(SignOnProviderInput::split).unzip();
        let secret = secret.flatten();
        let set = move |service: &Service, viewer: &_| service.set_provider(viewer, provider, secret.as_ref());
        Ok(call(context, set).await?.into())
    }

    /// Tries whether people can be looked for in a directory; keeps nothing.
    #[graphql(complexity = "TRY_COST + child_complexity")]
    async fn test_sign_on_directory(
        &self,
        context: &Context<'_>,
        input: SignOnDirectoryInput,
    ) -> Result<SignOnPayload> {
        let (directory, secret) = input.split();
        let test = move |service: &Service, viewer: &_| service.test_directory(viewer, directory, secret.as_ref());
        Ok(call(context, test).await?.into())
    }

    /// Tries whether an identity provider answers and names itself as expected; keeps nothing, and does not try the secret.
    #[graphql(complexity = "TRY_COST + child_complexity")]
    async fn test_sign_on_provider(&self, context: &Context<'_>, input: SignOnProviderInput) -> Result<SignOnPayload> {
        let (provider, _) = input.split();
        Ok(call(context, move |service, viewer| service.test_provider(viewer, provider)).await?.into())
    }
}
