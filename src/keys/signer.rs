//! Ed25519: the ledger's signature.

/// Signs checkpoints. Cheap to clone.
#[derive(Clone)]
pub struct Signer {
    _stub: (),
}

impl Signer {
    /// The public key.
    pub fn public(&self) -> [u8; 32] {
        todo!()
    }
    /// The signature over `message`.
    pub fn sign(&self, message: &[u8]) -> [u8; 64] {
        let _ = message;
        todo!()
    }
}

/// Whether `signature` over `message` is by `public`.
pub fn verify(public: &[u8; 32], message: &[u8], signature: &[u8]) -> bool {
    let _ = (public, message, signature);
    todo!()
}
