//! A world for a promise: real words, a data folder of its own, the real binary, and a program that asks it.

mod archive;
mod client;
mod dice;
pub(crate) mod lz4;
mod server;
mod socket;
mod words;

pub(crate) use archive::{Archive, Ran};
pub(crate) use client::Client;
pub(crate) use dice::Dice;
pub(crate) use server::{ADMIN_PASSWORD, Server};
pub(crate) use words::{Words, shared_data};

/// A number from the environment, for those who want a promise tried more often than everybody does.
pub(crate) fn times(variable: &str, usually: u64) -> u64 {
    std::env::var(variable).ok().map_or(usually, |text| text.parse().expect("a number in the environment"))
}
