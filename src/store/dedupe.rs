//! Dedupe keys: what makes a second copy of a record known.

use sha2::{Digest, Sha256};
use xinju_model::channel::Channel;

/// The beginning of a keyed hash of where a record comes from and its source's own id.
pub(crate) type DedupeKey = [u8; 12];

/// What entries without a source id have in the key's place.
pub(crate) const NO_KEY: DedupeKey = [0; 12];

/// The key of a record. Keyed, so that the file tells nobody whether some message is in it.
pub(crate) fn dedupe_key(hashing_key: &[u8; 32], channel: Channel, account: &str, source_id: &str) -> DedupeKey {
    let mut hash = Sha256::new();
    hash.update(hashing_key);
    hash.update(channel.name().as_bytes());
    // The account's length keeps account and id from being shifted into each other; channel names hold no digit.
    hash.update((account.len() as u64).to_be_bytes());
    hash.update(account.as_bytes());
    hash.update(source_id.as_bytes());
    let digest: [u8; 32] = hash.finalize().into();
    digest.first_chunk::<12>().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_differ_by_every_part() {
        let key = dedupe_key(&[1; 32], Channel::Wecom, "corp", "1");
        assert_eq!(key, dedupe_key(&[1; 32], Channel::Wecom, "corp", "1"));
        assert_ne!(key, dedupe_key(&[2; 32], Channel::Wecom, "corp", "1"));
        assert_ne!(key, dedupe_key(&[1; 32], Channel::Wecom, "cor", "p1"));
        assert_ne!(key, dedupe_key(&[1; 32], Channel::Wecom, "corp", "2"));
    }
}
