//! The three digests that a package states of each of its files: SHA-256, SHA-512 and SM3; and MD5, by which messages name files.

use data_encoding::HEXLOWER;
use md5::Md5;
use sha2::{Digest, Sha256, Sha512};
use sm3::Sm3;

/// The digests of a file, and its size in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct FileDigests {
    pub(crate) sha256: [u8; 32],
    pub(crate) sha512: [u8; 64],
    pub(crate) sm3: [u8; 32],
    /// Of files of messages only; it proves nothing.
    pub(crate) md5: Option<[u8; 16]>,
    pub(crate) size: u64,
}

/// Makes all of them in one reading.
#[derive(Clone, Default)]
pub(crate) struct Digesting {
    sha256: Sha256,
    sha512: Sha512,
    sm3: Sm3,
    md5: Option<Md5>,
    size: u64,
}

impl Digesting {
    /// With the MD5, too.
    pub(crate) fn with_md5() -> Self {
        Self { md5: Some(Md5::default()), ..Self::default() }
    }

    pub(crate) fn update(&mut self, bytes: &[u8]) {
        self.sha256.update(bytes);
        self.sha512.update(bytes);
        self.sm3.update(bytes);
        if let Some(md5) = &mut self.md5 {
            md5.update(bytes);
        }
        self.size = self.size.saturating_add(bytes.len() as u64);
    }

    pub(crate) fn finish(self) -> FileDigests {
        FileDigests {
            sha256: self.sha256.finalize().into(),
            sha512: self.sha512.finalize().into(),
            sm3: self.sm3.finalize().into(),
            md5: self.md5.map(|md5| md5.finalize().into()),
            size: self.size,
        }
    }
}

/// SHA-256 in lower-case hexadecimal.
pub(crate) fn sha256_hex(bytes: &[u8]) -> String {
    HEXLOWER.encode(&Sha256::digest(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// FIPS 180-4 and GB/T 32905-2016, example 1.
    #[test]
    fn digests_are_those_of_the_standards() {
        let mut digesting = Digesting::with_md5();
        digesting.update(b"a");
        digesting.update(b"bc");
        let made = digesting.finish();
        assert_eq!(HEXLOWER.encode(&made.sm3), "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0");
        assert_eq!(HEXLOWER.encode(&made.sha256), sha256_hex(b"abc"));
        assert!(HEXLOWER.encode(&made.sha512).starts_with("ddaf35a193617abacc417349ae204131"));
        // RFC 1321, A.5.
        let md5 = made.md5.map(|md5| HEXLOWER.encode(&md5));
        assert_eq!((md5.as_deref(), made.size), (Some("900150983cd24fb0d6963f7d28e17f72"), 3));
    }
}
