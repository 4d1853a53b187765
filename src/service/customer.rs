//! Customers.

use xinju_model::access::{Action, Scope, Viewer};
use xinju_model::customer::Customer;
use xinju_model::id::CustomerId;
use xinju_model::limits::QUERY_CHARS_MAX;
use xinju_model::time::Timestamp;
use xinju_store::read::{ConversationFilter, CustomerWords, Page, ReadTx};

use crate::audit::Act;
use crate::error::ServiceError;
use crate::page::{Connection, Edge, PageRequest, bad_cursor, read_cursor, write_cursor};
use crate::party::Snapshot;
use crate::personal::MaskedValue;
use crate::service::Service;

/// Matches of a search that are counted; a list shows no higher number.
const COUNTED_MAX: usize = 10_000;

/// A customer as people see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CustomerView {
    /// The customer; masked for whoever asked. `name` is filled with the channel's id where the directory knows none.
    pub customer: Customer,
    /// What of it is masked, in reading order.
    pub masked: Vec<MaskedValue>,
}

impl Snapshot<'_> {
    /// A customer as it is shown.
    fn shown_customer(&self, customer: Customer) -> CustomerView {
        let mut customer = named(customer);
        let masked = self.hide_customer(&mut customer);
        CustomerView { customer, masked }
    }
}

/// The directory's name, else the channel's id.
pub(crate) fn named(mut customer: Customer) -> Customer {
    if customer.name.is_empty()
        && let Some(identity) = customer.identities.first()
    {
        customer.name.clone_from(&identity.id);
    }
    customer
}

fn write_key(customer: &Customer) -> String {
    let mut bytes = customer.id.0.to_vec();
    bytes.extend_from_slice(customer.listed_name().as_bytes());
    write_cursor(&bytes)
}

fn read_key(cursor: &str) -> Result<(String, CustomerId), ServiceError> {
    let bytes = read_cursor(cursor)?;
    let (id, name) = bytes.split_first_chunk::<16>().ok_or_else(bad_cursor)?;
    let name = String::from_utf8(name.to_vec()).map_err(|_| bad_cursor())?;
    Ok((name, CustomerId(*id)))
}

/// Words to look for; none where nothing is asked.
pub(crate) fn words(search: Option<&str>) -> Result<Option<&str>, ServiceError> {
    let words = search.map(str::trim).filter(|words| !words.is_empty());
    if words.is_some_and(|words| words.chars().nth(QUERY_CHARS_MAX).is_some()) {
        return Err(ServiceError::Limit(format!("search for at most {QUERY_CHARS_MAX} characters")));
    }
    Ok(words)
}

/// How many customers of a scope there are, or match.
pub(crate) fn count(tx: &ReadTx, scope: &Scope, words: Option<CustomerWords<'_>>) -> Result<u64, ServiceError> {
    match (words, scope) {
        (None, Scope::Everything) => Ok(tx.stats()?.customers),
        (None, Scope::Nothing) => Ok(0),
        (None, Scope::Conversations(visible)) => Ok(visible.count_customers() as u64),
        (words, _) => Ok(tx.customers(scope, words, &Page { after: None, limit: COUNTED_MAX })?.len() as u64),
    }
}

/// Customers of a scope by name.
pub(crate) fn list(
    snapshot: &Snapshot<'_>,
    scope: &Scope,
    words: Option<&str>,
    page: &PageRequest,
) -> Result<Connection<CustomerView>, ServiceError> {
    let limit = page.limit()?;
    let after = page.after.as_deref().map(read_key).transpose()?;
    let has_previous = after.is_some();
    let words = words.map(|words| CustomerWords { words, masked: snapshot.is_masked() });
    let mut found = snapshot.tx.customers(scope, words, &Page { after, limit: limit + 1 })?;
    let has_next = found.len() > limit;
    found.truncate(limit);
    let edge = |customer| Edge { cursor: write_key(&customer), node: snapshot.shown_customer(customer) };
    let total = count(&snapshot.tx, scope, words)?;
    Ok(Connection { edges: found.into_iter().map(edge).collect(), has_next, has_previous, total })
}

impl Service {
    /// A customer.
    pub fn customer(&self, viewer: &Viewer, id: CustomerId) -> Result<Option<CustomerView>, ServiceError> {
        let permit = self.core.allow_on(viewer, Action::ReadDirectory, id)?;
        let snapshot = self.core.snapshot(&permit)?;
        Ok(snapshot.customer(id)?.map(|customer| snapshot.shown_customer(customer)))
    }

    /// As [`Service::customer`], for whoever opens a customer's own page: one event in the ledger.
    pub fn open_customer(&self, viewer: &Viewer, id: CustomerId) -> Result<Option<CustomerView>, ServiceError> {
        let core = &self.core;
        let permit = core.allow_on(viewer, Action::ReadDirectory, id)?;
        let snapshot = core.snapshot(&permit)?;
        let found = snapshot.customer(id)?.map(|customer| snapshot.shown_customer(customer));
        if found.is_some() {
            core.audited(&permit, Act::audit("customer.read").on(id))?;
        }
        Ok(found)
    }

    /// Customers by name; `search` matches part of a name or remark, or an exact channel id.
    pub fn customers(
        &self,
        viewer: &Viewer,
        search: Option<&str>,
        page: &PageRequest,
    ) -> Result<Connection<CustomerView>, ServiceError> {
        let permit = self.core.allow(viewer, Action::ReadDirectory)?;
        list(&self.core.snapshot(&permit)?, permit.scope(), words(search)?, page)
    }

    /// When the newest message to or from a customer was sent that may be seen; none where there is none.
    pub fn last_contact(&self, viewer: &Viewer, id: CustomerId) -> Result<Option<Timestamp>, ServiceError> {
        let permit = self.core.allow(viewer, Action::ReadDirectory)?;
        let snapshot = self.core.snapshot(&permit)?;
        let Some(keys) = snapshot.customer_keys(id)? else { return Ok(None) };
        let filter = ConversationFilter { kind: None, party: Some(keys) };
        let newest = snapshot.tx.conversations(&snapshot.scope, &filter, &Page { after: None, limit: 1 })?;
        Ok(newest.first().map(|conversation| conversation.last_at))
    }
}
