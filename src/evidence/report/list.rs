//! The list of items (清单): each file of the package that an item has, with size and digests.

use std::sync::Arc;

use crate::layout::book::Section;
use crate::layout::colour::{RED, SOFT};
use crate::layout::face::{Faces, Style};
use crate::layout::paper::Paper;
use crate::layout::table::{Cell, Column, Table};

use super::input::{ItemState, ReportFile, ReportItem};
use super::words;

const COLUMNS: &[Column] = &[
    Column { width: 42.0, head: "编号\nNo." },
    Column { width: 104.0, head: "类型与时间\nKind and time" },
    Column { width: 100.0, head: "文件\nFile" },
    Column { width: 50.0, head: "字节数\nBytes" },
    Column { width: 199.28, head: "SHA-256\nSM3" },
];
const PLAIN: Style = Style::sans(8.0).leading(11.0);
const PLACE: Style = Style::mono(7.0).leading(11.0);
const DIGEST: Style = Style::mono(5.9).leading(11.0);

/// A row as it waits for its table.
struct Row {
    number: u32,
    kind: String,
    time: String,
    file: Option<ReportFile>,
    missing: Option<&'static str>,
}

/// The list in the making.
#[derive(Default)]
pub(super) struct List {
    rows: Vec<Row>,
}

impl List {
    /// Adds an item.
    pub(super) fn add(&mut self, number: u32, item: &ReportItem, offset_minutes: i16) {
        let time = item.sent_at.or(item.received_at).map(|at| words::moment(at, offset_minutes)).unwrap_or_default();
        let row = |file: Option<ReportFile>, missing| Row {
            number,
            kind: words::kind(&item.kind).to_owned(),
            time: time.clone(),
            file,
            missing,
        };
        if item.files.is_empty() {
            let missing = match item.state {
                ItemState::Erased(_) => "内容已删除，仅余位置证明\nErased; the place is proved",
                ItemState::Shown | ItemState::Recalled { .. } => {
                    "原始文件未随附（见记录文件）\nNo original; see its record"
                }
            };
            self.rows.push(row(None, Some(missing)));
        }
        // The bytes of pictures are the transcript's; the list would only hold them twice.
        let files = item.files.iter().map(|file| ReportFile {
            path: file.path.clone(),
            kind: file.kind.clone(),
            size: file.size,
            sha256: file.sha256,
            sm3: file.sm3,
            picture: None,
        });
        self.rows.extend(files.map(|file| row(Some(file), None)));
    }

    /// The section.
    pub(super) fn section(self, faces: &Arc<Faces>) -> Section {
        let mut paper = Paper::new(Arc::clone(faces));
        super::cover::heading(&mut paper, "证据清单", "List of items");
        let note = "每一项的编号即证据包中记录文件的编号（data/records/编号.json）。摘要按文件的全部字节计算。";
        super::cover::note(
            &mut paper,
            note,
            "An item's number is that of its record (data/records/NUMBER.json). Digests are over all bytes of a file.",
        );
        let mut table = Table::new(&mut paper, COLUMNS);
        let mut last = 0;
        for row in &self.rows {
            table.row(&cells(row, row.number == last));
            last = row.number;
        }
        Section::new("证据清单 List of items", paper)
    }
}

fn cells(row: &Row, again: bool) -> Vec<Cell> {
    let number = if again { Vec::new() } else { vec![(PLACE, crate::record::number(row.number))] };
    let what = if again { Vec::new() } else { vec![(PLAIN, row.kind.clone()), (DIGEST.of(SOFT), row.time.clone())] };
    let Some(file) = &row.file else {
        let why = row.missing.unwrap_or_default().to_owned();
        return vec![number, what, Vec::new(), Vec::new(), vec![(PLAIN.of(RED), why)]];
    };
    let mut digests = vec![(DIGEST, words::hex(&file.sha256))];
    digests.extend(file.sm3.map(|digest| (DIGEST.of(SOFT), words::hex(&digest))));
    let path = file.path.strip_prefix("data/").unwrap_or(&file.path).to_owned();
    vec![number, what, vec![(PLACE, path)], vec![(PLACE, words::bytes(file.size))], digests]
}
