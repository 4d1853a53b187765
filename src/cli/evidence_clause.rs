//! `xinju evidence clause`: the model clause with the fingerprints of now, as a file, and into the ledger.

use std::io;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use serde_json::Value;

use super::evidence_export::Out;
use super::operate::{Command, execute};
use super::status::Status;
use super::{Archive, print};

/// Write the model clause
#[derive(Debug, Args)]
pub(crate) struct Clause {
    /// Where it goes; a file of that name is replaced
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// Plain text in one language; without it a PDF in both, with room for signatures
    #[arg(long, value_name = "LANGUAGE")]
    language: Option<Language>,
    /// Write the text into the ledger too
    #[arg(long)]
    issue: bool,
    /// Print JSON lines for scripts
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    archive: Archive,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Language {
    Zh,
    En,
}

impl Clause {
    /// Writes the clause and prints what it is.
    pub(crate) fn run(self) -> Result<Status, Box<dyn std::error::Error>> {
        let folder = self.out.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        if !folder.is_dir() || self.out.file_name().is_none() {
            return Err(format!("{}: there is no such folder", folder.display()).into());
        }
        let chinese = self.language.map(|language| matches!(language, Language::Zh));
        let command = Command::EvidenceClause { chinese, issue: self.issue };
        let (mut out, json) = (Out::new(&self.out), self.json);
        execute(&self.archive, &command, Box::new(io::empty()), &mut |value| {
            if out.take(&value)? {
                return Ok(());
            }
            if json {
                print::line(&value.to_string());
            } else {
                show(&value);
            }
            Ok(())
        })
    }
}

fn show(value: &Value) {
    let text = |name: &str| value.get(name).and_then(Value::as_str);
    if let Some(error) = text("error") {
        print::note(&format!("xinju: {error}"));
    }
    if let (Some(sha256), Some(entry)) = (text("sha256"), text("entry")) {
        print::line(&format!("issued as entry {entry}; SHA-256 of the text {sha256}"));
    }
}
