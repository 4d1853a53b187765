//! Signed tree heads in the forms of C2SP: `tlog-checkpoint` inside `signed-note`, both v1.0.0.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

use crate::ledger::Hash;

/// Algorithm byte of Ed25519 in signed-note.
const ED25519: u8 = 1;
/// Lines of signatures that are looked at; the format asks for at least 16.
const SIGNATURES_MAX: usize = 64;

/// The tree at one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    /// The log's name, unique to this archive.
    pub origin: String,
    /// Entries in the tree.
    pub size: u64,
    /// The root over them.
    pub root: Hash,
}

/// A public key that signs notes under a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoteKey {
    /// The signer's name; for a log its origin.
    pub name: String,
    /// The Ed25519 public key.
    pub public: [u8; 32],
}

/// Why a note was not accepted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoteError {
    /// The text is not a signed note or its body not a checkpoint.
    #[error("not a signed checkpoint")]
    Malformed,
    /// No line is a signature by the key that was asked for.
    #[error("not signed by {0}")]
    NotSigned(String),
}

impl NoteKey {
    /// First four bytes of SHA-256 over name, line feed, algorithm and key (signed-note, "Signatures").
    fn id(&self) -> [u8; 4] {
        let mut hash = Sha256::new();
        hash.update(self.name.as_bytes());
        hash.update([b'\n', ED25519]);
        hash.update(self.public);
        let digest: Hash = hash.finalize().into();
        let [a, b, c, d, ..] = digest;
        [a, b, c, d]
    }

    /// The verifier key line that other tools take: `name+id+base64(algorithm and key)`.
    pub fn verifier_line(&self) -> String {
        let mut key = vec![ED25519];
        key.extend_from_slice(&self.public);
        let id = u32::from_be_bytes(self.id());
        format!("{}+{id:08x}+{}", self.name, STANDARD.encode(key))
    }
}

impl Checkpoint {
    /// The text that is signed: origin, size, root, each with a line feed.
    pub fn body(&self) -> String {
        format!("{}\n{}\n{}\n", self.origin, self.size, STANDARD.encode(self.root))
    }

    /// The whole note with one signature over [`Checkpoint::body`].
    pub fn note(&self, key: &NoteKey, signature: &[u8; 64]) -> String {
        let mut line = key.id().to_vec();
        line.extend_from_slice(signature);
        format!("{}\n\u{2014} {} {}\n", self.body(), key.name, STANDARD.encode(line))
    }

    /// Reads a note and checks that `key` signed it. `verify(public key, message, signature)` does the Ed25519.
    pub fn open(
        note: &str,
        key: &NoteKey,
        verify: impl Fn(&[u8; 32], &[u8], &[u8]) -> bool,
    ) -> Result<Self, NoteError> {
        let (body, signatures) = note.split_once("\n\n").ok_or(NoteError::Malformed)?;
        let body = format!("{body}\n");
        let checkpoint = Self::parse_body(&body).ok_or(NoteError::Malformed)?;
        let signed = signatures.lines().take(SIGNATURES_MAX).any(|line| {
            let Some((name, signature)) = line.strip_prefix("\u{2014} ").and_then(|rest| rest.split_once(' ')) else {
                return false;
            };
            let Ok(bytes) = STANDARD.decode(signature) else { return false };
            match bytes.split_first_chunk::<4>() {
                Some((id, signature)) => {
                    name == key.name && *id == key.id() && verify(&key.public, body.as_bytes(), signature)
                }
                None => false,
            }
        });
        if signed { Ok(checkpoint) } else { Err(NoteError::NotSigned(key.name.clone())) }
    }

    fn parse_body(body: &str) -> Option<Self> {
        let mut lines = body.lines();
        let origin = lines.next().filter(|line| !line.is_empty())?.to_owned();
        let digits = lines.next()?;
        let size: u64 = digits.parse().ok()?;
        if digits != size.to_string() {
            return None;
        }
        let root = STANDARD.decode(lines.next()?).ok()?.try_into().ok()?;
        Some(Self { origin, size, root })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key() -> NoteKey {
        NoteKey { name: "example.com/log".into(), public: [9; 32] }
    }

    #[test]
    fn a_note_opens_with_its_key_only() {
        let checkpoint = Checkpoint { origin: "example.com/log".into(), size: 7, root: [5; 32] };
        let note = checkpoint.note(&key(), &[1; 64]);
        let accept = |_: &[u8; 32], message: &[u8], signature: &[u8]| {
            message == checkpoint.body().as_bytes() && signature == [1; 64]
        };
        assert_eq!(Checkpoint::open(&note, &key(), accept), Ok(checkpoint.clone()));
        let other = NoteKey { public: [8; 32], ..key() };
        assert!(matches!(Checkpoint::open(&note, &other, accept), Err(NoteError::NotSigned(_))));
        assert_eq!(Checkpoint::open(&note.replace("\n7\n", "\n07\n"), &key(), accept), Err(NoteError::Malformed));
        assert_eq!(Checkpoint::open("x", &key(), accept), Err(NoteError::Malformed));
    }
}
