//! Refused lines, whole: a sealed file for each import, because they are content.
//!
//! The file is a header and frames. A frame is its length (four bytes, little-endian) and sealed NDJSON; its number and
//! the import's id are bound to it. A kill leaves at most one cut frame at the end, which is left out when reading.

use std::fs::{File, OpenOptions};
use std::io::{self, BufReader, Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::PathBuf;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;
use xinju_keys::keystore::Purpose;
use xinju_keys::sealing::{OVERHEAD, Sealer};
use xinju_model::id::ImportId;
use xinju_model::limits::IMPORT_REJECTS_BYTES_MAX;
use xinju_model::mark::Mark;

use crate::error::ServiceError;
use crate::lines::RefusedLine;
use crate::service::Core;

/// The folder inside the data folder.
const FOLDER: &str = "rejects";
/// What a file begins with; the last byte is the version.
const HEADER: [u8; 5] = *b"XJRJ\x01";
/// Plain bytes of a frame at most.
const FRAME_BYTES_MAX: usize = 16 * 1024 * 1024;

#[derive(Serialize)]
struct Kept<'a> {
    #[serde(rename = "line")]
    number: u64,
    reason: &'a str,
    base64: String,
}

/// The file of an import that runs.
pub(super) struct RejectsFile<'a> {
    core: &'a Core,
    id: ImportId,
    /// Made with the first refused line.
    file: Option<File>,
    frames: u64,
    bytes: u64,
}

fn path(core: &Core, id: ImportId) -> PathBuf {
    core.data.join(FOLDER).join(id.hex())
}

fn sealer(core: &Core) -> Sealer {
    core.keys.sealer(Purpose::Media)
}

fn context(id: ImportId, frame: u64) -> Vec<u8> {
    let mut context = b"xinju-rejects/1".to_vec();
    context.extend_from_slice(&id.0);
    context.extend_from_slice(&frame.to_be_bytes());
    context
}

fn fault(source: io::Error) -> ServiceError {
    ServiceError::Io { what: "keeping refused lines", source }
}

impl<'a> RejectsFile<'a> {
    pub(super) fn new(core: &'a Core, id: ImportId) -> Self {
        Self { core, id, file: None, frames: 0, bytes: 0 }
    }

    /// Keeps refused lines, durably. Beyond [`IMPORT_REJECTS_BYTES_MAX`] lines are not kept.
    pub(super) fn keep(&mut self, refused: &[(u64, RefusedLine)]) -> Result<(), ServiceError> {
        let mut frame = Vec::new();
        for (line, refused) in refused {
            if self.bytes >= IMPORT_REJECTS_BYTES_MAX {
                break;
            }
            let line = Kept { number: *line, reason: refused.reason.name(), base64: STANDARD.encode(&refused.bytes) };
            let text = serde_json::to_vec(&line).map_err(|error| ServiceError::Internal(error.to_string()))?;
            if !frame.is_empty() && frame.len() + text.len() >= FRAME_BYTES_MAX {
                self.write(&std::mem::take(&mut frame))?;
            }
            self.bytes += text.len() as u64 + 1;
            frame.extend_from_slice(&text);
            frame.push(b'\n');
        }
        if frame.is_empty() { Ok(()) } else { self.write(&frame) }
    }

    fn write(&mut self, plain: &[u8]) -> Result<(), ServiceError> {
        let sealed = sealer(self.core).seal(&context(self.id, self.frames), plain, &*self.core.random);
        let length = u32::try_from(sealed.len()).map_err(|_| ServiceError::Internal("a frame is too long".into()))?;
        self.frames += 1;
        let file = match &mut self.file {
            Some(file) => file,
            none => none.insert(create(self.core, self.id).map_err(fault)?),
        };
        file.write_all(&length.to_le_bytes())
            .and_then(|()| file.write_all(&sealed))
            .and_then(|()| file.sync_data())
            .map_err(fault)
    }
}

fn create(core: &Core, id: ImportId) -> io::Result<File> {
    let folder = core.data.join(FOLDER);
    std::fs::create_dir_all(&folder)?;
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path(core, id))?;
    file.write_all(&HEADER)?;
    file.sync_all()?;
    File::open(&folder)?.sync_all()?;
    File::open(&core.data)?.sync_all()?;
    Ok(file)
}

/// Writes the kept lines of an import as NDJSON, each with the mark of who takes them out; how many.
pub(super) fn read(core: &Core, id: ImportId, mark: &Mark, out: &mut dyn Write) -> Result<u64, ServiceError> {
    let file = match File::open(path(core, id)) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(0),
        Err(error) => return Err(fault(error)),
    };
    let (mut file, sealer) = (BufReader::new(file), sealer(core));
    let mut header = [0; HEADER.len()];
    file.read_exact(&mut header).map_err(fault)?;
    if header != HEADER {
        return Err(ServiceError::Internal("a file of refused lines is damaged or from a newer version".into()));
    }
    // Kept lines are JSON objects: the mark becomes the first member of each.
    let mark = serde_json::to_string(&mark.to_string()).map_err(|error| ServiceError::Internal(error.to_string()))?;
    let head = format!("{{\"export\":{mark},");
    let mut lines = 0;
    for frame in 0.. {
        let Some(sealed) = read_frame(&mut file).map_err(fault)? else { break };
        let plain = sealer.open(&context(id, frame), &sealed)?;
        for line in plain.split_inclusive(|byte| *byte == b'\n') {
            let members = line.strip_prefix(b"{").unwrap_or(line);
            out.write_all(head.as_bytes()).and_then(|()| out.write_all(members)).map_err(fault)?;
            lines += 1;
        }
    }
    Ok(lines)
}

/// The next frame; none at the end and where a kill cut the last one.
fn read_frame(file: &mut impl Read) -> io::Result<Option<Vec<u8>>> {
    let mut length = [0; 4];
    match file.read_exact(&mut length) {
        Ok(()) => {}
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
        Err(error) => return Err(error),
    }
    let length = u64::from(u32::from_le_bytes(length));
    // One line may be longer than a frame should be: base64 of the longest record.
    if length > 2 * FRAME_BYTES_MAX as u64 + OVERHEAD as u64 {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "a frame claims to be longer than frames are"));
    }
    let mut sealed = Vec::new();
    file.take(length).read_to_end(&mut sealed)?;
    Ok((sealed.len() as u64 == length).then_some(sealed))
}
