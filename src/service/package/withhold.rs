//! What of a record a package withholds: what is masked for its asker, and what the asker wants withheld.

use std::collections::BTreeMap;
use std::ops::Range;

use xinju_evidence::redaction::{Redaction, RedactionCode, Rendering, blacked_out};
use xinju_model::entry::Disclosure;
use xinju_model::package::{Withhold, WithholdCode, WithholdTarget};

use crate::message::MessageView;

/// The field that people's words stand in.
const CONTENT: &str = "content";
/// Names the digest of the bytes as received, by which short words could be guessed: goes with every field that these bytes hold.
const ORIGINAL: &str = "original";
/// What a whole message withholds.
const MESSAGE: &[&str] = &["source", "from", "to", CONTENT, ORIGINAL, "refers_to"];
/// The note beside what is masked.
const MASKED: &str = "personal data that is masked for who built the package";

/// What is withheld of one record.
#[derive(Debug, Default)]
pub(super) struct Withheld {
    pub(super) redacted: Vec<Redaction>,
    pub(super) renderings: Vec<Rendering>,
}

fn code(code: WithholdCode) -> RedactionCode {
    match code {
        WithholdCode::Privilege => RedactionCode::R1,
        WithholdCode::Privacy => RedactionCode::R2,
        WithholdCode::Secret => RedactionCode::R3,
        WithholdCode::Unrelated => RedactionCode::R4,
    }
}

/// The fields that a wish withholds of this record; none where it is about another.
fn fields<'a>(wish: &'a Withhold, view: &MessageView) -> Vec<&'a str> {
    match &wish.target {
        WithholdTarget::Message { message } if *message == view.index => MESSAGE.to_vec(),
        WithholdTarget::Field { message, field } if *message == view.index => vec![field, ORIGINAL],
        WithholdTarget::Words { message, .. } if *message == view.index => vec![CONTENT, ORIGINAL],
        WithholdTarget::Person { party } if view.facts.from.as_ref() == Some(party) => {
            vec!["source", "from", CONTENT, ORIGINAL, "refers_to"]
        }
        WithholdTarget::Person { party } if view.facts.to.contains(party) => vec!["to", ORIGINAL],
        _ => Vec::new(),
    }
}

/// Places of words in a text, in characters.
fn places(text: &str, words: &[String]) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    for word in words {
        for (byte, hit) in text.match_indices(word.as_str()) {
            let from = text.get(..byte).map_or(0, |before| before.chars().count());
            found.push(from..from.saturating_add(hit.chars().count()));
        }
    }
    found
}

/// What is withheld of a record, of the fields that it has.
pub(super) fn withheld(view: &MessageView, disclosures: &[Disclosure], wishes: &[Withhold]) -> Withheld {
    let mut reasons: BTreeMap<&str, (RedactionCode, &str)> = BTreeMap::new();
    let (mut whole, mut words) = (false, Vec::new());
    for wish in wishes {
        for field in fields(wish, view) {
            let by_words = matches!(wish.target, WithholdTarget::Words { .. });
            whole |= field == CONTENT && !by_words;
            reasons.entry(field).or_insert((code(wish.code), &wish.note));
        }
        if let WithholdTarget::Words { message, words: more } = &wish.target
            && *message == view.index
        {
            words.extend(more.iter().cloned());
        }
    }
    if view.original.is_none() {
        reasons.entry(CONTENT).or_insert((RedactionCode::R2, MASKED));
        reasons.entry(ORIGINAL).or_insert((RedactionCode::R2, MASKED));
    }
    let has = |field: &str| disclosures.iter().any(|disclosure| disclosure.name == field);
    reasons.retain(|field, _| has(field));
    let mut renderings = Vec::new();
    if reasons.contains_key(CONTENT) && !whole {
        let shown = view.message.text();
        renderings.push(Rendering { field: CONTENT.to_owned(), text: blacked_out(&shown, &places(&shown, &words)) });
    }
    let redaction = |(field, (code, note)): (&str, (RedactionCode, &str))| Redaction {
        field: field.into(),
        code,
        note: note.into(),
    };
    Withheld { redacted: reasons.into_iter().map(redaction).collect(), renderings }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_by_character_wherever_they_stand() {
        let words = ["张三".to_owned(), "1380".to_owned()];
        assert_eq!(places("问张三，张三说 1380", &words), [1..3, 4..6, 8..12]);
        assert_eq!(places("没有", &words), Vec::<Range<usize>>::new());
    }
}
