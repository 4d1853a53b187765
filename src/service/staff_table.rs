//! Staff put by a table: rows that are right go in, and each wrong one is told with its reason.

use std::collections::{BTreeMap, HashMap, HashSet};

use xinju_model::access::{Action, Viewer};
use xinju_model::channel::Channel;
use xinju_model::id::StaffId;
use xinju_model::limits::STAFF_ROWS_MAX;
use xinju_model::staff::{Department, Staff, StaffState, staff_id};
use xinju_store::error::StoreError;
use xinju_store::read::ReadTx;

use crate::audit::{Act, record};
use crate::error::ServiceError;
use crate::party::party_key;
use crate::service::Service;
use crate::staff::{NewStaff, StaffChange, StaffRefusal, changed_staff, new_staff, staff_changed, staff_created};

/// What stands between the names of a department's path.
const PATH_SEPARATOR: char = '/';

/// A row of a table of staff.
#[derive(Clone, Debug, Default)]
pub struct StaffRow {
    /// The channel's own id, which says whether the row is about somebody new.
    pub account: String,
    /// The name.
    pub name: String,
    /// The position; none where the table does not tell.
    pub position: Option<String>,
    /// Departments by their names from the top, `门诊部/内科`, or by the last name where no other has it; none where the table does not tell.
    pub departments: Option<Vec<String>>,
    /// Whether the person works here; none where the table does not tell.
    pub state: Option<StaffState>,
}

/// What came of a table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StaffTable {
    /// How many are new.
    pub added: usize,
    /// How many were changed.
    pub changed: usize,
    /// How many stood already as the table has them.
    pub known: usize,
    /// Rows that were left out, counted from 0, and why.
    pub refused: Vec<(usize, StaffRefusal)>,
}

/// Departments by what a table may call them; none where several are called so.
fn by_name(all: &[Department]) -> HashMap<String, Option<i64>> {
    let of: HashMap<i64, &Department> = all.iter().map(|one| (one.id, one)).collect();
    let mut names: HashMap<String, Option<i64>> = HashMap::new();
    for department in all {
        let (mut path, mut at, mut seen) = (department.name.clone(), department.parent, HashSet::new());
        let mut called = vec![path.clone()];
        while let Some(above) = of.get(&at)
            && seen.insert(at)
        {
            path = format!("{}{PATH_SEPARATOR}{path}", above.name);
            called.push(path.clone());
            at = above.parent;
        }
        for name in called {
            names.entry(name).and_modify(|id| *id = None).or_insert(Some(department.id));
        }
    }
    names
}

impl Service {
    /// Puts and changes staff by the rows of a table, at most [`STAFF_ROWS_MAX`]; all that are right or, where writing fails, none.
    pub fn put_staff_table(&self, viewer: &Viewer, rows: Vec<StaffRow>) -> Result<StaffTable, ServiceError> {
        let core = &self.core;
        let permit = core.allow(viewer, Action::ManagePeople)?;
        if rows.len() > STAFF_ROWS_MAX {
            return Err(ServiceError::Limit(format!("at most {STAFF_ROWS_MAX} rows at once")));
        }
        let _one_at_a_time = core.people.lock();
        let tx = core.store.read()?;
        let names = by_name(&tx.departments()?);
        let (mut table, mut acts) = (StaffTable::default(), Vec::<Act>::new());
        // A later row about the same person starts from what an earlier one made of them.
        let mut put: BTreeMap<StaffId, Staff> = BTreeMap::new();
        for (place, row) in rows.into_iter().enumerate() {
            let id = staff_id(Channel::Wecom, &party_key(Channel::Wecom, row.account.trim()));
            let before = match put.get(&id) {
                Some(staff) => Some(staff.clone()),
                None => tx.staff(id)?.filter(|staff| staff.listed),
            };
            let outcome = staff_of(&tx, &names, before.as_ref(), row)?;
            match (outcome, before) {
                (Err(refusal), _) => table.refused.push((place, refusal)),
                (Ok(staff), Some(before)) if staff == before => table.known += 1,
                (Ok(staff), before) => {
                    acts.push(before.as_ref().map_or_else(|| staff_created(&staff), |one| staff_changed(one, &staff)));
                    *(if before.is_some() { &mut table.changed } else { &mut table.added }) += 1;
                    put.insert(staff.id, staff);
                }
            }
        }
        if !put.is_empty() {
            let now = core.clock.now();
            core.store.write(&permit, move |tx| {
                put.values().try_for_each(|staff| tx.put_staff(staff))?;
                for act in &acts {
                    record(tx, now, act)?;
                }
                Ok(())
            })?;
            core.parties.forget();
            core.scopes.forget();
        }
        Ok(table)
    }
}

/// What a row makes of somebody who is listed, or of somebody new.
fn staff_of(
    tx: &ReadTx,
    names: &HashMap<String, Option<i64>>,
    before: Option<&Staff>,
    row: StaffRow,
) -> Result<Result<Staff, StaffRefusal>, StoreError> {
    let departments = match departments(names, row.departments.as_deref()) {
        Ok(departments) => departments,
        Err(refusal) => return Ok(Err(refusal)),
    };
    if let Some(before) = before {
        let change = StaffChange { name: Some(row.name), position: row.position, state: row.state, departments };
        return changed_staff(tx, before, change);
    }
    let new = NewStaff {
        account: row.account,
        name: row.name,
        position: row.position.unwrap_or_default(),
        departments: departments.unwrap_or_default(),
    };
    let state = row.state.unwrap_or_default();
    Ok(new_staff(tx, &new)?.map(|staff| Staff { state, ..staff }))
}

fn departments(
    names: &HashMap<String, Option<i64>>,
    wanted: Option<&[String]>,
) -> Result<Option<Vec<i64>>, StaffRefusal> {
    let id = |name: &String| names.get(name.trim()).copied().flatten().ok_or(StaffRefusal::DepartmentUnknown);
    wanted.map(|wanted| wanted.iter().map(id).collect()).transpose()
}
