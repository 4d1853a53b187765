//! Leave to do something sensitive: given at once where no approval is needed, else by using one up.
//!
//! Every sensitive use case ends in [`Core::sensitive`], which writes nothing without a [`Leave`], and a leave is made in three
//! places only: for who comes directly, for who asks, and for who carries out. Asking is trying: the use case makes all its
//! checks and stops before its write, and what it was about to write is what the second person is shown.

use parking_lot::Mutex;
use xinju_model::access::{Credential, Permit, Viewer};
use xinju_model::approval::{Approval, Preview, SensitiveKind, Step};
use xinju_model::id::UserId;
use xinju_model::time::Timestamp;
use xinju_store::error::StoreError;
use xinju_store::write::WriteTx;

use crate::approval::hex;
use crate::audit::{Act, record};
use crate::error::ServiceError;
use crate::service::Core;

enum Mode {
    /// No approval is needed.
    Free,
    /// One is needed, and is not there.
    Asked,
    /// One is there and is used up with the write.
    Using(Box<Approval>),
}

/// Leave to do one sensitive operation, or the lack of it.
pub(crate) struct Leave {
    mode: Mode,
    /// What was about to be written when it turned out that an approval is needed.
    stopped: Mutex<Option<Preview>>,
}

impl Leave {
    fn new(mode: Mode) -> Self {
        Self { mode, stopped: Mutex::new(None) }
    }

    /// For who asks: nothing will be written.
    pub(super) fn asking() -> Self {
        Self::new(Mode::Asked)
    }

    /// For who carries out what was approved.
    pub(super) fn using(approval: Approval) -> Self {
        Self::new(Mode::Using(Box::new(approval)))
    }

    /// What was about to be written.
    pub(super) fn stopped(self) -> Option<Preview> {
        self.stopped.into_inner()
    }

    /// Whose doing it is alone; none where a second person agreed, or where there is no user.
    pub(crate) fn setter(&self, viewer: &Viewer) -> Option<UserId> {
        if matches!(self.mode, Mode::Using(_)) { None } else { viewer.user }
    }
}

/// Uses an approval up inside the write of what it allows. Read again: it may have been taken back or used meanwhile.
fn spend(tx: &mut WriteTx<'_>, kept: &Approval, now: Timestamp) -> Result<(), StoreError> {
    let gone = || StoreError::Refused("there is no such approval".into());
    let mut approval = tx.approval(kept.id)?.ok_or_else(gone)?;
    let asked = &kept.asked;
    let step = Step { by: asked.by, name: asked.name.clone(), at: now, why: String::new() };
    approval.use_up(step).map_err(|wrong| StoreError::Refused(wrong.to_string()))?;
    tx.put_approval(&approval)?;
    let digest = approval.preview.digest(&approval.operation);
    let act = Act::audit("approval.use").on(approval.id).with("kind", approval.operation.kind().name());
    let approver = approval.decided.and_then(|step| step.by);
    record(tx, now, &act.with("digest", hex(&digest)).with_ids("user", approver))?;
    Ok(())
}

impl Core {
    /// The leave of somebody who comes directly. The operator of the machine is the way out, and is written down.
    pub(crate) fn leave(&self, viewer: &Viewer, kind: SensitiveKind) -> Result<Leave, ServiceError> {
        let free = match viewer.credential {
            Credential::Operator | Credential::System => true,
            Credential::Session | Credential::Token(..) => !self.approval_policy()?.demands(kind),
        };
        Ok(Leave::new(if free { Mode::Free } else { Mode::Asked }))
    }

    /// Writes what is sensitive, where there is leave. `act` says all that it will do; the write gets it back to put it into the ledger.
    pub(crate) fn sensitive<T: Send + 'static>(
        &self,
        permit: &Permit,
        leave: &Leave,
        act: Act,
        mut work: impl FnMut(&mut WriteTx<'_>, &Act) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, ServiceError> {
        match &leave.mode {
            Mode::Free => Ok(self.store.write(permit, move |tx| work(tx, &act))?),
            Mode::Asked => {
                *leave.stopped.lock() = Some(act.preview());
                Err(ServiceError::ApprovalFirst)
            }
            Mode::Using(approval) => {
                if !act.preview().does_as(&approval.preview) {
                    return Err(ServiceError::Conflict(
                        "something changed since it was approved, so that it would do something else; ask again".into(),
                    ));
                }
                let (approval, act, now) = (approval.clone(), act.with("approval", approval.id), self.clock.now());
                Ok(self.store.write(permit, move |tx| {
                    spend(tx, &approval, now)?;
                    work(tx, &act)
                })?)
            }
        }
    }
}
