//! What the ledger commits to: entries of salted digests, and the pinned rules by which an entry follows from stored bytes.
//!
//! An entry is canonical JSON (RFC 8785) that holds eight digests of disclosures (RFC 9901) in sorted order, an id and a type.
//! It says nothing of the content. The rules here are version 1 and frozen: a better parser may show a message
//! better, but it never changes an old entry. Golden files in `tests/data` hold them.

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
    /// base64url of SHA-256 over the encoded form, as it stands in the entry.
    pub fn digest(&self) -> String {
        String::from_utf8_lossy(&digest_of(&self.encoded)).into_owned()
    }
}

/// A digest as it stands in the entry: base64url of SHA-256.
pub(crate) type Digest43 = [u8; 43];

/// The digest of an encoded disclosure.
pub(crate) fn digest_of(encoded: &str) -> Digest43 {
    encoded_digest(encoded.as_bytes())
}

fn encoded_digest(bytes: &[u8]) -> Digest43 {
    let mut digest = [0; 43];
    // 32 bytes are 43 characters: the slice always fits.
    let _ = URL_SAFE_NO_PAD.encode_slice(Sha256::digest(bytes), &mut digest);
    digest
}

/// A salt as it stands in a disclosure.
pub(crate) struct Salt([u8; 22]);

impl Salt {
    pub(crate) fn new(salt: [u8; 16]) -> Self {
        let mut text = [0; 22];
        // 16 bytes are 22 characters: the slice always fits.
        let _ = URL_SAFE_NO_PAD.encode_slice(salt, &mut text);
        Self(text)
    }

    pub(crate) fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

/// Gets disclosures one behind the other: name and encoded form.
type Sink<'a> = &'a mut dyn FnMut(&'static str, &str);

/// Makes disclosures, through buffers that it uses again.
struct Discloser<'a> {
    salts: &'a Salts,
    json: Vec<u8>,
    encoded: String,
    sink: Sink<'a>,
}

impl<'a> Discloser<'a> {
    fn new(salts: &'a Salts, sink: Sink<'a>) -> Self {
        Self { salts, json: Vec::with_capacity(512), encoded: String::with_capacity(768), sink }
    }

    fn disclose(&mut self, number: u8, name: &'static str, value: &(impl Serialize + ?Sized)) {
        self.json.clear();
        self.encoded.clear();
        let salt = Salt::new(self.salts.number(number));
        if serde_json::to_writer(&mut self.json, &(salt.as_str(), name, value)).is_ok() {
            URL_SAFE_NO_PAD.encode_string(&self.json, &mut self.encoded);
            (self.sink)(name, &self.encoded);
        }
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
    pub(crate) id: &'a str,
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

impl OriginalValue {
    fn of(body: &[u8]) -> Self {
        Self { sha256: HEXLOWER.encode(&Sha256::digest(body)), size: body.len() as u64 }
    }
}

/// The disclosures of an entry, in the order of their numbers. `read` are the facts of a record's original, where they are known already.
pub fn disclosures(entry: &Entry, read: Option<&Facts>) -> Vec<Disclosure> {
    let mut all = Vec::with_capacity(DIGESTS);
    disclose(entry, read, &Salts::new(&entry.seed), &mut |name, encoded| {
        all.push(Disclosure { name, encoded: encoded.to_owned() });
    });
    all
}

/// Gives each disclosure of an entry to `sink`, in the order of their numbers.
pub(crate) fn disclose(entry: &Entry, read: Option<&Facts>, salts: &Salts, sink: Sink<'_>) {
    let discloser = Discloser::new(salts, sink);
    match (&entry.origin, read) {
        (Some(origin), Some(read)) => disclose_record(discloser, entry, origin, read),
        (Some(origin), None) => {
            let read = facts(origin.source.format, &origin.source.account, &entry.body);
            disclose_record(discloser, entry, origin, &read);
        }
        (None, _) => disclose_event(discloser, entry),
    }
}

fn disclose_record(mut discloser: Discloser<'_>, entry: &Entry, origin: &Origin, read: &Facts) {
    let source = SourceValue {
        account: &origin.source.account,
        channel: origin.source.channel.name(),
        cursor: origin.cursor.map(|cursor| cursor.to_string()),
        format: origin.source.format.name(),
        id: read.source_id.as_deref(),
        import: origin.source.import.map(|id| id.hex()),
        via: origin.source.via.name(),
    };
    discloser.disclose(1, "source", &source);
    if let Some(conversation) = &read.conversation {
        let value =
            ConversationValue { id: &conversation.id.hex(), kind: conversation.kind.name(), sequence: origin.sequence };
        discloser.disclose(CONVERSATION_NUMBER, CONVERSATION, &value);
    }
    if let Some(from) = &read.from {
        discloser.disclose(3, "from", from);
    }
    if !read.to.is_empty() {
        discloser.disclose(4, "to", &read.to);
    }
    let time =
        TimeValue { received_at: entry.at.to_string(), sent_at: read.sent_at.as_ref().map(Timestamp::to_string) };
    discloser.disclose(5, "time", &time);
    if let Some(kind) = &read.kind {
        discloser.disclose(6, "content", &ContentValue { kind, text: read.text.as_deref() });
    }
    discloser.disclose(7, "original", &OriginalValue::of(&entry.body));
    if let Some(refers_to) = &read.refers_to {
        discloser.disclose(8, "refers_to", refers_to);
    }
}

/// An event discloses its parts one by one, so that an auditor can show an act without showing who did it.
fn disclose_event(mut discloser: Discloser<'_>, entry: &Entry) {
    let event = crate::audit::Event::from_bytes(&entry.body).unwrap_or_default();
    discloser.disclose(1, "action", &event.action);
    discloser.disclose(2, "actor", &event.actor);
    discloser.disclose(3, "object", &event.object);
    discloser.disclose(4, "details", &event.details);
    discloser.disclose(5, "at", &entry.at.to_string());
    discloser.disclose(6, "place", &event.place);
    discloser.disclose(7, "original", &OriginalValue::of(&entry.body));
}

/// Digests of nothing, that fill an entry up to [`DIGESTS`].
pub(crate) fn decoys(salts: &Salts) -> impl Iterator<Item = Digest43> {
    (DECOY_NUMBER..=u8::MAX).map(|number| encoded_digest(&salts.number(number)))
}

/// The bytes of an entry with these digests, which are sorted. Canonical JSON, written by hand because every record passes here.
pub(crate) fn bytes_of<'a>(kind: EntryKind, id: &[u8; 16], digests: impl Iterator<Item = &'a Digest43>) -> Vec<u8> {
    let mut out = Vec::with_capacity(128 + DIGESTS * 46);
    out.extend_from_slice(br#"{"_sd":["#);
    let mut separator: &[u8] = b"\"";
    for digest in digests {
        out.extend_from_slice(separator);
        out.extend_from_slice(digest);
        out.push(b'"');
        separator = b",\"";
    }
    out.extend_from_slice(br#"],"_sd_alg":"sha-256","rid":""#);
    let mut hex = [0; 32];
    HEXLOWER.encode_mut(id, &mut hex);
    out.extend_from_slice(&hex);
    out.extend_from_slice(br#"","typ":""#);
    out.extend_from_slice(kind.name().as_bytes());
    out.extend_from_slice(br#"","v":""#);
    out.extend_from_slice(ENTRY_VERSION.as_bytes());
    out.extend_from_slice(b"\"}");
    out
}

fn bytes_with(kind: EntryKind, salts: &Salts, mut digests: Vec<Digest43>) -> Vec<u8> {
    let missing = DIGESTS.saturating_sub(digests.len());
    digests.extend(decoys(salts).take(missing));
    digests.sort_unstable();
    bytes_of(kind, &salts.number(ID_NUMBER), digests.iter())
}

/// The bytes that the ledger commits to, from the disclosures of the same entry.
pub fn entry_bytes(kind: EntryKind, seed: &Seed, disclosures: &[Disclosure]) -> Vec<u8> {
    let digests = disclosures.iter().map(|disclosure| digest_of(&disclosure.encoded)).collect();
    bytes_with(kind, &Salts::new(seed), digests)
}

/// The leaf of an entry: what `verify` computes again from stored bytes.
pub fn entry_leaf(entry: &Entry, read: Option<&Facts>) -> Hash {
    let salts = Salts::new(&entry.seed);
    let mut digests = Vec::with_capacity(DIGESTS);
    disclose(entry, read, &salts, &mut |_, encoded| digests.push(digest_of(encoded)));
    leaf_hash(&bytes_with(entry.kind, &salts, digests))
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
