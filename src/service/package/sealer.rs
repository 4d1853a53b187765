//! The organisation's sealing key. A self-signed one is made when it is first needed, and says so in its name.

use serde::{Deserialize, Serialize};
use xinju_evidence::seal::{SoftwareSealer, self_signed};
use xinju_keys::keystore::Purpose;
use xinju_keys::sealing::Sealer;

use crate::audit::{Act, record, system};
use crate::error::ServiceError;
use crate::service::Core;
use xinju_model::record::EntryKind;

/// The setting that holds the key, sealed.
const SETTING: &str = "package.seal";
/// The number of the media key's relative that seals it.
const KEY_NUMBER: u32 = 2;
/// Days that a self-signed certificate is good for.
const DAYS: u16 = 3_650;

#[derive(Serialize, Deserialize)]
struct Kept {
    key: String,
    certificate: String,
}

fn broken(what: &str) -> ServiceError {
    ServiceError::Internal(format!("the sealing key: {what}"))
}

impl Core {
    fn key_sealer(&self) -> Result<Sealer, ServiceError> {
        Ok(self.keys.numbered_sealer(Purpose::Media, KEY_NUMBER)?)
    }

    /// The key that seals packages.
    pub(super) fn package_sealer(&self) -> Result<SoftwareSealer, ServiceError> {
        let _one_at_a_time = self.accounts.lock();
        let kept = match self.store.read()?.setting(SETTING)? {
            Some(sealed) => self.key_sealer()?.open(SETTING.as_bytes(), &sealed)?,
            None => self.new_seal()?,
        };
        let kept: Kept = serde_json::from_slice(&kept).map_err(|_| broken("it is not of its form"))?;
        Ok(SoftwareSealer::from_pem(kept.key.as_bytes(), kept.certificate.as_bytes())?)
    }

    fn new_seal(&self) -> Result<Vec<u8>, ServiceError> {
        let now = self.clock.now();
        let (key, certificate) = self_signed(&self.origin, now, DAYS)?;
        let plain = serde_json::to_vec(&Kept { key, certificate }).map_err(|error| broken(&error.to_string()))?;
        let sealed = self.key_sealer()?.seal(SETTING.as_bytes(), &plain, &*self.random);
        let act = Act::of(EntryKind::Key, "setting.change").on(SETTING);
        self.store.write(&system("local")?, move |tx| {
            tx.put_setting(SETTING, Some(&sealed))?;
            record(tx, now, &act).map(|_| ())
        })?;
        Ok(plain)
    }
}
