//! Entries of the ledger and the records among them, as they were accepted.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::channel::Channel;
use crate::id::ImportId;
use crate::time::Timestamp;

/// Sixteen random bytes from which an entry's id and salts follow; forgetting them makes its digests unguessable.
pub type Seed = [u8; 16];

/// What an entry of the ledger is about. The names stand in the entries and can never change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EntryKind {
    /// An archived original.
    Record,
    /// Somebody did or saw something.
    Audit,
    /// An import began or ended.
    Import,
    /// A setting changed.
    Config,
    /// A key was made, rotated or retired.
    Key,
    /// The archive was alive and knew its own state.
    Heartbeat,
    /// An outsider's stamp over an earlier head came in.
    Stamp,
}

impl EntryKind {
    /// The `typ` of the entry.
    pub fn name(self) -> &'static str {
        match self {
            Self::Record => "record",
            Self::Audit => "audit",
            Self::Import => "import",
            Self::Config => "config",
            Self::Key => "key",
            Self::Heartbeat => "heartbeat",
            Self::Stamp => "tst",
        }
    }

    /// The number in stored bytes.
    pub fn code(self) -> u8 {
        match self {
            Self::Record => 1,
            Self::Audit => 2,
            Self::Import => 3,
            Self::Config => 4,
            Self::Key => 5,
            Self::Heartbeat => 6,
            Self::Stamp => 7,
        }
    }

    /// Reads [`EntryKind::code`].
    pub fn from_code(code: u8) -> Option<Self> {
        [Self::Record, Self::Audit, Self::Import, Self::Config, Self::Key, Self::Heartbeat, Self::Stamp]
            .into_iter()
            .find(|kind| kind.code() == code)
    }
}

/// The form of an original, which decides by which pinned rules it is read ([`crate::facts::facts`]).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// One decrypted WeCom message as JSON, as the conversation archive hands it out.
    WecomJson,
}

impl Format {
    /// The name in evidence, with the version of the pinned rules.
    pub fn name(self) -> &'static str {
        match self {
            Self::WecomJson => "wecom-json/1",
        }
    }
}

/// Who brought an original. Evidence tells the two apart: only a collector is continuous and automatic.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Via {
    /// A connection that captures without anybody's doing.
    Collector,
    /// A person who imported a file.
    Import,
}

impl Via {
    /// The name in evidence.
    pub fn name(self) -> &'static str {
        match self {
            Self::Collector => "collector",
            Self::Import => "import",
        }
    }
}

/// Where originals come from; one value serves a whole batch.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Source {
    /// The channel.
    pub channel: Channel,
    /// Our side's address on it: for WeCom the corporation.
    pub account: String,
    /// The form of the originals.
    pub format: Format,
    /// Who brought them.
    pub via: Via,
    /// The import, when one brought them.
    pub import: Option<ImportId>,
}

/// What a record carries besides its original.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// Where it comes from.
    pub source: Arc<Source>,
    /// The source's own position (WeCom `seq`), when the source gave one.
    pub cursor: Option<u64>,
    /// Its place among the records of its conversation, from 0, in the order of arrival; none without a conversation.
    pub sequence: Option<u64>,
}

/// One entry of the ledger with all that its leaf follows from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// What it is about.
    pub kind: EntryKind,
    /// When we received or did it.
    pub at: Timestamp,
    /// The source of its id and salts.
    pub seed: Seed,
    /// For records: where the original came from.
    pub origin: Option<Origin>,
    /// A record's original, byte for byte; otherwise the event as canonical JSON ([`crate::audit::Event`]).
    pub body: Vec<u8>,
}
