//! Customers and the contact identities that lead to them.

use serde::{Deserialize, Serialize};

use crate::channel::Channel;
use crate::id::{CustomerId, StaffId, derived};
use crate::personal::Masks;
use crate::time::Timestamp;

/// A person or firm the company deals with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Customer {
    /// Its id.
    pub id: CustomerId,
    /// The name to show; empty where the directory does not know one.
    pub name: String,
    /// The firm, where the channel tells.
    pub company: Option<String>,
    /// The position there.
    pub position: Option<String>,
    /// The ids that prove who it is.
    pub identities: Vec<ContactIdentity>,
    /// Which staff follow this customer, and what they noted.
    pub followers: Vec<Follower>,
    /// Whether a directory named it; false for one known from messages alone.
    pub listed: bool,
}

impl Customer {
    /// The name that lists are sorted by: as those see it who see least, so that its place in a list tells nobody more than the name that they see.
    pub fn listed_name(&self) -> String {
        Masks::all().mask(&self.name).text
    }
}

/// An id of a customer on a channel.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContactIdentity {
    /// The channel.
    pub channel: Channel,
    /// The channel's id (WeCom `external_userid`).
    pub id: String,
}

/// A member of staff who has this customer as a contact.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Follower {
    /// Who.
    pub staff: StaffId,
    /// The name that the member of staff gave.
    pub remark: String,
    /// What the member of staff wrote about the customer.
    pub description: String,
    /// Since when.
    pub since: Option<Timestamp>,
    /// The tags the member of staff set, as the channel names them.
    pub tags: Vec<String>,
}

/// The id of the customer whom a channel knows by `id`.
pub fn customer_id(channel: Channel, id: &str) -> CustomerId {
    CustomerId(derived("xinju-customer/1", &[channel.name().as_bytes(), id.as_bytes()]))
}
