//! What is done to cases, and what came of it.

use async_graphql::{Context, Enum, ID, Object, Result, SimpleObject};
use xinju_model::case;
use xinju_model::id::CaseId;
use xinju_service::case::{CaseRefusal as Refused, CollectInto, NewFile, PutLink};
use xinju_service::error::ServiceError;

use crate::graphql::case::Case;
use crate::graphql::case::chain::{
    AddCaseFileInput, ChainPayload, LinkCaseInput, RemoveCaseFileInput, UnlinkCaseInput,
};
use crate::graphql::case::input::{
    ChangeCaseInput, CollectIntoCaseInput, OpenCaseInput, SetCaseStateInput, TakeOutOfCaseInput,
};
use crate::graphql::case::item::CaseItem;
use crate::graphql::context::{call, principal};
use crate::graphql::error::fault;

/// Why a case was not opened or changed, or something not collected.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CaseRefusal {
    /// A name is empty or too long.
    NameInvalid,
    /// A text is too long.
    TextTooLong,
    /// There are more parties or people in charge than there may be.
    TooManyPeople,
    /// Somebody in charge is no user.
    UserUnknown,
    /// The end is not after the beginning.
    PeriodInvalid,
    /// More context than there may be.
    ContextTooLarge,
    /// The search is empty, too long or cannot be read.
    QueryInvalid,
    /// The case is closed.
    Closed,
    /// There are as many as there may be.
    TooMany,
    /// There is no such conversation, message or customer, or it is not yours to see.
    NotThere,
}

impl From<Refused> for CaseRefusal {
    fn from(refused: Refused) -> Self {
        use case::CaseFault;
        match refused {
            Refused::Fault(CaseFault::Name) => Self::NameInvalid,
            Refused::Fault(CaseFault::Text) => Self::TextTooLong,
            Refused::Fault(CaseFault::People) => Self::TooManyPeople,
            Refused::Fault(CaseFault::NobodyInCharge) | Refused::NobodySuch => Self::UserUnknown,
            Refused::Fault(CaseFault::Period) => Self::PeriodInvalid,
            Refused::Fault(CaseFault::Context) => Self::ContextTooLarge,
            Refused::Fault(CaseFault::Query) | Refused::QueryInvalid => Self::QueryInvalid,
            Refused::Closed => Self::Closed,
            Refused::TooMany => Self::TooMany,
            Refused::NotThere => Self::NotThere,
        }
    }
}

/// What came of opening or changing a case.
#[derive(SimpleObject)]
pub(crate) struct CasePayload {
    /// Null when it was refused.
    case: Option<Case>,
    /// Null when it was done.
    refusal: Option<CaseRefusal>,
}

impl From<Result<case::Case, Refused>> for CasePayload {
    fn from(outcome: Result<case::Case, Refused>) -> Self {
        match outcome {
            Ok(case) => Self { case: Some(Case(case)), refusal: None },
            Err(refusal) => Self { case: None, refusal: Some(refusal.into()) },
        }
    }
}

/// What came of collecting something.
#[derive(SimpleObject)]
pub(crate) struct CollectIntoCasePayload {
    /// Null when it was refused.
    item: Option<CaseItem>,
    /// Null when it was done.
    refusal: Option<CaseRefusal>,
}

/// What came of taking something out.
#[derive(SimpleObject)]
pub(crate) struct TakeOutOfCasePayload {
    /// The number of what is no longer in the case; null where it was not in it, or the case is closed.
    item: Option<u32>,
}

pub(crate) fn case_id(id: &ID) -> Result<CaseId> {
    CaseId::parse(id).map_err(|_| fault(&ServiceError::NotFound("case")))
}

/// Verbs of cases.
#[derive(Default)]
pub(crate) struct CaseMutation;

#[Object]
impl CaseMutation {
    /// Opens a case.
    async fn open_case(&self, context: &Context<'_>, input: OpenCaseInput) -> Result<CasePayload> {
        let about = input.about.read(principal(context)?.user.id)?;
        Ok(call(context, move |service, viewer| service.open_case(viewer, about)).await?.into())
    }

    /// Changes what is known of a case.
    async fn change_case(&self, context: &Context<'_>, input: ChangeCaseInput) -> Result<CasePayload> {
        let (own, id) = (principal(context)?.user.id, case_id(&input.id)?);
        let about = input.about.read(own)?;
        Ok(call(context, move |service, viewer| service.change_case(viewer, id, about)).await?.into())
    }

    /// Says whether a case goes on.
    async fn set_case_state(&self, context: &Context<'_>, input: SetCaseStateInput) -> Result<CasePayload> {
        principal(context)?;
        let (id, state) = (case_id(&input.id)?, input.state.into());
        let case = call(context, move |service, viewer| service.set_case_state(viewer, id, state)).await?;
        Ok(CasePayload { case: Some(Case(case)), refusal: None })
    }

    /// Collects records for a case.
    async fn collect_into_case(
        &self,
        context: &Context<'_>,
        input: CollectIntoCaseInput,
    ) -> Result<CollectIntoCasePayload> {
        principal(context)?;
        let id = case_id(&input.case)?;
        let CollectIntoCaseInput { selection, context: rule, comment, .. } = input;
        let new = CollectInto { selection: selection.read()?, context: rule.into(), comment };
        let done = call(context, move |service, viewer| service.collect(viewer, id, new));
        Ok(match done.await? {
            Ok(item) => CollectIntoCasePayload { item: Some(CaseItem(item)), refusal: None },
            Err(refusal) => CollectIntoCasePayload { item: None, refusal: Some(refusal.into()) },
        })
    }

    /// Takes records out of a case. They stay archived.
    async fn take_out_of_case(&self, context: &Context<'_>, input: TakeOutOfCaseInput) -> Result<TakeOutOfCasePayload> {
        principal(context)?;
        let (id, number) = (case_id(&input.case)?, input.item);
        let done = call(context, move |service, viewer| service.uncollect(viewer, id, number)).await?;
        Ok(TakeOutOfCasePayload { item: done.then_some(number) })
    }

    /// Makes a link of a case's chain, or changes one.
    async fn link_case(&self, context: &Context<'_>, input: LinkCaseInput) -> Result<ChainPayload> {
        principal(context)?;
        let (id, put): (_, PutLink) = (case_id(&input.case)?, input.into());
        Ok(call(context, move |service, viewer| service.put_link(viewer, id, put)).await?.into())
    }

    /// Takes a link out of a case's chain.
    async fn unlink_case(&self, context: &Context<'_>, input: UnlinkCaseInput) -> Result<ChainPayload> {
        principal(context)?;
        let (id, number) = (case_id(&input.case)?, input.link);
        Ok(call(context, move |service, viewer| service.unlink(viewer, id, number)).await?.into())
    }

    /// Puts a file to a link of a case's chain. Its SHA-256 and its SM3 go into the ledger.
    async fn add_case_file(&self, context: &Context<'_>, input: AddCaseFileInput) -> Result<ChainPayload> {
        principal(context)?;
        let id = case_id(&input.case)?;
        let file = input.file.take(context)?;
        let new = NewFile { link: input.link, name: file.name, content: Box::new(file.file) };
        Ok(call(context, move |service, viewer| service.add_chain_file(viewer, id, new)).await?.into())
    }

    /// Takes a file out of a case's chain.
    async fn remove_case_file(&self, context: &Context<'_>, input: RemoveCaseFileInput) -> Result<ChainPayload> {
        principal(context)?;
        let (id, number) = (case_id(&input.case)?, input.file);
        Ok(call(context, move |service, viewer| service.remove_chain_file(viewer, id, number)).await?.into())
    }
}
