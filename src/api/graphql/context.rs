//! What resolvers have at hand, and the one way from them to the service.

use std::sync::Arc;

use async_graphql::{Context, Result};
use xinju_model::access::Viewer;
use xinju_service::error::ServiceError;
use xinju_service::service::Service;
use xinju_service::session::Principal;

use crate::graphql::error::fault;
use crate::graphql::upload::Uploads;
use crate::session::{Caller, blocking};
use crate::state::App;

/// What a request brings along.
pub(crate) struct Door {
    pub(crate) app: Arc<App>,
    pub(crate) caller: Caller,
    pub(crate) uploads: Arc<Uploads>,
}

/// The request's own things.
pub(crate) fn door<'a>(context: &Context<'a>) -> Result<&'a Door> {
    context.data_opt::<Door>().ok_or_else(|| fault(&ServiceError::Internal("a request without a door".into())))
}

/// Who is signed in; the error UNAUTHENTICATED when nobody is, `NETWORK_REFUSED` where it is the network's fault.
pub(crate) fn principal(context: &Context<'_>) -> Result<Arc<Principal>> {
    let caller = &door(context)?.caller;
    let why = if caller.off_network { ServiceError::OffNetwork } else { ServiceError::Unauthenticated };
    caller.principal.clone().ok_or_else(|| fault(&why))
}

/// Runs a use case for whoever is signed in, on a thread where blocking is allowed.
pub(crate) async fn call<T: Send + 'static>(
    context: &Context<'_>,
    run: impl FnOnce(&Service, &Viewer) -> Result<T, ServiceError> + Send + 'static,
) -> Result<T> {
    let principal = principal(context)?;
    call_as(context, principal, run).await
}

/// As [`call`], for somebody who has come in with this very request.
pub(crate) async fn call_as<T: Send + 'static>(
    context: &Context<'_>,
    principal: Arc<Principal>,
    run: impl FnOnce(&Service, &Viewer) -> Result<T, ServiceError> + Send + 'static,
) -> Result<T> {
    call_public(context, move |service| run(service, &principal.viewer)).await
}

/// Runs one of the few use cases that need nobody to be signed in.
pub(crate) async fn call_public<T: Send + 'static>(
    context: &Context<'_>,
    run: impl FnOnce(&Service) -> Result<T, ServiceError> + Send + 'static,
) -> Result<T> {
    let service = door(context)?.app.service.clone();
    blocking(move || run(&service)).await.map_err(|error| fault(&error))
}

/// None where the viewer may not see it: for fields that are null then.
pub(crate) fn where_allowed<T>(result: Result<Option<T>, ServiceError>) -> Result<Option<T>, ServiceError> {
    match result {
        Err(ServiceError::Denied(_)) => Ok(None),
        other => other,
    }
}
