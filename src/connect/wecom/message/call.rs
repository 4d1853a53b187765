//! Calls: how long and of what kind, and recorded ones with what was shown in them.

use xinju_model::message::keys::{choice, field};
use xinju_model::message::{Attachment, Body, BodyField, BodyItem, FieldValue, MessageKind};

use super::super::lenient::object;
use super::unfold::Unfolding;
use super::{Part, chosen, moment};

pub(super) fn call(part: Part<'_>) -> Body {
    let kinds = [
        (1, choice::CALL_VIDEO_SINGLE),
        (2, choice::CALL_VOICE_SINGLE),
        (3, choice::CALL_VIDEO_GROUP),
        (4, choice::CALL_VOICE_GROUP),
    ];
    let duration = part.number("callduration");
    let fields = [
        duration.map(|seconds| BodyField { key: field::DURATION, value: FieldValue::Seconds(seconds) }),
        chosen(field::CALL_KIND, part, "invitetype", &kinds),
    ];
    Body { fields: fields.into_iter().flatten().collect(), ..Body::default() }
}

pub(super) fn voice_call(part: Part<'_>, unfolding: &mut Unfolding) -> Body {
    let mut body = Body::default();
    if part.value("sdkfileid").is_some() {
        body.attachments.push(file(MessageKind::Voice, None));
    }
    body.fields.extend(moment(field::ENDS_AT, part, "endtime"));
    unfolding.each(&part.list("demofiledata"), &mut body, |value, _| Some(shown_file(Part(object(value)?.as_ref()))));
    unfolding
        .each(&part.list("sharescreendata"), &mut body, |value, _| Some(shown_screen(Part(object(value)?.as_ref()))));
    body
}

fn file(kind: MessageKind, name: Option<String>) -> Attachment {
    Attachment { kind, name, size: None, md5: None, seconds: None, pixels: None }
}

fn shown_file(part: Part<'_>) -> BodyItem {
    BodyItem {
        kind: MessageKind::SharedDocument,
        from: part.text("demooperator"),
        sent_at: part.moment("starttime"),
        body: Body {
            attachments: vec![file(MessageKind::File, part.text("filename"))],
            fields: moment(field::ENDS_AT, part, "endtime").into_iter().collect(),
            ..Body::default()
        },
    }
}

fn shown_screen(part: Part<'_>) -> BodyItem {
    let shared = BodyField { key: field::ACTIVITY, value: FieldValue::Choice(choice::SCREEN_SHARED) };
    BodyItem {
        kind: MessageKind::VoiceCall,
        from: part.text("share"),
        sent_at: part.moment("starttime"),
        body: Body {
            fields: std::iter::once(shared).chain(moment(field::ENDS_AT, part, "endtime")).collect(),
            ..Body::default()
        },
    }
}
