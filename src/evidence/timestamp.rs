//! Timestamps of outside authorities (RFC 3161): asking for one, and checking one, when it comes and years later.
//!
//! The bytes that go over the wire are made and read here; the wire is not.

use cms::content_info::ContentInfo;
use const_oid::db::rfc5912::ID_SHA_256;
use der::asn1::{Int, ObjectIdentifier, OctetString, Uint};
use der::{Any, Decode, Encode, Sequence, Tag, Tagged};
use sm3::{Digest, Sm3};
use x509_cert::Certificate;
use x509_cert::ext::pkix::ExtendedKeyUsage;
use x509_cert::spki::AlgorithmIdentifierOwned;
use xinju_model::time::Timestamp;

use crate::certificate::{self, Hashing};
use crate::error::EvidenceError;
use crate::signed::{self, hash, hashing_of};

/// id-ct-TSTInfo.
const TST_INFO: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.16.1.4");
/// id-kp-timeStamping.
const TIME_STAMPING: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.3.8");
/// SM3 (GM/T 0006).
const SM3: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.156.10197.1.401");
/// Largest answer of an authority, in bytes: a token with its chain has about 6,000.
pub const RESPONSE_BYTES_MAX: usize = 256 * 1024;

#[derive(Clone, Debug, PartialEq, Eq, Sequence)]
struct Imprint {
    algorithm: AlgorithmIdentifierOwned,
    digest: OctetString,
}

#[derive(Sequence)]
struct Request {
    version: u8,
    imprint: Imprint,
    policy: Option<ObjectIdentifier>,
    nonce: Uint,
    certificates: bool,
}

/// A question to an authority, and what its answer has to fit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimestampRequest {
    /// The question, DER: the body of a POST of type `application/timestamp-query`.
    pub body: Vec<u8>,
    nonce: [u8; 8],
    policy: Option<ObjectIdentifier>,
}

impl TimestampRequest {
    /// Asks for a timestamp over SHA-256 of `data`; `nonce` is random and never used twice.
    pub fn new(data: &[u8], nonce: [u8; 8]) -> Result<Self, EvidenceError> {
        Self::under(data, nonce, "")
    }

    /// As [`TimestampRequest::new`], under a policy of the authority; any, where it is empty.
    pub fn under(data: &[u8], nonce: [u8; 8], policy: &str) -> Result<Self, EvidenceError> {
        let policy = Some(policy).filter(|policy| !policy.is_empty()).map(ObjectIdentifier::new).transpose();
        let policy = policy.map_err(|_| fault("the policy that was to be asked for is no object identifier"))?;
        let unwritable = |_| EvidenceError::Timestamp("the question can't be written".into());
        let digest = OctetString::new(hash(Hashing::Sha256, data)).map_err(unwritable)?;
        let request = Request {
            version: 1,
            imprint: Imprint { algorithm: AlgorithmIdentifierOwned { oid: ID_SHA_256, parameters: None }, digest },
            policy,
            nonce: Uint::new(&nonce).map_err(unwritable)?,
            certificates: true,
        };
        Ok(Self { body: request.to_der().map_err(unwritable)?, nonce, policy })
    }

    /// Checks an answer: granted, for this data, with this nonce, under the policy, signed as [`verify`] wants it.
    pub fn check(&self, response: &[u8], data: &[u8]) -> Result<Stamped, EvidenceError> {
        self.check_under(response, data, "")
    }

    /// As [`TimestampRequest::check`], and that its chain leads to one of `roots` (PEM); anywhere, where that is empty.
    pub fn check_under(&self, response: &[u8], data: &[u8], roots: &str) -> Result<Stamped, EvidenceError> {
        let stamped = verify_under(response, data, &read_roots(roots)?)?;
        if let Some(policy) = self.policy
            && stamped.policy != policy.to_string()
        {
            return Err(EvidenceError::Timestamp(format!("it is made under another policy ({})", stamped.policy)));
        }
        let asked = Uint::new(&self.nonce).map(|nonce| nonce.as_bytes().to_vec()).unwrap_or_default();
        match &stamped.nonce {
            Some(nonce) if *nonce == asked => Ok(stamped),
            Some(_) => Err(EvidenceError::Timestamp("its nonce is another: it answers another question".into())),
            None => Err(EvidenceError::Timestamp("it has no nonce: it may be an old answer".into())),
        }
    }
}

/// A timestamp that holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stamped {
    /// The moment, by the authority's clock.
    pub at: Timestamp,
    /// The authority's policy.
    pub policy: String,
    /// The name in its certificate.
    pub subject: String,
    /// Fingerprints of its certificate and those above, as far as they came with it.
    pub fingerprints: Vec<String>,
    /// Whether the chain ends in a root that came with it.
    pub complete: bool,
    /// The nonce without leading zeros.
    nonce: Option<Vec<u8>>,
}

/// Checks an answer (`TimeStampResp`) over `data`: status, imprint, signature, that the certificate is one for timestamps and was
/// valid at the moment, and its chain.
pub fn verify(response: &[u8], data: &[u8]) -> Result<Stamped, EvidenceError> {
    verify_under(response, data, &[])
}

/// The certificates of a PEM text; none where it is empty.
fn read_roots(pem: &str) -> Result<Vec<Certificate>, EvidenceError> {
    if pem.trim().is_empty() {
        return Ok(Vec::new());
    }
    certificate::read_pem(pem.as_bytes())?.iter().map(|der| certificate::parse(der)).collect()
}

/// Whether certificates can be the roots of an authority.
pub fn check_roots(pem: &str) -> Result<(), EvidenceError> {
    read_roots(pem).map(|_| ())
}

fn verify_under(response: &[u8], data: &[u8], roots: &[Certificate]) -> Result<Stamped, EvidenceError> {
    if response.len() > RESPONSE_BYTES_MAX {
        return Err(EvidenceError::Timestamp("the answer is larger than any timestamp".into()));
    }
    let token = granted(response)?;
    let signed = signed::open(&token, TST_INFO, None)?;
    let info = info(&signed.content).ok_or_else(|| fault("what is signed is not what a timestamp signs"))?;
    check_imprint(&info.imprint, data)?;
    let usage = signed.signer.tbs_certificate.get::<ExtendedKeyUsage>();
    if !matches!(usage, Ok(Some((true, ExtendedKeyUsage(purposes)))) if purposes == [TIME_STAMPING]) {
        return Err(fault("its certificate is not one for timestamps alone"));
    }
    // Many authorities leave the root out; where it is known, it closes the chain, and nothing that came along takes its place.
    let others: Vec<Certificate> = roots.iter().chain(&signed.certificates).cloned().collect();
    let chain = certificate::chain(&signed.signer, &others)?;
    if !roots.is_empty() && !chain.iter().any(|certificate| roots.contains(certificate)) {
        return Err(fault("its chain leads to none of the root certificates that are set for the authority"));
    }
    if !chain.iter().all(|certificate| certificate::is_valid_at(certificate, info.at)) {
        return Err(fault("a certificate was not valid at the moment that it states"));
    }
    Ok(Stamped {
        at: info.at,
        policy: info.policy.to_string(),
        subject: certificate::subject(&signed.signer),
        fingerprints: chain.iter().map(certificate::fingerprint).collect(),
        complete: chain.last().is_some_and(certificate::is_self_issued),
        nonce: info.nonce,
    })
}

fn fault(words: &str) -> EvidenceError {
    EvidenceError::Timestamp(words.to_owned())
}

/// The token of an answer whose status is granted (RFC 3161 2.4.2).
fn granted(response: &[u8]) -> Result<Vec<u8>, EvidenceError> {
    let parts = Vec::<Any>::from_der(response).map_err(|_| fault("the answer is no timestamp"))?;
    let status: Vec<Any> =
        parts.first().and_then(|status| status.decode_as().ok()).ok_or_else(|| fault("the answer has no status"))?;
    let code: u8 =
        status.first().and_then(|code| code.decode_as().ok()).ok_or_else(|| fault("the answer has no status"))?;
    if code > 1 {
        let text = status.get(1).map(words).unwrap_or_default();
        return Err(EvidenceError::Timestamp(
            format!("the authority refused (status {code}) {text}").trim_end().to_owned(),
        ));
    }
    let token: ContentInfo =
        parts.get(1).and_then(|token| token.decode_as().ok()).ok_or_else(|| fault("the answer holds no token"))?;
    token.to_der().map_err(|_| fault("the answer holds no token"))
}

/// The authority's words (`PKIFreeText`), short and without control characters.
fn words(free_text: &Any) -> String {
    let parts: Vec<Any> = free_text.decode_as().unwrap_or_default();
    let text: Vec<String> = parts.iter().map(|part| String::from_utf8_lossy(part.value()).into_owned()).collect();
    text.join(" ").chars().filter(|letter| !letter.is_control()).take(200).collect()
}

/// What a timestamp says (`TSTInfo`), as far as it is used.
struct Info {
    policy: ObjectIdentifier,
    imprint: Imprint,
    at: Timestamp,
    nonce: Option<Vec<u8>>,
}

fn info(der: &[u8]) -> Option<Info> {
    let parts = Vec::<Any>::from_der(der).ok()?;
    let [_version, policy, imprint, _serial, time, rest @ ..] = parts.as_slice() else { return None };
    if time.tag() != Tag::GeneralizedTime {
        return None;
    }
    let nonce = rest.iter().find(|part| part.tag() == Tag::Integer);
    let nonce = nonce.and_then(|nonce| nonce.decode_as::<Int>().ok()).map(|nonce| trimmed(nonce.as_bytes()));
    Some(Info {
        policy: policy.decode_as().ok()?,
        imprint: imprint.decode_as().ok()?,
        at: generalized_time(time.value())?,
        nonce,
    })
}

fn trimmed(bytes: &[u8]) -> Vec<u8> {
    bytes.iter().copied().skip_while(|byte| *byte == 0).collect()
}

/// `YYYYMMDDhhmmss[.f]Z`: unlike in certificates, fractions of a second are allowed (RFC 3161 2.4.2).
fn generalized_time(bytes: &[u8]) -> Option<Timestamp> {
    let text = std::str::from_utf8(bytes).ok()?.strip_suffix('Z')?;
    let (whole, fraction) = text.split_once('.').map_or((text, ""), |(whole, fraction)| (whole, fraction));
    if whole.len() != 14 || !whole.bytes().chain(fraction.bytes()).all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    let part = |from: usize, to: usize| whole.get(from..to);
    let (year, month, day) = (part(0, 4)?, part(4, 6)?, part(6, 8)?);
    let (hour, minute, second) = (part(8, 10)?, part(10, 12)?, part(12, 14)?);
    let fraction = format!("{fraction:0<3}").chars().take(3).collect::<String>();
    Timestamp::parse(&format!("{year}-{month}-{day}T{hour}:{minute}:{second}.{fraction}Z")).ok()
}

fn check_imprint(imprint: &Imprint, data: &[u8]) -> Result<(), EvidenceError> {
    let digest = match hashing_of(&imprint.algorithm.oid) {
        Some(hashing) => hash(hashing, data),
        None if imprint.algorithm.oid == SM3 => Sm3::digest(data).to_vec(),
        None => return Err(fault("its digest is none of SHA-256, -384, -512 and SM3")),
    };
    if imprint.digest.as_bytes() == digest {
        Ok(())
    } else {
        Err(fault("it is over something else, or that was changed"))
    }
}
