//! Files of messages in a package: those that had arrived under its head, so that building it again gives the same ones.

use std::io::{self, Read};
use std::sync::Arc;

use data_encoding::HEXLOWER;
use xinju_evidence::package::Media;
use xinju_evidence::report::ReportFile;
use xinju_model::id::MediaId;
use xinju_model::limits::{REPORT_PICTURE_BYTES_MAX, REPORT_PICTURES_BYTES_MAX};
use xinju_model::media::{BEGIN_BYTES, ending};
use xinju_model::message::MessageKind;
use xinju_store::media::{MediaContent, MediaStore};
use xinju_store::read::ReadTx;

use crate::error::ServiceError;
use crate::message::MessageView;
use crate::service::Core;

/// The content of a file, opened when its first byte is wanted: a message may name more files than may be open at once.
struct Content {
    store: Arc<dyn MediaStore>,
    id: MediaId,
    open: Option<Box<dyn MediaContent>>,
}

impl Read for Content {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let content = match &mut self.open {
            Some(open) => open,
            none => {
                let found = self.store.open(self.id).map_err(io::Error::other)?;
                none.insert(found.ok_or_else(|| io::Error::other("a file of a message is missing"))?)
            }
        };
        let read = content.read(buffer)?;
        if read == 0 && !buffer.is_empty() {
            self.open = None;
            return Ok(0);
        }
        Ok(read)
    }
}

/// The files of one message.
#[derive(Default)]
pub(super) struct OfRecord {
    /// Their contents.
    pub(super) media: Vec<Media>,
    /// What the report says of them.
    pub(super) files: Vec<ReportFile>,
    /// How many more the message has that the archive had not got.
    pub(super) missing: u32,
}

/// A message's files; `number` is the record's, `size` that of the package's head.
pub(super) fn of_record(
    core: &Core,
    tx: &ReadTx,
    view: &MessageView,
    (number, size): (u32, u64),
) -> Result<OfRecord, ServiceError> {
    let fault = |source| ServiceError::Io { what: "reading a file of a message", source };
    let (mut all, mut left) = (OfRecord::default(), REPORT_PICTURES_BYTES_MAX);
    for attachment in view.message.body.all_attachments() {
        let name = attachment.media_name();
        let found = name.map(|name| tx.message_media(name)).transpose()?.flatten();
        let (Some(name), Some(found)) = (name, found.filter(|found| found.entry.0 < size)) else {
            all.missing = all.missing.saturating_add(1);
            continue;
        };
        let content = || Content { store: core.store.media(), id: found.media, open: None };
        let is_picture = matches!(attachment.kind, MessageKind::Image | MessageKind::Emotion);
        let picture = is_picture && name.bytes <= REPORT_PICTURE_BYTES_MAX && name.bytes <= left;
        left = left.saturating_sub(if picture { name.bytes } else { 0 });
        let mut begin = Vec::new();
        let wanted = if picture { REPORT_PICTURE_BYTES_MAX } else { BEGIN_BYTES };
        content().take(wanted).read_to_end(&mut begin).map_err(fault)?;
        let extension = ending(&begin, attachment.name.as_deref());
        let sha256 = HEXLOWER.decode(found.sha256.as_bytes()).ok().and_then(|digest| digest.try_into().ok());
        all.files.push(ReportFile {
            path: format!("data/media/{number:06}-{}.{extension}", all.media.len().saturating_add(1)),
            kind: extension.clone(),
            size: name.bytes,
            sha256: sha256.ok_or_else(|| ServiceError::Internal("a file's digest is damaged".into()))?,
            sm3: None,
            picture: picture.then_some(begin),
        });
        all.media.push(Media { extension, content: Box::new(content()) });
    }
    Ok(all)
}
