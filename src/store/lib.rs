//! The store: what is durable. Only this crate names redb.
//!
//! One commit thread writes; readers use snapshots and never wait. See `tables` for every table.

pub mod error;
pub mod read;
pub mod store;
pub mod verify;
pub mod write;
