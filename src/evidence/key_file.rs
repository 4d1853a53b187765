//! Files in which authorities hand out sealing keys: PKCS#12 (RFC 7292), or PEM with the key and its certificates.
//!
//! Of PKCS#12 both the modern form (PBES2, AES) and the older ones (PBE with triple DES or RC2) are read.

use der::asn1::{Null, OctetString};
use der::{Any, Encode, Tag};
use p12_keystore::Pkcs12Archive;
use pkcs8::der::Decode as _;
use pkcs8::{EncryptedPrivateKeyInfoRef, LineEnding, SecretDocument};
use rustls_pki_types::pem::{PemObject, SectionKind};
use x509_cert::Certificate;
use x509_cert::spki::AlgorithmIdentifierOwned;
use xinju_model::limits::{EVIDENCE_CERTIFICATES_MAX, SEAL_KEY_BYTES_MAX};
use zeroize::Zeroizing;

use const_oid::db::rfc5912::{ID_EC_PUBLIC_KEY, RSA_ENCRYPTION, SECP_256_R_1};

use crate::certificate;
use crate::error::EvidenceError;

/// The label of an encrypted PKCS#8 key in PEM; the reader of PEM knows only those that need no pass phrase.
const ENCRYPTED: &str = "ENCRYPTED PRIVATE KEY";
/// Rounds of the stretching of a pass phrase of a PEM key, at most: a hostile file must not hold a thread for minutes.
const ROUNDS_MAX: u32 = 10_000_000;
/// Memory of scrypt for the same, in bytes.
const SCRYPT_BYTES_MAX: u64 = 256 * 1024 * 1024;

/// A private key with its certificates, out of a file.
pub struct KeyFile {
    /// PKCS#8 in PEM without a password.
    pub key: Zeroizing<String>,
    /// Its certificate and those above it, PEM, its own first.
    pub chain: String,
}

impl std::fmt::Debug for KeyFile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("KeyFile").finish_non_exhaustive()
    }
}

impl KeyFile {
    /// Reads a file. `phrase` opens what is encrypted in it; empty where nothing is.
    pub fn read(file: &[u8], phrase: &str) -> Result<Self, EvidenceError> {
        if file.len() > SEAL_KEY_BYTES_MAX {
            return Err(EvidenceError::SealKey("the file is larger than any file of a key"));
        }
        let begins = file.trim_ascii_start();
        let (key, certificates) = if begins.starts_with(b"-----BEGIN") || !begins.starts_with(&[0x30]) {
            from_pem(file, phrase)?
        } else {
            from_pkcs12(file, phrase)?
        };
        Self::ordered(&key, &certificates)
    }

    /// Puts the certificate of the key first and those above it behind, each after the one that it issued.
    fn ordered(key: &Zeroizing<Vec<u8>>, certificates: &[Vec<u8>]) -> Result<Self, EvidenceError> {
        let key = pem_of_key(key)?;
        let parsed: Vec<Certificate> =
            certificates.iter().map(|der| certificate::parse(der)).collect::<Result<_, _>>()?;
        for own in &parsed {
            // Chains of SM2 are checked by nobody here: they stand as they came, and so does one that a seal will refuse.
            let chain = certificate::chain(own, &parsed).unwrap_or_else(|_| {
                let others = parsed.iter().filter(|other| *other != own);
                std::iter::once(own).chain(others).cloned().collect()
            });
            let chain = certificate::write_pem(&chain)?;
            if fits(&key, &chain) {
                return Ok(Self { key, chain });
            }
        }
        if parsed.is_empty() {
            return Err(EvidenceError::SealKey("there is no certificate"));
        }
        Err(EvidenceError::SealKey(
            "none of its certificates is of its key, or the key is neither P-256, RSA of 2048 to 4096 bits, nor SM2",
        ))
    }
}

/// Whether a key and the first certificate belong together, as a seal of either kind.
fn fits(key: &str, chain: &str) -> bool {
    crate::seal::SoftwareSealer::from_pem(key.as_bytes(), chain.as_bytes()).is_ok()
        || crate::sm2_seal::Sm2Sealer::from_pem(key.as_bytes(), chain.as_bytes()).is_ok()
}

type Parts = (Zeroizing<Vec<u8>>, Vec<Vec<u8>>);

fn from_pkcs12(file: &[u8], phrase: &str) -> Result<Parts, EvidenceError> {
    // The library tells a wrong phrase and a damaged file apart only by the sum over the whole.
    let archive = Pkcs12Archive::from_pkcs12(file, phrase).map_err(|_| {
        EvidenceError::SealKey("the pass phrase is another, or the file is no PKCS#12 that is read here")
    })?;
    let [key] = archive.keys.as_slice() else {
        return Err(EvidenceError::SealKey("the file holds not exactly one private key"));
    };
    if archive.certs.len() > EVIDENCE_CERTIFICATES_MAX {
        return Err(EvidenceError::SealKey("there are more certificates than any chain has"));
    }
    let certificates = archive.certs.iter().map(|bag| bag.cert.as_der().to_vec()).collect();
    Ok((Zeroizing::new(key.key.as_der().to_vec()), certificates))
}

fn from_pem(file: &[u8], phrase: &str) -> Result<Parts, EvidenceError> {
    let (mut keys, mut certificates) = (Vec::new(), Vec::new());
    for section in <(SectionKind, Vec<u8>)>::pem_slice_iter(file) {
        let (kind, der) = section.map_err(|_| EvidenceError::SealKey("the file is neither PKCS#12 nor PEM"))?;
        let der = Zeroizing::new(der);
        match kind {
            SectionKind::Certificate if certificates.len() < EVIDENCE_CERTIFICATES_MAX => {
                certificates.push(der.to_vec());
            }
            SectionKind::Certificate => {
                return Err(EvidenceError::SealKey("there are more certificates than any chain has"));
            }
            SectionKind::PrivateKey => keys.push(der),
            SectionKind::RsaPrivateKey => keys.push(wrapped(&der, &rsa())?),
            SectionKind::EcPrivateKey => keys.push(wrapped(&der, &p256()?)?),
            _ => {}
        }
    }
    keys.extend(encrypted(file, phrase)?);
    match <[_; 1]>::try_from(keys) {
        Ok([key]) => Ok((key, certificates)),
        Err(_) => Err(EvidenceError::SealKey("the file holds not exactly one private key")),
    }
}

/// A key that is encrypted by itself (`ENCRYPTED PRIVATE KEY`), opened.
fn encrypted(file: &[u8], phrase: &str) -> Result<Option<Zeroizing<Vec<u8>>>, EvidenceError> {
    let text = std::str::from_utf8(file).unwrap_or_default();
    let (begin, end) = (format!("-----BEGIN {ENCRYPTED}-----"), format!("-----END {ENCRYPTED}-----"));
    let Some(from) = text.find(&begin) else { return Ok(None) };
    let unreadable = || EvidenceError::SealKey("its encrypted key can't be read");
    let section = text.get(from..).and_then(|rest| rest.find(&end).map(|to| (rest, to.saturating_add(end.len()))));
    let section = section.and_then(|(rest, to)| rest.get(..to)).ok_or_else(unreadable)?;
    let (_, document) = SecretDocument::from_pem(section).map_err(|_| unreadable())?;
    let info = EncryptedPrivateKeyInfoRef::from_der(document.as_bytes()).map_err(|_| unreadable())?;
    if !is_bounded(&info.encryption_algorithm) {
        return Err(EvidenceError::SealKey("opening its key would take too long"));
    }
    let opened = info.decrypt(phrase).map_err(|_| {
        EvidenceError::SealKey("the pass phrase is another, or its key is encrypted in a way that is not read here")
    })?;
    Ok(Some(Zeroizing::new(opened.as_bytes().to_vec())))
}

fn is_bounded(scheme: &pkcs8::pkcs5::EncryptionScheme) -> bool {
    use pkcs8::pkcs5::pbes2::Kdf;
    match scheme {
        pkcs8::pkcs5::EncryptionScheme::Pbes2(parameters) => match &parameters.kdf {
            Kdf::Pbkdf2(kdf) => kdf.iteration_count <= ROUNDS_MAX,
            Kdf::Scrypt(kdf) => {
                let block = u64::from(kdf.block_size).saturating_mul(128);
                kdf.cost_parameter.saturating_mul(block) <= SCRYPT_BYTES_MAX && kdf.parallelization <= 16
            }
            _ => false,
        },
        _ => false,
    }
}

fn rsa() -> AlgorithmIdentifierOwned {
    AlgorithmIdentifierOwned { oid: RSA_ENCRYPTION, parameters: Some(Any::from(Null)) }
}

fn p256() -> Result<AlgorithmIdentifierOwned, EvidenceError> {
    let curve = Any::encode_from(&SECP_256_R_1).map_err(unwritable)?;
    Ok(AlgorithmIdentifierOwned { oid: ID_EC_PUBLIC_KEY, parameters: Some(curve) })
}

/// A key in the older form of its algorithm (PKCS#1, SEC 1) as PKCS#8.
fn wrapped(der: &[u8], algorithm: &AlgorithmIdentifierOwned) -> Result<Zeroizing<Vec<u8>>, EvidenceError> {
    let key = Zeroizing::new(OctetString::new(der).and_then(|octets| octets.to_der()).map_err(unwritable)?);
    let mut inside = Zeroizing::new(0_u8.to_der().map_err(unwritable)?);
    inside.extend(algorithm.to_der().map_err(unwritable)?);
    inside.extend_from_slice(&key);
    let sequence = Any::new(Tag::Sequence, inside.as_slice()).and_then(|any| any.to_der()).map_err(unwritable)?;
    Ok(Zeroizing::new(sequence))
}

fn pem_of_key(der: &Zeroizing<Vec<u8>>) -> Result<Zeroizing<String>, EvidenceError> {
    let document =
        SecretDocument::try_from(der.as_slice()).map_err(|_| EvidenceError::SealKey("its key can't be read"))?;
    document.to_pem("PRIVATE KEY", LineEnding::LF).map_err(|_| EvidenceError::SealKey("its key can't be read"))
}

fn unwritable(_: der::Error) -> EvidenceError {
    EvidenceError::SealKey("its key can't be read")
}

#[cfg(test)]
#[path = "key_file_tests.rs"]
mod tests;
