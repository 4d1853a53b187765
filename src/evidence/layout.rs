//! Pages of paper: text in lines, tables, pictures, written as PDF/A-3u. Knows nothing of what the pages say.
//!
//! A document is laid out as plain marks first and written second, because each page states how many there are.

pub(crate) mod book;
pub(crate) mod colour;
pub(crate) mod face;
pub(crate) mod lines;
pub(crate) mod paper;
pub(crate) mod pdf;
pub(crate) mod table;
