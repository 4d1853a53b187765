//! An identity provider by OpenID Connect: authorization code flow with PKCE, the configuration found by discovery.

use std::time::Duration;

use openidconnect::core::{
    CoreAuthPrompt, CoreAuthenticationFlow, CoreClient, CoreJwsSigningAlgorithm, CoreProviderMetadata,
    CoreTokenResponse,
};
use openidconnect::http;
use openidconnect::{
    AuthorizationCode, ClientId, ClientSecret, CsrfToken, DiscoveryError, EndpointMaybeSet, EndpointNotSet,
    EndpointSet, HttpRequest, HttpResponse, IssuerUrl, Nonce, OAuth2TokenResponse, PkceCodeChallenge, PkceCodeVerifier,
    RedirectUrl, RequestTokenError, Scope, SyncHttpClient, TokenResponse,
};
use parking_lot::Mutex;
use serde_json::{Map, Value};
use xinju_model::limits::{SIGN_ON_ANSWER_BYTES_MAX, SIGN_ON_ANSWER_MS_MAX, SIGN_ON_SKEW_SECONDS_MAX};
use xinju_model::sign_on::{Provider, is_private};
use xinju_model::time::Timestamp;
use xinju_service::sign_on::{IdentifyError, Person, Question};

use crate::https;

/// Algorithms that a token may be signed with: those where only the provider can sign.
const ALGORITHMS: [CoreJwsSigningAlgorithm; 7] = [
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha384,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha512,
    CoreJwsSigningAlgorithm::RsaSsaPssSha256,
    CoreJwsSigningAlgorithm::EcdsaP256Sha256,
    CoreJwsSigningAlgorithm::EcdsaP384Sha384,
    CoreJwsSigningAlgorithm::EdDsa,
];
/// How long a provider's configuration is used again for sending browsers there. Who comes back is checked with what it says then.
const REMEMBERED_SECONDS: u64 = 60;

type Client =
    CoreClient<EndpointSet, EndpointNotSet, EndpointNotSet, EndpointNotSet, EndpointMaybeSet, EndpointMaybeSet>;

/// The provider that browsers are sent to, with what it said of itself a moment ago: signing in is public, and must not become a way of flooding it.
#[derive(Default)]
pub(crate) struct Providers {
    last: Mutex<Option<(Provider, std::time::Instant, CoreProviderMetadata)>>,
}

/// Fetches over HTTPS, or from this machine; follows no redirection.
struct Fetcher(ureq::Agent);

impl Fetcher {
    fn new(provider: &Provider) -> Result<Self, IdentifyError> {
        Ok(Self(https::client(&provider.authorities, None, SIGN_ON_ANSWER_MS_MAX)?))
    }
}

impl SyncHttpClient for Fetcher {
    type Error = IdentifyError;

    fn call(&self, request: HttpRequest) -> Result<HttpResponse, IdentifyError> {
        // A provider could name an address of its configuration that sends secrets in the open.
        if !is_private(&request.uri().to_string(), "https://", "http://") {
            return Err(IdentifyError::Unexpected("it names an address without encryption".into()));
        }
        let answer =
            if request.method() == http::Method::POST { self.0.run(request) } else { self.0.run(request.map(|_| ())) };
        let (parts, mut body) = answer.map_err(|error| unreached(&error))?.into_parts();
        let body =
            body.with_config().limit(SIGN_ON_ANSWER_BYTES_MAX).read_to_vec().map_err(|error| unreached(&error))?;
        Ok(http::Response::from_parts(parts, body))
    }
}

/// What a provider says of itself, with its keys.
pub(crate) fn fetch(provider: &Provider) -> Result<CoreProviderMetadata, IdentifyError> {
    let issuer = IssuerUrl::new(provider.issuer.clone()).map_err(|error| unexpected(&error))?;
    CoreProviderMetadata::discover(&issuer, &Fetcher::new(provider)?).map_err(|error| match error {
        DiscoveryError::Request(error) => error,
        DiscoveryError::Response(status, ..) => IdentifyError::Unexpected(format!("status {status}")),
        error => unexpected(&error),
    })
}

impl Providers {
    #[allow(clippy::disallowed_methods, reason = "how long something is remembered is no time of the archive")]
    fn remembered(&self, provider: &Provider) -> Result<CoreProviderMetadata, IdentifyError> {
        let young = |at: &std::time::Instant| at.elapsed() < Duration::from_secs(REMEMBERED_SECONDS);
        // Held while it is fetched, so that a flood asks once.
        let mut last = self.last.lock();
        if let Some((of, at, metadata)) = &*last
            && of == provider
            && young(at)
        {
            return Ok(metadata.clone());
        }
        let metadata = fetch(provider)?;
        *last = Some((provider.clone(), std::time::Instant::now(), metadata.clone()));
        Ok(metadata)
    }

    /// The address that a browser is sent to.
    pub(crate) fn begin(&self, provider: &Provider, question: &Question) -> Result<String, IdentifyError> {
        let client = client(self.remembered(provider)?, provider, "", question)?;
        let verifier = PkceCodeVerifier::new(question.verifier.to_string());
        let (state, nonce) = (CsrfToken::new(question.state.to_string()), Nonce::new(question.nonce.to_string()));
        let request = client
            .authorize_url(CoreAuthenticationFlow::AuthorizationCode, move || state, move || nonce)
            .add_scopes(provider.scopes.split_whitespace().map(|scope| Scope::new(scope.to_owned())))
            .set_pkce_challenge(PkceCodeChallenge::from_code_verifier_sha256(&verifier));
        let request = if question.again {
            request.add_prompt(CoreAuthPrompt::Login).set_max_age(Duration::ZERO)
        } else {
            request
        };
        let (url, ..) = request.url();
        if !is_private(url.as_str(), "https://", "http://") {
            return Err(IdentifyError::Unexpected("it names an address without encryption".into()));
        }
        Ok(url.into())
    }
}

/// Who came back with a code. Issuer, audience, signature, time and nonce of the token are checked.
pub(crate) fn finish(
    provider: &Provider,
    secret: &str,
    question: &Question,
    code: &str,
    now: Timestamp,
) -> Result<Person, IdentifyError> {
    let (metadata, fetcher) = (fetch(provider)?, Fetcher::new(provider)?);
    let userinfo = metadata.userinfo_endpoint().map(|endpoint| endpoint.url().to_string());
    let client = client(metadata, provider, secret, question)?;
    let answer = client
        .exchange_code(AuthorizationCode::new(code.to_owned()))
        .map_err(|error| unexpected(&error))?
        .set_pkce_verifier(PkceCodeVerifier::new(question.verifier.to_string()))
        .request(&fetcher)
        .map_err(|error| match error {
            RequestTokenError::Request(error) => error,
            RequestTokenError::ServerResponse(answer) => IdentifyError::Refused(answer.error().to_string()),
            // What the answer was may hold tokens.
            _ => IdentifyError::Unexpected("the answer to a code does not read".into()),
        })?;
    let claims = verified(&client, &answer, question, now)?;
    person(provider, claims, |subject| match &userinfo {
        Some(endpoint) => asked(&fetcher, endpoint, answer.access_token().secret(), subject),
        None => Ok(Map::new()),
    })
}

fn client(
    metadata: CoreProviderMetadata,
    provider: &Provider,
    secret: &str,
    question: &Question,
) -> Result<Client, IdentifyError> {
    let redirect = RedirectUrl::new(question.redirect.clone()).map_err(|error| unexpected(&error))?;
    let secret = Some(secret).filter(|secret| !secret.is_empty()).map(|secret| ClientSecret::new(secret.to_owned()));
    let client = CoreClient::from_provider_metadata(metadata, ClientId::new(provider.client_id.clone()), secret);
    Ok(client.set_redirect_uri(redirect))
}

/// The claims of the token, once it is known to be good.
fn verified(
    client: &Client,
    answer: &CoreTokenResponse,
    question: &Question,
    now: Timestamp,
) -> Result<Map<String, Value>, IdentifyError> {
    let token = answer.id_token().ok_or_else(|| IdentifyError::Unexpected("it gave no token of identity".into()))?;
    let seconds = now.millis().div_euclid(1_000);
    let at = |seconds: i64| chrono::DateTime::from_timestamp(seconds, 0).unwrap_or_default();
    let verifier = client
        .id_token_verifier()
        .set_allowed_algs(ALGORITHMS)
        .set_time_fn(move || at(seconds.saturating_sub(SIGN_ON_SKEW_SECONDS_MAX)))
        .set_issue_time_verifier_fn(move |issued| {
            let early = issued > at(seconds.saturating_add(SIGN_ON_SKEW_SECONDS_MAX));
            if early { Err("it is of a time that is to come".into()) } else { Ok(()) }
        });
    token
        .claims(&verifier, &Nonce::new(question.nonce.to_string()))
        .map_err(|error| IdentifyError::Unexpected(format!("its token cannot be believed: {error}")))?;
    payload(&token.to_string()).ok_or_else(|| IdentifyError::Unexpected("its token does not read".into()))
}

/// What a token in compact form says; only of one that was verified.
fn payload(token: &str) -> Option<Map<String, Value>> {
    let encoded = token.split('.').nth(1)?;
    let json = data_encoding::BASE64URL_NOPAD.decode(encoded.as_bytes()).ok()?;
    serde_json::from_slice(&json).ok()
}

/// What the provider says of a person besides the token. It must be about the same person.
fn asked(
    fetcher: &Fetcher,
    endpoint: &str,
    access_token: &str,
    subject: &str,
) -> Result<Map<String, Value>, IdentifyError> {
    let request = http::Request::get(endpoint)
        .header(http::header::AUTHORIZATION, format!("Bearer {access_token}"))
        .header(http::header::ACCEPT, "application/json")
        .body(Vec::new())
        .map_err(|error| unexpected(&error))?;
    let answer = fetcher.call(request)?;
    let claims: Option<Map<String, Value>> = serde_json::from_slice(answer.body()).ok();
    match claims {
        Some(claims) if answer.status().is_success() && text(&claims, "sub") == Some(subject) => Ok(claims),
        _ => Err(IdentifyError::Unexpected("what it says of the person does not read".into())),
    }
}

fn text<'a>(claims: &'a Map<String, Value>, name: &str) -> Option<&'a str> {
    claims.get(name).and_then(Value::as_str).filter(|text| !text.is_empty())
}

/// The person of verified claims; `more` is asked where they do not say the login.
fn person(
    provider: &Provider,
    mut claims: Map<String, Value>,
    more: impl FnOnce(&str) -> Result<Map<String, Value>, IdentifyError>,
) -> Result<Person, IdentifyError> {
    let subject = text(&claims, "sub").map(str::to_owned);
    let subject = subject.ok_or_else(|| IdentifyError::Unexpected("its token names nobody".into()))?;
    if text(&claims, &provider.login_claim).is_none() {
        // The token is signed: nothing that it says is said anew.
        for (name, value) in more(&subject)? {
            claims.entry(name).or_insert(value);
        }
    }
    let login = text(&claims, &provider.login_claim)
        .ok_or_else(|| IdentifyError::Unexpected(format!("it does not tell the claim {}", provider.login_claim)))?;
    // An address that anybody can type into a profile is nobody's name.
    if provider.login_claim == "email" && claims.get("email_verified") != Some(&Value::Bool(true)) {
        return Err(IdentifyError::Unexpected("it has not verified the person's e-mail address".into()));
    }
    let authenticated_at = claims.get("auth_time").and_then(Value::as_i64);
    Ok(Person {
        login: login.to_owned(),
        name: text(&claims, "name").unwrap_or_default().to_owned(),
        authenticated_at: authenticated_at.map(|seconds| Timestamp(seconds.saturating_mul(1_000))),
        subject,
    })
}

fn unexpected(error: &dyn std::error::Error) -> IdentifyError {
    IdentifyError::Unexpected(error.to_string())
}

fn unreached(error: &ureq::Error) -> IdentifyError {
    let text = error.to_string();
    match error {
        ureq::Error::Rustls(_) | ureq::Error::Tls(_) => IdentifyError::Untrusted(text),
        ureq::Error::Io(error)
            if error.get_ref().is_some_and(
                <dyn std::error::Error + std::marker::Send + std::marker::Sync + 'static>::is::<rustls::Error>,
            ) =>
        {
            IdentifyError::Untrusted(text)
        }
        ureq::Error::BodyExceedsLimit(_) => IdentifyError::Unexpected(text),
        _ => IdentifyError::Unreachable(text),
    }
}
