//! Any object by its id.

use std::sync::Arc;

use async_graphql::{Context, ID, Interface, Object, Result};
use xinju_model::id::{
    ApprovalId, ConversationId, CustomerId, EntryIndex, ImportId, SessionId, StaffId, TokenId, UserId,
};
use xinju_service::error::ServiceError;

use crate::graphql::approval::Approval;
use crate::graphql::context::{call, principal, where_allowed};
use crate::graphql::conversation::Conversation;
use crate::graphql::customer::Customer;
use crate::graphql::import::Import;
use crate::graphql::message::Message;
use crate::graphql::staff::Staff;
use crate::graphql::token::Token;
use crate::graphql::user::User;
use crate::graphql::viewer::Session;

/// An object with an id of its own.
#[derive(Interface)]
#[allow(clippy::large_enum_variant, reason = "there is one for a moment, never a list")]
#[graphql(field(name = "id", ty = "ID", desc = "Opaque; stays the same for ever."))]
pub(crate) enum Node {
    Conversation(Conversation),
    Message(Message),
    Customer(Customer),
    Staff(Staff),
    Import(Import),
    User(User),
    Session(Session),
    Token(Token),
    Approval(Approval),
}

/// The question for any object.
#[derive(Default)]
pub(crate) struct NodeQuery;

#[Object]
impl NodeQuery {
    /// Any object by its id; null when there is none or it is not yours to see.
    async fn node(&self, context: &Context<'_>, id: ID) -> Result<Option<Node>> {
        let own = principal(context)?.session.as_ref().map(|session| session.id);
        call(context, move |service, viewer| where_allowed(find(service, viewer, &id, own))).await
    }
}

/// Ids tell by their first letter what they name.
fn find(
    service: &xinju_service::service::Service,
    viewer: &xinju_model::access::Viewer,
    id: &str,
    own: Option<SessionId>,
) -> Result<Option<Node>, ServiceError> {
    if let Ok(id) = EntryIndex::parse(id) {
        return Ok(service.message(viewer, id)?.map(|view| Node::Message(Message(Arc::new(view)))));
    }
    if let Ok(id) = ConversationId::parse(id) {
        return Ok(service.conversation(viewer, id)?.map(|view| Node::Conversation(Conversation(view))));
    }
    if let Ok(id) = CustomerId::parse(id) {
        return Ok(service.open_customer(viewer, id)?.map(|found| Node::Customer(Customer(found))));
    }
    if let Ok(id) = StaffId::parse(id) {
        return Ok(service.staff(viewer, id)?.map(|found| Node::Staff(Staff(found))));
    }
    if let Ok(id) = ImportId::parse(id) {
        return Ok(service.import(viewer, id)?.map(|found| Node::Import(Import(found))));
    }
    if let Ok(id) = UserId::parse(id) {
        return Ok(service.user(viewer, id)?.map(|found| Node::User(User::new(found))));
    }
    if let Ok(id) = SessionId::parse(id) {
        let found = service.sessions(viewer)?.into_iter().find(|session| session.id == id);
        return Ok(found.map(|session| Node::Session(Session { current: Some(id) == own, session })));
    }
    if let Ok(id) = TokenId::parse(id) {
        let found = service.tokens(viewer)?.into_iter().find(|token| token.id == id);
        return Ok(found.map(|token| Node::Token(Token(token))));
    }
    if let Ok(id) = ApprovalId::parse(id) {
        return Ok(service.approval(viewer, id)?.map(|found| Node::Approval(Approval(found))));
    }
    Ok(None)
}
