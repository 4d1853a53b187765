//! Signed data as seals and timestamps carry it: CMS (RFC 5652) with one signer and signed attributes.
//!
//! Keys are RSA of 2048 bits and more, ECDSA over P-256 or P-384, with SHA-256, SHA-384 or SHA-512.

use cms::cert::CertificateChoices;
use cms::content_info::ContentInfo;
use cms::signed_data::{SignedData, SignerIdentifier, SignerInfo};
use const_oid::db::rfc5911::{ID_CONTENT_TYPE, ID_MESSAGE_DIGEST, ID_SIGNED_DATA};
use const_oid::db::rfc5912::{ID_SHA_256, ID_SHA_384, ID_SHA_512};
use der::asn1::{ObjectIdentifier, OctetString};
use der::{Any, Decode, Encode, Tagged};
use sha2::{Digest, Sha256, Sha384, Sha512};
use x509_cert::Certificate;
use x509_cert::attr::Attribute;
use x509_cert::ext::pkix::SubjectKeyIdentifier;
use xinju_model::limits::EVIDENCE_CERTIFICATES_MAX;

use crate::certificate::{self, Hashing};
use crate::error::EvidenceError;

/// signing-certificate-v2 (RFC 5035 3).
pub(crate) const SIGNING_CERTIFICATE_V2: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.16.2.47");
/// signing-certificate, the older form with SHA-1 (RFC 2634 5.4).
const SIGNING_CERTIFICATE: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.16.2.12");

/// Signed data whose signature holds.
#[derive(Debug)]
pub(crate) struct Signed {
    /// What was signed, where it stands inside.
    pub(crate) content: Vec<u8>,
    /// The certificate of the signer.
    pub(crate) signer: Certificate,
    /// All certificates that came with it.
    pub(crate) certificates: Vec<Certificate>,
    /// The signed attributes.
    pub(crate) attributes: Vec<Attribute>,
}

/// Checks signed data. `detached` is what was signed, where it stands elsewhere; `kind` is what the content says it is.
pub(crate) fn open(der: &[u8], kind: ObjectIdentifier, detached: Option<&[u8]>) -> Result<Signed, EvidenceError> {
    let info = ContentInfo::from_der(der).map_err(|_| EvidenceError::Signature("it is not CMS"))?;
    if info.content_type != ID_SIGNED_DATA {
        return Err(EvidenceError::Signature("it is CMS, but not signed data"));
    }
    let data: SignedData =
        info.content.decode_as().map_err(|_| EvidenceError::Signature("its signed data can't be read"))?;
    open_signed(&data, kind, detached)
}

fn open_signed(data: &SignedData, kind: ObjectIdentifier, detached: Option<&[u8]>) -> Result<Signed, EvidenceError> {
    use EvidenceError::Signature;
    if data.encap_content_info.econtent_type != kind {
        return Err(Signature("it signs something of another kind"));
    }
    let inside = data.encap_content_info.econtent.as_ref();
    let content = match (inside, detached) {
        (None, Some(content)) => content.to_vec(),
        (Some(any), None) => {
            any.decode_as::<OctetString>().map_err(|_| Signature("what it signs can't be read"))?.into_bytes()
        }
        (Some(_), Some(_)) => return Err(Signature("it holds content although it is a detached signature")),
        (None, None) => return Err(Signature("it holds nothing that it signs")),
    };
    let certificates = certificates(data)?;
    let [signer_info] = data.signer_infos.0.as_slice() else {
        return Err(Signature("it has not exactly one signer"));
    };
    let signer = certificates.iter().find(|certificate| is_of(certificate, &signer_info.sid));
    let signer = signer.ok_or(Signature("the certificate of its signer is not in it"))?.clone();
    let attributes = check_signer(signer_info, &signer, kind, &content)?;
    Ok(Signed { content, signer, certificates, attributes })
}

fn certificates(data: &SignedData) -> Result<Vec<Certificate>, EvidenceError> {
    let all = data.certificates.iter().flat_map(|set| set.0.iter());
    let certificates: Vec<Certificate> = all
        .filter_map(|choice| match choice {
            CertificateChoices::Certificate(certificate) => Some(certificate.clone()),
            CertificateChoices::Other(_) => None,
        })
        .take(EVIDENCE_CERTIFICATES_MAX + 1)
        .collect();
    if certificates.len() > EVIDENCE_CERTIFICATES_MAX {
        return Err(EvidenceError::Signature("it carries more certificates than any chain has"));
    }
    Ok(certificates)
}

fn is_of(certificate: &Certificate, id: &SignerIdentifier) -> bool {
    let tbs = &certificate.tbs_certificate;
    match id {
        SignerIdentifier::IssuerAndSerialNumber(id) => id.issuer == tbs.issuer && id.serial_number == tbs.serial_number,
        SignerIdentifier::SubjectKeyIdentifier(id) => {
            matches!(tbs.get::<SubjectKeyIdentifier>(), Ok(Some((_, own))) if own == *id)
        }
    }
}

/// Checks digest, attributes and signature; answers the attributes.
fn check_signer(
    info: &SignerInfo,
    signer: &Certificate,
    kind: ObjectIdentifier,
    content: &[u8],
) -> Result<Vec<Attribute>, EvidenceError> {
    use EvidenceError::Signature;
    let hashing = hashing_of(&info.digest_alg.oid).ok_or(Signature("its digest is none of SHA-256, -384 and -512"))?;
    let attributes = info.signed_attrs.as_ref().ok_or(Signature("it has no signed attributes"))?;
    let stated: ObjectIdentifier = single(attributes.as_slice(), ID_CONTENT_TYPE)
        .and_then(|value| value.decode_as().ok())
        .ok_or(Signature("its attributes don't say what it signs"))?;
    if stated != kind {
        return Err(Signature("its attributes speak of something of another kind"));
    }
    let digest: OctetString = single(attributes.as_slice(), ID_MESSAGE_DIGEST)
        .and_then(|value| value.decode_as().ok())
        .ok_or(Signature("its attributes hold no digest"))?;
    if digest.as_bytes() != hash(hashing, content) {
        return Err(Signature("what it signs was changed"));
    }
    check_named_certificate(attributes.as_slice(), signer)?;
    // Signed as a SET, carried under another tag (RFC 5652 5.4).
    let signed = attributes.to_der().map_err(|_| Signature("its attributes can't be read"))?;
    let key = &signer.tbs_certificate.subject_public_key_info;
    if certificate::verify(key, &info.signature_algorithm, Some(hashing), &signed, info.signature.as_bytes())? {
        Ok(attributes.as_slice().to_vec())
    } else {
        Err(Signature("its signature is not by the key of its certificate"))
    }
}

/// The value of an attribute that is there once and has one value.
pub(crate) fn single(attributes: &[Attribute], oid: ObjectIdentifier) -> Option<&Any> {
    let mut found = attributes.iter().filter(|attribute| attribute.oid == oid);
    let attribute = found.next()?;
    match (found.next(), attribute.values.as_slice()) {
        (None, [value]) => Some(value),
        _ => None,
    }
}

/// The signed name of the certificate (RFC 5035), so that another one with the same key can't be put in its place.
/// Seals and timestamps always have it; the older form, over SHA-1, is passed by where the newer one stands.
fn check_named_certificate(attributes: &[Attribute], signer: &Certificate) -> Result<(), EvidenceError> {
    use EvidenceError::Signature;
    let der = signer.to_der().map_err(|_| Signature("its certificate can't be read"))?;
    let Some(value) = single(attributes, SIGNING_CERTIFICATE_V2) else {
        let old = attributes.iter().any(|attribute| attribute.oid == SIGNING_CERTIFICATE);
        return if old { Ok(()) } else { Err(Signature("it does not name the certificate that it was made with")) };
    };
    match named_certificate(value) {
        Some((hashing, named)) if named == hash(hashing, &der) => Ok(()),
        Some(_) => Err(Signature("it was made with another certificate than the one that stands in it")),
        None => Err(Signature("the name of its certificate can't be read")),
    }
}

/// Digest and algorithm of the first `ESSCertIDv2`.
fn named_certificate(value: &Any) -> Option<(Hashing, Vec<u8>)> {
    let list: Vec<Vec<Any>> = value.decode_as::<Vec<Any>>().ok().and_then(|outer| {
        let certificates = outer.first()?.decode_as::<Vec<Any>>().ok()?;
        Some(certificates.first()?.decode_as::<Vec<Any>>().into_iter().collect())
    })?;
    let parts = list.first()?;
    let hashing = match parts.first()? {
        algorithm if algorithm.tag() == der::Tag::Sequence => {
            let identifier: x509_cert::spki::AlgorithmIdentifierOwned = algorithm.decode_as().ok()?;
            hashing_of(&identifier.oid)?
        }
        _ => Hashing::Sha256,
    };
    let digest = parts.iter().find(|part| part.tag() == der::Tag::OctetString)?;
    Some((hashing, digest.value().to_vec()))
}

/// The digest that an identifier names.
pub(crate) fn hashing_of(oid: &ObjectIdentifier) -> Option<Hashing> {
    match *oid {
        ID_SHA_256 => Some(Hashing::Sha256),
        ID_SHA_384 => Some(Hashing::Sha384),
        ID_SHA_512 => Some(Hashing::Sha512),
        _ => None,
    }
}

/// The digest of `bytes`.
pub(crate) fn hash(hashing: Hashing, bytes: &[u8]) -> Vec<u8> {
    match hashing {
        Hashing::Sha256 => Sha256::digest(bytes).to_vec(),
        Hashing::Sha384 => Sha384::digest(bytes).to_vec(),
        Hashing::Sha512 => Sha512::digest(bytes).to_vec(),
    }
}
