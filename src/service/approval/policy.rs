//! Of what approval is demanded. Whoever changes that needs approval too, once anything does.

use std::collections::HashMap;

use xinju_model::access::{Action, Viewer};
use xinju_model::approval::{Account, ApprovalPolicy, SensitiveKind, Setters, obstacle};
use xinju_model::id::UserId;
use xinju_model::user::User;
use xinju_store::read::ReadTx;

use crate::approval::leave::Leave;
use crate::audit::{Act, record};
use crate::error::ServiceError;
use crate::service::{Core, Service};
use crate::session::rights_anywhere;

/// The setting that holds it: a byte of version, then JSON.
const SETTING: &str = "approval.policy";
const VERSION: u8 = 1;

/// Why the policy was not changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ApprovalPolicyRefusal {
    /// The hours are outside their bounds.
    Hours,
    /// Somebody who may do operations of this kind would have nobody else to ask.
    NobodyToAsk(SensitiveKind),
}

/// A policy in words for events.
fn words(policy: &ApprovalPolicy) -> (String, u32) {
    (policy.kinds.iter().map(|kind| kind.name()).collect::<Vec<_>>().join(" "), policy.hours)
}

fn to_bytes(policy: &ApprovalPolicy) -> Result<Vec<u8>, ServiceError> {
    let mut value = vec![VERSION];
    serde_json::to_writer(&mut value, policy)
        .map_err(|error| ServiceError::Internal(format!("the approval policy does not write: {error}")))?;
    Ok(value)
}

fn from_bytes(value: &[u8]) -> Result<ApprovalPolicy, ServiceError> {
    match value.split_first() {
        Some((&VERSION, json)) => serde_json::from_slice(json)
            .map_err(|error| ServiceError::Internal(format!("the approval policy does not read: {error}"))),
        _ => Err(ServiceError::Internal("the approval policy is of an unknown version".into())),
    }
}

/// Somebody with what their roles let them do.
struct Person {
    user: User,
    setters: Option<Setters>,
    actions: Vec<Action>,
}

impl Person {
    fn may(&self, action: Action) -> bool {
        self.actions.contains(&action)
    }

    fn account(&self) -> Account<'_> {
        Account { user: &self.user, setters: self.setters }
    }
}

fn people(tx: &ReadTx) -> Result<Vec<Person>, ServiceError> {
    let mut people = Vec::new();
    let mut known: HashMap<UserId, Option<Setters>> = HashMap::new();
    for user in tx.users()?.into_iter().map(|row| row.user).filter(|user| user.active) {
        let setters = *known.entry(user.id).or_insert(tx.setters(user.id)?);
        let roles = rights_anywhere(tx, &user)?.roles;
        let actions = roles.iter().flat_map(|role| role.actions.iter().copied()).collect();
        people.push(Person { user, setters, actions });
    }
    Ok(people)
}

/// A kind whose operations somebody may do without anybody to ask.
fn nobody_to_ask(tx: &ReadTx, policy: &ApprovalPolicy) -> Result<Option<SensitiveKind>, ServiceError> {
    let people = people(tx)?;
    let stuck = |kind: &SensitiveKind| {
        let approves = |other: &Person, asker: &Person| {
            let sees = kind.shown_by().iter().any(|action| other.may(*action));
            obstacle(asker.account(), other.account(), sees && other.may(Action::Approve)).is_none()
        };
        let alone = |asker: &Person| !people.iter().any(|other| approves(other, asker));
        people.iter().any(|asker| asker.may(kind.done_with()) && alone(asker))
    };
    Ok(SensitiveKind::ALL.iter().copied().filter(|kind| policy.demands(*kind)).find(stuck))
}

impl Core {
    /// The policy that holds now.
    pub(crate) fn approval_policy(&self) -> Result<ApprovalPolicy, ServiceError> {
        self.store.read()?.setting(SETTING)?.map_or_else(|| Ok(ApprovalPolicy::default()), |value| from_bytes(&value))
    }
}

impl Service {
    /// Of what approval is demanded; everybody may know what is asked of them.
    pub fn approval_policy(&self, viewer: &Viewer) -> Result<ApprovalPolicy, ServiceError> {
        self.core.allow(viewer, Action::ManageOwnAccount)?;
        self.core.approval_policy()
    }

    /// Changes of what approval is demanded, for those who manage roles.
    pub fn set_approval_policy(
        &self,
        viewer: &Viewer,
        policy: &ApprovalPolicy,
    ) -> Result<Result<ApprovalPolicy, ApprovalPolicyRefusal>, ServiceError> {
        self.set_approval_policy_with(viewer, policy, &self.core.leave(viewer, SensitiveKind::ApprovalPolicy)?)
    }

    pub(crate) fn set_approval_policy_with(
        &self,
        viewer: &Viewer,
        policy: &ApprovalPolicy,
        leave: &Leave,
    ) -> Result<Result<ApprovalPolicy, ApprovalPolicyRefusal>, ServiceError> {
        let core = &self.core;
        let permit = core.allow(viewer, Action::ManageRoles)?;
        core.fresh(viewer)?;
        if !policy.fits() {
            return Ok(Err(ApprovalPolicyRefusal::Hours));
        }
        let _one_at_a_time = core.accounts.lock();
        if let Some(kind) = nobody_to_ask(&core.store.read()?, policy)? {
            return Ok(Err(ApprovalPolicyRefusal::NobodyToAsk(kind)));
        }
        let (before, after) = (words(&core.approval_policy()?), words(policy));
        let act = Act::audit("approval.policy_change")
            .with("kinds_before", before.0)
            .with("kinds_after", after.0)
            .with("hours_before", before.1)
            .with("hours_after", after.1);
        let (value, now) = (to_bytes(policy)?, core.clock.now());
        core.sensitive(&permit, leave, act, move |tx, act| {
            tx.put_setting(SETTING, Some(&value))?;
            record(tx, now, act)
        })?;
        Ok(Ok(policy.clone()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stored_form_of_version_1_reads_for_ever() {
        let kinds = [SensitiveKind::OwnerChange, SensitiveKind::AuditExport].into();
        let policy = ApprovalPolicy { kinds, hours: 48 };
        let golden = b"\x01{\"kinds\":[\"audit_export\",\"owner_change\"],\"hours\":48}";
        assert_eq!(to_bytes(&policy).expect("writes"), golden);
        assert_eq!(from_bytes(golden).expect("reads"), policy);
        assert!(from_bytes(b"\x02{}").is_err() && from_bytes(b"").is_err());
    }
}
