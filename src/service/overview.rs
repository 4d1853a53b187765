//! The overview: numbers of the whole archive.

use xinju_model::access::Viewer;
use xinju_model::import::Import;
use xinju_model::time::Timestamp;

use crate::error::ServiceError;
use crate::service::Service;

/// Numbers of the whole archive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Overview {
    /// Records.
    pub records: u64,
    /// Conversations.
    pub conversations: u64,
    /// Customers.
    pub customers: u64,
    /// Staff.
    pub staff: u64,
    /// Messages a day: the day's first moment, and how many. Days without messages are left out.
    pub messages_per_day: Vec<(Timestamp, u64)>,
    /// The newest import; none before the first and for those who may not see imports.
    pub last_import: Option<Import>,
    /// Time of the newest message.
    pub newest_message_at: Option<Timestamp>,
}

impl Service {
    /// Numbers of the whole archive, with the last `days` days that have messages up to the newest one, cut in a zone (minutes east of UTC).
    pub fn overview(&self, viewer: &Viewer, zone_offset_minutes: i32, days: u32) -> Result<Overview, ServiceError> {
        todo!()
    }
}
