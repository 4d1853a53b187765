//! Imports of files: what was read, what was added, what was refused and why.

use serde::{Deserialize, Serialize};

use crate::id::ImportId;
use crate::time::Timestamp;

/// How an import stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ImportState {
    /// It is running.
    Running,
    /// It ended; everything readable is in.
    Done,
    /// It stopped before its end; what was added stays, and importing the file again goes on from there.
    Failed,
    /// The server stopped while it ran. As [`ImportState::Failed`].
    Interrupted,
}

/// Numbers of an import.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportCounts {
    /// Lines read that were not blank.
    pub read: u64,
    /// Records added.
    pub added: u64,
    /// Records that were in the archive already.
    pub known: u64,
    /// Lines refused.
    pub rejected: u64,
    /// Bytes of the file read so far.
    pub bytes: u64,
}

/// One import of one file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Import {
    /// Its id.
    pub id: ImportId,
    /// The file's name as given, without folders.
    pub file_name: String,
    /// The file's size in bytes, where known.
    pub file_bytes: Option<u64>,
    /// How it stands.
    pub state: ImportState,
    /// Its numbers so far.
    pub counts: ImportCounts,
    /// Who started it, by name.
    pub started_by: String,
    /// When it began.
    pub started_at: Timestamp,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
    /// Why it failed, in words for people.
    pub failure: Option<String>,
}

/// A line that was refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reject {
    /// Its number in the file, from 1.
    pub line: u64,
    /// Why.
    pub reason: RejectReason,
    /// The first 200 characters of the line.
    pub excerpt: String,
}

/// Why a line was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RejectReason {
    /// It is not UTF-8.
    NotUtf8,
    /// It is not a JSON object; an array of messages is none: a file holds one message a line.
    NotJson,
    /// It has no message id, so that a second copy could not be known.
    NoMessageId,
    /// It is longer than a record may be.
    TooLong,
    /// The file ends in the middle of it.
    CutOff,
    /// It is a file beside the messages that none of them names by its MD5 and size.
    FileUnnamed,
    /// It is a file beside the messages that cannot be unpacked: encrypted, packed in a way that is not known, damaged or too large.
    FileUnreadable,
}

impl RejectReason {
    /// The stable name.
    pub fn name(self) -> &'static str {
        match self {
            Self::NotUtf8 => "not_utf8",
            Self::NotJson => "not_json",
            Self::NoMessageId => "no_message_id",
            Self::TooLong => "too_long",
            Self::CutOff => "cut_off",
            Self::FileUnnamed => "file_unnamed",
            Self::FileUnreadable => "file_unreadable",
        }
    }
}
