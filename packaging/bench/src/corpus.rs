//! The words of a run: real messages, repeated with new ids and times until there are enough.

use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Read, Write};
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::Outcome;

/// Messages that phrases are chosen from.
const SAMPLE: usize = 50_000;

/// One message of the file, as the engines take it.
pub(crate) struct Line {
    /// Its id.
    pub(crate) id: String,
    /// When it was sent, in milliseconds since 1970.
    pub(crate) at: i64,
    /// Its words.
    pub(crate) text: String,
    /// The whole line.
    pub(crate) original: String,
}

/// A file of messages.
pub(crate) struct Corpus {
    /// Where it is.
    pub(crate) path: PathBuf,
    /// How many messages it has.
    pub(crate) messages: u64,
    /// Its size.
    pub(crate) bytes: u64,
    /// Words of some of the messages, from the beginning.
    pub(crate) sample: Vec<String>,
    /// Who sent the first message that a member of staff sent.
    pub(crate) staff: String,
    /// The moment in the middle of the first and the last message.
    pub(crate) middle: i64,
}

impl Corpus {
    /// Writes `messages` messages with the words of `source` to `path`.
    pub(crate) fn write(source: &Path, messages: u64, path: &Path) -> Outcome<Self> {
        Self::write_as(source, messages, path, |_, _| {})
    }

    /// As [`Corpus::write`], each message changed by `change`, which gets its number too.
    pub(crate) fn write_as(
        source: &Path,
        messages: u64,
        path: &Path,
        change: impl Fn(&mut Value, u64),
    ) -> Outcome<Self> {
        let mut out = BufWriter::new(File::create(path)?);
        let mut corpus =
            Self { path: path.to_owned(), messages: 0, bytes: 0, sample: Vec::new(), staff: String::new(), middle: 0 };
        let (mut first, mut last, mut shift) = (i64::MAX, i64::MIN, 0);
        for round in 0_u64.. {
            for line in BufReader::new(open(source)?).lines() {
                if corpus.messages == messages {
                    break;
                }
                let mut message: Value = serde_json::from_str(&line?)?;
                let at = renew(&mut message, round, shift)?;
                change(&mut message, corpus.messages);
                (first, last) = (first.min(at), last.max(at));
                corpus.note(&message);
                let line = message.to_string();
                out.write_all(line.as_bytes())?;
                out.write_all(b"\n")?;
                corpus.bytes += line.len() as u64 + 1;
                corpus.messages += 1;
            }
            if corpus.messages == messages {
                break;
            }
            if corpus.messages == 0 {
                return Err(format!("{}: no messages in it", source.display()).into());
            }
            // The next round goes on where this one ended, so that time order stays the order of arrival.
            if round == 0 {
                shift = last - first + 60_000;
            }
        }
        out.into_inner()?.sync_all()?;
        corpus.middle = first + (last - first) / 2;
        Ok(corpus)
    }

    fn note(&mut self, message: &Value) {
        let from = message["from"].as_str().unwrap_or_default();
        if self.staff.is_empty() && !is_customer(from) {
            self.staff = from.to_owned();
        }
        if self.sample.len() < SAMPLE {
            self.sample.push(words(message));
        }
    }

    /// The messages, in memory, so that reading the file is no part of an engine's time.
    pub(crate) fn lines(&self) -> Outcome<Vec<Line>> {
        let mut lines = Vec::with_capacity(usize::try_from(self.messages)?);
        for original in BufReader::new(File::open(&self.path)?).lines() {
            let original = original?;
            let message: Value = serde_json::from_str(&original)?;
            let id = message["msgid"].as_str().unwrap_or_default().to_owned();
            lines.push(Line {
                id,
                at: message["msgtime"].as_i64().unwrap_or_default(),
                text: words(&message),
                original,
            });
        }
        Ok(lines)
    }
}

/// Decrypted messages, plain or compressed.
fn open(path: &Path) -> Outcome<Box<dyn Read>> {
    let file = File::open(path).map_err(|error| format!("{}: {error}", path.display()))?;
    let compressed = path.extension().is_some_and(|extension| extension == "zst");
    Ok(if compressed { Box::new(zstd::Decoder::new(file)?) } else { Box::new(file) })
}

/// Gives a message of a later round its own id and time.
fn renew(message: &mut Value, round: u64, shift: i64) -> Outcome<i64> {
    let at = message["msgtime"].as_i64().ok_or("a message without msgtime")?;
    if round == 0 {
        return Ok(at);
    }
    let at = at + shift * i64::try_from(round)?;
    let id = message["msgid"].as_str().ok_or("a message without msgid")?;
    message["msgid"] = Value::from(format!("{round}{id}"));
    message["msgtime"] = Value::from(at);
    Ok(at)
}

/// Whether a WeCom id is an external contact's: those of staff are chosen by the company and never begin so in our words.
pub(crate) fn is_customer(id: &str) -> bool {
    id.starts_with("wm") || id.starts_with("wo")
}

fn words(message: &Value) -> String {
    message["text"]["content"].as_str().unwrap_or_default().to_owned()
}
