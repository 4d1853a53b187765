//! The page on which people sign.

use std::sync::Arc;

use crate::layout::book::Section;
use crate::layout::colour::{LINE, SOFT};
use crate::layout::face::{Faces, Style};
use crate::layout::paper::{MARGIN, Mark, Paper, WIDTH};

use super::cover::{heading, note};

/// Who signs.
const BLOCKS: &[(&str, &str)] = &[
    ("提供方", "For the provider"),
    ("经办人（提取人）", "Who made the extraction"),
    ("见证人 / 公证员", "Witness or notary"),
    ("对方当事人", "The other party"),
];
/// What each block asks for.
const LINES: &[&str] = &[
    "姓名 Name",
    "单位与职务 Firm and function",
    "证件号 Document no.",
    "日期 Date",
    "签名 / 盖章 Signature or stamp",
];
const HEIGHT: f32 = 190.0;
const GAP: f32 = 20.0;

/// The section.
pub(super) fn section(faces: &Arc<Faces>) -> Section {
    let mut paper = Paper::new(Arc::clone(faces));
    heading(&mut paper, "签署", "Signatures");
    note(
        &mut paper,
        "签署人确认：已按本报告所列方法提取或核对，清单所列文件及摘要与证据包一致。签署不改变“不能证明的事项”。",
        "Those who sign confirm that the data were extracted or compared as this report says, and that the files and digests of the list are those of the package. Signing changes nothing of what is not proved.",
    );
    blocks(&mut paper, BLOCKS);
    Section::new("签署 Signatures", paper)
}

/// Blocks to sign in, two beside each other; each is named in both languages.
pub(crate) fn blocks(paper: &mut Paper, blocks: &[(&str, &str)]) {
    let width = (WIDTH - GAP) / 2.0;
    for pair in blocks.chunks(2) {
        paper.need(HEIGHT + GAP);
        let top = paper.y();
        for (block, x) in pair.iter().zip([MARGIN, MARGIN + width + GAP]) {
            draw(paper, x, top, width, *block);
        }
        paper.set_y(top + HEIGHT + GAP);
    }
}

fn draw(paper: &mut Paper, x: f32, top: f32, width: f32, (chinese, english): (&str, &str)) {
    frame(paper, x, top, width);
    paper.text_at(x + 12.0, top + 22.0, Style::sans(10.5).heavy(), chinese);
    paper.text_at(x + 12.0, top + 35.0, Style::sans(7.8).of(SOFT), english);
    let mut y = top + 62.0;
    for line in LINES {
        paper.text_at(x + 12.0, y, Style::sans(7.8).of(SOFT), line);
        paper.mark(Mark::Area { x: x + 12.0, y: y + 5.0, width: width - 24.0, height: 0.5, colour: LINE });
        y += 27.0;
    }
}

fn frame(paper: &mut Paper, x: f32, y: f32, width: f32) {
    let thin = 0.6;
    for (x, y, width, height) in [
        (x, y, width, thin),
        (x, y + HEIGHT - thin, width, thin),
        (x, y, thin, HEIGHT),
        (x + width - thin, y, thin, HEIGHT),
    ] {
        paper.mark(Mark::Area { x, y, width, height, colour: LINE });
    }
}
