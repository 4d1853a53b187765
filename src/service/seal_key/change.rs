//! Changing what seals: importing a key, making one that is self-signed, giving the SM2 key up. Sensitive, each of them.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use xinju_evidence::certificate;
use xinju_evidence::error::EvidenceError;
use xinju_evidence::key_file::KeyFile;
use xinju_evidence::seal::SoftwareSealer;
use xinju_model::access::{Action, Viewer};
use xinju_model::approval::SensitiveKind;
use xinju_model::limits::{SEAL_KEY_BYTES_MAX, SEAL_KEY_PHRASE_CHARS_MAX, STAMP_NAME_CHARS_MAX};
use xinju_model::record::EntryKind;
use xinju_model::seal_key::{SealKey, SealKind};
use zeroize::{Zeroize, Zeroizing};

use super::{current, describe, fault};
use crate::approval::leave::Leave;
use crate::audit::{Act, record};
use crate::error::ServiceError;
use crate::service::{Core, Service};

/// To where a key belongs that was read and is not kept yet: it may wait for approval.
const WAITING: &[u8] = b"seal-key/waiting";

/// A key file between reading and keeping.
#[derive(Serialize, Deserialize)]
struct Waiting {
    key: String,
    chain: String,
}

impl Drop for Waiting {
    fn drop(&mut self) {
        self.key.zeroize();
    }
}

/// A file with a key to seal with.
pub struct ImportSealKey {
    /// PKCS#12, or PEM with key and certificates.
    pub file: Zeroizing<Vec<u8>>,
    /// What opens it; empty where nothing is needed.
    pub phrase: Zeroizing<String>,
}

/// Why a key was not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SealKeyRefusal {
    /// The file does not read; in words.
    Unreadable(String),
    /// Its certificate is not valid now.
    NotValid,
    /// The organisation's name is empty or too long.
    NameInvalid,
    /// There is no SM2 key.
    NoSuchKey,
}

impl SealKeyRefusal {
    /// The stable name.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Unreadable(_) => "Unreadable",
            Self::NotValid => "NotValid",
            Self::NameInvalid => "NameInvalid",
            Self::NoSuchKey => "NoSuchKey",
        }
    }
}

impl From<EvidenceError> for SealKeyRefusal {
    fn from(error: EvidenceError) -> Self {
        Self::Unreadable(error.to_string())
    }
}

/// Which kind of seal a key makes.
fn kind_of(file: &KeyFile) -> SealKind {
    match SoftwareSealer::from_pem(file.key.as_bytes(), file.chain.as_bytes()) {
        Ok(_) => SealKind::Common,
        Err(_) => SealKind::Sm2,
    }
}

impl ImportSealKey {
    fn read(&self) -> Result<KeyFile, SealKeyRefusal> {
        if self.file.len() > SEAL_KEY_BYTES_MAX {
            return Err(SealKeyRefusal::Unreadable("the file is larger than any file of a key".into()));
        }
        if self.phrase.chars().count() > SEAL_KEY_PHRASE_CHARS_MAX {
            return Err(SealKeyRefusal::Unreadable("the pass phrase is longer than any that opens a file".into()));
        }
        Ok(KeyFile::read(&self.file, &self.phrase)?)
    }
}

impl Core {
    /// A key file as it may lie in a row of an approval: sealed.
    fn waiting(&self, file: &KeyFile) -> Result<String, ServiceError> {
        let waiting = Waiting { key: file.key.to_string(), chain: file.chain.clone() };
        let text = serde_json::to_vec(&waiting).map(Zeroizing::new);
        // What serde says of a fault could quote the key.
        let text = text.map_err(|_| ServiceError::Internal("a key does not write".into()))?;
        Ok(STANDARD.encode(self.secrets()?.seal(WAITING, &text, &*self.random)))
    }

    fn waited(&self, sealed: &str) -> Result<KeyFile, ServiceError> {
        let damaged = || ServiceError::Internal("a key that waited for approval does not read".into());
        let sealed = STANDARD.decode(sealed).map_err(|_| damaged())?;
        let text = Zeroizing::new(self.secrets()?.open(WAITING, &sealed)?);
        let waiting: Waiting = serde_json::from_slice(&text).map_err(|_| damaged())?;
        Ok(KeyFile { key: Zeroizing::new(waiting.key.clone()), chain: waiting.chain.clone() })
    }

    /// Puts a key in the place of its kind's. What is made only when it is done cannot be `told` beforehand; the event says it all the same.
    fn put_key(
        &self,
        viewer: &Viewer,
        leave: &Leave,
        (kind, file): (SealKind, &KeyFile),
        act: Act,
        told: bool,
    ) -> Result<SealKey, ServiceError> {
        let permit = self.allow(viewer, Action::Operate)?;
        let (key, secret) = self.ready_key(kind, file)?;
        let before =
            current(&self.store.read()?, kind)?.map_or_else(|| "none".into(), |key| key.certificate.fingerprint);
        let act = act.with("certificate_before", before);
        let (act, now) = (if told { describe(act, kind, &key.certificate) } else { act }, self.clock.now());
        let kept = key.clone();
        self.sensitive(&permit, leave, act, move |tx, act| {
            tx.put_seal_key(&key, &secret)?;
            let act = if told { act.clone() } else { describe(act.clone(), kind, &key.certificate) };
            record(tx, now, &act)
        })?;
        Ok(kept)
    }
}

impl Service {
    /// Lets the key of a file seal from now on, for those who operate the archive. Which kind it is says the file.
    pub fn import_seal_key(
        &self,
        viewer: &Viewer,
        import: &ImportSealKey,
    ) -> Result<Result<SealKey, SealKeyRefusal>, ServiceError> {
        match self.seal_key_operation(viewer, import)? {
            Ok(sealed) => self.import_seal_key_with(viewer, &sealed, &self.core.leave(viewer, SensitiveKind::SealKey)?),
            Err(refusal) => Ok(Err(refusal)),
        }
    }

    /// A file as an operation holds it: read once, and sealed.
    pub(crate) fn seal_key_operation(
        &self,
        viewer: &Viewer,
        import: &ImportSealKey,
    ) -> Result<Result<String, SealKeyRefusal>, ServiceError> {
        // Opening a file takes as long as its maker wished: not for everybody.
        self.core.allow(viewer, Action::Operate)?;
        self.core.fresh(viewer)?;
        Ok(match import.read() {
            Ok(file) => Ok(self.core.waiting(&file)?),
            Err(refusal) => Err(refusal),
        })
    }

    pub(crate) fn import_seal_key_with(
        &self,
        viewer: &Viewer,
        sealed: &str,
        leave: &Leave,
    ) -> Result<Result<SealKey, SealKeyRefusal>, ServiceError> {
        let core = &self.core;
        core.allow(viewer, Action::Operate)?;
        core.fresh(viewer)?;
        let file = core.waited(sealed)?;
        let certificate = certificate::facts(&file.chain).map_err(|error| fault(&error))?;
        if !(certificate.not_before..=certificate.not_after).contains(&core.clock.now()) {
            return Ok(Err(SealKeyRefusal::NotValid));
        }
        let act = Act::of(EntryKind::Key, "seal_key.import").on(&certificate.fingerprint);
        core.put_key(viewer, leave, (kind_of(&file), &file), act, true).map(Ok)
    }

    /// Makes a key whose certificate it signed itself, in the name of the organisation; it seals from now on.
    pub fn make_seal_key(
        &self,
        viewer: &Viewer,
        organisation: &str,
    ) -> Result<Result<SealKey, SealKeyRefusal>, ServiceError> {
        self.make_seal_key_with(viewer, organisation, &self.core.leave(viewer, SensitiveKind::SealKey)?)
    }

    pub(crate) fn make_seal_key_with(
        &self,
        viewer: &Viewer,
        organisation: &str,
        leave: &Leave,
    ) -> Result<Result<SealKey, SealKeyRefusal>, ServiceError> {
        let core = &self.core;
        core.allow(viewer, Action::Operate)?;
        core.fresh(viewer)?;
        let name = organisation.trim();
        if name.is_empty() || name.chars().count() > STAMP_NAME_CHARS_MAX || name.contains(char::is_control) {
            return Ok(Err(SealKeyRefusal::NameInvalid));
        }
        let file = match core.self_signed(name) {
            Ok(file) => file,
            Err(error) => return Ok(Err(error.into())),
        };
        let act = Act::of(EntryKind::Key, "seal_key.create").with("name", name);
        core.put_key(viewer, leave, (SealKind::Common, &file), act, false).map(Ok)
    }

    /// Seals with SM2 no more; the private key is gone.
    pub fn retire_sm2_key(&self, viewer: &Viewer) -> Result<Result<(), SealKeyRefusal>, ServiceError> {
        self.retire_sm2_key_with(viewer, &self.core.leave(viewer, SensitiveKind::SealKey)?)
    }

    pub(crate) fn retire_sm2_key_with(
        &self,
        viewer: &Viewer,
        leave: &Leave,
    ) -> Result<Result<(), SealKeyRefusal>, ServiceError> {
        let core = &self.core;
        let permit = core.allow(viewer, Action::Operate)?;
        core.fresh(viewer)?;
        let Some(key) = current(&core.store.read()?, SealKind::Sm2)? else {
            return Ok(Err(SealKeyRefusal::NoSuchKey));
        };
        let act = Act::of(EntryKind::Key, "seal_key.retire").on(&key.certificate.fingerprint);
        let (act, now) = (describe(act, key.kind, &key.certificate), core.clock.now());
        core.sensitive(&permit, leave, act, move |tx, act| {
            tx.retire_seal_key(SealKind::Sm2, now)?;
            record(tx, now, act)
        })?;
        Ok(Ok(()))
    }
}
