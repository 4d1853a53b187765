//! Load files of review programs: DAT names the fields of each document, OPT its files.

use super::row::{COLUMNS, Row};

const QUOTE: char = '\u{FE}';
const BETWEEN: char = '\u{14}';
const LINE_FEED: char = '\u{AE}';
const VOLUME: &str = "VOL001";

/// The head of a DAT: a mark that the file is UTF-8, and the names of the fields.
pub(super) fn begin(out: &mut Vec<u8>) {
    out.extend_from_slice("\u{FEFF}".as_bytes());
    let names = ["DOCID".to_owned()].into_iter().chain(COLUMNS.iter().map(|name| name.to_uppercase()));
    line(names, out);
}

/// A record in a DAT.
pub(super) fn dat(row: &Row<'_>, out: &mut Vec<u8>) {
    line([document(row)].into_iter().chain(row.cells()), out);
}

/// A record in an OPT: a line for each of its files, the first of which begins the document.
pub(super) fn opt(row: &Row<'_>, out: &mut Vec<u8>) {
    let files: Vec<&str> = row.source.iter().chain(&row.files).map(|file| file.path).collect();
    for (place, path) in files.iter().enumerate() {
        let document = document(row);
        let path = path.replace('/', "\\");
        let (key, first, count) = if place == 0 {
            (document, "Y", files.len().to_string())
        } else {
            (format!("{document}_{}", place.saturating_add(1)), "", String::new())
        };
        out.extend_from_slice(format!("{key},{VOLUME},{path},{first},,,{count}\r\n").as_bytes());
    }
}

fn document(row: &Row<'_>) -> String {
    format!("REC{}", row.record)
}

fn line(fields: impl Iterator<Item = String>, out: &mut Vec<u8>) {
    let quoted: Vec<String> = fields.map(|field| format!("{QUOTE}{}{QUOTE}", plain(&field))).collect();
    out.extend_from_slice(quoted.join(&BETWEEN.to_string()).as_bytes());
    out.extend_from_slice(b"\r\n");
}

/// A field without the characters that hold the file together: those stand as their code points, line feeds as `®`.
fn plain(field: &str) -> String {
    let mut shown = String::with_capacity(field.len());
    for character in field.replace("\r\n", "\n").chars() {
        match character {
            '\n' | '\r' => shown.push(LINE_FEED),
            QUOTE => shown.push_str("[U+00FE]"),
            BETWEEN => shown.push_str("[U+0014]"),
            LINE_FEED => shown.push_str("[U+00AE]"),
            other => shown.push(other),
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_breaks_out_of_its_field() {
        assert_eq!(plain("a\u{FE}\u{14}b\r\nc\u{AE}"), "a[U+00FE][U+0014]b\u{AE}c[U+00AE]");
    }
}
