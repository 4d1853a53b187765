//! Keys: the master key, the keystore of data keys that it wraps, sealing, and the ledger's signer.

pub mod durable;
pub mod error;
pub mod keystore;
pub mod master;
pub mod random;
pub mod sealing;
pub mod signer;
mod wrap;
