//! Whose a customer is: who may read the customer's words follows from it.

use xinju_model::access::{Action, Viewer};
use xinju_model::approval::SensitiveKind;
use xinju_model::id::{CustomerId, StaffId};
use xinju_model::ownership::Ownership;
use xinju_model::staff::StaffState;
use xinju_store::error::StoreError;

use crate::approval::leave::Leave;
use crate::audit::{Act, record};
use crate::error::ServiceError;
use crate::service::Service;

/// Why a customer did not get another owner.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OwnerRefusal {
    /// There is no such member of staff.
    StaffUnknown,
    /// The member of staff does not work here, or not for now.
    StaffNotActive,
    /// The customer is theirs already.
    AlreadyTheirs,
}

/// An owner as an event names one.
fn name_of(owner: Option<StaffId>) -> String {
    owner.map(|id| id.to_string()).unwrap_or_default()
}

impl Service {
    /// Whose a customer is and was; none where there is no customer to see.
    pub fn ownership(&self, viewer: &Viewer, id: CustomerId) -> Result<Option<Ownership>, ServiceError> {
        let permit = self.core.allow(viewer, Action::ReadDirectory)?;
        let tx = self.core.store.read()?;
        if !permit.scope().has_customer(id) || tx.customer(id)?.is_none() {
            return Ok(None);
        }
        Ok(Some(tx.ownership(id)?))
    }

    /// Gives a customer to another member of staff, or to nobody. The history of words goes along: see [`xinju_model::scope`].
    pub fn change_customer_owner(
        &self,
        viewer: &Viewer,
        id: CustomerId,
        owner: Option<StaffId>,
    ) -> Result<Result<Ownership, OwnerRefusal>, ServiceError> {
        self.change_customer_owner_with(viewer, id, owner, &self.core.leave(viewer, SensitiveKind::OwnerChange)?)
    }

    pub(crate) fn change_customer_owner_with(
        &self,
        viewer: &Viewer,
        id: CustomerId,
        owner: Option<StaffId>,
        leave: &Leave,
    ) -> Result<Result<Ownership, OwnerRefusal>, ServiceError> {
        let core = &self.core;
        let permit = core.allow_on(viewer, Action::ManagePeople, id)?;
        core.fresh(viewer)?;
        let seen = core.allow(viewer, Action::ReadDirectory)?;
        let _one_at_a_time = core.people.lock();
        let tx = core.store.read()?;
        if !seen.scope().has_customer(id) || tx.customer(id)?.is_none() {
            return Err(ServiceError::NotFound("customer"));
        }
        if let Some(owner) = owner {
            match tx.staff(owner)?.map(|staff| staff.state) {
                None => return Ok(Err(OwnerRefusal::StaffUnknown)),
                Some(StaffState::Active) => {}
                Some(StaffState::Suspended | StaffState::Left) => return Ok(Err(OwnerRefusal::StaffNotActive)),
            }
        }
        let (now, before) = (core.clock.now(), tx.ownership(id)?.owner());
        if before == owner && before.is_some() {
            return Ok(Err(OwnerRefusal::AlreadyTheirs));
        }
        let act = Act::audit("customer.change_owner").on(id);
        let act = act.with("owner_before", name_of(before)).with("owner_after", name_of(owner));
        let changed = core.sensitive(&permit, leave, act, move |tx, act| {
            // Read again in the write: records that arrive meanwhile may give a customer its first owner.
            let mut ownership = tx.ownership(id)?;
            if ownership.owner() != before {
                return Err(StoreError::Refused("the customer got another owner just now".into()));
            }
            if !ownership.give(owner, now) {
                return Ok(None);
            }
            tx.put_ownership(id, &ownership)?;
            record(tx, now, act)?;
            Ok(Some(ownership))
        })?;
        core.scopes.forget();
        Ok(changed.ok_or(OwnerRefusal::AlreadyTheirs))
    }
}
