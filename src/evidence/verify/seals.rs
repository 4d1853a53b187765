//! The seals over the tag manifest, their timestamps, and the entry of the log that tells of the export.

use std::io::{Read, Seek};

use serde_json::Value;
use xinju_model::checkpoint::Checkpoint;
use xinju_model::ledger::verify_consistency;
use xinju_model::limits::EVIDENCE_DOCUMENT_BYTES_MAX;

use super::ledger::Head;
use super::made::Made;
use super::{Faults, Print, Verdict};
use crate::bag::TAG_MANIFEST;
use crate::container::Container;
use crate::digests::sha256_hex;
use crate::entry::RecordProof;
use crate::error::EvidenceError;
use crate::log::consistency_of_text;
use crate::record::RecordFile;
use crate::seal::{self, EXPORT_CONSISTENCY, EXPORT_ENTRY, EXPORT_PROOF, SEAL, SEAL_STAMP, SEAL_STAMP_2};
use crate::sm2_seal::{self, SM2_CERTIFICATE, SM2_SEAL};
use crate::timestamp;

/// Depth at which a digest is looked for in a disclosed value.
const VALUE_DEPTH_MAX: u8 = 16;

/// Checks what stands in `seal/`; answers the fingerprints that it relies on.
pub(super) fn check<R: Read + Seek>(container: &mut Container<R>, verdict: &mut Verdict) -> Vec<Print> {
    let mut prints = Vec::new();
    strangers(container, verdict);
    let content = document(container, TAG_MANIFEST).unwrap_or_default();
    match document(container, &format!("seal/{SEAL}")) {
        Ok(sealed) => {
            verdict.add("seal", check_seal(&sealed, &content, &mut prints));
            check_stamps(container, &sealed, verdict, &mut prints);
        }
        Err(_) => verdict.fail("seal", "there is none: nobody answers for the package as a whole"),
    }
    if container.has(&format!("seal/{SM2_SEAL}")) || container.has(&format!("seal/{SM2_CERTIFICATE}")) {
        let result = check_sm2(container, &content, &mut prints);
        verdict.add("SM2 seal", result);
    }
    prints
}

fn document<R: Read + Seek>(container: &mut Container<R>, path: &str) -> Result<Vec<u8>, EvidenceError> {
    container.document(path, EVIDENCE_DOCUMENT_BYTES_MAX)
}

/// Names of the stamps over the seal: of one authority, and of a second one.
pub(super) fn stamps() -> [String; 2] {
    [SEAL_STAMP, SEAL_STAMP_2].map(|name| format!("seal/{name}"))
}

/// No manifest lists the files of `seal/`, so that only those that are checked may stand there.
fn strangers<R: Read + Seek>(container: &Container<R>, verdict: &mut Verdict) {
    let mut known: Vec<String> = [SEAL, SM2_SEAL, SM2_CERTIFICATE, EXPORT_ENTRY, EXPORT_PROOF, EXPORT_CONSISTENCY]
        .iter()
        .map(|name| format!("seal/{name}"))
        .collect();
    known.extend(stamps());
    let mut faults = Faults::default();
    for path in container.paths().filter(|path| path.starts_with("seal/")) {
        if !known.iter().any(|known| known == path) {
            faults.add(path, "no seal has such a file: it was added");
        }
    }
    if faults.count > 0 {
        verdict.many("seal", faults, String::new());
    }
}

fn check_seal(sealed: &[u8], content: &[u8], prints: &mut Vec<Print>) -> Result<String, EvidenceError> {
    let sealed = seal::verify(sealed, content)?;
    let own = sealed.fingerprints.first().cloned().unwrap_or_default();
    let above = match (sealed.self_signed, sealed.complete) {
        (true, _) => "made by the organisation itself, nobody vouches for it",
        (false, true) => "its chain ends in a root that came with it",
        (false, false) => "the root of its chain did not come with it",
    };
    let at = sealed.at.map(|at| at.to_string()).unwrap_or_default();
    prints.extend(sealed.fingerprints.into_iter().map(|fingerprint| Print { what: "the seal's chain", fingerprint }));
    Ok(format!("by {}, certificate {own} ({above}), at {at} by its own clock", sealed.subject))
}

fn check_stamps<R: Read + Seek>(
    container: &mut Container<R>,
    sealed: &[u8],
    verdict: &mut Verdict,
    prints: &mut Vec<Print>,
) {
    let mut any = false;
    for path in stamps() {
        if container.has(&path) {
            any = true;
            let result = document(container, &path).and_then(|token| check_stamp(&token, sealed, prints));
            verdict.add("timestamp of the seal", result);
        }
    }
    if !any {
        verdict.pass("timestamp of the seal", "there is none: when it was sealed is the organisation's word alone");
    }
}

/// Checks one timestamp over `data`.
pub(super) fn check_stamp(token: &[u8], data: &[u8], prints: &mut Vec<Print>) -> Result<String, EvidenceError> {
    let stamped = timestamp::verify(token, data)?;
    let own = stamped.fingerprints.first().cloned().unwrap_or_default();
    let root = if stamped.complete { "" } else { ", the root of its chain did not come with it" };
    prints
        .extend(stamped.fingerprints.into_iter().map(|fingerprint| Print { what: "a timestamp's chain", fingerprint }));
    Ok(format!("existed at {}, says {} (certificate {own}{root})", stamped.at, stamped.subject))
}

fn check_sm2<R: Read + Seek>(
    container: &mut Container<R>,
    content: &[u8],
    prints: &mut Vec<Print>,
) -> Result<String, EvidenceError> {
    let signature = document(container, &format!("seal/{SM2_SEAL}"))?;
    let certificate = document(container, &format!("seal/{SM2_CERTIFICATE}"))?;
    let sealed = sm2_seal::verify(&signature, &certificate, content)?;
    prints.push(Print { what: "the SM2 certificate", fingerprint: sealed.fingerprint.clone() });
    Ok(format!("by {}, certificate {}; who issued it is not checked here", sealed.subject, sealed.fingerprint))
}

/// The log's entry of the export names this package, and its head continues the package's. Answers what it says was made; none where it
/// says nothing that holds.
pub(super) fn check_export<R: Read + Seek>(
    container: &mut Container<R>,
    head: &Head,
    promised: bool,
    verdict: &mut Verdict,
) -> Option<Made> {
    let paths = [EXPORT_ENTRY, EXPORT_PROOF, EXPORT_CONSISTENCY].map(|name| format!("seal/{name}"));
    if !paths.iter().any(|path| container.has(path)) {
        let words = "the package does not hold the log's entry of its export";
        if promised {
            verdict.fail("export entry", format!("{words}: it was removed"));
        } else {
            verdict.pass("export entry", words);
        }
        return None;
    }
    match export(container, &paths, head) {
        Ok((words, made)) => {
            verdict.pass("export entry", words);
            Some(made)
        }
        Err(error) => {
            verdict.fail("export entry", error.to_string());
            None
        }
    }
}

fn export<R: Read + Seek>(
    container: &mut Container<R>,
    [entry, proof, consistency]: &[String; 3],
    head: &Head,
) -> Result<(String, Made), EvidenceError> {
    let digest = sha256_hex(&document(container, TAG_MANIFEST)?);
    let file = RecordFile::from_json(&document(container, entry)?)?;
    let utf8 = |bytes| String::from_utf8(bytes).map_err(|_| EvidenceError::Document("it is not UTF-8"));
    let proof = utf8(document(container, proof)?)?;
    let proven = RecordProof { entry: file.entry, disclosures: file.disclosures, proof }.verify(&head.key)?;
    let later = &proven.checkpoint;
    let path = consistency_of_text(&utf8(document(container, consistency)?)?)?;
    if !continues(&head.checkpoint, later, &path) {
        return Err(EvidenceError::Document("its head does not continue the head of the package: the log was forked"));
    }
    let named = proven.fields.iter().find(|(_, value)| names(value, &digest, 0));
    let (_, told) = named.ok_or(EvidenceError::Document("it does not name this package's tag manifest"))?;
    Ok((format!("entry {} of the log names this package's tag manifest {digest}", proven.index), Made::told(told)))
}

fn continues(old: &Checkpoint, new: &Checkpoint, proof: &[[u8; 32]]) -> bool {
    old.origin == new.origin && verify_consistency(old.size, &old.root, new.size, &new.root, proof)
}

/// Whether a digest stands somewhere in a value.
fn names(value: &Value, digest: &str, depth: u8) -> bool {
    if depth > VALUE_DEPTH_MAX {
        return false;
    }
    match value {
        Value::String(text) => text == digest,
        Value::Array(all) => all.iter().any(|value| names(value, digest, depth + 1)),
        Value::Object(all) => all.values().any(|value| names(value, digest, depth + 1)),
        _ => false,
    }
}
