//! Keys: the master key changes, the data keys stay.

use xinju_keys::master::MasterSource;
use xinju_model::access::Viewer;

use crate::error::ServiceError;
use crate::service::Service;

impl Service {
    /// Wraps the data keys under a new master key. An entry of kind `key` marks it.
    pub fn rotate_master_key(&self, viewer: &Viewer, new: &MasterSource) -> Result<(), ServiceError> {
        todo!()
    }
}
