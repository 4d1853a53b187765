//! With which other systems people may sign in: shown, changed and tried by owners only.
//!
//! Who says which system is believed can come in as anybody. That is both letting people in and saying who sees what, so both powers are asked for.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use xinju_model::access::{Action, Permit, Viewer};
use xinju_model::id::RoleId;
use xinju_model::limits::SIGN_ON_SECRET_CHARS_MAX;
use xinju_model::sign_on::{Directory, Provider, SignOnFault};
use zeroize::{Zeroize, Zeroizing};

use crate::audit::{Act, record};
use crate::error::ServiceError;
use crate::service::{Core, Service};
use crate::sign_on::IdentifyError;

/// The settings that hold them: a byte of version, then JSON.
const DIRECTORY: &str = "sign_on.directory";
const PROVIDER: &str = "sign_on.provider";
const VERSION: u8 = 1;

/// Settings with their secret, as they are stored. The database is sealed as a whole.
#[derive(Serialize, Deserialize)]
pub(crate) struct Kept<T> {
    pub(crate) settings: T,
    pub(crate) secret: String,
}

impl<T> Drop for Kept<T> {
    fn drop(&mut self) {
        self.secret.zeroize();
    }
}

/// With which other systems people may sign in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SignOn {
    /// The directory; none where passwords are only ours.
    pub directory: Option<Directory>,
    /// Whether a secret is kept for it.
    pub directory_secret: bool,
    /// The identity provider.
    pub provider: Option<Provider>,
    /// Whether a secret is kept for it.
    pub provider_secret: bool,
}

/// Why settings were not taken, or did not work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// They cannot be tried.
    Fault(SignOnFault),
    /// They were tried, and this came of it.
    Tried(IdentifyError),
}

fn read<T: DeserializeOwned>(value: &[u8]) -> Result<Kept<T>, ServiceError> {
    let fault = |what: &str| ServiceError::Internal(format!("settings for signing in with another system: {what}"));
    match value.split_first() {
        // What serde says of a fault could quote the secret.
        Some((&VERSION, json)) => serde_json::from_slice(json).map_err(|_| fault("they do not read")),
        _ => Err(fault("they are of an unknown version")),
    }
}

fn write<T: Serialize>(kept: &Kept<T>) -> Result<Vec<u8>, ServiceError> {
    let mut value = vec![VERSION];
    serde_json::to_writer(&mut value, kept)
        .map_err(|_| ServiceError::Internal("settings for signing in with another system do not write".into()))?;
    Ok(value)
}

fn new_users(role: Option<RoleId>) -> String {
    role.map_or_else(|| "none".into(), |role| role.to_string())
}

/// Settings in words for events; no secret, and of certificates only how long they are.
fn directory_words(kept: Option<&Kept<Directory>>) -> String {
    let Some(Kept { settings, secret }) = kept else { return "none".into() };
    let Directory { url, start_tls, authorities, base, filter, bind_dn, login_attribute, name_attribute, .. } =
        settings;
    format!(
        "{url}, StartTLS {start_tls}, certificates {} bytes, base {base}, filter {filter}, as {bind_dn}, secret {}, login {login_attribute}, \
         name {name_attribute}, new users {}",
        authorities.len(),
        !secret.is_empty(),
        new_users(settings.new_users)
    )
}

fn provider_words(kept: Option<&Kept<Provider>>) -> String {
    let Some(Kept { settings, secret }) = kept else { return "none".into() };
    let Provider { issuer, client_id, scopes, login_claim, authorities, label, checks_factor, .. } = settings;
    format!(
        "{issuer}, client {client_id}, secret {}, scopes {scopes}, login {login_claim}, certificates {} bytes, label {label}, \
         second factor there {checks_factor}, new users {}",
        !secret.is_empty(),
        authorities.len(),
        new_users(settings.new_users)
    )
}

/// A kind of settings.
trait Settings: Clone + Serialize + DeserializeOwned {
    const NAME: &'static str;
    fn check(&self) -> Result<(), SignOnFault>;
    fn role(&self) -> Option<RoleId>;
    /// To whom, and as whom, the secret is told.
    fn holder(&self) -> (&str, &str);
    fn change(before: Option<&Kept<Self>>, after: Option<&Kept<Self>>) -> Act;
}

impl Settings for Directory {
    const NAME: &'static str = DIRECTORY;
    fn check(&self) -> Result<(), SignOnFault> {
        self.check()
    }
    fn role(&self) -> Option<RoleId> {
        self.new_users
    }
    fn holder(&self) -> (&str, &str) {
        (&self.url, &self.bind_dn)
    }
    fn change(before: Option<&Kept<Self>>, after: Option<&Kept<Self>>) -> Act {
        let act = Act::audit("sign_on.change").on("directory");
        act.with("sign_on_before", directory_words(before)).with("sign_on_after", directory_words(after))
    }
}

impl Settings for Provider {
    const NAME: &'static str = PROVIDER;
    fn check(&self) -> Result<(), SignOnFault> {
        self.check()
    }
    fn role(&self) -> Option<RoleId> {
        self.new_users
    }
    fn holder(&self) -> (&str, &str) {
        (&self.issuer, &self.client_id)
    }
    fn change(before: Option<&Kept<Self>>, after: Option<&Kept<Self>>) -> Act {
        let act = Act::audit("sign_on.change").on("provider");
        act.with("sign_on_before", provider_words(before)).with("sign_on_after", provider_words(after))
    }
}

impl Core {
    fn kept<T: Settings>(&self) -> Result<Option<Kept<T>>, ServiceError> {
        self.store.read()?.setting(T::NAME)?.map(|value| read(&value)).transpose()
    }

    /// The directory with its secret.
    pub(crate) fn directory(&self) -> Result<Option<Kept<Directory>>, ServiceError> {
        self.kept()
    }

    /// The identity provider with its secret.
    pub(crate) fn provider(&self) -> Result<Option<Kept<Provider>>, ServiceError> {
        self.kept()
    }

    /// The permit of somebody who has both powers and confirmed lately who they are.
    fn allow_sign_on(&self, viewer: &Viewer) -> Result<Permit, ServiceError> {
        self.allow(viewer, Action::ManageRoles)?;
        self.allow(viewer, Action::ManageUsers)
    }

    /// Settings as they would be kept. Without a new secret the one that is kept stays, but only for the same holder: a secret must not be told to
    /// whoever is named next.
    fn with_secret<T: Settings>(
        &self,
        settings: T,
        secret: Option<&Zeroizing<String>>,
    ) -> Result<Result<Kept<T>, SignOnFault>, ServiceError> {
        if let Err(fault) = settings.check() {
            return Ok(Err(fault));
        }
        if let Some(role) = settings.role()
            && self.store.read()?.role(role)?.is_none()
        {
            return Ok(Err(SignOnFault::Role));
        }
        let secret = match (secret, self.kept::<T>()?) {
            (Some(secret), _) if secret.chars().count() > SIGN_ON_SECRET_CHARS_MAX => {
                return Ok(Err(SignOnFault::Text));
            }
            (Some(secret), _) => secret.to_string(),
            (None, Some(kept)) if kept.secret.is_empty() || kept.settings.holder() == settings.holder() => {
                kept.secret.clone()
            }
            (None, Some(_)) => return Ok(Err(SignOnFault::Secret)),
            (None, None) => String::new(),
        };
        Ok(Ok(Kept { settings, secret }))
    }

    fn set<T: Settings>(
        &self,
        viewer: &Viewer,
        settings: Option<T>,
        secret: Option<&Zeroizing<String>>,
    ) -> Result<Result<(), SignOnFault>, ServiceError> {
        let permit = self.allow_sign_on(viewer)?;
        self.fresh(viewer)?;
        let _one_at_a_time = self.accounts.lock();
        let after = match settings.map(|settings| self.with_secret(settings, secret)).transpose()? {
            Some(Err(fault)) => return Ok(Err(fault)),
            Some(Ok(kept)) => Some(kept),
            None => None,
        };
        let act = T::change(self.kept::<T>()?.as_ref(), after.as_ref());
        let (value, now) = (after.as_ref().map(write).transpose()?.map(Zeroizing::new), self.clock.now());
        self.store.write(&permit, move |tx| {
            tx.put_setting(T::NAME, value.as_ref().map(|value| value.as_slice()))?;
            record(tx, now, &act)
        })?;
        Ok(Ok(()))
    }

    /// Tries settings without keeping them. The event is written first: the other system is told a secret.
    fn try_out<T: Settings>(
        &self,
        viewer: &Viewer,
        what: &'static str,
        settings: T,
        secret: Option<&Zeroizing<String>>,
        attempt: impl FnOnce(&Kept<T>) -> Result<(), IdentifyError>,
    ) -> Result<Result<(), Trouble>, ServiceError> {
        let permit = self.allow_sign_on(viewer)?;
        self.fresh(viewer)?;
        let kept = match self.with_secret(settings, secret)? {
            Ok(kept) => kept,
            Err(fault) => return Ok(Err(Trouble::Fault(fault))),
        };
        self.audited(&permit, Act::audit("sign_on.test").on(what).with("to", kept.settings.holder().0))?;
        Ok(attempt(&kept).map_err(Trouble::Tried))
    }
}

impl Service {
    /// What the button for the identity provider says; none where there is none. Public.
    pub fn sign_on_label(&self) -> Result<Option<String>, ServiceError> {
        Ok(self.core.provider()?.map(|kept| kept.settings.label.clone()))
    }

    /// With which other systems people may sign in, for those who manage both users and roles.
    pub fn sign_on(&self, viewer: &Viewer) -> Result<SignOn, ServiceError> {
        let core = &self.core;
        core.allow_sign_on(viewer)?;
        let (directory, provider) = (core.directory()?, core.provider()?);
        Ok(SignOn {
            directory_secret: directory.as_ref().is_some_and(|kept| !kept.secret.is_empty()),
            provider_secret: provider.as_ref().is_some_and(|kept| !kept.secret.is_empty()),
            directory: directory.map(|kept| kept.settings.clone()),
            provider: provider.map(|kept| kept.settings.clone()),
        })
    }

    /// Sets the directory, or that there is none. Without a secret the one that is kept stays. Sessions go on.
    pub fn set_directory(
        &self,
        viewer: &Viewer,
        directory: Option<Directory>,
        secret: Option<&Zeroizing<String>>,
    ) -> Result<Result<(), SignOnFault>, ServiceError> {
        self.core.set(viewer, directory, secret)
    }

    /// Sets the identity provider, or that there is none. Without a secret the one that is kept stays. Sessions go on.
    pub fn set_provider(
        &self,
        viewer: &Viewer,
        provider: Option<Provider>,
        secret: Option<&Zeroizing<String>>,
    ) -> Result<Result<(), SignOnFault>, ServiceError> {
        self.core.set(viewer, provider, secret)
    }

    /// Tries whether people can be looked for in a directory with these settings; keeps nothing.
    pub fn test_directory(
        &self,
        viewer: &Viewer,
        directory: Directory,
        secret: Option<&Zeroizing<String>>,
    ) -> Result<Result<(), Trouble>, ServiceError> {
        let identify = &self.core.identify;
        self.core.try_out(viewer, "directory", directory, secret, |kept| {
            identify.try_directory(&kept.settings, &kept.secret)
        })
    }

    /// Tries whether an identity provider answers and can be believed; keeps nothing. Its secret is only tried by signing in.
    pub fn test_provider(&self, viewer: &Viewer, provider: Provider) -> Result<Result<(), Trouble>, ServiceError> {
        let (identify, none) = (&self.core.identify, Zeroizing::new(String::new()));
        self.core.try_out(viewer, "provider", provider, Some(&none), |kept| identify.try_provider(&kept.settings))
    }
}
