//! Staff and the departments they work in.

use serde::{Deserialize, Serialize};

use crate::channel::Channel;
use crate::id::{StaffId, derived};

/// Whether somebody works for the company.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StaffState {
    /// Works.
    #[default]
    Active,
    /// Does not work for now: a user who is this person sees nothing through it.
    Suspended,
    /// Has left. What the person owned stays until it is given to somebody else.
    Left,
}

impl StaffState {
    /// The stable name, as events have it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Suspended => "suspended",
            Self::Left => "left",
        }
    }
}

/// A person of the company whose accounts are archived.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Staff {
    /// Its id.
    pub id: StaffId,
    /// The name to show; empty where the directory does not know one.
    pub name: String,
    /// The channel.
    pub channel: Channel,
    /// The channel's id (WeCom `userid`), as last received.
    pub account: String,
    /// Departments, by the channel's numbers.
    pub departments: Vec<i64>,
    /// The position.
    pub position: Option<String>,
    /// Whether a directory or somebody named it; false for one known from messages alone.
    pub listed: bool,
    /// Whether the person works here.
    pub state: StaffState,
}

/// A department, as the channel's directory gives it or as it was put by hand.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Department {
    /// The channel's number, above zero; those put by hand count down from -1.
    pub id: i64,
    /// The department above; 0 at the top.
    pub parent: i64,
    /// The name.
    pub name: String,
    /// Place among its siblings, higher first.
    pub order: i64,
}

/// The id of the member of staff whom a channel knows by `key` (for WeCom the lower-case userid).
pub fn staff_id(channel: Channel, key: &str) -> StaffId {
    StaffId(derived("xinju-staff/1", &[channel.name().as_bytes(), key.as_bytes()]))
}
