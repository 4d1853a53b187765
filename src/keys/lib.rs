//! Keys: the master key, the keystore of data keys that it wraps, sealing, and the ledger's signer.

pub mod error;
pub mod master;
pub mod keystore;
pub mod sealing;
pub mod signer;
pub mod random;
