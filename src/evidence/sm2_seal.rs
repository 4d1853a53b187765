//! The second seal with the algorithms of China's standards: SM2 with SM3 (GB/T 32918), a bare signature in DER beside its certificate.
//!
//! It is no CMS, because the tools that a court has at hand read SM2 outside of CMS only.

use der::{Decode, Encode};
use rustls_pki_types::PrivatePkcs8KeyDer;
use rustls_pki_types::pem::PemObject;
use sm2::SecretKey;
use sm2::dsa::signature::{Signer, Verifier};
use sm2::dsa::{Signature, SigningKey, VerifyingKey};
use sm2::pkcs8::DecodePrivateKey;

use crate::certificate;
use crate::error::EvidenceError;

/// The signature's file in the folder `seal/`.
pub const SM2_SEAL: &str = "tagmanifest-sha256.txt.sm2sig";
/// The certificate's file in the folder `seal/`.
pub const SM2_CERTIFICATE: &str = "sm2-cert.pem";
/// The signer's id that the standard prescribes where nothing else is agreed (GM/T 0009).
const ID: &str = "1234567812345678";

/// An SM2 key with its certificate.
pub struct Sm2Sealer {
    key: SigningKey,
    certificate: Vec<u8>,
}

impl Sm2Sealer {
    /// A sealer from a PKCS #8 key without a password and its certificate, both in PEM.
    pub fn from_pem(key: &[u8], certificate: &[u8]) -> Result<Self, EvidenceError> {
        let der = PrivatePkcs8KeyDer::from_pem_slice(key)
            .map_err(|_| EvidenceError::SealKey("the SM2 key is not PKCS #8 in PEM, without a password"))?;
        let secret = SecretKey::from_pkcs8_der(der.secret_pkcs8_der())
            .map_err(|_| EvidenceError::SealKey("it is no SM2 key"))?;
        let key = SigningKey::new(ID, &secret).map_err(|_| EvidenceError::SealKey("it is no SM2 key"))?;
        let sealer = Self { key, certificate: certificate.to_vec() };
        let probe = sealer.sign(b"probe")?;
        match verify(&probe, certificate, b"probe") {
            Ok(_) => Ok(sealer),
            Err(_) => Err(EvidenceError::SealKey("the SM2 certificate is not of this key")),
        }
    }

    /// The signature over `content`, DER.
    pub fn sign(&self, content: &[u8]) -> Result<Vec<u8>, EvidenceError> {
        let signature: Signature =
            self.key.try_sign(content).map_err(|_| EvidenceError::SealKey("the SM2 key could not sign"))?;
        Ok(to_der(&signature))
    }

    /// The certificate in PEM.
    pub fn certificate(&self) -> &[u8] {
        &self.certificate
    }
}

impl std::fmt::Debug for Sm2Sealer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Sm2Sealer").finish_non_exhaustive()
    }
}

/// An SM2 signature that holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sm2Sealed {
    /// The name in the certificate.
    pub subject: String,
    /// The certificate's fingerprint, SHA-256.
    pub fingerprint: String,
}

/// Checks a signature over `content` by the key of a certificate in PEM. Who issued the certificate is for others to check.
pub fn verify(signature: &[u8], certificate: &[u8], content: &[u8]) -> Result<Sm2Sealed, EvidenceError> {
    use EvidenceError::Signature as Refused;
    let ders = certificate::read_pem(certificate).map_err(|_| Refused("its SM2 certificate can't be read"))?;
    let parsed = ders.first().and_then(|der| certificate::parse(der).ok());
    let parsed = parsed.ok_or(Refused("its SM2 certificate can't be read"))?;
    let point = parsed.tbs_certificate.subject_public_key_info.subject_public_key.as_bytes().unwrap_or_default();
    let key = VerifyingKey::from_sec1_bytes(ID, point).map_err(|_| Refused("its certificate is not of an SM2 key"))?;
    let signature = from_der(signature).ok_or(Refused("it is no SM2 signature"))?;
    key.verify(content, &signature).map_err(|_| Refused("its SM2 signature is not by the key of its certificate"))?;
    Ok(Sm2Sealed { subject: certificate::subject(&parsed), fingerprint: certificate::fingerprint(&parsed) })
}

/// `SEQUENCE { r INTEGER, s INTEGER }`.
fn to_der(signature: &Signature) -> Vec<u8> {
    let bytes = signature.to_bytes();
    let (r, s) = bytes.split_at(bytes.len() / 2);
    let number = |bytes: &[u8]| der::asn1::Uint::new(bytes);
    let both = number(r).and_then(|r| number(s).map(|s| vec![r, s]));
    both.and_then(|both| both.to_der()).unwrap_or_default()
}

fn from_der(bytes: &[u8]) -> Option<Signature> {
    let numbers = Vec::<der::asn1::Uint>::from_der(bytes).ok()?;
    let [r, s] = numbers.as_slice() else { return None };
    let mut raw = [0; 64];
    let (first, second) = raw.split_at_mut(32);
    for (half, number) in [(first, r), (second, s)] {
        let from = half.len().checked_sub(number.as_bytes().len())?;
        half.get_mut(from..)?.copy_from_slice(number.as_bytes());
    }
    Signature::from_slice(&raw).ok()
}
