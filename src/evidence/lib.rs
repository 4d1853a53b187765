//! Evidence: what a third party can check without us, in published formats. Needs no store.
//!
//! [`package`] writes a package, [`verify`] reads one that anybody may have made or changed.

pub mod bag;
pub mod certificate;
pub mod clause;
pub mod completeness;
mod container;
pub mod cosignature;
mod digests;
pub mod entry;
pub mod error;
pub mod exchange;
mod guide;
pub mod key_file;
mod layout;
pub mod log;
mod name;
pub mod package;
mod promise;
pub mod proof;
pub mod record;
pub mod redaction;
pub mod report;
pub mod seal;
mod signed;
pub mod sm2_seal;
pub mod timestamp;
pub mod verify;
