//! Messages in messages: forwarded records, mixed parts, notes, articles. Depth and number are bounded; what lies beyond is counted.

use serde_json::Value;
use xinju_model::limits::{MESSAGE_ITEMS_MAX, NESTING_DEPTH_MAX};
use xinju_model::message::keys::field;
use xinju_model::message::{Body, BodyField, BodyItem, FieldValue, MessageKind};

use super::super::lenient::object;
use super::{Part, body, kind, reference, unknown};

/// How many parts of one message may still be unfolded, at all depths together.
pub(super) struct Unfolding {
    left: usize,
}

impl Default for Unfolding {
    fn default() -> Self {
        Self { left: MESSAGE_ITEMS_MAX }
    }
}

impl Unfolding {
    /// Adds to `body` what `read` makes of each value while parts are left, and counts the rest in a field.
    pub(super) fn each(
        &mut self,
        values: &[Value],
        body: &mut Body,
        mut read: impl FnMut(&Value, &mut Self) -> Option<BodyItem>,
    ) {
        for (done, value) in values.iter().enumerate() {
            if self.left == 0 {
                body.fields.extend(left_out(values.len() - done));
                return;
            }
            self.left -= 1;
            body.items.extend(read(value, self));
        }
    }
}

/// Says how many parts are not shown, where there are any.
pub(super) fn left_out(count: usize) -> Option<BodyField> {
    let number = i64::try_from(count).ok().filter(|number| *number > 0)?;
    Some(BodyField { key: field::ITEMS_LEFT_OUT, value: FieldValue::Number(number) })
}

/// Forwarded records, mixed messages and notes. The document of notes spells the list in two ways.
pub(super) fn parts(part: Part<'_>, unfolding: &mut Unfolding, depth: usize) -> Body {
    let mut whole = Body { title: part.words("title"), ..Body::default() };
    let values = if part.value("item").is_some() { part.list("item") } else { part.list("items") };
    if depth >= NESTING_DEPTH_MAX {
        whole.fields.extend(left_out(values.len()));
        return whole;
    }
    unfolding.each(&values, &mut whole, |value, unfolding| Some(item(value, unfolding, depth)));
    whole
}

fn item(value: &Value, unfolding: &mut Unfolding, depth: usize) -> BodyItem {
    let Some(map) = object(value) else {
        return BodyItem { kind: MessageKind::Unknown, from: None, sent_at: None, body: unknown::loose(value) };
    };
    let part = Part(&map);
    let word = ["type", "msg_type", "msgtype"].iter().find_map(|key| part.text(key)).unwrap_or_default();
    let kind = kind(bare(&word));
    let mut body = match part.value("content") {
        Some(content) => content_body(kind, content, unfolding, depth),
        None => unknown::rendered(part),
    };
    if kind == MessageKind::Unknown {
        body.title = word;
    }
    BodyItem { kind, from: None, sent_at: part.moment("msgtime"), body }
}

/// `ChatRecordText`, `ChatrecordText` and `text` are one kind; a nested record is `chatrecord` and nothing more.
fn bare(word: &str) -> &str {
    const PREFIX: &str = "chatrecord";
    match word.split_at_checked(PREFIX.len()) {
        Some((prefix, rest)) if !rest.is_empty() && prefix.eq_ignore_ascii_case(PREFIX) => rest,
        _ => word,
    }
}

/// The content of an item: a JSON text of the body of that kind, or whatever else somebody made of it.
fn content_body(kind: MessageKind, content: &Value, unfolding: &mut Unfolding, depth: usize) -> Body {
    let Some(map) = object(content) else { return unknown::loose(content) };
    let read = body(kind, Part(&map), unfolding, depth + 1);
    if read == Body::default() { unknown::rendered(Part(&map)) } else { read }
}

/// Articles of a robot.
pub(super) fn news(part: Part<'_>, unfolding: &mut Unfolding) -> Body {
    let mut whole = Body::default();
    unfolding.each(&part.list("item"), &mut whole, |value, _| {
        let body = reference::link(Part(object(value)?.as_ref()));
        Some(BodyItem { kind: MessageKind::Link, from: None, sent_at: None, body })
    });
    whole
}
