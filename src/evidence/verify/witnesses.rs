//! Heads of the log that a witness signed, too: it saw that each continues all that it had signed before, so that nobody was shown another
//! log.
//!
//! The witness's key comes with the package. Only whoever knows it from elsewhere learns more from it than that somebody signed.

use std::io::{Read, Seek};

use super::ledger::{Head, text};
use super::{Faults, Print, Verdict};
use crate::container::Container;
use crate::cosignature::{Cosignature, WitnessKey};
use crate::error::EvidenceError;

/// Where they are.
pub(super) const FOLDER: &str = "data/log/witness/";
const KEY: &str = "witness.vkey";

/// Checks the heads that a witness signed, where there are any. That they are the log's own and continue is checked of the same heads without
/// its lines.
pub(super) fn check<R: Read + Seek>(
    container: &mut Container<R>,
    head: &Head,
    verdict: &mut Verdict,
    prints: &mut Vec<Print>,
) {
    let paths: Vec<String> = container.paths().filter(|path| path.starts_with(FOLDER)).map(str::to_owned).collect();
    if paths.is_empty() {
        return;
    }
    let key = match text(container, &format!("{FOLDER}{KEY}")).and_then(|line| Cosignature::key(&line)) {
        Ok(key) => key,
        Err(error) => {
            verdict.fail("witness", error.to_string());
            return;
        }
    };
    let (mut faults, mut last) = (Faults::default(), None);
    for path in paths.iter().filter(|path| !path.ends_with(KEY)) {
        match check_head(container, path, &key, head) {
            Ok((size, signed)) => last = last.max(Some((size, signed.at))),
            Err(error) => faults.add(path, error.to_string()),
        }
    }
    let fingerprint = key.fingerprint();
    let Some((size, at)) = last else {
        verdict.fail("witness", "there is its key, but no head that it signed");
        return;
    };
    let words =
        format!("{} signed heads of the log, the newest over {size} entries at {at} by its own clock", key.name);
    verdict.many(
        "witness",
        faults,
        format!("{words}; key {fingerprint}: worth what you know of that key from elsewhere"),
    );
    prints.push(Print { what: "the witness's key", fingerprint });
}

/// The same head without the witness's line, below which it stands.
fn check_head<R: Read + Seek>(
    container: &mut Container<R>,
    path: &str,
    key: &WitnessKey,
    head: &Head,
) -> Result<(u64, Cosignature), EvidenceError> {
    let strange = EvidenceError::Document("nothing in the package needs it");
    let size = path.strip_prefix(FOLDER).and_then(|name| name.strip_suffix(".checkpoint")?.parse::<u64>().ok());
    let size = size.ok_or(strange)?;
    let plain = [format!("data/log/anchors/{size}.checkpoint"), format!("data/log/checkpoint.{size}")];
    let plain = plain.iter().find(|path| container.has(path));
    let without = match plain {
        Some(path) => text(container, path)?,
        None if size == head.checkpoint.size => head.note.clone(),
        None => return Err(EvidenceError::Document("the package does not hold the head that it signed")),
    };
    let cosigned = text(container, path)?;
    let lines = cosigned.strip_prefix(&without);
    let lines = lines.ok_or(EvidenceError::Document("it is another head than that of its size in the package"))?;
    Ok((size, Cosignature::find(lines.as_bytes(), key, &without)?))
}
