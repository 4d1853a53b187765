//! Waits, before an answer leaves, until the events of what it shows are durable: the one place through which every answer goes, by POST, GET and socket.

use std::sync::{Arc, Mutex, PoisonError};

use async_graphql::extensions::{Extension, ExtensionContext, ExtensionFactory, NextExecute};
use async_graphql::{Context, Pos, Response, Result, async_trait};
use xinju_service::error::ServiceError;
use xinju_service::reading::{Reading, Receipt};

use crate::graphql::error::fault;
use crate::session::blocking;

/// Receipts of what an operation has read so far.
#[derive(Default)]
pub(crate) struct Receipts(Mutex<Vec<Receipt>>);

/// What was read, to be written into the answer; its receipt is waited for before that leaves.
pub(crate) fn keep<T>(context: &Context<'_>, reading: Reading<T>) -> Result<T> {
    let nobody_waits = || fault(&ServiceError::Internal("an operation without receipts".into()));
    let receipts = context.data_opt::<Receipts>().ok_or_else(nobody_waits)?;
    let (read, receipt) = reading.apart();
    receipts.0.lock().unwrap_or_else(PoisonError::into_inner).push(receipt);
    Ok(read)
}

impl Receipts {
    fn take(&self) -> Vec<Receipt> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Waits for all of them.
    async fn durable(&self) -> std::result::Result<(), ServiceError> {
        let receipts = self.take();
        if receipts.is_empty() {
            return Ok(());
        }
        blocking(move || receipts.into_iter().try_for_each(Receipt::wait)).await
    }
}

/// The extension that waits.
pub(crate) struct DurableFirst;

impl ExtensionFactory for DurableFirst {
    fn create(&self) -> Arc<dyn Extension> {
        Arc::new(Self)
    }
}

#[async_trait::async_trait]
impl Extension for DurableFirst {
    async fn execute(
        &self,
        context: &ExtensionContext<'_>,
        operation_name: Option<&str>,
        next: NextExecute<'_>,
    ) -> Response {
        let answer = next.run(context, operation_name).await;
        let Some(receipts) = context.data_opt::<Receipts>() else { return answer };
        match receipts.durable().await {
            Ok(()) => answer,
            // Nothing of what was read is shown: neither what the receipt is of nor what stands beside it.
            Err(error) => {
                let mut told = fault(&error).into_server_error(Pos::default());
                told.locations.clear();
                Response::from_errors(vec![told])
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use async_graphql::{EmptyMutation, EmptySubscription, Object, Request, Schema, Value};

    use super::*;

    struct Page;

    #[Object]
    impl Page {
        #[allow(clippy::unused_async, reason = "the macro wants it")]
        async fn words(&self, context: &Context<'_>, durable: bool) -> Result<String> {
            let full = || ServiceError::Internal("no space left".into());
            let receipt = Receipt::new(move || if durable { Ok(()) } else { Err(full()) });
            keep(context, Reading::new("secret words".into(), receipt))
        }
    }

    async fn ask(request: Request) -> Response {
        let schema = Schema::build(Page, EmptyMutation, EmptySubscription).extension(DurableFirst).finish();
        schema.execute(request).await
    }

    #[tokio::test]
    async fn what_is_durable_is_shown() {
        let answer = ask(Request::new("{ words(durable: true) }").data(Receipts::default())).await;
        assert!(answer.errors.is_empty() && answer.data.to_string().contains("secret words"));
    }

    #[tokio::test]
    async fn an_event_that_fails_takes_the_whole_answer_with_it() {
        let both = "{ a: words(durable: true) b: words(durable: false) }";
        let answer = ask(Request::new(both).data(Receipts::default())).await;
        assert_eq!(answer.data, Value::Null);
        assert_eq!(crate::graphql::error::code_of(&answer.errors[0]), Some("INTERNAL"));
    }

    #[tokio::test]
    async fn where_nobody_would_wait_nothing_is_shown() {
        let answer = ask(Request::new("{ words(durable: true) }")).await;
        assert_eq!(answer.data, Value::Null);
    }
}
