//! Evidence packages: asking for one, watching it being built, taking it back.
//!
//! A package is what its asker may read, through their masks, as of one signed head of the ledger. It is asked for as a
//! sensitive operation, built by a job (`crate::jobs::package`), kept sealed at rest, and handed over by `deliver`.

mod board;
mod build;
mod completeness;
mod consent;
mod deliver;
mod dossier;
mod environment;
mod events;
mod exchange;
mod media;
mod report;
mod source;
mod texts;
mod withhold;

use std::collections::BTreeMap;
use std::time::Duration;

use xinju_model::access::{Action, Viewer, may};
use xinju_model::approval::SensitiveKind;
use xinju_model::case::CaseParty;
use xinju_model::id::{ApprovalId, PackageId};
use xinju_model::limits::PACKAGES_WAITING_MAX;
use xinju_model::package::{Package, PackageFault, PackageSelection, PackageState, PackageWanted};
use xinju_search::query::parse;
use xinju_store::read::Page;

use crate::approval::leave::Leave;
use crate::audit::{Act, record};
use crate::error::ServiceError;
use crate::page::{Connection, Edge, PageRequest, read_moment, write_moment};
use crate::search::check_zone;
use crate::service::{Core, Service};

pub use board::PackageProgress;
pub(crate) use board::Packages;
pub use deliver::{Handout, LinkRefusal, MadeLink};
pub use xinju_evidence::verify::{Check, Verdict};

/// Packages read in one go where those of one person are counted.
const PACKAGES_AT_ONCE: usize = 500;
/// How often somebody who waits for a package looks again.
const LOOK_EVERY: Duration = Duration::from_millis(200);

/// Why a package was not asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PackageRefusal {
    /// It is not as it should be.
    Fault(PackageFault),
    /// The search can't be read.
    QueryInvalid,
    /// There is no such case or conversation.
    NotThere,
    /// Too many wait.
    TooMany,
}

/// A package, and how far it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PackageView {
    /// The package.
    pub package: Package,
    /// How far it is; none where it is not being built.
    pub progress: Option<PackageProgress>,
    /// Whether the viewer may fetch it and make links to it: what its asker may see, nobody else need.
    pub own: bool,
}

/// Whether somebody sees that a package is there: who asked for it, who says who sees what, and the operator.
fn sees(viewer: &Viewer, package: &Package) -> bool {
    is_own(viewer, package) || may(viewer, Action::ManageRoles)
}

/// Whether somebody may have what is in it: it was masked for who asked.
fn is_own(viewer: &Viewer, package: &Package) -> bool {
    viewer.user.is_none() || viewer.user == package.asked_by
}

/// The event of asking; its object is made only then.
fn ask_act(wanted: &PackageWanted, items: &str) -> Act {
    let act = Act::audit("package.ask").with("selection", wanted.selection.name());
    let act = match &wanted.selection {
        PackageSelection::Case { case } => act.with("case", case).with("items", items),
        PackageSelection::Conversation { conversation, from, until } => {
            let act = act.with("conversations", conversation);
            let act = from.iter().fold(act, |act, from| act.with("from", from));
            until.iter().fold(act, |act, until| act.with("until", until))
        }
        PackageSelection::Search { query, .. } => act.with("query", query),
    };
    let forum = &wanted.forum;
    let texts = [
        ("reason", &wanted.reason),
        ("purpose", &wanted.purpose),
        ("recipient", &wanted.recipient),
        ("forum", &forum.name),
        ("approval_number", &forum.approval_number),
    ];
    let act =
        texts.into_iter().filter(|(_, text)| !text.is_empty()).fold(act, |act, (name, text)| act.with(name, text));
    let act = act.with("abroad", forum.abroad).with("withheld", wanted.withhold.len());
    let exchange: Vec<&str> = wanted.exchange.iter().map(|format| format.name()).collect();
    if exchange.is_empty() { act } else { act.with("exchange", exchange.join(" ")) }
}

impl Core {
    /// A package that the viewer may see.
    fn seen_package(&self, viewer: &Viewer, id: PackageId) -> Result<Package, ServiceError> {
        let found = self.store.read()?.package(id)?;
        found.filter(|package| sees(viewer, package)).ok_or(ServiceError::NotFound("package"))
    }

    /// A package that the viewer asked for.
    fn own_package(&self, viewer: &Viewer, id: PackageId) -> Result<Package, ServiceError> {
        let found = self.store.read()?.package(id)?;
        found.filter(|package| is_own(viewer, package)).ok_or(ServiceError::NotFound("package"))
    }

    /// Who takes part in what is selected, as its case names them.
    fn package_parties(&self, selection: &PackageSelection) -> Result<Vec<CaseParty>, ServiceError> {
        let PackageSelection::Case { case } = selection else { return Ok(Vec::new()) };
        Ok(self.store.read()?.case(*case)?.map(|case| case.about.parties).unwrap_or_default())
    }

    fn package_view(&self, viewer: &Viewer, package: Package) -> PackageView {
        let progress = self.packages.present(package.id);
        PackageView { progress, own: is_own(viewer, &package), package }
    }

    /// Whether what is selected is there to be seen; the numbers of a case's items.
    fn selectable(
        &self,
        viewer: &Viewer,
        selection: &PackageSelection,
    ) -> Result<Result<String, PackageRefusal>, ServiceError> {
        let there = match selection {
            PackageSelection::Search { query, zone_offset_minutes } => {
                self.allow(viewer, Action::Search)?;
                return Ok(parse(query, check_zone(*zone_offset_minutes)?)
                    .map(|_| String::new())
                    .map_err(|_| PackageRefusal::QueryInvalid));
            }
            PackageSelection::Conversation { conversation, .. } => {
                let permit = self.allow_export(viewer, conversation)?;
                self.snapshot(&permit)?.seen_conversation(*conversation)?.map(|_| String::new())
            }
            PackageSelection::Case { case } => match self.seen_case(viewer, *case) {
                Ok((_, tx, _)) => {
                    let numbers: Vec<String> =
                        tx.case_items(*case)?.iter().map(|item| item.number.to_string()).collect();
                    Some(numbers.join(" "))
                }
                Err(ServiceError::NotFound(_)) => None,
                Err(other) => return Err(other),
            },
        };
        Ok(there.ok_or(PackageRefusal::NotThere))
    }
}

impl Service {
    /// Asks for a package. Returns at once; a job builds it.
    pub fn ask_package(
        &self,
        viewer: &Viewer,
        wanted: PackageWanted,
    ) -> Result<Result<Package, PackageRefusal>, ServiceError> {
        self.ask_package_with(viewer, wanted, &self.core.leave(viewer, SensitiveKind::EvidenceExport)?)
    }

    pub(crate) fn ask_package_with(
        &self,
        viewer: &Viewer,
        wanted: PackageWanted,
        leave: &Leave,
    ) -> Result<Result<Package, PackageRefusal>, ServiceError> {
        let core = &self.core;
        let permit = core.allow_export(viewer, "")?;
        core.fresh(viewer)?;
        let wanted = match wanted.checked() {
            Ok(wanted) => wanted,
            Err(fault) => return Ok(Err(PackageRefusal::Fault(fault))),
        };
        let items = match core.selectable(viewer, &wanted.selection)? {
            Ok(items) => items,
            Err(refusal) => return Ok(Err(refusal)),
        };
        if core.packages.len() >= PACKAGES_WAITING_MAX {
            return Ok(Err(PackageRefusal::TooMany));
        }
        let (act, now) = (ask_act(&wanted, &items), core.clock.now());
        let row = Package {
            id: PackageId::random(&*core.random),
            number: String::new(),
            parties: core.package_parties(&wanted.selection)?,
            wanted,
            state: PackageState::Asked,
            asked_at: now,
            asked_by: viewer.user,
            asked_by_name: viewer.name.clone(),
            approval: None,
            organisation: core.sealers()?.certificate.organisation,
            environment: core.environment(now)?,
            seal: None,
            form: None,
            names: BTreeMap::new(),
            head: None,
            records: 0,
            file: None,
            link: None,
            failure: None,
            failed_by: None,
        };
        let package = core.sensitive(&permit, leave, act, move |tx, act| {
            let mut package = row.clone();
            let day: String = now.to_string().chars().take(10).filter(|letter| *letter != '-').collect();
            package.number = format!("EVID-{day}-{:06}", tx.next_package()?);
            package.approval = act.detail("approval").and_then(|id| ApprovalId::parse(id).ok());
            tx.put_package(&package)?;
            record(tx, now, &act.clone().on(package.id).with("number", &package.number))?;
            Ok(package)
        })?;
        core.packages.add(package.id);
        Ok(Ok(package))
    }

    /// Builds a package again that was built before: the same but for its seal. One event in the ledger.
    pub fn build_package_again(&self, viewer: &Viewer, id: PackageId) -> Result<Package, ServiceError> {
        let core = &self.core;
        let permit = core.allow_export(viewer, id)?;
        core.fresh(viewer)?;
        let mut package = core.own_package(viewer, id)?;
        if package.state.is_open() {
            return Err(ServiceError::Conflict("the package is being built already".into()));
        }
        (package.state, package.failure, package.failed_by) = (PackageState::Asked, None, None);
        package.link = None;
        let (row, now) = (package.clone(), core.clock.now());
        core.store.write(&permit, move |tx| {
            tx.put_package(&row)?;
            record(tx, now, &Act::audit("package.build").on(id).with("number", &row.number).with("again", true))
        })?;
        core.packages.add(id);
        Ok(package)
    }

    /// Stops a package that waits or is being built. One event in the ledger.
    pub fn cancel_package(&self, viewer: &Viewer, id: PackageId) -> Result<Package, ServiceError> {
        let core = &self.core;
        let permit = core.allow_on(viewer, Action::ExportEvidence, id)?;
        core.seen_package(viewer, id)?;
        core.packages.cancel(id);
        let now = core.clock.now();
        Ok(core.store.write(&permit, move |tx| {
            let gone = || xinju_store::error::StoreError::Refused("there is no such package".into());
            let mut package = tx.package(id)?.ok_or_else(gone)?;
            if package.state.is_open() {
                package.state = PackageState::Cancelled;
                tx.put_package(&package)?;
                record(tx, now, &Act::audit("package.cancel").on(id).with("number", &package.number))?;
            }
            Ok(package)
        })?)
    }

    /// A package; none where there is none to see. Polled, so no event.
    pub fn package(&self, viewer: &Viewer, id: PackageId) -> Result<Option<PackageView>, ServiceError> {
        let core = &self.core;
        core.allow_on(viewer, Action::ExportEvidence, id)?;
        let found = core.store.read()?.package(id)?.filter(|package| sees(viewer, package));
        Ok(found.map(|package| core.package_view(viewer, package)))
    }

    /// A package by its number.
    pub fn package_numbered(&self, viewer: &Viewer, number: &str) -> Result<Option<PackageView>, ServiceError> {
        let core = &self.core;
        core.allow_on(viewer, Action::ExportEvidence, number)?;
        let (tx, mut after) = (core.store.read()?, None);
        loop {
            let found = tx.packages(&Page { after, limit: PACKAGES_AT_ONCE })?;
            after = found.last().map(|package| (package.asked_at, package.id));
            let last = found.len() < PACKAGES_AT_ONCE;
            let fits = |package: &Package| package.number == number && sees(viewer, package);
            if let Some(package) = found.into_iter().find(fits) {
                return Ok(Some(core.package_view(viewer, package)));
            }
            if last {
                return Ok(None);
            }
        }
    }

    /// The packages that the viewer may see, newest first. Polled, so no event.
    pub fn packages(&self, viewer: &Viewer, page: &PageRequest) -> Result<Connection<PackageView>, ServiceError> {
        let core = &self.core;
        core.allow(viewer, Action::ExportEvidence)?;
        let (limit, after) = (page.limit()?, page.after.as_deref().map(read_moment).transpose()?);
        let behind = |package: &Package| after.is_none_or(|(at, id)| (package.asked_at, id) < (at, package.id.0));
        let tx = core.store.read()?;
        let (mut edges, mut total, mut has_next, mut key) = (Vec::new(), 0, false, None);
        loop {
            let found = tx.packages(&Page { after: key, limit: PACKAGES_AT_ONCE })?;
            key = found.last().map(|package| (package.asked_at, package.id));
            let last = found.len() < PACKAGES_AT_ONCE;
            for package in found.into_iter().filter(|package| sees(viewer, package)) {
                total += 1;
                if !behind(&package) {
                    continue;
                }
                if edges.len() == limit {
                    has_next = true;
                    continue;
                }
                let cursor = write_moment(package.asked_at, package.id.0);
                edges.push(Edge { cursor, node: core.package_view(viewer, package) });
            }
            if last {
                return Ok(Connection { edges, has_next, has_previous: after.is_some(), total });
            }
        }
    }

    /// Waits on the calling thread until a package is built or is not, calling `on` as it goes on; false ends the wait.
    pub fn wait_package(
        &self,
        viewer: &Viewer,
        id: PackageId,
        on: &mut dyn FnMut(&PackageView) -> bool,
    ) -> Result<PackageView, ServiceError> {
        loop {
            let view = self.package(viewer, id)?.ok_or(ServiceError::NotFound("package"))?;
            if !on(&view) || !view.package.state.is_open() || self.core.feed.stopped() {
                return Ok(view);
            }
            self.core.packages.wait(LOOK_EVERY);
        }
    }
}
