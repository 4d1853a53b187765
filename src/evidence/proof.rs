//! Proofs of inclusion as files: C2SP `tlog-proof@v1`, the path from an entry to the root that a signed checkpoint names.
//!
//! Reading is strict: one form for every proof, so that two readers never see two things in one file.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use xinju_keys::signer;
use xinju_model::checkpoint::{Checkpoint, NoteKey};
use xinju_model::ledger::{Hash, verify_inclusion};

use crate::error::EvidenceError;

/// First line of the format.
const HEADER: &str = "c2sp.org/tlog-proof@v1";
/// Longest path: a tree has less than 2^64 leaves.
const PATH_MAX: usize = 64;
/// Largest file, in bytes: the longest path, a checkpoint with many signatures, and whatever stands in `extra`.
const PROOF_BYTES_MAX: usize = 64 * 1024;

/// The proof that an entry stands at a place of a log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proof {
    /// The entry's place, from 0.
    pub index: u64,
    /// The audit path, leaf's sibling first (RFC 6962 2.1.1).
    pub path: Vec<Hash>,
    /// The signed checkpoint, whole.
    pub checkpoint: String,
}

impl Proof {
    /// The file's text. We write no `extra` line: nothing authenticates it.
    pub fn to_text(&self) -> String {
        let mut text = format!("{HEADER}\nindex {}\n", self.index);
        for hash in &self.path {
            text.push_str(&STANDARD.encode(hash));
            text.push('\n');
        }
        text.push('\n');
        text.push_str(&self.checkpoint);
        text
    }

    /// Reads a file of the format; an `extra` line of other logs is passed over.
    pub fn parse(text: &str) -> Result<Self, EvidenceError> {
        use EvidenceError::ProofMalformed;
        if text.len() > PROOF_BYTES_MAX {
            return Err(ProofMalformed("it is longer than 64 KiB"));
        }
        let (head, checkpoint) = text.split_once("\n\n").ok_or(ProofMalformed("no empty line before a checkpoint"))?;
        let mut lines = head.split('\n').peekable();
        if lines.next() != Some(HEADER) {
            return Err(ProofMalformed("its first line names no format that is known"));
        }
        if let Some(extra) = lines.next_if(|line| line.starts_with("extra ")) {
            let base64 = extra.trim_start_matches("extra ");
            STANDARD.decode(base64).map_err(|_| ProofMalformed("its extra data is not base64"))?;
        }
        let digits = lines.next().and_then(|line| line.strip_prefix("index ")).ok_or(ProofMalformed("no index"))?;
        let index: u64 = digits.parse().map_err(|_| ProofMalformed("the index is no number"))?;
        if digits != index.to_string() {
            return Err(ProofMalformed("the index is not in its shortest form"));
        }
        let mut path = Vec::new();
        for line in lines {
            if path.len() == PATH_MAX {
                return Err(ProofMalformed("the path is too long"));
            }
            let hash = STANDARD.decode(line).ok().and_then(|bytes| bytes.try_into().ok());
            path.push(hash.ok_or(ProofMalformed("a line of the path is not a hash in base64"))?);
        }
        Ok(Self { index, path, checkpoint: checkpoint.to_owned() })
    }

    /// Checks signature and path for the entry with this leaf; the checkpoint that it leads to.
    pub fn verify(&self, leaf: &Hash, key: &NoteKey) -> Result<Checkpoint, EvidenceError> {
        let checkpoint = Checkpoint::open(&self.checkpoint, key, signer::verify)?;
        if verify_inclusion(leaf, self.index, checkpoint.size, &self.path, &checkpoint.root) {
            Ok(checkpoint)
        } else {
            Err(EvidenceError::Path { index: self.index, size: checkpoint.size })
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use xinju_model::checkpoint::NoteError;

    use super::*;
    use crate::entry::tests::{log, proof};

    #[test]
    fn text_reads_back_and_holds() {
        let (entries, key, checkpoint) = log(11);
        for (index, entry) in entries.iter().enumerate() {
            let proof = proof(&entries, index, &checkpoint);
            let text = proof.to_text();
            assert!(text.starts_with(&format!("c2sp.org/tlog-proof@v1\nindex {index}\n")));
            assert_eq!(Proof::parse(&text), Ok(proof.clone()));
            let leaf = xinju_model::ledger::leaf_hash(entry);
            assert_eq!(proof.verify(&leaf, &key).map(|checkpoint| checkpoint.size), Ok(11));
        }
        let proof = proof(&entries, 3, &checkpoint);
        let text = proof.to_text().replacen("index", "extra aGk=\nindex", 1);
        assert_eq!(Proof::parse(&text), Ok(proof));
    }

    #[test]
    fn a_log_of_one_entry_has_an_empty_path() {
        let (entries, key, checkpoint) = log(1);
        let proof = proof(&entries, 0, &checkpoint);
        assert_eq!(Proof::parse(&proof.to_text()), Ok(proof.clone()));
        assert!(proof.verify(&xinju_model::ledger::leaf_hash(&entries[0]), &key).is_ok());
    }

    #[test]
    fn other_forms_are_refused() {
        let (entries, _, checkpoint) = log(11);
        let text = proof(&entries, 3, &checkpoint).to_text();
        let check = |from: &str, to: &str, reason: &str| {
            let bent = text.replacen(from, to, 1);
            assert_ne!(bent, text);
            assert_eq!(
                Proof::parse(&bent).map_err(|error| error.to_string()),
                Err(format!("the proof is not a tlog-proof: {reason}"))
            );
        };
        check("@v1", "@v2", "its first line names no format that is known");
        check("@v1\n", "@v1\r\n", "its first line names no format that is known");
        check("index 3", "index 03", "the index is not in its shortest form");
        check("index 3", "index +3", "the index is not in its shortest form");
        check("index 3", "index 18446744073709551616", "the index is no number");
        check("index 3\n", "", "no index");
        check("index 3\n", "extra aGk=\nextra aGk=\nindex 3\n", "no index");
        check("index 3\n", "extra ?\nindex 3\n", "its extra data is not base64");
        check("index 3\n", "index 3\naGk=\n", "a line of the path is not a hash in base64");
        check("=\n", "\n", "a line of the path is not a hash in base64");
        check("\n\n", "\n", "a line of the path is not a hash in base64");
        let hash = format!("{}\n", STANDARD.encode([0; 32]));
        check("index 3\n", &format!("index 3\n{}", hash.repeat(64)), "the path is too long");
        check("index 3\n", &format!("index 3\n{}", hash.repeat(2_000)), "it is longer than 64 KiB");
        assert!(Proof::parse("").is_err());
    }

    #[test]
    fn wrong_place_path_root_and_key_are_told_apart() {
        let (entries, key, checkpoint) = log(11);
        let leaf = xinju_model::ledger::leaf_hash(&entries[3]);
        let good = proof(&entries, 3, &checkpoint);
        let moved = Proof { index: 4, ..good.clone() };
        assert_eq!(moved.verify(&leaf, &key), Err(EvidenceError::Path { index: 4, size: 11 }));
        let short = Proof { path: good.path[1..].to_vec(), ..good.clone() };
        assert_eq!(short.verify(&leaf, &key), Err(EvidenceError::Path { index: 3, size: 11 }));
        let bent = Proof { checkpoint: checkpoint.replacen("\n11\n", "\n12\n", 1), ..good.clone() };
        assert_eq!(
            bent.verify(&leaf, &key),
            Err(EvidenceError::Checkpoint(NoteError::NotSigned("example.com/log".into())))
        );
        let other = NoteKey { public: [7; 32], ..key };
        assert_eq!(
            good.verify(&leaf, &other),
            Err(EvidenceError::Checkpoint(NoteError::NotSigned("example.com/log".into())))
        );
    }

    proptest! {
        #[test]
        fn any_text_is_read_without_panic(text in "(c2sp.org/tlog-proof@v1\n)?(extra \\PC*\n)?(index [0-9]{1,22}\n)?([A-Za-z0-9+/=]{0,48}\n){0,4}\n?\\PC*") {
            if let Ok(proof) = Proof::parse(&text) {
                prop_assert_eq!(Proof::parse(&proof.to_text()), Ok(proof));
            }
        }

        #[test]
        fn a_changed_proof_never_proves_another_entry(at in any::<prop::sample::Index>(), with in any::<u8>()) {
            let (entries, key, checkpoint) = log(11);
            let mut bytes = proof(&entries, 3, &checkpoint).to_text().into_bytes();
            let at = at.index(bytes.len());
            bytes[at] = with;
            let other = xinju_model::ledger::leaf_hash(&entries[5]);
            let proven = String::from_utf8(bytes).ok().and_then(|text| Proof::parse(&text).ok()).map(|proof| proof.verify(&other, &key));
            prop_assert!(!matches!(proven, Some(Ok(_))));
        }
    }
}
