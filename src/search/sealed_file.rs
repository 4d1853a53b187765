//! Index files at rest: chunks of 16 KiB, each sealed by AES-256-GCM under its place in its file.
//!
//! Form, version 1: `XJIX`, the version byte, three zero bytes, a random 16-byte file id; then the chunks, each
//! `nonce ‖ ciphertext ‖ tag`. All chunks but the last are full; an empty file has one empty chunk. What is authenticated
//! with a chunk: form, file id, name, number, and whether it is the last. So a chunk that was changed, moved, taken from
//! another file or cut off does not open, and a file under another's name does not either.

use std::fs::File;
use std::io::{self, Read, Write};
use std::os::unix::fs::FileExt;

use tantivy::directory::{AntiCallToken, TerminatingWrite};
use xinju_keys::random::SystemRandom;
use xinju_keys::sealing::{OVERHEAD, Sealer};
use xinju_model::id::Random;

/// Plain bytes of a full chunk.
pub(crate) const CHUNK_BYTES: usize = 16 * 1024;
/// Bytes of a full chunk at rest.
const SEALED_BYTES: u64 = (CHUNK_BYTES + OVERHEAD) as u64;
/// First bytes of every file: the form and its version.
const MAGIC: [u8; 8] = *b"XJIX\x01\0\0\0";
/// Bytes in front of the first chunk.
const HEADER_BYTES: usize = MAGIC.len() + 16;

/// What is authenticated with each chunk of a file.
struct Context {
    bytes: Vec<u8>,
}

impl Context {
    fn new(file: [u8; 16], name: &str) -> Self {
        let mut bytes = MAGIC.to_vec();
        bytes.extend_from_slice(&file);
        bytes.extend_from_slice(name.as_bytes());
        Self { bytes }
    }

    fn of(&self, chunk: u64, last: bool) -> Vec<u8> {
        let mut bytes = self.bytes.clone();
        bytes.extend_from_slice(&chunk.to_be_bytes());
        bytes.push(u8::from(last));
        bytes
    }
}

fn damaged(name: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, format!("index file {name} is damaged"))
}

/// Writes a sealed file from its beginning to its end.
pub(crate) struct SealedWriter {
    file: File,
    sealer: Sealer,
    context: Context,
    chunk: u64,
    /// Up to one chunk; a full one waits here until it is known whether it is the last.
    pending: Vec<u8>,
    finished: Finished,
}

/// Takes a file that is written to its end, but perhaps not yet on the disk.
pub(crate) type Finished = Box<dyn FnMut(File) + Send + Sync>;

impl SealedWriter {
    /// Begins a file. At its end it goes to `finished`.
    pub(crate) fn new(mut file: File, name: &str, sealer: Sealer, finished: Finished) -> io::Result<Self> {
        let mut id = [0; 16];
        SystemRandom.fill(&mut id);
        file.write_all(&MAGIC)?;
        file.write_all(&id)?;
        let context = Context::new(id, name);
        Ok(Self { file, sealer, context, chunk: 0, pending: Vec::with_capacity(CHUNK_BYTES), finished })
    }

    fn seal_pending(&mut self, last: bool) -> io::Result<()> {
        let sealed = self.sealer.seal(&self.context.of(self.chunk, last), &self.pending, &SystemRandom);
        self.file.write_all(&sealed)?;
        self.pending.clear();
        self.chunk += 1;
        Ok(())
    }
}

impl Write for SealedWriter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if bytes.is_empty() {
            return Ok(0);
        }
        if self.pending.len() == CHUNK_BYTES {
            self.seal_pending(false)?;
        }
        let taken = bytes.len().min(CHUNK_BYTES - self.pending.len());
        self.pending.extend_from_slice(bytes.get(..taken).unwrap_or_default());
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl TerminatingWrite for SealedWriter {
    fn terminate_ref(&mut self, _: AntiCallToken) -> io::Result<()> {
        self.seal_pending(true)?;
        (self.finished)(self.file.try_clone()?);
        Ok(())
    }
}

/// Reads a sealed file chunk by chunk.
pub(crate) struct SealedReader {
    file: File,
    name: String,
    sealer: Sealer,
    context: Context,
    chunks: u64,
    /// Plain bytes of the whole file.
    len: usize,
}

impl SealedReader {
    /// Opens a file by its header and length; chunks are checked when they are read.
    pub(crate) fn open(mut file: File, name: &str, sealer: Sealer) -> io::Result<Self> {
        let mut header = [0; HEADER_BYTES];
        file.read_exact(&mut header).map_err(|_| damaged(name))?;
        let id =
            header.strip_prefix(&MAGIC).and_then(|id| <[u8; 16]>::try_from(id).ok()).ok_or_else(|| damaged(name))?;
        let body = file.metadata()?.len().checked_sub(HEADER_BYTES as u64).ok_or_else(|| damaged(name))?;
        let chunks = body.div_ceil(SEALED_BYTES);
        let len = body.checked_sub(chunks * OVERHEAD as u64).and_then(|len| usize::try_from(len).ok());
        let len = len.filter(|_| chunks > 0).ok_or_else(|| damaged(name))?;
        Ok(Self { file, name: name.to_owned(), sealer, context: Context::new(id, name), chunks, len })
    }

    /// Plain bytes of the whole file.
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    /// The plain bytes of one chunk.
    pub(crate) fn chunk(&self, chunk: u64) -> io::Result<Vec<u8>> {
        let last = chunk + 1 == self.chunks;
        let plain = if last { self.len - self.start(chunk) } else { CHUNK_BYTES };
        let mut sealed = vec![0; plain + OVERHEAD];
        self.file
            .read_exact_at(&mut sealed, HEADER_BYTES as u64 + chunk * SEALED_BYTES)
            .map_err(|_| damaged(&self.name))?;
        self.sealer.open(&self.context.of(chunk, last), &sealed).map_err(|_| damaged(&self.name))
    }

    fn start(&self, chunk: u64) -> usize {
        usize::try_from(chunk).map_or(self.len, |chunk| chunk.saturating_mul(CHUNK_BYTES).min(self.len))
    }
}

/// Seals a small file whole.
pub(crate) fn seal_small(name: &str, plain: &[u8], sealer: &Sealer) -> Vec<u8> {
    let mut bytes = MAGIC.to_vec();
    bytes.extend(sealer.seal(&small_context(name), plain, &SystemRandom));
    bytes
}

/// Opens [`seal_small`].
pub(crate) fn open_small(name: &str, bytes: &[u8], sealer: &Sealer) -> io::Result<Vec<u8>> {
    let sealed = bytes.strip_prefix(&MAGIC).ok_or_else(|| damaged(name))?;
    sealer.open(&small_context(name), sealed).map_err(|_| damaged(name))
}

fn small_context(name: &str) -> Vec<u8> {
    [MAGIC.as_slice(), b"small", name.as_bytes()].concat()
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use tempfile::TempDir;

    use super::*;

    fn sealer() -> Sealer {
        Sealer::new(&[1; 32]).expect("a key")
    }

    fn plain(length: usize) -> Vec<u8> {
        (0..=250_u8).cycle().take(length).collect()
    }

    fn written(folder: &TempDir, name: &str, length: usize) -> std::path::PathBuf {
        let path = folder.path().join(name);
        let file = File::create(&path).expect("create");
        let mut writer = SealedWriter::new(file, name, sealer(), Box::new(drop)).expect("writer");
        writer.write_all(&plain(length)).expect("write");
        writer.terminate().expect("end");
        path
    }

    fn read(path: &Path, name: &str) -> io::Result<Vec<u8>> {
        let reader = SealedReader::open(File::open(path)?, name, sealer())?;
        let mut all = Vec::new();
        for chunk in 0..reader.chunks {
            all.extend(reader.chunk(chunk)?);
        }
        assert_eq!(all.len(), reader.len());
        Ok(all)
    }

    #[test]
    fn reads_back_at_every_edge_of_a_chunk() {
        let folder = TempDir::new().expect("folder");
        for length in [0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, CHUNK_BYTES * 3, CHUNK_BYTES * 3 + 7] {
            let path = written(&folder, "a", length);
            assert_eq!(read(&path, "a").expect("read"), plain(length), "{length}");
            assert!(read(&path, "b").is_err(), "under another name");
        }
    }

    #[test]
    fn cut_swapped_and_foreign_chunks_do_not_open() {
        let folder = TempDir::new().expect("folder");
        let path = written(&folder, "a", CHUNK_BYTES * 3);
        let good = fs::read(&path).expect("read");
        let sealed = usize::try_from(SEALED_BYTES).expect("small");
        let chunk = |number: usize| HEADER_BYTES + number * sealed..HEADER_BYTES + (number + 1) * sealed;
        let cut = good[..chunk(1).end].to_vec();
        let swapped = [&good[..HEADER_BYTES], &good[chunk(1)], &good[chunk(0)], &good[chunk(2)]].concat();
        let other = fs::read(written(&folder, "a", CHUNK_BYTES * 3)).expect("read");
        let foreign = [&good[..chunk(0).end], &other[chunk(1)], &good[chunk(2)]].concat();
        let versioned = [&[b'X', b'J', b'I', b'X', 2], &good[5..]].concat();
        for bytes in [cut, swapped, foreign, versioned, good[..10].to_vec(), good[..HEADER_BYTES].to_vec()] {
            fs::write(&path, &bytes).expect("write");
            assert_eq!(read(&path, "a").expect_err("damaged").kind(), io::ErrorKind::InvalidData);
        }
    }

    #[test]
    fn nothing_readable_is_on_the_disk() {
        let folder = TempDir::new().expect("folder");
        let bytes = fs::read(written(&folder, "a", 5_000)).expect("read");
        assert!(!bytes.windows(16).any(|window| window == &plain(16)[..]));
        let small = seal_small("meta.json", b"{\"segments\":[]}", &sealer());
        assert!(!small.windows(8).any(|window| window == b"segments"));
        assert_eq!(open_small("meta.json", &small, &sealer()).expect("opens"), b"{\"segments\":[]}");
        assert!(open_small("other.json", &small, &sealer()).is_err());
    }
}
