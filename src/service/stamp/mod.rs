//! Stamps of outsiders over the ledger's heads: each is a bound on when everything under the head existed, by a clock that is not ours.
//!
//! Heads go to at most two timestamp authorities, a witness and a webhook. What fails waits and is tried again; nothing else ever waits
//! for it. A stamp is kept exactly as it came, and an entry of the ledger names it: what lies before that entry's place and under
//! the head was before the stamp, and whatever comes behind the entry came after it.

mod ask;
mod round;
mod settings;
mod state;

use xinju_model::access::{Action, Viewer};
use xinju_model::limits::STAMP_ANCHORS_MAX;
use xinju_model::stamp::{Stamp, StampTarget};
use xinju_model::time::Timestamp;

pub use settings::{SetStamps, StampRefusal, StampSetup};
pub(crate) use state::views;
pub use state::{TargetState, TargetView};

use crate::error::ServiceError;
use crate::service::{Core, Service};

/// A question to an outsider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PostRequest {
    /// Where.
    pub url: String,
    /// `http://host:port` of the proxy; none where it is empty.
    pub proxy: String,
    /// What the body is.
    pub content_type: &'static str,
    /// Further headers.
    pub headers: Vec<(&'static str, String)>,
    /// The body.
    pub body: Vec<u8>,
    /// Most bytes of an answer.
    pub answer_bytes_max: usize,
}

/// An outsider's answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PostAnswer {
    /// The status. Redirections are not followed.
    pub status: u16,
    /// What it says the body is, without parameters, in lower case.
    pub content_type: String,
    /// The body.
    pub body: Vec<u8>,
}

/// Why there is no answer. The texts are for administrators; no secret is in them.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PostError {
    /// It could not be reached.
    #[error("it cannot be reached: {0}")]
    Unreachable(String),
    /// It took too long.
    #[error("it did not answer in time")]
    TimedOut,
    /// Its TLS certificate is not trusted.
    #[error("its TLS certificate is not trusted: {0}")]
    Untrusted(String),
    /// Its answer is too large.
    #[error("its answer is larger than any stamp")]
    TooLarge,
}

/// Asks outsiders: the seam that the connections fill in. Blocks for at most [`xinju_model::limits::STAMP_ANSWER_MS_MAX`].
pub trait Post: Send + Sync {
    /// Posts, and answers what came back whatever its status.
    fn post(&self, request: &PostRequest) -> Result<PostAnswer, PostError>;
}

/// A token of a timestamp authority.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Token {
    /// What the authority is called here.
    pub(crate) authority: String,
    /// The RFC 3161 answer exactly as it came.
    pub(crate) response: Vec<u8>,
    /// The moment, by the authority's clock.
    pub(crate) at: Timestamp,
}

/// An authority that gave none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Failed {
    /// What it is called here.
    pub(crate) authority: String,
    /// Why, in plain words.
    pub(crate) why: String,
}

/// What came of asking all authorities.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Stamping {
    /// In the order of the authorities.
    pub(crate) tokens: Vec<Token>,
    /// Those that gave none.
    pub(crate) failed: Vec<Failed>,
}

/// A stamped head for a package.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Anchor {
    /// Entries under it.
    pub(crate) size: u64,
    /// The head: exactly the bytes that were stamped.
    pub(crate) note: String,
    /// Tokens of timestamp authorities, as they came.
    pub(crate) tokens: Vec<Vec<u8>>,
    /// Lines of witnesses that may be put below the note.
    pub(crate) cosignatures: Vec<String>,
}

impl Core {
    /// Asks every authority for a timestamp over `data`. Never fails: who gave none is named.
    pub(crate) fn stamp(&self, data: &[u8]) -> Result<Stamping, ServiceError> {
        let setup = self.stamp_setup()?;
        let mut stamping = Stamping::default();
        for authority in &setup.settings.authorities {
            match self.ask_authority(authority, &setup.settings.proxy, data) {
                Ok(token) => stamping.tokens.push(token),
                Err(why) => stamping.failed.push(Failed { authority: authority.name.clone(), why: why.words }),
            }
        }
        Ok(stamping)
    }

    /// The stamped heads of at most `under` entries, with the stamps that the ledger had then, that bracket these entries
    /// (ascending): for each the last head before it and the first over it. At most [`STAMP_ANCHORS_MAX`]; where there would be
    /// more, every so many are left out.
    pub(crate) fn anchors(&self, under: u64, entries: &[u64]) -> Result<Vec<Anchor>, ServiceError> {
        let tx = self.store.read()?;
        let sizes: Vec<u64> = tx.stamped_sizes()?.into_iter().filter(|one| *one <= under).collect();
        let mut wanted = bracketing(&sizes, entries);
        let each = wanted.len().div_ceil(STAMP_ANCHORS_MAX).max(1);
        // The last is the one over everything: it stays.
        wanted.reverse();
        let mut anchors = Vec::new();
        for size in wanted.into_iter().step_by(each) {
            let mut stamps = tx.stamps(size..=size)?;
            stamps.retain(|stamp| stamp.entry < under);
            anchors.extend(anchor(stamps));
        }
        anchors.reverse();
        Ok(anchors)
    }
}

/// Of sorted sizes of heads those that are next to an entry: the entry of index i is under a head of more than i entries.
fn bracketing(sizes: &[u64], entries: &[u64]) -> Vec<u64> {
    let mut wanted = Vec::new();
    for entry in entries {
        let over = sizes.partition_point(|size| size <= entry);
        let before = over.checked_sub(1).and_then(|place| sizes.get(place));
        for size in [before, sizes.get(over)].into_iter().flatten() {
            if wanted.last() != Some(size) {
                wanted.push(*size);
            }
        }
    }
    wanted.sort_unstable();
    wanted.dedup();
    wanted
}

/// All stamps over one head. A head that was only told to somebody is no anchor.
fn anchor(stamps: Vec<Stamp>) -> Option<Anchor> {
    let mut stamps = stamps.into_iter().peekable();
    let (size, note) = stamps.peek().map(|stamp| (stamp.size, stamp.note.clone()))?;
    let mut anchor = Anchor { size, note, tokens: Vec::new(), cosignatures: Vec::new() };
    for stamp in stamps {
        match stamp.target {
            StampTarget::First | StampTarget::Second => anchor.tokens.push(stamp.token),
            StampTarget::Witness => anchor.cosignatures.extend(String::from_utf8(stamp.token)),
            StampTarget::Webhook => {}
        }
    }
    Some(anchor).filter(|anchor| !anchor.tokens.is_empty() || !anchor.cosignatures.is_empty())
}

impl Service {
    /// The newest stamps, newest first, for those who read the ledger. What they say is public; no event.
    pub fn stamps(&self, viewer: &Viewer, limit: usize) -> Result<Vec<Stamp>, ServiceError> {
        self.core.allow(viewer, Action::ReadLedger)?;
        Ok(self.core.store.read()?.newest_stamps(limit)?)
    }
}

#[cfg(test)]
pub(crate) mod tests;
