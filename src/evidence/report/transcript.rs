//! The transcript: messages in the order of the log, as a conversation is read, with what is missing in its place.

use std::sync::Arc;

use xinju_model::channel::Side;
use xinju_model::time::Timestamp;

use crate::layout::book::Section;
use crate::layout::colour::{AMBER, Colour, DEEP, INK, LEAF, LINE, RED, SOFT, TINT};
use crate::layout::face::{Faces, Style};
use crate::layout::lines::lines;
use crate::layout::paper::{MARGIN, Mark, Paper, WIDTH};
use crate::redaction::Redaction;

use super::input::{ItemState, Person, ReportFile, ReportGap, ReportItem};
use super::picture::{Thumbnail, thumbnail};
use super::words;

/// Characters of a message that are printed; longer ones are read in their record.
const CHARS_MAX: usize = 20_000;
/// Points of a thumbnail's longer side.
const PICTURE_SIDE_MAX: f32 = 150.0;
/// Points that a pixel of a small picture takes at most.
const PIXEL_MAX: f32 = 0.75;
/// Where the words of a message begin.
const INDENT: f32 = MARGIN + 48.0;
const WORDS_WIDTH: f32 = WIDTH - 48.0;
/// What a line of text takes in memory beside its letters.
const MARK_WEIGHT: usize = 96;

const NUMBER: Style = Style::mono(7.0).of(SOFT).leading(15.0);
const NAME: Style = Style::sans(9.5).heavy().leading(15.0);
const SIDE: Style = Style::sans(7.5).of(SOFT).leading(15.0);
const TIME: Style = Style::mono(7.0).of(SOFT).leading(15.0);
const WORDS: Style = Style::sans(9.5).leading(15.0);
const SMALL: Style = Style::sans(7.5).of(SOFT).leading(11.5);
const TAG: Style = Style::sans(8.5).leading(14.0);
const DIGEST: Style = Style::mono(6.5).of(SOFT).leading(10.5);

/// The transcript of a volume in the making.
pub(super) struct Transcript {
    paper: Paper,
    offset_minutes: i16,
    conversation: Option<String>,
    day: String,
    gaps: Vec<ReportGap>,
    weight: usize,
}

impl Transcript {
    /// An empty one.
    pub(super) fn new(faces: Arc<Faces>, offset_minutes: i16) -> Self {
        let mut paper = Paper::new(faces);
        super::cover::heading(&mut paper, "沟通记录", "Transcript");
        super::cover::note(
            &mut paper,
            "按账本顺序列出；左侧编号即证据包中的记录编号，时间为提供方的发送时间。本节由原始文件转换显示而成，以原始文件为准。",
            "In the order of the log. Numbers are those of the records in the package; times are the provider's times of sending. A rendering: the originals are decisive.",
        );
        Self { paper, offset_minutes, conversation: None, day: String::new(), gaps: Vec::new(), weight: 0 }
    }

    /// About how many bytes it holds.
    pub(super) fn weight(&self) -> usize {
        self.weight
    }

    /// Adds a gap.
    pub(super) fn gap(&mut self, gap: ReportGap) {
        self.boxed(AMBER, &format!("缺口 Gap   {}", gap_words(&gap, self.offset_minutes)));
        self.gaps.push(gap);
    }

    /// Adds an item.
    pub(super) fn item(&mut self, number: u32, item: ReportItem) {
        self.weigh(&item);
        self.place(&item);
        self.paper.space(7.0);
        self.paper.need(34.0);
        self.title(number, &item);
        let bar = Some(colour_of(item.from.as_ref()));
        if let ItemState::Erased(code) = item.state {
            self.tag(RED, &format!("【已删除 Erased】{}", words::code(code)));
            return;
        }
        self.recalled(&item);
        if item.kind != "text" && !item.kind.is_empty() {
            self.paper.block(INDENT, WORDS_WIDTH, TAG.of(SOFT), &format!("〔{}〕", words::kind(&item.kind)), bar);
        }
        self.said(number, &item.text, bar);
        for redaction in &item.redacted {
            self.withheld(redaction);
        }
        for rendering in &item.renderings {
            let caption = format!(
                "{}：涂黑后的显示文本，不是证据 Rendering with words blacked out; no evidence",
                words::field(&rendering.field)
            );
            self.framed(&caption, &rendering.text);
        }
        // The original is in the list; what else belongs to the item is shown here with its digest.
        for file in item.files.into_iter().skip(1) {
            self.file(file, bar);
        }
        if item.missing > 0 {
            let files = item.missing;
            self.tag(SOFT, &format!("未到达存档系统的文件 Files that had not reached the archive: {files}"));
        }
    }

    fn weigh(&mut self, item: &ReportItem) {
        let renderings: usize = item.renderings.iter().map(|rendering| rendering.text.len()).sum();
        let words = item.text.len().saturating_add(renderings);
        // About a mark for each line of eight Chinese characters, and those of the item's row in the list.
        let marks = (words / 24).saturating_add(16).saturating_add(item.files.len().saturating_mul(8));
        self.weight = self.weight.saturating_add(words).saturating_add(marks.saturating_mul(MARK_WEIGHT));
    }

    /// Sets apart another conversation and another day.
    fn place(&mut self, item: &ReportItem) {
        if self.conversation.as_ref() != Some(&item.conversation) {
            self.paper.space(14.0);
            self.paper.need(80.0);
            let title =
                if item.conversation.is_empty() { "会话不明 Conversation not known" } else { &item.conversation };
            self.paper.bookmark(title.to_owned());
            self.paper.paragraph(Style::sans(11.5).heavy().of(DEEP), title);
            self.paper.rule(LINE);
            self.paper.space(4.0);
            self.conversation = Some(item.conversation.clone());
            self.day = String::new();
        }
        let day = item.sent_at.or(item.received_at).map(|at| words::day(at, self.offset_minutes)).unwrap_or_default();
        if day != self.day && !day.is_empty() {
            self.paper.space(6.0);
            self.paper.divider(SMALL, &day);
            self.day = day;
        }
    }

    /// The line above a message: number, name, side, receivers, time.
    fn title(&mut self, number: u32, item: &ReportItem) {
        let y = self.paper.y() + crate::layout::paper::base(NAME);
        self.paper.text_at(MARGIN, y, NUMBER, &crate::record::number(number));
        let time = self.time(item);
        self.paper.text_to(MARGIN + WIDTH, y, TIME, &time);
        let room = WORDS_WIDTH - self.paper.faces.width(&time, TIME) - 12.0;
        let (name, side) = match &item.from {
            Some(person) => (called(person), words::side(person.side)),
            None => ("发送人不明 Sender not known".to_owned(), ""),
        };
        let shown = lines(&self.paper.faces, &name, NAME, room - 70.0).into_iter().next().unwrap_or_default();
        let colour = colour_of(item.from.as_ref());
        let width = self.paper.faces.width(&shown, NAME);
        self.paper.text_at(INDENT, y, NAME.of(colour), &shown);
        self.paper.text_at(INDENT + width + 7.0, y, SIDE, side);
        self.paper.set_y(self.paper.y() + NAME.leading);
        let place = format!("账本 Log #{}{}", item.index, receivers(&item.to));
        self.paper.block(INDENT, WORDS_WIDTH, SMALL, &place, Some(colour));
    }

    fn time(&self, item: &ReportItem) -> String {
        match (item.sent_at, item.received_at) {
            (Some(at), _) => words::moment(at, self.offset_minutes),
            (None, Some(at)) => format!("taken {}", words::moment(at, self.offset_minutes)),
            (None, None) => String::new(),
        }
    }

    fn recalled(&mut self, item: &ReportItem) {
        if let ItemState::Recalled { by } = item.state {
            let by =
                by.map(|by| format!("，见编号 {n}   by no. {n}", n = crate::record::number(by))).unwrap_or_default();
            self.tag(AMBER, &format!("【已撤回 Recalled】原文仍在 the words stay{by}"));
        }
    }

    fn said(&mut self, number: u32, text: &str, bar: Option<Colour>) {
        if text.is_empty() {
            return;
        }
        match text.char_indices().nth(CHARS_MAX) {
            None => self.paper.block(INDENT, WORDS_WIDTH, WORDS, text, bar),
            Some((end, _)) => {
                self.paper.block(INDENT, WORDS_WIDTH, WORDS, text.get(..end).unwrap_or_default(), bar);
                let number = crate::record::number(number);
                let more = format!("……全文见记录 {number}。 The whole text is in record {number}.");
                self.tag(SOFT, &more);
            }
        }
    }

    fn withheld(&mut self, redaction: &Redaction) {
        let state = if redaction.code.is_withheld() { "已遮蔽 Withheld" } else { "已删除 Erased" };
        let note = if redaction.note.is_empty() { String::new() } else { format!("：{}", redaction.note) };
        let field = words::field(&redaction.field);
        self.tag(RED, &format!("【{state}】{field} · {}{note}", words::code(redaction.code)));
    }

    /// A file that belongs to a message: thumbnail where there is one, then path, size and digest.
    fn file(&mut self, mut file: ReportFile, bar: Option<Colour>) {
        let picture = file.picture.take();
        let small = picture.as_deref().and_then(thumbnail);
        if let Some(small) = small {
            self.picture(small, bar);
        } else if picture.is_some() {
            self.tag(SOFT, "图片无法显示缩略图 No thumbnail can be made of this picture");
        }
        let what = format!("{}   {} bytes", file.path, words::bytes(file.size));
        self.paper.block(INDENT, WORDS_WIDTH, DIGEST, &what, bar);
        self.paper.block(INDENT, WORDS_WIDTH, DIGEST, &format!("SHA-256 {}", words::hex(&file.sha256)), bar);
        if let Some(digest) = file.sm3 {
            self.paper.block(INDENT, WORDS_WIDTH, DIGEST, &format!("SM3     {}", words::hex(&digest)), bar);
        }
    }

    fn picture(&mut self, small: Thumbnail, bar: Option<Colour>) {
        let pixels = |count: u32| f32::from(u16::try_from(count).unwrap_or(u16::MAX));
        let (wide, high) = (pixels(small.width).max(1.0), pixels(small.height).max(1.0));
        let scale = (PICTURE_SIDE_MAX / wide.max(high)).min(PIXEL_MAX);
        let (width, height) = (wide * scale, high * scale);
        self.paper.need(height + 8.0);
        if let Some(colour) = bar {
            self.paper.mark(Mark::Area {
                x: INDENT - 9.0,
                y: self.paper.y(),
                width: 2.0,
                height: height + 8.0,
                colour,
            });
        }
        self.weight = self.weight.saturating_add(small.jpeg.len());
        let y = self.paper.y() + 4.0;
        self.paper.mark(Mark::Picture { x: INDENT, y, width, height, jpeg: Arc::new(small.jpeg) });
        self.paper.set_y(self.paper.y() + height + 8.0);
    }

    /// A line that speaks of a message and is not part of it.
    fn tag(&mut self, colour: Colour, text: &str) {
        self.paper.block(INDENT, WORDS_WIDTH, TAG.of(colour), text, Some(colour));
    }

    /// A text on a tinted ground, under a caption.
    fn framed(&mut self, caption: &str, text: &str) {
        self.ground(SMALL, caption);
        self.ground(WORDS.of(INK), text);
        self.paper.space(3.0);
    }

    fn ground(&mut self, style: Style, text: &str) {
        for line in lines(&self.paper.faces, text, style, WORDS_WIDTH - 16.0) {
            self.paper.need(style.leading);
            let y = self.paper.y();
            self.paper.mark(Mark::Area { x: INDENT, y, width: WORDS_WIDTH, height: style.leading + 0.3, colour: TINT });
            self.paper.line(INDENT + 8.0, style, &line, None);
        }
    }

    /// A line of its own between messages.
    fn boxed(&mut self, colour: Colour, text: &str) {
        self.paper.space(9.0);
        let style = TAG.of(colour);
        let broken = lines(&self.paper.faces, text, style, WIDTH - 24.0);
        for line in broken {
            self.paper.need(style.leading);
            let y = self.paper.y();
            self.paper.mark(Mark::Area { x: MARGIN, y, width: WIDTH, height: style.leading + 0.3, colour: TINT });
            self.paper.line(MARGIN + 12.0, style, &line, Some(colour));
        }
        self.paper.space(4.0);
    }

    /// The section on gaps, and the transcript.
    pub(super) fn sections(self) -> (Section, Section) {
        let mut paper = Paper::new(Arc::clone(&self.paper.faces));
        super::cover::heading(&mut paper, "缺口说明", "Gaps");
        if self.gaps.is_empty() {
            super::cover::note(
                &mut paper,
                "存档系统在本卷范围内没有登记缺口。这只说明系统未发现缺口，不证明没有遗漏（见“不能证明的事项”）。",
                "The archive has no gap on record within this volume. It found none; that does not prove that nothing is missing (see “What is not proved”).",
            );
        }
        for gap in &self.gaps {
            paper.space(6.0);
            paper.block(MARGIN + 9.0, WIDTH - 9.0, WORDS, &gap_words(gap, self.offset_minutes), Some(AMBER));
        }
        (Section::new("缺口说明 Gaps", paper), Section::new("沟通记录 Transcript", self.paper))
    }
}

fn gap_words(gap: &ReportGap, offset_minutes: i16) -> String {
    let edge = |at: Option<Timestamp>| at.map_or_else(|| "…".to_owned(), |at| words::moment(at, offset_minutes));
    let mut said = format!("{} · {} – {}", words::gap(&gap.code), edge(gap.from), edge(gap.to));
    for more in [&gap.conversation, &gap.note] {
        if !more.is_empty() {
            said.push_str(" · ");
            said.push_str(more);
        }
    }
    said
}

/// What somebody is called: the name with the id behind it, because names are not unique.
pub(super) fn called(person: &Person) -> String {
    if person.name.is_empty() { person.id.clone() } else { format!("{}（{}）", person.name, person.id) }
}

/// The first receivers; a group's whole list stands in the record.
fn receivers(to: &[Person]) -> String {
    const SHOWN: usize = 3;
    if to.is_empty() {
        return String::new();
    }
    let named: Vec<&str> =
        to.iter().take(SHOWN).map(|person| if person.name.is_empty() { &*person.id } else { &*person.name }).collect();
    let more = to.len().saturating_sub(SHOWN);
    let more = if more == 0 { String::new() } else { format!(" 等 {} 人 and {more} more", to.len()) };
    format!("   → {}{more}", named.join("、"))
}

fn colour_of(person: Option<&Person>) -> Colour {
    match person.map(|person| person.side) {
        Some(Side::Staff) => DEEP,
        Some(Side::Customer) => LEAF,
        Some(Side::Robot) | None => SOFT,
    }
}
