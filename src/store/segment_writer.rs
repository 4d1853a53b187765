//! Writing a segment file, entry by entry.

use std::fs::File;
use std::io::Write;
use std::path::PathBuf;

use sha2::{Digest, Sha256};
use xinju_keys::durable::{Step, parent};
use xinju_keys::sealing::Sealer;
use xinju_model::id::Random;
use xinju_model::ledger::{Hash, root_of};
use xinju_model::record::{Entry, EntryKind};

use crate::block::BlockBuilder;
use crate::dedupe::{DedupeKey, NO_KEY};
use crate::disk::Disk;
use crate::error::StoreError;
use crate::filter::Filter;
use crate::segment::{BUCKETS, BlockPart, Directory, HEADER, Part, Stretch, tile_entries};
use crate::segments::SegmentBytes;

/// Entries in a block of a segment.
pub(crate) const SEALED_BLOCK_ENTRIES: usize = 512;
/// How hard sealed blocks are compressed: they stay.
const SEALED_COMPRESSION: i32 = 3;

/// What was written.
pub(crate) struct Written {
    pub(crate) root: Hash,
    pub(crate) records: u64,
    pub(crate) bytes: SegmentBytes,
}

/// A segment file in the making.
pub(crate) struct SegmentWriter<'a> {
    file: File,
    path: PathBuf,
    disk: &'a Disk,
    sealer: Sealer,
    random: &'a dyn Random,
    hash: Sha256,
    at: u64,
    directory: Directory,
    block: BlockBuilder,
    leaves: Vec<Hash>,
    keys: Vec<(DedupeKey, u16)>,
    records: u64,
    bytes: SegmentBytes,
}

impl<'a> SegmentWriter<'a> {
    /// Begins the file of segment `number`, which will hold `entries`.
    pub(crate) fn begin(
        path: PathBuf,
        number: u64,
        entries: u32,
        sealer: Sealer,
        disk: &'a Disk,
        random: &'a dyn Random,
    ) -> Result<Self, StoreError> {
        let file = disk.durable.create(&path)?;
        let mut writer = Self {
            file,
            path,
            disk,
            sealer,
            random,
            hash: Sha256::new(),
            at: 0,
            directory: Directory { number, entries, ..Directory::default() },
            block: BlockBuilder::default(),
            leaves: Vec::new(),
            keys: Vec::new(),
            records: 0,
            bytes: SegmentBytes::default(),
        };
        writer.write(HEADER)?;
        Ok(writer)
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), StoreError> {
        let written = self.disk.durable.meet(Step::Write, &self.path).and_then(|()| self.file.write_all(bytes));
        written.map_err(|error| StoreError::io(&self.path, error))?;
        self.hash.update(bytes);
        self.at += bytes.len() as u64;
        Ok(())
    }

    fn write_part(&mut self, part: Part, number: usize, plain: &[u8]) -> Result<Stretch, StoreError> {
        let sealed = self.sealer.seal(&part.context(number), plain, self.random);
        let stretch = Stretch { offset: self.at, length: sealed.len() as u64 };
        self.write(&sealed)?;
        let kind = match part {
            Part::Block => &mut self.bytes.blocks,
            Part::Tile | Part::Roots => &mut self.bytes.ledger,
            Part::Bucket | Part::Filter => &mut self.bytes.dedupe,
            Part::Directory => &mut self.bytes.frame,
        };
        *kind += stretch.length;
        Ok(stretch)
    }

    /// Adds the next entry with its leaf and dedupe key.
    pub(crate) fn push(&mut self, entry: &Entry, leaf: Hash, key: DedupeKey) -> Result<(), StoreError> {
        let place = u16::try_from(self.leaves.len());
        let place = place.map_err(|_| StoreError::Database("a segment has too many entries".to_owned()))?;
        if self.block.is_full(SEALED_BLOCK_ENTRIES) {
            self.finish_block()?;
        }
        self.block.push(entry, entry.origin.as_ref().and_then(|origin| origin.sequence));
        self.records += u64::from(entry.kind == EntryKind::Record);
        self.leaves.push(leaf);
        if key != NO_KEY {
            self.keys.push((key, place));
        }
        Ok(())
    }

    fn finish_block(&mut self) -> Result<(), StoreError> {
        let entries = u32::try_from(self.block.len()).unwrap_or(u32::MAX);
        if entries == 0 {
            return Ok(());
        }
        let first = self.directory.blocks.last().map_or(0, |last| last.first + last.entries);
        let plain = self.block.finish(SEALED_COMPRESSION)?;
        let stretch = self.write_part(Part::Block, self.directory.blocks.len(), &plain)?;
        self.directory.blocks.push(BlockPart { first, entries, stretch });
        Ok(())
    }

    /// Writes everything behind the blocks and makes the file durable.
    pub(crate) fn finish(mut self) -> Result<Written, StoreError> {
        self.finish_block()?;
        if self.leaves.len() as u64 != u64::from(self.directory.entries) {
            return Err(StoreError::Database("a segment has too few entries".to_owned()));
        }
        let root = self.write_tiles()?;
        self.write_keys()?;
        let plain = self.directory.to_bytes();
        let directory = self.write_part(Part::Directory, 0, &plain)?;
        let mut trailer = directory.offset.to_be_bytes().to_vec();
        trailer.extend_from_slice(&u32::try_from(directory.length).unwrap_or(u32::MAX).to_be_bytes());
        self.write(&trailer)?;
        let sum = self.hash.clone().finalize();
        self.write(&sum)?;
        self.bytes.frame += HEADER.len() as u64 + trailer.len() as u64 + sum.len() as u64;
        self.disk.durable.sync(&self.file, &self.path)?;
        self.disk.durable.sync_folder(parent(&self.path))?;
        Ok(Written { root, records: self.records, bytes: self.bytes })
    }

    fn write_tiles(&mut self) -> Result<Hash, StoreError> {
        let leaves = std::mem::take(&mut self.leaves);
        let size = usize::try_from(tile_entries(leaves.len() as u64)).unwrap_or(1).max(1);
        let mut roots = Vec::new();
        for (number, tile) in leaves.chunks(size).enumerate() {
            let stretch = self.write_part(Part::Tile, number, tile.as_flattened())?;
            self.directory.tiles.push(stretch);
            roots.push(root_of(tile));
        }
        self.directory.roots = self.write_part(Part::Roots, 0, roots.as_flattened())?;
        Ok(root_of(&roots))
    }

    fn write_keys(&mut self) -> Result<(), StoreError> {
        let mut keys = std::mem::take(&mut self.keys);
        keys.sort_unstable();
        let filter = Filter::of(keys.iter().map(|(key, _)| key))?.to_bytes();
        let mut rest = keys.as_slice();
        for number in 0..BUCKETS {
            let count = rest.partition_point(|(key, _)| key.first().is_some_and(|first| usize::from(*first) <= number));
            let (mine, behind) = rest.split_at_checked(count).unwrap_or((rest, &[]));
            rest = behind;
            let mut bucket = Vec::new();
            for (key, place) in mine {
                bucket.extend(key.iter().skip(1));
                bucket.extend_from_slice(&place.to_be_bytes());
            }
            let stretch = self.write_part(Part::Bucket, number, &bucket)?;
            self.directory.buckets.push(stretch);
        }
        self.directory.filter = self.write_part(Part::Filter, 0, &filter)?;
        Ok(())
    }
}
