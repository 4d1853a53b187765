//! Customers.

use std::ops::Bound;

use redb::{ReadableTable, ReadableTableMetadata};
use xinju_model::access::Scope;
use xinju_model::customer::Customer;
use xinju_model::id::{CustomerId, StaffId};
use xinju_model::personal::Masks;

use crate::directory::{CHANNELS, party_key};
use crate::error::StoreError;
use crate::read::{CustomerWords, Identity, Page, ReadTx};
use crate::row::{self, id_of};
use crate::tables::{CUSTOMER_NAMES, CUSTOMERS};
use crate::write::WriteTx;

/// Bytes of a name that its place in the list depends on; further ones are told apart by id.
const NAME_BYTES_SORTED: usize = 120;

/// The place in the list of a customer's [`Customer::listed_name`]: those without a name last, then by folded name, then by id.
pub(crate) fn name_key(name: &str, id: CustomerId) -> Vec<u8> {
    let mut key = vec![u8::from(name.is_empty())];
    // A zero ends the name, so that a name comes before its continuations; names hold none that matter.
    key.extend(name.to_lowercase().bytes().take(NAME_BYTES_SORTED).filter(|byte| *byte != 0));
    key.push(0);
    key.extend_from_slice(&id.0);
    key
}

/// What a search looks through: name, firm and remarks, folded.
fn haystack(customer: &Customer) -> String {
    let parts = [Some(customer.name.as_str()), customer.company.as_deref()];
    let remarks = customer.followers.iter().map(|follower| follower.remark.as_str());
    let parts: Vec<&str> = parts.into_iter().flatten().chain(remarks).filter(|part| !part.is_empty()).collect();
    parts.join("\n").to_lowercase()
}

impl CustomerWords<'_> {
    fn stand_in(&self, haystack: &str) -> bool {
        let needle = self.words.to_lowercase();
        // Nothing is in the masked form that is not in the whole one but stars: most customers are read once.
        haystack.contains(&needle) && (!self.masked || Masks::all().mask(haystack).text.contains(&needle))
    }
}

/// Whoever has followed a customer longest; those of whom the channel does not tell since when come last.
fn first_follower(customer: &Customer) -> Option<StaffId> {
    let first = customer.followers.iter().min_by_key(|follower| (follower.since.is_none(), follower.since));
    first.map(|follower| follower.staff)
}

/// Whether so few of all are wanted that reading them one by one is cheaper than walking past the others.
pub(crate) fn is_sparse(wanted: usize, all: u64) -> bool {
    (wanted as u64).saturating_mul(8) < all
}

impl ReadTx {
    /// A customer.
    pub fn customer(&self, id: CustomerId) -> Result<Option<Customer>, StoreError> {
        self.tx.open_table(CUSTOMERS)?.get(id.0)?.map(|row| row::decode(row.value())).transpose()
    }

    /// Customers of a scope by listed name (then id), behind such a name where the page says; `search` matches a part of the name, the firm, a remark or an exact identity.
    pub fn customers(
        &self,
        scope: &Scope,
        search: Option<CustomerWords<'_>>,
        page: &Page<(String, CustomerId)>,
    ) -> Result<Vec<Customer>, StoreError> {
        match scope {
            Scope::Nothing => return Ok(Vec::new()),
            Scope::Conversations(visible)
                if is_sparse(visible.count_customers(), self.tx.open_table(CUSTOMERS)?.len()?) =>
            {
                return self.few_customers(visible.customers(), search, page);
            }
            Scope::Everything | Scope::Conversations(_) => {}
        }
        let names = self.tx.open_table(CUSTOMER_NAMES)?;
        let after = page.after.as_ref().map(|(name, id)| name_key(name, *id));
        let from = after.as_deref().map_or(Bound::Unbounded, Bound::Excluded);
        let exact = search.map_or(Ok(None), |search| self.customer_of(search))?;
        let mut customers = Vec::new();
        for row in names.range::<&[u8]>((from, Bound::Unbounded))? {
            if customers.len() >= page.limit {
                break;
            }
            let (key, text) = row?;
            let id = CustomerId(id_of(key.value()));
            let matches = search.is_none_or(|search| search.stand_in(text.value())) || exact == Some(id);
            if matches && scope.has_customer(id) {
                customers.extend(self.customer(id)?);
            }
        }
        Ok(customers)
    }

    /// As [`ReadTx::customers`], of customers that are few among all: they are read one by one.
    fn few_customers(
        &self,
        ids: impl Iterator<Item = CustomerId>,
        search: Option<CustomerWords<'_>>,
        page: &Page<(String, CustomerId)>,
    ) -> Result<Vec<Customer>, StoreError> {
        let after = page.after.as_ref().map(|(name, id)| name_key(name, *id));
        let exact = search.map_or(Ok(None), |search| self.customer_of(search))?;
        let mut found = Vec::new();
        for id in ids {
            let Some(customer) = self.customer(id)? else { continue };
            let key = name_key(&customer.listed_name(), id);
            let matches = search.is_none_or(|search| search.stand_in(&haystack(&customer)));
            if (matches || exact == Some(id)) && after.as_ref().is_none_or(|after| key > *after) {
                found.push((key, customer));
            }
        }
        found.sort_unstable_by(|a, b| a.0.cmp(&b.0));
        Ok(found.into_iter().map(|(_, customer)| customer).take(page.limit).collect())
    }

    /// The customer who has exactly this id on some channel.
    fn customer_of(&self, search: CustomerWords<'_>) -> Result<Option<CustomerId>, StoreError> {
        let id = search.words;
        if search.masked && Masks::all().is_in(id) {
            return Ok(None);
        }
        for channel in CHANNELS {
            if let Some(Identity::Customer(id)) = self.identity(channel, &party_key(channel, id))? {
                return Ok(Some(id));
            }
        }
        Ok(None)
    }
}

impl WriteTx<'_> {
    /// A customer, as this transaction sees it.
    pub fn customer(&self, id: CustomerId) -> Result<Option<Customer>, StoreError> {
        self.tx.open_table(CUSTOMERS)?.get(id.0)?.map(|row| row::decode(row.value())).transpose()
    }

    /// Puts a customer; its identities lead to it.
    pub fn put_customer(&mut self, customer: &Customer) -> Result<(), StoreError> {
        self.changed = true;
        let owner = Identity::Customer(customer.id);
        let mut names = self.tx.open_table(CUSTOMER_NAMES)?;
        if let Some(before) = self.customer(customer.id)? {
            names.remove(name_key(&before.listed_name(), before.id).as_slice())?;
            for identity in before.identities.iter().filter(|identity| !customer.identities.contains(identity)) {
                self.remove_identity(identity.channel, &identity.id, &owner)?;
            }
        }
        names.insert(name_key(&customer.listed_name(), customer.id).as_slice(), haystack(customer).as_str())?;
        for identity in &customer.identities {
            self.put_identity(identity.channel, &identity.id, &owner)?;
        }
        self.tx.open_table(CUSTOMERS)?.insert(customer.id.0, row::encode(customer)?.as_slice())?;
        match first_follower(customer) {
            Some(staff) => self.claim(customer.id, staff),
            None => Ok(()),
        }
    }
}
