//! What is asked of a device, and whether its answer is good. Only this file names the library that knows WebAuthn.

use std::borrow::Borrow;
use std::collections::HashMap;
use std::net::IpAddr;

use parking_lot::Mutex;
use webauthn_rp::bin::{Decode, Encode};
use webauthn_rp::request::auth::AuthenticationVerificationOptions;
use webauthn_rp::request::register::{
    CredProtect, Nickname, PublicKeyCredentialUserEntity, RegistrationVerificationOptions, UserHandle, Username,
};
use webauthn_rp::request::{AsciiDomain, ExtensionInfo, PublicKeyCredentialDescriptor, RpId};
use webauthn_rp::response::auth::error::AuthCeremonyErr;
use webauthn_rp::response::register::{CompressedPubKey, DynamicState, StaticState};
use webauthn_rp::response::{AuthTransports, CredentialId, SentChallenge};
use webauthn_rp::{
    AuthenticatedCredential, DiscoverableAuthentication16, DiscoverableAuthenticationServerState,
    DiscoverableCredentialRequestOptions, PublicKeyCredentialCreationOptions, Registration, RegistrationServerState,
};
use xinju_model::id::{PasskeyId, SessionId, UserId};
use xinju_model::limits::{CEREMONIES_MAX, CEREMONIES_OF_ADDRESS_MAX, PASSKEY_ANSWER_BYTES_MAX};
use xinju_model::passkey::Passkey;
use xinju_model::time::Timestamp;
use xinju_model::user::User;

use crate::error::ServiceError;

/// The public key of a stored passkey.
type Key = CompressedPubKey<[u8; 32], [u8; 32], [u8; 48], Vec<u8>>;

/// The site that passkeys are for: browsers use them nowhere else.
#[derive(Debug)]
pub struct Site {
    domain: String,
    id: RpId,
    origin: String,
}

impl Site {
    /// The site of the address that people type, such as `https://archive.example.com`. None where passkeys cannot be: without a domain name,
    /// or without HTTPS. A server that only its own machine reaches is `localhost` to browsers.
    pub fn of(url: &str) -> Option<Self> {
        let url = url.trim().to_lowercase();
        let (scheme, rest) = url.split_once("://")?;
        let authority = rest.split(['/', '?', '#']).next()?;
        let (host, port) = match authority.rsplit_once(':') {
            Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => (host, Some(port)),
            _ => (authority, None),
        };
        let host = match host.trim_matches(['[', ']']).parse::<IpAddr>() {
            Ok(address) if address.is_loopback() || address.is_unspecified() => "localhost",
            Ok(_) => return None,
            Err(_) => host,
        };
        let usual = match scheme {
            "https" => "443",
            "http" if host == "localhost" => "80",
            _ => return None,
        };
        let id = RpId::Domain(AsciiDomain::try_from(host.to_owned()).ok()?);
        let port = port.filter(|port| *port != usual).map(|port| format!(":{port}")).unwrap_or_default();
        Some(Self { domain: host.to_owned(), id, origin: format!("{scheme}://{host}{port}") })
    }

    /// The domain name that passkeys are bound to.
    pub fn domain(&self) -> &str {
        &self.domain
    }
}

/// What an answer is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// A passkey for the account of whoever has the session.
    Add(SessionId),
    /// Signing in; as the second step of a user, where one is named.
    SignIn(Option<UserId>),
    /// Confirming who one is, in a session.
    Confirm(SessionId),
}

/// What the library keeps of a request.
pub(crate) enum State {
    /// Of one for a new passkey.
    New(RegistrationServerState<16>),
    /// Of one for a signature.
    Signature(DiscoverableAuthenticationServerState),
}

/// A request to a device that waits for its answer.
pub(crate) struct Ceremony {
    pub(crate) purpose: Purpose,
    pub(crate) state: State,
    pub(crate) address: String,
    pub(crate) until: Timestamp,
}

/// Requests that wait for their answers, by the number in them. In memory only: a restart ends them all.
#[derive(Default)]
pub(crate) struct Ceremonies(Mutex<HashMap<u128, Ceremony>>);

impl Ceremonies {
    /// Remembers a request.
    pub(crate) fn begin(&self, number: u128, ceremony: Ceremony, now: Timestamp) {
        let mut all = self.0.lock();
        all.retain(|_, other| now < other.until);
        forget_oldest(&mut all, CEREMONIES_OF_ADDRESS_MAX, |other| other.address == ceremony.address);
        forget_oldest(&mut all, CEREMONIES_MAX, |_| true);
        all.insert(number, ceremony);
    }

    /// Takes a request, which is over by that whatever the answer is worth; none where there is none from this address in time.
    pub(crate) fn take(&self, number: u128, address: &str, now: Timestamp) -> Option<Ceremony> {
        self.0.lock().remove(&number).filter(|found| now < found.until && found.address == address)
    }
}

/// Makes room for one more where there are `most` of a kind.
fn forget_oldest(all: &mut HashMap<u128, Ceremony>, most: usize, which: impl Fn(&Ceremony) -> bool) {
    if all.len() < most {
        return;
    }
    let mut of_kind: Vec<_> =
        all.iter().filter(|(_, one)| which(one)).map(|(number, one)| (one.until, *number)).collect();
    of_kind.sort_unstable();
    let excess = (of_kind.len() + 1).saturating_sub(most);
    for (_, number) in of_kind.iter().take(excess) {
        all.remove(number);
    }
}

fn internal(what: impl std::fmt::Display) -> ServiceError {
    ServiceError::Internal(format!("a passkey: {what}"))
}

/// A request for a new passkey of a user who has `others`: its number, what the browser is told, and what is kept.
pub(crate) fn ask_for_new(site: &Site, user: &User, others: &[Passkey]) -> Result<(u128, String, State), ServiceError> {
    let handle = UserHandle::<16>::decode(user.id.0).map_err(internal)?;
    let mut entity = PublicKeyCredentialUserEntity::from(&handle);
    // Names that the library's profile of Unicode does not have leave the device with a plainer label.
    entity.name = Username::try_from(user.login.as_str()).unwrap_or(entity.name);
    entity.display_name = Nickname::try_from(user.name.as_str()).ok();
    let known = |passkey: &Passkey| {
        let id = CredentialId::<Vec<u8>>::decode(passkey.credential.clone()).ok()?;
        // Zero is the code of no transports: browsers then ask every device that they know.
        Some(PublicKeyCredentialDescriptor { id, transports: AuthTransports::decode(0).ok()? })
    };
    let mut options =
        PublicKeyCredentialCreationOptions::passkey(&site.id, entity, others.iter().filter_map(known).collect());
    // Asked for, not insisted on: devices of CTAP 2.0 do not know it, and every answer must prove its user anyway.
    options.extensions.cred_protect = CredProtect::UserVerificationRequired(ExtensionInfo::AllowDontEnforceValue);
    let (server, client) = options.start_ceremony().map_err(internal)?;
    let SentChallenge(number) = *Borrow::<SentChallenge>::borrow(&server);
    Ok((number, serde_json::to_string(&client).map_err(internal)?, State::New(server)))
}

/// A request for a signature by any passkey of this site.
pub(crate) fn ask_for_signature(site: &Site) -> Result<(u128, String, State), ServiceError> {
    let (server, client) =
        DiscoverableCredentialRequestOptions::passkey(&site.id).start_ceremony().map_err(internal)?;
    let SentChallenge(number) = *Borrow::<SentChallenge>::borrow(&server);
    Ok((number, serde_json::to_string(&client).map_err(internal)?, State::Signature(server)))
}

/// A device's answer with a new passkey.
pub(crate) struct NewPasskey(Registration);

/// What a new passkey is, as it is kept.
pub(crate) struct MadePasskey {
    pub(crate) credential: Vec<u8>,
    pub(crate) key: Vec<u8>,
    pub(crate) state: [u8; 7],
}

impl NewPasskey {
    /// Reads an answer; none where it is none.
    pub(crate) fn read(answer: &str) -> Option<Self> {
        let bounded = (answer.len() <= PASSKEY_ANSWER_BYTES_MAX).then_some(answer)?;
        Registration::from_json_relaxed(bounded.as_bytes()).ok().map(Self)
    }

    /// The number of the request that it answers.
    pub(crate) fn number(&self) -> Option<u128> {
        self.0.challenge_relaxed().ok().map(|SentChallenge(number)| number)
    }

    /// The passkey, where the answer is good.
    pub(crate) fn verify(&self, site: &Site, asked: RegistrationServerState<16>) -> Option<MadePasskey> {
        let options = RegistrationVerificationOptions::<'_, '_, &str, &str> {
            allowed_origins: &[site.origin.as_str()],
            error_on_unsolicited_extensions: false,
            ..Default::default()
        };
        let made = asked.verify(&site.id, &self.0, &options).ok()?;
        Some(MadePasskey {
            credential: made.id().as_ref().to_vec(),
            key: made.static_state().encode().ok()?,
            state: made.dynamic_state().encode().ok()?,
        })
    }
}

/// Why a signature proves nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unproved {
    /// The device's counter of signatures did not go up: there may be a copy of the passkey.
    Counter,
    /// The page that asked is not one of this site.
    Origin,
    /// The device did not make sure who uses it.
    Unverified,
    /// The signature is not by the passkey's key.
    Signature,
    /// Anything else.
    Other,
}

impl Unproved {
    /// The stable name, as events have it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Counter => "counter",
            Self::Origin => "origin",
            Self::Unverified => "unverified",
            Self::Signature => "signature",
            Self::Other => "other",
        }
    }
}

/// A device's answer with a signature.
pub(crate) struct Signed(DiscoverableAuthentication16);

impl Signed {
    /// Reads an answer; none where it is none.
    pub(crate) fn read(answer: &str) -> Option<Self> {
        let bounded = (answer.len() <= PASSKEY_ANSWER_BYTES_MAX).then_some(answer)?;
        DiscoverableAuthentication16::from_json_relaxed(bounded.as_bytes()).ok().map(Self)
    }

    /// The number of the request that it answers.
    pub(crate) fn number(&self) -> Option<u128> {
        self.0.challenge_relaxed().ok().map(|SentChallenge(number)| number)
    }

    /// Whose passkey it says it is; to be proved.
    pub(crate) fn user(&self) -> Option<UserId> {
        self.0.response().user_handle().as_ref().try_into().ok().map(UserId)
    }

    /// Which passkey it says it is; to be proved.
    pub(crate) fn passkey(&self) -> PasskeyId {
        Passkey::id_of(self.0.raw_id().as_ref())
    }

    /// The passkey's state after this use, where the answer is good.
    pub(crate) fn verify(
        &self,
        site: &Site,
        asked: DiscoverableAuthenticationServerState,
        passkey: &Passkey,
    ) -> Result<[u8; 7], Unproved> {
        let stored = |_| Unproved::Other;
        let handle = UserHandle::<16>::decode(passkey.user.0).map_err(|_| Unproved::Other)?;
        let key = StaticState::<Key>::decode(&passkey.key).map_err(|_| Unproved::Other)?;
        let state = DynamicState::decode(passkey.state).map_err(|_| Unproved::Other)?;
        let id = CredentialId::<&[u8]>::decode(passkey.credential.as_slice()).map_err(|_| Unproved::Other)?;
        let mut credential = AuthenticatedCredential::new(id, &handle, key, state).map_err(stored)?;
        let options = AuthenticationVerificationOptions::<'_, '_, &str, &str> {
            allowed_origins: &[site.origin.as_str()],
            error_on_unsolicited_extensions: false,
            ..Default::default()
        };
        asked.verify(&site.id, &self.0, &mut credential, &options).map_err(|error| match error {
            AuthCeremonyErr::SignatureCounter => Unproved::Counter,
            AuthCeremonyErr::OriginMismatch
            | AuthCeremonyErr::CrossOrigin
            | AuthCeremonyErr::TopOriginMismatch
            | AuthCeremonyErr::RpIdHashMismatch => Unproved::Origin,
            AuthCeremonyErr::UserNotVerified => Unproved::Unverified,
            AuthCeremonyErr::AssertionSignature => Unproved::Signature,
            _ => Unproved::Other,
        })?;
        credential.dynamic_state().encode().map_err(|_| Unproved::Other)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_site_has_a_domain_name_and_https_or_is_this_machine() {
        let site = |url: &str| Site::of(url).map(|site| (site.domain.clone(), site.origin.clone()));
        let is = |domain: &str, origin: &str| Some((domain.to_owned(), origin.to_owned()));
        assert_eq!(site("https://Archive.example.com/"), is("archive.example.com", "https://archive.example.com"));
        assert_eq!(site("https://a.example:443"), is("a.example", "https://a.example"));
        assert_eq!(site("https://a.example:8443/x"), is("a.example", "https://a.example:8443"));
        assert_eq!(site("http://127.0.0.1:8420"), is("localhost", "http://localhost:8420"));
        assert_eq!(site("http://[::1]:80"), is("localhost", "http://localhost"));
        assert_eq!(site("https://0.0.0.0:8420"), is("localhost", "https://localhost:8420"));
        for none in
            ["http://archive.example.com", "https://192.0.2.7", "https://[2001:db8::1]", "archive.example.com", ""]
        {
            assert_eq!(site(none), None, "{none}");
        }
    }

    #[test]
    fn what_waits_is_bounded_for_each_address_and_for_all() {
        let all = Ceremonies::default();
        let site = Site::of("https://a.example").expect("a site");
        let begin = |address: &str, until: i64| {
            let (number, _, state) = ask_for_signature(&site).expect("asked");
            let purpose = Purpose::SignIn(None);
            let ceremony = Ceremony { purpose, state, address: address.into(), until: Timestamp(until) };
            all.begin(number, ceremony, Timestamp(0));
            number
        };
        let first = begin("192.0.2.1", 1);
        for number in 0..CEREMONIES_OF_ADDRESS_MAX {
            begin("192.0.2.1", 2 + i64::try_from(number).expect("small"));
        }
        let other = begin("192.0.2.2", 9);
        assert_eq!(all.0.lock().len(), CEREMONIES_OF_ADDRESS_MAX + 1);
        assert!(all.take(first, "192.0.2.1", Timestamp(0)).is_none(), "the oldest was forgotten");
        assert!(all.take(other, "192.0.2.1", Timestamp(0)).is_none(), "from elsewhere");
        assert!(all.take(other, "192.0.2.2", Timestamp(0)).is_none(), "and it is over by that");
        let late = begin("192.0.2.2", 9);
        assert!(all.take(late, "192.0.2.2", Timestamp(9)).is_none());
    }
}
