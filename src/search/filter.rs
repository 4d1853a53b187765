//! Filters of the query language: from names and values to [`Filter`].

use xinju_model::channel::Channel;
use xinju_model::id::ConversationId;
use xinju_model::message::MessageKind;
use xinju_model::time::Timestamp;

use crate::query::{Filter, SyntaxError, error};

/// All names.
const NAMES: &[&str] =
    &["from", "to", "staff", "customer", "conversation", "kind", "channel", "before", "after", "has", "is"];

/// Whether there is a filter of this name.
pub(crate) fn is_known(name: &str) -> bool {
    NAMES.contains(&name)
}

/// Reads a filter. The positions are those of name and value in the query.
pub(crate) fn filter(
    name: &str,
    value: &str,
    position: usize,
    value_position: usize,
    zone_offset_minutes: i32,
) -> Result<Filter, SyntaxError> {
    let value = value.trim();
    let unknown = |what: &str| error(value_position, "unknown_value", format!("{name}: takes {what}"));
    if value.is_empty() {
        return Err(error(value_position, "empty", format!("{name}: needs a value")));
    }
    match name {
        "from" => Ok(Filter::From(value.to_owned())),
        "to" => Ok(Filter::To(value.to_owned())),
        "staff" => Ok(Filter::Staff(value.to_owned())),
        "customer" => Ok(Filter::Customer(value.to_owned())),
        "conversation" => match ConversationId::parse(value) {
            Ok(_) => Ok(Filter::Conversation(value.to_owned())),
            Err(_) => Err(unknown("the id of a conversation")),
        },
        "kind" => MessageKind::from_name(&value.to_ascii_lowercase()).map(Filter::Kind).ok_or_else(|| {
            let kinds: Vec<&str> = MessageKind::ALL.iter().map(|kind| kind.name()).collect();
            error(value_position, "unknown_kind", format!("kind: takes one of {}", kinds.join(", ")))
        }),
        "channel" if value == Channel::Wecom.name() => Ok(Filter::Channel(value.to_owned())),
        "channel" => Err(unknown(Channel::Wecom.name())),
        "before" => moment(value, value_position, zone_offset_minutes).map(Filter::Before),
        "after" => moment(value, value_position, zone_offset_minutes).map(Filter::After),
        "has" if value == "attachment" => Ok(Filter::HasAttachment),
        "has" => Err(unknown("attachment")),
        "is" if value == "recalled" => Ok(Filter::Recalled),
        "is" => Err(unknown("recalled")),
        _ => Err(error(
            position,
            "unknown_filter",
            format!("there is no filter {name}: (there are {}); put text with a colon in quotes", NAMES.join(", ")),
        )),
    }
}

/// The beginning of a year, month, day or minute in the given zone, or an RFC 3339 moment.
fn moment(text: &str, position: usize, zone_offset_minutes: i32) -> Result<Timestamp, SyntaxError> {
    let zone_ms = i64::from(zone_offset_minutes) * 60_000;
    let local = local_moment(text).map(|moment| moment.plus_millis(-zone_ms));
    local.or_else(|| Timestamp::parse(text).ok()).ok_or_else(|| {
        error(
            position,
            "bad_date",
            "dates look like 2025, 2025-01, 2025-01-31, 2025-01-31T08:00 or 2025-01-31T08:00:00+08:00",
        )
    })
}

fn local_moment(text: &str) -> Option<Timestamp> {
    const TEMPLATE: &str = "0000-01-01T00:00:00";
    let shape_fits = matches!(text.len(), 4 | 7 | 10 | 16 | 19)
        && text
            .bytes()
            .zip(TEMPLATE.bytes())
            .all(|(byte, shape)| if shape.is_ascii_digit() { byte.is_ascii_digit() } else { byte == shape });
    if !shape_fits {
        return None;
    }
    let rest = TEMPLATE.get(text.len()..)?;
    Timestamp::parse(&format!("{text}{rest}Z")).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, zone_offset_minutes: i32, expected: &str) {
        let found = moment(text, 0, zone_offset_minutes).expect(text);
        assert_eq!(found, Timestamp::parse(expected).expect("expected"), "{text}");
    }

    #[test]
    fn moments_are_read_in_the_zone_unless_they_name_one() {
        check("2025", 0, "2025-01-01T00:00:00Z");
        check("2025-02", 0, "2025-02-01T00:00:00Z");
        check("2025-01-31", 480, "2025-01-30T16:00:00Z");
        check("2025-01-31T08:00", 480, "2025-01-31T00:00:00Z");
        check("2025-01-31T08:00:30", -60, "2025-01-31T09:00:30Z");
        check("2025-01-31T08:00:00+08:00", -60, "2025-01-31T00:00:00Z");
    }

    #[test]
    fn other_forms_are_refused() {
        for text in
            ["25", "2025-1-1", "2025-13", "2025-02-30", "2025-01-31T25:00", "今天", "2025-01-31 08:00", "20250131"]
        {
            assert_eq!(moment(text, 3, 0).expect_err(text).code, "bad_date");
        }
    }
}
