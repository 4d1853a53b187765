//! Reads the zip of a package from anybody: strictly, because what two programs read differently proves nothing.
//!
//! One form is accepted, the one that the writer makes: files one behind the other without gap or overlap, the directory behind them,
//! nothing else. So no byte is hidden, no name stands twice, no size is believed before it is checked.

use std::collections::{BTreeMap, HashSet};
use std::io::{BufReader, Read, Seek, SeekFrom};

use flate2::read::DeflateDecoder;
use xinju_model::limits::{
    EVIDENCE_BYTES_MAX, EVIDENCE_FILES_MAX, EVIDENCE_MANIFEST_BYTES_MAX, EVIDENCE_PATH_BYTES_MAX,
    EVIDENCE_UNPACK_FREE_BYTES, EVIDENCE_UNPACK_RATIO_MAX,
};

use crate::error::EvidenceError;
use crate::name;

const LOCAL: u32 = 0x0403_4b50;
const CENTRAL: u32 = 0x0201_4b50;
const END: u32 = 0x0605_4b50;
const END_64: u32 = 0x0606_4b50;
const LOCATOR_64: u32 = 0x0706_4b50;
const END_BYTES: u64 = 22;
const LOCATOR_64_BYTES: u64 = 20;
const END_64_BYTES: u64 = 56;
/// The extra field with sizes of 64 bits.
const EXTRA_64: u16 = 1;
/// The only flag that is understood: names are UTF-8.
const FLAG_UTF8: u16 = 1 << 11;
/// The bits of a Unix mode that say what kind of file it is, and the kind that is one.
const KIND_MASK: u32 = 0o170_000;
const KIND_FILE: u32 = 0o100_000;
/// Bytes of extra fields that a file may carry.
const EXTRA_BYTES_MAX: usize = 64;
/// Bytes that are handed on at a time.
const CHUNK_BYTES: usize = 64 * 1024;

/// A file inside.
#[derive(Clone, Debug)]
struct Member {
    at: u64,
    data_at: u64,
    packed: u64,
    size: u64,
    crc: u32,
    deflated: bool,
}

/// A package that was opened.
pub(crate) struct Container<R> {
    source: BufReader<R>,
    root: String,
    members: BTreeMap<String, Member>,
}

fn fault(words: impl Into<String>) -> EvidenceError {
    EvidenceError::Container(words.into())
}

impl<R: Read + Seek> Container<R> {
    /// Reads the directory and holds every file's place to it. No file is unpacked.
    pub(crate) fn open(source: R) -> Result<Self, EvidenceError> {
        let mut source = BufReader::with_capacity(CHUNK_BYTES, source);
        let length = source.seek(SeekFrom::End(0)).map_err(|error| unreadable(&error))?;
        let directory = Directory::find(&mut source, length)?;
        let (root, mut members) = directory.read(&mut source)?;
        check_sizes(&members, length)?;
        check_places(&mut source, &root, &mut members, directory.at)?;
        Ok(Self { source, root, members })
    }

    /// The folder that everything is in.
    pub(crate) fn root(&self) -> &str {
        &self.root
    }

    /// The paths of all files, sorted, without the folder that everything is in.
    pub(crate) fn paths(&self) -> impl Iterator<Item = &str> {
        self.members.keys().map(String::as_str)
    }

    /// Whether there is such a file.
    pub(crate) fn has(&self, path: &str) -> bool {
        self.members.contains_key(path)
    }

    /// Unpacks a file into `sink`, piece by piece; checks size and CRC.
    pub(crate) fn read(&mut self, path: &str, sink: &mut dyn FnMut(&[u8])) -> Result<(), EvidenceError> {
        let member = self.members.get(path).cloned().ok_or_else(|| fault(format!("{path} is not in it")))?;
        self.source.seek(SeekFrom::Start(member.data_at)).map_err(|error| unreadable(&error))?;
        let packed = (&mut self.source).take(member.packed);
        if member.deflated {
            unpack(DeflateDecoder::new(packed), &member, path, sink)
        } else {
            unpack(packed, &member, path, sink)
        }
    }

    /// A file of at most `most` bytes.
    pub(crate) fn document(&mut self, path: &str, most: u64) -> Result<Vec<u8>, EvidenceError> {
        let size = self.members.get(path).map(|member| member.size);
        if size.is_some_and(|size| size > most) {
            return Err(fault(format!("{path} is larger than any file of its kind")));
        }
        let mut bytes = Vec::new();
        self.read(path, &mut |chunk| bytes.extend_from_slice(chunk))?;
        Ok(bytes)
    }
}

fn unreadable(error: &std::io::Error) -> EvidenceError {
    fault(format!("it can't be read: {error}"))
}

fn unpack(mut from: impl Read, member: &Member, path: &str, sink: &mut dyn FnMut(&[u8])) -> Result<(), EvidenceError> {
    let mut buffer = vec![0; CHUNK_BYTES];
    let mut crc = crc32fast::Hasher::new();
    let mut size: u64 = 0;
    loop {
        let read = from.read(&mut buffer).map_err(|_| fault(format!("{path} can't be unpacked")))?;
        let Some(chunk) = buffer.get(..read).filter(|chunk| !chunk.is_empty()) else { break };
        size = size.saturating_add(read as u64);
        if size > member.size {
            return Err(fault(format!("{path} unpacks to more than it says")));
        }
        crc.update(chunk);
        sink(chunk);
    }
    if size == member.size && crc.finalize() == member.crc {
        Ok(())
    } else {
        Err(fault(format!("{path} does not unpack to what it says")))
    }
}

/// Where the directory is and how many files it lists.
struct Directory {
    at: u64,
    bytes: u64,
    files: u64,
}

impl Directory {
    fn find<R: Read + Seek>(source: &mut BufReader<R>, length: u64) -> Result<Self, EvidenceError> {
        let end_at = length.checked_sub(END_BYTES).ok_or_else(|| fault("it is no zip"))?;
        let mut end = Fields::read(source, end_at, END_BYTES)?;
        if end.u32()? != END {
            return Err(fault("it is no zip, was cut off, or something stands behind it"));
        }
        let disks = (end.u16()?, end.u16()?);
        let (here, all) = (end.u16()?, end.u16()?);
        let (bytes, at, comment) = (end.u32()?, end.u32()?, end.u16()?);
        if disks != (0, 0) || here != all || comment != 0 {
            return Err(fault("its end is not that of one whole zip without comment"));
        }
        let found = if all == u16::MAX || bytes == u32::MAX || at == u32::MAX {
            Self::find_64(source, end_at)?
        } else {
            (Self { at: at.into(), bytes: bytes.into(), files: all.into() }, end_at)
        };
        let (directory, until) = found;
        if directory.at.checked_add(directory.bytes) != Some(until) {
            return Err(fault("its directory is not where it says"));
        }
        if directory.files > EVIDENCE_FILES_MAX || directory.bytes > EVIDENCE_MANIFEST_BYTES_MAX {
            return Err(fault("it lists more files than a package may hold"));
        }
        Ok(directory)
    }

    /// The larger form of the end; answers where it begins, too.
    fn find_64<R: Read + Seek>(source: &mut BufReader<R>, end_at: u64) -> Result<(Self, u64), EvidenceError> {
        let outside = || fault("its end is not that of a zip");
        let locator_at = end_at.checked_sub(LOCATOR_64_BYTES).ok_or_else(outside)?;
        let end_64_at = locator_at.checked_sub(END_64_BYTES).ok_or_else(outside)?;
        let mut locator = Fields::read(source, locator_at, LOCATOR_64_BYTES)?;
        if (locator.u32()?, locator.u32()?, locator.u64()?, locator.u32()?) != (LOCATOR_64, 0, end_64_at, 1) {
            return Err(outside());
        }
        let mut end = Fields::read(source, end_64_at, END_64_BYTES)?;
        if (end.u32()?, end.u64()?) != (END_64, END_64_BYTES - 12) {
            return Err(outside());
        }
        let (_versions, disks) = (end.u32()?, (end.u32()?, end.u32()?));
        let (here, files) = (end.u64()?, end.u64()?);
        if disks != (0, 0) || here != files {
            return Err(outside());
        }
        Ok((Self { bytes: end.u64()?, at: end.u64()?, files }, end_64_at))
    }

    fn read<R: Read + Seek>(
        &self,
        source: &mut BufReader<R>,
    ) -> Result<(String, BTreeMap<String, Member>), EvidenceError> {
        source.seek(SeekFrom::Start(self.at)).map_err(|error| unreadable(&error))?;
        let mut directory = source.take(self.bytes);
        let mut members = BTreeMap::new();
        let mut folded = HashSet::new();
        let mut root: Option<String> = None;
        for _ in 0..self.files {
            let (full, member) = central(&mut directory)?;
            if let Some(wrong) = name::fault(&full) {
                return Err(fault(format!("{full:?}: {wrong}")));
            }
            let (top, path) = full.split_once('/').ok_or_else(|| fault(format!("{full:?} is in no folder")))?;
            if root.get_or_insert_with(|| top.to_owned()) != top {
                return Err(fault("it holds more than one folder"));
            }
            if !folded.insert(name::folded(path)) {
                return Err(fault(format!("{path} is there twice")));
            }
            members.insert(path.to_owned(), member);
        }
        if directory.limit() != 0 {
            return Err(fault("its directory is longer than it says"));
        }
        Ok((root.ok_or_else(|| fault("it is empty"))?, members))
    }
}

/// One entry of the directory: its name and what it says of itself.
fn central(source: &mut impl Read) -> Result<(String, Member), EvidenceError> {
    let mut fields = Fields::next(source, 46)?;
    if fields.u32()? != CENTRAL {
        return Err(fault("its directory can't be read"));
    }
    let (_made_by, _needs, flags, method) = (fields.u16()?, fields.u16()?, fields.u16()?, fields.u16()?);
    let (_time, crc) = (fields.u32()?, fields.u32()?);
    let (packed, size) = (fields.u32()?, fields.u32()?);
    let (name_bytes, extra_bytes, comment) = (fields.u16()?, fields.u16()?, fields.u16()?);
    let (disk, _internal, external, at) = (fields.u16()?, fields.u16()?, fields.u32()?, fields.u32()?);
    let name = text(source, name_bytes)?;
    if comment != 0 || disk != 0 {
        return Err(fault(format!("{name:?} carries more than a file")));
    }
    let kind = (external >> 16) & KIND_MASK;
    if flags & !FLAG_UTF8 != 0 || !matches!(method, 0 | 8) || !matches!(kind, 0 | KIND_FILE) {
        return Err(fault(format!("{name:?} is encrypted, a link, or packed in a way that packages don't use")));
    }
    let mut extra = Extra::read(source, extra_bytes)?;
    let member = Member {
        size: extra.widen(size)?,
        packed: extra.widen(packed)?,
        at: extra.widen(at)?,
        data_at: 0,
        crc,
        deflated: method == 8,
    };
    if !member.deflated && member.packed != member.size {
        return Err(fault(format!("{name:?} says two different sizes")));
    }
    Ok((name, member))
}

/// Files behave in sum as files of a package do: neither a bomb nor larger than may be.
fn check_sizes(members: &BTreeMap<String, Member>, length: u64) -> Result<(), EvidenceError> {
    let total = members.values().fold(0_u64, |sum, member| sum.saturating_add(member.size));
    let most = EVIDENCE_UNPACK_FREE_BYTES.saturating_add(length.saturating_mul(EVIDENCE_UNPACK_RATIO_MAX));
    if total > most.min(EVIDENCE_BYTES_MAX) {
        return Err(fault(format!("its files would have {total} bytes together, more than any of its length")));
    }
    Ok(())
}

/// Every file begins where the one before it ends, the directory where the last one ends, and says the same of itself in both places.
fn check_places<R: Read + Seek>(
    source: &mut BufReader<R>,
    root: &str,
    members: &mut BTreeMap<String, Member>,
    directory_at: u64,
) -> Result<(), EvidenceError> {
    let mut in_order: Vec<(&String, &mut Member)> = members.iter_mut().collect();
    in_order.sort_by_key(|(_, member)| member.at);
    let mut next = 0;
    for (path, member) in in_order {
        if member.at != next {
            return Err(fault(format!("{path} does not begin where the file before it ends")));
        }
        member.data_at = local(source, &format!("{root}/{path}"), member)?;
        next = member.data_at.checked_add(member.packed).ok_or_else(|| fault(format!("{path} has no end")))?;
    }
    if next == directory_at { Ok(()) } else { Err(fault("something stands between its files and its directory")) }
}

/// Reads what stands before a file's bytes; says where they begin.
fn local<R: Read + Seek>(source: &mut BufReader<R>, full: &str, member: &Member) -> Result<u64, EvidenceError> {
    let here = source.stream_position().map_err(|error| unreadable(&error))?;
    let ahead = i64::try_from(i128::from(member.at) - i128::from(here)).map_err(|_| fault("it has no end"))?;
    source.seek_relative(ahead).map_err(|error| unreadable(&error))?;
    let mut fields = Fields::next(source, 30)?;
    if fields.u32()? != LOCAL {
        return Err(fault(format!("{full:?} is not where the directory says")));
    }
    let (_needs, flags, method) = (fields.u16()?, fields.u16()?, fields.u16()?);
    let (_time, crc) = (fields.u32()?, fields.u32()?);
    let (packed, size) = (fields.u32()?, fields.u32()?);
    let (name_bytes, extra_bytes) = (fields.u16()?, fields.u16()?);
    let same_name = text(source, name_bytes)? == full;
    let mut extra = Extra::read(source, extra_bytes)?;
    let (size, packed) = (extra.widen(size)?, extra.widen(packed)?);
    let same = flags & !FLAG_UTF8 == 0 && (method == 8) == member.deflated && matches!(method, 0 | 8);
    if !same_name || !same || (crc, size, packed) != (member.crc, member.size, member.packed) {
        return Err(fault(format!("{full:?} says other things of itself than the directory does")));
    }
    source.stream_position().map_err(|error| unreadable(&error))
}

/// The 64-bit values of an extra field, for those that do not fit 32.
struct Extra(Fields);

impl Extra {
    fn read(source: &mut impl Read, bytes: u16) -> Result<Self, EvidenceError> {
        if usize::from(bytes) > EXTRA_BYTES_MAX {
            return Err(fault("a file carries more than a file"));
        }
        let mut all = Fields::next(source, bytes.into())?;
        let mut wide = Fields(Vec::new().into_iter());
        while all.0.len() > 0 {
            let (id, length) = (all.u16()?, all.u16()?);
            let value: Vec<u8> = all.0.by_ref().take(length.into()).collect();
            if value.len() != usize::from(length) || (id == EXTRA_64 && wide.0.len() > 0) {
                return Err(fault("the extra fields of a file can't be read"));
            }
            if id == EXTRA_64 {
                wide = Fields(value.into_iter());
            }
        }
        Ok(Self(wide))
    }

    fn widen(&mut self, narrow: u32) -> Result<u64, EvidenceError> {
        if narrow == u32::MAX { self.0.u64() } else { Ok(narrow.into()) }
    }
}

/// Little-endian numbers, one after the other.
struct Fields(std::vec::IntoIter<u8>);

impl Fields {
    fn read<R: Read + Seek>(source: &mut R, at: u64, bytes: u64) -> Result<Self, EvidenceError> {
        source.seek(SeekFrom::Start(at)).map_err(|error| unreadable(&error))?;
        Self::next(source, usize::try_from(bytes).unwrap_or(0))
    }

    fn next(source: &mut impl Read, bytes: usize) -> Result<Self, EvidenceError> {
        let mut all = vec![0; bytes];
        source.read_exact(&mut all).map_err(|_| fault("it was cut off"))?;
        Ok(Self(all.into_iter()))
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], EvidenceError> {
        let bytes: Vec<u8> = self.0.by_ref().take(N).collect();
        bytes.try_into().map_err(|_| fault("it was cut off"))
    }

    fn u16(&mut self) -> Result<u16, EvidenceError> {
        self.array().map(u16::from_le_bytes)
    }

    fn u32(&mut self) -> Result<u32, EvidenceError> {
        self.array().map(u32::from_le_bytes)
    }

    fn u64(&mut self) -> Result<u64, EvidenceError> {
        self.array().map(u64::from_le_bytes)
    }
}

fn text(source: &mut impl Read, bytes: u16) -> Result<String, EvidenceError> {
    if usize::from(bytes) > EVIDENCE_PATH_BYTES_MAX {
        return Err(fault("a name is longer than names are"));
    }
    let bytes: Vec<u8> = Fields::next(source, bytes.into())?.0.collect();
    String::from_utf8(bytes).map_err(|_| fault("a name is not UTF-8"))
}
