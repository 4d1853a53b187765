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

fn numbers(departments: &[i64]) -> String {
    departments.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
}

impl Service {
    /// A member of staff. `name` is filled with the channel's id where the directory knows none.
    pub fn staff(&self, viewer: &Viewer, id: StaffId) -> Result<Option<Staff>, ServiceError> {
        self.core.allow_on(viewer, Action::ReadDirectory, id)?;
        Ok(self.core.store.read()?.staff(id)?.map(named))
    }

    /// All staff by name; `search` matches part of a name, or an exact channel id.
    pub fn all_staff(
        &self,
        viewer: &Viewer,
        search: Option<&str>,
        page: &PageRequest,
    ) -> Result<Connection<Staff>, ServiceError> {
        self.core.allow(viewer, Action::ReadDirectory)?;
        let mut all: Vec<Staff> = self.core.store.read()?.all_staff()?.into_iter().map(named).collect();
        if let Some(words) = words(search)? {
            let wanted = words.to_lowercase();
            all.retain(|staff| staff.name.to_lowercase().contains(&wanted) || staff.account.to_lowercase() == wanted);
        }
        all.sort_by(|a, b| (&a.name, a.id).cmp(&(&b.name, b.id)));
        Connection::of_whole(all, page, |staff| staff.id.to_string())
    }

    /// Puts a member of staff by hand; the channel's account leads to it.
    pub fn create_staff(
        &self,
        viewer: &Viewer,
        account: &str,
        name: &str,
        departments: &[i64],
    ) -> Result<Result<Staff, StaffRefusal>, ServiceError> {
        let core = &self.core;
        let permit = core.allow(viewer, Action::ManagePeople)?;
        let (account, channel) = (account.trim(), Channel::Wecom);
        let _one_at_a_time = core.people.lock();
        let tx = core.store.read()?;
        if !password::name_fits(name) {
            return Ok(Err(StaffRefusal::NameInvalid));
        }
        if !password::login_fits(account) || party_side(channel, account) != Side::Staff {
            return Ok(Err(StaffRefusal::AccountInvalid));
        }
        let departments = match check_departments(&tx, departments)? {
            Ok(departments) => departments,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let key = party_key(channel, account);
        let id = staff_id(channel, &key);
        // Somebody who is known from messages alone is named here for the first time.
        let known = tx.staff(id)?;
        if known.as_ref().is_some_and(|known| known.listed) || known.is_none() && tx.identity(channel, &key)?.is_some()
        {
            return Ok(Err(StaffRefusal::AccountTaken));
        }
        let staff = Staff {
            id,
            name: name.trim().to_owned(),
            channel,
            account: known.map_or_else(|| account.to_owned(), |known| known.account),
            departments,
            position: None,
            listed: true,
            state: StaffState::Active,
        };
        let (act, row) = (Act::audit("staff.create").on(id).with("name", &staff.name), staff.clone());
        core.change_people(&permit, act, move |tx| tx.put_staff(&row))?;
        Ok(Ok(staff))
    }

    /// Says whether somebody works here, and in which departments; what is none stays.
    pub fn update_staff(
        &self,
        viewer: &Viewer,
        id: StaffId,
        state: Option<StaffState>,
        departments: Option<&[i64]>,
    ) -> Result<Result<Staff, StaffRefusal>, ServiceError> {
        let core = &self.core;
        let permit = core.allow(viewer, Action::ManagePeople)?;
        let _one_at_a_time = core.people.lock();
        let tx = core.store.read()?;
        let before = tx.staff(id)?.ok_or(ServiceError::NotFound("member of staff"))?;
        let departments = match departments.map(|departments| check_departments(&tx, departments)).transpose()? {
            Some(Ok(departments)) => departments,
            Some(Err(refusal)) => return Ok(Err(refusal)),
            None => before.departments.clone(),
        };
        let staff = Staff { state: state.unwrap_or(before.state), departments, ..before.clone() };
        let act = Act::audit("staff.change")
            .on(id)
            .with("state_before", before.state.name())
            .with("state_after", staff.state.name())
            .with("departments_before", numbers(&before.departments))
            .with("departments_after", numbers(&staff.departments));
        let row = staff.clone();
        core.change_people(&permit, act, move |tx| tx.put_staff(&row))?;
        Ok(Ok(named(staff)))
    }

    /// All departments, by place among their siblings, parents before children as far as parents are known.
    pub fn departments(&self, viewer: &Viewer) -> Result<Vec<Department>, ServiceError> {
        self.core.allow(viewer, Action::ReadDirectory)?;
        Ok(parents_first(self.core.store.read()?.departments()?))
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
