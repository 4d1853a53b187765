//! What a run is told.

use std::path::{Path, PathBuf};

use crate::Outcome;

/// Messages of a run where nothing is said.
const MESSAGES: u64 = 200_000;
/// Messages of the further runs of `--large`.
const LARGE: [u64; 2] = [2_000_000, 10_000_000];
/// The words of a run where nothing is said: the first that is there.
const CORPORA: [&str; 2] = ["../shared/data/wecom-volume.ndjson.zst", "packaging/demo/wecom-hospitality.ndjson.zst"];

const USAGE: &str = "usage: packaging/bench/run [--messages N] [--large | --scopes | --reads] [--corpus FILE] [--binary FILE] [--folder DIR] [--repeats N] [--threads N]
  --messages  messages to take in (200000); the words are repeated with new ids and times until there are so many
  --large     then once more with 2 and 10 million messages, the product alone
  --scopes    instead: a million messages of 125,000 customers, searched by somebody who sees 100,000 of them and by somebody who sees all
  --reads     instead, as the first word: how fast conversations are read, against a build that writes no events of it
  --corpus    decrypted WeCom messages, NDJSON, plain or .zst
  --binary    the product (target/release/xinju)
  --folder    where to put data (the system's temporary folder); it should be a disk
  --repeats   how often each query is asked (200)
  --threads   threads of raw Tantivy's writer (as many as the product uses)";

/// See [`USAGE`].
pub(crate) struct Arguments {
    /// Messages of the first run.
    pub(crate) messages: u64,
    /// Whether larger runs follow.
    pub(crate) large: bool,
    /// Whether searches in a scope are compared instead.
    pub(crate) scopes: bool,
    /// The product without events, where reads are compared instead.
    pub(crate) unaudited: Option<PathBuf>,
    /// The words.
    pub(crate) corpus: PathBuf,
    /// The product.
    pub(crate) binary: PathBuf,
    /// Where data go.
    pub(crate) folder: PathBuf,
    /// How often each query is asked.
    pub(crate) repeats: usize,
    /// Threads of raw Tantivy's writer.
    pub(crate) threads: usize,
}

impl Arguments {
    /// Reads a command line.
    pub(crate) fn parse(mut words: impl Iterator<Item = String>) -> Outcome<Self> {
        let mut arguments = Self {
            messages: MESSAGES,
            large: false,
            scopes: false,
            unaudited: None,
            corpus: PathBuf::new(),
            binary: PathBuf::from("target/release/xinju"),
            folder: std::env::temp_dir(),
            repeats: 200,
            threads: 1,
        };
        while let Some(word) = words.next() {
            let mut value = || words.next().ok_or(USAGE);
            match word.as_str() {
                "--large" => arguments.large = true,
                "--scopes" => arguments.scopes = true,
                "--reads" => arguments.unaudited = Some(value()?.into()),
                "--messages" => arguments.messages = value()?.replace('_', "").parse()?,
                "--corpus" => arguments.corpus = value()?.into(),
                "--binary" => arguments.binary = value()?.into(),
                "--folder" => arguments.folder = value()?.into(),
                "--repeats" => arguments.repeats = value()?.parse()?,
                "--threads" => arguments.threads = value()?.parse()?,
                _ => return Err(USAGE.into()),
            }
        }
        if arguments.corpus.as_os_str().is_empty() {
            let found = CORPORA.iter().map(Path::new).find(|path| path.exists());
            arguments.corpus = found.ok_or("no words to work on: name a file with --corpus")?.to_owned();
        }
        if !arguments.binary.exists() {
            return Err(
                format!("{}: not there; build it with `cargo build --release`", arguments.binary.display()).into()
            );
        }
        Ok(arguments)
    }

    /// The sizes of the runs, smallest first.
    pub(crate) fn sizes(&self) -> Vec<u64> {
        let larger = LARGE.into_iter().filter(|size| self.large && *size > self.messages);
        std::iter::once(self.messages).chain(larger).collect()
    }
}
