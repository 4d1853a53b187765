//! Imports of files: starting, watching, and what they refused.

use std::io::{Read, Write};

use xinju_model::access::Viewer;
use xinju_model::id::ImportId;
use xinju_model::import::{Import, Reject};

use crate::error::ServiceError;
use crate::page::{Connection, PageRequest};
use crate::service::Service;

/// The account of files that do not name their corporation.
pub const ACCOUNT_UNNAMED: &str = "default";

/// A file to import.
pub struct StartImport {
    /// The file's name, without folders.
    pub file_name: String,
    /// Its size in bytes, where known.
    pub file_bytes: Option<u64>,
    /// The messages.
    pub file: Box<dyn Read + Send>,
    /// The directory that goes with them.
    pub directory: Option<Box<dyn Read + Send>>,
    /// The corporation the messages belong to; [`ACCOUNT_UNNAMED`] where nobody says.
    pub account: Option<String>,
}

/// Why an import did not begin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ImportRefusal {
    /// One at a time.
    AnotherIsRunning,
    /// The directory cannot be read; what is wrong, for people.
    DirectoryInvalid(String),
}

/// What is called with an import as it goes on; false ends the watch.
pub type OnImport = Box<dyn FnMut(&Import) -> bool + Send>;

impl Service {
    /// Begins an import and returns at once; a thread of the service goes on with it. An event marks beginning and end.
    pub fn start_import(
        &self,
        viewer: &Viewer,
        start: StartImport,
    ) -> Result<Result<Import, ImportRefusal>, ServiceError> {
        todo!()
    }

    /// An import with its numbers of this moment.
    pub fn import(&self, viewer: &Viewer, id: ImportId) -> Result<Option<Import>, ServiceError> {
        todo!()
    }

    /// Imports, newest first.
    pub fn imports(&self, viewer: &Viewer, page: &PageRequest) -> Result<Connection<Import>, ServiceError> {
        todo!()
    }

    /// Calls `on` with the import now, then about four times a second while it runs, and once when it has ended; then drops it.
    /// `on` must not block: it runs on the import's thread.
    pub fn watch_import(&self, viewer: &Viewer, id: ImportId, on: OnImport) -> Result<(), ServiceError> {
        todo!()
    }

    /// Waits on the calling thread until an import ends, calling `on` as [`Service::watch_import`] does; the import as it ended.
    pub fn wait_import(
        &self,
        viewer: &Viewer,
        id: ImportId,
        on: &mut dyn FnMut(&Import),
    ) -> Result<Import, ServiceError> {
        todo!()
    }

    /// The refused lines of an import that have a row, by line.
    pub fn rejects(
        &self,
        viewer: &Viewer,
        id: ImportId,
        page: &PageRequest,
    ) -> Result<Connection<Reject>, ServiceError> {
        todo!()
    }

    /// Writes all refused lines of an import, whole, each a JSON object `{"line","reason","base64"}`; how many. One event in the ledger.
    pub fn write_rejects(&self, viewer: &Viewer, id: ImportId, out: &mut dyn Write) -> Result<u64, ServiceError> {
        todo!()
    }
}
