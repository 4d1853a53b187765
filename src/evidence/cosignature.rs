//! Signatures of witnesses over heads of a log (C2SP tlog-cosignature v1): that a head continues all that the witness has signed before,
//! and when.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};
use xinju_keys::signer;
use xinju_model::checkpoint::NoteKey;
use xinju_model::time::Timestamp;

use crate::error::EvidenceError;
use crate::log::key_fingerprint;

/// The algorithm byte of a timestamped Ed25519 cosignature in signed-note.
const ALGORITHM: u8 = 4;
/// Lines of an answer that are looked at.
const LINES_MAX: usize = 16;

/// A witness's key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WitnessKey {
    /// The witness's name.
    pub name: String,
    public: [u8; 32],
}

/// A signature that holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cosignature {
    /// The line as it may stand below the head's note, with its line feed.
    pub line: String,
    /// The moment, by the witness's clock.
    pub at: Timestamp,
}

fn fault(words: &'static str) -> EvidenceError {
    EvidenceError::Signature(words)
}

impl WitnessKey {
    /// What people compare: SHA-256 over the key as `SubjectPublicKeyInfo`, as for the key of a log.
    pub fn fingerprint(&self) -> String {
        key_fingerprint(&NoteKey { name: self.name.clone(), public: self.public })
    }

    fn id(&self) -> [u8; 4] {
        let mut hash = Sha256::new();
        hash.update(self.name.as_bytes());
        hash.update([b'\n', ALGORITHM]);
        hash.update(self.public);
        let digest: [u8; 32] = hash.finalize().into();
        let [a, b, c, d, ..] = digest;
        [a, b, c, d]
    }
}

impl Cosignature {
    /// Reads a verifier key line `name+id+key`; the id has to be that of name and key.
    pub fn key(line: &str) -> Result<WitnessKey, EvidenceError> {
        let unreadable = || fault("the witness's key line does not read");
        let mut parts = line.trim().splitn(3, '+');
        let (name, id, key) = (parts.next(), parts.next(), parts.next());
        let name = name.filter(|name| !name.is_empty() && !name.contains(char::is_whitespace));
        let key = key.and_then(|key| STANDARD.decode(key).ok()).ok_or_else(unreadable)?;
        let Some((&ALGORITHM, public)) = key.split_first() else {
            return Err(fault("the witness's key line is not of a key for cosignatures"));
        };
        let public = public.try_into().map_err(|_| unreadable())?;
        let key = WitnessKey { name: name.ok_or_else(unreadable)?.to_owned(), public };
        let written = format!("{:08x}", u32::from_be_bytes(key.id()));
        if id == Some(written.as_str()) { Ok(key) } else { Err(unreadable()) }
    }

    /// Finds a witness's signature over a head in its answer.
    pub fn find(answer: &[u8], key: &WitnessKey, note: &str) -> Result<Self, EvidenceError> {
        let (body, _) = note.split_once("\n\n").ok_or(fault("the head is no note"))?;
        let answer = std::str::from_utf8(answer).map_err(|_| fault("the witness's answer is no text"))?;
        let begins = format!("\u{2014} {} ", key.name);
        for line in answer.lines().take(LINES_MAX) {
            let Some(encoded) = line.strip_prefix(&begins) else { continue };
            let bytes = STANDARD.decode(encoded).unwrap_or_default();
            let Some((id, rest)) = bytes.split_first_chunk::<4>() else { continue };
            let Some((seconds, signature)) = rest.split_first_chunk::<8>() else { continue };
            if *id != key.id() {
                continue;
            }
            let seconds = u64::from_be_bytes(*seconds);
            let message = format!("cosignature/v1\ntime {seconds}\n{body}\n");
            if !signer::verify(&key.public, message.as_bytes(), signature) {
                return Err(fault("the witness's signature does not hold over this head"));
            }
            let millis = i64::try_from(seconds).unwrap_or(i64::MAX).saturating_mul(1_000);
            return Ok(Self { line: format!("{line}\n"), at: Timestamp(millis) });
        }
        Err(fault("the witness's answer holds no signature by its key"))
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use ring::rand::SystemRandom;
    use ring::signature::{Ed25519KeyPair, KeyPair};

    use super::*;

    const NOTE: &str = "xinju/log\n7\nAAAA\n\n\u{2014} xinju/log c2ln\n";

    /// A witness, and its verifier key line.
    pub(crate) struct TestWitness {
        pair: Ed25519KeyPair,
        pub(crate) key: WitnessKey,
        pub(crate) line: String,
    }

    impl TestWitness {
        pub(crate) fn new() -> Self {
            let pair =
                Ed25519KeyPair::from_pkcs8(Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).unwrap().as_ref());
            let pair = pair.unwrap();
            let public: [u8; 32] = pair.public_key().as_ref().try_into().unwrap();
            let key = WitnessKey { name: "witness.example/w1".into(), public };
            let line = format!(
                "{}+{:08x}+{}",
                key.name,
                u32::from_be_bytes(key.id()),
                STANDARD.encode([&[ALGORITHM][..], &public].concat())
            );
            Self { pair, key, line }
        }

        /// Its line below a head.
        pub(crate) fn sign(&self, seconds: u64, body: &str) -> String {
            let signature = self.pair.sign(format!("cosignature/v1\ntime {seconds}\n{body}").as_bytes());
            let bytes = [&self.key.id()[..], &seconds.to_be_bytes(), signature.as_ref()].concat();
            format!("\u{2014} {} {}\n", self.key.name, STANDARD.encode(bytes))
        }
    }

    #[test]
    fn a_signature_holds_over_its_head_and_moment_only() {
        let witness = TestWitness::new();
        let key = Cosignature::key(&witness.line).unwrap();
        assert_eq!(key, witness.key);
        let answer = format!("\u{2014} other AAAA\n{}", witness.sign(1_790_000_000, "xinju/log\n7\nAAAA\n"));
        let found = Cosignature::find(answer.as_bytes(), &key, NOTE).unwrap();
        assert_eq!(found.at, Timestamp(1_790_000_000_000));
        assert!(answer.ends_with(&found.line));
        let refused = |answer: &str, note: &str| Cosignature::find(answer.as_bytes(), &key, note).unwrap_err();
        assert!(refused(&answer, &NOTE.replace('7', "8")).to_string().contains("does not hold"));
        assert!(refused("", NOTE).to_string().contains("no signature"));
        let forged = TestWitness { key: key.clone(), ..TestWitness::new() }.sign(1, "xinju/log\n7\nAAAA\n");
        assert!(refused(&forged, NOTE).to_string().contains("does not hold"));
    }

    #[test]
    fn key_lines_that_are_none_are_refused() {
        let TestWitness { line, .. } = TestWitness::new();
        let bad = [
            String::new(),
            "a+b".into(),
            line.replace("w1", "w2"),
            line.replacen("+BG", "+AG", 1),
            format!("x y{line}"),
        ];
        for line in bad.iter().filter(|bad| **bad != line) {
            assert!(Cosignature::key(line).is_err(), "{line}");
        }
    }
}
