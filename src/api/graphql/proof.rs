//! Proofs: that an entry stands in the ledger as it was received.

use async_graphql::{Object, SimpleObject};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use xinju_model::entry;
use xinju_service::proof::ProofView;

use crate::download::disclosed_value;
use crate::graphql::scalars::Long;

/// A named value that can be checked against its entry.
#[derive(SimpleObject)]
pub(crate) struct Disclosure {
    name: String,
    /// base64url of the JSON array of salt, name and value (RFC 9901 4.2.1).
    encoded: String,
    /// The disclosed value as JSON.
    value: String,
}

impl From<&entry::Disclosure> for Disclosure {
    fn from(disclosure: &entry::Disclosure) -> Self {
        let encoded = disclosure.encoded.clone();
        Self { name: disclosure.name.to_owned(), value: disclosed_value(&encoded).unwrap_or_default(), encoded }
    }
}

/// Everything that proves one entry to somebody who has only the verifier key.
pub(crate) struct Proof(pub(crate) ProofView);

/// Everything that proves one entry to somebody who has only the verifier key.
#[Object]
impl Proof {
    /// The entry the ledger commits to, exact bytes.
    async fn entry(&self) -> String {
        String::from_utf8_lossy(&self.0.entry).into_owned()
    }
    /// Its disclosures (RFC 9901), each base64url.
    async fn disclosures(&self) -> Vec<Disclosure> {
        self.0.disclosures.iter().map(Into::into).collect()
    }
    /// Names of disclosures that are withheld because they hold personal data that is masked for you; the entry is proved without them.
    async fn withheld(&self) -> &[&'static str] {
        &self.0.withheld
    }
    /// The leaf, base64.
    async fn leaf(&self) -> String {
        STANDARD.encode(self.0.leaf)
    }
    /// The entry's place in the ledger, from 0.
    async fn index(&self) -> Long {
        self.0.index.0.into()
    }
    /// Entries of the tree that the checkpoint signs.
    async fn tree_size(&self) -> Long {
        self.0.tree_size.into()
    }
    /// The audit path, leaf's sibling first, base64 (RFC 6962 2.1.1).
    async fn path(&self) -> Vec<String> {
        self.0.path.iter().map(|hash| STANDARD.encode(hash)).collect()
    }
    /// The signed checkpoint (C2SP).
    async fn checkpoint(&self) -> &str {
        &self.0.checkpoint
    }
    /// The whole proof as a C2SP tlog-proof file.
    async fn tlog_proof(&self) -> &str {
        &self.0.tlog_proof
    }
    /// Whether the server's own check of leaf, path and signature passed just now.
    async fn verified(&self) -> bool {
        self.0.verified
    }
}
