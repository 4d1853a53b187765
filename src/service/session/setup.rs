//! The first administrators: a link that is good once, for a day, while there is no user. One owner, or three among whom
//! the powers are divided; the other two choose their passwords by links of their own, so that nobody knows another's.

use std::collections::BTreeSet;

use subtle::ConstantTimeEq;
use xinju_model::access::{Action, Rights, Viewer, authorize};
use xinju_model::approval::Setters;
use xinju_model::id::UserId;
use xinju_model::limits::{INVITATION_MS_MAX, SETUP_LINK_MS_MAX};
use xinju_model::role::BuiltIn;
use xinju_model::time::Timestamp;
use xinju_model::user::{User, UserKind};
use xinju_store::write::UserRow;
use zeroize::Zeroizing;

use crate::audit::{Act, record, system};
use crate::error::ServiceError;
use crate::password::{self, Unfit};
use crate::service::{Core, Service};
use crate::session::invitation::{Invitation, Invited, put_invitations};
use crate::session::{Origin, Principal, Secret, SignedIn, session_viewer};
use crate::user::created;

/// The setting that holds the link: 32 bytes of keyed hash, then the moment it ends as eight bytes.
const SETTING: &str = "setup.link";

/// Under this name wrong links are counted; no login can be it, because it has a space.
pub(super) const GUESSES: &str = "set-up link";

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
    /// Who else holds power; none for one owner who holds all of it.
    pub others: Option<Others>,
}

/// The two besides the system administrator where powers are divided.
pub struct Others {
    /// Says who sees what.
    pub security: Named,
    /// Watches the others.
    pub auditor: Named,
}

/// Login and name of somebody to be invited.
pub struct Named {
    /// The login.
    pub login: String,
    /// The name to show; the login where it is empty.
    pub name: String,
}

/// What setting up made: who is signed in, and links for the others.
#[derive(Debug)]
pub struct SetUp {
    /// The first administrator: an owner, or the system administrator.
    pub signed_in: SignedIn,
    /// Where powers are divided, the security administrator and the auditor.
    pub invited: Vec<Invited>,
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
    /// Login or name of another administrator is; or two have the same login.
    OthersInvalid,
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

/// A user to be made, with a password or without one that anybody knows.
struct Maker<'a> {
    core: &'a Core,
    now: Timestamp,
}

impl Maker<'_> {
    fn row(&self, named: Named, role: BuiltIn, password: &Zeroizing<String>) -> Result<UserRow, ServiceError> {
        let user = User {
            id: UserId::random(&*self.core.random),
            login: named.login,
            name: named.name,
            roles: vec![role.id()],
            staff: None,
            active: true,
            kind: UserKind::Person,
            created_at: self.now,
            signed_in_at: None,
        };
        Ok(UserRow { user, password: password::hash(password, &*self.core.random)? })
    }

    /// A user whose password nobody knows, and the link by which the user chooses one.
    fn invited(&self, named: Named, role: BuiltIn) -> Result<(UserRow, Invitation, Invited), ServiceError> {
        let row = self.row(named, role, &self.core.new_secret())?;
        let token = self.core.new_secret();
        let hash = self.core.secret_hash(Secret::Invitation, &token);
        let until = self.now.plus_millis(INVITATION_MS_MAX);
        let invitation = Invitation { user: row.user.id, hash, until };
        let invited = Invited { user: row.user.clone(), token };
        Ok((row, invitation, invited))
    }
}

impl Named {
    /// With a name, and the login where there is none; none where one of them does not fit.
    fn checked(self) -> Option<Self> {
        let name = if self.name.trim().is_empty() { self.login.clone() } else { self.name.trim().to_owned() };
        (password::login_fits(&self.login) && password::name_fits(&name)).then_some(Self { login: self.login, name })
    }
}

impl Others {
    /// Both as they are made; none where they do not fit, or where two of the three have one login.
    fn checked(self, first: &str) -> Option<Self> {
        let (security, auditor) = (self.security.checked()?, self.auditor.checked()?);
        let logins = BTreeSet::from([first, &security.login, &auditor.login].map(str::to_lowercase));
        (logins.len() == 3).then_some(Self { security, auditor })
    }
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

    /// Makes the first administrator and signs in; where powers are divided, makes the other two as well.
    pub fn complete_setup(
        &self,
        setup: CompleteSetup,
        origin: &Origin,
    ) -> Result<Result<SetUp, SetupRefusal>, ServiceError> {
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
            core.wrong_link(&origin.address, now)?;
            return Ok(Err(SetupRefusal::LinkInvalid));
        }
        let Some(first) = (Named { login: setup.login, name: setup.name }).checked() else {
            return Ok(Err(SetupRefusal::LoginInvalid));
        };
        if let Err(unfit) = password::check(&setup.password, core.policy().password_chars, &first.login, &first.name) {
            return Ok(Err(unfit.into()));
        }
        let others = match setup.others.map(|others| others.checked(&first.login)) {
            Some(None) => return Ok(Err(SetupRefusal::OthersInvalid)),
            others => others.flatten(),
        };
        self.first_administrators(first, &setup.password, others, origin).map(Ok)
    }

    fn first_administrators(
        &self,
        first: Named,
        password: &Zeroizing<String>,
        others: Option<Others>,
        origin: &Origin,
    ) -> Result<SetUp, ServiceError> {
        let core = &self.core;
        let maker = Maker { core, now: core.clock.now() };
        let role = if others.is_some() { BuiltIn::SystemAdministrator } else { BuiltIn::Owner };
        let mut row = maker.row(first, role, password)?;
        row.user.signed_in_at = Some(maker.now);
        let user = row.user.clone();
        let (mut rows, mut invitations, mut invited) = (vec![(row, role)], Vec::new(), Vec::new());
        if let Some(Others { security, auditor }) = others {
            for (named, role) in [(security, BuiltIn::SecurityAdministrator), (auditor, BuiltIn::Auditor)] {
                let (row, invitation, link) = maker.invited(named, role)?;
                rows.push((row, role));
                invitations.push(invitation);
                invited.push(link);
            }
        }
        let signed_in = self.put_first(user, role, rows, &invitations, origin)?;
        Ok(SetUp { signed_in, invited })
    }

    /// Writes the first users and the first session.
    fn put_first(
        &self,
        user: User,
        role: BuiltIn,
        rows: Vec<(UserRow, BuiltIn)>,
        invitations: &[Invitation],
        origin: &Origin,
    ) -> Result<SignedIn, ServiceError> {
        let (core, now) = (&self.core, user.created_at);
        let (session, secret, hash) = core.new_session(user.id, origin);
        let viewer = session_viewer(&user, Rights::built_in(role), &origin.address, &session);
        let permit = authorize(&viewer, Action::ManageUsers)?;
        let (kept, waiting) = (session.clone(), invitations.to_vec());
        core.store.write(&permit, move |tx| {
            tx.put_setting(SETTING, None)?;
            put_invitations(tx, &waiting)?;
            for (row, role) in &rows {
                tx.put_user(row)?;
                tx.put_setters(row.user.id, Setters::default())?;
                record(tx, now, &created(&row.user, role.name()).on(row.user.id))?;
            }
            tx.put_session(hash, &kept)?;
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

    /// A link was wrong: guesses wait, and each that was looked at is an event.
    pub(super) fn wrong_link(&self, address: &str, now: Timestamp) -> Result<(), ServiceError> {
        self.lockout.failed(GUESSES, address, now);
        self.audited(&system(address)?, Act::audit("setup.refuse"))?;
        Ok(())
    }
}
