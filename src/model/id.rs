//! Identifiers: opaque to everybody outside, typed inside.

use std::fmt;

use data_encoding::{BASE64URL_NOPAD, HEXLOWER};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// Where random bytes come from. Production asks the operating system; tests are seeded.
pub trait Random: Send + Sync {
    /// Fills `bytes` with random bytes.
    fn fill(&self, bytes: &mut [u8]);
}

/// The text is not an identifier of the expected kind.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a valid id")]
pub struct NotAnId;

/// The place of an entry in the ledger, from 0. A message is named by the entry that archived it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct EntryIndex(pub u64);

macro_rules! byte_id {
    ($(#[$doc:meta])* $name:ident, $letter:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(into = "String", try_from = "String")]
        pub struct $name(pub [u8; 16]);

        impl $name {
            /// A new identifier from random bytes.
            pub fn random(random: &dyn Random) -> Self {
                let mut bytes = [0; 16];
                random.fill(&mut bytes);
                Self(bytes)
            }

            /// Reads what [`fmt::Display`] wrote.
            pub fn parse(text: &str) -> Result<Self, NotAnId> {
                let digits = text.strip_prefix($letter).ok_or(NotAnId)?;
                let bytes = BASE64URL_NOPAD.decode(digits.as_bytes()).map_err(|_| NotAnId)?;
                Ok(Self(bytes.try_into().map_err(|_| NotAnId)?))
            }

            /// The sixteen bytes in lower-case hexadecimal, as evidence names them.
            pub fn hex(&self) -> String {
                HEXLOWER.encode(&self.0)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}{}", $letter, BASE64URL_NOPAD.encode(&self.0))
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.to_string()
            }
        }

        impl TryFrom<String> for $name {
            type Error = NotAnId;
            fn try_from(text: String) -> Result<Self, NotAnId> {
                Self::parse(&text)
            }
        }
    };
}

byte_id!(
    /// A conversation: follows from channel, account and parties, so that every installation and every rebuild agrees on it.
    ConversationId, "c"
);
byte_id!(
    /// A customer.
    CustomerId, "k"
);
byte_id!(
    /// A member of staff.
    StaffId, "s"
);
byte_id!(
    /// A person who can sign in.
    UserId, "u"
);
byte_id!(
    /// A role.
    RoleId, "r"
);
byte_id!(
    /// A browser session, as listed to its owner; not the secret in the cookie.
    SessionId, "e"
);
byte_id!(
    /// An API token, as listed to its owner; not its secret.
    TokenId, "t"
);
byte_id!(
    /// A passkey, as listed to its owner; not its id in the device.
    PasskeyId, "y"
);
byte_id!(
    /// One import of a file.
    ImportId, "i"
);
byte_id!(
    /// A sensitive operation that waits for, or had, a second person's word.
    ApprovalId, "a"
);
byte_id!(
    /// A leaver's handover.
    HandoverId, "o"
);
byte_id!(
    /// A form that leaver and successor sign.
    HandoverFormId, "q"
);
byte_id!(
    /// A case.
    CaseId, "d"
);
byte_id!(
    /// An evidence package.
    PackageId, "p"
);
byte_id!(
    /// A media file in the store; says nothing of its content.
    MediaId, "f"
);

/// Sixteen bytes that follow from `parts`: SHA-256 over a domain and length-prefixed parts, truncated.
pub fn derived(domain: &str, parts: &[&[u8]]) -> [u8; 16] {
    let mut hash = Sha256::new();
    hash.update(domain.as_bytes());
    for part in parts {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    let digest = hash.finalize();
    let mut bytes = [0; 16];
    for (to, from) in bytes.iter_mut().zip(digest.iter()) {
        *to = *from;
    }
    bytes
}

impl EntryIndex {
    /// Reads what [`fmt::Display`] wrote.
    pub fn parse(text: &str) -> Result<Self, NotAnId> {
        let digits = text.strip_prefix('m').ok_or(NotAnId)?;
        let bytes = BASE64URL_NOPAD.decode(digits.as_bytes()).map_err(|_| NotAnId)?;
        Ok(Self(u64::from_be_bytes(bytes.try_into().map_err(|_| NotAnId)?)))
    }
}

impl fmt::Display for EntryIndex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "m{}", BASE64URL_NOPAD.encode(&self.0.to_be_bytes()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_read_back_and_refuse_other_kinds() {
        let id = CustomerId([7; 16]);
        assert_eq!(CustomerId::parse(&id.to_string()), Ok(id));
        assert_eq!(StaffId::parse(&id.to_string()), Err(NotAnId));
        assert_eq!(EntryIndex::parse(&EntryIndex(u64::MAX).to_string()), Ok(EntryIndex(u64::MAX)));
        assert_eq!(EntryIndex::parse("m"), Err(NotAnId));
        assert_eq!(EntryIndex::parse("严"), Err(NotAnId));
    }

    #[test]
    fn parts_cannot_be_shifted_into_each_other() {
        assert_ne!(derived("d", &[b"ab", b"c"]), derived("d", &[b"a", b"bc"]));
    }
}
