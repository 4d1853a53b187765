//! Who sees what: worked out for those who ask, kept while it holds, brought up to date as records arrive; and why.

use std::collections::{HashMap, HashSet};
use std::fmt::Display;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use parking_lot::Mutex;
use xinju_model::access::{Action, Permit, Reach, Scope, Viewer, authorize, masks, may, reach, reach_of_all};
use xinju_model::approval::SensitiveKind;
use xinju_model::facts::facts;
use xinju_model::id::{ConversationId, CustomerId, EntryIndex, StaffId, UserId};
use xinju_model::role::{DataScope, Role};
use xinju_model::scope::{People, Rule, Seen, Sight, VisibleConversations, WHOLE};
use xinju_model::staff::StaffState;
use xinju_model::time::Timestamp;
use xinju_store::read::ReadTx;

use crate::approval::leave::Leave;
use crate::audit::{Act, record};
use crate::error::ServiceError;
use crate::service::{Core, Service};

/// The setting that says whether an owner sees what was before their time; a byte, 1 where nobody said.
const HISTORY_SETTING: &str = "scope.successor_sees_history";
/// Scopes that are kept; the one that was not asked for the longest goes first.
const KEPT_MAX: usize = 256;
/// Conversations and customers of all kept scopes together, about 50 bytes each.
const KEPT_ENTRIES_MAX: usize = 2_000_000;
/// Conversations that may come later before base and later parts become one.
const LATER_MAX: usize = 4_096;

/// Whose scope: what the roles say, and who asks.
type Key = (Vec<DataScope>, Option<StaffId>);

/// Scopes that were worked out. Whoever changes people, departments or owners forgets them.
#[derive(Default)]
pub(crate) struct Scopes {
    kept: Mutex<Kept>,
    /// Held by who works one out, so that many questions at once do it once.
    working: Mutex<()>,
    fingerprints: AtomicU64,
}

#[derive(Default)]
struct Kept {
    generation: u64,
    /// Those asked for last stand last.
    found: Vec<Found>,
}

#[derive(Clone)]
struct Found {
    key: Key,
    sight: Arc<Sight>,
    history: bool,
    visible: Arc<VisibleConversations>,
    /// The news that is in it.
    position: u64,
}

impl Scopes {
    /// People, departments, owners or the setting changed.
    pub(crate) fn forget(&self) {
        let mut kept = self.kept.lock();
        kept.generation += 1;
        kept.found.clear();
    }

    fn find(&self, key: &Key) -> (u64, Option<Found>) {
        let mut kept = self.kept.lock();
        let Some(at) = kept.found.iter().position(|found| found.key == *key) else { return (kept.generation, None) };
        let found = kept.found.remove(at);
        kept.found.push(found.clone());
        (kept.generation, Some(found))
    }

    /// Keeps a scope unless something changed since `generation`.
    fn keep(&self, generation: u64, found: Found) {
        let mut kept = self.kept.lock();
        if kept.generation != generation {
            return;
        }
        kept.found.retain(|other| other.key != found.key);
        kept.found.push(found);
        let weight = |found: &Found| found.visible.len() + found.visible.count_customers();
        let mut entries: usize = kept.found.iter().map(weight).sum();
        while kept.found.len() > 1 && (kept.found.len() > KEPT_MAX || entries > KEPT_ENTRIES_MAX) {
            entries -= weight(&kept.found.remove(0));
        }
    }

    /// The name of a scope that was made just now.
    pub(crate) fn fingerprint(&self) -> u64 {
        self.fingerprints.fetch_add(1, Ordering::Relaxed)
    }
}

/// Whether an owner sees what was before their time.
fn history(tx: &ReadTx) -> Result<bool, ServiceError> {
    Ok(tx.setting(HISTORY_SETTING)?.as_deref() != Some([0].as_slice()))
}

/// Staff and departments as the rule of scopes wants them.
pub(crate) fn people(tx: &ReadTx) -> Result<People, ServiceError> {
    Ok(People::new(&tx.all_staff()?, &tx.departments()?))
}

impl Core {
    /// A permit whose scope has been worked out, where its action needs one.
    pub(crate) fn seeing(&self, viewer: &Viewer, permit: Permit) -> Result<Permit, ServiceError> {
        let action = permit.action();
        if !action.has_scope() || *permit.scope() != Scope::Nothing {
            return Ok(permit);
        }
        self.seeing_within(viewer, permit, reach(viewer, action))
    }

    /// A permit to search: hits carry their messages, so that only what may be both searched and read is found; and what is masked in either, or where
    /// customers are read (whom queries name), is masked.
    pub(crate) fn allow_search(&self, viewer: &Viewer) -> Result<Permit, ServiceError> {
        let mut permit = self.allow_search_within(viewer)?;
        for action in [Action::Search, Action::ReadContent, Action::ReadDirectory] {
            if may(viewer, action) {
                permit = permit.masked_by(&masks(viewer, action));
            }
        }
        Ok(permit)
    }

    /// A permit to build a package: of what one role as a whole lets somebody read and export, with what either masks.
    pub(crate) fn allow_export(&self, viewer: &Viewer, object: impl Display) -> Result<Permit, ServiceError> {
        let (export, read) = (Action::ExportEvidence, Action::ReadContent);
        let to_export = self.allow_on(viewer, export, &object)?;
        let to_read = self.allow_on(viewer, read, object)?;
        let permit = match (reach(viewer, export), reach(viewer, read)) {
            (_, Reach::Everything) => to_export,
            (Reach::Everything, _) => to_read,
            (a, b) if a == b => to_export,
            _ => self.seeing_within(viewer, authorize(viewer, export)?, reach_of_all(viewer, &[export, read]))?,
        };
        Ok(permit.masked_by(&masks(viewer, export)).masked_by(&masks(viewer, read)))
    }

    fn allow_search_within(&self, viewer: &Viewer) -> Result<Permit, ServiceError> {
        let search = self.allow(viewer, Action::Search)?;
        let read = self.allow(viewer, Action::ReadContent)?;
        let both = match (reach(viewer, Action::Search), reach(viewer, Action::ReadContent)) {
            (_, Reach::Everything) => return Ok(search),
            (Reach::Everything, _) => return Ok(read),
            (a, b) if a == b => return Ok(search),
            // Scopes that differ are not cut with each other: what counts is what one role gives as a whole.
            _ => reach_of_all(viewer, &[Action::Search, Action::ReadContent]),
        };
        self.seeing_within(viewer, authorize(viewer, Action::Search)?, both)
    }

    fn seeing_within(&self, viewer: &Viewer, permit: Permit, reach: Reach) -> Result<Permit, ServiceError> {
        match reach {
            Reach::Everything => Ok(permit),
            Reach::Within(scopes) => Ok(permit.seeing(self.visible((scopes, viewer.rights.staff))?)),
        }
    }

    fn visible(&self, key: Key) -> Result<Arc<VisibleConversations>, ServiceError> {
        let is_current = |found: &Found| found.position == self.store.news_position();
        if let Some(found) = self.scopes.find(&key).1.filter(is_current) {
            return Ok(found.visible);
        }
        let _one_at_a_time = self.scopes.working.lock();
        let (generation, found) = self.scopes.find(&key);
        // Before the snapshot, which then holds all news up to here.
        let position = self.store.news_position();
        let tx = self.store.read()?;
        let found = match found {
            Some(found) if found.position == position => return Ok(found.visible),
            Some(found) => match self.store.news(found.position, position) {
                Some(news) => {
                    let mut visible = VisibleConversations::clone(&found.visible);
                    tx.catch_up(&found.sight, found.history, &news, &mut visible)?;
                    Found { visible: Arc::new(self.folded(visible)), position, ..found }
                }
                None => self.worked_out(&tx, key, position)?,
            },
            None => self.worked_out(&tx, key, position)?,
        };
        let visible = Arc::clone(&found.visible);
        self.scopes.keep(generation, found);
        Ok(visible)
    }

    fn worked_out(&self, tx: &ReadTx, key: Key, position: u64) -> Result<Found, ServiceError> {
        let sight = Arc::new(Sight::of(&key.0, key.1, &people(tx)?));
        let history = history(tx)?;
        let visible = Arc::new(tx.visible(&sight, history, self.scopes.fingerprint())?);
        Ok(Found { key, sight, history, visible, position })
    }

    /// One base instead of a base and much that came later.
    fn folded(&self, visible: VisibleConversations) -> VisibleConversations {
        if visible.later().len() <= LATER_MAX {
            return visible;
        }
        let conversations: HashMap<_, _> = visible.conversations().collect();
        let customers: HashSet<_> = visible.customers().collect();
        VisibleConversations::new(self.scopes.fingerprint(), conversations, customers)
    }
}

/// What access is explained to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccessTarget {
    /// Reading a conversation.
    Conversation(ConversationId),
    /// Seeing a customer.
    Customer(CustomerId),
    /// Reading a message.
    Message(EntryIndex),
}

/// What a role says about an access.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccessReason {
    /// Yes: the role's scope is everything.
    Everything,
    /// Yes: the role names the customer.
    NamedCustomer,
    /// Yes: the customer's owner is among the staff of the role's scope.
    Owner,
    /// Yes: somebody of the staff of the role's scope takes or took part.
    TakesPart,
    /// No: the role does not allow to read at all.
    NoAction,
    /// No: the scope is about the user's own staff, and the user is linked to nobody.
    NoStaff,
    /// No: the member of staff whom the user is linked to does not work here any more, or not for now.
    StaffNotActive,
    /// No: the conversation is seen, but the message is older than the first moment that is.
    Before,
    /// No: it lies outside the role's scope, or is not there.
    Outside,
}

/// What one role says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoleDecision {
    /// The role.
    pub role: Role,
    /// What it says, and why.
    pub reason: AccessReason,
    /// The customer that it turned on.
    pub customer: Option<CustomerId>,
    /// The member of staff that it turned on: the owner, or who takes part.
    pub staff: Option<StaffId>,
    /// The first moment that is seen; none for all and where nothing is.
    pub from: Option<Timestamp>,
}

/// Why somebody sees something, or does not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessExplanation {
    /// Whether it is seen.
    pub allowed: bool,
    /// Whether the user may sign in at all.
    pub active: bool,
    /// What each of the user's roles says.
    pub roles: Vec<RoleDecision>,
}

/// Whether a scope is about the holder's own staff.
fn is_own(scope: &DataScope) -> bool {
    matches!(scope, DataScope::OwnCustomers | DataScope::Department | DataScope::DepartmentAndBelow)
}

/// The conversation and the time of a message; none where the entry is no message.
fn message_place(tx: &ReadTx, index: EntryIndex) -> Result<Option<(Option<ConversationId>, Timestamp)>, ServiceError> {
    let Some(entry) = tx.entry(index)? else { return Ok(None) };
    let Some(origin) = &entry.origin else { return Ok(None) };
    let read = facts(origin.source.format, &origin.source.account, &entry.body);
    let conversation = read.conversation.as_ref().map(|conversation| conversation.id);
    Ok(Some((conversation, read.sent_at.unwrap_or(entry.at))))
}

fn decide(
    tx: &ReadTx,
    people: &People,
    role: Role,
    staff: Option<StaffId>,
    target: AccessTarget,
) -> Result<RoleDecision, ServiceError> {
    let action = match target {
        AccessTarget::Conversation(_) | AccessTarget::Message(_) => Action::ReadContent,
        AccessTarget::Customer(_) => Action::ReadDirectory,
    };
    let mut decision = RoleDecision { role, reason: AccessReason::NoAction, customer: None, staff: None, from: None };
    if !decision.role.actions.contains(&action) {
        return Ok(decision);
    }
    let (scope, history) = (std::slice::from_ref(&decision.role.scope), history(tx)?);
    let sight = Sight::of(scope, staff, people);
    let seen = match target {
        AccessTarget::Conversation(id) => tx.why_conversation(&sight, history, id)?,
        AccessTarget::Customer(id) => match tx.customer(id)? {
            Some(_) => sight.customer(id, &tx.ownership(id)?, history),
            None => None,
        },
        AccessTarget::Message(index) => match message_place(tx, index)? {
            // Without a conversation it is nobody's: only a scope of everything holds it.
            Some((None, _)) => sight.is_everything().then_some(Seen { from: WHOLE, rule: Rule::Everything }),
            Some((Some(conversation), at)) => match tx.why_messages(&sight, history, conversation)? {
                Some(seen) if at < seen.from => {
                    (decision.reason, decision.from) = (AccessReason::Before, Some(seen.from));
                    return Ok(decision);
                }
                seen => seen,
            },
            None => None,
        },
    };
    let Some(Seen { from, rule }) = seen else {
        decision.reason = match staff.map(|id| tx.staff(id)).transpose()?.flatten() {
            None if is_own(&decision.role.scope) => AccessReason::NoStaff,
            Some(one) if is_own(&decision.role.scope) && one.state != StaffState::Active => {
                AccessReason::StaffNotActive
            }
            _ => AccessReason::Outside,
        };
        return Ok(decision);
    };
    decision.from = Some(from).filter(|from| *from != WHOLE);
    (decision.reason, decision.customer, decision.staff) = match rule {
        Rule::Everything => (AccessReason::Everything, None, None),
        Rule::NamedCustomer(customer) => (AccessReason::NamedCustomer, Some(customer), None),
        Rule::Owner(customer, staff) => (AccessReason::Owner, Some(customer), Some(staff)),
        Rule::TakesPart(staff) => (AccessReason::TakesPart, None, Some(staff)),
    };
    Ok(decision)
}

fn says_yes(reason: AccessReason) -> bool {
    matches!(
        reason,
        AccessReason::Everything | AccessReason::NamedCustomer | AccessReason::Owner | AccessReason::TakesPart
    )
}

impl Service {
    /// Why a user sees a conversation or a customer, or does not. One event in the ledger: it tells of others' rights.
    pub fn explain_access(
        &self,
        viewer: &Viewer,
        user: UserId,
        target: AccessTarget,
    ) -> Result<AccessExplanation, ServiceError> {
        let core = &self.core;
        let permit = core.allow(viewer, Action::ManageRoles)?;
        let tx = core.store.read()?;
        let user = tx.user(user)?.ok_or(ServiceError::NotFound("user"))?.user;
        let on = match target {
            AccessTarget::Conversation(id) => id.to_string(),
            AccessTarget::Customer(id) => id.to_string(),
            AccessTarget::Message(index) => index.to_string(),
        };
        core.audited(&permit, Act::audit("access.explain").on(user.id).with("target", on))?;
        let people = people(&tx)?;
        let mut roles = Vec::with_capacity(user.roles.len());
        for id in &user.roles {
            if let Some(role) = tx.role(*id)? {
                roles.push(decide(&tx, &people, role, user.staff, target)?);
            }
        }
        let allowed = user.active && roles.iter().any(|decision| says_yes(decision.reason));
        Ok(AccessExplanation { allowed, active: user.active, roles })
    }

    /// Whether the owner of a customer sees what was before their time.
    pub fn successor_sees_history(&self, viewer: &Viewer) -> Result<bool, ServiceError> {
        self.core.allow(viewer, Action::ManagePeople)?;
        history(&self.core.store.read()?)
    }

    /// Says whether the owner of a customer sees what was before their time.
    pub fn set_successor_sees_history(&self, viewer: &Viewer, sees: bool) -> Result<(), ServiceError> {
        self.set_successor_sees_history_with(viewer, sees, &self.core.leave(viewer, SensitiveKind::HistoryRule)?)
    }

    pub(crate) fn set_successor_sees_history_with(
        &self,
        viewer: &Viewer,
        sees: bool,
        leave: &Leave,
    ) -> Result<(), ServiceError> {
        let core = &self.core;
        let permit = core.allow(viewer, Action::ManagePeople)?;
        core.fresh(viewer)?;
        let before = history(&core.store.read()?)?;
        let act =
            Act::audit("setting.change").on(HISTORY_SETTING).with("value_before", before).with("value_after", sees);
        let now = core.clock.now();
        core.sensitive(&permit, leave, act, move |tx, act| {
            tx.put_setting(HISTORY_SETTING, Some(&[u8::from(sees)]))?;
            record(tx, now, act)
        })?;
        core.scopes.forget();
        Ok(())
    }
}
