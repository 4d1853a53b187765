//! The chain of a case: what happened, and what shows it.

use std::sync::Arc;

use async_graphql::{Enum, ID, InputObject, Object, SimpleObject};
use xinju_model::chain::{self, ChainFault, LinkAbout};
use xinju_model::id::{CaseId, EntryIndex};
use xinju_service::case::{ChainRefusal as Refused, LinkRecord, LinkView, PutLink};

use crate::graphql::message::Message;
use crate::graphql::scalars::{DateTime, Long, Upload};

/// What sort of step a link is.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "xinju_model::chain::StepKind")]
pub(crate) enum CaseStepKind {
    /// An offer or a negotiation.
    Offer,
    /// A contract.
    Contract,
    /// A payment.
    Payment,
    /// A delivery or a service.
    Delivery,
    /// A complaint or a dispute.
    Complaint,
    /// A notice or a demand.
    Notice,
    /// Another.
    Other,
}

/// What a link lacks.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "xinju_model::chain::ChainGap")]
pub(crate) enum CaseGap {
    /// Neither a record nor a file shows it.
    Unproven,
    /// Nobody said when it was.
    Undated,
    /// It was earlier than a link before it.
    OutOfOrder,
    /// A record that shows it is not among those that the case collects, as far as the viewer sees.
    NotCollected,
}

/// A step of the business, and what shows it.
pub(crate) struct CaseLink {
    pub(crate) case: CaseId,
    pub(crate) view: LinkView,
}

/// A step of the business, and what shows it.
#[Object]
impl CaseLink {
    /// Its number in the case; never given twice.
    async fn number(&self) -> u32 {
        self.view.link.number
    }
    async fn kind(&self) -> CaseStepKind {
        self.view.link.about.kind.into()
    }
    /// What happened, in a line.
    async fn title(&self) -> &str {
        &self.view.link.about.title
    }
    /// When; null while nobody knows.
    async fn at(&self) -> Option<DateTime> {
        self.view.link.about.at.map(DateTime)
    }
    /// What it shows and how; may be empty.
    async fn comment(&self) -> &str {
        &self.view.link.about.comment
    }
    /// Archived messages that show it.
    async fn records(&self) -> Vec<CaseLinkRecord> {
        self.view.records.iter().cloned().map(CaseLinkRecord).collect()
    }
    /// Files that show it.
    async fn files(&self) -> Vec<CaseFile> {
        self.view.link.files.iter().map(|file| CaseFile { case: self.case, file: file.clone() }).collect()
    }
    /// What it lacks.
    async fn gaps(&self) -> Vec<CaseGap> {
        self.view.gaps.iter().map(|gap| (*gap).into()).collect()
    }
}

/// A message that shows a link.
pub(crate) struct CaseLinkRecord(LinkRecord);

/// A message that shows a link.
#[Object]
impl CaseLinkRecord {
    async fn id(&self) -> ID {
        self.0.index.to_string().into()
    }
    /// Null where it is not yours to read.
    async fn message(&self) -> Option<Message> {
        self.0.message.clone().map(|message| Message(Arc::new(message)))
    }
}

/// A file that shows a link.
pub(crate) struct CaseFile {
    case: CaseId,
    file: chain::ChainFile,
}

/// A file that shows a link.
#[Object]
impl CaseFile {
    /// Its number in the case; never given twice.
    async fn number(&self) -> u32 {
        self.file.number
    }
    /// The name it came with.
    async fn name(&self) -> &str {
        &self.file.name
    }
    async fn bytes(&self) -> Long {
        self.file.bytes.into()
    }
    /// SHA-256 of its content, in hexadecimal.
    async fn sha256(&self) -> &str {
        &self.file.sha256
    }
    /// SM3 of its content, in hexadecimal.
    async fn sm3(&self) -> &str {
        &self.file.sm3
    }
    /// The event in the ledger that says both digests.
    async fn entry(&self) -> ID {
        self.file.entry.to_string().into()
    }
    async fn added_at(&self) -> DateTime {
        self.file.added_at.into()
    }
    /// Where it is downloaded.
    async fn path(&self) -> String {
        format!("/api/cases/{}/files/{}", self.case, self.file.number)
    }
}

/// A link to make or to change.
#[derive(InputObject)]
pub(crate) struct LinkCaseInput {
    pub(crate) case: ID,
    /// The number of the link to change; a new one where none is given.
    link: Option<u32>,
    kind: CaseStepKind,
    title: String,
    at: Option<DateTime>,
    #[graphql(default)]
    comment: String,
    /// Ids of messages that show it.
    #[graphql(default)]
    records: Vec<ID>,
    /// Its place in the chain, counted from 0; at the end, or where it stands, where none is given.
    place: Option<u32>,
}

impl From<LinkCaseInput> for PutLink {
    /// An id that is none is as one that is not there.
    fn from(input: LinkCaseInput) -> Self {
        let record = |id: &ID| EntryIndex::parse(id).unwrap_or(EntryIndex(u64::MAX));
        let about = LinkAbout {
            kind: input.kind.into(),
            title: input.title,
            at: input.at.map(|at| at.0),
            comment: input.comment,
            records: input.records.iter().map(record).collect(),
        };
        Self { link: input.link, about, place: input.place }
    }
}

/// A link to take out of which case.
#[derive(InputObject)]
pub(crate) struct UnlinkCaseInput {
    pub(crate) case: ID,
    /// The link's number.
    pub(crate) link: u32,
}

/// A file to put to a link.
#[derive(InputObject)]
pub(crate) struct AddCaseFileInput {
    pub(crate) case: ID,
    /// The link's number.
    pub(crate) link: u32,
    pub(crate) file: Upload,
}

/// A file to take out of which case.
#[derive(InputObject)]
pub(crate) struct RemoveCaseFileInput {
    pub(crate) case: ID,
    /// The file's number.
    pub(crate) file: u32,
}

/// Why a chain was not changed.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ChainRefusal {
    /// The title is empty or too long.
    TitleInvalid,
    /// The comment is too long.
    TextTooLong,
    /// The case is closed.
    Closed,
    /// There are as many links, records or files as there may be.
    TooMany,
    /// There is no such link, file or message, or it is not yours to see.
    NotThere,
    /// The file is empty or larger than it may be.
    FileSize,
}

/// What came of changing a chain.
#[derive(SimpleObject)]
pub(crate) struct ChainPayload {
    /// The number of the link or file; null when it was refused.
    number: Option<u32>,
    /// Null when it was done.
    refusal: Option<ChainRefusal>,
}

impl From<Result<u32, Refused>> for ChainPayload {
    fn from(outcome: Result<u32, Refused>) -> Self {
        let refusal = match outcome {
            Ok(number) => return Self { number: Some(number), refusal: None },
            Err(Refused::Fault(ChainFault::Title)) => ChainRefusal::TitleInvalid,
            Err(Refused::Fault(ChainFault::Comment)) => ChainRefusal::TextTooLong,
            Err(Refused::Closed) => ChainRefusal::Closed,
            Err(Refused::TooMany | Refused::Fault(ChainFault::Records)) => ChainRefusal::TooMany,
            Err(Refused::NotThere) => ChainRefusal::NotThere,
            Err(Refused::FileSize) => ChainRefusal::FileSize,
        };
        Self { number: None, refusal: Some(refusal) }
    }
}
