//! The files of an import that is a zip: those that a message names go into the archive, the others are refused, one row each.
//!
//! Which names messages use is asked of the search index, so that it does not matter whether a message came with this import or with an earlier one.

use std::collections::BTreeMap;
use std::io::Read;
use std::time::{Duration, Instant};

use data_encoding::HEXLOWER;
use md5::{Digest, Md5};
use xinju_model::access::Permit;
use xinju_model::id::EntryIndex;
use xinju_model::import::RejectReason;
use xinju_model::limits::{IMPORT_ZIP_NAME_BYTES_MAX, MEDIA_FILE_BYTES_MAX};
use xinju_model::media::{MediaFile, MediaName};
use xinju_model::record::EntryKind;
use xinju_store::media::{MediaContent, StoredMedia};

use crate::audit::{Act, record};
use crate::error::ServiceError;
use crate::import::archive::{Archive, Member};
use crate::lines::RefusedLine;
use crate::service::Core;

/// Files that are told of at once, in one event, so that it stays a few kilobytes.
const AT_ONCE: usize = 64;
/// How long the index may stand still before nobody waits for it any longer.
pub(super) const INDEX_STILL_MAX: Duration = Duration::from_mins(10);
/// How often to look whether it has come on.
const LOOK_EVERY: Duration = Duration::from_millis(20);
/// Bytes that are read of a file at once.
const PIECE_BYTES: usize = 256 * 1024;

/// Some files that were dealt with.
#[derive(Default)]
pub(super) struct Dealt {
    /// Those that no message has.
    pub(super) refused: Vec<RefusedLine>,
    /// Bytes that they took in the zip.
    pub(super) packed: u64,
    files: usize,
    stored: Vec<(MediaName, StoredMedia)>,
}

/// Puts files of a zip into the archive.
pub(super) struct Files<'a> {
    pub(super) core: &'a Core,
    pub(super) permit: &'a Permit,
    pub(super) archive: &'a Archive,
}

fn fault(source: std::io::Error) -> ServiceError {
    ServiceError::Io { what: "reading the zip", source }
}

impl Files<'_> {
    /// Goes through all files and calls `dealt` with some of them after the other; ends early where the service stops.
    pub(super) fn run(&self, dealt: &mut dyn FnMut(Dealt) -> Result<(), ServiceError>) -> Result<(), ServiceError> {
        let mut content = self.archive.content().map_err(fault)?;
        let mut some = Dealt::default();
        self.archive.each(fault, &mut |member| {
            if self.core.feed.stopped() {
                return Ok(false);
            }
            if !member.holds_lines() {
                self.deal(&member, &mut content, &mut some)?;
            }
            some.packed = some.packed.saturating_add(member.packed());
            if some.files >= AT_ONCE {
                dealt(self.told(std::mem::take(&mut some))?)?;
            }
            Ok(true)
        })?;
        dealt(self.told(some)?)
    }

    fn deal(&self, member: &Member, content: &mut Box<dyn MediaContent>, some: &mut Dealt) -> Result<(), ServiceError> {
        some.files = some.files.saturating_add(1);
        let refuse = |reason| {
            let name = member.name();
            RefusedLine { reason, bytes: name.get(..IMPORT_ZIP_NAME_BYTES_MAX).unwrap_or(name).to_vec() }
        };
        // The size first: whoever sends a folder of films for one voice does not have them all read.
        if !self.core.index.names_size(member.bytes())? {
            some.refused.push(refuse(RejectReason::FileUnnamed));
            return Ok(());
        }
        let name = match name_of(member, content) {
            Ok(name) if member.bytes() <= MEDIA_FILE_BYTES_MAX => name,
            _ => {
                some.refused.push(refuse(RejectReason::FileUnreadable));
                return Ok(());
            }
        };
        if !self.core.index.names_file(name)? {
            some.refused.push(refuse(RejectReason::FileUnnamed));
        } else if self.core.store.read()?.message_media(name)?.is_none() {
            let mut file = member.open(content).map_err(fault)?;
            some.stored.push((name, self.core.store.media().put(&mut file)?));
        }
        Ok(())
    }

    /// Links files to their names, with the event that proves their arrival; files that are linked already need neither.
    fn told(&self, mut some: Dealt) -> Result<Dealt, ServiceError> {
        let new: BTreeMap<MediaName, StoredMedia> = std::mem::take(&mut some.stored).into_iter().collect();
        if new.is_empty() {
            return Ok(some);
        }
        let lines = new.iter().map(|(name, stored)| {
            let (md5, sha256) = (HEXLOWER.encode(&name.md5), HEXLOWER.encode(&stored.sha256));
            format!("{md5}/{}/{sha256}/{}", name.bytes, stored.id)
        });
        let act = Act::of(EntryKind::Import, "media.store").with_ids("media", lines);
        let now = self.core.clock.now();
        self.core.store.write(self.permit, move |tx| {
            let entry: EntryIndex = record(tx, now, &act)?;
            for (name, stored) in &new {
                let file = MediaFile { media: stored.id, sha256: HEXLOWER.encode(&stored.sha256), entry };
                tx.add_message_media(*name, &file)?;
            }
            Ok(())
        })?;
        Ok(some)
    }
}

/// The name that messages would give a file; an error where it cannot be unpacked to the bytes that the directory claims.
fn name_of(member: &Member, content: &mut Box<dyn MediaContent>) -> std::io::Result<MediaName> {
    let mut file = member.open(content)?.take(member.bytes().saturating_add(1));
    let (mut md5, mut piece, mut found) = (Md5::new(), vec![0; PIECE_BYTES], 0_u64);
    loop {
        let read = file.read(&mut piece)?;
        if read == 0 {
            break;
        }
        md5.update(piece.get(..read).unwrap_or_default());
        found = found.saturating_add(read as u64);
    }
    if found != member.bytes() {
        return Err(std::io::Error::new(std::io::ErrorKind::InvalidData, "it has other bytes than the directory says"));
    }
    Ok(MediaName { md5: md5.finalize().into(), bytes: found })
}

impl Core {
    /// Waits until all messages that are there can be asked for their files; false where the service stops, or the index does not come on for so long.
    pub(crate) fn wait_named(&self, still: Duration) -> bool {
        let (wanted, mut seen, mut since) = (self.store.size(), self.searchable(), Instant::now());
        while self.searchable() < wanted {
            let now = self.searchable();
            if now != seen {
                (seen, since) = (now, Instant::now());
            }
            if since.elapsed() > still || self.feed.stopped() {
                return false;
            }
            self.feed.hurry();
            self.feed.pause(LOOK_EVERY);
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;
    use crate::import::archive::{Given, look};
    use crate::world::{World, import_permit, picture, zip_of};

    #[test]
    fn a_stop_half_way_keeps_what_was_told_and_the_rest_comes_later() {
        let world = World::new();
        let contents: Vec<Vec<u8>> = (0..70_u32).map(|n| n.to_le_bytes().repeat(300)).collect();
        for (content, n) in contents.iter().zip(0..) {
            let n: u32 = n;
            world.add(picture(&n.to_string(), "ken", "wmA", content));
        }
        world.indexed();
        let files: Vec<(&str, &[u8])> = contents.iter().map(|content| ("x", content.as_slice())).collect();
        let run = |world: &World, stop: bool| {
            let core = &world.service.core;
            let Given::Archive(archive) = look(core, Box::new(Cursor::new(zip_all(&files)))).expect("kept") else {
                panic!("a zip")
            };
            let permit = import_permit();
            let files = Files { core, permit: &permit, archive: &archive };
            let mut dealt = Vec::new();
            let mut hear = |some: Dealt| {
                dealt.push(some.files);
                if stop {
                    core.feed.stop();
                }
                Ok(())
            };
            files.run(&mut hear).expect("runs");
            let tx = core.store.read().expect("reads");
            let there = |content: &&Vec<u8>| {
                let names = xinju_model::media::names_in(&picture("0", "ken", "wmA", content));
                tx.message_media(names[0]).expect("reads").is_some()
            };
            (dealt, contents.iter().filter(there).count())
        };
        assert_eq!(run(&world, true), (vec![64, 0], 64));
        let world = world.reopen();
        world.indexed();
        assert_eq!(run(&world, false), (vec![64, 6], 70));
        assert_eq!(world.count_events("media.store"), 2);
    }

    fn zip_all(files: &[(&str, &[u8])]) -> Vec<u8> {
        let names: Vec<String> = (0..files.len()).map(|n| n.to_string()).collect();
        zip_of(&names.iter().zip(files).map(|(name, (_, content))| (name.as_str(), *content)).collect::<Vec<_>>())
    }
}
