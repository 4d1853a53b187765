//! The cover with its fingerprints and contents.

use std::sync::Arc;

use crate::layout::book::Section;
use crate::layout::colour::{DEEP, INK, LINE, RED, SOFT};
use crate::layout::face::{Faces, Style};
use crate::layout::paper::{MARGIN, Paper, WIDTH, base};

use super::input::{ReportHead, SealFacts};
use super::words;

const LABEL: Style = Style::sans(8.5).of(SOFT).leading(14.0);
const VALUE: Style = Style::sans(9.5).leading(14.0);
const PRINT: Style = Style::mono(7.6).leading(13.0);
/// Where the values of the cover begin.
const VALUES: f32 = MARGIN + 138.0;

/// Which items a volume holds.
pub(super) struct Range {
    /// The volume, from 1.
    pub(super) volume: u32,
    /// The first item.
    pub(super) first: u32,
    /// The last item.
    pub(super) last: u32,
}

/// The heading of a section in both languages.
pub(crate) fn heading(paper: &mut Paper, chinese: &str, english: &str) {
    let style = Style::sans(16.0).heavy().of(DEEP).leading(26.0);
    let y = paper.y() + base(style);
    let width = paper.faces.width(chinese, style);
    paper.text_at(MARGIN, y, style, chinese);
    paper.text_at(MARGIN + width + 10.0, y, Style::sans(10.5).of(SOFT), english);
    paper.set_y(paper.y() + style.leading + 2.0);
    paper.rule(DEEP);
    paper.space(8.0);
}

/// Small words in both languages under a heading.
pub(crate) fn note(paper: &mut Paper, chinese: &str, english: &str) {
    paper.paragraph(Style::sans(8.5).leading(13.5), chinese);
    paper.paragraph(Style::sans(7.8).of(SOFT).leading(12.0), english);
    paper.space(8.0);
}

/// The cover of a volume; `inside` are the sections that follow it.
pub(super) fn section(faces: &Arc<Faces>, head: &ReportHead, range: &Range, inside: &[Section]) -> Section {
    // Its own length decides the page numbers that it states.
    let pages = laid_out(faces, head, range, inside, 1).sheets();
    laid_out(faces, head, range, inside, pages)
}

fn laid_out(faces: &Arc<Faces>, head: &ReportHead, range: &Range, inside: &[Section], pages: usize) -> Section {
    let mut paper = Paper::new(Arc::clone(faces));
    title(&mut paper, head, range);
    facts(&mut paper, head, range);
    fingerprints(&mut paper, head);
    contents(&mut paper, inside, pages);
    Section::new("封面 Cover", paper)
}

fn title(paper: &mut Paper, head: &ReportHead, range: &Range) {
    paper.set_y(paper.y() + 4.0);
    paper.paragraph(Style::sans(10.0).of(SOFT), &head.organisation);
    paper.set_y(paper.y() + 12.0);
    paper.paragraph(Style::sans(25.0).heavy().of(DEEP).leading(34.0), "电子数据证据报告");
    let volume = if range.volume == 1 {
        String::new()
    } else {
        format!("   ·   第 {} 卷 Volume {}", range.volume, range.volume)
    };
    paper.paragraph(Style::sans(12.5).of(SOFT), &format!("Report on electronic evidence{volume}"));
    paper.set_y(paper.y() + 10.0);
    paper.rule(DEEP);
    paper.set_y(paper.y() + 10.0);
}

fn facts(paper: &mut Paper, head: &ReportHead, range: &Range) {
    let at = |at| words::moment(at, head.offset_minutes);
    fact(paper, "案件名称 Case", &head.name);
    fact(paper, "案号 Number", &head.number);
    fact(paper, "证据包编号 Package", &head.package);
    fact(paper, "提供方 Provided by", &head.organisation);
    fact(paper, "受理机构 Forum", &head.forum);
    fact(paper, "用途 Purpose", &head.purpose);
    fact(paper, "申请人 Requested by", &head.requested_by);
    fact(paper, "批准人 Approved by", &head.approved_by.join("、"));
    fact(paper, "申请时间 Requested at", &at(head.requested_at));
    if let Some((from, to)) = head.period {
        fact(paper, "内容时段 Period", &format!("{} – {}", at(from), at(to)));
    }
    let items = if range.volume == 1 && range.last == head.items {
        format!("{}", head.items)
    } else {
        format!("{}（本卷 {}–{} in this volume）", head.items, range.first, range.last)
    };
    fact(paper, "项数 Items", &items);
}

fn fact(paper: &mut Paper, label: &str, value: &str) {
    let given = if value.is_empty() { (VALUE.of(SOFT), words::NOT_GIVEN) } else { (VALUE, value) };
    row(paper, label, given.0, given.1);
}

fn row(paper: &mut Paper, label: &str, style: Style, value: &str) {
    paper.need(style.leading + 3.0);
    let y = paper.y() + base(VALUE);
    paper.text_at(MARGIN, y, LABEL, label);
    paper.block(VALUES, MARGIN + WIDTH - VALUES, style, value, None);
    paper.set_y(paper.y() + 2.0);
}

/// What a reader compares with what they got elsewhere.
fn fingerprints(paper: &mut Paper, head: &ReportHead) {
    paper.space(8.0);
    subtitle(paper, "指纹", "Fingerprints: compare them with those obtained elsewhere");
    row(paper, "账本 Log", VALUE, &head.log.origin);
    row(paper, "账本公钥 SHA-256", PRINT, &words::grouped_hex(&head.log.key_sha256));
    row(
        paper,
        "树头 Tree head",
        PRINT,
        &format!("{} entries, root {}", head.log.size, words::grouped_hex(&head.log.root)),
    );
    for seal in &head.seals {
        seal_rows(paper, seal);
    }
    if head.seals.is_empty() {
        row(paper, "印章 Seal", VALUE.of(RED), "没有印章 None");
    }
}

fn seal_rows(paper: &mut Paper, seal: &SealFacts) {
    row(paper, &format!("印章 Seal ({})", seal.label), VALUE, &seal.subject);
    if seal.self_signed {
        row(paper, "", VALUE.of(RED), "自签证书，未经认证机构签发 Self-signed, by no authority");
    } else {
        row(paper, "签发者 Issuer", VALUE, &seal.issuer);
    }
    row(paper, "证书 SHA-256", PRINT, &words::grouped_hex(&seal.sha256));
}

/// The heading of a part of a section in both languages.
pub(super) fn subtitle(paper: &mut Paper, chinese: &str, english: &str) {
    paper.need(60.0);
    let style = Style::sans(11.0).heavy().of(DEEP).leading(18.0);
    let y = paper.y() + base(style);
    let width = paper.faces.width(chinese, style);
    paper.text_at(MARGIN, y, style, chinese);
    paper.text_at(MARGIN + width + 8.0, y, Style::sans(8.0).of(SOFT), english);
    paper.set_y(paper.y() + style.leading);
    paper.rule(LINE);
    paper.set_y(paper.y() + 4.0);
}

fn contents(paper: &mut Paper, inside: &[Section], pages: usize) {
    paper.space(8.0);
    subtitle(paper, "目录", "Contents");
    let style = Style::sans(9.0).leading(14.0).of(INK);
    let mut page = pages.saturating_add(1);
    for section in inside {
        paper.need(style.leading);
        let y = paper.y() + base(style);
        paper.text_at(MARGIN, y, style, &section.title);
        paper.text_to(MARGIN + WIDTH, y, style, &page.to_string());
        paper.set_y(paper.y() + style.leading);
        page = page.saturating_add(section.sheets());
    }
}
