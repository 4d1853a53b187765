//! Who asks: the session cookie of browsers and the bearer tokens of programs.

use std::sync::Arc;

use poem::Request;
use poem::http::header;
use xinju_model::access::Rights;
use xinju_model::limits::SESSION_AGE_HOURS_MAX;
use xinju_service::error::ServiceError;
use xinju_service::service::Service;
use xinju_service::session::{Origin, Principal};

use crate::door::ClientAddress;
use crate::state::App;

/// Longest secret that is looked at, in bytes.
const SECRET_BYTES_MAX: usize = 256;
/// Characters of what a browser says of itself that are kept.
const AGENT_CHARS_MAX: usize = 200;

/// The secret somebody came with.
#[derive(Clone)]
pub(crate) enum Secret {
    /// Nothing: nobody is signed in.
    None,
    /// A session's, from the cookie.
    Cookie(String),
    /// A token's, from the `Authorization` header or a WebSocket's first message.
    Bearer(String),
}

/// Somebody at the door: who, if anybody, and from where.
#[derive(Clone)]
pub(crate) struct Caller {
    /// The user behind the secret; none when nobody is signed in.
    pub(crate) principal: Option<Arc<Principal>>,
    /// Whether the session is somebody's whose roles may not be used from this network; whoever has it may still sign in as somebody else.
    pub(crate) off_network: bool,
    /// From where and with what.
    pub(crate) origin: Origin,
}

impl Secret {
    /// The secret of a request. A bearer token goes before a cookie, so that a program in a browser is what it says.
    pub(crate) fn of(request: &Request, secure: bool) -> Self {
        let bearer = request.header(header::AUTHORIZATION).and_then(|value| value.split_once(' '));
        if let Some((scheme, token)) = bearer
            && scheme.eq_ignore_ascii_case("bearer")
        {
            return Self::Bearer(token.trim().to_owned());
        }
        cookie(request, cookie_name(secure)).map_or(Self::None, |value| Self::Cookie(value.to_owned()))
    }

    /// Who it belongs to. A wrong token is an error, so that a program notices; a session that is over is nobody.
    pub(crate) fn principal(&self, service: &Service, address: &str) -> Result<Option<Principal>, ServiceError> {
        match self {
            Self::Cookie(secret) if secret.len() <= SECRET_BYTES_MAX => service.authenticate_session(secret, address),
            Self::Bearer(secret) if secret.len() <= SECRET_BYTES_MAX => {
                service.authenticate_token(secret, address)?.map(Some).ok_or(ServiceError::Unauthenticated)
            }
            Self::Bearer(_) => Err(ServiceError::Unauthenticated),
            Self::Cookie(_) | Self::None => Ok(None),
        }
    }
}

impl Caller {
    /// What the caller's roles give; none for strangers.
    pub(crate) fn rights(&self) -> Option<&Rights> {
        self.principal.as_ref().map(|principal| &*principal.viewer.rights)
    }

    /// Finds out who a request comes from.
    pub(crate) async fn of(app: &Arc<App>, request: &Request) -> Result<Self, ServiceError> {
        let secret = Secret::of(request, app.config.secure());
        Self::with(app, secret, origin(request)).await
    }

    /// Finds out who a secret belongs to.
    pub(crate) async fn with(app: &Arc<App>, secret: Secret, origin: Origin) -> Result<Self, ServiceError> {
        let (service, address) = (app.service.clone(), origin.address.clone());
        let is_session = matches!(secret, Secret::Cookie(_));
        match blocking(move || secret.principal(&service, &address)).await {
            Err(ServiceError::OffNetwork) if is_session => Ok(Self { principal: None, off_network: true, origin }),
            found => Ok(Self { principal: found?.map(Arc::new), off_network: false, origin }),
        }
    }
}

/// Runs a use case on a thread where blocking is allowed.
pub(crate) async fn blocking<T: Send + 'static>(
    call: impl FnOnce() -> Result<T, ServiceError> + Send + 'static,
) -> Result<T, ServiceError> {
    match tokio::task::spawn_blocking(call).await {
        Ok(result) => result,
        Err(_) => Err(ServiceError::Internal("a use case ended in a panic".into())),
    }
}

/// From where and with what a request comes.
pub(crate) fn origin(request: &Request) -> Origin {
    let address = request.data::<ClientAddress>().map(|address| address.0.clone()).unwrap_or_default();
    let agent = request.header(header::USER_AGENT).unwrap_or_default().chars().take(AGENT_CHARS_MAX).collect();
    Origin { address, agent }
}

/// The value of a cookie.
pub(crate) fn cookie<'a>(request: &'a Request, name: &str) -> Option<&'a str> {
    let cookies = request.headers().get_all(header::COOKIE);
    let mut pairs = cookies.iter().filter_map(|line| line.to_str().ok()).flat_map(|line| line.split(';'));
    pairs.find_map(|pair| pair.trim().strip_prefix(name)?.strip_prefix('='))
}

fn cookie_name(secure: bool) -> &'static str {
    if secure { "__Host-xinju_session" } else { "xinju_session" }
}

/// The header that gives a browser its session.
pub(crate) fn set_cookie(secret: &str, secure: bool) -> String {
    let (name, flag) = (cookie_name(secure), if secure { "; Secure" } else { "" });
    format!(
        "{name}={secret}; Path=/; HttpOnly; SameSite=Strict; Max-Age={}{flag}",
        u64::from(SESSION_AGE_HOURS_MAX) * 3_600
    )
}

/// The header that takes a browser's session away.
pub(crate) fn clear_cookie(secure: bool) -> String {
    let (name, flag) = (cookie_name(secure), if secure { "; Secure" } else { "" });
    format!("{name}=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0{flag}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret(name: &'static str, value: &'static str, secure: bool) -> Secret {
        Secret::of(&Request::builder().header(name, value).finish(), secure)
    }

    #[test]
    fn the_cookie_is_found_among_others_and_by_its_full_name_only() {
        assert!(
            matches!(secret("cookie", "a=b; xinju_session=s3; c=d", false), Secret::Cookie(value) if value == "s3")
        );
        assert!(matches!(secret("cookie", "xinju_session_old=s3", false), Secret::None));
        assert!(matches!(secret("cookie", "xinju_session=s3", true), Secret::None));
        assert!(matches!(secret("cookie", "__Host-xinju_session=s3", true), Secret::Cookie(value) if value == "s3"));
    }

    #[test]
    fn the_bearer_scheme_is_read_without_regard_to_case() {
        assert!(matches!(secret("authorization", "bearer xjt_1", false), Secret::Bearer(value) if value == "xjt_1"));
        assert!(matches!(secret("authorization", "Basic eA==", false), Secret::None));
    }

    #[test]
    fn cookies_are_for_this_site_and_no_script() {
        let plain = set_cookie("s", false);
        assert!(plain.starts_with("xinju_session=s; Path=/; HttpOnly; SameSite=Strict; Max-Age=604800"));
        assert!(
            set_cookie("s", true).starts_with("__Host-xinju_session=s;") && set_cookie("s", true).ends_with("; Secure")
        );
        assert!(clear_cookie(true).contains("Max-Age=0; Secure"));
    }
}
