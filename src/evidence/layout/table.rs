//! Tables that go on over sheets, each of which begins with the table's head again.

use super::colour::{LINE, SOFT, TINT};
use super::face::Style;
use super::lines::lines;
use super::paper::{MARGIN, Mark, Paper, WIDTH, base};

const HEAD: Style = Style::sans(7.5).of(SOFT).leading(11.0);
/// Inside a cell, to its left and right.
const SIDE: f32 = 4.0;
/// Above and below the words of a row.
const PAD: f32 = 3.5;
/// Lines that a cell may have before it would fill a sheet; what is longer belongs in a paragraph.
const CELL_LINES_MAX: usize = 40;

/// A column.
pub(crate) struct Column {
    /// Its width in points.
    pub(crate) width: f32,
    /// Its head; a line feed between the languages.
    pub(crate) head: &'static str,
}

/// A cell: pieces of text, each in its own style, one below the other.
pub(crate) type Cell = Vec<(Style, String)>;

/// A table in the making.
pub(crate) struct Table<'a> {
    paper: &'a mut Paper,
    columns: &'a [Column],
}

impl<'a> Table<'a> {
    /// A table with its head.
    pub(crate) fn new(paper: &'a mut Paper, columns: &'a [Column]) -> Self {
        paper.need(60.0);
        let mut table = Self { paper, columns };
        table.head();
        table
    }

    fn head(&mut self) {
        let deepest = self.columns.iter().map(|column| column.head.lines().count()).max().unwrap_or(1);
        let height = (1..=deepest).map(|_| HEAD.leading).sum::<f32>() + 2.0 * PAD;
        let top = self.paper.y();
        self.paper.mark(Mark::Area { x: MARGIN, y: top, width: WIDTH, height, colour: TINT });
        let mut x = MARGIN;
        for column in self.columns {
            let mut y = top + PAD;
            for line in column.head.lines() {
                self.paper.text_at(x + SIDE, y + base(HEAD), HEAD, line);
                y += HEAD.leading;
            }
            x += column.width;
        }
        self.paper.set_y(top + height);
    }

    /// A row; it stays on one sheet.
    pub(crate) fn row(&mut self, cells: &[Cell]) {
        let broken: Vec<Vec<(Style, String)>> =
            cells.iter().zip(self.columns).map(|(cell, column)| self.broken(cell, column.width - 2.0 * SIDE)).collect();
        let high = |cell: &Vec<(Style, String)>| cell.iter().map(|(style, _)| style.leading).sum::<f32>();
        let height = broken.iter().map(high).fold(0.0, f32::max) + 2.0 * PAD;
        if self.paper.need(height) {
            self.head();
        }
        let top = self.paper.y();
        let mut x = MARGIN;
        for (cell, column) in broken.iter().zip(self.columns) {
            let mut y = top + PAD;
            for (style, line) in cell {
                self.paper.mark(Mark::Text {
                    x: x + SIDE,
                    y: y + base(*style),
                    style: *style,
                    text: line.as_str().into(),
                });
                y += style.leading;
            }
            x += column.width;
        }
        let under = top + height;
        self.paper.mark(Mark::Area { x: MARGIN, y: under - 0.5, width: WIDTH, height: 0.5, colour: LINE });
        self.paper.set_y(under);
    }

    fn broken(&self, cell: &Cell, width: f32) -> Vec<(Style, String)> {
        let mut all: Vec<(Style, String)> = cell
            .iter()
            .flat_map(|(style, text)| {
                lines(&self.paper.faces, text, *style, width).into_iter().map(|line| (*style, line))
            })
            .collect();
        if all.len() > CELL_LINES_MAX {
            all.truncate(CELL_LINES_MAX);
            if let Some((_, last)) = all.last_mut() {
                "…".clone_into(last);
            }
        }
        all
    }
}
