//! The whole archive against its ledger.

use xinju_model::access::Viewer;

pub use xinju_store::verify::{VerifyProgress, VerifyReport};

use crate::error::ServiceError;
use crate::service::Service;

impl Service {
    /// Checks every record, leaf, tile and checkpoint from stored bytes, and that the index does not claim more than there is.
    /// `progress` may stop it by returning false. An event marks the run and its outcome.
    pub fn verify(
        &self,
        viewer: &Viewer,
        progress: &mut dyn FnMut(VerifyProgress) -> bool,
    ) -> Result<VerifyReport, ServiceError> {
        todo!()
    }
}
