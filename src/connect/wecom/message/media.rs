//! Files: pictures, voices, films, stickers, files. What fetches them (`sdkfileid`) is a secret and is not read here.

use xinju_model::message::{Attachment, Body, MessageKind};

use super::Part;

fn attachment(kind: MessageKind, part: Part<'_>, size: &str) -> Attachment {
    Attachment {
        kind,
        name: None,
        size: part.natural(size),
        md5: part.text("md5sum").map(|md5| md5.to_ascii_lowercase()),
        seconds: None,
        pixels: None,
    }
}

fn with(attachment: Attachment) -> Body {
    Body { attachments: vec![attachment], ..Body::default() }
}

pub(super) fn image(part: Part<'_>) -> Body {
    with(attachment(MessageKind::Image, part, "filesize"))
}

pub(super) fn voice(part: Part<'_>) -> Body {
    with(Attachment { seconds: part.natural("play_length"), ..attachment(MessageKind::Voice, part, "voice_size") })
}

pub(super) fn video(part: Part<'_>) -> Body {
    with(Attachment { seconds: part.natural("play_length"), ..attachment(MessageKind::Video, part, "filesize") })
}

pub(super) fn emotion(part: Part<'_>) -> Body {
    let side = |key| part.natural(key).and_then(|side| u32::try_from(side).ok());
    let pixels = side("width").zip(side("height"));
    with(Attachment { pixels, ..attachment(MessageKind::Emotion, part, "imagesize") })
}

pub(super) fn file(part: Part<'_>) -> Body {
    with(Attachment { name: name(part), ..attachment(MessageKind::File, part, "filesize") })
}

pub(super) fn disk_file(part: Part<'_>) -> Body {
    Body { url: part.text("url"), ..file(part) }
}

/// The file's name; with its ending where only the ending is given apart.
fn name(part: Part<'_>) -> Option<String> {
    let name = part.text("filename")?;
    match part.text("fileext") {
        Some(ending) if !name.contains('.') => Some(format!("{name}.{ending}")),
        _ => Some(name),
    }
}
