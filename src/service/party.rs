//! Parties with the names that the directory knows for them.

use xinju_model::channel::{Channel, Side};
use xinju_model::id::{CustomerId, StaffId};

/// Somebody at one end of a message, with a name to show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartyView {
    /// The channel.
    pub channel: Channel,
    /// The channel's own id, as received.
    pub id: String,
    /// On which side of the counter; the directory's word, else what the id says.
    pub side: Side,
    /// The directory's name, else the channel's id.
    pub name: String,
    /// The customer, where known.
    pub customer: Option<CustomerId>,
    /// The member of staff, where known.
    pub staff: Option<StaffId>,
}
