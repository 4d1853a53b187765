//! A whole document: sections one after the other, each beginning a sheet, with head, foot and outline.

use super::colour::{LINE, SOFT};
use super::face::{Faces, Style};
use super::paper::{Bookmark, MARGIN, Mark, Paper, SHEET_HEIGHT, SHEET_WIDTH, Sheet, WIDTH};

const SMALL: Style = Style::sans(7.5).of(SOFT);

/// A part of a document.
pub(crate) struct Section {
    /// Its name, in the outline and at the head of its sheets.
    pub(crate) title: String,
    sheets: Vec<Sheet>,
    bookmarks: Vec<Bookmark>,
}

impl Section {
    /// The section that `paper` holds.
    pub(crate) fn new(title: impl Into<String>, paper: Paper) -> Self {
        let (sheets, bookmarks) = paper.finish();
        Self { title: title.into(), sheets, bookmarks }
    }

    /// How many sheets it has.
    pub(crate) fn sheets(&self) -> usize {
        self.sheets.len()
    }
}

/// What a document says of itself.
pub(crate) struct Imprint {
    /// Title of the document.
    pub(crate) title: String,
    /// Who gives it.
    pub(crate) author: String,
    /// What stands at the left of each foot.
    pub(crate) foot: String,
    /// When it was asked for, in milliseconds of UTC.
    pub(crate) at: xinju_model::time::Timestamp,
    /// Whether the first sheet is a cover, without a head.
    pub(crate) cover: bool,
}

/// A node of the outline.
pub(crate) struct Chapter {
    /// Its words.
    pub(crate) title: String,
    /// The sheet, from 0, in the whole document.
    pub(crate) sheet: usize,
    /// How far down.
    pub(crate) y: f32,
    /// Places inside.
    pub(crate) inside: Vec<Chapter>,
}

/// A document that is laid out.
pub(crate) struct Book {
    /// What it says of itself.
    pub(crate) imprint: Imprint,
    /// Its sheets.
    pub(crate) sheets: Vec<Sheet>,
    /// Its outline.
    pub(crate) outline: Vec<Chapter>,
}

impl Book {
    /// Puts sections together and numbers the sheets.
    pub(crate) fn new(faces: &Faces, imprint: Imprint, sections: Vec<Section>) -> Self {
        let count = sections.iter().map(Section::sheets).sum();
        let mut sheets: Vec<Sheet> = Vec::with_capacity(count);
        let mut outline = Vec::with_capacity(sections.len());
        for section in sections {
            let first = sheets.len();
            let place = |mark: Bookmark| Chapter {
                title: mark.title,
                sheet: first.saturating_add(mark.sheet),
                y: mark.y,
                inside: Vec::new(),
            };
            for mut sheet in section.sheets {
                let number = sheets.len().saturating_add(1);
                if number > 1 || !imprint.cover {
                    head(faces, &mut sheet, &imprint.title, &section.title);
                }
                foot(faces, &mut sheet, &imprint.foot, number, count);
                sheets.push(sheet);
            }
            let inside = section.bookmarks.into_iter().map(place).collect();
            outline.push(Chapter { title: section.title, sheet: first, y: 0.0, inside });
        }
        Self { imprint, sheets, outline }
    }
}

fn head(faces: &Faces, sheet: &mut Sheet, title: &str, section: &str) {
    let section = faces.printable(section, SMALL.cut);
    let right = faces.width(&section, SMALL);
    put(sheet, MARGIN, 40.0, &shortened(faces, title, WIDTH - right - 24.0));
    put(sheet, SHEET_WIDTH - MARGIN - right, 40.0, &section);
    sheet.marks.push(Mark::Area { x: MARGIN, y: 47.0, width: WIDTH, height: 0.5, colour: LINE });
}

fn foot(faces: &Faces, sheet: &mut Sheet, foot: &str, number: usize, count: usize) {
    let y = SHEET_HEIGHT - 34.0;
    sheet.marks.push(Mark::Area { x: MARGIN, y: y - 13.0, width: WIDTH, height: 0.5, colour: LINE });
    let page = format!("第 {number} / {count} 页   Page {number} of {count}");
    let right = faces.width(&page, SMALL);
    put(sheet, MARGIN, y, &shortened(faces, foot, WIDTH - right - 24.0));
    put(sheet, SHEET_WIDTH - MARGIN - right, y, &page);
}

fn put(sheet: &mut Sheet, x: f32, y: f32, text: &str) {
    sheet.marks.push(Mark::Text { x, y, style: SMALL, text: text.into() });
}

/// As much of a line as fits, ending in an ellipsis where it does not.
fn shortened(faces: &Faces, text: &str, width: f32) -> String {
    let text = faces.printable(&text.replace('\n', " "), SMALL.cut);
    if faces.width(&text, SMALL) <= width {
        return text;
    }
    let mut used = faces.width_of('…', SMALL);
    let mut short: String = text
        .chars()
        .take_while(|character| {
            used += faces.width_of(*character, SMALL);
            used <= width
        })
        .collect();
    short.push('…');
    short
}
