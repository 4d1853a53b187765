//! What a package states of its own completeness: the runs of conversations, and where each record came from.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::json;
use xinju_evidence::completeness::SequenceRun;
use xinju_model::id::EntryIndex;
use xinju_model::time::Timestamp;

use crate::message::MessageView;
use crate::trail_export::cell;

/// The columns of `source-ledger.csv`.
const COLUMNS: &str =
    "record,index,account,via,source_sequence,source_id,conversation,conversation_sequence,received_at\n";

/// Collects what the records say, one after the other.
pub(super) struct Completeness {
    /// Numbers by conversation, as its entries disclose it.
    numbers: BTreeMap<String, Vec<u64>>,
    /// The conversations' ids, as events name them.
    conversations: BTreeMap<String, String>,
    ledger: String,
    /// When the first of them arrived.
    first: Option<Timestamp>,
    records: u32,
    withheld: u32,
}

impl Completeness {
    pub(super) fn new() -> Self {
        Self {
            numbers: BTreeMap::new(),
            conversations: BTreeMap::new(),
            ledger: COLUMNS.to_owned(),
            first: None,
            records: 0,
            withheld: 0,
        }
    }

    /// Takes in a record; `source` says whether its source is shown, `whole` whether all of it is.
    pub(super) fn add(&mut self, view: &MessageView, source: bool, whole: bool) {
        self.records = self.records.saturating_add(1);
        self.withheld = self.withheld.saturating_add(u32::from(!whole));
        self.first = Some(self.first.map_or(view.received_at, |first| first.min(view.received_at)));
        let conversation = view.facts.conversation.as_ref().map(|conversation| conversation.id);
        if let (Some(id), Some(number)) = (conversation, view.sequence) {
            self.numbers.entry(id.hex()).or_default().push(number);
            self.conversations.entry(id.hex()).or_insert_with(|| id.to_string());
        }
        let shown = |text: Option<String>| cell(&text.filter(|_| source).unwrap_or_default());
        let number = |number: Option<u64>| number.map(|number| number.to_string()).unwrap_or_default();
        let _ = writeln!(
            self.ledger,
            "{:06},{},{},{},{},{},{},{},{}",
            self.records,
            view.index.0,
            shown(Some(view.source.account.clone())),
            view.source.via.name(),
            shown(view.cursor.map(|cursor| cursor.to_string())),
            shown(view.facts.source_id.clone()),
            conversation.map(|id| id.hex()).unwrap_or_default(),
            number(view.sequence),
            view.received_at,
        );
    }

    /// Ids of the conversations, as events name them.
    pub(super) fn conversations(&self) -> Vec<String> {
        self.conversations.values().cloned().collect()
    }

    /// When the first record arrived.
    pub(super) fn first(&self) -> Option<Timestamp> {
        self.first
    }

    /// Records of which something is withheld.
    pub(super) fn withheld(&self) -> u32 {
        self.withheld
    }

    /// For each conversation the run from its first to its last number that is in the package.
    fn runs(&self) -> Vec<SequenceRun> {
        let run = |(id, numbers): (&String, &Vec<u64>)| {
            let mut numbers = numbers.clone();
            numbers.sort_unstable();
            let (from, to) = (*numbers.first()?, *numbers.last()?);
            let mut there = numbers.iter().peekable();
            let missing = (from..=to).filter(|number| there.next_if_eq(&number).is_none()).collect();
            Some(SequenceRun { conversation: id.clone(), from, to, missing })
        };
        self.numbers.iter().filter_map(run).collect()
    }

    /// The files of `completeness/`.
    pub(super) fn files(self, records: &[EntryIndex]) -> Vec<(String, Vec<u8>)> {
        let runs = self.runs();
        let gaps: Vec<_> = runs
            .iter()
            .filter(|run| !run.missing.is_empty())
            .map(|run| {
                json!({
                    "conversation": run.conversation, "missing": run.missing.len(),
                    "why": "these messages of the conversation were not asked for, or are not for the asker to see",
                })
            })
            .collect();
        let document = json!({
            "records": records.len(), "conversations": runs.len(), "gaps": gaps,
            "captured": "source-ledger.csv says of each record how it came in: `collector` is continuous and automatic, `import` is a file that somebody brought",
        });
        let json =
            |value: &serde_json::Value| [serde_json::to_vec_pretty(value).unwrap_or_default(), b"\n".to_vec()].concat();
        vec![
            ("completeness/sequences.json".into(), serde_json::to_vec(&runs).unwrap_or_default()),
            ("completeness/gaps.json".into(), json(&document)),
            ("completeness/source-ledger.csv".into(), self.ledger.into_bytes()),
        ]
    }
}
