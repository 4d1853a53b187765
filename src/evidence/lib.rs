//! Evidence: what a third party can check without us, in published formats. Needs no store.

pub mod entry;
pub mod error;
pub mod proof;
