//! The whole archive against its ledger.

use serde::{Deserialize, Serialize};
use xinju_model::access::{Action, Viewer};
use xinju_model::time::Timestamp;
use xinju_store::read::ReadTx;

pub use xinju_store::verify::{VerifyProgress, VerifyReport};

use crate::audit::{Act, record};
use crate::error::ServiceError;
use crate::service::Service;

/// The setting that holds how the last check ended, as JSON.
const SETTING: &str = "verify.last";

/// How the last check ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct LastVerify {
    pub(crate) at: Timestamp,
    /// Entries checked.
    pub(crate) size: u64,
    /// Problems found.
    pub(crate) problems: u64,
}

impl LastVerify {
    /// The note of the last check, if there was one.
    pub(crate) fn read(tx: &ReadTx) -> Result<Option<Self>, ServiceError> {
        Ok(tx.setting(SETTING)?.and_then(|bytes| serde_json::from_slice(&bytes).ok()))
    }
}

impl Service {
    /// Checks every record, leaf, tile and checkpoint from stored bytes, and that the index does not claim more than there is.
    /// `progress` may stop it by returning false, and the check does not count then. Events mark beginning and outcome.
    pub fn verify(
        &self,
        viewer: &Viewer,
        progress: &mut dyn FnMut(VerifyProgress) -> bool,
    ) -> Result<VerifyReport, ServiceError> {
        let core = &self.core;
        let permit = core.allow(viewer, Action::Operate)?;
        core.audited(&permit, Act::audit("archive.verify"))?;
        let mut stopped = false;
        let mut report = core.store.verify(&core.note_key(), &mut |now| {
            let go_on = progress(now);
            stopped |= !go_on;
            go_on
        })?;
        let watermark = core.index.watermark().max(core.trail.index.watermark());
        if watermark > core.store.size() {
            report.problems.push(format!(
                "the search index claims {watermark} entries, more than there are; `xinju rebuild` makes it again"
            ));
        }
        if stopped {
            return Ok(report);
        }
        let at = core.clock.now();
        let last = LastVerify { at, size: report.size, problems: report.problems.len() as u64 };
        let value = serde_json::to_vec(&last).map_err(|error| ServiceError::Internal(error.to_string()))?;
        let act = Act::audit("archive.verified").with("entries", last.size).with("problems", last.problems);
        core.store.write(&permit, move |tx| {
            tx.put_setting(SETTING, Some(&value))?;
            record(tx, at, &act)
        })?;
        Ok(report)
    }
}
