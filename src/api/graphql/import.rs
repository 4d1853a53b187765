//! Imports of files: starting, watching, and what they refused.

use std::io::Read;

use async_graphql::{Context, Enum, ID, InputObject, Object, Result, SimpleObject, Subscription};
use futures_util::{Stream, StreamExt};
use tokio::sync::watch;
use tokio_stream::wrappers::WatchStream;
use xinju_model::id::ImportId;
use xinju_model::import;
use xinju_service::error::ServiceError;
use xinju_service::import::StartImport;

use crate::graphql::context::call;
use crate::graphql::error::fault;
use crate::graphql::page::{self, Page};
use crate::graphql::scalars::{DateTime, Long, Upload};

/// How an import stands.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "xinju_model::import::ImportState")]
pub(crate) enum ImportState {
    /// It is running.
    Running,
    /// It ended; everything readable is in.
    Done,
    /// It stopped before its end; what was added stays, and importing the file again goes on from there.
    Failed,
    /// The server stopped while it ran. As FAILED.
    Interrupted,
}

/// Why a line was refused.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "xinju_model::import::RejectReason")]
pub(crate) enum RejectReason {
    /// It is not UTF-8.
    #[graphql(name = "NOT_UTF8")]
    NotUtf8,
    /// It is not a JSON object.
    NotJson,
    /// It has no message id, so that a second copy could not be known.
    NoMessageId,
    /// It is longer than a record may be.
    TooLong,
    /// The file ends in the middle of it.
    CutOff,
    /// It is a file beside the messages that none of them names by its MD5 and size.
    FileUnnamed,
    /// It is a file beside the messages that cannot be unpacked: encrypted, packed in a way that is not known, damaged or too large.
    FileUnreadable,
}

/// A line that was refused.
pub(crate) struct Reject(import::Reject);

/// A line that was refused.
#[Object]
impl Reject {
    /// Its number in the file, from 1.
    async fn line(&self) -> Long {
        self.0.line.into()
    }
    async fn reason(&self) -> RejectReason {
        self.0.reason.into()
    }
    /// The first 200 characters of the line.
    async fn excerpt(&self) -> &str {
        &self.0.excerpt
    }
}

/// One import of one file.
#[derive(Clone)]
pub(crate) struct Import(pub(crate) import::Import);

/// One import of one file.
#[Object]
impl Import {
    pub(crate) async fn id(&self) -> ID {
        self.0.id.to_string().into()
    }
    /// As given, without folders.
    async fn file_name(&self) -> &str {
        &self.0.file_name
    }
    /// Null where it is not known beforehand.
    async fn file_bytes(&self) -> Option<Long> {
        self.0.file_bytes.map(Long::from)
    }
    async fn state(&self) -> ImportState {
        self.0.state.into()
    }
    /// Lines read that were not blank.
    async fn read(&self) -> Long {
        self.0.counts.read.into()
    }
    /// Records added.
    async fn added(&self) -> Long {
        self.0.counts.added.into()
    }
    /// Records that were in the archive already.
    async fn known(&self) -> Long {
        self.0.counts.known.into()
    }
    /// Lines refused.
    async fn rejected(&self) -> Long {
        self.0.counts.rejected.into()
    }
    /// Bytes of the file read so far.
    async fn bytes(&self) -> Long {
        self.0.counts.bytes.into()
    }
    /// Who started it, by name.
    async fn started_by(&self) -> &str {
        &self.0.started_by
    }
    async fn started_at(&self) -> DateTime {
        self.0.started_at.into()
    }
    /// Null while it runs.
    async fn ended_at(&self) -> Option<DateTime> {
        self.0.ended_at.map(DateTime)
    }
    /// Why it failed; null unless it did.
    async fn failure(&self) -> Option<&str> {
        self.0.failure.as_deref()
    }
    /// The refused lines by number; the first thousand. All of them, whole, are at `/api/imports/{id}/rejects`.
    #[graphql(complexity = "page::cost(first, child_complexity)")]
    async fn rejects(&self, context: &Context<'_>, first: Option<i32>, after: Option<String>) -> Result<Page<Reject>> {
        let (id, page) = (self.0.id, page::request(first, after)?);
        let found = call(context, move |service, viewer| service.rejects(viewer, id, &page)).await?;
        Ok(Page::new(found, Reject))
    }
}

/// Questions about imports.
#[derive(Default)]
pub(crate) struct ImportQuery;

#[Object]
impl ImportQuery {
    /// Imports, newest first.
    #[graphql(complexity = "page::cost(first, child_complexity)")]
    async fn imports(&self, context: &Context<'_>, first: Option<i32>, after: Option<String>) -> Result<Page<Import>> {
        let page = page::request(first, after)?;
        let found = call(context, move |service, viewer| service.imports(viewer, &page)).await?;
        Ok(Page::new(found, Import))
    }

    /// An import by its id; null when there is none.
    async fn import(&self, context: &Context<'_>, id: ID) -> Result<Option<Import>> {
        let parsed = ImportId::parse(&id);
        let found = call(context, move |service, viewer| match parsed {
            Ok(id) => service.import(viewer, id),
            Err(_) => Ok(None),
        });
        Ok(found.await?.map(Import))
    }
}

/// What to import.
#[derive(InputObject)]
pub(crate) struct StartImportInput {
    /// Decrypted WeCom messages: NDJSON, plain or zstd.
    file: Upload,
    /// The directory that goes with them: departments, staff and contacts.
    directory: Option<Upload>,
}

/// Why an import did not begin.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ImportRefusal {
    /// One at a time: wait for it to end.
    AnotherIsRunning,
    /// The directory cannot be read.
    DirectoryInvalid,
}

/// What came of starting an import.
#[derive(SimpleObject, Default)]
pub(crate) struct StartImportPayload {
    /// Null when it was refused.
    import: Option<Import>,
    /// Null when it began.
    refusal: Option<ImportRefusal>,
    /// What is wrong with the directory, for people; null unless it is the reason.
    detail: Option<String>,
}

/// Verbs of imports.
#[derive(Default)]
pub(crate) struct ImportMutation;

#[Object]
impl ImportMutation {
    /// Imports a file of decrypted WeCom messages (NDJSON, plain or zstd), with a directory where given. Answers when the import has begun.
    async fn start_import(&self, context: &Context<'_>, input: StartImportInput) -> Result<StartImportPayload> {
        crate::graphql::context::principal(context)?;
        let file = input.file.take(context)?;
        let directory = input.directory.map(|upload| upload.take(context)).transpose()?;
        let start = StartImport {
            file_name: file.name,
            file_bytes: Some(file.bytes),
            file: Box::new(file.file),
            directory: directory.map(|upload| Box::new(upload.file) as Box<dyn Read + Send>),
            account: None,
        };
        let outcome = call(context, move |service, viewer| service.start_import(viewer, start)).await?;
        Ok(match outcome {
            Ok(import) => StartImportPayload { import: Some(Import(import)), ..Default::default() },
            Err(refusal) => refusal.into(),
        })
    }
}

impl From<xinju_service::import::ImportRefusal> for StartImportPayload {
    fn from(refusal: xinju_service::import::ImportRefusal) -> Self {
        use xinju_service::import::ImportRefusal as Refusal;
        let (refusal, detail) = match refusal {
            Refusal::AnotherIsRunning => (ImportRefusal::AnotherIsRunning, None),
            Refusal::DirectoryInvalid(why) => (ImportRefusal::DirectoryInvalid, Some(why)),
        };
        Self { import: None, refusal: Some(refusal), detail }
    }
}

/// Imports as they go on.
#[derive(Default)]
pub(crate) struct ImportSubscription;

#[Subscription]
impl ImportSubscription {
    /// The import as it goes on; ends with it.
    async fn import_progress(&self, context: &Context<'_>, id: ID) -> Result<impl Stream<Item = Import> + use<>> {
        crate::graphql::context::principal(context)?;
        let id = ImportId::parse(&id).map_err(|_| fault(&ServiceError::NotFound("import")))?;
        let (sender, receiver) = watch::channel(None);
        let on = move |import: &import::Import| sender.send(Some(import.clone())).is_ok();
        call(context, move |service, viewer| service.watch_import(viewer, id, Box::new(on))).await?;
        Ok(WatchStream::new(receiver).filter_map(|import| async move { import.map(Import) }))
    }
}
