//! The sign-in policy: what the archive asks of those who sign in, within bounds that nobody can go beyond.

use serde::{Deserialize, Serialize};

use crate::limits::{
    PASSWORD_CHARS_MIN, POLICY_PASSWORD_CHARS_MAX, SESSION_AGE_HOURS_MAX, SESSION_IDLE_MINUTES_MAX,
    SESSION_IDLE_MINUTES_MIN,
};

/// Of whom a second factor is demanded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FactorDemand {
    /// Of nobody; everybody may have one.
    #[default]
    Nobody,
    /// Of those who manage users or roles.
    Administrators,
    /// Of everybody.
    Everybody,
}

impl FactorDemand {
    /// The stable name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Nobody => "nobody",
            Self::Administrators => "administrators",
            Self::Everybody => "everybody",
        }
    }

    /// Whether it is demanded of somebody who `administers`: who manages users or roles.
    pub fn covers(self, administers: bool) -> bool {
        match self {
            Self::Nobody => false,
            Self::Administrators => administers,
            Self::Everybody => true,
        }
    }
}

/// What the archive asks of those who sign in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignInPolicy {
    /// Of whom a second factor is demanded.
    pub factor: FactorDemand,
    /// Minutes without a request after which a session ends.
    pub idle_minutes: u32,
    /// Hours after which a session ends whatever happens.
    pub age_hours: u32,
    /// Characters that a new password has at least.
    pub password_chars: u32,
}

impl Default for SignInPolicy {
    /// The mildest that is allowed.
    fn default() -> Self {
        Self {
            factor: FactorDemand::Nobody,
            idle_minutes: SESSION_IDLE_MINUTES_MAX,
            age_hours: SESSION_AGE_HOURS_MAX,
            password_chars: PASSWORD_CHARS_MIN,
        }
    }
}

/// A number of a policy is outside its bounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PolicyFault {
    /// The minutes without a request.
    IdleMinutes,
    /// The hours of a session.
    AgeHours,
    /// The characters of a password.
    PasswordChars,
}

impl SignInPolicy {
    /// Whether all numbers are within their bounds.
    pub fn check(&self) -> Result<(), PolicyFault> {
        if !(SESSION_IDLE_MINUTES_MIN..=SESSION_IDLE_MINUTES_MAX).contains(&self.idle_minutes) {
            return Err(PolicyFault::IdleMinutes);
        }
        if !(1..=SESSION_AGE_HOURS_MAX).contains(&self.age_hours) {
            return Err(PolicyFault::AgeHours);
        }
        if !(PASSWORD_CHARS_MIN..=POLICY_PASSWORD_CHARS_MAX).contains(&self.password_chars) {
            return Err(PolicyFault::PasswordChars);
        }
        Ok(())
    }

    /// How long a session lives without a request, in milliseconds.
    pub fn idle_ms(&self) -> i64 {
        i64::from(self.idle_minutes) * 60_000
    }

    /// How long a session lives whatever happens, in milliseconds.
    pub fn age_ms(&self) -> i64 {
        i64::from(self.age_hours) * 3_600_000
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mildest_policy_is_within_its_bounds_and_nothing_beyond_them_is() {
        let mildest = SignInPolicy::default();
        assert_eq!(mildest.check(), Ok(()));
        let longer = SignInPolicy { idle_minutes: mildest.idle_minutes + 1, ..mildest };
        assert_eq!(longer.check(), Err(PolicyFault::IdleMinutes));
        assert_eq!(SignInPolicy { idle_minutes: 4, ..mildest }.check(), Err(PolicyFault::IdleMinutes));
        assert_eq!(SignInPolicy { age_hours: 0, ..mildest }.check(), Err(PolicyFault::AgeHours));
        assert_eq!(SignInPolicy { age_hours: 169, ..mildest }.check(), Err(PolicyFault::AgeHours));
        assert_eq!(SignInPolicy { password_chars: 9, ..mildest }.check(), Err(PolicyFault::PasswordChars));
        assert_eq!(SignInPolicy { password_chars: 65, ..mildest }.check(), Err(PolicyFault::PasswordChars));
    }

    #[test]
    fn a_demand_covers_whom_it_names() {
        let covered = |demand: FactorDemand| [false, true].into_iter().filter(|one| demand.covers(*one)).count();
        let counts = [FactorDemand::Nobody, FactorDemand::Administrators, FactorDemand::Everybody].map(covered);
        assert_eq!(counts, [0, 1, 2]);
        assert!(FactorDemand::Administrators.covers(true));
    }
}
