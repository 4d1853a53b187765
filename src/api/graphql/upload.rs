//! Files that came with a request, until a resolver takes them.

use std::sync::Mutex;

use async_graphql::{Context, Result};

use crate::graphql::context::door;
use crate::graphql::error::bad_input;
use crate::graphql::scalars::Upload;
use crate::spool::SpoolReader;

/// What stands in a variable in the place of a file, followed by the file's number in its request.
pub(crate) const PLACEHOLDER: &str = "xinju-upload:";
/// Characters of a file's name that are kept.
const NAME_CHARS_MAX: usize = 200;

/// A file that came with a request: it has no name on disk and is gone when closed.
pub(crate) struct Uploaded {
    /// The sender's name for it, without folders.
    pub(crate) name: String,
    /// Its size in bytes.
    pub(crate) bytes: u64,
    /// Its content, from the beginning.
    pub(crate) file: SpoolReader,
}

/// The files of one request.
#[derive(Default)]
pub(crate) struct Uploads(Vec<Mutex<Option<Uploaded>>>);

impl Uploaded {
    /// A file under the name its sender gave it, cut down to what is shown: no folders, no control characters.
    pub(crate) fn new(name: &str, bytes: u64, file: SpoolReader) -> Self {
        Self { name: plain_name(name), bytes, file }
    }
}

/// The last part of a path, without control characters.
fn plain_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    last.chars().filter(|letter| !letter.is_control()).take(NAME_CHARS_MAX).collect()
}

impl From<Vec<Uploaded>> for Uploads {
    fn from(files: Vec<Uploaded>) -> Self {
        Self(files.into_iter().map(|file| Mutex::new(Some(file))).collect())
    }
}

impl Upload {
    /// The file. Each can be taken once.
    pub(crate) fn take(self, context: &Context<'_>) -> Result<Uploaded> {
        let place = door(context)?.uploads.0.get(self.0);
        let file = place.and_then(|place| place.lock().ok()?.take());
        file.ok_or_else(|| bad_input("no such file came with the request, or it was used already"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lose_their_folders() {
        assert_eq!(plain_name("../../etc/消息.ndjson"), "消息.ndjson");
        assert_eq!(plain_name("C:\\dir\\a\u{7}.zst"), "a.zst");
        assert_eq!(plain_name(&"x".repeat(999)).len(), NAME_CHARS_MAX);
    }
}
