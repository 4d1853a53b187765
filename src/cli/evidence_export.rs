//! `xinju evidence export`: a package of a search, a conversation or a case, into a file.

use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use clap::Args;
use serde_json::Value;
use xinju_model::package::ExchangeFormat;

use super::operate::{Command, execute};
use super::print::Progress;
use super::search::zone_offset_minutes;
use super::status::Status;
use super::{Archive, print};

/// Write a package
#[derive(Debug, Args)]
pub(crate) struct Export {
    #[command(flatten)]
    selection: Selection,
    /// Where the package goes; a file of that name is replaced
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// Why
    #[arg(long, value_name = "WORDS", default_value = "export by the operator of the machine")]
    reason: String,
    /// What the package is to show
    #[arg(long, value_name = "WORDS", default_value = "")]
    purpose: String,
    /// To whom it goes
    #[arg(long, value_name = "WHO", default_value = "")]
    recipient: String,
    /// Before whom it comes
    #[arg(long, value_name = "NAME", default_value = "")]
    forum: String,
    /// The forum is outside mainland China; this is the number of the authorities' approval (PIPL art. 41, DSL art. 36)
    #[arg(long, value_name = "NUMBER")]
    abroad: Option<String>,
    /// Render the records besides for programs of other trades: csv, json, dat, opt, rsmf
    #[arg(long, value_name = "FORMAT", value_delimiter = ',', value_parser = format_name)]
    exchange: Vec<String>,
    /// Print JSON lines for scripts
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    archive: Archive,
}

fn format_name(name: &str) -> Result<String, String> {
    match ExchangeFormat::named(name) {
        Some(_) => Ok(name.to_owned()),
        None => Err("it is csv, json, dat, opt or rsmf".to_owned()),
    }
}

#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
struct Selection {
    /// Messages that a search finds
    #[arg(long, value_name = "QUERY")]
    query: Option<String>,
    /// All messages of a conversation
    #[arg(long, value_name = "ID")]
    conversation: Option<String>,
    /// What a case collects
    #[arg(long, value_name = "ID")]
    case: Option<String>,
    /// A package that was built before, by its number: the same again, but for its seal
    #[arg(long, value_name = "NUMBER")]
    again: Option<String>,
}

/// The file in the making; gone again where it was not finished.
pub(super) struct Out<'a> {
    path: &'a Path,
    part: PathBuf,
    file: Option<File>,
}

impl<'a> Out<'a> {
    pub(super) fn new(path: &'a Path) -> Self {
        let mut name = path.file_name().unwrap_or_default().to_owned();
        name.push(".part");
        Self { path, part: path.with_file_name(name), file: None }
    }

    /// Takes what an answer holds of the file, or its end; false where an answer is for people.
    pub(super) fn take(&mut self, value: &Value) -> io::Result<bool> {
        if let Some(part) = value.get("part").and_then(Value::as_str) {
            self.write(part)?;
            return Ok(true);
        }
        if value.get("done").is_some() {
            self.finish()?;
        }
        Ok(false)
    }

    fn write(&mut self, part: &str) -> io::Result<()> {
        let bytes = STANDARD.decode(part).map_err(io::Error::other)?;
        if self.file.is_none() {
            self.file = Some(File::create(&self.part)?);
        }
        self.file.as_mut().map_or(Ok(()), |file| file.write_all(&bytes))
    }

    fn finish(&mut self) -> io::Result<()> {
        let Some(file) = self.file.take() else { return Err(io::Error::other("no package came")) };
        let done = file.sync_all().and_then(|()| std::fs::rename(&self.part, self.path));
        if done.is_err() {
            let _ = std::fs::remove_file(&self.part);
        }
        done
    }
}

impl Drop for Out<'_> {
    fn drop(&mut self) {
        if self.file.is_some() {
            // What came of it is no package.
            let _ = std::fs::remove_file(&self.part);
        }
    }
}

impl Export {
    /// Writes the package and prints progress and what it is.
    pub(crate) fn run(self) -> Result<Status, Box<dyn std::error::Error>> {
        let folder = self.out.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        if !folder.is_dir() || self.out.file_name().is_none() {
            return Err(format!("{}: there is no such folder", folder.display()).into());
        }
        let Selection { query, conversation, case, again } = self.selection;
        let command = Command::EvidenceExport {
            query,
            zone_offset_minutes: zone_offset_minutes(),
            conversation,
            case,
            again,
            reason: self.reason,
            purpose: self.purpose,
            recipient: self.recipient,
            forum: self.forum,
            abroad: self.abroad,
            exchange: self.exchange,
        };
        let (mut out, progress, json) = (Out::new(&self.out), Progress::new("records"), self.json);
        execute(&self.archive, &command, Box::new(io::empty()), &mut |value| {
            if out.take(&value)? {
                return Ok(());
            }
            if json {
                print::line(&value.to_string());
            } else {
                show(&value, &progress);
            }
            Ok(())
        })
    }
}

fn show(value: &Value, progress: &Progress) {
    let count = |name| value.get(name).and_then(Value::as_u64).unwrap_or_default();
    let text = |name: &str| value.get(name).and_then(Value::as_str).unwrap_or_default();
    if value.get("done").is_some() {
        print::line(&format!("{}  {} records, {} bytes", text("number"), count("records"), count("bytes")));
        print::line(&format!("SHA-256 of the file          {}", text("sha256")));
        print::line(&format!("SHA-256 of its tag manifest  {}", text("manifest")));
        print::line(&format!("fingerprint of the seal      {}", text("certificate")));
    } else if value.get("error").is_some() {
        print::note(&format!("xinju: {}", text("error")));
    } else {
        progress.set(count("built"), count("records"));
    }
}
