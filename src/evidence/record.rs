//! The files of one record in a package: what the ledger commits to, what of it is shown, what is withheld.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use xinju_model::entry::Disclosure;
use xinju_model::limits::{EVIDENCE_NOTE_CHARS_MAX, RECORD_PROOF_BYTES_MAX};

use crate::error::EvidenceError;
use crate::redaction::{Redaction, Rendering};

/// Fields whose bytes stand in the original: where one of them is withheld, the original can't be shown.
const IN_ORIGINAL: &[&str] = &["source", "conversation", "from", "to", "time", "content", "original", "refers_to"];

/// `data/records/NNNNNN.json`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecordFile {
    /// The entry, exact bytes.
    pub entry: String,
    /// The disclosures that are shown, as RFC 9901 4.2.1 writes them.
    pub disclosures: Vec<String>,
    /// What is not shown, and why.
    pub redacted: Vec<Redaction>,
    /// Texts with words blacked out, of fields that are not shown.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub renderings: Vec<Rendering>,
}

impl RecordFile {
    /// The file of an entry, without the disclosures of redacted fields.
    pub fn new(
        entry: &[u8],
        disclosures: &[Disclosure],
        redacted: Vec<Redaction>,
        renderings: Vec<Rendering>,
    ) -> Result<Self, EvidenceError> {
        let entry = std::str::from_utf8(entry).map_err(|_| EvidenceError::Entry("it is not UTF-8"))?;
        let withheld = |name: &str| redacted.iter().any(|redaction| redaction.field == name);
        let shown = disclosures.iter().filter(|disclosure| !withheld(disclosure.name));
        let file = Self {
            entry: entry.to_owned(),
            disclosures: shown.map(|disclosure| disclosure.encoded.clone()).collect(),
            redacted,
            renderings,
        };
        match file.fault() {
            Some(fault) => Err(EvidenceError::Document(fault)),
            None => Ok(file),
        }
    }

    /// Reads the file.
    pub fn from_json(json: &[u8]) -> Result<Self, EvidenceError> {
        if json.len() > RECORD_PROOF_BYTES_MAX {
            return Err(EvidenceError::Document("it is larger than any record's"));
        }
        let file: Self = serde_json::from_slice(json)
            .map_err(|_| EvidenceError::Document("it is not a JSON object of entry, disclosures and redacted"))?;
        match file.fault() {
            Some(fault) => Err(EvidenceError::Document(fault)),
            None => Ok(file),
        }
    }

    /// The file's bytes: JSON in one line.
    pub fn to_json(&self) -> Vec<u8> {
        let mut json = serde_json::to_vec(self).unwrap_or_default();
        json.push(b'\n');
        json
    }

    /// Whether the original may stand beside it: nothing that it holds is withheld.
    pub fn shows_original(&self) -> bool {
        !self.redacted.iter().any(|redaction| IN_ORIGINAL.contains(&redaction.field.as_str()))
    }

    /// What contradicts itself in the file: a field that is withheld and shown, a rendering of a field that is shown.
    fn fault(&self) -> Option<&'static str> {
        let withheld = |name: &str| self.redacted.iter().any(|redaction| redaction.field == name);
        let mut fields: Vec<&str> = self.redacted.iter().map(|redaction| redaction.field.as_str()).collect();
        fields.sort_unstable();
        if fields.is_sorted_by(|a, b| a < b) {
            let shown = self.disclosures.iter().filter_map(|encoded| field_of(encoded));
            if shown.into_iter().any(|(name, _)| withheld(&name)) {
                return Some("a field that it calls withheld is shown");
            }
        } else {
            return Some("a field is withheld twice");
        }
        if self.renderings.iter().any(|rendering| !withheld(&rendering.field)) {
            return Some("it renders a field that is not withheld");
        }
        let long = |redaction: &Redaction| redaction.note.chars().count() > EVIDENCE_NOTE_CHARS_MAX;
        if self.redacted.iter().any(long) { Some("a note is too long") } else { None }
    }
}

/// Name and value of an encoded disclosure, unchecked.
pub(crate) fn field_of(encoded: &str) -> Option<(String, Value)> {
    let json = URL_SAFE_NO_PAD.decode(encoded).ok()?;
    let (_, name, value): (Value, String, Value) = serde_json::from_slice(&json).ok()?;
    Some((name, value))
}

/// The number of a record as its files are named: six digits, from 1.
pub(crate) fn number(place: u32) -> String {
    format!("{place:06}")
}
