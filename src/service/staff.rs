//! Staff and departments.

use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};

use xinju_model::access::{Action, Viewer};
use xinju_model::channel::{Channel, Side};
use xinju_model::id::StaffId;
use xinju_model::limits::STAFF_DEPARTMENTS_MAX;
use xinju_model::staff::{Department, Staff, StaffState, staff_id};
use xinju_store::error::StoreError;
use xinju_store::read::ReadTx;

use crate::audit::Act;
use crate::customer::words;
use crate::error::ServiceError;
use crate::page::{Connection, PageRequest};
use crate::party::{party_key, party_side};
use crate::password;
use crate::service::Service;

/// The directory's name, else the channel's id.
fn named(mut staff: Staff) -> Staff {
    if staff.name.is_empty() {
        staff.name.clone_from(&staff.account);
    }
    staff
}

/// Which staff to list.
#[derive(Clone, Debug, Default)]
pub struct StaffFilter {
    /// Part of a name, or an exact channel id.
    pub search: Option<String>,
    /// Those who work in this department itself; those below it are not meant.
    pub department: Option<i64>,
    /// Those of this state.
    pub state: Option<StaffState>,
}

impl StaffFilter {
    /// By name or account alone.
    pub fn search(text: &str) -> Self {
        Self { search: Some(text.to_owned()), ..Self::default() }
    }
}

/// A member of staff to be put by hand.
#[derive(Clone, Debug, Default)]
pub struct NewStaff {
    /// The channel's own id.
    pub account: String,
    /// The name to show.
    pub name: String,
    /// The position; empty for none.
    pub position: String,
    /// The departments.
    pub departments: Vec<i64>,
}

/// What to change of a member of staff; what is none stays.
#[derive(Clone, Debug, Default)]
pub struct StaffChange {
    /// The name. A directory that names the person puts its own name back.
    pub name: Option<String>,
    /// The position; empty takes it away.
    pub position: Option<String>,
    /// Whether the person works here.
    pub state: Option<StaffState>,
    /// The departments.
    pub departments: Option<Vec<i64>>,
}

impl StaffChange {
    /// Of the state alone.
    pub fn state(state: StaffState) -> Self {
        Self { state: Some(state), ..Self::default() }
    }
}

/// Why a member of staff was not put or changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StaffRefusal {
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

/// The departments, each once, where all are there.
fn check_departments(tx: &ReadTx, departments: &[i64]) -> Result<Result<Vec<i64>, StaffRefusal>, StoreError> {
    let mut wanted = departments.to_vec();
    wanted.sort_unstable();
    wanted.dedup();
    if wanted.len() > STAFF_DEPARTMENTS_MAX {
        return Ok(Err(StaffRefusal::TooManyDepartments));
    }
    let known: HashSet<i64> = tx.departments()?.iter().map(|department| department.id).collect();
    if wanted.iter().all(|id| known.contains(id)) { Ok(Ok(wanted)) } else { Ok(Err(StaffRefusal::DepartmentUnknown)) }
}

/// The position as it is kept, where it fits.
fn check_position(position: &str) -> Result<Option<String>, StaffRefusal> {
    match position.trim() {
        "" => Ok(None),
        position if password::name_fits(position) => Ok(Some(position.to_owned())),
        _ => Err(StaffRefusal::PositionInvalid),
    }
}

/// A member of staff that may be put.
pub(crate) fn new_staff(tx: &ReadTx, new: &NewStaff) -> Result<Result<Staff, StaffRefusal>, StoreError> {
    let (account, channel) = (new.account.trim(), Channel::Wecom);
    if !password::name_fits(&new.name) {
        return Ok(Err(StaffRefusal::NameInvalid));
    }
    if !password::login_fits(account) || party_side(channel, account) != Side::Staff {
        return Ok(Err(StaffRefusal::AccountInvalid));
    }
    let position = match check_position(&new.position) {
        Ok(position) => position,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let departments = match check_departments(tx, &new.departments)? {
        Ok(departments) => departments,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let key = party_key(channel, account);
    let id = staff_id(channel, &key);
    // Somebody who is known from messages alone is named here for the first time.
    let known = tx.staff(id)?;
    if known.as_ref().is_some_and(|known| known.listed) || known.is_none() && tx.identity(channel, &key)?.is_some() {
        return Ok(Err(StaffRefusal::AccountTaken));
    }
    Ok(Ok(Staff {
        id,
        name: new.name.trim().to_owned(),
        channel,
        account: known.map_or_else(|| account.to_owned(), |known| known.account),
        departments,
        position,
        listed: true,
        state: StaffState::Active,
    }))
}

/// A member of staff after a change that may be made.
pub(crate) fn changed_staff(
    tx: &ReadTx,
    before: &Staff,
    change: StaffChange,
) -> Result<Result<Staff, StaffRefusal>, StoreError> {
    let mut staff = before.clone();
    if let Some(name) = change.name {
        if !password::name_fits(&name) {
            return Ok(Err(StaffRefusal::NameInvalid));
        }
        name.trim().clone_into(&mut staff.name);
        staff.listed = true;
    }
    if let Some(position) = change.position {
        staff.position = match check_position(&position) {
            Ok(position) => position,
            Err(refusal) => return Ok(Err(refusal)),
        };
    }
    if let Some(departments) = change.departments {
        staff.departments = match check_departments(tx, &departments)? {
            Ok(departments) => departments,
            Err(refusal) => return Ok(Err(refusal)),
        };
    }
    staff.state = change.state.unwrap_or(staff.state);
    Ok(Ok(staff))
}

/// The event of a new member of staff.
pub(crate) fn staff_created(staff: &Staff) -> Act {
    Act::audit("staff.create").on(staff.id).with("name", &staff.name).with("departments", numbers(&staff.departments))
}

/// The event of a changed member of staff.
pub(crate) fn staff_changed(before: &Staff, after: &Staff) -> Act {
    let position = |staff: &Staff| staff.position.clone().unwrap_or_default();
    Act::audit("staff.change")
        .on(after.id)
        .with("name_before", &before.name)
        .with("name_after", &after.name)
        .with("position_before", position(before))
        .with("position_after", position(after))
        .with("state_before", before.state.name())
        .with("state_after", after.state.name())
        .with("departments_before", numbers(&before.departments))
        .with("departments_after", numbers(&after.departments))
}

fn numbers(departments: &[i64]) -> String {
    departments.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
}

impl Service {
    /// A member of staff. `name` is filled with the channel's id where the directory knows none.
    pub fn staff(&self, viewer: &Viewer, id: StaffId) -> Result<Option<Staff>, ServiceError> {
        self.core.allow_on(viewer, Action::ReadDirectory, id)?;
        Ok(self.core.store.read()?.staff(id)?.map(named))
    }

    /// Staff by name.
    pub fn all_staff(
        &self,
        viewer: &Viewer,
        filter: &StaffFilter,
        page: &PageRequest,
    ) -> Result<Connection<Staff>, ServiceError> {
        self.core.allow(viewer, Action::ReadDirectory)?;
        let mut all: Vec<Staff> = self.core.store.read()?.all_staff()?.into_iter().map(named).collect();
        if let Some(words) = words(filter.search.as_deref())? {
            let wanted = words.to_lowercase();
            all.retain(|staff| staff.name.to_lowercase().contains(&wanted) || staff.account.to_lowercase() == wanted);
        }
        all.retain(|staff| filter.department.is_none_or(|id| staff.departments.contains(&id)));
        all.retain(|staff| filter.state.is_none_or(|state| staff.state == state));
        all.sort_by(|a, b| (&a.name, a.id).cmp(&(&b.name, b.id)));
        Connection::of_whole(all, page, |staff| staff.id.to_string())
    }

    /// Puts a member of staff by hand; the channel's account leads to it.
    pub fn create_staff(&self, viewer: &Viewer, new: &NewStaff) -> Result<Result<Staff, StaffRefusal>, ServiceError> {
        let core = &self.core;
        let permit = core.allow(viewer, Action::ManagePeople)?;
        let _one_at_a_time = core.people.lock();
        let staff = match new_staff(&core.store.read()?, new)? {
            Ok(staff) => staff,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let (act, row) = (staff_created(&staff), staff.clone());
        core.change_people(&permit, act, move |tx| tx.put_staff(&row))?;
        Ok(Ok(staff))
    }

    /// Changes what is known of a member of staff, and whether the person works here.
    pub fn update_staff(
        &self,
        viewer: &Viewer,
        id: StaffId,
        change: StaffChange,
    ) -> Result<Result<Staff, StaffRefusal>, ServiceError> {
        let core = &self.core;
        let permit = core.allow(viewer, Action::ManagePeople)?;
        let _one_at_a_time = core.people.lock();
        let tx = core.store.read()?;
        let before = tx.staff(id)?.ok_or(ServiceError::NotFound("member of staff"))?;
        let staff = match changed_staff(&tx, &before, change)? {
            Ok(staff) => staff,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let (act, row) = (staff_changed(&before, &staff), staff.clone());
        core.change_people(&permit, act, move |tx| tx.put_staff(&row))?;
        Ok(Ok(named(staff)))
    }

    /// All departments, by place among their siblings, parents before children as far as parents are known.
    pub fn departments(&self, viewer: &Viewer) -> Result<Vec<Department>, ServiceError> {
        self.core.allow(viewer, Action::ReadDirectory)?;
        Ok(parents_first(self.core.store.read()?.departments()?))
    }

    /// As [`Service::departments`], each with how many staff of any state are in it itself.
    pub fn counted_departments(&self, viewer: &Viewer) -> Result<Vec<(Department, u64)>, ServiceError> {
        self.core.allow(viewer, Action::ReadDirectory)?;
        let tx = self.core.store.read()?;
        let mut counts: HashMap<i64, u64> = HashMap::new();
        for id in tx.all_staff()?.into_iter().flat_map(|staff| staff.departments) {
            let count = counts.entry(id).or_default();
            *count = count.saturating_add(1);
        }
        let counted = |one: Department| {
            let count = counts.get(&one.id).copied().unwrap_or_default();
            (one, count)
        };
        Ok(parents_first(tx.departments()?).into_iter().map(counted).collect())
    }
}

/// Each department behind its parent, siblings by their order, highest first. Those whose parent is unknown, and circles in hostile data, come as they are.
fn parents_first(mut all: Vec<Department>) -> Vec<Department> {
    all.sort_by_key(|department| (department.order, Reverse(department.id)));
    let known: HashSet<i64> = all.iter().map(|department| department.id).collect();
    let mut children: HashMap<i64, Vec<Department>> = HashMap::new();
    let mut waiting = Vec::new();
    for department in all {
        if known.contains(&department.parent) && department.parent != department.id {
            children.entry(department.parent).or_default().push(department);
        } else {
            waiting.push(department);
        }
    }
    let mut sorted = Vec::with_capacity(known.len());
    while let Some(department) = waiting.pop() {
        waiting.extend(children.remove(&department.id).unwrap_or_default());
        sorted.push(department);
    }
    let mut circles: Vec<Department> = children.into_values().flatten().collect();
    circles.sort_by_key(|department| department.id);
    sorted.extend(circles);
    sorted
}

#[cfg(test)]
mod tests {
    use super::*;

    fn department(id: i64, parent: i64, order: i64) -> Department {
        Department { id, parent, name: String::new(), order }
    }

    #[test]
    fn parents_come_first_and_circles_end() {
        let all = vec![
            department(4, 2, 1),
            department(2, 1, 5),
            department(3, 1, 9),
            department(1, 0, 0),
            department(7, 8, 0),
            department(8, 7, 0),
            department(9, 9, 0),
        ];
        let ids: Vec<i64> = parents_first(all).iter().map(|department| department.id).collect();
        assert_eq!(ids, [1, 3, 2, 4, 9, 7, 8]);
    }
}
