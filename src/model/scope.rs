//! Whose records somebody sees: the one rule, over plain data, and what follows from it for a whole archive.
//!
//! The rule. A scope holds a set of staff and a set of named customers.
//! - A customer is seen where its owner is among the staff, or where it is named.
//! - A conversation between two of whom one is a customer is seen where the customer is.
//! - Any other conversation (a group, or staff among themselves) is seen where one of the staff takes or took part in it.
//!
//! History stays with the customer: a former owner sees it no more. Whether a new owner sees what was before is a setting.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::access::Scope;
use crate::conversation::ConversationKind;
use crate::id::{ConversationId, CustomerId, StaffId};
use crate::ownership::Ownership;
use crate::role::DataScope;
use crate::staff::{Department, Staff, StaffState};
use crate::time::Timestamp;

/// From the beginning.
pub const WHOLE: Timestamp = Timestamp(i64::MIN);

/// Staff and departments as the rule wants them.
#[derive(Clone, Debug, Default)]
pub struct People {
    staff: HashMap<StaffId, (StaffState, Vec<i64>)>,
    children: HashMap<i64, Vec<i64>>,
}

impl People {
    /// From the address book.
    pub fn new<'a>(
        staff: impl IntoIterator<Item = &'a Staff>,
        departments: impl IntoIterator<Item = &'a Department>,
    ) -> Self {
        let staff = staff.into_iter().map(|one| (one.id, (one.state, one.departments.clone()))).collect();
        let mut children: HashMap<i64, Vec<i64>> = HashMap::new();
        for department in departments {
            children.entry(department.parent).or_default().push(department.id);
        }
        Self { staff, children }
    }

    /// A department and all below it. Ends on circles, which hostile directories may have.
    fn below(&self, top: &[i64]) -> HashSet<i64> {
        let (mut seen, mut waiting) = (HashSet::new(), top.to_vec());
        while let Some(department) = waiting.pop() {
            if seen.insert(department) {
                waiting.extend(self.children.get(&department).into_iter().flatten());
            }
        }
        seen
    }

    fn in_any<'a>(&'a self, departments: &'a HashSet<i64>) -> impl Iterator<Item = StaffId> + 'a {
        let works_there = |of: &[i64]| of.iter().any(|department| departments.contains(department));
        self.staff.iter().filter(move |(_, (_, of))| works_there(of)).map(|(id, _)| *id)
    }
}

/// What several scopes hold together: whose customers, and which customers by name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sight {
    everything: bool,
    staff: HashSet<StaffId>,
    customers: HashSet<CustomerId>,
}

/// Why something is seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// The scope is everything.
    Everything,
    /// The customer is named.
    NamedCustomer(CustomerId),
    /// The customer's owner is among the staff of the scope.
    Owner(CustomerId, StaffId),
    /// A member of staff of the scope takes or took part.
    TakesPart(StaffId),
}

/// Something seen: from when on, and by which rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seen {
    /// The first moment that is seen; [`WHOLE`] for all.
    pub from: Timestamp,
    /// The rule.
    pub rule: Rule,
}

/// The people in a conversation, as the rule wants them.
#[derive(Clone, Copy, Debug)]
pub struct Parties<'a> {
    /// How many talk.
    pub kind: ConversationKind,
    /// Customers who take or took part, with their owners.
    pub customers: &'a [(CustomerId, Ownership)],
    /// Staff who take or took part.
    pub staff: &'a [StaffId],
}

impl Sight {
    /// What `scopes` hold for somebody who is the member of staff `own`. Whoever does not work here any more sees nothing as staff.
    pub fn of(scopes: &[DataScope], own: Option<StaffId>, people: &People) -> Self {
        let mut sight = Self::default();
        let own = own.and_then(|id| Some((id, people.staff.get(&id)?)));
        let own = own.filter(|(_, (state, _))| *state == StaffState::Active).map(|(id, (_, of))| (id, of));
        for scope in scopes {
            match (scope, own) {
                (DataScope::Everything, _) => sight.everything = true,
                (DataScope::Named(named), _) => {
                    sight.staff.extend(&named.staff);
                    sight.staff.extend(people.in_any(&people.below(&named.departments)));
                    sight.customers.extend(&named.customers);
                }
                (DataScope::OwnCustomers | DataScope::Department | DataScope::DepartmentAndBelow, None) => {}
                (DataScope::OwnCustomers, Some((id, _))) => {
                    sight.staff.insert(id);
                }
                (DataScope::Department, Some((id, of))) => {
                    sight.staff.insert(id);
                    sight.staff.extend(people.in_any(&of.iter().copied().collect()));
                }
                (DataScope::DepartmentAndBelow, Some((id, of))) => {
                    sight.staff.insert(id);
                    sight.staff.extend(people.in_any(&people.below(of)));
                }
            }
        }
        sight
    }

    /// Whether it is everything.
    pub fn is_everything(&self) -> bool {
        self.everything
    }

    /// Whose customers.
    pub fn staff(&self) -> &HashSet<StaffId> {
        &self.staff
    }

    /// Customers by name.
    pub fn customers(&self) -> &HashSet<CustomerId> {
        &self.customers
    }

    /// Whether a customer is seen, and from when on its words are. `history`: whether an owner sees what was before their time.
    pub fn customer(&self, id: CustomerId, ownership: &Ownership, history: bool) -> Option<Seen> {
        if self.everything {
            return Some(Seen { from: WHOLE, rule: Rule::Everything });
        }
        if self.customers.contains(&id) {
            return Some(Seen { from: WHOLE, rule: Rule::NamedCustomer(id) });
        }
        let since = ownership.held_since(|owner| self.staff.contains(&owner))?;
        let owner = ownership.owner()?;
        Some(Seen { from: if history { WHOLE } else { since }, rule: Rule::Owner(id, owner) })
    }

    /// Whether a conversation is seen, and from when on.
    pub fn conversation(&self, parties: Parties<'_>, history: bool) -> Option<Seen> {
        if self.everything {
            return Some(Seen { from: WHOLE, rule: Rule::Everything });
        }
        if parties.kind == ConversationKind::Single && !parties.customers.is_empty() {
            let seen = parties.customers.iter().filter_map(|(id, of)| self.customer(*id, of, history));
            return seen.min_by_key(|seen| seen.from);
        }
        let taking_part = parties.staff.iter().find(|id| self.staff.contains(*id))?;
        Some(Seen { from: WHOLE, rule: Rule::TakesPart(*taking_part) })
    }
}

/// A conversation that is seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Visible {
    /// From when on; a conversation without a message since then is not seen.
    pub from: Timestamp,
    /// Its kind, so that lists can be counted.
    pub kind: ConversationKind,
}

/// What was found when the whole archive was looked through.
#[derive(Debug, Default)]
struct Base {
    conversations: HashMap<ConversationId, Visible>,
    customers: HashSet<CustomerId>,
}

/// All that somebody sees, worked out: a large base that is shared, and what came to it later.
#[derive(Clone)]
pub struct VisibleConversations {
    fingerprint: u64,
    base: Arc<Base>,
    later: Vec<(ConversationId, Visible)>,
    later_conversations: HashMap<ConversationId, Visible>,
    later_customers: HashSet<CustomerId>,
}

impl VisibleConversations {
    /// What was found. `fingerprint` is another for every base that was ever made in this process.
    pub fn new(
        fingerprint: u64,
        conversations: HashMap<ConversationId, Visible>,
        customers: HashSet<CustomerId>,
    ) -> Self {
        Self {
            fingerprint,
            base: Arc::new(Base { conversations, customers }),
            later: Vec::new(),
            later_conversations: HashMap::new(),
            later_customers: HashSet::new(),
        }
    }

    /// Names the base: equal fingerprints have equal bases, and of their later parts one begins the other.
    pub fn fingerprint(&self) -> u64 {
        self.fingerprint
    }

    /// The conversations of the base.
    pub fn base(&self) -> &HashMap<ConversationId, Visible> {
        &self.base.conversations
    }

    /// What came later, in order; it goes before the base.
    pub fn later(&self) -> &[(ConversationId, Visible)] {
        &self.later
    }

    /// What both see: each conversation from the later of both moments. `fingerprint` as in [`VisibleConversations::new`].
    #[must_use]
    pub fn meet(&self, other: &Self, fingerprint: u64) -> Self {
        let conversations = self.conversations().filter_map(|(id, visible)| {
            let seen = other.conversation(id)?;
            Some((id, Visible { from: visible.from.max(seen.from), ..visible }))
        });
        let customers = self.customers().filter(|id| other.has_customer(*id));
        Self::new(fingerprint, conversations.collect(), customers.collect())
    }

    /// Adds a conversation. One that is there already is seen from the earlier of both moments.
    pub fn add(&mut self, id: ConversationId, mut visible: Visible) {
        if let Some(before) = self.conversation(id) {
            if before.from <= visible.from {
                return;
            }
            visible.kind = before.kind;
        }
        self.later.push((id, visible));
        self.later_conversations.insert(id, visible);
    }

    /// Adds a customer.
    pub fn add_customer(&mut self, id: CustomerId) {
        if !self.base.customers.contains(&id) {
            self.later_customers.insert(id);
        }
    }

    /// A conversation, where it is seen.
    pub fn conversation(&self, id: ConversationId) -> Option<Visible> {
        self.later_conversations.get(&id).or_else(|| self.base.conversations.get(&id)).copied()
    }

    /// Whether a customer is seen.
    pub fn has_customer(&self, id: CustomerId) -> bool {
        self.base.customers.contains(&id) || self.later_customers.contains(&id)
    }

    /// Every conversation, each once, in no order.
    pub fn conversations(&self) -> impl Iterator<Item = (ConversationId, Visible)> + '_ {
        let base = self.base.conversations.iter().filter(|(id, _)| !self.later_conversations.contains_key(id));
        base.chain(&self.later_conversations).map(|(id, visible)| (*id, *visible))
    }

    /// Every customer, each once, in no order.
    pub fn customers(&self) -> impl Iterator<Item = CustomerId> + '_ {
        self.base.customers.iter().chain(&self.later_customers).copied()
    }

    /// How many conversations there are at most: those of the base that came again later count twice.
    pub fn len(&self) -> usize {
        self.base.conversations.len() + self.later_conversations.len()
    }

    /// Whether there is no conversation.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many customers there are.
    pub fn count_customers(&self) -> usize {
        self.base.customers.len() + self.later_customers.len()
    }
}

impl PartialEq for VisibleConversations {
    fn eq(&self, other: &Self) -> bool {
        (self.fingerprint, self.later.len(), self.later_customers.len())
            == (other.fingerprint, other.later.len(), other.later_customers.len())
    }
}

impl Eq for VisibleConversations {}

impl std::fmt::Debug for VisibleConversations {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} conversations of {} customers", self.len(), self.count_customers())
    }
}

impl Scope {
    /// Whether a customer is seen.
    pub fn has_customer(&self, id: CustomerId) -> bool {
        match self {
            Self::Everything => true,
            Self::Nothing => false,
            Self::Conversations(visible) => visible.has_customer(id),
        }
    }

    /// From when on a conversation is seen; none where it is not.
    pub fn conversation_from(&self, id: ConversationId) -> Option<Timestamp> {
        match self {
            Self::Everything => Some(WHOLE),
            Self::Nothing => None,
            Self::Conversations(visible) => visible.conversation(id).map(|visible| visible.from),
        }
    }

    /// Whether a message of a moment is seen. One outside any conversation is for those who see everything.
    pub fn has_message(&self, conversation: Option<ConversationId>, at: Timestamp) -> bool {
        match (self, conversation) {
            (Self::Everything, _) => true,
            (_, None) => false,
            (_, Some(id)) => self.conversation_from(id).is_some_and(|from| at >= from),
        }
    }
}

#[cfg(test)]
#[path = "scope_tests.rs"]
mod tests;
