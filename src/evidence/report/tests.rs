//! Reports of every kind of item, and what other people's tools say of them.

mod foreign;
pub(super) mod sample;
mod whole;
