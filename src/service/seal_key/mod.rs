//! The keys that seal evidence packages: the organisation's, and one of SM2 beside it.
//!
//! An archive seals from its first start, with a certificate that it signed itself and that is called so. Private keys lie in the
//! database sealed once more by the keystore; they leave it only as something that signs.

mod change;

use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};
use xinju_evidence::certificate;
use xinju_evidence::error::EvidenceError;
use xinju_evidence::key_file::KeyFile;
use xinju_evidence::seal::{SoftwareSealer, self_signed};
use xinju_evidence::sm2_seal::Sm2Sealer;
use xinju_keys::keystore::Purpose;
use xinju_keys::sealing::Sealer;
use xinju_model::access::{Action, Viewer};
use xinju_model::limits::SEAL_SELF_SIGNED_DAYS;
use xinju_model::record::EntryKind;
use xinju_model::seal_key::{SealCertificate, SealKey, SealKind};
use xinju_store::read::ReadTx;
use zeroize::Zeroizing;

pub use change::{ImportSealKey, SealKeyRefusal};

use crate::audit::{Act, record, system};
use crate::error::ServiceError;
use crate::service::{Core, Service};

/// The number of the key that seals private keys, among those for values inside the database.
const SECRETS_KEY: u32 = 1;

/// What seals packages now.
pub(crate) struct Sealers {
    /// The organisation's key.
    #[allow(dead_code, reason = "evidence packages ask for it")]
    pub(crate) organisation: SoftwareSealer,
    /// What its certificate says.
    pub(crate) certificate: SealCertificate,
    /// The SM2 key, where one is set.
    #[allow(dead_code, reason = "evidence packages ask for it")]
    pub(crate) sm2: Option<Sm2Sealer>,
}

impl std::fmt::Debug for Sealers {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Sealers").field("certificate", &self.certificate).finish_non_exhaustive()
    }
}

/// A fault of a key that was read before.
fn fault(error: &EvidenceError) -> ServiceError {
    ServiceError::Internal(format!("the sealing key: {error}"))
}

/// To which row a sealed private key belongs.
fn place(number: u32) -> Vec<u8> {
    [&b"seal-key/"[..], &number.to_be_bytes()].concat()
}

/// The certificate in words for events: nothing of the key.
fn describe(act: Act, kind: SealKind, certificate: &SealCertificate) -> Act {
    act.with("kind", kind.name())
        .with("certificate", &certificate.fingerprint)
        .with("subject", &certificate.subject)
        .with("issuer", &certificate.issuer)
        .with("self_signed", certificate.self_signed)
        .with("valid_until", certificate.not_after)
}

/// The key of a kind that seals now.
fn current(tx: &ReadTx, kind: SealKind) -> Result<Option<SealKey>, ServiceError> {
    Ok(tx.seal_keys()?.into_iter().find(|key| key.kind == kind && key.is_current()))
}

impl Core {
    fn secrets(&self) -> Result<Sealer, ServiceError> {
        Ok(self.keys.numbered_sealer(Purpose::Tail, SECRETS_KEY)?)
    }

    /// What a key file becomes in the store: its row, and its private key sealed for that row.
    fn ready_key(&self, kind: SealKind, file: &KeyFile) -> Result<(SealKey, Vec<u8>), ServiceError> {
        let keys = self.store.read()?.seal_keys()?;
        let number = keys.last().map_or(1, |key| key.number.saturating_add(1));
        let certificate = certificate::facts(&file.chain).map_err(|error| fault(&error))?;
        let key =
            SealKey { number, kind, certificate, chain: file.chain.clone(), since: self.clock.now(), until: None };
        let secret = self.secrets()?.seal(&place(number), file.key.as_bytes(), &*self.random);
        Ok((key, secret))
    }

    /// The private key of a row, PEM.
    fn secret_of(&self, tx: &ReadTx, key: &SealKey) -> Result<Zeroizing<Vec<u8>>, ServiceError> {
        let sealed = tx.seal_secret(key.number)?;
        let sealed = sealed.ok_or_else(|| ServiceError::Internal("a sealing key has no private half".into()))?;
        Ok(Zeroizing::new(self.secrets()?.open(&place(key.number), &sealed)?))
    }

    /// What seals packages now.
    pub(crate) fn sealers(&self) -> Result<Sealers, ServiceError> {
        let tx = self.store.read()?;
        let common = current(&tx, SealKind::Common)?;
        let common = common.ok_or_else(|| ServiceError::Internal("there is no sealing key".into()))?;
        let organisation = SoftwareSealer::from_pem(&self.secret_of(&tx, &common)?, common.chain.as_bytes());
        let sm2 = match current(&tx, SealKind::Sm2)? {
            Some(key) => Some(Sm2Sealer::from_pem(&self.secret_of(&tx, &key)?, key.chain.as_bytes())),
            None => None,
        };
        Ok(Sealers {
            organisation: organisation.map_err(|error| fault(&error))?,
            certificate: common.certificate,
            sm2: sm2.transpose().map_err(|error| fault(&error))?,
        })
    }

    /// A new key with a certificate that it signed itself, in the name of an organisation.
    fn self_signed(&self, organisation: &str) -> Result<KeyFile, EvidenceError> {
        let (key, chain) = self_signed(organisation, self.clock.now(), SEAL_SELF_SIGNED_DAYS)?;
        Ok(KeyFile { key: Zeroizing::new(key), chain })
    }

    /// Makes the first sealing key, in the name of the log, where there is none: at the first start of an archive or of this version.
    pub(crate) fn ensure_seal_key(&self) -> Result<(), ServiceError> {
        if current(&self.store.read()?, SealKind::Common)?.is_some() {
            return Ok(());
        }
        let file = self.self_signed(&self.origin).map_err(|error| fault(&error))?;
        let (key, secret) = self.ready_key(SealKind::Common, &file)?;
        let act = Act::of(EntryKind::Key, "seal_key.create").on(&key.certificate.fingerprint);
        let (act, now) = (describe(act, key.kind, &key.certificate), self.clock.now());
        self.store.write(&system("local")?, move |tx| {
            tx.put_seal_key(&key, &secret)?;
            record(tx, now, &act)
        })?;
        Ok(())
    }
}

impl Service {
    /// The keys that seal and have sealed, newest first, for those who read the ledger. What they are is public; no event.
    pub fn seal_keys(&self, viewer: &Viewer) -> Result<Vec<SealKey>, ServiceError> {
        self.core.allow(viewer, Action::ReadLedger)?;
        let mut keys = self.core.store.read()?.seal_keys()?;
        keys.reverse();
        Ok(keys)
    }
}

/// SHA-256 in hexadecimal, as events name bytes.
pub(crate) fn sha256_hex(bytes: &[u8]) -> String {
    HEXLOWER.encode(&Sha256::digest(bytes))
}

#[cfg(test)]
mod tests;
