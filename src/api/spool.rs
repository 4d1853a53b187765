//! Uploads on their way to the service: sealed on disk under a key that only this process knows and only for as long as it is needed.
//!
//! The file has no name. What a lost power cord or a copied disk leaves of it is noise: AES-256-GCM (NIST SP 800-38D)
//! over pieces of [`PIECE_BYTES`], each under its number as the nonce, with a key of its own for each file.

use std::fs::File;
use std::io::{self, Read, Seek};
use std::path::Path;

use ring::aead::{AES_256_GCM, Aad, LessSafeKey, MAX_TAG_LEN, NONCE_LEN, Nonce, UnboundKey};
use tokio::io::AsyncWriteExt;
use xinju_model::id::Random;
use zeroize::Zeroizing;

/// Bytes of a piece before it is sealed.
const PIECE_BYTES: usize = 256 * 1024;

/// The key of one file and the number of its next piece.
struct Sealing {
    key: LessSafeKey,
    number: u64,
}

impl Sealing {
    fn of(key: &[u8; 32]) -> io::Result<Self> {
        let key = UnboundKey::new(&AES_256_GCM, key).map_err(|_| io::Error::other("no key for an upload"))?;
        Ok(Self { key: LessSafeKey::new(key), number: 0 })
    }

    /// Each number is used once: to seal by the one writer, to open by the one reader.
    fn next_nonce(&mut self) -> Nonce {
        let mut nonce = [0; NONCE_LEN];
        nonce.iter_mut().zip(self.number.to_le_bytes()).for_each(|(to, from)| *to = from);
        self.number = self.number.wrapping_add(1);
        Nonce::assume_unique_for_key(nonce)
    }
}

/// A file that is being written.
pub(crate) struct Spool {
    file: tokio::fs::File,
    key: Zeroizing<[u8; 32]>,
    sealing: Sealing,
    piece: Vec<u8>,
    bytes: u64,
}

impl Spool {
    /// A new file in `folder`.
    pub(crate) fn new(folder: &Path, random: &dyn Random) -> io::Result<Self> {
        let mut key = Zeroizing::new([0; 32]);
        random.fill(key.as_mut());
        let file = tokio::fs::File::from_std(tempfile::tempfile_in(folder)?);
        Ok(Self {
            file,
            sealing: Sealing::of(&key)?,
            key,
            piece: Vec::with_capacity(PIECE_BYTES + MAX_TAG_LEN),
            bytes: 0,
        })
    }

    /// Adds bytes behind those before.
    pub(crate) async fn write(&mut self, mut bytes: &[u8]) -> io::Result<()> {
        while !bytes.is_empty() {
            let room = PIECE_BYTES.saturating_sub(self.piece.len());
            let (now, later) = bytes.split_at(room.min(bytes.len()));
            self.piece.extend_from_slice(now);
            if self.piece.len() == PIECE_BYTES {
                self.put().await?;
            }
            bytes = later;
        }
        Ok(())
    }

    async fn put(&mut self) -> io::Result<()> {
        self.bytes = self.bytes.saturating_add(u64::try_from(self.piece.len()).unwrap_or(u64::MAX));
        let nonce = self.sealing.next_nonce();
        let sealed = self.sealing.key.seal_in_place_append_tag(nonce, Aad::empty(), &mut self.piece);
        sealed.map_err(|_| io::Error::other("an upload could not be sealed"))?;
        self.file.write_all(&self.piece).await?;
        self.piece.clear();
        Ok(())
    }

    /// Ends the writing: the file from its beginning, and its bytes before sealing.
    pub(crate) async fn finish(mut self) -> io::Result<(SpoolReader, u64)> {
        if !self.piece.is_empty() {
            self.put().await?;
        }
        self.file.flush().await?;
        let mut file = self.file.into_std().await;
        file.rewind()?;
        let sealing = Sealing::of(&self.key)?;
        Ok((SpoolReader { file, sealing, piece: Vec::new(), at: 0, left: self.bytes }, self.bytes))
    }
}

/// A file that is being read, once, from its beginning.
pub(crate) struct SpoolReader {
    file: File,
    sealing: Sealing,
    piece: Vec<u8>,
    at: usize,
    /// Bytes that are still sealed.
    left: u64,
}

impl SpoolReader {
    fn open_next(&mut self) -> io::Result<()> {
        let length = usize::try_from(self.left).unwrap_or(usize::MAX).min(PIECE_BYTES);
        self.piece.resize(length.saturating_add(MAX_TAG_LEN), 0);
        self.file.read_exact(&mut self.piece)?;
        let nonce = self.sealing.next_nonce();
        let opened = self.sealing.key.open_in_place(nonce, Aad::empty(), &mut self.piece);
        opened.map_err(|_| io::Error::new(io::ErrorKind::InvalidData, "an upload changed on disk"))?;
        self.piece.truncate(length);
        self.at = 0;
        self.left = self.left.saturating_sub(u64::try_from(length).unwrap_or(u64::MAX));
        Ok(())
    }
}

impl Read for SpoolReader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.at == self.piece.len() && self.left > 0 {
            self.open_next()?;
        }
        let mut rest = self.piece.get(self.at..).unwrap_or_default();
        let read = rest.read(buffer)?;
        self.at = self.at.saturating_add(read);
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::os::unix::fs::FileExt;

    use super::*;

    struct Counting;

    impl Random for Counting {
        fn fill(&self, bytes: &mut [u8]) {
            bytes.iter_mut().zip(1..).for_each(|(to, number)| *to = number);
        }
    }

    async fn written(pieces: &[Vec<u8>]) -> (SpoolReader, u64) {
        let folder = tempfile::tempdir().expect("a folder");
        let mut spool = Spool::new(folder.path(), &Counting).expect("a file");
        for piece in pieces {
            spool.write(piece).await.expect("written");
        }
        spool.finish().await.expect("finished")
    }

    #[tokio::test]
    async fn what_is_written_is_read_again_and_lies_sealed_between() {
        for sizes in
            [vec![], vec![0], vec![1], vec![PIECE_BYTES], vec![PIECE_BYTES - 1, 2], vec![7, 3 * PIECE_BYTES, 9]]
        {
            let pieces: Vec<Vec<u8>> = sizes.iter().zip(b'a'..).map(|(size, letter)| vec![letter; *size]).collect();
            let (mut reader, bytes) = written(&pieces).await;
            let mut raw = Vec::new();
            (&reader.file).read_to_end(&mut raw).expect("raw");
            assert!(!raw.windows(8).any(|part| part == b"aaaaaaaa"), "it lies open");
            reader.file.rewind().expect("rewound");
            let mut read = Vec::new();
            reader.read_to_end(&mut read).expect("read");
            assert_eq!((read, bytes), (pieces.concat(), sizes.iter().sum::<usize>() as u64), "{sizes:?}");
        }
    }

    #[tokio::test]
    async fn a_changed_byte_is_a_fault() {
        let (mut reader, _) = written(&[vec![7; 100]]).await;
        reader.file.write_all_at(&[0], 50).expect("changed");
        assert_eq!(reader.read_to_end(&mut Vec::new()).expect_err("a fault").kind(), io::ErrorKind::InvalidData);
        let (mut reader, _) = written(&[vec![7; 100]]).await;
        reader.file.set_len(50).expect("cut");
        reader.file.flush().expect("flushed");
        assert_eq!(reader.read_to_end(&mut Vec::new()).expect_err("a fault").kind(), io::ErrorKind::UnexpectedEof);
    }
}
