//! Health: sizes, and checks that say what to do.

use std::os::unix::fs::PermissionsExt;

use xinju_keys::master::default_key_path;
use xinju_model::access::{Action, Viewer};
use xinju_model::seal_key::SealCertificate;
use xinju_model::time::Timestamp;
use xinju_store::read::ReadTx;

use crate::error::ServiceError;
use crate::service::{Core, Service};
use crate::stamp::{TargetView, views};
use crate::verify::LastVerify;

/// Below this much free disk space the archive soon stops accepting, in bytes.
const FREE_FAILED: u64 = 512 * 1024 * 1024;
/// Below this much somebody should look.
const FREE_WARNING: u64 = 5 * 1024 * 1024 * 1024;
/// Entries that may wait for the index before somebody should look.
const LAG_WARNING: u64 = 200_000;
/// A ledger that grew should be signed within this time, in milliseconds.
const CHECKPOINT_AGE_MS: i64 = 60_000;
/// A clock may lie this far before the newest checkpoint, in milliseconds.
const CLOCK_BACK_MS: i64 = 60_000;
/// A certificate that ends sooner than this should be replaced, in milliseconds.
const SEAL_ENDS_MS: i64 = 30 * 24 * 3_600_000;
/// Longest time without a stamp of somebody who fails, in milliseconds.
const STAMP_AGE_MS: i64 = 24 * 3_600_000;
/// 2025-01-01: a clock before that was never set.
const CLOCK_EARLIEST: Timestamp = Timestamp(1_735_689_600_000);

/// How a check went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HealthState {
    /// Well.
    Ok,
    /// Works, but somebody should look.
    Warning,
    /// Does not work.
    Failed,
}

/// One check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HealthCheck {
    /// Stable name such as `disk_space`.
    pub name: &'static str,
    /// How it went.
    pub state: HealthState,
    /// What was found.
    pub detail: String,
    /// What to do; none when all is well.
    pub advice: Option<String>,
}

/// The system's health.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Health {
    /// The product's version.
    pub version: String,
    /// When the service was opened.
    pub started_at: Timestamp,
    /// Now.
    pub now: Timestamp,
    /// The data folder.
    pub data_folder: String,
    /// Entries that are durable but not yet searchable.
    pub index_lag: u64,
    /// Bytes of segment files.
    pub record_bytes: u64,
    /// Bytes of the database.
    pub database_bytes: u64,
    /// Bytes of the indexes of records and events.
    pub index_bytes: u64,
    /// Bytes of media files.
    pub media_bytes: u64,
    /// Free bytes on the data folder's file system.
    pub free_bytes: u64,
    /// The checks.
    pub checks: Vec<HealthCheck>,
}

fn well(name: &'static str, detail: String) -> HealthCheck {
    HealthCheck { name, state: HealthState::Ok, detail, advice: None }
}

fn unwell(name: &'static str, state: HealthState, detail: String, advice: &str) -> HealthCheck {
    HealthCheck { name, state, detail, advice: Some(advice.to_owned()) }
}

fn disk_space(free: u64) -> HealthCheck {
    let detail = format!("{} MB free", free / (1024 * 1024));
    if free >= FREE_WARNING {
        return well("disk_space", detail);
    }
    let state = if free < FREE_FAILED { HealthState::Failed } else { HealthState::Warning };
    let advice =
        "make room on the data folder's file system, or move the folder to a larger one while the server is stopped";
    unwell("disk_space", state, detail, advice)
}

fn index_lag(lag: u64) -> HealthCheck {
    let detail = format!("{lag} entries wait");
    if lag < LAG_WARNING {
        return well("index_lag", detail);
    }
    let advice = "wait if an import or a rebuild runs; otherwise look into the log, and run `xinju rebuild` if the index reports faults";
    unwell("index_lag", HealthState::Warning, detail, advice)
}

fn job_failures(failures: u64) -> HealthCheck {
    if failures == 0 {
        return well("jobs", "no faults since the start".into());
    }
    let advice = "look into the log: it names each fault and what it waits for";
    unwell("jobs", HealthState::Warning, format!("{failures} faults since the start"), advice)
}

/// Whether the ledger is signed in time. `size` is the ledger's, `newest` the newest checkpoint's.
fn checkpoint_age(size: u64, newest: Option<(u64, Timestamp)>, now: Timestamp, started: Timestamp) -> HealthCheck {
    let (covered, at) = newest.unwrap_or((0, started));
    let waits = now.millis().saturating_sub(at.max(started).millis());
    let detail = format!("{covered} of {size} entries are under a signed checkpoint");
    if covered >= size || waits < CHECKPOINT_AGE_MS {
        return well("checkpoint", detail);
    }
    let advice = "look into the log for why checkpoints are not signed; a restart tries again";
    unwell("checkpoint", HealthState::Failed, detail, advice)
}

fn clock(now: Timestamp, newest: Option<Timestamp>) -> HealthCheck {
    let advice =
        "set the machine's clock and let it be synchronised (systemd-timesyncd or chrony): evidence names times";
    if now < CLOCK_EARLIEST {
        return unwell("clock", HealthState::Failed, format!("the clock says {now}"), advice);
    }
    match newest {
        Some(newest) if newest.millis().saturating_sub(now.millis()) > CLOCK_BACK_MS => {
            let detail = format!("the clock says {now}, but the newest checkpoint was signed at {newest}");
            unwell("clock", HealthState::Failed, detail, advice)
        }
        _ => well("clock", format!("the clock says {now}")),
    }
}

fn verified(last: Option<&LastVerify>) -> HealthCheck {
    match last {
        None => well("verified", "not checked as a whole yet; `xinju verify` does".into()),
        Some(last) if last.problems == 0 => well("verified", format!("{} entries checked at {}", last.size, last.at)),
        Some(last) => {
            let advice = "run `xinju verify` to see what is damaged, and restore those files from a backup";
            let detail = format!("{} problems found at {}", last.problems, last.at);
            unwell("verified", HealthState::Failed, detail, advice)
        }
    }
}

/// Whether packages can be sealed, and for how long.
fn seal_key(certificate: Option<&SealCertificate>, now: Timestamp) -> HealthCheck {
    let advice =
        "import a certificate, or make a self-signed one, in the settings of evidence or with `xinju key seal`";
    let Some(certificate) = certificate else {
        return unwell("seal_key", HealthState::Failed, "the sealing key cannot be opened".into(), advice);
    };
    let issued = if certificate.self_signed { "self-signed" } else { "issued" };
    let detail = format!("{issued} certificate of {}, valid until {}", certificate.organisation, certificate.not_after);
    if now >= certificate.not_after {
        return unwell("seal_key", HealthState::Failed, detail, advice);
    }
    if certificate.not_after.millis().saturating_sub(now.millis()) < SEAL_ENDS_MS {
        return unwell("seal_key", HealthState::Warning, detail, advice);
    }
    well("seal_key", detail)
}

/// Whether those who stamp the ledger's heads can be reached.
fn stamps(targets: &[TargetView], now: Timestamp) -> Option<HealthCheck> {
    if targets.is_empty() {
        return None;
    }
    let failing: Vec<&TargetView> = targets.iter().filter(|target| target.state.fails).collect();
    let Some(worst) = failing.iter().min_by_key(|target| target.state.stamped_at) else {
        return Some(well("stamps", format!("{} stamp the ledger's heads", targets.len())));
    };
    let silent = worst.state.stamped_at.is_none_or(|at| now.millis().saturating_sub(at.millis()) > STAMP_AGE_MS);
    let state = if silent { HealthState::Failed } else { HealthState::Warning };
    let detail = format!("{}: {}; {} heads wait", worst.name, worst.state.fault, worst.waiting);
    let advice =
        "look at the settings of evidence: address, proxy and root certificate; what waits is tried again by itself";
    Some(unwell("stamps", state, detail, advice))
}

impl Core {
    /// Free bytes on the data folder's file system, for those without special rights.
    pub(crate) fn free_bytes(&self) -> Result<u64, ServiceError> {
        let stat = rustix::fs::statvfs(&self.data)
            .map_err(|error| ServiceError::Io { what: "asking for free disk space", source: error.into() })?;
        Ok(stat.f_bavail.saturating_mul(stat.f_frsize))
    }

    fn key_file(&self) -> Option<HealthCheck> {
        let path = default_key_path(&self.data);
        // The key may come from elsewhere: a passphrase, another file, a systemd credential.
        let mode = std::fs::metadata(&path).ok()?.permissions().mode() & 0o777;
        let others = mode & 0o077;
        if others == 0 {
            return Some(well("key_file", "only its owner can read the master key".into()));
        }
        let advice = format!("run `chmod 600 {}`", path.display());
        Some(unwell("key_file", HealthState::Failed, format!("the master key's file has mode {mode:o}"), &advice))
    }

    pub(crate) fn checks(
        &self,
        tx: &ReadTx,
        now: Timestamp,
        lag: u64,
        free: u64,
    ) -> Result<Vec<HealthCheck>, ServiceError> {
        let newest = tx.last_checkpoint()?.map(|(size, at, _)| (size, at));
        let mut checks = vec![
            disk_space(free),
            index_lag(lag),
            checkpoint_age(tx.size(), newest, now, self.started_at),
            clock(now, newest.map(|(_, at)| at)),
            verified(LastVerify::read(tx)?.as_ref()),
            job_failures(self.counters.job_failures()),
        ];
        checks.extend(self.key_file());
        let sealers = self.sealers().inspect_err(|error| tracing::error!(%error, "the sealing key cannot be opened"));
        checks.push(seal_key(sealers.as_ref().ok().map(|sealers| &sealers.certificate), now));
        checks.extend(stamps(&views(tx, &self.stamp_setup()?)?, now));
        Ok(checks)
    }
}

impl Service {
    /// Sizes and checks. Polled, so no event.
    pub fn health(&self, viewer: &Viewer) -> Result<Health, ServiceError> {
        let core = &self.core;
        core.allow(viewer, Action::ReadSystem)?;
        let (tx, now) = (core.store.read()?, core.clock.now());
        let (stats, free_bytes) = (tx.stats()?, core.free_bytes()?);
        let index_lag = tx.size().saturating_sub(core.searchable());
        Ok(Health {
            version: core.version.to_owned(),
            started_at: core.started_at,
            now,
            data_folder: core.data.display().to_string(),
            index_lag,
            record_bytes: stats.segment_bytes,
            database_bytes: stats.database_bytes,
            index_bytes: core.index.bytes().saturating_add(core.trail.index.bytes()),
            media_bytes: stats.media_bytes,
            free_bytes,
            checks: core.checks(&tx, now, index_lag, free_bytes)?,
        })
    }

    /// Whether the service can answer: it is not stopping and the store can be read. Public; says nothing else.
    pub fn ready(&self) -> bool {
        !self.core.feed.stopped() && self.core.store.read().is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp(1_800_000_000_000);

    fn certificate(not_after: Timestamp) -> SealCertificate {
        SealCertificate {
            subject: String::new(),
            issuer: String::new(),
            organisation: "示例公司".into(),
            fingerprint: String::new(),
            self_signed: true,
            not_before: Timestamp(0),
            not_after,
        }
    }

    #[test]
    fn each_check_can_fail_and_says_what_to_do() {
        let failing = [
            disk_space(FREE_FAILED - 1),
            disk_space(FREE_WARNING - 1),
            index_lag(LAG_WARNING),
            job_failures(1),
            checkpoint_age(5, Some((4, NOW)), NOW.plus_millis(CHECKPOINT_AGE_MS), NOW),
            checkpoint_age(5, None, NOW.plus_millis(CHECKPOINT_AGE_MS), NOW),
            clock(Timestamp(0), None),
            clock(NOW, Some(NOW.plus_millis(CLOCK_BACK_MS + 1))),
            verified(Some(&LastVerify { at: NOW, size: 1, problems: 2 })),
            seal_key(None, NOW),
            seal_key(Some(&certificate(NOW)), NOW),
            seal_key(Some(&certificate(NOW.plus_millis(SEAL_ENDS_MS - 1))), NOW),
        ];
        for check in failing {
            assert!(check.state != HealthState::Ok && check.advice.is_some(), "{check:?}");
        }
    }

    #[test]
    fn each_check_can_be_well() {
        let good = [
            disk_space(FREE_WARNING),
            index_lag(0),
            job_failures(0),
            checkpoint_age(5, Some((5, NOW)), NOW.plus_millis(CHECKPOINT_AGE_MS * 9), NOW),
            checkpoint_age(5, Some((4, NOW)), NOW, NOW),
            clock(NOW, Some(NOW)),
            verified(None),
            verified(Some(&LastVerify { at: NOW, size: 1, problems: 0 })),
            seal_key(Some(&certificate(NOW.plus_millis(SEAL_ENDS_MS))), NOW),
        ];
        for check in good {
            assert!(check.state == HealthState::Ok && check.advice.is_none(), "{check:?}");
        }
    }
}
