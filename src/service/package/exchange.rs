//! Renderings for programs of other trades: the records once more, with no more of each than the report shows.

use std::cell::Cell;
use std::collections::VecDeque;
use std::io;
use std::rc::Rc;

use xinju_evidence::exchange::{Slices, Table};
use xinju_evidence::package::ExtraFile;
use xinju_evidence::report::ReportItem;
use xinju_model::entry::disclosures;
use xinju_model::id::EntryIndex;
use xinju_model::package::{ExchangeFormat, Package, PackageFailure};

use crate::error::ServiceError;
use crate::message::MessageView;
use crate::package::report::{OFFSET_MINUTES, Told};
use crate::package::source::AT_ONCE;
use crate::package::withhold::withheld;
use crate::party::Snapshot;
use crate::service::Core;

/// Where the records of a package are read from, as often as there are renderings.
#[derive(Clone)]
pub(super) struct Rereading<'a> {
    pub(super) core: &'a Core,
    pub(super) snapshot: &'a Snapshot<'a>,
    pub(super) package: &'a Package,
    pub(super) records: &'a [EntryIndex],
    /// What the report calls everybody.
    pub(super) told: Told,
    /// Why a rendering broke off. Whoever reads one as bytes hears of an error of input alone.
    pub(super) fault: Rc<Cell<Option<ServiceError>>>,
}

/// The items of a package in its order, with their numbers.
struct Items<'a> {
    from: Rereading<'a>,
    next: usize,
    ready: VecDeque<MessageView>,
    number: u32,
}

impl Items<'_> {
    fn read_on(&mut self) -> Result<(), ServiceError> {
        let Rereading { core, snapshot, records, .. } = self.from;
        if !core.packages.wanted() || core.feed.stopped() {
            return Err(PackageFailure::Unwanted.into());
        }
        let end = self.next.saturating_add(AT_ONCE).min(records.len());
        for view in core.views(snapshot, records.get(self.next..end).unwrap_or_default())? {
            self.ready.push_back(view.ok_or(PackageFailure::RecordHidden)?);
        }
        self.next = end;
        Ok(())
    }

    fn item(&mut self) -> Result<Option<(u32, ReportItem)>, ServiceError> {
        if self.ready.is_empty() {
            self.read_on()?;
        }
        let Some(view) = self.ready.pop_front() else { return Ok(None) };
        let Rereading { snapshot, package, records, told, .. } = &mut self.from;
        let entry = snapshot.tx.entry(view.index)?.ok_or(PackageFailure::RecordDamaged)?;
        let hidden = withheld(&view, &disclosures(&entry, None), &package.wanted.withhold);
        self.number = self.number.saturating_add(1);
        Ok(Some((self.number, told.item(self.number, &view, &hidden, records))))
    }
}

impl Iterator for Items<'_> {
    type Item = io::Result<(u32, ReportItem)>;

    fn next(&mut self) -> Option<Self::Item> {
        let item = self.item().map_err(|error| {
            let words = io::Error::other(error.sentence());
            self.from.fault.set(Some(error));
            words
        });
        item.transpose()
    }
}

/// The files of `exchange/` that a package is asked for with, one after the other.
pub(super) struct Renderings<'a> {
    from: Rereading<'a>,
    formats: VecDeque<ExchangeFormat>,
    slices: Option<Slices<Items<'a>>>,
}

impl<'a> Renderings<'a> {
    pub(super) fn new(from: Rereading<'a>) -> Self {
        Self { formats: from.package.wanted.exchange.iter().copied().collect(), from, slices: None }
    }

    fn items(&self) -> Items<'a> {
        Items { from: self.from.clone(), next: 0, ready: VecDeque::new(), number: 0 }
    }

    /// The next file; none after the last.
    pub(super) fn file(&mut self) -> Result<Option<ExtraFile<'a>>, ServiceError> {
        loop {
            if let Some(slices) = &mut self.slices {
                if let Some(file) = slices.next() {
                    let file = file.map_err(xinju_evidence::error::EvidenceError::from)?;
                    return Ok(Some(ExtraFile { path: file.path, content: Box::new(io::Cursor::new(file.bytes)) }));
                }
                self.slices = None;
            }
            let table = match self.formats.pop_front() {
                None => return Ok(None),
                Some(ExchangeFormat::Rsmf) => {
                    self.slices = Some(Slices::new(self.items(), OFFSET_MINUTES));
                    continue;
                }
                Some(ExchangeFormat::Csv) => Table::Csv,
                Some(ExchangeFormat::Json) => Table::Json,
                Some(ExchangeFormat::Dat) => Table::Dat,
                Some(ExchangeFormat::Opt) => Table::Opt,
            };
            let content = Box::new(table.read(self.items(), OFFSET_MINUTES));
            return Ok(Some(ExtraFile { path: table.path().to_owned(), content }));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use xinju_model::access::Viewer;
    use xinju_model::case::Forum;
    use xinju_model::package::{PackageSelection, PackageWanted};

    use super::*;
    use crate::world::{World, message};

    /// A table and a review file of a record that is there and of one that is not, and why each broke off.
    #[test]
    fn what_breaks_a_rendering_off_is_known() {
        for format in [ExchangeFormat::Csv, ExchangeFormat::Rsmf] {
            let world = World::new();
            let there = world.add(message("1", "ken", "wmA", 60, "退款"));
            world.indexed();
            let wanted = PackageWanted {
                selection: PackageSelection::Search { query: "退款".into(), zone_offset_minutes: 0 },
                reason: "a claim".into(),
                purpose: String::new(),
                recipient: String::new(),
                forum: Forum::default(),
                withhold: Vec::new(),
                exchange: [format].into(),
            };
            let package = world.service.ask_package(&Viewer::operator(), wanted).expect("answered").expect("asked");
            world.service.wait_package(&Viewer::operator(), package.id, &mut |_| true).expect("built");
            let core = &world.service.core;
            let permit = core.allow_search(&Viewer::operator()).expect("allowed");
            let snapshot = core.snapshot(&permit).expect("a snapshot");
            let (records, fault) = ([there, EntryIndex(9_999)], Rc::default());
            let from = Rereading {
                core,
                snapshot: &snapshot,
                package: &package,
                records: &records,
                told: Told::default(),
                fault: Rc::clone(&fault),
            };
            let mut renderings = Renderings::new(from);
            let read = renderings.file().and_then(|file| {
                let mut content = file.expect("a file").content;
                let error = content.read_to_end(&mut Vec::new()).expect_err("breaks off");
                Err::<(), _>(xinju_evidence::error::EvidenceError::from(error).into())
            });
            assert!(read.is_err());
            let why = fault.take();
            assert!(matches!(why, Some(ServiceError::Package(PackageFailure::RecordHidden))), "{why:?}");
        }
    }
}
