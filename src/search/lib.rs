//! Search: exact substrings in Chinese, words in other scripts, filters, newest first. Only this crate names tantivy.
//!
//! Derived: everything here can be deleted and made again from the records.

pub mod error;
pub mod highlight;
pub mod index;
pub mod query;
