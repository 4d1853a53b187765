//! Whose a customer is, and since when: what decides who may read the customer's words.

use serde::{Deserialize, Serialize};

use crate::id::StaffId;
use crate::limits::OWNERS_KEPT_MAX;
use crate::time::Timestamp;

/// Somebody's time as an owner.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tenure {
    /// The owner; none while the customer is nobody's.
    pub owner: Option<StaffId>,
    /// Since when; the beginning of time for the first owner.
    pub since: Timestamp,
}

/// The owners of a customer, oldest first. Empty while nobody ever was.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ownership {
    tenures: Vec<Tenure>,
}

impl Ownership {
    /// Owned by one person from the beginning.
    pub fn first(owner: StaffId) -> Self {
        Self { tenures: vec![Tenure { owner: Some(owner), since: Timestamp(i64::MIN) }] }
    }

    /// The present owner.
    pub fn owner(&self) -> Option<StaffId> {
        self.tenures.last().and_then(|tenure| tenure.owner)
    }

    /// All owners, oldest first.
    pub fn tenures(&self) -> &[Tenure] {
        &self.tenures
    }

    /// Gives the customer to somebody, or to nobody. False, and nothing changes, where it is theirs already.
    pub fn give(&mut self, owner: Option<StaffId>, now: Timestamp) -> bool {
        if self.owner() == owner {
            return false;
        }
        // A clock that was set back must not reorder owners.
        let since = self.tenures.last().map_or(now, |last| now.max(last.since));
        if self.tenures.len() >= OWNERS_KEPT_MAX {
            self.tenures.remove(1);
        }
        self.tenures.push(Tenure { owner, since });
        true
    }

    /// Since when, without a break, the customer has belonged to somebody whom `is_one` accepts; none where the present owner is not one.
    pub fn held_since(&self, is_one: impl Fn(StaffId) -> bool) -> Option<Timestamp> {
        let held = self.tenures.iter().rev().take_while(|tenure| tenure.owner.is_some_and(&is_one));
        held.last().map(|tenure| tenure.since)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: StaffId = StaffId([1; 16]);
    const B: StaffId = StaffId([2; 16]);

    #[test]
    fn owners_follow_each_other_and_history_stays() {
        let mut of = Ownership::first(A);
        assert!(!of.give(Some(A), Timestamp(5)));
        assert!(of.give(Some(B), Timestamp(5)) && of.give(None, Timestamp(3)) && of.give(Some(A), Timestamp(9)));
        let since: Vec<i64> = of.tenures().iter().map(|tenure| tenure.since.0).collect();
        assert_eq!((of.owner(), since), (Some(A), vec![i64::MIN, 5, 5, 9]));
        assert_eq!(of.held_since(|id| id == A), Some(Timestamp(9)));
        assert_eq!(of.held_since(|id| id == B), None);
        assert_eq!(Ownership::default().held_since(|_| true), None);
    }

    #[test]
    fn a_department_that_keeps_a_customer_keeps_the_history() {
        let mut of = Ownership::first(A);
        of.give(Some(B), Timestamp(5));
        assert_eq!(of.held_since(|_| true), Some(Timestamp(i64::MIN)));
        assert_eq!(of.held_since(|id| id == B), Some(Timestamp(5)));
    }

    #[test]
    fn histories_do_not_grow_for_ever() {
        let mut of = Ownership::first(A);
        for at in 0..3 * OWNERS_KEPT_MAX {
            of.give(Some(if at % 2 == 0 { B } else { A }), Timestamp(i64::try_from(at).expect("small")));
        }
        assert_eq!(of.tenures().len(), OWNERS_KEPT_MAX);
        assert_eq!(of.tenures()[0].since, Timestamp(i64::MIN));
    }
}
