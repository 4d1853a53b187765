//! Who sees what, worked out over the tables: the rule itself is [`xinju_model::scope`].

use std::collections::{HashMap, HashSet};

use redb::ReadOnlyTable;
use xinju_model::channel::Party;
use xinju_model::conversation::ConversationKind;
use xinju_model::id::{ConversationId, CustomerId, StaffId};
use xinju_model::ownership::Ownership;
use xinju_model::scope::{Parties, Seen, Sight, Visible, VisibleConversations, WHOLE};

use crate::conversation::brief;
use crate::directory::{CHANNELS, from_row, identity_key, party_key};
use crate::error::StoreError;
use crate::news::News;
use crate::ownership;
use crate::read::{Identity, ReadTx};
use crate::row::{self, id_of, joined};
use crate::tables::{CONVERSATION_PARTIES, CONVERSATIONS, IDENTITIES, OWNERSHIPS, PARTY_CONVERSATIONS};

type Rows = ReadOnlyTable<[u8; 16], &'static [u8]>;

/// The customers of a conversation with their owners, and its staff.
type People = (Vec<(CustomerId, Ownership)>, Vec<StaffId>);

/// The tables that the rule looks into, opened once.
struct Looking<'a> {
    tx: &'a ReadTx,
    sight: &'a Sight,
    history: bool,
    conversations: Rows,
    parties: Rows,
    ownerships: Rows,
    identities: ReadOnlyTable<[u8; 16], [u8; 17]>,
    by_party: ReadOnlyTable<[u8; 32], ()>,
}

impl ReadTx {
    /// Everything that `sight` holds in this snapshot. `history`: whether owners see what was before their time.
    pub fn visible(&self, sight: &Sight, history: bool, fingerprint: u64) -> Result<VisibleConversations, StoreError> {
        let looking = Looking::new(self, sight, history)?;
        let mut customers: HashSet<CustomerId> = HashSet::new();
        for id in sight.customers() {
            if self.customer(*id)?.is_some() {
                customers.insert(*id);
            }
        }
        for staff in sight.staff() {
            customers.extend(self.owned_by(*staff)?);
        }
        let mut conversations = HashMap::new();
        for id in &customers {
            let found = looking.of_customer(*id)?;
            for (conversation, visible) in found {
                let seen = conversations.entry(conversation).or_insert(visible);
                seen.from = seen.from.min(visible.from);
            }
        }
        for staff in sight.staff() {
            looking.of_staff(*staff, &mut conversations)?;
        }
        Ok(VisibleConversations::new(fingerprint, conversations, customers))
    }

    /// Adds to `visible` what `news` brought, which this snapshot holds.
    pub fn catch_up(
        &self,
        sight: &Sight,
        history: bool,
        news: &[News],
        visible: &mut VisibleConversations,
    ) -> Result<(), StoreError> {
        let looking = Looking::new(self, sight, history)?;
        for news in news {
            match news {
                News::Party { conversation, identity } => looking.party(*conversation, identity, visible)?,
                News::Customer(id) => {
                    let ownership = ownership::get(&looking.ownerships, *id)?;
                    if sight.customer(*id, &ownership, history).is_some() {
                        visible.add_customer(*id);
                        for (conversation, seen) in looking.of_customer(*id)? {
                            visible.add(conversation, seen);
                        }
                    }
                }
            }
        }
        Ok(())
    }

    /// Why a conversation is seen; none where it is not, or not there.
    pub fn why_conversation(
        &self,
        sight: &Sight,
        history: bool,
        id: ConversationId,
    ) -> Result<Option<Seen>, StoreError> {
        let seen = self.why_messages(sight, history, id)?;
        let last_at = brief(&self.tx.open_table(CONVERSATIONS)?, id)?.map(|(_, last_at)| last_at);
        Ok(seen.filter(|seen| last_at.is_some_and(|last_at| last_at >= seen.from)))
    }

    /// As [`ReadTx::why_conversation`], where every message may be older than the first moment that is seen.
    pub fn why_messages(&self, sight: &Sight, history: bool, id: ConversationId) -> Result<Option<Seen>, StoreError> {
        let looking = Looking::new(self, sight, history)?;
        let Some((kind, _)) = brief(&looking.conversations, id)? else { return Ok(None) };
        let (customers, mut staff) = looking.people_of(id)?;
        // Whoever has left a group is not among its parties any more.
        for one in sight.staff() {
            if let Some(person) = self.staff(*one)? {
                let identity = identity_key(person.channel, &party_key(person.channel, &person.account));
                if looking.by_party.get(joined::<16, 16, 32>(&identity, &id.0))?.is_some() {
                    staff.push(*one);
                }
            }
        }
        Ok(sight.conversation(Parties { kind, customers: &customers, staff: &staff }, history))
    }
}

impl<'a> Looking<'a> {
    fn new(tx: &'a ReadTx, sight: &'a Sight, history: bool) -> Result<Self, StoreError> {
        Ok(Self {
            tx,
            sight,
            history,
            conversations: tx.tx.open_table(CONVERSATIONS)?,
            parties: tx.tx.open_table(CONVERSATION_PARTIES)?,
            ownerships: tx.tx.open_table(OWNERSHIPS)?,
            identities: tx.tx.open_table(IDENTITIES)?,
            by_party: tx.tx.open_table(PARTY_CONVERSATIONS)?,
        })
    }

    /// The conversations that somebody takes or took part in.
    fn conversations_of(&self, identity: [u8; 16]) -> Result<Vec<ConversationId>, StoreError> {
        let all = joined::<16, 16, 32>(&identity, &[0; 16])..=joined(&identity, &[u8::MAX; 16]);
        self.by_party.range(all)?.map(|row| Ok(ConversationId(id_of(&row?.0.value())))).collect()
    }

    /// The conversations of two that a customer has, where the customer is seen.
    fn of_customer(&self, id: CustomerId) -> Result<Vec<(ConversationId, Visible)>, StoreError> {
        let ownership = ownership::get(&self.ownerships, id)?;
        let Some(seen) = self.sight.customer(id, &ownership, self.history) else { return Ok(Vec::new()) };
        let mut found = Vec::new();
        let customer = self.tx.customer(id)?;
        for identity in customer.iter().flat_map(|customer| &customer.identities) {
            let key = identity_key(identity.channel, &party_key(identity.channel, &identity.id));
            for conversation in self.conversations_of(key)? {
                if let Some((kind @ ConversationKind::Single, _)) = brief(&self.conversations, conversation)? {
                    found.push((conversation, Visible { from: seen.from, kind }));
                }
            }
        }
        Ok(found)
    }

    /// Adds groups and talks among colleagues in which a member of staff takes or took part.
    fn of_staff(&self, id: StaffId, conversations: &mut HashMap<ConversationId, Visible>) -> Result<(), StoreError> {
        let Some(staff) = self.tx.staff(id)? else { return Ok(()) };
        for conversation in
            self.conversations_of(identity_key(staff.channel, &party_key(staff.channel, &staff.account)))?
        {
            if conversations.contains_key(&conversation) {
                continue;
            }
            let Some((kind, _)) = brief(&self.conversations, conversation)? else { continue };
            if kind == ConversationKind::Group || self.people_of(conversation)?.0.is_empty() {
                conversations.insert(conversation, Visible { from: WHOLE, kind });
            }
        }
        Ok(())
    }

    fn identity(&self, key: [u8; 16]) -> Result<Option<Identity>, StoreError> {
        self.identities.get(key)?.map(|row| from_row(row.value())).transpose()
    }

    /// The customers of a conversation with their owners, and its staff, as its newest message has them.
    fn people_of(&self, id: ConversationId) -> Result<People, StoreError> {
        let (mut customers, mut staff) = (Vec::new(), Vec::new());
        let Some(row) = self.parties.get(id.0)? else { return Ok((customers, staff)) };
        let parties: Vec<Party> = row::decode(row.value())?;
        for party in parties {
            for channel in CHANNELS {
                match self.identity(identity_key(channel, &party_key(channel, &party.id)))? {
                    Some(Identity::Customer(id)) => customers.push((id, ownership::get(&self.ownerships, id)?)),
                    Some(Identity::Staff(id)) => staff.push(id),
                    None => {}
                }
            }
        }
        Ok((customers, staff))
    }

    /// Adds a conversation that somebody came to.
    fn party(
        &self,
        conversation: ConversationId,
        identity: &[u8; 16],
        visible: &mut VisibleConversations,
    ) -> Result<(), StoreError> {
        let Some((kind, _)) = brief(&self.conversations, conversation)? else { return Ok(()) };
        let who = self.identity(*identity)?;
        if let Some(Identity::Customer(id)) = who
            && self.sight.customer(id, &ownership::get(&self.ownerships, id)?, self.history).is_some()
        {
            visible.add_customer(id);
        }
        let seen = if kind == ConversationKind::Group {
            match who {
                Some(Identity::Staff(id)) => {
                    self.sight.conversation(Parties { kind, customers: &[], staff: &[id] }, self.history)
                }
                _ => None,
            }
        } else {
            let (customers, staff) = self.people_of(conversation)?;
            self.sight.conversation(Parties { kind, customers: &customers, staff: &staff }, self.history)
        };
        if let Some(seen) = seen {
            visible.add(conversation, Visible { from: seen.from, kind });
        }
        Ok(())
    }
}
