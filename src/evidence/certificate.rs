//! Certificates of seals and timestamps: making one, reading them, their chain, their signatures.

use const_oid::db::rfc4519::{COMMON_NAME, ORGANIZATION_NAME};
use const_oid::db::rfc5912::{
    ECDSA_WITH_SHA_256, ECDSA_WITH_SHA_384, ID_EC_PUBLIC_KEY, RSA_ENCRYPTION, SECP_256_R_1, SECP_384_R_1,
    SHA_256_WITH_RSA_ENCRYPTION, SHA_384_WITH_RSA_ENCRYPTION, SHA_512_WITH_RSA_ENCRYPTION,
};
use der::asn1::ObjectIdentifier;
use der::pem::LineEnding;
use der::{Decode, Encode, EncodePem};
use ring::signature::{self, UnparsedPublicKey, VerificationAlgorithm};
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject;
use x509_cert::Certificate;
use x509_cert::ext::pkix::BasicConstraints;
use x509_cert::spki::{AlgorithmIdentifierOwned, SubjectPublicKeyInfoOwned};
use x509_cert::time::Time;
use xinju_model::limits::EVIDENCE_CERTIFICATES_MAX;
use xinju_model::seal_key::SealCertificate;
use xinju_model::time::Timestamp;

use crate::digests::sha256_hex;
use crate::error::EvidenceError;

/// A digest that signatures are made over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Hashing {
    Sha256,
    Sha384,
    Sha512,
}

/// The certificates of a PEM text, in its order.
pub(crate) fn read_pem(pem: &[u8]) -> Result<Vec<Vec<u8>>, EvidenceError> {
    let mut all = Vec::new();
    for der in CertificateDer::pem_slice_iter(pem) {
        let der = der.map_err(|_| EvidenceError::SealKey("the certificate is not PEM"))?;
        if all.len() == EVIDENCE_CERTIFICATES_MAX {
            return Err(EvidenceError::SealKey("there are more certificates than any chain has"));
        }
        all.push(der.as_ref().to_vec());
    }
    if all.is_empty() { Err(EvidenceError::SealKey("there is no certificate")) } else { Ok(all) }
}

/// Certificates as PEM, in their order.
pub(crate) fn write_pem(certificates: &[Certificate]) -> Result<String, EvidenceError> {
    let mut text = String::new();
    for certificate in certificates {
        let pem = certificate.to_pem(LineEnding::LF);
        text.push_str(&pem.map_err(|_| EvidenceError::SealKey("a certificate can't be written"))?);
    }
    Ok(text)
}

/// What the first certificate of a PEM text says.
pub fn facts(pem: &str) -> Result<SealCertificate, EvidenceError> {
    let first =
        read_pem(pem.as_bytes())?.into_iter().next().ok_or(EvidenceError::SealKey("there is no certificate"))?;
    let certificate = parse(&first)?;
    let tbs = &certificate.tbs_certificate;
    let moment = |time: &Time| Timestamp(i64::try_from(time.to_unix_duration().as_millis()).unwrap_or(i64::MAX));
    Ok(SealCertificate {
        subject: subject(&certificate),
        issuer: tbs.issuer.to_string(),
        organisation: organisation(&certificate),
        fingerprint: fingerprint(&certificate),
        self_signed: is_self_issued(&certificate),
        not_before: moment(&tbs.validity.not_before),
        not_after: moment(&tbs.validity.not_after),
    })
}

/// The organisation's name, else the common name, else the whole.
fn organisation(certificate: &Certificate) -> String {
    let named = |oid: ObjectIdentifier| {
        let parts = certificate.tbs_certificate.subject.0.iter().flat_map(|part| part.0.iter());
        let found = parts.into_iter().find(|part| part.oid == oid);
        found.and_then(|part| String::from_utf8(part.value.value().to_vec()).ok()).filter(|name| !name.is_empty())
    };
    named(ORGANIZATION_NAME).or_else(|| named(COMMON_NAME)).unwrap_or_else(|| subject(certificate))
}

/// A certificate from DER.
pub(crate) fn parse(der: &[u8]) -> Result<Certificate, EvidenceError> {
    Certificate::from_der(der).map_err(|_| EvidenceError::SealKey("a certificate can't be read"))
}

/// SHA-256 over the certificate, in hexadecimal: what `openssl x509 -fingerprint -sha256` prints, without colons.
pub(crate) fn fingerprint(certificate: &Certificate) -> String {
    certificate.to_der().map(|der| sha256_hex(&der)).unwrap_or_default()
}

/// The subject's name for people.
pub(crate) fn subject(certificate: &Certificate) -> String {
    certificate.tbs_certificate.subject.to_string()
}

/// The chain from a certificate upwards, as far as `others` lead. Each link is checked: signature, name, that the issuer is
/// allowed to issue. `Ok` ends in a root or where no issuer is at hand.
pub(crate) fn chain(leaf: &Certificate, others: &[Certificate]) -> Result<Vec<Certificate>, EvidenceError> {
    let mut chain = vec![leaf.clone()];
    while let Some(last) = chain.last() {
        if is_self_issued(last) || chain.len() > EVIDENCE_CERTIFICATES_MAX {
            break;
        }
        let named: Vec<&Certificate> =
            others.iter().filter(|other| other.tbs_certificate.subject == last.tbs_certificate.issuer).collect();
        if named.is_empty() {
            return Ok(chain);
        }
        // Several may have the name, as when a root was renewed; the signature says whose it is.
        let able: Vec<&&Certificate> = named.iter().filter(|other| may_issue(other)).collect();
        if able.is_empty() {
            return Err(EvidenceError::Signature("the issuer of a certificate is not allowed to issue any"));
        }
        let issuer = able.into_iter().find(|other| matches!(is_issued_by(last, other), Ok(true)));
        let issuer = issuer.ok_or(EvidenceError::Signature("a certificate is not signed by its issuer"))?;
        let issuer: Certificate = (**issuer).clone();
        chain.push(issuer);
    }
    if let Some(root) = chain.last().filter(|root| is_self_issued(root))
        && !is_issued_by(root, root)?
    {
        return Err(EvidenceError::Signature("a root certificate is not signed by itself"));
    }
    Ok(chain)
}

fn may_issue(certificate: &Certificate) -> bool {
    matches!(certificate.tbs_certificate.get::<BasicConstraints>(), Ok(Some((_, basic))) if basic.ca)
}

/// Whether a certificate states itself as its issuer.
pub(crate) fn is_self_issued(certificate: &Certificate) -> bool {
    certificate.tbs_certificate.subject == certificate.tbs_certificate.issuer
}

fn is_issued_by(certificate: &Certificate, issuer: &Certificate) -> Result<bool, EvidenceError> {
    let signed = certificate.tbs_certificate.to_der();
    let (Ok(signed), Some(signature)) = (signed, certificate.signature.as_bytes()) else { return Ok(false) };
    let key = &issuer.tbs_certificate.subject_public_key_info;
    verify(key, &certificate.signature_algorithm, None, &signed, signature)
}

/// Whether a certificate is valid at a moment.
pub(crate) fn is_valid_at(certificate: &Certificate, at: Timestamp) -> bool {
    let validity = &certificate.tbs_certificate.validity;
    let seconds = at.millis().div_euclid(1_000);
    let (from, to) =
        (validity.not_before.to_unix_duration().as_secs(), validity.not_after.to_unix_duration().as_secs());
    u64::try_from(seconds).is_ok_and(|seconds| (from..=to).contains(&seconds))
}

/// Whether `signature` over `message` is by `key`. `hashing` is the digest where the algorithm does not name it.
pub(crate) fn verify(
    key: &SubjectPublicKeyInfoOwned,
    algorithm: &AlgorithmIdentifierOwned,
    hashing: Option<Hashing>,
    message: &[u8],
    signature: &[u8],
) -> Result<bool, EvidenceError> {
    let hashing = match algorithm.oid {
        SHA_256_WITH_RSA_ENCRYPTION | ECDSA_WITH_SHA_256 => Some(Hashing::Sha256),
        SHA_384_WITH_RSA_ENCRYPTION | ECDSA_WITH_SHA_384 => Some(Hashing::Sha384),
        SHA_512_WITH_RSA_ENCRYPTION => Some(Hashing::Sha512),
        RSA_ENCRYPTION => hashing,
        _ => None,
    };
    let verifier = hashing.and_then(|hashing| verifier(key, algorithm.oid, hashing));
    let verifier = verifier.ok_or(EvidenceError::Signature("it is signed in a way that is not known here"))?;
    let public = key.subject_public_key.as_bytes().ok_or(EvidenceError::Signature("a public key can't be read"))?;
    Ok(UnparsedPublicKey::new(verifier, public).verify(message, signature).is_ok())
}

fn verifier(
    key: &SubjectPublicKeyInfoOwned,
    algorithm: ObjectIdentifier,
    hashing: Hashing,
) -> Option<&'static dyn VerificationAlgorithm> {
    let ecdsa = matches!(algorithm, ECDSA_WITH_SHA_256 | ECDSA_WITH_SHA_384);
    match key.algorithm.oid {
        RSA_ENCRYPTION if !ecdsa => Some(match hashing {
            Hashing::Sha256 => &signature::RSA_PKCS1_2048_8192_SHA256,
            Hashing::Sha384 => &signature::RSA_PKCS1_2048_8192_SHA384,
            Hashing::Sha512 => &signature::RSA_PKCS1_2048_8192_SHA512,
        }),
        ID_EC_PUBLIC_KEY if ecdsa => {
            let curve: ObjectIdentifier = key.algorithm.parameters.as_ref()?.decode_as().ok()?;
            match (curve, hashing) {
                (SECP_256_R_1, Hashing::Sha256) => Some(&signature::ECDSA_P256_SHA256_ASN1),
                (SECP_256_R_1, Hashing::Sha384) => Some(&signature::ECDSA_P256_SHA384_ASN1),
                (SECP_384_R_1, Hashing::Sha256) => Some(&signature::ECDSA_P384_SHA256_ASN1),
                (SECP_384_R_1, Hashing::Sha384) => Some(&signature::ECDSA_P384_SHA384_ASN1),
                _ => None,
            }
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_certificate_is_valid_within_its_days() {
        let from = Timestamp(1_790_000_000_000);
        let (_, pem) = crate::seal::self_signed("示例公司", from, 2).unwrap();
        let certificate = parse(&read_pem(pem.as_bytes()).unwrap()[0]).unwrap();
        let day = 86_400_000;
        for (days, valid) in [(-1, false), (0, true), (1, true), (3, false)] {
            assert_eq!(is_valid_at(&certificate, from.plus_millis(days * day)), valid, "{days}");
        }
        assert!(subject(&certificate).contains("示例公司"));
        assert_eq!(fingerprint(&certificate).len(), 64);
    }
}
