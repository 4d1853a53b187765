//! The proof of one record as one document: the entry that the ledger commits to, what it discloses, and its proof of inclusion.
//!
//! Whoever holds the log's key checks it without the archive: the entry hashes to the leaf, the leaf leads to a signed root, and
//! each disclosure is one of the digests in the entry (RFC 9901). A disclosure that is left out is withheld, not missing: the
//! document still holds and says how many digests stand for nothing that is shown.

use std::collections::HashSet;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};
use xinju_model::checkpoint::{Checkpoint, NoteKey};
use xinju_model::entry::{DIGESTS, Disclosure, ENTRY_VERSION};
use xinju_model::ledger::leaf_hash;
use xinju_model::limits::RECORD_PROOF_BYTES_MAX;

use crate::error::EvidenceError;
use crate::proof::Proof;

/// Fewest bytes of a salt (RFC 9901 9.3).
const SALT_BYTES_MIN: usize = 16;

/// One record's proof.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecordProof {
    /// The entry, exact bytes.
    pub entry: String,
    /// The disclosures that are shown, as RFC 9901 4.2.1 writes them.
    pub disclosures: Vec<String>,
    /// The proof of inclusion, a whole file of [`Proof`].
    pub proof: String,
}

/// What a proof that holds shows.
#[derive(Clone, Debug, PartialEq)]
pub struct Proven {
    /// The tree that the entry stands in, as the log signed it.
    pub checkpoint: Checkpoint,
    /// The entry's place in it, from 0.
    pub index: u64,
    /// The entry's id, in hexadecimal.
    pub id: String,
    /// What the entry is about: `record`, `audit` ...
    pub kind: String,
    /// The disclosed fields, in the order of the document.
    pub fields: Vec<(String, Value)>,
    /// Digests of the entry that nothing shown belongs to: withheld fields and decoys, which nobody can tell apart.
    pub undisclosed: usize,
}

/// The members of an entry in canonical order (RFC 8785).
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct EntryMembers {
    #[serde(rename = "_sd")]
    digests: Vec<String>,
    #[serde(rename = "_sd_alg")]
    algorithm: String,
    #[serde(rename = "rid")]
    id: String,
    #[serde(rename = "typ")]
    kind: String,
    #[serde(rename = "v")]
    version: String,
}

impl RecordProof {
    /// The document of an entry; `entry` as [`xinju_model::entry::entry_bytes`] wrote it.
    pub fn new(entry: &[u8], disclosures: &[Disclosure], proof: &Proof) -> Result<Self, EvidenceError> {
        let entry = std::str::from_utf8(entry).map_err(|_| EvidenceError::Entry("it is not UTF-8"))?;
        Ok(Self {
            entry: entry.to_owned(),
            disclosures: disclosures.iter().map(|disclosure| disclosure.encoded.clone()).collect(),
            proof: proof.to_text(),
        })
    }

    /// Reads the document from JSON.
    pub fn from_json(json: &[u8]) -> Result<Self, EvidenceError> {
        if json.len() > RECORD_PROOF_BYTES_MAX {
            return Err(EvidenceError::Document("it is larger than the proof of any record"));
        }
        serde_json::from_slice(json)
            .map_err(|_| EvidenceError::Document("it is not a JSON object of entry, disclosures and proof"))
    }

    /// The document as JSON.
    pub fn to_json(&self) -> Value {
        serde_json::json!({ "entry": self.entry, "disclosures": self.disclosures, "proof": self.proof })
    }

    /// Checks everything against the log's key: form of the entry, each disclosure, path and signature.
    pub fn verify(&self, key: &NoteKey) -> Result<Proven, EvidenceError> {
        let shown = open(&self.entry, &self.disclosures)?;
        let proof = Proof::parse(&self.proof)?;
        let checkpoint = proof.verify(&leaf_hash(self.entry.as_bytes()), key)?;
        let Opened { id, kind, fields, undisclosed } = shown;
        Ok(Proven { checkpoint, index: proof.index, id, kind, fields, undisclosed })
    }
}

/// An entry with what is shown of it, apart from its place in a log.
pub(crate) struct Opened {
    pub(crate) id: String,
    pub(crate) kind: String,
    pub(crate) fields: Vec<(String, Value)>,
    pub(crate) undisclosed: usize,
}

/// Checks the form of an entry, and that each disclosure is one of its digests.
pub(crate) fn open(entry: &str, disclosures: &[String]) -> Result<Opened, EvidenceError> {
    let members = members(entry)?;
    let mut digests: HashSet<&str> = members.digests.iter().map(String::as_str).collect();
    let mut fields: Vec<(String, Value)> = Vec::new();
    for (place, encoded) in disclosures.iter().enumerate() {
        let field = disclosed(encoded, &mut digests)
            .and_then(|(name, value)| {
                let again = fields.iter().any(|(known, _)| *known == name);
                if again { Err("its field is disclosed twice") } else { Ok((name, value)) }
            })
            .map_err(|reason| EvidenceError::Disclosure { number: place + 1, reason })?;
        fields.push(field);
    }
    let undisclosed = digests.len();
    Ok(Opened { id: members.id, kind: members.kind, fields, undisclosed })
}

/// Reads an entry and holds it to the form of its version, so that no two readings of its bytes are possible.
fn members(entry: &str) -> Result<EntryMembers, EvidenceError> {
    use EvidenceError::Entry;
    let members: EntryMembers =
        serde_json::from_str(entry).map_err(|_| Entry("it is not JSON with the members of an entry"))?;
    if members.version != ENTRY_VERSION {
        return Err(Entry("its version is not known here; a newer program may read it"));
    }
    if members.algorithm != "sha-256" {
        return Err(Entry("its digests are not SHA-256"));
    }
    if members.digests.len() != DIGESTS || !members.digests.is_sorted_by(|a, b| a < b) {
        return Err(Entry("it does not hold eight different digests in order"));
    }
    if serde_json::to_string(&members).ok().as_deref() != Some(entry) {
        return Err(Entry("it is not canonical JSON"));
    }
    Ok(members)
}

/// The field that a disclosure shows; takes its digest out of `digests`.
fn disclosed(encoded: &str, digests: &mut HashSet<&str>) -> Result<(String, Value), &'static str> {
    let digest = URL_SAFE_NO_PAD.encode(Sha256::digest(encoded.as_bytes()));
    if !digests.remove(digest.as_str()) {
        return Err("its digest is not in the entry: it was changed, belongs to another entry or stands here twice");
    }
    let json = URL_SAFE_NO_PAD.decode(encoded).map_err(|_| "it is not base64url")?;
    let (salt, name, value): (String, String, Value) =
        serde_json::from_slice(&json).map_err(|_| "it is not a JSON list of salt, name and value")?;
    match URL_SAFE_NO_PAD.decode(salt) {
        Ok(salt) if salt.len() >= SALT_BYTES_MIN => Ok((name, value)),
        _ => Err("its salt has fewer than 16 bytes"),
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use std::convert::Infallible;
    use std::sync::Arc;

    use xinju_keys::signer::Signer;
    use xinju_model::channel::Channel;
    use xinju_model::entry::{disclosures, entry_bytes};
    use xinju_model::ledger::{Hash, inclusion, root_of};
    use xinju_model::record::{Entry, EntryKind, Format, Origin, Source, Via};
    use xinju_model::time::Timestamp;

    use super::*;

    fn record(number: u8) -> Entry {
        let source = Source {
            channel: Channel::Wecom,
            account: "corp".into(),
            format: Format::WecomJson,
            via: Via::Import,
            import: None,
        };
        Entry {
            kind: EntryKind::Record,
            at: Timestamp(1_735_702_900_000 + i64::from(number)),
            seed: [number; 16],
            origin: Some(Origin { source: Arc::new(source), cursor: None, sequence: Some(u64::from(number)) }),
            body: format!(
                r#"{{"msgid":"{number}","from":"wm1","tolist":["staff1"],"msgtime":1735702814753,"msgtype":"text","text":{{"content":"第{number}句"}}}}"#
            )
            .into_bytes(),
        }
    }

    /// A log of `size` records: their entries, the log's key and its signed checkpoint.
    pub(crate) fn log(size: u8) -> (Vec<Vec<u8>>, NoteKey, String) {
        let entries: Vec<Vec<u8>> = (0..size)
            .map(|number| {
                let entry = record(number);
                entry_bytes(entry.kind, &entry.seed, &disclosures(&entry, None))
            })
            .collect();
        let leaves: Vec<Hash> = entries.iter().map(|entry| leaf_hash(entry)).collect();
        let signer = Signer::from_seed(&[5; 32]).unwrap();
        let key = NoteKey { name: "example.com/log".into(), public: signer.public() };
        let checkpoint = Checkpoint { origin: key.name.clone(), size: u64::from(size), root: root_of(&leaves) };
        let note = checkpoint.note(&key, &signer.sign(checkpoint.body().as_bytes()));
        (entries, key, note)
    }

    /// The proof of one entry of a log.
    pub(crate) fn proof(entries: &[Vec<u8>], index: usize, checkpoint: &str) -> Proof {
        let Ok(path) = inclusion(index as u64, entries.len() as u64, |node| {
            let from = usize::try_from(node.index << node.level).unwrap();
            let leaves: Vec<Hash> =
                entries[from..from + (1 << node.level)].iter().map(|entry| leaf_hash(entry)).collect();
            Ok::<_, Infallible>(root_of(&leaves))
        });
        Proof { index: index as u64, path, checkpoint: checkpoint.to_owned() }
    }

    fn sample() -> (RecordProof, NoteKey) {
        let (entries, key, checkpoint) = log(11);
        let shown = disclosures(&record(3), None);
        (RecordProof::new(&entries[3], &shown, &proof(&entries, 3, &checkpoint)).unwrap(), key)
    }

    #[track_caller]
    fn refused(document: &RecordProof, reason: &str) {
        let error = document.verify(&sample().1).unwrap_err().to_string();
        assert!(error.contains(reason), "{error}");
    }

    #[test]
    fn a_whole_document_shows_everything() {
        let (document, key) = sample();
        let read = RecordProof::from_json(document.to_json().to_string().as_bytes()).unwrap();
        assert_eq!(read, document);
        let proven = read.verify(&key).unwrap();
        assert_eq!((proven.index, proven.checkpoint.size, proven.kind.as_str()), (3, 11, "record"));
        assert_eq!(proven.id, xinju_model::entry::entry_id(&[3; 16]));
        let names: Vec<&str> = proven.fields.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["source", "conversation", "from", "to", "time", "content", "original"]);
        assert_eq!(proven.fields[5].1, serde_json::json!({ "kind": "text", "text": "第3句" }));
        assert_eq!(proven.undisclosed, DIGESTS - names.len());
    }

    #[test]
    fn withheld_fields_leave_the_rest_provable() {
        let (mut document, key) = sample();
        document.disclosures.remove(5);
        let proven = document.verify(&key).unwrap();
        assert!(proven.fields.iter().all(|(name, _)| name != "content"));
        assert_eq!(proven.undisclosed, 2);
        document.disclosures.clear();
        assert_eq!(document.verify(&key).unwrap().undisclosed, DIGESTS);
    }

    #[test]
    fn changed_disclosures_are_refused() {
        let (document, _) = sample();
        let with = |encoded: String| {
            let mut bent = document.clone();
            bent.disclosures[5] = encoded;
            bent
        };
        let shown = URL_SAFE_NO_PAD.decode(&document.disclosures[5]).unwrap();
        let changed = String::from_utf8(shown).unwrap().replace('3', "4");
        refused(&with(URL_SAFE_NO_PAD.encode(changed)), "disclosure 6 does not hold: its digest is not in the entry");
        refused(&with(document.disclosures[4].clone()), "disclosure 6 does not hold: its digest is not in the entry");
        let other = disclosures(&record(4), None);
        refused(&with(other[5].encoded.clone()), "its digest is not in the entry");
    }

    /// An entry that somebody else made may hold digests of anything.
    #[test]
    fn disclosures_that_are_none_are_refused() {
        let (document, _) = sample();
        let twice = URL_SAFE_NO_PAD.encode(r#"["AAAAAAAAAAAAAAAAAAAAAA","source",1]"#);
        for (encoded, reason) in [
            ("?".to_owned(), "it is not base64url"),
            (URL_SAFE_NO_PAD.encode("{}"), "it is not a JSON list of salt, name and value"),
            (URL_SAFE_NO_PAD.encode(r#"["c2hvcnQ","name",1]"#), "its salt has fewer than 16 bytes"),
            (twice, "its field is disclosed twice"),
        ] {
            let mut bent = document.clone();
            let mut members = members(&bent.entry).unwrap();
            let kept = URL_SAFE_NO_PAD.encode(Sha256::digest(document.disclosures[0].as_bytes()));
            members.digests = (0..6).map(|number| format!("{number}")).collect();
            members.digests.extend([kept, URL_SAFE_NO_PAD.encode(Sha256::digest(encoded.as_bytes()))]);
            members.digests.sort();
            bent.entry = serde_json::to_string(&members).unwrap();
            bent.disclosures = vec![document.disclosures[0].clone(), encoded];
            refused(&bent, &format!("disclosure 2 does not hold: {reason}"));
        }
    }

    #[test]
    fn changed_entries_are_refused() {
        let (document, _) = sample();
        let check = |from: &str, to: &str, reason: &str| {
            let entry = document.entry.replacen(from, to, 1);
            assert_ne!(entry, document.entry);
            refused(&RecordProof { entry, disclosures: Vec::new(), ..document.clone() }, reason);
        };
        check("xinju-entry/1", "xinju-entry/2", "its version is not known here");
        check("sha-256", "sha-512", "its digests are not SHA-256");
        check("\"typ\":\"record\"", "\"typ\":\"audit\"", "the path does not lead from this entry at place 3");
        check("{", "{ ", "it is not canonical JSON");
        check("}", ",\"x\":1}", "it is not JSON with the members of an entry");
        check("\"_sd\":[\"", "\"_sd\":[\"zzz", "it does not hold eight different digests in order");
        refused(&RecordProof { entry: String::new(), ..document.clone() }, "it is not JSON");
    }

    #[test]
    fn a_proof_of_another_place_is_refused() {
        let (document, _) = sample();
        let moved = document.proof.replacen("index 3", "index 2", 1);
        refused(
            &RecordProof { proof: moved, ..document.clone() },
            "at place 2 to the root of the checkpoint over 11 entries",
        );
        refused(&RecordProof { proof: String::new(), ..document }, "the proof is not a tlog-proof");
    }

    #[test]
    fn documents_of_another_form_are_refused() {
        for json in ["", "[]", "{}", r#"{"entry":"","disclosures":[],"proof":"","more":1}"#] {
            assert!(matches!(RecordProof::from_json(json.as_bytes()), Err(EvidenceError::Document(_))));
        }
        let large = vec![b' '; RECORD_PROOF_BYTES_MAX + 1];
        assert_eq!(
            RecordProof::from_json(&large),
            Err(EvidenceError::Document("it is larger than the proof of any record"))
        );
        assert_eq!(
            RecordProof::new(b"\xff", &[], &Proof { index: 0, path: vec![], checkpoint: String::new() }),
            Err(EvidenceError::Entry("it is not UTF-8"))
        );
    }
}
