//! The service: what the product does. One file a noun, one function a use case.
//!
//! Only this crate asks for permissions ([`xinju_model::access::authorize`]) and writes events to the ledger.
//! Everything here is synchronous; the doors run it on threads where blocking is allowed.

pub mod approval;
pub mod audit;
pub mod case;
pub mod clause;
pub mod conversation;
pub mod customer;
pub mod decode;
pub(crate) mod denial;
pub mod department;
pub mod error;
pub mod factor;
pub mod handover;
pub mod handover_form;
pub mod import;
pub mod intake;
pub(crate) mod jobs;
pub mod keys;
pub mod ledger;
pub mod lines;
pub mod mark;
pub mod media;
pub mod message;
pub mod metrics;
pub mod overview;
pub mod ownership;
pub mod package;
pub mod page;
pub mod party;
pub mod passkey;
pub(crate) mod password;
pub mod personal;
pub mod policy;
pub mod preview;
pub mod proof;
pub mod reading;
pub mod rebuild;
mod recovery;
pub mod reveal;
pub mod role;
pub mod scope;
pub mod seal_key;
pub mod search;
pub mod service;
pub mod service_account;
pub mod session;
pub mod sign_on;
pub mod staff;
pub mod staff_table;
pub mod stamp;
pub mod system;
pub mod timeline;
pub mod token;
pub mod trail;
mod trail_export;
pub mod user;
pub mod verify;
pub(crate) mod walk;
pub mod watch;

#[cfg(test)]
mod use_cases;
#[cfg(test)]
mod world;

pub use service::{OpenOptions, Service};
