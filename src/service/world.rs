//! A world for tests: a real store and index in a temporary folder, a clock that stands still, seeded randomness, a trivial decoder.

use std::io::{BufRead, BufReader, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering};
use std::time::Duration;

use sha2::{Digest, Sha256};
use xinju_keys::durable::{Durable, Hazard, Step};
use xinju_keys::keystore::Keystore;
use xinju_keys::master::{MasterSource, default_key_path};
use xinju_model::access::{Action, Credential, Permit, Rights, Viewer, authorize};
use xinju_model::audit::Event;
use xinju_model::channel::Channel;
use xinju_model::facts::Facts;
use xinju_model::id::{EntryIndex, Random, RoleId, SessionId, StaffId, UserId};
use xinju_model::import::RejectReason;
use xinju_model::message::{Attachment, Body, Message, MessageKind};
use xinju_model::record::{EntryKind, Format, Source, Via};
use xinju_model::role::BuiltIn;
use xinju_model::staff::StaffState;
use xinju_model::time::{Clock, Timestamp};
use xinju_search::index::IndexOptions;
use xinju_store::disk::Disk;
use xinju_store::store::StoreOptions;
use zeroize::Zeroizing;

use crate::decode::Decode;
use crate::intake::{Accepted, Incoming};
use crate::lines::{Directory, DirectoryError, ImportLine, LineSource, ReadFiles, RefusedLine};
use crate::service::{OpenOptions, Service};
use crate::session::{CompleteSetup, Origin, SignedIn};
use crate::sign_on::tests::Others;
use crate::stamp::tests::Outside;
use crate::user::CreateUser;

/// When every world begins: 2026-01-31T08:00:00Z.
pub(crate) const BEGIN: Timestamp = Timestamp(1_769_846_400_000);
/// The session of every viewer that is stored nowhere; it has confirmed who it is when the world begins.
pub(crate) const FRESH_SESSION: SessionId = SessionId([8; 16]);
/// A password that may be chosen.
pub(crate) const PASSWORD: &str = "correct horse";

/// A clock that moves when told.
pub(crate) struct FakeClock(AtomicI64);

impl FakeClock {
    pub(crate) fn pass(&self, millis: i64) {
        self.0.fetch_add(millis, Ordering::SeqCst);
    }
}

impl Clock for FakeClock {
    fn now(&self) -> Timestamp {
        Timestamp(self.0.load(Ordering::SeqCst))
    }
}

/// SHA-256 of a counter.
pub(crate) struct SeededRandom(AtomicU64);

impl Random for SeededRandom {
    fn fill(&self, bytes: &mut [u8]) {
        for chunk in bytes.chunks_mut(32) {
            let number = self.0.fetch_add(1, Ordering::SeqCst);
            let block: [u8; 32] = Sha256::digest(number.to_be_bytes()).into();
            chunk.iter_mut().zip(block).for_each(|(to, from)| *to = from);
        }
    }
}

/// Shows the text of text messages, and knows images and words of consent.
struct TrivialDecoder;

impl Decode for TrivialDecoder {
    fn decode(&self, _format: Format, original: &[u8], facts: &Facts) -> Message {
        let image = facts.kind.as_deref() == Some("image");
        let told = facts.kind.as_deref().and_then(MessageKind::from_name);
        let told = told.filter(|kind| matches!(kind, MessageKind::Image | MessageKind::Agree | MessageKind::Disagree));
        let read: serde_json::Value = serde_json::from_slice(original).unwrap_or_default();
        let (size, md5) = (read["image"]["filesize"].as_u64(), read["image"]["md5sum"].as_str().map(str::to_owned));
        let attachment = Attachment { kind: MessageKind::Image, name: None, size, md5, seconds: None, pixels: None };
        Message {
            from: None,
            to: Vec::new(),
            sent_at: facts.sent_at,
            kind: told.unwrap_or(MessageKind::Text),
            source_kind: facts.kind.clone().unwrap_or_default(),
            body: Body {
                text: facts.text.clone().unwrap_or_default(),
                attachments: if image { vec![attachment] } else { Vec::new() },
                ..Body::default()
            },
        }
    }
}

/// One JSON object a line.
struct TrivialFiles;

struct TrivialLines {
    lines: BufReader<Box<dyn Read + Send>>,
    number: u64,
    bytes: u64,
}

impl LineSource for TrivialLines {
    fn next_batch(&mut self, max: usize) -> std::io::Result<Vec<ImportLine>> {
        let mut batch = Vec::new();
        while batch.len() < max {
            let mut line = Vec::new();
            self.bytes += self.lines.read_until(b'\n', &mut line)? as u64;
            if line.is_empty() {
                break;
            }
            self.number += 1;
            let line = line.trim_ascii().to_vec();
            let content = match serde_json::from_slice::<serde_json::Value>(&line) {
                Ok(_) => Ok(line),
                Err(_) => Err(RefusedLine { reason: RejectReason::NotJson, bytes: line }),
            };
            batch.push(ImportLine { number: self.number, content });
        }
        Ok(batch)
    }

    fn bytes_read(&self) -> u64 {
        self.bytes
    }
}

impl ReadFiles for TrivialFiles {
    fn format(&self) -> Format {
        Format::WecomJson
    }

    fn messages(&self, file: Box<dyn Read + Send>) -> std::io::Result<Box<dyn LineSource>> {
        Ok(Box::new(TrivialLines { lines: BufReader::new(file), number: 0, bytes: 0 }))
    }

    /// `name of staff=account` or `name of customer=id`, a line each.
    fn directory(&self, mut file: Box<dyn Read + Send>) -> Result<Directory, DirectoryError> {
        let mut text = String::new();
        file.read_to_string(&mut text).map_err(|error| DirectoryError(error.to_string()))?;
        let mut directory = Directory::default();
        for line in text.lines() {
            let (name, id) = line.split_once('=').ok_or_else(|| DirectoryError(format!("no name in {line}")))?;
            if id.starts_with("wm") {
                directory.customers.push(crate::world::customer(name, id));
            } else {
                directory.staff.push(crate::world::staff(name, id));
            }
        }
        Ok(directory)
    }
}

pub(crate) fn customer(name: &str, id: &str) -> xinju_model::customer::Customer {
    xinju_model::customer::Customer {
        id: xinju_model::customer::customer_id(Channel::Wecom, id),
        name: name.into(),
        company: None,
        position: None,
        identities: vec![xinju_model::customer::ContactIdentity { channel: Channel::Wecom, id: id.into() }],
        followers: Vec::new(),
        listed: true,
    }
}

pub(crate) fn staff(name: &str, id: &str) -> xinju_model::staff::Staff {
    xinju_model::staff::Staff {
        id: xinju_model::staff::staff_id(Channel::Wecom, &id.to_lowercase()),
        name: name.into(),
        channel: Channel::Wecom,
        account: id.into(),
        departments: Vec::new(),
        position: None,
        listed: true,
        state: StaffState::Active,
    }
}

/// A disk that is full from the moment it is told.
#[derive(Debug, Default)]
pub(crate) struct DiskFull(AtomicBool);

impl DiskFull {
    pub(crate) fn set(&self) {
        self.0.store(true, Ordering::SeqCst);
    }
}

impl Hazard for DiskFull {
    fn meet(&self, _step: Step, _path: &std::path::Path) -> std::io::Result<()> {
        if self.0.load(Ordering::SeqCst) { Err(std::io::ErrorKind::StorageFull.into()) } else { Ok(()) }
    }
}

/// A service over a temporary folder.
pub(crate) struct World {
    pub(crate) service: Service,
    pub(crate) disk: Arc<DiskFull>,
    pub(crate) others: Arc<Others>,
    pub(crate) outside: Arc<Outside>,
    pub(crate) clock: Arc<FakeClock>,
    pub(crate) folder: tempfile::TempDir,
}

pub(crate) fn origin() -> Origin {
    Origin { address: "192.0.2.7".into(), agent: "a browser".into() }
}

/// A text message, `minutes` after the beginning; 0 minutes are no time at all.
pub(crate) fn message(id: &str, from: &str, to: &str, minutes: i64, text: &str) -> Vec<u8> {
    let at = if minutes == 0 { 0 } else { BEGIN.millis() + minutes * 60_000 };
    serde_json::to_vec(&serde_json::json!({
        "msgid": id, "action": "send", "from": from, "tolist": [to], "roomid": "", "msgtime": at,
        "msgtype": "text", "text": {"content": text},
    }))
    .expect("json")
}

/// A message that is a picture of these bytes.
pub(crate) fn picture(id: &str, from: &str, to: &str, content: &[u8]) -> Vec<u8> {
    use md5::Digest;
    let md5 = data_encoding::HEXLOWER.encode(&md5::Md5::digest(content));
    serde_json::to_vec(&serde_json::json!({
        "msgid": id, "action": "send", "from": from, "tolist": [to], "roomid": "", "msgtime": BEGIN.millis(),
        "msgtype": "image", "image": {"md5sum": md5, "filesize": content.len(), "sdkfileid": "x"},
    }))
    .expect("json")
}

/// A zip of these files.
pub(crate) fn zip_of(files: &[(&str, &[u8])]) -> Vec<u8> {
    use std::io::Write;
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, content) in files {
        zip.start_file(*name, zip::write::SimpleFileOptions::default()).expect("a file");
        zip.write_all(content).expect("written");
    }
    zip.finish().expect("a zip").into_inner()
}

impl World {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let clock = Arc::new(FakeClock(AtomicI64::new(BEGIN.millis())));
        let disk = Arc::new(DiskFull::default());
        let others = Arc::new(Others::default());
        let outside = Arc::new(Outside::default());
        let service = open(folder.path(), &clock, 0, &disk, (&others, &outside));
        Self { service, disk, others, outside, clock, folder }
    }

    /// Closes the service and opens the folder again.
    pub(crate) fn reopen(self) -> Self {
        let Self { service, disk, others, outside, clock, folder } = self;
        let seed = service.core.store.size() * 1_000_000;
        service.close();
        drop(service);
        let service = open(folder.path(), &clock, seed, &disk, (&others, &outside));
        Self { service, disk, others, outside, clock, folder }
    }

    pub(crate) fn accept(&self, originals: Vec<Vec<u8>>) -> Vec<Accepted> {
        let source = Arc::new(Source {
            channel: Channel::Wecom,
            account: "default".into(),
            format: Format::WecomJson,
            via: Via::Import,
            import: None,
        });
        let originals = originals.into_iter().map(|original| Incoming { original, cursor: None }).collect();
        self.service.accept(&import_permit(), &source, originals).expect("accepted")
    }

    /// Accepts one original that is new; its index.
    pub(crate) fn add(&self, original: Vec<u8>) -> EntryIndex {
        match self.accept(vec![original]).as_slice() {
            [Accepted::Added(index)] => *index,
            other => panic!("not added: {other:?}"),
        }
    }

    /// Lets somebody confirm who they are, so that what is sensitive may follow.
    pub(crate) fn confirm(&self, viewer: &Viewer) {
        self.service.core.confirmed.put(viewer.session.expect("a session"), self.clock.now());
    }

    /// Waits until everything is searchable.
    pub(crate) fn indexed(&self) {
        assert!(self.service.wait_indexed(Duration::from_mins(1)), "the index did not catch up");
    }

    /// The first administrator, signed in.
    pub(crate) fn administrator(&self) -> SignedIn {
        let token = self.service.make_setup_link(&Viewer::operator()).expect("link").expect("no user yet");
        let setup = CompleteSetup {
            token,
            login: "Admin".into(),
            name: "管理员".into(),
            password: Zeroizing::new(PASSWORD.into()),
            others: None,
        };
        self.service.complete_setup(setup, &origin()).expect("set up").expect("not refused").signed_in
    }

    /// A user of a role, signed in; made by the operator.
    pub(crate) fn user(&self, login: &str, role: BuiltIn) -> SignedIn {
        self.user_of(login, &[role.id()], None)
    }

    /// A user of some roles who is a member of staff, signed in; made by the operator.
    pub(crate) fn user_of(&self, login: &str, roles: &[RoleId], staff: Option<StaffId>) -> SignedIn {
        let (roles, password) = (roles.to_vec(), Zeroizing::new(PASSWORD.into()));
        let new = CreateUser { login: login.into(), name: login.into(), roles, staff, password };
        self.service.create_user(&Viewer::operator(), new).expect("made").expect("not refused");
        self.sign_in(login)
    }

    pub(crate) fn sign_in(&self, login: &str) -> SignedIn {
        let password = Zeroizing::new(PASSWORD.to_owned());
        self.service.sign_in(login, &password, &origin()).expect("signed in").expect("not refused")
    }

    /// Enrols an authenticator app for somebody; its secret and the recovery codes. The code of the present step is used up.
    pub(crate) fn enrol(&self, viewer: &Viewer) -> ([u8; 20], Vec<String>) {
        let begun = self.service.begin_enrolment(viewer).expect("begun");
        let secret = data_encoding::BASE32_NOPAD.decode(begun.secret.as_bytes()).expect("base32");
        let secret: [u8; 20] = secret.try_into().expect("20 bytes");
        let code = crate::factor::codes::code_at(&secret, self.clock.now());
        let codes = self.service.confirm_enrolment(viewer, &code).expect("answered").expect("enrolled");
        (secret, codes.iter().map(|code| code.to_string()).collect())
    }

    /// The code that an app shows now.
    pub(crate) fn code(&self, secret: &[u8; 20]) -> String {
        crate::factor::codes::code_at(secret, self.clock.now())
    }

    /// Every event of the ledger, oldest first.
    pub(crate) fn events(&self) -> Vec<(EntryKind, Event)> {
        let tx = self.service.core.store.read().expect("a snapshot");
        let mut events = Vec::new();
        tx.entries(0..tx.size(), &mut |_, entry| {
            if entry.origin.is_none() {
                events.push((entry.kind, Event::from_bytes(&entry.body).expect("an event")));
            }
            true
        })
        .expect("entries");
        events
    }

    /// The last event of this name.
    pub(crate) fn last_event(&self, action: &str) -> Option<Event> {
        self.events().into_iter().rev().map(|(_, event)| event).find(|event| event.action == action)
    }

    /// How many events have this name.
    pub(crate) fn count_events(&self, action: &str) -> usize {
        self.events().iter().filter(|(_, event)| event.action == action).count()
    }
}

/// Somebody of a role with a session, not stored anywhere: enough for the policy.
pub(crate) fn viewer(role: BuiltIn) -> Viewer {
    Viewer {
        user: Some(UserId([9; 16])),
        name: role.name().into(),
        rights: Rights::built_in(role),
        credential: Credential::Session,
        place: "192.0.2.7".into(),
        session: Some(FRESH_SESSION),
        vouched: false,
    }
}

pub(crate) fn import_permit() -> Permit {
    authorize(&Viewer::operator(), Action::Import).expect("the operator may import")
}

fn open(
    folder: &std::path::Path,
    clock: &Arc<FakeClock>,
    seed: u64,
    disk: &Arc<DiskFull>,
    (others, outside): (&Arc<Others>, &Arc<Outside>),
) -> Service {
    let data = folder.join("data");
    let random = SeededRandom(AtomicU64::new(seed));
    let keys = Keystore::open_or_create(&data, &MasterSource::File(default_key_path(&data)), &random).expect("keys");
    let options = OpenOptions {
        version: "test",
        clock: Arc::<FakeClock>::clone(clock),
        random: Arc::new(random),
        decoder: Arc::new(TrivialDecoder),
        files: Arc::new(TrivialFiles),
        identify: Arc::<Others>::clone(others),
        post: Arc::<Outside>::clone(outside),
        store: StoreOptions { segment_entries: 256, ..StoreOptions::default() },
        index: IndexOptions { writer_bytes: 15_000_000, threads: 1, cache_bytes: 4_000_000 },
    };
    let disk = Disk { durable: Durable::with_hazard(Arc::<DiskFull>::clone(disk)), wrap: None };
    let service = Service::open_on(&data, Arc::new(keys), options, disk).expect("a service");
    service.core.confirmed.put(FRESH_SESSION, clock.now());
    service
}
