//! Enrolments that wait for the first code of their app. In memory only: what nobody confirmed leaves no trace.

use std::collections::HashMap;

use parking_lot::Mutex;
use xinju_model::id::SessionId;
use xinju_model::limits::{CHALLENGES_MAX, ENROLMENT_MS_MAX};
use xinju_model::time::Timestamp;
use zeroize::Zeroizing;

use crate::error::ServiceError;

/// Wrong codes after which an enrolment begins anew.
const TRIES_MAX: u32 = 20;

struct Pending {
    secret: Zeroizing<[u8; 20]>,
    until: Timestamp,
    tries: u32,
}

/// One for each session at most.
#[derive(Default)]
pub(crate) struct Enrolments(Mutex<HashMap<SessionId, Pending>>);

impl Enrolments {
    /// Begins one, in the place of any that the session began before.
    pub(crate) fn begin(
        &self,
        session: SessionId,
        secret: Zeroizing<[u8; 20]>,
        now: Timestamp,
    ) -> Result<(), ServiceError> {
        let mut all = self.0.lock();
        all.retain(|_, pending| now < pending.until);
        if all.len() >= CHALLENGES_MAX {
            return Err(ServiceError::Limit("too many people enrol at once; try again in a few minutes".into()));
        }
        all.insert(session, Pending { secret, until: now.plus_millis(ENROLMENT_MS_MAX), tries: 0 });
        Ok(())
    }

    /// The secret, for one more code; none where there is no enrolment, it took too long or was tried too often.
    pub(crate) fn try_one(&self, session: SessionId, now: Timestamp) -> Option<Zeroizing<[u8; 20]>> {
        let mut all = self.0.lock();
        let pending = all.get_mut(&session).filter(|pending| now < pending.until && pending.tries < TRIES_MAX)?;
        pending.tries += 1;
        Some(pending.secret.clone())
    }

    /// It is done.
    pub(crate) fn end(&self, session: SessionId) {
        self.0.lock().remove(&session);
    }
}
