//! News for those who have worked out who sees what: what a commit added that may belong to somebody's scope.
//!
//! Kept in memory only and not for ever: whoever falls too far behind works everything out again.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use xinju_model::id::{ConversationId, CustomerId};

/// News that is kept: 33 bytes each.
const KEPT_MAX: usize = 50_000;

/// Something that happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum News {
    /// Somebody came to a conversation, which may be new itself.
    Party {
        /// The conversation.
        conversation: ConversationId,
        /// Who, as the store's tables name an id on a channel.
        identity: [u8; 16],
    },
    /// A customer got its first owner.
    Customer(CustomerId),
}

/// The latest news, numbered from 0.
#[derive(Debug, Default)]
pub(crate) struct NewsLog(Mutex<Kept>);

#[derive(Debug, Default)]
struct Kept {
    /// The number of the first that is kept.
    first: u64,
    items: VecDeque<News>,
}

impl Kept {
    fn end(&self) -> u64 {
        self.first + self.items.len() as u64
    }
}

impl NewsLog {
    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds what a commit has made durable.
    pub(crate) fn extend(&self, news: Vec<News>) {
        if news.is_empty() {
            return;
        }
        let mut kept = self.kept();
        kept.items.extend(news);
        let spare = kept.items.len().saturating_sub(KEPT_MAX);
        kept.items.drain(..spare);
        kept.first += spare as u64;
    }

    /// The number of the next.
    pub(crate) fn position(&self) -> u64 {
        self.kept().end()
    }

    /// Those from `from` up to `to`; none where some of them are gone.
    pub(crate) fn range(&self, from: u64, to: u64) -> Option<Vec<News>> {
        let kept = self.kept();
        let start = usize::try_from(from.checked_sub(kept.first)?).ok()?;
        let count = usize::try_from(to.min(kept.end()).saturating_sub(from)).ok()?;
        Some(kept.items.iter().skip(start).take(count).copied().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn news_is_numbered_and_the_oldest_goes() {
        let (log, item) = (NewsLog::default(), |number: u8| News::Customer(CustomerId([number; 16])));
        log.extend(vec![item(1), item(2), item(3)]);
        assert_eq!((log.position(), log.range(1, 3)), (3, Some(vec![item(2), item(3)])));
        assert_eq!((log.range(3, 3), log.range(3, 9)), (Some(vec![]), Some(vec![])));
        log.extend(vec![item(4); KEPT_MAX]);
        assert_eq!(log.range(2, 4), None);
        assert_eq!(log.range(log.position() - 1, log.position()), Some(vec![item(4)]));
    }
}
