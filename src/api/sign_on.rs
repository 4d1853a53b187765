//! Signing in at the company's identity provider: the two addresses that browsers are sent to.
//!
//! The browser comes back from another site, so its session cookie (`SameSite=Strict`) is not sent along, and need not be. What it has to bring is a short-lived
//! `SameSite=Lax` cookie of the sign-in it began. The page that it then gets asks for itself, as our own page, with the new session.

use std::sync::Arc;

use poem::http::{StatusCode, header};
use poem::web::Data;
use poem::{Request, Response, handler};
use serde::Deserialize;
use xinju_model::limits::SIGN_ON_MS_MAX;
use xinju_service::sign_on::{BeginSignOn, Entered, FinishSignOn, SignOnRefusal};
use zeroize::Zeroizing;

use crate::session::{blocking, cookie, origin, set_cookie};
use crate::state::App;

/// The address that the provider has to know.
const CALLBACK: &str = "/signin/oidc/callback";

/// What a browser begins with.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Start {
    /// Where in the console it wants to go.
    to: String,
    /// `1` where the person has to give proof again.
    again: String,
}

/// What a browser comes back with.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Back {
    state: String,
    code: Option<String>,
    iss: Option<String>,
}

fn cookie_name(secure: bool) -> &'static str {
    if secure { "__Host-xinju_sign_on" } else { "xinju_sign_on" }
}

/// The cookie of a sign-in; without a value it is taken away.
fn sign_on_cookie(value: &str, secure: bool) -> String {
    let age = if value.is_empty() { 0 } else { SIGN_ON_MS_MAX / 1_000 };
    let flag = if secure { "; Secure" } else { "" };
    format!("{}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={age}{flag}", cookie_name(secure))
}

/// Where the provider sends browsers back to: below the address that the operator said, else the one the browser asked for. A wrong one is none that the
/// provider knows.
fn redirect(app: &App, request: &Request) -> Option<String> {
    let base = if let Some(url) = &app.config.public_url {
        url.trim_end_matches('/').to_owned()
    } else {
        let scheme = if app.config.secure() { "https" } else { "http" };
        let host = request
            .header(header::HOST)
            .or_else(|| request.uri().authority().map(poem::http::uri::Authority::as_str))?;
        format!("{scheme}://{host}")
    };
    Some(format!("{base}{CALLBACK}"))
}

/// Sends the browser on.
fn to(address: &str, cookies: &[String]) -> Response {
    let answer = Response::builder().status(StatusCode::SEE_OTHER).header(header::LOCATION, address);
    cookies.iter().fold(answer, |answer, cookie| answer.header(header::SET_COOKIE, cookie.as_str())).finish()
}

/// Back to the sign-in page, which says what happened.
fn refused(refusal: SignOnRefusal, cookies: &[String]) -> Response {
    to(&format!("/signin?refusal={}", refusal.name()), cookies)
}

/// Sends the browser to the identity provider.
#[handler]
pub(crate) async fn start(request: &Request, app: Data<&Arc<App>>) -> Response {
    let (Ok(wanted), Some(redirect)) = (request.params::<Start>(), redirect(&app, request)) else {
        return refused(SignOnRefusal::Expired, &[]);
    };
    let (service, origin, secure) = (app.service.clone(), origin(request), app.config.secure());
    let begin = BeginSignOn { redirect, to: wanted.to, again: wanted.again == "1" };
    match blocking(move || service.begin_sign_on(begin, &origin)).await {
        Ok(Ok(begun)) => to(&begun.url, &[sign_on_cookie(&begun.cookie, secure)]),
        Ok(Err(refusal)) => refused(refusal, &[]),
        Err(error) => {
            tracing::error!(%error, "signing in with the identity provider could not begin");
            refused(SignOnRefusal::Unavailable, &[])
        }
    }
}

/// Lets in who comes back.
#[handler]
pub(crate) async fn callback(request: &Request, app: Data<&Arc<App>>) -> Response {
    let secure = app.config.secure();
    let gone = sign_on_cookie("", secure);
    let (Ok(back), Some(cookie)) = (request.params::<Back>(), cookie(request, cookie_name(secure))) else {
        return refused(SignOnRefusal::Expired, &[]);
    };
    let (service, origin) = (app.service.clone(), origin(request));
    let finish = FinishSignOn {
        state: back.state,
        cookie: cookie.to_owned(),
        code: back.code.map(Zeroizing::new),
        issuer: back.iss,
    };
    match blocking(move || service.finish_sign_on(&finish, &origin)).await {
        Ok(Ok(done)) => match done.entered {
            Entered::In(signed_in) => to(&done.to, &[gone, set_cookie(&signed_in.secret, secure)]),
            // After the number sign, which browsers tell no server; the page takes it from there at once.
            Entered::SecondFactor(challenge) => to(&format!("/signin#{}", *challenge), &[gone]),
        },
        Ok(Err(refusal)) => refused(refusal, &[gone]),
        Err(error) => {
            tracing::error!(%error, "signing in with the identity provider could not end");
            refused(SignOnRefusal::Unavailable, &[gone])
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cookie_comes_along_from_another_site_and_is_for_no_script() {
        let plain = sign_on_cookie("s", false);
        assert_eq!(plain, "xinju_sign_on=s; Path=/; HttpOnly; SameSite=Lax; Max-Age=600");
        let secure = sign_on_cookie("s", true);
        assert!(secure.starts_with("__Host-xinju_sign_on=s;") && secure.ends_with("; Secure"));
        assert!(sign_on_cookie("", true).contains("Max-Age=0"));
    }
}
