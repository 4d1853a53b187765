//! Customers and who follows them.

use async_graphql::{Context, ID, Object, Result};
use xinju_model::id::CustomerId;
use xinju_model::scope::WHOLE;
use xinju_model::{customer, ownership};
use xinju_service::customer::CustomerView;

use crate::graphql::context::{call, where_allowed};
use crate::graphql::conversation::{self, Conversation};
use crate::graphql::page::{self, Page};
use crate::graphql::party::Channel;
use crate::graphql::personal::{MaskedValue, masked};
use crate::graphql::scalars::DateTime;
use crate::graphql::staff::Staff;

/// An id of a customer on a channel.
pub(crate) struct ContactIdentity(customer::ContactIdentity);

/// An id of a customer on a channel.
#[Object]
impl ContactIdentity {
    async fn channel(&self) -> Channel {
        self.0.channel.into()
    }
    /// The channel's own id.
    async fn channel_id(&self) -> &str {
        &self.0.id
    }
}

/// A member of staff who has a customer as a contact, and what was noted.
pub(crate) struct Follower(customer::Follower);

/// A member of staff who has a customer as a contact, and what was noted.
#[Object]
impl Follower {
    /// Null where the directory does not know the member of staff.
    async fn staff(&self, context: &Context<'_>) -> Result<Option<Staff>> {
        let id = self.0.staff;
        let found = call(context, move |service, viewer| where_allowed(service.staff(viewer, id))).await?;
        Ok(found.map(Staff))
    }
    /// The name that the member of staff gave.
    async fn remark(&self) -> &str {
        &self.0.remark
    }
    /// What the member of staff wrote about the customer.
    async fn description(&self) -> &str {
        &self.0.description
    }
    /// Since when; null where the channel does not tell.
    async fn since(&self) -> Option<DateTime> {
        self.0.since.map(DateTime)
    }
    /// The tags the member of staff set, as the channel names them.
    async fn tags(&self) -> &[String] {
        &self.0.tags
    }
}

/// Somebody's time as the owner of a customer.
pub(crate) struct Tenure(ownership::Tenure);

/// Somebody's time as the owner of a customer.
#[Object]
impl Tenure {
    /// Null while the customer was nobody's.
    async fn owner(&self, context: &Context<'_>) -> Result<Option<Staff>> {
        let Some(id) = self.0.owner else { return Ok(None) };
        Ok(call(context, move |service, viewer| service.staff(viewer, id)).await?.map(Staff))
    }
    /// Since when; null for the first owner.
    async fn since(&self) -> Option<DateTime> {
        Some(self.0.since).filter(|since| *since != WHOLE).map(DateTime)
    }
}

/// A person or firm the company deals with.
pub(crate) struct Customer(pub(crate) CustomerView);

/// A person or firm the company deals with.
#[Object]
impl Customer {
    pub(crate) async fn id(&self) -> ID {
        self.0.customer.id.to_string().into()
    }
    /// The directory's name, else the channel's id.
    async fn name(&self) -> &str {
        &self.0.customer.name
    }
    /// The firm; null where the channel does not tell.
    async fn company(&self) -> Option<&str> {
        self.0.customer.company.as_deref()
    }
    /// The position there; null where the channel does not tell.
    async fn position(&self) -> Option<&str> {
        self.0.customer.position.as_deref()
    }
    /// The ids that prove who it is.
    async fn identities(&self) -> Vec<ContactIdentity> {
        self.0.customer.identities.iter().cloned().map(ContactIdentity).collect()
    }
    /// Which staff follow this customer.
    async fn followers(&self) -> Vec<Follower> {
        self.0.customer.followers.iter().cloned().map(Follower).collect()
    }
    /// What of all these texts is masked for you, in reading order.
    async fn masked(&self) -> Vec<MaskedValue> {
        masked(&self.0.masked)
    }
    /// Whether a directory named this customer; false for one known from messages alone.
    async fn listed(&self) -> bool {
        self.0.customer.listed
    }
    /// Whose the customer is; null where it is nobody's.
    async fn owner(&self, context: &Context<'_>) -> Result<Option<Staff>> {
        let id = self.0.customer.id;
        let owner = call(context, move |service, viewer| {
            let owner = service.ownership(viewer, id)?.and_then(|ownership| ownership.owner());
            owner.map_or(Ok(None), |owner| service.staff(viewer, owner))
        });
        Ok(owner.await?.map(Staff))
    }
    /// Whose the customer is and was, oldest first.
    #[graphql(complexity = "10 + child_complexity")]
    async fn owners(&self, context: &Context<'_>) -> Result<Vec<Tenure>> {
        let id = self.0.customer.id;
        let owned = call(context, move |service, viewer| service.ownership(viewer, id)).await?;
        Ok(owned.iter().flat_map(ownership::Ownership::tenures).copied().map(Tenure).collect())
    }
    /// Its conversations, newest activity first.
    #[graphql(complexity = "page::cost(first, child_complexity)")]
    async fn conversations(
        &self,
        context: &Context<'_>,
        first: Option<i32>,
        after: Option<String>,
    ) -> Result<Page<Conversation>> {
        let query =
            xinju_service::conversation::ConversationQuery { customer: Some(self.0.customer.id), ..Default::default() };
        conversation::list(context, query, first, after).await
    }
    /// Time of the newest message; null where there is no message yet.
    async fn last_contact_at(&self, context: &Context<'_>) -> Result<Option<DateTime>> {
        let id = self.0.customer.id;
        Ok(call(context, move |service, viewer| service.last_contact(viewer, id)).await?.map(DateTime))
    }
}

/// Questions about customers.
#[derive(Default)]
pub(crate) struct CustomerQuery;

#[Object]
impl CustomerQuery {
    /// A customer by its id; null when there is none or it is not yours to see.
    async fn customer(&self, context: &Context<'_>, id: ID) -> Result<Option<Customer>> {
        let parsed = CustomerId::parse(&id);
        let found = call(context, move |service, viewer| match parsed {
            Ok(id) => service.open_customer(viewer, id),
            Err(_) => Ok(None),
        });
        Ok(found.await?.map(Customer))
    }

    /// Customers by name; `search` matches part of a name or remark, or an exact channel id.
    #[graphql(complexity = "page::cost(first, child_complexity)")]
    async fn customers(
        &self,
        context: &Context<'_>,
        first: Option<i32>,
        after: Option<String>,
        search: Option<String>,
    ) -> Result<Page<Customer>> {
        let page = page::request(first, after)?;
        let found = call(context, move |service, viewer| service.customers(viewer, search.as_deref(), &page)).await?;
        Ok(Page::new(found, Customer))
    }
}
