//! Things that people do together: votes, forms, red packets, meetings, appointments.

use xinju_model::limits::MESSAGE_ITEMS_MAX;
use xinju_model::message::keys::{choice, field};
use xinju_model::message::{Body, BodyField, FieldValue};

use super::super::lenient::{object, text};
use super::unfold::left_out;
use super::{Part, chosen, moment, words};

pub(super) fn vote(part: Part<'_>) -> Body {
    let actions = [(101, choice::VOTE_STARTED), (102, choice::VOTE_JOINED)];
    let mut fields = Vec::new();
    fields.extend(chosen(field::VOTE_ACTION, part, "votetype", &actions));
    each(field::OPTION, part, "voteitem", &mut fields);
    fields.extend(words(field::VOTE_ID, part, "voteid"));
    Body { title: part.words("votetitle"), fields, ..Body::default() }
}

/// Adds a field for each word of a list, and the number of those beyond the limit.
fn each(key: &'static str, part: Part<'_>, source: &str, fields: &mut Vec<BodyField>) {
    let list = part.list(source);
    let texts = list.iter().take(MESSAGE_ITEMS_MAX).filter_map(text);
    fields.extend(texts.map(|text| BodyField { key, value: FieldValue::Text(text) }));
    fields.extend(left_out(list.len().saturating_sub(MESSAGE_ITEMS_MAX)));
}

pub(super) fn collect(part: Part<'_>) -> Body {
    let mut fields = Vec::new();
    fields.extend(words(field::ROOM, part, "room_name"));
    fields.extend(words(field::CREATOR, part, "creator"));
    fields.extend(words(field::CREATED_AT, part, "create_time"));
    let details = part.list("details");
    for detail in details.iter().take(MESSAGE_ITEMS_MAX).filter_map(object) {
        let detail = Part(&detail);
        fields.extend(words(field::QUESTION, detail, "ques"));
        fields.extend(answer_kind(&detail.words("type")));
    }
    fields.extend(left_out(details.len().saturating_sub(MESSAGE_ITEMS_MAX)));
    Body { title: part.words("title"), fields, ..Body::default() }
}

fn answer_kind(word: &str) -> Option<BodyField> {
    let value = match word {
        "" => return None,
        "Text" => FieldValue::Choice(choice::ANSWER_TEXT),
        "Number" => FieldValue::Choice(choice::ANSWER_NUMBER),
        "Date" => FieldValue::Choice(choice::ANSWER_DATE),
        "Time" => FieldValue::Choice(choice::ANSWER_TIME),
        other => FieldValue::Text(other.to_owned()),
    };
    Some(BodyField { key: field::ANSWER_KIND, value })
}

pub(super) fn red_packet(part: Part<'_>) -> Body {
    let kinds = [(1, choice::REDPACKET_ORDINARY), (2, choice::REDPACKET_LUCKY), (3, choice::REDPACKET_INCENTIVE)];
    let number = |key, source, form: fn(i64) -> FieldValue| {
        part.number(source).map(|number| BodyField { key, value: form(number) })
    };
    let fields = [
        chosen(field::REDPACKET_KIND, part, "type", &kinds),
        number(field::COUNT, "totalcnt", FieldValue::Number),
        number(field::AMOUNT, "totalamount", FieldValue::Money),
    ];
    Body { title: part.words("wish"), fields: fields.into_iter().flatten().collect(), ..Body::default() }
}

pub(super) fn meeting(part: Part<'_>) -> Body {
    let actions = [(101, choice::MEETING_STARTED), (102, choice::MEETING_ANSWERED)];
    let states = [
        (1, choice::MEETING_ACCEPTED),
        (2, choice::MEETING_DECLINED),
        (3, choice::MEETING_TENTATIVE),
        (4, choice::MEETING_NOT_INVITED),
        (5, choice::MEETING_CANCELLED),
        (6, choice::MEETING_EXPIRED),
        (7, choice::MEETING_NOT_IN_ROOM),
    ];
    let fields = [
        moment(field::STARTS_AT, part, "starttime"),
        moment(field::ENDS_AT, part, "endtime"),
        words(field::PLACE, part, "address"),
        words(field::REMARKS, part, "remarks"),
        chosen(field::MEETING_ACTION, part, "meetingtype", &actions),
        chosen(field::MEETING_STATE, part, "status", &states),
        meeting_id(part),
    ];
    Body { title: part.words("topic"), fields: fields.into_iter().flatten().collect(), ..Body::default() }
}

/// The document spells the key in two ways.
fn meeting_id(part: Part<'_>) -> Option<BodyField> {
    words(field::MEETING_ID, part, "meetingid").or_else(|| words(field::MEETING_ID, part, "meeting_id"))
}

pub(super) fn meeting_notification(part: Part<'_>) -> Body {
    let events = [(1, choice::MEETING_JOINED), (2, choice::MEETING_ENDED)];
    let fields = [chosen(field::MEETING_EVENT, part, "notification_type", &events), meeting_id(part)];
    Body { text: part.words("content"), fields: fields.into_iter().flatten().collect(), ..Body::default() }
}

pub(super) fn calendar(part: Part<'_>) -> Body {
    let mut fields = Vec::new();
    fields.extend(words(field::CREATOR, part, "creatorname"));
    each(field::ATTENDEE, part, "attendeename", &mut fields);
    fields.extend(moment(field::STARTS_AT, part, "starttime"));
    fields.extend(moment(field::ENDS_AT, part, "endtime"));
    fields.extend(words(field::PLACE, part, "place"));
    fields.extend(words(field::REMARKS, part, "remarks"));
    Body { title: part.words("title"), fields, ..Body::default() }
}
