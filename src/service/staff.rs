//! Staff and departments.

use xinju_model::access::Viewer;
use xinju_model::id::StaffId;
use xinju_model::staff::{Department, Staff};

use crate::error::ServiceError;
use crate::page::{Connection, PageRequest};
use crate::service::Service;

impl Service {
    /// A member of staff. `name` is filled with the channel's id where the directory knows none.
    pub fn staff(&self, viewer: &Viewer, id: StaffId) -> Result<Option<Staff>, ServiceError> {
        todo!()
    }

    /// All staff by name; `search` matches part of a name, or an exact channel id.
    pub fn all_staff(
        &self,
        viewer: &Viewer,
        search: Option<&str>,
        page: &PageRequest,
    ) -> Result<Connection<Staff>, ServiceError> {
        todo!()
    }

    /// All departments, parents before children.
    pub fn departments(&self, viewer: &Viewer) -> Result<Vec<Department>, ServiceError> {
        todo!()
    }
}
