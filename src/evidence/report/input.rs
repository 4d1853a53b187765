//! What a report is told. Empty words mean that nothing was given, and the report says so where it matters.

use xinju_model::case::CaseParty;
use xinju_model::channel::Side;
use xinju_model::ledger::Hash;
use xinju_model::time::Timestamp;

use crate::redaction::{Redaction, RedactionCode, Rendering};

/// Everything that is known before the items.
#[derive(Clone, Debug)]
pub struct ReportHead {
    /// The package's id; stands in each foot.
    pub package: String,
    /// The name of the case, or of what was selected.
    pub name: String,
    /// The case's number.
    pub number: String,
    /// Who gives the package.
    pub organisation: String,
    /// The court, authority or whoever it is for.
    pub forum: String,
    /// What it is for.
    pub purpose: String,
    /// Who asked for it.
    pub requested_by: String,
    /// Who agreed to it.
    pub approved_by: Vec<String>,
    /// When it was asked for; the document's date.
    pub requested_at: Timestamp,
    /// The zone in which times are printed, in minutes east of UTC.
    pub offset_minutes: i16,
    /// The time that the selection covers; none where it is not bounded.
    pub period: Option<(Timestamp, Timestamp)>,
    /// The log.
    pub log: LogFacts,
    /// Who seals it.
    pub seals: Vec<SealFacts>,
    /// The parties of the matter; whom the items name is listed besides.
    pub parties: Vec<CaseParty>,
    /// How many items will come.
    pub items: u32,
    /// Rows on the environment: version, digest of the program, clock, self-checks ...
    pub environment: Vec<(String, String)>,
}

/// The log that proves lead to.
#[derive(Clone, Debug)]
pub struct LogFacts {
    /// Its name.
    pub origin: String,
    /// Entries under the package's head.
    pub size: u64,
    /// Root of the tree over them.
    pub root: Hash,
    /// SHA-256 of the public key (DER), as `VERIFY.txt` computes it.
    pub key_sha256: [u8; 32],
}

/// A key that seals the package.
#[derive(Clone, Debug)]
pub struct SealFacts {
    /// Its sort, for instance `CMS` or `SM2`.
    pub label: String,
    /// Whom the certificate names.
    pub subject: String,
    /// Who made the certificate.
    pub issuer: String,
    /// SHA-256 of the certificate (DER).
    pub sha256: [u8; 32],
    /// Whether the certificate was made by its own organisation.
    pub self_signed: bool,
}

/// Somebody who takes part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// The name as the archive knows it; empty where it knows none.
    pub name: String,
    /// The id on the channel.
    pub id: String,
    /// On which side.
    pub side: Side,
}

/// What became of an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ItemState {
    /// Nothing.
    Shown,
    /// It was recalled; by the item of this number, where that is in the package.
    Recalled {
        /// The recall's number in the package.
        by: Option<u32>,
    },
    /// Its content was erased; only its place is left.
    Erased(RedactionCode),
}

/// One record or tombstone of the package.
#[derive(Clone, Debug)]
pub struct ReportItem {
    /// Its place in the log.
    pub index: u64,
    /// The conversation, as people call it. A change of it is set apart.
    pub conversation: String,
    /// The kind of message by its stable name (`text`, `image` ...), or the source's own word.
    pub kind: String,
    /// The sender.
    pub from: Option<Person>,
    /// The receivers.
    pub to: Vec<Person>,
    /// When it was sent, by the provider's clock.
    pub sent_at: Option<Timestamp>,
    /// When the archive took it.
    pub received_at: Option<Timestamp>,
    /// What it says, in words.
    pub text: String,
    /// What became of it.
    pub state: ItemState,
    /// What is withheld.
    pub redacted: Vec<Redaction>,
    /// Texts with words blacked out.
    pub renderings: Vec<Rendering>,
    /// Its files in the package: the original first.
    pub files: Vec<ReportFile>,
    /// How many files it names that are not in the package because the archive had not got them.
    pub missing: u32,
}

/// A file of the package.
#[derive(Clone, Debug)]
pub struct ReportFile {
    /// Its path in the package.
    pub path: String,
    /// Its format, for instance `json`.
    pub kind: String,
    /// Its size in bytes.
    pub size: u64,
    /// SHA-256 of its bytes.
    pub sha256: [u8; 32],
    /// SM3 of its bytes, where known.
    pub sm3: Option<[u8; 32]>,
    /// Its bytes where it is a picture of which a thumbnail is to be printed.
    pub picture: Option<Vec<u8>>,
}

/// Something that is not there, and should be.
#[derive(Clone, Debug)]
pub struct ReportGap {
    /// Why, as a code: G1 outage, G2 the provider's time was over, G3 no consent.
    pub code: String,
    /// The conversation, or what else is missing.
    pub conversation: String,
    /// Since when.
    pub from: Option<Timestamp>,
    /// Until when.
    pub to: Option<Timestamp>,
    /// More on it.
    pub note: String,
}
