//! What an index holds of an entry: its words, its exact marks, its time and its place. Nothing is stored for reading back.
//!
//! Words stand in two fields, so that those who do not see personal data cannot find it either: `text` holds of every entry what all may search, `whole`
//! the whole words of those entries that hold personal data. See [`crate::open`].

use tantivy::schema::{
    BytesOptions, FAST, Field, IndexRecordOption, NumericOptions, Schema, TextFieldIndexing, TextOptions,
};
use tantivy::store::Compressor;
use tantivy::{IndexSettings, IndexSortByField, Order, Term};
use xinju_model::channel::Channel;
use xinju_model::id::ConversationId;
use xinju_model::media::MediaName;
use xinju_model::message::MessageKind;

use crate::analyzer;

/// Version of fields, marks, terms and folding. An index of another version is made anew.
pub(crate) const VERSION: u32 = 3;

/// The column of times, by which the index is sorted.
pub(crate) const TIME: &str = "time";
/// The column of entries.
pub(crate) const ENTRY: &str = "entry";

/// The fields of the index.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fields {
    /// Column: milliseconds since the epoch.
    pub(crate) time: Field,
    /// Column: the place of the entry in the ledger.
    pub(crate) entry: Field,
    /// Terms: marks, see [`Mark`].
    pub(crate) mark: Field,
    /// Terms with places: the words, without personal data.
    pub(crate) text: Field,
    /// Terms with places: all words of entries that hold personal data.
    pub(crate) whole: Field,
}

/// Something exact that messages are filtered by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mark<'a> {
    /// The conversation.
    Conversation(&'a ConversationId),
    /// The sender, by key form.
    From(&'a str),
    /// A receiver, by key form.
    To(&'a str),
    /// The kind.
    Kind(MessageKind),
    /// The channel.
    Channel(Channel),
    /// It has a file.
    Attachment,
    /// It names this file.
    File(MediaName),
}

/// Longest id that a mark keeps, in bytes; Tantivy drops longer terms. Ids of channels are far shorter.
const ID_BYTES_MAX: usize = 1_000;

impl Mark<'_> {
    /// The first byte of every mark of a conversation, which no other mark begins with.
    pub(crate) fn beginning_of_conversations() -> u8 {
        b'c'
    }

    /// What the marks of all files of so many bytes begin with.
    pub(crate) fn file_size(bytes: u64) -> Vec<u8> {
        mark_bytes(b'm', &bytes.to_be_bytes())
    }

    /// The term's bytes: a letter for the sort of mark, then its value.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        let file;
        let (letter, value) = match self {
            Self::Conversation(id) => (b'c', id.0.as_slice()),
            Self::From(id) => (b'f', id.as_bytes()),
            Self::To(id) => (b't', id.as_bytes()),
            Self::Kind(kind) => (b'k', kind.name().as_bytes()),
            Self::Channel(channel) => (b'n', channel.name().as_bytes()),
            Self::Attachment => (b'a', [].as_slice()),
            Self::File(name) => {
                file = [&name.bytes.to_be_bytes(), name.md5.as_slice()].concat();
                (b'm', file.as_slice())
            }
        };
        mark_bytes(letter, value)
    }
}

/// The bytes of a mark: a letter for its sort, then its value.
pub(crate) fn mark_bytes(letter: u8, value: &[u8]) -> Vec<u8> {
    let mut bytes = vec![letter];
    bytes.extend_from_slice(value.get(..ID_BYTES_MAX).unwrap_or(value));
    bytes
}

impl Fields {
    /// The term of a mark.
    pub(crate) fn mark_term(&self, mark: Mark<'_>) -> Term {
        self.marked(&mark.bytes())
    }

    /// The term of a mark of any sort.
    pub(crate) fn marked(&self, mark: &[u8]) -> Term {
        Term::from_field_bytes(self.mark, mark)
    }
}

/// The schema and its fields.
pub(crate) fn schema() -> (Schema, Fields) {
    let mut builder = Schema::builder();
    let column = NumericOptions::default() | FAST;
    let words = TextFieldIndexing::default()
        .set_tokenizer(analyzer::NAME)
        .set_index_option(IndexRecordOption::WithFreqsAndPositions)
        .set_fieldnorms(true);
    let fields = Fields {
        time: builder.add_i64_field(TIME, column.clone()),
        entry: builder.add_u64_field(ENTRY, column),
        mark: builder.add_bytes_field("mark", BytesOptions::default().set_indexed()),
        text: builder.add_text_field("text", TextOptions::default().set_indexing_options(words.clone())),
        whole: builder.add_text_field("whole", TextOptions::default().set_indexing_options(words)),
    };
    (builder.build(), fields)
}

/// Newest first on disk, so that the newest hits are found without looking at the others.
pub(crate) fn settings() -> IndexSettings {
    IndexSettings {
        sort_by_field: Some(IndexSortByField { field: TIME.to_owned(), order: Order::Desc }),
        docstore_compression: Compressor::Lz4,
        docstore_compress_dedicated_thread: false,
        ..IndexSettings::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_of_different_sorts_never_meet() {
        assert_ne!(Mark::From("x").bytes(), Mark::To("x").bytes());
        assert_eq!(Mark::Attachment.bytes(), b"a");
        assert_eq!(Mark::From(&"x".repeat(70_000)).bytes().len(), ID_BYTES_MAX + 1);
    }
}
