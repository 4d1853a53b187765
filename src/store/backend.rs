//! The database's file, encrypted: redb sees plain sectors of 4,096 bytes, the disk sees sealed ones.
//!
//! | at | what |
//! |---|---|
//! | 0 | `xinjudb` and version 1, then the file's random id 16 |
//! | 4,096 and 12,288 | two copies of sector 0, each sealed with a number in front that grows |
//! | 20,480 on | sectors 1, 2, 3 ..., each sealed: nonce 12, ciphertext 4,096, tag 16 |
//!
//! A sealed sector's context is its number and the file's id, so that sectors can't change places. A sector of zeros was never written and reads as zeros.
//!
//! Sector 0 is redb's header, the only place that it writes over while it is in use. It is written at a sync only, first into the copy that is not the newest, and
//! into the other once that is durable: whatever is torn, one whole copy remains. redb's two-phase commits never need another page that was not synced.
//! That a torn write leaves the bytes beside it alone is asked of the disk, as every database does.

use std::fmt;
use std::io::{self, Error, ErrorKind};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use redb::StorageBackend;
use xinju_keys::keystore::{Keystore, Purpose};
use xinju_keys::sealing::{OVERHEAD, Sealer};
use xinju_model::id::Random;

use crate::compact::Caution;
use crate::disk::RawFile;
use crate::error::StoreError;

const SECTOR: usize = 4096;
const SEALED: usize = SECTOR + OVERHEAD;
const MAGIC: &[u8; 8] = b"xinjudb\x01";
const PREAMBLE: usize = 24;
const COPIES: [u64; 2] = [4096, 12_288];
const SEALED_COPY: usize = 8 + SECTOR + OVERHEAD;
const BODY: u64 = 20_480;
/// The database's key is spread over this many, by sector, so that none of them comes near the number of random nonces that is safe.
const SEALERS: u32 = 64;

/// The file under redb.
pub(crate) struct SealedFile {
    raw: Box<dyn RawFile>,
    sealers: Vec<Sealer>,
    id: [u8; 16],
    random: Arc<dyn Random>,
    /// Length in plain bytes.
    length: AtomicU64,
    /// Whether anything but the header was written since the last sync.
    written: AtomicBool,
    /// Whether the disk refused a write or a sync. What was not durable then may be lost in any part, so that nothing that builds on it may follow.
    failed: AtomicBool,
    caution: Arc<Caution>,
    head: Mutex<Head>,
}

/// Sector 0.
struct Head {
    plain: Box<[u8; SECTOR]>,
    /// Number of the newest copy on disk.
    number: u64,
    /// Which of the copies is the newest that is durable.
    durable: usize,
    /// Whether `plain` has changed since.
    changed: bool,
}

impl fmt::Debug for SealedFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SealedFile").field("raw", &self.raw).finish_non_exhaustive()
    }
}

fn damaged(what: impl Into<String>) -> Error {
    Error::new(ErrorKind::InvalidData, what.into())
}

/// A length or offset in plain bytes as a place in the body of the file.
fn sealed_offset(sector: u64) -> io::Result<u64> {
    let place = sector.checked_sub(1).ok_or_else(|| damaged("sector 0 has its own place"))?;
    place
        .checked_mul(SEALED as u64)
        .and_then(|at| at.checked_add(BODY))
        .ok_or_else(|| damaged("sector beyond all files"))
}

impl SealedFile {
    /// Opens the file, or begins one where it is empty.
    pub(crate) fn open(
        raw: Box<dyn RawFile>,
        keys: &Keystore,
        random: Arc<dyn Random>,
        caution: Arc<Caution>,
    ) -> Result<Self, StoreError> {
        let sealers =
            (0..SEALERS).map(|number| keys.numbered_sealer(Purpose::Database, number)).collect::<Result<_, _>>()?;
        let mut file = Self {
            raw,
            sealers,
            id: [0; 16],
            random,
            length: AtomicU64::new(0),
            written: AtomicBool::new(false),
            failed: AtomicBool::new(false),
            caution,
            head: Mutex::new(Head { plain: Box::new([0; SECTOR]), number: 0, durable: 0, changed: false }),
        };
        let opened = if file.raw.is_empty().map_err(database)? { file.begin() } else { file.read_front() };
        opened.map_err(database)?;
        Ok(file)
    }

    fn begin(&mut self) -> io::Result<()> {
        self.random.fill(&mut self.id);
        let mut preamble = MAGIC.to_vec();
        preamble.extend_from_slice(&self.id);
        self.head().changed = true;
        self.change(|raw| raw.set_len(BODY))?;
        self.change(|raw| raw.write_at(0, &preamble))
    }

    fn read_front(&mut self) -> io::Result<()> {
        let length = self.raw.len()?;
        let mut preamble = [0; PREAMBLE];
        self.raw.read_at(0, &mut preamble)?;
        let (magic, id) = preamble.split_first_chunk::<8>().unwrap_or((MAGIC, &[]));
        let body = length.checked_sub(BODY).filter(|body| body.is_multiple_of(SEALED as u64));
        let (Some(body), true, Ok(id)) = (body, magic == MAGIC, id.try_into()) else {
            return Err(damaged("it is cut, or not the database of an archive"));
        };
        self.id = id;
        let copies = [self.read_copy(0)?, self.read_copy(1)?];
        let newest = copies.into_iter().enumerate().filter_map(|(place, copy)| Some((place, copy?)));
        let Some((place, (number, plain))) = newest.max_by_key(|(_, (number, _))| *number) else {
            return Err(damaged("both copies of its first sector are damaged"));
        };
        *self.head() = Head { plain, number, durable: place, changed: false };
        self.length.store((body / SEALED as u64 + 1) * SECTOR as u64, Ordering::Release);
        Ok(())
    }

    /// A copy of sector 0 with its number, where it is whole.
    fn read_copy(&self, place: usize) -> io::Result<Option<(u64, Box<[u8; SECTOR]>)>> {
        let mut sealed = vec![0; SEALED_COPY];
        self.raw.read_at(COPIES.get(place).copied().unwrap_or_default(), &mut sealed)?;
        let Ok(opened) = self.sealer(0)?.open_in_place(&self.context(u64::MAX), &mut sealed) else {
            tracing::warn!(copy = place, "a copy of the database's first sector does not open");
            return Ok(None);
        };
        let Some((number, plain)) = opened.split_first_chunk::<8>() else { return Ok(None) };
        let plain: Option<&[u8; SECTOR]> = plain.try_into().ok();
        Ok(plain.map(|plain| (u64::from_be_bytes(*number), Box::new(*plain))))
    }

    fn write_copy(&self, place: usize, number: u64, plain: &[u8; SECTOR]) -> io::Result<()> {
        let mut bytes = number.to_be_bytes().to_vec();
        bytes.extend_from_slice(plain);
        let sealed = self.sealer(0)?.seal(&self.context(u64::MAX), &bytes, self.random.as_ref());
        self.change(|raw| raw.write_at(COPIES.get(place).copied().unwrap_or_default(), &sealed))
    }

    /// Makes what was written durable.
    fn force(&self) -> io::Result<()> {
        self.change(|raw| raw.sync())
    }

    /// Changes the file, or makes it durable; the first failure is the last attempt.
    fn change(&self, act: impl FnOnce(&dyn RawFile) -> io::Result<()>) -> io::Result<()> {
        if self.failed.load(Ordering::Acquire) {
            return Err(Error::other("the disk failed before; only the next start knows what it holds"));
        }
        act(self.raw.as_ref()).inspect_err(|_| self.failed.store(true, Ordering::Release))
    }

    fn head(&self) -> MutexGuard<'_, Head> {
        self.head.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn sealer(&self, sector: u64) -> io::Result<&Sealer> {
        let place = usize::try_from(sector % u64::from(SEALERS)).unwrap_or_default();
        self.sealers.get(place).ok_or_else(|| damaged("no key for a sector"))
    }

    fn context(&self, sector: u64) -> [u8; 24] {
        crate::row::joined(&sector.to_be_bytes(), &self.id)
    }

    /// Sectors from `first` on into `plain`, whose length is a multiple of theirs.
    fn read_sectors(&self, first: u64, plain: &mut [u8]) -> io::Result<()> {
        let mut sealed = vec![0; plain.len() / SECTOR * SEALED];
        self.raw.read_at(sealed_offset(first)?, &mut sealed)?;
        for ((sector, out), sealed) in (first..).zip(plain.chunks_mut(SECTOR)).zip(sealed.chunks_mut(SEALED)) {
            if sealed.iter().all(|byte| *byte == 0) {
                out.fill(0);
                continue;
            }
            let opened = self.sealer(sector)?.open_in_place(&self.context(sector), sealed);
            out.copy_from_slice(opened.map_err(|_| damaged(format!("sector {sector} does not open")))?);
        }
        Ok(())
    }

    /// Whole sectors from `first` on.
    fn write_sectors(&self, first: u64, plain: &[u8]) -> io::Result<()> {
        let mut sealed = Vec::with_capacity(plain.len() / SECTOR * SEALED);
        for (sector, plain) in (first..).zip(plain.chunks(SECTOR)) {
            self.sealer(sector)?.seal_onto(&self.context(sector), plain, self.random.as_ref(), &mut sealed);
        }
        self.written.store(true, Ordering::Release);
        let offset = sealed_offset(first)?;
        self.change(|raw| raw.write_at(offset, &sealed))
    }

    /// Makes the header durable: first in the copy that nobody needs, then in the other, which the next sync makes durable.
    fn sync(&self) -> io::Result<()> {
        let mut head = self.head();
        if !head.changed {
            drop(head);
            return self.force();
        }
        if self.caution.is_on() && self.written.load(Ordering::Acquire) {
            self.force()?;
        }
        let (place, number) = (1 - head.durable, head.number + 1);
        self.write_copy(place, number, &head.plain)?;
        self.written.store(false, Ordering::Release);
        self.force()?;
        *head = Head { plain: head.plain.clone(), number, durable: place, changed: false };
        self.write_copy(1 - place, number, &head.plain)
    }

    fn check_range(&self, offset: u64, length: usize) -> io::Result<()> {
        let end = offset.checked_add(length as u64).ok_or_else(|| damaged("beyond all files"))?;
        if end > self.length.load(Ordering::Acquire) {
            return Err(Error::new(ErrorKind::UnexpectedEof, "beyond the end of the database"));
        }
        Ok(())
    }
}

/// Calls `whole(first sector, bytes)` for the sectors that a range covers wholly and `part(sector, offset in it, bytes)` for those at its ends.
fn by_sector<B: Split>(
    offset: u64,
    mut bytes: B,
    mut part: impl FnMut(u64, usize, B) -> io::Result<()>,
    mut whole: impl FnMut(u64, B) -> io::Result<()>,
) -> io::Result<()> {
    let mut at = offset;
    while bytes.length() > 0 {
        let (sector, start) = (at / SECTOR as u64, usize::try_from(at % SECTOR as u64).unwrap_or_default());
        let take = if sector == 0 || start > 0 || bytes.length() < SECTOR {
            (SECTOR - start).min(bytes.length())
        } else {
            bytes.length() / SECTOR * SECTOR
        };
        let (now, rest) = bytes.split(take);
        if take.is_multiple_of(SECTOR) && sector > 0 {
            whole(sector, now)?;
        } else {
            part(sector, start, now)?;
        }
        bytes = rest;
        at += take as u64;
    }
    Ok(())
}

/// Bytes to read into or to write from.
trait Split: Sized {
    fn length(&self) -> usize;
    fn split(self, at: usize) -> (Self, Self);
}

impl Split for &[u8] {
    fn length(&self) -> usize {
        self.len()
    }
    fn split(self, at: usize) -> (Self, Self) {
        self.split_at_checked(at).unwrap_or((self, &[]))
    }
}

impl Split for &mut [u8] {
    fn length(&self) -> usize {
        self.len()
    }
    fn split(self, at: usize) -> (Self, Self) {
        let at = at.min(self.len());
        self.split_at_mut(at)
    }
}

fn copy_part(sector: &[u8], start: usize, out: &mut [u8]) {
    for (to, from) in out.iter_mut().zip(sector.iter().skip(start)) {
        *to = *from;
    }
}

fn put_part(sector: &mut [u8], start: usize, bytes: &[u8]) {
    for (to, from) in sector.iter_mut().skip(start).zip(bytes) {
        *to = *from;
    }
}

impl StorageBackend for SealedFile {
    fn len(&self) -> Result<u64, Error> {
        Ok(self.length.load(Ordering::Acquire))
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> Result<(), Error> {
        self.check_range(offset, out.len())?;
        let part = |sector, start, out: &mut [u8]| {
            if sector == 0 {
                copy_part(self.head().plain.as_slice(), start, out);
                return Ok(());
            }
            let mut plain = [0; SECTOR];
            self.read_sectors(sector, &mut plain)?;
            copy_part(&plain, start, out);
            Ok(())
        };
        by_sector(offset, out, part, |sector, out| self.read_sectors(sector, out))
    }

    fn set_len(&self, length: u64) -> Result<(), Error> {
        if length == 0 || !length.is_multiple_of(SECTOR as u64) {
            return Err(Error::new(ErrorKind::InvalidInput, "a database is a whole number of sectors"));
        }
        let sectors = length / SECTOR as u64;
        self.change(|raw| raw.set_len((sectors - 1) * SEALED as u64 + BODY))?;
        self.length.store(length, Ordering::Release);
        Ok(())
    }

    fn sync_data(&self) -> Result<(), Error> {
        self.sync()
    }

    fn write(&self, offset: u64, data: &[u8]) -> Result<(), Error> {
        self.check_range(offset, data.len())?;
        let part = |sector, start, bytes: &[u8]| {
            // Holding the head keeps two parts of one sector from being read before either is written.
            let mut head = self.head();
            if sector == 0 {
                put_part(head.plain.as_mut_slice(), start, bytes);
                head.changed = true;
                return Ok(());
            }
            let mut plain = [0; SECTOR];
            self.read_sectors(sector, &mut plain)?;
            put_part(&mut plain, start, bytes);
            self.write_sectors(sector, &plain)
        };
        by_sector(offset, data, part, |sector, bytes| self.write_sectors(sector, bytes))
    }

    fn close(&self) -> Result<(), Error> {
        if self.head().changed { self.sync() } else { Ok(()) }
    }
}

fn database(error: Error) -> StoreError {
    redb::Error::Io(error).into()
}

#[cfg(test)]
#[path = "backend_tests.rs"]
mod tests;
