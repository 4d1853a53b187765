//! The sign-in policy.

use async_graphql::{Context, Enum, InputObject, Object, Result, SimpleObject};
use xinju_model::policy;
use xinju_service::service::Service;

use crate::graphql::context::call;

/// Of whom a second factor is demanded.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "xinju_model::policy::FactorDemand")]
pub(crate) enum FactorDemand {
    /// Of nobody; everybody may have one.
    Nobody,
    /// Of administrators.
    Administrators,
    /// Of everybody.
    Everybody,
}

/// What the archive asks of those who sign in.
#[derive(SimpleObject)]
pub(crate) struct SignInPolicy {
    /// Of whom a second factor is demanded. Who has none may only enrol one.
    second_factor: FactorDemand,
    /// Minutes without a request after which a session ends.
    idle_minutes: u32,
    /// Hours after which a session ends whatever happens.
    age_hours: u32,
    /// Characters that a new password has at least.
    password_chars: u32,
}

impl From<policy::SignInPolicy> for SignInPolicy {
    fn from(policy: policy::SignInPolicy) -> Self {
        let policy::SignInPolicy { factor, idle_minutes, age_hours, password_chars } = policy;
        Self { second_factor: factor.into(), idle_minutes, age_hours, password_chars }
    }
}

/// A sign-in policy to be set, whole.
#[derive(InputObject)]
pub(crate) struct SetSignInPolicyInput {
    second_factor: FactorDemand,
    /// 5 to 720.
    idle_minutes: u32,
    /// 1 to 168.
    age_hours: u32,
    /// 10 to 64.
    password_chars: u32,
}

impl SetSignInPolicyInput {
    /// The policy.
    pub(crate) fn read(&self) -> policy::SignInPolicy {
        policy::SignInPolicy {
            factor: self.second_factor.into(),
            idle_minutes: self.idle_minutes,
            age_hours: self.age_hours,
            password_chars: self.password_chars,
        }
    }
}

/// Which number of a policy is outside its bounds.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "xinju_model::policy::PolicyFault")]
pub(crate) enum SignInPolicyRefusal {
    /// The minutes without a request.
    IdleMinutes,
    /// The hours of a session.
    AgeHours,
    /// The characters of a password.
    PasswordChars,
}

/// What came of setting the policy.
#[derive(SimpleObject)]
pub(crate) struct SetSignInPolicyPayload {
    /// Null when it was refused.
    policy: Option<SignInPolicy>,
    /// Null when it was done.
    refusal: Option<SignInPolicyRefusal>,
}

/// Questions about the policy.
#[derive(Default)]
pub(crate) struct PolicyQuery;

#[Object]
impl PolicyQuery {
    /// What the archive asks of those who sign in.
    async fn sign_in_policy(&self, context: &Context<'_>) -> Result<SignInPolicy> {
        Ok(call(context, Service::sign_in_policy).await?.into())
    }
}

/// Verbs of the policy.
#[derive(Default)]
pub(crate) struct PolicyMutation;

#[Object]
impl PolicyMutation {
    /// Sets what the archive asks of those who sign in, for those who manage users. Sensitive: see `confirmIdentity`.
    async fn set_sign_in_policy(
        &self,
        context: &Context<'_>,
        input: SetSignInPolicyInput,
    ) -> Result<SetSignInPolicyPayload> {
        let wanted = input.read();
        Ok(match call(context, move |service, viewer| service.set_sign_in_policy(viewer, wanted)).await? {
            Ok(policy) => SetSignInPolicyPayload { policy: Some(policy.into()), refusal: None },
            Err(fault) => SetSignInPolicyPayload { policy: None, refusal: Some(fault.into()) },
        })
    }
}
