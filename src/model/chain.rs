//! The chain of a case: the steps of the business in order, each with the records and files that show it.
//!
//! A chain says what happened and what proves it. Where nothing proves a step, or the order does not hold, that is a gap,
//! and better seen before the other side sees it.

use serde::{Deserialize, Serialize};

use crate::id::{EntryIndex, MediaId, UserId};
use crate::limits::{CASE_TEXT_CHARS_MAX, CHAIN_LINK_RECORDS_MAX};
use crate::time::Timestamp;

/// The chain of one case.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Chain {
    /// How many numbers were ever given to its links and files: the last one.
    pub given: u32,
    /// Its links, in the order that people gave them.
    pub links: Vec<ChainLink>,
}

/// A step of the business, and what shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChainLink {
    /// Its number in the case, from 1; never given twice, nor to a file.
    pub number: u32,
    /// What people said of it.
    #[serde(flatten)]
    pub about: LinkAbout,
    /// Files that show it.
    pub files: Vec<ChainFile>,
    /// When it was put into the chain.
    pub added_at: Timestamp,
    /// By whom; none when the operator did.
    pub added_by: Option<UserId>,
}

/// What people say of a step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkAbout {
    /// What sort of step it is.
    pub kind: StepKind,
    /// What happened, in a line.
    pub title: String,
    /// When; none while nobody knows.
    pub at: Option<Timestamp>,
    /// What it shows and how; may be empty.
    pub comment: String,
    /// Archived messages that show it, each once.
    pub records: Vec<EntryIndex>,
}

/// A file that shows a step: a contract, a receipt. Its bytes lie sealed among the media; its digests are in the ledger.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChainFile {
    /// Its number in the case, as links have one.
    pub number: u32,
    /// The name it came with, without folders.
    pub name: String,
    /// Bytes of its content.
    pub bytes: u64,
    /// Where its bytes lie.
    pub media: MediaId,
    /// SHA-256 of its content, in lower-case hexadecimal.
    pub sha256: String,
    /// SM3 of its content, in lower-case hexadecimal.
    pub sm3: String,
    /// The entry of the ledger that says both digests.
    pub entry: EntryIndex,
    /// When it came.
    pub added_at: Timestamp,
    /// From whom; none when the operator put it.
    pub added_by: Option<UserId>,
}

/// What sort of step it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StepKind {
    /// An offer or a negotiation (要约, 磋商).
    Offer,
    /// A contract (合同).
    Contract,
    /// A payment (付款).
    Payment,
    /// A delivery or a service (交付, 履行).
    Delivery,
    /// A complaint or a dispute (投诉, 争议).
    Complaint,
    /// A notice or a demand (通知, 催告).
    Notice,
    /// Another.
    Other,
}

/// What a link lacks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ChainGap {
    /// Neither a record nor a file shows it.
    Unproven,
    /// Nobody said when it was.
    Undated,
    /// It was earlier than a link before it.
    OutOfOrder,
    /// A record that shows it is not among those that the case collects.
    NotCollected,
}

/// Why a link is not as it should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ChainFault {
    /// The title is empty or longer than a line.
    #[error("a title is empty or too long")]
    Title,
    /// The comment is too long.
    #[error("a comment is longer than {CASE_TEXT_CHARS_MAX} characters")]
    Comment,
    /// More records than one link has.
    #[error("a link has at most {CHAIN_LINK_RECORDS_MAX} records")]
    Records,
}

/// Characters of a title.
const TITLE_CHARS_MAX: usize = 200;

impl LinkAbout {
    /// The same in its one form: trimmed, each record once, in the order of the ledger.
    pub fn checked(mut self) -> Result<Self, ChainFault> {
        self.title = self.title.trim().to_owned();
        let title = self.title.chars();
        if self.title.is_empty() || title.clone().count() > TITLE_CHARS_MAX || title.clone().any(char::is_control) {
            return Err(ChainFault::Title);
        }
        if self.comment.chars().count() > CASE_TEXT_CHARS_MAX {
            return Err(ChainFault::Comment);
        }
        self.records.sort_unstable();
        self.records.dedup();
        if self.records.len() > CHAIN_LINK_RECORDS_MAX {
            return Err(ChainFault::Records);
        }
        Ok(self)
    }
}

impl Chain {
    /// The next number for a link or a file.
    pub fn next_number(&mut self) -> u32 {
        self.given = self.given.saturating_add(1);
        self.given
    }

    /// A link by its number.
    pub fn link_mut(&mut self, number: u32) -> Option<&mut ChainLink> {
        self.links.iter_mut().find(|link| link.number == number)
    }

    /// A file by its number.
    pub fn file(&self, number: u32) -> Option<&ChainFile> {
        self.links.iter().flat_map(|link| &link.files).find(|file| file.number == number)
    }

    /// Moves a link to a place counted from 0, or to the end; whether it was there.
    pub fn place(&mut self, number: u32, place: usize) -> bool {
        let Some(from) = self.links.iter().position(|link| link.number == number) else { return false };
        let link = self.links.remove(from);
        self.links.insert(place.min(self.links.len()), link);
        true
    }

    /// What each link lacks, in the order of links; `collects` says whether the case collects a record.
    pub fn gaps(&self, collects: impl Fn(EntryIndex) -> bool) -> Vec<Vec<ChainGap>> {
        let mut latest: Option<Timestamp> = None;
        let gaps = self.links.iter().map(|link| {
            let about = &link.about;
            let early = about.at.zip(latest).is_some_and(|(at, before)| at < before);
            latest = latest.max(about.at);
            let found = [
                (ChainGap::Unproven, about.records.is_empty() && link.files.is_empty()),
                (ChainGap::Undated, about.at.is_none()),
                (ChainGap::OutOfOrder, early),
                (ChainGap::NotCollected, !about.records.iter().all(|record| collects(*record))),
            ];
            found.into_iter().filter_map(|(gap, there)| there.then_some(gap)).collect()
        });
        gaps.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn about(title: &str, at: Option<i64>, records: &[u64]) -> LinkAbout {
        let records = records.iter().copied().map(EntryIndex).collect();
        LinkAbout {
            kind: StepKind::Contract,
            title: title.into(),
            at: at.map(Timestamp),
            comment: String::new(),
            records,
        }
    }

    fn chain(links: &[(Option<i64>, &[u64])]) -> Chain {
        let mut chain = Chain::default();
        for (at, records) in links {
            let number = chain.next_number();
            let about = about("签约", *at, records);
            chain.links.push(ChainLink { number, about, files: Vec::new(), added_at: Timestamp(0), added_by: None });
        }
        chain
    }

    #[test]
    fn a_link_has_one_form() {
        let checked = about(" 签约 ", None, &[3, 1, 3]).checked().expect("a link");
        assert_eq!((checked.title.as_str(), checked.records), ("签约", vec![EntryIndex(1), EntryIndex(3)]));
        assert_eq!(about(" ", None, &[]).checked(), Err(ChainFault::Title));
        assert_eq!(about("a\nb", None, &[]).checked(), Err(ChainFault::Title));
        assert_eq!(about(&"字".repeat(TITLE_CHARS_MAX + 1), None, &[]).checked(), Err(ChainFault::Title));
        let many: Vec<u64> = (0..=CHAIN_LINK_RECORDS_MAX as u64).collect();
        assert_eq!(about("a", None, &many).checked(), Err(ChainFault::Records));
        let comment = "字".repeat(CASE_TEXT_CHARS_MAX + 1);
        assert_eq!(LinkAbout { comment, ..about("a", None, &[]) }.checked(), Err(ChainFault::Comment));
    }

    #[test]
    fn gaps_are_what_a_reader_would_ask_for() {
        use ChainGap::{NotCollected, OutOfOrder, Undated, Unproven};
        let chain = chain(&[(Some(5), &[1]), (None, &[]), (Some(4), &[2]), (Some(5), &[1, 2])]);
        let gaps = chain.gaps(|record| record == EntryIndex(1));
        assert_eq!(gaps, [vec![], vec![Unproven, Undated], vec![OutOfOrder, NotCollected], vec![NotCollected]]);
    }

    #[test]
    fn links_are_moved_and_numbers_stay() {
        let mut chain = chain(&[(None, &[]), (None, &[]), (None, &[])]);
        assert!(chain.place(1, 9));
        assert!(chain.place(3, 0));
        assert!(!chain.place(4, 0));
        assert_eq!(chain.links.iter().map(|link| link.number).collect::<Vec<_>>(), [3, 2, 1]);
        assert_eq!(chain.next_number(), 4);
    }
}
