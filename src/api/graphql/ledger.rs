//! The ledger: its state, its checkpoints, proofs that it only grew.

use async_graphql::{Context, Object, Result, SimpleObject, Subscription};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use futures_util::{Stream, StreamExt};
use tokio::sync::watch;
use tokio_stream::wrappers::WatchStream;
use xinju_service::ledger;
use xinju_service::service::Service;

use crate::graphql::context::call;
use crate::graphql::error::bad_input;
use crate::graphql::scalars::{DateTime, Long};

/// A signed head of the ledger.
pub(crate) struct CheckpointState(ledger::CheckpointState);

/// A signed head of the ledger.
#[Object]
impl CheckpointState {
    /// Entries it covers.
    async fn size(&self) -> Long {
        self.0.size.into()
    }
    /// The root over them, base64.
    async fn root(&self) -> String {
        STANDARD.encode(self.0.root)
    }
    async fn signed_at(&self) -> DateTime {
        self.0.signed_at.into()
    }
    /// The whole signed note (C2SP tlog-checkpoint).
    async fn note(&self) -> &str {
        &self.0.note
    }
}

/// The ledger at one moment.
pub(crate) struct LedgerState(pub(crate) ledger::LedgerState);

/// The ledger at one moment.
#[Object]
impl LedgerState {
    /// Entries: records and events.
    async fn size(&self) -> Long {
        self.0.size.into()
    }
    /// The log's name, which checkpoints carry.
    async fn origin(&self) -> &str {
        &self.0.origin
    }
    /// The verifier key line (C2SP signed-note).
    async fn verifier_key(&self) -> &str {
        &self.0.verifier_key
    }
    /// The newest checkpoint; null before the first.
    async fn checkpoint(&self) -> Option<CheckpointState> {
        self.0.checkpoint.clone().map(CheckpointState)
    }
    /// Sealed segments of 65,536 entries.
    async fn segments(&self) -> Long {
        self.0.segments.into()
    }
}

/// Questions about the ledger.
#[derive(Default)]
pub(crate) struct LedgerQuery;

#[Object]
impl LedgerQuery {
    /// The ledger now.
    async fn ledger(&self, context: &Context<'_>) -> Result<LedgerState> {
        Ok(LedgerState(call(context, Service::ledger).await?))
    }

    /// The proof that the tree of `from` entries begins the tree of `to` entries (RFC 6962), base64.
    #[graphql(complexity = 20)]
    async fn consistency_proof(&self, context: &Context<'_>, from: Long, to: Long) -> Result<Vec<String>> {
        let (Some(from), Some(to)) = (from.unsigned(), to.unsigned()) else {
            return Err(bad_input("sizes of trees are not negative"));
        };
        let path = call(context, move |service, viewer| service.consistency_proof(viewer, from, to)).await?;
        Ok(path.iter().map(|hash| STANDARD.encode(hash)).collect())
    }
}

/// What came of signing.
#[derive(SimpleObject)]
pub(crate) struct SignCheckpointPayload {
    /// The newest checkpoint; null in an empty ledger.
    checkpoint: Option<CheckpointState>,
}

/// Verbs of the ledger.
#[derive(Default)]
pub(crate) struct LedgerMutation;

#[Object]
impl LedgerMutation {
    /// Signs the present head of the ledger now instead of within the next second.
    async fn sign_checkpoint(&self, context: &Context<'_>) -> Result<SignCheckpointPayload> {
        let checkpoint = call(context, Service::sign_checkpoint).await?;
        Ok(SignCheckpointPayload { checkpoint: checkpoint.map(CheckpointState) })
    }
}

/// The ledger as it grows.
#[derive(Default)]
pub(crate) struct LedgerSubscription;

#[Subscription]
impl LedgerSubscription {
    /// The ledger's size and last checkpoint, now and whenever they change, at most twice a second.
    async fn ledger_changed(&self, context: &Context<'_>) -> Result<impl Stream<Item = LedgerState> + use<>> {
        let (sender, receiver) = watch::channel(None);
        let on = move |state: &ledger::LedgerState| sender.send(Some(state.clone())).is_ok();
        call(context, move |service, viewer| service.watch_ledger(viewer, Box::new(on))).await?;
        Ok(WatchStream::new(receiver).filter_map(|state| async move { state.map(LedgerState) }))
    }
}
