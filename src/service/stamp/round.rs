//! One round: heads that are due go into the queue, and what waits is tried.

use serde::{Deserialize, Serialize};
use xinju_model::access::{Action, Viewer};
use xinju_model::limits::STAMP_BACKOFF_MS_MAX;
use xinju_model::record::EntryKind;
use xinju_model::stamp::{QueuedStamp, Stamp, StampTarget};
use xinju_model::time::Timestamp;
use xinju_store::error::StoreError;
use xinju_store::write::WriteTx;

use super::ask::{Given, Why, Witnessed};
use super::settings::StampSetup;
use super::state::{self, TargetView};
use crate::audit::{Act, record, system};
use crate::error::ServiceError;
use crate::seal_key::sha256_hex;
use crate::service::{Core, Service};

/// The setting that holds which head went out last.
const LAST: &str = "stamp.last";
const VERSION: u8 = 1;
const MINUTE_MS: i64 = 60_000;

/// The head that went out last.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Last {
    at: Timestamp,
    size: u64,
    /// Entries that stamps themselves have made since: they are no reason for further stamps.
    own: u64,
}

fn decode(value: Option<&[u8]>) -> Last {
    match value.and_then(<[u8]>::split_first) {
        Some((&VERSION, json)) => serde_json::from_slice(json).unwrap_or_default(),
        _ => Last::default(),
    }
}

fn put_last(tx: &mut WriteTx<'_>, last: Last) -> Result<(), StoreError> {
    let mut value = vec![VERSION];
    serde_json::to_writer(&mut value, &last).map_err(|error| StoreError::Database(format!("a head: {error}")))?;
    tx.put_setting(LAST, Some(&value))
}

/// Counts an entry that a stamp made.
fn count_own(tx: &mut WriteTx<'_>) -> Result<(), StoreError> {
    let last = decode(tx.setting(LAST)?.as_deref());
    put_last(tx, Last { own: last.own.saturating_add(1), ..last })
}

/// How long to wait after so many tries: a minute, then twice as long each time.
fn backoff(tries: u32) -> i64 {
    MINUTE_MS.saturating_mul(1_i64.checked_shl(tries.min(10)).unwrap_or(i64::MAX)).min(STAMP_BACKOFF_MS_MAX)
}

/// What came of asking one.
enum Outcome {
    /// A stamp to keep.
    Stamped(Given),
    /// It took note.
    Told,
    /// It needs this head no more.
    Needless,
}

impl Core {
    /// Lets the present head wait for everybody, where one is due; whether it was.
    pub(crate) fn queue_head(&self, setup: &StampSetup, at_once: bool) -> Result<bool, ServiceError> {
        let targets = setup.settings.targets();
        if targets.is_empty() {
            return Ok(false);
        }
        let now = self.clock.now();
        let last = decode(self.store.read()?.setting(LAST)?.as_deref());
        let interval = i64::from(setup.settings.interval_minutes).saturating_mul(MINUTE_MS);
        let passed = now.millis().saturating_sub(last.at.millis());
        let grew = self.store.size() > last.size.saturating_add(last.own);
        // A clock that was set back does not keep heads from being stamped.
        if !at_once && (!grew || (0..interval).contains(&passed)) {
            return Ok(false);
        }
        let Some(head) = self.sign_head()? else { return Ok(false) };
        let queued = |target| QueuedStamp {
            target,
            size: head.size,
            note: head.note.clone(),
            since: head.signed_at,
            tries: 0,
            next_at: now,
        };
        let queued: Vec<QueuedStamp> = targets.into_iter().map(queued).collect();
        self.store.write(&system("local")?, move |tx| {
            for one in &queued {
                tx.queue_stamp(one)?;
            }
            put_last(tx, Last { at: now, size: head.size, own: 0 })
        })?;
        Ok(true)
    }

    /// Tries what is due, newest heads first: a stamp over a newer head covers the older ones. Whoever fails is not asked again in this
    /// round. `at_once` tries the newest head of each, due or not.
    pub(crate) fn try_queue(&self, setup: &StampSetup, at_once: bool) -> Result<(), ServiceError> {
        for target in setup.settings.targets() {
            let mut queue = self.store.read()?.stamp_queue(target)?;
            let now = self.clock.now();
            queue.retain(|queued| at_once || queued.next_at <= now);
            // Somebody waits for what comes of it: one question to each is enough, the rest follows by itself.
            let most = if at_once { 1 } else { queue.len() };
            for queued in queue.into_iter().rev().take(most) {
                if self.feed.stopped() || !self.try_one(setup, &queued)? {
                    break;
                }
            }
        }
        Ok(())
    }

    /// Asks one for one head and keeps what comes of it; whether to go on with the next head.
    fn try_one(&self, setup: &StampSetup, queued: &QueuedStamp) -> Result<bool, ServiceError> {
        let outcome = self.ask(setup, queued)?;
        let (target, size, now) = (queued.target, queued.size, self.clock.now());
        match outcome {
            Ok(Outcome::Stamped(given)) => self.keep(setup, queued, given)?,
            Ok(Outcome::Told) => self.told(setup, queued)?,
            Ok(Outcome::Needless) => {
                self.store.write(&system("local")?, move |tx| tx.unqueue_stamps(target, size, false))?;
            }
            Err(why) => {
                tracing::warn!(target = target.name(), size, %why, "a head was not stamped; it waits");
                let tries = queued.tries.saturating_add(1);
                let next_at = now.plus_millis(backoff(queued.tries));
                let later = QueuedStamp { tries, next_at, ..queued.clone() };
                self.store.write(&system("local")?, move |tx| {
                    tx.queue_stamp(&later)?;
                    state::change(tx, target, |state| state.failed(now, &why))
                })?;
                return Ok(false);
            }
        }
        // A witness has no use for a head that is older than the one it signed.
        Ok(target != StampTarget::Witness)
    }

    fn ask(&self, setup: &StampSetup, queued: &QueuedStamp) -> Result<Result<Outcome, Why>, ServiceError> {
        let (settings, proxy) = (&setup.settings, &setup.settings.proxy);
        let nobody = || ServiceError::Internal("a head waits for nobody".into());
        Ok(match queued.target {
            StampTarget::First | StampTarget::Second => {
                let authority = settings.authority(queued.target).ok_or_else(nobody)?;
                let token = self.ask_authority(authority, proxy, queued.note.as_bytes());
                token.map(|token| Outcome::Stamped(Given { token: token.response, at: token.at }))
            }
            StampTarget::Witness => {
                let witness = settings.witness.as_ref().ok_or_else(nobody)?;
                let seen = state::read(&self.store.read()?, queued.target)?.size;
                self.ask_witness(witness, proxy, queued, seen).map(|witnessed| match witnessed {
                    Witnessed::Signed(given) => Outcome::Stamped(given),
                    Witnessed::Newer => Outcome::Needless,
                })
            }
            StampTarget::Webhook => {
                let webhook = settings.webhook.as_ref().ok_or_else(nobody)?;
                self.tell_webhook(webhook, &setup.secret, proxy, queued).map(|()| Outcome::Told)
            }
        })
    }

    /// Keeps a stamp as it came, with the entry that names it.
    fn keep(&self, setup: &StampSetup, queued: &QueuedStamp, given: Given) -> Result<(), ServiceError> {
        let (name, url) = setup.settings.place(queued.target).unwrap_or_default();
        let now = self.clock.now();
        let mut stamp = Stamp {
            size: queued.size,
            entry: 0,
            note: queued.note.clone(),
            target: queued.target,
            name: name.to_owned(),
            url: url.to_owned(),
            at: given.at,
            received_at: now,
            token: given.token,
        };
        let act = Act::of(EntryKind::Stamp, "stamp.keep")
            .on(queued.size)
            .with("by", name)
            .with("url", url)
            .with("form", if queued.target == StampTarget::Witness { "cosignature" } else { "rfc3161" })
            .with("digest", sha256_hex(&stamp.token))
            .with("head", sha256_hex(stamp.note.as_bytes()))
            .with("stated", stamp.at);
        self.store.write(&system("local")?, move |tx| {
            stamp.entry = record(tx, now, &act)?.0;
            tx.put_stamp(&stamp)?;
            count_own(tx)?;
            tx.unqueue_stamps(stamp.target, stamp.size, stamp.target != StampTarget::Witness)?;
            state::change(tx, stamp.target, |state| {
                state.size = state.size.max(stamp.size);
                (state.stamped_at, state.stated, state.fails) = (Some(now), Some(stamp.at), false);
            })
        })?;
        Ok(())
    }

    /// Notes that a webhook took note.
    fn told(&self, setup: &StampSetup, queued: &QueuedStamp) -> Result<(), ServiceError> {
        let (_, url) = setup.settings.place(queued.target).unwrap_or_default();
        let (target, size, now) = (queued.target, queued.size, self.clock.now());
        let act = Act::audit("stamp.tell").on(size).with("url", url).with("head", sha256_hex(queued.note.as_bytes()));
        self.store.write(&system("local")?, move |tx| {
            record(tx, now, &act)?;
            count_own(tx)?;
            tx.unqueue_stamps(target, size, true)?;
            state::change(tx, target, |state| {
                state.size = state.size.max(size);
                (state.stamped_at, state.fails) = (Some(now), false);
            })
        })?;
        Ok(())
    }

    /// One round of the job.
    pub(crate) fn stamp_round(&self) -> Result<(), ServiceError> {
        let _one_at_a_time = self.stamping.lock();
        let setup = self.stamp_setup()?;
        self.queue_head(&setup, false)?;
        self.try_queue(&setup, false)
    }
}

impl Service {
    /// Sends the present head to everybody at once; how each fares then. For those who operate the archive.
    pub fn try_stamps(&self, viewer: &Viewer) -> Result<Vec<TargetView>, ServiceError> {
        let core = &self.core;
        let permit = core.allow(viewer, Action::Operate)?;
        core.audited(&permit, Act::audit("stamp.try"))?;
        let _one_at_a_time = core.stamping.lock();
        let setup = core.stamp_setup()?;
        core.queue_head(&setup, true)?;
        core.try_queue(&setup, true)?;
        state::views(&core.store.read()?, &setup)
    }
}
