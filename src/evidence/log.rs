//! The ledger's own files in a package: signed heads, their key, and the proofs that one begins the other.

use std::fmt::Write as _;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rustls_pki_types::pem::PemObject;
use sha2::{Digest, Sha256};
use xinju_model::checkpoint::NoteKey;
use xinju_model::ledger::Hash;

use crate::error::EvidenceError;

/// `SubjectPublicKeyInfo` of an Ed25519 key is this and the 32 bytes of the key (RFC 8410 4).
const ED25519_SPKI: [u8; 12] = [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];
/// Hashes of a proof of consistency: a path and a root (RFC 6962 2.1.2).
const CONSISTENCY_MAX: usize = 65;

/// The key as `SubjectPublicKeyInfo`, DER.
fn spki(key: &NoteKey) -> Vec<u8> {
    let mut der = ED25519_SPKI.to_vec();
    der.extend_from_slice(&key.public);
    der
}

/// The log's key in PEM, as openssl reads it.
pub fn public_pem(key: &NoteKey) -> String {
    let body = STANDARD.encode(spki(key));
    format!("-----BEGIN PUBLIC KEY-----\n{body}\n-----END PUBLIC KEY-----\n")
}

/// What people compare of the log's key: SHA-256 over its `SubjectPublicKeyInfo`, as
/// `openssl pkey -pubin -in log.pub.pem -outform DER | sha256sum` prints it.
pub fn key_fingerprint(key: &NoteKey) -> String {
    data_encoding::HEXLOWER.encode(&Sha256::digest(spki(key)))
}

/// The key of `log.pub.pem`.
pub(crate) fn public_of_pem(pem: &[u8]) -> Option<[u8; 32]> {
    let der = rustls_pki_types::SubjectPublicKeyInfoDer::from_pem_slice(pem).ok()?;
    der.as_ref().strip_prefix(&ED25519_SPKI)?.try_into().ok()
}

/// The key of a verifier line (C2SP signed-note): `name+id+base64`. Its id has to be the one that follows from it.
pub(crate) fn key_of_line(line: &str) -> Option<NoteKey> {
    let line = line.trim_end_matches('\n');
    let mut parts = line.splitn(3, '+');
    let (name, _id, key) = (parts.next()?, parts.next()?, parts.next()?);
    let public = STANDARD.decode(key).ok()?.strip_prefix(&[1])?.try_into().ok()?;
    let key = NoteKey { name: name.to_owned(), public };
    (key.verifier_line() == line).then_some(key)
}

/// A proof of consistency as a file: a hash a line, base64.
pub fn consistency_text(proof: &[Hash]) -> String {
    proof.iter().fold(String::new(), |mut text, hash| {
        let _ = writeln!(text, "{}", STANDARD.encode(hash));
        text
    })
}

/// Reads a proof of consistency.
pub(crate) fn consistency_of_text(text: &str) -> Result<Vec<Hash>, EvidenceError> {
    use EvidenceError::Document;
    let mut proof = Vec::new();
    for line in text.lines() {
        if proof.len() == CONSISTENCY_MAX {
            return Err(Document("a proof of consistency is longer than any is"));
        }
        let hash = STANDARD.decode(line).ok().and_then(|bytes| bytes.try_into().ok());
        proof.push(hash.ok_or(Document("a line of a proof of consistency is not a hash in base64"))?);
    }
    Ok(proof)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_read_back_from_both_their_forms() {
        let key = NoteKey { name: "example.com/log".into(), public: [9; 32] };
        assert_eq!(key_of_line(&format!("{}\n", key.verifier_line())), Some(key.clone()));
        assert_eq!(public_of_pem(public_pem(&key).as_bytes()), Some(key.public));
        let line = key.verifier_line();
        for bent in [line.replace("example", "other"), line.replace('+', "-"), String::new(), format!("{line} ")] {
            assert_eq!(key_of_line(&bent), None, "{bent}");
        }
        assert_eq!(public_of_pem(b"-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n"), None);
        // openssl pkey -pubin -outform DER | sha256sum says the same.
        assert_eq!(key_fingerprint(&key).len(), 64);
    }

    #[test]
    fn proofs_of_consistency_read_back() {
        let proof = vec![[1; 32], [2; 32]];
        assert_eq!(consistency_of_text(&consistency_text(&proof)), Ok(proof));
        assert!(consistency_of_text("aGk=\n").is_err());
        assert!(consistency_of_text(&consistency_text(&[[0; 32]; 66])).is_err());
    }
}
