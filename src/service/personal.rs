//! Personal data on its way out: the one place where messages, customers, names and events are masked for whoever asks.
//!
//! A `Snapshot` knows from its permit what is masked, and everything that is read through it comes out masked. What cannot be masked (an original byte
//! for byte, its digest, a disclosure of it) is withheld.

use xinju_model::audit::{Event, TYPED_DETAILS};
use xinju_model::customer::Customer;
use xinju_model::message::{Body, FieldValue, Message};
use xinju_model::personal::{Masks, PersonalKind};

use crate::party::Snapshot;

/// What an amount that is a number of its own looks like.
const AMOUNT: &str = "***";

/// Which text of a message or a customer something stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextPart {
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

/// A text of a message or a customer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TextPlace {
    /// Which.
    pub part: TextPart,
    /// Which part of the message, by its place among all parts in reading order; none for the message itself.
    pub item: Option<usize>,
    /// Which of several.
    pub number: usize,
}

/// A masked value. Its place in the list names it in [`crate::reveal::Reveal`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MaskedValue {
    /// What it is.
    pub kind: PersonalKind,
    /// Which text it stands in.
    pub place: TextPlace,
    /// Where it begins, in UTF-16 code units of the masked text.
    pub start: usize,
    /// Behind its end.
    pub end: usize,
}

/// Masks texts one after the other and keeps what stood there.
pub(crate) struct Masking<'a> {
    masks: &'a Masks,
    /// What was masked, in order.
    pub(crate) values: Vec<MaskedValue>,
    /// What stood there.
    pub(crate) hidden: Vec<String>,
}

impl<'a> Masking<'a> {
    pub(crate) fn new(masks: &'a Masks) -> Self {
        Self { masks, values: Vec::new(), hidden: Vec::new() }
    }

    fn text(&mut self, place: TextPlace, text: &mut String) {
        let found = self.masks.find(text);
        if found.is_empty() {
            return;
        }
        let masked = self.masks.mask(text);
        self.hidden.extend(found.iter().map(|span| text.get(span.start..span.end).unwrap_or_default().to_owned()));
        let value = |span: &xinju_model::personal::MaskedSpan| MaskedValue {
            kind: span.kind,
            place,
            start: span.start,
            end: span.end,
        };
        self.values.extend(masked.spans.iter().map(value));
        *text = masked.text;
    }

    /// Masks a message.
    pub(crate) fn message(&mut self, message: &mut Message) {
        self.body(&mut message.body, None, &mut 0);
    }

    fn body(&mut self, body: &mut Body, item: Option<usize>, items: &mut usize) {
        let at = |part, number| TextPlace { part, item, number };
        self.text(at(TextPart::Title, 0), &mut body.title);
        self.text(at(TextPart::Text, 0), &mut body.text);
        if let Some(quote) = &mut body.quote {
            self.text(at(TextPart::Quote, 0), quote);
        }
        if let Some(url) = &mut body.url {
            self.text(at(TextPart::Url, 0), url);
        }
        for (number, field) in body.fields.iter_mut().enumerate() {
            self.field(at(TextPart::Field, number), &mut field.value);
        }
        for (number, attachment) in body.attachments.iter_mut().enumerate() {
            if let Some(name) = &mut attachment.name {
                self.text(at(TextPart::Attachment, number), name);
            }
        }
        for part in &mut body.items {
            let number = *items;
            *items += 1;
            if let Some(from) = &mut part.from {
                self.text(TextPlace { part: TextPart::From, item: Some(number), number: 0 }, from);
            }
            self.body(&mut part.body, Some(number), items);
        }
    }

    fn field(&mut self, place: TextPlace, value: &mut FieldValue) {
        match value {
            FieldValue::Text(text) => self.text(place, text),
            FieldValue::Money(cents) if self.masks.has(PersonalKind::Amount) => {
                let sign = if *cents < 0 { "-" } else { "" };
                let amount = cents.unsigned_abs();
                self.hidden.push(format!("{sign}{}.{:02}", amount / 100, amount % 100));
                self.values.push(MaskedValue { kind: PersonalKind::Amount, place, start: 0, end: AMOUNT.len() });
                *value = FieldValue::Text(AMOUNT.to_owned());
            }
            FieldValue::Number(_)
            | FieldValue::Seconds(_)
            | FieldValue::Time(_)
            | FieldValue::Money(_)
            | FieldValue::Bytes(_)
            | FieldValue::Choice(_) => {}
        }
    }

    /// Masks a customer.
    pub(crate) fn customer(&mut self, customer: &mut Customer) {
        let at = |part, number| TextPlace { part, item: None, number };
        self.text(at(TextPart::Name, 0), &mut customer.name);
        if let Some(company) = &mut customer.company {
            self.text(at(TextPart::Company, 0), company);
        }
        if let Some(position) = &mut customer.position {
            self.text(at(TextPart::Position, 0), position);
        }
        for (number, identity) in customer.identities.iter_mut().enumerate() {
            self.text(at(TextPart::Identity, number), &mut identity.id);
        }
        let mut tags = 0;
        for (number, follower) in customer.followers.iter_mut().enumerate() {
            self.text(at(TextPart::Remark, number), &mut follower.remark);
            self.text(at(TextPart::Description, number), &mut follower.description);
            for tag in &mut follower.tags {
                self.text(at(TextPart::Tag, tags), tag);
                tags += 1;
            }
        }
    }
}

/// Whether an original holds masked data anywhere, in what people see of it or beside that.
fn is_in_original(masks: &Masks, original: &[u8]) -> bool {
    match serde_json::from_slice::<serde_json::Value>(original) {
        Ok(value) => is_in_json(masks, &value),
        Err(_) => masks.is_in(&String::from_utf8_lossy(original)),
    }
}

fn is_in_json(masks: &Masks, value: &serde_json::Value) -> bool {
    use serde_json::Value;
    match value {
        Value::String(text) => masks.is_in(text),
        Value::Number(number) => masks.is_in(&number.to_string()),
        Value::Array(values) => values.iter().any(|value| is_in_json(masks, value)),
        Value::Object(members) => {
            let told = |(name, value): (&String, &Value)| masks.is_in(name) || is_in_json(masks, value);
            members.iter().filter(|(name, _)| !is_identifier(name)).any(told)
        }
        Value::Null | Value::Bool(_) => false,
    }
}

/// Whether a member of an original names something by a number that a machine gave it: those look like cards now and then, and are shown to everybody.
fn is_identifier(name: &str) -> bool {
    name.ends_with("id") || matches!(name, "from" | "tolist" | "md5sum" | "msgtime" | "seq")
}

impl Snapshot<'_> {
    /// Whether anything is masked: then nothing is found by personal data either.
    pub(crate) fn is_masked(&self) -> bool {
        !self.masks.is_empty()
    }

    /// Masks a message; what was masked, and whether its original must be withheld.
    pub(crate) fn hide_message(&self, message: &mut Message, original: &[u8]) -> (Vec<MaskedValue>, bool) {
        let mut masking = Masking::new(&self.masks);
        masking.message(message);
        let withheld = !masking.values.is_empty() || self.is_masked() && is_in_original(&self.masks, original);
        (masking.values, withheld)
    }

    /// Masks a customer; what was masked.
    pub(crate) fn hide_customer(&self, customer: &mut Customer) -> Vec<MaskedValue> {
        let mut masking = Masking::new(&self.masks);
        masking.customer(customer);
        masking.values
    }

    /// A name as it is shown.
    pub(crate) fn shown(&self, name: String) -> String {
        if self.is_masked() { self.masks.mask(&name).text } else { name }
    }
}

/// Masks what somebody typed into an event; whether anything was masked.
pub(crate) fn hide_event(masks: &Masks, event: &mut Event) -> bool {
    let mut hidden = false;
    for (_, value) in event.details.iter_mut().filter(|(name, _)| TYPED_DETAILS.contains(&name.as_str())) {
        let masked = masks.mask(value);
        hidden |= !masked.spans.is_empty();
        *value = masked.text;
    }
    hidden
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn originals_are_looked_through_as_json_says_and_as_text() {
        let masks = Masks::all();
        for original in [
            &br#"{"a":{"b":["x","call 13800138000"]}}"#[..],
            br#"{"a":"\u0031\u0033800138000"}"#,
            br#"{"card":6222021234567890128}"#,
            br#"{"13800138000":1}"#,
            b"not json 13800138000",
            b"\xff13800138000",
        ] {
            assert!(is_in_original(&masks, original), "{}", String::from_utf8_lossy(original));
        }
        assert!(!is_in_original(&masks, br#"{"a":"nothing","n":12}"#));
        assert!(!is_in_original(&masks, br#"{"msgid":"6222021234567890128_external"}"#));
        assert!(!is_in_original(&Masks::default(), b"13800138000"));
    }
}
