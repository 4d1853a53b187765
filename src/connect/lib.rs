//! Other systems come in or are called: plain decoders, and later the clients around them.
//!
//! A decoder takes bytes from outside and makes nouns of the model. It bounds what it reads, never panics and never stores anything.

pub mod error;
pub mod unpack;
pub mod wecom;
