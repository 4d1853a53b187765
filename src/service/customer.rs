//! Customers.

use xinju_model::access::Viewer;
use xinju_model::customer::Customer;
use xinju_model::id::CustomerId;
use xinju_model::time::Timestamp;

use crate::error::ServiceError;
use crate::page::{Connection, PageRequest};
use crate::service::Service;

impl Service {
    /// A customer. `name` is filled with the channel's id where the directory knows none.
    pub fn customer(&self, viewer: &Viewer, id: CustomerId) -> Result<Option<Customer>, ServiceError> {
        todo!()
    }

    /// Customers by name; `search` matches part of a name or remark, or an exact channel id.
    pub fn customers(
        &self,
        viewer: &Viewer,
        search: Option<&str>,
        page: &PageRequest,
    ) -> Result<Connection<Customer>, ServiceError> {
        todo!()
    }

    /// When the newest message to or from a customer was sent; none where there is none.
    pub fn last_contact(&self, viewer: &Viewer, id: CustomerId) -> Result<Option<Timestamp>, ServiceError> {
        todo!()
    }
}
