//! Staff and their departments.

use async_graphql::{Context, Enum, ID, Object, Result, SimpleObject};
use xinju_model::id::StaffId;
use xinju_model::staff;
use xinju_service::service::Service;
use xinju_service::staff::StaffFilter;

use crate::graphql::context::{call, principal};
use crate::graphql::conversation::{self, Conversation};
use crate::graphql::page::{self, Page};
use crate::graphql::role::department_id;
use crate::graphql::scalars::Long;

/// Whether somebody works for the company.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "xinju_model::staff::StaffState")]
pub(crate) enum StaffState {
    /// Works.
    Active,
    /// Does not work for now: a user who is this person sees nothing through it.
    Suspended,
    /// Has left. What the person owned stays until it is given to somebody else.
    Left,
}

/// A department, as the channel's directory gives it or as it was put by hand.
#[derive(SimpleObject)]
pub(crate) struct Department {
    /// The channel's number; one below zero where it was put by hand.
    id: ID,
    name: String,
    /// The department above; null at the top.
    parent_id: Option<ID>,
    /// How many staff of any state are in it itself, those below it left out. Null except in the list of all departments, which counts once for all.
    staff_count: Option<Long>,
}

impl From<staff::Department> for Department {
    fn from(department: staff::Department) -> Self {
        let parent = Some(department.parent).filter(|parent| *parent != 0);
        Self { id: department.id.into(), name: department.name, parent_id: parent.map(Into::into), staff_count: None }
    }
}

/// A person of the company whose accounts are archived.
pub(crate) struct Staff(pub(crate) staff::Staff);

/// A person of the company whose accounts are archived.
#[Object]
impl Staff {
    pub(crate) async fn id(&self) -> ID {
        self.0.id.to_string().into()
    }
    /// The directory's name, else the channel's id.
    async fn name(&self) -> &str {
        &self.0.name
    }
    /// The channel's own id.
    async fn channel_id(&self) -> &str {
        &self.0.account
    }
    /// Null where the directory does not tell.
    async fn position(&self) -> Option<&str> {
        self.0.position.as_deref()
    }
    /// The departments this person works in, as far as the directory knows them.
    #[graphql(complexity = "10 + child_complexity")]
    async fn departments(&self, context: &Context<'_>) -> Result<Vec<Department>> {
        let wanted = self.0.departments.clone();
        if wanted.is_empty() {
            return Ok(Vec::new());
        }
        let mut all = call(context, Service::departments).await?;
        all.retain(|department| wanted.contains(&department.id));
        Ok(all.into_iter().map(Into::into).collect())
    }
    /// Whether a directory named this person; false for one known from messages alone.
    async fn listed(&self) -> bool {
        self.0.listed
    }
    /// Whether this person works here.
    async fn state(&self) -> StaffState {
        self.0.state.into()
    }
    /// This person's conversations, newest activity first.
    #[graphql(complexity = "page::cost(first, child_complexity)")]
    async fn conversations(
        &self,
        context: &Context<'_>,
        first: Option<i32>,
        after: Option<String>,
    ) -> Result<Page<Conversation>> {
        let query = xinju_service::conversation::ConversationQuery { staff: Some(self.0.id), ..Default::default() };
        conversation::list(context, query, first, after).await
    }
}

/// Questions about staff.
#[derive(Default)]
pub(crate) struct StaffQuery;

#[Object]
impl StaffQuery {
    /// A member of staff by id; null when there is none or it is not yours to see.
    async fn staff(&self, context: &Context<'_>, id: ID) -> Result<Option<Staff>> {
        let parsed = StaffId::parse(&id);
        let found = call(context, move |service, viewer| match parsed {
            Ok(id) => service.staff(viewer, id),
            Err(_) => Ok(None),
        });
        Ok(found.await?.map(Staff))
    }

    /// All staff by name; `search` matches part of a name, or an exact channel id, `department` those who are in it itself.
    #[graphql(complexity = "page::cost(first, child_complexity)")]
    async fn all_staff(
        &self,
        context: &Context<'_>,
        first: Option<i32>,
        after: Option<String>,
        search: Option<String>,
        department: Option<ID>,
        state: Option<StaffState>,
    ) -> Result<Page<Staff>> {
        let page = page::request(first, after)?;
        principal(context)?;
        let department = department.as_ref().map(department_id).transpose()?;
        let filter = StaffFilter { search, department, state: state.map(Into::into) };
        let found = call(context, move |service, viewer| service.all_staff(viewer, &filter, &page)).await?;
        Ok(Page::new(found, Staff))
    }

    /// All departments, parents before children.
    async fn departments(&self, context: &Context<'_>) -> Result<Vec<Department>> {
        let all = call(context, Service::counted_departments).await?;
        let counted =
            |(one, count): (staff::Department, u64)| Department { staff_count: Some(count.into()), ..one.into() };
        Ok(all.into_iter().map(counted).collect())
    }
}
