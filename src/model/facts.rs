//! Pinned reading of originals: the few facts that entries disclose and conversations hang on.
//!
//! These rules belong to [`crate::entry::ENTRY_VERSION`] and are frozen with it. What people see of a message is read elsewhere and may improve.

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::channel::{Party, Side};
use crate::conversation::ConversationKind;
use crate::id::{ConversationId, derived};
use crate::record::Format;
use crate::time::Timestamp;

/// What an original says of itself. Everything is optional: an original that can't be read is an entry over its bytes alone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// The source's own id of the message (WeCom `msgid`); what makes a second copy known.
    pub source_id: Option<String>,
    /// The conversation it belongs to.
    pub conversation: Option<ConversationFacts>,
    /// The sender, by the channel's id.
    pub from: Option<String>,
    /// The receivers, by the channel's ids, in the order given.
    pub to: Vec<String>,
    /// When it was sent, by the provider's clock; none where the provider says 0 or nothing.
    pub sent_at: Option<Timestamp>,
    /// The source's own name of its kind (WeCom `msgtype`, or `action` where there is none).
    pub kind: Option<String>,
    /// The words of a plain text message.
    pub text: Option<String>,
    /// The source id of the message that this one recalls.
    pub refers_to: Option<String>,
}

/// The conversation of an original.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConversationFacts {
    /// Follows from channel, account and parties or room.
    pub id: ConversationId,
    /// Single or group.
    pub kind: ConversationKind,
    /// The channel's own id of a group.
    pub room: Option<String>,
}

/// Reads an original by the pinned rules of its format.
pub fn facts(format: Format, account: &str, original: &[u8]) -> Facts {
    match format {
        Format::WecomJson => wecom(account, original).unwrap_or_default(),
    }
}

/// What a WeCom id says of its owner: `wm` and `wo` are external contacts, `wb` robots, all else the company's own people.
/// A heuristic of the format; the directory may know better.
pub fn wecom_side(id: &str) -> Side {
    if id.starts_with("wm") || id.starts_with("wo") {
        Side::Customer
    } else if id.starts_with("wb") {
        Side::Robot
    } else {
        Side::Staff
    }
}

/// The form of a WeCom id under which two spellings of one person meet: staff ids do not distinguish case, the others do.
pub fn wecom_key(id: &str) -> String {
    match wecom_side(id) {
        Side::Staff => id.to_lowercase(),
        Side::Customer | Side::Robot => id.to_owned(),
    }
}

impl Facts {
    /// Sender and receivers, each once, with the side that their ids tell.
    pub fn parties(&self) -> Vec<Party> {
        let mut seen = std::collections::HashSet::new();
        self.from
            .iter()
            .chain(&self.to)
            .filter(|id| seen.insert(wecom_key(id)))
            .map(|id| Party { id: id.clone(), side: wecom_side(id) })
            .collect()
    }
}

#[derive(Deserialize)]
struct WecomJson<'a> {
    #[serde(borrow, default)]
    msgid: Option<&'a RawValue>,
    #[serde(borrow, default)]
    action: Option<&'a RawValue>,
    #[serde(borrow, default)]
    from: Option<&'a RawValue>,
    #[serde(borrow, default)]
    user: Option<&'a RawValue>,
    #[serde(borrow, default)]
    tolist: Option<&'a RawValue>,
    #[serde(borrow, default)]
    roomid: Option<&'a RawValue>,
    #[serde(borrow, default)]
    msgtime: Option<&'a RawValue>,
    #[serde(borrow, default)]
    time: Option<&'a RawValue>,
    #[serde(borrow, default)]
    msgtype: Option<&'a RawValue>,
    #[serde(borrow, default)]
    text: Option<&'a RawValue>,
    #[serde(borrow, default)]
    revoke: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct Content {
    content: String,
}

#[derive(Deserialize)]
struct Revoke {
    pre_msgid: String,
}

fn read<'a, T: Deserialize<'a>>(value: Option<&'a RawValue>) -> Option<T> {
    serde_json::from_str(value?.get()).ok()
}

fn non_empty(value: Option<&RawValue>) -> Option<String> {
    read::<String>(value).filter(|text| !text.is_empty())
}

/// A number, or a number in a string, as resellers' feeds write it.
fn number(value: Option<&RawValue>) -> Option<i64> {
    let value = value?.get();
    value.trim_matches('"').parse().ok()
}

/// Values below this are seconds: as milliseconds they would lie before 1973-03-03.
const SECONDS_BELOW: i64 = 100_000_000_000;

fn moment(value: Option<&RawValue>) -> Option<Timestamp> {
    match number(value)? {
        ..=0 => None,
        seconds @ 1..SECONDS_BELOW => Some(Timestamp(seconds * 1000)),
        millis => Some(Timestamp(millis)),
    }
}

fn wecom(account: &str, original: &[u8]) -> Option<Facts> {
    let json: WecomJson<'_> = serde_json::from_slice(original).ok()?;
    let from = non_empty(json.from).or_else(|| non_empty(json.user));
    let to: Vec<String> = match read::<Vec<&RawValue>>(json.tolist) {
        Some(list) => list.into_iter().filter_map(|id| non_empty(Some(id))).collect(),
        None => non_empty(json.tolist).into_iter().collect(),
    };
    let kind = non_empty(json.msgtype).or_else(|| non_empty(json.action));
    let text = (kind.as_deref() == Some("text")).then(|| read::<Content>(json.text)).flatten();
    Some(Facts {
        source_id: non_empty(json.msgid),
        conversation: wecom_conversation(account, non_empty(json.roomid), from.as_deref(), &to),
        sent_at: moment(json.msgtime).or_else(|| moment(json.time)),
        text: text.map(|text| text.content),
        refers_to: read::<Revoke>(json.revoke).map(|revoke| revoke.pre_msgid),
        from,
        to,
        kind,
    })
}

fn wecom_conversation(
    account: &str,
    room: Option<String>,
    from: Option<&str>,
    to: &[String],
) -> Option<ConversationFacts> {
    const DOMAIN: &str = "xinju-conversation/1";
    if let Some(room) = room {
        let id = derived(DOMAIN, &[b"wecom", account.as_bytes(), b"room", room.as_bytes()]);
        return Some(ConversationFacts { id: ConversationId(id), kind: ConversationKind::Group, room: Some(room) });
    }
    let from = from?;
    if to.is_empty() {
        return None;
    }
    let mut keys: Vec<String> = std::iter::once(from).chain(to.iter().map(String::as_str)).map(wecom_key).collect();
    keys.sort_unstable();
    keys.dedup();
    let mut parts: Vec<&[u8]> = vec![b"wecom", account.as_bytes(), b"parties"];
    parts.extend(keys.iter().map(String::as_bytes));
    let kind = if keys.len() > 2 { ConversationKind::Group } else { ConversationKind::Single };
    Some(ConversationFacts { id: ConversationId(derived(DOMAIN, &parts)), kind, room: None })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> Facts {
        facts(Format::WecomJson, "corp", json.as_bytes())
    }

    #[test]
    fn both_directions_and_spellings_are_one_conversation() {
        let there = read(
            r#"{"msgid":"1","from":"wmA","tolist":["Ken"],"roomid":"","msgtime":1603875657905,"msgtype":"text","text":{"content":"x"}}"#,
        );
        let back = read(r#"{"msgid":"2","from":"ken","tolist":["wmA"],"msgtime":"1603875657","msgtype":"image"}"#);
        assert_eq!(there.conversation, back.conversation);
        assert_eq!(back.sent_at, Some(Timestamp(1_603_875_657_000)));
        assert_eq!(there.text.as_deref(), Some("x"));
        assert_eq!(back.text, None);
    }

    #[test]
    fn odd_shapes_are_read_as_far_as_they_go() {
        let switch = read(r#"{"msgid":"1","action":"switch","time":1554119421840,"user":"Xu"}"#);
        assert_eq!(switch.kind.as_deref(), Some("switch"));
        assert_eq!(switch.from.as_deref(), Some("Xu"));
        assert_eq!(switch.conversation, None);
        let odd = read(r#"{"msgid":7,"from":"a","tolist":"wmB","msgtime":0,"msgtype":"text","text":{"content":5}}"#);
        assert_eq!((odd.source_id, odd.sent_at, odd.text), (None, None, None));
        assert_eq!(odd.to, ["wmB"]);
        assert_eq!(read("not json"), Facts::default());
        assert_eq!(read("[]"), Facts::default());
    }
}
