//! AES-256-GCM over bytes that carry their own nonce.

use crate::error::KeyError;
use xinju_model::id::Random;

/// Bytes that sealing adds: nonce 12, tag 16.
pub const OVERHEAD: usize = 28;

/// One data key, ready to seal and open. Cheap to clone.
#[derive(Clone)]
pub struct Sealer {
    _stub: (),
}

impl Sealer {
    /// `nonce ‖ ciphertext ‖ tag`. `context` is authenticated, not stored: it binds the bytes to their place.
    pub fn seal(&self, context: &[u8], plain: &[u8], random: &dyn Random) -> Vec<u8> {
        let _ = (context, plain, random);
        todo!()
    }
    /// Opens [`Sealer::seal`].
    pub fn open(&self, context: &[u8], sealed: &[u8]) -> Result<Vec<u8>, KeyError> {
        let _ = (context, sealed);
        todo!()
    }
}
