//! What cases and their chains are told.

use async_graphql::{ID, InputObject, OneofObject, Result};
use xinju_model::case::{self, CaseAbout, Selection};
use xinju_model::id::{ConversationId, CustomerId, EntryIndex, UserId};

use crate::graphql::case::item::CaseContext;
use crate::graphql::case::{CaseParty, CaseState, Forum};
use crate::graphql::error::bad_input;
use crate::graphql::scalars::DateTime;
use crate::graphql::search::zone;

/// What is known of a case.
#[derive(InputObject)]
pub(crate) struct CaseAboutInput {
    name: String,
    #[graphql(default)]
    number: String,
    forum: Forum,
    #[graphql(default)]
    purpose: String,
    #[graphql(default)]
    parties: Vec<CaseParty>,
    /// Ids of users; the viewer where none are named.
    #[graphql(default)]
    in_charge: Vec<ID>,
}

impl CaseAboutInput {
    pub(crate) fn read(self, own: UserId) -> Result<CaseAbout> {
        let wrong = |_| bad_input("`inCharge` names something that is not a user");
        let mut in_charge =
            self.in_charge.iter().map(|id| UserId::parse(id)).collect::<Result<Vec<_>, _>>().map_err(wrong)?;
        if in_charge.is_empty() {
            in_charge.push(own);
        }
        let party = |party: CaseParty| case::CaseParty { name: party.name, role: party.role.into() };
        let Forum { kind, name, abroad, approval_number } = self.forum;
        Ok(CaseAbout {
            name: self.name,
            number: self.number,
            forum: case::Forum { kind: kind.into(), name, abroad, approval_number },
            purpose: self.purpose,
            parties: self.parties.into_iter().map(party).collect(),
            in_charge,
        })
    }
}

/// The case to open.
#[derive(InputObject)]
pub(crate) struct OpenCaseInput {
    pub(crate) about: CaseAboutInput,
}

/// What a case is to be.
#[derive(InputObject)]
pub(crate) struct ChangeCaseInput {
    pub(crate) id: ID,
    pub(crate) about: CaseAboutInput,
}

/// Whether a case is to go on.
#[derive(InputObject)]
pub(crate) struct SetCaseStateInput {
    pub(crate) id: ID,
    pub(crate) state: CaseState,
}

/// A conversation, or a part of it.
#[derive(InputObject)]
pub(crate) struct ConversationPartInput {
    pub(crate) conversation: ID,
    pub(crate) from: Option<DateTime>,
    pub(crate) until: Option<DateTime>,
}

/// What a search finds.
#[derive(InputObject)]
pub(crate) struct CaseSearchInput {
    pub(crate) query: String,
    /// The zone in which its dates without one are meant, minutes east of UTC.
    #[graphql(default)]
    pub(crate) zone_offset_minutes: i32,
    /// Whether what arrives later is meant too.
    #[graphql(default)]
    pub(crate) standing: bool,
}

/// Which records to collect.
#[derive(OneofObject)]
pub(crate) enum CaseSelectionInput {
    /// A conversation, or a part of it.
    Conversation(ConversationPartInput),
    /// One message, by its id.
    Message(ID),
    /// All conversations of a customer, by its id.
    Customer(ID),
    /// What a search finds.
    Search(CaseSearchInput),
}

impl CaseSelectionInput {
    /// What is meant; an id that is none is as one that is not there.
    pub(crate) fn read(self) -> Result<Selection> {
        Ok(match self {
            Self::Conversation(part) => {
                let conversation = ConversationId::parse(&part.conversation).unwrap_or(ConversationId([0; 16]));
                let (from, until) = (part.from.map(|moment| moment.0), part.until.map(|moment| moment.0));
                Selection::Conversation { conversation, from, until }
            }
            Self::Message(id) => Selection::Message { message: EntryIndex::parse(&id).unwrap_or(EntryIndex(u64::MAX)) },
            Self::Customer(id) => {
                Selection::Customer { customer: CustomerId::parse(&id).unwrap_or(CustomerId([0; 16])) }
            }
            Self::Search(CaseSearchInput { query, zone_offset_minutes, standing }) => {
                let archived_before = (!standing).then_some(EntryIndex(u64::MAX));
                Selection::Search { query, zone_offset_minutes: zone(Some(zone_offset_minutes))?, archived_before }
            }
        })
    }
}

/// What to collect, and for which case.
#[derive(InputObject)]
pub(crate) struct CollectIntoCaseInput {
    pub(crate) case: ID,
    pub(crate) selection: CaseSelectionInput,
    pub(crate) context: CaseContext,
    /// Why.
    #[graphql(default)]
    pub(crate) comment: String,
}

/// What to take out of which case.
#[derive(InputObject)]
pub(crate) struct TakeOutOfCaseInput {
    pub(crate) case: ID,
    /// The item's number.
    pub(crate) item: u32,
}
