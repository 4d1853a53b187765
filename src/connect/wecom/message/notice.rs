//! What the archive itself tells: recalls, and consent given or refused.

use xinju_model::message::Body;
use xinju_model::message::keys::field;

use super::{Part, moment, words};

pub(super) fn recall(part: Part<'_>) -> Body {
    Body { recalls: part.text("pre_msgid"), ..Body::default() }
}

pub(super) fn agree(part: Part<'_>) -> Body {
    decision(part, "agree_time")
}

pub(super) fn disagree(part: Part<'_>) -> Body {
    decision(part, "disagree_time")
}

fn decision(part: Part<'_>, time: &str) -> Body {
    // A library that reads both kinds into one structure writes `agree_time` for both.
    let time = moment(field::TIME, part, time).or_else(|| moment(field::TIME, part, "agree_time"));
    let fields = [words(field::PERSON, part, "userid"), time];
    Body { fields: fields.into_iter().flatten().collect(), ..Body::default() }
}
