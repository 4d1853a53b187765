//! One integration target: each module holds the product to one promise, through the real binary or the tree itself.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops at the first surprise"
)]
#![allow(clippy::print_stdout, reason = "a test says what it tried, for the one that fails")]

mod access;
mod at_rest;
mod audit;
mod commands;
mod crash;
mod evidence;
mod factor;
mod import;
mod networks;
mod permissions;
mod personal;
mod scopes;
mod search;
mod support;
mod tamper;
mod tidy;
