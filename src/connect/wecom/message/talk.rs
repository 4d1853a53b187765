//! Words: text, markdown, to-do, chain.

use xinju_model::message::Body;
use xinju_model::message::keys::{choice, field};

use super::{Part, chosen};

/// What WeCom writes in front of a message that answers another. It has no structured reference to it.
const QUOTE: &str = "这是一条引用/回复消息：";
/// What it writes between the quoted words and the answer.
const ANSWER: &str = "\n------\n";

pub(super) fn text(part: Part<'_>) -> Body {
    quoting(&part.words("content"))
}

/// Parts the words that WeCom inlined from another message from the message's own.
pub(super) fn quoting(content: &str) -> Body {
    let parted = content.strip_prefix(QUOTE).and_then(parted);
    let Some((quote, answer)) = parted else { return Body { text: content.to_owned(), ..Body::default() } };
    let quote = quote.trim();
    let quote = quote.strip_prefix(['"', '“']).unwrap_or(quote);
    let quote = quote.strip_suffix(['"', '”']).unwrap_or(quote);
    Body { text: answer.to_owned(), quote: (!quote.is_empty()).then(|| quote.to_owned()), ..Body::default() }
}

/// A quoted message may quote in its turn: every quotation has an answer, so the last of as many separators is ours.
fn parted(content: &str) -> Option<(&str, &str)> {
    let separators: Vec<usize> = content.match_indices(ANSWER).map(|(at, _)| at).collect();
    let quotations = content.matches(QUOTE).count();
    let at = separators.get(quotations).or(separators.last())?;
    let (quote, answer) = content.split_at_checked(*at)?;
    Some((quote, answer.strip_prefix(ANSWER)?))
}

pub(super) fn markdown(part: Part<'_>) -> Body {
    Body { text: part.words("content"), ..Body::default() }
}

pub(super) fn todo(part: Part<'_>) -> Body {
    Body { title: part.words("title"), text: part.words("content"), ..Body::default() }
}

pub(super) fn solitaire(part: Part<'_>) -> Body {
    let actions = [(101, choice::SOLITAIRE_STARTED), (102, choice::SOLITAIRE_JOINED)];
    Body {
        text: part.words("solitaire_content"),
        fields: chosen(field::SOLITAIRE_ACTION, part, "solitaire_type", &actions).into_iter().collect(),
        ..Body::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(content: &str, quote: Option<&str>, text: &str) {
        let body = quoting(content);
        assert_eq!((body.quote.as_deref(), body.text.as_str()), (quote, text));
    }

    #[test]
    fn quotations_are_parted_from_answers() {
        check("这是一条引用/回复消息：\"\n------\n@nick777", None, "@nick777");
        check(
            "这是一条引用/回复消息：\n\"李四：\n明天发货\"\n------\n好的[微笑]",
            Some("李四：\n明天发货"),
            "好的[微笑]",
        );
        check("这是一条引用/回复消息：“甲”\n------\n一\n------\n二", Some("甲"), "一\n------\n二");
        let inner = "这是一条引用/回复消息：\"甲\"\n------\n乙";
        check(&format!("这是一条引用/回复消息：\"{inner}\"\n------\n丙"), Some(inner), "丙");
    }

    #[test]
    fn other_words_stay_whole() {
        for content in [
            "",
            "------",
            "a\n------\nb",
            "说：这是一条引用/回复消息：\"x\"\n------\ny",
            "这是一条引用/回复消息：\"x\"",
        ] {
            check(content, None, content);
        }
    }
}
