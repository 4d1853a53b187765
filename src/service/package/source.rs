//! Records of a package as its writer asks for them: read in the order of the ledger, a few at a time.

use std::cell::Cell;
use std::collections::VecDeque;
use std::io::Cursor;
use std::rc::Rc;

use xinju_evidence::package::{ExtraFile, Item, Original, PackageSource, RecordItem, SealFile};
use xinju_model::entry::{disclosures, entry_bytes, entry_leaf};
use xinju_model::id::EntryIndex;
use xinju_model::package::{FrozenHead, Package, PackageFailure};

use crate::error::ServiceError;
use crate::message::MessageView;
use crate::package::PackageProgress;
use crate::package::build::Sealing;
use crate::package::completeness::Completeness;
use crate::package::consent::Consent;
use crate::package::dossier;
use crate::package::exchange::{Renderings, Rereading};
use crate::package::media::{self, OfRecord};
use crate::package::report::{Finished, Names, Reporting};
use crate::package::withhold::{Withheld, withheld};
use crate::party::Snapshot;
use crate::service::Core;

/// Records read at once: of the largest kind they are some 100 MB.
pub(super) const AT_ONCE: usize = 32;

/// Where a package comes from.
pub(super) struct Source<'a> {
    core: &'a Core,
    snapshot: &'a Snapshot<'a>,
    package: &'a Package,
    head: &'a FrozenHead,
    records: &'a [EntryIndex],
    sealing: Sealing<'a>,
    next: usize,
    /// Records given so far.
    shown: u32,
    ready: VecDeque<MessageView>,
    completeness: Option<Completeness>,
    report: Option<Reporting>,
    names: Names,
    volumes: VecDeque<Finished>,
    files: VecDeque<(String, Vec<u8>)>,
    renderings: Option<Renderings<'a>>,
    fault: Rc<Cell<Option<ServiceError>>>,
}

impl<'a> Source<'a> {
    pub(super) fn new(
        core: &'a Core,
        snapshot: &'a Snapshot<'a>,
        (package, head): (&'a Package, &'a FrozenHead),
        records: &'a [EntryIndex],
        sealing: Sealing<'a>,
    ) -> Result<Self, ServiceError> {
        Ok(Self {
            core,
            snapshot,
            package,
            head,
            records,
            sealing,
            next: 0,
            shown: 0,
            ready: VecDeque::new(),
            completeness: Some(Completeness::new()),
            report: Some(Reporting::new(core, snapshot, package, head)?),
            names: Names::new(),
            volumes: VecDeque::new(),
            files: VecDeque::new(),
            renderings: None,
            fault: Rc::default(),
        })
    }

    /// Why writing it failed: where a part broke off that is read as bytes, what broke it, in place of the error of input that it became.
    pub(super) fn why(&self, error: ServiceError) -> ServiceError {
        self.fault.take().unwrap_or(error)
    }

    /// How it was sealed, and what people in it are called.
    pub(super) fn finish(self) -> (Sealing<'a>, Names) {
        (self.sealing, self.names)
    }

    fn read_on(&mut self) -> Result<(), ServiceError> {
        let end = self.next.saturating_add(AT_ONCE).min(self.records.len());
        let some = self.records.get(self.next..end).unwrap_or_default();
        for view in self.core.views(self.snapshot, some)? {
            self.ready.push_back(view.ok_or(PackageFailure::RecordHidden)?);
        }
        self.next = end;
        Ok(())
    }

    fn record(&mut self, view: MessageView) -> Result<RecordItem, ServiceError> {
        let damaged = || {
            tracing::error!(record = view.index.0, "a record of a package does not lead to its place");
            ServiceError::from(PackageFailure::RecordDamaged)
        };
        let entry = self.snapshot.tx.entry(view.index)?.ok_or_else(damaged)?;
        let all = disclosures(&entry, None);
        if self.snapshot.tx.leaf(view.index)? != Some(entry_leaf(&entry, None)) {
            return Err(damaged());
        }
        let hidden = withheld(&view, &all, &self.package.wanted.withhold);
        let shows_original = view.original.is_some() && hidden.redacted.is_empty();
        let OfRecord { media, files, missing } = if shows_original {
            let number = self.shown.saturating_add(1);
            media::of_record(self.core, &self.snapshot.tx, &view, (number, self.head.size))?
        } else {
            OfRecord::default()
        };
        self.shown = self.shown.saturating_add(1);
        if let Some(report) = &mut self.report {
            report.add(&view, &hidden, self.records, (files, missing))?;
        }
        let Withheld { redacted, renderings } = hidden;
        if let Some(completeness) = &mut self.completeness {
            let source = !redacted.iter().any(|redaction| redaction.field == "source");
            completeness.add(&view, source, redacted.is_empty());
        }
        let path = self.snapshot.tx.inclusion(view.index, self.head.size)?;
        let bytes = entry_bytes(entry.kind, &entry.seed, &all);
        let original = view.original.map(|bytes| Original { extension: "json".into(), bytes });
        Ok(RecordItem {
            entry: bytes,
            disclosures: all,
            index: view.index.0,
            path,
            redacted,
            renderings,
            original,
            media,
        })
    }
}

impl PackageSource for Source<'_> {
    type Error = ServiceError;

    fn item(&mut self) -> Result<Option<Item>, ServiceError> {
        if self.ready.is_empty() {
            self.read_on()?;
        }
        let Some(view) = self.ready.pop_front() else { return Ok(None) };
        Ok(Some(Item::Record(Box::new(self.record(view)?))))
    }

    fn file(&mut self) -> Result<Option<ExtraFile<'_>>, ServiceError> {
        if let Some(completeness) = self.completeness.take() {
            let tx = &self.snapshot.tx;
            let consent = Consent {
                core: self.core,
                snapshot: self.snapshot,
                permit: self.sealing.permit,
                package: self.package,
                head: self.head,
                records: self.records,
            };
            let files = dossier::files(self.core, tx, (self.package, self.head), completeness, &consent)?;
            if let Some(report) = self.report.take() {
                let (volumes, told) = report.finish()?;
                self.volumes.extend(volumes);
                self.names = told.names.clone();
                let (core, snapshot, package, records) = (self.core, self.snapshot, self.package, self.records);
                let fault = Rc::clone(&self.fault);
                self.renderings = Some(Renderings::new(Rereading { core, snapshot, package, records, told, fault }));
            }
            self.files.extend(files);
        }
        if let Some((path, aside)) = self.volumes.pop_front() {
            return Ok(Some(ExtraFile { path, content: Box::new(aside.open()?) }));
        }
        if let Some((path, bytes)) = self.files.pop_front() {
            return Ok(Some(ExtraFile { path, content: Box::new(Cursor::new(bytes)) }));
        }
        self.renderings.as_mut().map_or(Ok(None), Renderings::file)
    }

    fn seal(&mut self, tag_manifest: &[u8]) -> Result<Vec<SealFile>, ServiceError> {
        self.sealing.seal(tag_manifest)
    }

    fn proceed(&mut self, items: u32, bytes: u64) -> bool {
        let records = u32::try_from(self.records.len()).unwrap_or(u32::MAX);
        let progress = PackageProgress { id: self.package.id, done: items, records, bytes };
        self.core.packages.progress(progress) && !self.core.feed.stopped()
    }
}
