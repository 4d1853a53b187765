//! Marks on pages that show content, and finding the event of a mark's code.

use async_graphql::{Context, Enum, ID, InputObject, Object, Result, SimpleObject};
use xinju_model::mark;
use xinju_service::service::Service;
use xinju_service::trail::SubjectKind;

use crate::graphql::context::{call, principal};
use crate::graphql::scalars::DateTime;
use crate::graphql::trail::AuditEvent;

/// A page of the console that shows content or names of customers.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "xinju_model::mark::MarkedPage")]
pub(crate) enum MarkedPage {
    /// The audit trail, which has names and words that were looked for.
    Audit,
    /// A case, with the messages that it collects.
    Case,
    /// A conversation.
    Conversation,
    /// The list of conversations, with their newest messages.
    Conversations,
    /// A customer.
    Customer,
    /// The list of customers.
    Customers,
    /// A message.
    Message,
    /// What another user would see.
    Preview,
    /// Search and its hits.
    Search,
}

/// What a page that shows content carries, faintly: who opened it, when, and a code that leads to the event.
#[derive(SimpleObject)]
pub(crate) struct PageMark {
    /// The name of who opened the page.
    name: String,
    /// When, by the archive's clock.
    at: DateTime,
    /// Eight letters and digits with a hyphen between; see `markedEvent`.
    code: String,
}

impl From<mark::Mark> for PageMark {
    fn from(mark: mark::Mark) -> Self {
        Self { name: mark.name, at: mark.at.into(), code: mark.code.to_string() }
    }
}

/// Questions about marks.
#[derive(Default)]
pub(crate) struct MarkQuery;

#[Object]
impl MarkQuery {
    /// The mark for a page that is opened, about one thing or about none; each is an event itself. Null where pages are not marked.
    async fn page_mark(&self, context: &Context<'_>, page: MarkedPage, about: Option<ID>) -> Result<Option<PageMark>> {
        principal(context)?;
        // An address that somebody mistyped names nothing; the page that says so is marked all the same.
        let is_id = |id: &ID| SubjectKind::of(id) != SubjectKind::Other;
        let about = about.filter(is_id).map(|id| id.0).unwrap_or_default();
        let found = call(context, move |service, viewer| service.open_page(viewer, page.into(), &about)).await?;
        Ok(found.map(Into::into))
    }

    /// The event that gave a page or a file its mark, by the code on it; null where there is none. An event itself.
    async fn marked_event(&self, context: &Context<'_>, code: String) -> Result<Option<AuditEvent>> {
        Ok(call(context, move |service, viewer| service.marked_event(viewer, &code)).await?.map(AuditEvent))
    }

    /// Whether pages that show content carry marks, for those who say so.
    async fn pages_are_marked(&self, context: &Context<'_>) -> Result<bool> {
        call(context, Service::pages_are_marked).await
    }
}

/// Whether pages carry marks.
#[derive(InputObject)]
pub(crate) struct SetPagesAreMarkedInput {
    marked: bool,
}

/// What came of it.
#[derive(SimpleObject)]
pub(crate) struct SetPagesAreMarkedPayload {
    /// As it stands now.
    marked: bool,
}

/// Verbs of marks.
#[derive(Default)]
pub(crate) struct MarkMutation;

#[Object]
impl MarkMutation {
    /// Says whether pages that show content carry marks, for those who manage roles; files always do. Sensitive: see `confirmIdentity`.
    async fn set_pages_are_marked(
        &self,
        context: &Context<'_>,
        input: SetPagesAreMarkedInput,
    ) -> Result<SetPagesAreMarkedPayload> {
        let marked = input.marked;
        call(context, move |service, viewer| service.set_pages_are_marked(viewer, marked)).await?;
        Ok(SetPagesAreMarkedPayload { marked })
    }
}
