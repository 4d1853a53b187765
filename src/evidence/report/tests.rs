//! Reports of every kind of item, and what other people's tools say of them.

mod foreign;
mod sample;
mod whole;

pub(in crate::report) use sample::{person, text};
