//! A device for tests: it makes passkeys and signs, as well or as badly as it is told.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use p256::ecdsa::signature::Signer;
use p256::ecdsa::{Signature, SigningKey};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use xinju_model::id::UserId;

/// User present, user verified.
const PRESENT: u8 = 0x01;
const VERIFIED: u8 = 0x04;
/// The data of a new credential follows.
const ATTESTED: u8 = 0x40;

/// One passkey in a device.
pub(crate) struct Device {
    key: SigningKey,
    credential: Vec<u8>,
    pub(crate) user: UserId,
    /// The page that asks.
    pub(crate) origin: String,
    pub(crate) domain: String,
    /// Signatures so far; a device that counts none leaves it at 0.
    pub(crate) counter: u32,
    /// Whether it makes sure who uses it.
    pub(crate) verifies: bool,
}

fn text(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

impl Device {
    pub(crate) fn new(seed: u8, user: UserId) -> Self {
        Self {
            key: SigningKey::from_slice(&[seed; 32]).expect("a key"),
            credential: vec![seed; 32],
            user,
            origin: "https://archive.example.com".into(),
            domain: "archive.example.com".into(),
            counter: 0,
            verifies: true,
        }
    }

    fn client_data(&self, kind: &str, options: &str) -> Vec<u8> {
        let options: Value = serde_json::from_str(options).expect("JSON");
        let challenge = options["challenge"].as_str().expect("a challenge");
        let data = json!({"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": false});
        data.to_string().into_bytes()
    }

    fn data(&self, more: u8) -> Vec<u8> {
        let verified = if self.verifies { VERIFIED } else { 0 };
        let mut data = Sha256::digest(self.domain.as_bytes()).to_vec();
        data.push(PRESENT | verified | more);
        data.extend_from_slice(&self.counter.to_be_bytes());
        data
    }

    /// Makes the passkey that a page asks for.
    pub(crate) fn make(&self, options: &str) -> String {
        let client = self.client_data("webauthn.create", options);
        let point = self.key.verifying_key().to_encoded_point(false);
        let mut data = self.data(ATTESTED);
        data.extend_from_slice(&[0; 16]);
        data.extend_from_slice(&[0, 32]);
        data.extend_from_slice(&self.credential);
        data.extend_from_slice(&[0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20]);
        data.extend_from_slice(point.x().expect("x"));
        data.extend_from_slice(&[0x22, 0x58, 0x20]);
        data.extend_from_slice(point.y().expect("y"));
        let mut object = b"\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x58".to_vec();
        object.push(u8::try_from(data.len()).expect("short"));
        object.extend_from_slice(&data);
        json!({
            "id": text(&self.credential), "rawId": text(&self.credential), "type": "public-key", "clientExtensionResults": {},
            "response": {"clientDataJSON": text(client), "attestationObject": text(object), "transports": ["internal"]},
        })
        .to_string()
    }

    /// Signs what a page asks for.
    pub(crate) fn sign(&self, options: &str) -> String {
        let client = self.client_data("webauthn.get", options);
        let data = self.data(0);
        let signature: Signature = self.key.sign(&[data.as_slice(), Sha256::digest(&client).as_slice()].concat());
        json!({
            "id": text(&self.credential), "rawId": text(&self.credential), "type": "public-key", "clientExtensionResults": {},
            "response": {
                "clientDataJSON": text(client), "authenticatorData": text(data),
                "signature": text(signature.to_der()), "userHandle": text(self.user.0),
            },
        })
        .to_string()
    }
}
