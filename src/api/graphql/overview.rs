//! The overview: numbers of all that the viewer may see.

use async_graphql::{Context, Object, Result, SimpleObject};
use xinju_service::overview;
use xinju_service::service::Service;

use crate::graphql::context::call;
use crate::graphql::error::bad_input;
use crate::graphql::import::Import;
use crate::graphql::ledger::LedgerState;
use crate::graphql::scalars::{DateTime, Long};
use crate::graphql::search::zone;

/// Days that are counted at most.
const DAYS_MAX: u32 = 3_660;
/// Days that are counted when nobody says.
const DAYS_DEFAULT: i32 = 90;

/// How many messages there were on a day.
#[derive(SimpleObject)]
pub(crate) struct DayCount {
    /// The day's first moment in the viewer's zone.
    day: DateTime,
    messages: Long,
}

/// Numbers of all that the viewer may see.
pub(crate) struct Overview(overview::Overview);

/// Numbers of all that the viewer may see.
#[Object]
impl Overview {
    /// Archived records.
    async fn records(&self) -> Long {
        self.0.records.into()
    }
    async fn conversations(&self) -> Long {
        self.0.conversations.into()
    }
    async fn customers(&self) -> Long {
        self.0.customers.into()
    }
    async fn staff(&self) -> Long {
        self.0.staff.into()
    }
    /// Messages a day, by time sent, days of the viewer's zone; days without messages are left out.
    async fn messages_per_day(&self) -> Vec<DayCount> {
        let days = self.0.messages_per_day.iter();
        days.map(|(day, messages)| DayCount { day: DateTime(*day), messages: Long::from(*messages) }).collect()
    }
    async fn ledger(&self, context: &Context<'_>) -> Result<LedgerState> {
        Ok(LedgerState(call(context, Service::ledger).await?))
    }
    /// The newest import; null before the first, or where imports are not yours to see.
    async fn last_import(&self) -> Option<Import> {
        self.0.last_import.clone().map(Import)
    }
    /// Time of the newest message; null in an empty archive.
    async fn newest_message_at(&self) -> Option<DateTime> {
        self.0.newest_message_at.map(DateTime)
    }
}

/// Questions about the whole.
#[derive(Default)]
pub(crate) struct OverviewQuery;

#[Object]
impl OverviewQuery {
    /// Numbers of all that the viewer may see, with the last days that have messages.
    #[graphql(complexity = "200 + child_complexity")]
    async fn overview(
        &self,
        context: &Context<'_>,
        #[graphql(default_with = "Some(0)", desc = "The zone in which days begin, minutes east of UTC.")]
        zone_offset_minutes: Option<i32>,
        #[graphql(default_with = "Some(DAYS_DEFAULT)", desc = "How many days to count, up to the newest message.")]
        days: Option<i32>,
    ) -> Result<Overview> {
        let zone = zone(zone_offset_minutes)?;
        let days = u32::try_from(days.unwrap_or(DAYS_DEFAULT)).ok().filter(|days| *days <= DAYS_MAX);
        let days = days.ok_or_else(|| bad_input(&format!("`days` is between 0 and {DAYS_MAX}")))?;
        Ok(Overview(call(context, move |service, viewer| service.overview(viewer, zone, days)).await?))
    }
}
