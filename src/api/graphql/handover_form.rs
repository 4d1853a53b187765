//! Forms of handovers: what goes from a leaver to a successor, and who signed it.

use async_graphql::{Context, Enum, ID, InputObject, Object, Result, SimpleObject};
use xinju_model::handover_form as model;
use xinju_model::id::{CustomerId, HandoverFormId};
use xinju_service::error::ServiceError;
use xinju_service::handover_form::{self, FormView, FormWords};
use xinju_service::page::Connection;

use crate::graphql::context::{call, principal, where_allowed};
use crate::graphql::error::fault;
use crate::graphql::page::{self, Page};
use crate::graphql::scalars::{DateTime, Long};
use crate::graphql::staff::Staff;

/// What reading a form costs of the complexity limit: it may list twenty thousand customers, and is an event itself.
const FORM_COST: usize = 1_000;

/// As whom somebody signs.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "xinju_model::handover_form::SignedAs")]
pub(crate) enum SignedAs {
    /// The leaver.
    Leaver,
    /// Somebody who manages people, in place of a leaver who cannot sign any more.
    Witness,
    /// The successor.
    Successor,
}

/// What a line of a form is.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "xinju_model::handover_form::FormItemKind")]
pub(crate) enum FormItemKind {
    /// Something that was promised to a customer.
    Promise,
    /// Something that remains to be done.
    Task,
}

/// Why a form was not filled in, signed or opened again.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "xinju_service::handover_form::FormRefusal")]
pub(crate) enum FormRefusal {
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

/// A signature: a confirmed identity under the form's digest.
#[derive(SimpleObject)]
struct FormSignature {
    signed_as: SignedAs,
    /// The name of who signed, as it was then.
    name: String,
    at: DateTime,
    /// Why a witness signed in the leaver's place; null for others.
    reason: Option<String>,
}

impl From<&model::Signature> for FormSignature {
    fn from(signature: &model::Signature) -> Self {
        Self {
            signed_as: signature.signed_as.into(),
            name: signature.name.clone(),
            at: signature.at.into(),
            reason: signature.reason.clone(),
        }
    }
}

/// A form of a handover in a list, without what stands on it.
pub(crate) struct HandoverForm(pub(crate) model::HandoverForm);

/// A form of a handover in a list, without what stands on it.
#[Object]
impl HandoverForm {
    async fn id(&self) -> ID {
        self.0.id.to_string().into()
    }
    async fn handover_id(&self) -> ID {
        self.0.handover.to_string().into()
    }
    /// Who gives; null where the viewer may not see staff.
    async fn leaver(&self, context: &Context<'_>) -> Result<Option<Staff>> {
        let id = self.0.leaver;
        Ok(call(context, move |service, viewer| where_allowed(service.staff(viewer, id))).await?.map(Staff))
    }
    /// Who takes; null where the viewer may not see staff.
    async fn successor(&self, context: &Context<'_>) -> Result<Option<Staff>> {
        let id = self.0.successor;
        Ok(call(context, move |service, viewer| where_allowed(service.staff(viewer, id))).await?.map(Staff))
    }
    /// When the customers went over.
    async fn made_at(&self) -> DateTime {
        self.0.made_at.into()
    }
    /// How many customers stand on it.
    async fn customers(&self) -> Long {
        self.0.customers.into()
    }
    /// Who signed so far.
    async fn signatures(&self) -> Vec<FormSignature> {
        self.0.signatures.iter().map(Into::into).collect()
    }
    /// Whether both sides have signed: from then on nothing changes.
    async fn complete(&self) -> bool {
        self.0.is_complete()
    }
}

/// A person on a form, as the directory had it when the form was made.
#[derive(SimpleObject)]
struct FormPerson {
    id: ID,
    name: String,
    /// The channel's own id.
    channel_id: String,
    /// Departments by name.
    departments: Vec<String>,
}

impl From<&model::FormPerson> for FormPerson {
    fn from(person: &model::FormPerson) -> Self {
        Self {
            id: person.id.to_string().into(),
            name: person.name.clone(),
            channel_id: person.account.clone(),
            departments: person.departments.clone(),
        }
    }
}

/// A customer on a form, as it was when the form was made.
#[derive(SimpleObject)]
struct FormCustomer {
    id: ID,
    name: String,
    /// Null where it was not known.
    company: Option<String>,
    /// The channel's own ids.
    channel_ids: Vec<String>,
    /// Conversations of two with this customer.
    conversations: Long,
    /// Messages in them.
    messages: Long,
    /// The newest message in them; null where there was none.
    last_contact_at: Option<DateTime>,
}

impl From<model::FormCustomer> for FormCustomer {
    fn from(customer: model::FormCustomer) -> Self {
        Self {
            id: customer.id.to_string().into(),
            name: customer.name,
            company: customer.company,
            channel_ids: customer.channel_ids,
            conversations: customer.conversations.into(),
            messages: customer.messages.into(),
            last_contact_at: customer.last_contact.map(DateTime),
        }
    }
}

/// A promise or task on a form.
#[derive(SimpleObject)]
struct FormItem {
    kind: FormItemKind,
    text: String,
    /// The customer, one of the form's; null where it is about none of them.
    customer_id: Option<ID>,
    /// The customer's name on the form; null where it is about none of them.
    customer_name: Option<String>,
    /// The day by which, as 2026-12-31; null where there is none.
    due: Option<String>,
    done: bool,
}

/// A form of a handover with what stands on it (客户信息交接表).
pub(crate) struct HandoverFormSheet(FormView);

/// A form of a handover with what stands on it (客户信息交接表).
#[Object]
impl HandoverFormSheet {
    async fn id(&self) -> ID {
        self.0.form.id.to_string().into()
    }
    async fn handover_id(&self) -> ID {
        self.0.form.handover.to_string().into()
    }
    /// The company's name.
    async fn company(&self) -> &str {
        &self.0.content.company
    }
    /// Who gives.
    async fn leaver(&self) -> FormPerson {
        (&self.0.content.leaver).into()
    }
    /// Who takes.
    async fn successor(&self) -> FormPerson {
        (&self.0.content.successor).into()
    }
    /// When the customers went over.
    async fn made_at(&self) -> DateTime {
        self.0.content.made_at.into()
    }
    /// The customers that went over, by name.
    #[graphql(complexity = "page::cost(first, child_complexity)")]
    #[allow(clippy::unused_async, reason = "resolvers are asynchronous, whatever they do")]
    async fn customers(&self, first: Option<i32>, after: Option<String>) -> Result<Page<FormCustomer>> {
        let page = page::request(first, after)?;
        let found: Result<Connection<_>, ServiceError> = self.0.customers(&page);
        Ok(Page::new(found.map_err(|error| fault(&error))?, FormCustomer::from))
    }
    /// Promises and tasks.
    async fn items(&self) -> Vec<FormItem> {
        let name = |id: CustomerId| {
            let customer = self.0.content.customers.iter().find(|customer| customer.id == id);
            customer.map(|customer| customer.name.clone())
        };
        let item = |item: &model::FormItem| FormItem {
            kind: item.kind.into(),
            text: item.text.clone(),
            customer_id: item.customer.map(|id| id.to_string().into()),
            customer_name: item.customer.and_then(name),
            due: item.due.clone(),
            done: item.done,
        };
        self.0.content.items.iter().map(item).collect()
    }
    /// Anything else.
    async fn remarks(&self) -> &str {
        &self.0.content.remarks
    }
    /// SHA-256 of `content`: what is signed.
    async fn digest(&self) -> &str {
        &self.0.form.digest
    }
    /// All that stands on it as canonical JSON (RFC 8785): whoever has it can work out `digest` without us.
    async fn content(&self) -> String {
        self.0.content.to_json()
    }
    /// Who signed so far.
    async fn signatures(&self) -> Vec<FormSignature> {
        self.0.form.signatures.iter().map(Into::into).collect()
    }
    /// Whether both sides have signed: from then on nothing changes.
    async fn complete(&self) -> bool {
        self.0.form.is_complete()
    }
    /// Whether the viewer may write on it now.
    async fn may_fill_in(&self) -> bool {
        self.0.may_fill_in
    }
    /// As whom the viewer may sign it now; null where not at all.
    async fn may_sign_as(&self) -> Option<SignedAs> {
        self.0.may_sign_as.map(Into::into)
    }
    /// Whether the viewer may take a signature off now.
    async fn may_reopen(&self) -> bool {
        self.0.may_reopen
    }
}

/// A promise or task to put on a form.
#[derive(InputObject)]
pub(crate) struct FormItemInput {
    kind: FormItemKind,
    text: String,
    /// A customer of the form.
    customer_id: Option<ID>,
    /// The day by which, as 2026-12-31.
    due: Option<String>,
    #[graphql(default)]
    done: bool,
}

/// What is written on a form, in place of what stood there.
#[derive(InputObject)]
pub(crate) struct FillInHandoverFormInput {
    id: ID,
    company: String,
    items: Vec<FormItemInput>,
    remarks: String,
}

/// The form to sign.
#[derive(InputObject)]
pub(crate) struct SignHandoverFormInput {
    id: ID,
    /// The digest of what was read. Where it is another by now, nothing is signed: CONFLICT.
    digest: String,
    /// Why a witness signs in the leaver's place.
    reason: Option<String>,
}

/// The form to take the signature off.
#[derive(InputObject)]
pub(crate) struct ReopenHandoverFormInput {
    id: ID,
}

/// What came of writing on a form, signing it or opening it again.
#[derive(SimpleObject)]
pub(crate) struct HandoverFormPayload {
    /// Null when it was refused.
    form: Option<HandoverFormSheet>,
    /// Null when it was done.
    refusal: Option<FormRefusal>,
}

impl From<Result<FormView, handover_form::FormRefusal>> for HandoverFormPayload {
    fn from(outcome: Result<FormView, handover_form::FormRefusal>) -> Self {
        match outcome {
            Ok(view) => Self { form: Some(HandoverFormSheet(view)), refusal: None },
            Err(refusal) => Self { form: None, refusal: Some(refusal.into()) },
        }
    }
}

fn form_id(id: &ID) -> Result<HandoverFormId> {
    HandoverFormId::parse(id).map_err(|_| fault(&ServiceError::NotFound("form")))
}

/// The line; none where its customer's id is none.
fn item(input: FormItemInput) -> Option<model::FormItem> {
    Some(model::FormItem {
        customer: input.customer_id.map(|id| CustomerId::parse(&id)).transpose().ok()?,
        done: input.done,
        due: input.due.filter(|day| !day.is_empty()),
        kind: input.kind.into(),
        text: input.text,
    })
}

/// Questions about forms of handovers.
#[derive(Default)]
pub(crate) struct HandoverFormQuery;

#[Object]
impl HandoverFormQuery {
    /// A form by its id, for those who give or take on it or see to the handover; null for everybody else. Each reading is an event.
    #[graphql(complexity = "FORM_COST + child_complexity")]
    async fn handover_form(&self, context: &Context<'_>, id: ID) -> Result<Option<HandoverFormSheet>> {
        let parsed = HandoverFormId::parse(&id);
        let found = call(context, move |service, viewer| match parsed {
            Ok(id) => service.form(viewer, id),
            Err(_) => Ok(None),
        });
        Ok(found.await?.map(HandoverFormSheet))
    }

    /// The forms on which the viewer gives or takes, newest first.
    #[graphql(complexity = "page::cost(first, child_complexity)")]
    async fn own_handover_forms(
        &self,
        context: &Context<'_>,
        first: Option<i32>,
        after: Option<String>,
    ) -> Result<Page<HandoverForm>> {
        let page = page::request(first, after)?;
        let found = call(context, move |service, viewer| service.own_forms(viewer, &page)).await?;
        Ok(Page::new(found, HandoverForm))
    }
}

/// Verbs of forms of handovers.
#[derive(Default)]
pub(crate) struct HandoverFormMutation;

#[Object]
impl HandoverFormMutation {
    /// Writes on a form that nobody has signed yet.
    #[graphql(complexity = "FORM_COST + child_complexity")]
    async fn fill_in_handover_form(
        &self,
        context: &Context<'_>,
        input: FillInHandoverFormInput,
    ) -> Result<HandoverFormPayload> {
        principal(context)?;
        let id = form_id(&input.id)?;
        let Some(items) = input.items.into_iter().map(item).collect::<Option<Vec<_>>>() else {
            return Ok(HandoverFormPayload { form: None, refusal: Some(FormRefusal::CustomerUnknown) });
        };
        let words = FormWords { company: input.company, items, remarks: input.remarks };
        Ok(call(context, move |service, viewer| service.fill_in_form(viewer, id, words)).await?.into())
    }

    /// Signs a form, as the one who gives or takes, or as witness for a leaver who cannot any more. Sensitive.
    #[graphql(complexity = "FORM_COST + child_complexity")]
    async fn sign_handover_form(
        &self,
        context: &Context<'_>,
        input: SignHandoverFormInput,
    ) -> Result<HandoverFormPayload> {
        principal(context)?;
        let id = form_id(&input.id)?;
        let signed =
            call(context, move |service, viewer| service.sign_form(viewer, id, &input.digest, input.reason.as_deref()));
        Ok(signed.await?.into())
    }

    /// Takes the signature off a form that waits for the other one, so that it can be filled in again. For those who see to the handover.
    #[graphql(complexity = "FORM_COST + child_complexity")]
    async fn reopen_handover_form(
        &self,
        context: &Context<'_>,
        input: ReopenHandoverFormInput,
    ) -> Result<HandoverFormPayload> {
        principal(context)?;
        let id = form_id(&input.id)?;
        Ok(call(context, move |service, viewer| service.reopen_form(viewer, id)).await?.into())
    }
}
