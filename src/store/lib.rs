//! The store: what is durable. Only this crate names redb.
//!
//! One commit thread writes; readers use snapshots and never wait. See `tables` for every table.

pub mod disk;
pub mod error;
pub mod media;
pub mod news;
pub mod read;
pub mod sizes;
pub mod store;
pub mod verify;
pub mod write;

mod commit;
mod compact;
mod lock;
mod migration_3;
mod migration_4;
mod migration_5;
mod migrations;
mod open;
mod shared;

mod backend;
mod row;
mod tables;
mod totals;

mod block;
mod checkpoint;
mod dedupe;
mod entry;
mod filter;
mod front;
mod ledger;
mod seal;
mod segment;
mod segment_writer;
mod segments;
mod span;
mod tail;
mod tree;
mod varint;

mod media_folder;
pub mod package_file;

mod approval;
mod case;
mod conversation;
mod customer;
mod directory;
mod factor;
mod handover;
mod handover_form;
mod import;
mod ownership;
mod package;
mod passkey;
mod role;
mod scope;
mod seal_key;
mod session;
mod sign_on;
mod staff;
mod stamp;
mod token;
mod user;
