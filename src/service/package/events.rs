//! Events of the ledger that go into a package, each with its proof: its own history, who saw its records, what was set meanwhile.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use xinju_evidence::entry::RecordProof;
use xinju_evidence::proof::Proof;
use xinju_model::audit::Event;
use xinju_model::entry::{disclosures, entry_bytes};
use xinju_model::id::EntryIndex;
use xinju_model::limits::{PACKAGE_EVENTS_MAX, PAGE_SIZE_MAX};
use xinju_model::package::{FrozenHead, Package};
use xinju_model::time::Timestamp;
use xinju_search::trail::TrailQuery;
use xinju_store::read::ReadTx;

use crate::error::ServiceError;
use crate::service::Core;
use crate::trail::LOOKS;

/// Ids that one question to the index of events names.
const SUBJECTS_AT_ONCE: usize = 50;
/// Disclosures of an event that tell who did what, when and from where, and nothing of what it was about.
const WHO: &[&str] = &["action", "actor", "at", "place"];
/// With what it was done to.
const WHOLE: &[&str] = &["action", "actor", "object", "details", "at", "place"];
/// Acts that change how the archive works, whose particulars name settings only.
const SETTINGS: &[&str] =
    &["approval.policy_change", "archive.create", "archive.verified", "key.rotated", "policy.change", "setting.change"];
/// Acts that change who may do what: that they happened is told, and not to whom.
const PEOPLE: &[&str] = &["role.change", "role.copy", "role.delete", "sign_on.change", "user.change_roles"];

/// Events of a package, and how many more there are than it tells of.
pub(super) struct Told {
    pub(super) lines: Vec<Value>,
    pub(super) left_out: usize,
}

impl Told {
    /// A line of JSON each.
    pub(super) fn to_jsonl(&self) -> Vec<u8> {
        let mut out = Vec::new();
        for line in &self.lines {
            out.extend(serde_json::to_vec(line).unwrap_or_default());
            out.push(b'\n');
        }
        out
    }
}

/// The oldest of them, as many as a package tells of.
fn told(
    found: BTreeSet<EntryIndex>,
    mut line: impl FnMut(EntryIndex) -> Result<Option<Value>, ServiceError>,
) -> Result<Told, ServiceError> {
    let left_out = found.len().saturating_sub(PACKAGE_EVENTS_MAX);
    let mut lines = Vec::new();
    for index in found.into_iter().take(PACKAGE_EVENTS_MAX) {
        lines.extend(line(index)?);
    }
    Ok(Told { lines, left_out })
}

/// What of the ledger a package may tell: under its head, through one snapshot.
pub(super) struct Events<'a> {
    pub(super) core: &'a Core,
    pub(super) tx: &'a ReadTx,
    pub(super) head: &'a FrozenHead,
}

impl Events<'_> {
    /// An event with the proof of those of its disclosures that are named.
    fn event(
        &self,
        index: EntryIndex,
        shown: &[&str],
    ) -> Result<Option<(Event, Timestamp, RecordProof)>, ServiceError> {
        let Some(entry) = self.tx.entry(index)?.filter(|entry| entry.origin.is_none()) else { return Ok(None) };
        let Some(event) = Event::from_bytes(&entry.body) else { return Ok(None) };
        let mut all = disclosures(&entry, None);
        let bytes = entry_bytes(entry.kind, &entry.seed, &all);
        all.retain(|disclosure| shown.contains(&disclosure.name));
        let path = self.tx.inclusion(index, self.head.size)?;
        let proof = Proof { index: index.0, path, checkpoint: self.head.note.clone() };
        Ok(Some((event, entry.at, RecordProof::new(&bytes, &all, &proof)?)))
    }

    /// Places of events under the head that fit a query.
    fn find(&self, query: &TrailQuery, into: &mut BTreeSet<EntryIndex>) -> Result<(), ServiceError> {
        let mut after = None::<String>;
        loop {
            let hits = self.core.trail.index.search(query, false, after.as_deref(), PAGE_SIZE_MAX)?;
            into.extend(hits.hits.iter().map(|hit| hit.entry).filter(|entry| entry.0 < self.head.size));
            after = hits.hits.last().map(|hit| hit.cursor.clone());
            if !hits.more || after.is_none() {
                return Ok(());
            }
        }
    }

    /// The package's own history up to its head: asking, approval, beginning.
    pub(super) fn custody(&self, package: &Package) -> Result<Told, ServiceError> {
        let mut found = BTreeSet::new();
        let mut subjects = vec![package.id.to_string()];
        subjects.extend(package.approval.map(|id| id.to_string()));
        for subject in subjects {
            self.find(&TrailQuery { subjects: vec![subject], ..TrailQuery::default() }, &mut found)?;
        }
        let mut seq = 0_u64;
        told(found, |index| {
            let Some((event, at, proof)) = self.event(index, WHOLE)? else { return Ok(None) };
            seq = seq.saturating_add(1);
            Ok(Some(json!({
                "package": package.number, "seq": seq, "at": at.to_string(), "action": event.action, "actor": event.acting(),
                "object": event.object, "details": event.details, "place": event.place,
                "tool": { "name": "xinju", "version": self.core.version }, "index": index.0, "proof": proof.to_json(),
            })))
        })
    }

    /// Who saw records of the package, as far as their conversations tell. Of each event only those records are named that are in the package.
    pub(super) fn seen(&self, conversations: &[String], records: &[EntryIndex]) -> Result<Told, ServiceError> {
        let mut found = BTreeSet::new();
        let actions: Vec<String> = LOOKS.iter().chain(&["case.read"]).map(|action| (*action).to_owned()).collect();
        let one_by_one = if records.len() <= PAGE_SIZE_MAX { records } else { &[] };
        let subjects: Vec<String> =
            conversations.iter().cloned().chain(one_by_one.iter().map(ToString::to_string)).collect();
        for some in subjects.chunks(SUBJECTS_AT_ONCE) {
            let query = TrailQuery { subjects: some.to_vec(), actions: actions.clone(), ..TrailQuery::default() };
            self.find(&query, &mut found)?;
        }
        told(found, |index| {
            let Some((event, at, proof)) = self.event(index, WHO)? else { return Ok(None) };
            let named = event.detail("messages").split_ascii_whitespace().chain([event.object.as_str()]);
            let numbers: BTreeSet<usize> = named
                .filter_map(|id| EntryIndex::parse(id).ok())
                .filter_map(|id| records.binary_search(&id).ok())
                .map(|place| place.saturating_add(1))
                .collect();
            Ok(Some(json!({
                "at": at.to_string(), "action": event.action, "actor": event.acting(), "place": event.place,
                "records": numbers, "index": index.0, "proof": proof.to_json(),
            })))
        })
    }

    /// What was set in the archive in a time, and when it was checked as a whole.
    pub(super) fn settings(&self, from: Timestamp, until: Timestamp) -> Result<Told, ServiceError> {
        let actions: Vec<String> = SETTINGS.iter().chain(PEOPLE).map(|action| (*action).to_owned()).collect();
        let (mut found, before) = (BTreeSet::new(), until.plus_millis(1));
        self.find(
            &TrailQuery { actions, after: Some(from), before: Some(before), ..TrailQuery::default() },
            &mut found,
        )?;
        told(found, |index| {
            let Some((event, at, _)) = self.event(index, WHO)? else { return Ok(None) };
            let whole = SETTINGS.contains(&event.action.as_str());
            let Some((_, _, proof)) = self.event(index, if whole { WHOLE } else { WHO })? else { return Ok(None) };
            let details = if whole { json!(event.details) } else { Value::Null };
            Ok(Some(json!({
                "at": at.to_string(), "action": event.action, "actor": event.acting(), "details": details,
                "place": event.place, "index": index.0, "proof": proof.to_json(),
            })))
        })
    }
}
