//! Media in a local folder. A media file, version 1:
//!
//! | bytes | what |
//! |---|---|
//! | 16 | `xinjumed`, version 1, zeros |
//! | 60 | the file's own key, sealed under the archive's media key for the file's id |
//! | rest | content in chunks of 65,536 bytes, each sealed under the file's key for its number and whether it is the last |
//!
//! The id is a keyed hash of the content: it tells nobody what the content is, and the same content has the same id. The name of the file is the id.

use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};
use xinju_keys::durable::{Step, parent};
use xinju_keys::sealing::{CHUNK_OVERHEAD, OVERHEAD, Sealer, StreamSealer};
use xinju_model::id::{MediaId, Random};

use crate::disk::Disk;
use crate::error::StoreError;
use crate::media::{Aside, MediaContent, MediaStore, StoredMedia};

const HEADER: &[u8; 16] = b"xinjumed\x01\0\0\0\0\0\0\0";
const WRAPPED_KEY: usize = 32 + OVERHEAD;
const BODY: u64 = (HEADER.len() + WRAPPED_KEY) as u64;
const CHUNK: usize = 64 * 1024;
const SEALED_CHUNK: usize = CHUNK + CHUNK_OVERHEAD;
/// Files that are being written are called so, with a random name behind.
const UNFINISHED: &str = "new-";

/// Media in a folder.
pub(crate) struct MediaFolder {
    folder: PathBuf,
    disk: Disk,
    sealer: Sealer,
    hashing_key: [u8; 32],
    random: Arc<dyn Random>,
    stored: AtomicU64,
}

impl MediaFolder {
    /// Opens the folder, making it where missing; removes files that were not finished.
    pub(crate) fn open(
        folder: PathBuf,
        disk: Disk,
        sealer: Sealer,
        hashing_key: [u8; 32],
        random: Arc<dyn Random>,
    ) -> Result<Self, StoreError> {
        disk.durable.create_folder(&folder)?;
        let mut stored = 0;
        for (path, bytes) in list(&folder)? {
            if path.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(UNFINISHED.as_bytes())) {
                disk.durable.remove(&path)?;
            } else {
                stored += bytes;
            }
        }
        Ok(Self { folder, disk, sealer, hashing_key, random, stored: AtomicU64::new(stored) })
    }

    fn path(&self, id: MediaId) -> PathBuf {
        let name = id.hex();
        // Folders of some thousand files each stay quick to list and to back up.
        let shard = name.get(..2).unwrap_or_default();
        self.folder.join(shard).join(&name)
    }

    fn id_of(&self, sha256: &[u8; 32]) -> MediaId {
        let mut hash = Sha256::new();
        hash.update(b"xinju-media/1");
        hash.update(self.hashing_key);
        hash.update(sha256);
        let digest: [u8; 32] = hash.finalize().into();
        MediaId(digest.first_chunk::<16>().copied().unwrap_or_default())
    }

    /// Writes the content to a file without a name yet.
    fn write(&self, path: &Path, content: &mut dyn Read) -> Result<StoredMedia, StoreError> {
        let failed = |error| StoreError::io(path, error);
        let mut key = [0; 32];
        self.random.fill(&mut key);
        let stream = StreamSealer::new(&key)?;
        let file = self.disk.durable.create(path)?;
        let (mut hash, mut bytes) = (Sha256::new(), 0_u64);
        let mut at = BODY;
        let mut chunk = read_chunk(content)?;
        for number in 0.. {
            // Only what comes behind tells whether this is the last.
            let next = if chunk.len() == CHUNK { read_chunk(content)? } else { Vec::new() };
            hash.update(&chunk);
            bytes += chunk.len() as u64;
            stream.seal(number, next.is_empty(), &mut chunk)?;
            self.disk.durable.meet(Step::Write, path).and_then(|()| file.write_all_at(&chunk, at)).map_err(failed)?;
            at += chunk.len() as u64;
            if next.is_empty() {
                break;
            }
            chunk = next;
        }
        let sha256 = hash.finalize().into();
        let id = self.id_of(&sha256);
        let mut header = HEADER.to_vec();
        self.sealer.seal_onto(&id.0, &key, self.random.as_ref(), &mut header);
        self.disk.durable.meet(Step::Write, path).and_then(|()| file.write_all_at(&header, 0)).map_err(failed)?;
        self.disk.durable.sync(&file, path)?;
        Ok(StoredMedia { id, bytes, sha256, known: false })
    }

    fn open_file(&self, id: MediaId) -> Result<Option<MediaFile>, StoreError> {
        open_at(&self.path(id), &self.sealer, id)
    }

    /// Writes the content to a file without a name yet; none is left where that fails.
    fn write_unnamed(&self, content: &mut dyn Read) -> Result<(PathBuf, StoredMedia), StoreError> {
        let mut name = [0; 16];
        self.random.fill(&mut name);
        let path = self.folder.join(format!("{UNFINISHED}{}", HEXLOWER.encode(&name)));
        match self.write(&path, content) {
            Ok(stored) => Ok((path, stored)),
            Err(error) => {
                // Best effort: what stays is removed at the next start.
                let _ = self.disk.durable.remove(&path);
                Err(error)
            }
        }
    }

    /// Whether all of a file opens and is what its name says.
    fn check_file(&self, path: &Path) -> Result<(), StoreError> {
        let damaged = |what: &str| StoreError::damaged(format!("media file {}: {what}", path.display()));
        let name = path.file_name().map(std::ffi::OsStr::as_encoded_bytes).unwrap_or_default();
        let id = HEXLOWER.decode(name).ok().and_then(|id| id.try_into().ok()).map(MediaId);
        let id = id.filter(|id| self.path(*id) == path).ok_or_else(|| damaged("it is not where it belongs"))?;
        let mut content = self.open_file(id)?.ok_or_else(|| damaged("it is missing"))?;
        let mut hash = Sha256::new();
        let mut buffer = vec![0; CHUNK];
        loop {
            let read = content.read(&mut buffer).map_err(|error| damaged(&error.to_string()))?;
            if read == 0 {
                break;
            }
            hash.update(buffer.get(..read).unwrap_or_default());
        }
        if self.id_of(&hash.finalize().into()) == id { Ok(()) } else { Err(damaged("its content is another's")) }
    }
}

/// Opens the media file of this id that lies there; none where there is none.
fn open_at(path: &Path, sealer: &Sealer, id: MediaId) -> Result<Option<MediaFile>, StoreError> {
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(StoreError::io(path, error)),
    };
    let damaged = |what: &str| StoreError::damaged(format!("media file {}: {what}", path.display()));
    let length = file.metadata().map_err(|error| StoreError::io(path, error))?.len();
    let (chunks, bytes) = content_length(length).ok_or_else(|| damaged("it is cut"))?;
    let mut front = [0; HEADER.len() + WRAPPED_KEY];
    file.read_exact_at(&mut front, 0).map_err(|error| StoreError::io(path, error))?;
    let (header, wrapped) = front.split_at(HEADER.len());
    if header != HEADER {
        return Err(damaged("not a media file of a version that is known"));
    }
    let key = sealer.open(&id.0, wrapped).map_err(|_| damaged("its key does not open"))?;
    let key: [u8; 32] = key.as_slice().try_into().map_err(|_| damaged("its key is not of its form"))?;
    let stream = StreamSealer::new(&key)?;
    Ok(Some(MediaFile { file, stream, chunks, bytes, at: 0, opened: None, chunk: Vec::new() }))
}

/// Fills a chunk as far as the content goes.
fn read_chunk(content: &mut dyn Read) -> Result<Vec<u8>, StoreError> {
    let mut chunk = Vec::with_capacity(SEALED_CHUNK);
    let read = content.take(CHUNK as u64).read_to_end(&mut chunk);
    read.map_err(|source| StoreError::Io { path: "the content that was sent".to_owned(), source })?;
    Ok(chunk)
}

/// Number of chunks and bytes of content of a file of this length; none where no file has it.
fn content_length(length: u64) -> Option<(u64, u64)> {
    let body = length.checked_sub(BODY)?;
    let chunks = body.div_ceil(SEALED_CHUNK as u64);
    let bytes = body.checked_sub(chunks * CHUNK_OVERHEAD as u64)?;
    // Content without bytes is one chunk without bytes; no other chunk is empty.
    let whole =
        chunks > 0 && (bytes > 0 || chunks == 1) && bytes > (chunks - 1) * CHUNK as u64 || bytes == 0 && chunks == 1;
    whole.then_some((chunks, bytes))
}

/// All files of the folder and its shards, with their lengths.
fn list(folder: &Path) -> Result<Vec<(PathBuf, u64)>, StoreError> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        let failed = |error| StoreError::io(&folder, error);
        for item in fs::read_dir(&folder).map_err(failed)? {
            let item = item.map_err(failed)?;
            let kind = item.metadata().map_err(failed)?;
            if kind.is_dir() {
                folders.push(item.path());
            } else {
                files.push((item.path(), kind.len()));
            }
        }
    }
    files.sort_unstable();
    Ok(files)
}

impl MediaStore for MediaFolder {
    fn put(&self, content: &mut dyn Read) -> Result<StoredMedia, StoreError> {
        let (unfinished, media) = self.write_unnamed(content)?;
        let path = self.path(media.id);
        if self.open_file(media.id).is_ok_and(|found| found.is_some_and(|found| found.bytes == media.bytes)) {
            self.disk.durable.remove(&unfinished)?;
            return Ok(StoredMedia { known: true, ..media });
        }
        self.disk.durable.create_folder(parent(&path))?;
        self.disk.durable.rename(&unfinished, &path)?;
        let length = fs::metadata(&path).map_err(|error| StoreError::io(&path, error))?.len();
        self.stored.fetch_add(length, Ordering::Relaxed);
        Ok(media)
    }

    fn put_aside(&self, content: &mut dyn Read) -> Result<Box<dyn Aside>, StoreError> {
        let (path, stored) = self.write_unnamed(content)?;
        Ok(Box::new(AsideFile { path, id: stored.id, sealer: self.sealer.clone(), disk: self.disk.clone() }))
    }

    fn open(&self, id: MediaId) -> Result<Option<Box<dyn MediaContent>>, StoreError> {
        Ok(self.open_file(id)?.map(|file| Box::new(file) as Box<dyn MediaContent>))
    }

    fn remove(&self, id: MediaId) -> Result<bool, StoreError> {
        let path = self.path(id);
        let Ok(found) = fs::metadata(&path) else { return Ok(false) };
        self.disk.durable.remove(&path)?;
        self.disk.durable.sync_folder(parent(&path))?;
        self.stored.fetch_sub(found.len(), Ordering::Relaxed);
        Ok(true)
    }

    fn stored_bytes(&self) -> Result<u64, StoreError> {
        Ok(self.stored.load(Ordering::Relaxed))
    }

    fn check(&self, go_on: &mut dyn FnMut() -> bool, problem: &mut dyn FnMut(String)) -> Result<(), StoreError> {
        for (path, _) in list(&self.folder)? {
            if !go_on() {
                return Ok(());
            }
            let unfinished =
                path.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(UNFINISHED.as_bytes()));
            if !unfinished && let Err(error) = self.check_file(&path) {
                problem(error.to_string());
            }
        }
        Ok(())
    }
}

/// A file that is never named.
struct AsideFile {
    path: PathBuf,
    id: MediaId,
    sealer: Sealer,
    disk: Disk,
}

impl Aside for AsideFile {
    fn open(&self) -> Result<Box<dyn MediaContent>, StoreError> {
        let file = open_at(&self.path, &self.sealer, self.id)?;
        let file = file.ok_or_else(|| StoreError::damaged(format!("file {} is missing", self.path.display())))?;
        Ok(Box::new(file))
    }
}

impl Drop for AsideFile {
    fn drop(&mut self) {
        if let Err(error) = self.disk.durable.remove(&self.path) {
            tracing::warn!(%error, "what was put aside could not be removed; the next start does it");
        }
    }
}

/// An opened media file.
struct MediaFile {
    file: File,
    stream: StreamSealer,
    chunks: u64,
    bytes: u64,
    at: u64,
    /// Which chunk is in `chunk`.
    opened: Option<u64>,
    chunk: Vec<u8>,
}

impl MediaFile {
    fn open_chunk(&mut self, number: u64) -> io::Result<()> {
        if self.opened == Some(number) {
            return Ok(());
        }
        self.opened = None;
        let last = number + 1 == self.chunks;
        let plain = if last { self.bytes - number * CHUNK as u64 } else { CHUNK as u64 };
        self.chunk.resize(usize::try_from(plain).unwrap_or(CHUNK) + CHUNK_OVERHEAD, 0);
        self.file.read_exact_at(&mut self.chunk, BODY + number * SEALED_CHUNK as u64)?;
        let length = self.stream.open(number, last, &mut self.chunk).map(|plain| plain.len());
        let length =
            length.map_err(|_| io::Error::new(io::ErrorKind::InvalidData, format!("chunk {number} does not open")))?;
        self.chunk.truncate(length);
        self.opened = Some(number);
        Ok(())
    }
}

impl Read for MediaFile {
    fn read(&mut self, mut out: &mut [u8]) -> io::Result<usize> {
        // Even content without bytes is opened once, so that a forged empty file is not taken for one.
        if self.at >= self.bytes {
            if self.bytes == 0 {
                self.open_chunk(0)?;
            }
            return Ok(0);
        }
        self.open_chunk(self.at / CHUNK as u64)?;
        let start = usize::try_from(self.at % CHUNK as u64).unwrap_or_default();
        let written = out.write(self.chunk.get(start..).unwrap_or_default())?;
        self.at += written as u64;
        Ok(written)
    }
}

impl Seek for MediaFile {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let place = match to {
            SeekFrom::Start(place) => Some(place),
            SeekFrom::End(difference) => self.bytes.checked_add_signed(difference),
            SeekFrom::Current(difference) => self.at.checked_add_signed(difference),
        };
        self.at = place.ok_or_else(|| io::Error::new(io::ErrorKind::InvalidInput, "a place before the beginning"))?;
        Ok(self.at)
    }
}

impl MediaContent for MediaFile {
    fn bytes(&self) -> u64 {
        self.bytes
    }
}

#[cfg(test)]
#[path = "media_tests.rs"]
mod tests;
