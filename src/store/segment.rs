//! Segment files: 65,536 consecutive entries, immutable. Version 1.
//!
//! | bytes | what |
//! |---|---|
//! | 16 | `xinjuseg`, version 1, zeros |
//! | | blocks ([`crate::block`]) |
//! | | level-0 tiles: the leaves, 256 in each |
//! | | one level-1 tile: the roots of the level-0 tiles |
//! | | 256 buckets of dedupe keys: those that begin with the bucket's number, the other 11 bytes and the entry's place 2 of each, sorted |
//! | | filter over the keys ([`crate::filter`]) |
//! | | directory: segment's number 8, entries 4, then as varints the number of blocks, of each its entries and sealed length, and the sealed lengths of the buckets and of the filter |
//! | 12 | place of the directory 8, its sealed length 4 |
//! | 32 | SHA-256 of all before |
//!
//! Every part is sealed under the file's own key ([`xinju_keys::keystore::Keystore::create_segment_key`]) for its kind and number, so that none can stand in
//! another's place. Leaves are checked once more as they are read: a tile must make its node of the level above, and that the root that the database keeps.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use data_encoding::HEXLOWER;
use quick_cache::sync::Cache;
use sha2::{Digest, Sha256};
use xinju_keys::keystore::Keystore;
use xinju_keys::sealing::{OVERHEAD, Sealer};
use xinju_model::ledger::Hash;
use xinju_model::limits::{BLOCK_ENTRIES_MAX, SEGMENT_ENTRIES, TILE_ENTRIES};

use crate::block::Block;
use crate::dedupe::DedupeKey;
use crate::error::StoreError;
use crate::filter::Filter;
use crate::segments::SegmentRow;
use crate::tree::Tree;
use crate::varint;

pub(crate) const HEADER: &[u8; 16] = b"xinjuseg\x01\0\0\0\0\0\0\0";
pub(crate) const TRAILER_BYTES: u64 = 44;
pub(crate) const BUCKETS: usize = 256;
/// Bytes of one key in a bucket.
pub(crate) const BUCKET_KEY_BYTES: usize = 13;
/// No part of a segment file is larger: blocks are the largest.
const PART_BYTES_MAX: u64 = 8 * 1024 * 1024;

/// The kinds of parts, as they stand in the context that a part is sealed for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    Block = 1,
    Tile = 2,
    Roots = 3,
    Bucket = 4,
    Filter = 5,
    Directory = 6,
}

impl Part {
    /// What the `number`-th part of this kind is sealed for.
    pub(crate) fn context(self, number: usize) -> [u8; 9] {
        crate::row::joined(&[self as u8], &(number as u64).to_be_bytes())
    }

    fn name(self) -> &'static str {
        match self {
            Self::Block => "block",
            Self::Tile => "tile",
            Self::Roots => "level-1 tile",
            Self::Bucket => "dedupe bucket",
            Self::Filter => "filter",
            Self::Directory => "directory",
        }
    }
}

/// A stretch of the file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Stretch {
    pub(crate) offset: u64,
    pub(crate) length: u64,
}

/// A block in the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct BlockPart {
    /// Place of its first entry in the segment.
    pub(crate) first: u32,
    pub(crate) entries: u32,
    pub(crate) stretch: Stretch,
}

/// Where everything stands in the file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Directory {
    pub(crate) number: u64,
    pub(crate) entries: u32,
    pub(crate) blocks: Vec<BlockPart>,
    pub(crate) tiles: Vec<Stretch>,
    pub(crate) roots: Stretch,
    pub(crate) buckets: Vec<Stretch>,
    pub(crate) filter: Stretch,
}

/// Leaves in a tile of a segment of so many entries.
pub(crate) fn tile_entries(entries: u64) -> u64 {
    entries.min(TILE_ENTRIES)
}

impl Directory {
    /// The bytes that are sealed.
    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        let mut out = self.number.to_be_bytes().to_vec();
        out.extend_from_slice(&self.entries.to_be_bytes());
        varint::put(&mut out, self.blocks.len() as u64);
        for block in &self.blocks {
            varint::put(&mut out, u64::from(block.entries));
            varint::put(&mut out, block.stretch.length);
        }
        for bucket in &self.buckets {
            varint::put(&mut out, bucket.length);
        }
        varint::put(&mut out, self.filter.length);
        out
    }

    /// Reads [`Directory::to_bytes`]. Offsets follow from the lengths, tiles from the number of entries.
    pub(crate) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (number, rest) = bytes.split_first_chunk::<8>()?;
        let (entries, mut rest) = rest.split_first_chunk::<4>()?;
        let entries = u32::from_be_bytes(*entries);
        if !entries.is_power_of_two() || u64::from(entries) > SEGMENT_ENTRIES {
            return None;
        }
        let mut walk = Walk { at: HEADER.len() as u64 };
        let blocks = take_blocks(&mut rest, entries, &mut walk)?;
        let tile = tile_entries(u64::from(entries));
        let tile_length = tile * 32 + OVERHEAD as u64;
        let count = u64::from(entries) / tile;
        let tiles = (0..count).map(|_| walk.pass(tile_length)).collect::<Option<_>>()?;
        let roots = walk.pass(count * 32 + OVERHEAD as u64)?;
        let buckets = (0..BUCKETS).map(|_| walk.pass(varint::take(&mut rest)?)).collect::<Option<_>>()?;
        let filter = walk.pass(varint::take(&mut rest)?)?;
        let number = u64::from_be_bytes(*number);
        rest.is_empty().then_some(Self { number, entries, blocks, tiles, roots, buckets, filter })
    }

    /// The block that holds the entry at `place`, with its number.
    pub(crate) fn block_of(&self, place: u32) -> Option<(usize, BlockPart)> {
        let number = self.blocks.partition_point(|block| block.first <= place).checked_sub(1)?;
        Some((number, *self.blocks.get(number)?))
    }
}

fn take_blocks(rest: &mut &[u8], entries: u32, walk: &mut Walk) -> Option<Vec<BlockPart>> {
    let count = varint::take(rest)?;
    if count > u64::from(entries) {
        return None;
    }
    let mut blocks = Vec::new();
    let mut first = 0_u32;
    for _ in 0..count {
        let held = u32::try_from(varint::take(rest)?).ok()?;
        if held == 0 || held as usize > BLOCK_ENTRIES_MAX {
            return None;
        }
        blocks.push(BlockPart { first, entries: held, stretch: walk.pass(varint::take(rest)?)? });
        first = first.checked_add(held)?;
    }
    (first == entries).then_some(blocks)
}

/// Walks along the file, part by part.
struct Walk {
    at: u64,
}

impl Walk {
    fn pass(&mut self, length: u64) -> Option<Stretch> {
        if length > PART_BYTES_MAX {
            return None;
        }
        let stretch = Stretch { offset: self.at, length };
        self.at += length;
        Some(stretch)
    }
}

/// The place of the entry with a dedupe key, from the bucket that it would be in.
pub(crate) fn find_in_bucket(bucket: &[u8], key: &DedupeKey) -> Option<u32> {
    let (_, rest) = key.split_first()?;
    let (keys, _) = bucket.as_chunks::<BUCKET_KEY_BYTES>();
    let place = keys.partition_point(|kept| kept.get(..rest.len()).is_some_and(|kept| kept < rest));
    let found = keys.get(place).filter(|kept| kept.starts_with(rest))?;
    found.last_chunk::<2>().map(|place| u32::from(u16::from_be_bytes(*place)))
}

/// The path of a segment file.
pub(crate) fn segment_path(folder: &Path, file: &[u8; 16]) -> PathBuf {
    folder.join(HEXLOWER.encode(file))
}

/// Files that are open: an archive may have more segments than a process may have files.
pub(crate) type Files = Arc<Cache<[u8; 16], Arc<File>>>;

/// A sealed segment. What is read of its file again and again is kept once read; a damaged file hurts only whoever reads it.
pub(crate) struct Segment {
    pub(crate) number: u64,
    pub(crate) file: [u8; 16],
    pub(crate) root: Hash,
    path: PathBuf,
    files: Files,
    sealer: Option<Sealer>,
    directory: OnceLock<Arc<Directory>>,
    filter: OnceLock<Arc<Filter>>,
}

impl Segment {
    /// The segment of a file; nothing is read yet.
    pub(crate) fn new(number: u64, row: &SegmentRow, folder: &Path, files: &Files, keys: &Keystore) -> Self {
        Self {
            number,
            file: row.file,
            root: row.root,
            path: segment_path(folder, &row.file),
            files: Arc::clone(files),
            sealer: keys.segment_sealer(&row.file),
            directory: OnceLock::new(),
            filter: OnceLock::new(),
        }
    }

    /// Where its file lies.
    #[cfg(test)]
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    fn damaged(&self, what: &str) -> StoreError {
        StoreError::damaged(format!("segment {} ({}): {what}", self.number, self.path.display()))
    }

    fn open(&self) -> Result<Arc<File>, StoreError> {
        self.files.get_or_insert_with(&self.file, || self.open_anew().map(Arc::new))
    }

    fn open_anew(&self) -> Result<File, StoreError> {
        File::open(&self.path).map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound => self.damaged("the file is missing"),
            _ => StoreError::io(&self.path, error),
        })
    }

    fn read(&self, file: &File, stretch: Stretch) -> Result<Vec<u8>, StoreError> {
        let length = usize::try_from(stretch.length).map_err(|_| self.damaged("a part is too long"))?;
        let mut bytes = vec![0; length];
        match file.read_exact_at(&mut bytes, stretch.offset) {
            Ok(()) => Ok(bytes),
            Err(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => Err(self.damaged("the file is cut")),
            Err(error) => Err(StoreError::io(&self.path, error)),
        }
    }

    fn part(&self, file: &File, part: Part, number: usize, stretch: Stretch) -> Result<Vec<u8>, StoreError> {
        let sealer = self.sealer.as_ref().ok_or_else(|| self.damaged("its key is gone"))?;
        let sealed = self.read(file, stretch)?;
        let opened = sealer.open(&part.context(number), &sealed);
        opened.map_err(|_| self.damaged(&format!("{} {number} does not open", part.name())))
    }

    /// The directory.
    pub(crate) fn directory(&self) -> Result<Arc<Directory>, StoreError> {
        if let Some(directory) = self.directory.get() {
            return Ok(Arc::clone(directory));
        }
        let directory = Arc::new(self.read_directory(self.open()?.as_ref())?);
        Ok(Arc::clone(self.directory.get_or_init(|| directory)))
    }

    fn read_directory(&self, file: &File) -> Result<Directory, StoreError> {
        let length = file.metadata().map_err(|error| StoreError::io(&self.path, error))?.len();
        let cut = || self.damaged("the file is cut");
        let trailer = Stretch { offset: length.checked_sub(TRAILER_BYTES).ok_or_else(cut)?, length: 12 };
        if self.read(file, Stretch { offset: 0, length: HEADER.len() as u64 })? != HEADER {
            return Err(self.damaged("not a segment of a version that is known"));
        }
        let trailer = self.read(file, trailer)?;
        let (offset, size) = trailer.split_first_chunk::<8>().ok_or_else(cut)?;
        let size = size.first_chunk::<4>().map(|size| u32::from_be_bytes(*size)).ok_or_else(cut)?;
        let stretch = Stretch { offset: u64::from_be_bytes(*offset), length: u64::from(size) };
        if stretch.offset.checked_add(stretch.length + TRAILER_BYTES) != Some(length) {
            return Err(self.damaged("the directory is not where it should be"));
        }
        let plain = self.part(file, Part::Directory, 0, stretch)?;
        let directory =
            Directory::from_bytes(&plain).ok_or_else(|| self.damaged("the directory is not of its form"))?;
        let end = directory.filter.offset + directory.filter.length;
        if directory.number != self.number || end != stretch.offset {
            return Err(self.damaged("the directory is another segment's"));
        }
        Ok(directory)
    }

    /// The block that holds the entry at `place`, with its number and its first place. Opened anew: whoever asks keeps it.
    pub(crate) fn block(&self, number: usize) -> Result<Block, StoreError> {
        let directory = self.directory()?;
        let part = directory.blocks.get(number).ok_or_else(|| self.damaged("a block is missing"))?;
        let plain = self.part(self.open()?.as_ref(), Part::Block, number, part.stretch)?;
        let block = Block::decode(&plain).map_err(|_| self.damaged(&format!("block {number} is not of its form")))?;
        if block.len() != part.entries as usize {
            return Err(self.damaged(&format!("block {number} has another number of entries")));
        }
        Ok(block)
    }

    /// A level-0 tile: leaves, which must make `root`, a leaf of [`Segment::roots`].
    pub(crate) fn tile(&self, number: usize, root: &Hash) -> Result<Tree, StoreError> {
        let directory = self.directory()?;
        let stretch = *directory.tiles.get(number).ok_or_else(|| self.damaged("a tile is missing"))?;
        let tile = self.hashes(Part::Tile, number, stretch)?;
        if tile.top().as_ref() == Some(root) {
            return Ok(tile);
        }
        Err(self.damaged(&format!("the leaves of tile {number} do not make its root")))
    }

    /// The level-1 tile: roots of the level-0 tiles, which must make the segment's root.
    pub(crate) fn roots(&self) -> Result<Tree, StoreError> {
        let roots = self.hashes(Part::Roots, 0, self.directory()?.roots)?;
        if roots.top() == Some(self.root) { Ok(roots) } else { Err(self.damaged("the tiles do not make its root")) }
    }

    fn hashes(&self, part: Part, number: usize, stretch: Stretch) -> Result<Tree, StoreError> {
        let plain = self.part(self.open()?.as_ref(), part, number, stretch)?;
        let (hashes, _) = plain.as_chunks::<32>();
        let mut tree = Tree::new(hashes.len().max(1).ilog2());
        for hash in hashes {
            tree.push(*hash);
        }
        Ok(tree)
    }

    /// Whether an entry with this dedupe key may be here: false is sure.
    pub(crate) fn may_hold(&self, key: &DedupeKey) -> Result<bool, StoreError> {
        Ok(self.filter()?.may_hold(key))
    }

    /// A bucket of dedupe keys.
    pub(crate) fn bucket(&self, number: usize) -> Result<Vec<u8>, StoreError> {
        let directory = self.directory()?;
        let stretch = *directory.buckets.get(number).ok_or_else(|| self.damaged("a bucket is missing"))?;
        self.part(self.open()?.as_ref(), Part::Bucket, number, stretch)
    }

    /// The filter over the dedupe keys.
    pub(crate) fn filter(&self) -> Result<Arc<Filter>, StoreError> {
        if let Some(filter) = self.filter.get() {
            return Ok(Arc::clone(filter));
        }
        let plain = self.part(self.open()?.as_ref(), Part::Filter, 0, self.directory()?.filter)?;
        let filter = Filter::from_bytes(&plain).ok_or_else(|| self.damaged("the filter is not of its form"))?;
        Ok(Arc::clone(self.filter.get_or_init(|| Arc::new(filter))))
    }

    /// Whether the file's checksum is that of its bytes. Reads all of it.
    pub(crate) fn check_sum(&self) -> Result<(), StoreError> {
        let failed = |error| StoreError::io(&self.path, error);
        let mut file = self.open_anew()?;
        let length = file.metadata().map_err(failed)?.len();
        let body = length.checked_sub(32).ok_or_else(|| self.damaged("the file is cut"))?;
        let mut hash = Sha256::new();
        let mut buffer = vec![0; 256 * 1024];
        let mut rest = (&mut file).take(body);
        loop {
            let read = rest.read(&mut buffer).map_err(failed)?;
            if read == 0 {
                break;
            }
            hash.update(buffer.get(..read).unwrap_or_default());
        }
        let mut sum = [0; 32];
        file.seek(SeekFrom::Start(body)).and_then(|_| file.read_exact(&mut sum)).map_err(failed)?;
        if hash.finalize().as_slice() == sum {
            Ok(())
        } else {
            Err(self.damaged("the checksum is not that of the file"))
        }
    }
}
