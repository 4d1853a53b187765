//! What the ledger commits to: entries of salted digests, and the pinned rules by which an entry follows from stored bytes.
//!
//! An entry is canonical JSON (RFC 8785) that holds eight digests of disclosures (RFC 9901) in sorted order, an id and a type.
//! It says nothing of the content. The rules here are version 1 and frozen: a better parser may show a message
//! better, but it never changes an old entry. Golden files in `tests/data` hold them.

use std::borrow::Cow;

use aes::Aes128;
use aes::cipher::{Array, BlockCipherEncrypt, KeyInit};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use data_encoding::HEXLOWER;
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::facts::{Facts, facts};
use crate::ledger::{Hash, leaf_hash};
use crate::record::{Entry, EntryKind, Origin, Seed};
use crate::time::Timestamp;

/// Version of the entry's form and of the rules that fill it.
pub const ENTRY_VERSION: &str = "xinju-entry/1";
/// Every entry holds this many digests, real or decoy, so that their number says nothing.
pub const DIGESTS: usize = 8;

/// Numbers of the one-way function: 0 is the id, 1..=8 the salts, 128.. the decoys.
pub(crate) const ID_NUMBER: u8 = 0;
pub(crate) const CONVERSATION_NUMBER: u8 = 2;
const DECOY_NUMBER: u8 = 128;

/// A named value that can be shown and checked against the entry, or withheld.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Disclosure {
    /// The field's name.
    pub name: &'static str,
    /// base64url of the JSON array `[salt, name, value]`, as RFC 9901 4.2.1 writes it.
    pub encoded: String,
}

/// The one disclosure that is not known before the entry's place is.
pub(crate) const CONVERSATION: &str = "conversation";

impl Disclosure {
    pub(crate) fn new(salt: &[u8; 16], name: &'static str, value: &impl Serialize) -> Option<Self> {
        let json = serde_json::to_vec(&(URL_SAFE_NO_PAD.encode(salt), name, value)).ok()?;
        Some(Self { name, encoded: URL_SAFE_NO_PAD.encode(json) })
    }

    /// base64url of SHA-256 over the encoded form, as it stands in the entry.
    pub fn digest(&self) -> String {
        URL_SAFE_NO_PAD.encode(Sha256::digest(self.encoded.as_bytes()))
    }
}

/// AES-128 keyed by the seed over a number: cheap, one-way, and a shown salt tells nothing of the others.
pub(crate) struct Salts(Aes128);

impl Salts {
    pub(crate) fn new(seed: &Seed) -> Self {
        Self(Aes128::new(&Array::from(*seed)))
    }

    pub(crate) fn number(&self, number: u8) -> [u8; 16] {
        let mut block = [0; 16];
        if let Some(last) = block.last_mut() {
            *last = number;
        }
        let mut block = Array::from(block);
        self.0.encrypt_block(&mut block);
        block.into()
    }
}

/// The id of the entry that `seed` belongs to, in hexadecimal.
pub fn entry_id(seed: &Seed) -> String {
    HEXLOWER.encode(&Salts::new(seed).number(ID_NUMBER))
}

#[derive(Serialize)]
struct SourceValue<'a> {
    account: &'a str,
    channel: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    cursor: Option<String>,
    format: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    import: Option<String>,
    via: &'a str,
}

#[derive(Serialize)]
pub(crate) struct ConversationValue<'a> {
    pub(crate) id: Cow<'a, str>,
    pub(crate) kind: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) sequence: Option<u64>,
}

#[derive(Serialize)]
struct TimeValue {
    received_at: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    sent_at: Option<String>,
}

#[derive(Serialize)]
struct ContentValue<'a> {
    kind: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<&'a str>,
}

#[derive(Serialize)]
struct OriginalValue {
    sha256: String,
    size: u64,
}

#[derive(Serialize)]
struct EntryValue<'a> {
    _sd: &'a [String],
    _sd_alg: &'a str,
    rid: &'a str,
    typ: &'a str,
    v: &'a str,
}

/// The disclosures of an entry, in the order of their numbers. `read` are the facts of a record's original, where they are known already.
pub fn disclosures(entry: &Entry, read: Option<&Facts>) -> Vec<Disclosure> {
    let salts = Salts::new(&entry.seed);
    match &entry.origin {
        Some(origin) => {
            let own;
            let read = if let Some(read) = read {
                read
            } else {
                own = facts(origin.source.format, &origin.source.account, &entry.body);
                &own
            };
            record_disclosures(&salts, entry, origin, read)
        }
        None => event_disclosures(&salts, entry),
    }
}

fn record_disclosures(salts: &Salts, entry: &Entry, origin: &Origin, read: &Facts) -> Vec<Disclosure> {
    let mut all = Vec::with_capacity(DIGESTS);
    let source = SourceValue {
        account: &origin.source.account,
        channel: origin.source.channel.name(),
        cursor: origin.cursor.map(|cursor| cursor.to_string()),
        format: origin.source.format.name(),
        id: read.source_id.as_deref(),
        import: origin.source.import.map(|id| id.hex()),
        via: origin.source.via.name(),
    };
    all.extend(Disclosure::new(&salts.number(1), "source", &source));
    if let Some(conversation) = &read.conversation {
        let value = ConversationValue {
            id: conversation.id.hex().into(),
            kind: conversation.kind.name(),
            sequence: origin.sequence,
        };
        all.extend(Disclosure::new(&salts.number(CONVERSATION_NUMBER), CONVERSATION, &value));
    }
    if let Some(from) = &read.from {
        all.extend(Disclosure::new(&salts.number(3), "from", from));
    }
    if !read.to.is_empty() {
        all.extend(Disclosure::new(&salts.number(4), "to", &read.to));
    }
    let time =
        TimeValue { received_at: entry.at.to_string(), sent_at: read.sent_at.as_ref().map(Timestamp::to_string) };
    all.extend(Disclosure::new(&salts.number(5), "time", &time));
    if let Some(kind) = &read.kind {
        let value = ContentValue { kind, text: read.text.as_deref() };
        all.extend(Disclosure::new(&salts.number(6), "content", &value));
    }
    let original =
        OriginalValue { sha256: HEXLOWER.encode(&Sha256::digest(&entry.body)), size: entry.body.len() as u64 };
    all.extend(Disclosure::new(&salts.number(7), "original", &original));
    if let Some(refers_to) = &read.refers_to {
        all.extend(Disclosure::new(&salts.number(8), "refers_to", refers_to));
    }
    all
}

/// An event discloses its parts one by one, so that an auditor can show an act without showing who did it.
fn event_disclosures(salts: &Salts, entry: &Entry) -> Vec<Disclosure> {
    let event = crate::audit::Event::from_bytes(&entry.body).unwrap_or_default();
    let mut all = Vec::with_capacity(DIGESTS);
    all.extend(Disclosure::new(&salts.number(1), "action", &event.action));
    all.extend(Disclosure::new(&salts.number(2), "actor", &event.actor));
    all.extend(Disclosure::new(&salts.number(3), "object", &event.object));
    all.extend(Disclosure::new(&salts.number(4), "details", &event.details));
    all.extend(Disclosure::new(&salts.number(5), "at", &entry.at.to_string()));
    all.extend(Disclosure::new(&salts.number(6), "place", &event.place));
    let original =
        OriginalValue { sha256: HEXLOWER.encode(&Sha256::digest(&entry.body)), size: entry.body.len() as u64 };
    all.extend(Disclosure::new(&salts.number(7), "original", &original));
    all
}

/// Digests of nothing, that fill an entry up to [`DIGESTS`].
pub(crate) fn decoys(salts: &Salts) -> impl Iterator<Item = String> {
    (DECOY_NUMBER..=u8::MAX).map(|number| URL_SAFE_NO_PAD.encode(Sha256::digest(salts.number(number))))
}

/// The bytes that the ledger commits to, from the disclosures of the same entry.
pub fn entry_bytes(kind: EntryKind, seed: &Seed, disclosures: &[Disclosure]) -> Vec<u8> {
    let salts = Salts::new(seed);
    let mut digests: Vec<String> = disclosures.iter().map(Disclosure::digest).collect();
    let missing = DIGESTS.saturating_sub(digests.len());
    digests.extend(decoys(&salts).take(missing));
    digests.sort_unstable();
    let id = HEXLOWER.encode(&salts.number(ID_NUMBER));
    let value = EntryValue { _sd: &digests, _sd_alg: "sha-256", rid: &id, typ: kind.name(), v: ENTRY_VERSION };
    serde_json::to_vec(&value).unwrap_or_default()
}

/// The leaf of an entry: what `verify` computes again from stored bytes.
pub fn entry_leaf(entry: &Entry, read: Option<&Facts>) -> Hash {
    leaf_hash(&entry_bytes(entry.kind, &entry.seed, &disclosures(entry, read)))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::channel::Channel;
    use crate::record::{Format, Source, Via};

    fn sample() -> Entry {
        Entry {
            kind: EntryKind::Record,
            at: Timestamp(1_735_702_900_000),
            seed: [3; 16],
            origin: Some(Origin {
                source: Arc::new(Source {
                    channel: Channel::Wecom,
                    account: "corp".into(),
                    format: Format::WecomJson,
                    via: Via::Import,
                    import: None,
                }),
                cursor: Some(u64::MAX),
                sequence: Some(4),
            }),
            body: br#"{"msgid":"1_2_external","action":"send","from":"wm1","tolist":["Staff1"],"roomid":"","msgtime":1735702814753,"msgtype":"text","text":{"content":"\u4f60\u597d"}}"#.to_vec(),
        }
    }

    #[test]
    fn entry_has_eight_sorted_digests_and_no_content() {
        let entry = sample();
        let bytes = entry_bytes(entry.kind, &entry.seed, &disclosures(&entry, None));
        let value: serde_json::Value = serde_json::from_slice(&bytes).expect("json");
        let digests: Vec<&str> = value["_sd"].as_array().expect("array").iter().filter_map(|v| v.as_str()).collect();
        assert_eq!(digests.len(), DIGESTS);
        assert!(digests.is_sorted());
        assert_eq!(value["typ"], "record");
        assert_eq!(value["rid"].as_str().map(str::len), Some(32));
        assert!(!String::from_utf8_lossy(&bytes).contains("wm1"));
    }

    #[test]
    fn disclosures_say_what_the_original_says() {
        let shown: Vec<String> = disclosures(&sample(), None)
            .iter()
            .map(|d| String::from_utf8(URL_SAFE_NO_PAD.decode(&d.encoded).expect("base64")).expect("utf-8"))
            .collect();
        let names: Vec<&str> = disclosures(&sample(), None).iter().map(|d| d.name).collect();
        assert_eq!(names, ["source", "conversation", "from", "to", "time", "content", "original"]);
        assert!(shown.iter().any(|text| text.ends_with(r#""content",{"kind":"text","text":"你好"}]"#)), "{shown:?}");
        assert!(shown.iter().any(|text| text.contains("\"18446744073709551615\"")));
    }

    /// Frozen: the leaf of version 1 can never change under entries that exist.
    #[test]
    fn leaf_is_frozen() {
        assert_eq!(HEXLOWER.encode(&entry_leaf(&sample(), None)), GOLDEN_LEAF);
    }
    const GOLDEN_LEAF: &str = "f4359bf402c97d3ba2d18847d2999ed2b90176ff3d490caaf0a559e34821615b";
}
