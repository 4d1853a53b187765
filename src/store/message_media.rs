//! Files of messages by the names that messages give them. Their content lies among the media.

use redb::ReadableTable;
use xinju_model::media::{MediaFile, MediaName};

use crate::error::StoreError;
use crate::read::ReadTx;
use crate::row::{self, joined};
use crate::tables::MESSAGE_MEDIA;
use crate::write::WriteTx;

fn key(name: MediaName) -> [u8; 24] {
    joined(&name.md5, &name.bytes.to_be_bytes())
}

impl ReadTx {
    /// The file that messages call so; none while it did not arrive.
    pub fn message_media(&self, name: MediaName) -> Result<Option<MediaFile>, StoreError> {
        self.tx.open_table(MESSAGE_MEDIA)?.get(key(name))?.map(|row| row::decode(row.value())).transpose()
    }
}

impl WriteTx<'_> {
    /// Puts a file that messages name; what arrived first stays, so that nobody can slip another one of the same MD5 under it.
    pub fn add_message_media(&mut self, name: MediaName, file: &MediaFile) -> Result<(), StoreError> {
        let mut table = self.tx.open_table(MESSAGE_MEDIA)?;
        if table.get(key(name))?.is_none() {
            self.changed = true;
            table.insert(key(name), row::encode(file)?.as_slice())?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use xinju_model::id::{EntryIndex, MediaId};

    use super::*;
    use crate::store::tests::{World, permit};

    fn file(number: u8) -> MediaFile {
        MediaFile { media: MediaId([number; 16]), sha256: "ab".into(), entry: EntryIndex(u64::from(number)) }
    }

    #[test]
    fn rows_keep_their_form() {
        let golden = "\u{1}{\"media\":\"fAQEBAQEBAQEBAQEBAQEBAQ\",\"sha256\":\"ab\",\"entry\":1}";
        let row = row::encode(&file(1)).expect("a row");
        assert_eq!(String::from_utf8(row.clone()).expect("text"), golden);
        assert_eq!(row::decode::<MediaFile>(&row).expect("reads"), file(1));
    }

    #[test]
    fn the_first_file_of_a_name_stays() {
        let store = World::new(16).open();
        let name = MediaName { md5: [7; 16], bytes: 3 };
        for number in [1, 2] {
            store.write(&permit(), move |tx| tx.add_message_media(name, &file(number))).expect("writes");
        }
        let tx = store.read().expect("reads");
        assert_eq!(tx.message_media(name).expect("reads"), Some(file(1)));
        assert_eq!(tx.message_media(MediaName { bytes: 4, ..name }).expect("reads"), None);
    }
}
