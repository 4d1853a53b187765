//! The keystore's file, version 1.
//!
//! | bytes | what |
//! |---|---|
//! | 8 | `xinjukey` |
//! | 1 | version: 1 |
//! | 1 | source of the master key: 0 a file, 1 a passphrase |
//! | 28 | for a passphrase: salt 16, memory in KiB 4, passes 4, lanes 4 (big-endian); else zeros |
//! | 16 | check: tells a wrong key from damage |
//! | rest | sealed under the master key, with all before it as context: contents |
//!
//! Contents: number of data keys 1, each purpose 1 and key 32; the ledger's signing seed 32; number of segment keys 4, each file name 16 and key 32.

use std::collections::BTreeMap;

use xinju_model::id::Random;
use zeroize::Zeroizing;

use crate::error::KeyError;
use crate::keystore::Purpose;
use crate::master::{MasterKey, Stretch};
use crate::sealing::{Sealer, derive};

const MAGIC: &[u8; 8] = b"xinjukey";
const VERSION: u8 = 1;
const HEADER_BYTES: usize = 54;

/// What the keystore keeps.
#[derive(PartialEq, Eq)]
pub(crate) struct Contents {
    /// Data keys by the number of their purpose.
    pub(crate) keys: BTreeMap<u8, Zeroizing<[u8; 32]>>,
    /// The private key of the ledger's signer.
    pub(crate) signing_seed: Zeroizing<[u8; 32]>,
    /// Keys of segment files by their names.
    pub(crate) segments: BTreeMap<[u8; 16], Zeroizing<[u8; 32]>>,
}

impl Contents {
    /// New keys for a new archive.
    pub(crate) fn random(random: &dyn Random) -> Self {
        let keys = Purpose::ALL.iter().map(|purpose| (purpose.code(), crate::master::new_key(random))).collect();
        Self { keys, signing_seed: crate::master::new_key(random), segments: BTreeMap::new() }
    }

    /// The data key of a purpose.
    pub(crate) fn key(&self, purpose: Purpose) -> Result<Zeroizing<[u8; 32]>, KeyError> {
        self.keys.get(&purpose.code()).cloned().ok_or(KeyError::Malformed("keystore"))
    }

    fn to_bytes(&self) -> Zeroizing<Vec<u8>> {
        let length = 5 + self.keys.len() * 33 + 32 + self.segments.len() * 48;
        // Exact capacity: a vector that grows leaves copies of the keys behind.
        let mut out = Zeroizing::new(Vec::with_capacity(length));
        out.push(u8::try_from(self.keys.len()).unwrap_or(u8::MAX));
        for (purpose, key) in &self.keys {
            out.push(*purpose);
            out.extend_from_slice(key.as_ref());
        }
        out.extend_from_slice(self.signing_seed.as_ref());
        out.extend_from_slice(&u32::try_from(self.segments.len()).unwrap_or(u32::MAX).to_be_bytes());
        for (file, key) in &self.segments {
            out.extend_from_slice(file);
            out.extend_from_slice(key.as_ref());
        }
        out
    }

    fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (count, mut rest) = bytes.split_first()?;
        let mut keys = BTreeMap::new();
        for _ in 0..*count {
            let purpose = take::<1>(&mut rest)?;
            let [purpose] = *purpose;
            keys.insert(purpose, Zeroizing::new(*take::<32>(&mut rest)?));
        }
        let signing_seed = Zeroizing::new(*take::<32>(&mut rest)?);
        let mut segments = BTreeMap::new();
        for _ in 0..u32::from_be_bytes(*take::<4>(&mut rest)?) {
            let file = *take::<16>(&mut rest)?;
            segments.insert(file, Zeroizing::new(*take::<32>(&mut rest)?));
        }
        rest.is_empty().then_some(Self { keys, signing_seed, segments })
    }
}

fn take<'a, const N: usize>(rest: &mut &'a [u8]) -> Option<&'a [u8; N]> {
    let (part, behind) = rest.split_first_chunk::<N>()?;
    *rest = behind;
    Some(part)
}

/// What stands in front of the sealed contents.
pub(crate) struct Header {
    pub(crate) stretch: Option<Stretch>,
    check: [u8; 16],
}

/// Sixteen bytes that follow from a master key and tell nothing of it.
fn check_of(master: &MasterKey) -> Result<[u8; 16], KeyError> {
    let derived = derive(master, &[b"check"])?;
    derived.first_chunk::<16>().copied().ok_or(KeyError::Malformed("keystore"))
}

impl Header {
    /// Whether this is the master key that wrapped the contents.
    pub(crate) fn fits(&self, master: &MasterKey) -> bool {
        check_of(master).is_ok_and(|check| check == self.check)
    }

    fn to_bytes(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(HEADER_BYTES);
        out.extend_from_slice(MAGIC);
        out.push(VERSION);
        match &self.stretch {
            None => out.extend_from_slice(&[0; 29]),
            Some(stretch) => {
                out.push(1);
                out.extend_from_slice(&stretch.salt);
                for cost in [stretch.memory_kib, stretch.passes, stretch.lanes] {
                    out.extend_from_slice(&cost.to_be_bytes());
                }
            }
        }
        out.extend_from_slice(&self.check);
        out
    }
}

/// Reads what stands in front.
pub(crate) fn read_header(bytes: &[u8]) -> Result<Header, KeyError> {
    parse_header(bytes).ok_or(KeyError::Malformed("keystore"))
}

fn parse_header(bytes: &[u8]) -> Option<Header> {
    let mut rest = bytes;
    if take::<8>(&mut rest)? != MAGIC || *take::<1>(&mut rest)? != [VERSION] {
        return None;
    }
    let source = *take::<1>(&mut rest)?;
    let salt = *take::<16>(&mut rest)?;
    let memory_kib = u32::from_be_bytes(*take::<4>(&mut rest)?);
    let passes = u32::from_be_bytes(*take::<4>(&mut rest)?);
    let lanes = u32::from_be_bytes(*take::<4>(&mut rest)?);
    let check = *take::<16>(&mut rest)?;
    let stretch = match source {
        [0] => None,
        [1] => Some(Stretch { salt, memory_kib, passes, lanes }),
        _ => return None,
    };
    Some(Header { stretch, check })
}

/// The whole file.
pub(crate) fn seal(
    master: &MasterKey,
    stretch: Option<Stretch>,
    contents: &Contents,
    random: &dyn Random,
) -> Result<Vec<u8>, KeyError> {
    let mut out = Header { stretch, check: check_of(master)? }.to_bytes();
    let context = out.clone();
    Sealer::new(master)?.seal_onto(&context, &contents.to_bytes(), random, &mut out);
    Ok(out)
}

/// Opens the whole file under a key that fits its header.
pub(crate) fn open(bytes: &[u8], header: &Header, master: &MasterKey) -> Result<Contents, KeyError> {
    if !header.fits(master) {
        return Err(KeyError::WrongKey);
    }
    let (context, sealed) = bytes.split_at_checked(HEADER_BYTES).ok_or(KeyError::Malformed("keystore"))?;
    let plain =
        Zeroizing::new(Sealer::new(master)?.open(context, sealed).map_err(|_| KeyError::Malformed("keystore"))?);
    Contents::from_bytes(&plain).ok_or(KeyError::Malformed("keystore"))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::random::SystemRandom;

    proptest! {
        #[test]
        fn any_changed_byte_is_refused(at: usize, bit in 0_u8..8, segments in 0_u8..4) {
            let master = crate::master::new_key(&SystemRandom);
            let mut contents = Contents::random(&SystemRandom);
            for name in 0..segments {
                contents.segments.insert([name; 16], crate::master::new_key(&SystemRandom));
            }
            let mut bytes = seal(&master, None, &contents, &SystemRandom).expect("seals");
            let header = read_header(&bytes).expect("a header");
            prop_assert!(open(&bytes, &header, &master).is_ok_and(|opened| opened == contents));
            let at = at % bytes.len();
            bytes[at] ^= 1 << bit;
            let refused = match read_header(&bytes) {
                Ok(header) => open(&bytes, &header, &master).is_err(),
                Err(_) => true,
            };
            prop_assert!(refused);
            prop_assert!(read_header(&bytes[..at]).and_then(|header| open(&bytes[..at], &header, &master)).is_err());
        }

        #[test]
        fn random_contents_never_panic(bytes: Vec<u8>) {
            let _ = Contents::from_bytes(&bytes);
        }
    }
}
