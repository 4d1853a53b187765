//! The nouns of Xinju and the pure rules about them.
//!
//! No I/O, no async, no clock and no randomness: time and random bytes are parameters ([`time::Clock`], [`id::Random`]).
//! Nothing here knows how a noun is stored, searched, served or drawn.

pub mod access;
pub mod approval;
pub mod audit;
pub mod case;
pub mod chain;
pub mod channel;
pub mod checkpoint;
pub mod clause;
pub mod conversation;
pub mod customer;
pub mod draft;
pub mod entry;
pub mod factor;
pub mod facts;
pub mod handover;
pub mod handover_form;
pub mod id;
pub mod import;
pub mod ledger;
pub mod limits;
pub mod mark;
pub mod media;
pub mod message;
pub mod ownership;
pub mod package;
pub mod passkey;
pub mod personal;
pub mod policy;
pub mod record;
pub mod role;
pub mod scope;
pub mod seal_key;
pub mod sign_on;
pub mod staff;
pub mod stamp;
pub mod time;
pub mod user;
