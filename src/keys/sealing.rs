//! AES-256-GCM (NIST SP 800-38D) in two forms: single pieces that carry a random nonce, and the numbered chunks of a stream under a key of its own.

use std::sync::Arc;

use ring::aead::{AES_256_GCM, Aad, LessSafeKey, MAX_TAG_LEN, NONCE_LEN, Nonce, UnboundKey};
use ring::hkdf::{HKDF_SHA256, KeyType, Salt};
use xinju_model::id::Random;
use zeroize::Zeroizing;

use crate::error::KeyError;

/// Bytes that sealing adds: nonce 12, tag 16.
pub const OVERHEAD: usize = NONCE_LEN + MAX_TAG_LEN;
/// Bytes that sealing a chunk of a stream adds: the tag. The nonce follows from the chunk's place.
pub const CHUNK_OVERHEAD: usize = MAX_TAG_LEN;

fn cipher(key: &[u8; 32]) -> Result<LessSafeKey, KeyError> {
    UnboundKey::new(&AES_256_GCM, key).map(LessSafeKey::new).map_err(|_| KeyError::Malformed("data key"))
}

/// One data key, ready to seal and open. Cheap to clone.
///
/// Nonces are random, so that one key should seal no more than 2^32 pieces (SP 800-38D 8.3). Where more may come, as for database pages, the work is spread over keys of
/// [`derive()`].
#[derive(Clone)]
pub struct Sealer {
    key: Arc<LessSafeKey>,
}

impl Sealer {
    /// The sealer of a key.
    pub fn new(key: &[u8; 32]) -> Result<Self, KeyError> {
        Ok(Self { key: Arc::new(cipher(key)?) })
    }

    /// `nonce ‖ ciphertext ‖ tag`. `context` is authenticated, not stored: it binds the bytes to their place.
    pub fn seal(&self, context: &[u8], plain: &[u8], random: &dyn Random) -> Vec<u8> {
        let mut out = Vec::with_capacity(plain.len() + OVERHEAD);
        self.seal_onto(context, plain, random, &mut out);
        out
    }

    /// As [`Sealer::seal`], behind what `out` holds already.
    #[allow(clippy::expect_used, reason = "AES-GCM refuses only more than 64 GiB at once, which no caller can hold")]
    pub fn seal_onto(&self, context: &[u8], plain: &[u8], random: &dyn Random, out: &mut Vec<u8>) {
        let mut nonce = [0; NONCE_LEN];
        random.fill(&mut nonce);
        out.extend_from_slice(&nonce);
        let start = out.len();
        out.extend_from_slice(plain);
        let (_, body) = out.split_at_mut(start);
        let nonce = Nonce::assume_unique_for_key(nonce);
        let tag = self.key.seal_in_place_separate_tag(nonce, Aad::from(context), body);
        out.extend_from_slice(tag.expect("a piece is below 64 GiB").as_ref());
    }

    /// Opens [`Sealer::seal`].
    pub fn open(&self, context: &[u8], sealed: &[u8]) -> Result<Vec<u8>, KeyError> {
        let mut bytes = sealed.to_vec();
        let length = self.open_in_place(context, &mut bytes)?.len();
        bytes.copy_within(NONCE_LEN..NONCE_LEN + length, 0);
        bytes.truncate(length);
        Ok(bytes)
    }

    /// Opens [`Sealer::seal`] where it stands; the plain bytes are a part of `sealed`.
    pub fn open_in_place<'a>(&self, context: &[u8], sealed: &'a mut [u8]) -> Result<&'a mut [u8], KeyError> {
        let (nonce, body) = sealed.split_at_mut_checked(NONCE_LEN).ok_or(KeyError::Sealed)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| KeyError::Sealed)?;
        self.key.open_in_place(nonce, Aad::from(context), body).map_err(|_| KeyError::Sealed)
    }
}

/// Seals the chunks of one stream under a key that seals nothing else. A chunk's nonce is its number and whether it is the last,
/// so that chunks can't be swapped, left out or cut off (the STREAM construction of Hoang, Reyhanitabar, Rogaway and Vizár, 2015).
pub struct StreamSealer {
    key: LessSafeKey,
}

impl StreamSealer {
    /// The sealer of a stream's own key. The same key must never be used for a second stream.
    pub fn new(key: &[u8; 32]) -> Result<Self, KeyError> {
        Ok(Self { key: cipher(key)? })
    }

    fn nonce(number: u64, last: bool) -> Nonce {
        let mut nonce = [0; NONCE_LEN];
        for (to, from) in nonce.iter_mut().zip(number.to_be_bytes()) {
            *to = from;
        }
        if let Some(flag) = nonce.last_mut() {
            *flag = u8::from(last);
        }
        Nonce::assume_unique_for_key(nonce)
    }

    /// Seals chunk `number` in place; the tag is put behind it.
    pub fn seal(&self, number: u64, last: bool, chunk: &mut Vec<u8>) -> Result<(), KeyError> {
        self.key.seal_in_place_append_tag(Self::nonce(number, last), Aad::empty(), chunk).map_err(|_| KeyError::Sealed)
    }

    /// Opens chunk `number` in place.
    pub fn open<'a>(&self, number: u64, last: bool, chunk: &'a mut [u8]) -> Result<&'a mut [u8], KeyError> {
        self.key.open_in_place(Self::nonce(number, last), Aad::empty(), chunk).map_err(|_| KeyError::Sealed)
    }
}

/// HMAC-SHA256 (RFC 2104) over `message`.
pub fn hmac_sha256(key: &[u8], message: &[u8]) -> [u8; 32] {
    let tag = ring::hmac::sign(&ring::hmac::Key::new(ring::hmac::HMAC_SHA256, key), message);
    let mut out = [0; 32];
    for (to, from) in out.iter_mut().zip(tag.as_ref()) {
        *to = *from;
    }
    out
}

struct KeyLength;

impl KeyType for KeyLength {
    fn len(&self) -> usize {
        32
    }
}

/// A key that follows from `key` and the words that say what it is for (HKDF-SHA256, RFC 5869). It tells nothing of `key`.
pub fn derive(key: &[u8; 32], purpose: &[&[u8]]) -> Result<Zeroizing<[u8; 32]>, KeyError> {
    let mut out = Zeroizing::new([0; 32]);
    Salt::new(HKDF_SHA256, b"xinju-derive/1")
        .extract(key)
        .expand(purpose, KeyLength)
        .and_then(|okm| okm.fill(out.as_mut()))
        .map_err(|_| KeyError::Malformed("data key"))?;
    Ok(out)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::random::SystemRandom;

    fn sealer(byte: u8) -> Sealer {
        Sealer::new(&[byte; 32]).expect("a key")
    }

    /// RFC 4231, test case 2.
    #[test]
    fn a_keyed_hash_is_that_of_the_standard() {
        let tag = hmac_sha256(b"Jefe", b"what do ya want for nothing?");
        assert_eq!(tag[..4], [0x5b, 0xdc, 0xc1, 0x46]);
    }

    proptest! {
        #[test]
        fn pieces_open_only_as_they_were_sealed(plain: Vec<u8>, context: Vec<u8>, at: usize, bit in 0_u8..8) {
            let sealed = sealer(1).seal(&context, &plain, &SystemRandom);
            prop_assert_eq!(sealed.len(), plain.len() + OVERHEAD);
            prop_assert_eq!(sealer(1).open(&context, &sealed).expect("opens"), plain);
            prop_assert!(sealer(2).open(&context, &sealed).is_err());
            let mut other = context.clone();
            other.push(0);
            prop_assert!(sealer(1).open(&other, &sealed).is_err());
            let mut bent = sealed.clone();
            let at = at % bent.len();
            bent[at] ^= 1 << bit;
            prop_assert!(sealer(1).open(&context, &bent).is_err());
            prop_assert!(sealer(1).open(&context, &sealed[..at]).is_err());
        }
    }

    #[test]
    fn chunks_open_only_in_their_place() {
        let stream = StreamSealer::new(&[1; 32]).expect("a key");
        let mut sealed = b"chunk".to_vec();
        stream.seal(3, false, &mut sealed).expect("seals");
        assert_eq!(sealed.len(), 5 + CHUNK_OVERHEAD);
        assert!(stream.open(2, false, &mut sealed.clone()).is_err());
        assert!(stream.open(3, true, &mut sealed.clone()).is_err());
        assert!(stream.open(3, false, &mut []).is_err());
        assert_eq!(stream.open(3, false, &mut sealed).expect("opens"), b"chunk");
    }

    #[test]
    fn derived_keys_differ_by_purpose() {
        let one = derive(&[1; 32], &[b"a", &1_u32.to_be_bytes()]).expect("a key");
        let two = derive(&[1; 32], &[b"a", &2_u32.to_be_bytes()]).expect("a key");
        assert_ne!(one, two);
        assert_ne!(*one, [1; 32]);
        assert_eq!(one, derive(&[1; 32], &[b"a", &1_u32.to_be_bytes()]).expect("a key"));
    }
}
