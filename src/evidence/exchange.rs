//! Renderings of a package's records for the programs of other trades: tables, load files, chats for review, mail.
//!
//! Each is made anew from the records and proves nothing by itself; each of its rows names the record's number and the
//! SHA-256 of the original that it renders. Rows are made while they are read, so that memory does not grow.

use std::io::{self, Read};

use crate::report::ReportItem;

mod csv;
mod json;
mod load_file;
mod row;
mod rsmf;
#[cfg(test)]
mod tests;

pub use rsmf::{ExchangeFile, Slices};

/// Formats that are one file over all records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Table {
    /// Comma separated values (RFC 4180) for spreadsheets; no cell is read as a formula.
    Csv,
    /// A JSON array, an object a line.
    Json,
    /// A load file in the manner of Concordance: `þ` around fields, U+0014 between them, `®` for line feeds.
    Dat,
    /// A page file in the manner of Opticon: which files belong to which document of the load file.
    Opt,
}

impl Table {
    /// Its place in a package, under `data/`.
    pub fn path(self) -> &'static str {
        match self {
            Self::Csv => "exchange/messages.csv",
            Self::Json => "exchange/messages.json",
            Self::Dat => "exchange/loadfile.dat",
            Self::Opt => "exchange/loadfile.opt",
        }
    }

    /// The file, made while it is read. `items` come in the package's order with their numbers; times are written in
    /// the zone `offset_minutes` east of UTC.
    pub fn read<I>(self, items: I, offset_minutes: i16) -> impl Read
    where
        I: Iterator<Item = io::Result<(u32, ReportItem)>>,
    {
        Rows { table: self, items, offset_minutes, buffer: Vec::new(), read: 0, state: State::Begin }
    }

    fn begin(self, out: &mut Vec<u8>) {
        match self {
            Self::Csv => csv::begin(out),
            Self::Json => json::begin(out),
            Self::Dat => load_file::begin(out),
            Self::Opt => {}
        }
    }

    fn row(self, first: bool, row: &row::Row<'_>, out: &mut Vec<u8>) {
        match self {
            Self::Csv => csv::row(row, out),
            Self::Json => json::row(first, row, out),
            Self::Dat => load_file::dat(row, out),
            Self::Opt => load_file::opt(row, out),
        }
    }

    fn end(self, out: &mut Vec<u8>) {
        if self == Self::Json {
            json::end(out);
        }
    }
}

/// Where the mail of a record lies in `exchange/`: the bytes as received, which the caller gives unchanged, because
/// mail that is put together anew loses its signatures. None where the original is no mail.
pub fn mail_path(number: u32, extension: &str) -> Option<String> {
    (extension == "eml").then(|| format!("exchange/eml/{}.eml", crate::record::number(number)))
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Begin,
    Items { first: bool },
    Done,
}

/// A table that is made while it is read.
struct Rows<I> {
    table: Table,
    items: I,
    offset_minutes: i16,
    /// The rows that are being read.
    buffer: Vec<u8>,
    /// How much of them is.
    read: usize,
    state: State,
}

impl<I: Iterator<Item = io::Result<(u32, ReportItem)>>> Rows<I> {
    /// Makes the next piece; nothing after the last.
    fn fill(&mut self) -> io::Result<()> {
        self.buffer.clear();
        self.read = 0;
        match self.state {
            State::Begin => {
                self.table.begin(&mut self.buffer);
                self.state = State::Items { first: true };
            }
            State::Items { first } => match self.items.next().transpose()? {
                Some((number, item)) => {
                    let row = row::Row::new(number, &item, self.offset_minutes);
                    self.table.row(first, &row, &mut self.buffer);
                    self.state = State::Items { first: false };
                }
                None => {
                    self.table.end(&mut self.buffer);
                    self.state = State::Done;
                }
            },
            State::Done => {}
        }
        Ok(())
    }
}

impl<I: Iterator<Item = io::Result<(u32, ReportItem)>>> Read for Rows<I> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        while self.read >= self.buffer.len() && self.state != State::Done {
            self.fill()?;
        }
        let mut left = self.buffer.get(self.read..).unwrap_or_default();
        let count = left.read(out)?;
        self.read = self.read.saturating_add(count);
        Ok(count)
    }
}
