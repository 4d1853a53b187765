//! One document on its way into the index, and the gate that bounds how much is on the way.

use std::iter::Empty;
use std::sync::{Arc, Condvar, Mutex, PoisonError};

use tantivy::schema::Field;
use tantivy::schema::document::{Document as IndexableDocument, ReferenceValue, ReferenceValueLeaf, Value};
use xinju_model::limits::INDEXED_TEXT_CHARS_MAX;

use crate::index::Document;
use crate::open::open_text;
use crate::schema::{Fields, Mark};

/// What an index holds of one entry, whatever it is about: its time, its exact marks, its words.
pub(crate) struct Indexable {
    /// The place of the entry in the ledger.
    pub(crate) entry: u64,
    /// Milliseconds since the epoch.
    pub(crate) time: i64,
    /// The terms of its marks.
    pub(crate) marks: Vec<Vec<u8>>,
    /// Its words.
    pub(crate) text: String,
}

impl From<Document> for Indexable {
    fn from(document: Document) -> Self {
        Self { entry: document.entry.0, time: document.at.0, marks: marks(&document), text: document.text }
    }
}

/// Bytes of documents that may wait for the writer's threads; the one who adds waits beyond.
const WAITING_BYTES_MAX: usize = 8 * 1024 * 1024;

/// Counts the bytes on the way.
#[derive(Default)]
pub(crate) struct Gate {
    waiting: Mutex<usize>,
    changed: Condvar,
}

/// Bytes that are on the way until this is dropped.
struct Ticket {
    gate: Arc<Gate>,
    bytes: usize,
}

impl Gate {
    /// Waits until there is room. One document always passes, however large.
    fn enter(self: &Arc<Self>, bytes: usize) -> Ticket {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        while *waiting > 0 && *waiting + bytes > WAITING_BYTES_MAX {
            waiting = self.changed.wait(waiting).unwrap_or_else(PoisonError::into_inner);
        }
        *waiting += bytes;
        Ticket { gate: Arc::clone(self), bytes }
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        *self.gate.waiting.lock().unwrap_or_else(PoisonError::into_inner) -= self.bytes;
        self.gate.changed.notify_all();
    }
}

/// A document as the engine takes it.
pub(crate) struct IndexedDocument {
    fields: Fields,
    time: i64,
    entry: u64,
    marks: Vec<Vec<u8>>,
    text: String,
    whole: Option<String>,
    _ticket: Ticket,
}

impl IndexedDocument {
    /// Waits at the gate first.
    pub(crate) fn new(document: Indexable, fields: Fields, gate: &Arc<Gate>) -> Self {
        let Indexable { entry, time, marks, mut text } = document;
        if let Some((end, _)) = text.char_indices().nth(INDEXED_TEXT_CHARS_MAX) {
            text.truncate(end);
        }
        let (text, whole) = match open_text(&text) {
            None => (text, None),
            Some(open) => (open, Some(text)),
        };
        let bytes = text.len() + whole.as_ref().map_or(0, String::len);
        let bytes = bytes + marks.iter().map(|mark| mark.len() + 32).sum::<usize>() + 200;
        Self { fields, time, entry, marks, text, whole, _ticket: gate.enter(bytes) }
    }
}

fn marks(document: &Document) -> Vec<Vec<u8>> {
    let mut marks = vec![Mark::Kind(document.kind).bytes(), Mark::Channel(document.channel).bytes()];
    marks.extend(document.conversation.as_ref().map(|id| Mark::Conversation(id).bytes()));
    marks.extend(document.from.as_ref().map(|id| Mark::From(id).bytes()));
    marks.extend(document.to.iter().map(|id| Mark::To(id).bytes()));
    if document.has_attachment {
        marks.push(Mark::Attachment.bytes());
    }
    marks.extend(document.files.iter().map(|name| Mark::File(*name).bytes()));
    marks
}

/// A value of a field.
#[derive(Clone, Copy, Debug)]
pub(crate) enum FieldValue<'a> {
    Time(i64),
    Entry(u64),
    Mark(&'a [u8]),
    Text(&'a str),
}

impl<'a> Value<'a> for FieldValue<'a> {
    type ArrayIter = Empty<Self>;
    type ObjectIter = Empty<(&'a str, Self)>;

    fn as_value(&self) -> ReferenceValue<'a, Self> {
        ReferenceValue::Leaf(match self {
            Self::Time(time) => ReferenceValueLeaf::I64(*time),
            Self::Entry(entry) => ReferenceValueLeaf::U64(*entry),
            Self::Mark(mark) => ReferenceValueLeaf::Bytes(mark),
            Self::Text(text) => ReferenceValueLeaf::Str(text),
        })
    }
}

impl IndexableDocument for IndexedDocument {
    type Value<'a> = FieldValue<'a>;
    type FieldsValuesIter<'a> = std::vec::IntoIter<(Field, FieldValue<'a>)>;

    fn iter_fields_and_values(&self) -> Self::FieldsValuesIter<'_> {
        let mut values = Vec::with_capacity(self.marks.len() + 4);
        values.push((self.fields.time, FieldValue::Time(self.time)));
        values.push((self.fields.entry, FieldValue::Entry(self.entry)));
        values.extend(self.marks.iter().map(|mark| (self.fields.mark, FieldValue::Mark(mark))));
        values.push((self.fields.text, FieldValue::Text(&self.text)));
        values.extend(self.whole.iter().map(|whole| (self.fields.whole, FieldValue::Text(whole))));
        values.into_iter()
    }
}

#[cfg(test)]
mod tests {
    use std::thread;

    use super::*;

    #[test]
    fn the_gate_lets_a_giant_pass_alone_and_the_next_when_it_is_gone() {
        let gate = Arc::new(Gate::default());
        let giant = gate.enter(WAITING_BYTES_MAX * 3);
        let next = {
            let gate = Arc::clone(&gate);
            thread::spawn(move || gate.enter(10).bytes)
        };
        assert_eq!(*gate.waiting.lock().expect("gate"), WAITING_BYTES_MAX * 3);
        drop(giant);
        assert_eq!(next.join().expect("thread"), 10);
        assert_eq!(*gate.waiting.lock().expect("gate"), 0);
    }
}
