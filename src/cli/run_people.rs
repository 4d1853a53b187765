//! Commands about roles, tokens and what users hold, run on a service of this process.

use serde_json::{Value, json};
use xinju_model::access::{Action, Viewer};
use xinju_model::id::{RoleId, StaffId, TokenId};
use xinju_model::limits::TOKEN_DAYS_MAX;
use xinju_model::role::{BuiltIn, DataScope, Role};
use xinju_model::user::{Token, TokenScope, User, UserKind};
use xinju_service::error::ServiceError;
use xinju_service::page::PageRequest;
use xinju_service::role::{RoleChange, RoleRefusal};
use xinju_service::service::Service;
use xinju_service::staff::StaffFilter;
use xinju_service::token::{CreateToken, TokenRefusal};
use xinju_service::user::SetUserRolesRefusal;

use super::operate::Tell;
use super::run_here::{Outcome, done, refused, user_refusal};
use super::status::Status;

const NO_USER: &str = "no user has this login; see `xinju user list`";
pub(super) const NO_STAFF: &str = "no member of staff has this account; import the directory first";

pub(super) fn user_line(user: &User, roles: &[Role]) -> Value {
    let held = roles.iter().filter(|role| user.roles.contains(&role.id)).map(|role| role.name.as_str());
    let kind = match user.kind {
        UserKind::Person => "person",
        UserKind::Service => "service",
    };
    json!({"login": user.login, "name": user.name, "kind": kind, "roles": held.collect::<Vec<_>>(), "active": user.active, "created_at": user.created_at.to_string()})
}

fn role_line(role: &Role) -> Value {
    let actions: Vec<&str> = role.actions.iter().map(|action| action.name()).collect();
    json!({"role": role.name, "built_in": role.built_in().is_some(), "scope": role.scope.name(), "actions": actions, "second_factor": role.second_factor, "networks": role.networks.iter().map(ToString::to_string).collect::<Vec<_>>()})
}

pub(super) fn find_user(service: &Service, viewer: &Viewer, login: &str) -> Result<Option<User>, ServiceError> {
    let wanted = login.to_lowercase();
    Ok(service.users(viewer)?.into_iter().find(|user| user.login.to_lowercase() == wanted))
}

/// Who has an account on the channel.
pub(super) fn staff_of(service: &Service, viewer: &Viewer, account: &str) -> Result<Option<StaffId>, ServiceError> {
    let page = PageRequest::first(xinju_model::limits::PAGE_SIZE_MAX);
    let found = service.all_staff(viewer, &StaffFilter::search(account), &page)?;
    let named = found.edges.into_iter().find(|edge| edge.node.account.to_lowercase() == account.to_lowercase());
    Ok(named.map(|edge| edge.node.id))
}

fn find_role(all: &[Role], name: &str) -> Option<RoleId> {
    let own = || all.iter().find(|role| role.name.to_lowercase() == name.to_lowercase()).map(|role| role.id);
    BuiltIn::from_name(name).map(BuiltIn::id).or_else(own)
}

/// The roles of these names, or what to say of the first that is not there.
pub(super) fn find_roles(all: &[Role], names: &[String]) -> Result<Vec<RoleId>, String> {
    let found = |name: &String| find_role(all, name).ok_or_else(|| no_role(name));
    names.iter().map(found).collect()
}

fn no_role(name: &str) -> String {
    format!("there is no role {name}; see `xinju role list`")
}

/// Changes what using a role takes. Nobody at the machine is kept out by it, so that it is also the way back in.
pub(super) fn role_require(
    service: &Service,
    viewer: &Viewer,
    name: &str,
    second_factor: Option<bool>,
    networks: Option<Vec<String>>,
    tell: Tell<'_>,
) -> Outcome {
    let Some(id) = find_role(&service.roles(viewer)?, name) else { return refused(tell, &no_role(name)) };
    let change = RoleChange { second_factor, networks, ..RoleChange::default() };
    match service.update_role(viewer, id, change)? {
        Ok(role) => done(tell, role_line(&role)),
        Err(_) => refused(tell, "a network is an address or a range such as 10.0.0.0/8; at most 100 of them"),
    }
}

pub(super) fn role_list(service: &Service, viewer: &Viewer, tell: Tell<'_>) -> Outcome {
    for role in service.roles(viewer)? {
        tell(role_line(&role))?;
    }
    Ok(Status::Done)
}

pub(super) fn role_copy(service: &Service, viewer: &Viewer, (from, name): (&str, &str), tell: Tell<'_>) -> Outcome {
    let Some(from) = find_role(&service.roles(viewer)?, from) else { return refused(tell, &no_role(from)) };
    told(service.copy_role(viewer, from, name)?, tell)
}

/// What to change of a role, as the command line names it.
pub(super) struct Changed<'a> {
    pub(super) name: Option<&'a str>,
    pub(super) actions: Option<&'a [String]>,
    pub(super) scope: Option<&'a str>,
}

pub(super) fn role_change(
    service: &Service,
    viewer: &Viewer,
    role: &str,
    changed: &Changed<'_>,
    tell: Tell<'_>,
) -> Outcome {
    let Some(id) = find_role(&service.roles(viewer)?, role) else { return refused(tell, &no_role(role)) };
    let mut change = RoleChange { name: changed.name.map(str::to_owned), ..RoleChange::default() };
    if let Some(names) = changed.actions {
        let named = |name: &String| Action::ALL.iter().copied().find(|action| action.name() == name);
        let Some(actions) = names.iter().map(named).collect() else {
            let all: Vec<&str> = Action::ALL.iter().map(|action| action.name()).collect();
            return refused(tell, &format!("what a role may do is named by any of: {}", all.join(" ")));
        };
        change.actions = Some(actions);
    }
    if let Some(name) = changed.scope {
        let kinds =
            [DataScope::OwnCustomers, DataScope::Department, DataScope::DepartmentAndBelow, DataScope::Everything];
        let Some(scope) = kinds.iter().find(|kind| kind.name() == name) else {
            let all: Vec<&str> = kinds.iter().map(DataScope::name).collect();
            return refused(
                tell,
                &format!("a scope is any of: {}; a named list is made in the console", all.join(" ")),
            );
        };
        change.scope = Some(scope.clone());
    }
    told(service.update_role(viewer, id, change)?, tell)
}

pub(super) fn role_delete(service: &Service, viewer: &Viewer, role: &str, tell: Tell<'_>) -> Outcome {
    let Some(id) = find_role(&service.roles(viewer)?, role) else { return refused(tell, &no_role(role)) };
    match service.delete_role(viewer, id)? {
        Ok(()) => done(tell, json!({"deleted": role})),
        Err(RoleRefusal::InUse) => {
            let users = service.users(viewer)?.into_iter().filter(|user| user.roles.contains(&id));
            let logins: Vec<String> = users.map(|user| user.login).collect();
            refused(tell, &format!("users hold this role: {}", logins.join(", ")))
        }
        Err(refusal) => refused(tell, role_refusal(refusal)),
    }
}

fn told(outcome: Result<Role, RoleRefusal>, tell: Tell<'_>) -> Outcome {
    match outcome {
        Ok(role) => done(tell, role_line(&role)),
        Err(refusal) => refused(tell, role_refusal(refusal)),
    }
}

fn role_refusal(refusal: RoleRefusal) -> &'static str {
    match refusal {
        RoleRefusal::BuiltIn => "built-in roles stay as they are; copy one with `xinju role copy`",
        RoleRefusal::NameInvalid => "the name must be 1 to 100 characters",
        RoleRefusal::NameTaken => "another role has this name",
        RoleRefusal::TooMany => "there are as many own roles as there may be",
        RoleRefusal::PowersTogether => {
            "running the system, saying who sees what, and reading the audit trail must be in different hands"
        }
        RoleRefusal::InUse => "users hold this role",
        RoleRefusal::LastAdministrator => "nobody could manage users any more",
        RoleRefusal::NetworksInvalid => "a network is an address or a range such as 10.0.0.0/8; at most 100 of them",
        RoleRefusal::LocksOut => "the networks leave out the place from which it is asked",
        RoleRefusal::Yours => "you cannot change a role that you hold",
    }
}

pub(super) fn user_roles(
    service: &Service,
    viewer: &Viewer,
    (login, names, account): (&str, &[String], Option<&str>),
    tell: Tell<'_>,
) -> Outcome {
    let Some(user) = find_user(service, viewer, login)? else { return refused(tell, NO_USER) };
    let all = service.roles(viewer)?;
    let roles = match find_roles(&all, names) {
        Ok(roles) if roles.is_empty() => user.roles.clone(),
        Ok(roles) => roles,
        Err(why) => return refused(tell, &why),
    };
    let staff = match account {
        None => user.staff,
        Some("") => None,
        Some(account) => match staff_of(service, viewer, account)? {
            Some(staff) => Some(staff),
            None => return refused(tell, NO_STAFF),
        },
    };
    match service.set_user_roles(viewer, user.id, &roles, staff)? {
        Ok(user) => done(tell, user_line(&user, &all)),
        Err(refusal) => refused(tell, roles_refusal(refusal)),
    }
}

fn roles_refusal(refusal: SetUserRolesRefusal) -> &'static str {
    match refusal {
        SetUserRolesRefusal::RolesInvalid => "a user has 1 to 8 roles",
        SetUserRolesRefusal::PowersTogether => "these roles must be in different hands; see `xinju role list`",
        SetUserRolesRefusal::NotYoursToGive => "these roles are not yours to give",
        SetUserRolesRefusal::StaffUnknown => "there is no such member of staff",
        SetUserRolesRefusal::Yourself => "you cannot change your own rights",
        SetUserRolesRefusal::LastAdministrator => "this is the last active user who manages users",
    }
}

pub(super) fn service_add(
    service: &Service,
    viewer: &Viewer,
    (login, name, roles): (&str, &str, &[String]),
    tell: Tell<'_>,
) -> Outcome {
    let all = service.roles(viewer)?;
    let roles = match find_roles(&all, roles) {
        Ok(roles) => roles,
        Err(why) => return refused(tell, &why),
    };
    match service.create_service_account(viewer, login, name, &roles)? {
        Ok(user) => done(tell, user_line(&user, &all)),
        Err(refusal) => refused(tell, user_refusal(refusal)),
    }
}

fn token_line(token: &Token) -> Value {
    json!({
        "token": token.id.to_string(),
        "name": token.name,
        "scopes": token.scopes,
        "created_at": token.created_at.to_string(),
        "expires_at": token.expires_at.to_string(),
        "used_at": token.used_at.map(|at| at.to_string()),
    })
}

pub(super) fn token_list(service: &Service, viewer: &Viewer, login: &str, tell: Tell<'_>) -> Outcome {
    let Some(user) = find_user(service, viewer, login)? else { return refused(tell, NO_USER) };
    for token in service.tokens_of(viewer, user.id)? {
        tell(token_line(&token))?;
    }
    Ok(Status::Done)
}

pub(super) fn token_create(
    service: &Service,
    viewer: &Viewer,
    (login, name, scopes, days): (&str, &str, &[TokenScope], u32),
    tell: Tell<'_>,
) -> Outcome {
    let Some(user) = find_user(service, viewer, login)? else { return refused(tell, NO_USER) };
    let new = CreateToken { name: name.to_owned(), scopes: scopes.to_vec(), days };
    match service.create_service_token(viewer, user.id, new)? {
        Ok(made) => {
            let mut line = token_line(&made.token);
            if let Some(line) = line.as_object_mut() {
                line.insert("secret".into(), made.secret.as_str().into());
            }
            done(tell, line)
        }
        Err(refusal) => refused(tell, &token_refusal(refusal)),
    }
}

pub(super) fn token_revoke(
    service: &Service,
    viewer: &Viewer,
    (login, token): (&str, &str),
    tell: Tell<'_>,
) -> Outcome {
    let Some(user) = find_user(service, viewer, login)? else { return refused(tell, NO_USER) };
    let revoked = match TokenId::parse(token) {
        Ok(id) => service.revoke_token_of(viewer, user.id, id)?,
        Err(_) => false,
    };
    if revoked { done(tell, json!({"revoked": token})) } else { refused(tell, "this user has no such token") }
}

fn token_refusal(refusal: TokenRefusal) -> String {
    match refusal {
        TokenRefusal::NameInvalid => "the name must be 1 to 100 characters".into(),
        TokenRefusal::NoScope => "say with --scope what the token is for".into(),
        TokenRefusal::DaysInvalid => format!("a token lives for 1 to {TOKEN_DAYS_MAX} days"),
        TokenRefusal::NotService => {
            "this is a person, who makes tokens in the console; add a service account with `xinju user add --service`"
                .into()
        }
        TokenRefusal::Suspended => "the service account is suspended".into(),
    }
}
