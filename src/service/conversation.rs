//! Conversations: who talks with whom, newest activity first.

use std::cmp::Reverse;

use xinju_model::access::{Action, Viewer};
use xinju_model::channel::Side;
use xinju_model::conversation::{Conversation, ConversationKind};
use xinju_model::id::{ConversationId, CustomerId, EntryIndex, StaffId};
use xinju_model::limits::PARTIES_MAX;
use xinju_model::time::Timestamp;
use xinju_search::index::{Order, Request};
use xinju_search::query::{Filter, Query};
use xinju_store::read::{ConversationFilter, Page};

use crate::audit::Act;
use crate::error::ServiceError;
use crate::message::MessageView;
use crate::page::{Connection, Edge, PageRequest, read_moment, write_moment};
use crate::party::{PartyView, Snapshot, party_key};
use crate::service::Service;

pub use crate::timeline::{Timeline, TimelineRequest};

/// People that a group's title names.
const TITLE_NAMES_MAX: usize = 5;
/// Conversations read in one go where two filters meet.
const MEET_BATCH: usize = 1_000;

/// A conversation as people see it.
#[derive(Clone, Debug, PartialEq)]
pub struct ConversationView {
    /// Its facts.
    pub conversation: Conversation,
    /// A line to call it by: the customer's name, or the group's people.
    pub title: String,
    /// Who takes part, with names.
    pub parties: Vec<PartyView>,
    /// The newest message, where it was asked for.
    pub last_message: Option<MessageView>,
}

/// Which conversations to list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ConversationQuery {
    /// Only this kind.
    pub kind: Option<ConversationKind>,
    /// Only those of this customer.
    pub customer: Option<CustomerId>,
    /// Only those of this member of staff.
    pub staff: Option<StaffId>,
    /// Which part.
    pub page: PageRequest,
    /// Whether to read the newest message of each: one event in the ledger for the whole page.
    pub with_last_message: bool,
}

/// What a query means in the store: its filter, and keys of which one must be among the parties too.
struct Sought {
    filter: ConversationFilter,
    also: Option<Vec<String>>,
}

impl Sought {
    fn also_fits(&self, conversation: &Conversation) -> bool {
        self.also.as_ref().is_none_or(|keys| {
            conversation.parties.iter().any(|party| keys.contains(&party_key(conversation.channel, &party.id)))
        })
    }
}

type Place = (Timestamp, ConversationId);

impl Service {
    /// A conversation without its newest message; none where there is none to see.
    pub fn conversation(&self, viewer: &Viewer, id: ConversationId) -> Result<Option<ConversationView>, ServiceError> {
        let permit = self.core.allow_on(viewer, Action::ReadContent, id)?;
        let snapshot = self.core.snapshot(&permit)?;
        snapshot.seen_conversation(id)?.map(|conversation| snapshot.conversation(conversation)).transpose()
    }

    /// Conversations, newest activity first.
    pub fn conversations(
        &self,
        viewer: &Viewer,
        query: &ConversationQuery,
    ) -> Result<Connection<ConversationView>, ServiceError> {
        let core = &self.core;
        let permit = core.allow(viewer, Action::ReadContent)?;
        let snapshot = core.snapshot(&permit)?;
        let mut page = snapshot.list(query)?;
        if query.with_last_message && !page.edges.is_empty() {
            let indexes: Vec<EntryIndex> = page.edges.iter().map(|edge| edge.node.conversation.last_entry).collect();
            let messages = core.views(&snapshot, &indexes)?;
            let act = Act::audit("conversation.list").with_ids("messages", &indexes);
            core.audited(&permit, act.about_messages(messages.iter().flatten()))?;
            for (edge, message) in page.edges.iter_mut().zip(messages) {
                edge.node.last_message = message;
            }
        }
        Ok(page)
    }
}

impl Snapshot<'_> {
    /// A conversation that is there to be seen.
    pub(crate) fn seen_conversation(&self, id: ConversationId) -> Result<Option<Conversation>, ServiceError> {
        let found = self.tx.conversation(id)?;
        Ok(found.filter(|conversation| self.scope.has_message(Some(id), conversation.last_at)))
    }

    /// What of a conversation's numbers may be told, where only its later part is seen.
    fn cut(&self, mut conversation: Conversation) -> Result<Conversation, ServiceError> {
        let from = self.scope.conversation_from(conversation.id).unwrap_or(conversation.last_at);
        if from <= conversation.first_at {
            return Ok(conversation);
        }
        let query = Query::Filter(Filter::Conversation(conversation.id.to_string()));
        let oldest = Request {
            query: &query,
            scope: &self.scope,
            masked: self.is_masked(),
            order: Order::Oldest,
            after: None,
            offset: 0,
            limit: 1,
            count: true,
        };
        let found = self.core.index.search(&oldest, self)?;
        conversation.count = found.total.unwrap_or(0).max(1);
        conversation.first_at = found.hits.first().map_or(conversation.last_at, |hit| hit.at);
        Ok(conversation)
    }

    /// A conversation with names.
    pub(crate) fn conversation(&self, conversation: Conversation) -> Result<ConversationView, ServiceError> {
        let conversation = self.cut(conversation)?;
        let parties = conversation.parties.iter().take(PARTIES_MAX);
        let parties = parties.map(|party| self.party(conversation.channel, &party.id));
        let parties = parties.collect::<Result<Vec<_>, _>>()?;
        Ok(ConversationView { title: title(conversation.kind, &parties), conversation, parties, last_message: None })
    }

    pub(crate) fn list(&self, query: &ConversationQuery) -> Result<Connection<ConversationView>, ServiceError> {
        let limit = query.page.limit()?;
        let after = query.page.after.as_deref().map(read_moment).transpose()?;
        let after = after.map(|(at, id)| (at, ConversationId(id)));
        let Some(sought) = self.sought(query)? else {
            return Ok(Connection { edges: Vec::new(), has_next: false, has_previous: after.is_some(), total: 0 });
        };
        let (mut found, total) = if sought.also.is_some() {
            self.meet(&sought, after, limit)?
        } else {
            let page = Page { after, limit: limit + 1 };
            let total = self.tx.count_conversations(&self.scope, &sought.filter)?;
            (self.tx.conversations(&self.scope, &sought.filter, &page)?, total)
        };
        let has_next = found.len() > limit;
        found.truncate(limit);
        let mut edges = Vec::with_capacity(found.len());
        for conversation in found {
            let cursor = write_moment(conversation.last_at, conversation.id.0);
            edges.push(Edge { cursor, node: self.conversation(conversation)? });
        }
        Ok(Connection { edges, has_next, has_previous: after.is_some(), total })
    }

    /// The filter of a query; none where it names a customer or a member of staff who is not there.
    fn sought(&self, query: &ConversationQuery) -> Result<Option<Sought>, ServiceError> {
        let customer = match query.customer {
            None => None,
            Some(id) => match self.customer_keys(id)? {
                Some(keys) => Some(keys),
                None => return Ok(None),
            },
        };
        let staff = match query.staff {
            None => None,
            Some(id) => match self.tx.staff(id)? {
                Some(staff) => Some(vec![party_key(staff.channel, &staff.account)]),
                None => return Ok(None),
            },
        };
        // A customer has few conversations, a member of staff may have very many: the customer's are walked.
        let (party, also) = if customer.is_some() { (customer, staff) } else { (staff, None) };
        Ok(Some(Sought { filter: ConversationFilter { kind: query.kind, party }, also }))
    }

    /// The keys of a customer's contact identities; none where there is no such customer to see.
    pub(crate) fn customer_keys(&self, id: CustomerId) -> Result<Option<Vec<String>>, ServiceError> {
        Ok(self.customer(id)?.map(|customer| {
            customer.identities.iter().map(|identity| party_key(identity.channel, &identity.id)).collect()
        }))
    }

    /// Walks all conversations of the filter and keeps those that fit the other one too: one more than `limit` behind `after`, and how many fit.
    fn meet(
        &self,
        sought: &Sought,
        after: Option<Place>,
        limit: usize,
    ) -> Result<(Vec<Conversation>, u64), ServiceError> {
        let (mut found, mut total, mut walked) = (Vec::new(), 0, None);
        loop {
            let batch =
                self.tx.conversations(&self.scope, &sought.filter, &Page { after: walked, limit: MEET_BATCH })?;
            let full = batch.len() == MEET_BATCH;
            walked = batch.last().map(|last| (last.last_at, last.id));
            for conversation in batch.into_iter().filter(|conversation| sought.also_fits(conversation)) {
                total += 1;
                let behind = after.is_none_or(|after| is_behind((conversation.last_at, conversation.id), after));
                if behind && found.len() <= limit {
                    found.push(conversation);
                }
            }
            if !full {
                return Ok((found, total));
            }
        }
    }
}

/// Whether a place comes after another in the order of lists: newest first, then by id.
fn is_behind((at, id): Place, (after_at, after_id): Place) -> bool {
    (Reverse(at), id) > (Reverse(after_at), after_id)
}

/// The customer's name for two who talk, the people's names for a group.
fn title(kind: ConversationKind, parties: &[PartyView]) -> String {
    let customers: Vec<&str> = names(parties, |side| side == Side::Customer);
    let chosen = match kind {
        ConversationKind::Single if !customers.is_empty() => customers,
        ConversationKind::Single => names(parties, |_| true),
        // Customers first: they are what a group is remembered by.
        ConversationKind::Group => [customers, names(parties, |side| side != Side::Customer)].concat(),
    };
    let mut title = chosen.iter().take(TITLE_NAMES_MAX).copied().collect::<Vec<_>>().join("、");
    if chosen.len() > TITLE_NAMES_MAX {
        title.push('…');
    }
    title
}

fn names(parties: &[PartyView], wanted: impl Fn(Side) -> bool) -> Vec<&str> {
    parties.iter().filter(|party| wanted(party.side)).map(|party| party.name.as_str()).collect()
}

#[cfg(test)]
mod tests {
    use xinju_model::channel::Channel;

    use super::*;

    fn party(name: &str, side: Side) -> PartyView {
        PartyView { channel: Channel::Wecom, id: name.into(), side, name: name.into(), customer: None, staff: None }
    }

    #[test]
    fn titles_name_customers_first() {
        let two = [party("李雷", Side::Staff), party("韩梅梅", Side::Customer)];
        assert_eq!(title(ConversationKind::Single, &two), "韩梅梅");
        assert_eq!(title(ConversationKind::Group, &two), "韩梅梅、李雷");
        let colleagues = [party("a", Side::Staff), party("b", Side::Staff)];
        assert_eq!(title(ConversationKind::Single, &colleagues), "a、b");
        let many: Vec<PartyView> = (0..6).map(|n| party(&n.to_string(), Side::Staff)).collect();
        assert_eq!(title(ConversationKind::Group, &many), "0、1、2、3、4…");
    }
}
