//! The system's health: sizes, and checks that say what to do.

use async_graphql::{Context, Enum, Object, Result, SimpleObject};
use xinju_service::service::Service;
use xinju_service::system::{self, Health};

use crate::graphql::context::call;
use crate::graphql::scalars::{DateTime, Long};

/// How a check went.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "xinju_service::system::HealthState")]
pub(crate) enum HealthState {
    /// Well.
    Ok,
    /// Works, but somebody should look.
    Warning,
    /// Does not work.
    Failed,
}

/// One check.
#[derive(SimpleObject)]
pub(crate) struct HealthCheck {
    /// Stable name such as `disk_space`.
    name: String,
    state: HealthState,
    /// What was found.
    detail: String,
    /// What to do; null when all is well.
    advice: Option<String>,
}

impl From<system::HealthCheck> for HealthCheck {
    fn from(check: system::HealthCheck) -> Self {
        Self { name: check.name.to_owned(), state: check.state.into(), detail: check.detail, advice: check.advice }
    }
}

/// The system's health.
#[derive(SimpleObject)]
pub(crate) struct SystemHealth {
    version: String,
    started_at: DateTime,
    now: DateTime,
    data_folder: String,
    /// Entries that are durable but not yet searchable.
    index_lag: Long,
    /// Bytes of segment files.
    record_bytes: Long,
    /// Bytes of the database.
    database_bytes: Long,
    /// Bytes of the index.
    index_bytes: Long,
    /// Bytes of media files.
    media_bytes: Long,
    /// Free bytes on the data folder's file system.
    free_bytes: Long,
    /// Checks with what to do where one is not well.
    checks: Vec<HealthCheck>,
}

impl From<Health> for SystemHealth {
    fn from(health: Health) -> Self {
        Self {
            version: health.version,
            started_at: health.started_at.into(),
            now: health.now.into(),
            data_folder: health.data_folder,
            index_lag: health.index_lag.into(),
            record_bytes: health.record_bytes.into(),
            database_bytes: health.database_bytes.into(),
            index_bytes: health.index_bytes.into(),
            media_bytes: health.media_bytes.into(),
            free_bytes: health.free_bytes.into(),
            checks: health.checks.into_iter().map(Into::into).collect(),
        }
    }
}

/// Questions about the system.
#[derive(Default)]
pub(crate) struct SystemQuery;

#[Object]
impl SystemQuery {
    /// Sizes and checks.
    #[graphql(complexity = "200 + child_complexity")]
    async fn system(&self, context: &Context<'_>) -> Result<SystemHealth> {
        Ok(call(context, Service::health).await?.into())
    }
}
