//! The open service: what it owns, how it starts and how it stops.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::{Duration, Instant};

use data_encoding::HEXLOWER;
use parking_lot::{Mutex, RwLock};
use xinju_keys::keystore::{Keystore, Purpose};
use xinju_model::access::Viewer;
use xinju_model::checkpoint::NoteKey;
use xinju_model::id::Random;
use xinju_model::policy::SignInPolicy;
use xinju_model::record::EntryKind;
use xinju_model::time::{Clock, Timestamp};
use xinju_search::index::{Index, IndexOptions};
use xinju_search::trail::TrailIndex;
use xinju_store::disk::Disk;
use xinju_store::store::{Store, StoreOptions};

use crate::audit::{Act, record};
use crate::case::kept::KeptCases;
use crate::decode::Decode;
use crate::denial::Denials;
use crate::error::ServiceError;
use crate::factor::pending::Enrolments;
use crate::import::Imports;
use crate::jobs::Jobs;
use crate::jobs::feed::Feed;
use crate::jobs::trail::Trail;
use crate::ledger::LedgerState;
use crate::lines::ReadFiles;
use crate::metrics::Counters;
use crate::package::Packages;
use crate::party::KnownParties;
use crate::passkey::ceremony::Ceremonies;
use crate::policy;
use crate::reveal::Reveals;
use crate::scope::Scopes;
use crate::session::fresh::Confirmations;
use crate::session::lockout::Lockout;
use crate::session::second::Challenges;
use crate::sign_on::Identify;
use crate::sign_on::pending::SignOns;
use crate::stamp::Post;
use crate::watch::Watchers;

/// The setting that holds the log's name.
const ORIGIN_SETTING: &str = "ledger.origin";
/// The folder of the search index inside the data folder.
const INDEX_FOLDER: &str = "index";
/// The folder of the index of events inside the data folder.
const TRAIL_FOLDER: &str = "trail";
/// The number of the key of the index of events, so that files of the two indexes cannot stand in for each other.
const TRAIL_KEY: u32 = 1;
/// Bytes of decrypted parts of the index of events kept: it is asked rarely.
const TRAIL_CACHE_BYTES: usize = 4 * 1024 * 1024;

/// What a service is opened with besides its folder and keys.
pub struct OpenOptions {
    /// The product's version, as shown.
    pub version: &'static str,
    /// What tells the time.
    pub clock: Arc<dyn Clock>,
    /// Where random bytes come from.
    pub random: Arc<dyn Random>,
    /// Reads originals for people.
    pub decoder: Arc<dyn Decode>,
    /// Opens files of an import.
    pub files: Arc<dyn ReadFiles>,
    /// Asks other systems who somebody is.
    pub identify: Arc<dyn Identify>,
    /// Asks outsiders for stamps.
    pub post: Arc<dyn Post>,
    /// Numbers of the store.
    pub store: StoreOptions,
    /// Numbers of the index.
    pub index: IndexOptions,
}

/// The service. Cheap to clone; all clones are one. Stops when [`Service::close`] is called or the last clone is dropped.
#[derive(Clone)]
pub struct Service {
    pub(crate) core: Arc<Core>,
    jobs: Arc<Jobs>,
}

/// What use cases and jobs share.
pub(crate) struct Core {
    pub(crate) data: PathBuf,
    pub(crate) version: &'static str,
    pub(crate) started_at: Timestamp,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) random: Arc<dyn Random>,
    pub(crate) decoder: Arc<dyn Decode>,
    pub(crate) files: Arc<dyn ReadFiles>,
    pub(crate) identify: Arc<dyn Identify>,
    pub(crate) post: Arc<dyn Post>,
    pub(crate) keys: Arc<Keystore>,
    pub(crate) store: Store,
    pub(crate) index: Index,
    /// The index of events.
    pub(crate) trail: Trail,
    /// The log's name.
    pub(crate) origin: String,
    /// Everything below this ledger size is searchable.
    pub(crate) searchable: AtomicU64,
    /// What was accepted and waits for the index.
    pub(crate) feed: Feed,
    pub(crate) parties: KnownParties,
    pub(crate) imports: Imports,
    pub(crate) packages: Packages,
    /// Held by changes of users, so that two of them cannot leave the archive without an administrator.
    pub(crate) accounts: Mutex<()>,
    /// Held by changes of cases.
    pub(crate) cases: Mutex<()>,
    pub(crate) kept_cases: KeptCases,
    /// Held by changes of departments, staff and owners.
    pub(crate) people: Mutex<()>,
    pub(crate) scopes: Scopes,
    pub(crate) lockout: Lockout,
    pub(crate) denials: Denials,
    /// The sign-in policy, as it is stored.
    pub(crate) policy: RwLock<SignInPolicy>,
    /// Sign-ins that wait for their second step.
    pub(crate) challenges: Challenges,
    /// Sign-ins that wait for the identity provider.
    pub(crate) sign_ons: SignOns,
    /// Authenticator apps that wait for their first code.
    pub(crate) enrolments: Enrolments,
    /// Requests to devices that wait for their answer.
    pub(crate) ceremonies: Ceremonies,
    /// Which sessions confirmed lately who they are.
    pub(crate) confirmed: Confirmations,
    /// Who had masked values revealed lately.
    pub(crate) reveals: Reveals,
    pub(crate) counters: Counters,
    pub(crate) ledger_watchers: Watchers<LedgerState>,
    /// Held while a checkpoint is signed, so that checkpoints only grow.
    pub(crate) signing: Mutex<()>,
    /// Held while outsiders are asked for stamps, and while it is changed whom to ask.
    pub(crate) stamping: Mutex<()>,
}

impl Service {
    /// Opens the data folder, making it when new, and starts the jobs: indexing of records and events, checkpoints, stamps, heartbeat.
    /// Imports that were running when the last process ended are marked as interrupted.
    pub fn open(data: &Path, keys: Arc<Keystore>, options: OpenOptions) -> Result<Self, ServiceError> {
        Self::open_on(data, keys, options, Disk::default())
    }

    /// As [`Service::open`], on a disk that may fail.
    pub(crate) fn open_on(
        data: &Path,
        keys: Arc<Keystore>,
        options: OpenOptions,
        disk: Disk,
    ) -> Result<Self, ServiceError> {
        if crate::audit::UNAUDITED {
            tracing::error!("this build writes no events of what is read; it is for measuring and nothing else");
        }
        let random = Arc::clone(&options.random);
        let store = Store::open_on(data, Arc::clone(&keys), random, options.store, disk)?;
        let index = open_index(&data.join(INDEX_FOLDER), &keys, options.index, store.size())?;
        let trail = open_trail(&data.join(TRAIL_FOLDER), &keys, store.size())?;
        let origin = origin(&store, &keys, &options)?;
        let policy = policy::stored(&store)?;
        let core = Arc::new(Core {
            data: data.to_owned(),
            version: options.version,
            started_at: options.clock.now(),
            searchable: AtomicU64::new(index.watermark()),
            clock: options.clock,
            random: options.random,
            decoder: options.decoder,
            files: options.files,
            identify: options.identify,
            post: options.post,
            keys,
            store,
            index,
            trail,
            origin,
            feed: Feed::new(),
            parties: KnownParties::default(),
            imports: Imports::default(),
            packages: Packages::default(),
            accounts: Mutex::new(()),
            cases: Mutex::new(()),
            kept_cases: KeptCases::default(),
            people: Mutex::new(()),
            scopes: Scopes::default(),
            lockout: Lockout::default(),
            denials: Denials::default(),
            policy: RwLock::new(policy),
            challenges: Challenges::default(),
            sign_ons: SignOns::default(),
            enrolments: Enrolments::default(),
            ceremonies: Ceremonies::default(),
            confirmed: Confirmations::default(),
            reveals: Reveals::default(),
            counters: Counters::default(),
            ledger_watchers: Watchers::default(),
            signing: Mutex::new(()),
            stamping: Mutex::new(()),
        });
        core.end_interrupted_imports()?;
        core.ensure_seal_key()?;
        let jobs = Arc::new(Jobs::start(&core)?);
        Ok(Self { core, jobs })
    }

    /// Stops running imports at their next batch, stops the jobs, waits for them, commits the index. Calls after this find no jobs running.
    pub fn close(&self) {
        self.jobs.stop();
    }

    /// Waits until everything durable now is searchable, at most `timeout`; whether it is. For the command line and tests.
    pub fn wait_indexed(&self, timeout: Duration) -> bool {
        let (wanted, begun) = (self.core.store.size(), Instant::now());
        loop {
            if self.core.searchable() >= wanted {
                return true;
            }
            if begun.elapsed() >= timeout || self.core.feed.stopped() {
                return false;
            }
            self.core.feed.hurry();
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// The clock that the service reads.
    pub fn clock(&self) -> Arc<dyn Clock> {
        Arc::clone(&self.core.clock)
    }

    /// The jobs, to register threads with.
    pub(crate) fn jobs(&self) -> &Jobs {
        &self.jobs
    }
}

impl Core {
    /// The ledger size below which everything can be found.
    pub(crate) fn searchable(&self) -> u64 {
        self.searchable.load(std::sync::atomic::Ordering::Acquire)
    }

    /// The public key that signs this log's checkpoints.
    pub(crate) fn note_key(&self) -> NoteKey {
        NoteKey { name: self.origin.clone(), public: self.keys.signer().public() }
    }
}

/// Opens the index; one that knows more than the store does (a store from a backup) is made anew.
fn open_index(folder: &Path, keys: &Keystore, options: IndexOptions, size: u64) -> Result<Index, ServiceError> {
    let index = Index::open(folder, keys.sealer(Purpose::Index), options)?;
    if index.watermark() > size {
        tracing::warn!("the search index is newer than the archive and is made again");
        index.clear()?;
    }
    Ok(index)
}

/// As [`open_index`], for events: they are few, so that one thread and the least memory do.
fn open_trail(folder: &Path, keys: &Keystore, size: u64) -> Result<Trail, ServiceError> {
    let options = IndexOptions { writer_bytes: 0, threads: 1, cache_bytes: TRAIL_CACHE_BYTES };
    let index = TrailIndex::open(folder, keys.numbered_sealer(Purpose::Index, TRAIL_KEY)?, options)?;
    if index.watermark() > size {
        tracing::warn!("the index of events is newer than the archive and is made again");
        index.clear()?;
    }
    Ok(Trail::new(index))
}

/// The log's name, made at first start: the first entry of every ledger says it, with the key that signs.
fn origin(store: &Store, keys: &Keystore, options: &OpenOptions) -> Result<String, ServiceError> {
    if let Some(bytes) = store.read()?.setting(ORIGIN_SETTING)? {
        return String::from_utf8(bytes).map_err(|_| ServiceError::Internal("the log's name is not text".into()));
    }
    let mut id = [0; 16];
    options.random.fill(&mut id);
    let origin = format!("xinju/{}", HEXLOWER.encode(&id));
    let key = NoteKey { name: origin.clone(), public: keys.signer().public() };
    let act = Act::of(EntryKind::Key, "archive.create")
        .on(&origin)
        .with("verifier_key", key.verifier_line())
        .with("version", options.version);
    let permit = xinju_model::access::authorize(&Viewer::system(), xinju_model::access::Action::Operate)?;
    let (name, at) = (origin.clone(), options.clock.now());
    store.write(&permit, move |tx| {
        tx.put_setting(ORIGIN_SETTING, Some(name.as_bytes()))?;
        record(tx, at, &act)
    })?;
    Ok(origin)
}
