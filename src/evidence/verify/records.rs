//! Every record against the head: entry, disclosures, place in the log, original, what is withheld; and the places of erased ones.

use std::collections::BTreeMap;
use std::io::{Read, Seek};

use data_encoding::HEXLOWER;
use serde_json::Value;
use xinju_model::ledger::{Hash, leaf_hash, verify_inclusion};
use xinju_model::limits::EVIDENCE_DOCUMENT_BYTES_MAX;
use xinju_model::media::{MediaName, names_in};

use super::files::Files;
use super::ledger::Head;
use super::{Faults, Verdict};
use crate::container::Container;
use crate::entry;
use crate::error::EvidenceError;
use crate::package::{ProofLine, RedactionLine, TombstoneFile};
use crate::proof::Proof;
use crate::record::{RecordFile, number};

/// Places in conversations that records show: by conversation, the numbers.
pub(super) type Sequences = BTreeMap<String, Vec<u64>>;

/// Checks records one after the other.
struct Records<'a, R> {
    container: &'a mut Container<R>,
    files: &'a Files,
    head: &'a Head,
    /// Proofs that stand together, by number.
    together: BTreeMap<String, String>,
    /// Index of the record before.
    last: Option<u64>,
    redactions: Vec<RedactionLine>,
    sequences: Sequences,
    withheld: u64,
}

/// Checks the folders `records`, `tombstones`, `proofs`, `raw` and `media`.
pub(super) fn check<R: Read + Seek>(
    container: &mut Container<R>,
    files: &Files,
    head: &Head,
    verdict: &mut Verdict,
) -> Sequences {
    let mut faults = Faults::default();
    let together = together(container, &mut faults);
    let mut records = Records {
        container,
        files,
        head,
        together,
        last: None,
        redactions: Vec::new(),
        sequences: Sequences::new(),
        withheld: 0,
    };
    let (mut shown, mut erased) = (0_u64, 0_u64);
    for place in 1..=files.items {
        let number = number(place);
        let result = if records.container.has(&tombstone_path(&number)) {
            erased += 1;
            records.tombstone(&number)
        } else {
            shown += 1;
            records.record(&number)
        };
        if let Err(error) = result {
            faults.add(number, error.to_string());
        }
    }
    records.strangers(&mut faults);
    let good = format!(
        "{shown} records and the places of {erased} erased ones stand in the log, each once and in its order; {} fields are withheld",
        records.withheld
    );
    verdict.many("records", faults, good);
    let redactions = records.check_redactions();
    verdict.add("redactions", redactions);
    records.sequences
}

fn tombstone_path(number: &str) -> String {
    format!("data/tombstones/{number}.json")
}

/// Reads the files that hold a proof a line.
fn together<R: Read + Seek>(container: &mut Container<R>, faults: &mut Faults) -> BTreeMap<String, String> {
    let all =
        container.paths().filter(|path| path.starts_with("data/proofs/") && path.rsplit('.').next() == Some("jsonl"));
    let paths: Vec<String> = all.map(str::to_owned).collect();
    let mut together = BTreeMap::new();
    for path in paths {
        let bytes = match container.document(&path, 4 * EVIDENCE_DOCUMENT_BYTES_MAX) {
            Ok(bytes) => bytes,
            Err(error) => {
                faults.add(path, error.to_string());
                continue;
            }
        };
        for line in bytes.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
            let known = match serde_json::from_slice::<ProofLine>(line) {
                Ok(line) => together.insert(line.record, line.proof).is_some(),
                Err(_) => true,
            };
            if known {
                faults.add(&path, "a line is no proof, or the second one of a record");
            }
        }
    }
    together
}

impl<R: Read + Seek> Records<'_, R> {
    fn document(&mut self, path: &str) -> Result<Vec<u8>, EvidenceError> {
        self.container.document(path, EVIDENCE_DOCUMENT_BYTES_MAX)
    }

    /// The record's proof, held to the package's head and to the order of the log.
    fn proof(&mut self, number: &str, leaf: &Hash) -> Result<(), EvidenceError> {
        let text = match self.together.remove(number) {
            Some(head) => format!("{head}{}", self.head.note),
            None => String::from_utf8(self.document(&format!("data/proofs/{number}.tlog-proof"))?)
                .map_err(|_| EvidenceError::ProofMalformed("it is not UTF-8"))?,
        };
        let proof = Proof::parse(&text)?;
        if proof.checkpoint != self.head.note {
            return Err(EvidenceError::Document("its proof leads to another head than the package's"));
        }
        let head = &self.head.checkpoint;
        if !verify_inclusion(leaf, proof.index, head.size, &proof.path, &head.root) {
            return Err(EvidenceError::Path { index: proof.index, size: head.size });
        }
        if self.last.is_some_and(|last| last >= proof.index) {
            return Err(EvidenceError::Document("it is not behind the record before it in the log"));
        }
        self.last = Some(proof.index);
        Ok(())
    }

    fn record(&mut self, number: &str) -> Result<(), EvidenceError> {
        let file = RecordFile::from_json(&self.document(&format!("data/records/{number}.json"))?)?;
        let opened = entry::open(&file.entry, &file.disclosures)?;
        self.remember(number, &opened, &file);
        self.proof(number, &leaf_hash(file.entry.as_bytes()))?;
        if opened.undisclosed < file.redacted.len() {
            return Err(EvidenceError::Document("it calls more fields withheld than its entry has left"));
        }
        self.check_original(number, &opened, &file)?;
        self.check_media(number)
    }

    /// Keeps what a record says for the checks of all of them together; what it says wrongly is told once only.
    fn remember(&mut self, number: &str, opened: &entry::Opened, file: &RecordFile) {
        self.withheld = self.withheld.saturating_add(file.redacted.len() as u64);
        let conversation = opened.fields.iter().find(|(name, _)| name == "conversation").map(|(_, value)| value);
        if let Some((id, place)) = conversation.and_then(sequence_of) {
            self.sequences.entry(id).or_default().push(place);
        }
        self.redactions.extend(file.redacted.iter().cloned().map(|redaction| RedactionLine {
            record: number.to_owned(),
            field: redaction.field,
            code: redaction.code,
            note: redaction.note,
        }));
    }

    /// The original is there exactly where nothing of it is withheld, and is what the entry commits to.
    fn check_original(&self, number: &str, opened: &entry::Opened, file: &RecordFile) -> Result<(), EvidenceError> {
        let paths = self.of_number("data/raw/", number, '.');
        let [path] = paths.as_slice() else {
            return match (paths.is_empty(), file.shows_original() && opened.kind == "record") {
                (true, false) => Ok(()),
                (true, true) => Err(EvidenceError::Document("its original is missing, although nothing is withheld")),
                (false, _) => Err(EvidenceError::Document("it has more than one original")),
            };
        };
        if !file.shows_original() {
            return Err(EvidenceError::Document("its original is there, although parts of it are withheld"));
        }
        let committed = opened.fields.iter().find(|(name, _)| name == "original").map(|(_, value)| value);
        let found = self.files.digests.get(path);
        let same = found.zip(committed).is_some_and(|(found, committed)| {
            let digest = committed.get("sha256").and_then(Value::as_str);
            digest == Some(&HEXLOWER.encode(&found.sha256))
                && committed.get("size").and_then(Value::as_u64) == Some(found.size)
        });
        if same {
            Ok(())
        } else {
            Err(EvidenceError::Document("its original is not the one that its entry commits to"))
        }
    }

    /// Each file of a message is one that the original names, and none is there more often than that.
    fn check_media(&mut self, number: &str) -> Result<(), EvidenceError> {
        let paths = self.of_number("data/media/", number, '-');
        let originals = self.of_number("data/raw/", number, '.');
        let Some(original) = originals.first().filter(|_| !paths.is_empty()) else { return Ok(()) };
        let mut named = names_in(&self.document(original)?);
        for path in &paths {
            let found = self.files.digests.get(path);
            let name = found.and_then(|found| Some(MediaName { md5: found.md5?, bytes: found.size }));
            let place = named.iter().position(|one| Some(*one) == name);
            let place = place.ok_or_else(|| EvidenceError::Media(path.clone()))?;
            named.swap_remove(place);
        }
        Ok(())
    }

    /// Files of a folder that belong to a record: its number, then `separator`.
    fn of_number(&self, folder: &str, number: &str, separator: char) -> Vec<String> {
        let begins = format!("{folder}{number}{separator}");
        let from = self.files.digests.range(begins.clone()..);
        from.map(|(path, _)| path).take_while(|path| path.starts_with(&begins)).cloned().collect()
    }

    fn tombstone(&mut self, number: &str) -> Result<(), EvidenceError> {
        let json = self.document(&tombstone_path(number))?;
        let file: TombstoneFile =
            serde_json::from_slice(&json).map_err(|_| EvidenceError::Document("its tombstone can't be read"))?;
        let leaf = HEXLOWER.decode(file.leaf.as_bytes()).ok().and_then(|leaf| Hash::try_from(leaf).ok());
        let leaf = leaf.ok_or(EvidenceError::Document("its tombstone names no leaf"))?;
        if self.container.has(&format!("data/records/{number}.json")) || file.code.is_withheld() {
            return Err(EvidenceError::Document("its tombstone contradicts what is there"));
        }
        self.proof(number, &leaf)?;
        match file.erasure {
            Some(erasure) => erasure.verify(&self.head.key).map(|_| ()),
            None => Ok(()),
        }
    }

    /// Files that no record has.
    fn strangers(&self, faults: &mut Faults) {
        const FOLDERS: [&str; 5] = ["data/records/", "data/proofs/", "data/raw/", "data/media/", "data/tombstones/"];
        for record in self.together.keys() {
            faults.add(record, "a proof speaks of it, but it is not there");
        }
        for path in self.files.digests.keys() {
            let Some(name) = FOLDERS.iter().find_map(|folder| path.strip_prefix(folder)) else { continue };
            let digits: String = name.chars().take_while(char::is_ascii_digit).collect();
            let place: u32 = digits.parse().unwrap_or(0);
            let folder = path.strip_suffix(name).unwrap_or_default();
            let whole = match folder {
                "data/records/" | "data/tombstones/" => name == format!("{digits}.json"),
                "data/proofs/" => name == format!("{digits}.tlog-proof") || name == format!("{digits}.jsonl"),
                _ => true,
            };
            let owner = folder != "data/media/" || !self.of_number("data/raw/", &digits, '.').is_empty();
            if !(1..=self.files.items).contains(&place) || number(place) != digits || !whole || !owner {
                faults.add(path, "no record has such a file: it was added");
            }
        }
    }

    fn check_redactions(&mut self) -> Result<String, EvidenceError> {
        let json = self.container.document("data/redactions.json", 4 * EVIDENCE_DOCUMENT_BYTES_MAX)?;
        let listed: Vec<RedactionLine> =
            serde_json::from_slice(&json).map_err(|_| EvidenceError::Document("redactions.json can't be read"))?;
        if listed == self.redactions {
            Ok(format!("{} withheld fields are listed, each with its reason", listed.len()))
        } else {
            Err(EvidenceError::Document("redactions.json does not list what the records withhold"))
        }
    }
}

fn sequence_of(conversation: &Value) -> Option<(String, u64)> {
    let id = conversation.get("id")?.as_str()?;
    Some((id.to_owned(), conversation.get("sequence")?.as_u64()?))
}
