//! Staff and departments.

use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};

use xinju_model::access::{Action, Viewer};
use xinju_model::id::StaffId;
use xinju_model::staff::{Department, Staff};

use crate::customer::words;
use crate::error::ServiceError;
use crate::page::{Connection, PageRequest};
use crate::service::Service;

/// The directory's name, else the channel's id.
fn named(mut staff: Staff) -> Staff {
    if staff.name.is_empty() {
        staff.name.clone_from(&staff.account);
    }
    staff
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
