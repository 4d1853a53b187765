//! Who wants to be told of changes.

use parking_lot::Mutex;

/// Called with a value when it changes; false ends the watch.
pub type On<T> = Box<dyn FnMut(&T) -> bool + Send>;

/// Everybody who watches a value.
pub(crate) struct Watchers<T>(Mutex<Vec<On<T>>>);

impl<T> Default for Watchers<T> {
    fn default() -> Self {
        Self(Mutex::new(Vec::new()))
    }
}

impl<T> Watchers<T> {
    /// Tells the newcomer how things stand, and keeps it unless it has heard enough.
    pub(crate) fn add(&self, now: &T, mut on: On<T>) {
        if on(now) {
            self.0.lock().push(on);
        }
    }

    /// Tells everybody; those who have heard enough are dropped.
    pub(crate) fn tell(&self, value: &T) {
        self.0.lock().retain_mut(|on| on(value));
    }

    /// Whether nobody watches.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.lock().is_empty()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;

    #[test]
    fn watchers_hear_until_they_have_enough() {
        let (watchers, heard) = (Watchers::<u32>::default(), Arc::new(AtomicU32::new(0)));
        let count = Arc::clone(&heard);
        watchers.add(&0, Box::new(move |_| count.fetch_add(1, Ordering::Relaxed) < 2));
        for value in 1..5 {
            watchers.tell(&value);
        }
        assert_eq!(heard.load(Ordering::Relaxed), 3);
        assert!(watchers.is_empty());
    }
}
