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
use xinju_model::time::Timestamp;
use xinju_model::user::{Session, User};
use xinju_store::error::StoreError;
use xinju_store::read::ReadTx;
use xinju_store::write::{UserRow, WriteTx};
use zeroize::Zeroizing;

use crate::audit::{Act, record, system};
use crate::error::ServiceError;
use crate::factor::{Fit, spend};
use crate::password;
use crate::service::{Core, Service};

/// Characters of a browser's own words that are kept.
const AGENT_CHARS_MAX: usize = 200;
/// When sessions and tokens were last used is noted this coarsely, in milliseconds.
pub(crate) const SEEN_MS: i64 = 60_000;
/// Characters of a secret: 32 bytes as base64url.
const SECRET_CHARS: usize = 43;

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

/// Why somebody was not let in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SignInRefusal {
    /// Login and password fit, and a code of the user's second factor is needed too. What to send back with it: good once, for five minutes, from the same address.
    SecondFactorRequired(Zeroizing<String>),
    /// Login and password do not fit, or the user is suspended: which of them is not told.
    WrongCredentials,
    /// Too many failed; the password was not even looked at. Seconds until the next attempt is.
    TooManyAttempts(u64),
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
        };
        let hash = self.secret_hash(Secret::Session, &secret);
        (session, secret, hash)
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

/// What a user's roles give now.
pub(crate) fn rights(tx: &ReadTx, user: &User) -> Result<Arc<Rights>, StoreError> {
    let roles = user.roles.iter().filter_map(|id| tx.role(*id).transpose());
    Ok(Arc::new(Rights { roles: roles.collect::<Result<_, _>>()?, staff: user.staff }))
}

/// The viewer of somebody who signed in.
fn session_viewer(user: &User, rights: Arc<Rights>, address: &str, session: SessionId) -> Viewer {
    Viewer {
        user: Some(user.id),
        name: user.name.clone(),
        rights,
        credential: Credential::Session,
        place: address.to_owned(),
        session: Some(session),
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
        let row = core.store.read()?.user_by_login(&login)?;
        let fits = password::fits(password, row.as_ref().map(|row| row.password.as_str()));
        match row {
            Some(row) if fits && row.user.active => {
                if core.store.read()?.factor(row.user.id)?.is_some() {
                    // Nothing is forgiven yet: who knows the password would else guess codes without waiting.
                    return Ok(Err(SignInRefusal::SecondFactorRequired(core.challenge(&row, origin))));
                }
                core.lockout.succeeded(&login);
                Ok(self.begin_session(&row, origin, None)?.ok_or(SignInRefusal::WrongCredentials))
            }
            other => {
                core.lockout.failed(&login, &origin.address, now);
                core.sign_in_failed(other.map(|row| row.user.id), &origin.address)?;
                Ok(Err(SignInRefusal::WrongCredentials))
            }
        }
    }

    /// Begins a session, using up the code that was given; none where the code was used before.
    fn begin_session(
        &self,
        checked: &UserRow,
        origin: &Origin,
        code: Option<Fit>,
    ) -> Result<Option<SignedIn>, ServiceError> {
        let (core, user) = (&self.core, &checked.user);
        // Who changes a password or suspends a user ends sessions under the same lock: none slips in between.
        let _one_at_a_time = core.accounts.lock();
        let (session, secret, hash) = core.new_session(user.id, origin);
        let (now, policy) = (session.created_at, core.policy());
        let tx = core.store.read()?;
        let mut over = tx.sessions(user.id)?;
        over.retain(|session| is_over(session, &policy, now));
        let over: Vec<SessionId> = over.into_iter().map(|session| session.id).collect();
        let viewer = session_viewer(user, rights(&tx, user)?, &origin.address, session.id);
        let permit = authorize(&viewer, Action::ManageOwnAccount)?;
        let act = Act::audit("session.start").on(session.id).with("second_factor", code.is_some());
        let (id, phc, kept) = (user.id, checked.password.clone(), session.clone());
        let user = core.store.write(&permit, move |tx| {
            // Read again: the user may have been suspended, the password changed or a second factor enrolled since they were checked.
            let mut row = tx
                .user(id)?
                .filter(|row| row.user.active && row.password == phc)
                .ok_or_else(|| StoreError::Refused("the user changed just now; sign in again".into()))?;
            match &code {
                Some(fit) if !spend(tx, id, fit, now)? => return Ok(None),
                None if tx.factor(id)?.is_some() => {
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
        core.confirmed.put(session.id, now);
        Ok(Some(SignedIn { principal: Principal { viewer, user, session: Some(session) }, secret }))
    }

    /// Who a session's secret belongs to; none when it is unknown, over, or its user suspended. Notes when it was seen, to the minute.
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
        let viewer = session_viewer(&row.user, rights(&tx, &row.user)?, address, id);
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
pub use invitation::{InvitationRefusal, Invited};
pub use second::SecondFactorRefusal;
pub use setup::{CompleteSetup, Named, Others, SetUp, SetupRefusal, SetupState};

#[cfg(test)]
mod tests;
