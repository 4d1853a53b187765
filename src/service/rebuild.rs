//! Derived data again from the records.

use xinju_model::access::Viewer;

use crate::error::ServiceError;
use crate::service::Service;

/// Where a rebuild stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RebuildProgress {
    /// Entries that are searchable again.
    pub entries: u64,
    /// Entries in all.
    pub total: u64,
}

impl Service {
    /// Makes conversations and the index again from the records; returns when the index has caught up, or when `progress` returns false
    /// (the index goes on in the background then). An event marks the run.
    pub fn rebuild(
        &self,
        viewer: &Viewer,
        progress: &mut dyn FnMut(RebuildProgress) -> bool,
    ) -> Result<RebuildProgress, ServiceError> {
        todo!()
    }
}
