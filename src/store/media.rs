//! Media: pictures, recordings, files of messages, each stored once whatever its name, encrypted before it leaves this process.

use std::io::{Read, Seek};

use xinju_model::id::MediaId;

use crate::error::StoreError;

/// A media file that was put.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StoredMedia {
    /// Its id; says nothing of its content to anybody without the archive's keys.
    pub id: MediaId,
    /// Bytes of content.
    pub bytes: u64,
    /// SHA-256 of the content.
    pub sha256: [u8; 32],
    /// Whether the same content was there already.
    pub known: bool,
}

/// The content of a media file: read from any place, opened chunk by chunk. A changed, swapped or cut file gives an error, never other bytes.
pub trait MediaContent: Read + Seek + Send {
    /// Bytes of content.
    fn bytes(&self) -> u64;
}

/// Something large that is kept sealed while it is worked on, and gone when this is dropped. What a kill leaves, the next start removes.
pub trait Aside: Send + Sync {
    /// Its content, as often as wanted.
    fn open(&self) -> Result<Box<dyn MediaContent>, StoreError>;
}

/// Where media lie. A folder now; an object store can stand here as well, because nothing is changed once it is put.
pub trait MediaStore: Send + Sync {
    /// Stores what `content` gives and makes it durable. The same content is stored once. Never holds more than a chunk in memory.
    fn put(&self, content: &mut dyn Read) -> Result<StoredMedia, StoreError>;
    /// Keeps what `content` gives as long as what is answered lives. It is none of the files and counts among none of them.
    fn put_aside(&self, content: &mut dyn Read) -> Result<Box<dyn Aside>, StoreError>;
    /// The content of a file; none where there is no such file.
    fn open(&self, id: MediaId) -> Result<Option<Box<dyn MediaContent>>, StoreError>;
    /// Removes a file and with it the only copy of its key; false where there was none.
    fn remove(&self, id: MediaId) -> Result<bool, StoreError>;
    /// Bytes on disk of all files.
    fn stored_bytes(&self) -> Result<u64, StoreError>;
    /// Opens every chunk of every file and calls `problem` with what is wrong, until `go_on` returns false.
    fn check(&self, go_on: &mut dyn FnMut() -> bool, problem: &mut dyn FnMut(String)) -> Result<(), StoreError>;
}
