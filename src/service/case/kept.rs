//! Cases that were worked out a moment ago, for the next page. Nothing here says who may see what: a case is kept for exactly what it was
//! worked out from, and whoever asks brings a permit that was made just now.

use std::collections::BTreeMap;
use std::sync::Arc;

use parking_lot::Mutex;
use xinju_model::access::Scope;
use xinju_model::case::CaseItem;
use xinju_model::id::{ConversationId, EntryIndex};
use xinju_model::personal::Masks;

use crate::case::records::{Collected, Collector, Part};
use crate::error::ServiceError;

/// Cases that are kept.
const KEPT_MAX: usize = 16;
/// Messages of them together, some hundred bytes each; one case of more is kept alone.
const KEPT_MESSAGES_MAX: usize = 400_000;

/// What a case means to somebody.
pub(super) struct WorkedOut {
    /// Its messages.
    pub(super) all: Collected,
    /// The same in the order of the ledger.
    entries: Vec<EntryIndex>,
    /// Parts of it that were asked for. Those that hold nothing are not kept, so that all together hold each message once.
    parts: Mutex<BTreeMap<ConversationId, Arc<Part>>>,
}

impl WorkedOut {
    fn new(all: Collected) -> Self {
        let mut entries: Vec<EntryIndex> = all.keys().map(|(_, entry)| *entry).collect();
        entries.sort_unstable();
        Self { all, entries, parts: Mutex::default() }
    }

    /// Whether a message belongs to it.
    pub(super) fn holds(&self, entry: EntryIndex) -> bool {
        self.entries.binary_search(&entry).is_ok()
    }
}

/// Everything that decides what a case means.
#[derive(Clone, PartialEq)]
struct Origin {
    items: Vec<CaseItem>,
    scope: Seen,
    /// Who masks finds by less.
    masks: Masks,
    /// What can be found.
    index: u64,
    /// Whom names in queries mean.
    directory: u64,
}

/// A scope by its name: see [`xinju_model::scope::VisibleConversations::fingerprint`].
#[derive(Clone, Copy, PartialEq)]
enum Seen {
    Everything,
    Nothing,
    Conversations { fingerprint: u64, later: usize, customers: usize },
}

impl Seen {
    fn of(scope: &Scope) -> Self {
        match scope {
            Scope::Everything => Self::Everything,
            Scope::Nothing => Self::Nothing,
            Scope::Conversations(visible) => Self::Conversations {
                fingerprint: visible.fingerprint(),
                later: visible.later().len(),
                customers: visible.count_customers(),
            },
        }
    }
}

/// Those asked for last stand last.
#[derive(Default)]
pub(crate) struct KeptCases(Mutex<Vec<(Origin, Arc<WorkedOut>)>>);

impl KeptCases {
    fn find(&self, from: &Origin) -> Option<Arc<WorkedOut>> {
        let mut kept = self.0.lock();
        let at = kept.iter().position(|(other, _)| other == from)?;
        let found = kept.remove(at);
        let case = Arc::clone(&found.1);
        kept.push(found);
        Some(case)
    }

    fn keep(&self, from: Origin, case: Arc<WorkedOut>) {
        let mut kept = self.0.lock();
        // The same case before something changed is of no use any more, except to others who see it otherwise.
        kept.retain(|(other, _)| other.items != from.items || other.scope != from.scope || other.masks != from.masks);
        kept.push((from, case));
        let mut messages: usize = kept.iter().map(|(_, case)| case.entries.len()).sum();
        while kept.len() > 1 && (kept.len() > KEPT_MAX || messages > KEPT_MESSAGES_MAX) {
            messages -= kept.remove(0).1.entries.len();
        }
    }

    /// Where the case lies that was asked for last: another place for each that is worked out.
    #[cfg(test)]
    pub(crate) fn last(&self) -> usize {
        self.0.lock().last().map_or(0, |(_, case)| Arc::as_ptr(case).addr())
    }
}

impl Collector<'_> {
    /// What the items mean, worked out now or a moment ago from the same.
    pub(super) fn worked_out(&self, items: &[CaseItem]) -> Result<Arc<WorkedOut>, ServiceError> {
        // What changes while it is worked out changes one of these, so that it is not found again.
        let from = Origin {
            items: items.to_vec(),
            scope: Seen::of(self.permit.scope()),
            masks: self.snapshot.masks.clone(),
            index: self.snapshot.index,
            directory: self.snapshot.generation(),
        };
        if let Some(case) = self.core.kept_cases.find(&from) {
            return Ok(case);
        }
        let case = Arc::new(WorkedOut::new(self.all(items)?));
        self.core.kept_cases.keep(from, Arc::clone(&case));
        Ok(case)
    }

    /// The messages of a case that are of one conversation, worked out now or before.
    pub(super) fn part_of(&self, case: &WorkedOut, id: ConversationId) -> Result<Arc<Part>, ServiceError> {
        if let Some(part) = case.parts.lock().get(&id) {
            return Ok(Arc::clone(part));
        }
        let part = Arc::new(self.part(id, &case.all)?);
        if !part.places.is_empty() {
            case.parts.lock().insert(id, Arc::clone(&part));
        }
        Ok(part)
    }
}
