//! How files of an import become lines and a directory: the seam that the connections fill in.

use std::io::{self, Read};

use xinju_model::customer::Customer;
use xinju_model::import::RejectReason;
use xinju_model::record::Format;
use xinju_model::staff::{Department, Staff};

/// One line of a file that was not blank.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportLine {
    /// Its number in the file, from 1, blank lines counted.
    pub number: u64,
    /// The original (the line without its line feed), or why it was refused with the line's bytes as far as they were read.
    pub content: Result<Vec<u8>, RefusedLine>,
}

/// A line that cannot be a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefusedLine {
    /// Why.
    pub reason: RejectReason,
    /// Its bytes; for a line that is too long its beginning.
    pub bytes: Vec<u8>,
}

/// Lines of one file, in order, as originals that are known to be readable by the pinned rules.
pub trait LineSource: Send {
    /// The next lines, at most `max` of them and about 4 MB; none at the end of the file.
    fn next_batch(&mut self, max: usize) -> io::Result<Vec<ImportLine>>;
    /// Bytes of the file (as stored, so compressed ones where it is compressed) read so far.
    fn bytes_read(&self) -> u64;
}

/// A company's directory as one file gives it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Directory {
    /// The departments.
    pub departments: Vec<Department>,
    /// The staff.
    pub staff: Vec<Staff>,
    /// The customers.
    pub customers: Vec<Customer>,
    /// Entries that could not be read; all others are in the lists above.
    pub problems: Vec<DirectoryProblem>,
}

/// An entry of a directory file that could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DirectoryProblem {
    /// The list it stands in, by its name in the file.
    pub list: &'static str,
    /// Its place in that list, from 1.
    pub number: usize,
    /// What is wrong with it, for people.
    pub reason: &'static str,
}

/// The file is not a directory that can be read; says what is wrong and where, for people.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct DirectoryError(pub String);

/// Opens files of a channel for an import.
pub trait ReadFiles: Send + Sync {
    /// The form of the originals that [`ReadFiles::messages`] yields.
    fn format(&self) -> Format;
    /// The lines of a file of messages, plain or compressed (told by its first bytes).
    fn messages(&self, file: Box<dyn Read + Send>) -> io::Result<Box<dyn LineSource>>;
    /// The directory in a file.
    fn directory(&self, file: Box<dyn Read + Send>) -> Result<Directory, DirectoryError>;
}
