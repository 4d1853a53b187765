//! Every file against the manifests, and the manifests against the files: nothing changed, missing or added.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{Read, Seek};

use data_encoding::HEXLOWER;
use xinju_model::limits::{EVIDENCE_DOCUMENT_BYTES_MAX, EVIDENCE_MANIFEST_BYTES_MAX, EVIDENCE_RECORDS_MAX};
use xinju_model::package::SealPromise;

use super::{Faults, Verdict};
use crate::bag::{DECLARATION, PAYLOAD, TAG_MANIFEST};
use crate::container::Container;
use crate::digests::{Digesting, FileDigests};
use crate::error::EvidenceError;
use crate::guide;
use crate::package::{PACKAGE_VERSION, PACKAGE_VERSION_1};
use crate::promise;

/// Tag files that every package has beside its guides.
const TAGS: &[&str] = &["bagit.txt", "bag-info.txt", "manifest-sha256.txt", "manifest-sha512.txt", "sm3sum.txt"];
/// Manifests that `sm3sum.txt` lists beside the payload.
const UNDER_SM3: &[&str] = &["manifest-sha256.txt", "manifest-sha512.txt"];

/// What is known of a package's files.
pub(super) struct Files {
    /// The digests of all files outside `seal/`.
    pub(super) digests: BTreeMap<String, FileDigests>,
    /// Records and tombstones that `bag-info.txt` states.
    pub(super) items: u32,
    /// What it says that the seal holds; none in a package of version 1.
    pub(super) promise: Option<SealPromise>,
}

/// The digests of a manifest by path.
type Manifest = BTreeMap<String, Vec<u8>>;

/// Reads every file once. None where the manifests can't be read at all.
pub(super) fn check<R: Read + Seek>(
    container: &mut Container<R>,
    verdict: &mut Verdict,
    progress: &mut dyn FnMut(u64, u64),
) -> Option<Files> {
    let manifests = match Manifests::read(container) {
        Ok(manifests) => manifests,
        Err(error) => {
            verdict.fail("manifests", error.to_string());
            return None;
        }
    };
    let mut faults = Faults::default();
    let digests = digest_all(container, &mut faults, progress);
    let mut payload = BTreeSet::new();
    let mut tags = BTreeSet::new();
    for path in container.paths() {
        if path.starts_with(PAYLOAD) {
            payload.insert(path);
        } else if path != TAG_MANIFEST && !path.starts_with("seal/") {
            tags.insert(path);
        }
    }
    let expected: BTreeSet<&str> = TAGS.iter().copied().chain(guide::TAG_FILES.iter().map(|(path, _)| *path)).collect();
    for path in tags.symmetric_difference(&expected) {
        faults.add(*path, if tags.contains(path) { "no package has such a file there" } else { "it is missing" });
    }
    let with_manifests: BTreeSet<&str> = payload.iter().copied().chain(UNDER_SM3.iter().copied()).collect();
    compare("manifest-sha256.txt", &manifests.sha256, &payload, &digests, |file| &file.sha256, &mut faults);
    compare("manifest-sha512.txt", &manifests.sha512, &payload, &digests, |file| &file.sha512, &mut faults);
    compare("sm3sum.txt", &manifests.sm3, &with_manifests, &digests, |file| &file.sm3, &mut faults);
    compare(TAG_MANIFEST, &manifests.tags, &tags, &digests, |file| &file.sha256, &mut faults);
    let octets: u64 = payload.iter().filter_map(|path| digests.get(*path)).map(|file| file.size).sum();
    let good = format!("{} files of {octets} bytes are as SHA-256, SHA-512 and SM3 say", payload.len());
    let oxum = format!("{octets}.{}", payload.len());
    verdict.many("files", faults, good);
    let (items, promise) = check_bag(container, &oxum, verdict)?;
    Some(Files { digests, items, promise })
}

fn digest_all<R: Read + Seek>(
    container: &mut Container<R>,
    faults: &mut Faults,
    progress: &mut dyn FnMut(u64, u64),
) -> BTreeMap<String, FileDigests> {
    let paths: Vec<String> = container.paths().filter(|path| !path.starts_with("seal/")).map(str::to_owned).collect();
    let total = paths.len() as u64;
    let mut digests = BTreeMap::new();
    for (done, path) in paths.into_iter().enumerate() {
        let of_message = path.starts_with("data/media/");
        let mut digesting = if of_message { Digesting::with_md5() } else { Digesting::default() };
        match container.read(&path, &mut |chunk| digesting.update(chunk)) {
            Ok(()) => {
                digests.insert(path, digesting.finish());
            }
            Err(error) => faults.add(path, error.to_string()),
        }
        progress(done as u64 + 1, total);
    }
    digests
}

/// Holds a manifest to the files that it has to list.
fn compare<'a>(
    name: &str,
    manifest: &'a Manifest,
    files: &BTreeSet<&'a str>,
    digests: &'a BTreeMap<String, FileDigests>,
    digest: impl Fn(&'a FileDigests) -> &'a [u8],
    faults: &mut Faults,
) {
    for path in files {
        match (manifest.get(*path), digests.get(*path)) {
            (None, _) => faults.add(*path, format!("{name} does not list it: it was added")),
            (Some(stated), Some(file)) if stated != digest(file) => {
                faults.add(*path, format!("it is not as {name} says: it was changed"));
            }
            _ => {}
        }
    }
    for path in manifest.keys().filter(|path| !files.contains(path.as_str())) {
        faults.add(path, format!("{name} lists it, but it is not there: it was removed"));
    }
}

struct Manifests {
    sha256: Manifest,
    sha512: Manifest,
    sm3: Manifest,
    tags: Manifest,
}

impl Manifests {
    fn read<R: Read + Seek>(container: &mut Container<R>) -> Result<Self, EvidenceError> {
        Ok(Self {
            sha256: manifest(container, "manifest-sha256.txt", 32)?,
            sha512: manifest(container, "manifest-sha512.txt", 64)?,
            sm3: manifest(container, "sm3sum.txt", 32)?,
            tags: manifest(container, TAG_MANIFEST, 32)?,
        })
    }
}

fn manifest<R: Read + Seek>(
    container: &mut Container<R>,
    path: &str,
    digest_bytes: usize,
) -> Result<Manifest, EvidenceError> {
    let fault = |words: &str| EvidenceError::Container(format!("{path} {words}"));
    let bytes = container.document(path, EVIDENCE_MANIFEST_BYTES_MAX)?;
    let text = std::str::from_utf8(&bytes).map_err(|_| fault("is not UTF-8"))?;
    let mut manifest = Manifest::new();
    for line in text.lines() {
        let (hex, file) = line.split_once("  ").ok_or_else(|| fault("has a line that is no digest and path"))?;
        let digest = HEXLOWER.decode(hex.as_bytes()).ok().filter(|digest| digest.len() == digest_bytes);
        let digest = digest.ok_or_else(|| fault("has a line that is no digest and path"))?;
        if manifest.insert(file.to_owned(), digest).is_some() {
            return Err(fault("lists a file twice"));
        }
    }
    Ok(manifest)
}

/// Declaration and `bag-info.txt`; the number of items that it states, and what it says of the seal.
fn check_bag<R: Read + Seek>(
    container: &mut Container<R>,
    oxum: &str,
    verdict: &mut Verdict,
) -> Option<(u32, Option<SealPromise>)> {
    let declaration = container.document("bagit.txt", EVIDENCE_DOCUMENT_BYTES_MAX).ok();
    let info = container.document("bag-info.txt", EVIDENCE_DOCUMENT_BYTES_MAX).ok();
    let info = info.and_then(|info| String::from_utf8(info).ok()).unwrap_or_default();
    let field = |label: &str| info.lines().find_map(|line| line.strip_prefix(label)?.strip_prefix(": "));
    let (version, promise) = (field("Package-Version"), promise::read(field));
    if declaration.as_deref() != Some(DECLARATION.as_bytes()) {
        verdict.fail("bag", "bagit.txt does not declare a BagIt 1.0 bag");
    } else if version != Some(PACKAGE_VERSION) && version != Some(PACKAGE_VERSION_1) {
        verdict.fail("bag", "its version is not known here; a newer program may read it");
        return None;
    } else if field("External-Identifier") != Some(container.root()) {
        verdict.fail("bag", "its folder has another name than bag-info.txt says");
    } else if field("Payload-Oxum") != Some(oxum) {
        verdict.fail("bag", format!("bag-info.txt speaks of other payload than {oxum} (bytes and files)"));
    } else if promise.is_some() != (version == Some(PACKAGE_VERSION)) {
        verdict.fail("bag", "bag-info.txt does not say, as its version has it, what the seal holds");
    } else {
        let who = field("Source-Organization").unwrap_or_default();
        verdict.pass("bag", format!("{who}, asked for at {}", field("Requested-At").unwrap_or_default()));
    }
    let items: Option<u32> = field("Items").and_then(|items| items.parse().ok());
    match items {
        Some(items) if items <= EVIDENCE_RECORDS_MAX => return Some((items, promise)),
        Some(_) => verdict.fail("bag", "it speaks of more records than a package may hold"),
        None => verdict.fail("bag", "bag-info.txt does not say how many records there are"),
    }
    None
}
