//! The overview: numbers of all that the viewer may see.

use xinju_model::access::{Action, Scope, Viewer, may};
use xinju_model::import::Import;
use xinju_model::time::Timestamp;
use xinju_search::index::{Order, Request};
use xinju_search::query::Query;
use xinju_store::read::{ConversationFilter, Page};

use crate::customer;
use crate::error::ServiceError;
use crate::party::Snapshot;
use crate::search::check_zone;
use crate::service::Service;

/// Days that an overview shows at most.
const DAYS_MAX: u32 = 3_660;
const DAY_MS: i64 = 86_400_000;

/// Numbers of all that the viewer may see.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Overview {
    /// Records.
    pub records: u64,
    /// Conversations.
    pub conversations: u64,
    /// Customers.
    pub customers: u64,
    /// Staff.
    pub staff: u64,
    /// Messages a day: the day's first moment, and how many. Days without messages are left out.
    pub messages_per_day: Vec<(Timestamp, u64)>,
    /// The newest import; none before the first and for those who may not see imports.
    pub last_import: Option<Import>,
    /// Time of the newest message.
    pub newest_message_at: Option<Timestamp>,
}

/// The first moment of the day of `at` in a zone.
fn day_of(at: Timestamp, zone_offset_minutes: i32) -> Timestamp {
    let shift = i64::from(zone_offset_minutes) * 60_000;
    let local = at.millis().saturating_add(shift);
    Timestamp(local.div_euclid(DAY_MS).saturating_mul(DAY_MS).saturating_sub(shift))
}

impl Service {
    /// Numbers of all that the viewer may see, with the `days` days up to the newest message, cut in a zone (minutes east of UTC).
    pub fn overview(&self, viewer: &Viewer, zone_offset_minutes: i32, days: u32) -> Result<Overview, ServiceError> {
        let core = &self.core;
        let permit = core.allow(viewer, Action::ReadDirectory)?;
        let zone = check_zone(zone_offset_minutes)?;
        if days > DAYS_MAX {
            return Err(ServiceError::Limit(format!("an overview shows at most {DAYS_MAX} days")));
        }
        let (snapshot, scope) = (core.snapshot(&permit)?, permit.scope());
        let tx = &snapshot.tx;
        let newest = tx.conversations(scope, &ConversationFilter::default(), &Page { after: None, limit: 1 })?;
        let newest_message_at = newest.first().map(|conversation| conversation.last_at);
        let messages_per_day = match newest_message_at {
            Some(newest) if days > 0 => {
                let last = day_of(newest, zone);
                let from = last.plus_millis(-i64::from(days - 1) * DAY_MS);
                core.index.per_day(scope, from, last.plus_millis(DAY_MS), zone)?
            }
            _ => Vec::new(),
        };
        let last_import = if may(viewer, Action::ReadImports) {
            tx.imports(&Page { after: None, limit: 1 })?.pop().map(|import| core.imports.present(import))
        } else {
            None
        };
        let stats = tx.stats()?;
        Ok(Overview {
            records: if *scope == Scope::Everything { stats.records } else { snapshot.count_messages()? },
            conversations: tx.count_conversations(scope, &ConversationFilter::default())?,
            customers: customer::count(tx, scope, None)?,
            staff: stats.staff,
            messages_per_day,
            last_import,
            newest_message_at,
        })
    }
}

impl Snapshot<'_> {
    /// How many messages of the scope can be found.
    fn count_messages(&self) -> Result<u64, ServiceError> {
        let all = Request {
            query: &Query::All,
            scope: &self.scope,
            masked: self.is_masked(),
            order: Order::Newest,
            after: None,
            offset: 0,
            limit: 0,
            count: true,
        };
        Ok(self.core.index.search(&all, self)?.total.unwrap_or(0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_cut_in_the_zone() {
        let at = Timestamp::parse("2025-01-31T18:30:00Z").expect("time");
        assert_eq!(day_of(at, 0).to_string(), "2025-01-31T00:00:00.000Z");
        assert_eq!(day_of(at, 480).to_string(), "2025-01-31T16:00:00.000Z");
        assert_eq!(day_of(at, -480).to_string(), "2025-01-31T08:00:00.000Z");
    }
}
