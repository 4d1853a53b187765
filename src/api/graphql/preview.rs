//! Looking at the archive as another user would see it.

use async_graphql::{Context, ID, Object, Result, SimpleObject};
use xinju_model::id::UserId;
use xinju_service::conversation::ConversationView;
use xinju_service::customer::CustomerView;
use xinju_service::error::ServiceError;
use xinju_service::preview;
use xinju_service::service::Service;

use crate::graphql::context::{call, principal};
use crate::graphql::conversation::ConversationKind;
use crate::graphql::error::fault;
use crate::graphql::page::{self, Page};
use crate::graphql::scalars::{DateTime, Long};
use crate::graphql::user::User;
use crate::graphql::viewer::Action;

/// A customer in a preview: the name, and nothing that leads further.
#[derive(SimpleObject)]
pub(crate) struct PreviewedCustomer {
    id: ID,
    name: String,
    company: Option<String>,
}

impl From<CustomerView> for PreviewedCustomer {
    fn from(view: CustomerView) -> Self {
        let customer = view.customer;
        Self { id: customer.id.to_string().into(), name: customer.name, company: customer.company }
    }
}

/// A conversation in a preview: title and numbers, and no message.
#[derive(SimpleObject)]
pub(crate) struct PreviewedConversation {
    id: ID,
    kind: ConversationKind,
    title: String,
    /// Messages that the user sees of it.
    messages: Long,
    /// When the newest was sent.
    last_at: DateTime,
}

impl From<ConversationView> for PreviewedConversation {
    fn from(view: ConversationView) -> Self {
        let facts = view.conversation;
        Self {
            id: facts.id.to_string().into(),
            kind: facts.kind.into(),
            title: view.title,
            messages: facts.count.into(),
            last_at: facts.last_at.into(),
        }
    }
}

/// What another user would see and may do. Each part that is asked for is an event.
pub(crate) struct Preview(preview::Preview);

/// What another user would see and may do. Each part that is asked for is an event.
#[Object]
impl Preview {
    async fn user(&self) -> User {
        User::new(self.0.user.clone())
    }
    /// What the user's roles allow; nothing while the user may not sign in.
    async fn can(&self) -> Vec<Action> {
        self.0.can.iter().copied().map(Into::into).collect()
    }
    /// Customers that the user sees, as far as you see them too; null where one of you may not list customers.
    #[graphql(complexity = "page::cost(first, child_complexity)")]
    async fn customers(
        &self,
        context: &Context<'_>,
        first: Option<i32>,
        after: Option<String>,
    ) -> Result<Option<Page<PreviewedCustomer>>> {
        let (user, page) = (self.0.user.id, page::request(first, after)?);
        let found = call(context, move |service, viewer| service.preview_customers(viewer, user, &page)).await?;
        Ok(found.map(|found| Page::new(found, Into::into)))
    }
    /// Conversations that the user sees, as far as you see them too; null where one of you may not read.
    #[graphql(complexity = "page::cost(first, child_complexity)")]
    async fn conversations(
        &self,
        context: &Context<'_>,
        first: Option<i32>,
        after: Option<String>,
    ) -> Result<Option<Page<PreviewedConversation>>> {
        let (user, page) = (self.0.user.id, page::request(first, after)?);
        let found = call(context, move |service, viewer| service.preview_conversations(viewer, user, &page)).await?;
        Ok(found.map(|found| Page::new(found, Into::into)))
    }
}

/// Questions about what others see.
#[derive(Default)]
pub(crate) struct PreviewQuery;

#[Object]
impl PreviewQuery {
    /// The archive as a user would see it, for those who manage roles, and never more than they see themselves.
    async fn preview(&self, context: &Context<'_>, user: ID) -> Result<Preview> {
        principal(context)?;
        let user = UserId::parse(&user).map_err(|_| fault(&ServiceError::NotFound("user")))?;
        let found = call(context, move |service: &Service, viewer| service.preview(viewer, user)).await?;
        Ok(Preview(found))
    }
}
