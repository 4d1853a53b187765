//! What every rendering says of a record, in words that programs compare.

use serde::Serialize;
use xinju_model::channel::Side;
use xinju_model::time::Timestamp;

use crate::report::words;
use crate::report::{ItemState, Person, ReportFile, ReportItem};

/// Names of the columns, in their order; they are stable.
pub(super) const COLUMNS: [&str; 17] = [
    "record",
    "log_index",
    "conversation",
    "kind",
    "from_id",
    "from_name",
    "from_side",
    "to_ids",
    "to_names",
    "sent_at",
    "received_at",
    "text",
    "state",
    "withheld",
    "source_file",
    "source_sha256",
    "files",
];

/// A record as renderings tell it.
#[derive(Serialize)]
pub(super) struct Row<'a> {
    /// Number in the package.
    pub(super) record: String,
    /// Place in the log.
    pub(super) log_index: u64,
    pub(super) conversation: &'a str,
    pub(super) kind: &'a str,
    pub(super) from: Option<Who<'a>>,
    pub(super) to: Vec<Who<'a>>,
    pub(super) sent_at: Option<String>,
    pub(super) received_at: Option<String>,
    pub(super) text: &'a str,
    /// `shown`, `recalled` or `erased`.
    pub(super) state: &'static str,
    /// What is withheld or erased: field and code.
    pub(super) withheld: Vec<String>,
    /// Texts with words blacked out, of fields that are withheld.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) renderings: Vec<&'a str>,
    /// The original that this renders; none where it is not in the package.
    pub(super) source: Option<File<'a>>,
    /// Files that belong to it.
    pub(super) files: Vec<File<'a>>,
}

/// Somebody.
#[derive(Serialize)]
pub(super) struct Who<'a> {
    pub(super) id: &'a str,
    pub(super) name: &'a str,
    pub(super) side: &'static str,
}

/// A file of the package.
#[derive(Serialize)]
pub(super) struct File<'a> {
    /// Its path in the package.
    pub(super) path: &'a str,
    pub(super) bytes: u64,
    pub(super) sha256: String,
}

impl<'a> Row<'a> {
    /// The row of a record.
    pub(super) fn new(number: u32, item: &'a ReportItem, offset_minutes: i16) -> Self {
        let mut files = item.files.iter().map(file);
        let source = files.next();
        let mut withheld: Vec<String> =
            item.redacted.iter().map(|redaction| format!("{} {}", redaction.field, redaction.code.name())).collect();
        let state = match item.state {
            ItemState::Shown => "shown",
            ItemState::Recalled { .. } => "recalled",
            ItemState::Erased(code) => {
                withheld.push(format!("all {}", code.name()));
                "erased"
            }
        };
        Self {
            record: crate::record::number(number),
            log_index: item.index,
            conversation: &item.conversation,
            kind: &item.kind,
            from: item.from.as_ref().map(who),
            to: item.to.iter().map(who).collect(),
            sent_at: item.sent_at.map(|at| moment(at, offset_minutes)),
            received_at: item.received_at.map(|at| moment(at, offset_minutes)),
            text: &item.text,
            state,
            withheld,
            renderings: item.renderings.iter().map(|rendering| &*rendering.text).collect(),
            source,
            files: files.collect(),
        }
    }

    /// The text, and behind it what is shown of texts that are withheld.
    pub(super) fn words(&self) -> String {
        let shown = self.renderings.iter().map(|text| format!("[rendering] {text}"));
        std::iter::once(self.text.to_owned())
            .filter(|text| !text.is_empty())
            .chain(shown)
            .collect::<Vec<_>>()
            .join("\n")
    }

    /// The cells, as [`COLUMNS`] names them.
    pub(super) fn cells(&self) -> [String; 17] {
        let from = self.from.as_ref();
        let list = |each: fn(&Who<'a>) -> &'a str| self.to.iter().map(each).collect::<Vec<_>>().join("; ");
        let source = self.source.as_ref();
        let files: Vec<String> = self.files.iter().map(|file| format!("{} {}", file.path, file.sha256)).collect();
        [
            self.record.clone(),
            self.log_index.to_string(),
            self.conversation.to_owned(),
            self.kind.to_owned(),
            from.map(|who| who.id.to_owned()).unwrap_or_default(),
            from.map(|who| who.name.to_owned()).unwrap_or_default(),
            from.map(|who| who.side.to_owned()).unwrap_or_default(),
            list(|who| who.id),
            list(|who| who.name),
            self.sent_at.clone().unwrap_or_default(),
            self.received_at.clone().unwrap_or_default(),
            self.words(),
            self.state.to_owned(),
            self.withheld.join("; "),
            source.map(|file| file.path.to_owned()).unwrap_or_default(),
            source.map(|file| file.sha256.clone()).unwrap_or_default(),
            files.join("; "),
        ]
    }
}

fn who(person: &Person) -> Who<'_> {
    let side = match person.side {
        Side::Staff => "staff",
        Side::Customer => "customer",
        Side::Robot => "robot",
    };
    Who { id: &person.id, name: &person.name, side }
}

fn file(file: &ReportFile) -> File<'_> {
    File { path: &file.path, bytes: file.size, sha256: words::hex(&file.sha256) }
}

/// RFC 3339 with milliseconds and the zone's offset.
pub(super) fn moment(at: Timestamp, offset_minutes: i16) -> String {
    words::format(at, offset_minutes, "%Y-%m-%dT%H:%M:%S.%3f%:z")
}
