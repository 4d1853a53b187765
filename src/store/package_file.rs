//! Finished packages in the data folder, sealed at rest. A package's file, version 1:
//!
//! | bytes | what |
//! |---|---|
//! | 16 | `xinjupkg`, version 1, zeros |
//! | 68 | the file's own key and the content's length, sealed under the archive's media key for the package's id |
//! | rest | content in chunks of 65,536 bytes, each sealed under the file's key for its number, with a nonce of its own |
//!
//! A zip is written with leaps back, so that chunks are written more than once: unlike those of media each has a random
//! nonce. The length is written last, and a file without it is no file.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::FileExt;
use std::path::PathBuf;
use std::sync::Arc;

use xinju_keys::durable::Step;
use xinju_keys::keystore::Purpose;
use xinju_keys::sealing::{OVERHEAD, Sealer};
use xinju_model::id::{PackageId, Random};

use crate::disk::Disk;
use crate::error::StoreError;
use crate::store::Store;

const HEADER: &[u8; 16] = b"xinjupkg\x01\0\0\0\0\0\0\0";
/// The key and the length.
const SECRET: usize = 32 + 8;
const BODY: u64 = (HEADER.len() + SECRET + OVERHEAD) as u64;
const CHUNK: usize = 64 * 1024;
const SEALED_CHUNK: u64 = (CHUNK + OVERHEAD) as u64;
/// Chunks kept open: the one at the end, and those that are leapt back to.
const OPEN_CHUNKS: usize = 4;
/// The folder in the data folder.
const FOLDER: &str = "packages";
/// Files that are being written end so.
const UNFINISHED: &str = ".part";
/// The number of the media key's relative that wraps the keys of packages.
const KEY_NUMBER: u32 = 1;

/// A chunk in memory.
struct Chunk {
    number: u64,
    bytes: Vec<u8>,
    changed: bool,
}

/// A package's file that is read and written in any place.
pub struct PackageContent {
    file: File,
    path: PathBuf,
    disk: Disk,
    sealer: Sealer,
    random: Arc<dyn Random>,
    /// Those used last are at the end.
    open: Vec<Chunk>,
    at: u64,
    bytes: u64,
}

impl PackageContent {
    /// Bytes of content.
    pub fn length(&self) -> u64 {
        self.bytes
    }

    fn write_out(&mut self, chunk: &Chunk) -> io::Result<()> {
        let sealed = self.sealer.seal(&chunk.number.to_be_bytes(), &chunk.bytes, self.random.as_ref());
        let place = BODY.saturating_add(chunk.number.saturating_mul(SEALED_CHUNK));
        self.disk.durable.meet(Step::Write, &self.path)?;
        self.file.write_all_at(&sealed, place)
    }

    fn flush_all(&mut self) -> io::Result<()> {
        for mut chunk in std::mem::take(&mut self.open) {
            if chunk.changed {
                self.write_out(&chunk)?;
                chunk.changed = false;
            }
            self.open.push(chunk);
        }
        Ok(())
    }

    fn read_in(&self, number: u64) -> io::Result<Vec<u8>> {
        let begin = number.saturating_mul(CHUNK as u64);
        let plain = usize::try_from(self.bytes.saturating_sub(begin)).unwrap_or(CHUNK).min(CHUNK);
        if plain == 0 {
            return Ok(Vec::new());
        }
        let mut sealed = vec![0; plain.saturating_add(OVERHEAD)];
        let place = BODY.saturating_add(number.saturating_mul(SEALED_CHUNK));
        self.file.read_exact_at(&mut sealed, place)?;
        self.sealer
            .open(&number.to_be_bytes(), &sealed)
            .map_err(|_| io::Error::new(io::ErrorKind::InvalidData, "a part of the package's file was changed"))
    }

    /// The chunk that holds the present place, the last of those that are open.
    fn chunk(&mut self) -> io::Result<&mut Chunk> {
        let number = self.at / CHUNK as u64;
        let chunk = if let Some(place) = self.open.iter().position(|chunk| chunk.number == number) {
            self.open.remove(place)
        } else {
            if self.open.len() >= OPEN_CHUNKS {
                let oldest = self.open.remove(0);
                if oldest.changed {
                    self.write_out(&oldest)?;
                }
            }
            Chunk { number, bytes: self.read_in(number)?, changed: false }
        };
        self.open.push(chunk);
        self.open.last_mut().ok_or_else(|| io::Error::other("no chunk is open"))
    }

    /// The place inside the present chunk.
    fn inside(&self) -> usize {
        usize::try_from(self.at % CHUNK as u64).unwrap_or(0)
    }
}

impl Read for PackageContent {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.at >= self.bytes {
            return Ok(0);
        }
        let from = self.inside();
        let chunk = self.chunk()?;
        let part = chunk.bytes.get(from..).unwrap_or_default();
        let read = part.len().min(buffer.len());
        buffer.iter_mut().zip(part).for_each(|(to, from)| *to = *from);
        self.at = self.at.saturating_add(read as u64);
        Ok(read)
    }
}

impl Write for PackageContent {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        if self.at > self.bytes {
            return Err(io::Error::other("a package has no holes"));
        }
        let from = self.inside();
        let chunk = self.chunk()?;
        let part = buffer.get(..buffer.len().min(CHUNK.saturating_sub(from))).unwrap_or_default();
        let end = from.saturating_add(part.len());
        if chunk.bytes.len() < end {
            chunk.bytes.resize(end, 0);
        }
        if let Some(to) = chunk.bytes.get_mut(from..end) {
            to.copy_from_slice(part);
        }
        chunk.changed = true;
        self.at = self.at.saturating_add(part.len() as u64);
        self.bytes = self.bytes.max(self.at);
        Ok(part.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.flush_all()
    }
}

impl Seek for PackageContent {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let place = match to {
            SeekFrom::Start(place) => Some(place),
            SeekFrom::End(by) => self.bytes.checked_add_signed(by),
            SeekFrom::Current(by) => self.at.checked_add_signed(by),
        };
        self.at = place.ok_or_else(|| io::Error::new(io::ErrorKind::InvalidInput, "no such place"))?;
        Ok(self.at)
    }
}

/// A package's file that is being written. It appears when it is finished; dropped before, nothing is left.
pub struct NewPackage {
    content: PackageContent,
    key: [u8; 32],
    wrapper: Sealer,
    id: PackageId,
    target: PathBuf,
    finished: bool,
}

impl NewPackage {
    /// What is written.
    pub fn content(&mut self) -> &mut PackageContent {
        &mut self.content
    }

    /// Makes it durable and gives it its name; how many bytes of content it has.
    pub fn finish(mut self) -> Result<u64, StoreError> {
        let path = self.content.path.clone();
        let failed = |error| StoreError::io(&path, error);
        self.content.flush_all().map_err(failed)?;
        let mut secret = self.key.to_vec();
        secret.extend(self.content.bytes.to_be_bytes());
        let mut header = HEADER.to_vec();
        self.wrapper.seal_onto(&self.id.0, &secret, self.content.random.as_ref(), &mut header);
        let disk = &self.content.disk;
        disk.durable
            .meet(Step::Write, &path)
            .and_then(|()| self.content.file.write_all_at(&header, 0))
            .map_err(failed)?;
        disk.durable.sync(&self.content.file, &path)?;
        disk.durable.rename(&path, &self.target)?;
        self.finished = true;
        Ok(self.content.bytes)
    }
}

impl Drop for NewPackage {
    fn drop(&mut self) {
        if !self.finished {
            // What is left after a fault of the disk goes at the next start.
            let _ = self.content.disk.durable.remove(&self.content.path);
        }
    }
}

impl Store {
    fn package_path(&self, id: PackageId) -> PathBuf {
        self.shared.data.join(FOLDER).join(id.hex())
    }

    fn package_wrapper(&self) -> Result<Sealer, StoreError> {
        Ok(self.shared.keys.numbered_sealer(Purpose::Media, KEY_NUMBER)?)
    }

    /// Begins a package's file.
    pub fn new_package(&self, id: PackageId) -> Result<NewPackage, StoreError> {
        let disk = self.shared.disk.clone();
        disk.durable.create_folder(&self.shared.data.join(FOLDER))?;
        let target = self.package_path(id);
        let path = xinju_keys::durable::beside(&target, UNFINISHED);
        disk.durable.remove(&path)?;
        let mut key = [0; 32];
        self.shared.random.fill(&mut key);
        let content = PackageContent {
            file: disk.durable.create(&path)?,
            path,
            disk,
            sealer: Sealer::new(&key)?,
            random: Arc::clone(&self.shared.random),
            open: Vec::new(),
            at: 0,
            bytes: 0,
        };
        Ok(NewPackage { content, key, wrapper: self.package_wrapper()?, id, target, finished: false })
    }

    /// A finished package's file; none where there is none.
    pub fn package_content(&self, id: PackageId) -> Result<Option<PackageContent>, StoreError> {
        let path = self.package_path(id);
        let file = match File::open(&path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(StoreError::io(&path, error)),
        };
        let damaged = |what: &str| StoreError::damaged(format!("package {}: {what}", path.display()));
        let mut front = vec![0; usize::try_from(BODY).unwrap_or(0)];
        file.read_exact_at(&mut front, 0).map_err(|error| StoreError::io(&path, error))?;
        let (header, wrapped) = front.split_at_checked(HEADER.len()).ok_or_else(|| damaged("it is cut"))?;
        if header != HEADER {
            return Err(damaged("not a package's file of a version that is known"));
        }
        let secret = self.package_wrapper()?.open(&id.0, wrapped).map_err(|_| damaged("its key does not open"))?;
        let parts = secret.split_first_chunk::<32>().and_then(|(key, bytes)| Some((key, bytes.try_into().ok()?)));
        let (key, bytes) = parts.ok_or_else(|| damaged("its key is not of its form"))?;
        Ok(Some(PackageContent {
            file,
            path: path.clone(),
            disk: self.shared.disk.clone(),
            sealer: Sealer::new(key)?,
            random: Arc::clone(&self.shared.random),
            open: Vec::new(),
            at: 0,
            bytes: u64::from_be_bytes(bytes),
        }))
    }

    /// Removes a package's file, and with it the only copy of its key.
    pub fn remove_package(&self, id: PackageId) -> Result<(), StoreError> {
        Ok(self.shared.disk.durable.remove(&self.package_path(id))?)
    }

    /// Removes what is left of files that were not finished.
    pub fn sweep_packages(&self) -> Result<(), StoreError> {
        let folder = self.shared.data.join(FOLDER);
        let items = match std::fs::read_dir(&folder) {
            Ok(items) => items,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            Err(error) => return Err(StoreError::io(&folder, error)),
        };
        for item in items {
            let path = item.map_err(|error| StoreError::io(&folder, error))?.path();
            if path.to_string_lossy().ends_with(UNFINISHED) {
                self.shared.disk.durable.remove(&path)?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::tests::World;

    const ID: PackageId = PackageId([7; 16]);

    fn content(bytes: usize) -> Vec<u8> {
        (0..bytes).map(|place| u8::try_from(place % 251).unwrap_or(0)).collect()
    }

    /// As a zip is written: behind everything, and back into what was.
    #[test]
    fn what_was_written_with_leaps_reads_back() {
        let world = World::new(16);
        let store = world.open();
        let mut expected = content(5 * CHUNK + 17);
        let mut new = store.new_package(ID).expect("begins");
        for part in expected.chunks(10_000) {
            new.content().write_all(part).expect("writes");
        }
        for place in [0, CHUNK - 2, 3 * CHUNK + 5, 5 * CHUNK] {
            new.content().seek(SeekFrom::Start(place as u64)).expect("leaps");
            new.content().write_all(b"back").expect("writes");
            expected[place..place + 4].copy_from_slice(b"back");
        }
        assert!(store.package_content(ID).expect("reads").is_none(), "it is not there before it is finished");
        assert_eq!(new.finish().expect("finishes"), expected.len() as u64);
        let mut read = Vec::new();
        store.package_content(ID).expect("reads").expect("is there").read_to_end(&mut read).expect("reads");
        assert_eq!(read, expected);
    }

    #[test]
    fn nothing_of_it_stands_on_the_disk_as_it_is() {
        let world = World::new(16);
        let store = world.open();
        let mut new = store.new_package(ID).expect("begins");
        new.content().write_all(&b"secret words ".repeat(20_000)).expect("writes");
        new.finish().expect("finishes");
        let bytes = std::fs::read(store.package_path(ID)).expect("reads");
        assert!(!bytes.windows(6).any(|part| part == b"secret"));
        store.remove_package(ID).expect("removes");
        assert!(store.package_content(ID).expect("reads").is_none());
    }

    #[test]
    fn a_changed_or_cut_file_gives_an_error_and_never_other_bytes() {
        let world = World::new(16);
        let store = world.open();
        let mut new = store.new_package(ID).expect("begins");
        new.content().write_all(&content(2 * CHUNK)).expect("writes");
        new.finish().expect("finishes");
        let path = store.package_path(ID);
        let whole = std::fs::read(&path).expect("reads");
        let outcome = |bytes: &[u8]| {
            std::fs::write(&path, bytes).expect("writes");
            let mut read = Vec::new();
            store.package_content(ID).map_err(|_| ()).and_then(|found| {
                found.ok_or(())?.read_to_end(&mut read).map(|_| read == content(2 * CHUNK)).map_err(|_| ())
            })
        };
        assert_eq!(outcome(&whole), Ok(true));
        for place in [0, 20, 90, whole.len() - 1] {
            let mut bent = whole.clone();
            bent[place] ^= 1;
            assert_eq!(outcome(&bent), Err(()), "byte {place}");
        }
        assert_eq!(outcome(&whole[..whole.len() - 1]), Err(()));
        assert_eq!(outcome(&whole[..40]), Err(()));
    }

    #[test]
    fn what_was_not_finished_goes() {
        let world = World::new(16);
        let store = world.open();
        let mut new = store.new_package(ID).expect("begins");
        new.content().write_all(b"half").expect("writes");
        drop(new);
        let folder = store.shared.data.join(FOLDER);
        assert_eq!(std::fs::read_dir(&folder).expect("lists").count(), 0);
        std::fs::write(folder.join("left.part"), b"after a kill").expect("writes");
        store.sweep_packages().expect("sweeps");
        assert_eq!(std::fs::read_dir(&folder).expect("lists").count(), 0);
    }
}
