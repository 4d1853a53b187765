//! Coming in: signing in and out, and who a session's or token's secret belongs to.

pub mod fresh;
pub mod invitation;
pub(crate) mod lockout;
pub mod second;
pub mod setup;

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};
use xinju_model::access::{Action, Credential, Rights, Viewer, authorize, may};
use xinju_model::id::{SessionId, UserId};
use xinju_model::limits::NAME_CHARS_MAX;
use xinju_model::policy::SignInPolicy;
use xinju_model::role::Role;
use xinju_model::time::Timestamp;
use xinju_model::user::{Session, User, UserKind};
use xinju_store::error::StoreError;
use xinju_store::read::ReadTx;
use xinju_store::write::{UserRow, WriteTx};
use zeroize::Zeroizing;

use crate::audit::{Act, record, system};
use crate::error::ServiceError;
use crate::factor::{Fit, spend};
use crate::password;
use crate::service::{Core, Service};
use crate::sign_on::Verdict;

/// Characters of a browser's own words that are kept.
const AGENT_CHARS_MAX: usize = 200;
/// When sessions and tokens were last used is noted this coarsely, in milliseconds.
pub(crate) const SEEN_MS: i64 = 60_000;
/// Characters of a secret: 32 bytes as base64url.
pub(crate) const SECRET_CHARS: usize = 43;

/// From where and with what somebody comes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Origin {
    /// The network address, without port.
    pub address: String,
    /// What the browser says of itself.
    pub agent: String,
}

/// Somebody who was let in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Principal {
    /// For every use case.
    pub viewer: Viewer,
    /// The user.
    pub user: User,
    /// The session; none with a token.
    pub session: Option<Session>,
}

/// A new session and the secret for its cookie.
#[derive(Debug)]
pub struct SignedIn {
    /// Who.
    pub principal: Principal,
    /// The cookie's value, base64url; kept nowhere else.
    pub secret: Zeroizing<String>,
}

/// What the second step of signing in takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecondStep {
    /// What to send back with it: good once, for five minutes, from the same address.
    pub challenge: Zeroizing<String>,
    /// Whether a code of an app or a recovery code will do.
    pub code: bool,
    /// Whether a passkey will do.
    pub passkey: bool,
}

/// Why somebody was not let in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SignInRefusal {
    /// Login and password fit, and a second factor of the user is needed too.
    SecondFactorRequired(SecondStep),
    /// Login and password do not fit, or the user is suspended: which of them is not told.
    WrongCredentials,
    /// Too many failed; the password was not even looked at. Seconds until the next attempt is.
    TooManyAttempts(u64),
    /// The password is none of ours, and the directory that may know it gave no answer.
    DirectorySilent,
}

/// With what somebody comes in.
pub(crate) enum Coming {
    /// A password, ours or the directory's.
    Password(&'static str),
    /// A second factor, which is used up: a code with a password before it, or a passkey with or without.
    Code(Fit),
    /// What an identity provider says: whether it asked for a second factor, and when the person last gave it proof.
    Provider { vouched: bool, proven_at: Option<Timestamp> },
}

impl Coming {
    fn way(&self) -> &'static str {
        match self {
            Self::Password(way) => way,
            Self::Code(Fit::Passkey { .. }) => "passkey",
            Self::Code(_) => "code",
            Self::Provider { .. } => "provider",
        }
    }

    /// Since when the session counts as confirmed. A provider lets people in again whose browser was left open, so its own time counts, and never
    /// one that is to come.
    fn proven_at(&self, now: Timestamp) -> Option<Timestamp> {
        match self {
            Self::Password(_) | Self::Code(_) => Some(now),
            Self::Provider { proven_at, .. } => proven_at.map(|at| at.min(now)),
        }
    }
}

/// What a keyed hash is of, so that no secret of one kind is good for another.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Secret {
    Session,
    Token,
    SetupLink,
    Invitation,
    Challenge,
    Recovery,
    SignOn,
    PackageLink,
}

impl Secret {
    fn domain(self) -> &'static [u8] {
        match self {
            Self::Session => b"xinju-session/1",
            Self::Token => b"xinju-token/1",
            Self::SetupLink => b"xinju-setup/1",
            Self::Invitation => b"xinju-invitation/1",
            Self::Challenge => b"xinju-challenge/1",
            Self::Recovery => b"xinju-recovery/1",
            Self::SignOn => b"xinju-sign-on/1",
            Self::PackageLink => b"xinju-package-link/1",
        }
    }
}

impl Core {
    /// 32 random bytes as base64url.
    pub(crate) fn new_secret(&self) -> Zeroizing<String> {
        let mut bytes = Zeroizing::new([0; 32]);
        self.random.fill(&mut *bytes);
        Zeroizing::new(URL_SAFE_NO_PAD.encode(*bytes))
    }

    /// What is stored of a secret: without the key nothing can be looked up, even by who reads the database.
    pub(crate) fn secret_hash(&self, of: Secret, secret: &str) -> [u8; 32] {
        let mut hash = Sha256::new();
        // Domain and key have fixed lengths, so that the parts cannot be shifted into each other.
        hash.update(Zeroizing::new(self.keys.hashing_key()).as_slice());
        hash.update(of.domain());
        hash.update([0]);
        hash.update(secret.as_bytes());
        hash.finalize().into()
    }

    /// A session that begins now, and its secret with what is stored of it.
    fn new_session(&self, user: UserId, origin: &Origin) -> (Session, Zeroizing<String>, [u8; 32]) {
        let (now, secret) = (self.clock.now(), self.new_secret());
        let session = Session {
            id: SessionId::random(&*self.random),
            user,
            created_at: now,
            seen_at: now,
            address: origin.address.clone(),
            agent: origin.agent.chars().filter(|c| !c.is_control()).take(AGENT_CHARS_MAX).collect(),
            vouched: false,
        };
        let hash = self.secret_hash(Secret::Session, &secret);
        (session, secret, hash)
    }

    /// Writes down that somebody came from a network that none of their roles may be used from, and says so.
    pub(crate) fn off_network(&self, viewer: &Viewer) -> ServiceError {
        self.deny(viewer, Action::ManageOwnAccount, "", ServiceError::OffNetwork)
    }

    /// Whose login and password these are, by our own hashes or else by the directory; and which of them said so.
    pub(crate) fn password_of(
        &self,
        login: &str,
        password: &Zeroizing<String>,
        known: Option<&UserRow>,
        address: &str,
    ) -> Result<(Verdict, &'static str), ServiceError> {
        let fits = password::fits(password, known.map(|row| row.password.as_str()));
        match known {
            Some(row) if fits => Ok((Verdict::User(Box::new(row.clone())), "password")),
            _ => Ok((self.ask_directory(login, password, address)?, "directory")),
        }
    }

    /// Writes down that a sign-in failed: for whom, where the login is somebody's, and from where. What was typed is not kept: it may be a password.
    fn sign_in_failed(&self, user: Option<UserId>, address: &str) -> Result<(), ServiceError> {
        self.counters.sign_in_failed();
        let act = Act::audit("session.refuse").on(user.map(|id| id.to_string()).unwrap_or_default());
        self.audited(&system(address)?, act)?;
        Ok(())
    }
}

/// Whether a session is over at a moment.
pub(crate) fn is_over(session: &Session, policy: &SignInPolicy, now: Timestamp) -> bool {
    let idle = now.millis().saturating_sub(session.seen_at.millis());
    let age = now.millis().saturating_sub(session.created_at.millis());
    idle > policy.idle_ms() || age > policy.age_ms()
}

/// Whether the note of last use should be moved.
pub(crate) fn is_stale(noted: Timestamp, now: Timestamp) -> bool {
    now.millis().saturating_sub(noted.millis()).abs() >= SEEN_MS
}

/// What a user's roles give, wherever the user may be.
pub(crate) fn rights_anywhere(tx: &ReadTx, user: &User) -> Result<Rights, StoreError> {
    let roles = user.roles.iter().filter_map(|id| tx.role(*id).transpose()).collect::<Result<Vec<Role>, _>>()?;
    Ok(Rights { roles, staff: user.staff })
}

/// What a user's roles give now, at a network address; none where no role may be used from there.
pub(crate) fn rights(tx: &ReadTx, user: &User, address: &str) -> Result<Option<Arc<Rights>>, StoreError> {
    let all = rights_anywhere(tx, user)?.roles;
    let some = !all.is_empty();
    let roles: Vec<Role> = all.into_iter().filter(|role| role.is_open_from(address)).collect();
    Ok((!some || !roles.is_empty()).then(|| Arc::new(Rights { roles, staff: user.staff })))
}

/// The rights of nobody in particular, to write down who was turned away.
pub(crate) fn no_rights() -> Arc<Rights> {
    Arc::new(Rights { roles: Vec::new(), staff: None })
}

/// The viewer of somebody who signed in.
fn session_viewer(user: &User, rights: Arc<Rights>, address: &str, session: &Session) -> Viewer {
    Viewer {
        user: Some(user.id),
        name: user.name.clone(),
        rights,
        credential: Credential::Session,
        place: address.to_owned(),
        session: Some(session.id),
        vouched: session.vouched,
    }
}

/// The user a viewer is; an error for operator and system.
pub(crate) fn own_user(viewer: &Viewer) -> Result<UserId, ServiceError> {
    viewer.user.ok_or_else(|| ServiceError::BadInput("this needs a signed-in user".into()))
}

/// Ends all sessions of a list in a write.
pub(crate) fn end_sessions(tx: &mut WriteTx<'_>, sessions: &[SessionId]) -> Result<u64, StoreError> {
    let mut ended = 0;
    for id in sessions {
        ended += u64::from(tx.remove_session(*id)?);
    }
    Ok(ended)
}

impl Service {
    /// Signs in with login and password. Who has a second factor is asked for it: see [`Service::sign_in_second_factor`].
    pub fn sign_in(
        &self,
        login: &str,
        password: &Zeroizing<String>,
        origin: &Origin,
    ) -> Result<Result<SignedIn, SignInRefusal>, ServiceError> {
        let core = &self.core;
        let login: String = login.chars().take(NAME_CHARS_MAX + 1).collect::<String>().to_lowercase();
        let now = core.clock.now();
        let wait = core.lockout.wait(&login, &origin.address, now);
        if wait > 0 {
            core.counters.sign_in_failed();
            core.deny_sign_in(&origin.address)?;
            return Ok(Err(SignInRefusal::TooManyAttempts(wait)));
        }
        // A service account is at this door as one that is not there.
        let known = core.store.read()?.user_by_login(&login)?.filter(|row| row.user.kind == UserKind::Person);
        let (verdict, way) = core.password_of(&login, password, known.as_ref(), &origin.address)?;
        match verdict {
            Verdict::User(row) if row.user.active => {
                let tx = core.store.read()?;
                let (code, passkey) = (tx.factor(row.user.id)?.is_some(), !tx.passkeys(row.user.id)?.is_empty());
                if code || passkey {
                    // Nothing is forgiven yet: who knows the password would else guess codes without waiting.
                    let step = SecondStep { challenge: core.challenge(&row, origin), code, passkey };
                    return Ok(Err(SignInRefusal::SecondFactorRequired(step)));
                }
                core.lockout.succeeded(&login);
                Ok(self.begin_session(&row, origin, Coming::Password(way))?.ok_or(SignInRefusal::WrongCredentials))
            }
            other => {
                // While the directory is silent, passwords of ours can be guessed all the same.
                core.lockout.failed(&login, &origin.address, now);
                core.sign_in_failed(known.map(|row| row.user.id), &origin.address)?;
                let silent = matches!(other, Verdict::Silent);
                Ok(Err(if silent { SignInRefusal::DirectorySilent } else { SignInRefusal::WrongCredentials }))
            }
        }
    }

    /// Begins a session, using up the code that was given; none where the code was used before.
    pub(crate) fn begin_session(
        &self,
        checked: &UserRow,
        origin: &Origin,
        coming: Coming,
    ) -> Result<Option<SignedIn>, ServiceError> {
        let (core, user) = (&self.core, &checked.user);
        // Who changes a password or suspends a user ends sessions under the same lock: none slips in between.
        let _one_at_a_time = core.accounts.lock();
        let (mut session, secret, hash) = core.new_session(user.id, origin);
        session.vouched = matches!(coming, Coming::Provider { vouched: true, .. });
        let (now, policy) = (session.created_at, core.policy());
        let tx = core.store.read()?;
        let mut over = tx.sessions(user.id)?;
        over.retain(|session| is_over(session, &policy, now));
        let over: Vec<SessionId> = over.into_iter().map(|session| session.id).collect();
        let rights = rights(&tx, user, &origin.address)?;
        let viewer = session_viewer(user, rights.clone().unwrap_or_else(no_rights), &origin.address, &session);
        if rights.is_none() {
            return Err(core.off_network(&viewer));
        }
        let permit = authorize(&viewer, Action::ManageOwnAccount)?;
        let factor = session.vouched || matches!(coming, Coming::Code(_));
        let mut act =
            Act::audit("session.start").on(session.id).with("second_factor", factor).with("way", coming.way());
        if let Coming::Code(Fit::Passkey { id, .. }) = &coming {
            act = act.with("passkey", id);
        }
        let proven_at = coming.proven_at(now);
        let (id, phc, kept) = (user.id, checked.password.clone(), session.clone());
        let user = core.store.write(&permit, move |tx| {
            // Read again: the user may have been suspended, the password changed or a second factor enrolled since they were checked.
            let mut row = tx
                .user(id)?
                .filter(|row| row.user.active && row.password == phc)
                .ok_or_else(|| StoreError::Refused("the user changed just now; sign in again".into()))?;
            match &coming {
                Coming::Code(fit) if !spend(tx, id, fit, now)? => return Ok(None),
                Coming::Password(_) | Coming::Provider { vouched: false, .. }
                    if tx.factor(id)?.is_some() || !tx.passkeys(id)?.is_empty() =>
                {
                    return Err(StoreError::Refused("the user changed just now; sign in again".into()));
                }
                _ => {}
            }
            row.user.signed_in_at = Some(now);
            tx.put_user(&row)?;
            end_sessions(tx, &over)?;
            tx.put_session(hash, &kept)?;
            record(tx, now, &act)?;
            Ok(Some(row.user))
        })?;
        let Some(user) = user else { return Ok(None) };
        if let Some(at) = proven_at {
            core.confirmed.put(session.id, at);
        }
        Ok(Some(SignedIn { principal: Principal { viewer, user, session: Some(session) }, secret }))
    }

    /// Who a session's secret belongs to; none when it is unknown, over, or its user suspended. Roles that may not be used from the address are
    /// not among the rights; where none is left, it is an error. Notes when it was seen, to the minute.
    pub fn authenticate_session(&self, secret: &str, address: &str) -> Result<Option<Principal>, ServiceError> {
        if secret.len() != SECRET_CHARS {
            return Ok(None);
        }
        let core = &self.core;
        let hash = core.secret_hash(Secret::Session, secret);
        let tx = core.store.read()?;
        let Some(mut session) = tx.session(&hash)? else { return Ok(None) };
        let now = core.clock.now();
        let Some(row) = tx.user(session.user)?.filter(|row| row.user.active) else { return Ok(None) };
        let id = session.id;
        let rights = rights(&tx, &row.user, address)?;
        let viewer = session_viewer(&row.user, rights.clone().unwrap_or_else(no_rights), address, &session);
        if rights.is_none() {
            return Err(core.off_network(&viewer));
        }
        let permit = authorize(&viewer, Action::ManageOwnAccount)?;
        if is_over(&session, &core.policy(), now) {
            core.store.write(&permit, move |tx| tx.remove_session(id))?;
            return Ok(None);
        }
        if is_stale(session.seen_at, now) {
            session.seen_at = now;
            let seen = session.clone();
            // Put only where it still is: a session that was ended meanwhile must not come back.
            let alive = core.store.write(&permit, move |tx| {
                let alive = tx.remove_session(id)?;
                if alive {
                    tx.put_session(hash, &seen)?;
                }
                Ok(alive)
            })?;
            if !alive {
                return Ok(None);
            }
        }
        Ok(Some(Principal { viewer, user: row.user, session: Some(session) }))
    }

    /// Ends the session somebody came with.
    pub fn sign_out(&self, viewer: &Viewer, session: SessionId) -> Result<(), ServiceError> {
        self.revoke_session(viewer, session).map(|_| ())
    }

    /// The viewer's own sessions, newest first.
    pub fn sessions(&self, viewer: &Viewer) -> Result<Vec<Session>, ServiceError> {
        self.core.allow(viewer, Action::ManageOwnAccount)?;
        let (now, policy) = (self.core.clock.now(), self.core.policy());
        let mut sessions = self.core.store.read()?.sessions(own_user(viewer)?)?;
        sessions.retain(|session| !is_over(session, &policy, now));
        Ok(sessions)
    }

    /// Ends one of the viewer's own sessions; false where it is not one of them.
    pub fn revoke_session(&self, viewer: &Viewer, session: SessionId) -> Result<bool, ServiceError> {
        let permit = self.core.allow(viewer, Action::ManageOwnAccount)?;
        let own = self.core.store.read()?.sessions(own_user(viewer)?)?;
        if !own.iter().any(|own| own.id == session) {
            return Ok(false);
        }
        let (act, now) = (Act::audit("session.end").on(session), self.core.clock.now());
        Ok(self.core.store.write(&permit, move |tx| {
            record(tx, now, &act)?;
            tx.remove_session(session)
        })?)
    }

    /// Ends all of the viewer's sessions but `current`; how many.
    pub fn revoke_other_sessions(&self, viewer: &Viewer, current: Option<SessionId>) -> Result<u64, ServiceError> {
        let permit = self.core.allow(viewer, Action::ManageOwnAccount)?;
        let user = own_user(viewer)?;
        let own = self.core.store.read()?.sessions(user)?;
        let others: Vec<SessionId> = own.iter().map(|own| own.id).filter(|id| Some(*id) != current).collect();
        let act = Act::audit("session.end_others").on(user).with("sessions", others.len());
        let now = self.core.clock.now();
        Ok(self.core.store.write(&permit, move |tx| {
            record(tx, now, &act)?;
            end_sessions(tx, &others)
        })?)
    }

    /// What the viewer may do: what the console offers.
    pub fn can(&self, viewer: &Viewer) -> Vec<Action> {
        // Where it can't be told, nothing is offered: every use case asks again anyway.
        let enrols = self.core.must_enrol(viewer).unwrap_or(true);
        let open = |action: &Action| !enrols || *action == Action::ManageOwnAccount;
        Action::ALL.iter().copied().filter(|action| may(viewer, *action) && open(action)).collect()
    }
}

pub use fresh::{Confirm, ConfirmRefusal};
pub use invitation::{InvitationRefusal, Invited, RenewInvitationRefusal};
pub use second::SecondFactorRefusal;
pub use setup::{CompleteSetup, Named, Others, SetUp, SetupRefusal, SetupState};

#[cfg(test)]
mod tests;
