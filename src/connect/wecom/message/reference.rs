//! Pointers to something else: links, mini programs, cards, places, documents, channels posts.

use xinju_model::message::keys::field;
use xinju_model::message::{Body, BodyField, FieldValue};

use super::{Part, words};

pub(super) fn link(part: Part<'_>) -> Body {
    Body {
        title: part.words("title"),
        text: part.words("description"),
        url: part.text("link_url").or_else(|| part.text("url")),
        ..Body::default()
    }
}

pub(super) fn mini_program(part: Part<'_>) -> Body {
    let app_id = words(field::APP_ID, part, "username").or_else(|| words(field::APP_ID, part, "appid"));
    let fields = [words(field::APP, part, "displayname"), app_id, words(field::PAGE, part, "pagepath")];
    Body {
        title: part.words("title"),
        text: part.words("description"),
        fields: fields.into_iter().flatten().collect(),
        ..Body::default()
    }
}

pub(super) fn card(part: Part<'_>) -> Body {
    let fields = [words(field::COMPANY, part, "corpname"), words(field::PERSON, part, "userid")];
    Body { fields: fields.into_iter().flatten().collect(), ..Body::default() }
}

pub(super) fn location(part: Part<'_>) -> Body {
    let fields = [
        words(field::ADDRESS, part, "address"),
        words(field::LATITUDE, part, "latitude"),
        words(field::LONGITUDE, part, "longitude"),
    ];
    Body { title: part.words("title"), fields: fields.into_iter().flatten().collect(), ..Body::default() }
}

pub(super) fn document(part: Part<'_>) -> Body {
    Body {
        title: part.words("title"),
        url: part.text("link_url"),
        fields: words(field::CREATOR, part, "doc_creator").into_iter().collect(),
        ..Body::default()
    }
}

pub(super) fn channel_post(part: Part<'_>) -> Body {
    let kind =
        part.number("feed_type").map(|kind| BodyField { key: field::FEED_KIND, value: FieldValue::Number(kind) });
    Body {
        title: part.words("sph_name"),
        text: part.words("feed_desc"),
        fields: kind.into_iter().collect(),
        ..Body::default()
    }
}
