//! Keys that seal evidence packages, and the certificates that say whose they are.
//!
//! The private key is kept apart, sealed; what is here may be shown.

use serde::{Deserialize, Serialize};

use crate::time::Timestamp;

/// What a key seals with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SealKind {
    /// A certificate of the kind that is read everywhere (RSA or ECDSA over P-256): the seal is CMS.
    Common,
    /// A certificate of China's standards (SM2): a bare signature beside the other seal.
    Sm2,
}

impl SealKind {
    /// The stable name, as events have it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Common => "common",
            Self::Sm2 => "sm2",
        }
    }
}

/// What a certificate says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SealCertificate {
    /// Whose it is, as a distinguished name.
    pub subject: String,
    /// Who issued it.
    pub issuer: String,
    /// The organisation's name in it; the common name where it names no organisation.
    pub organisation: String,
    /// SHA-256 over the certificate, in hexadecimal.
    pub fingerprint: String,
    /// Whether its own key signed it: nobody vouches for the name.
    pub self_signed: bool,
    /// From when it is valid.
    pub not_before: Timestamp,
    /// Until when it is valid.
    pub not_after: Timestamp,
}

/// A key that seals or has sealed. Rows are never deleted: old packages name their certificates.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SealKey {
    /// Counted from 1.
    pub number: u32,
    /// What it seals with.
    pub kind: SealKind,
    /// Its certificate.
    pub certificate: SealCertificate,
    /// Its certificate and those above it, PEM.
    pub chain: String,
    /// Since when it seals.
    pub since: Timestamp,
    /// When another took its place; its private key is gone since then.
    pub until: Option<Timestamp>,
}

impl SealKey {
    /// Whether it seals now.
    pub fn is_current(&self) -> bool {
        self.until.is_none()
    }
}
