//! The commit thread: the one writer. It takes what waits in the queue, runs it in one transaction, makes that durable, and answers.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use crossbeam_channel::{Receiver, RecvTimeoutError, Sender};
use xinju_model::audit::Actor;

use crate::conversation::ConversationCache;
use crate::error::StoreError;
use crate::shared::Shared;
use crate::write::WriteTx;

/// When no write came for so long, there is time to tidy up.
const IDLE: Duration = Duration::from_secs(2);
/// Writes in one transaction at most.
const GROUP_MAX: usize = 64;

/// A write that waits.
pub(crate) type Job = Box<dyn Work>;

/// Something to do in a transaction, and somebody who waits for it.
pub(crate) trait Work: Send {
    /// Does it.
    fn run(&mut self, tx: &mut WriteTx<'_>) -> Result<(), StoreError>;
    /// Takes it into memory; called once, when it is durable.
    fn publish(&self, _: &Shared) {}
    /// Says how it ended; called once, after the commit.
    fn answer(self: Box<Self>, outcome: Result<(), StoreError>);
}

/// A caller's closure.
pub(crate) struct Asked<T, F> {
    actor: Actor,
    place: String,
    work: F,
    value: Option<T>,
    reply: Sender<Answer<T, F>>,
}

/// How a write ended, and its closure: whoever asked drops it, because freeing the records of a batch takes longer than appending them.
pub(crate) type Answer<T, F> = (Result<T, StoreError>, F);

impl<T, F> Asked<T, F>
where
    T: Send + 'static,
    F: FnMut(&mut WriteTx<'_>) -> Result<T, StoreError> + Send + 'static,
{
    /// The closure as a job, on behalf of `actor` at `place`.
    pub(crate) fn job(actor: Actor, place: String, work: F, reply: Sender<Answer<T, F>>) -> Job {
        Box::new(Self { actor, place, work, value: None, reply })
    }
}

impl<T, F> Work for Asked<T, F>
where
    T: Send + 'static,
    F: FnMut(&mut WriteTx<'_>) -> Result<T, StoreError> + Send + 'static,
{
    fn run(&mut self, tx: &mut WriteTx<'_>) -> Result<(), StoreError> {
        tx.act_for(&self.actor, &self.place);
        self.value = None;
        self.value = Some((self.work)(tx)?);
        Ok(())
    }

    fn answer(self: Box<Self>, outcome: Result<(), StoreError>) {
        let Self { work, value, reply, .. } = *self;
        let lost = || StoreError::Closed("the write was lost".to_owned());
        // Whoever asked may have gone away; the write stands all the same.
        let _ = reply.send((outcome.and_then(|()| value.ok_or_else(lost)), work));
    }
}

/// Starts the thread. It ends when all senders of `jobs` are gone.
pub(crate) fn start(shared: Arc<Shared>, jobs: Receiver<Job>) -> Result<JoinHandle<()>, StoreError> {
    let run = move || {
        let mut cache = ConversationCache::default();
        let mut tidied = false;
        loop {
            match jobs.recv_timeout(if tidied { Duration::MAX } else { IDLE }) {
                Ok(first) => {
                    let mut group = vec![first];
                    group.extend(jobs.try_iter().take(GROUP_MAX - 1));
                    commit_group(&shared, &mut cache, group);
                    tidied = false;
                }
                Err(RecvTimeoutError::Timeout) => tidied = tidy(&shared),
                Err(RecvTimeoutError::Disconnected) => break,
            }
        }
        tidy(&shared);
    };
    std::thread::Builder::new()
        .name("xinju-commit".to_owned())
        .spawn(run)
        .map_err(|error| StoreError::Database(format!("the commit thread does not start: {error}")))
}

/// Gives back free pages. True where there is no need to look again before the next write.
fn tidy(shared: &Shared) -> bool {
    if shared.check_open().is_err() {
        return true;
    }
    match shared.compact() {
        Ok(_) => true,
        Err(error) => {
            tracing::error!(%error, "the database could not be compacted; no more writes are accepted until the next start");
            shared.close(&error.to_string());
            true
        }
    }
}

/// How one run of a group ended.
enum Outcome {
    /// All of it is durable.
    Done,
    /// One of it failed and may have left traces in the transaction: the rest must run again without it.
    Again { failed: usize, error: StoreError },
}

fn commit_group(shared: &Shared, cache: &mut ConversationCache, mut group: Vec<Job>) {
    while !group.is_empty() {
        let mut refused = Vec::new();
        let outcome = shared.check_open().and_then(|()| run_group(shared, cache, &mut group, &mut refused));
        for (job, error) in refused {
            job.answer(Err(error));
        }
        match outcome {
            Ok(Outcome::Done) => {
                for job in group.drain(..) {
                    job.answer(Ok(()));
                }
            }
            Ok(Outcome::Again { failed, error }) => group.remove(failed).answer(Err(error)),
            Err(error) => {
                cache.clear();
                let why = error.to_string();
                if shared.check_open().is_ok() {
                    tracing::error!(%why, "a commit failed; no more writes are accepted until the next start");
                    shared.close(&why);
                }
                for job in group.drain(..) {
                    job.answer(Err(StoreError::Closed(why.clone())));
                }
            }
        }
    }
}

/// Runs a group in one transaction and commits it. A job that fails before it has written anything is moved to `refused`. An error is the transaction's own.
fn run_group(
    shared: &Shared,
    cache: &mut ConversationCache,
    group: &mut Vec<Job>,
    refused: &mut Vec<(Job, StoreError)>,
) -> Result<Outcome, StoreError> {
    let tx = shared.begin_write()?;
    let mut write = WriteTx::new(&tx, shared, cache)?;
    let mut next = 0;
    while let Some(job) = group.get_mut(next) {
        write.changed = false;
        match run_job(job.as_mut(), &mut write) {
            Ok(()) => next += 1,
            Err(error) if write.changed => {
                drop(write);
                tx.abort()?;
                return Ok(Outcome::Again { failed: next, error });
            }
            Err(error) => refused.push((group.remove(next), error)),
        }
    }
    if group.is_empty() {
        drop(write);
        tx.abort()?;
        return Ok(Outcome::Done);
    }
    let committed = write.finish()?;
    tx.commit()?;
    committed.publish(shared, cache);
    for job in group.iter() {
        job.publish(shared);
    }
    Ok(Outcome::Done)
}

/// A panic in a caller's closure fails that write alone.
fn run_job(job: &mut dyn Work, write: &mut WriteTx<'_>) -> Result<(), StoreError> {
    match catch_unwind(AssertUnwindSafe(|| job.run(write))) {
        Ok(outcome) => outcome,
        Err(panic) => {
            write.changed = true;
            tracing::error!(what = panic_text(panic.as_ref()), "a write panicked");
            Err(StoreError::Refused("the write failed inside; the log has more".to_owned()))
        }
    }
}

/// What a panic said, where it is plain text. Only our own code panics here, and never with content.
fn panic_text(panic: &(dyn Any + Send)) -> &str {
    panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("something else than words")
}
