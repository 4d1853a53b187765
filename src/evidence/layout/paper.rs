//! Sheets of A4 that fill from top to bottom; what does not fit begins a new one.

use std::sync::Arc;

use super::colour::{Colour, LINE};
use super::face::{Faces, Style};
use super::lines::lines;

/// Width of a sheet in points.
pub(crate) const SHEET_WIDTH: f32 = 595.28;
/// Height of a sheet in points.
pub(crate) const SHEET_HEIGHT: f32 = 841.89;
/// Empty on the left and on the right.
pub(crate) const MARGIN: f32 = 50.0;
/// Where the text of a sheet begins, from above.
const TOP: f32 = 66.0;
/// Where it ends.
const BOTTOM: f32 = SHEET_HEIGHT - 62.0;
/// Width of the text.
pub(crate) const WIDTH: f32 = SHEET_WIDTH - 2.0 * MARGIN;

/// Something on a sheet; places in points from the upper left corner.
#[derive(Clone, Debug)]
pub(crate) enum Mark {
    /// A line of printable text; `y` is its base line.
    Text { x: f32, y: f32, style: Style, text: Box<str> },
    /// A filled rectangle; thin ones are lines.
    Area { x: f32, y: f32, width: f32, height: f32, colour: Colour },
    /// A picture, as JPEG.
    Picture { x: f32, y: f32, width: f32, height: f32, jpeg: Arc<Vec<u8>> },
}

/// A page that is laid out.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sheet {
    /// What stands on it.
    pub(crate) marks: Vec<Mark>,
}

/// A place that the outline leads to.
#[derive(Clone, Debug)]
pub(crate) struct Bookmark {
    /// Its words.
    pub(crate) title: String,
    /// The sheet, from 0.
    pub(crate) sheet: usize,
    /// How far down.
    pub(crate) y: f32,
}

/// Sheets in the making.
pub(crate) struct Paper {
    /// The typefaces.
    pub(crate) faces: Arc<Faces>,
    /// Sheets so far; the last one is being filled. Never empty.
    sheets: Vec<Sheet>,
    /// Places for the outline.
    bookmarks: Vec<Bookmark>,
    /// How far the last sheet is filled.
    y: f32,
}

impl Paper {
    /// One empty sheet.
    pub(crate) fn new(faces: Arc<Faces>) -> Self {
        Self { faces, sheets: vec![Sheet::default()], bookmarks: Vec::new(), y: TOP }
    }

    /// Sheets and bookmarks.
    pub(crate) fn finish(self) -> (Vec<Sheet>, Vec<Bookmark>) {
        (self.sheets, self.bookmarks)
    }

    /// How far the sheet is filled, in points from above.
    pub(crate) fn y(&self) -> f32 {
        self.y
    }

    /// Goes on at `y` of this sheet.
    pub(crate) fn set_y(&mut self, y: f32) {
        self.y = y;
    }

    /// Leaves `height` empty; nothing at the top of a sheet.
    pub(crate) fn space(&mut self, height: f32) {
        if self.y > TOP {
            self.y += height;
        }
    }

    /// Begins a new sheet.
    pub(crate) fn turn(&mut self) {
        self.sheets.push(Sheet::default());
        self.y = TOP;
    }

    /// Begins a new sheet unless `height` is left on this one; whether it did.
    pub(crate) fn need(&mut self, height: f32) -> bool {
        let turns = self.y + height > BOTTOM && self.y > TOP;
        if turns {
            self.turn();
        }
        turns
    }

    /// Puts a mark on the sheet.
    pub(crate) fn mark(&mut self, mark: Mark) {
        if let Some(sheet) = self.sheets.last_mut() {
            sheet.marks.push(mark);
        }
    }

    /// Lets the outline lead here.
    pub(crate) fn bookmark(&mut self, title: String) {
        let sheet = self.sheets.len().saturating_sub(1);
        self.bookmarks.push(Bookmark { title, sheet, y: self.y });
    }

    /// A line of text with its base line at `y`; characters that can't be printed as their code points.
    pub(crate) fn text_at(&mut self, x: f32, y: f32, style: Style, text: &str) {
        let text = self.faces.printable(text, style.cut);
        self.mark(Mark::Text { x, y, style, text: text.into() });
    }

    /// The same, ending at `right`.
    pub(crate) fn text_to(&mut self, right: f32, y: f32, style: Style, text: &str) {
        let width = self.faces.width(&self.faces.printable(text, style.cut), style);
        self.text_at(right - width, y, style, text);
    }

    /// A line across.
    pub(crate) fn rule(&mut self, colour: Colour) {
        self.need(1.0);
        self.mark(Mark::Area { x: MARGIN, y: self.y, width: WIDTH, height: 0.6, colour });
    }

    /// Text over the whole width.
    pub(crate) fn paragraph(&mut self, style: Style, text: &str) {
        self.block(MARGIN, WIDTH, style, text, None);
    }

    /// Text in a column of its own, with a bar of a colour to its left where one is given. Goes on over sheets.
    pub(crate) fn block(&mut self, x: f32, width: f32, style: Style, text: &str, bar: Option<Colour>) {
        for line in lines(&self.faces, text, style, width) {
            self.line(x, style, &line, bar);
        }
    }

    /// A line that is broken already.
    pub(crate) fn line(&mut self, x: f32, style: Style, line: &str, bar: Option<Colour>) {
        self.need(style.leading);
        if let Some(colour) = bar {
            self.mark(Mark::Area { x: x - 9.0, y: self.y, width: 2.0, height: style.leading, colour });
        }
        if !line.is_empty() {
            let y = self.y + base(style);
            self.mark(Mark::Text { x, y, style, text: line.into() });
        }
        self.y += style.leading;
    }

    /// Text in the middle.
    pub(crate) fn centred(&mut self, style: Style, text: &str) {
        for line in lines(&self.faces, text, style, WIDTH) {
            let x = MARGIN + (WIDTH - self.faces.width(&line, style)) / 2.0;
            self.line(x, style, &line, None);
        }
    }

    /// Words in the middle of a line across, as days are set apart.
    pub(crate) fn divider(&mut self, style: Style, text: &str) {
        self.need(style.leading * 3.0);
        let text = self.faces.printable(text, style.cut);
        let wide = self.faces.width(&text, style) + 20.0;
        let side = ((WIDTH - wide) / 2.0).max(0.0);
        let middle = self.y + style.leading / 2.0;
        self.mark(Mark::Area { x: MARGIN, y: middle, width: side, height: 0.5, colour: LINE });
        self.mark(Mark::Area { x: MARGIN + WIDTH - side, y: middle, width: side, height: 0.5, colour: LINE });
        self.centred(style, &text);
    }
}

/// From the top of a line to its base line.
pub(crate) fn base(style: Style) -> f32 {
    style.leading / 2.0 + style.size * 0.36
}
