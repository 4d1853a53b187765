//! Writing files so that they survive a power cut: the one place where files and folders of the archive are made, replaced, synced and removed.
//!
//! Files are made with mode 0600 and folders with 0700. Every step asks the [`Hazard`] first, so that tests can let any of them fail.

use std::fmt::Debug;
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::error::KeyError;

/// A step that changes what is on disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// A file or folder is made.
    Create,
    /// Bytes are written or a file is made longer or shorter.
    Write,
    /// What was written is forced to the medium.
    Sync,
    /// A file takes another's name.
    Rename,
    /// A file is removed.
    Remove,
}

/// What may go wrong with the disk. Production has none of its own; tests let the n-th step fail, and all that follow.
pub trait Hazard: Send + Sync + Debug {
    /// Whether `step` on `path` may go ahead.
    fn meet(&self, step: Step, path: &Path) -> io::Result<()>;
}

/// Makes, replaces and removes files durably. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Durable {
    hazard: Option<Arc<dyn Hazard>>,
}

fn failed(path: &Path) -> impl FnOnce(io::Error) -> KeyError + '_ {
    move |source| KeyError::Io { path: path.display().to_string(), source }
}

impl Durable {
    /// With faults for tests.
    pub fn with_hazard(hazard: Arc<dyn Hazard>) -> Self {
        Self { hazard: Some(hazard) }
    }

    /// Asks the hazard; for writers that hold their own file.
    pub fn meet(&self, step: Step, path: &Path) -> io::Result<()> {
        self.hazard.as_ref().map_or(Ok(()), |hazard| hazard.meet(step, path))
    }

    /// Makes a folder and those above it, where missing.
    pub fn create_folder(&self, path: &Path) -> Result<(), KeyError> {
        if path.is_dir() {
            return Ok(());
        }
        self.meet(Step::Create, path).map_err(failed(path))?;
        DirBuilder::new().recursive(true).mode(0o700).create(path).map_err(failed(path))?;
        self.sync_folder(parent(path))
    }

    /// Opens a new file for reading and writing; one of that name must not be there.
    pub fn create(&self, path: &Path) -> Result<File, KeyError> {
        self.meet(Step::Create, path).map_err(failed(path))?;
        OpenOptions::new().read(true).write(true).create_new(true).mode(0o600).open(path).map_err(failed(path))
    }

    /// Forces a file's bytes to the medium.
    pub fn sync(&self, file: &File, path: &Path) -> Result<(), KeyError> {
        self.meet(Step::Sync, path).map_err(failed(path))?;
        file.sync_all().map_err(failed(path))
    }

    /// Forces the names in a folder to the medium.
    pub fn sync_folder(&self, folder: &Path) -> Result<(), KeyError> {
        self.meet(Step::Sync, folder).map_err(failed(folder))?;
        File::open(folder).and_then(|file| file.sync_all()).map_err(failed(folder))
    }

    /// Gives `from` the name `to`, taking the place of a file there, durably.
    pub fn rename(&self, from: &Path, to: &Path) -> Result<(), KeyError> {
        self.meet(Step::Rename, to).map_err(failed(to))?;
        fs::rename(from, to).map_err(failed(to))?;
        self.sync_folder(parent(to))
    }

    /// Writes a small file whole: a reader sees the old bytes or the new, never a mixture, and the new ones are durable when this returns.
    pub fn replace(&self, path: &Path, bytes: &[u8]) -> Result<(), KeyError> {
        let new = beside(path, ".new");
        self.remove(&new)?;
        let mut file = self.create(&new)?;
        self.meet(Step::Write, &new).and_then(|()| file.write_all(bytes)).map_err(failed(&new))?;
        self.sync(&file, &new)?;
        self.rename(&new, path)
    }

    /// Removes a file; one that is not there is as good.
    pub fn remove(&self, path: &Path) -> Result<(), KeyError> {
        self.meet(Step::Remove, path).map_err(failed(path))?;
        match fs::remove_file(path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(failed(path)(error)),
            _ => Ok(()),
        }
    }
}

/// The folder that `path` is in.
pub fn parent(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

/// `path` with `suffix` behind its name.
pub fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;

    #[derive(Debug)]
    struct FailAt(AtomicU32);

    impl Hazard for FailAt {
        fn meet(&self, _: Step, _: &Path) -> io::Result<()> {
            match self.0.load(Ordering::Relaxed) {
                0 => Err(io::Error::other("power cut")),
                left => {
                    self.0.store(left - 1, Ordering::Relaxed);
                    Ok(())
                }
            }
        }
    }

    #[test]
    fn a_replaced_file_is_old_or_new_wherever_it_stops() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("file");
        Durable::default().replace(&path, b"old").expect("writes");
        assert_eq!(fs::metadata(&path).expect("there").permissions().mode() & 0o777, 0o600);
        let mut finished = false;
        for steps in 0..20 {
            let durable = Durable::with_hazard(Arc::new(FailAt(AtomicU32::new(steps))));
            finished = durable.replace(&path, b"new").is_ok();
            let bytes = fs::read(&path).expect("there");
            assert!(bytes == b"old" || bytes == b"new");
            if finished {
                assert_eq!(bytes, b"new");
                break;
            }
        }
        assert!(finished);
    }
}
