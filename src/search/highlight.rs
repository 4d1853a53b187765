//! Snippets: where the words of a query stand in a text.

use crate::fold::Folded;
use crate::piece::Piece;
use crate::query::Query;

/// A part of a text and where the query's words stand in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snippet {
    /// The part, at most `chars` characters, with `…` at cut ends.
    pub text: String,
    /// Ranges of the part that match, in UTF-16 code units (what browsers count), in order, not overlapping.
    pub marks: Vec<(usize, usize)>,
}

/// Characters of a text that are looked at; what stands behind is neither shown nor marked.
const CHARS_MAX: usize = 20_000;
/// Characters shown before the first mark.
const LEAD: usize = 12;

/// The most telling part of `text` for `query`: the whole text where it is short, else the window with most of the query's different words.
pub fn snippet(query: &Query, text: &str, chars: usize) -> Snippet {
    let text = text.char_indices().nth(CHARS_MAX).and_then(|(end, _)| text.get(..end)).unwrap_or(text);
    let characters = Characters::new(text);
    let finds = finds(query, text, &characters);
    let count = characters.starts.len() - 1;
    let (start, end) = if count <= chars { (0, count) } else { window(&finds, count, chars) };
    cut(text, &characters, &finds, start, end)
}

/// Where each character of a text begins, in bytes; and where the text ends.
struct Characters {
    starts: Vec<usize>,
}

impl Characters {
    fn new(text: &str) -> Self {
        Self { starts: text.char_indices().map(|(start, _)| start).chain([text.len()]).collect() }
    }

    /// The character at or around a byte.
    fn at(&self, byte: usize) -> usize {
        self.starts.partition_point(|start| *start <= byte).saturating_sub(1)
    }

    fn byte(&self, character: usize) -> usize {
        self.starts.get(character).or(self.starts.last()).copied().unwrap_or(0)
    }
}

/// A place where a word of the query stands, in characters of the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Find {
    start: usize,
    end: usize,
    /// Which word of the query.
    word: usize,
}

/// All places of all words that are wanted (not those behind NOT), in order.
fn finds(query: &Query, text: &str, characters: &Characters) -> Vec<Find> {
    let mut pieces = Vec::new();
    collect_pieces(query, &mut pieces);
    if pieces.is_empty() {
        return Vec::new();
    }
    let folded = Folded::new(text);
    let mut finds = Vec::new();
    for (word, piece) in pieces.iter().enumerate() {
        for (start, end) in piece.find(&folded.characters) {
            let (Some(first), Some(last)) = (folded.origins.get(start), folded.origins.get(end.saturating_sub(1)))
            else {
                continue;
            };
            let end = characters.at(last.end.saturating_sub(1).max(first.start)) + 1;
            finds.push(Find { start: characters.at(first.start), end, word });
        }
    }
    finds.sort_unstable();
    finds
}

fn collect_pieces(query: &Query, pieces: &mut Vec<Piece>) {
    match query {
        Query::Text { text, prefix } => pieces.extend(Piece::new(text, *prefix)),
        Query::And(parts) | Query::Or(parts) => parts.iter().for_each(|part| collect_pieces(part, pieces)),
        Query::All | Query::Filter(_) | Query::Not(_) => {}
    }
}

/// The window of at most `chars` characters (room for `…` included) that holds most different words; of equals that with most places, then the first.
fn window(finds: &[Find], count: usize, chars: usize) -> (usize, usize) {
    let room = chars.saturating_sub(2).max(1);
    let mut best = (0, 0, 0);
    for (number, first) in finds.iter().enumerate() {
        let inside: Vec<&Find> = finds
            .iter()
            .skip(number)
            .take_while(|find| find.start < first.start + room)
            .filter(|find| find.end <= first.start + room)
            .collect();
        let mut words: Vec<usize> = inside.iter().map(|find| find.word).collect();
        words.sort_unstable();
        words.dedup();
        if (words.len(), inside.len()) > (best.0, best.1) {
            best = (words.len(), inside.len(), first.start);
        }
    }
    let lead = LEAD.min(room / 4);
    let start = best.2.saturating_sub(lead).min(count.saturating_sub(room));
    (start, (start + room).min(count))
}

fn cut(text: &str, characters: &Characters, finds: &[Find], start: usize, end: usize) -> Snippet {
    let mut shown = String::new();
    if start > 0 {
        shown.push('…');
    }
    let lead = shown.encode_utf16().count();
    let slice = |from: usize, to: usize| text.get(characters.byte(from)..characters.byte(to)).unwrap_or_default();
    let units = |from: usize, to: usize| slice(from, to).encode_utf16().count();
    let mut marks: Vec<(usize, usize)> = Vec::new();
    for find in finds.iter().filter(|find| find.start < end && find.end > start) {
        let from = lead + units(start, find.start.max(start));
        let to = from + units(find.start.max(start), find.end.min(end));
        match marks.last_mut() {
            Some(last) if from <= last.1 => last.1 = last.1.max(to),
            _ => marks.push((from, to)),
        }
    }
    shown.push_str(slice(start, end));
    if end < characters.starts.len() - 1 {
        shown.push('…');
    }
    Snippet { text: shown, marks }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::query::parse;

    fn marked(query: &str, text: &str, chars: usize) -> String {
        let snippet = snippet(&parse(query, 0).expect(query), text, chars);
        let units: Vec<u16> = snippet.text.encode_utf16().collect();
        let mut shown = String::new();
        let mut place = 0;
        for (from, to) in snippet.marks {
            shown += &String::from_utf16(&units[place..from]).expect("whole characters");
            shown += "[";
            shown += &String::from_utf16(&units[from..to]).expect("whole characters");
            shown += "]";
            place = to;
        }
        shown + &String::from_utf16(&units[place..]).expect("whole characters")
    }

    #[test]
    fn marks_what_matched_in_the_original_text() {
        assert_eq!(marked("退款", "我要退款，退款！", 100), "我要[退款]，[退款]！");
        assert_eq!(marked("龙门", "😀龍門客棧", 100), "😀[龍門]客棧");
        assert_eq!(marked("refund", "Ｒｅｆｕｎｄ refunds", 100), "[Ｒｅｆｕｎｄ] refunds");
        assert_eq!(marked("株式", "㍿", 100), "[㍿]");
        assert_eq!(marked("a OR b -c kind:text", "a b c", 100), "[a] [b] c");
        assert_eq!(marked("退款 款项", "退款项", 100), "[退款项]");
        assert_eq!(marked("kind:text", "abc", 100), "abc");
        assert_eq!(marked("x", "", 100), "");
    }

    #[test]
    fn shows_the_window_with_most_words() {
        let text = format!("{}退款{}酒店退款{}", "甲".repeat(50), "乙".repeat(50), "丙".repeat(50));
        let shown = marked("退款 酒店", &text, 20);
        assert!(shown.contains("[酒店退款]") && shown.starts_with('…') && shown.ends_with('…'), "{shown}");
        assert_eq!(marked("没有", &text, 10), format!("{}…", "甲".repeat(8)));
    }

    proptest! {
        #[test]
        fn fits_and_marks_whole_characters(text in "[ab款店龍😀 \u{301}㍿Ａ]{0,80}", query in "[ab款店龍😀]{1,3}", chars in 1_usize..40) {
            let snippet = snippet(&Query::Text { text: query, prefix: false }, &text, chars);
            prop_assert!(snippet.text.chars().count() <= chars.max(3) || text.chars().count() <= chars);
            let units: Vec<u16> = snippet.text.encode_utf16().collect();
            let mut place = 0;
            for (from, to) in snippet.marks {
                prop_assert!(place <= from && from < to && to <= units.len());
                prop_assert!(String::from_utf16(&units[from..to]).is_ok());
                place = to;
            }
        }
    }
}
