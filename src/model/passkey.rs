//! Passkeys: keys of WebAuthn that stay in somebody's device, which asks for a finger, a face or a PIN before it uses one.

use serde::{Deserialize, Serialize};

use crate::id::{PasskeyId, UserId, derived};
use crate::time::Timestamp;

/// What is kept of a passkey; none of it is secret, and none of it lets anybody in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Passkey {
    /// Its id here, which follows from `credential`.
    pub id: PasskeyId,
    /// Whose.
    pub user: UserId,
    /// What the owner calls it.
    pub name: String,
    /// Its id in the device, at most 1,023 bytes.
    pub credential: Vec<u8>,
    /// The public key and what else was told when it was made, as the library that checks signatures writes it.
    pub key: Vec<u8>,
    /// What changes with use: whether it is backed up, and the counter of its signatures.
    pub state: [u8; 7],
    /// Since when.
    pub created_at: Timestamp,
    /// When it last opened something.
    pub used_at: Option<Timestamp>,
}

impl Passkey {
    /// The id of the passkey that a device calls `credential`.
    pub fn id_of(credential: &[u8]) -> PasskeyId {
        PasskeyId(derived("xinju-passkey/1", &[credential]))
    }
}
