//! Where Tantivy keeps its files: a folder of sealed files, with a bounded cache of opened parts.
//!
//! Tantivy reads the same small ranges again and again (postings, columns, footers): chunks and assembled ranges are
//! cached. Term dictionaries are read whole and held by their readers anyway: a file keeps those ranges as long as any
//! reader has it open, so that a new searcher after a commit shares them with the old one.

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, Weak};

use quick_cache::sync::{Cache, DefaultLifecycle};
use quick_cache::{DefaultHashBuilder, OptionsBuilder, Weighter};
use tantivy::directory::error::{DeleteError, LockError, OpenReadError, OpenWriteError};
use tantivy::directory::{DirectoryLock, FileHandle, Lock, OwnedBytes, WatchCallback, WatchHandle, WritePtr};
use tantivy::{Directory, HasLen};
use xinju_keys::sealing::Sealer;

use crate::sealed_file::{CHUNK_BYTES, SealedReader, SealedWriter, open_small, seal_small};

/// Tantivy's list of its own files. Answered from the folder itself, so that it can't differ from what is there.
const MANAGED: &str = ".managed.json";
/// What unfinished files of [`Directory::atomic_write`] end with.
const UNFINISHED: &str = ".unfinished";

/// A folder of sealed index files. Cheap to clone.
#[derive(Clone)]
pub(crate) struct SealedDirectory {
    shared: Arc<Shared>,
}

struct Shared {
    folder: PathBuf,
    sealer: Sealer,
    cache: Arc<PartCache>,
    next_file: AtomicU64,
    /// The files that readers have open now.
    open: Mutex<HashMap<PathBuf, Weak<SealedFile>>>,
    /// Files that are written but not yet known to be on the disk.
    unsynced: Mutex<Vec<File>>,
    held: Mutex<HashSet<PathBuf>>,
    released: Condvar,
}

/// Which part of which file: the file's number in this process and the range of plain bytes.
type PartKey = (u64, usize, usize);
type PartCache = Cache<PartKey, OwnedBytes, ByBytes, DefaultHashBuilder, DefaultLifecycle<PartKey, OwnedBytes>>;

#[derive(Clone)]
struct ByBytes;

impl Weighter<PartKey, OwnedBytes> for ByBytes {
    fn weight(&self, _: &PartKey, part: &OwnedBytes) -> u64 {
        part.len() as u64 + 128
    }
}

fn part_cache(bytes: usize) -> io::Result<PartCache> {
    let options = OptionsBuilder::new()
        .estimated_items_capacity((bytes / CHUNK_BYTES).max(16))
        .weight_capacity(bytes as u64)
        .shards(1)
        .build()
        .map_err(|error| io::Error::other(error.to_string()))?;
    Ok(Cache::with_options(options, ByBytes, DefaultHashBuilder::default(), DefaultLifecycle::default()))
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl SealedDirectory {
    /// A folder that exists; what a kill left unfinished in it is swept.
    pub(crate) fn open(folder: &Path, sealer: Sealer, cache_bytes: usize) -> io::Result<Self> {
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            if path.to_string_lossy().ends_with(UNFINISHED) {
                fs::remove_file(path)?;
            }
        }
        let shared = Shared {
            folder: folder.to_owned(),
            sealer,
            cache: Arc::new(part_cache(cache_bytes)?),
            next_file: AtomicU64::new(0),
            open: Mutex::default(),
            unsynced: Mutex::default(),
            held: Mutex::default(),
            released: Condvar::new(),
        };
        Ok(Self { shared: Arc::new(shared) })
    }

    fn at(&self, path: &Path) -> PathBuf {
        self.shared.folder.join(path)
    }

    fn open_file(&self, path: &Path) -> io::Result<Arc<SealedFile>> {
        let mut open = locked(&self.shared.open);
        if let Some(file) = open.get(path).and_then(Weak::upgrade) {
            return Ok(file);
        }
        let name = path.to_string_lossy();
        let reader = SealedReader::open(File::open(self.at(path))?, &name, self.shared.sealer.clone())?;
        let file = Arc::new(SealedFile {
            number: self.shared.next_file.fetch_add(1, Ordering::Relaxed),
            reader,
            cache: Arc::clone(&self.shared.cache),
            kept: path.extension().is_some_and(|extension| extension == "term").then(Mutex::default),
        });
        open.retain(|_, file| file.strong_count() > 0);
        open.insert(path.to_owned(), Arc::downgrade(&file));
        Ok(file)
    }

    /// The names of all files that Tantivy made, as it would have listed them.
    fn managed(&self) -> io::Result<Vec<u8>> {
        let mut names = Vec::new();
        for entry in fs::read_dir(&self.shared.folder)? {
            let name = entry?.file_name().to_string_lossy().into_owned();
            if !name.starts_with('.') {
                names.push(name);
            }
        }
        Ok(serde_json::to_vec(&names)?)
    }
}

impl fmt::Debug for SealedDirectory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SealedDirectory").field("folder", &self.shared.folder).finish_non_exhaustive()
    }
}

/// Side by side, so that the file system commits them in one go instead of one after the other.
fn sync_together(files: &[File]) -> io::Result<()> {
    const AT_ONCE: usize = 16;
    for files in files.chunks(AT_ONCE) {
        std::thread::scope(|scope| {
            let waits: Vec<_> = files.iter().map(|file| scope.spawn(|| file.sync_all())).collect();
            waits.into_iter().try_for_each(|wait| {
                wait.join().unwrap_or_else(|_| Err(io::Error::other("a thread that synced a file died")))
            })
        })?;
    }
    Ok(())
}

fn read_error(path: &Path, error: io::Error) -> OpenReadError {
    if error.kind() == io::ErrorKind::NotFound {
        OpenReadError::FileDoesNotExist(path.to_owned())
    } else {
        OpenReadError::wrap_io_error(error, path.to_owned())
    }
}

impl Directory for SealedDirectory {
    fn get_file_handle(&self, path: &Path) -> Result<Arc<dyn FileHandle>, OpenReadError> {
        match self.open_file(path) {
            Ok(file) => Ok(file),
            Err(error) => Err(read_error(path, error)),
        }
    }

    fn delete(&self, path: &Path) -> Result<(), DeleteError> {
        locked(&self.shared.open).remove(path);
        fs::remove_file(self.at(path)).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => DeleteError::FileDoesNotExist(path.to_owned()),
            _ => DeleteError::IoError { io_error: Arc::new(error), filepath: path.to_owned() },
        })
    }

    fn exists(&self, path: &Path) -> Result<bool, OpenReadError> {
        self.at(path).try_exists().map_err(|error| read_error(path, error))
    }

    fn open_write(&self, path: &Path) -> Result<WritePtr, OpenWriteError> {
        let begin = || {
            let file = File::create_new(self.at(path))?;
            let shared = Arc::clone(&self.shared);
            // Temporary stores live as long as one merge or commit.
            let lasting = path.extension().is_none_or(|extension| extension != "temp");
            let finished = Box::new(move |file| {
                if lasting {
                    locked(&shared.unsynced).push(file);
                }
            });
            SealedWriter::new(file, &path.to_string_lossy(), self.shared.sealer.clone(), finished)
        };
        match begin() {
            Ok(writer) => Ok(BufWriter::with_capacity(CHUNK_BYTES, Box::new(writer))),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                Err(OpenWriteError::FileAlreadyExists(path.to_owned()))
            }
            Err(error) => Err(OpenWriteError::wrap_io_error(error, path.to_owned())),
        }
    }

    fn atomic_read(&self, path: &Path) -> Result<Vec<u8>, OpenReadError> {
        let name = path.to_string_lossy();
        let bytes = if name == MANAGED {
            self.managed()
        } else {
            fs::read(self.at(path)).and_then(|bytes| open_small(&name, &bytes, &self.shared.sealer))
        };
        bytes.map_err(|error| read_error(path, error))
    }

    fn atomic_write(&self, path: &Path, data: &[u8]) -> io::Result<()> {
        let name = path.to_string_lossy();
        if name == MANAGED {
            return Ok(());
        }
        let unfinished = self.shared.folder.join(format!(".{name}{UNFINISHED}"));
        let mut file = File::create(&unfinished)?;
        file.write_all(&seal_small(&name, data, &self.shared.sealer))?;
        file.sync_all()?;
        fs::rename(&unfinished, self.at(path))?;
        self.sync_directory()
    }

    /// Tantivy calls this before it names new files in `meta.json`: now all of them must be on the disk.
    fn sync_directory(&self) -> io::Result<()> {
        sync_together(&std::mem::take(&mut *locked(&self.shared.unsynced)))?;
        File::open(&self.shared.folder)?.sync_all()
    }

    /// Locks between the threads of this process; other processes are kept out by [`crate::index::Index::open`].
    fn acquire_lock(&self, lock: &Lock) -> Result<DirectoryLock, LockError> {
        let mut held = locked(&self.shared.held);
        while !held.insert(lock.filepath.clone()) {
            if !lock.is_blocking {
                return Err(LockError::LockBusy);
            }
            held = self.shared.released.wait(held).unwrap_or_else(PoisonError::into_inner);
        }
        drop(held);
        Ok(DirectoryLock::from(Box::new(Held { shared: Arc::clone(&self.shared), path: lock.filepath.clone() })))
    }

    fn watch(&self, _: WatchCallback) -> tantivy::Result<WatchHandle> {
        // Readers are told of commits by hand.
        Ok(WatchHandle::empty())
    }
}

/// A lock that ends with its owner.
struct Held {
    shared: Arc<Shared>,
    path: PathBuf,
}

impl Drop for Held {
    fn drop(&mut self) {
        locked(&self.shared.held).remove(&self.path);
        self.shared.released.notify_all();
    }
}

/// One open file.
struct SealedFile {
    number: u64,
    reader: SealedReader,
    cache: Arc<PartCache>,
    /// Ranges that live as long as the file is open; only for term dictionaries.
    kept: Option<Mutex<HashMap<(usize, usize), OwnedBytes>>>,
}

impl SealedFile {
    fn chunk(&self, chunk: usize) -> io::Result<OwnedBytes> {
        let start = chunk * CHUNK_BYTES;
        let key = (self.number, start, (start + CHUNK_BYTES).min(self.reader.len()));
        self.cached(key, || self.reader.chunk(chunk as u64))
    }

    fn cached(&self, key: PartKey, read: impl FnOnce() -> io::Result<Vec<u8>>) -> io::Result<OwnedBytes> {
        if let Some(part) = self.cache.get(&key) {
            return Ok(part);
        }
        let part = OwnedBytes::new(read()?);
        self.cache.insert(key, part.clone());
        Ok(part)
    }

    /// A range that begins and ends in different chunks, copied together.
    fn assembled(&self, range: &Range<usize>) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::with_capacity(range.len());
        for chunk in range.start / CHUNK_BYTES..range.end.div_ceil(CHUNK_BYTES) {
            let start = chunk * CHUNK_BYTES;
            let plain = self.reader.chunk(chunk as u64)?;
            let part = range.start.saturating_sub(start)..(range.end - start).min(plain.len());
            bytes.extend_from_slice(plain.get(part).unwrap_or_default());
        }
        Ok(bytes)
    }

    fn kept_range(
        &self,
        kept: &Mutex<HashMap<(usize, usize), OwnedBytes>>,
        range: &Range<usize>,
    ) -> io::Result<OwnedBytes> {
        let mut kept = locked(kept);
        if let Some(bytes) = kept.get(&(range.start, range.end)) {
            return Ok(bytes.clone());
        }
        let bytes = OwnedBytes::new(self.assembled(range)?);
        kept.insert((range.start, range.end), bytes.clone());
        Ok(bytes)
    }
}

impl FileHandle for SealedFile {
    fn read_bytes(&self, range: Range<usize>) -> io::Result<OwnedBytes> {
        if range.end > self.reader.len() || range.start > range.end {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "a range beyond the end of an index file"));
        }
        if range.is_empty() {
            return Ok(OwnedBytes::empty());
        }
        let first = range.start / CHUNK_BYTES;
        if (range.end - 1) / CHUNK_BYTES == first {
            let start = first * CHUNK_BYTES;
            return Ok(self.chunk(first)?.slice(range.start - start..range.end - start));
        }
        match &self.kept {
            Some(kept) => self.kept_range(kept, &range),
            None => self.cached((self.number, range.start, range.end), || self.assembled(&range)),
        }
    }
}

impl HasLen for SealedFile {
    fn len(&self) -> usize {
        self.reader.len()
    }
}

impl fmt::Debug for SealedFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SealedFile({})", self.number)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use proptest::prelude::*;
    use tantivy::directory::{INDEX_WRITER_LOCK, META_LOCK, TerminatingWrite};
    use tempfile::TempDir;

    use super::*;

    fn directory(folder: &TempDir) -> SealedDirectory {
        SealedDirectory::open(folder.path(), Sealer::new(&[1; 32]).expect("a key"), 200_000).expect("open")
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn any_range_reads_as_written(
            length in 0_usize..100_000,
            ranges in proptest::collection::vec((0_usize..100_000, 0_usize..60_000), 30),
            name in prop_oneof![Just("x.term"), Just("x.idx")],
        ) {
            let folder = TempDir::new().expect("folder");
            let directory = directory(&folder);
            let plain: Vec<u8> = (0..=250_u8).cycle().take(length).collect();
            let mut writer = directory.open_write(Path::new(name)).expect("writer");
            writer.write_all(&plain).expect("write");
            writer.terminate().expect("end");
            let file = directory.get_file_handle(Path::new(name)).expect("open");
            prop_assert_eq!(file.len(), length);
            for (start, count) in ranges {
                let range = start.min(length)..(start + count).min(length);
                let read = file.read_bytes(range.clone()).expect("read");
                prop_assert_eq!(read.as_slice(), &plain[range]);
            }
            prop_assert!(file.read_bytes(0..length + 1).is_err());
        }
    }

    #[test]
    fn files_are_listed_written_and_deleted_as_tantivy_expects() {
        let folder = TempDir::new().expect("folder");
        let directory = directory(&folder);
        let (name, meta) = (Path::new("a.idx"), Path::new("meta.json"));
        directory.open_write(name).expect("writer").terminate().expect("end");
        assert!(matches!(directory.open_write(name), Err(OpenWriteError::FileAlreadyExists(_))));
        directory.atomic_write(meta, b"one").expect("write");
        directory.atomic_write(meta, b"two").expect("write again");
        assert_eq!(directory.atomic_read(meta).expect("read"), b"two");
        let mut listed: Vec<String> =
            serde_json::from_slice(&directory.atomic_read(Path::new(MANAGED)).expect("list")).expect("json");
        listed.sort_unstable();
        assert_eq!(listed, ["a.idx", "meta.json"]);
        let open = directory.open_read(name).expect("open");
        directory.delete(name).expect("delete");
        assert!(open.read_bytes().is_ok(), "an open file stays readable");
        assert!(matches!(directory.delete(name), Err(DeleteError::FileDoesNotExist(_))));
        assert!(matches!(directory.get_file_handle(name), Err(OpenReadError::FileDoesNotExist(_))));
        assert!(!directory.exists(name).expect("exists"));
    }

    #[test]
    fn locks_exclude_and_end_with_their_owner() {
        let folder = TempDir::new().expect("folder");
        let directory = directory(&folder);
        let writer = directory.acquire_lock(&INDEX_WRITER_LOCK).expect("free");
        assert!(matches!(directory.acquire_lock(&INDEX_WRITER_LOCK), Err(LockError::LockBusy)));
        drop(writer);
        assert!(directory.acquire_lock(&INDEX_WRITER_LOCK).is_ok());
        let meta = directory.acquire_lock(&META_LOCK).expect("free");
        let waiting = {
            let directory = directory.clone();
            std::thread::spawn(move || directory.acquire_lock(&META_LOCK).is_ok())
        };
        std::thread::sleep(Duration::from_millis(5));
        drop(meta);
        assert!(waiting.join().expect("thread"));
    }
}
