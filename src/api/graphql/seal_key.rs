//! The keys that seal evidence packages.

use async_graphql::{Context, Enum, InputObject, Object, Result, SimpleObject};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use xinju_model::seal_key as model;
use xinju_service::seal_key::{ImportSealKey, SealKeyRefusal as Refusal};
use xinju_service::service::Service;
use zeroize::Zeroizing;

use crate::graphql::context::{call, principal};
use crate::graphql::error::bad_input;
use crate::graphql::scalars::DateTime;

/// Opening a file may take a second by its maker's wish.
const OPEN_COST: usize = 2_000;

/// What a key seals with.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "xinju_model::seal_key::SealKind")]
pub(crate) enum SealKind {
    /// A certificate of the kind that is read everywhere (RSA or ECDSA over P-256): the seal is CMS.
    Common,
    /// A certificate of China's standards (SM2): a bare signature beside the other seal.
    #[graphql(name = "SM2")]
    Sm2,
}

/// A key that seals or has sealed packages. Its private half is never shown.
pub(crate) struct SealKey(model::SealKey);

/// A key that seals or has sealed packages. Its private half is never shown.
#[Object]
impl SealKey {
    /// Counted from 1.
    async fn number(&self) -> u32 {
        self.0.number
    }
    async fn kind(&self) -> SealKind {
        self.0.kind.into()
    }
    /// Whose it is, as a distinguished name.
    async fn subject(&self) -> &str {
        &self.0.certificate.subject
    }
    /// Who issued its certificate.
    async fn issuer(&self) -> &str {
        &self.0.certificate.issuer
    }
    /// The organisation's name in it.
    async fn organisation(&self) -> &str {
        &self.0.certificate.organisation
    }
    /// SHA-256 over its certificate, in hexadecimal.
    async fn fingerprint(&self) -> &str {
        &self.0.certificate.fingerprint
    }
    /// Whether its own key signed the certificate: nobody vouches for the name.
    async fn self_signed(&self) -> bool {
        self.0.certificate.self_signed
    }
    async fn not_before(&self) -> DateTime {
        self.0.certificate.not_before.into()
    }
    async fn not_after(&self) -> DateTime {
        self.0.certificate.not_after.into()
    }
    /// Its certificate and those above it, PEM.
    async fn chain(&self) -> &str {
        &self.0.chain
    }
    /// Since when it seals.
    async fn since(&self) -> DateTime {
        self.0.since.into()
    }
    /// When another took its place; null while it seals.
    async fn until(&self) -> Option<DateTime> {
        self.0.until.map(Into::into)
    }
}

/// A file with a key to seal with.
#[derive(InputObject)]
pub(crate) struct ImportSealKeyInput {
    /// PKCS#12, or PEM with key and certificates, in base64; at most 256 KiB.
    file: String,
    /// What opens it; null where nothing is needed. It is kept nowhere.
    pass_phrase: Option<String>,
}

impl ImportSealKeyInput {
    /// The file.
    pub(crate) fn read(self) -> Result<ImportSealKey> {
        let text = Zeroizing::new(self.file);
        let file = STANDARD.decode(text.as_bytes()).map_err(|_| bad_input("`file` is not base64"))?;
        let phrase = Zeroizing::new(self.pass_phrase.unwrap_or_default());
        Ok(ImportSealKey { file: Zeroizing::new(file), phrase })
    }
}

/// In whose name a self-signed certificate is made.
#[derive(InputObject)]
pub(crate) struct MakeSealKeyInput {
    /// 1 to 100 characters.
    organisation: String,
}

impl MakeSealKeyInput {
    /// The name.
    pub(crate) fn read(self) -> String {
        self.organisation
    }
}

/// The kind whose key is given up.
#[derive(InputObject)]
pub(crate) struct RetireSealKeyInput {
    /// Only SM2: an archive always has a key of the common kind.
    kind: SealKind,
}

impl RetireSealKeyInput {
    /// Whether it is the kind that can be given up.
    pub(crate) fn read(self) -> Result<()> {
        match self.kind {
            SealKind::Sm2 => Ok(()),
            SealKind::Common => Err(bad_input("a key of the common kind is replaced, not given up")),
        }
    }
}

/// Why a key was not taken.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SealKeyRefusal {
    /// The file does not read, or the pass phrase is another: see `detail`.
    Unreadable,
    /// Its certificate is not valid now.
    NotValid,
    /// The organisation's name is empty or too long.
    NameInvalid,
    /// There is no such key.
    NoSuchKey,
}

/// What came of it.
#[derive(SimpleObject, Default)]
pub(crate) struct SealKeyPayload {
    /// The key that seals now; null when it was refused or given up.
    key: Option<SealKey>,
    /// Null when it was done.
    refusal: Option<SealKeyRefusal>,
    /// What is wrong with the file.
    detail: Option<String>,
}

fn refused(refusal: Refusal) -> SealKeyPayload {
    let (refusal, detail) = match refusal {
        Refusal::Unreadable(detail) => (SealKeyRefusal::Unreadable, Some(detail)),
        Refusal::NotValid => (SealKeyRefusal::NotValid, None),
        Refusal::NameInvalid => (SealKeyRefusal::NameInvalid, None),
        Refusal::NoSuchKey => (SealKeyRefusal::NoSuchKey, None),
    };
    SealKeyPayload { refusal: Some(refusal), detail, ..SealKeyPayload::default() }
}

fn payload(outcome: std::result::Result<model::SealKey, Refusal>) -> SealKeyPayload {
    match outcome {
        Ok(key) => SealKeyPayload { key: Some(SealKey(key)), ..SealKeyPayload::default() },
        Err(refusal) => refused(refusal),
    }
}

/// Questions about sealing keys.
#[derive(Default)]
pub(crate) struct SealKeyQuery;

#[Object]
impl SealKeyQuery {
    /// The keys that seal and have sealed packages, newest first.
    async fn seal_keys(&self, context: &Context<'_>) -> Result<Vec<SealKey>> {
        Ok(call(context, Service::seal_keys).await?.into_iter().map(SealKey).collect())
    }
}

/// Verbs of sealing keys. All sensitive: see `confirmIdentity` and `askApproval`.
#[derive(Default)]
pub(crate) struct SealKeyMutation;

#[Object]
impl SealKeyMutation {
    /// Lets the key of a file seal packages from now on. The file says whether it is the common key or the SM2 key.
    #[graphql(complexity = "OPEN_COST + child_complexity")]
    async fn import_seal_key(&self, context: &Context<'_>, input: ImportSealKeyInput) -> Result<SealKeyPayload> {
        principal(context)?;
        let import = input.read()?;
        Ok(payload(call(context, move |service, viewer| service.import_seal_key(viewer, &import)).await?))
    }

    /// Makes a key with a certificate that it signs itself, in the name of the organisation; it seals from now on.
    async fn make_seal_key(&self, context: &Context<'_>, input: MakeSealKeyInput) -> Result<SealKeyPayload> {
        let name = input.read();
        Ok(payload(call(context, move |service, viewer| service.make_seal_key(viewer, &name)).await?))
    }

    /// Seals with SM2 no more; the private key is gone.
    async fn retire_seal_key(&self, context: &Context<'_>, input: RetireSealKeyInput) -> Result<SealKeyPayload> {
        principal(context)?;
        input.read()?;
        let outcome = call(context, Service::retire_sm2_key).await?;
        Ok(outcome.err().map(refused).unwrap_or_default())
    }
}
