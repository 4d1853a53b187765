//! Departments, staff and owners that are put by hand, for those who manage people.

use async_graphql::{Context, Enum, ID, InputObject, Object, Result, SimpleObject};
use xinju_model::id::{CustomerId, StaffId};
use xinju_model::limits::STAFF_ROWS_MAX;
use xinju_model::staff;
use xinju_service::department;
use xinju_service::error::ServiceError;
use xinju_service::service::Service;
use xinju_service::staff::{NewStaff, StaffChange};
use xinju_service::staff_table::StaffRow;

use crate::graphql::context::{call, principal};
use crate::graphql::customer::Customer;
use crate::graphql::error::fault;
use crate::graphql::role::department_id;
use crate::graphql::staff::{Department, Staff, StaffState};

/// Why a department was not put, moved or taken away.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "xinju_service::department::DepartmentRefusal")]
pub(crate) enum DepartmentRefusal {
    /// The name is empty or too long.
    NameInvalid,
    /// There is no such department above.
    ParentUnknown,
    /// It would lie below itself.
    Circle,
    /// Too many departments above each other.
    TooDeep,
    /// There are as many as there may be.
    TooMany,
    /// Departments or staff are in it.
    NotEmpty,
}

/// A department to be made.
#[derive(InputObject)]
pub(crate) struct CreateDepartmentInput {
    name: String,
    /// The department above; null for the top.
    parent: Option<ID>,
}

/// Another name for a department.
#[derive(InputObject)]
pub(crate) struct RenameDepartmentInput {
    id: ID,
    name: String,
}

/// Another place for a department.
#[derive(InputObject)]
pub(crate) struct MoveDepartmentInput {
    id: ID,
    /// The department above; null for the top.
    parent: Option<ID>,
}

/// The department to take away.
#[derive(InputObject)]
pub(crate) struct DeleteDepartmentInput {
    id: ID,
}

/// What came of putting a department.
#[derive(SimpleObject)]
pub(crate) struct DepartmentPayload {
    /// Null when it was refused.
    department: Option<Department>,
    /// Null when it was done.
    refusal: Option<DepartmentRefusal>,
}

impl From<Result<staff::Department, department::DepartmentRefusal>> for DepartmentPayload {
    fn from(outcome: Result<staff::Department, department::DepartmentRefusal>) -> Self {
        match outcome {
            Ok(department) => Self { department: Some(department.into()), refusal: None },
            Err(refusal) => Self { department: None, refusal: Some(refusal.into()) },
        }
    }
}

/// What came of taking a department away.
#[derive(SimpleObject)]
pub(crate) struct DeleteDepartmentPayload {
    /// The department that is no more; null when it was refused.
    id: Option<ID>,
    /// Null when it was done.
    refusal: Option<DepartmentRefusal>,
}

/// Why a member of staff was not put or changed.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "xinju_service::staff::StaffRefusal")]
pub(crate) enum StaffRefusal {
    /// The name is empty or too long.
    NameInvalid,
    /// The account is empty, too long, has spaces, or has the form of a customer's or a robot's.
    AccountInvalid,
    /// Somebody has the account.
    AccountTaken,
    /// There is no such department.
    DepartmentUnknown,
    /// More departments than one person works in.
    TooManyDepartments,
    /// The position is too long.
    PositionInvalid,
}

/// A member of staff to be put.
#[derive(InputObject)]
pub(crate) struct CreateStaffInput {
    /// The channel's own id, such as the WeCom `userid`.
    channel_id: String,
    name: String,
    #[graphql(default)]
    position: String,
    #[graphql(default)]
    departments: Vec<ID>,
}

/// What to change of a member of staff; what is null stays.
#[derive(InputObject)]
pub(crate) struct UpdateStaffInput {
    id: ID,
    /// A directory that names the person puts its own name back.
    name: Option<String>,
    /// Empty takes it away.
    position: Option<String>,
    state: Option<StaffState>,
    departments: Option<Vec<ID>>,
}

/// What came of putting or changing a member of staff.
#[derive(SimpleObject)]
pub(crate) struct StaffPayload {
    /// Null when it was refused.
    staff: Option<Staff>,
    /// Null when it was done.
    refusal: Option<StaffRefusal>,
}

impl From<Result<staff::Staff, xinju_service::staff::StaffRefusal>> for StaffPayload {
    fn from(outcome: Result<staff::Staff, xinju_service::staff::StaffRefusal>) -> Self {
        match outcome {
            Ok(staff) => Self { staff: Some(Staff(staff)), refusal: None },
            Err(refusal) => Self { staff: None, refusal: Some(refusal.into()) },
        }
    }
}

/// A row of a table of staff.
#[derive(InputObject)]
pub(crate) struct StaffRowInput {
    /// The channel's own id, such as the WeCom `userid`: it says whether the row is about somebody new.
    channel_id: String,
    name: String,
    /// Null where the table does not tell.
    position: Option<String>,
    /// By names from the top, such as `门诊部/内科`, or by the last name where no other department has it. Null where the table does not tell.
    departments: Option<Vec<String>>,
    /// Null where the table does not tell.
    state: Option<StaffState>,
}

impl From<StaffRowInput> for StaffRow {
    fn from(row: StaffRowInput) -> Self {
        Self {
            account: row.channel_id,
            name: row.name,
            position: row.position,
            departments: row.departments,
            state: row.state.map(Into::into),
        }
    }
}

/// A table of staff.
#[derive(InputObject)]
pub(crate) struct PutStaffTableInput {
    /// At most 1,000.
    rows: Vec<StaffRowInput>,
}

/// A row that did not go in.
#[derive(SimpleObject)]
pub(crate) struct RefusedStaffRow {
    /// Counted from 0.
    row: i32,
    refusal: StaffRefusal,
}

/// What came of a table.
#[derive(SimpleObject)]
pub(crate) struct PutStaffTablePayload {
    /// How many are new.
    added: i32,
    /// How many were changed.
    changed: i32,
    /// How many stood already as the table has them.
    known: i32,
    refused: Vec<RefusedStaffRow>,
}

/// Why a customer did not get another owner.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "xinju_service::ownership::OwnerRefusal")]
pub(crate) enum OwnerRefusal {
    /// There is no such member of staff.
    StaffUnknown,
    /// The member of staff does not work here, or not for now.
    StaffNotActive,
    /// The customer is theirs already.
    AlreadyTheirs,
}

/// A customer's new owner.
#[derive(InputObject)]
pub(crate) struct ChangeCustomerOwnerInput {
    customer: ID,
    /// The member of staff; null for nobody.
    owner: Option<ID>,
}

impl ChangeCustomerOwnerInput {
    /// Which customer and whose it is to be; no owner where it is nobody's id.
    #[allow(clippy::option_option, reason = "somebody who is not there is not the same as nobody")]
    pub(crate) fn read(&self) -> Result<(CustomerId, Option<Option<StaffId>>)> {
        let id = CustomerId::parse(&self.customer).map_err(|_| fault(&ServiceError::NotFound("customer")))?;
        Ok((id, self.owner.as_ref().map(|owner| StaffId::parse(owner)).transpose().ok()))
    }
}

/// What came of giving a customer to somebody.
#[derive(SimpleObject)]
pub(crate) struct ChangeCustomerOwnerPayload {
    /// Null when it was refused, and when the customer is not yours to see any more.
    customer: Option<Customer>,
    /// Null when it was done.
    refusal: Option<OwnerRefusal>,
}

/// Whether owners see what was before their time.
#[derive(InputObject)]
pub(crate) struct SetSuccessorSeesHistoryInput {
    pub(crate) sees: bool,
}

/// What came of it.
#[derive(SimpleObject)]
pub(crate) struct SetSuccessorSeesHistoryPayload {
    sees: bool,
}

/// Questions about people, for those who manage them.
#[derive(Default)]
pub(crate) struct PeopleQuery;

#[Object]
impl PeopleQuery {
    /// Whether the owner of a customer sees what was before their time. For those who manage people.
    async fn successor_sees_history(&self, context: &Context<'_>) -> Result<bool> {
        call(context, Service::successor_sees_history).await
    }
}

/// Verbs of people.
#[derive(Default)]
pub(crate) struct PeopleMutation;

#[Object]
impl PeopleMutation {
    /// Makes a department below another, or at the top.
    async fn create_department(
        &self,
        context: &Context<'_>,
        input: CreateDepartmentInput,
    ) -> Result<DepartmentPayload> {
        principal(context)?;
        let parent = input.parent.as_ref().map(department_id).transpose()?;
        let made = call(context, move |service, viewer| service.create_department(viewer, &input.name, parent)).await?;
        Ok(made.into())
    }

    /// Gives a department another name. A directory that names it puts its own name back.
    async fn rename_department(
        &self,
        context: &Context<'_>,
        input: RenameDepartmentInput,
    ) -> Result<DepartmentPayload> {
        principal(context)?;
        let id = department_id(&input.id)?;
        let named = call(context, move |service, viewer| service.rename_department(viewer, id, &input.name)).await?;
        Ok(named.into())
    }

    /// Puts a department below another, or at the top.
    async fn move_department(&self, context: &Context<'_>, input: MoveDepartmentInput) -> Result<DepartmentPayload> {
        principal(context)?;
        let id = department_id(&input.id)?;
        let parent = input.parent.as_ref().map(department_id).transpose()?;
        let moved = call(context, move |service, viewer| service.move_department(viewer, id, parent)).await?;
        Ok(moved.into())
    }

    /// Takes a department away in which nobody and nothing is.
    async fn delete_department(
        &self,
        context: &Context<'_>,
        input: DeleteDepartmentInput,
    ) -> Result<DeleteDepartmentPayload> {
        principal(context)?;
        let id = department_id(&input.id)?;
        Ok(match call(context, move |service, viewer| service.delete_department(viewer, id)).await? {
            Ok(()) => DeleteDepartmentPayload { id: Some(input.id), refusal: None },
            Err(refusal) => DeleteDepartmentPayload { id: None, refusal: Some(refusal.into()) },
        })
    }

    /// Puts a member of staff by hand.
    async fn create_staff(&self, context: &Context<'_>, input: CreateStaffInput) -> Result<StaffPayload> {
        principal(context)?;
        let departments = input.departments.iter().map(department_id).collect::<Result<Vec<_>>>()?;
        let new = NewStaff { account: input.channel_id, name: input.name, position: input.position, departments };
        Ok(call(context, move |service, viewer| service.create_staff(viewer, &new)).await?.into())
    }

    /// Changes what is known of a member of staff, and whether the person works here.
    async fn update_staff(&self, context: &Context<'_>, input: UpdateStaffInput) -> Result<StaffPayload> {
        principal(context)?;
        let id = StaffId::parse(&input.id).map_err(|_| fault(&ServiceError::NotFound("member of staff")))?;
        let departments = input.departments.map(|all| all.iter().map(department_id).collect::<Result<Vec<_>>>());
        let change = StaffChange {
            name: input.name,
            position: input.position,
            state: input.state.map(Into::into),
            departments: departments.transpose()?,
        };
        Ok(call(context, move |service, viewer| service.update_staff(viewer, id, change)).await?.into())
    }

    /// Puts and changes staff by the rows of a table: those that are right go in, the others come back with their reason.
    #[graphql(complexity = "STAFF_ROWS_MAX + child_complexity")]
    async fn put_staff_table(&self, context: &Context<'_>, input: PutStaffTableInput) -> Result<PutStaffTablePayload> {
        let rows = input.rows.into_iter().map(Into::into).collect();
        let table = call(context, move |service, viewer| service.put_staff_table(viewer, rows)).await?;
        let count = |count: usize| i32::try_from(count).unwrap_or(i32::MAX);
        let refused = |(row, refusal): (usize, xinju_service::staff::StaffRefusal)| RefusedStaffRow {
            row: count(row),
            refusal: refusal.into(),
        };
        Ok(PutStaffTablePayload {
            added: count(table.added),
            changed: count(table.changed),
            known: count(table.known),
            refused: table.refused.into_iter().map(refused).collect(),
        })
    }

    /// Gives a customer to another member of staff, or to nobody; its conversations go along.
    async fn change_customer_owner(
        &self,
        context: &Context<'_>,
        input: ChangeCustomerOwnerInput,
    ) -> Result<ChangeCustomerOwnerPayload> {
        principal(context)?;
        let (id, owner) = input.read()?;
        let Some(owner) = owner else {
            let refusal = Some(OwnerRefusal::StaffUnknown);
            return Ok(ChangeCustomerOwnerPayload { customer: None, refusal });
        };
        let outcome = call(context, move |service, viewer| {
            let changed = service.change_customer_owner(viewer, id, owner)?;
            Ok(match changed {
                Ok(_) => Ok(service.customer(viewer, id)?),
                Err(refusal) => Err(refusal),
            })
        });
        Ok(match outcome.await? {
            Ok(customer) => ChangeCustomerOwnerPayload { customer: customer.map(Customer), refusal: None },
            Err(refusal) => ChangeCustomerOwnerPayload { customer: None, refusal: Some(refusal.into()) },
        })
    }

    /// Says whether the owner of a customer sees what was before their time.
    async fn set_successor_sees_history(
        &self,
        context: &Context<'_>,
        input: SetSuccessorSeesHistoryInput,
    ) -> Result<SetSuccessorSeesHistoryPayload> {
        let sees = input.sees;
        call(context, move |service, viewer| service.set_successor_sees_history(viewer, sees)).await?;
        Ok(SetSuccessorSeesHistoryPayload { sees })
    }
}
