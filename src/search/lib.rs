//! Search: exact substrings in Chinese, words in other scripts, filters, newest first. Only this crate names tantivy.
//!
//! Derived: everything here can be deleted and made again from the records. The road of a text: [`fold`] to the form in
//! which both sides meet, `script` to words and chains, `analyzer` to terms; the road of a query: [`query`] reads it, `piece`
//! turns its words into the same terms, `compile` into what the engine runs, `reader` walks the hits.

pub mod analyzer;
mod bits;
mod compile;
mod cursor;
mod directory;
mod document;
mod either;
pub mod error;
mod filter;
pub mod fold;
pub mod highlight;
pub mod index;
mod lexer;
mod open;
pub mod piece;
mod place;
pub mod query;
mod reader;
mod schema;
mod scope;
mod script;
mod sealed_file;
mod snapshot;
mod span;
mod spread;
mod traditional;
pub mod trail;
mod writer;
