//! The database's file, encrypted: redb sees plain sectors of 4,096 bytes, the disk sees sealed ones.
//!
//! | at | what |
//! |---|---|
//! | 0 | `xinjudb` and version 2, then the file's random id 16 |
//! | 4,096 and 12,288 | two copies of sector 0, see [`crate::front`] |
//! | 20,480 on | sectors 1, 2, 3 ..., each sealed: nonce 12, ciphertext 4,096, tag 16 |
//!
//! A sealed sector's context is its number and the file's id, so that sectors can't change places. A sector of zeros was never written and reads as zeros.
//!
//! Sector 0 is redb's header, the only place that it writes over while it is in use. It is written at a sync only, into the copy that is not the newest durable
//! one: whatever is torn, one whole copy remains. redb asks for two syncs a commit, one for the pages and one for the header that makes them count. The first is
//! left out: nobody is promised anything before the header's primary bit turns, and the copy that has it turned names the sectors that must be there with it.
//! That a torn write leaves the bytes beside it alone is asked of the disk, as every database does.
//!
//! Version 1 had copies that name nothing, and both syncs. A file of it turns into one of version 2 with the first commit after the migrations.

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
use crate::front::{COPY, COPY_1, HeaderCopy, NAMED_MAX, TAG, Tags, choose};

pub(crate) const SECTOR: usize = 4096;
const SEALED: usize = SECTOR + OVERHEAD;
const MAGIC: &[u8; 7] = b"xinjudb";
const VERSION: u8 = 2;
const PREAMBLE: usize = 24;
const COPIES: [u64; 2] = [4096, 12_288];
const BODY: u64 = 20_480;
/// Where redb's header says which of its two commit slots counts, and the bit that does ("god byte" in redb's design document).
const PRIMARY: (usize, u8) = (9, 1);
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
    /// Whether the disk refused a write or a sync. What was not durable then may be lost in any part, so that nothing that builds on it may follow.
    failed: AtomicBool,
    caution: Arc<Caution>,
    head: Mutex<Head>,
    afloat: Mutex<Afloat>,
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
    /// Version of the file.
    version: u8,
    /// The primary bit of the durable copy.
    primary: u8,
}

/// Sectors between the program and the disk.
#[derive(Default)]
struct Afloat {
    /// Written since the last sync.
    written: Tags,
    /// Durable, but named by the newest durable copy, whose twin that names nothing is not durable yet: written over, they would seem to be missing.
    named: Tags,
}

impl fmt::Debug for SealedFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SealedFile").field("raw", &self.raw).finish_non_exhaustive()
    }
}

/// The bit of redb's header that says which commit counts.
fn primary(header: &[u8; SECTOR]) -> u8 {
    header.get(PRIMARY.0).copied().unwrap_or_default() & PRIMARY.1
}

impl Head {
    /// The first of its kind, of the newest version.
    fn of(plain: Box<[u8; SECTOR]>) -> Self {
        let primary = primary(&plain);
        Self { plain, number: 0, durable: 0, changed: false, version: VERSION, primary }
    }
}

pub(crate) fn damaged(what: impl Into<String>) -> Error {
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
            failed: AtomicBool::new(false),
            caution,
            head: Mutex::new(Head::of(Box::new([0; SECTOR]))),
            afloat: Mutex::default(),
        };
        let opened = if file.raw.is_empty().map_err(database)? { file.begin() } else { file.read_front() };
        opened.map_err(database)?;
        Ok(file)
    }

    fn begin(&mut self) -> io::Result<()> {
        self.random.fill(&mut self.id);
        self.head().changed = true;
        self.change(|raw| raw.set_len(BODY))?;
        self.write_preamble()
    }

    fn write_preamble(&self) -> io::Result<()> {
        let preamble = [MAGIC.as_slice(), &[VERSION], &self.id].concat();
        self.change(|raw| raw.write_at(0, &preamble))
    }

    fn read_front(&mut self) -> io::Result<()> {
        let length = self.raw.len()?;
        let mut preamble = [0; PREAMBLE];
        self.raw.read_at(0, &mut preamble)?;
        let body = length.checked_sub(BODY).filter(|body| body.is_multiple_of(SEALED as u64));
        let (Some(body), [b'x', b'i', b'n', b'j', b'u', b'd', b'b', version @ 1..=VERSION, id @ ..]) = (body, preamble)
        else {
            return Err(damaged("it is cut, or not the database of an archive"));
        };
        self.id = id;
        self.length.store((body / SEALED as u64 + 1) * SECTOR as u64, Ordering::Release);
        let copies = [self.read_copy(0)?, self.read_copy(1)?];
        let numbers = copies.each_ref().map(|copy| copy.as_ref().map(|copy| copy.number));
        let (place, copy) = choose(copies, |newest| self.holds(&newest.named))?;
        let head = Head { number: copy.number, durable: place, version, ..Head::of(copy.plain) };
        *self.head() = head;
        // What a killed process left with the system must be durable before anything builds on it.
        self.force()?;
        if numbers.get(1 - place).copied().flatten() == Some(copy.number) {
            return Ok(());
        }
        self.write_twin(&mut self.head(), copy.named)
    }

    /// Whether these sectors are on the disk with these tags.
    fn holds(&self, named: &Tags) -> io::Result<bool> {
        let mut sealed = vec![0; SEALED];
        for (sector, tag) in named {
            let end = sealed_offset(*sector)?.saturating_add(SEALED as u64);
            if end > self.raw.len()? {
                return Ok(false);
            }
            self.raw.read_at(sealed_offset(*sector)?, &mut sealed)?;
            let same = sealed.last_chunk::<TAG>() == Some(tag);
            if !same || self.sealer(*sector)?.open_in_place(&self.context(*sector), &mut sealed).is_err() {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// A copy of sector 0, where it is whole.
    fn read_copy(&self, place: usize) -> io::Result<Option<HeaderCopy>> {
        let mut sealed = vec![0; COPY + OVERHEAD];
        self.raw.read_at(COPIES.get(place).copied().unwrap_or_default(), &mut sealed)?;
        for (version, length) in [(2, COPY), (1, COPY_1)] {
            let mut sealed: Vec<u8> = sealed.iter().take(length + OVERHEAD).copied().collect();
            if let Ok(opened) = self.sealer(0)?.open_in_place(&self.copy_context(version), &mut sealed) {
                return Ok(HeaderCopy::decode(opened));
            }
        }
        tracing::warn!(copy = place, "a copy of the database's first sector does not open");
        Ok(None)
    }

    fn write_copy(&self, place: usize, copy: &HeaderCopy, version: u8) -> io::Result<()> {
        let context = self.copy_context(version);
        let sealed = self.sealer(0)?.seal(&context, &copy.encode(version), self.random.as_ref());
        self.change(|raw| raw.write_at(COPIES.get(place).copied().unwrap_or_default(), &sealed))
    }

    /// Writes over the copy that is not durable one that holds what the durable one holds and names nothing. The next sync makes it durable; until then
    /// what the durable one names must stay.
    fn write_twin(&self, head: &mut Head, named: Tags) -> io::Result<()> {
        let twin = HeaderCopy { number: head.number, plain: head.plain.clone(), named: Tags::new() };
        self.write_copy(1 - head.durable, &twin, head.version)?;
        self.afloat().named = named;
        Ok(())
    }

    /// Makes what was written durable.
    fn force(&self) -> io::Result<()> {
        *self.afloat() = Afloat::default();
        self.change(|raw| raw.sync())
    }

    /// Changes the file, or makes it durable; the first failure is the last attempt.
    fn change(&self, act: impl FnOnce(&dyn RawFile) -> io::Result<()>) -> io::Result<()> {
        if self.failed.load(Ordering::Acquire) {
            return Err(Error::other("the disk failed before; only the next start knows what it holds"));
        }
        act(self.raw.as_ref()).inspect_err(|_| self.failed.store(true, Ordering::Release))
    }

    fn afloat(&self) -> MutexGuard<'_, Afloat> {
        self.afloat.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn head(&self) -> MutexGuard<'_, Head> {
        self.head.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn sealer(&self, sector: u64) -> io::Result<&Sealer> {
        let place = usize::try_from(sector % u64::from(SEALERS)).unwrap_or_default();
        self.sealers.get(place).ok_or_else(|| damaged("no key for a sector"))
    }

    /// The context of a copy of sector 0: no sector has such a number.
    fn copy_context(&self, version: u8) -> [u8; 24] {
        self.context(if version == 1 { u64::MAX } else { u64::MAX - 1 })
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
        let tags = (first..).zip(sealed.chunks(SEALED).filter_map(|sector| sector.last_chunk::<TAG>().copied()));
        let last = first.saturating_add(sealed.len() as u64 / SEALED as u64);
        let is_named = self.afloat().named.range(first..last).next().is_some();
        if is_named {
            self.force()?;
        }
        self.afloat().written.extend(tags);
        let offset = sealed_offset(first)?;
        self.change(|raw| raw.write_at(offset, &sealed))
    }

    /// Makes the header durable, and all that it speaks of.
    fn sync(&self, is_last: bool) -> io::Result<()> {
        let mut head = self.head();
        if !head.changed {
            drop(head);
            return self.force();
        }
        let written = self.afloat().written.len();
        let names = !self.caution.is_on() && written <= NAMED_MAX;
        if names && !is_last && written > 0 && head.primary == primary(&head.plain) {
            return Ok(());
        }
        if !names && written > 0 {
            self.force()?;
        }
        if !self.caution.is_on() && head.version < VERSION {
            self.write_preamble()?;
            head.version = VERSION;
        }
        let named = self.afloat().written.clone();
        let copy = HeaderCopy { number: head.number + 1, plain: head.plain.clone(), named };
        let place = 1 - head.durable;
        self.write_copy(place, &copy, head.version)?;
        self.force()?;
        *head = Head { number: copy.number, durable: place, version: head.version, ..Head::of(copy.plain) };
        self.write_twin(&mut head, copy.named)
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
        if !self.afloat().named.is_empty() {
            self.force()?;
        }
        self.change(|raw| raw.set_len((sectors - 1) * SEALED as u64 + BODY))?;
        self.length.store(length, Ordering::Release);
        Ok(())
    }

    fn sync_data(&self) -> Result<(), Error> {
        self.sync(false)
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
        if self.head().changed { self.sync(true) } else { Ok(()) }
    }
}

fn database(error: Error) -> StoreError {
    redb::Error::Io(error).into()
}

#[cfg(test)]
#[path = "backend_tests.rs"]
mod tests;
