//! Parties with the names that the directory knows for them.

use std::collections::HashMap;

use parking_lot::{Mutex, MutexGuard};
use xinju_model::access::{Permit, Scope};
use xinju_model::channel::{Channel, Side};
use xinju_model::customer::Customer;
use xinju_model::facts::{wecom_key, wecom_side};
use xinju_model::id::{CustomerId, EntryIndex, StaffId};
use xinju_model::personal::Masks;
use xinju_search::index::Names;
use xinju_store::read::{CustomerWords, Identity, Page, ReadTx};

use crate::error::ServiceError;
use crate::service::Core;

/// Parties that are kept in memory; beyond that the memory starts afresh.
const KEPT_MAX: usize = 200_000;
/// Customers that one name in a query may mean.
const NAMED_CUSTOMERS_MAX: usize = 1_000;

/// Somebody at one end of a message, with a name to show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartyView {
    /// The channel.
    pub channel: Channel,
    /// The channel's own id, as received.
    pub id: String,
    /// On which side of the counter; the directory's word, else what the id says.
    pub side: Side,
    /// The directory's name, else the channel's id.
    pub name: String,
    /// The customer, where known.
    pub customer: Option<CustomerId>,
    /// The member of staff, where known.
    pub staff: Option<StaffId>,
}

/// The form of a channel's id under which two spellings of one person meet.
pub(crate) fn party_key(channel: Channel, id: &str) -> String {
    match channel {
        Channel::Wecom => wecom_key(id),
    }
}

/// What an id itself says of its owner.
pub(crate) fn party_side(channel: Channel, id: &str) -> Side {
    match channel {
        Channel::Wecom => wecom_side(id),
    }
}

/// Whom the directory knows by an id.
#[derive(Clone, Debug)]
pub(crate) struct Known {
    pub(crate) identity: Identity,
    /// The directory's name; empty where it has none.
    name: String,
}

/// Parties already looked up. Whoever changes the directory forgets them; what was read from a snapshot older than that is not kept.
#[derive(Default)]
pub(crate) struct KnownParties(Mutex<Kept>);

#[derive(Default)]
struct Kept {
    generation: u64,
    known: HashMap<(Channel, String), Known>,
}

impl KnownParties {
    /// The directory changed.
    pub(crate) fn forget(&self) {
        let mut kept = self.0.lock();
        kept.generation += 1;
        kept.known.clear();
    }
}

/// A snapshot of the store through which parties are looked up.
pub(crate) struct Snapshot<'a> {
    pub(crate) tx: ReadTx,
    pub(crate) core: &'a Core,
    /// What may be seen through it.
    pub(crate) scope: Scope,
    /// What of it is masked: see [`crate::personal`].
    pub(crate) masks: Masks,
    /// Which state of the search index it has at least all entries of.
    pub(crate) index: u64,
    generation: u64,
}

impl Core {
    /// A snapshot of now, as a permit lets it be seen.
    pub(crate) fn snapshot(&self, permit: &Permit) -> Result<Snapshot<'_>, ServiceError> {
        // Generation and index are read first: what changes in between is looked up again rather than kept too long.
        let index = self.index.state();
        let generation = self.parties.0.lock().generation;
        let (scope, masks) = (permit.scope().clone(), permit.masks().clone());
        Ok(Snapshot { tx: self.store.read()?, core: self, scope, masks, index, generation })
    }
}

impl Snapshot<'_> {
    /// Which state of the directory it is of.
    pub(crate) fn generation(&self) -> u64 {
        self.generation
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.core.parties.0.lock()
    }

    /// A customer who is there to be seen, whole: whoever shows it masks it.
    pub(crate) fn customer(&self, id: CustomerId) -> Result<Option<Customer>, ServiceError> {
        Ok(self.tx.customer(id)?.filter(|_| self.scope.has_customer(id)))
    }

    /// Whom the directory knows by this id; none for robots and those it never heard of.
    pub(crate) fn known(&self, channel: Channel, id: &str) -> Result<Option<Known>, ServiceError> {
        let place = (channel, party_key(channel, id));
        if let Some(known) = self.kept().known.get(&place) {
            return Ok(Some(known.clone()));
        }
        let Some(identity) = self.tx.identity(channel, &place.1)? else { return Ok(None) };
        let name = match &identity {
            Identity::Customer(id) => self.tx.customer(*id)?.map(|customer| customer.name),
            Identity::Staff(id) => self.tx.staff(*id)?.map(|staff| staff.name),
        };
        let known = Known { identity, name: name.unwrap_or_default() };
        let mut kept = self.kept();
        if kept.generation == self.generation {
            if kept.known.len() >= KEPT_MAX {
                kept.known.clear();
            }
            kept.known.insert(place, known.clone());
        }
        Ok(Some(known))
    }

    /// A party with its name, which belongs to what is read; a customer who is not there to be seen is not named as one to look up.
    pub(crate) fn party(&self, channel: Channel, id: &str) -> Result<PartyView, ServiceError> {
        let mut view = PartyView {
            channel,
            id: id.to_owned(),
            side: party_side(channel, id),
            name: id.to_owned(),
            customer: None,
            staff: None,
        };
        if let Some(known) = self.known(channel, id)? {
            match known.identity {
                Identity::Customer(customer) => {
                    view.side = Side::Customer;
                    view.customer = Some(customer).filter(|id| self.scope.has_customer(*id));
                }
                Identity::Staff(staff) => (view.side, view.staff) = (Side::Staff, Some(staff)),
            }
            if !known.name.is_empty() {
                view.name = self.shown(known.name);
            }
        }
        Ok(view)
    }

    fn staff_named(&self, value: &str) -> Result<Vec<String>, ServiceError> {
        if let Ok(id) = StaffId::parse(value)
            && let Some(staff) = self.tx.staff(id)?
        {
            return Ok(vec![party_key(staff.channel, &staff.account)]);
        }
        let wanted = value.to_lowercase();
        let all = self.tx.all_staff()?;
        let keys = |fits: &dyn Fn(&str, &str) -> bool| -> Vec<String> {
            all.iter()
                .filter(|staff| fits(&staff.name.to_lowercase(), &staff.account.to_lowercase()))
                .map(|staff| party_key(staff.channel, &staff.account))
                .collect()
        };
        let exact = keys(&|name, account| name == wanted || account == wanted);
        Ok(if exact.is_empty() { keys(&|name, _| name.contains(&wanted)) } else { exact })
    }

    fn customers_named(&self, value: &str) -> Result<Vec<String>, ServiceError> {
        if let Ok(id) = CustomerId::parse(value)
            && let Some(customer) = self.customer(id)?
        {
            return Ok(customer.identities.iter().map(|identity| party_key(identity.channel, &identity.id)).collect());
        }
        let page = Page { after: None, limit: NAMED_CUSTOMERS_MAX };
        let words = CustomerWords { words: value, masked: self.is_masked() };
        let found = self.tx.customers(&self.scope, Some(words), &page)?;
        let wanted = value.to_lowercase();
        let keys = |exact: bool| -> Vec<String> {
            found
                .iter()
                .filter(|customer| {
                    !exact
                        || customer.name.to_lowercase() == wanted
                        || customer.identities.iter().any(|identity| identity.id == value)
                })
                .flat_map(|customer| &customer.identities)
                .map(|identity| party_key(identity.channel, &identity.id))
                .collect()
        };
        let exact = keys(true);
        Ok(if exact.is_empty() { keys(false) } else { exact })
    }
}

/// A name that is somebody's whole name or id means only them; any other means all whose names it is a part of.
/// The index cannot report a fault of the directory: a name that cannot be looked up finds nobody, and the log says why.
impl Names for Snapshot<'_> {
    fn staff(&self, value: &str) -> Vec<String> {
        found(self.staff_named(value))
    }

    fn customers(&self, value: &str) -> Vec<String> {
        found(self.customers_named(value))
    }

    fn recalled(&self) -> Vec<EntryIndex> {
        found(self.tx.recalled().map_err(ServiceError::from))
    }
}

fn found<T>(outcome: Result<Vec<T>, ServiceError>) -> Vec<T> {
    outcome.unwrap_or_else(|error| {
        tracing::error!(%error, "a name of a query could not be looked up");
        Vec::new()
    })
}
