//! Who stands at either end of a message.

use async_graphql::{Context, Enum, Object, Result};
use xinju_service::party::PartyView;

use crate::graphql::context::{call, where_allowed};
use crate::graphql::customer::Customer;
use crate::graphql::staff::Staff;

/// How a message reached the company.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "xinju_model::channel::Channel")]
pub(crate) enum Channel {
    /// WeCom (企业微信).
    Wecom,
}

/// On which side of the counter somebody stands.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "xinju_model::channel::Side")]
pub(crate) enum Side {
    /// The company's own people.
    Staff,
    /// A customer or another company's person.
    Customer,
    /// A program.
    Robot,
}

/// Somebody at one end of a message: by the channel's id, and by name where the directory knows one.
#[derive(Clone)]
pub(crate) struct Party(pub(crate) PartyView);

/// Somebody at one end of a message: by the channel's id, and by name where the directory knows one.
#[Object]
impl Party {
    /// The channel's own id.
    async fn channel_id(&self) -> &str {
        &self.0.id
    }
    async fn side(&self) -> Side {
        self.0.side.into()
    }
    /// The name to show: the directory's, else the channel's id.
    async fn name(&self) -> &str {
        &self.0.name
    }
    /// Null unless the party is a known customer that is yours to see.
    async fn customer(&self, context: &Context<'_>) -> Result<Option<Customer>> {
        let Some(id) = self.0.customer else { return Ok(None) };
        let found = call(context, move |service, viewer| where_allowed(service.customer(viewer, id))).await?;
        Ok(found.map(Customer))
    }
    /// Null unless the party is known staff that is yours to see.
    async fn staff(&self, context: &Context<'_>) -> Result<Option<Staff>> {
        let Some(id) = self.0.staff else { return Ok(None) };
        let found = call(context, move |service, viewer| where_allowed(service.staff(viewer, id))).await?;
        Ok(found.map(Staff))
    }
}
