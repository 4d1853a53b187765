//! Conversations: kept up to date in the transaction that accepts a record, written once for each transaction.

use std::collections::HashMap;
use std::ops::Bound;

use redb::ReadableTable;
use serde::{Deserialize, Serialize};
use xinju_model::access::Scope;
use xinju_model::channel::{Channel, Party};
use xinju_model::conversation::{Conversation, ConversationKind};
use xinju_model::facts::{ConversationFacts, Facts};
use xinju_model::id::{ConversationId, EntryIndex};
use xinju_model::limits::PARTIES_MAX;
use xinju_model::record::Entry;
use xinju_model::scope::WHOLE;
use xinju_model::time::Timestamp;

use crate::customer::is_sparse;
use crate::directory::{CHANNELS, identity_key, party_key};
use crate::error::StoreError;
use crate::news::News;
use crate::read::{ConversationFilter, Identity, Page, ReadTx};
use crate::row::{self, id_of, joined, newest_first, time_of};
use crate::tables::{CONVERSATION_ORDER, CONVERSATION_PARTIES, CONVERSATIONS, PARTY_CONVERSATIONS};
use crate::write::WriteTx;

/// Conversations that the commit thread remembers; when there are more, it forgets them all and reads again what it needs.
const CACHED_MAX: usize = 16_384;

#[derive(Clone, Serialize, Deserialize)]
struct ConversationV1 {
    channel: Channel,
    account: String,
    kind: ConversationKind,
    room: Option<String>,
    count: u64,
    first_at: Timestamp,
    last_at: Timestamp,
    last_entry: EntryIndex,
}

/// A conversation on the commit thread.
#[derive(Clone)]
pub(crate) struct Tracked {
    conversation: Conversation,
    /// Its place in the order as stored; none while it is new.
    order: Option<[u8; 24]>,
    /// A sum over the parties of the message that was looked at last: equal sums need no second look.
    parties_sum: u64,
    parties_changed: bool,
}

/// Somebody who is new to a conversation.
pub(crate) struct NewParty {
    conversation: ConversationId,
    channel: Channel,
    party: Party,
}

/// What the commit thread remembers of conversations from one transaction to the next.
#[derive(Default)]
pub(crate) struct ConversationCache {
    known: HashMap<ConversationId, Tracked>,
}

impl ConversationCache {
    /// Remembers conversations as a commit left them.
    pub(crate) fn keep(&mut self, tracked: HashMap<ConversationId, Tracked>) {
        if self.known.len() + tracked.len() > CACHED_MAX {
            self.clear();
        }
        self.known.extend(tracked);
    }

    /// Forgets everything.
    pub(crate) fn clear(&mut self) {
        self.known.clear();
    }
}

fn order_key(at: Timestamp, id: ConversationId) -> [u8; 24] {
    newest_first(at.0, &id.0)
}

fn party_row(channel: Channel, party: &str, id: ConversationId) -> [u8; 32] {
    joined(&identity_key(channel, &party_key(channel, party)), &id.0)
}

fn kind_code(kind: ConversationKind) -> u8 {
    match kind {
        ConversationKind::Single => 0,
        ConversationKind::Group => 1,
    }
}

/// The parties of a message in a stable order: staff, customers, robots, each by id.
fn parties_of(facts: &Facts) -> Vec<Party> {
    let mut parties = facts.parties();
    parties.truncate(PARTIES_MAX);
    parties.sort_unstable_by(|a, b| (a.side, &a.id).cmp(&(b.side, &b.id)));
    parties
}

/// A number that is the same for the same people in any order. Cheap; a rare collision leaves a list of parties as it was.
fn parties_sum(facts: &Facts) -> u64 {
    use std::hash::BuildHasher;
    let hasher = std::hash::BuildHasherDefault::<std::hash::DefaultHasher>::default();
    facts.from.iter().chain(&facts.to).fold(1, |sum, id| sum.wrapping_add(hasher.hash_one(id)))
}

fn read(
    id: ConversationId,
    rows: &impl ReadableTable<[u8; 16], &'static [u8]>,
    parties: &impl ReadableTable<[u8; 16], &'static [u8]>,
) -> Result<Option<Conversation>, StoreError> {
    let Some(row) = rows.get(id.0)? else { return Ok(None) };
    let row: ConversationV1 = row::decode(row.value())?;
    let parties = parties.get(id.0)?.map_or(Ok(Vec::new()), |row| row::decode(row.value()))?;
    Ok(Some(Conversation {
        id,
        channel: row.channel,
        account: row.account,
        kind: row.kind,
        room: row.room,
        parties,
        count: row.count,
        first_at: row.first_at,
        last_at: row.last_at,
        last_entry: row.last_entry,
    }))
}

fn to_row(conversation: &Conversation) -> Result<Vec<u8>, StoreError> {
    row::encode(&ConversationV1 {
        channel: conversation.channel,
        account: conversation.account.clone(),
        kind: conversation.kind,
        room: conversation.room.clone(),
        count: conversation.count,
        first_at: conversation.first_at,
        last_at: conversation.last_at,
        last_entry: conversation.last_entry,
    })
}

impl WriteTx<'_> {
    /// A conversation, as this transaction sees it.
    pub fn conversation(&self, id: ConversationId) -> Result<Option<Conversation>, StoreError> {
        match self.tracked.get(&id).or_else(|| self.cache.known.get(&id)) {
            Some(tracked) => Ok(Some(tracked.conversation.clone())),
            None => read(id, &self.tx.open_table(CONVERSATIONS)?, &self.tx.open_table(CONVERSATION_PARTIES)?),
        }
    }

    /// Puts a conversation's row (rebuild only; records keep it up to date).
    pub fn put_conversation(&mut self, conversation: &Conversation) -> Result<(), StoreError> {
        self.changed = true;
        let order = self.conversation(conversation.id)?.map(|before| order_key(before.last_at, before.id));
        let order = self.tracked.get(&conversation.id).map_or(order, |tracked| tracked.order);
        if order.is_none() {
            self.count_conversation(conversation.kind);
        }
        for party in &conversation.parties {
            self.new_parties.push(NewParty {
                conversation: conversation.id,
                channel: conversation.channel,
                party: party.clone(),
            });
        }
        let tracked = Tracked { conversation: conversation.clone(), order, parties_sum: 0, parties_changed: true };
        self.tracked.insert(conversation.id, tracked);
        Ok(())
    }

    fn count_conversation(&mut self, kind: ConversationKind) {
        match kind {
            ConversationKind::Single => self.totals.singles += 1,
            ConversationKind::Group => self.totals.groups += 1,
        }
    }

    /// Takes a record into its conversation and gives it its sequence number there.
    pub(crate) fn file_record(&mut self, index: u64, entry: &Entry, facts: &Facts) -> Result<Option<u64>, StoreError> {
        let (Some(origin), Some(conversation)) = (&entry.origin, &facts.conversation) else { return Ok(None) };
        let at = facts.sent_at.unwrap_or(entry.at);
        if !self.tracked.contains_key(&conversation.id) {
            let tracked = self.track(origin.source.channel, &origin.source.account, conversation, at)?;
            self.tracked.insert(conversation.id, tracked);
        }
        let Some(tracked) = self.tracked.get_mut(&conversation.id) else { return Ok(None) };
        let row = &mut tracked.conversation;
        let sequence = row.count;
        let newest = sequence == 0 || at >= row.last_at;
        row.count += 1;
        row.first_at = row.first_at.min(at);
        if newest {
            row.last_at = at;
            row.last_entry = EntryIndex(index);
        }
        // The parties of a conversation without a room are what makes it that conversation: they never change.
        if sequence == 0 || row.room.is_some() {
            let sum = parties_sum(facts);
            if tracked.parties_sum != sum {
                tracked.parties_sum = sum;
                tracked.meet(parties_of(facts), newest, &mut self.new_parties);
            }
        }
        Ok(Some(sequence))
    }

    /// A conversation from memory or the database, or a new one.
    fn track(
        &mut self,
        channel: Channel,
        account: &str,
        facts: &ConversationFacts,
        at: Timestamp,
    ) -> Result<Tracked, StoreError> {
        if let Some(tracked) = self.cache.known.get(&facts.id) {
            return Ok(tracked.clone());
        }
        let stored = read(facts.id, &self.tx.open_table(CONVERSATIONS)?, &self.tx.open_table(CONVERSATION_PARTIES)?)?;
        if let Some(conversation) = stored {
            let order = Some(order_key(conversation.last_at, conversation.id));
            return Ok(Tracked { conversation, order, parties_sum: 0, parties_changed: false });
        }
        self.count_conversation(facts.kind);
        let conversation = Conversation {
            id: facts.id,
            channel,
            account: account.to_owned(),
            kind: facts.kind,
            room: facts.room.clone(),
            parties: Vec::new(),
            count: 0,
            first_at: at,
            last_at: at,
            last_entry: EntryIndex(0),
        };
        Ok(Tracked { conversation, order: None, parties_sum: 0, parties_changed: false })
    }

    /// Writes all conversations of this transaction, with their places in the order and their new people.
    pub(crate) fn write_conversations(&mut self) -> Result<(), StoreError> {
        if !self.tracked.is_empty() {
            let mut rows = self.tx.open_table(CONVERSATIONS)?;
            let mut parties = self.tx.open_table(CONVERSATION_PARTIES)?;
            let mut orders = self.tx.open_table(CONVERSATION_ORDER)?;
            for (id, tracked) in &mut self.tracked {
                let conversation = &tracked.conversation;
                rows.insert(id.0, to_row(conversation)?.as_slice())?;
                if tracked.parties_changed {
                    parties.insert(id.0, row::encode(&conversation.parties)?.as_slice())?;
                    tracked.parties_changed = false;
                }
                let order = order_key(conversation.last_at, *id);
                if tracked.order != Some(order) {
                    if let Some(before) = tracked.order.replace(order) {
                        orders.remove(before)?;
                    }
                    orders.insert(order, kind_code(conversation.kind))?;
                }
            }
        }
        self.write_parties()
    }

    fn write_parties(&mut self) -> Result<(), StoreError> {
        let all = std::mem::take(&mut self.new_parties);
        for new in &all {
            let key = party_row(new.channel, &new.party.id, new.conversation);
            self.tx.open_table(PARTY_CONVERSATIONS)?.insert(key, ())?;
            self.ensure_person(new.channel, &new.party)?;
            let identity = identity_key(new.channel, &party_key(new.channel, &new.party.id));
            self.news.push(News::Party { conversation: new.conversation, identity });
        }
        for two in all.chunk_by(|a, b| a.conversation == b.conversation) {
            self.claim_customer(two)?;
        }
        Ok(())
    }

    /// Who has a conversation of two with a customer that is nobody's yet owns the customer from now on.
    fn claim_customer(&mut self, two: &[NewParty]) -> Result<(), StoreError> {
        let Some(first) = two.first() else { return Ok(()) };
        let tracked = self.tracked.get(&first.conversation);
        if tracked.is_none_or(|tracked| tracked.conversation.kind != ConversationKind::Single) {
            return Ok(());
        }
        let (mut customer, mut staff) = (None, None);
        for new in two {
            match self.identity(new.channel, &party_key(new.channel, &new.party.id))? {
                Some(Identity::Customer(id)) => customer = Some(id),
                Some(Identity::Staff(id)) => staff = Some(id),
                None => {}
            }
        }
        match (customer, staff) {
            (Some(customer), Some(staff)) => self.claim(customer, staff),
            _ => Ok(()),
        }
    }
}

impl Tracked {
    /// Notes the parties of a message. Those of the newest become the conversation's; whoever was not among them before is new.
    fn meet(&mut self, parties: Vec<Party>, newest: bool, new: &mut Vec<NewParty>) {
        let conversation = &mut self.conversation;
        if conversation.parties == parties {
            return;
        }
        for party in &parties {
            if !conversation.parties.contains(party) {
                new.push(NewParty {
                    conversation: conversation.id,
                    channel: conversation.channel,
                    party: party.clone(),
                });
            }
        }
        if newest {
            conversation.parties = parties;
            self.parties_changed = true;
        }
    }
}

/// Whether a conversation at this place in the order is seen: its newest message must not be from before the scope begins.
fn is_seen(scope: &Scope, order: &[u8; 24]) -> bool {
    scope.has_message(Some(ConversationId(id_of(order))), Timestamp(time_of(order)))
}

/// The kind of a conversation and the time of its newest message.
pub(crate) fn brief(
    rows: &impl ReadableTable<[u8; 16], &'static [u8]>,
    id: ConversationId,
) -> Result<Option<(ConversationKind, Timestamp)>, StoreError> {
    let Some(row) = rows.get(id.0)? else { return Ok(None) };
    let row: ConversationV1 = row::decode(row.value())?;
    Ok(Some((row.kind, row.last_at)))
}

fn last_at(
    rows: &impl ReadableTable<[u8; 16], &'static [u8]>,
    id: ConversationId,
) -> Result<Option<Timestamp>, StoreError> {
    Ok(brief(rows, id)?.map(|(_, last_at)| last_at))
}

impl ReadTx {
    /// A conversation.
    pub fn conversation(&self, id: ConversationId) -> Result<Option<Conversation>, StoreError> {
        read(id, &self.tx.open_table(CONVERSATIONS)?, &self.tx.open_table(CONVERSATION_PARTIES)?)
    }

    /// Conversations of a scope, newest activity first; the key is (`last_at`, id).
    pub fn conversations(
        &self,
        scope: &Scope,
        filter: &ConversationFilter,
        page: &Page<(Timestamp, ConversationId)>,
    ) -> Result<Vec<Conversation>, StoreError> {
        let after = page.after.map(|(at, id)| order_key(at, id));
        let mut conversations = Vec::new();
        let mut take = |id: ConversationId| -> Result<bool, StoreError> {
            conversations.extend(self.conversation(id)?);
            Ok(conversations.len() < page.limit)
        };
        if page.limit == 0 || *scope == Scope::Nothing {
            return Ok(Vec::new());
        }
        if let Some(orders) = self.few_orders(scope, filter)? {
            for key in orders {
                if after.is_none_or(|after| key > after) && !take(ConversationId(id_of(&key)))? {
                    break;
                }
            }
        } else {
            let order = self.tx.open_table(CONVERSATION_ORDER)?;
            let from = after.map_or(Bound::Unbounded, Bound::Excluded);
            for row in order.range::<[u8; 24]>((from, Bound::Unbounded))? {
                let (key, kind) = row?;
                let wanted = filter.kind.is_none_or(|wanted| kind_code(wanted) == kind.value());
                if wanted && is_seen(scope, &key.value()) && !take(ConversationId(id_of(&key.value())))? {
                    break;
                }
            }
        }
        Ok(conversations)
    }

    /// How many conversations of a scope match.
    pub fn count_conversations(&self, scope: &Scope, filter: &ConversationFilter) -> Result<u64, StoreError> {
        if filter.party.is_some() {
            return Ok(self.few_orders(scope, filter)?.map_or(0, |orders| orders.len() as u64));
        }
        let visible = match scope {
            Scope::Nothing => return Ok(0),
            Scope::Everything => {
                let (singles, groups) = (self.totals.singles, self.totals.groups);
                return Ok(match filter.kind {
                    None => singles + groups,
                    Some(ConversationKind::Single) => singles,
                    Some(ConversationKind::Group) => groups,
                });
            }
            Scope::Conversations(visible) => visible,
        };
        let rows = self.tx.open_table(CONVERSATIONS)?;
        let mut count = 0;
        for (id, seen) in visible.conversations().filter(|(_, seen)| filter.kind.is_none_or(|kind| kind == seen.kind)) {
            // One that is seen as a whole has a message; of others it must be asked whether any is new enough.
            count += u64::from(seen.from == WHOLE || last_at(&rows, id)?.is_some_and(|last| last >= seen.from));
        }
        Ok(count)
    }

    /// The places in the order where it is cheaper to find them one by one; none where the order has to be walked.
    fn few_orders(&self, scope: &Scope, filter: &ConversationFilter) -> Result<Option<Vec<[u8; 24]>>, StoreError> {
        if let Some(parties) = &filter.party {
            let mut orders = self.orders_of(parties, filter.kind)?;
            orders.retain(|key| is_seen(scope, key));
            return Ok(Some(orders));
        }
        let Scope::Conversations(visible) = scope else { return Ok(None) };
        if !is_sparse(visible.len(), self.totals.singles + self.totals.groups) {
            return Ok(None);
        }
        let rows = self.tx.open_table(CONVERSATIONS)?;
        let mut orders = Vec::new();
        for (id, seen) in visible.conversations().filter(|(_, seen)| filter.kind.is_none_or(|kind| kind == seen.kind)) {
            orders.extend(last_at(&rows, id)?.filter(|last| *last >= seen.from).map(|last| order_key(last, id)));
        }
        orders.sort_unstable();
        Ok(Some(orders))
    }

    /// The places in the order of all conversations in which any of these people takes or took part, newest first.
    fn orders_of(&self, parties: &[String], kind: Option<ConversationKind>) -> Result<Vec<[u8; 24]>, StoreError> {
        let table = self.tx.open_table(PARTY_CONVERSATIONS)?;
        let rows = self.tx.open_table(CONVERSATIONS)?;
        let mut orders = Vec::new();
        for (channel, party) in CHANNELS.iter().flat_map(|channel| parties.iter().map(move |party| (*channel, party))) {
            let first = party_row(channel, party, ConversationId([0; 16]));
            let last = party_row(channel, party, ConversationId([u8::MAX; 16]));
            for row in table.range(first..=last)? {
                let id = ConversationId(id_of(&row?.0.value()));
                let Some(row) = rows.get(id.0)? else { continue };
                let row: ConversationV1 = row::decode(row.value())?;
                if kind.is_none_or(|kind| kind == row.kind) {
                    orders.push(order_key(row.last_at, id));
                }
            }
        }
        orders.sort_unstable();
        orders.dedup();
        Ok(orders)
    }
}
