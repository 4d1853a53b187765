//! Imports of files: starting, watching, and what they refused.

mod archive;
mod board;
mod directory;
mod files;
mod rejects;
mod run;

use std::io::{Read, Write};
use std::sync::Arc;

use xinju_model::access::{Action, Denied, Permit, Reach, Scope, Viewer, masks, may, reach};
use xinju_model::channel::Channel;
use xinju_model::id::ImportId;
use xinju_model::import::{Import, ImportCounts, ImportState, Reject};
use xinju_model::limits::IMPORT_REJECT_ROWS_MAX;
use xinju_model::mark::Mark;
use xinju_model::record::{EntryKind, Source, Via};
use xinju_store::read::Page;

use crate::audit::{Act, record, system};
use crate::error::ServiceError;
use crate::page::{Connection, Edge, PageRequest, bad_cursor, read_cursor, read_moment, write_cursor, write_moment};
use crate::service::{Core, Service};

pub(crate) use board::Imports;
pub use board::OnImport;

/// The account of files that do not name their corporation.
pub const ACCOUNT_UNNAMED: &str = "default";
/// Characters of a file's name that are kept.
const FILE_NAME_CHARS_MAX: usize = 255;
/// Imports read in one go where all are counted.
const COUNT_BATCH: usize = 1_000;

/// A file to import.
pub struct StartImport {
    /// The file's name, without folders.
    pub file_name: String,
    /// Its size in bytes, where known.
    pub file_bytes: Option<u64>,
    /// The messages.
    pub file: Box<dyn Read + Send>,
    /// The directory that goes with them.
    pub directory: Option<Box<dyn Read + Send>>,
    /// The corporation the messages belong to; [`ACCOUNT_UNNAMED`] where nobody says.
    pub account: Option<String>,
}

/// Why an import did not begin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ImportRefusal {
    /// One at a time.
    AnotherIsRunning,
    /// The directory cannot be read; what is wrong, for people.
    DirectoryInvalid(String),
}

/// The last part of a path, without control characters.
fn file_name(given: &str) -> String {
    let name = given.rsplit(['/', '\\']).next().unwrap_or_default();
    name.chars().filter(|c| !c.is_control()).take(FILE_NAME_CHARS_MAX).collect()
}

impl Service {
    /// Begins an import and returns at once; a thread of the service goes on with it. Events mark beginning and end.
    pub fn start_import(
        &self,
        viewer: &Viewer,
        start: StartImport,
    ) -> Result<Result<Import, ImportRefusal>, ServiceError> {
        let core = &self.core;
        let permit = core.allow(viewer, Action::Import)?;
        if core.feed.stopped() {
            return Err(ServiceError::Conflict("the server is stopping; import again when it runs".into()));
        }
        let now = core.clock.now();
        let import = Import {
            id: ImportId::random(&*core.random),
            file_name: file_name(&start.file_name),
            file_bytes: start.file_bytes,
            state: ImportState::Running,
            counts: ImportCounts::default(),
            started_by: viewer.name.clone(),
            started_at: now,
            ended_at: None,
            failure: None,
        };
        let Some(seat) = core.imports.begin(&import) else { return Ok(Err(ImportRefusal::AnotherIsRunning)) };
        let directory = match start.directory.map(|file| core.files.directory(file)).transpose() {
            Ok(directory) => directory,
            Err(wrong) => return Ok(Err(ImportRefusal::DirectoryInvalid(wrong.to_string()))),
        };
        let source = Arc::new(Source {
            channel: Channel::Wecom,
            account: start.account.unwrap_or_else(|| ACCOUNT_UNNAMED.to_owned()),
            format: core.files.format(),
            via: Via::Import,
            import: Some(import.id),
        });
        let act = Act::of(EntryKind::Import, "import.begin")
            .on(import.id)
            .with("file", &import.file_name)
            .with("account", &source.account);
        let row = import.clone();
        core.store.write(&permit, move |tx| {
            tx.put_import(&row)?;
            record(tx, now, &act)
        })?;
        seat.keep();
        let (file, running) = (start.file, import.clone());
        self.jobs().spawn("import", move |core| run::run(core, &permit, running, &source, directory, file))?;
        Ok(Ok(import))
    }

    /// An import with its numbers of this moment. Polled, so no event.
    pub fn import(&self, viewer: &Viewer, id: ImportId) -> Result<Option<Import>, ServiceError> {
        self.core.allow(viewer, Action::ReadImports)?;
        self.core.import(id)
    }

    /// Imports, newest first.
    pub fn imports(&self, viewer: &Viewer, page: &PageRequest) -> Result<Connection<Import>, ServiceError> {
        self.core.allow(viewer, Action::ReadImports)?;
        let limit = page.limit()?;
        let after = page.after.as_deref().map(read_moment).transpose()?;
        let after = after.map(|(at, id)| (at, ImportId(id)));
        let has_previous = after.is_some();
        let mut found = self.core.store.read()?.imports(&Page { after, limit: limit + 1 })?;
        let has_next = found.len() > limit;
        found.truncate(limit);
        let edges = found.into_iter().map(|import| Edge {
            cursor: write_moment(import.started_at, import.id.0),
            node: self.core.imports.present(import),
        });
        let mut total = 0;
        self.core.each_import(|_| total += 1)?;
        Ok(Connection { edges: edges.collect(), has_next, has_previous, total })
    }

    /// Calls `on` with the import now, then about four times a second while it runs, and once when it has ended; then drops it.
    /// `on` must not block: it runs on the import's thread.
    pub fn watch_import(&self, viewer: &Viewer, id: ImportId, on: OnImport) -> Result<(), ServiceError> {
        self.core.allow(viewer, Action::ReadImports)?;
        if let Some(mut on) = self.core.imports.watch(id, on) {
            let ended = self.core.import(id)?.ok_or(ServiceError::NotFound("import"))?;
            on(&ended);
        }
        Ok(())
    }

    /// Waits on the calling thread until an import ends, calling `on` as [`Service::watch_import`] does; the import as it ended.
    pub fn wait_import(
        &self,
        viewer: &Viewer,
        id: ImportId,
        on: &mut dyn FnMut(&Import),
    ) -> Result<Import, ServiceError> {
        self.core.allow(viewer, Action::ReadImports)?;
        self.core.imports.wait(id, on);
        let ended = self.core.import(id)?.ok_or(ServiceError::NotFound("import"))?;
        on(&ended);
        Ok(ended)
    }

    /// The refused lines of an import that have a row, by line. They hold content: one event in the ledger where there are any,
    /// and the words are only for those who may read everything, because nobody knows whose they are.
    pub fn rejects(
        &self,
        viewer: &Viewer,
        id: ImportId,
        page: &PageRequest,
    ) -> Result<Connection<Reject>, ServiceError> {
        let core = &self.core;
        let permit = core.allow(viewer, Action::ReadImports)?;
        let import = core.import(id)?.ok_or(ServiceError::NotFound("import"))?;
        let limit = page.limit()?;
        let after = page.after.as_deref().map(read_line).transpose()?;
        let mut found = core.store.read()?.rejects(id, &Page { after, limit: limit + 1 })?;
        let has_next = found.len() > limit;
        found.truncate(limit);
        if !reads_everything(viewer) {
            for reject in &mut found {
                reject.excerpt.clear();
            }
        }
        if let (Some(first), Some(last)) = (found.first(), found.last()) {
            let act = Act::audit("import.read_rejects").on(id).with("lines", format!("{}-{}", first.line, last.line));
            core.audited(&permit, act)?;
        }
        let edges =
            found.into_iter().map(|reject| Edge { cursor: write_cursor(&reject.line.to_be_bytes()), node: reject });
        let total = import.counts.rejected.min(IMPORT_REJECT_ROWS_MAX as u64);
        Ok(Connection { edges: edges.collect(), has_next, has_previous: after.is_some(), total })
    }

    /// All refused lines of an import, whole, to be written. For those who may read everything. One event in the ledger, durable before the first byte.
    pub fn refused_lines(&self, viewer: &Viewer, id: ImportId) -> Result<RefusedLines, ServiceError> {
        let core = &self.core;
        let permit = core.allow(viewer, Action::ReadImports)?;
        let read = core.allow(viewer, Action::ReadContent)?;
        if *read.scope() != Scope::Everything {
            let refused = Denied(Action::ReadContent).into();
            return Err(core.deny(viewer, Action::ReadContent, &id.to_string(), refused));
        }
        // Lines that nobody could read cannot be masked either.
        if !read.masks().is_empty() {
            return Err(core.deny(viewer, Action::ReadContent, &id.to_string(), ServiceError::Withheld));
        }
        core.import(id)?.ok_or(ServiceError::NotFound("import"))?;
        let mark = core.marked(&permit, Act::audit("import.read_rejects").on(id))?;
        Ok(RefusedLines { core: Arc::clone(core), import: id, mark })
    }
}

/// The refused lines of an import, after it was allowed and written down that somebody reads them.
pub struct RefusedLines {
    core: Arc<Core>,
    import: ImportId,
    mark: Mark,
}

impl RefusedLines {
    /// Writes them, each a JSON object `{"export","line","reason","base64"}`; how many. `export` says who took the file, and when.
    pub fn write(self, out: &mut dyn Write) -> Result<u64, ServiceError> {
        rejects::read(&self.core, self.import, &self.mark, out)
    }
}

/// Whether somebody may read every message.
fn reads_everything(viewer: &Viewer) -> bool {
    may(viewer, Action::ReadContent)
        && reach(viewer, Action::ReadContent) == Reach::Everything
        && masks(viewer, Action::ReadContent).is_empty()
}

fn read_line(cursor: &str) -> Result<u64, ServiceError> {
    Ok(u64::from_be_bytes(read_cursor(cursor)?.try_into().map_err(|_| bad_cursor())?))
}

impl Core {
    fn import(&self, id: ImportId) -> Result<Option<Import>, ServiceError> {
        Ok(self.store.read()?.import(id)?.map(|import| self.imports.present(import)))
    }

    /// Calls `each` with every import, newest first.
    fn each_import(&self, mut each: impl FnMut(&Import)) -> Result<(), ServiceError> {
        let (tx, mut after) = (self.store.read()?, None);
        loop {
            let batch = tx.imports(&Page { after, limit: COUNT_BATCH })?;
            batch.iter().for_each(&mut each);
            match batch.last() {
                Some(last) if batch.len() == COUNT_BATCH => after = Some((last.started_at, last.id)),
                _ => return Ok(()),
            }
        }
    }

    /// Marks imports that ran when the last process ended. What they added stays.
    pub(crate) fn end_interrupted_imports(&self) -> Result<(), ServiceError> {
        let mut running = Vec::new();
        self.each_import(|import| {
            if import.state == ImportState::Running {
                running.push(import.clone());
            }
        })?;
        for import in running {
            self.end_import(&system("local")?, import, ImportState::Interrupted, None)?;
        }
        Ok(())
    }

    /// Writes how an import ended, with its event.
    fn end_import(
        &self,
        permit: &Permit,
        mut import: Import,
        state: ImportState,
        failure: Option<String>,
    ) -> Result<Import, ServiceError> {
        let now = self.clock.now();
        (import.state, import.ended_at, import.failure) = (state, Some(now), failure);
        let counts = import.counts;
        let act = Act::of(EntryKind::Import, "import.end")
            .on(import.id)
            .with("state", run::state_name(state))
            .with("read", counts.read)
            .with("added", counts.added)
            .with("known", counts.known)
            .with("rejected", counts.rejected);
        let row = import.clone();
        self.store.write(permit, move |tx| {
            tx.put_import(&row)?;
            record(tx, now, &act)
        })?;
        Ok(import)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn file_names_lose_their_folders() {
        assert_eq!(file_name("/home/x/聊天.ndjson"), "聊天.ndjson");
        assert_eq!(file_name(r"C:\x\a.zst"), "a.zst");
        assert_eq!(file_name("a\nb"), "ab");
        assert_eq!(file_name(&"n".repeat(300)).len(), 255);
    }
}
