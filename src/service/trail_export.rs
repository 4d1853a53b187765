//! The audit trail as a file: for spreadsheets (CSV) and for programs (NDJSON), written as it is read.

use std::io::{self, Write};
use std::sync::Arc;

use serde::Serialize;
use xinju_model::access::Permit;
use xinju_model::audit::{Actor, Event};
use xinju_model::limits::PAGE_SIZE_MAX;
use xinju_model::mark::Mark;
use xinju_search::trail::TrailQuery;

use crate::error::ServiceError;
use crate::message::SealState;
use crate::service::Core;
use crate::trail::EventView;

/// The form of a file of events.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExportForm {
    /// RFC 4180 with a byte order mark, by which spreadsheet programs know UTF-8.
    Csv,
    /// A JSON object a line.
    Ndjson,
}

impl ExportForm {
    /// Reads [`ExportForm::name`].
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Csv, Self::Ndjson].into_iter().find(|form| form.name() == name)
    }

    /// The stable name, also the end of the file's name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Ndjson => "ndjson",
        }
    }
}

/// The columns of the CSV form.
const COLUMNS: &[&str] =
    &["index", "time", "action", "actor_kind", "actor_id", "actor", "object", "place", "details", "seal", "export"];
/// Byte order mark.
const MARK: &str = "\u{feff}";

/// An export that was allowed and written down, before its first byte.
pub struct AuditExport {
    core: Arc<Core>,
    permit: Permit,
    query: TrailQuery,
    form: ExportForm,
    /// Who exports, in every line, so that a part of the file says it too.
    mark: Mark,
}

/// A line of the NDJSON form.
#[derive(Serialize)]
struct Line<'a> {
    index: u64,
    time: String,
    actor: &'a Actor,
    #[serde(flatten)]
    event: Told<'a>,
    seal: &'a str,
    export: &'a str,
}

/// What the event itself says, but for its actor.
#[derive(Serialize)]
struct Told<'a> {
    action: &'a str,
    object: &'a str,
    place: &'a str,
    details: &'a std::collections::BTreeMap<String, String>,
}

fn told(event: &Event) -> Told<'_> {
    Told { action: &event.action, object: &event.object, place: &event.place, details: &event.details }
}

fn fault(source: io::Error) -> ServiceError {
    ServiceError::Io { what: "writing events", source }
}

fn seal_name(state: SealState) -> &'static str {
    match state {
        SealState::Sealed => "sealed",
        SealState::Waiting => "waiting",
        SealState::Failed => "failed",
    }
}

impl AuditExport {
    pub(crate) fn new(core: Arc<Core>, permit: Permit, query: TrailQuery, form: ExportForm, mark: Mark) -> Self {
        Self { core, permit, query, form, mark }
    }

    /// Writes the events, newest first, a page in memory at a time; how many. Events that come meanwhile are left out.
    pub fn write(&self, out: &mut dyn Write) -> Result<u64, ServiceError> {
        if self.form == ExportForm::Csv {
            write!(out, "{MARK}{}\r\n", COLUMNS.join(",")).map_err(fault)?;
        }
        let masked = !self.permit.masks().is_empty();
        let (mut after, mut written) = (None::<String>, 0);
        loop {
            let hits = self.core.trail.index.search(&self.query, masked, after.as_deref(), PAGE_SIZE_MAX)?;
            let snapshot = self.core.snapshot(&self.permit)?;
            for (_, view) in snapshot.events(&hits.hits, false)? {
                self.write_event(&view, out)?;
                written += 1;
            }
            after = hits.hits.last().map(|hit| hit.cursor.clone());
            if !hits.more || after.is_none() {
                return Ok(written);
            }
        }
    }

    fn write_event(&self, view: &EventView, out: &mut dyn Write) -> Result<(), ServiceError> {
        let odd = |error: serde_json::Error| ServiceError::Internal(error.to_string());
        let (event, seal, export) = (&view.event, seal_name(view.seal.state), self.mark.to_string());
        let line = match self.form {
            ExportForm::Ndjson => {
                let line = Line {
                    index: view.index.0,
                    time: view.at.to_string(),
                    actor: &view.actor,
                    event: told(event),
                    seal,
                    export: &export,
                };
                serde_json::to_string(&line).map_err(odd)? + "\n"
            }
            ExportForm::Csv => {
                let details = serde_json::to_string(&event.details).map_err(odd)?;
                let (index, time) = (view.index.0.to_string(), view.at.to_string());
                let actor = &view.actor;
                let cells = [
                    &index,
                    &time,
                    &event.action,
                    &actor.kind,
                    &actor.id,
                    &actor.name,
                    &event.object,
                    &event.place,
                    &details,
                    seal,
                    &export,
                ];
                cells.map(cell).join(",") + "\r\n"
            }
        };
        out.write_all(line.as_bytes()).map_err(fault)
    }
}

/// A cell as RFC 4180 writes it. What a spreadsheet program would take for a formula gets an apostrophe before it.
pub(crate) fn cell(text: &str) -> String {
    let begins = text.chars().next();
    let formula =
        begins.is_some_and(|c| matches!(c, '=' | '+' | '-' | '@' | '＝' | '＋' | '－' | '＠') || c.is_control());
    let text = if formula { format!("'{text}") } else { text.to_owned() };
    if text.contains(['"', ',', '\n', '\r']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_quoted_and_formulas_defused() {
        let check = |text: &str, expected: &str| assert_eq!(cell(text), expected);
        check("王芳", "王芳");
        check("", "");
        check("a,b", "\"a,b\"");
        check("say \"yes\"", "\"say \"\"yes\"\"\"");
        check("two\r\nlines", "\"two\r\nlines\"");
        check("=HYPERLINK(\"x\")", "\"'=HYPERLINK(\"\"x\"\")\"");
        for begin in ["+", "-", "@", "=", "\t", "\u{1}", "＝"] {
            check(&format!("{begin}1"), &format!("'{begin}1"));
        }
        check("\r1", "\"'\r1\"");
        check("1-2", "1-2");
    }
}
