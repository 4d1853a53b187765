//! Forms of handovers: filled in and signed by those who give and take, kept for good.

use xinju_model::access::{Action, Credential, Permit, Viewer, may};
use xinju_model::handover::{Handover, HandoverState};
use xinju_model::handover_form::{FormContent, FormCustomer, FormFault, FormItem, HandoverForm, Signature, SignedAs};
use xinju_model::id::{HandoverFormId, HandoverId, UserId};
use xinju_model::limits::FORM_TEXT_CHARS_MAX;
use xinju_model::staff::StaffState;
use xinju_store::error::StoreError;
use xinju_store::read::ReadTx;
use xinju_store::write::WriteTx;

use crate::audit::{Act, record};
use crate::error::ServiceError;
use crate::page::{Connection, PageRequest};
use crate::service::{Core, Service};
use crate::session::own_user;

/// Why a form was not filled in, signed or opened again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FormRefusal {
    /// More lines than a form has.
    TooManyItems,
    /// A text is empty where there must be one, or too long.
    TextInvalid,
    /// A day is none.
    DayInvalid,
    /// A line is about a customer who is not on the form.
    CustomerUnknown,
    /// Somebody has signed: what stands on it stays until the signature is taken off.
    AlreadySigned,
    /// Both sides have signed: nothing changes any more.
    Complete,
    /// The viewer is on neither side of the form.
    NotASide,
    /// A witness says why they sign in the leaver's place.
    ReasonMissing,
    /// The leaver can still sign.
    LeaverCanSign,
    /// Whoever signed for the other side is another person.
    BothSides,
    /// There is no signature to take off.
    NotSigned,
}

impl From<FormFault> for FormRefusal {
    fn from(fault: FormFault) -> Self {
        match fault {
            FormFault::TooManyItems => Self::TooManyItems,
            FormFault::TextInvalid => Self::TextInvalid,
            FormFault::DayInvalid => Self::DayInvalid,
            FormFault::CustomerUnknown => Self::CustomerUnknown,
        }
    }
}

/// A form with what stands on it, and what the viewer may do with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FormView {
    /// Who gives, who takes, who signed.
    pub form: HandoverForm,
    /// What stands on it.
    pub content: FormContent,
    /// Whether the viewer may write on it now.
    pub may_fill_in: bool,
    /// As whom the viewer may sign it now.
    pub may_sign_as: Option<SignedAs>,
    /// Whether the viewer may take a signature off now.
    pub may_reopen: bool,
}

/// What is written on a form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FormWords {
    /// The company's name.
    pub company: String,
    /// Promises and tasks.
    pub items: Vec<FormItem>,
    /// Anything else.
    pub remarks: String,
}

/// A form, and by what right the viewer has it before them.
struct Held {
    permit: Permit,
    form: HandoverForm,
    /// Whether the viewer sees to the handover.
    oversees: bool,
}

fn unknown() -> ServiceError {
    ServiceError::NotFound("form")
}

/// Whether the leaver has no way to sign any more.
fn leaver_is_out(tx: &ReadTx, form: &HandoverForm) -> Result<bool, StoreError> {
    let works = tx.staff(form.leaver)?.is_some_and(|staff| staff.state == StaffState::Active);
    let signs_in = tx.users()?.iter().any(|row| row.user.staff == Some(form.leaver) && row.user.active);
    Ok(!works || !signs_in)
}

/// As whom the viewer may sign: as the person who gives or takes, or as a witness where that person cannot.
fn side(tx: &ReadTx, viewer: &Viewer, held: &Held) -> Result<Result<SignedAs, FormRefusal>, StoreError> {
    let (form, own) = (&held.form, viewer.rights.staff);
    if viewer.user.is_none() || !matches!(viewer.credential, Credential::Session) {
        return Ok(Err(FormRefusal::NotASide));
    }
    let signed_as = if own == Some(form.leaver) {
        SignedAs::Leaver
    } else if own == Some(form.successor) {
        SignedAs::Successor
    } else if !held.oversees {
        return Ok(Err(FormRefusal::NotASide));
    } else if leaver_is_out(tx, form)? {
        SignedAs::Witness
    } else {
        return Ok(Err(FormRefusal::LeaverCanSign));
    };
    if form.is_complete() {
        return Ok(Err(FormRefusal::Complete));
    }
    if form.is_signed(signed_as) {
        return Ok(Err(FormRefusal::AlreadySigned));
    }
    // One account that was linked to the one and then to the other does not sign for both.
    if form.signatures.iter().any(|signature| Some(signature.user) == viewer.user) {
        return Ok(Err(FormRefusal::BothSides));
    }
    Ok(Ok(signed_as))
}

fn about(action: &'static str, form: &HandoverForm) -> Act {
    Act::audit(action)
        .on(form.id)
        .with("handover", form.handover)
        .with("leaver", form.leaver)
        .with("successors", form.successor)
}

/// A form inside a write, where it still has the content that was looked at.
fn unchanged(tx: &WriteTx<'_>, seen: &HandoverForm) -> Result<HandoverForm, StoreError> {
    let now = tx.form(seen.id)?.filter(|form| form == seen);
    now.ok_or_else(|| StoreError::Refused("the form is another now; read it once more".into()))
}

impl Core {
    /// A form for whoever is on one of its sides or sees to the handover.
    fn held(&self, viewer: &Viewer, tx: &ReadTx, id: HandoverFormId) -> Result<Held, ServiceError> {
        let permit = self.allow_any(viewer, &[Action::ReadDirectory, Action::ManagePeople], id)?;
        let form = tx.form(id)?;
        let is_side =
            |form: &HandoverForm| viewer.rights.staff.is_some_and(|own| own == form.leaver || own == form.successor);
        let oversees = match &form {
            Some(form) if may(viewer, Action::ManagePeople) => self.oversee(viewer, tx, "")?.covers(form.leaver),
            _ => false,
        };
        let form = form.filter(|form| oversees || is_side(form)).ok_or_else(unknown)?;
        Ok(Held { permit, form, oversees })
    }
}

/// What a form says, and what the viewer may do with it.
fn form_view(viewer: &Viewer, tx: &ReadTx, held: Held) -> Result<FormView, ServiceError> {
    let content = tx.form_content(held.form.id)?.ok_or_else(unknown)?;
    let is_draft = held.form.signatures.is_empty();
    let may_sign_as = side(tx, viewer, &held)?.ok();
    let may_reopen = held.oversees && !is_draft && !held.form.is_complete();
    let by_hand = matches!(viewer.credential, Credential::Session | Credential::Operator);
    Ok(FormView { may_fill_in: is_draft && by_hand, may_sign_as, may_reopen, content, form: held.form })
}

impl FormView {
    /// Some of the customers on the form, by name.
    pub fn customers(&self, page: &PageRequest) -> Result<Connection<FormCustomer>, ServiceError> {
        Connection::of_whole(self.content.customers.clone(), page, |customer| customer.id.to_string())
    }
}

impl Service {
    /// A form with all that stands on it. One event in the ledger.
    pub fn form(&self, viewer: &Viewer, id: HandoverFormId) -> Result<Option<FormView>, ServiceError> {
        let core = &self.core;
        let tx = core.store.read()?;
        let held = match core.held(viewer, &tx, id) {
            Err(ServiceError::NotFound(_)) => return Ok(None),
            other => other?,
        };
        core.audited(
            &held.permit,
            about("handover.read_form", &held.form).with("customers_count", held.form.customers),
        )?;
        form_view(viewer, &tx, held).map(Some)
    }

    /// The forms of a handover, for those who see to it.
    pub fn forms(&self, viewer: &Viewer, handover: HandoverId) -> Result<Vec<HandoverForm>, ServiceError> {
        let tx = self.core.store.read()?;
        self.core.overseen(viewer, &tx, handover)?;
        Ok(tx.forms(handover)?)
    }

    /// The forms on which the viewer gives or takes, newest first; none for those who are nobody of the staff.
    pub fn own_forms(&self, viewer: &Viewer, page: &PageRequest) -> Result<Connection<HandoverForm>, ServiceError> {
        self.core.allow(viewer, Action::ReadDirectory)?;
        let tx = self.core.store.read()?;
        let forms = viewer.rights.staff.map_or_else(|| Ok(Vec::new()), |own| tx.forms_of(own))?;
        Connection::of_whole(forms, page, |form| form.id.to_string())
    }

    /// Writes on a form that nobody has signed yet, in place of what stood there.
    pub fn fill_in_form(
        &self,
        viewer: &Viewer,
        id: HandoverFormId,
        words: FormWords,
    ) -> Result<Result<FormView, FormRefusal>, ServiceError> {
        let core = &self.core;
        let tx = core.store.read()?;
        let held = core.held(viewer, &tx, id)?;
        if !held.form.signatures.is_empty() {
            let complete = held.form.is_complete();
            return Ok(Err(if complete { FormRefusal::Complete } else { FormRefusal::AlreadySigned }));
        }
        let mut content = tx.form_content(id)?.ok_or_else(unknown)?;
        if let Err(fault) = content.fill_in(words.company, words.items, words.remarks) {
            return Ok(Err(fault.into()));
        }
        let (seen, form) = (held.form.clone(), HandoverForm { digest: content.digest(), ..held.form.clone() });
        let act = about("handover.edit_form", &form)
            .with("form_sha256_before", &seen.digest)
            .with("form_sha256_after", &form.digest)
            .with("items", content.items.len());
        let (now, row) = (core.clock.now(), form.clone());
        core.store.write(&held.permit, move |tx| {
            unchanged(tx, &seen)?;
            tx.put_form(&row, Some(&content))?;
            record(tx, now, &act)
        })?;
        form_view(viewer, &core.store.read()?, Held { form, ..held }).map(Ok)
    }

    /// Signs what `digest` names, as the one who gives or takes, or with a reason as witness for a leaver who cannot any more. Sensitive.
    /// When both sides have signed the form is complete, and when all forms are, the handover is closed.
    pub fn sign_form(
        &self,
        viewer: &Viewer,
        id: HandoverFormId,
        digest: &str,
        reason: Option<&str>,
    ) -> Result<Result<FormView, FormRefusal>, ServiceError> {
        let core = &self.core;
        let _one_at_a_time = core.people.lock();
        let tx = core.store.read()?;
        let held = core.held(viewer, &tx, id)?;
        core.fresh(viewer)?;
        let signed_as = match side(&tx, viewer, &held)? {
            Ok(signed_as) => signed_as,
            Err(refusal) => return Ok(Err(refusal)),
        };
        if held.form.digest != digest {
            return Err(ServiceError::Conflict("the form is another now; read it once more".into()));
        }
        let reason = reason.map(str::trim).filter(|words| !words.is_empty() && signed_as == SignedAs::Witness);
        if signed_as == SignedAs::Witness && reason.is_none() {
            return Ok(Err(FormRefusal::ReasonMissing));
        }
        if reason.is_some_and(|words| words.chars().nth(FORM_TEXT_CHARS_MAX).is_some()) {
            return Ok(Err(FormRefusal::TextInvalid));
        }
        let signature = Signature {
            signed_as,
            user: own_user(viewer)?,
            name: viewer.name.clone(),
            at: core.clock.now(),
            reason: reason.map(str::to_owned),
        };
        let form = core.put_signature(&held, signature)?;
        form_view(viewer, &core.store.read()?, Held { form, ..held }).map(Ok)
    }

    /// Takes the signature off a form that waits for the other one, so that it can be filled in again. For those who see to the handover.
    pub fn reopen_form(
        &self,
        viewer: &Viewer,
        id: HandoverFormId,
    ) -> Result<Result<FormView, FormRefusal>, ServiceError> {
        let core = &self.core;
        let _one_at_a_time = core.people.lock();
        let tx = core.store.read()?;
        core.allow_on(viewer, Action::ManagePeople, id)?;
        let held = core.held(viewer, &tx, id)?;
        if !held.oversees {
            return Ok(Err(FormRefusal::NotASide));
        }
        if held.form.is_complete() {
            return Ok(Err(FormRefusal::Complete));
        }
        if held.form.signatures.is_empty() {
            return Ok(Err(FormRefusal::NotSigned));
        }
        let (seen, form) = (held.form.clone(), HandoverForm { signatures: Vec::new(), ..held.form.clone() });
        let signers: Vec<UserId> = seen.signatures.iter().map(|signature| signature.user).collect();
        let act = about("handover.reopen_form", &form).with("form_sha256", &form.digest).with_ids("user", signers);
        let (now, row) = (core.clock.now(), form.clone());
        core.store.write(&held.permit, move |tx| {
            unchanged(tx, &seen)?;
            tx.put_form(&row, None)?;
            record(tx, now, &act)
        })?;
        form_view(viewer, &core.store.read()?, Held { form, ..held }).map(Ok)
    }
}

impl Core {
    fn put_signature(&self, held: &Held, signature: Signature) -> Result<HandoverForm, ServiceError> {
        let seen = held.form.clone();
        let mut form = seen.clone();
        let now = signature.at;
        let act = about("handover.sign", &form)
            .with("form_sha256", &form.digest)
            .with("as", signature.signed_as.name())
            .with("reason", signature.reason.as_deref().unwrap_or_default());
        form.signatures.push(signature);
        let row = form.clone();
        self.store.write(&held.permit, move |tx| {
            unchanged(tx, &seen)?;
            tx.put_form(&row, None)?;
            record(tx, now, &act)?;
            if row.is_complete() {
                let signers = row.signatures.iter().map(|signature| signature.user);
                let act = about("handover.complete", &row).with("form_sha256", &row.digest).with_ids("user", signers);
                record(tx, now, &act)?;
                close_where_done(tx, row.handover)?;
            }
            Ok(())
        })?;
        Ok(form)
    }
}

/// A handover of which every form is complete is closed.
fn close_where_done(tx: &mut WriteTx<'_>, id: HandoverId) -> Result<(), StoreError> {
    let Some(handover) = tx.handover(id)? else { return Ok(()) };
    if tx.forms(id)?.iter().all(HandoverForm::is_complete) {
        tx.put_handover(&Handover { state: HandoverState::Closed, ..handover })?;
    }
    Ok(())
}
