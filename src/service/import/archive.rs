//! An import that is a zip: lines of messages, and the files that they name.
//!
//! What came is sealed among the media first and read from there, because a zip can only be read from its end and nothing of it may lie on a disk
//! in the clear. Names in a zip choose between lines and files and are shown to people; no path is ever made of one.

use std::collections::BTreeSet;
use std::io::{self, Cursor, Read};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use data_encoding::HEXLOWER;
use md5::{Digest, Md5};
use xinju_model::access::Permit;
use xinju_model::id::{EntryIndex, MediaId};
use xinju_model::import::RejectReason;
use xinju_model::limits::{
    IMPORT_UNPACK_FREE_BYTES, IMPORT_UNPACK_RATIO_MAX, IMPORT_ZIP_FILES_MAX, MEDIA_FILE_BYTES_MAX,
};
use xinju_model::media::{MediaFile, MediaName};
use xinju_model::record::EntryKind;
use xinju_store::media::{MediaContent, StoredMedia};
use zip::ZipArchive;

use crate::audit::{Act, record};
use crate::error::ServiceError;
use crate::lines::RefusedLine;
use crate::service::Core;

/// What a zip begins with.
const MAGIC: &[u8] = b"PK\x03\x04";
/// Endings of names of files that hold lines; every other file is one that a message may name.
const LINE_ENDINGS: [&str; 2] = [".ndjson", ".jsonl"];
/// Files that one event names, so that it stays a few kilobytes.
const EVENT_FILES: usize = 64;
/// Bytes that go from one thread to the other at once, and how many such pieces wait.
const PIECE_BYTES: usize = 256 * 1024;
const PIECES_WAITING: usize = 4;

type Zip = ZipArchive<Box<dyn MediaContent>>;

/// A zip that lies sealed among the media while it is imported.
pub(super) struct Archive {
    core: Arc<Core>,
    stored: StoredMedia,
}

/// What an import was given.
pub(super) enum Given {
    /// Lines, plain or compressed.
    Lines(Box<dyn Read + Send>),
    /// A zip.
    Archive(Archive),
}

/// Looks at the first bytes of what came, and keeps a zip.
pub(super) fn look(core: &Arc<Core>, mut file: Box<dyn Read + Send>) -> Result<Given, ServiceError> {
    let read = |source| ServiceError::Io { what: "reading the file", source };
    let mut begin = Vec::new();
    (&mut file).take(MAGIC.len() as u64).read_to_end(&mut begin).map_err(read)?;
    let zip = begin == MAGIC;
    let mut whole = Cursor::new(begin).chain(file);
    if !zip {
        return Ok(Given::Lines(Box::new(whole)));
    }
    let stored = core.store.media().put(&mut whole)?;
    Ok(Given::Archive(Archive { core: Arc::clone(core), stored }))
}

impl Drop for Archive {
    fn drop(&mut self) {
        // What was there before belongs to somebody else.
        if !self.stored.known
            && let Err(error) = self.core.store.media().remove(self.stored.id)
        {
            tracing::warn!(%error, "a zip that was imported could not be removed");
        }
    }
}

fn damaged(error: impl std::fmt::Display) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, format!("the zip cannot be read: {error}"))
}

fn open(core: &Core, id: MediaId) -> io::Result<Zip> {
    let content = core.store.media().open(id).map_err(damaged)?;
    let content = content.ok_or_else(|| damaged("it is gone"))?;
    let zip = ZipArchive::new(content).map_err(damaged)?;
    if zip.len() > IMPORT_ZIP_FILES_MAX {
        return Err(damaged(format_args!("it holds more than {IMPORT_ZIP_FILES_MAX} files")));
    }
    Ok(zip)
}

fn holds_lines(name: &[u8]) -> bool {
    let name = name.to_ascii_lowercase();
    LINE_ENDINGS.iter().any(|ending| name.ends_with(ending.as_bytes()))
}

/// The bytes of a file in a zip at most, by its packed ones.
fn most(packed: u64) -> u64 {
    packed.saturating_mul(IMPORT_UNPACK_RATIO_MAX).saturating_add(IMPORT_UNPACK_FREE_BYTES)
}

impl Archive {
    /// The lines of all its files of lines, one behind the other.
    pub(super) fn lines(&self) -> Result<Box<dyn Read + Send>, ServiceError> {
        let (send, receive) = sync_channel(PIECES_WAITING);
        let (core, id) = (Arc::clone(&self.core), self.stored.id);
        // Ends by itself when nobody listens any more.
        std::thread::Builder::new()
            .name("import-unpack".into())
            .spawn(move || {
                if let Err(error) = send_lines(&core, id, &send) {
                    let _ = send.send(Err(error));
                }
            })
            .map_err(|source| ServiceError::Io { what: "starting a thread", source })?;
        Ok(Box::new(Pieces { receive, piece: Cursor::new(Vec::new()) }))
    }

    /// Puts the files that messages name into the archive, and gives those that none names, by their names.
    pub(super) fn store_files(
        &self,
        permit: &Permit,
        named: &BTreeSet<MediaName>,
    ) -> Result<Vec<RefusedLine>, ServiceError> {
        let fault = |source| ServiceError::Io { what: "reading the zip", source };
        let mut zip = open(&self.core, self.stored.id).map_err(fault)?;
        let sizes: BTreeSet<u64> = named.iter().map(|name| name.bytes).collect();
        let (mut refused, mut ready) = (Vec::new(), Vec::new());
        for place in 0..zip.len() {
            if self.core.feed.stopped() {
                break;
            }
            let file = zip.by_index(place).map_err(damaged).map_err(fault)?;
            if file.is_dir() || holds_lines(file.name_raw()) {
                continue;
            }
            let (shown, bytes) = (String::from_utf8_lossy(file.name_raw()).into_owned(), file.size());
            drop(file);
            let name = match sizes.contains(&bytes) && bytes <= MEDIA_FILE_BYTES_MAX {
                true => name_of(&mut zip, place, bytes).map_err(fault)?.filter(|name| named.contains(name)),
                false => None,
            };
            let Some(name) = name else {
                refused.push(RefusedLine { reason: RejectReason::FileUnnamed, bytes: shown.into_bytes() });
                continue;
            };
            let mut file = zip.by_index(place).map_err(damaged).map_err(fault)?;
            ready.push((name, self.core.store.media().put(&mut (&mut file).take(bytes))?));
            drop(file);
            if ready.len() == EVENT_FILES {
                self.tell(permit, std::mem::take(&mut ready))?;
            }
        }
        self.tell(permit, ready)?;
        Ok(refused)
    }

    /// Links files to their names, with the event that proves their arrival; files that are linked already need neither.
    fn tell(&self, permit: &Permit, files: Vec<(MediaName, StoredMedia)>) -> Result<(), ServiceError> {
        let tx = self.core.store.read()?;
        let mut new = std::collections::BTreeMap::new();
        for (name, stored) in files {
            if tx.message_media(name)?.is_none() {
                new.insert(name, stored);
            }
        }
        drop(tx);
        if new.is_empty() {
            return Ok(());
        }
        let lines = new.iter().map(|(name, stored)| {
            let (md5, sha256) = (HEXLOWER.encode(&name.md5), HEXLOWER.encode(&stored.sha256));
            format!("{md5}/{}/{sha256}/{}", name.bytes, stored.id)
        });
        let act = Act::of(EntryKind::Import, "media.store").with_ids("media", lines);
        let now = self.core.clock.now();
        self.core.store.write(permit, move |tx| {
            let entry: EntryIndex = record(tx, now, &act)?;
            for (name, stored) in &new {
                let file = MediaFile { media: stored.id, sha256: HEXLOWER.encode(&stored.sha256), entry };
                tx.add_message_media(*name, &file)?;
            }
            Ok(())
        })?;
        Ok(())
    }
}

/// The name that messages would give a file; none where it has not the bytes that the zip claims.
fn name_of(zip: &mut Zip, place: usize, bytes: u64) -> io::Result<Option<MediaName>> {
    let mut file = zip.by_index(place).map_err(damaged)?.take(bytes.saturating_add(1));
    let (mut md5, mut piece, mut found) = (Md5::new(), vec![0; PIECE_BYTES], 0_u64);
    loop {
        let read = file.read(&mut piece)?;
        if read == 0 {
            break;
        }
        md5.update(piece.get(..read).unwrap_or_default());
        found = found.saturating_add(read as u64);
    }
    Ok((found == bytes).then(|| MediaName { md5: md5.finalize().into(), bytes }))
}

fn send_lines(core: &Core, id: MediaId, send: &SyncSender<io::Result<Vec<u8>>>) -> io::Result<()> {
    let mut zip = open(core, id)?;
    for place in 0..zip.len() {
        let mut file = zip.by_index(place).map_err(damaged)?;
        if file.is_dir() || !holds_lines(file.name_raw()) {
            continue;
        }
        let mut left = most(file.compressed_size());
        loop {
            let mut piece = Vec::new();
            (&mut file).take(PIECE_BYTES as u64).read_to_end(&mut piece)?;
            let end = piece.is_empty();
            left = left.checked_sub(piece.len() as u64).ok_or_else(|| damaged("it unpacks to far more than it is"))?;
            // Files need not end with a line feed; a blank line is none.
            if send.send(Ok(if end { b"\n".to_vec() } else { piece })).is_err() {
                return Ok(());
            }
            if end {
                break;
            }
        }
    }
    Ok(())
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
