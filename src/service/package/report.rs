//! The report of a package, for people: fed with the records as they go by, and with no more of each than the package shows.

use std::collections::BTreeMap;
use std::sync::Arc;

use data_encoding::HEXLOWER;
use serde_json::Value;
use sha2::{Digest, Sha256};
use xinju_evidence::log::key_fingerprint;
use xinju_evidence::report::{
    ItemState, LogFacts, Person, Report, ReportFile, ReportHead, ReportItem, SealFacts, Volume,
};
use xinju_model::case::CaseParty;
use xinju_model::id::EntryIndex;
use xinju_model::package::{FrozenHead, Package, PackageSelection};
use xinju_store::media::{Aside, MediaStore};

use crate::error::ServiceError;
use crate::message::MessageView;
use crate::package::withhold::Withheld;
use crate::party::{PartyView, Snapshot};
use crate::service::Core;

/// China Standard Time, in which a report prints its times.
pub(super) const OFFSET_MINUTES: i16 = 480;
/// Rows of the environment that a report prints: the name in the document, and what people read.
const ENVIRONMENT: &[(&str, &str)] = &[
    ("version", "xinju"),
    ("binary_sha256", "SHA-256"),
    ("system", "system"),
    ("clock", "clock"),
    ("running_since", "running since"),
    ("entries", "entries"),
    ("records", "records"),
];

/// What people in a package are called: written down when it is first built, so that building it again says the same.
pub(super) type Names = BTreeMap<String, String>;

/// What the report and the renderings beside it call people and conversations.
#[derive(Clone, Default)]
pub(super) struct Told {
    pub(super) names: Names,
    /// The number of each conversation, in the order in which they come.
    conversations: BTreeMap<String, usize>,
}

/// A finished volume, by its name. Put aside, because all volumes of a large package together hold gigabytes of pictures.
pub(super) type Finished = (String, Box<dyn Aside>);

/// A report in the making.
pub(super) struct Reporting {
    report: Report,
    media: Arc<dyn MediaStore>,
    volumes: Vec<Finished>,
    told: Told,
    done: u32,
}

fn put_aside(media: &dyn MediaStore, volume: Volume) -> Result<Finished, ServiceError> {
    Ok((volume.name, media.put_aside(&mut volume.bytes.as_slice())?))
}

fn digest(hex: &str) -> [u8; 32] {
    HEXLOWER.decode(hex.as_bytes()).ok().and_then(|bytes| bytes.try_into().ok()).unwrap_or_default()
}

fn environment(package: &Package) -> Vec<(String, String)> {
    let document: Value = serde_json::from_str(&package.environment).unwrap_or_default();
    let row = |(name, label): &(&str, &str)| {
        let text = match document.get(name)? {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        Some(((*label).to_owned(), text))
    };
    ENVIRONMENT.iter().filter_map(row).collect()
}

impl Told {
    fn person(&mut self, party: &PartyView) -> Person {
        let name = self.names.entry(party.id.clone()).or_insert_with(|| party.name.clone()).clone();
        Person { name, id: party.id.clone(), side: party.side }
    }

    /// A record as people read it: no more of it than the package shows.
    pub(super) fn item(
        &mut self,
        number: u32,
        view: &MessageView,
        withheld: &Withheld,
        records: &[EntryIndex],
    ) -> ReportItem {
        let hidden = |field: &str| withheld.redacted.iter().any(|redaction| redaction.field == field);
        let (content, from, to) = (hidden("content"), hidden("from"), hidden("to"));
        let place = |index: EntryIndex| records.binary_search(&index).ok();
        let numbered = |index| place(index).and_then(|place| u32::try_from(place.saturating_add(1)).ok());
        // A title would name those whose names are withheld.
        let conversation = view.facts.conversation.as_ref().map_or_else(String::new, |one| {
            let next = self.conversations.len().saturating_add(1);
            format!("会话 {}", self.conversations.entry(one.id.hex()).or_insert(next))
        });
        let original = view.original.as_ref().filter(|_| withheld.redacted.is_empty());
        let files = original.map(|bytes| ReportFile {
            path: format!("data/raw/{number:06}.json"),
            kind: "json".into(),
            size: bytes.len() as u64,
            sha256: Sha256::digest(bytes).into(),
            sm3: None,
            picture: None,
        });
        let sender = view.from.as_ref().filter(|_| !from).map(|party| self.person(party));
        let receivers = view.to.iter().filter(|_| !to).map(|party| self.person(party)).collect();
        ReportItem {
            index: view.index.0,
            conversation,
            kind: if content { String::new() } else { view.message.source_kind.clone() },
            from: sender,
            to: receivers,
            sent_at: view.facts.sent_at,
            received_at: Some(view.received_at),
            text: if content { String::new() } else { view.message.text() },
            state: match view.recalled_by {
                Some(recall) => ItemState::Recalled { by: numbered(recall) },
                None => ItemState::Shown,
            },
            redacted: withheld.redacted.clone(),
            renderings: withheld.renderings.clone(),
            files: files.into_iter().collect(),
            missing: 0,
        }
    }
}

impl Reporting {
    pub(super) fn new(
        core: &Core,
        snapshot: &Snapshot<'_>,
        package: &Package,
        head: &FrozenHead,
    ) -> Result<Self, ServiceError> {
        let tx = &snapshot.tx;
        let mut names = package.names.clone();
        if let PackageSelection::Case { case } = package.wanted.selection
            && let Some(case) = tx.case(case)?
        {
            names.entry("case.name".into()).or_insert(snapshot.shown(case.about.name));
            names.entry("case.number".into()).or_insert(case.about.number);
        }
        let party = |party: &CaseParty| CaseParty { name: snapshot.shown(party.name.clone()), role: party.role };
        let named = |name: &str| names.get(name).cloned().unwrap_or_default();
        let approval = package.approval.map(|id| tx.approval(id)).transpose()?.flatten();
        let seal = package.seal.clone().map_or_else(|| core.sealers().map(|now| now.certificate), Ok)?;
        let report = Report::new(ReportHead {
            package: package.number.clone(),
            name: named("case.name"),
            number: named("case.number"),
            organisation: package.organisation.clone(),
            forum: package.wanted.forum.name.clone(),
            purpose: package.wanted.purpose.clone(),
            requested_by: package.asked_by_name.clone(),
            approved_by: approval.and_then(|approval| approval.decided).map(|step| step.name).into_iter().collect(),
            requested_at: package.asked_at,
            offset_minutes: OFFSET_MINUTES,
            period: None,
            log: LogFacts {
                origin: core.origin.clone(),
                size: head.size,
                root: tx.root(head.size)?,
                key_sha256: digest(&key_fingerprint(&core.note_key())),
            },
            seals: vec![SealFacts {
                label: "CMS".into(),
                subject: seal.subject,
                issuer: seal.issuer,
                sha256: digest(&seal.fingerprint),
                self_signed: seal.self_signed,
            }],
            parties: package.parties.iter().map(party).collect(),
            items: package.records,
            environment: environment(package),
        })?;
        let told = Told { names, conversations: BTreeMap::new() };
        Ok(Self { report, media: core.store.media(), volumes: Vec::new(), told, done: 0 })
    }

    /// Takes in a record, with what is withheld of it.
    pub(super) fn add(
        &mut self,
        view: &MessageView,
        withheld: &Withheld,
        records: &[EntryIndex],
        (media, missing): (Vec<ReportFile>, u32),
    ) -> Result<(), ServiceError> {
        self.done = self.done.saturating_add(1);
        let mut item = self.told.item(self.done, view, withheld, records);
        item.files.extend(media);
        item.missing = missing;
        if let Some(volume) = self.report.item(item)? {
            self.volumes.push(put_aside(&*self.media, volume)?);
        }
        Ok(())
    }

    /// The volumes, and what everybody is called in them.
    pub(super) fn finish(mut self) -> Result<(Vec<Finished>, Told), ServiceError> {
        self.volumes.push(put_aside(&*self.media, self.report.finish()?)?);
        Ok((self.volumes, self.told))
    }
}
