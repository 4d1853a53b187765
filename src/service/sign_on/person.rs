//! From somebody whom another system knows to a user of the archive.

use xinju_model::id::{RoleId, UserId};
use xinju_model::limits::NAME_CHARS_MAX;
use xinju_model::role::BuiltIn;
use xinju_model::sign_on::Link;
use xinju_model::user::{User, UserKind};
use xinju_store::write::UserRow;

use crate::audit::{Act, record, system};
use crate::error::ServiceError;
use crate::password;
use crate::service::Core;
use crate::sign_on::{IdentifyError, Person};
use crate::user::created;

/// What a directory said of a login and a password.
pub(crate) enum Verdict {
    /// They are this user's.
    User(Box<UserRow>),
    /// They are nobody's, or there is no directory.
    Nobody,
    /// It gave no answer.
    Silent,
}

/// For the log: what another system did wrong is the operator's to know, not the person's.
pub(super) fn other_failed(what: &str, error: &IdentifyError) {
    tracing::warn!(what, %error, "another system could not say who somebody is");
}

impl Core {
    /// Asks the directory, where there is one.
    pub(crate) fn ask_directory(&self, login: &str, password: &str, address: &str) -> Result<Verdict, ServiceError> {
        // A directory takes a name without a password for an anonymous caller and says yes (RFC 4513 5.1.2).
        if login.is_empty() || password.is_empty() {
            return Ok(Verdict::Nobody);
        }
        let Some(kept) = self.directory()? else { return Ok(Verdict::Nobody) };
        match self.identify.password(&kept.settings, &kept.secret, login, password) {
            Ok(Some(person)) => {
                let found = self.user_of(&person, None, kept.settings.new_users, address)?;
                Ok(found.map_or(Verdict::Nobody, |row| Verdict::User(Box::new(row))))
            }
            Ok(None) => Ok(Verdict::Nobody),
            Err(error) => {
                other_failed("directory", &error);
                Ok(Verdict::Silent)
            }
        }
    }

    /// The user that a person is: by the note of an earlier sign-in where the issuer numbers people, else by login, else a new one where
    /// `new_users` says so. None where there is none, or where the login is another person's.
    pub(crate) fn user_of(
        &self,
        person: &Person,
        issuer: Option<&str>,
        new_users: Option<RoleId>,
        address: &str,
    ) -> Result<Option<UserRow>, ServiceError> {
        let tx = self.store.read()?;
        if let Some(issuer) = issuer
            && let Some(link) = tx.link(issuer, &person.subject)?
        {
            return Ok(tx.user(link.user)?);
        }
        if !password::login_fits(&person.login) {
            return Ok(None);
        }
        let found = tx.user_by_login(&person.login.to_lowercase())?;
        match (found, new_users) {
            // A service account is no person, whatever another system calls its people.
            (Some(row), _) if row.user.kind != UserKind::Person => Ok(None),
            (Some(row), _) => match issuer {
                Some(issuer) if tx.link_of(row.user.id, issuer)?.is_some() => Ok(None),
                Some(issuer) => self.link(row, issuer, person, address).map(Some),
                None => Ok(Some(row)),
            },
            (None, Some(role)) => self.newcomer(person, issuer, role, address),
            (None, None) => Ok(None),
        }
    }

    fn link(&self, row: UserRow, issuer: &str, person: &Person, address: &str) -> Result<UserRow, ServiceError> {
        let now = self.clock.now();
        let link = Link { user: row.user.id, issuer: issuer.to_owned(), subject: person.subject.clone(), since: now };
        let act = Act::audit("sign_on.link").on(row.user.id).with("login", &row.user.login).with("from", issuer);
        self.store.write(&system(address)?, move |tx| {
            tx.put_link(&link)?;
            record(tx, now, &act)
        })?;
        Ok(row)
    }

    /// Makes the user, with a password that nobody knows.
    fn newcomer(
        &self,
        person: &Person,
        issuer: Option<&str>,
        role: RoleId,
        address: &str,
    ) -> Result<Option<UserRow>, ServiceError> {
        let _one_at_a_time = self.accounts.lock();
        let tx = self.store.read()?;
        // A role that was deleted since gives nothing; the owner's is never given.
        let Some(role) = tx.role(role)?.filter(|role| role.built_in() != Some(BuiltIn::Owner)) else { return Ok(None) };
        if tx.user_by_login(&person.login.to_lowercase())?.is_some() {
            return Ok(None);
        }
        let name: String = person.name.chars().filter(|c| !c.is_control()).take(NAME_CHARS_MAX).collect();
        let now = self.clock.now();
        let user = User {
            id: UserId::random(&*self.random),
            login: person.login.clone(),
            kind: UserKind::Person,
            name: if name.trim().is_empty() { person.login.clone() } else { name.trim().to_owned() },
            roles: vec![role.id],
            staff: None,
            active: true,
            created_at: now,
            signed_in_at: None,
        };
        let row = UserRow { user, password: password::hash(&self.new_secret(), &*self.random)? };
        let issuer = issuer.map(str::to_owned);
        let role_name = if role.built_in().is_some() { role.name } else { role.id.to_string() };
        let act = created(&row.user, &role_name).with("from", issuer.as_deref().unwrap_or("directory"));
        let (kept, subject) = (row.clone(), person.subject.clone());
        self.store.write(&system(address)?, move |tx| {
            tx.put_user(&kept)?;
            if let Some(issuer) = &issuer {
                let user = kept.user.id;
                tx.put_link(&Link { user, issuer: issuer.clone(), subject: subject.clone(), since: now })?;
            }
            record(tx, now, &act)
        })?;
        Ok(Some(row))
    }
}
