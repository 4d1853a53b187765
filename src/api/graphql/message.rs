//! Messages: records of a conversation, with their originals and the state of their proofs.

use std::sync::Arc;

use async_graphql::{Context, Enum, ID, Object, Result, SimpleObject};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};
use xinju_model::id::EntryIndex;
use xinju_service::message::{MessageView, SealView};

use crate::graphql::body::{Body, MessageKind};
use crate::graphql::context::{call, where_allowed};
use crate::graphql::conversation::Conversation;
use crate::graphql::import::Import;
use crate::graphql::party::{Channel, Party};
use crate::graphql::proof::Proof;
use crate::graphql::scalars::{DateTime, Long};

/// The state of a record's proof.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "xinju_service::message::SealState")]
pub(crate) enum SealState {
    /// A signed checkpoint covers it, and its leaf matches its stored bytes.
    Sealed,
    /// Durable, waiting for its checkpoint.
    Waiting,
    /// Its stored bytes do not match its leaf, or cannot be read.
    Failed,
}

/// How a record stands in the ledger.
#[derive(SimpleObject)]
pub(crate) struct Seal {
    state: SealState,
    /// The entry's place in the ledger, from 0.
    index: Long,
    /// Size of the tree of the checkpoint that covers it; null while waiting.
    checkpoint_size: Option<Long>,
}

impl Seal {
    /// The seal of an entry.
    pub(crate) fn of(index: EntryIndex, seal: SealView) -> Self {
        Self { state: seal.state.into(), index: index.0.into(), checkpoint_size: seal.checkpoint_size.map(Long::from) }
    }
}

/// The original as it was received, byte for byte.
pub(crate) struct Original(Arc<MessageView>);

/// The original as it was received, byte for byte.
#[Object]
impl Original {
    /// The form of the bytes, with the version of the rules by which it is read.
    async fn format(&self) -> &str {
        self.0.source.format.name()
    }
    /// Whether it is withheld: it holds personal data that is masked for you, and cannot be shown in part. Then what follows from its bytes is null.
    async fn withheld(&self) -> bool {
        self.0.original.is_none()
    }
    /// In bytes; null where it is withheld.
    async fn size(&self) -> Option<Long> {
        let bytes = self.0.original.as_ref()?;
        Some(Long::from(u64::try_from(bytes.len()).unwrap_or(u64::MAX)))
    }
    /// Lower-case hexadecimal; null where it is withheld.
    async fn sha256(&self) -> Option<String> {
        Some(HEXLOWER.encode(&Sha256::digest(self.0.original.as_ref()?)))
    }
    /// The bytes as text; null where they are not UTF-8, and where it is withheld.
    async fn text(&self) -> Option<&str> {
        std::str::from_utf8(self.0.original.as_ref()?).ok()
    }
    /// The bytes, base64; null where it is withheld.
    async fn base64(&self) -> Option<String> {
        Some(STANDARD.encode(self.0.original.as_ref()?))
    }
    /// Who brought it: `collector` or `import`.
    async fn via(&self) -> &str {
        self.0.source.via.name()
    }
    /// The company's account it was brought for.
    async fn account(&self) -> &str {
        &self.0.source.account
    }
    /// The source's own id of it; null where the original has none.
    async fn source_id(&self) -> Option<&str> {
        self.0.facts.source_id.as_deref()
    }
    /// The source's own position of it; null where the source gave none.
    async fn cursor(&self) -> Option<String> {
        self.0.cursor.map(|cursor| cursor.to_string())
    }
    /// The import that brought it; null where none did or imports are not yours to see.
    async fn import(&self, context: &Context<'_>) -> Result<Option<Import>> {
        let Some(id) = self.0.source.import else { return Ok(None) };
        let found = call(context, move |service, viewer| where_allowed(service.import(viewer, id))).await?;
        Ok(found.map(Import))
    }
}

/// One archived message.
pub(crate) struct Message(pub(crate) Arc<MessageView>);

impl Message {
    async fn other(context: &Context<'_>, index: Option<EntryIndex>) -> Result<Option<Self>> {
        let Some(index) = index else { return Ok(None) };
        let found = call(context, move |service, viewer| service.message(viewer, index)).await?;
        Ok(found.map(|view| Self(Arc::new(view))))
    }
}

/// One archived message.
#[Object]
impl Message {
    pub(crate) async fn id(&self) -> ID {
        self.0.index.to_string().into()
    }
    /// Null for records outside any conversation, such as a switch of corporation.
    async fn conversation(&self, context: &Context<'_>) -> Result<Option<Conversation>> {
        let Some(id) = self.0.facts.conversation.as_ref().map(|facts| facts.id) else { return Ok(None) };
        let found = call(context, move |service, viewer| service.conversation(viewer, id)).await?;
        Ok(found.map(Conversation))
    }
    /// Its place among the records of its conversation, in order of arrival, from 0; null outside any conversation.
    async fn sequence(&self) -> Option<Long> {
        self.0.sequence.map(Long::from)
    }
    async fn channel(&self) -> Channel {
        self.0.source.channel.into()
    }
    async fn kind(&self) -> MessageKind {
        self.0.message.kind.into()
    }
    /// The source's own word for its kind.
    async fn source_kind(&self) -> &str {
        &self.0.message.source_kind
    }
    /// Null where the original does not say.
    async fn from(&self) -> Option<Party> {
        self.0.from.clone().map(Party)
    }
    /// The receivers, in the order given.
    async fn to(&self) -> Vec<Party> {
        self.0.to.iter().cloned().map(Party).collect()
    }
    /// By the provider's clock; null where the provider gave none.
    async fn sent_at(&self) -> Option<DateTime> {
        self.0.message.sent_at.map(DateTime)
    }
    /// By our clock.
    async fn received_at(&self) -> DateTime {
        self.0.received_at.into()
    }
    /// `sentAt`, or `receivedAt` where there is none: what lists are ordered by.
    async fn at(&self) -> DateTime {
        self.0.at().into()
    }
    async fn body(&self) -> Body<'_> {
        Body(&self.0)
    }
    /// All its words in one string; masked as those of `body`.
    async fn text(&self) -> String {
        self.0.message.text()
    }
    /// The recall of this message, where it was recalled. The message stays.
    async fn recalled_by(&self, context: &Context<'_>) -> Result<Option<Message>> {
        Self::other(context, self.0.recalled_by).await
    }
    /// The message that this one recalls, where it is archived.
    async fn recalls(&self, context: &Context<'_>) -> Result<Option<Message>> {
        Self::other(context, self.0.recalls).await
    }
    async fn seal(&self) -> Seal {
        Seal::of(self.0.index, self.0.seal)
    }
    async fn original(&self) -> Original {
        Original(Arc::clone(&self.0))
    }
    /// Null until a checkpoint covers the record, within about a second.
    #[graphql(complexity = "20 + child_complexity")]
    async fn proof(&self, context: &Context<'_>) -> Result<Option<Proof>> {
        let index = self.0.index;
        Ok(call(context, move |service, viewer| service.proof(viewer, index)).await?.map(Proof))
    }
}

/// Questions about messages.
#[derive(Default)]
pub(crate) struct MessageQuery;

#[Object]
impl MessageQuery {
    /// A message by its id; null when there is none or it is not yours to see.
    async fn message(&self, context: &Context<'_>, id: ID) -> Result<Option<Message>> {
        let parsed = EntryIndex::parse(&id);
        let found = call(context, move |service, viewer| match parsed {
            Ok(index) => service.message(viewer, index),
            Err(_) => Ok(None),
        });
        Ok(found.await?.map(|view| Message(Arc::new(view))))
    }
}
