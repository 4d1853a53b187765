//! Roles: what their holders may do, and with whose records; and why somebody sees something.

use async_graphql::{ComplexObject, Context, Enum, ID, InputObject, Object, Result, SimpleObject};
use xinju_model::id::{ConversationId, CustomerId, EntryIndex, RoleId, StaffId, UserId};
use xinju_model::role;
use xinju_service::error::ServiceError;
use xinju_service::role::RoleChange;
use xinju_service::scope::{AccessExplanation, AccessTarget, RoleDecision};
use xinju_service::service::Service;

use crate::graphql::context::{call, where_allowed};
use crate::graphql::customer::Customer;
use crate::graphql::error::{bad_input, fault};
use crate::graphql::personal::PersonalKind;
use crate::graphql::scalars::DateTime;
use crate::graphql::staff::Staff;
use crate::graphql::viewer::Action;

/// The roles that every archive has.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "xinju_model::role::BuiltIn")]
pub(crate) enum BuiltInRole {
    /// Everything, for a small company with one administrator.
    Owner,
    /// The system, users and imports; no message.
    SystemAdministrator,
    /// Reads and searches everything, manages roles and people.
    SecurityAdministrator,
    /// Reads the audit trail and the ledger, changes nothing, reads no message.
    Auditor,
    /// The customers of a department and those below it.
    DepartmentHead,
    /// The own customers.
    Staff,
    /// Reads everything, imports, ledger and proofs.
    EvidenceOfficer,
    /// Reads everything, for programs.
    Integration,
}

/// With whose records a role works.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DataScopeKind {
    /// The customers that the holder owns.
    OwnCustomers,
    /// Those that anybody of the holder's departments owns.
    Department,
    /// The same, with all departments below.
    DepartmentAndBelow,
    /// All.
    Everything,
    /// Those that are named, whoever holds the role.
    Named,
}

/// With whose records a role works.
#[derive(SimpleObject)]
#[graphql(complex)]
pub(crate) struct DataScope {
    kind: DataScopeKind,
    /// Ids of staff whose customers are meant; empty unless named.
    staff: Vec<ID>,
    /// Ids of departments that are meant with all below; empty unless named.
    departments: Vec<ID>,
    /// Ids of customers that are meant, whoever owns them; empty unless named.
    customers: Vec<ID>,
}

impl From<&role::DataScope> for DataScope {
    fn from(scope: &role::DataScope) -> Self {
        let kind = match scope {
            role::DataScope::OwnCustomers => DataScopeKind::OwnCustomers,
            role::DataScope::Department => DataScopeKind::Department,
            role::DataScope::DepartmentAndBelow => DataScopeKind::DepartmentAndBelow,
            role::DataScope::Everything => DataScopeKind::Everything,
            role::DataScope::Named(_) => DataScopeKind::Named,
        };
        let nothing = role::Named::default();
        let named = if let role::DataScope::Named(named) = scope { named } else { &nothing };
        Self {
            kind,
            staff: named.staff.iter().map(|id| id.to_string().into()).collect(),
            departments: named.departments.iter().map(|id| (*id).into()).collect(),
            customers: named.customers.iter().map(|id| id.to_string().into()).collect(),
        }
    }
}

#[ComplexObject]
impl DataScope {
    /// The staff that are named, as far as they are yours to see.
    #[graphql(complexity = "10 + 10 * child_complexity")]
    async fn named_staff(&self, context: &Context<'_>) -> Result<Vec<Staff>> {
        let ids: Vec<StaffId> = self.staff.iter().filter_map(|id| StaffId::parse(id).ok()).collect();
        let found = call(context, move |service, viewer| {
            let one = |id: StaffId| where_allowed(service.staff(viewer, id)).transpose();
            ids.into_iter().filter_map(one).collect::<Result<Vec<_>, _>>()
        });
        Ok(found.await?.into_iter().map(Staff).collect())
    }
    /// The customers that are named, as far as they are yours to see.
    #[graphql(complexity = "10 + 10 * child_complexity")]
    async fn named_customers(&self, context: &Context<'_>) -> Result<Vec<Customer>> {
        let ids: Vec<CustomerId> = self.customers.iter().filter_map(|id| CustomerId::parse(id).ok()).collect();
        let found = call(context, move |service, viewer| {
            let one = |id: CustomerId| where_allowed(service.customer(viewer, id)).transpose();
            ids.into_iter().filter_map(one).collect::<Result<Vec<_>, _>>()
        });
        Ok(found.await?.into_iter().map(Customer).collect())
    }
}

/// A role.
pub(crate) struct Role(pub(crate) role::Role);

/// A role.
#[Object]
impl Role {
    pub(crate) async fn id(&self) -> ID {
        self.0.id.to_string().into()
    }
    /// What the company calls it; of a built-in role its stable name.
    async fn name(&self) -> &str {
        &self.0.name
    }
    /// Which built-in role it is; null for the company's own. Built-in roles can be neither changed nor deleted.
    async fn built_in(&self) -> Option<BuiltInRole> {
        self.0.built_in().map(Into::into)
    }
    /// What its holders may do.
    async fn actions(&self) -> Vec<Action> {
        self.0.actions.iter().map(|action| (*action).into()).collect()
    }
    /// With whose records.
    async fn scope(&self) -> DataScope {
        (&self.0.scope).into()
    }
    /// Whether its holders must have a second factor; who has none may only enrol one.
    async fn second_factor(&self) -> bool {
        self.0.second_factor
    }
    /// The networks from which its holders may use it, such as 10.0.0.0/8; empty for from anywhere.
    async fn networks(&self) -> Vec<String> {
        self.0.networks.iter().map(ToString::to_string).collect()
    }
    /// Kinds of personal data that its holders see masked, unless another of their roles shows them.
    async fn masks(&self) -> Vec<PersonalKind> {
        self.0.masks.kinds().map(Into::into).collect()
    }
}

/// With whose records a role is to work.
#[derive(InputObject)]
pub(crate) struct DataScopeInput {
    kind: DataScopeKind,
    /// Ids of staff; only with NAMED.
    #[graphql(default)]
    staff: Vec<ID>,
    /// Ids of departments; only with NAMED.
    #[graphql(default)]
    departments: Vec<ID>,
    /// Ids of customers; only with NAMED.
    #[graphql(default)]
    customers: Vec<ID>,
}

impl DataScopeInput {
    fn read(self) -> Result<role::DataScope> {
        let names = !(self.staff.is_empty() && self.departments.is_empty() && self.customers.is_empty());
        if names && self.kind != DataScopeKind::Named {
            return Err(bad_input("staff, departments and customers are named with the kind NAMED only"));
        }
        let wrong = |_| bad_input("the scope names something that is not an id");
        Ok(match self.kind {
            DataScopeKind::OwnCustomers => role::DataScope::OwnCustomers,
            DataScopeKind::Department => role::DataScope::Department,
            DataScopeKind::DepartmentAndBelow => role::DataScope::DepartmentAndBelow,
            DataScopeKind::Everything => role::DataScope::Everything,
            DataScopeKind::Named => {
                let staff = self.staff.iter().map(|id| StaffId::parse(id)).collect::<Result<_, _>>().map_err(wrong)?;
                let departments = self.departments.iter().map(department_id).collect::<Result<_>>()?;
                let customers =
                    self.customers.iter().map(|id| CustomerId::parse(id)).collect::<Result<_, _>>().map_err(wrong)?;
                role::DataScope::named(staff, departments, customers).map_err(|wrong| bad_input(&wrong.to_string()))?
            }
        })
    }
}

/// The number in a department's id.
pub(crate) fn department_id(id: &ID) -> Result<i64> {
    id.parse().map_err(|_| fault(&ServiceError::NotFound("department")))
}

/// The ids of roles; one that is none is as one that is not there.
pub(crate) fn role_ids(ids: &[ID]) -> Vec<RoleId> {
    ids.iter().map(|id| RoleId::parse(id).unwrap_or(RoleId([0; 16]))).collect()
}

fn role_id(id: &ID) -> Result<RoleId> {
    RoleId::parse(id).map_err(|_| fault(&ServiceError::NotFound("role")))
}

/// Why a role was not made, changed or deleted.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "xinju_service::role::RoleRefusal")]
pub(crate) enum RoleRefusal {
    /// What built-in roles give stays as it is; copy one.
    BuiltIn,
    /// The name is empty or too long.
    NameInvalid,
    /// Another role has the name.
    NameTaken,
    /// There are as many own roles as there may be.
    TooMany,
    /// It would put powers into one hand that belong into several.
    PowersTogether,
    /// Somebody holds it.
    InUse,
    /// Nobody could manage users, or nobody roles, any more.
    LastAdministrator,
    /// People do not change the roles that they hold.
    Yours,
    /// A network is neither an address nor a range such as 10.0.0.0/8, or there are more than 100.
    NetworksInvalid,
    /// The address that asks is in none of the networks, and the role is the asker's or gives power over the archive; say `lockOut` where it is meant.
    LocksOut,
}

/// What is copied, and what the copy is called.
#[derive(InputObject)]
pub(crate) struct CopyRoleInput {
    from: ID,
    name: String,
}

/// What to change of a role; what is null stays.
#[derive(InputObject)]
pub(crate) struct UpdateRoleInput {
    id: ID,
    name: Option<String>,
    /// Managing one's own account always belongs to it.
    actions: Option<Vec<Action>>,
    scope: Option<DataScopeInput>,
    /// Whether its holders must have a second factor. Built-in roles too can be told.
    second_factor: Option<bool>,
    /// The networks from which its holders may use it: addresses and ranges such as 10.0.0.0/8; empty for from anywhere. Built-in roles too can be told.
    networks: Option<Vec<String>>,
    /// Whether it is meant although the networks leave out the address that asks.
    #[graphql(default)]
    lock_out: bool,
    /// All kinds of personal data that are to be masked.
    masks: Option<Vec<PersonalKind>>,
}

/// The role to delete.
#[derive(InputObject)]
pub(crate) struct DeleteRoleInput {
    id: ID,
}

impl CopyRoleInput {
    /// What is copied, and the copy's name.
    pub(crate) fn read(self) -> Result<(RoleId, String)> {
        Ok((role_id(&self.from)?, self.name))
    }
}

impl UpdateRoleInput {
    /// Which role, and what of it.
    pub(crate) fn read(self) -> Result<(RoleId, RoleChange)> {
        let actions = self.actions.map(|actions| actions.into_iter().map(Into::into).collect());
        let scope = self.scope.map(DataScopeInput::read).transpose()?;
        let masks = self.masks.map(|kinds| kinds.into_iter().map(Into::into).collect());
        let (second_factor, networks, lock_out) = (self.second_factor, self.networks, self.lock_out);
        let change = RoleChange { name: self.name, actions, scope, masks, second_factor, networks, lock_out };
        Ok((role_id(&self.id)?, change))
    }
}

impl DeleteRoleInput {
    /// Which.
    pub(crate) fn read(&self) -> Result<RoleId> {
        role_id(&self.id)
    }
}

/// What came of making or changing a role.
#[derive(SimpleObject)]
pub(crate) struct RolePayload {
    /// Null when it was refused.
    role: Option<Role>,
    /// Null when it was done.
    refusal: Option<RoleRefusal>,
}

impl From<Result<role::Role, xinju_service::role::RoleRefusal>> for RolePayload {
    fn from(outcome: Result<role::Role, xinju_service::role::RoleRefusal>) -> Self {
        match outcome {
            Ok(role) => Self { role: Some(Role(role)), refusal: None },
            Err(refusal) => Self { role: None, refusal: Some(refusal.into()) },
        }
    }
}

/// What came of deleting a role.
#[derive(SimpleObject)]
pub(crate) struct DeleteRolePayload {
    /// The role that is no more; null when it was refused.
    id: Option<ID>,
    /// Null when it was done.
    refusal: Option<RoleRefusal>,
}

/// What a role says about an access.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "xinju_service::scope::AccessReason")]
pub(crate) enum AccessReason {
    /// Yes: the role's scope is everything.
    Everything,
    /// Yes: the role names the customer.
    NamedCustomer,
    /// Yes: the customer's owner is among the staff of the role's scope.
    Owner,
    /// Yes: somebody of the staff of the role's scope takes or took part.
    TakesPart,
    /// No: the role does not allow to read at all.
    NoAction,
    /// No: the scope is about the user's own staff, and the user is linked to nobody.
    NoStaff,
    /// No: the member of staff whom the user is linked to does not work here any more, or not for now.
    StaffNotActive,
    /// No: the conversation is seen, but the message is older than the first moment that is.
    Before,
    /// No: it lies outside the role's scope, or is not there.
    Outside,
}

/// What one role says about an access.
pub(crate) struct RoleAccess(RoleDecision);

/// What one role says about an access.
#[Object]
impl RoleAccess {
    async fn role(&self) -> Role {
        Role(self.0.role.clone())
    }
    /// What it says, and why.
    async fn reason(&self) -> AccessReason {
        self.0.reason.into()
    }
    /// The customer that it turned on; null where none, or where it is not yours to see.
    async fn customer(&self, context: &Context<'_>) -> Result<Option<Customer>> {
        let Some(id) = self.0.customer else { return Ok(None) };
        let found = call(context, move |service, viewer| where_allowed(service.customer(viewer, id))).await?;
        Ok(found.map(Customer))
    }
    /// The member of staff that it turned on: the owner, or who takes part.
    async fn staff(&self, context: &Context<'_>) -> Result<Option<Staff>> {
        let Some(id) = self.0.staff else { return Ok(None) };
        let found = call(context, move |service, viewer| where_allowed(service.staff(viewer, id))).await?;
        Ok(found.map(Staff))
    }
    /// The first moment that is seen; null for all, and where nothing is.
    async fn from(&self) -> Option<DateTime> {
        self.0.from.map(DateTime)
    }
}

/// Why somebody sees something, or does not.
pub(crate) struct Access(AccessExplanation);

/// Why somebody sees something, or does not.
#[Object]
impl Access {
    /// Whether it is seen.
    async fn allowed(&self) -> bool {
        self.0.allowed
    }
    /// Whether the user may sign in at all.
    async fn active(&self) -> bool {
        self.0.active
    }
    /// What each of the user's roles says.
    async fn roles(&self) -> Vec<RoleAccess> {
        self.0.roles.iter().cloned().map(RoleAccess).collect()
    }
}

/// Questions about roles.
#[derive(Default)]
pub(crate) struct RoleQuery;

#[Object]
impl RoleQuery {
    /// All roles: the built-in ones, then the company's own by name. For those who manage users or roles.
    async fn roles(&self, context: &Context<'_>) -> Result<Vec<Role>> {
        let all = call(context, Service::roles).await?;
        Ok(all.into_iter().map(Role).collect())
    }

    /// Why a user sees a conversation, a customer or a message (name one of them), or does not. For those who manage roles.
    async fn access(
        &self,
        context: &Context<'_>,
        user: ID,
        conversation: Option<ID>,
        customer: Option<ID>,
        message: Option<ID>,
    ) -> Result<Access> {
        crate::graphql::context::principal(context)?;
        let nothing = |what| move |_| fault(&ServiceError::NotFound(what));
        let target = match (conversation, customer, message) {
            (Some(id), None, None) => {
                AccessTarget::Conversation(ConversationId::parse(&id).map_err(nothing("conversation"))?)
            }
            (None, Some(id), None) => AccessTarget::Customer(CustomerId::parse(&id).map_err(nothing("customer"))?),
            (None, None, Some(id)) => AccessTarget::Message(EntryIndex::parse(&id).map_err(nothing("message"))?),
            _ => return Err(bad_input("name either a conversation, a customer or a message")),
        };
        let user = UserId::parse(&user).map_err(nothing("user"))?;
        let told = call(context, move |service, viewer| service.explain_access(viewer, user, target)).await?;
        Ok(Access(told))
    }
}

/// Verbs of roles.
#[derive(Default)]
pub(crate) struct RoleMutation;

#[Object]
impl RoleMutation {
    /// Makes an own role that is what another is.
    async fn copy_role(&self, context: &Context<'_>, input: CopyRoleInput) -> Result<RolePayload> {
        crate::graphql::context::principal(context)?;
        let (from, name) = input.read()?;
        let made = call(context, move |service, viewer| service.copy_role(viewer, from, &name)).await?;
        Ok(made.into())
    }

    /// Changes a role; effective at once for whoever holds it. Of built-in ones only the second factor and the networks.
    async fn update_role(&self, context: &Context<'_>, input: UpdateRoleInput) -> Result<RolePayload> {
        crate::graphql::context::principal(context)?;
        let (id, change) = input.read()?;
        let changed = call(context, move |service, viewer| service.update_role(viewer, id, change)).await?;
        Ok(changed.into())
    }

    /// Deletes one of the company's own roles that nobody holds.
    async fn delete_role(&self, context: &Context<'_>, input: DeleteRoleInput) -> Result<DeleteRolePayload> {
        crate::graphql::context::principal(context)?;
        let id = input.read()?;
        Ok(match call(context, move |service, viewer| service.delete_role(viewer, id)).await? {
            Ok(()) => DeleteRolePayload { id: Some(input.id), refusal: None },
            Err(refusal) => DeleteRolePayload { id: None, refusal: Some(refusal.into()) },
        })
    }
}
