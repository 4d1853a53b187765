//! The one door for every record.

use std::sync::Arc;

use xinju_model::access::Permit;
use xinju_model::record::Source;

use crate::error::ServiceError;
use crate::service::Service;

/// One original on its way in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Incoming {
    /// Byte for byte as received.
    pub original: Vec<u8>,
    /// The source's own position, where it gave one.
    pub cursor: Option<u64>,
}

pub use xinju_store::write::Accepted;

impl Service {
    /// Accepts originals of one source, in order: durable when it returns, and what became of each.
    pub fn accept(
        &self,
        permit: &Permit,
        source: &Arc<Source>,
        originals: Vec<Incoming>,
    ) -> Result<Vec<Accepted>, ServiceError> {
        todo!()
    }
}
