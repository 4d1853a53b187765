//! `xinju import`: messages from files.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use serde_json::Value;

use super::operate::{Command, execute};
use super::print::Progress;
use super::status::Status;
use super::{Archive, print};

/// Import messages from a file.
#[derive(Debug, Args)]
pub(crate) struct Import {
    #[command(subcommand)]
    kind: Kind,
}

#[derive(Debug, Subcommand)]
enum Kind {
    /// Decrypted WeCom messages: NDJSON, plain or zstd, or a zip of such files and the pictures, voices and files that the messages name
    Wecom(Wecom),
}

#[derive(Debug, Args)]
struct Wecom {
    /// The file; `-` for standard input
    file: PathBuf,
    /// Departments, staff and contacts, as one JSON file in the shape of the WeCom API, plain or zstd
    #[arg(long, value_name = "FILE")]
    directory: Option<PathBuf>,
    /// Print JSON lines for scripts
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    archive: Archive,
}

impl Import {
    /// Imports and prints progress and result.
    pub(crate) fn run(self) -> Result<Status, Box<dyn std::error::Error>> {
        let Kind::Wecom(wecom) = self.kind;
        wecom.run()
    }
}

impl Wecom {
    fn run(self) -> Result<Status, Box<dyn std::error::Error>> {
        let messages = open(&self.file)?;
        let directory = self.directory.as_deref().map(open).transpose()?;
        self.archive.create_if_missing()?;
        let (directory, directory_bytes): (Box<dyn Read + Send>, _) = match directory {
            Some((file, Some(bytes))) => (file, Some(bytes)),
            Some(_) => return Err("the directory must be a file, not standard input".into()),
            None => (Box::new(std::io::empty()), None),
        };
        let file_bytes = messages.1;
        let command = Command::ImportWecom { file_name: name(&self.file), file_bytes, directory_bytes };
        let input = Box::new(directory.chain(messages.0));
        let progress = Progress::new("bytes");
        execute(&self.archive, &command, input, &mut |value| {
            if self.json {
                print::line(&value.to_string());
            } else {
                show(&value, &progress);
            }
            Ok(())
        })
    }
}

/// What to read and its size, where known.
type Input = (Box<dyn Read + Send>, Option<u64>);

/// Opens a file, or standard input.
fn open(path: &Path) -> Result<Input, Box<dyn std::error::Error>> {
    if path == Path::new("-") {
        return Ok((Box::new(std::io::stdin()), None));
    }
    let file = File::open(path).map_err(|error| format!("{}: {error}", path.display()))?;
    let bytes = file.metadata()?.len();
    Ok((Box::new(file), Some(bytes)))
}

fn name(path: &Path) -> String {
    match path.file_name() {
        Some(name) if path != Path::new("-") => name.to_string_lossy().into_owned(),
        _ => "standard input".to_owned(),
    }
}

fn number(value: &Value, name: &str) -> u64 {
    value.get(name).and_then(Value::as_u64).unwrap_or_default()
}

fn show(value: &Value, progress: &Progress) {
    let count = |name| number(value, name);
    if value.get("done").is_some() {
        print::line(&format!(
            "{} read, {} added, {} known, {} rejected",
            count("read"),
            count("added"),
            count("known"),
            count("rejected")
        ));
    } else if let Some(line) = value.get("reject") {
        let reason = value.get("reason").and_then(Value::as_str).unwrap_or_default();
        print::note(&format!("line {line} rejected: {reason}"));
    } else if let Some(error) = value.get("error").and_then(Value::as_str) {
        print::note(&format!("xinju: {error}"));
    } else {
        progress.set(count("bytes"), count("file_bytes"));
    }
}
