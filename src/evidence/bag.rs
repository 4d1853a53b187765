//! A `BagIt` 1.0 bag (RFC 8493) written straight into one zip: files go in as they come, their digests become the manifests.
//!
//! Equal files in equal order make equal bytes: no clock is read, every file carries the same time.

use std::collections::{BTreeMap, HashSet};
use std::fmt::Write as _;
use std::io::{Read, Seek, Write};

use data_encoding::HEXLOWER;
use xinju_model::limits::{EVIDENCE_BYTES_MAX, EVIDENCE_FILES_MAX};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use crate::digests::{Digesting, FileDigests};
use crate::error::EvidenceError;
use crate::name;

/// The folder of what a bag is about.
pub const PAYLOAD: &str = "data/";
/// The declaration that makes a folder a bag (RFC 8493 2.1.1).
pub(crate) const DECLARATION: &str = "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n";
/// The manifest that a seal is over.
pub const TAG_MANIFEST: &str = "tagmanifest-sha256.txt";
/// Bytes that are copied at a time.
const CHUNK_BYTES: usize = 64 * 1024;
/// Endings of files that are packed already: deflating them again costs time and saves nothing.
const PACKED: &[&str] = &[
    "jpg", "jpeg", "png", "gif", "webp", "mp3", "m4a", "amr", "silk", "mp4", "mov", "zip", "gz", "7z", "docx", "xlsx",
    "pptx",
];

/// Writes a bag.
pub struct Bag<W: Write + Seek> {
    zip: ZipWriter<W>,
    root: String,
    payload: BTreeMap<String, FileDigests>,
    tags: BTreeMap<String, FileDigests>,
    /// Names in the form under which two are the same.
    names: HashSet<String>,
    bytes: u64,
}

impl<W: Write + Seek> Bag<W> {
    /// A bag in a folder `root` of the zip that `out` becomes.
    pub fn new(out: W, root: &str) -> Result<Self, EvidenceError> {
        if name::fault(root).is_some() || root.contains('/') {
            return Err(EvidenceError::Write(format!("a package can't be named {root:?}")));
        }
        Ok(Self {
            zip: ZipWriter::new(out),
            root: root.to_owned(),
            payload: BTreeMap::new(),
            tags: BTreeMap::new(),
            names: HashSet::new(),
            bytes: 0,
        })
    }

    /// Puts in a file of the payload or, outside `data/`, a tag file; says what it read.
    pub(crate) fn add(&mut self, path: &str, content: &mut dyn Read) -> Result<FileDigests, EvidenceError> {
        let digests = self.copy(path, content)?;
        let list = if path.starts_with(PAYLOAD) { &mut self.payload } else { &mut self.tags };
        list.insert(path.to_owned(), digests);
        Ok(digests)
    }

    /// Puts in a file whose bytes are at hand.
    pub(crate) fn add_bytes(&mut self, path: &str, content: &[u8]) -> Result<FileDigests, EvidenceError> {
        self.add(path, &mut &*content)
    }

    /// Bytes of files so far.
    pub(crate) fn bytes(&self) -> u64 {
        self.bytes
    }

    fn copy(&mut self, path: &str, content: &mut dyn Read) -> Result<FileDigests, EvidenceError> {
        let full = format!("{}/{path}", self.root);
        if let Some(fault) = name::fault(&full) {
            return Err(EvidenceError::Write(format!("a file can't be named {path:?}: {fault}")));
        }
        if !self.names.insert(name::folded(path)) {
            return Err(EvidenceError::Write(format!("two files would be named {path:?}")));
        }
        if self.names.len() as u64 > EVIDENCE_FILES_MAX {
            return Err(EvidenceError::Write(format!("it would hold more than {EVIDENCE_FILES_MAX} files")));
        }
        self.zip.start_file(full, options(path)).map_err(|error| zip_error(&error))?;
        let mut digesting = Digesting::default();
        let mut buffer = vec![0; CHUNK_BYTES];
        loop {
            let read = content.read(&mut buffer)?;
            let Some(chunk) = buffer.get(..read).filter(|chunk| !chunk.is_empty()) else { break };
            digesting.update(chunk);
            self.zip.write_all(chunk)?;
            self.bytes = self.bytes.saturating_add(chunk.len() as u64);
            if self.bytes > EVIDENCE_BYTES_MAX {
                return Err(EvidenceError::Write("it would be larger than a package may be".into()));
            }
        }
        Ok(digesting.finish())
    }

    /// Writes declaration, `bag-info.txt` with `info`, manifests and tag manifest. Answers the tag manifest, which a seal is over.
    pub(crate) fn close_payload(&mut self, info: &[(&str, String)]) -> Result<Vec<u8>, EvidenceError> {
        self.add_bytes("bagit.txt", DECLARATION.as_bytes())?;
        let octets: u64 = self.payload.values().map(|digests| digests.size).sum();
        let mut text = String::new();
        for (label, value) in info {
            let _ = writeln!(text, "{label}: {}", value.replace(['\r', '\n'], " "));
        }
        let _ = writeln!(text, "Payload-Oxum: {octets}.{}", self.payload.len());
        self.add_bytes("bag-info.txt", text.as_bytes())?;
        let sha256 = manifest(&self.payload, |digests| HEXLOWER.encode(&digests.sha256));
        let sha512 = manifest(&self.payload, |digests| HEXLOWER.encode(&digests.sha512));
        let mut sm3 = manifest(&self.payload, |digests| HEXLOWER.encode(&digests.sm3));
        for (path, text) in [("manifest-sha256.txt", sha256), ("manifest-sha512.txt", sha512)] {
            let digests = self.add_bytes(path, text.as_bytes())?;
            let _ = writeln!(sm3, "{}  {path}", HEXLOWER.encode(&digests.sm3));
        }
        self.add_bytes("sm3sum.txt", sm3.as_bytes())?;
        let tags = manifest(&self.tags, |digests| HEXLOWER.encode(&digests.sha256)).into_bytes();
        self.copy(TAG_MANIFEST, &mut tags.as_slice())?;
        Ok(tags)
    }

    /// Puts in a file that no manifest lists, because it is about the manifests.
    pub(crate) fn add_seal(&mut self, file: &str, content: &[u8]) -> Result<(), EvidenceError> {
        self.copy(&format!("seal/{file}"), &mut &*content).map(|_| ())
    }

    /// Ends the zip.
    pub(crate) fn finish(self) -> Result<W, EvidenceError> {
        self.zip.finish().map_err(|error| zip_error(&error))
    }
}

/// A line a file, sorted by path: what `sha256sum -c` and its kin read.
fn manifest(files: &BTreeMap<String, FileDigests>, digest: impl Fn(&FileDigests) -> String) -> String {
    let mut text = String::new();
    for (path, digests) in files {
        let _ = writeln!(text, "{}  {path}", digest(digests));
    }
    text
}

fn options(path: &str) -> SimpleFileOptions {
    let packed = path.rsplit_once('.').is_some_and(|(_, ending)| PACKED.contains(&ending.to_lowercase().as_str()));
    let method = if packed { CompressionMethod::Stored } else { CompressionMethod::Deflated };
    // Sizes are not known before: each file has room for one beyond 4 GiB.
    SimpleFileOptions::default()
        .compression_method(method)
        .last_modified_time(DateTime::default())
        .unix_permissions(0o644)
        .large_file(true)
}

fn zip_error(error: &zip::result::ZipError) -> EvidenceError {
    EvidenceError::Write(error.to_string())
}
