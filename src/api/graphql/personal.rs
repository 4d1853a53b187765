//! Personal data: what is masked of a text, and revealing one value of it.

use async_graphql::{Context, Enum, ID, InputObject, Object, Result, SimpleObject};
use xinju_model::id::{CustomerId, EntryIndex};
use xinju_model::personal::RevealSubject;
use xinju_service::error::ServiceError;
use xinju_service::personal;
use xinju_service::reveal::{Reveal, Revealed};

use crate::graphql::context::{call, principal};
use crate::graphql::error::{bad_input, fault};

/// The kinds of personal data.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "xinju_model::personal::PersonalKind")]
pub(crate) enum PersonalKind {
    /// A phone number.
    Phone,
    /// An e-mail address.
    Email,
    /// A resident identity number.
    IdNumber,
    /// A bank card.
    BankCard,
    /// An amount of money.
    Amount,
}

/// Which text of a message or a customer something stands in.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "xinju_service::personal::TextPart")]
pub(crate) enum TextPart {
    /// A message's main line.
    Title,
    /// A message's words.
    Text,
    /// What a message quotes.
    Quote,
    /// A message's link.
    Url,
    /// A labelled fact; numbered.
    Field,
    /// The name of a file; numbered.
    Attachment,
    /// Who said a part of a message.
    From,
    /// A customer's name.
    Name,
    /// A customer's firm.
    Company,
    /// A customer's position.
    Position,
    /// A customer's id on a channel; numbered.
    Identity,
    /// The name that a follower gave; numbered by follower.
    Remark,
    /// What a follower wrote; numbered by follower.
    Description,
    /// A tag that a follower set; numbered over the tags of all followers.
    Tag,
}

/// A value that is masked for you.
#[derive(SimpleObject)]
pub(crate) struct MaskedValue {
    /// Its number in the list: what `revealPersonal` asks for.
    index: i32,
    kind: PersonalKind,
    /// Which text it stands in.
    part: TextPart,
    /// Which of a message's `items` the text belongs to, from 0; null for the message itself.
    item: Option<i32>,
    /// Which of several texts of the part, from 0.
    number: i32,
    /// Where it begins in the text, in UTF-16 code units.
    start: i32,
    /// Behind the last.
    end: i32,
}

fn int(number: usize) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}

/// What is masked, numbered.
pub(crate) fn masked(values: &[personal::MaskedValue]) -> Vec<MaskedValue> {
    let value = |(index, value): (usize, &personal::MaskedValue)| MaskedValue {
        index: int(index),
        kind: value.kind.into(),
        part: value.place.part.into(),
        item: value.place.item.map(int),
        number: int(value.place.number),
        start: int(value.start),
        end: int(value.end),
    };
    values.iter().enumerate().map(value).collect()
}

/// Which masked value to reveal, and why. Name either a message or a customer.
#[derive(InputObject)]
pub(crate) struct RevealPersonalInput {
    message: Option<ID>,
    customer: Option<ID>,
    /// The number of the masked value.
    index: i32,
    /// Why the value is needed; at most 300 characters. It stands in the audit trail.
    reason: String,
}

impl RevealPersonalInput {
    /// What is to be revealed.
    pub(crate) fn read(self) -> Result<Reveal> {
        let nothing = |_| fault(&ServiceError::NotFound("masked value"));
        let subject = match (&self.message, &self.customer) {
            (Some(id), None) => RevealSubject::Message(EntryIndex::parse(id).map_err(nothing)?),
            (None, Some(id)) => RevealSubject::Customer(CustomerId::parse(id).map_err(nothing)?),
            _ => return Err(bad_input("name either a message or a customer")),
        };
        let index = u32::try_from(self.index).map_err(|_| bad_input("`index` is negative"))?;
        Ok(Reveal { subject, index, reason: self.reason })
    }
}

/// A value that was masked.
#[derive(SimpleObject)]
pub(crate) struct RevealPersonalPayload {
    kind: PersonalKind,
    /// As it was written.
    value: String,
}

impl From<Revealed> for RevealPersonalPayload {
    fn from(shown: Revealed) -> Self {
        Self { kind: shown.kind.into(), value: shown.value }
    }
}

/// Verbs of personal data.
#[derive(Default)]
pub(crate) struct PersonalMutation;

#[Object]
impl PersonalMutation {
    /// Shows one value that is masked for you. It is written down whose it is, of what kind and why, never the value.
    async fn reveal_personal(
        &self,
        context: &Context<'_>,
        input: RevealPersonalInput,
    ) -> Result<RevealPersonalPayload> {
        principal(context)?;
        let reveal = input.read()?;
        Ok(call(context, move |service, viewer| service.reveal_personal(viewer, &reveal)).await?.into())
    }
}
