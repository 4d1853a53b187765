//! A second factor: what somebody has besides a password.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::id::UserId;
use crate::time::Timestamp;

/// A user's authenticator app, which makes codes of the time (RFC 6238: SHA-1, six digits, 30 seconds), and the codes for when it is lost.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Factor {
    /// Whose.
    pub user: UserId,
    /// The secret that the app shares, 20 bytes.
    pub secret: [u8; 20],
    /// Since when.
    pub enrolled_at: Timestamp,
    /// The newest step of 30 seconds whose code was accepted; neither it nor an older one is accepted again, whatever the clock says.
    pub last_step: u64,
    /// Keyed hashes of the recovery codes that are left.
    pub recovery: Vec<[u8; 32]>,
    /// Since when there are these recovery codes.
    pub recovery_at: Timestamp,
}

impl fmt::Debug for Factor {
    /// Without the secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Factor")
            .field("user", &self.user)
            .field("enrolled_at", &self.enrolled_at)
            .field("last_step", &self.last_step)
            .field("recovery", &self.recovery.len())
            .finish_non_exhaustive()
    }
}

/// What may be told of a factor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FactorState {
    /// Since when.
    pub enrolled_at: Timestamp,
    /// Recovery codes that are left.
    pub recovery_left: usize,
    /// Since when there are these recovery codes.
    pub recovery_at: Timestamp,
}

impl Factor {
    /// What may be told of it.
    pub fn state(&self) -> FactorState {
        FactorState { enrolled_at: self.enrolled_at, recovery_left: self.recovery.len(), recovery_at: self.recovery_at }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_factor_that_is_printed_keeps_its_secret() {
        let factor = Factor {
            user: UserId([1; 16]),
            secret: [211; 20],
            enrolled_at: Timestamp(5),
            last_step: 7,
            recovery: vec![[199; 32]],
            recovery_at: Timestamp(5),
        };
        let printed = format!("{factor:?}");
        assert!(!printed.contains("211") && !printed.contains("199"), "{printed}");
    }
}
