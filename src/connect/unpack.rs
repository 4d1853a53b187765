//! Files as they are uploaded or piped in: plain or compressed with zstd, told apart by their first bytes, and bounded: a small
//! file that unpacks to a great deal stops early, one that needs much memory does not start.

use std::io::{self, BufReader, Chain, Cursor, Read};

use xinju_model::limits::{IMPORT_UNPACK_FREE_BYTES, IMPORT_UNPACK_RATIO_MAX, IMPORT_ZSTD_WINDOW_LOG_MAX};
use zstd::stream::read::Decoder;

use crate::error::ConnectError;

/// Enough to tell every format apart.
const MAGIC_BYTES: u64 = 4;

/// The content of a file, unpacked where it was packed. Its errors hold a [`ConnectError`].
pub struct Unpacked<R: Read> {
    stream: Stream<R>,
    bytes: u64,
    free_bytes: u64,
}

type Packed<R> = BufReader<Chain<Cursor<Vec<u8>>, Counted<R>>>;

enum Stream<R: Read> {
    Plain(Packed<R>),
    Zstd(Box<Decoder<'static, Packed<R>>>),
}

/// A file, how much of it was read, and whether reading it failed: so that a fault of the disk and one of the format differ.
struct Counted<R> {
    file: R,
    bytes: u64,
    failed: bool,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self.file.read(buffer) {
            Ok(count) => {
                self.bytes += count as u64;
                Ok(count)
            }
            Err(error) => {
                self.failed = error.kind() != io::ErrorKind::Interrupted;
                Err(error)
            }
        }
    }
}

impl<R: Read> Unpacked<R> {
    /// Looks at the first bytes of `file`.
    pub fn new(file: R) -> Result<Self, ConnectError> {
        let mut counted = Counted { file, bytes: 0, failed: false };
        let mut magic = Vec::new();
        (&mut counted).take(MAGIC_BYTES).read_to_end(&mut magic)?;
        let format = magic.clone();
        let packed = BufReader::new(Cursor::new(magic).chain(counted));
        let stream = match format.as_slice() {
            // A frame, or one of the skippable frames that parallel packers begin with (RFC 8878 3.1.1, 3.1.2).
            [0x28, 0xB5, 0x2F, 0xFD] | [0x50..=0x5F, 0x2A, 0x4D, 0x18] => {
                let mut decoder = Decoder::with_buffer(packed)?;
                decoder.window_log_max(IMPORT_ZSTD_WINDOW_LOG_MAX)?;
                Stream::Zstd(Box::new(decoder))
            }
            [0x1F, 0x8B, ..] => return Err(ConnectError::Packed("gzip")),
            [b'P', b'K', 3, 4] => return Err(ConnectError::Packed("zip")),
            [0xFD, b'7', b'z', b'X'] => return Err(ConnectError::Packed("xz")),
            _ => Stream::Plain(packed),
        };
        Ok(Self { stream, bytes: 0, free_bytes: IMPORT_UNPACK_FREE_BYTES })
    }

    /// Bytes of the file read so far, packed as it is.
    pub fn file_bytes(&self) -> u64 {
        self.counted().bytes
    }

    fn counted(&self) -> &Counted<R> {
        match &self.stream {
            Stream::Plain(packed) => packed.get_ref().get_ref().1,
            Stream::Zstd(decoder) => decoder.get_ref().get_ref().get_ref().1,
        }
    }

    fn fault(&self, error: io::Error) -> ConnectError {
        if self.counted().failed {
            return ConnectError::Io(error);
        }
        match error.kind() {
            io::ErrorKind::UnexpectedEof => ConnectError::CutOff,
            _ if error.to_string().contains("too much memory") => ConnectError::Window,
            _ => ConnectError::Damaged,
        }
    }
}

impl<R: Read> Read for Unpacked<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let decoder = match &mut self.stream {
            Stream::Plain(packed) => return packed.read(buffer),
            Stream::Zstd(decoder) => decoder,
        };
        match decoder.read(buffer) {
            Ok(count) => {
                self.bytes += count as u64;
                let most = self.file_bytes().saturating_mul(IMPORT_UNPACK_RATIO_MAX).saturating_add(self.free_bytes);
                if self.bytes > most {
                    return Err(io::Error::other(ConnectError::Bomb(IMPORT_UNPACK_RATIO_MAX)));
                }
                Ok(count)
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => Err(error),
            Err(error) => Err(io::Error::other(self.fault(error))),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn pack(content: &[u8]) -> Vec<u8> {
        zstd::encode_all(content, 3).unwrap()
    }

    fn unpack(file: &[u8]) -> Result<Vec<u8>, ConnectError> {
        let mut content = Vec::new();
        Unpacked::new(file)?.read_to_end(&mut content)?;
        Ok(content)
    }

    #[test]
    fn plain_and_packed_files_read_the_same() {
        for content in [&b""[..], b"{", b"{}\n", "多行\n".repeat(100_000).as_bytes()] {
            assert_eq!(unpack(content).unwrap(), content);
            assert_eq!(unpack(&pack(content)).unwrap(), content);
        }
        let skippable = [&[0x5A, 0x2A, 0x4D, 0x18, 2, 0, 0, 0, 9, 9][..], &pack(b"a"), &pack(b"b")].concat();
        assert_eq!(unpack(&skippable).unwrap(), b"ab");
    }

    #[test]
    fn packed_files_that_are_not_in_order_are_told_apart() {
        let noise: Vec<u8> = (0..200_000_u32).flat_map(|n| n.wrapping_mul(2_654_435_761).to_le_bytes()).collect();
        let whole = pack(&noise);
        assert!(matches!(unpack(&whole[..whole.len() / 2]), Err(ConnectError::CutOff)));
        let mut bent = whole;
        // The reserved block type, after the magic number and two bytes of header (RFC 8878 3.1.1.2).
        bent[6] |= 0b110;
        assert!(matches!(unpack(&bent), Err(ConnectError::Damaged)));
        assert!(matches!(unpack(&[0x1F, 0x8B, 8, 0, 0]), Err(ConnectError::Packed("gzip"))));
        assert!(matches!(unpack(b"PK\x03\x04"), Err(ConnectError::Packed("zip"))));
        assert!(matches!(unpack(&[0xFD, b'7', b'z', b'X', b'Z', 0]), Err(ConnectError::Packed("xz"))));
    }

    #[test]
    fn a_window_that_takes_too_much_memory_is_refused() {
        let mut encoder = zstd::Encoder::new(Vec::new(), 1).unwrap();
        encoder.window_log(IMPORT_ZSTD_WINDOW_LOG_MAX + 1).unwrap();
        encoder.write_all(b"{}\n").unwrap();
        encoder.flush().unwrap();
        assert!(matches!(unpack(&encoder.finish().unwrap()), Err(ConnectError::Window)));
    }

    #[test]
    fn a_bomb_is_stopped_early() {
        let bomb = pack(&vec![b' '; 8 * 1024 * 1024]);
        assert!(bomb.len() < 1024);
        let mut file = Unpacked::new(&*bomb).unwrap();
        file.free_bytes = 4096;
        let mut content = Vec::new();
        let error = ConnectError::from(file.read_to_end(&mut content).unwrap_err());
        assert!(matches!(error, ConnectError::Bomb(_)));
        assert!(content.len() < 2 * 1024 * 1024);
    }

    /// A file whose disk fails after its first bytes.
    struct Failing(Cursor<Vec<u8>>);

    impl Read for Failing {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            match self.0.read(buffer)? {
                0 => Err(io::Error::other("the disk failed")),
                count => Ok(count),
            }
        }
    }

    #[test]
    fn faults_of_the_disk_are_not_blamed_on_the_format() {
        for content in [b"plain text".to_vec(), pack(&vec![7; 100_000])] {
            let half = content[..content.len() - 3].to_vec();
            let mut file = Unpacked::new(Failing(Cursor::new(half))).unwrap();
            let error = ConnectError::from(file.read_to_end(&mut Vec::new()).unwrap_err());
            assert!(matches!(error, ConnectError::Io(_)), "{error}");
        }
    }

    #[test]
    fn bytes_of_the_file_are_counted_as_they_are_packed() {
        let packed = pack(&vec![7; 100_000]);
        let mut file = Unpacked::new(&*packed).unwrap();
        file.read_to_end(&mut Vec::new()).unwrap();
        assert_eq!(file.file_bytes(), packed.len() as u64);
    }
}
