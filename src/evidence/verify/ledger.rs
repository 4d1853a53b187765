//! The log's key, the head that all proofs lead to, the older heads that it continues, and their timestamps.

use std::io::{Read, Seek};

use xinju_keys::signer;
use xinju_model::checkpoint::{Checkpoint, NoteKey};
use xinju_model::ledger::verify_consistency;
use xinju_model::limits::EVIDENCE_DOCUMENT_BYTES_MAX;

use super::{Faults, Print, Verdict, seals, witnesses};
use crate::container::Container;
use crate::error::EvidenceError;
use crate::log::{consistency_of_text, key_fingerprint, key_of_line, public_of_pem};

/// What every proof is held to.
pub(super) struct Head {
    pub(super) key: NoteKey,
    pub(super) checkpoint: Checkpoint,
    /// The signed head as it stands in every proof.
    pub(super) note: String,
}

pub(super) fn text<R: Read + Seek>(container: &mut Container<R>, path: &str) -> Result<String, EvidenceError> {
    let bytes = container.document(path, EVIDENCE_DOCUMENT_BYTES_MAX)?;
    String::from_utf8(bytes).map_err(|_| EvidenceError::Document("it is not UTF-8"))
}

/// Checks the folder `data/log/`. None where there is no head to hold anything to.
pub(super) fn check<R: Read + Seek>(
    container: &mut Container<R>,
    verdict: &mut Verdict,
    prints: &mut Vec<Print>,
) -> Option<Head> {
    let key = match key(container) {
        Ok(key) => key,
        Err(error) => {
            verdict.fail("log key", error.to_string());
            return None;
        }
    };
    let fingerprint = key_fingerprint(&key);
    verdict.pass("log key", format!("of {}, fingerprint {fingerprint}", key.name));
    prints.push(Print { what: "the log's key", fingerprint });
    let head = match head(container, key) {
        Ok(head) => head,
        Err(error) => {
            verdict.fail("checkpoint", error.to_string());
            return None;
        }
    };
    verdict.pass("checkpoint", format!("signed by the log over {} entries", head.checkpoint.size));
    check_older(container, &head, verdict, prints);
    witnesses::check(container, &head, verdict, prints);
    Some(head)
}

fn key<R: Read + Seek>(container: &mut Container<R>) -> Result<NoteKey, EvidenceError> {
    let line = text(container, "data/log/log.vkey")?;
    let key = key_of_line(&line).ok_or(EvidenceError::Document("log.vkey is no key of a log"))?;
    let pem = text(container, "data/log/log.pub.pem")?;
    if public_of_pem(pem.as_bytes()) == Some(key.public) {
        Ok(key)
    } else {
        Err(EvidenceError::Document("log.vkey and log.pub.pem are not the same key"))
    }
}

fn head<R: Read + Seek>(container: &mut Container<R>, key: NoteKey) -> Result<Head, EvidenceError> {
    let note = text(container, "data/log/checkpoint")?;
    let checkpoint = Checkpoint::open(&note, &key, signer::verify)?;
    if checkpoint.origin != key.name {
        return Err(EvidenceError::Document("the head is of another log than its key"));
    }
    Ok(Head { key, checkpoint, note })
}

/// The head that a file of `data/log/` holds, by its name: its size as stated, and whether stamps stand beside it.
fn older_size(path: &str) -> Option<(u64, bool)> {
    let name = path.strip_prefix("data/log/")?;
    let (digits, stamped) = match name.strip_prefix("anchors/") {
        Some(name) => (name.strip_suffix(".checkpoint")?, true),
        None => (name.strip_prefix("checkpoint.")?, false),
    };
    digits.parse().ok().map(|size| (size, stamped))
}

fn check_older<R: Read + Seek>(
    container: &mut Container<R>,
    head: &Head,
    verdict: &mut Verdict,
    prints: &mut Vec<Print>,
) {
    let paths: Vec<String> =
        container.paths().filter(|path| path.starts_with("data/log/")).map(str::to_owned).collect();
    let mut known = vec!["data/log/checkpoint".to_owned(), "data/log/log.vkey".into(), "data/log/log.pub.pem".into()];
    let mut faults = Faults::default();
    let mut heads: u64 = 0;
    for path in &paths {
        let Some((size, stamped)) = older_size(path) else { continue };
        heads += 1;
        known.push(path.clone());
        let proof = format!("data/log/consistency-{size}-{}.txt", head.checkpoint.size);
        if let Err(error) = check_head(container, path, size, &proof, head) {
            faults.add(path, error.to_string());
        }
        known.push(proof);
        if stamped {
            known.extend(check_stamps(container, path, size, &paths, verdict, prints));
        }
    }
    let unknown = |path: &&String| !known.contains(path) && !path.starts_with(witnesses::FOLDER);
    for path in paths.iter().filter(unknown) {
        faults.add(path, "nothing in the package needs it");
    }
    verdict.many("consistency", faults, format!("the head continues {heads} older heads of the log"));
}

fn check_head<R: Read + Seek>(
    container: &mut Container<R>,
    path: &str,
    size: u64,
    proof: &str,
    head: &Head,
) -> Result<(), EvidenceError> {
    let older = Checkpoint::open(&text(container, path)?, &head.key, signer::verify)?;
    if older.origin != head.checkpoint.origin || older.size != size {
        return Err(EvidenceError::Document("it is another head than its name says"));
    }
    let proof = if size == head.checkpoint.size { String::new() } else { text(container, proof)? };
    let path = consistency_of_text(&proof)?;
    let now = &head.checkpoint;
    if verify_consistency(size, &older.root, now.size, &now.root, &path) {
        Ok(())
    } else {
        Err(EvidenceError::Document(
            "the package's head does not continue it: the log was forked, or the proof changed",
        ))
    }
}

/// Checks the stamps beside a head; answers their paths.
fn check_stamps<R: Read + Seek>(
    container: &mut Container<R>,
    path: &str,
    size: u64,
    paths: &[String],
    verdict: &mut Verdict,
    prints: &mut Vec<Print>,
) -> Vec<String> {
    let data = container.document(path, EVIDENCE_DOCUMENT_BYTES_MAX).unwrap_or_default();
    let begins = format!("data/log/anchors/{size}.");
    let stamps = paths.iter().filter(|path| path.starts_with(&begins) && path.rsplit('.').next() == Some("tsr"));
    let mut found = Vec::new();
    for stamp in stamps {
        let token = container.document(stamp, EVIDENCE_DOCUMENT_BYTES_MAX);
        let result = token.and_then(|token| seals::check_stamp(&token, &data, prints));
        verdict.add(format!("timestamp of the head over {size} entries"), result);
        found.push(stamp.clone());
    }
    if found.is_empty() {
        verdict.fail(format!("timestamp of the head over {size} entries"), "it is missing");
    }
    found
}
