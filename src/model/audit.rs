//! Events: who did or saw what, when, from where, about whom. Each is an entry of the ledger.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Who acted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Actor {
    /// The actor's id; empty for operator and system.
    pub id: String,
    /// `user`, `token`, `operator` (of the machine) or `system`.
    pub kind: String,
    /// The actor's name at that moment.
    pub name: String,
}

/// One act. Its canonical JSON is the body of its entry.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// What was done: `noun.verb`.
    pub action: String,
    /// By whom.
    pub actor: Actor,
    /// Further particulars, never content and never a secret.
    #[serde(default)]
    pub details: BTreeMap<String, String>,
    /// On what: the opaque id of the object, or empty.
    pub object: String,
    /// From where: network address or `local`.
    pub place: String,
}

impl Event {
    /// The canonical JSON (RFC 8785): members sorted, no spaces.
    pub fn to_bytes(&self) -> Vec<u8> {
        serde_json::to_vec(self).unwrap_or_default()
    }

    /// Reads [`Event::to_bytes`].
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        serde_json::from_slice(bytes).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_are_canonical_json() {
        let event = Event {
            action: "session.start".into(),
            actor: Actor { kind: "user".into(), id: "u1".into(), name: "李".into() },
            details: BTreeMap::from([("b".into(), "2".into()), ("a".into(), "1".into())]),
            object: String::new(),
            place: "127.0.0.1".into(),
        };
        let text = String::from_utf8(event.to_bytes()).expect("utf-8");
        assert_eq!(
            text,
            r#"{"action":"session.start","actor":{"id":"u1","kind":"user","name":"李"},"details":{"a":"1","b":"2"},"object":"","place":"127.0.0.1"}"#
        );
        assert_eq!(Event::from_bytes(text.as_bytes()), Some(event));
    }
}
