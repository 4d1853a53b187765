//! The sign-in policy: who must have a second factor, how long sessions live, how long passwords are.

use xinju_model::access::{Action, Credential, Viewer, may};
use xinju_model::approval::SensitiveKind;
use xinju_model::policy::{PolicyFault, SignInPolicy};
use xinju_store::store::Store;

use crate::approval::leave::Leave;
use crate::audit::{Act, record};
use crate::error::ServiceError;
use crate::factor::has_any;
use crate::service::{Core, Service};

/// The setting that holds it: a byte of version, then JSON.
const SETTING: &str = "sign_in.policy";
const VERSION: u8 = 1;

/// The policy of a store; the mildest where none was ever set.
pub(crate) fn stored(store: &Store) -> Result<SignInPolicy, ServiceError> {
    let Some(value) = store.read()?.setting(SETTING)? else { return Ok(SignInPolicy::default()) };
    match value.split_first() {
        Some((&VERSION, json)) => serde_json::from_slice(json)
            .map_err(|error| ServiceError::Internal(format!("the sign-in policy does not read: {error}"))),
        _ => Err(ServiceError::Internal("the sign-in policy is of an unknown version".into())),
    }
}

fn to_bytes(policy: &SignInPolicy) -> Result<Vec<u8>, ServiceError> {
    let mut value = vec![VERSION];
    serde_json::to_writer(&mut value, policy)
        .map_err(|error| ServiceError::Internal(format!("the sign-in policy does not write: {error}")))?;
    Ok(value)
}

/// A policy in words for events.
fn words(policy: &SignInPolicy) -> String {
    let SignInPolicy { factor, idle_minutes, age_hours, password_chars } = policy;
    format!(
        "second factor of {}, idle {idle_minutes} min, session {age_hours} h, password {password_chars} characters",
        factor.name()
    )
}

/// Whether somebody is an administrator as the policy means it.
pub(crate) fn administers(viewer: &Viewer) -> bool {
    may(viewer, Action::ManageUsers) || may(viewer, Action::ManageRoles)
}

impl Core {
    /// The policy that holds now.
    pub(crate) fn policy(&self) -> SignInPolicy {
        *self.policy.read()
    }

    /// Whether the policy or one of the viewer's roles demands a second factor.
    pub(crate) fn demands_factor(&self, viewer: &Viewer) -> bool {
        self.policy().factor.covers(administers(viewer)) || viewer.rights.roles.iter().any(|role| role.second_factor)
    }

    /// Whether a session has to enrol a second factor before it may do anything else. Asked anew for each use case, so that enrolling frees it at once.
    pub(crate) fn must_enrol(&self, viewer: &Viewer) -> Result<bool, ServiceError> {
        match (&viewer.credential, viewer.user) {
            (Credential::Session, Some(user)) if !viewer.vouched && self.demands_factor(viewer) => {
                Ok(!has_any(&self.store.read()?, user)?)
            }
            _ => Ok(false),
        }
    }
}

impl Service {
    /// The sign-in policy; everybody may know what is asked of them.
    pub fn sign_in_policy(&self, viewer: &Viewer) -> Result<SignInPolicy, ServiceError> {
        self.core.allow(viewer, Action::ManageOwnAccount)?;
        Ok(self.core.policy())
    }

    /// Whether the viewer has to enrol a second factor before anything else.
    pub fn must_enrol(&self, viewer: &Viewer) -> Result<bool, ServiceError> {
        self.core.must_enrol(viewer)
    }

    /// Changes the sign-in policy, for those who manage users. Sessions that are too old by it end with their next request.
    pub fn set_sign_in_policy(
        &self,
        viewer: &Viewer,
        policy: SignInPolicy,
    ) -> Result<Result<SignInPolicy, PolicyFault>, ServiceError> {
        self.set_sign_in_policy_with(viewer, policy, &self.core.leave(viewer, SensitiveKind::SignInPolicy)?)
    }

    pub(crate) fn set_sign_in_policy_with(
        &self,
        viewer: &Viewer,
        policy: SignInPolicy,
        leave: &Leave,
    ) -> Result<Result<SignInPolicy, PolicyFault>, ServiceError> {
        let core = &self.core;
        let permit = core.allow(viewer, Action::ManageUsers)?;
        core.fresh(viewer)?;
        if let Err(fault) = policy.check() {
            return Ok(Err(fault));
        }
        let value = to_bytes(&policy)?;
        let _one_at_a_time = core.accounts.lock();
        let act = Act::audit("policy.change")
            .with("policy_before", words(&core.policy()))
            .with("policy_after", words(&policy));
        let now = core.clock.now();
        core.sensitive(&permit, leave, act, move |tx, act| {
            tx.put_setting(SETTING, Some(&value))?;
            record(tx, now, act)
        })?;
        *core.policy.write() = policy;
        Ok(Ok(policy))
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use xinju_model::limits::FRESH_MS_MAX;
    use xinju_model::policy::FactorDemand;
    use xinju_model::role::BuiltIn;
    use zeroize::Zeroizing;

    use super::*;
    use crate::error::Code;
    use crate::session::SignInRefusal;
    use crate::user::{CreateUser, UserRefusal};
    use crate::world::{PASSWORD, World, origin, viewer};

    fn strict() -> SignInPolicy {
        SignInPolicy { factor: FactorDemand::Administrators, idle_minutes: 30, age_hours: 8, password_chars: 14 }
    }

    /// Demands a second factor of everybody, by the operator.
    pub(crate) fn demand_of_everybody(world: &World) {
        let policy = SignInPolicy { factor: FactorDemand::Everybody, ..SignInPolicy::default() };
        world.service.set_sign_in_policy(&Viewer::operator(), policy).expect("answered").expect("set");
    }

    #[test]
    fn the_stored_form_of_version_1_reads_for_ever() {
        let golden = b"\x01{\"factor\":\"administrators\",\"idle_minutes\":30,\"age_hours\":8,\"password_chars\":14}";
        assert_eq!(to_bytes(&strict()).expect("writes"), golden);
    }

    #[test]
    fn those_who_manage_users_set_it_and_it_outlives_a_restart() {
        let world = World::new();
        let admin = world.administrator().principal.viewer;
        let ken = world.user("ken", BuiltIn::Staff).principal.viewer;
        assert_eq!(world.service.sign_in_policy(&ken).expect("known"), SignInPolicy::default());
        let denied = world.service.set_sign_in_policy(&ken, strict()).expect_err("denied");
        assert_eq!(denied.code(), Code::Forbidden);
        let low = SignInPolicy { password_chars: 3, ..strict() };
        let refused = world.service.set_sign_in_policy(&admin, low).expect("answered");
        assert_eq!(refused, Err(PolicyFault::PasswordChars));
        world.service.set_sign_in_policy(&admin, strict()).expect("answered").expect("set");
        let event = world.last_event("policy.change").expect("an event");
        let detail = |name: &str| event.details.get(name).cloned().unwrap_or_default();
        assert!(
            detail("policy_before").contains("nobody") && detail("policy_after").contains("administrators"),
            "{event:?}"
        );
        let world = world.reopen();
        assert_eq!(world.service.core.policy(), strict());
    }

    #[test]
    fn it_is_changed_only_by_somebody_who_confirmed_lately() {
        let world = World::new();
        let admin = world.administrator().principal.viewer;
        world.clock.pass(FRESH_MS_MAX + 1);
        let late = world.service.set_sign_in_policy(&admin, strict()).expect_err("too late");
        assert_eq!(late.code(), Code::ConfirmRequired);
        assert_eq!(world.service.core.policy(), SignInPolicy::default());
    }

    #[test]
    fn it_shortens_sessions_and_lengthens_passwords() {
        let world = World::new();
        let admin = world.administrator();
        let policy = SignInPolicy { factor: FactorDemand::Nobody, ..strict() };
        world.service.set_sign_in_policy(&admin.principal.viewer, policy).expect("answered").expect("set");
        let new = CreateUser {
            login: "ken".into(),
            name: "Ken".into(),
            roles: vec![BuiltIn::Staff.id()],
            staff: None,
            password: Zeroizing::new("xk7#qpLw2vRt9"[..13].to_owned()),
        };
        let short = world.service.create_user(&Viewer::operator(), new).expect("answered");
        assert_eq!(short, Err(UserRefusal::PasswordTooShort));
        world.clock.pass(30 * 60_000);
        assert!(world.service.authenticate_session(&admin.secret, "").expect("answered").is_some());
        world.clock.pass(30 * 60_000 + 1);
        assert!(world.service.authenticate_session(&admin.secret, "").expect("answered").is_none());
        let password = Zeroizing::new(PASSWORD.to_owned());
        let old = world.service.sign_in("admin", &password, &origin()).expect("answered");
        assert!(old.is_ok(), "a password from before stays good: {:?}", old.err());
    }

    #[test]
    fn of_whom_it_demands_a_factor_may_only_enrol() {
        let world = World::new();
        let admin = world.administrator().principal.viewer;
        let ken = world.user("ken", BuiltIn::Staff).principal.viewer;
        world.service.set_sign_in_policy(&admin, strict()).expect("answered").expect("set");
        let denied = world.service.users(&admin).expect_err("enrol first");
        assert_eq!(denied.code(), Code::EnrolmentRequired);
        assert_eq!(
            world.last_event("access.deny").expect("an event").details.get("action").map(String::as_str),
            Some("manage_users")
        );
        assert!(world.service.must_enrol(&admin).expect("asked"));
        assert_eq!(world.service.can(&admin), [Action::ManageOwnAccount]);
        assert!(world.service.sessions(&admin).is_ok());
        assert!(world.service.overview(&ken, 0, 1).is_ok(), "it is not demanded of staff");
        assert!(!world.service.must_enrol(&ken).expect("asked"));
        assert!(world.service.users(&Viewer::operator()).is_ok());
        world.enrol(&admin);
        assert!(world.service.users(&admin).is_ok());
        let refused =
            world.service.sign_in("admin", &Zeroizing::new(PASSWORD.to_owned()), &origin()).expect("answered");
        assert!(matches!(refused, Err(SignInRefusal::SecondFactorRequired(_))));
        assert!(!world.service.must_enrol(&viewer(BuiltIn::Staff)).expect("asked"));
    }
}
