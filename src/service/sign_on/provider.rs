//! Signing in at the identity provider: sending the browser there, and letting in who comes back.

use xinju_model::limits::{SIGN_ON_CODE_CHARS_MAX, SIGN_ON_MS_MAX, SIGN_ON_TEXT_CHARS_MAX};
use zeroize::Zeroizing;

use crate::audit::{Act, system};
use crate::error::ServiceError;
use crate::factor::has_any;
use crate::service::{Core, Service};
use crate::session::{Coming, Origin, SECRET_CHARS, Secret, SignedIn};
use crate::sign_on::Question;
use crate::sign_on::pending::Waiting;
use crate::sign_on::person::other_failed;

/// What begins it.
pub struct BeginSignOn {
    /// Where the provider sends the browser back to; the provider has to know it.
    pub redirect: String,
    /// Where in the console the person wants to go.
    pub to: String,
    /// Whether a person who is signed in there already has to give proof again.
    pub again: bool,
}

/// It was begun.
pub struct Begun {
    /// Where the browser goes.
    pub url: String,
    /// What the browser has to bring along when it comes back.
    pub cookie: Zeroizing<String>,
}

/// What a browser came back with.
pub struct FinishSignOn {
    /// As it was sent.
    pub state: String,
    /// From [`Begun::cookie`].
    pub cookie: String,
    /// What the provider gave; none where it refused.
    pub code: Option<Zeroizing<String>>,
    /// Who the provider says it is (RFC 9207), where it says so.
    pub issuer: Option<String>,
}

/// What became of somebody who came back.
pub enum Entered {
    /// In.
    In(Box<SignedIn>),
    /// A code of the second factor is needed too: see [`Service::sign_in_second_factor`].
    SecondFactor(Zeroizing<String>),
}

/// Somebody who came back, and where they wanted to go.
pub struct SignedOn {
    /// What became of them.
    pub entered: Entered,
    /// A path of the console.
    pub to: String,
}

/// Why nobody was let in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignOnRefusal {
    /// It was begun too long ago, by another browser, or finished before; or the settings changed meanwhile.
    Expired,
    /// There is no identity provider, or it gave no answer.
    Unavailable,
    /// The provider did not let the person in.
    Refused,
    /// What the provider said cannot be believed.
    NotBelieved,
    /// The person is nobody here, or suspended.
    Unknown,
}

impl SignOnRefusal {
    /// The stable name, for the console and events.
    pub fn name(self) -> &'static str {
        match self {
            Self::Expired => "expired",
            Self::Unavailable => "unavailable",
            Self::Refused => "refused",
            Self::NotBelieved => "not_believed",
            Self::Unknown => "unknown",
        }
    }
}

/// A path of our own console, so that nobody is sent elsewhere after signing in.
fn own_path(to: &str) -> String {
    let own = to.starts_with('/')
        && !to.starts_with("//")
        && to.chars().take(SIGN_ON_TEXT_CHARS_MAX + 1).count() <= SIGN_ON_TEXT_CHARS_MAX
        && to.chars().all(|c| c.is_ascii_graphic() && c != '\\');
    if own { to.to_owned() } else { "/".to_owned() }
}

impl Core {
    fn sign_on_failed(&self, refusal: SignOnRefusal, address: &str) -> Result<SignOnRefusal, ServiceError> {
        self.counters.sign_in_failed();
        let act = Act::audit("session.refuse").with("way", "provider").with("reason", refusal.name());
        self.audited(&system(address)?, act)?;
        Ok(refusal)
    }
}

impl Service {
    /// Begins to sign in at the identity provider. Public.
    pub fn begin_sign_on(
        &self,
        begin: BeginSignOn,
        origin: &Origin,
    ) -> Result<Result<Begun, SignOnRefusal>, ServiceError> {
        let core = &self.core;
        let Some(kept) = core.provider()? else { return Ok(Err(SignOnRefusal::Unavailable)) };
        let (state, cookie) = (core.new_secret(), core.new_secret());
        let question = Question {
            redirect: begin.redirect,
            state: state.clone(),
            nonce: core.new_secret(),
            verifier: core.new_secret(),
            again: begin.again,
        };
        let url = match core.identify.begin(&kept.settings, &question) {
            Ok(url) => url,
            Err(error) => {
                other_failed("provider", &error);
                return Ok(Err(SignOnRefusal::Unavailable));
            }
        };
        let now = core.clock.now();
        let waiting = Waiting {
            question,
            cookie: core.secret_hash(Secret::SignOn, &cookie),
            issuer: kept.settings.issuer.clone(),
            client_id: kept.settings.client_id.clone(),
            to: own_path(&begin.to),
            address: origin.address.clone(),
            until: now.plus_millis(SIGN_ON_MS_MAX),
        };
        core.sign_ons.begin(core.secret_hash(Secret::SignOn, &state), waiting, now);
        Ok(Ok(Begun { url, cookie }))
    }

    /// Lets in who comes back from the identity provider. Public.
    pub fn finish_sign_on(
        &self,
        finish: &FinishSignOn,
        origin: &Origin,
    ) -> Result<Result<SignedOn, SignOnRefusal>, ServiceError> {
        let core = &self.core;
        if finish.state.len() != SECRET_CHARS || finish.cookie.len() != SECRET_CHARS {
            return Ok(Err(SignOnRefusal::Expired));
        }
        let hash = |secret: &str| core.secret_hash(Secret::SignOn, secret);
        let now = core.clock.now();
        // No event of it: anybody can ask for this without end.
        let Some(waiting) = core.sign_ons.take(&hash(&finish.state), &hash(&finish.cookie), now) else {
            return Ok(Err(SignOnRefusal::Expired));
        };
        match self.entered(&waiting, finish, origin)? {
            Ok(entered) => Ok(Ok(SignedOn { entered, to: waiting.to })),
            Err(refusal) => Ok(Err(core.sign_on_failed(refusal, &origin.address)?)),
        }
    }

    fn entered(
        &self,
        waiting: &Waiting,
        finish: &FinishSignOn,
        origin: &Origin,
    ) -> Result<Result<Entered, SignOnRefusal>, ServiceError> {
        let core = &self.core;
        let same = |issuer: &str, client: &str| waiting.issuer == issuer && waiting.client_id == client;
        let Some(kept) = core.provider()?.filter(|kept| same(&kept.settings.issuer, &kept.settings.client_id)) else {
            return Ok(Err(SignOnRefusal::Expired));
        };
        // An answer of one provider must not be taken to another (RFC 9700 4.4).
        if finish.issuer.as_ref().is_some_and(|issuer| *issuer != kept.settings.issuer) {
            return Ok(Err(SignOnRefusal::NotBelieved));
        }
        let code = finish.code.as_ref().filter(|code| code.chars().count() <= SIGN_ON_CODE_CHARS_MAX);
        let Some(code) = code else { return Ok(Err(SignOnRefusal::Refused)) };
        let now = core.clock.now();
        let person = match core.identify.finish(&kept.settings, &kept.secret, &waiting.question, code, now) {
            Ok(person) => person,
            Err(error) => {
                other_failed("provider", &error);
                return Ok(Err(SignOnRefusal::NotBelieved));
            }
        };
        let (issuer, new_users) = (Some(kept.settings.issuer.as_str()), kept.settings.new_users);
        let found = core.user_of(&person, issuer, new_users, &origin.address)?;
        let Some(row) = found.filter(|row| row.user.active) else { return Ok(Err(SignOnRefusal::Unknown)) };
        let vouched = kept.settings.checks_factor;
        if !vouched && has_any(&core.store.read()?, row.user.id)? {
            return Ok(Ok(Entered::SecondFactor(core.challenge(&row, origin))));
        }
        let coming = Coming::Provider { vouched, proven_at: person.authenticated_at };
        let signed_in = self.begin_session(&row, origin, coming)?;
        Ok(signed_in.map(|signed_in| Entered::In(Box::new(signed_in))).ok_or(SignOnRefusal::Unknown))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_are_sent_to_our_own_pages_only() {
        assert_eq!(own_path("/search?q=a#b"), "/search?q=a#b");
        for other in
            ["https://evil.example", "//evil.example", "/\\evil.example", "", "/a b", "/a\r\nb", "javascript:1"]
        {
            assert_eq!(own_path(other), "/", "{other}");
        }
        assert_eq!(own_path(&format!("/{}", "a".repeat(SIGN_ON_TEXT_CHARS_MAX))), "/");
    }
}
