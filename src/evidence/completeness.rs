//! What a package states of its own completeness.

use serde::{Deserialize, Serialize};

/// Where a package states the runs of conversations that it holds; a list of [`SequenceRun`].
pub const SEQUENCES: &str = "data/completeness/sequences.json";

/// A run of a conversation that a package states to be whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SequenceRun {
    /// The conversation's id, as its entries disclose it.
    pub conversation: String,
    /// The first number of the run.
    pub from: u64,
    /// The last one.
    pub to: u64,
    /// Numbers between them that are not shown: withheld, erased, or outside of what was asked for.
    pub missing: Vec<u64>,
}
