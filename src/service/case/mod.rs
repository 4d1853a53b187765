//! Cases: opening them, changing them, finding them. What they collect is in `collecting`, what is read of them in `reading`,
//! their chains in `chain`.

mod chain;
mod collecting;
pub(crate) mod kept;
mod masking;
mod reading;
pub(crate) mod records;

use xinju_model::access::{Action, Permit, Viewer, may};
use xinju_model::case::{Case, CaseAbout, CaseFault, CaseState};
use xinju_model::id::{CaseId, UserId};
use xinju_model::limits::{CASES_MAX, QUERY_CHARS_MAX};
use xinju_model::user::{User, UserKind};
use xinju_store::read::{Page, ReadTx};

use crate::audit::{Act, record};
use crate::case::masking::{returned, shown};
use crate::error::ServiceError;
use crate::page::{Connection, Edge, PageRequest, read_moment, write_moment};
use crate::service::{Core, Service};
use crate::session::rights_anywhere;

pub use chain::{ChainRefusal, LinkRecord, LinkView, NewFile, PutLink, TakenFile};
pub use collecting::CollectInto;
pub use reading::{CaseConversation, CaseMessage};

/// Cases read in one go where those of one person are counted.
const CASES_AT_ONCE: usize = 500;

/// Why a case was not opened or changed, or something not collected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CaseRefusal {
    /// It is not as a case should be.
    Fault(CaseFault),
    /// Somebody in charge is nobody who may work on cases.
    NobodySuch,
    /// It is over.
    Closed,
    /// There are as many as there may be.
    TooMany,
    /// The search cannot be read.
    QueryInvalid,
    /// There is no such conversation, message or customer.
    NotThere,
}

/// Which cases to list; all conditions hold together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CaseFilter {
    /// Only those that go on, or only those that are over.
    pub state: Option<CaseState>,
    /// Words that all stand in the name, the number, the forum's name or a party's.
    pub words: String,
}

impl CaseFilter {
    fn check(&self) -> Result<(), ServiceError> {
        if self.words.chars().nth(QUERY_CHARS_MAX).is_some() {
            return Err(ServiceError::Limit(format!("words of a filter have at most {QUERY_CHARS_MAX} characters")));
        }
        Ok(())
    }

    fn fits(&self, case: &Case) -> bool {
        let about = &case.about;
        let names = [&about.name, &about.number, &about.forum.name].into_iter();
        let text: Vec<String> =
            names.chain(about.parties.iter().map(|party| &party.name)).map(|name| name.to_lowercase()).collect();
        self.state.is_none_or(|state| state == case.state)
            && self.words.to_lowercase().split_whitespace().all(|word| text.iter().any(|name| name.contains(word)))
    }
}

/// Whether somebody sees a case: who is in charge, who says who sees what, and the operator.
fn sees(viewer: &Viewer, case: &Case) -> bool {
    viewer.user.is_none_or(|user| case.about.in_charge.contains(&user)) || may(viewer, Action::ManageRoles)
}

fn describe(act: Act, after: &Case, before: Option<&Case>) -> Act {
    let people = |case: &Case| case.about.in_charge.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ");
    let state = |case: &Case| if case.state == CaseState::Open { "open" } else { "closed" };
    let act = act.with("name", &after.about.name).with("number", &after.about.number);
    let act = act.with("in_charge_after", people(after)).with("state_after", state(after));
    let Some(before) = before else { return act };
    act.with("in_charge_before", people(before)).with("state_before", state(before))
}

/// Whether a user may work on cases.
fn works_on_cases(tx: &ReadTx, user: &User) -> Result<bool, ServiceError> {
    if !user.active || user.kind != UserKind::Person {
        return Ok(false);
    }
    let roles = rights_anywhere(tx, user)?.roles;
    Ok(roles.iter().any(|role| role.actions.contains(&Action::ManageCases)))
}

impl Core {
    /// A case that the viewer may see, with the permit.
    pub(crate) fn seen_case(&self, viewer: &Viewer, id: CaseId) -> Result<(Permit, ReadTx, Case), ServiceError> {
        let permit = self.allow_on(viewer, Action::ManageCases, id)?;
        let tx = self.store.read()?;
        let case = tx.case(id)?.filter(|case| sees(viewer, case)).ok_or(ServiceError::NotFound("case"))?;
        Ok((permit, tx, case))
    }

    /// What is to be known of a case, with people in charge who may be: those who may work on cases, and who is it already.
    fn checked(&self, about: CaseAbout, already: &[UserId]) -> Result<Result<CaseAbout, CaseRefusal>, ServiceError> {
        let about = match about.checked() {
            Ok(about) => about,
            Err(fault) => return Ok(Err(CaseRefusal::Fault(fault))),
        };
        let tx = self.store.read()?;
        for id in about.in_charge.iter().filter(|id| !already.contains(id)) {
            let Some(row) = tx.user(*id)? else { return Ok(Err(CaseRefusal::NobodySuch)) };
            if !works_on_cases(&tx, &row.user)? {
                return Ok(Err(CaseRefusal::NobodySuch));
            }
        }
        Ok(Ok(about))
    }

    fn put_case(&self, permit: &Permit, case: &Case, act: Act) -> Result<(), ServiceError> {
        let (row, now) = (case.clone(), self.clock.now());
        Ok(self.store.write(permit, move |tx| {
            tx.put_case(&row)?;
            record(tx, now, &act).map(|_| ())
        })?)
    }
}

impl Service {
    /// Opens a case.
    pub fn open_case(&self, viewer: &Viewer, about: CaseAbout) -> Result<Result<Case, CaseRefusal>, ServiceError> {
        let core = &self.core;
        let permit = core.allow(viewer, Action::ManageCases)?;
        let _one_at_a_time = core.cases.lock();
        let about = match core.checked(about, &[])? {
            Ok(about) => about,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let page = Page { after: None, limit: CASES_MAX };
        if core.store.read()?.cases(&page)?.len() >= CASES_MAX {
            return Ok(Err(CaseRefusal::TooMany));
        }
        let (id, opened_at) = (CaseId::random(&*core.random), core.clock.now());
        let case = Case { id, about, state: CaseState::Open, items_given: 0, opened_at, opened_by: viewer.user };
        core.put_case(&permit, &case, describe(Act::audit("case.open").on(id), &case, None))?;
        Ok(Ok(shown(permit.masks(), case)))
    }

    /// Changes what is known of a case.
    pub fn change_case(
        &self,
        viewer: &Viewer,
        id: CaseId,
        about: CaseAbout,
    ) -> Result<Result<Case, CaseRefusal>, ServiceError> {
        let core = &self.core;
        let _one_at_a_time = core.cases.lock();
        let (permit, _, before) = core.seen_case(viewer, id)?;
        let about = returned(permit.masks(), about, &before.about);
        let about = match core.checked(about, &before.about.in_charge)? {
            Ok(about) => about,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let case = Case { about, ..before.clone() };
        core.put_case(&permit, &case, describe(Act::audit("case.change").on(id), &case, Some(&before)))?;
        Ok(Ok(shown(permit.masks(), case)))
    }

    /// Says whether a case goes on.
    pub fn set_case_state(&self, viewer: &Viewer, id: CaseId, state: CaseState) -> Result<Case, ServiceError> {
        let core = &self.core;
        let _one_at_a_time = core.cases.lock();
        let (permit, _, before) = core.seen_case(viewer, id)?;
        let case = Case { state, ..before.clone() };
        core.put_case(&permit, &case, describe(Act::audit("case.change").on(id), &case, Some(&before)))?;
        Ok(shown(permit.masks(), case))
    }

    /// A case; none where there is none to see.
    pub fn case(&self, viewer: &Viewer, id: CaseId) -> Result<Option<Case>, ServiceError> {
        let permit = self.core.allow_on(viewer, Action::ManageCases, id)?;
        let found = self.core.store.read()?.case(id)?.filter(|case| sees(viewer, case));
        Ok(found.map(|case| shown(permit.masks(), case)))
    }

    /// The cases that the viewer may see, newest first.
    pub fn cases(
        &self,
        viewer: &Viewer,
        filter: &CaseFilter,
        page: &PageRequest,
    ) -> Result<Connection<Case>, ServiceError> {
        let permit = self.core.allow(viewer, Action::ManageCases)?;
        filter.check()?;
        let (limit, after) = (page.limit()?, page.after.as_deref().map(read_moment).transpose()?);
        let behind = |case: &Case| {
            // Newest first: what lies behind a cursor was opened before it, or at once with a higher id.
            after.is_none_or(|(at, id)| case.opened_at < at || (case.opened_at == at && case.id.0 > id))
        };
        let tx = self.core.store.read()?;
        let (mut edges, mut total, mut has_next, mut key) = (Vec::new(), 0, false, None);
        loop {
            let found = tx.cases(&Page { after: key, limit: CASES_AT_ONCE })?;
            key = found.last().map(|case| (case.opened_at, case.id));
            let last = found.len() < CASES_AT_ONCE;
            let seen = found.into_iter().filter(|case| sees(viewer, case)).map(|case| shown(permit.masks(), case));
            // By what is masked nothing is found.
            for case in seen.filter(|case| filter.fits(case)) {
                total += 1;
                if !behind(&case) {
                    continue;
                }
                if edges.len() == limit {
                    has_next = true;
                    continue;
                }
                edges.push(Edge { cursor: write_moment(case.opened_at, case.id.0), node: case });
            }
            if last {
                return Ok(Connection { edges, has_next, has_previous: after.is_some(), total });
            }
        }
    }

    /// Who may be put in charge of a case, by name: everybody who may work on cases.
    pub fn case_people(&self, viewer: &Viewer) -> Result<Vec<User>, ServiceError> {
        self.core.allow(viewer, Action::ManageCases)?;
        let tx = self.core.store.read()?;
        let mut people = Vec::new();
        for user in tx.users()?.into_iter().map(|row| row.user) {
            if works_on_cases(&tx, &user)? {
                people.push(user);
            }
        }
        people.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(people)
    }

    /// Who is in charge of a case; who works here no more is in it too.
    pub fn in_charge_of(&self, viewer: &Viewer, id: CaseId) -> Result<Vec<User>, ServiceError> {
        let (_, tx, case) = self.core.seen_case(viewer, id)?;
        let user = |id: &UserId| Ok(tx.user(*id)?.map(|row| row.user));
        case.about.in_charge.iter().filter_map(|id| user(id).transpose()).collect()
    }
}
