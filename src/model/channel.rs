//! Channels, accounts and the people at either end of a message.

use serde::{Deserialize, Serialize};

/// How a message reached the company.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// WeCom (企业微信).
    Wecom,
}

impl Channel {
    /// The stable name in evidence, search filters and files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Wecom => "wecom",
        }
    }
}

/// Somebody on a channel, by the id that the channel gave them.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Party {
    /// The channel's own id (`userid`, `external_userid`, robot id), as received.
    pub id: String,
    /// What the id itself says about its owner; the directory may know better.
    pub side: Side,
}

/// On which side of the counter a party stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// The company's own people.
    Staff,
    /// A customer or another company's person.
    Customer,
    /// A program.
    Robot,
}
