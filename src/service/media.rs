//! Files of messages: whether they arrived, and their bytes for whoever may read the message.

use std::io::{Read, Seek, SeekFrom};

use xinju_model::access::{Action, Viewer};
use xinju_model::id::EntryIndex;
use xinju_model::mark::Mark;
use xinju_model::media::{BEGIN_BYTES, Format, MediaFile, MediaName, ending};
use xinju_model::message::Body;
use xinju_store::media::MediaContent;
use xinju_store::read::ReadTx;

use crate::audit::Act;
use crate::error::ServiceError;
use crate::service::{Core, Service};

/// What the archive has of a file that a message names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FileState {
    /// Its bytes.
    Arrived(ArrivedFile),
    /// Nothing yet.
    Awaited,
    /// Nothing, and it never will: the message gives no MD5 and size by which the file could be told.
    Unnamed,
    /// Nothing for this viewer: the original of its message is withheld, and so is what belongs to it.
    Withheld,
}

/// A file that arrived.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ArrivedFile {
    file: MediaFile,
    /// Bytes of content.
    pub bytes: u64,
}

impl ArrivedFile {
    /// SHA-256 of its content in hexadecimal.
    pub fn sha256(&self) -> &str {
        &self.file.sha256
    }
}

/// A file of a message that is shown or taken out of the archive.
pub struct TakenMedia {
    /// Its bytes.
    pub content: Box<dyn MediaContent>,
    /// How many there are.
    pub bytes: u64,
    /// Its format; none where it is none that people send often.
    pub format: Option<Format>,
    /// The ending of its name, without the dot.
    pub ending: String,
    /// The mark of who takes it.
    pub mark: Mark,
}

/// The state of each file of a message, in the order of [`Body::all_attachments`].
pub(crate) fn files(tx: &ReadTx, body: &Body, withheld: bool) -> Result<Vec<FileState>, ServiceError> {
    let state = |name: Option<MediaName>| {
        if withheld {
            return Ok(FileState::Withheld);
        }
        let Some(name) = name else { return Ok(FileState::Unnamed) };
        let arrived = |file| FileState::Arrived(ArrivedFile { file, bytes: name.bytes });
        Ok(tx.message_media(name)?.map_or(FileState::Awaited, arrived))
    };
    body.all_attachments().into_iter().map(|attachment| state(attachment.media_name())).collect()
}

impl Core {
    /// A file's content with its first bytes, by which its format is known.
    fn open_media(&self, file: &MediaFile) -> Result<(Box<dyn MediaContent>, Vec<u8>), ServiceError> {
        let fault = |source| ServiceError::Io { what: "reading a file of a message", source };
        let content = self.store.media().open(file.media)?;
        let mut content = content.ok_or_else(|| ServiceError::Internal("a file of a message is missing".into()))?;
        let mut begin = Vec::new();
        (&mut content).take(BEGIN_BYTES).read_to_end(&mut begin).map_err(fault)?;
        content.seek(SeekFrom::Start(0)).map_err(fault)?;
        Ok((content, begin))
    }
}

impl Service {
    /// The format of a file that a message which was read has; none where it is none that people send often, or cannot be read.
    pub fn file_format(&self, viewer: &Viewer, arrived: &ArrivedFile) -> Result<Option<Format>, ServiceError> {
        self.core.allow(viewer, Action::ReadContent)?;
        match self.core.open_media(&arrived.file) {
            Ok((_, begin)) => Ok(Format::of(&begin)),
            Err(error) => {
                // The message is shown nevertheless; whoever asks for the file is told.
                tracing::error!(%error, media = %arrived.file.media, "a file of a message cannot be read");
                Ok(None)
            }
        }
    }

    /// A file of a message by its place among all of them, from 0; none where there is none to see, or it has not arrived. One event in
    /// the ledger, durable before the first byte can be read.
    pub fn take_message_file(
        &self,
        viewer: &Viewer,
        index: EntryIndex,
        place: usize,
    ) -> Result<Option<TakenMedia>, ServiceError> {
        let core = &self.core;
        let (permit, mut views, act) = self.read_messages(viewer, &[index], Act::audit("message.file"))?;
        let Some(view) = views.pop().flatten() else { return Ok(None) };
        let arrived = match view.files.get(place) {
            Some(FileState::Arrived(arrived)) => arrived,
            Some(FileState::Withheld) => {
                return Err(core.deny(viewer, Action::ReadContent, &index.to_string(), ServiceError::Withheld));
            }
            Some(FileState::Awaited | FileState::Unnamed) | None => return Ok(None),
        };
        let (content, begin) = core.open_media(&arrived.file)?;
        let mark = core.marked(&permit, act.with("item", place).with("sha256", arrived.sha256()))?;
        let attachments = view.message.body.all_attachments();
        let name = attachments.get(place).and_then(|attachment| attachment.name.as_deref());
        let (bytes, format, ending) = (arrived.bytes, Format::of(&begin), ending(&begin, name));
        Ok(Some(TakenMedia { content, bytes, format, ending, mark }))
    }
}
