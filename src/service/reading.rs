//! What was read while the event that tells of it is on its way to the disk.
//!
//! The hot path reads a page, begins its event, and lets the answer be written meanwhile: the page may be worked on, and leaves the process only
//! when the event is durable.

use xinju_model::access::Permit;

use crate::audit::{Act, UNAUDITED, record};
use crate::error::ServiceError;
use crate::service::Core;

/// The event of something that was read, soon durable.
#[must_use = "nothing may be shown before the event is durable"]
pub struct Receipt(Box<dyn FnOnce() -> Result<(), ServiceError> + Send>);

impl Receipt {
    /// A receipt that is waited for by `wait`, which may block.
    pub fn new(wait: impl FnOnce() -> Result<(), ServiceError> + Send + 'static) -> Self {
        Self(Box::new(wait))
    }

    /// Nothing was read.
    pub(crate) fn nothing() -> Self {
        Self::new(|| Ok(()))
    }

    /// Waits until the event is durable. Where it fails, what was read may not be shown.
    pub fn wait(self) -> Result<(), ServiceError> {
        (self.0)()
    }
}

/// Something that was read, with the event that tells of it.
#[must_use = "nothing may be shown before the event is durable"]
pub struct Reading<T> {
    read: T,
    receipt: Receipt,
}

impl<T> Reading<T> {
    /// What was read, and the receipt of its event.
    pub fn new(read: T, receipt: Receipt) -> Self {
        Self { read, receipt }
    }

    /// What was read, once its event is durable.
    pub fn durable(self) -> Result<T, ServiceError> {
        self.receipt.wait()?;
        Ok(self.read)
    }

    /// What was read, for whoever waits for the receipt before any of it leaves the process.
    pub fn apart(self) -> (T, Receipt) {
        (self.read, self.receipt)
    }
}

impl Core {
    /// Begins to write an event by the permit's actor.
    pub(crate) fn begin_audited(&self, permit: &Permit, act: Act) -> Result<Receipt, ServiceError> {
        if UNAUDITED {
            return Ok(Receipt::nothing());
        }
        let at = self.clock.now();
        let pending = self.store.begin(permit, move |tx| record(tx, at, &act))?;
        Ok(Receipt::new(move || pending.wait().map(|_| ()).map_err(Into::into)))
    }
}
