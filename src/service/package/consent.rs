//! `consent/consent.json`: what the archive was told of consent in the conversations of a package. WeCom says by a message when
//! somebody agrees or does not; the archive keeps no other record of it, and the document says so.

use serde_json::{Value, json};
use xinju_model::access::Permit;
use xinju_model::entry::disclosures;
use xinju_model::id::EntryIndex;
use xinju_model::limits::PACKAGE_EVENTS_MAX;
use xinju_model::message::MessageKind;
use xinju_model::package::{FrozenHead, Package, PackageFailure};
use xinju_search::query::{Filter, Query};

use crate::error::ServiceError;
use crate::message::MessageView;
use crate::package::source::AT_ONCE;
use crate::package::withhold::withheld;
use crate::party::Snapshot;
use crate::service::Core;

/// Conversations that are asked about in one search.
const CONVERSATIONS_AT_ONCE: usize = 256;

const KNOWN: &str = "Messages by which the channel says that somebody agreed to archiving, or did not. Consent that was given in any other way, and notices, are not in the archive: whoever hands the package over adds them.";
const NONE: &str = "The archive holds no message about consent in the conversations of this package.";
const KNOWN_ZH: &str =
    "渠道以消息告知的同意或不同意存档。以其他方式作出的同意以及告知，本系统没有记录，由提交人另行提供。";
const NONE_ZH: &str = "在本包涉及的会话中，本系统没有关于同意的消息。";

/// Where it is read from.
pub(super) struct Consent<'a> {
    pub(super) core: &'a Core,
    pub(super) snapshot: &'a Snapshot<'a>,
    pub(super) permit: &'a Permit,
    pub(super) package: &'a Package,
    pub(super) head: &'a FrozenHead,
    pub(super) records: &'a [EntryIndex],
}

impl Consent<'_> {
    /// The document; `conversations` are those of the package.
    pub(super) fn document(&self, conversations: &[String]) -> Result<Vec<u8>, ServiceError> {
        let mut found = self.found(conversations)?;
        let complete = found.len() <= PACKAGE_EVENTS_MAX;
        found.truncate(PACKAGE_EVENTS_MAX);
        let mut lines = Vec::with_capacity(found.len());
        for some in found.chunks(AT_ONCE) {
            for view in self.core.views(self.snapshot, some)?.into_iter().flatten() {
                lines.push(self.line(&view)?);
            }
        }
        let (words, words_zh) = if lines.is_empty() { (NONE, NONE_ZH) } else { (KNOWN, KNOWN_ZH) };
        let document = json!({ "note": words, "note_zh": words_zh, "messages": lines, "complete": complete });
        Ok([serde_json::to_vec_pretty(&document).unwrap_or_default(), b"\n".to_vec()].concat())
    }

    /// Messages about consent that the asker sees under the package's head, in the order of the ledger; some more than are
    /// listed where there are more.
    fn found(&self, conversations: &[String]) -> Result<Vec<EntryIndex>, ServiceError> {
        // A package that is built again knows its records, and has not waited for the index.
        self.core.wait_searchable(self.head.size)?;
        let any = |all: Vec<Filter>| Query::Or(all.into_iter().map(Query::Filter).collect());
        let mut found = Vec::new();
        for some in conversations.chunks(CONVERSATIONS_AT_ONCE) {
            let kinds = any(vec![Filter::Kind(MessageKind::Agree), Filter::Kind(MessageKind::Disagree)]);
            let of = any(some.iter().cloned().map(Filter::Conversation).collect());
            let mut more = self.core.found(self.permit, &Query::And(vec![kinds, of]))?;
            more.retain(|entry| entry.0 < self.head.size);
            found.extend(more);
            if found.len() > PACKAGE_EVENTS_MAX {
                break;
            }
        }
        found.sort_unstable();
        Ok(found)
    }

    /// One of them, without what the package withholds.
    fn line(&self, view: &MessageView) -> Result<Value, ServiceError> {
        let entry = self.snapshot.tx.entry(view.index)?.ok_or(PackageFailure::RecordDamaged)?;
        let hidden = withheld(view, &disclosures(&entry, None), &self.package.wanted.withhold).redacted;
        let shows = |field: &str| !hidden.iter().any(|redaction| redaction.field == field);
        let record = self.records.binary_search(&view.index).ok();
        Ok(json!({
            "entry": view.index.0,
            "record": record.map(|place| format!("{:06}", place.saturating_add(1))),
            "conversation": view.facts.conversation.as_ref().map(|one| one.id.hex()),
            "at": view.at().to_string(),
            "who": view.facts.from.as_ref().filter(|_| shows("from")),
            "kind": shows("content").then(|| view.message.source_kind.clone()),
        }))
    }
}
