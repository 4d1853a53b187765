//! Cases (案件): what is collected for a dispute, an inspection or an inquiry, so that evidence can be made of it.
//!
//! A case holds no record: it says which ones are meant. What these are is worked out when they are looked at, so that a case never
//! shows more than the viewer may see, and a standing query takes in what arrives later.

use serde::{Deserialize, Serialize};

use crate::id::{CaseId, ConversationId, CustomerId, EntryIndex, UserId};
use crate::limits::{
    CASE_CONTEXT_MESSAGES_MAX, CASE_PARTIES_MAX, CASE_PEOPLE_MAX, CASE_TEXT_CHARS_MAX, QUERY_CHARS_MAX,
};
use crate::time::Timestamp;

/// A case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Case {
    /// Its id.
    pub id: CaseId,
    /// What is known of it.
    #[serde(flatten)]
    pub about: CaseAbout,
    /// Whether it goes on.
    pub state: CaseState,
    /// How many items were ever collected: the number of the last one.
    pub items_given: u32,
    /// When it was opened.
    pub opened_at: Timestamp,
    /// By whom; none when the operator did.
    pub opened_by: Option<UserId>,
}

/// What is known of a case.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseAbout {
    /// What people call it.
    pub name: String,
    /// The number that the forum or the company gave it (案号); may be empty.
    pub number: String,
    /// Before whom.
    pub forum: Forum,
    /// What the evidence is to show (证明目的).
    pub purpose: String,
    /// Who takes part in it.
    pub parties: Vec<CaseParty>,
    /// Who works on it: these, and those who manage roles, see it.
    pub in_charge: Vec<UserId>,
}

/// Before whom a case is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Forum {
    /// What it is.
    pub kind: ForumKind,
    /// Its name; may be empty while nobody knows.
    pub name: String,
    /// Whether it is outside mainland China: then handing over needs an approval of the authorities (PIPL art. 41, DSL art. 36).
    pub abroad: bool,
    /// The number of that approval; empty while there is none.
    pub approval_number: String,
}

/// What decides a case.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ForumKind {
    /// 人民法院.
    Court,
    /// 仲裁委员会.
    Arbitration,
    /// A regulator or another authority.
    Authority,
    /// 公安机关.
    Police,
    /// The company itself.
    #[default]
    Internal,
    /// Another.
    Other,
}

/// Somebody who takes part in a case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseParty {
    /// The name.
    pub name: String,
    /// As what.
    pub role: PartyRole,
}

/// As what somebody takes part in a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PartyRole {
    /// 原告 or 申请人.
    Claimant,
    /// 被告 or 被申请人.
    Respondent,
    /// 第三人.
    ThirdParty,
    /// 证人.
    Witness,
    /// Another.
    Other,
}

/// Whether a case goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CaseState {
    /// It does.
    Open,
    /// It is over; nothing is collected any more.
    Closed,
}

/// Something that was collected.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseItem {
    /// Its number in the case, from 1; never given twice.
    pub number: u32,
    /// Which records are meant.
    pub selection: Selection,
    /// What goes with each of them, so that nothing is torn out of its context.
    pub context: ContextRule,
    /// Why it was collected; may be empty.
    pub comment: String,
    /// When.
    pub added_at: Timestamp,
    /// By whom; none when the operator did.
    pub added_by: Option<UserId>,
}

/// Which records are meant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Selection {
    /// A conversation, or a part of it.
    Conversation {
        /// Which.
        conversation: ConversationId,
        /// From this moment on.
        from: Option<Timestamp>,
        /// Until before this moment.
        until: Option<Timestamp>,
    },
    /// One message.
    Message {
        /// Which.
        message: EntryIndex,
    },
    /// All conversations of a customer.
    Customer {
        /// Which.
        customer: CustomerId,
    },
    /// What a search finds.
    Search {
        /// The query, in the language of the search box.
        query: String,
        /// The zone in which its dates without one are meant, minutes east of UTC.
        zone_offset_minutes: i32,
        /// Until before this moment of arrival: what was there when it was collected. None for a standing query, which takes in what arrives later.
        archived_before: Option<EntryIndex>,
    },
}

/// What goes with each message that is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ContextRule {
    /// Nothing.
    Alone,
    /// So many messages of the same conversation before and after it, at most [`CASE_CONTEXT_MESSAGES_MAX`] each.
    Around {
        /// Before.
        before: u32,
        /// After.
        after: u32,
    },
    /// Its whole day in the conversation, in China Standard Time.
    Day,
    /// Its whole conversation.
    Conversation,
}

/// Why a case or an item is not as it should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CaseFault {
    /// A name is empty or longer than a line.
    #[error("a name is empty or too long")]
    Name,
    /// A text is too long.
    #[error("a text is longer than {CASE_TEXT_CHARS_MAX} characters")]
    Text,
    /// More parties or people in charge than there may be.
    #[error("a case has at most {CASE_PARTIES_MAX} parties and {CASE_PEOPLE_MAX} people in charge")]
    People,
    /// Nobody is in charge.
    #[error("somebody must be in charge of a case")]
    NobodyInCharge,
    /// The end is not after the beginning.
    #[error("the end of a part must be after its beginning")]
    Period,
    /// More context than there may be.
    #[error("a context is at most {CASE_CONTEXT_MESSAGES_MAX} messages before and after")]
    Context,
    /// The query is empty or too long.
    #[error("a query has at least one and at most {QUERY_CHARS_MAX} characters")]
    Query,
}

/// Characters of a name or a number.
const LINE_CHARS_MAX: usize = 200;

fn fits(text: &str, chars: usize) -> bool {
    text.chars().count() <= chars && !text.chars().any(|c| c.is_control() && c != '\n')
}

impl CaseAbout {
    /// The same in its one form: trimmed, each person in charge once.
    pub fn checked(mut self) -> Result<Self, CaseFault> {
        for line in [&mut self.name, &mut self.number, &mut self.forum.name, &mut self.forum.approval_number] {
            *line = line.trim().to_owned();
        }
        let lines = [&self.name, &self.number, &self.forum.name, &self.forum.approval_number];
        let parties_fit = |party: &CaseParty| !party.name.trim().is_empty() && fits(&party.name, LINE_CHARS_MAX);
        if self.name.is_empty() || !lines.into_iter().all(|line| fits(line, LINE_CHARS_MAX)) {
            return Err(CaseFault::Name);
        }
        if !self.parties.iter().all(parties_fit) {
            return Err(CaseFault::Name);
        }
        if !fits(&self.purpose, CASE_TEXT_CHARS_MAX) {
            return Err(CaseFault::Text);
        }
        self.in_charge.sort_unstable();
        self.in_charge.dedup();
        if self.in_charge.is_empty() {
            return Err(CaseFault::NobodyInCharge);
        }
        if self.parties.len() > CASE_PARTIES_MAX || self.in_charge.len() > CASE_PEOPLE_MAX {
            return Err(CaseFault::People);
        }
        Ok(self)
    }
}

impl Selection {
    /// Whether it says something that can be.
    pub fn check(&self) -> Result<(), CaseFault> {
        match self {
            Self::Conversation { from: Some(from), until: Some(until), .. } if from >= until => Err(CaseFault::Period),
            Self::Search { query, .. } if query.trim().is_empty() || !fits(query, QUERY_CHARS_MAX) => {
                Err(CaseFault::Query)
            }
            _ => Ok(()),
        }
    }
}

impl ContextRule {
    /// Whether it is not more than there may be.
    pub fn check(self) -> Result<(), CaseFault> {
        match self {
            Self::Around { before, after } if before.max(after) > CASE_CONTEXT_MESSAGES_MAX => Err(CaseFault::Context),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn about() -> CaseAbout {
        CaseAbout {
            name: " 装修合同纠纷 ".into(),
            in_charge: vec![UserId([2; 16]), UserId([1; 16]), UserId([2; 16])],
            ..CaseAbout::default()
        }
    }

    #[test]
    fn a_case_has_one_form() {
        let checked = about().checked().expect("a case");
        assert_eq!(
            (checked.name.as_str(), checked.in_charge),
            ("装修合同纠纷", vec![UserId([1; 16]), UserId([2; 16])])
        );
    }

    #[test]
    fn what_cannot_be_is_refused() {
        let fault = |change: fn(&mut CaseAbout)| {
            let mut about = about();
            change(&mut about);
            about.checked().err()
        };
        assert_eq!(fault(|about| about.name = "  ".into()), Some(CaseFault::Name));
        assert_eq!(fault(|about| about.number = "字".repeat(LINE_CHARS_MAX + 1)), Some(CaseFault::Name));
        assert_eq!(
            fault(|about| about.parties = vec![CaseParty { name: " ".into(), role: PartyRole::Witness }]),
            Some(CaseFault::Name)
        );
        assert_eq!(fault(|about| about.purpose = "字".repeat(CASE_TEXT_CHARS_MAX + 1)), Some(CaseFault::Text));
        assert_eq!(fault(|about| about.purpose = "a\u{0}".into()), Some(CaseFault::Text));
        assert_eq!(fault(|about| about.in_charge.clear()), Some(CaseFault::NobodyInCharge));
        assert_eq!(
            fault(|about| about.parties =
                vec![CaseParty { name: "甲".into(), role: PartyRole::Other }; CASE_PARTIES_MAX + 1]),
            Some(CaseFault::People)
        );
        assert_eq!(fault(|_| ()), None);
    }

    #[test]
    fn selections_and_contexts_have_their_bounds() {
        let part = |from, until| {
            let conversation = ConversationId([1; 16]);
            Selection::Conversation { conversation, from: Some(Timestamp(from)), until: Some(Timestamp(until)) }.check()
        };
        assert_eq!((part(1, 2), part(2, 2)), (Ok(()), Err(CaseFault::Period)));
        let search = |query: &str| {
            Selection::Search { query: query.into(), zone_offset_minutes: 480, archived_before: None }.check()
        };
        assert_eq!((search("退款"), search(" ")), (Ok(()), Err(CaseFault::Query)));
        let around = |count| ContextRule::Around { before: 0, after: count }.check();
        assert_eq!(around(CASE_CONTEXT_MESSAGES_MAX), Ok(()));
        assert_eq!(around(CASE_CONTEXT_MESSAGES_MAX + 1), Err(CaseFault::Context));
    }
}
