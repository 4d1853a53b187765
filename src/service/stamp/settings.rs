//! Who stamps: shown to those who look after the system, changed by those who operate the archive.

use serde::{Deserialize, Serialize};
use xinju_evidence::cosignature::Cosignature;
use xinju_evidence::timestamp::check_roots;
use xinju_model::access::{Action, Viewer};
use xinju_model::limits::{STAMP_SECRET_CHARS_MAX, STAMP_SECRET_CHARS_MIN};
use xinju_model::record::EntryKind;
use xinju_model::stamp::{StampFault, StampSettings, StampTarget};
use zeroize::{Zeroize, Zeroizing};

use super::state;
use crate::audit::{Act, record};
use crate::error::ServiceError;
use crate::service::{Core, Service};

/// The setting that holds them: a byte of version, then JSON. The database is sealed as a whole.
const SETTING: &str = "stamp.settings";
const VERSION: u8 = 1;

/// The settings with the webhook's secret, as they are stored.
#[derive(Default, Serialize, Deserialize)]
pub struct StampSetup {
    /// Who stamps.
    pub settings: StampSettings,
    /// What signs that which the webhook is told.
    pub(crate) secret: String,
}

impl Drop for StampSetup {
    fn drop(&mut self) {
        self.secret.zeroize();
    }
}

impl std::fmt::Debug for StampSetup {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("StampSetup").field("settings", &self.settings).finish_non_exhaustive()
    }
}

/// Settings to be set, whole.
pub struct SetStamps {
    /// Who stamps.
    pub settings: StampSettings,
    /// The webhook's secret; none keeps the one that is there, as long as the address stays the same.
    pub secret: Option<Zeroizing<String>>,
}

/// Why settings were not taken.
pub type StampRefusal = StampFault;

/// Settings in words for events; of certificates only how long they are, of secrets nothing.
fn words(settings: &StampSettings) -> String {
    let StampSettings { authorities, witness, webhook, proxy, interval_minutes } = settings;
    let mut words: Vec<String> = authorities
        .iter()
        .map(|one| format!("{} at {}, root {} bytes, policy {}", one.name, one.url, one.root.len(), one.policy))
        .collect();
    words.extend(witness.as_ref().map(|one| format!("witness {} at {}", one.key, one.url)));
    words.extend(webhook.as_ref().map(|one| format!("webhook {}", one.url)));
    if !proxy.is_empty() {
        words.push(format!("proxy {proxy}"));
    }
    words.push(format!("each {interval_minutes} min"));
    words.join("; ")
}

fn read(value: &[u8]) -> Result<StampSetup, ServiceError> {
    match value.split_first() {
        // What serde says of a fault could quote the secret.
        Some((&VERSION, json)) => serde_json::from_slice(json)
            .map_err(|_| ServiceError::Internal("the settings of stamps do not read".into())),
        _ => Err(ServiceError::Internal("the settings of stamps are of an unknown version".into())),
    }
}

fn write(setup: &StampSetup) -> Result<Zeroizing<Vec<u8>>, ServiceError> {
    let mut value = Zeroizing::new(vec![VERSION]);
    serde_json::to_writer(&mut *value, setup)
        .map_err(|_| ServiceError::Internal("the settings of stamps do not write".into()))?;
    Ok(value)
}

/// What only those crates can read that use it.
fn check(settings: &StampSettings) -> Result<(), StampFault> {
    settings.check()?;
    if settings.authorities.iter().any(|authority| check_roots(&authority.root).is_err()) {
        return Err(StampFault::Root);
    }
    match &settings.witness {
        Some(witness) if Cosignature::key(&witness.key).is_err() => Err(StampFault::WitnessKey),
        _ => Ok(()),
    }
}

/// The settings as they would be kept. Without a new secret the one that is kept stays, but only for the same address.
fn with_secret(set: SetStamps, before: &StampSetup) -> Result<StampSetup, StampFault> {
    check(&set.settings)?;
    let secret = match (&set.settings.webhook, set.secret) {
        (None, _) => String::new(),
        (Some(_), Some(secret)) => {
            let bounds = STAMP_SECRET_CHARS_MIN..=STAMP_SECRET_CHARS_MAX;
            if !bounds.contains(&secret.chars().count()) {
                return Err(StampFault::Secret);
            }
            secret.to_string()
        }
        (webhook, None) if *webhook == before.settings.webhook => before.secret.clone(),
        (Some(_), None) => return Err(StampFault::Secret),
    };
    Ok(StampSetup { settings: set.settings, secret })
}

impl Core {
    /// The settings with their secret.
    pub(crate) fn stamp_setup(&self) -> Result<StampSetup, ServiceError> {
        let value = self.store.read()?.setting(SETTING)?;
        value.map_or_else(|| Ok(StampSetup::default()), |value| read(&value))
    }
}

impl Service {
    /// Who stamps the ledger's heads, for those who look after the system.
    pub fn stamp_settings(&self, viewer: &Viewer) -> Result<StampSettings, ServiceError> {
        self.core.allow(viewer, Action::ReadSystem)?;
        Ok(self.core.stamp_setup()?.settings.clone())
    }

    /// Sets who stamps. What waits for somebody who is another from now on is given up.
    pub fn set_stamps(
        &self,
        viewer: &Viewer,
        set: SetStamps,
    ) -> Result<Result<StampSettings, StampRefusal>, ServiceError> {
        let core = &self.core;
        let permit = core.allow(viewer, Action::Operate)?;
        core.fresh(viewer)?;
        let _one_at_a_time = core.stamping.lock();
        let before = core.stamp_setup()?;
        let after = match with_secret(set, &before) {
            Ok(after) => after,
            Err(fault) => return Ok(Err(fault)),
        };
        let settings = after.settings.clone();
        let act = Act::of(EntryKind::Config, "stamp.change")
            .with("stamps_before", words(&before.settings))
            .with("stamps_after", words(&settings));
        let others: Vec<StampTarget> = StampTarget::ALL
            .into_iter()
            .filter(|target| before.settings.place(*target) != settings.place(*target))
            .collect();
        let (value, now) = (write(&after)?, core.clock.now());
        core.store.write(&permit, move |tx| {
            for target in &others {
                state::forget(tx, *target)?;
            }
            tx.put_setting(SETTING, Some(&value))?;
            record(tx, now, &act)
        })?;
        Ok(Ok(settings))
    }
}
