//! What a package is asked for with.

use async_graphql::{ID, InputObject, OneofObject, Result};
use xinju_model::id::{CaseId, ConversationId, EntryIndex};
use xinju_model::package::{self as model, PackageSelection, PackageWanted};

use super::{ExchangeFormat, WithholdCode};
use crate::graphql::case::Forum;
use crate::graphql::case::input::{CaseSearchInput, ConversationPartInput};
use crate::graphql::search::zone;

/// Which records a package is to hold: exactly one.
#[derive(OneofObject)]
pub(crate) enum PackageSelectionInput {
    /// What a case collects, by its id.
    Case(ID),
    /// A conversation, or a part of it.
    Conversation(ConversationPartInput),
    /// What a search finds; `standing` counts for nothing.
    Search(CaseSearchInput),
}

impl PackageSelectionInput {
    /// What is meant; an id that is none is as one that is not there.
    fn read(self) -> Result<PackageSelection> {
        Ok(match self {
            Self::Case(id) => PackageSelection::Case { case: CaseId::parse(&id).unwrap_or(CaseId([0; 16])) },
            Self::Conversation(part) => {
                let conversation = ConversationId::parse(&part.conversation).unwrap_or(ConversationId([0; 16]));
                let (from, until) = (part.from.map(|moment| moment.0), part.until.map(|moment| moment.0));
                PackageSelection::Conversation { conversation, from, until }
            }
            Self::Search(CaseSearchInput { query, zone_offset_minutes, .. }) => {
                PackageSelection::Search { query, zone_offset_minutes: zone(Some(zone_offset_minutes))? }
            }
        })
    }
}

/// Words of one message.
#[derive(InputObject)]
pub(crate) struct WithholdWordsInput {
    message: ID,
    words: Vec<String>,
}

/// One field of one message's entry.
#[derive(InputObject)]
pub(crate) struct WithholdFieldInput {
    message: ID,
    /// `from`, `to`, `content`, `source`, `original` or `refers_to`.
    field: String,
}

/// What is to be withheld: exactly one.
#[derive(OneofObject)]
pub(crate) enum WithholdTargetInput {
    /// A whole message but for its time, by its id.
    Message(ID),
    /// One field.
    Field(WithholdFieldInput),
    /// Words of a text; what is left is shown beside the proof, marked as a rendering.
    Words(WithholdWordsInput),
    /// What somebody wrote, and their name where others wrote to them, by the channel's id.
    Person(String),
}

/// Something to be withheld, and why.
#[derive(InputObject)]
pub(crate) struct WithholdInput {
    target: WithholdTargetInput,
    code: WithholdCode,
    /// For people; must say nothing of what is withheld.
    #[graphql(default)]
    note: String,
}

impl From<WithholdInput> for model::Withhold {
    fn from(input: WithholdInput) -> Self {
        use model::WithholdTarget as Target;
        let message = |id: ID| EntryIndex::parse(&id).unwrap_or(EntryIndex(u64::MAX));
        let target = match input.target {
            WithholdTargetInput::Message(id) => Target::Message { message: message(id) },
            WithholdTargetInput::Field(one) => Target::Field { message: message(one.message), field: one.field },
            WithholdTargetInput::Words(one) => Target::Words { message: message(one.message), words: one.words },
            WithholdTargetInput::Person(party) => Target::Person { party },
        };
        Self { target, code: input.code.into(), note: input.note }
    }
}

/// The package to build.
#[derive(InputObject)]
pub(crate) struct AskPackageInput {
    selection: PackageSelectionInput,
    /// Why.
    reason: String,
    /// What it is to show.
    #[graphql(default)]
    purpose: String,
    /// To whom it goes.
    #[graphql(default)]
    recipient: String,
    forum: Forum,
    /// What is withheld.
    #[graphql(default)]
    withhold: Vec<WithholdInput>,
    /// For which programs of other trades the records are rendered besides.
    #[graphql(default)]
    exchange: Vec<ExchangeFormat>,
}

impl AskPackageInput {
    pub(crate) fn read(self) -> Result<PackageWanted> {
        Ok(PackageWanted {
            selection: self.selection.read()?,
            reason: self.reason,
            purpose: self.purpose,
            recipient: self.recipient,
            forum: self.forum.into(),
            withhold: self.withhold.into_iter().map(Into::into).collect(),
            exchange: self.exchange.into_iter().map(Into::into).collect(),
        })
    }
}
