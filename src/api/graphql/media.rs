//! Files of messages: whether they arrived, and where their bytes are.

use async_graphql::{Context, Enum, Object, Result};
use xinju_model::id::EntryIndex;
use xinju_service::media::{ArrivedFile, FileState};

use crate::graphql::context::call;
use crate::graphql::scalars::Long;

/// What the archive has of a file that a message names.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AttachmentState {
    /// Its bytes, in `file`.
    Arrived,
    /// Nothing yet: an import of a zip with the file brings it.
    Awaited,
    /// Nothing, and it never will: the message does not give both MD5 and size, by which a file is told.
    Unnamed,
    /// Nothing for you: the original of its message is withheld, and so is what belongs to it.
    Withheld,
}

impl From<&FileState> for AttachmentState {
    fn from(state: &FileState) -> Self {
        match state {
            FileState::Arrived(_) => Self::Arrived,
            FileState::Awaited => Self::Awaited,
            FileState::Unnamed => Self::Unnamed,
            FileState::Withheld => Self::Withheld,
        }
    }
}

/// The bytes of a file that arrived.
pub(crate) struct AttachmentFile {
    message: EntryIndex,
    place: usize,
    file: ArrivedFile,
}

impl AttachmentFile {
    /// The file at a place among all files of a message; none where it did not arrive.
    pub(crate) fn of(message: EntryIndex, place: usize, state: &FileState) -> Option<Self> {
        match state {
            FileState::Arrived(file) => Some(Self { message, place, file: file.clone() }),
            FileState::Awaited | FileState::Unnamed | FileState::Withheld => None,
        }
    }
}

/// The bytes of a file that arrived.
#[Object]
impl AttachmentFile {
    /// Where they are, on this site. Whoever asks there has seen the file: one event in the ledger each time.
    async fn url(&self) -> String {
        format!("/api/messages/{}/files/{}", self.message, self.place)
    }
    /// The media type by the file's first bytes; `application/octet-stream` where they are of no format that people send often.
    #[graphql(complexity = "2 + child_complexity")]
    async fn content_type(&self, context: &Context<'_>) -> Result<&'static str> {
        let file = self.file.clone();
        let format = call(context, move |service, viewer| service.file_format(viewer, &file)).await?;
        Ok(format.map_or("application/octet-stream", |format| format.content_type))
    }
    /// In bytes.
    async fn size(&self) -> Long {
        Long::from(self.file.bytes)
    }
    /// Lower-case hexadecimal; the ledger tells of it where the file arrived.
    async fn sha256(&self) -> &str {
        self.file.sha256()
    }
}
