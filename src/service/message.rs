//! Messages: records as people see them, with their originals and the state of their seals.

use std::sync::Arc;

use xinju_model::access::{Action, Permit, Scope, Viewer};
use xinju_model::channel::Channel;
use xinju_model::entry::entry_leaf;
use xinju_model::facts::{Facts, facts};
use xinju_model::id::EntryIndex;
use xinju_model::ledger::Hash;
use xinju_model::limits::{PAGE_SIZE_MAX, PARTIES_MAX};
use xinju_model::mark::Mark;
use xinju_model::message::{Body, Message, MessageKind};
use xinju_model::record::{Format, Source, Via};
use xinju_model::time::Timestamp;
use xinju_store::error::StoreError;

use crate::audit::Act;
use crate::error::ServiceError;
use crate::media::{FileState, files};
use crate::party::{PartyView, Snapshot};
use crate::personal::MaskedValue;
use crate::service::{Core, Service};

/// The state of a record's proof.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SealState {
    /// A signed checkpoint covers it, and its leaf matches its stored bytes.
    Sealed,
    /// Durable, waiting for its checkpoint.
    Waiting,
    /// Its stored bytes do not match its leaf, or cannot be read.
    Failed,
}

/// How a record stands in the ledger.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SealView {
    /// The state.
    pub state: SealState,
    /// Size of the tree of the checkpoint that covers it; none while waiting.
    pub checkpoint_size: Option<u64>,
}

/// A record as people see it.
#[derive(Clone, Debug, PartialEq)]
pub struct MessageView {
    /// Its entry, which names it.
    pub index: EntryIndex,
    /// By our clock.
    pub received_at: Timestamp,
    /// Where the original came from.
    pub source: Arc<Source>,
    /// The source's position.
    pub cursor: Option<u64>,
    /// Its place in its conversation by order of arrival, from 0.
    pub sequence: Option<u64>,
    /// What the pinned rules read: source id, conversation, sender, receivers.
    pub facts: Facts,
    /// What people see; masked for whoever asked.
    pub message: Message,
    /// What of it is masked, in reading order.
    pub masked: Vec<MaskedValue>,
    /// The sender, with a name.
    pub from: Option<PartyView>,
    /// The receivers, with names.
    pub to: Vec<PartyView>,
    /// The original, byte for byte; none where it holds what is masked.
    pub original: Option<Vec<u8>>,
    /// Its files, in the order of [`Body::all_attachments`].
    pub files: Vec<FileState>,
    /// The recall of this message.
    pub recalled_by: Option<EntryIndex>,
    /// The message that this one recalls, where it is archived.
    pub recalls: Option<EntryIndex>,
    /// Its proof's state.
    pub seal: SealView,
}

impl MessageView {
    /// The time that lists are ordered by: sent, or received where the source gave none.
    pub fn at(&self) -> Timestamp {
        self.facts.sent_at.unwrap_or(self.received_at)
    }
}

impl Service {
    /// A message; none where there is none to see. One event in the ledger.
    pub fn message(&self, viewer: &Viewer, index: EntryIndex) -> Result<Option<MessageView>, ServiceError> {
        Ok(self.messages(viewer, &[index])?.pop().flatten())
    }

    /// A message whose original is taken out of the archive, with the mark of who does; none where there is none to see.
    /// One event in the ledger.
    pub fn download_message(
        &self,
        viewer: &Viewer,
        index: EntryIndex,
    ) -> Result<Option<(MessageView, Mark)>, ServiceError> {
        let core = &self.core;
        let (permit, mut views, act) = self.read_messages(viewer, &[index], Act::audit("message.download"))?;
        if views.iter().flatten().any(|view| view.original.is_none()) {
            return Err(core.deny(viewer, Action::ReadContent, &index.to_string(), ServiceError::Withheld));
        }
        let mark = core.marked(&permit, act)?;
        Ok(views.pop().flatten().map(|view| (view, mark)))
    }

    /// Several messages in the order asked for, at most a page. One event in the ledger.
    pub fn messages(&self, viewer: &Viewer, indexes: &[EntryIndex]) -> Result<Vec<Option<MessageView>>, ServiceError> {
        let (permit, views, act) = self.read_messages(viewer, indexes, Act::audit("message.read"))?;
        if !indexes.is_empty() {
            self.core.audited(&permit, act)?;
        }
        Ok(views)
    }

    /// Reads messages, and says whom their event is about. Nothing may be returned before that event is durable.
    pub(crate) fn read_messages(
        &self,
        viewer: &Viewer,
        indexes: &[EntryIndex],
        act: Act,
    ) -> Result<(Permit, Vec<Option<MessageView>>, Act), ServiceError> {
        let core = &self.core;
        let object = if let [one] = indexes { one.to_string() } else { String::new() };
        let permit = core.allow_on(viewer, Action::ReadContent, &object)?;
        if indexes.len() > PAGE_SIZE_MAX {
            return Err(ServiceError::Limit(format!("at most {PAGE_SIZE_MAX} messages at once")));
        }
        let act = match indexes {
            [] => return Ok((permit, Vec::new(), act)),
            [_] => act.on(object),
            many => act.with_ids("messages", many),
        };
        let views = core.views(&core.snapshot(&permit)?, indexes)?;
        let act = act.about_messages(views.iter().flatten());
        Ok((permit, views, act))
    }
}

impl Core {
    /// Messages as people see them; none for events, places beyond the ledger, and what the snapshot's scope does not hold.
    pub(crate) fn views(
        &self,
        snapshot: &Snapshot<'_>,
        indexes: &[EntryIndex],
    ) -> Result<Vec<Option<MessageView>>, ServiceError> {
        let covered = snapshot.tx.last_checkpoint()?.map_or(0, |(size, _, _)| size);
        indexes.iter().map(|index| self.view(snapshot, *index, covered)).collect()
    }

    fn view(
        &self,
        snapshot: &Snapshot<'_>,
        index: EntryIndex,
        covered: u64,
    ) -> Result<Option<MessageView>, ServiceError> {
        let checkpoint_size = (covered > index.0).then_some(covered);
        let entry = match snapshot.tx.entry(index) {
            Ok(Some(entry)) => entry,
            Ok(None) => return Ok(None),
            Err(StoreError::Damaged(why)) => {
                tracing::error!(%why, index = index.0, "a record cannot be read; run `xinju verify`");
                // Whose it was cannot be told any more.
                let seen = snapshot.scope == Scope::Everything;
                return Ok(seen.then(|| unreadable(index, checkpoint_size)));
            }
            Err(other) => return Err(other.into()),
        };
        let Some(origin) = entry.origin.clone() else { return Ok(None) };
        let source = origin.source;
        let mut read = facts(source.format, &source.account, &entry.body);
        let conversation = read.conversation.as_ref().map(|conversation| conversation.id);
        if !snapshot.scope.has_message(conversation, read.sent_at.unwrap_or(entry.at)) {
            return Ok(None);
        }
        let mut message = self.decoder.decode(source.format, &entry.body, &read);
        let state = seal_state(snapshot, index, entry_leaf(&entry, Some(&read)), checkpoint_size)?;
        let from = read.from.as_ref().map(|id| snapshot.party(source.channel, id)).transpose()?;
        let to = read.to.iter().take(PARTIES_MAX).map(|id| snapshot.party(source.channel, id));
        let to = to.collect::<Result<Vec<_>, _>>()?;
        let recalls = match &read.refers_to {
            Some(id) => snapshot.tx.find_source_id(source.channel, &source.account, id)?,
            None => None,
        };
        let (masked, withheld) = snapshot.hide_message(&mut message, &entry.body);
        if withheld {
            read.text = None;
        }
        let files = files(&snapshot.tx, &message.body, withheld)?;
        Ok(Some(MessageView {
            index,
            received_at: entry.at,
            cursor: origin.cursor,
            sequence: origin.sequence,
            from,
            to,
            message,
            masked,
            files,
            recalled_by: snapshot.tx.recall_of(index)?,
            recalls,
            seal: SealView { state, checkpoint_size },
            facts: read,
            original: (!withheld).then_some(entry.body),
            source,
        }))
    }
}

/// The state of an entry whose stored bytes give the leaf `found`.
pub(crate) fn seal_state(
    snapshot: &Snapshot<'_>,
    index: EntryIndex,
    found: Hash,
    checkpoint_size: Option<u64>,
) -> Result<SealState, ServiceError> {
    let stored = match snapshot.tx.leaf(index) {
        Ok(leaf) => leaf,
        Err(StoreError::Damaged(_)) => None,
        Err(other) => return Err(other.into()),
    };
    if stored != Some(found) {
        return Ok(SealState::Failed);
    }
    Ok(if checkpoint_size.is_some() { SealState::Sealed } else { SealState::Waiting })
}

/// What is shown of a record whose stored bytes cannot be read: that it is there, and that it failed.
fn unreadable(index: EntryIndex, checkpoint_size: Option<u64>) -> MessageView {
    let source = Source {
        channel: Channel::Wecom,
        account: String::new(),
        format: Format::WecomJson,
        via: Via::Import,
        import: None,
    };
    MessageView {
        index,
        received_at: Timestamp(0),
        source: Arc::new(source),
        cursor: None,
        sequence: None,
        facts: Facts::default(),
        message: Message {
            from: None,
            to: Vec::new(),
            sent_at: None,
            kind: MessageKind::Unknown,
            source_kind: String::new(),
            body: Body::default(),
        },
        masked: Vec::new(),
        files: Vec::new(),
        from: None,
        to: Vec::new(),
        original: Some(Vec::new()),
        recalled_by: None,
        recalls: None,
        seal: SealView { state: SealState::Failed, checkpoint_size },
    }
}
