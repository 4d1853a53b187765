//! Ed25519: the ledger's signature.

use std::sync::Arc;

use ring::signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey};

use crate::error::KeyError;

/// Signs checkpoints. Cheap to clone.
#[derive(Clone)]
pub struct Signer {
    pair: Arc<Ed25519KeyPair>,
    public: [u8; 32],
}

impl Signer {
    /// The signer whose private key is `seed` (RFC 8032 5.1.5).
    pub fn from_seed(seed: &[u8; 32]) -> Result<Self, KeyError> {
        let pair = Ed25519KeyPair::from_seed_unchecked(seed).map_err(|_| KeyError::Malformed("signing key"))?;
        let public = pair.public_key().as_ref().try_into().map_err(|_| KeyError::Malformed("signing key"))?;
        Ok(Self { pair: Arc::new(pair), public })
    }

    /// The public key.
    pub fn public(&self) -> [u8; 32] {
        self.public
    }

    /// The signature over `message`.
    pub fn sign(&self, message: &[u8]) -> [u8; 64] {
        let mut bytes = [0; 64];
        for (to, from) in bytes.iter_mut().zip(self.pair.sign(message).as_ref()) {
            *to = *from;
        }
        bytes
    }
}

/// Whether `signature` over `message` is by `public`.
pub fn verify(public: &[u8; 32], message: &[u8], signature: &[u8]) -> bool {
    UnparsedPublicKey::new(&ED25519, public).verify(message, signature).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hex(text: &str) -> Vec<u8> {
        (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).expect("hex")).collect()
    }

    /// RFC 8032 7.1, test 2.
    #[test]
    fn signs_as_rfc_8032_says() {
        let seed = hex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb");
        let signer = Signer::from_seed(&seed.try_into().expect("32")).expect("a key");
        assert_eq!(signer.public().to_vec(), hex("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"));
        let signature = signer.sign(&[0x72]);
        assert_eq!(
            signature.to_vec(),
            hex(concat!(
                "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da",
                "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
            ))
        );
        assert!(verify(&signer.public(), &[0x72], &signature));
        assert!(!verify(&signer.public(), &[0x73], &signature));
        assert!(!verify(&signer.public(), &[0x72], &signature[..63]));
    }
}
