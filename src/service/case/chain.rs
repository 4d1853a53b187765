//! The chain of a case: links between the business and what shows it, and the files that were put into it.

use std::io::{self, Read};

use data_encoding::HEXLOWER;
use sm3::{Digest, Sm3};
use xinju_model::access::{Action, Permit, Viewer};
use xinju_model::case::CaseState;
use xinju_model::chain::{Chain, ChainFault, ChainFile, ChainGap, ChainLink, LinkAbout};
use xinju_model::id::{CaseId, EntryIndex};
use xinju_model::limits::{CHAIN_FILE_BYTES_MAX, CHAIN_LINK_FILES_MAX, CHAIN_LINKS_MAX};
use xinju_model::mark::Mark;
use xinju_store::error::StoreError;
use xinju_store::media::{MediaContent, StoredMedia};
use xinju_store::read::ReadTx;

use crate::audit::{Act, record};
use crate::case::masking::{returned_link, shown_link};
use crate::case::records::Collector;
use crate::error::ServiceError;
use crate::message::MessageView;
use crate::service::{Core, Service};

/// Why a chain was not changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChainRefusal {
    /// A link is not as it should be.
    Fault(ChainFault),
    /// The case is over.
    Closed,
    /// There are as many links, or files of a link, as there may be.
    TooMany,
    /// There is no such link, file or record.
    NotThere,
    /// The file has more than [`CHAIN_FILE_BYTES_MAX`] bytes, or none.
    FileSize,
}

/// A link to make or to change.
#[derive(Clone, Debug)]
pub struct PutLink {
    /// Which to change; none for a new one.
    pub link: Option<u32>,
    /// What is said of it.
    pub about: LinkAbout,
    /// Its place in the chain, counted from 0; at the end, or where it stands, where none is given.
    pub place: Option<u32>,
}

/// A file to put into a chain.
pub struct NewFile {
    /// The link that it shows.
    pub link: u32,
    /// Its name, without folders.
    pub name: String,
    /// Its content.
    pub content: Box<dyn Read + Send>,
}

/// A file that is taken out of the archive.
pub struct TakenFile {
    /// What is known of it.
    pub file: ChainFile,
    /// Its bytes.
    pub content: Box<dyn MediaContent>,
    /// The mark of who takes it.
    pub mark: Mark,
}

/// A record that shows a link.
#[derive(Clone, Debug, PartialEq)]
pub struct LinkRecord {
    /// Its entry.
    pub index: EntryIndex,
    /// The message; none where the viewer may not read it.
    pub message: Option<MessageView>,
}

/// A link as people see it.
#[derive(Clone, Debug, PartialEq)]
pub struct LinkView {
    /// The link.
    pub link: ChainLink,
    /// Its records.
    pub records: Vec<LinkRecord>,
    /// What it lacks.
    pub gaps: Vec<ChainGap>,
}

/// Digests what is read, and stops where a file is longer than it may be.
struct Digesting<'a> {
    content: &'a mut dyn Read,
    sm3: Sm3,
    left: u64,
}

impl Read for Digesting<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.content.read(buffer)?;
        self.left = self.left.checked_sub(read as u64).ok_or(io::ErrorKind::FileTooLarge)?;
        self.sm3.update(buffer.get(..read).unwrap_or_default());
        Ok(read)
    }
}

impl Core {
    /// A case that goes on, whose chain the viewer may change; its chain.
    fn open_chain(
        &self,
        viewer: &Viewer,
        id: CaseId,
    ) -> Result<Result<(Permit, ReadTx, Chain), ChainRefusal>, ServiceError> {
        let (permit, tx, case) = self.seen_case(viewer, id)?;
        if case.state == CaseState::Closed {
            return Ok(Err(ChainRefusal::Closed));
        }
        let chain = tx.chain(id)?;
        Ok(Ok((permit, tx, chain)))
    }

    /// Puts a chain and tells of it.
    fn put_chain(&self, permit: &Permit, id: CaseId, chain: Chain, act: Act) -> Result<(), ServiceError> {
        let now = self.clock.now();
        Ok(self.store.write(permit, move |tx| {
            tx.put_chain(id, &chain)?;
            record(tx, now, &act).map(|_| ())
        })?)
    }

    /// Whether the viewer sees every record that a link is to have.
    fn shows_all(&self, viewer: &Viewer, records: &[EntryIndex]) -> Result<bool, ServiceError> {
        let permit = self.allow_search(viewer)?;
        let views = self.views(&self.snapshot(&permit)?, records)?;
        Ok(views.iter().all(Option::is_some))
    }

    /// Seals a file's bytes among the media; its SM3.
    fn keep_file(&self, content: &mut dyn Read) -> Result<Result<(StoredMedia, String), ChainRefusal>, ServiceError> {
        let mut digesting = Digesting { content, sm3: Sm3::default(), left: CHAIN_FILE_BYTES_MAX };
        match self.store.media().put(&mut digesting) {
            Ok(stored) if stored.bytes > 0 => Ok(Ok((stored, HEXLOWER.encode(digesting.sm3.finalize().as_slice())))),
            Ok(_) => Ok(Err(ChainRefusal::FileSize)),
            Err(StoreError::Io { source, .. }) if source.kind() == io::ErrorKind::FileTooLarge => {
                Ok(Err(ChainRefusal::FileSize))
            }
            Err(other) => Err(other.into()),
        }
    }
}

impl Service {
    /// The chain of a case in its order, with what each link lacks. Its records are read: one event in the ledger, where there are any.
    pub fn chain(&self, viewer: &Viewer, id: CaseId) -> Result<Vec<LinkView>, ServiceError> {
        let core = &self.core;
        let (seen, tx, _) = core.seen_case(viewer, id)?;
        let (chain, items) = (tx.chain(id)?, tx.case_items(id)?);
        drop(tx);
        if chain.links.is_empty() {
            return Ok(Vec::new());
        }
        let permit = core.allow_search(viewer)?;
        let snapshot = core.snapshot(&permit)?;
        let case = Collector { core, snapshot: &snapshot, permit: &permit }.worked_out(&items)?;
        let gaps = chain.gaps(|record| case.holds(record));
        let mut links = Vec::with_capacity(chain.links.len());
        for (link, gaps) in chain.links.into_iter().zip(gaps) {
            let views = core.views(&snapshot, &link.about.records)?;
            let records = link.about.records.iter().zip(views);
            let records = records.map(|(index, message)| LinkRecord { index: *index, message }).collect();
            links.push(LinkView { link: shown_link(seen.masks(), link), records, gaps });
        }
        let shown = links.iter().flat_map(|link| link.records.iter().filter_map(|record| record.message.as_ref()));
        let indexes: Vec<EntryIndex> = shown.clone().map(|message| message.index).collect();
        if !indexes.is_empty() {
            let act = Act::audit("case.read").on(id).with_ids("messages", indexes);
            core.audited(&permit, act.about_messages(shown))?;
        }
        Ok(links)
    }

    /// Makes a link, or changes one; its number.
    pub fn put_link(
        &self,
        viewer: &Viewer,
        id: CaseId,
        put: PutLink,
    ) -> Result<Result<u32, ChainRefusal>, ServiceError> {
        let core = &self.core;
        let _one_at_a_time = core.cases.lock();
        let (permit, _, mut chain) = match core.open_chain(viewer, id)? {
            Ok(open) => open,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let before = put.link.and_then(|number| chain.link_mut(number)).map(|link| link.about.clone());
        let about = match before {
            Some(before) => returned_link(permit.masks(), put.about, &before),
            None => put.about,
        };
        let about = match about.checked() {
            Ok(about) => about,
            Err(fault) => return Ok(Err(ChainRefusal::Fault(fault))),
        };
        if !core.shows_all(viewer, &about.records)? {
            return Ok(Err(ChainRefusal::NotThere));
        }
        let act = Act::audit("case.link").on(id).with("title", &about.title).with_ids("messages", &about.records);
        let number = match put.link {
            None if chain.links.len() >= CHAIN_LINKS_MAX => return Ok(Err(ChainRefusal::TooMany)),
            None => {
                let (number, added_at) = (chain.next_number(), core.clock.now());
                chain.links.push(ChainLink { number, about, files: Vec::new(), added_at, added_by: viewer.user });
                number
            }
            Some(number) => {
                let Some(link) = chain.link_mut(number) else { return Ok(Err(ChainRefusal::NotThere)) };
                link.about = about;
                number
            }
        };
        if let Some(place) = put.place {
            chain.place(number, usize::try_from(place).unwrap_or(usize::MAX));
        }
        core.put_chain(&permit, id, chain, act.with("link", number))?;
        Ok(Ok(number))
    }

    /// Takes a link out of the chain with its files. Their bytes stay sealed: the ledger tells of them.
    pub fn unlink(&self, viewer: &Viewer, id: CaseId, number: u32) -> Result<Result<u32, ChainRefusal>, ServiceError> {
        let core = &self.core;
        let _one_at_a_time = core.cases.lock();
        let (permit, _, mut chain) = match core.open_chain(viewer, id)? {
            Ok(open) => open,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let Some(link) = chain.link_mut(number).cloned() else { return Ok(Err(ChainRefusal::NotThere)) };
        chain.links.retain(|link| link.number != number);
        let act = Act::audit("case.unlink").on(id).with("link", number).with("title", link.about.title);
        core.put_chain(&permit, id, chain, act.with_ids("messages", link.about.records))?;
        Ok(Ok(number))
    }

    /// Puts a file to a link: its bytes sealed among the media, its digests in the ledger.
    pub fn add_chain_file(
        &self,
        viewer: &Viewer,
        id: CaseId,
        mut new: NewFile,
    ) -> Result<Result<u32, ChainRefusal>, ServiceError> {
        let core = &self.core;
        let room = |chain: &mut Chain| match chain.link_mut(new.link) {
            None => Err(ChainRefusal::NotThere),
            Some(link) if link.files.len() >= CHAIN_LINK_FILES_MAX => Err(ChainRefusal::TooMany),
            Some(_) => Ok(()),
        };
        // Asked before a byte is kept, and once more when nobody else can change the chain: files are large.
        match core.open_chain(viewer, id)? {
            Ok((_, _, mut chain)) => {
                if let Err(refusal) = room(&mut chain) {
                    return Ok(Err(refusal));
                }
            }
            Err(refusal) => return Ok(Err(refusal)),
        }
        let (stored, sm3) = match core.keep_file(&mut *new.content)? {
            Ok(kept) => kept,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let _one_at_a_time = core.cases.lock();
        let (permit, _, mut chain) = match core.open_chain(viewer, id)? {
            Ok(open) => open,
            Err(refusal) => return Ok(Err(refusal)),
        };
        if let Err(refusal) = room(&mut chain) {
            return Ok(Err(refusal));
        }
        let file = ChainFile {
            number: chain.next_number(),
            name: new.name,
            bytes: stored.bytes,
            media: stored.id,
            sha256: HEXLOWER.encode(&stored.sha256),
            sm3,
            entry: EntryIndex(0),
            added_at: core.clock.now(),
            added_by: viewer.user,
        };
        core.put_file(&permit, id, new.link, file, chain).map(Ok)
    }

    /// Takes a file out of the chain. Its bytes stay sealed: the ledger tells of it.
    pub fn remove_chain_file(
        &self,
        viewer: &Viewer,
        id: CaseId,
        number: u32,
    ) -> Result<Result<u32, ChainRefusal>, ServiceError> {
        let core = &self.core;
        let _one_at_a_time = core.cases.lock();
        let (permit, _, mut chain) = match core.open_chain(viewer, id)? {
            Ok(open) => open,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let Some(file) = chain.file(number).cloned() else { return Ok(Err(ChainRefusal::NotThere)) };
        chain.links.iter_mut().for_each(|link| link.files.retain(|file| file.number != number));
        let act = Act::audit("case.remove_file").on(id).with("file", file.name).with("sha256", file.sha256);
        core.put_chain(&permit, id, chain, act)?;
        Ok(Ok(number))
    }

    /// A file of a chain, to be taken out of the archive; none where there is none. One event in the ledger.
    pub fn take_chain_file(&self, viewer: &Viewer, id: CaseId, number: u32) -> Result<Option<TakenFile>, ServiceError> {
        let core = &self.core;
        let (permit, tx, _) = core.seen_case(viewer, id)?;
        let Some(file) = tx.chain(id)?.file(number).cloned() else { return Ok(None) };
        // Nothing tells which of its bytes would have to be masked.
        if core.snapshot(&core.allow_search(viewer)?)?.is_masked() {
            return Err(core.deny(viewer, Action::ReadContent, &id.to_string(), ServiceError::Withheld));
        }
        let content = core.store.media().open(file.media)?;
        let content = content.ok_or_else(|| ServiceError::Internal("a file of a case is missing".into()))?;
        let act = Act::audit("case.download_file").on(id).with("file", &file.name).with("sha256", &file.sha256);
        let mark = core.marked(&permit, act)?;
        Ok(Some(TakenFile { file, content, mark }))
    }
}

impl Core {
    /// Puts a chain with one file more. The event says its digests; the file names the event's entry.
    fn put_file(
        &self,
        permit: &Permit,
        id: CaseId,
        link: u32,
        file: ChainFile,
        chain: Chain,
    ) -> Result<u32, ServiceError> {
        let now = self.clock.now();
        let act = Act::audit("case.add_file").on(id).with("link", link).with("file", &file.name);
        let act = act.with("bytes", file.bytes).with("sha256", &file.sha256).with("sm3", &file.sm3);
        Ok(self.store.write(permit, move |tx| {
            let (mut chain, entry) = (chain.clone(), record(tx, now, &act)?);
            let number = file.number;
            if let Some(link) = chain.link_mut(link) {
                link.files.push(ChainFile { entry, ..file.clone() });
            }
            tx.put_chain(id, &chain)?;
            Ok(number)
        })?)
    }
}
