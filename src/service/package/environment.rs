//! The archive's environment as a package states it: what runs, in which health, by which clock. Written down when the
//! package is asked for, so that building it again states the same.

use std::fs::File;
use std::io::{BufReader, Read};
use std::sync::OnceLock;

use data_encoding::HEXLOWER;
use serde_json::json;
use sha2::{Digest, Sha256};
use xinju_model::time::Timestamp;

use crate::error::ServiceError;
use crate::service::Core;
use crate::system::HealthState;
use crate::verify::LastVerify;

/// SHA-256 of the program that runs, in hexadecimal; none where its file can't be read any more.
fn binary() -> Option<&'static str> {
    static DIGEST: OnceLock<Option<String>> = OnceLock::new();
    DIGEST.get_or_init(|| digest_of_running().ok()).as_deref()
}

fn digest_of_running() -> std::io::Result<String> {
    // The program may have been replaced since it was started: this is the file that runs.
    let mut file = BufReader::new(File::open("/proc/self/exe")?);
    let (mut hash, mut buffer) = (Sha256::new(), vec![0; 64 * 1024]);
    loop {
        let read = file.read(&mut buffer)?;
        if read == 0 {
            return Ok(HEXLOWER.encode(&hash.finalize()));
        }
        hash.update(buffer.get(..read).unwrap_or_default());
    }
}

impl Core {
    /// What is known of the environment now, as JSON.
    pub(super) fn environment(&self, now: Timestamp) -> Result<String, ServiceError> {
        let tx = self.store.read()?;
        let lag = tx.size().saturating_sub(self.searchable());
        let checks = self.checks(&tx, now, lag, self.free_bytes()?)?;
        let state = |state| match state {
            HealthState::Ok => "ok",
            HealthState::Warning => "warning",
            HealthState::Failed => "failed",
        };
        let checks: Vec<_> = checks
            .iter()
            .map(|check| json!({ "name": check.name, "state": state(check.state), "detail": check.detail }))
            .collect();
        let verified = LastVerify::read(&tx)?;
        let verified =
            verified.map(|last| json!({ "at": last.at.to_string(), "entries": last.size, "problems": last.problems }));
        let stats = tx.stats()?;
        let document = json!({
            "product": "xinju",
            "version": self.version,
            "binary_sha256": binary(),
            "system": format!("{} {}", std::env::consts::OS, std::env::consts::ARCH),
            "clock": now.to_string(),
            "clock_source": "the machine's system clock; how it is synchronised is not recorded",
            "running_since": self.started_at.to_string(),
            "log": self.origin,
            "entries": stats.entries,
            "records": stats.records,
            "checks": checks,
            "last_verification": verified,
        });
        serde_json::to_string_pretty(&document).map_err(|error| ServiceError::Internal(error.to_string()))
    }
}
