//! A leaver's handover: what the leaver did before, to whom the leaver's customers go, and how far it has come.
//!
//! It begins, the leaver is suspended (before or after the customers went), the plan is made and carried out in one step, and
//! leaver and successors sign a form each ([`crate::handover_form`]). When all forms are signed it is closed.

use std::collections::{BTreeMap, HashMap, HashSet};

use data_encoding::HEXLOWER;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::id::{CustomerId, EntryIndex, HandoverId, StaffId, UserId};
use crate::limits::{HANDOVER_NAMED_MAX, HANDOVER_RULES_MAX, HANDOVER_SUCCESSORS_MAX, NAME_CHARS_MAX};
use crate::time::Timestamp;

/// How far a handover has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HandoverState {
    /// It is being planned.
    Open,
    /// The customers have gone to their successors; forms wait for signatures.
    CarriedOut,
    /// Every form is signed by both sides.
    Closed,
    /// It was called off before any customer went.
    Cancelled,
}

/// Which of a leaver's customers a rule is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WhichCustomers {
    /// These; those among them that are not the leaver's count for nothing.
    Named(Vec<CustomerId>),
    /// Those with this tag of the channel, set by anybody.
    Tagged(String),
    /// All that no rule before it took.
    Rest,
}

/// To whom some of a leaver's customers go.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HandoverRule {
    /// Which of them.
    pub which: WhichCustomers,
    /// The successors; several take turns.
    pub successors: Vec<StaffId>,
}

/// Somebody who did something, with the name of that moment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Doer {
    /// The user; none for the operator of the machine.
    pub user: Option<UserId>,
    /// The name.
    pub name: String,
}

/// When the customers went, and by whose doing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CarriedOut {
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub by: Doer,
    /// The digest of the plan that was carried out.
    pub digest: String,
    /// How many customers went.
    pub customers: u64,
}

/// A leaver's handover.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Handover {
    /// Its id.
    pub id: HandoverId,
    /// Who leaves.
    pub leaver: StaffId,
    /// How far it has come.
    pub state: HandoverState,
    /// When it began.
    pub begun_at: Timestamp,
    /// Who began it.
    pub begun_by: Doer,
    /// Days before the suspension that the review covers.
    pub review_days: u32,
    /// When the leaver was suspended; none before.
    pub suspended_at: Option<Timestamp>,
    /// The leaver's users, as they were found when the leaver was suspended.
    pub users: Vec<UserId>,
    /// To whom the customers go, in order: the first rule that fits a customer counts.
    pub rules: Vec<HandoverRule>,
    /// When the customers went; none before.
    pub carried_out: Option<CarriedOut>,
}

/// What a leaver did before the suspension, frozen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Review {
    /// The first moment that it covers.
    pub from: Timestamp,
    /// The moment of the suspension, not covered itself.
    pub until: Timestamp,
    /// How many events there are of each act, by its name.
    pub counts: BTreeMap<String, u64>,
    /// All events.
    pub total: u64,
    /// The events, newest first; at most [`crate::limits::REVIEW_EVENTS_MAX`].
    pub events: Vec<EntryIndex>,
}

impl Review {
    /// SHA-256 over its canonical JSON, in lower-case hexadecimal.
    pub fn digest(&self) -> String {
        HEXLOWER.encode(&Sha256::digest(serde_json::to_vec(self).unwrap_or_default()))
    }
}

/// Why rules are none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RuleFault {
    /// More rules than a handover has, or more names in one than there may be.
    TooMany,
    /// A rule has no successor, or names no customer or tag.
    Empty,
    /// The leaver stands among the successors.
    SuccessorIsLeaver,
}

/// Whether rules can be a handover's.
pub fn check_rules(rules: &[HandoverRule], leaver: StaffId) -> Result<(), RuleFault> {
    if rules.len() > HANDOVER_RULES_MAX {
        return Err(RuleFault::TooMany);
    }
    for rule in rules {
        let named = match &rule.which {
            WhichCustomers::Named(customers) if customers.len() > HANDOVER_NAMED_MAX => return Err(RuleFault::TooMany),
            WhichCustomers::Named(customers) => !customers.is_empty(),
            WhichCustomers::Tagged(tag) if tag.chars().nth(NAME_CHARS_MAX).is_some() => return Err(RuleFault::TooMany),
            WhichCustomers::Tagged(tag) => !tag.trim().is_empty(),
            WhichCustomers::Rest => true,
        };
        if rule.successors.len() > HANDOVER_SUCCESSORS_MAX {
            return Err(RuleFault::TooMany);
        }
        if !named || rule.successors.is_empty() {
            return Err(RuleFault::Empty);
        }
        if rule.successors.contains(&leaver) {
            return Err(RuleFault::SuccessorIsLeaver);
        }
    }
    Ok(())
}

/// One of the leaver's customers, as rules look at it.
#[derive(Clone, Copy, Debug)]
pub struct Candidate<'a> {
    /// Who.
    pub id: CustomerId,
    /// The tags that anybody set.
    pub tags: &'a [&'a str],
}

/// To whom each customer goes, in the order given: the first rule that fits counts, several successors of a rule take turns. None where no rule fits.
pub fn assign<'a>(
    rules: &[HandoverRule],
    customers: impl IntoIterator<Item = Candidate<'a>>,
) -> Vec<(CustomerId, Option<StaffId>)> {
    let named: Vec<HashSet<CustomerId>> = rules.iter().map(named).collect();
    let mut turns: HashMap<usize, usize> = HashMap::new();
    let fits = |at: usize, rule: &HandoverRule, customer: &Candidate<'_>| match &rule.which {
        WhichCustomers::Named(_) => named.get(at).is_some_and(|named| named.contains(&customer.id)),
        WhichCustomers::Tagged(tag) => customer.tags.contains(&tag.as_str()),
        WhichCustomers::Rest => true,
    };
    let goes = |customer: Candidate<'a>| {
        let found = rules.iter().enumerate().find(|(at, rule)| fits(*at, rule, &customer));
        let successor = found.and_then(|(at, rule)| {
            let turn = turns.entry(at).or_default();
            let successor = rule.successors.iter().cycle().nth(*turn).copied();
            *turn = turn.saturating_add(1).checked_rem(rule.successors.len()).unwrap_or(0);
            successor
        });
        (customer.id, successor)
    };
    customers.into_iter().map(goes).collect()
}

fn named(rule: &HandoverRule) -> HashSet<CustomerId> {
    match &rule.which {
        WhichCustomers::Named(customers) => customers.iter().copied().collect(),
        WhichCustomers::Tagged(_) | WhichCustomers::Rest => HashSet::new(),
    }
}

/// Names a plan: whoever carries it out says which one was looked at. It does not depend on the order.
pub fn plan_digest(leaver: StaffId, goes: &[(CustomerId, Option<StaffId>)]) -> String {
    let mut sorted = goes.to_vec();
    sorted.sort_unstable();
    let mut hash = Sha256::new();
    hash.update(b"xinju-handover-plan/1");
    hash.update(leaver.0);
    for (customer, successor) in sorted {
        hash.update(customer.0);
        hash.update([u8::from(successor.is_some())]);
        hash.update(successor.map_or([0; 16], |id| id.0));
    }
    HEXLOWER.encode(&hash.finalize())
}

#[cfg(test)]
mod tests {
    use super::*;

    const LEAVER: StaffId = StaffId([9; 16]);
    const A: StaffId = StaffId([1; 16]);
    const B: StaffId = StaffId([2; 16]);

    fn client(number: u8) -> CustomerId {
        CustomerId([number; 16])
    }

    fn rule(which: WhichCustomers, successors: &[StaffId]) -> HandoverRule {
        HandoverRule { which, successors: successors.to_vec() }
    }

    fn plan(rules: &[HandoverRule], tagged: &[u8]) -> Vec<Option<StaffId>> {
        let customers = (1..=5).map(|number| {
            let tags: &[&str] = if tagged.contains(&number) { &["vip", "old"] } else { &[] };
            Candidate { id: client(number), tags }
        });
        assign(rules, customers).into_iter().map(|(_, successor)| successor).collect()
    }

    #[test]
    fn the_first_rule_that_fits_counts_and_successors_take_turns() {
        let single = rule(WhichCustomers::Named(vec![client(2)]), &[B]);
        let vip = rule(WhichCustomers::Tagged("vip".into()), &[A]);
        let rest = rule(WhichCustomers::Rest, &[A, B]);
        assert_eq!(plan(&[single.clone(), rest.clone()], &[]), [Some(A), Some(B), Some(B), Some(A), Some(B)]);
        assert_eq!(plan(&[single.clone(), vip.clone()], &[2, 5]), [None, Some(B), None, None, Some(A)]);
        assert_eq!(plan(&[vip, single, rest], &[2, 5]), [Some(A), Some(A), Some(B), Some(A), Some(A)]);
        assert_eq!(plan(&[], &[]), [None; 5]);
    }

    #[test]
    fn rules_without_anybody_and_the_leaver_as_successor_are_none() {
        let check = |which, successors: &[StaffId]| check_rules(&[rule(which, successors)], LEAVER);
        assert_eq!(check(WhichCustomers::Rest, &[A]), Ok(()));
        assert_eq!(check(WhichCustomers::Rest, &[]), Err(RuleFault::Empty));
        assert_eq!(check(WhichCustomers::Named(vec![]), &[A]), Err(RuleFault::Empty));
        assert_eq!(check(WhichCustomers::Tagged(" ".into()), &[A]), Err(RuleFault::Empty));
        assert_eq!(check(WhichCustomers::Rest, &[A, LEAVER]), Err(RuleFault::SuccessorIsLeaver));
        assert_eq!(check(WhichCustomers::Rest, &[A; HANDOVER_SUCCESSORS_MAX + 1]), Err(RuleFault::TooMany));
        let many = WhichCustomers::Named(vec![client(1); HANDOVER_NAMED_MAX + 1]);
        assert_eq!(check(many, &[A]), Err(RuleFault::TooMany));
        assert_eq!(check(WhichCustomers::Tagged("x".repeat(NAME_CHARS_MAX + 1)), &[A]), Err(RuleFault::TooMany));
        let rest = rule(WhichCustomers::Rest, &[A]);
        assert_eq!(check_rules(&vec![rest; HANDOVER_RULES_MAX + 1], LEAVER), Err(RuleFault::TooMany));
    }

    #[test]
    fn a_plan_is_named_by_who_gets_whom() {
        let (one, other) = ((client(1), Some(A)), (client(2), Some(B)));
        let digest = plan_digest(LEAVER, &[one, other]);
        assert_eq!(plan_digest(LEAVER, &[other, one]), digest);
        assert_ne!(plan_digest(A, &[one, other]), digest);
        assert_ne!(plan_digest(LEAVER, &[one]), digest);
        assert_ne!(plan_digest(LEAVER, &[one, (client(2), Some(A))]), digest);
        assert_ne!(plan_digest(LEAVER, &[one, (client(2), None)]), digest);
    }

    #[test]
    fn a_review_is_named_by_its_events() {
        let review = Review {
            from: Timestamp(1),
            until: Timestamp(2),
            counts: BTreeMap::from([("search.run".into(), 1)]),
            total: 1,
            events: vec![EntryIndex(7)],
        };
        let other = Review { events: vec![EntryIndex(8)], ..review.clone() };
        assert_eq!(review.digest().len(), 64);
        assert_ne!(review.digest(), other.digest());
    }
}
