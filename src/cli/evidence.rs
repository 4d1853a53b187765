//! `xinju evidence`: packages. `verify` checks one from anybody, offline, without a data folder.

use std::fs::File;
use std::path::PathBuf;

use clap::{Args, Subcommand};
use serde_json::json;
use xinju_evidence::verify::{Verdict, verify};

use super::evidence_clause::Clause;
use super::evidence_export::Export;
use super::print;
use super::print::Progress;
use super::status::Status;

/// Evidence packages, which anybody can check.
#[derive(Debug, Args)]
pub(crate) struct Evidence {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Check a package: every file, seal, timestamp, proof and disclosure; exit status 3 when anything does not hold
    Verify(Verify),
    /// Write a package of a search, a conversation or a case
    Export(Box<Export>),
    /// Write the model clause by which parties agree how electronic data are kept and checked
    Clause(Clause),
}

#[derive(Debug, Args)]
struct Verify {
    /// The package, a zip
    file: PathBuf,
    /// Fingerprint of the log's key or of a certificate, known from elsewhere: SHA-256 in hexadecimal (may be given more than once)
    #[arg(long, value_name = "FINGERPRINT")]
    trust: Vec<String>,
    /// Print one line of JSON for scripts
    #[arg(long)]
    json: bool,
}

impl Evidence {
    /// Runs the command.
    pub(crate) fn run(self) -> Result<Status, Box<dyn std::error::Error>> {
        match self.command {
            Command::Verify(verify) => verify.run(),
            Command::Export(export) => export.run(),
            Command::Clause(clause) => clause.run(),
        }
    }
}

impl Verify {
    fn run(self) -> Result<Status, Box<dyn std::error::Error>> {
        let file = File::open(&self.file).map_err(|error| format!("{}: {error}", self.file.display()))?;
        let progress = Progress::new("files");
        let verdict = verify(file, &self.trust, &mut |done, total| progress.set(done, total));
        drop(progress);
        if self.json {
            print::line(&json!({ "ok": verdict.is_ok(), "checks": verdict.checks }).to_string());
        } else {
            show(&verdict);
        }
        Ok(if verdict.is_ok() { Status::Done } else { Status::VerificationFailed })
    }
}

fn show(verdict: &Verdict) {
    for check in &verdict.checks {
        let mark = if check.ok { "ok   " } else { "WRONG" };
        print::line(&format!("{mark} {}: {}", check.name, check.detail));
    }
    print::line(if verdict.is_ok() { "everything in the package holds" } else { "the package does not hold" });
}
