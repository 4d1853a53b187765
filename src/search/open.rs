//! The open part of a text: what remains of it for those who do not see personal data.
//!
//! Every piece of personal data, of whatever kind, with the word that it is a part of, gives way to one character that nobody types. So the open text
//! holds no piece that the whole text does not hold (a part of a word does not become a word), and of personal data it holds not one digit.

use xinju_model::personal::Masks;

use crate::fold::fold;
use crate::script::{Sort, sort};

/// What stands where personal data stood: a character for private use, which stands alone as those of Chinese do.
const GAP: char = '\u{E000}';

/// The text without its personal data; none where it has none.
pub(crate) fn open_text(text: &str) -> Option<String> {
    let spans = Masks::all().find(text);
    if spans.is_empty() {
        return None;
    }
    let mut open = String::with_capacity(text.len());
    let mut done = 0;
    for span in spans {
        let before = text.get(done..span.start).unwrap_or_default();
        open.push_str(before.trim_end_matches(is_of_a_word));
        open.push(GAP);
        let behind = text.get(span.end.max(done)..).unwrap_or_default();
        done = text.len() - behind.trim_start_matches(is_of_a_word).len();
    }
    open.push_str(text.get(done..).unwrap_or_default());
    Some(open)
}

/// Whether a character is a part of a word once it is folded, or takes no room in one.
fn is_of_a_word(character: char) -> bool {
    let mut bytes = [0; 4];
    fold(character.encode_utf8(&mut bytes)).chars().all(|folded| sort(folded) == Sort::Word)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::piece::matches;

    #[test]
    fn personal_data_leaves_a_gap() {
        let open = |text: &str| open_text(text).map(|text| text.replace(GAP, "_"));
        assert_eq!(open("电话13800138000，谢谢").as_deref(), Some("电话_，谢谢"));
        assert_eq!(open("tel13800138000a ok").as_deref(), Some("_ ok"));
        assert_eq!(open("13800138000 a@b.cn"), Some("_ _".into()));
        assert_eq!(open("ｔｅｌ１３８００１３８０００"), Some("_".into()));
        assert_eq!(open("没有"), None);
    }

    proptest! {
        /// What is found in the open text is found in the whole one: whoever sees everything finds at least as much as everybody else.
        #[test]
        fn the_open_text_holds_no_more_than_the_whole(
            parts in proptest::collection::vec("13800138000|110105|a@b\\.cn|tel|[a-c]{1,2}|[款店，]{1,2}| |５0元", 1..8),
            query in "[a-c款店，0-9元]{1,3}",
            prefix in any::<bool>(),
        ) {
            let text = parts.concat();
            if let Some(open) = open_text(&text) {
                prop_assert!(!matches(&query, prefix, &open) || matches(&query, prefix, &text), "{} in {} of {}", query, open, text);
            }
        }
    }
}
