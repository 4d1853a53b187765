//! An import that is a zip: lines of messages, and the files that they name.
//!
//! What came is put aside sealed and read from there, because a zip can only be read from its end and nothing of it may lie on a disk in the clear.
//! Names in a zip choose between lines and files and are shown to people; no path is ever made of one. Its directory is read as it goes, never held.

use std::io::{self, Cursor, Read};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use xinju_model::limits::{IMPORT_UNPACK_FREE_BYTES, IMPORT_UNPACK_RATIO_MAX, IMPORT_ZIP_FILES_MAX};
use xinju_store::media::{Aside, MediaContent};
use zip::read::{Config, OwnedZipFileEntry, ZipFile, ZipReadOptions};
use zip::unstable::read::ZipIterable;

use crate::error::ServiceError;
use crate::service::Core;

/// What a zip begins with.
const MAGIC: &[u8] = b"PK\x03\x04";
/// Endings of names of files that hold lines; every other file is one that a message may name.
const LINE_ENDINGS: [&str; 2] = [".ndjson", ".jsonl"];
/// Bytes that go from one thread to the other at once, and how many such pieces wait.
const PIECE_BYTES: usize = 256 * 1024;
const PIECES_WAITING: usize = 4;

type Content = Box<dyn MediaContent>;

/// A zip that lies sealed beside the media while it is imported.
#[derive(Clone)]
pub(super) struct Archive {
    aside: Arc<dyn Aside>,
    bytes: u64,
}

/// What an import was given.
pub(super) enum Given {
    /// Lines, plain or compressed.
    Lines(Box<dyn Read + Send>),
    /// A zip.
    Archive(Archive),
}

/// A file in a zip, as the directory tells of it.
pub(super) struct Member(OwnedZipFileEntry);

/// Looks at the first bytes of what came, and keeps a zip.
pub(super) fn look(core: &Core, mut file: Box<dyn Read + Send>) -> Result<Given, ServiceError> {
    let read = |source| ServiceError::Io { what: "reading the file", source };
    let mut begin = Vec::new();
    (&mut file).take(MAGIC.len() as u64).read_to_end(&mut begin).map_err(read)?;
    let zip = begin == MAGIC;
    let mut whole = Cursor::new(begin).chain(file);
    if !zip {
        return Ok(Given::Lines(Box::new(whole)));
    }
    let aside: Arc<dyn Aside> = core.store.media().put_aside(&mut whole)?.into();
    let bytes = MediaContent::bytes(&*aside.open()?);
    Ok(Given::Archive(Archive { aside, bytes }))
}

fn damaged(error: impl std::fmt::Display) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, format!("the zip cannot be read: {error}"))
}

/// The bytes of a file in a zip at most, by its packed ones.
fn most(packed: u64) -> u64 {
    packed.saturating_mul(IMPORT_UNPACK_RATIO_MAX).saturating_add(IMPORT_UNPACK_FREE_BYTES)
}

impl Member {
    /// Its name as it stands there.
    pub(super) fn name(&self) -> &[u8] {
        self.0.name_raw()
    }

    /// Bytes of its content, as the directory claims.
    pub(super) fn bytes(&self) -> u64 {
        self.0.size()
    }

    /// Bytes that it takes in the zip.
    pub(super) fn packed(&self) -> u64 {
        self.0.compressed_size()
    }

    /// Whether lines of messages are in it.
    pub(super) fn holds_lines(&self) -> bool {
        let name = self.name().to_ascii_lowercase();
        LINE_ENDINGS.iter().any(|ending| name.ends_with(ending.as_bytes()))
    }

    /// Its content; an error where it is encrypted or packed in a way that is not known.
    pub(super) fn open<'a>(&'a self, content: &'a mut Content) -> io::Result<ZipFile<'a, Content>> {
        self.0.as_ref().with_reader(content, ZipReadOptions::new()).map_err(damaged)
    }
}

impl Archive {
    /// Bytes of the zip.
    pub(super) fn bytes(&self) -> u64 {
        self.bytes
    }

    /// The zip's bytes, to read members from.
    pub(super) fn content(&self) -> io::Result<Content> {
        self.aside.open().map_err(damaged)
    }

    /// Calls `each` with every file that it holds, in the order of its directory, until that says no more.
    pub(super) fn each<E>(
        &self,
        fault: impl Fn(io::Error) -> E,
        each: &mut dyn FnMut(Member) -> Result<bool, E>,
    ) -> Result<(), E> {
        let mut zip = self.directory().map_err(&fault)?;
        let mut left = self.bytes;
        for member in zip.files().map_err(|error| fault(damaged(error)))? {
            let member = Member(member.map_err(|error| fault(damaged(error)))?.into());
            // Files that lie one over the other are what bombs are made of.
            let rest = left.checked_sub(member.packed());
            left = rest.ok_or_else(|| fault(damaged("its files are larger than it is")))?;
            if !member.0.is_dir() && !each(member)? {
                break;
            }
        }
        Ok(())
    }

    fn directory(&self) -> io::Result<ZipIterable<Content>> {
        let zip = ZipIterable::try_new(self.content()?, Config::default()).map_err(damaged)?;
        if zip.len() > IMPORT_ZIP_FILES_MAX {
            return Err(damaged(format_args!("it holds more than {IMPORT_ZIP_FILES_MAX} files")));
        }
        Ok(zip)
    }

    /// The lines of all its files of lines, one behind the other.
    pub(super) fn lines(&self) -> Result<Box<dyn Read + Send>, ServiceError> {
        let (send, receive) = sync_channel(PIECES_WAITING);
        let archive = self.clone();
        // Ends by itself when nobody listens any more.
        std::thread::Builder::new()
            .name("import-unpack".into())
            .spawn(move || {
                if let Err(error) = archive.send_lines(&send) {
                    let _ = send.send(Err(error));
                }
            })
            .map_err(|source| ServiceError::Io { what: "starting a thread", source })?;
        Ok(Box::new(Pieces { receive, piece: Cursor::new(Vec::new()) }))
    }

    fn send_lines(&self, send: &SyncSender<io::Result<Vec<u8>>>) -> io::Result<()> {
        let mut content = self.content()?;
        self.each(|error| error, &mut |member| Ok(!member.holds_lines() || send_member(&member, &mut content, send)?))
    }
}

/// Sends a file's lines; false where nobody wants them.
fn send_member(member: &Member, content: &mut Content, send: &SyncSender<io::Result<Vec<u8>>>) -> io::Result<bool> {
    let (mut file, mut left) = (member.open(content)?, most(member.packed()));
    loop {
        let mut piece = Vec::new();
        (&mut file).take(PIECE_BYTES as u64).read_to_end(&mut piece).map_err(damaged)?;
        let end = piece.is_empty();
        left = left.checked_sub(piece.len() as u64).ok_or_else(|| damaged("it unpacks to far more than it is"))?;
        // Files need not end with a line feed; a blank line is none.
        if send.send(Ok(if end { b"\n".to_vec() } else { piece })).is_err() {
            return Ok(false);
        }
        if end {
            return Ok(true);
        }
    }
}

/// What the thread that unpacks sends, as one stream.
struct Pieces {
    receive: Receiver<io::Result<Vec<u8>>>,
    piece: Cursor<Vec<u8>>,
}

impl Read for Pieces {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            let read = self.piece.read(buffer)?;
            if read > 0 || buffer.is_empty() {
                return Ok(read);
            }
            match self.receive.recv() {
                Ok(piece) => self.piece = Cursor::new(piece?),
                Err(_) => return Ok(0),
            }
        }
    }
}
