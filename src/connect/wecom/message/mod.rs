//! Reading one decrypted message of the conversation archive (document 91774) for people: [`decode`].
//!
//! What a message is follows from its `msgtype` alone, never from the shape of its body: seven kinds keep theirs under `info`.
//! Ids of media files (`sdkfileid`) hold the file's key and are never shown. The original always stays beside what is read here,
//! so that a better reading can replace this one.

mod activity;
mod call;
mod media;
mod notice;
mod reference;
mod talk;
mod unfold;
mod unknown;

use std::borrow::Cow;

use serde_json::{Map, Value};
use xinju_model::channel::Party;
use xinju_model::facts::{Facts, wecom_side};
use xinju_model::limits::PARTIES_MAX;
use xinju_model::message::keys::{choice, field};
use xinju_model::message::{Body, BodyField, FieldValue, Message, MessageKind};

use super::lenient::Part;
use unfold::Unfolding;

/// What people see of an original. Total: what cannot be read becomes [`MessageKind::Unknown`] with a `problem` field.
/// `facts` are those of the same original.
pub fn decode(original: &[u8], facts: &Facts) -> Message {
    let mut message = Message {
        from: facts.from.as_deref().map(party),
        to: facts.to.iter().take(PARTIES_MAX).map(|id| party(id)).collect(),
        sent_at: facts.sent_at,
        kind: MessageKind::Unknown,
        source_kind: facts.kind.clone().unwrap_or_default(),
        body: Body::default(),
    };
    // Nearly every message is plain text, and the facts hold its words already.
    if let Some(text) = &facts.text {
        message.kind = MessageKind::Text;
        message.body = talk::quoting(text);
        return message;
    }
    if let Some(root) = parse(original) {
        read(Part(&root), &mut message);
    } else {
        message.kind = kind(&message.source_kind);
        message.body = problem(choice::UNREADABLE);
    }
    message
}

fn party(id: &str) -> Party {
    Party { id: id.to_owned(), side: wecom_side(id) }
}

fn parse(original: &[u8]) -> Option<Map<String, Value>> {
    serde_json::from_slice(original).ok().or_else(|| serde_json::from_slice(&whole_characters(original)?).ok())
}

/// Replaces escapes of half a character (`\ud83d` without its other half), which a program made by cutting a text between the
/// two halves of an emoji, by U+FFFD. None where there is nothing to replace.
fn whole_characters(original: &[u8]) -> Option<Vec<u8>> {
    let mut text = std::str::from_utf8(original).ok()?;
    let mut whole = String::with_capacity(text.len());
    let mut changed = false;
    while let Some(at) = text.find('\\') {
        let (before, escape) = text.split_at(at);
        whole.push_str(before);
        let length = match (code_unit(escape), escape.get(6..).and_then(code_unit)) {
            (Some(0xD800..=0xDBFF), Some(0xDC00..=0xDFFF)) => 12,
            (Some(0xD800..=0xDFFF), _) => {
                changed = true;
                whole.push_str("\\ufffd");
                text = escape.get(6..)?;
                continue;
            }
            // Two bytes are enough for every other escape, also for `\\`, whose second half begins none.
            _ => 2,
        };
        whole.push_str(escape.get(..length)?);
        text = escape.get(length..)?;
    }
    whole.push_str(text);
    changed.then(|| whole.into_bytes())
}

/// The number in an escape `\uXXXX` at the start of `escape`.
fn code_unit(escape: &str) -> Option<u16> {
    u16::from_str_radix(escape.strip_prefix("\\u")?.get(..4)?, 16).ok()
}

/// Reads a whole message into `message`, whose parties and time are known.
fn read(root: Part<'_>, message: &mut Message) {
    if message.source_kind.is_empty() {
        message.source_kind = root.text("msgtype").or_else(|| root.text("action")).unwrap_or_default();
    }
    message.kind = kind(&message.source_kind);
    let content = content(root, &message.source_kind);
    message.body = match &content {
        Some(content) => body(message.kind, Part(content), &mut Unfolding::default(), 0),
        None => Body::default(),
    };
    around(message.kind, root, &mut message.body);
    if message.body == Body::default() && message.kind != MessageKind::Switch {
        message.body = match &content {
            Some(content) => unknown::rendered(Part(content)),
            None => unknown::rendered(root),
        };
        if message.kind != MessageKind::Unknown && message.body.text.is_empty() {
            message.body = problem(choice::NO_CONTENT);
        }
    }
}

/// The kind that a `msgtype` names. Case differs between those who pass messages on.
fn kind(word: &str) -> MessageKind {
    match word.to_ascii_lowercase().as_str() {
        "text" => MessageKind::Text,
        "image" => MessageKind::Image,
        "voice" => MessageKind::Voice,
        "video" => MessageKind::Video,
        "emotion" => MessageKind::Emotion,
        "file" => MessageKind::File,
        "link" => MessageKind::Link,
        "weapp" => MessageKind::MiniProgram,
        "card" => MessageKind::Card,
        "location" => MessageKind::Location,
        "chatrecord" => MessageKind::ChatRecord,
        "mixed" => MessageKind::Mixed,
        "todo" => MessageKind::Todo,
        "vote" => MessageKind::Vote,
        "collect" => MessageKind::Collect,
        "redpacket" | "external_redpacket" => MessageKind::RedPacket,
        "meeting" => MessageKind::Meeting,
        "meeting_notification" => MessageKind::MeetingNotification,
        "docmsg" | "doc" => MessageKind::Document,
        "markdown" => MessageKind::Markdown,
        "news" => MessageKind::News,
        "calendar" => MessageKind::Calendar,
        "meeting_voice_call" => MessageKind::VoiceCall,
        "voip_doc_share" => MessageKind::SharedDocument,
        "voiptext" => MessageKind::Call,
        "sphfeed" => MessageKind::ChannelPost,
        "qydiskfile" => MessageKind::DiskFile,
        "solitaire" => MessageKind::Solitaire,
        "note" => MessageKind::Note,
        "revoke" => MessageKind::Recall,
        "agree" => MessageKind::Agree,
        "disagree" => MessageKind::Disagree,
        "switch" => MessageKind::Switch,
        _ => MessageKind::Unknown,
    }
}

/// The object that holds what a message of kind `word` says. The documented key comes first; the kind's own name and `info` are
/// what libraries and resellers make of it.
fn content<'a>(root: Part<'a>, word: &str) -> Option<Cow<'a, Map<String, Value>>> {
    let lower = word.to_ascii_lowercase();
    let documented = match lower.as_str() {
        "docmsg" => "doc",
        "external_redpacket" => "redpacket",
        "markdown" | "news" | "voiptext" | "qydiskfile" | "meeting_notification" | "solitaire" | "note" => "info",
        other => other,
    };
    let found = [documented, &lower, word, "info"].iter().find_map(|key| root.object(key));
    // Two libraries read votes from the message itself.
    found.or_else(|| (lower == "vote" && root.value("votetitle").is_some()).then_some(Cow::Borrowed(root.0)))
}

/// What the content of a message of `kind` says. `depth` counts the messages around it.
fn body(kind: MessageKind, part: Part<'_>, unfolding: &mut Unfolding, depth: usize) -> Body {
    match kind {
        MessageKind::Text => talk::text(part),
        MessageKind::Markdown => talk::markdown(part),
        MessageKind::Todo => talk::todo(part),
        MessageKind::Solitaire => talk::solitaire(part),
        MessageKind::Image => media::image(part),
        MessageKind::Voice => media::voice(part),
        MessageKind::Video => media::video(part),
        MessageKind::Emotion => media::emotion(part),
        MessageKind::File | MessageKind::SharedDocument => media::file(part),
        MessageKind::DiskFile => media::disk_file(part),
        MessageKind::Link => reference::link(part),
        MessageKind::MiniProgram => reference::mini_program(part),
        MessageKind::Card => reference::card(part),
        MessageKind::Location => reference::location(part),
        MessageKind::Document => reference::document(part),
        MessageKind::ChannelPost => reference::channel_post(part),
        MessageKind::ChatRecord | MessageKind::Mixed | MessageKind::Note => unfold::parts(part, unfolding, depth),
        MessageKind::News => unfold::news(part, unfolding),
        MessageKind::Vote => activity::vote(part),
        MessageKind::Collect => activity::collect(part),
        MessageKind::RedPacket => activity::red_packet(part),
        MessageKind::Meeting => activity::meeting(part),
        MessageKind::MeetingNotification => activity::meeting_notification(part),
        MessageKind::Calendar => activity::calendar(part),
        MessageKind::VoiceCall => call::voice_call(part, unfolding),
        MessageKind::Call => call::call(part),
        MessageKind::Recall => notice::recall(part),
        MessageKind::Agree => notice::agree(part),
        MessageKind::Disagree => notice::disagree(part),
        MessageKind::Switch => Body::default(),
        MessageKind::Unknown => unknown::rendered(part),
    }
}

/// Adds what three kinds say beside their content.
fn around(kind: MessageKind, root: Part<'_>, body: &mut Body) {
    let (key, source) = match kind {
        MessageKind::VoiceCall => (field::CALL_ID, "voiceid"),
        MessageKind::SharedDocument => (field::CALL_ID, "voipid"),
        MessageKind::MeetingNotification => (field::LOCAL_TIME, "time"),
        _ => return,
    };
    body.fields.extend(words(key, root, source));
}

fn problem(what: &'static str) -> Body {
    Body { fields: vec![BodyField { key: field::PROBLEM, value: FieldValue::Choice(what) }], ..Body::default() }
}

/// A field of words, where `part` has them.
fn words(key: &'static str, part: Part<'_>, source: &str) -> Option<BodyField> {
    Some(BodyField { key, value: FieldValue::Text(part.text(source)?) })
}

/// A field of a moment, where `part` has one.
fn moment(key: &'static str, part: Part<'_>, source: &str) -> Option<BodyField> {
    Some(BodyField { key, value: FieldValue::Time(part.moment(source)?) })
}

/// A field of one of several choices, where `part` has it; a number that `choices` do not know stays a number.
fn chosen(key: &'static str, part: Part<'_>, source: &str, choices: &[(i64, &'static str)]) -> Option<BodyField> {
    let number = part.number(source)?;
    let known = choices.iter().find(|(code, _)| *code == number);
    let value = known.map_or(FieldValue::Number(number), |(_, choice)| FieldValue::Choice(choice));
    Some(BodyField { key, value })
}

#[cfg(test)]
mod tests;
