//! Breaks text into lines (UAX 14: Chinese between characters, but no line begins with a full stop).

use unicode_linebreak::{BreakOpportunity, linebreaks};

use super::face::{Faces, Style};

/// The lines of `text` in `width` points, printable; an empty line for an empty text.
pub(crate) fn lines(faces: &Faces, text: &str, style: Style, width: f32) -> Vec<String> {
    let text = faces.printable(text, style.cut);
    let mut found = Vec::new();
    for paragraph in text.split('\n') {
        break_paragraph(faces, paragraph, style, width, &mut found);
    }
    found
}

fn break_paragraph(faces: &Faces, paragraph: &str, style: Style, width: f32, found: &mut Vec<String>) {
    let mut line = String::new();
    let mut used = 0.0;
    let mut start = 0;
    for (end, opportunity) in linebreaks(paragraph) {
        let piece = paragraph.get(start..end).unwrap_or_default();
        start = end;
        // Space at the end of a line may hang out of it.
        let visible = faces.width(piece.trim_end(), style);
        if used + visible > width && !line.is_empty() {
            found.push(std::mem::take(&mut line).trim_end().to_owned());
            used = 0.0;
        }
        if visible > width {
            used = break_anywhere(faces, piece, style, width, &mut line, found);
        } else {
            line.push_str(piece);
            used += faces.width(piece, style);
        }
        if opportunity == BreakOpportunity::Mandatory && end < paragraph.len() {
            found.push(std::mem::take(&mut line).trim_end().to_owned());
            used = 0.0;
        }
    }
    found.push(line.trim_end().to_owned());
}

/// A digest or an address that fits no line ends where the line ends; the width of what is left over.
fn break_anywhere(
    faces: &Faces,
    piece: &str,
    style: Style,
    width: f32,
    line: &mut String,
    found: &mut Vec<String>,
) -> f32 {
    let mut used = 0.0;
    for character in piece.chars() {
        let wide = faces.width_of(character, style);
        if used + wide > width && !line.is_empty() {
            found.push(std::mem::take(line));
            used = 0.0;
        }
        line.push(character);
        used += wide;
    }
    used
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layout::face::Style;

    fn broken(text: &str, ems: f32) -> Vec<String> {
        lines(&Faces::new().unwrap(), text, Style::sans(10.0), ems * 10.0)
    }

    #[test]
    fn chinese_breaks_between_characters_but_not_before_a_full_stop() {
        assert_eq!(broken("今天天气很好。", 4.0), ["今天天气", "很好。"]);
        assert_eq!(broken("今天天气。好", 4.0), ["今天天", "气。好"]);
    }

    #[test]
    fn words_stay_whole_until_they_fit_no_line() {
        assert_eq!(broken("see the contract", 4.5), ["see the", "contract"]);
        let long = broken(&"W".repeat(20), 5.0);
        assert!(long.len() > 2, "{long:?}");
        assert_eq!(long.concat(), "W".repeat(20));
    }

    #[test]
    fn line_feeds_and_empty_lines_stay() {
        assert_eq!(broken("a\n\nb", 4.0), ["a", "", "b"]);
        assert_eq!(broken("", 4.0), [""]);
    }

    #[test]
    fn no_character_is_lost() {
        let text = "1234567 你好，世界！ABC-def（括号）https://example.test/a/b/c?d=e 结束";
        let kept = |text: &str| text.chars().filter(|character| !character.is_whitespace()).collect::<String>();
        for ems in [1.0, 2.0, 3.5, 8.0, 40.0] {
            assert_eq!(kept(&broken(text, ems).concat()), kept(text), "at {ems} em");
        }
    }
}
