//! Words that people really wrote: the demo's, a slice of Traditional Chinese, and the large set where it is at hand.

use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};

use serde_json::Value;

/// Messages as they are imported.
#[derive(Clone)]
pub(crate) struct Words {
    /// One line a message.
    pub(crate) lines: Vec<String>,
}

/// A file of the large real data set beside the project, where it is at hand.
pub(crate) fn shared_data(name: &str) -> Option<PathBuf> {
    let path = top().join("../shared/data").join(name);
    path.exists().then_some(path)
}

fn top() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

impl Words {
    /// Customer service in Simplified Chinese: 16,934 messages.
    pub(crate) fn hospitality() -> Self {
        Self::read(&top().join("packaging/demo/wecom-hospitality.ndjson.zst"))
    }

    /// Meetings in Traditional Chinese: 2,000 messages.
    pub(crate) fn traditional() -> Self {
        Self::read(&top().join("tests/data/transcript/traditional-2000.ndjson.zst"))
    }

    /// The messages of a compressed file.
    pub(crate) fn read(path: &Path) -> Self {
        let mut text = String::new();
        let file = File::open(path).expect("the words are there");
        let mut file = zstd::Decoder::new(file).expect("the words are compressed");
        file.read_to_string(&mut text).expect("the words are UTF-8");
        Self { lines: text.split_terminator('\n').map(str::to_owned).collect() }
    }

    /// The first `count` messages; more than there are is the same words again with new ids.
    pub(crate) fn first(&self, count: usize) -> Self {
        let rounds = count.div_ceil(self.lines.len());
        let lines = (0..rounds).flat_map(|round| self.lines.iter().map(move |line| renewed(line, round)));
        Self { lines: lines.take(count).collect() }
    }

    /// These and those.
    pub(crate) fn and(mut self, other: Self) -> Self {
        self.lines.extend(other.lines);
        self
    }

    /// Writes them for an import.
    pub(crate) fn write(&self, path: &Path) -> PathBuf {
        fs::write(path, self.lines.join("\n") + "\n").expect("the words can be written");
        path.to_owned()
    }

    /// What each message says.
    pub(crate) fn texts(&self) -> Vec<String> {
        let said = |line: &String| -> Option<String> {
            let message: Value = serde_json::from_str(line).ok()?;
            Some(message["text"]["content"].as_str()?.to_owned())
        };
        self.lines.iter().map(|line| said(line).expect("a text message")).collect()
    }
}

/// A line of a later round has an id of its own. Ids stand first in the line.
fn renewed(line: &str, round: usize) -> String {
    if round == 0 { line.to_owned() } else { line.replacen("\"msgid\":\"", &format!("\"msgid\":\"{round}"), 1) }
}
