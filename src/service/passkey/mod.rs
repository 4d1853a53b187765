//! Passkeys: adding, naming and removing them, and proving with one who somebody is.
//!
//! A device signs only after it made sure who uses it, so that a passkey stands for two factors: it lets in without a password, and confirms.
//! Each request to a device is good for one answer, for five minutes, from one address, and in one session where there is one.

pub(crate) mod ceremony;
mod sign_in;

use xinju_model::access::{Action, Viewer};
use xinju_model::id::{PasskeyId, UserId};
use xinju_model::limits::{CEREMONY_MS_MAX, PASSKEYS_MAX};
use xinju_model::passkey::Passkey;
use xinju_store::error::StoreError;

use crate::audit::{Act, record, system};
use crate::error::ServiceError;
use crate::factor::{Fit, own_session};
use crate::passkey::ceremony::{Ceremony, MadePasskey, NewPasskey, Purpose, Signed, State, Unproved};
use crate::password;
use crate::service::{Core, Service};
use crate::session::own_user;

pub use ceremony::Site;
pub use sign_in::{PasskeySignInRefusal, SignInWithPasskey};

/// What a device answered, at a site.
#[derive(Debug)]
pub struct PasskeyAnswer<'a> {
    /// Where.
    pub site: &'a Site,
    /// The browser's credential as JSON, as WebAuthn writes it.
    pub answer: &'a str,
}

/// Why a passkey was not added, renamed or removed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PasskeyRefusal {
    /// There are as many as one account may have.
    TooMany,
    /// The name is empty or too long.
    NameInvalid,
    /// The answer is not one to a request of this session, or too late, or not good.
    AnswerInvalid,
    /// The passkey is somebody's already.
    Known,
    /// There is no such passkey.
    NotFound,
    /// The policy or a role demands a second factor, and it is the last.
    Demanded,
}

impl Core {
    /// Remembers a request to a device.
    fn remember(&self, number: u128, purpose: Purpose, state: State, address: &str) {
        let now = self.clock.now();
        let (address, until) = (address.to_owned(), now.plus_millis(CEREMONY_MS_MAX));
        self.ceremonies.begin(number, Ceremony { purpose, state, address, until }, now);
    }

    /// Whose passkey signed, and what that is worth; none where it proves nothing, which is written down. Good only if `spend` says so too.
    pub(crate) fn passkey_fits(
        &self,
        answer: &PasskeyAnswer<'_>,
        place: &str,
        is_meant: impl Fn(Purpose, UserId) -> bool,
    ) -> Result<Option<(UserId, Fit)>, ServiceError> {
        let refused = |object: String, reason: &str| {
            self.audited(&system(place)?, Act::audit("passkey.refuse").on(object).with("reason", reason))?;
            Ok(None)
        };
        let (Some(signed), now) = (Signed::read(answer.answer), self.clock.now()) else {
            return refused(String::new(), "unreadable");
        };
        let asked = signed.number().and_then(|number| self.ceremonies.take(number, place, now));
        let Some(Ceremony { purpose, state: State::Signature(asked), .. }) = asked else {
            return refused(String::new(), "not_asked");
        };
        let id = signed.passkey();
        let found = match signed.user() {
            Some(user) => self.store.read()?.passkey(user, id)?,
            None => None,
        };
        let Some(passkey) = found else { return refused(String::new(), "unknown") };
        if !is_meant(purpose, passkey.user) {
            return refused(passkey.user.to_string(), "not_asked");
        }
        match signed.verify(answer.site, asked, &passkey) {
            Ok(after) => Ok(Some((passkey.user, Fit::Passkey { id, before: passkey.state, after }))),
            Err(unproved) => {
                if unproved == Unproved::Counter {
                    tracing::warn!(passkey = %id, "a passkey's counter did not go up; there may be a copy of it");
                }
                refused(passkey.user.to_string(), unproved.name())
            }
        }
    }
}

impl Service {
    /// The viewer's own passkeys, oldest first.
    pub fn own_passkeys(&self, viewer: &Viewer) -> Result<Vec<Passkey>, ServiceError> {
        self.core.allow(viewer, Action::ManageOwnAccount)?;
        Ok(self.core.store.read()?.passkeys(own_user(viewer)?)?)
    }

    /// Begins to add a passkey to the viewer's account: what the browser is asked, as JSON.
    pub fn begin_passkey(&self, viewer: &Viewer, site: &Site) -> Result<Result<String, PasskeyRefusal>, ServiceError> {
        let core = &self.core;
        core.allow(viewer, Action::ManageOwnAccount)?;
        let (user, session) = (own_user(viewer)?, own_session(viewer)?);
        core.fresh(viewer)?;
        let tx = core.store.read()?;
        let row = tx.user(user)?.ok_or(ServiceError::NotFound("user"))?;
        let others = tx.passkeys(user)?;
        if others.len() >= PASSKEYS_MAX {
            return Ok(Err(PasskeyRefusal::TooMany));
        }
        let (number, asked, state) = ceremony::ask_for_new(site, &row.user, &others)?;
        core.remember(number, Purpose::Add(session), state, &viewer.place);
        Ok(Ok(asked))
    }

    /// Adds the passkey that a device made.
    pub fn add_passkey(
        &self,
        viewer: &Viewer,
        name: &str,
        answer: &PasskeyAnswer<'_>,
    ) -> Result<Result<Passkey, PasskeyRefusal>, ServiceError> {
        let core = &self.core;
        let permit = core.allow(viewer, Action::ManageOwnAccount)?;
        let (user, session, now) = (own_user(viewer)?, own_session(viewer)?, core.clock.now());
        if !password::name_fits(name) {
            return Ok(Err(PasskeyRefusal::NameInvalid));
        }
        let invalid = Ok(Err(PasskeyRefusal::AnswerInvalid));
        let Some(new) = NewPasskey::read(answer.answer) else { return invalid };
        let asked = new.number().and_then(|number| core.ceremonies.take(number, &viewer.place, now));
        let Some(Ceremony { purpose, state: State::New(asked), .. }) = asked else { return invalid };
        if purpose != Purpose::Add(session) {
            return invalid;
        }
        let Some(MadePasskey { credential, key, state }) = new.verify(answer.site, asked) else { return invalid };
        let (id, name) = (Passkey::id_of(&credential), name.trim().to_owned());
        let passkey = Passkey { id, user, name, credential, key, state, created_at: now, used_at: None };
        let act = Act::audit("passkey.add").on(user).with("passkey", id).with("name", &passkey.name);
        let _one_at_a_time = core.accounts.lock();
        Ok(core.store.write(&permit, move |tx| {
            if tx.passkey_is_known(id)? {
                return Ok(Err(PasskeyRefusal::Known));
            }
            if tx.passkeys(user)?.len() >= PASSKEYS_MAX {
                return Ok(Err(PasskeyRefusal::TooMany));
            }
            tx.put_passkey(&passkey)?;
            record(tx, now, &act)?;
            Ok(Ok(passkey.clone()))
        })?)
    }

    /// Gives one of the viewer's own passkeys another name.
    pub fn rename_passkey(
        &self,
        viewer: &Viewer,
        id: PasskeyId,
        name: &str,
    ) -> Result<Result<Passkey, PasskeyRefusal>, ServiceError> {
        let core = &self.core;
        let permit = core.allow(viewer, Action::ManageOwnAccount)?;
        let (user, now) = (own_user(viewer)?, core.clock.now());
        if !password::name_fits(name) {
            return Ok(Err(PasskeyRefusal::NameInvalid));
        }
        let name = name.trim().to_owned();
        Ok(core.store.write(&permit, move |tx| {
            let Some(mut passkey) = tx.passkey(user, id)? else { return Ok(Err(PasskeyRefusal::NotFound)) };
            let before = std::mem::replace(&mut passkey.name, name.clone());
            tx.put_passkey(&passkey)?;
            let act = Act::audit("passkey.rename").on(user).with("passkey", id);
            record(tx, now, &act.with("name_before", before).with("name_after", &name))?;
            Ok(Ok(passkey))
        })?)
    }

    /// Takes one of the viewer's own passkeys away.
    pub fn remove_passkey(&self, viewer: &Viewer, id: PasskeyId) -> Result<Result<(), PasskeyRefusal>, ServiceError> {
        let core = &self.core;
        let permit = core.allow(viewer, Action::ManageOwnAccount)?;
        let (user, now) = (own_user(viewer)?, core.clock.now());
        core.fresh(viewer)?;
        let demanded = core.demands_factor(viewer);
        let _one_at_a_time = core.accounts.lock();
        Ok(core.store.write(&permit, move |tx| {
            let Some(passkey) = tx.passkey(user, id)? else { return Ok(Err(PasskeyRefusal::NotFound)) };
            if demanded && tx.factor(user)?.is_none() && tx.passkeys(user)?.len() == 1 {
                return Ok(Err(PasskeyRefusal::Demanded));
            }
            tx.remove_passkey(user, id)?;
            let act = Act::audit("passkey.remove").on(user).with("passkey", id).with("name", &passkey.name);
            record(tx, now, &act)?;
            Ok(Ok(()))
        })?)
    }

    /// Asks for a signature with which the viewer confirms who they are: what the browser is asked, as JSON. See [`Service::confirm_identity`].
    pub fn begin_passkey_confirmation(&self, viewer: &Viewer, site: &Site) -> Result<String, ServiceError> {
        let core = &self.core;
        core.allow(viewer, Action::ManageOwnAccount)?;
        let session = own_session(viewer)?;
        let (number, asked, state) = ceremony::ask_for_signature(site)?;
        core.remember(number, Purpose::Confirm(session), state, &viewer.place);
        Ok(asked)
    }
}

/// Writes the use of a passkey; false where it was used or taken away meanwhile.
pub(crate) fn spend_passkey(
    tx: &mut xinju_store::write::WriteTx<'_>,
    user: UserId,
    id: PasskeyId,
    (before, after): ([u8; 7], [u8; 7]),
    now: xinju_model::time::Timestamp,
) -> Result<bool, StoreError> {
    let Some(mut passkey) = tx.passkey(user, id)?.filter(|passkey| passkey.state == before) else { return Ok(false) };
    passkey.state = after;
    passkey.used_at = Some(now);
    tx.put_passkey(&passkey)?;
    Ok(true)
}

#[cfg(test)]
pub(crate) mod device;
#[cfg(test)]
mod tests;
