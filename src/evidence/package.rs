//! Writes an evidence package: records in order from a source, their proofs, whatever else belongs to them, manifests, seals.
//!
//! Memory does not grow with the package but for its manifests, about 250 bytes a file. Nothing here reads a clock: the
//! same source makes the same bytes, but for the folder `seal/`.

use std::fs::File;
use std::io::{BufWriter, Read, Seek, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use xinju_model::checkpoint::NoteKey;
use xinju_model::entry::Disclosure;
use xinju_model::ledger::Hash;
use xinju_model::limits::{EVIDENCE_PROOF_FILES_MAX, EVIDENCE_RECORDS_MAX};
use xinju_model::package::SealPromise;
use xinju_model::time::Timestamp;

use crate::bag::Bag;
use crate::entry::RecordProof;
use crate::error::EvidenceError;
use crate::guide;
use crate::log::{consistency_text, public_pem};
use crate::promise;
use crate::proof::Proof;
use crate::record::{RecordFile, number};
use crate::redaction::{Redaction, RedactionCode, Rendering};
use crate::report::is_volume;

/// Version of the package's form, as `bag-info.txt` states it.
pub const PACKAGE_VERSION: &str = "xinju-evidence/2";
/// The version before, which does not say what its seal holds. Packages that were first built so are built so again.
pub const PACKAGE_VERSION_1: &str = "xinju-evidence/1";
/// Folders, under `data/`, that a source may put files of its own into.
const FOLDERS: &[&str] =
    &["completeness/", "custody/", "environment/", "consent/", "audit/", "legal/", "exchange/", "pki/"];
/// Proofs that stand in one file where there are too many for a file each.
const PROOFS_TOGETHER: u32 = 10_000;

/// What is known of a package before its records are read.
#[derive(Clone, Debug)]
pub struct PackageHead {
    /// The package's name: its folder and its number.
    pub id: String,
    /// Who gives it.
    pub organisation: String,
    /// When it was asked for; not when it is built, so that building it again makes the same bytes.
    pub at: Timestamp,
    /// The log's key.
    pub key: NoteKey,
    /// The signed head that every proof leads to.
    pub checkpoint: String,
    /// Entries under it.
    pub size: u64,
    /// Records and tombstones that will come.
    pub items: u32,
    /// Older heads, smallest first, each once.
    pub older: Vec<OlderHead>,
    /// What the seal is to hold; none for a package in the form of version 1.
    pub promise: Option<SealPromise>,
    /// The verifier key line of the witness that signed older heads.
    pub witness: Option<String>,
}

/// A head that the package's head is shown to continue.
#[derive(Clone, Debug, Default)]
pub struct OlderHead {
    /// The signed head.
    pub checkpoint: String,
    /// Entries under it.
    pub size: u64,
    /// The proof that its tree begins the package's; empty where it is the same.
    pub consistency: Vec<Hash>,
    /// Timestamps over the head, as the authorities gave them.
    pub tokens: Vec<Vec<u8>>,
    /// Lines of the witness that belong below the head's note.
    pub cosignatures: Vec<String>,
}

/// One thing that the package proves.
pub enum Item {
    /// An entry that is there.
    Record(Box<RecordItem>),
    /// An entry whose content was erased.
    Tombstone(Box<TombstoneItem>),
}

/// An entry with what is shown of it.
pub struct RecordItem {
    /// The entry, exact bytes.
    pub entry: Vec<u8>,
    /// All its disclosures; those of redacted fields are left out here.
    pub disclosures: Vec<Disclosure>,
    /// Its place in the log.
    pub index: u64,
    /// Its path under the package's head.
    pub path: Vec<Hash>,
    /// What is withheld.
    pub redacted: Vec<Redaction>,
    /// Texts with words blacked out.
    pub renderings: Vec<Rendering>,
    /// The bytes as received; left out where a field that they hold is withheld.
    pub original: Option<Original>,
    /// Files that belong to it; left out with the original.
    pub media: Vec<Media>,
}

/// The bytes of a record as received.
pub struct Original {
    /// Ending of the file's name, for instance `json`.
    pub extension: String,
    /// The bytes.
    pub bytes: Vec<u8>,
}

/// A file that belongs to a record.
pub struct Media {
    /// Ending of the file's name, for instance `jpg`.
    pub extension: String,
    /// Its bytes.
    pub content: Box<dyn Read>,
}

/// An entry of which only its place is left.
pub struct TombstoneItem {
    /// Its place in the log.
    pub index: u64,
    /// Its leaf, which the log keeps.
    pub leaf: Hash,
    /// Its path under the package's head.
    pub path: Vec<Hash>,
    /// Why it was erased.
    pub code: RedactionCode,
    /// The proof of the entry that tells of the erasure.
    pub erasure: Option<RecordProof>,
}

/// `data/tombstones/NNNNNN.json`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TombstoneFile {
    /// The leaf in hexadecimal.
    pub leaf: String,
    /// Why the entry was erased.
    pub code: RedactionCode,
    /// The proof of the entry that tells of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub erasure: Option<RecordProof>,
}

/// One line of `data/redactions.json`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RedactionLine {
    /// The record's number.
    pub(crate) record: String,
    /// The field.
    pub(crate) field: String,
    /// Why.
    pub(crate) code: RedactionCode,
    /// More words.
    pub(crate) note: String,
}

/// A line of proofs that stand together: the proof without the head, which is `data/log/checkpoint`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ProofLine {
    /// The record's number.
    pub(crate) record: String,
    /// The proof, a whole tlog-proof up to the empty line.
    pub(crate) proof: String,
}

/// A file that the source adds.
pub struct ExtraFile<'a> {
    /// Its path under `data/`, in one of the folders that are open to sources, or a volume of the report.
    pub path: String,
    /// Its bytes, read while they are written.
    pub content: Box<dyn Read + 'a>,
}

/// A file of the folder `seal/`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealFile {
    /// Its name.
    pub name: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// Where a package's content comes from. Asked in the order of the methods; bytes are read while they are written.
pub trait PackageSource {
    /// Why the source, or the package, failed.
    type Error: From<EvidenceError>;

    /// The next record, in the order of the log; none after the last.
    fn item(&mut self) -> Result<Option<Item>, Self::Error>;

    /// The next file that is no record; none after the last.
    fn file(&mut self) -> Result<Option<ExtraFile<'_>>, Self::Error>;

    /// Seals the tag manifest, through which all other bytes are sealed.
    fn seal(&mut self, tag_manifest: &[u8]) -> Result<Vec<SealFile>, Self::Error>;

    /// Hears how far the work is, in items and bytes; says whether it goes on.
    fn proceed(&mut self, items: u32, bytes: u64) -> bool;
}

/// Writes the package to a file that appears only when it is complete and on disk; a file of that name is replaced.
pub fn write_file<S: PackageSource>(path: &Path, head: &PackageHead, source: &mut S) -> Result<(), S::Error> {
    let part = part_of(path);
    let written = write_part(&part, head, source).and_then(|()| {
        std::fs::rename(&part, path).map_err(EvidenceError::from)?;
        sync_folder(path).map_err(EvidenceError::from)?;
        Ok(())
    });
    if written.is_err() {
        // What is left of it could not be read as a package, but nobody needs it.
        let _ = std::fs::remove_file(&part);
    }
    written
}

fn write_part<S: PackageSource>(part: &Path, head: &PackageHead, source: &mut S) -> Result<(), S::Error> {
    let file = File::create(part).map_err(EvidenceError::from)?;
    let out = write(BufWriter::new(file), head, source)?;
    let file = out.into_inner().map_err(|error| EvidenceError::from(error.into_error()))?;
    file.sync_all().map_err(EvidenceError::from)?;
    Ok(())
}

/// The name under which a package grows.
fn part_of(path: &Path) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".part");
    path.with_file_name(name)
}

fn sync_folder(path: &Path) -> std::io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(folder)?.sync_all()
}

/// Writes the package to `out`.
pub fn write<W: Write + Seek, S: PackageSource>(out: W, head: &PackageHead, source: &mut S) -> Result<W, S::Error> {
    if head.items > EVIDENCE_RECORDS_MAX {
        return Err(EvidenceError::Write(format!("it would hold more than {EVIDENCE_RECORDS_MAX} records")).into());
    }
    let mut bag = Bag::new(out, &head.id)?;
    write_log(&mut bag, head)?;
    let redactions =
        Items { bag: &mut bag, head, lines: Vec::new(), redactions: Vec::new(), place: 0 }.write(source)?;
    let mut json = serde_json::to_vec_pretty(&redactions).unwrap_or_default();
    json.push(b'\n');
    bag.add_bytes("data/redactions.json", &json)?;
    while write_extra(&mut bag, source)? {
        proceed(source, head.items, bag.bytes())?;
    }
    for (path, content) in guide::PAYLOAD_FILES.iter().chain(guide::TAG_FILES) {
        bag.add_bytes(path, content.as_bytes())?;
    }
    let tag_manifest = bag.close_payload(&info(head))?;
    for file in source.seal(&tag_manifest)? {
        bag.add_seal(&file.name, &file.bytes)?;
    }
    Ok(bag.finish()?)
}

/// Writes the next file that the source adds; false after the last.
fn write_extra<W: Write + Seek, S: PackageSource>(bag: &mut Bag<W>, source: &mut S) -> Result<bool, S::Error> {
    let Some(mut extra) = source.file()? else { return Ok(false) };
    let open = FOLDERS.iter().any(|folder| extra.path.starts_with(folder)) || is_volume(&extra.path);
    if !open {
        return Err(EvidenceError::Write(format!("no file of a source belongs at {:?}", extra.path)).into());
    }
    bag.add(&format!("data/{}", extra.path), &mut extra.content)?;
    Ok(true)
}

/// `bag-info.txt` (RFC 8493 2.2.2), with the log's name and size as they stand in every proof.
fn info(head: &PackageHead) -> Vec<(&'static str, String)> {
    let version = if head.promise.is_some() { PACKAGE_VERSION } else { PACKAGE_VERSION_1 };
    let mut info = vec![
        ("Source-Organization", head.organisation.clone()),
        ("External-Identifier", head.id.clone()),
        ("Bagging-Date", head.at.to_string().chars().take(10).collect()),
        ("Requested-At", head.at.to_string()),
        ("Package-Version", version.to_owned()),
        ("Log-Origin", head.key.name.clone()),
        ("Log-Size", head.size.to_string()),
        ("Items", head.items.to_string()),
    ];
    info.extend(head.promise.iter().flat_map(promise::lines));
    info
}

fn write_log<W: Write + Seek>(bag: &mut Bag<W>, head: &PackageHead) -> Result<(), EvidenceError> {
    bag.add_bytes("data/log/checkpoint", head.checkpoint.as_bytes())?;
    bag.add_bytes("data/log/log.vkey", format!("{}\n", head.key.verifier_line()).as_bytes())?;
    bag.add_bytes("data/log/log.pub.pem", public_pem(&head.key).as_bytes())?;
    if let Some(key) = &head.witness {
        bag.add_bytes("data/log/witness/witness.vkey", format!("{}\n", key.trim()).as_bytes())?;
    }
    for older in &head.older {
        let size = older.size;
        let path = if older.tokens.is_empty() {
            format!("data/log/checkpoint.{size}")
        } else {
            format!("data/log/anchors/{size}.checkpoint")
        };
        bag.add_bytes(&path, older.checkpoint.as_bytes())?;
        for (place, token) in older.tokens.iter().enumerate() {
            let more = if place == 0 { String::new() } else { format!(".{}", place + 1) };
            bag.add_bytes(&format!("data/log/anchors/{size}{more}.tsr"), token)?;
        }
        if !older.cosignatures.is_empty() {
            // Apart from the head's own file: timestamps are over that as it was stamped.
            let cosigned = older.checkpoint.clone() + &older.cosignatures.concat();
            bag.add_bytes(&format!("data/log/witness/{size}.checkpoint"), cosigned.as_bytes())?;
        }
        if size != head.size {
            let proof = consistency_text(&older.consistency);
            bag.add_bytes(&format!("data/log/consistency-{size}-{}.txt", head.size), proof.as_bytes())?;
        }
    }
    Ok(())
}

fn proceed<S: PackageSource>(source: &mut S, items: u32, bytes: u64) -> Result<(), EvidenceError> {
    if source.proceed(items, bytes) { Ok(()) } else { Err(EvidenceError::Cancelled) }
}

/// Writes items one after the other.
struct Items<'a, W: Write + Seek> {
    bag: &'a mut Bag<W>,
    head: &'a PackageHead,
    /// Proofs that wait for their file.
    lines: Vec<ProofLine>,
    redactions: Vec<RedactionLine>,
    /// Items so far; the number of the last one.
    place: u32,
}

impl<W: Write + Seek> Items<'_, W> {
    fn write<S: PackageSource>(mut self, source: &mut S) -> Result<Vec<RedactionLine>, S::Error> {
        while let Some(item) = source.item()? {
            self.place = self.place.saturating_add(1);
            if self.place > self.head.items {
                return Err(EvidenceError::Write("more records came than were announced".into()).into());
            }
            match item {
                Item::Record(record) => self.record(*record)?,
                Item::Tombstone(tombstone) => self.tombstone(*tombstone)?,
            }
            proceed(source, self.place, self.bag.bytes())?;
        }
        if self.place < self.head.items {
            return Err(EvidenceError::Write("fewer records came than were announced".into()).into());
        }
        self.flush()?;
        Ok(self.redactions)
    }

    fn record(&mut self, record: RecordItem) -> Result<(), EvidenceError> {
        let number = number(self.place);
        let file = RecordFile::new(&record.entry, &record.disclosures, record.redacted, record.renderings)?;
        self.bag.add_bytes(&format!("data/records/{number}.json"), &file.to_json())?;
        self.proof(&number, record.index, record.path)?;
        if file.shows_original() {
            if let Some(original) = record.original {
                let ending = extension(&original.extension);
                self.bag.add_bytes(&format!("data/raw/{number}.{ending}"), &original.bytes)?;
            }
            for (place, mut media) in record.media.into_iter().enumerate() {
                let path = format!("data/media/{number}-{}.{}", place + 1, extension(&media.extension));
                self.bag.add(&path, &mut media.content)?;
            }
        }
        self.redactions.extend(file.redacted.into_iter().map(|redaction| RedactionLine {
            record: number.clone(),
            field: redaction.field,
            code: redaction.code,
            note: redaction.note,
        }));
        Ok(())
    }

    fn tombstone(&mut self, tombstone: TombstoneItem) -> Result<(), EvidenceError> {
        let number = number(self.place);
        let file = TombstoneFile {
            leaf: data_encoding::HEXLOWER.encode(&tombstone.leaf),
            code: tombstone.code,
            erasure: tombstone.erasure,
        };
        let mut json = serde_json::to_vec(&file).unwrap_or_default();
        json.push(b'\n');
        self.bag.add_bytes(&format!("data/tombstones/{number}.json"), &json)?;
        self.proof(&number, tombstone.index, tombstone.path)
    }

    fn proof(&mut self, number: &str, index: u64, path: Vec<Hash>) -> Result<(), EvidenceError> {
        if self.head.items <= EVIDENCE_PROOF_FILES_MAX {
            let text = Proof { index, path, checkpoint: self.head.checkpoint.clone() }.to_text();
            self.bag.add_bytes(&format!("data/proofs/{number}.tlog-proof"), text.as_bytes())?;
            return Ok(());
        }
        let head = Proof { index, path, checkpoint: String::new() }.to_text();
        self.lines.push(ProofLine { record: number.to_owned(), proof: head });
        if self.place.is_multiple_of(PROOFS_TOGETHER) { self.flush() } else { Ok(()) }
    }

    /// Writes the proofs that wait into a file named after the first of them.
    fn flush(&mut self) -> Result<(), EvidenceError> {
        let Some(first) = self.lines.first() else { return Ok(()) };
        let path = format!("data/proofs/{}.jsonl", first.record);
        let mut text = Vec::new();
        for line in self.lines.drain(..) {
            text.extend(serde_json::to_vec(&line).unwrap_or_default());
            text.push(b'\n');
        }
        self.bag.add_bytes(&path, &text)?;
        Ok(())
    }
}

/// An ending of a file's name: short, of letters and digits; `bin` where it is not.
fn extension(given: &str) -> String {
    let plain = (1..=8).contains(&given.len()) && given.chars().all(|letter| letter.is_ascii_alphanumeric());
    if plain { given.to_lowercase() } else { "bin".to_owned() }
}
