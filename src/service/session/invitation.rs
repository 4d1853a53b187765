//! The invitations of set-up: links by which administrators who were made there choose their own passwords.

use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq;
use xinju_model::access::{Action, Viewer};
use xinju_model::id::UserId;
use xinju_model::limits::INVITATION_MS_MAX;
use xinju_model::time::Timestamp;
use xinju_model::user::User;
use xinju_store::error::StoreError;
use xinju_store::read::ReadTx;
use xinju_store::write::{UserRow, WriteTx};
use zeroize::Zeroizing;

use crate::audit::{Act, record, system};
use crate::error::ServiceError;
use crate::password::{self, Unfit};
use crate::service::{Core, Service};
use crate::session::setup::GUESSES;
use crate::session::{Coming, Origin, Secret, SignedIn};

/// The setting that holds the links of those who were invited and have not come: a byte of version, then JSON.
const SETTING: &str = "setup.invitations";
/// See [`SETTING`].
const VERSION: u8 = 1;

/// Somebody who was made at set-up and has yet to choose a password.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Invitation {
    pub(super) user: UserId,
    /// The keyed hash of the link's token.
    pub(super) hash: [u8; 32],
    /// The moment it ends.
    pub(super) until: Timestamp,
}

/// A link for somebody who was made at set-up; good once.
#[derive(Debug)]
pub struct Invited {
    /// Who.
    pub user: User,
    /// The token of the link; kept nowhere else.
    pub token: Zeroizing<String>,
}

/// Why an invitation did not let somebody in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InvitationRefusal {
    /// The link is wrong, used or too old.
    LinkInvalid,
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

/// Why an invitation was not renewed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RenewInvitationRefusal {
    /// The user was not invited at set-up, or has come.
    NotInvited,
    /// The user is suspended.
    Suspended,
}

impl From<Unfit> for InvitationRefusal {
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

/// Writes who still waits; nothing where nobody does.
pub(super) fn put_invitations(tx: &mut WriteTx<'_>, waiting: &[Invitation]) -> Result<(), StoreError> {
    if waiting.is_empty() {
        return tx.put_setting(SETTING, None);
    }
    let mut value = vec![VERSION];
    serde_json::to_writer(&mut value, waiting)
        .map_err(|error| StoreError::Refused(format!("invitations do not write: {error}")))?;
    tx.put_setting(SETTING, Some(&value))
}

/// Who was invited and has not come.
fn waiting(tx: &ReadTx) -> Result<Vec<Invitation>, ServiceError> {
    let Some(value) = tx.setting(SETTING)? else { return Ok(Vec::new()) };
    match value.split_first() {
        Some((&VERSION, json)) => serde_json::from_slice(json)
            .map_err(|error| ServiceError::Internal(format!("invitations do not read: {error}"))),
        _ => Err(ServiceError::Internal("invitations are of an unknown version".into())),
    }
}

impl Service {
    /// Until when the link is good by which a user chooses a password; none where the user has come, or never needed one. For those who manage users.
    pub fn invited_until(&self, viewer: &Viewer, user: UserId) -> Result<Option<Timestamp>, ServiceError> {
        self.core.allow_on(viewer, Action::ManageUsers, user)?;
        let all = waiting(&self.core.store.read()?)?;
        Ok(all.into_iter().find(|one| one.user == user).map(|one| one.until))
    }

    /// Makes a new link for somebody who was invited at set-up and has not come; the earlier one ends, whether its time was over or not.
    pub fn renew_invitation(
        &self,
        viewer: &Viewer,
        user: UserId,
    ) -> Result<Result<Invited, RenewInvitationRefusal>, ServiceError> {
        let core = &self.core;
        let permit = core.allow_on(viewer, Action::ManageUsers, user)?;
        core.fresh(viewer)?;
        let _one_at_a_time = core.accounts.lock();
        let tx = core.store.read()?;
        let row = tx.user(user)?.ok_or(ServiceError::NotFound("user"))?;
        let mut all = waiting(&tx)?;
        let Some(invitation) = all.iter_mut().find(|one| one.user == user) else {
            return Ok(Err(RenewInvitationRefusal::NotInvited));
        };
        if !row.user.active {
            return Ok(Err(RenewInvitationRefusal::Suspended));
        }
        let (token, now) = (core.new_secret(), core.clock.now());
        let before = invitation.until;
        invitation.hash = core.secret_hash(Secret::Invitation, &token);
        invitation.until = now.plus_millis(INVITATION_MS_MAX);
        let act = Act::audit("setup.renew").on(user).with("until_before", before).with("until_after", invitation.until);
        core.store.write(&permit, move |tx| {
            put_invitations(tx, &all)?;
            record(tx, now, &act)
        })?;
        Ok(Ok(Invited { user: row.user, token }))
    }

    /// Lets somebody who was made at set-up choose a password, and signs in. The link is worth nothing afterwards.
    pub fn accept_invitation(
        &self,
        token: &Zeroizing<String>,
        new: &Zeroizing<String>,
        origin: &Origin,
    ) -> Result<Result<SignedIn, InvitationRefusal>, ServiceError> {
        let (core, now) = (&self.core, self.core.clock.now());
        if core.lockout.wait(GUESSES, &origin.address, now) > 0 {
            return Ok(Err(InvitationRefusal::LinkInvalid));
        }
        let row = {
            let _one_at_a_time = core.accounts.lock();
            let Some((mut row, others)) = core.invited(token, now)? else {
                core.wrong_link(&origin.address, now)?;
                return Ok(Err(InvitationRefusal::LinkInvalid));
            };
            if let Err(unfit) = password::check(new, core.policy().password_chars, &row.user.login, &row.user.name) {
                return Ok(Err(unfit.into()));
            }
            row.password = password::hash(new, &*core.random)?;
            let (put, act) = (row.clone(), Act::audit("setup.accept").on(row.user.id));
            core.store.write(&system(&origin.address)?, move |tx| {
                put_invitations(tx, &others)?;
                tx.put_user(&put)?;
                record(tx, now, &act)
            })?;
            row
        };
        // An administrator may have suspended the user meanwhile, which is as good as a wrong link.
        Ok(self.begin_session(&row, origin, Coming::Password("invitation"))?.ok_or(InvitationRefusal::LinkInvalid))
    }
}

impl Core {
    /// Whom a link invites, and the invitations of the others; none where it invites nobody, or nobody any more.
    fn invited(&self, token: &str, now: Timestamp) -> Result<Option<(UserRow, Vec<Invitation>)>, ServiceError> {
        let tx = self.store.read()?;
        let waiting = waiting(&tx)?;
        let hash = self.secret_hash(Secret::Invitation, token);
        let fits = |one: &Invitation| bool::from(one.hash.ct_eq(&hash)) && now < one.until;
        let Some(found) = waiting.iter().find(|one| fits(one)) else { return Ok(None) };
        let Some(row) = tx.user(found.user)?.filter(|row| row.user.active) else { return Ok(None) };
        let others = waiting.iter().filter(|one| one.user != row.user.id).cloned().collect();
        Ok(Some((row, others)))
    }
}
