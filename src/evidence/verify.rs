//! Checks a package from anybody, without an archive and without a network: a verdict for each part, with the reason in plain words.
//!
//! Nothing in the package is believed before it is checked, and nothing is checked against itself alone where something
//! from elsewhere was given: fingerprints in `trust`.

mod files;
mod ledger;
mod made;
mod records;
mod seals;
mod sequence;
#[cfg(test)]
mod tests;
mod witnesses;

use std::io::{Read, Seek};

use serde::Serialize;
use xinju_model::limits::EVIDENCE_FAULTS_NAMED_MAX;

use crate::container::Container;
use crate::error::EvidenceError;

/// The verdict on one part of a package.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Check {
    /// What was checked.
    pub name: String,
    /// Whether it holds.
    pub ok: bool,
    /// Why it does not, or what it shows.
    pub detail: String,
}

/// The verdict on a package.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verdict {
    /// All parts, in the order in which they were checked.
    pub checks: Vec<Check>,
}

impl Verdict {
    /// Whether every part holds.
    pub fn is_ok(&self) -> bool {
        !self.checks.is_empty() && self.checks.iter().all(|check| check.ok)
    }

    fn pass(&mut self, name: impl Into<String>, detail: impl Into<String>) {
        self.checks.push(Check { name: name.into(), ok: true, detail: plain(&detail.into()) });
    }

    fn fail(&mut self, name: impl Into<String>, detail: impl Into<String>) {
        self.checks.push(Check { name: name.into(), ok: false, detail: plain(&detail.into()) });
    }

    /// A pass with the words of `result`, or a failure with those of its error.
    fn add(&mut self, name: impl Into<String>, result: Result<String, EvidenceError>) {
        match result {
            Ok(detail) => self.pass(name, detail),
            Err(error) => self.fail(name, error.to_string()),
        }
    }

    /// One verdict on many things of a kind: those that do not hold by name, as far as that is readable.
    fn many(&mut self, name: &str, faults: Faults, good: String) {
        if faults.count == 0 {
            self.pass(name, good);
            return;
        }
        let more = faults.count.saturating_sub(faults.named.len());
        for (thing, detail) in faults.named {
            self.fail(format!("{name}: {thing}"), detail);
        }
        if more > 0 {
            self.fail(name, format!("{more} more do not hold"));
        }
    }
}

/// Words without characters that a terminal obeys: names and subjects are written by whoever made the package.
fn plain(text: &str) -> String {
    text.chars().filter(|letter| !letter.is_control()).take(1_000).collect()
}

/// What does not hold among many things of a kind.
#[derive(Default)]
struct Faults {
    named: Vec<(String, String)>,
    count: usize,
}

impl Faults {
    fn add(&mut self, thing: impl Into<String>, detail: impl Into<String>) {
        self.count = self.count.saturating_add(1);
        if self.named.len() < EVIDENCE_FAULTS_NAMED_MAX {
            self.named.push((thing.into(), detail.into()));
        }
    }
}

/// Checks a package. `trust` are fingerprints (SHA-256, hexadecimal, with or without colons) of the log's key or of certificates, known
/// from elsewhere: each has to be found. `progress` hears how many files of how many were read.
pub fn verify<R: Read + Seek>(source: R, trust: &[String], progress: &mut dyn FnMut(u64, u64)) -> Verdict {
    let mut verdict = Verdict::default();
    let mut container = match Container::open(source) {
        Ok(container) => container,
        Err(error) => {
            verdict.fail("container", error.to_string());
            return verdict;
        }
    };
    let files = container.paths().count();
    verdict.pass("container", format!("one folder, {}, of {files} files; nothing beside it", container.root()));
    let Some(files) = files::check(&mut container, &mut verdict, progress) else { return verdict };
    let mut prints = seals::check(&mut container, &mut verdict);
    if let Some(head) = ledger::check(&mut container, &mut verdict, &mut prints) {
        let shown = records::check(&mut container, &files, &head, &mut verdict);
        sequence::check(&mut container, &shown, &mut verdict);
        let made = seals::check_export(&mut container, &head, files.promise.is_some(), &mut verdict);
        made::check(&container, files.promise.as_ref(), made.as_ref(), &mut verdict);
    }
    check_trust(trust, &prints, &mut verdict);
    verdict
}

/// Something with a fingerprint that the package relies on.
struct Print {
    what: &'static str,
    fingerprint: String,
}

fn check_trust(trust: &[String], prints: &[Print], verdict: &mut Verdict) {
    if trust.is_empty() {
        verdict.pass(
            "trust",
            "no fingerprint was given: keys and certificates are those of the package itself; compare them with ones from elsewhere",
        );
    }
    for given in trust {
        let wanted: String = given.chars().filter(char::is_ascii_hexdigit).collect::<String>().to_lowercase();
        match prints.iter().find(|print| print.fingerprint == wanted) {
            Some(print) => verdict.pass("trust", format!("{} has the given fingerprint {wanted}", print.what)),
            None => verdict.fail("trust", format!("nothing in the package has the given fingerprint {given}")),
        }
    }
}
