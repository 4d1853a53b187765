//! Blocks: some hundred consecutive entries, column by column, compressed together. Version 1.
//!
//! | bytes | what |
//! |---|---|
//! | 1 | version: 1 |
//! | varint | number of entries |
//! | varint | length of the columns and bodies before compression |
//! | 16 each | seeds, which nothing compresses |
//! | rest | zstd frame: sources, columns, bodies |
//!
//! In the frame: number of sources (varint), each its channel 1, format 1, via 1, import 16 or nothing behind a 0/1, account with its length in front;
//! then a column each of: flags (kind in the low four bits, then whether there is a source, cursor, sequence), time (difference to the one before),
//! source, cursor (difference), sequence, length of the body; then the bodies. A block is sealed by whoever keeps it.

use std::io::{Cursor, Seek, SeekFrom};
use std::sync::Arc;

use xinju_model::channel::Channel;
use xinju_model::id::ImportId;
use xinju_model::limits::{BLOCK_ENTRIES_MAX, RECORD_BYTES_MAX};
use xinju_model::record::{Entry, EntryKind, Format, Origin, Seed, Source, Via};
use xinju_model::time::Timestamp;

use zstd::bulk::Compressor;
use zstd::zstd_safe::compress_bound;

use crate::error::StoreError;
use crate::varint;

const VERSION: u8 = 1;
/// A block takes no further entry when its bodies hold this many bytes.
const BODY_BYTES_FULL: usize = 1024 * 1024;
/// No block unfolds to more than this: full bodies, one largest record on top, and generous columns.
const PLAIN_BYTES_MAX: usize = BODY_BYTES_FULL + RECORD_BYTES_MAX + BLOCK_ENTRIES_MAX * 256;
/// Sources that one block may name.
const SOURCES_MAX: usize = BLOCK_ENTRIES_MAX;

const KIND_BITS: u8 = 0x0f;
const HAS_SOURCE: u8 = 0x10;
const HAS_CURSOR: u8 = 0x20;
const HAS_SEQUENCE: u8 = 0x40;

/// Collects entries into a block, and then the next.
#[derive(Default)]
pub(crate) struct BlockBuilder {
    columns: Columns,
    /// Kept from block to block: making one takes as long as compressing some hundred entries.
    compressor: Option<Compressor<'static>>,
}

/// A block in the making.
#[derive(Default)]
struct Columns {
    count: usize,
    seeds: Vec<u8>,
    sources: Vec<Arc<Source>>,
    flags: Vec<u8>,
    times: Vec<u8>,
    source_numbers: Vec<u8>,
    cursors: Vec<u8>,
    sequences: Vec<u8>,
    lengths: Vec<u8>,
    bodies: Vec<u8>,
    last_time: i64,
    last_cursor: u64,
}

impl BlockBuilder {
    /// Entries so far.
    pub(crate) fn len(&self) -> usize {
        self.columns.count
    }

    /// Whether the block should be finished before a further entry comes.
    pub(crate) fn is_full(&self, entries: usize) -> bool {
        self.columns.count >= entries.min(BLOCK_ENTRIES_MAX) || self.columns.bodies.len() >= BODY_BYTES_FULL
    }

    /// Adds an entry; `sequence` stands in place of its origin's.
    pub(crate) fn push(&mut self, entry: &Entry, sequence: Option<u64>) {
        self.columns.push(entry, sequence);
    }

    /// The block's bytes; the builder begins anew. `level` is zstd's and the same for all blocks of a builder.
    pub(crate) fn finish(&mut self, level: i32) -> Result<Vec<u8>, StoreError> {
        let block = std::mem::take(&mut self.columns);
        let plain = block.plain();
        let failed = |error| StoreError::Database(format!("a block could not be compressed: {error}"));
        let compressor = match &mut self.compressor {
            Some(compressor) => compressor,
            none => none.insert(Compressor::new(level).map_err(failed)?),
        };
        let mut out = Vec::with_capacity(32 + block.seeds.len() + compress_bound(plain.len()));
        out.push(VERSION);
        varint::put(&mut out, block.count as u64);
        varint::put(&mut out, plain.len() as u64);
        out.extend_from_slice(&block.seeds);
        let mut frame = Cursor::new(&mut out);
        frame.seek(SeekFrom::End(0)).map_err(failed)?;
        compressor.compress_to_buffer(&plain, &mut frame).map_err(failed)?;
        Ok(out)
    }
}

impl Columns {
    fn push(&mut self, entry: &Entry, sequence: Option<u64>) {
        let mut flags = entry.kind.code() & KIND_BITS;
        if let Some(origin) = &entry.origin {
            flags |= HAS_SOURCE;
            let number = self.source_number(&origin.source);
            varint::put(&mut self.source_numbers, number);
            if let Some(cursor) = origin.cursor {
                flags |= HAS_CURSOR;
                let difference = cursor.wrapping_sub(self.last_cursor).cast_signed();
                varint::put(&mut self.cursors, varint::zigzag(difference));
                self.last_cursor = cursor;
            }
            if let Some(sequence) = sequence {
                flags |= HAS_SEQUENCE;
                varint::put(&mut self.sequences, sequence);
            }
        }
        self.flags.push(flags);
        varint::put(&mut self.times, varint::zigzag(entry.at.0.wrapping_sub(self.last_time)));
        self.last_time = entry.at.0;
        varint::put(&mut self.lengths, entry.body.len() as u64);
        self.bodies.extend_from_slice(&entry.body);
        self.seeds.extend_from_slice(&entry.seed);
        self.count += 1;
    }

    fn source_number(&mut self, source: &Arc<Source>) -> u64 {
        let same = |known: &Arc<Source>| Arc::ptr_eq(known, source) || known == source;
        // The newest is nearly always the one.
        let place = self.sources.iter().rposition(same).unwrap_or_else(|| {
            self.sources.push(Arc::clone(source));
            self.sources.len() - 1
        });
        place as u64
    }

    /// What is compressed.
    fn plain(&self) -> Vec<u8> {
        let mut plain = Vec::with_capacity(self.bodies.len() + self.count * 16 + 256);
        varint::put(&mut plain, self.sources.len() as u64);
        for source in &self.sources {
            put_source(&mut plain, source);
        }
        let columns = [&self.flags, &self.times, &self.source_numbers, &self.cursors, &self.sequences, &self.lengths];
        for column in columns {
            plain.extend_from_slice(column);
        }
        plain.extend_from_slice(&self.bodies);
        plain
    }
}

fn put_source(out: &mut Vec<u8>, source: &Source) {
    out.push(match source.channel {
        Channel::Wecom => 1,
    });
    out.push(match source.format {
        Format::WecomJson => 1,
    });
    out.push(match source.via {
        Via::Collector => 1,
        Via::Import => 2,
    });
    out.push(u8::from(source.import.is_some()));
    if let Some(import) = source.import {
        out.extend_from_slice(&import.0);
    }
    varint::put(out, source.account.len() as u64);
    out.extend_from_slice(source.account.as_bytes());
}

fn take_source(rest: &mut &[u8]) -> Option<Source> {
    let [channel, format, via, imported] = *take_array::<4>(rest)?;
    let channel = match channel {
        1 => Channel::Wecom,
        _ => return None,
    };
    let format = match format {
        1 => Format::WecomJson,
        _ => return None,
    };
    let via = match via {
        1 => Via::Collector,
        2 => Via::Import,
        _ => return None,
    };
    let import = match imported {
        0 => None,
        1 => Some(ImportId(*take_array::<16>(rest)?)),
        _ => return None,
    };
    let length = usize::try_from(varint::take(rest)?).ok()?;
    let (account, behind) = rest.split_at_checked(length)?;
    *rest = behind;
    Some(Source { channel, account: std::str::from_utf8(account).ok()?.to_owned(), format, via, import })
}

fn take_array<'a, const N: usize>(rest: &mut &'a [u8]) -> Option<&'a [u8; N]> {
    let (part, behind) = rest.split_first_chunk::<N>()?;
    *rest = behind;
    Some(part)
}

/// What a block says of one entry, but for its body.
struct Meta {
    kind: EntryKind,
    at: Timestamp,
    seed: Seed,
    source: Option<usize>,
    cursor: Option<u64>,
    sequence: Option<u64>,
    body_end: usize,
}

/// An opened block.
pub(crate) struct Block {
    sources: Vec<Arc<Source>>,
    metas: Vec<Meta>,
    /// The whole frame; bodies stand at its end.
    plain: Vec<u8>,
    bodies_start: usize,
}

impl Block {
    /// Reads [`BlockBuilder::finish`]. Any bytes at all may come; none of them make it panic or take more memory than a block may.
    pub(crate) fn decode(bytes: &[u8]) -> Result<Self, StoreError> {
        Self::parse(bytes).ok_or_else(|| StoreError::damaged("a block is not of its form"))
    }

    fn parse(bytes: &[u8]) -> Option<Self> {
        let (version, mut rest) = bytes.split_first()?;
        let count = usize::try_from(varint::take(&mut rest)?).ok()?;
        let length = usize::try_from(varint::take(&mut rest)?).ok()?;
        if *version != VERSION || count > BLOCK_ENTRIES_MAX || length > PLAIN_BYTES_MAX {
            return None;
        }
        let (seeds, frame) = rest.split_at_checked(count * 16)?;
        let plain = zstd::bulk::decompress(frame, length).ok()?;
        if plain.len() != length {
            return None;
        }
        let mut rest = plain.as_slice();
        let sources = take_sources(&mut rest)?;
        let metas = take_metas(&mut rest, seeds, sources.len())?;
        let bodies_start = plain.len() - rest.len();
        if metas.last().map_or(0, |last| last.body_end) != rest.len() {
            return None;
        }
        Some(Self { sources, metas, plain, bodies_start })
    }

    /// Entries in it.
    pub(crate) fn len(&self) -> usize {
        self.metas.len()
    }

    /// Bytes that it takes in memory.
    pub(crate) fn weight(&self) -> usize {
        self.plain.len() + self.metas.len() * size_of::<Meta>()
    }

    /// One entry.
    pub(crate) fn entry(&self, place: usize) -> Option<Entry> {
        let meta = self.metas.get(place)?;
        let start = match place.checked_sub(1) {
            Some(before) => self.metas.get(before)?.body_end,
            None => 0,
        };
        let body = self.plain.get(self.bodies_start + start..self.bodies_start + meta.body_end)?.to_vec();
        let origin = match meta.source {
            None => None,
            Some(number) => Some(Origin {
                source: Arc::clone(self.sources.get(number)?),
                cursor: meta.cursor,
                sequence: meta.sequence,
            }),
        };
        Some(Entry { kind: meta.kind, at: meta.at, seed: meta.seed, origin, body })
    }
}

fn take_sources(rest: &mut &[u8]) -> Option<Vec<Arc<Source>>> {
    let count = usize::try_from(varint::take(rest)?).ok()?;
    if count > SOURCES_MAX {
        return None;
    }
    (0..count).map(|_| take_source(rest).map(Arc::new)).collect()
}

fn take_metas(rest: &mut &[u8], seeds: &[u8], sources: usize) -> Option<Vec<Meta>> {
    let (seeds, _) = seeds.as_chunks::<16>();
    let (flags, behind) = rest.split_at_checked(seeds.len())?;
    *rest = behind;
    let mut metas = Vec::with_capacity(seeds.len());
    let mut time = 0_i64;
    for (seed, flags) in seeds.iter().zip(flags) {
        time = time.wrapping_add(varint::unzigzag(varint::take(rest)?));
        let kind = EntryKind::from_code(flags & KIND_BITS)?;
        metas.push(Meta {
            kind,
            at: Timestamp(time),
            seed: *seed,
            source: None,
            cursor: None,
            sequence: None,
            body_end: 0,
        });
    }
    let with = |bit: u8| move |(_, flags): &(&mut Meta, &u8)| *flags & bit != 0;
    for (meta, _) in metas.iter_mut().zip(flags).filter(with(HAS_SOURCE)) {
        let number = usize::try_from(varint::take(rest)?).ok()?;
        meta.source = Some(number).filter(|number| *number < sources);
        meta.source?;
    }
    let mut cursor = 0_u64;
    for (meta, _) in metas.iter_mut().zip(flags).filter(with(HAS_CURSOR)) {
        cursor = cursor.wrapping_add(varint::unzigzag(varint::take(rest)?).cast_unsigned());
        meta.cursor = Some(cursor);
    }
    for (meta, _) in metas.iter_mut().zip(flags).filter(with(HAS_SEQUENCE)) {
        meta.sequence = Some(varint::take(rest)?);
    }
    let mut end = 0_usize;
    for meta in &mut metas {
        let length = usize::try_from(varint::take(rest)?).ok()?;
        end = end.checked_add(length)?;
        meta.body_end = end;
    }
    Some(metas)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn source(number: u8) -> Arc<Source> {
        Arc::new(Source {
            channel: Channel::Wecom,
            account: format!("corp{number}"),
            format: Format::WecomJson,
            via: if number.is_multiple_of(2) { Via::Collector } else { Via::Import },
            import: (number > 1).then_some(ImportId([number; 16])),
        })
    }

    fn entries() -> impl Strategy<Value = Vec<Entry>> {
        let origin = proptest::option::of((0_u8..4, any::<Option<u64>>(), any::<Option<u64>>()));
        let entry = (1_u8..=6, any::<i64>(), any::<[u8; 16]>(), origin, any::<Vec<u8>>());
        let entry = entry.prop_map(|(kind, at, seed, origin, body)| Entry {
            kind: EntryKind::from_code(kind).expect("a kind"),
            at: Timestamp(at),
            seed,
            origin: origin.map(|(number, cursor, sequence)| Origin { source: source(number), cursor, sequence }),
            body,
        });
        proptest::collection::vec(entry, 0..40)
    }

    fn built(entries: &[Entry]) -> Vec<u8> {
        let mut builder = BlockBuilder::default();
        for entry in entries {
            builder.push(entry, entry.origin.as_ref().and_then(|origin| origin.sequence));
        }
        builder.finish(3).expect("builds")
    }

    proptest! {
        #[test]
        fn entries_read_back(entries in entries()) {
            let block = Block::decode(&built(&entries)).expect("reads");
            prop_assert_eq!(block.len(), entries.len());
            for (place, entry) in entries.iter().enumerate() {
                prop_assert_eq!(block.entry(place), Some(entry.clone()));
            }
            prop_assert_eq!(block.entry(entries.len()), None);
        }

        #[test]
        fn random_and_bent_bytes_never_panic(entries in entries(), noise: Vec<u8>, at: usize, byte: u8, plain: Vec<u8>) {
            let _ = Block::decode(&noise).map(|block| block.entry(0));
            let mut bytes = built(&entries);
            let at = at % bytes.len();
            let _ = Block::decode(&bytes[..at]).map(|block| block.entry(0));
            bytes[at] = byte;
            let _ = Block::decode(&bytes).map(|block| (0..block.len()).for_each(|place| drop(block.entry(place))));
            // A whole frame around noise reaches the columns' reader.
            let mut framed = vec![VERSION, 1];
            varint::put(&mut framed, plain.len() as u64);
            framed.extend_from_slice(&[0; 16]);
            framed.extend_from_slice(&zstd::bulk::compress(&plain, 1).expect("compresses"));
            let _ = Block::decode(&framed).map(|block| block.entry(0));
        }
    }

    #[test]
    fn a_block_that_claims_too_much_is_refused() {
        let mut bytes = vec![VERSION, 0];
        varint::put(&mut bytes, u64::MAX);
        assert!(Block::decode(&bytes).is_err());
    }

    #[test]
    fn blocks_fill_by_entries_and_by_bytes() {
        let mut entry = Entry { kind: EntryKind::Audit, at: Timestamp(1), seed: [1; 16], origin: None, body: vec![] };
        let mut builder = BlockBuilder::default();
        builder.push(&entry, None);
        assert!(builder.is_full(1) && !builder.is_full(2));
        entry.body = vec![7; BODY_BYTES_FULL];
        builder.push(&entry, None);
        assert!(builder.is_full(1000));
        assert_eq!(Block::decode(&builder.finish(1).expect("builds")).expect("reads").entry(1), Some(entry));
        assert_eq!(builder.len(), 0);
    }
}
