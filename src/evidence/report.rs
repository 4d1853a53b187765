//! `report.pdf`: what a court reads of a package. A rendering of the files beside it, never a source of its own.
//!
//! Items come one by one, as the package's records do. A volume is closed when it is full, so that memory does not grow
//! with the package; the first one holds what belongs to the whole. The same input makes the same bytes.

use std::sync::Arc;

use crate::error::EvidenceError;
use crate::layout::book::{Book, Imprint, Section};
use crate::layout::face::Faces;
use crate::layout::pdf;

mod closing;
pub(crate) mod cover;
pub mod input;
mod list;
mod people;
mod picture;
pub(crate) mod signatures;
mod transcript;
pub(crate) mod words;

pub use input::{ItemState, LogFacts, Person, ReportFile, ReportGap, ReportHead, ReportItem, SealFacts};
use list::List;
use people::People;
use transcript::Transcript;

/// Items of a volume.
pub const VOLUME_ITEMS_MAX: u32 = 5_000;
/// Bytes of pictures and words that a volume may hold in memory before it is closed early.
const VOLUME_WEIGHT_MAX: usize = 48 * 1024 * 1024;

/// A finished file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Volume {
    /// Its name: `report.pdf`, `report-002.pdf` ...
    pub name: String,
    /// Its bytes, PDF/A-3u.
    pub bytes: Vec<u8>,
}

/// A report in the making.
pub struct Report {
    head: ReportHead,
    faces: Arc<Faces>,
    /// The volume in the making, from 1.
    volume: u32,
    /// Items of all volumes so far.
    items: u32,
    /// The first item of this volume.
    first: u32,
    /// Items that a volume may hold.
    volume_items_max: u32,
    people: People,
    list: List,
    transcript: Transcript,
}

impl Report {
    /// Begins a report.
    pub fn new(head: ReportHead) -> Result<Self, EvidenceError> {
        Self::with_volumes(head, VOLUME_ITEMS_MAX)
    }

    fn with_volumes(head: ReportHead, volume_items_max: u32) -> Result<Self, EvidenceError> {
        let faces = Arc::new(Faces::new()?);
        Ok(Self {
            people: People::default(),
            list: List::default(),
            transcript: Transcript::new(Arc::clone(&faces), head.offset_minutes),
            head,
            faces,
            volume: 1,
            items: 0,
            first: 1,
            volume_items_max,
        })
    }

    /// Adds the next item of the package. A volume that was full before it comes out.
    pub fn item(&mut self, item: ReportItem) -> Result<Option<Volume>, EvidenceError> {
        let full = self.items.saturating_sub(self.first).saturating_add(1) >= self.volume_items_max
            || self.transcript.weight() >= VOLUME_WEIGHT_MAX;
        let closed = if full && self.items >= self.first { Some(self.close()?) } else { None };
        self.items = self.items.saturating_add(1);
        self.people.add(&item);
        self.list.add(self.items, &item, self.head.offset_minutes);
        self.transcript.item(self.items, item);
        Ok(closed)
    }

    /// Shows a gap where it is, after the items that came so far.
    pub fn gap(&mut self, gap: ReportGap) {
        self.transcript.gap(gap);
    }

    /// Closes the last volume.
    pub fn finish(mut self) -> Result<Volume, EvidenceError> {
        self.close()
    }

    fn close(&mut self) -> Result<Volume, EvidenceError> {
        let next = Transcript::new(Arc::clone(&self.faces), self.head.offset_minutes);
        let transcript = std::mem::replace(&mut self.transcript, next);
        let people = std::mem::take(&mut self.people);
        let list = std::mem::take(&mut self.list);
        let range = cover::Range { volume: self.volume, first: self.first, last: self.items };
        let name = volume_name(self.volume);
        let mut inside = vec![people.section(&self.faces, &self.head, self.volume), list.section(&self.faces)];
        let (gaps, talk) = transcript.sections();
        inside.push(talk);
        inside.push(gaps);
        if self.volume == 1 {
            inside.extend(closing::sections(&self.faces, &self.head));
        }
        inside.push(signatures::section(&self.faces));
        let mut sections = vec![cover::section(&self.faces, &self.head, &range, &inside)];
        sections.extend(inside);
        let bytes = self.written(sections)?;
        self.volume = self.volume.saturating_add(1);
        self.first = self.items.saturating_add(1);
        Ok(Volume { name, bytes })
    }

    fn written(&self, sections: Vec<Section>) -> Result<Vec<u8>, EvidenceError> {
        let head = &self.head;
        let volume =
            if self.volume == 1 { String::new() } else { format!("   第 {} 卷 Volume {}", self.volume, self.volume) };
        let imprint = Imprint {
            title: format!("电子数据证据报告 Evidence report: {}", head.name),
            author: head.organisation.clone(),
            foot: format!("{}{volume}", head.package),
            at: head.requested_at,
            cover: true,
        };
        pdf::write(&self.faces, Book::new(&self.faces, imprint, sections))
    }
}

/// The file of a volume.
fn volume_name(volume: u32) -> String {
    if volume == 1 { "report.pdf".to_owned() } else { format!("report-{volume:03}.pdf") }
}

/// Whether a file under `data/` is named as a volume is.
pub(crate) fn is_volume(path: &str) -> bool {
    let digits = path.strip_prefix("report-").and_then(|rest| rest.strip_suffix(".pdf"));
    let counted = |digits: &str| digits.parse().is_ok_and(|volume| volume > 1 && volume_name(volume) == path);
    path == "report.pdf" || digits.is_some_and(counted)
}

#[cfg(test)]
mod tests;
