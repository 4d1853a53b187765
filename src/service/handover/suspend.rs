//! Suspending a leaver: the person, the accounts, the sessions and the tokens, in one transaction.

use xinju_model::access::{Permit, Viewer};
use xinju_model::handover::{Handover, HandoverState};
use xinju_model::id::{HandoverId, StaffId, TokenId};
use xinju_model::role::BuiltIn;
use xinju_model::staff::{Staff, StaffState};
use xinju_model::user::User;
use xinju_store::error::StoreError;
use xinju_store::read::ReadTx;
use xinju_store::write::WriteTx;

use crate::audit::{Act, record};
use crate::error::ServiceError;
use crate::handover::{HandoverRefusal, is_own, step};
use crate::role::kept_powers;
use crate::service::{Core, Service};

/// What a suspension ends, as it was found.
#[derive(Clone)]
pub(super) struct Suspension {
    staff: Staff,
    users: Vec<User>,
    tokens: Vec<TokenId>,
}

/// What suspending a leaver would end, where the viewer may.
pub(super) fn suspension(
    viewer: &Viewer,
    tx: &ReadTx,
    leaver: StaffId,
) -> Result<Result<Suspension, HandoverRefusal>, ServiceError> {
    if is_own(viewer, leaver) {
        return Ok(Err(HandoverRefusal::Yourself));
    }
    let staff = tx.staff(leaver)?.ok_or(ServiceError::NotFound("member of staff"))?;
    let all: Vec<User> = tx.users()?.into_iter().map(|row| row.user).collect();
    let users: Vec<User> = all.iter().filter(|user| user.staff == Some(leaver)).cloned().collect();
    let owner = BuiltIn::Owner;
    if users.iter().any(|user| user.roles.contains(&owner.id())) && !viewer.rights.has(owner) {
        return Ok(Err(HandoverRefusal::NotYoursToSuspend));
    }
    let (roles, others) = (tx.roles()?, all.iter().filter(|user| user.staff != Some(leaver)).cloned());
    if !kept_powers(&roles, &all).is_subset(&kept_powers(&roles, &others.collect::<Vec<_>>())) {
        return Ok(Err(HandoverRefusal::LastAdministrator));
    }
    let mut tokens = Vec::new();
    for user in &users {
        tokens.extend(tx.tokens(user.id)?.into_iter().map(|token| token.id));
    }
    Ok(Ok(Suspension { staff, users, tokens }))
}

impl Core {
    /// Suspends the leaver of a handover and puts the handover; `begin` is the event of its beginning, where it begins with this.
    /// Then freezes what the leaver had done.
    pub(super) fn suspend(
        &self,
        permit: &Permit,
        mut handover: Handover,
        suspension: Suspension,
        begin: Option<Act>,
    ) -> Result<Handover, ServiceError> {
        let now = self.clock.now();
        handover.suspended_at = Some(now);
        handover.users = suspension.users.iter().map(|user| user.id).collect();
        let row = handover.clone();
        self.store.write(permit, move |tx| {
            tx.put_handover(&row)?;
            if let Some(begin) = &begin {
                record(tx, now, begin)?;
            }
            let sessions = end(tx, &suspension)?;
            let left = &Staff { state: StaffState::Left, ..suspension.staff.clone() };
            tx.put_staff(left)?;
            let act = Act::audit("staff.change").on(left.id).with("handover", row.id);
            let act = act.with("state_before", suspension.staff.state.name()).with("state_after", left.state.name());
            record(tx, now, &act)?;
            for user in suspension.users.iter().filter(|user| user.active) {
                let act = Act::audit("user.suspend").on(user.id).with("handover", row.id);
                record(tx, now, &act.with("active_before", true).with("active_after", false))?;
            }
            let act = step("handover.suspend", &row).with("users", row.users.len()).with("sessions", sessions);
            record(tx, now, &act.with("tokens", suspension.tokens.len()))
        })?;
        self.parties.forget();
        self.scopes.forget();
        self.freeze_review(permit, &handover)?;
        Ok(handover)
    }
}

/// Ends accounts, sessions and tokens; how many sessions there were.
fn end(tx: &mut WriteTx<'_>, suspension: &Suspension) -> Result<usize, StoreError> {
    for user in &suspension.users {
        let gone = || StoreError::Refused("a user of the leaver is gone; try again".into());
        let mut row = tx.user(user.id)?.ok_or_else(gone)?;
        row.user.active = false;
        tx.put_user(&row)?;
    }
    for token in &suspension.tokens {
        tx.remove_token(*token)?;
    }
    tx.remove_sessions(|session| suspension.users.iter().any(|user| user.id == session.user))
}

impl Service {
    /// Suspends the leaver of a handover: what they are signed in with ends at once, and what they did is frozen for review.
    pub fn suspend_leaver(
        &self,
        viewer: &Viewer,
        id: HandoverId,
    ) -> Result<Result<Handover, HandoverRefusal>, ServiceError> {
        let core = &self.core;
        let (_accounts, _people) = (core.accounts.lock(), core.people.lock());
        let tx = core.store.read()?;
        let (overseer, handover) = core.overseen(viewer, &tx, id)?;
        core.fresh(viewer)?;
        if handover.suspended_at.is_some() {
            return Ok(Err(HandoverRefusal::AlreadySuspended));
        }
        if handover.state == HandoverState::Cancelled {
            return Ok(Err(HandoverRefusal::PastThat));
        }
        match suspension(viewer, &tx, handover.leaver)? {
            Ok(suspension) => core.suspend(&overseer.permit, handover, suspension, None).map(Ok),
            Err(refusal) => Ok(Err(refusal)),
        }
    }
}
