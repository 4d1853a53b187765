//! A small archive and packages of it.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::io::{Cursor, Read, Write};
use std::sync::Arc;

use xinju_keys::signer::Signer;
use xinju_model::audit::Event;
use xinju_model::channel::Channel;
use xinju_model::checkpoint::{Checkpoint, NoteKey};
use xinju_model::entry::{Disclosure, disclosures, entry_bytes};
use xinju_model::ledger::{Hash, Node, consistency, inclusion, leaf_hash, root_of};
use xinju_model::package::SealPromise;
use xinju_model::record::{Entry, EntryKind, Format, Origin, Source, Via};
use xinju_model::time::Timestamp;

use crate::completeness::SequenceRun;
use crate::cosignature::tests::TestWitness;
use crate::digests::sha256_hex;
use crate::error::EvidenceError;
use crate::log::consistency_text;
use crate::package::{
    ExtraFile, Item, Media, OlderHead, Original, PackageHead, PackageSource, RecordItem, SealFile, TombstoneItem, write,
};
use crate::proof::Proof;
use crate::record::RecordFile;
use crate::redaction::{Redaction, RedactionCode, Rendering};
use crate::seal::tests::sealer;
use crate::seal::{EXPORT_CONSISTENCY, EXPORT_ENTRY, EXPORT_PROOF, SEAL, seal};

pub(super) const AT: Timestamp = Timestamp(1_790_000_000_000);

/// A log of records of two conversations, and its key.
#[derive(Clone)]
pub(super) struct Log {
    pub(super) entries: Vec<Entry>,
    pub(super) signer: Signer,
    pub(super) key: NoteKey,
}

impl Log {
    pub(super) fn new(size: u8) -> Self {
        let signer = Signer::from_seed(&[5; 32]).unwrap();
        let key = NoteKey { name: "example.com/log".into(), public: signer.public() };
        Self { entries: (0..size).map(record).collect(), signer, key }
    }

    pub(super) fn disclosures(&self, index: usize) -> Vec<Disclosure> {
        disclosures(&self.entries[index], None)
    }

    pub(super) fn entry(&self, index: usize) -> Vec<u8> {
        let entry = &self.entries[index];
        entry_bytes(entry.kind, &entry.seed, &self.disclosures(index))
    }

    fn leaves(&self, size: usize) -> Vec<Hash> {
        (0..size).map(|index| leaf_hash(&self.entry(index))).collect()
    }

    pub(super) fn checkpoint(&self, size: usize) -> String {
        let checkpoint =
            Checkpoint { origin: self.key.name.clone(), size: size as u64, root: root_of(&self.leaves(size)) };
        checkpoint.note(&self.key, &self.signer.sign(checkpoint.body().as_bytes()))
    }

    pub(super) fn path(&self, index: usize, size: usize) -> Vec<Hash> {
        let leaves = self.leaves(size);
        let Ok(path) = inclusion(index as u64, size as u64, |node| Ok::<_, Infallible>(node_of(&leaves, node)));
        path
    }

    pub(super) fn consistency(&self, old: usize, size: usize) -> Vec<Hash> {
        let leaves = self.leaves(size);
        let Ok(proof) = consistency(old as u64, size as u64, |node| Ok::<_, Infallible>(node_of(&leaves, node)));
        proof
    }
}

fn node_of(leaves: &[Hash], node: Node) -> Hash {
    let from = usize::try_from(node.index << node.level).unwrap();
    root_of(&leaves[from..from + (1 << node.level)])
}

fn record(number: u8) -> Entry {
    let source = Source {
        channel: Channel::Wecom,
        account: "corp".into(),
        format: Format::WecomJson,
        via: Via::Import,
        import: None,
    };
    let party = if number.is_multiple_of(2) { "wmA" } else { "wmB" };
    Entry {
        kind: EntryKind::Record,
        at: Timestamp(AT.0 + i64::from(number)),
        seed: [number.wrapping_add(1); 16],
        origin: Some(Origin {
            source: Arc::new(source),
            cursor: None,
            sequence: Some(u64::from(number / 2)),
        }),
        body: format!(
            r#"{{"msgid":"m{number}","from":"{party}","tolist":["staff1"],"msgtime":1735702814753,"msgtype":"text","text":{{"content":"第{number}句 of {party}"}},"image":{}}}"#,
            picture(number)
        )
        .into_bytes(),
    }
}

/// The content of the file that the record with a file has.
pub(super) static CONTENT: [u8; 20_000] = [7; 20_000];
/// That record.
const ITS_RECORD: u8 = 2;

fn picture(number: u8) -> String {
    let mut digesting = crate::digests::Digesting::with_md5();
    digesting.update(&CONTENT);
    let digests = digesting.finish();
    let md5 = digests.md5.filter(|_| number == ITS_RECORD).map(|md5| data_encoding::HEXLOWER.encode(&md5));
    serde_json::json!({ "md5sum": md5, "filesize": digests.size }).to_string()
}

/// How a package is made.
pub(super) struct Sample {
    pub(super) log: Log,
    /// Places in the log of what the package holds.
    pub(super) indexes: Vec<usize>,
    /// The one whose content is withheld.
    pub(super) withheld: Option<usize>,
    /// The one that was erased.
    pub(super) erased: Option<usize>,
    pub(super) size: usize,
    pub(super) older: Vec<usize>,
    pub(super) stop_at: Option<u32>,
    /// What the package says that its seal holds; version 1 says nothing.
    pub(super) promise: Option<SealPromise>,
    /// What the log's entry of the export says besides.
    pub(super) told: Vec<(&'static str, &'static str)>,
    /// Who signed the older heads.
    pub(super) witness: Option<TestWitness>,
}

impl Default for Sample {
    /// Conversation A of a log of 40, one record withheld, one erased.
    fn default() -> Self {
        Self {
            log: Log::new(42),
            indexes: (0..20).map(|place| place * 2).collect(),
            withheld: Some(6),
            erased: Some(10),
            size: 40,
            older: vec![7, 32],
            stop_at: None,
            promise: None,
            told: Vec::new(),
            witness: None,
        }
    }
}

impl Sample {
    pub(super) fn head(&self) -> PackageHead {
        PackageHead {
            id: "EVID-example-20260921-0001".into(),
            organisation: "示例公司".into(),
            at: AT,
            key: self.log.key.clone(),
            checkpoint: self.log.checkpoint(self.size),
            size: self.size as u64,
            items: u32::try_from(self.indexes.len()).unwrap(),
            older: self
                .older
                .iter()
                .map(|size| OlderHead {
                    checkpoint: self.log.checkpoint(*size),
                    size: *size as u64,
                    consistency: self.log.consistency(*size, self.size),
                    tokens: Vec::new(),
                    cosignatures: self.cosigned(*size),
                })
                .collect(),
            promise: self.promise.clone(),
            witness: self.witness.as_ref().map(|witness| witness.line.clone()),
        }
    }

    fn cosigned(&self, size: usize) -> Vec<String> {
        let Some(witness) = &self.witness else { return Vec::new() };
        let note = self.log.checkpoint(size);
        let (body, _) = note.split_once("\n\n").unwrap();
        vec![witness.sign(1_789_000_000, &format!("{body}\n"))]
    }

    pub(super) fn source(&self) -> SampleSource<'_> {
        SampleSource { sample: self, next: 0, files: vec![self.sequences()] }
    }

    pub(super) fn build(&self) -> Vec<u8> {
        write(Cursor::new(Vec::new()), &self.head(), &mut self.source()).unwrap().into_inner()
    }

    fn sequences(&self) -> (String, Vec<u8>) {
        let shown = self.log.disclosures(0);
        let (_, conversation) = crate::record::field_of(&shown[1].encoded).unwrap();
        let missing: Vec<u64> = self.erased.iter().map(|index| (*index as u64) / 2).collect();
        let run = SequenceRun {
            conversation: conversation["id"].as_str().unwrap().into(),
            from: 0,
            to: self.indexes.len() as u64 - 1,
            missing,
        };
        ("completeness/sequences.json".into(), serde_json::to_vec(&[run]).unwrap())
    }
}

pub(super) struct SampleSource<'a> {
    sample: &'a Sample,
    next: usize,
    pub(super) files: Vec<(String, Vec<u8>)>,
}

impl PackageSource for SampleSource<'_> {
    type Error = EvidenceError;

    fn item(&mut self) -> Result<Option<Item>, EvidenceError> {
        let sample = self.sample;
        let Some(index) = sample.indexes.get(self.next).copied() else { return Ok(None) };
        self.next += 1;
        let (entry, path) = (sample.log.entry(index), sample.log.path(index, sample.size));
        if sample.erased == Some(index) {
            let leaf = leaf_hash(&entry);
            let item = TombstoneItem { index: index as u64, leaf, path, code: RedactionCode::E2, erasure: None };
            return Ok(Some(Item::Tombstone(Box::new(item))));
        }
        let withheld = sample.withheld == Some(index);
        let redaction = Redaction { field: "content".into(), code: RedactionCode::R2, note: "电话号码".into() };
        let rendering = Rendering { field: "content".into(), text: "第█句".into() };
        let media = Media { extension: "jpg".into(), content: Box::new(Cursor::new(CONTENT)) };
        Ok(Some(Item::Record(Box::new(RecordItem {
            entry,
            disclosures: sample.log.disclosures(index),
            index: index as u64,
            path,
            redacted: if withheld { vec![redaction] } else { Vec::new() },
            renderings: if withheld { vec![rendering] } else { Vec::new() },
            original: Some(Original { extension: "json".into(), bytes: sample.log.entries[index].body.clone() }),
            media: if index == usize::from(ITS_RECORD) { vec![media] } else { Vec::new() },
        }))))
    }

    fn file(&mut self) -> Result<Option<ExtraFile<'_>>, EvidenceError> {
        let next = self.files.pop();
        Ok(next.map(|(path, bytes)| ExtraFile { path, content: Box::new(Cursor::new(bytes)) }))
    }

    fn seal(&mut self, tag_manifest: &[u8]) -> Result<Vec<SealFile>, EvidenceError> {
        let mut files = vec![SealFile { name: SEAL.into(), bytes: seal(&sealer(), tag_manifest, AT)? }];
        files.extend(export(self.sample, &sha256_hex(tag_manifest)));
        Ok(files)
    }

    fn proceed(&mut self, items: u32, _bytes: u64) -> bool {
        self.sample.stop_at.is_none_or(|stop| items < stop)
    }
}

/// The last entry of the log tells of the export of a package.
fn export(sample: &Sample, digest: &str) -> Vec<SealFile> {
    let (mut log, size) = (sample.log.clone(), sample.size);
    let index = log.entries.len() - 1;
    let told = sample.told.iter().copied().chain([("manifest", digest)]);
    let details = told.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    let event = Event { details, ..Event::default() };
    log.entries[index] = Entry { kind: EntryKind::Audit, origin: None, body: event.to_bytes(), ..record(41) };
    let (entry, checkpoint) = (log.entry(index), log.checkpoint(index + 1));
    let file = RecordFile::new(&entry, &log.disclosures(index), Vec::new(), Vec::new()).unwrap();
    let proof = Proof { index: index as u64, path: log.path(index, index + 1), checkpoint };
    let consistency = consistency_text(&log.consistency(size, index + 1));
    let named = |name: &str, bytes: Vec<u8>| SealFile { name: name.into(), bytes };
    vec![
        named(EXPORT_ENTRY, file.to_json()),
        named(EXPORT_PROOF, proof.to_text().into_bytes()),
        named(EXPORT_CONSISTENCY, consistency.into_bytes()),
    ]
}

/// A package as files, by path under its folder.
pub(super) type Unpacked = BTreeMap<String, Vec<u8>>;

pub(super) fn unpack(package: &[u8]) -> Unpacked {
    let mut zip = zip::ZipArchive::new(Cursor::new(package)).unwrap();
    let mut files = Unpacked::new();
    for place in 0..zip.len() {
        let mut file = zip.by_index(place).unwrap();
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).unwrap();
        files.insert(file.name().unwrap().split_once('/').unwrap().1.to_owned(), bytes);
    }
    files
}

/// The files as a package again, whatever they are.
pub(super) fn pack(files: &Unpacked) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (path, bytes) in files {
        let options = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Deflated);
        zip.start_file(format!("EVID-example-20260921-0001/{path}"), options).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// Manifests anew, as an attacker makes them who has no key.
pub(super) fn remanifest(files: &mut Unpacked) {
    use std::fmt::Write as _;
    let payload: Vec<(String, crate::digests::FileDigests)> = files
        .iter()
        .filter(|(path, _)| path.starts_with("data/"))
        .map(|(path, bytes)| (path.clone(), digest(bytes)))
        .collect();
    let (mut sha256, mut sha512, mut sm3) = (String::new(), String::new(), String::new());
    let hex = |bytes: &[u8]| data_encoding::HEXLOWER.encode(bytes);
    for (path, digests) in &payload {
        writeln!(sha256, "{}  {path}", hex(&digests.sha256)).unwrap();
        writeln!(sha512, "{}  {path}", hex(&digests.sha512)).unwrap();
        writeln!(sm3, "{}  {path}", hex(&digests.sm3)).unwrap();
    }
    for (path, text) in [("manifest-sha256.txt", sha256), ("manifest-sha512.txt", sha512)] {
        writeln!(sm3, "{}  {path}", hex(&digest(text.as_bytes()).sm3)).unwrap();
        files.insert(path.into(), text.into_bytes());
    }
    files.insert("sm3sum.txt".into(), sm3.into_bytes());
    let octets: u64 = payload.iter().map(|(_, digests)| digests.size).sum();
    let info = String::from_utf8(files["bag-info.txt"].clone()).unwrap();
    let kept: Vec<&str> = info.lines().filter(|line| !line.starts_with("Payload-Oxum")).collect();
    files.insert(
        "bag-info.txt".into(),
        format!("{}\nPayload-Oxum: {octets}.{}\n", kept.join("\n"), payload.len()).into_bytes(),
    );
    let mut tags = String::new();
    for (path, bytes) in files.iter() {
        if !path.starts_with("data/") && !path.starts_with("seal/") && path != "tagmanifest-sha256.txt" {
            writeln!(tags, "{}  {path}", hex(&digest(bytes).sha256)).unwrap();
        }
    }
    files.insert("tagmanifest-sha256.txt".into(), tags.into_bytes());
}

fn digest(bytes: &[u8]) -> crate::digests::FileDigests {
    let mut digesting = crate::digests::Digesting::default();
    digesting.update(bytes);
    digesting.finish()
}

/// Sealed again with a key of the attacker's own.
pub(super) fn reseal(files: &mut Unpacked) {
    let sealed = seal(&sealer(), &files["tagmanifest-sha256.txt"], AT).unwrap();
    files.insert(format!("seal/{SEAL}"), sealed);
}
