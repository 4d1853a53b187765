//! Taking in a company's directory: departments, staff, customers.

use std::sync::Arc;

use xinju_model::access::Permit;
use xinju_model::id::ImportId;
use xinju_model::record::EntryKind;
use xinju_model::staff::Staff;

use crate::audit::Act;
use crate::error::ServiceError;
use crate::lines::Directory;
use crate::service::Core;

/// Rows of one write.
const BATCH: usize = 2_000;

/// Puts everything a directory names; rows of people known from messages alone are replaced. An event marks it.
pub(super) fn put(core: &Core, permit: &Permit, import: ImportId, directory: Directory) -> Result<(), ServiceError> {
    let act = Act::of(EntryKind::Import, "directory.import")
        .on(import)
        .with("departments", directory.departments.len())
        .with("staff", directory.staff.len())
        .with("customers", directory.customers.len())
        .with("problems", directory.problems.len());
    for problem in &directory.problems {
        tracing::warn!(
            list = problem.list,
            number = problem.number,
            reason = problem.reason,
            "a directory entry could not be read"
        );
    }
    core.audited(permit, act)?;
    let directory = Arc::new(directory);
    let longest = directory.departments.len().max(directory.staff.len()).max(directory.customers.len());
    for from in (0..longest).step_by(BATCH) {
        let part = Arc::clone(&directory);
        core.store.write(permit, move |tx| {
            part.departments.iter().skip(from).take(BATCH).try_for_each(|department| tx.put_department(department))?;
            for staff in part.staff.iter().skip(from).take(BATCH) {
                // Whether somebody works here is said by hand: a directory's list does not take it back.
                let state = tx.staff(staff.id)?.map_or(staff.state, |known| known.state);
                tx.put_staff(&Staff { state, ..staff.clone() })?;
            }
            part.customers.iter().skip(from).take(BATCH).try_for_each(|customer| tx.put_customer(customer))
        })?;
        core.parties.forget();
        core.scopes.forget();
    }
    Ok(())
}
