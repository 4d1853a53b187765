//! Evidence packages: what somebody asks for, how far it is, and what came of it. The package's own form belongs to the
//! crate `evidence`.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::case::{CaseParty, Forum};
use crate::id::{ApprovalId, CaseId, ConversationId, EntryIndex, PackageId, UserId};
use crate::limits::{
    EVIDENCE_NOTE_CHARS_MAX, EVIDENCE_RECORDS_MAX, PACKAGE_REDACTIONS_MAX, PACKAGE_TEXT_CHARS_MAX, PACKAGE_WORDS_MAX,
    QUERY_CHARS_MAX,
};
use crate::seal_key::SealCertificate;
use crate::time::Timestamp;

/// Which records a package is to hold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PackageSelection {
    /// What a case collects.
    Case {
        /// Which.
        case: CaseId,
    },
    /// A conversation, or a part of it.
    Conversation {
        /// Which.
        conversation: ConversationId,
        /// From this moment on.
        from: Option<Timestamp>,
        /// Until before this moment.
        until: Option<Timestamp>,
    },
    /// What a search finds.
    Search {
        /// The query, in the language of the search box.
        query: String,
        /// The zone in which its dates without one are meant, minutes east of UTC.
        zone_offset_minutes: i32,
    },
}

impl PackageSelection {
    /// The stable name of its kind, as events have it.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Case { .. } => "case",
            Self::Conversation { .. } => "conversation",
            Self::Search { .. } => "search",
        }
    }
}

/// Why a part of a record is withheld; a court reads the code beside the place where something is missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WithholdCode {
    /// R1: privilege of a lawyer's or another protected conversation.
    Privilege,
    /// R2: privacy of somebody who is no party.
    Privacy,
    /// R3: a secret of the state or of trade.
    Secret,
    /// R4: has nothing to do with the matter.
    Unrelated,
}

/// What is withheld.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WithholdTarget {
    /// A whole message: everything but its time and its place in the conversation.
    Message {
        /// Which.
        message: EntryIndex,
    },
    /// One field of a message's entry, such as `from` or `content`.
    Field {
        /// Which message.
        message: EntryIndex,
        /// The field.
        field: String,
    },
    /// Words of a message's text; what is left is shown as a rendering.
    Words {
        /// Which message.
        message: EntryIndex,
        /// The words.
        words: Vec<String>,
    },
    /// Everything that somebody wrote, and their name where others wrote to them.
    Person {
        /// The channel's id of them.
        party: String,
    },
}

/// A part to be withheld, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Withhold {
    /// What.
    pub target: WithholdTarget,
    /// Why.
    pub code: WithholdCode,
    /// More words on it, for people; it must say nothing of what is withheld.
    pub note: String,
}

/// What somebody asks for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PackageWanted {
    /// Which records.
    pub selection: PackageSelection,
    /// Why it is asked for.
    pub reason: String,
    /// What it is to show (证明目的).
    pub purpose: String,
    /// To whom it goes; may be empty while nobody knows.
    pub recipient: String,
    /// Before whom it comes.
    pub forum: Forum,
    /// What is withheld.
    pub withhold: Vec<Withhold>,
    /// For which programs of other trades the records are rendered besides.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub exchange: BTreeSet<ExchangeFormat>,
}

/// A rendering of a package's records for a program of another trade. It proves nothing by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ExchangeFormat {
    /// A table for spreadsheets.
    Csv,
    /// The same as JSON.
    Json,
    /// A load file in the manner of Concordance.
    Dat,
    /// A page file in the manner of Opticon.
    Opt,
    /// Conversations by the day, for review (RSMF 2.0).
    Rsmf,
}

impl ExchangeFormat {
    /// All of them.
    pub const ALL: &[Self] = &[Self::Csv, Self::Json, Self::Dat, Self::Opt, Self::Rsmf];

    /// The stable name, as flags and events have it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Json => "json",
            Self::Dat => "dat",
            Self::Opt => "opt",
            Self::Rsmf => "rsmf",
        }
    }

    /// The one of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|format| format.name() == name)
    }
}

/// Why a package can't be asked for like that.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PackageFault {
    /// There is no reason.
    #[error("a package needs a reason")]
    NoReason,
    /// A text is too long.
    #[error("a text is longer than {PACKAGE_TEXT_CHARS_MAX} characters")]
    Text,
    /// It goes abroad, and no authority said yes.
    #[error("what goes to a forum abroad needs the number of the authorities' approval")]
    NoApprovalNumber,
    /// Too much is withheld one by one, or a note, a field or a word is not as it may be.
    #[error(
        "at most {PACKAGE_REDACTIONS_MAX} parts are withheld, each with a note of at most {EVIDENCE_NOTE_CHARS_MAX} characters and at most {PACKAGE_WORDS_MAX} words"
    )]
    Withheld,
    /// The end is not after the beginning.
    #[error("the end of a part must be after its beginning")]
    Period,
}

fn long(text: &str, most: usize) -> bool {
    text.chars().nth(most).is_some()
}

impl Withhold {
    fn fits(&self) -> bool {
        let target = match &self.target {
            WithholdTarget::Message { .. } => true,
            WithholdTarget::Field { field, .. } => WITHHELD_FIELDS.contains(&field.as_str()),
            WithholdTarget::Words { words, .. } => {
                let fits = |word: &String| !word.trim().is_empty() && !long(word, PACKAGE_TEXT_CHARS_MAX);
                !words.is_empty() && words.len() <= PACKAGE_WORDS_MAX && words.iter().all(fits)
            }
            WithholdTarget::Person { party } => !party.is_empty() && !long(party, PACKAGE_TEXT_CHARS_MAX),
        };
        target && !long(&self.note, EVIDENCE_NOTE_CHARS_MAX)
    }
}

/// Fields of an entry that may be withheld one by one. `original` goes with each: it holds them all.
pub const WITHHELD_FIELDS: &[&str] = &["source", "from", "to", "content", "original", "refers_to"];

impl PackageWanted {
    /// With its texts trimmed, where everything is as it should be.
    pub fn checked(mut self) -> Result<Self, PackageFault> {
        let forum = &mut self.forum;
        for text in
            [&mut self.reason, &mut self.purpose, &mut self.recipient, &mut forum.name, &mut forum.approval_number]
        {
            text.truncate(text.trim_end().len());
            *text = text.trim_start().to_owned();
            if long(text, PACKAGE_TEXT_CHARS_MAX) {
                return Err(PackageFault::Text);
            }
        }
        match &self.selection {
            PackageSelection::Search { query, .. } if long(query, QUERY_CHARS_MAX) => return Err(PackageFault::Text),
            PackageSelection::Conversation { from: Some(from), until: Some(until), .. } if from >= until => {
                return Err(PackageFault::Period);
            }
            _ => {}
        }
        if self.reason.is_empty() {
            return Err(PackageFault::NoReason);
        }
        if self.forum.abroad && self.forum.approval_number.is_empty() {
            return Err(PackageFault::NoApprovalNumber);
        }
        if self.withhold.len() > PACKAGE_REDACTIONS_MAX || !self.withhold.iter().all(Withhold::fits) {
            return Err(PackageFault::Withheld);
        }
        Ok(self)
    }
}

/// How a package stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PackageState {
    /// It waits for its turn.
    Asked,
    /// It is being built. A restart begins again.
    Building,
    /// It can be fetched.
    Ready,
    /// It could not be built.
    Failed,
    /// Somebody did not want it any more.
    Cancelled,
    /// Its file is gone; it can be built again, and is the same but for its seal.
    Expired,
}

impl PackageState {
    /// The stable name, as events have it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Asked => "asked",
            Self::Building => "building",
            Self::Ready => "ready",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
            Self::Expired => "expired",
        }
    }

    /// Whether it is on its way.
    pub fn is_open(self) -> bool {
        matches!(self, Self::Asked | Self::Building)
    }
}

/// Why a package could not be built.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum PackageFailure {
    /// Who asked may not sign in any more.
    #[error("who asked for the package may not sign in any more")]
    AskerGone,
    /// Who asked may not export evidence, or see the case, any more.
    #[error("who asked for the package may not have it any more")]
    NotAllowed,
    /// Nothing is selected that the asker may see.
    #[error("nothing that may be seen is selected")]
    Empty,
    /// More is selected than a package may hold.
    #[error("a package holds at most {EVIDENCE_RECORDS_MAX} records")]
    TooLarge,
    /// The search index did not catch up in time.
    #[error("the search index is too far behind; build the package again later")]
    IndexBehind,
    /// A record may not be seen any more by who asked.
    #[error("a record of the package may not be seen any more by who asked")]
    RecordHidden,
    /// A record does not lead to its place in the ledger.
    #[error("a record is damaged; run `xinju verify`")]
    RecordDamaged,
    /// The disk is full.
    #[error("the disk has no room for the package")]
    NoRoom,
    /// It was not wanted any more, or the archive stopped.
    #[error("the package is not wanted any more")]
    Unwanted,
    /// Something else: the log of the program says more.
    #[error("it could not be written")]
    Other,
}

/// The head of the ledger that a package leads to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FrozenHead {
    /// Entries under it.
    pub size: u64,
    /// The signed head.
    pub note: String,
}

/// What stands in a package's seal beside the organisation's signature. It is said inside of what is sealed, because no manifest lists
/// the files of a seal: whoever takes one away can't take away that it was to be there.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SealPromise {
    /// Timestamp authorities that are asked. Whether each answered is known after the seal only, and said by the ledger's entry of it.
    pub timestamps: u32,
    /// Whether an SM2 key seals, too.
    pub sm2: bool,
}

/// What a package is first built with, besides the head that it leads to; kept, so that building it again makes the same.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PackageForm {
    /// What its seal is to hold.
    pub promise: SealPromise,
    /// The verifier key line of the witness whose signatures over heads are in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub witness: Option<String>,
}

/// A finished package's file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PackageFile {
    /// Its length in bytes.
    pub bytes: u64,
    /// SHA-256 of the file, in hexadecimal.
    pub sha256: String,
    /// SHA-256 of the tag manifest, which the seal is over, in hexadecimal.
    pub manifest: String,
    /// Fingerprint of the certificate that sealed it.
    pub certificate: String,
    /// The entry of the ledger that tells of the seal.
    pub entry: EntryIndex,
    /// When it was finished.
    pub at: Timestamp,
    /// Until when it is kept.
    pub expires_at: Timestamp,
}

/// A link by which somebody without an account fetches a package once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PackageLink {
    /// Keyed hash of the link's secret, in hexadecimal.
    pub secret: String,
    /// The pass phrase as an Argon2id PHC string.
    pub phrase: String,
    /// Who made it, by name.
    pub made_by: String,
    /// When.
    pub made_at: Timestamp,
    /// Until when it may be used.
    pub expires_at: Timestamp,
    /// Wrong pass phrases that are still borne.
    pub tries_left: u32,
    /// When it was used.
    pub used_at: Option<Timestamp>,
}

/// A package.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Package {
    /// Its id.
    pub id: PackageId,
    /// Its number, for people; also the folder in the file and the file's name.
    pub number: String,
    /// What was asked for.
    pub wanted: PackageWanted,
    /// How it stands.
    pub state: PackageState,
    /// When it was asked for. Everything in it is as of then.
    pub asked_at: Timestamp,
    /// By whom; none for the operator of the machine.
    pub asked_by: Option<UserId>,
    /// Their name then.
    pub asked_by_name: String,
    /// The approval it was asked for with.
    pub approval: Option<ApprovalId>,
    /// The organisation's name, as the certificate of its seal says it.
    pub organisation: String,
    /// What was known of the archive's environment, as JSON.
    pub environment: String,
    /// The parties of its case, as of then.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parties: Vec<CaseParty>,
    /// The certificate that sealed it when it was first built, which its report names.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seal: Option<SealCertificate>,
    /// What it was first built with; none for packages of versions that did not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub form: Option<PackageForm>,
    /// What those in it are called, by their ids: as when it was first built.
    pub names: BTreeMap<String, String>,
    /// The head that it leads to; none before it is built.
    pub head: Option<FrozenHead>,
    /// Records that it holds; 0 before that is worked out.
    pub records: u32,
    /// Its file, while there is one, or the last one.
    pub file: Option<PackageFile>,
    /// The link by which it may be fetched.
    pub link: Option<PackageLink>,
    /// Why it failed, in words for those who look after the system.
    pub failure: Option<String>,
    /// Why it failed, as far as that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failed_by: Option<PackageFailure>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wanted() -> PackageWanted {
        PackageWanted {
            selection: PackageSelection::Search { query: "退款".into(), zone_offset_minutes: 480 },
            reason: " a claim ".into(),
            purpose: String::new(),
            recipient: String::new(),
            forum: Forum::default(),
            withhold: Vec::new(),
            exchange: BTreeSet::new(),
        }
    }

    #[track_caller]
    fn refused(change: impl FnOnce(&mut PackageWanted), fault: PackageFault) {
        let mut wanted = wanted();
        change(&mut wanted);
        assert_eq!(wanted.checked(), Err(fault));
    }

    #[test]
    fn what_is_asked_for_is_held_to_its_limits() {
        assert_eq!(wanted().checked().expect("fits").reason, "a claim");
        refused(|wanted| wanted.reason = "  ".into(), PackageFault::NoReason);
        refused(|wanted| wanted.purpose = "x".repeat(PACKAGE_TEXT_CHARS_MAX + 1), PackageFault::Text);
        refused(|wanted| wanted.forum.abroad = true, PackageFault::NoApprovalNumber);
        let period = |from, until| PackageSelection::Conversation {
            conversation: ConversationId([1; 16]),
            from: Some(Timestamp(from)),
            until: Some(Timestamp(until)),
        };
        refused(|wanted| wanted.selection = period(5, 5), PackageFault::Period);
        let mut inside = wanted();
        inside.selection = period(5, 6);
        assert!(inside.checked().is_ok());
    }

    #[test]
    fn what_goes_abroad_needs_a_number() {
        let mut abroad = wanted();
        abroad.forum.abroad = true;
        abroad.forum.approval_number = "国司函 7".into();
        assert!(abroad.checked().is_ok());
    }

    #[test]
    fn only_what_can_be_withheld_is() {
        let with = |target, note: &str| {
            let mut wanted = wanted();
            wanted.withhold = vec![Withhold { target, code: WithholdCode::Privacy, note: note.into() }];
            wanted.checked().is_ok()
        };
        let message = EntryIndex(1);
        assert!(with(WithholdTarget::Field { message, field: "content".into() }, ""));
        assert!(!with(WithholdTarget::Field { message, field: "time".into() }, ""));
        assert!(with(WithholdTarget::Words { message, words: vec!["张三".into()] }, "a name"));
        assert!(!with(WithholdTarget::Words { message, words: vec![" ".into()] }, ""));
        assert!(!with(WithholdTarget::Words { message, words: Vec::new() }, ""));
        assert!(!with(WithholdTarget::Person { party: String::new() }, ""));
        assert!(!with(WithholdTarget::Message { message }, &"n".repeat(EVIDENCE_NOTE_CHARS_MAX + 1)));
    }
}
