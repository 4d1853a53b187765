//! The seal of a package: a detached CMS signature (RFC 5652, the attributes of `CAdES-B`) over its tag manifest.

use cms::cert::{CertificateChoices, IssuerAndSerialNumber};
use cms::content_info::{CmsVersion, ContentInfo};
use cms::signed_data::{
    CertificateSet, EncapsulatedContentInfo, SignedData, SignerIdentifier, SignerInfo, SignerInfos,
};
use const_oid::db::rfc5911::{ID_CONTENT_TYPE, ID_DATA, ID_MESSAGE_DIGEST, ID_SIGNED_DATA, ID_SIGNING_TIME};
use const_oid::db::rfc5912::{ECDSA_WITH_SHA_256, ID_SHA_256, SHA_256_WITH_RSA_ENCRYPTION};
use der::asn1::{Null, ObjectIdentifier, OctetString, SetOfVec, UtcTime};
use der::{Any, Decode, Encode, Tag};
use rcgen::{CertificateParams, DnType, IsCa, KeyPair, KeyUsagePurpose};
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, RSA_PKCS1_SHA256, RsaKeyPair};
use rustls_pki_types::PrivatePkcs8KeyDer;
use rustls_pki_types::pem::PemObject;
use x509_cert::attr::Attribute;
use x509_cert::spki::AlgorithmIdentifierOwned;
use x509_cert::time::Time;
use xinju_model::time::Timestamp;

use crate::certificate;
use crate::error::EvidenceError;
use crate::signed::{self, SIGNING_CERTIFICATE_V2, hash};

/// The seal's file in the folder `seal/`.
pub const SEAL: &str = "tagmanifest-sha256.txt.p7s";
/// A timestamp over the seal's file, in the folder `seal/`.
pub const SEAL_STAMP: &str = "tagmanifest-sha256.txt.p7s.tsr";
/// A second authority's timestamp.
pub const SEAL_STAMP_2: &str = "tagmanifest-sha256.txt.p7s.2.tsr";
/// The log's entry of the export, a [`crate::record::RecordFile`] one of whose disclosures holds SHA-256 of the tag manifest.
pub const EXPORT_ENTRY: &str = "seal.entry.json";
/// The proof of [`EXPORT_ENTRY`], under a head that is newer than the package's.
pub const EXPORT_PROOF: &str = "seal.tlog-proof";
/// The proof that the newer head continues the package's, a hash a line.
pub const EXPORT_CONSISTENCY: &str = "seal.consistency.txt";

/// How a sealing key signs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SealAlgorithm {
    /// ECDSA over P-256 with SHA-256, the signature in DER.
    EcdsaP256,
    /// RSA with PKCS #1 v1.5 padding and SHA-256.
    Rsa,
}

/// A key that seals. Software keys are one; keys in a token can be another.
pub trait Sealer: Send + Sync {
    /// How it signs.
    fn algorithm(&self) -> SealAlgorithm;
    /// Its certificate and those above, DER, its own first.
    fn certificates(&self) -> &[Vec<u8>];
    /// The signature over `message`.
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, EvidenceError>;
}

/// A sealing key in memory.
pub struct SoftwareSealer {
    key: SoftwareKey,
    certificates: Vec<Vec<u8>>,
}

enum SoftwareKey {
    Ecdsa(Box<EcdsaKeyPair>),
    Rsa(Box<RsaKeyPair>),
}

impl SoftwareSealer {
    /// A sealer from a private key and certificates in PEM. The key is PKCS #8 without a password; the first certificate has to be its.
    pub fn from_pem(key: &[u8], certificates: &[u8]) -> Result<Self, EvidenceError> {
        let key = PrivatePkcs8KeyDer::from_pem_slice(key)
            .map_err(|_| EvidenceError::SealKey("the private key is not PKCS #8 in PEM, without a password"))?;
        let sealer =
            Self { key: software_key(key.secret_pkcs8_der())?, certificates: certificate::read_pem(certificates)? };
        // A key that does not belong to the certificate shows in the first signature.
        let probe = seal(&sealer, b"probe", Timestamp(0))?;
        match verify(&probe, b"probe") {
            Ok(_) => Ok(sealer),
            Err(_) => Err(EvidenceError::SealKey("the first certificate is not of this key")),
        }
    }
}

impl std::fmt::Debug for SoftwareSealer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SoftwareSealer").field("algorithm", &self.algorithm()).finish_non_exhaustive()
    }
}

fn software_key(pkcs8: &[u8]) -> Result<SoftwareKey, EvidenceError> {
    let random = SystemRandom::new();
    if let Ok(pair) = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, pkcs8, &random) {
        return Ok(SoftwareKey::Ecdsa(Box::new(pair)));
    }
    match RsaKeyPair::from_pkcs8(pkcs8) {
        Ok(pair) => Ok(SoftwareKey::Rsa(Box::new(pair))),
        Err(_) => Err(EvidenceError::SealKey("it is neither P-256 nor RSA of 2048 to 4096 bits")),
    }
}

impl Sealer for SoftwareSealer {
    fn algorithm(&self) -> SealAlgorithm {
        match self.key {
            SoftwareKey::Ecdsa(_) => SealAlgorithm::EcdsaP256,
            SoftwareKey::Rsa(_) => SealAlgorithm::Rsa,
        }
    }

    fn certificates(&self) -> &[Vec<u8>] {
        &self.certificates
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, EvidenceError> {
        let random = SystemRandom::new();
        let failed = |_| EvidenceError::SealKey("it could not sign");
        match &self.key {
            SoftwareKey::Ecdsa(pair) => Ok(pair.sign(&random, message).map_err(failed)?.as_ref().to_vec()),
            SoftwareKey::Rsa(pair) => {
                let mut signature = vec![0; pair.public().modulus_len()];
                pair.sign(&RSA_PKCS1_SHA256, &random, message, &mut signature).map_err(failed)?;
                Ok(signature)
            }
        }
    }
}

/// A new P-256 key and its self-signed certificate, both in PEM: a seal for who has no certificate of an authority yet.
/// Valid from `from` for `days`.
pub fn self_signed(organisation: &str, from: Timestamp, days: u16) -> Result<(String, String), EvidenceError> {
    let failed = |_| EvidenceError::SealKey("no certificate can be made of this name");
    let key = KeyPair::generate_for(&rcgen::PKCS_ECDSA_P256_SHA256).map_err(failed)?;
    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::OrganizationName, organisation);
    params.distinguished_name.push(DnType::CommonName, format!("{organisation} evidence seal (self-signed)"));
    params.is_ca = IsCa::ExplicitNoCa;
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature, KeyUsagePurpose::ContentCommitment];
    (params.not_before, params.not_after) = (day(from, 0)?, day(from, days)?);
    let certificate = params.self_signed(&key).map_err(failed)?;
    Ok((key.serialize_pem(), certificate.pem()))
}

/// The beginning of the day, in UTC, that is `days` after a moment.
fn day(from: Timestamp, days: u16) -> Result<time::OffsetDateTime, EvidenceError> {
    let millis = from.millis().saturating_add(i64::from(days).saturating_mul(86_400_000));
    let moment = jiff::Timestamp::from_millisecond(millis)
        .map_err(|_| EvidenceError::SealKey("its days are out of the range of a calendar"))?;
    let date = jiff::tz::Offset::UTC.to_datetime(moment).date();
    let part = |number: i8| u8::try_from(number).unwrap_or(1);
    Ok(rcgen::date_time_ymd(i32::from(date.year()), part(date.month()), part(date.day())))
}

/// Seals `content`; `at` is the moment that the seal states. The seal does not hold the content.
pub fn seal(sealer: &dyn Sealer, content: &[u8], at: Timestamp) -> Result<Vec<u8>, EvidenceError> {
    let first = sealer.certificates().first().ok_or(EvidenceError::SealKey("there is no certificate"))?;
    let attributes = attributes(first, content, at).map_err(unwritable)?;
    let signature = sealer.sign(&attributes.to_der().map_err(unwritable)?)?;
    let mut certificates = Vec::new();
    for der in sealer.certificates() {
        certificates.push(CertificateChoices::Certificate(certificate::parse(der)?));
    }
    let own = certificate::parse(first)?.tbs_certificate;
    let info = SignerInfo {
        version: CmsVersion::V1,
        sid: SignerIdentifier::IssuerAndSerialNumber(IssuerAndSerialNumber {
            issuer: own.issuer,
            serial_number: own.serial_number,
        }),
        digest_alg: sha256(),
        signed_attrs: Some(attributes),
        signature_algorithm: signature_algorithm(sealer.algorithm()),
        signature: OctetString::new(signature).map_err(unwritable)?,
        unsigned_attrs: None,
    };
    assemble(certificates, info).map_err(unwritable)
}

fn assemble(certificates: Vec<CertificateChoices>, info: SignerInfo) -> Result<Vec<u8>, der::Error> {
    let data = SignedData {
        version: CmsVersion::V1,
        digest_algorithms: SetOfVec::try_from(vec![sha256()])?,
        encap_content_info: EncapsulatedContentInfo { econtent_type: ID_DATA, econtent: None },
        certificates: Some(CertificateSet(SetOfVec::try_from(certificates)?)),
        crls: None,
        signer_infos: SignerInfos(SetOfVec::try_from(vec![info])?),
    };
    ContentInfo { content_type: ID_SIGNED_DATA, content: Any::encode_from(&data)? }.to_der()
}

fn unwritable(_: der::Error) -> EvidenceError {
    EvidenceError::SealKey("the seal can't be written")
}

fn sha256() -> AlgorithmIdentifierOwned {
    AlgorithmIdentifierOwned { oid: ID_SHA_256, parameters: None }
}

fn signature_algorithm(algorithm: SealAlgorithm) -> AlgorithmIdentifierOwned {
    match algorithm {
        SealAlgorithm::EcdsaP256 => AlgorithmIdentifierOwned { oid: ECDSA_WITH_SHA_256, parameters: None },
        SealAlgorithm::Rsa => {
            AlgorithmIdentifierOwned { oid: SHA_256_WITH_RSA_ENCRYPTION, parameters: Some(Any::from(Null)) }
        }
    }
}

/// Content type, signing time, digest, and the name of the certificate (`CAdES-B`, ETSI EN 319 122-1 5.1, 5.2).
fn attributes(first: &[u8], content: &[u8], at: Timestamp) -> Result<SetOfVec<Attribute>, der::Error> {
    let digest = OctetString::new(hash(certificate::Hashing::Sha256, content))?;
    let seconds = u64::try_from(at.millis().div_euclid(1_000)).unwrap_or_default();
    let time = Time::UtcTime(UtcTime::from_unix_duration(std::time::Duration::from_secs(seconds))?);
    let named = OctetString::new(hash(certificate::Hashing::Sha256, first))?;
    // SigningCertificateV2 { certs { ESSCertIDv2 { certHash } } }: SHA-256 is the default and not written.
    let essence = sequence(&sequence(&sequence(&named.to_der()?)?.to_der()?)?.to_der()?)?;
    SetOfVec::try_from(vec![
        attribute(ID_CONTENT_TYPE, Any::encode_from(&ID_DATA)?)?,
        attribute(ID_SIGNING_TIME, Any::encode_from(&time)?)?,
        attribute(ID_MESSAGE_DIGEST, Any::encode_from(&digest)?)?,
        attribute(SIGNING_CERTIFICATE_V2, essence)?,
    ])
}

fn sequence(inside: &[u8]) -> Result<Any, der::Error> {
    Any::new(Tag::Sequence, inside)
}

fn attribute(oid: ObjectIdentifier, value: Any) -> Result<Attribute, der::Error> {
    Ok(Attribute { oid, values: SetOfVec::try_from(vec![value])? })
}

/// A seal that holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sealed {
    /// The name in the certificate.
    pub subject: String,
    /// Fingerprints of the certificate and those above it, as far as they came with it.
    pub fingerprints: Vec<String>,
    /// Whether the certificate was made by its own key: it names somebody, but nobody vouches for it.
    pub self_signed: bool,
    /// Whether the chain ends in a root that came with it.
    pub complete: bool,
    /// The moment that the seal states; its maker's clock, nobody else's.
    pub at: Option<Timestamp>,
}

/// Checks a seal over `content`: digest, signature, chain, and that the certificate was valid at the stated moment.
pub fn verify(seal: &[u8], content: &[u8]) -> Result<Sealed, EvidenceError> {
    let signed = signed::open(seal, ID_DATA, Some(content))?;
    let chain = certificate::chain(&signed.signer, &signed.certificates)?;
    let time = signed::single(&signed.attributes, ID_SIGNING_TIME)
        .and_then(|value| value.to_der().ok())
        .and_then(|der| Time::from_der(&der).ok());
    let at = time.and_then(|time| i64::try_from(time.to_unix_duration().as_millis()).ok()).map(Timestamp);
    Ok(Sealed {
        subject: certificate::subject(&signed.signer),
        fingerprints: chain.iter().map(certificate::fingerprint).collect(),
        self_signed: chain.len() == 1 && certificate::is_self_issued(&signed.signer),
        complete: chain.last().is_some_and(certificate::is_self_issued),
        at,
    })
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    const AT: Timestamp = Timestamp(1_790_000_000_000);

    pub(crate) fn sealer() -> SoftwareSealer {
        let (key, certificate) = self_signed("示例公司", AT, 3_650).unwrap();
        SoftwareSealer::from_pem(key.as_bytes(), certificate.as_bytes()).unwrap()
    }

    #[test]
    fn a_seal_holds_over_its_content_only() {
        let sealer = sealer();
        let sealed = seal(&sealer, b"content", AT).unwrap();
        let verdict = verify(&sealed, b"content").unwrap();
        assert!(verdict.self_signed && verdict.complete && verdict.subject.contains("示例公司"), "{verdict:?}");
        assert_eq!(verdict.at, Some(AT));
        assert_eq!(verify(&sealed, b"Content"), Err(EvidenceError::Signature("what it signs was changed")));
    }

    #[test]
    fn a_changed_byte_never_passes_for_another_content() {
        let sealed = seal(&sealer(), b"content", AT).unwrap();
        for place in 0..sealed.len() {
            let mut bent = sealed.clone();
            bent[place] ^= 1;
            assert!(verify(&bent, b"other").is_err());
            // Some bytes of a certificate are signed by nobody but itself, and the seal names its whole digest.
            if verify(&bent, b"content").is_ok() {
                assert_eq!(verify(&bent, b"content"), verify(&sealed, b"content"), "byte {place}");
            }
        }
    }

    #[test]
    fn keys_that_do_not_fit_are_refused() {
        let (key, certificate) = self_signed("a", AT, 1).unwrap();
        let (other, _) = self_signed("a", AT, 1).unwrap();
        let refused =
            |key: &[u8], certificate: &[u8]| SoftwareSealer::from_pem(key, certificate).unwrap_err().to_string();
        assert!(refused(other.as_bytes(), certificate.as_bytes()).contains("not of this key"));
        assert!(refused(b"", certificate.as_bytes()).contains("not PKCS #8"));
        assert!(refused(key.as_bytes(), b"").contains("no certificate"));
        assert!(verify(b"", b"").is_err());
    }
}
