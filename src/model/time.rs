//! Time as the product means it: UTC milliseconds inside, RFC 3339 at the edge.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A moment: milliseconds since 1970-01-01T00:00:00Z. Ordered, signed, never in a local zone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timestamp(pub i64);

/// What tells the time. Production reads the system clock; tests set their own.
pub trait Clock: Send + Sync {
    /// The present moment.
    fn now(&self) -> Timestamp;
}

/// The text is not an RFC 3339 date-time.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a date-time in the form 2026-01-31T08:00:00Z")]
pub struct NotATime;

impl Timestamp {
    /// Milliseconds since the epoch.
    pub fn millis(self) -> i64 {
        self.0
    }

    /// The moment `millis` later (earlier when negative); stops at the ends of the range.
    #[must_use]
    pub fn plus_millis(self, millis: i64) -> Self {
        Self(self.0.saturating_add(millis))
    }

    /// Reads RFC 3339 with any offset.
    pub fn parse(text: &str) -> Result<Self, NotATime> {
        let parsed: jiff::Timestamp = text.parse().map_err(|_| NotATime)?;
        Ok(Self(parsed.as_millisecond()))
    }
}

impl fmt::Display for Timestamp {
    /// RFC 3339 in UTC with three decimals: `2026-01-31T08:00:00.000Z`. Moments outside the years -9999..9999 show as milliseconds.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match jiff::Timestamp::from_millisecond(self.0) {
            Ok(moment) => write!(f, "{moment:.3}"),
            Err(_) => write!(f, "{}ms", self.0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prints_and_reads_rfc_3339() {
        let moment = Timestamp(1_735_702_814_753);
        assert_eq!(moment.to_string(), "2025-01-01T03:40:14.753Z");
        assert_eq!(Timestamp::parse("2025-01-01T11:40:14.753+08:00"), Ok(moment));
        assert_eq!(Timestamp::parse("yesterday"), Err(NotATime));
        assert_eq!(Timestamp(0).to_string(), "1970-01-01T00:00:00.000Z");
    }
}
