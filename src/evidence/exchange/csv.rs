//! CSV as RFC 4180 writes it, safe to open in a spreadsheet.

use super::row::{COLUMNS, Row};

/// What a spreadsheet may read as the beginning of a formula, in the widths that Chinese input methods make.
const FORMULA: &[char] = &['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠'];

/// The head: a mark that the file is UTF-8, which spreadsheets ask for, and the names of the columns.
pub(super) fn begin(out: &mut Vec<u8>) {
    out.extend_from_slice("\u{FEFF}".as_bytes());
    line(COLUMNS.iter().map(|name| (*name).to_owned()), out);
}

/// A record.
pub(super) fn row(row: &Row<'_>, out: &mut Vec<u8>) {
    line(row.cells().into_iter(), out);
}

fn line(cells: impl Iterator<Item = String>, out: &mut Vec<u8>) {
    let quoted: Vec<String> = cells.map(|cell| format!("\"{}\"", harmless(&cell).replace('"', "\"\""))).collect();
    out.extend_from_slice(quoted.join(",").as_bytes());
    out.extend_from_slice(b"\r\n");
}

/// A cell that would be taken for a formula begins with an apostrophe, as spreadsheets mark text. White space before a
/// formula's sign is skipped by some of them.
fn harmless(cell: &str) -> String {
    let formula = cell.starts_with(FORMULA) || cell.trim_start().starts_with(FORMULA);
    if formula { format!("'{cell}") } else { cell.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_a_formula() {
        for bad in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", " =1", "\n=1", "＝1", "－2"] {
            assert!(harmless(bad).starts_with('\''), "{bad:?}");
        }
        assert_eq!(harmless("a=1"), "a=1");
        assert_eq!(harmless("你好"), "你好");
    }
}
