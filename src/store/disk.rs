//! The disk under the store, with the places where tests let it fail.

use std::fmt::Debug;
use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::{FileExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use xinju_keys::durable::{Durable, Step};

/// A file that is read and written in any place. The database lies on one.
pub trait RawFile: Debug + Send + Sync {
    /// Its length in bytes.
    fn len(&self) -> io::Result<u64>;
    /// Whether it holds nothing.
    fn is_empty(&self) -> io::Result<bool> {
        Ok(self.len()? == 0)
    }
    /// Fills `out` from `offset` on; an error where the file ends before.
    fn read_at(&self, offset: u64, out: &mut [u8]) -> io::Result<()>;
    /// Writes all of `bytes`.
    fn write_at(&self, offset: u64, bytes: &[u8]) -> io::Result<()>;
    /// Makes it longer (with zeros) or shorter.
    fn set_len(&self, length: u64) -> io::Result<()>;
    /// Forces what was written to the medium.
    fn sync(&self) -> io::Result<()>;
}

/// Puts a layer of faults around the database's file.
pub type Wrap = Arc<dyn Fn(Box<dyn RawFile>) -> Box<dyn RawFile> + Send + Sync>;

/// How the store reaches the disk. The default is the operating system's files as they are.
#[derive(Clone, Default)]
pub struct Disk {
    /// Makes, replaces and removes whole files.
    pub durable: Durable,
    /// For tests: stands between the database and its file, to lose or tear what was not synced.
    pub wrap: Option<Wrap>,
}

impl Disk {
    /// Opens the database's file, making it where missing.
    pub(crate) fn open(&self, path: &Path) -> io::Result<Box<dyn RawFile>> {
        let file = OpenOptions::new().read(true).write(true).create(true).truncate(false).mode(0o600).open(path)?;
        let plain = Box::new(PlainFile { file, path: path.to_owned(), durable: self.durable.clone() });
        Ok(match &self.wrap {
            Some(wrap) => wrap(plain),
            None => plain,
        })
    }
}

/// A file of the operating system.
#[derive(Debug)]
struct PlainFile {
    file: File,
    path: PathBuf,
    durable: Durable,
}

impl RawFile for PlainFile {
    fn len(&self) -> io::Result<u64> {
        Ok(self.file.metadata()?.len())
    }

    fn read_at(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        self.file.read_exact_at(out, offset)
    }

    fn write_at(&self, offset: u64, bytes: &[u8]) -> io::Result<()> {
        self.durable.meet(Step::Write, &self.path)?;
        self.file.write_all_at(bytes, offset)
    }

    fn set_len(&self, length: u64) -> io::Result<()> {
        self.durable.meet(Step::Write, &self.path)?;
        self.file.set_len(length)
    }

    fn sync(&self) -> io::Result<()> {
        self.durable.meet(Step::Sync, &self.path)?;
        self.file.sync_data()
    }
}
