//! Marks on pages and files: making the code of an event, and finding the event of a code.
//!
//! A code is the event's index, permuted with the archive's own key: short enough to be read off a photograph, and nobody
//! without the key makes one that leads to somebody else. A letter copied wrongly leads nowhere but by a rare chance,
//! because it leads to any of 2⁴⁰ entries and only events that gave a mark are shown.

use sha2::{Digest, Sha256};
use xinju_model::access::{Action, Permit, Viewer};
use xinju_model::id::EntryIndex;
use xinju_model::mark::{CODE_BITS, Mark, MarkCode, MarkedPage};
use xinju_model::time::Timestamp;
use xinju_store::read::ReadTx;
use zeroize::Zeroizing;

use crate::audit::{Act, record};
use crate::error::ServiceError;
use crate::service::{Core, Service};
use crate::trail::EventView;

/// The setting that says whether pages carry marks; a byte, 1 where nobody said. Files always do.
const SETTING: &str = "mark.pages";
/// What keeps the keyed hash of codes apart from all others.
const DOMAIN: &[u8] = b"xinju-mark/1";
/// Half of a code's bits.
const HALF_BITS: u32 = CODE_BITS / 2;
const HALF: u64 = (1 << HALF_BITS) - 1;
/// Rounds of the permutation; four would do against who sees few codes.
const ROUNDS: u8 = 8;
/// Acts whose events gave a mark.
const MARKED: &[&str] = &[
    "page.open",
    "audit.export",
    "audit.prove",
    "import.read_rejects",
    "message.download",
    "message.file",
    "message.prove",
    "case.download_file",
];
/// Whose pages show content or names: who may do none of this has no page to mark.
const SHOWN_BY: &[Action] =
    &[Action::ReadContent, Action::Search, Action::ReadDirectory, Action::ReadAudit, Action::ManageRoles];

/// A keyed permutation of the numbers below 2⁴⁰: a Feistel network over the archive's hashing key.
struct Permutation {
    key: Zeroizing<[u8; 32]>,
}

impl Permutation {
    fn round(&self, round: u8, half: u64) -> u64 {
        let mut hash = Sha256::new();
        hash.update(self.key.as_slice());
        hash.update(DOMAIN);
        hash.update([0, round]);
        hash.update(half.to_be_bytes());
        let digest: [u8; 32] = hash.finalize().into();
        let [a, b, c, ..] = digest;
        u64::from_be_bytes([0, 0, 0, 0, 0, a, b, c]) & HALF
    }

    fn code(&self, index: EntryIndex) -> Option<MarkCode> {
        MarkCode::new(index.0)?;
        let (mut left, mut right) = (index.0 >> HALF_BITS, index.0 & HALF);
        for round in 0..ROUNDS {
            (left, right) = (right, left ^ self.round(round, right));
        }
        MarkCode::new(left << HALF_BITS | right)
    }

    fn index(&self, code: MarkCode) -> EntryIndex {
        let (mut left, mut right) = (code.number() >> HALF_BITS, code.number() & HALF);
        for round in (0..ROUNDS).rev() {
            (left, right) = (right ^ self.round(round, left), left);
        }
        EntryIndex(left << HALF_BITS | right)
    }
}

/// Whether pages carry marks.
fn pages_are_marked(tx: &ReadTx) -> Result<bool, ServiceError> {
    Ok(tx.setting(SETTING)?.as_deref() != Some([0].as_slice()))
}

impl Core {
    fn permutation(&self) -> Permutation {
        Permutation { key: Zeroizing::new(self.keys.hashing_key()) }
    }

    /// Writes an event and makes the mark that leads to it; durable when it returns.
    pub(crate) fn marked(&self, permit: &Permit, act: Act) -> Result<Mark, ServiceError> {
        debug_assert!(MARKED.contains(&act.action()), "{} is missing among the acts that give marks", act.action());
        let at = self.clock.now();
        let index = self.audited(permit, act)?;
        self.mark_of(permit, index, at)
    }

    /// The mark that leads to an event.
    pub(crate) fn mark_of(&self, permit: &Permit, index: EntryIndex, at: Timestamp) -> Result<Mark, ServiceError> {
        let code = self.permutation().code(index);
        let code = code.ok_or_else(|| ServiceError::Internal("the ledger is too long for codes of marks".into()))?;
        Ok(Mark { name: permit.actor().name.clone(), at, code })
    }
}

impl Service {
    /// The mark of a page that is opened, about the thing of this id or nothing of its own. One event in the ledger.
    /// None, and no event, where pages are not marked.
    pub fn open_page(&self, viewer: &Viewer, page: MarkedPage, about: &str) -> Result<Option<Mark>, ServiceError> {
        let core = &self.core;
        let permit = core.allow_any(viewer, SHOWN_BY, about)?;
        if !pages_are_marked(&core.store.read()?)? {
            return Ok(None);
        }
        core.marked(&permit, Act::audit("page.open").on(about).with("page", page.name())).map(Some)
    }

    /// The event that gave the mark of this code; none where none did. One event in the ledger.
    pub fn marked_event(&self, viewer: &Viewer, code: &str) -> Result<Option<EventView>, ServiceError> {
        let core = &self.core;
        let permit = core.allow(viewer, Action::ReadAudit)?;
        let Some(code) = MarkCode::parse(code) else { return Ok(None) };
        let index = core.permutation().index(code);
        let found = core.snapshot(&permit)?.event(index, true)?;
        core.audited(&permit, Act::audit("audit.read").with("code", code))?;
        Ok(found.filter(|event| MARKED.contains(&event.event.action.as_str())))
    }

    /// Whether pages carry marks, for those who say so.
    pub fn pages_are_marked(&self, viewer: &Viewer) -> Result<bool, ServiceError> {
        self.core.allow(viewer, Action::ManageRoles)?;
        pages_are_marked(&self.core.store.read()?)
    }

    /// Says whether pages carry marks. Files that leave the archive always do.
    pub fn set_pages_are_marked(&self, viewer: &Viewer, marked: bool) -> Result<(), ServiceError> {
        let core = &self.core;
        let permit = core.allow(viewer, Action::ManageRoles)?;
        core.fresh(viewer)?;
        let _one_at_a_time = core.accounts.lock();
        let before = pages_are_marked(&core.store.read()?)?;
        let act = Act::audit("setting.change").on(SETTING).with("value_before", before).with("value_after", marked);
        let now = core.clock.now();
        Ok(core.store.write(&permit, move |tx| {
            tx.put_setting(SETTING, Some(&[u8::from(marked)]))?;
            record(tx, now, &act).map(|_| ())
        })?)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;
    use xinju_model::limits::FRESH_MS_MAX;
    use xinju_model::role::BuiltIn;

    use super::*;
    use crate::error::Code;
    use crate::world::{World, message, viewer};

    proptest! {
        #[test]
        fn a_code_leads_back_to_its_event(index in 0_u64..1 << CODE_BITS, key: [u8; 32]) {
            let permutation = Permutation { key: Zeroizing::new(key) };
            let code = permutation.code(EntryIndex(index)).expect("below the end");
            prop_assert_eq!(permutation.index(code), EntryIndex(index));
        }
    }

    #[test]
    fn codes_of_neighbours_and_of_other_archives_have_nothing_in_common() {
        let (one, other) = (Permutation { key: [1; 32].into() }, Permutation { key: [2; 32].into() });
        let codes: BTreeSet<u64> =
            (0..1_000).filter_map(|index| one.code(EntryIndex(index))).map(MarkCode::number).collect();
        assert_eq!(codes.len(), 1_000);
        assert!(codes.iter().any(|code| code >> 39 == 1) && codes.iter().any(|code| code >> 39 == 0));
        assert_ne!(one.code(EntryIndex(7)), other.code(EntryIndex(7)));
        assert_eq!(one.code(EntryIndex(1 << CODE_BITS)), None);
        // Codes stand on paper: they have to lead back for ever.
        assert_eq!(one.code(EntryIndex(7)).map(|code| code.to_string()).as_deref(), Some("2N8Y-Z4RB"));
    }

    #[test]
    fn the_code_of_a_page_leads_the_auditor_to_who_opened_it() {
        let world = World::new();
        let index = world.add(message("a", "ken", "wmA", 5, "发票"));
        let ken = world.user("ken", BuiltIn::Integration).principal;
        let about = index.to_string();
        let mark =
            world.service.open_page(&ken.viewer, MarkedPage::Message, &about).expect("answered").expect("a mark");
        assert_eq!((mark.name.as_str(), mark.at), ("ken", world.service.clock().now()));
        let auditor = viewer(BuiltIn::Auditor);
        let find = |code: &str| world.service.marked_event(&auditor, code).expect("answered");
        let event = find(&mark.code.to_string().to_lowercase()).expect("found");
        assert_eq!((event.event.action.as_str(), event.event.object.as_str()), ("page.open", about.as_str()));
        assert_eq!((event.actor.name.as_str(), event.event.detail("page")), ("ken", "message"));
        assert_eq!(world.last_event("audit.read").expect("an event").detail("code"), mark.code.to_string());
        // The code of an event that gave no mark, of a record, of nothing yet, and no code at all.
        let code = |index: u64| world.service.core.permutation().code(EntryIndex(index)).expect("a code").to_string();
        for none in [code(0), code(index.0), code(1 << 30), "not a code".into()] {
            assert_eq!(find(&none), None, "{none}");
        }
        for role in [BuiltIn::Staff, BuiltIn::SecurityAdministrator] {
            let denied = world.service.marked_event(&viewer(role), &mark.code.to_string()).expect_err("denied");
            assert_eq!(denied.code(), Code::Forbidden);
        }
    }

    #[test]
    fn those_who_manage_roles_say_whether_pages_are_marked() {
        let world = World::new();
        let security = viewer(BuiltIn::SecurityAdministrator);
        let open = || world.service.open_page(&viewer(BuiltIn::Staff), MarkedPage::Search, "").expect("answered");
        assert!(open().is_some() && world.service.pages_are_marked(&security).expect("answered"));
        for role in [BuiltIn::SystemAdministrator, BuiltIn::Auditor, BuiltIn::Staff] {
            let denied = world.service.set_pages_are_marked(&viewer(role), false).expect_err("denied");
            assert_eq!(denied.code(), Code::Forbidden);
            assert!(world.service.pages_are_marked(&viewer(role)).is_err());
        }
        world.service.set_pages_are_marked(&security, false).expect("set");
        let opened = world.count_events("page.open");
        assert!(open().is_none() && !world.service.pages_are_marked(&security).expect("answered"));
        assert_eq!(world.count_events("page.open"), opened, "what is not marked is no event of its own");
        let event = world.last_event("setting.change").expect("an event");
        assert_eq!((event.detail("value_before"), event.detail("value_after")), ("true", "false"));
        world.clock.pass(FRESH_MS_MAX + 1);
        let late = world.service.set_pages_are_marked(&security, true).expect_err("too late");
        assert_eq!(late.code(), Code::ConfirmRequired);
        let world = world.reopen();
        assert!(!world.service.pages_are_marked(&viewer(BuiltIn::SecurityAdministrator)).expect("answered"));
    }
}
