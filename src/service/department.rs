//! Departments that are put by hand, beside those of a channel's directory.

use std::collections::{HashMap, HashSet};

use xinju_model::access::{Action, Permit, Viewer};
use xinju_model::limits::{DEPARTMENT_DEPTH_MAX, DEPARTMENTS_MAX};
use xinju_model::staff::Department;
use xinju_store::error::StoreError;
use xinju_store::write::WriteTx;

use crate::audit::{Act, record};
use crate::error::ServiceError;
use crate::password;
use crate::service::{Core, Service};

/// Above every department.
const TOP: i64 = 0;

/// Why a department was not put, moved or taken away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DepartmentRefusal {
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

type Parents = HashMap<i64, i64>;

fn parents(all: &[Department]) -> Parents {
    all.iter().map(|department| (department.id, department.parent)).collect()
}

/// The departments from one up to the top. Ends on circles, which hostile directories may have.
fn path(parents: &Parents, id: i64) -> Vec<i64> {
    let (mut at, mut seen, mut path) = (id, HashSet::new(), Vec::new());
    while let Some(above) = parents.get(&at)
        && seen.insert(at)
    {
        path.push(at);
        at = *above;
    }
    path
}

/// How many departments lie above each other from one down.
fn height(parents: &Parents, id: i64) -> usize {
    let below = parents.keys().map(|other| path(parents, *other));
    below.filter_map(|path| path.iter().position(|at| *at == id)).map(|place| place + 1).max().unwrap_or(1)
}

/// Whether `parent` may be above a department (a new one where none is given).
fn check_parent(all: &[Department], parent: i64, moved: Option<i64>) -> Result<(), DepartmentRefusal> {
    let parents = parents(all);
    if parent != TOP && !parents.contains_key(&parent) {
        return Err(DepartmentRefusal::ParentUnknown);
    }
    let above = path(&parents, parent);
    if moved.is_some_and(|moved| above.contains(&moved)) {
        return Err(DepartmentRefusal::Circle);
    }
    let height = moved.map_or(1, |moved| height(&parents, moved));
    if above.len() + height > DEPARTMENT_DEPTH_MAX { Err(DepartmentRefusal::TooDeep) } else { Ok(()) }
}

impl Core {
    /// Writes a change of people with its event, and lets it be effective at once.
    pub(crate) fn change_people<T: Send + 'static>(
        &self,
        permit: &Permit,
        act: Act,
        mut change: impl FnMut(&mut WriteTx<'_>) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, ServiceError> {
        let now = self.clock.now();
        let changed = self.store.write(permit, move |tx| {
            let changed = change(tx)?;
            record(tx, now, &act)?;
            Ok(changed)
        })?;
        self.parties.forget();
        self.scopes.forget();
        Ok(changed)
    }
}

impl Service {
    /// Makes a department below another, or at the top.
    pub fn create_department(
        &self,
        viewer: &Viewer,
        name: &str,
        parent: Option<i64>,
    ) -> Result<Result<Department, DepartmentRefusal>, ServiceError> {
        let core = &self.core;
        let permit = core.allow(viewer, Action::ManagePeople)?;
        let _one_at_a_time = core.people.lock();
        let all = core.store.read()?.departments()?;
        let parent = parent.unwrap_or(TOP);
        if !password::name_fits(name) {
            return Ok(Err(DepartmentRefusal::NameInvalid));
        }
        if all.len() >= DEPARTMENTS_MAX {
            return Ok(Err(DepartmentRefusal::TooMany));
        }
        if let Err(refusal) = check_parent(&all, parent, None) {
            return Ok(Err(refusal));
        }
        // Channels count up from 1; those put by hand count down, so that they never meet.
        let id = all.iter().map(|department| department.id).min().unwrap_or(0).min(0).saturating_sub(1);
        let department = Department { id, parent, name: name.trim().to_owned(), order: 0 };
        let act = Act::audit("department.create").on(id).with("name", &department.name).with("parent", parent);
        let row = department.clone();
        core.change_people(&permit, act, move |tx| tx.put_department(&row))?;
        Ok(Ok(department))
    }

    /// Gives a department another name. A directory that names it puts its own name back.
    pub fn rename_department(
        &self,
        viewer: &Viewer,
        id: i64,
        name: &str,
    ) -> Result<Result<Department, DepartmentRefusal>, ServiceError> {
        if !password::name_fits(name) {
            self.core.allow(viewer, Action::ManagePeople)?;
            return Ok(Err(DepartmentRefusal::NameInvalid));
        }
        self.change_department(viewer, id, |_, department| {
            name.trim().clone_into(&mut department.name);
            Ok(("department.rename", department.name.clone()))
        })
    }

    /// Puts a department below another, or at the top.
    pub fn move_department(
        &self,
        viewer: &Viewer,
        id: i64,
        parent: Option<i64>,
    ) -> Result<Result<Department, DepartmentRefusal>, ServiceError> {
        let parent = parent.unwrap_or(TOP);
        self.change_department(viewer, id, |all, department| {
            check_parent(all, parent, Some(id))?;
            department.parent = parent;
            Ok(("department.move", parent.to_string()))
        })
    }

    fn change_department(
        &self,
        viewer: &Viewer,
        id: i64,
        change: impl FnOnce(&[Department], &mut Department) -> Result<(&'static str, String), DepartmentRefusal>,
    ) -> Result<Result<Department, DepartmentRefusal>, ServiceError> {
        let core = &self.core;
        let permit = core.allow(viewer, Action::ManagePeople)?;
        let _one_at_a_time = core.people.lock();
        let all = core.store.read()?.departments()?;
        let found = all.iter().find(|department| department.id == id);
        let mut department = found.ok_or(ServiceError::NotFound("department"))?.clone();
        let (name, to) = match change(&all, &mut department) {
            Ok(changed) => changed,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let row = department.clone();
        core.change_people(&permit, Act::audit(name).on(id).with("to", to), move |tx| tx.put_department(&row))?;
        Ok(Ok(department))
    }

    /// Takes a department away in which nobody and nothing is.
    pub fn delete_department(&self, viewer: &Viewer, id: i64) -> Result<Result<(), DepartmentRefusal>, ServiceError> {
        let core = &self.core;
        let permit = core.allow(viewer, Action::ManagePeople)?;
        let _one_at_a_time = core.people.lock();
        let tx = core.store.read()?;
        let all = tx.departments()?;
        let department = all.iter().find(|one| one.id == id).ok_or(ServiceError::NotFound("department"))?;
        let has_departments = all.iter().any(|one| one.parent == id && one.id != id);
        if has_departments || tx.all_staff()?.iter().any(|staff| staff.departments.contains(&id)) {
            return Ok(Err(DepartmentRefusal::NotEmpty));
        }
        let act = Act::audit("department.delete").on(id).with("name", &department.name);
        core.change_people(&permit, act, move |tx| tx.remove_department(id))?;
        Ok(Ok(()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chain(length: i64) -> Vec<Department> {
        (1..=length).map(|id| Department { id, parent: id - 1, name: String::new(), order: 0 }).collect()
    }

    #[test]
    fn circles_and_depth_are_refused() {
        let all = chain(5);
        assert_eq!(check_parent(&all, 5, Some(2)), Err(DepartmentRefusal::Circle));
        assert_eq!(check_parent(&all, 2, Some(2)), Err(DepartmentRefusal::Circle));
        assert_eq!(check_parent(&all, 1, Some(4)), Ok(()));
        assert_eq!(check_parent(&all, 77, None), Err(DepartmentRefusal::ParentUnknown));
        let deep = chain(15);
        assert_eq!(check_parent(&deep, 15, None), Err(DepartmentRefusal::TooDeep));
        assert_eq!(check_parent(&deep, 14, None), Ok(()));
        let mut beside = deep.clone();
        beside.extend(chain(3).into_iter().map(|one| Department {
            id: one.id + 100,
            parent: if one.id == 1 { 0 } else { one.id + 99 },
            ..one
        }));
        assert_eq!(check_parent(&beside, 13, Some(101)), Err(DepartmentRefusal::TooDeep));
        assert_eq!(check_parent(&beside, 12, Some(101)), Ok(()));
        let circle =
            [Department { parent: 2, ..chain(1)[0].clone() }, Department { id: 2, parent: 1, ..chain(1)[0].clone() }];
        assert_eq!(check_parent(&circle, 1, None), Ok(()));
    }
}
