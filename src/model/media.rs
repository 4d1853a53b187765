//! Files of messages: how a message names one, and what is known of one that arrived.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::id::{EntryIndex, MediaId};
use crate::message::{Attachment, Body};

/// How a message names a file: by its MD5 and its size, because WeCom gives nothing better. It tells files apart; it proves nothing, for which
/// there is the SHA-256 in the ledger.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MediaName {
    /// MD5 of the content.
    pub md5: [u8; 16],
    /// Bytes of content.
    pub bytes: u64,
}

/// A file of messages that arrived. Every message that names it has it, whichever of the two came first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MediaFile {
    /// Where its content lies.
    pub media: MediaId,
    /// SHA-256 of its content in hexadecimal.
    pub sha256: String,
    /// The event that tells of its arrival.
    pub entry: EntryIndex,
}

/// Keys that sizes of files have in originals, by the kind of file.
const SIZES: [&str; 3] = ["filesize", "voice_size", "imagesize"];
/// JSON texts within JSON texts that are read; parts of messages lie less deep.
const TEXTS_DEPTH_MAX: usize = 32;

/// The files that an original names, as often as it does: each object of its JSON, and of the JSON texts in it, that holds an MD5 and a size.
/// It says at least what any reading of the message says, so that whoever has nothing but the original can tell whether a file belongs to it.
pub fn names_in(original: &[u8]) -> Vec<MediaName> {
    let mut names = Vec::new();
    if let Ok(value) = serde_json::from_slice(original) {
        collect(&value, 0, &mut names);
    }
    names
}

fn collect(value: &Value, depth: usize, names: &mut Vec<MediaName>) {
    match value {
        Value::Object(object) => {
            let md5 = object.get("md5sum").and_then(Value::as_str);
            let sizes = SIZES.iter().filter_map(|key| natural(object.get(*key)?));
            names.extend(sizes.filter_map(|bytes| MediaName::of(md5?, bytes)));
            object.values().for_each(|value| collect(value, depth, names));
        }
        Value::Array(values) => values.iter().for_each(|value| collect(value, depth, names)),
        Value::String(text) if depth < TEXTS_DEPTH_MAX && text.trim_start().starts_with(['{', '[']) => {
            if let Ok(value) = serde_json::from_str(text) {
                collect(&value, depth.saturating_add(1), names);
            }
        }
        _ => {}
    }
}

/// A number that is not negative, written as one or as its digits.
fn natural(value: &Value) -> Option<u64> {
    match value {
        Value::Number(number) => number.as_u64(),
        Value::String(digits) => digits.trim().parse().ok(),
        _ => None,
    }
}

impl MediaName {
    /// The name of an MD5 in hexadecimal and a size; none where the MD5 is not a whole one or the file would be empty.
    pub fn of(md5: &str, bytes: u64) -> Option<Self> {
        let md5 = data_encoding::HEXLOWER_PERMISSIVE.decode(md5.as_bytes()).ok()?.try_into().ok()?;
        (bytes > 0).then_some(Self { md5, bytes })
    }
}

impl Attachment {
    /// How it names its file; none where it does not give MD5 and size, or gives none that can be read.
    pub fn media_name(&self) -> Option<MediaName> {
        MediaName::of(self.md5.as_ref()?, self.size?)
    }
}

impl Body {
    /// All its files, those of its parts last, in the order in which people read them.
    pub fn all_attachments(&self) -> Vec<&Attachment> {
        let own = self.attachments.iter();
        own.chain(self.items.iter().flat_map(|item| item.body.all_attachments())).collect()
    }
}

/// Bytes of a file by which its [`Format`] is known.
pub const BEGIN_BYTES: u64 = 12;
/// Letters of an ending at most.
const ENDING_CHARS_MAX: usize = 8;

/// A format that people send often.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Format {
    /// The ending of a name.
    pub ending: &'static str,
    /// The media type (RFC 2046).
    pub content_type: &'static str,
}

impl Format {
    /// The format of a file by its first [`BEGIN_BYTES`] bytes; none where it is another.
    pub fn of(begin: &[u8]) -> Option<Self> {
        let (ending, content_type) = match begin {
            [0xFF, 0xD8, 0xFF, ..] => ("jpg", "image/jpeg"),
            [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1A, b'\n', ..] => ("png", "image/png"),
            [b'G', b'I', b'F', b'8', ..] => ("gif", "image/gif"),
            [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => ("webp", "image/webp"),
            [b'#', b'!', b'A', b'M', b'R', ..] => ("amr", "audio/amr"),
            [b'I', b'D', b'3', ..] => ("mp3", "audio/mpeg"),
            [_, _, _, _, b'f', b't', b'y', b'p', b'h', b'e', b'i', ..] => ("heic", "image/heic"),
            [_, _, _, _, b'f', b't', b'y', b'p', b'M', b'4', b'A', ..] => ("m4a", "audio/mp4"),
            [_, _, _, _, b'f', b't', b'y', b'p', ..] => ("mp4", "video/mp4"),
            [b'%', b'P', b'D', b'F', b'-', ..] => ("pdf", "application/pdf"),
            _ => return None,
        };
        Some(Self { ending, content_type })
    }

    /// Whether browsers draw it without running anything of it.
    pub fn is_drawn(self) -> bool {
        matches!(self.ending, "jpg" | "png" | "gif" | "webp")
    }
}

/// The ending of a file's name: by its first bytes where they are of a format that people send often, else that of the name it was given, else `bin`.
pub fn ending(begin: &[u8], name: Option<&str>) -> String {
    if let Some(format) = Format::of(begin) {
        return format.ending.to_owned();
    }
    let given = name.and_then(|name| name.rsplit_once('.')).map_or("", |(_, ending)| ending);
    let is_plain = (1..=ENDING_CHARS_MAX).contains(&given.len()) && given.bytes().all(|c| c.is_ascii_alphanumeric());
    if is_plain { given.to_ascii_lowercase() } else { "bin".to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::{BodyItem, MessageKind};

    fn attachment(md5: Option<&str>, size: Option<u64>) -> Attachment {
        let md5 = md5.map(str::to_owned);
        Attachment { kind: MessageKind::Image, name: None, size, md5, seconds: None, pixels: None }
    }

    #[test]
    fn a_file_is_named_by_a_whole_md5_and_a_size() {
        let md5 = "00ff00ff00ff00ff00ff00ff00ff00ff";
        let name = attachment(Some(md5), Some(3)).media_name().expect("a name");
        assert_eq!((name.md5[1], name.bytes), (0xFF, 3));
        let upper = md5.to_uppercase();
        assert_eq!(attachment(Some(&upper), Some(3)).media_name(), Some(name));
        for (md5, size) in
            [(None, Some(3)), (Some(md5), None), (Some(md5), Some(0)), (Some(""), Some(3)), (Some("00ff"), Some(3))]
        {
            assert_eq!(attachment(md5, size).media_name(), None);
        }
    }

    #[test]
    fn an_original_names_files_however_deep_they_lie() {
        let md5 = |n: u8| format!("{n:032x}");
        let part = format!(r#"{{"md5sum":"{}","filesize":"7"}}"#, md5(2));
        let inner = serde_json::json!({ "item": [{ "type": "image", "content": part }] }).to_string();
        let original = serde_json::json!({
            "msgtype": "chatrecord", "image": { "md5sum": md5(1), "filesize": 5, "sdkfileid": "x" },
            "voice": { "md5sum": md5(3), "voice_size": 9 }, "emotion": { "md5sum": md5(4), "imagesize": 11 },
            "chatrecord": { "item": [{ "content": inner }, { "content": "{no json" }] },
            "none": [{ "md5sum": md5(5) }, { "md5sum": "x", "filesize": 3 }, { "filesize": 3 }],
        });
        let mut found: Vec<(u8, u64)> =
            names_in(original.to_string().as_bytes()).iter().map(|name| (name.md5[15], name.bytes)).collect();
        found.sort_unstable();
        assert_eq!(found, [(1, 5), (2, 7), (3, 9), (4, 11)]);
        assert_eq!(names_in(b"no json"), []);
    }

    #[test]
    fn endings_come_from_bytes_before_names() {
        assert_eq!(ending(b"\xFF\xD8\xFF\xE0", Some("a.exe")), "jpg");
        assert_eq!(ending(b"RIFF....WEBPVP8 ", None), "webp");
        assert_eq!(ending(b"%PDF", Some("合同.PDF")), "pdf");
        for name in [None, Some("a"), Some("a."), Some("a.b/c"), Some("a.123456789")] {
            assert_eq!(ending(b"", name), "bin");
        }
    }

    #[test]
    fn formats_are_known_by_bytes_alone_and_few_are_drawn() {
        let told = |begin: &[u8]| Format::of(begin).map(|format| (format.content_type, format.is_drawn()));
        assert_eq!(told(b"\x89PNG\r\n\x1a\n\0\0\0\x0d"), Some(("image/png", true)));
        assert_eq!(told(b"GIF89a"), Some(("image/gif", true)));
        assert_eq!(told(b"\0\0\0\x18ftypisom"), Some(("video/mp4", false)));
        assert_eq!(told(b"\0\0\0\x18ftypheic"), Some(("image/heic", false)));
        assert_eq!(told(b"\0\0\0\x18ftypM4A "), Some(("audio/mp4", false)));
        assert_eq!(told(b"#!AMR\n"), Some(("audio/amr", false)));
        for other in [&b""[..], b"<svg xmlns=", b"<html>", b"\x89PNG", b"RIFF....WAVE", b"%!PS-Adobe"] {
            assert_eq!(told(other), None);
        }
    }

    #[test]
    fn files_of_parts_come_behind_those_of_the_whole() {
        let of = |size| Body { attachments: vec![attachment(None, Some(size))], ..Body::default() };
        let part = BodyItem { kind: MessageKind::Mixed, from: None, sent_at: None, body: of(2) };
        let body = Body { items: vec![part], ..of(1) };
        assert_eq!(body.all_attachments().iter().filter_map(|one| one.size).collect::<Vec<_>>(), [1, 2]);
    }
}
