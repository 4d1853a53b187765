//! The first administrator: a link that is good once, for a day, while there is no user.

use subtle::ConstantTimeEq;
use xinju_model::access::{Action, Rights, Viewer, authorize};
use xinju_model::id::UserId;
use xinju_model::limits::SETUP_LINK_MS_MAX;
use xinju_model::role::BuiltIn;
use xinju_model::time::Timestamp;
use xinju_model::user::{User, UserKind};
use xinju_store::write::UserRow;
use zeroize::Zeroizing;

use crate::audit::{Act, record, system};
use crate::error::ServiceError;
use crate::password::{self, Unfit};
use crate::service::{Core, Service};
use crate::session::{Origin, Principal, Secret, SignedIn, session_viewer};
use crate::user::created;

/// The setting that holds the link: 32 bytes of keyed hash, then the moment it ends as eight bytes.
const SETTING: &str = "setup.link";

/// Under this name wrong links are counted; no login can be it, because it has a space.
const GUESSES: &str = "set-up link";

/// Whether the archive waits for its first administrator, and what it runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SetupState {
    /// Whether there is no user yet.
    pub needed: bool,
    /// The product's version.
    pub version: String,
}

/// What makes the first administrator.
pub struct CompleteSetup {
    /// The token of the set-up link.
    pub token: Zeroizing<String>,
    /// The login.
    pub login: String,
    /// The name to show; the login where it is empty.
    pub name: String,
    /// The password.
    pub password: Zeroizing<String>,
}

/// Why the first administrator was not made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SetupRefusal {
    /// The link is wrong or too old.
    LinkInvalid,
    /// There are users already.
    AlreadyDone,
    /// The login is empty, too long or has spaces or control characters.
    LoginInvalid,
    /// The password is too short.
    PasswordTooShort,
    /// The password is too long.
    PasswordTooLong,
    /// The password is among the most common ones, or nearly.
    PasswordCommon,
    /// The password is little more than the login or the name.
    PasswordPersonal,
    /// The password is too easy to guess: a pattern, a date, a row of keys.
    PasswordGuessable,
}

impl From<Unfit> for SetupRefusal {
    fn from(unfit: Unfit) -> Self {
        match unfit {
            Unfit::TooShort => Self::PasswordTooShort,
            Unfit::TooLong => Self::PasswordTooLong,
            Unfit::Common => Self::PasswordCommon,
            Unfit::Personal => Self::PasswordPersonal,
            Unfit::Guessable => Self::PasswordGuessable,
        }
    }
}

impl Service {
    /// Whether the archive waits for its first administrator. Public.
    pub fn setup_state(&self) -> Result<SetupState, ServiceError> {
        Ok(SetupState { needed: self.core.store.read()?.users()?.is_empty(), version: self.core.version.to_owned() })
    }

    /// Makes the token of a set-up link where there is no user yet; an earlier link ends. None when set up already. For the operator of the machine.
    pub fn make_setup_link(&self, viewer: &Viewer) -> Result<Option<Zeroizing<String>>, ServiceError> {
        let core = &self.core;
        let permit = core.allow(viewer, Action::ManageUsers)?;
        let _one_at_a_time = core.accounts.lock();
        if !core.store.read()?.users()?.is_empty() {
            return Ok(None);
        }
        let (token, now) = (core.new_secret(), core.clock.now());
        let mut value = core.secret_hash(Secret::SetupLink, &token).to_vec();
        value.extend_from_slice(&now.plus_millis(SETUP_LINK_MS_MAX).millis().to_be_bytes());
        core.store.write(&permit, move |tx| {
            tx.put_setting(SETTING, Some(&value))?;
            record(tx, now, &Act::audit("setup.link"))
        })?;
        Ok(Some(token))
    }

    /// Makes the first administrator and signs in.
    pub fn complete_setup(
        &self,
        setup: CompleteSetup,
        origin: &Origin,
    ) -> Result<Result<SignedIn, SetupRefusal>, ServiceError> {
        let core = &self.core;
        let _one_at_a_time = core.accounts.lock();
        if !self.setup_state()?.needed {
            return Ok(Err(SetupRefusal::AlreadyDone));
        }
        // Guessing is hopeless, but each guess would be an entry of the ledger.
        let now = core.clock.now();
        if core.lockout.wait(GUESSES, &origin.address, now) > 0 {
            return Ok(Err(SetupRefusal::LinkInvalid));
        }
        if !core.is_setup_link(&setup.token)? {
            core.lockout.failed(GUESSES, &origin.address, now);
            core.audited(&system(&origin.address)?, Act::audit("setup.refuse"))?;
            return Ok(Err(SetupRefusal::LinkInvalid));
        }
        let name = if setup.name.trim().is_empty() { setup.login.clone() } else { setup.name.clone() };
        if !password::login_fits(&setup.login) || !password::name_fits(&name) {
            return Ok(Err(SetupRefusal::LoginInvalid));
        }
        if let Err(unfit) = password::check(&setup.password, core.policy().password_chars, &setup.login, &name) {
            return Ok(Err(unfit.into()));
        }
        self.first_administrator(setup.login, name, &setup.password, origin).map(Ok)
    }

    fn first_administrator(
        &self,
        login: String,
        name: String,
        password: &Zeroizing<String>,
        origin: &Origin,
    ) -> Result<SignedIn, ServiceError> {
        let core = &self.core;
        let phc = password::hash(password, &*core.random)?;
        let now = core.clock.now();
        let user = User {
            id: UserId::random(&*core.random),
            login,
            name,
            kind: UserKind::Person,
            roles: vec![BuiltIn::Owner.id()],
            staff: None,
            active: true,
            created_at: now,
            signed_in_at: Some(now),
        };
        let (session, secret, hash) = core.new_session(user.id, origin);
        let viewer = session_viewer(&user, Rights::built_in(BuiltIn::Owner), &origin.address, session.id);
        let permit = authorize(&viewer, Action::ManageUsers)?;
        let (row, kept) = (UserRow { user: user.clone(), password: phc }, session.clone());
        core.store.write(&permit, move |tx| {
            tx.put_setting(SETTING, None)?;
            tx.put_user(&row)?;
            tx.put_session(hash, &kept)?;
            record(tx, now, &created(&row.user, BuiltIn::Owner.name()))?;
            record(tx, now, &Act::audit("session.start").on(kept.id))
        })?;
        core.confirmed.put(session.id, now);
        Ok(SignedIn { principal: Principal { viewer, user, session: Some(session) }, secret })
    }
}

impl Core {
    /// Whether a token is the one of the present set-up link.
    fn is_setup_link(&self, token: &str) -> Result<bool, ServiceError> {
        let Some(value) = self.store.read()?.setting(SETTING)? else { return Ok(false) };
        let Some((hash, until)) = value.split_first_chunk::<32>() else { return Ok(false) };
        let Ok(until) = <[u8; 8]>::try_from(until) else { return Ok(false) };
        let fits: bool = hash.ct_eq(&self.secret_hash(Secret::SetupLink, token)).into();
        Ok(fits && self.clock.now() < Timestamp(i64::from_be_bytes(until)))
    }
}
