//! The import that runs now: its numbers, and who watches them. One at a time.

use std::time::{Duration, Instant};

use parking_lot::{Condvar, Mutex};
use xinju_model::id::ImportId;
use xinju_model::import::Import;

use crate::watch::On;

/// What is called with an import as it goes on; false ends the watch.
pub type OnImport = On<Import>;

/// Watchers are told at most once in this time, and at the end.
const TELL_EVERY: Duration = Duration::from_millis(250);

/// The seat for the running import.
#[derive(Default)]
pub(crate) struct Imports {
    live: Mutex<Option<Live>>,
    changed: Condvar,
}

struct Live {
    import: Import,
    watchers: Vec<OnImport>,
    told: Instant,
}

/// The seat of an import that has not begun yet: empty again when dropped.
pub(crate) struct Seat<'a> {
    imports: &'a Imports,
    kept: bool,
}

impl Seat<'_> {
    /// The import has begun: [`Imports::end`] empties the seat.
    pub(crate) fn keep(mut self) {
        self.kept = true;
    }
}

impl Drop for Seat<'_> {
    fn drop(&mut self) {
        if !self.kept {
            *self.imports.live.lock() = None;
            self.imports.changed.notify_all();
        }
    }
}

impl Imports {
    /// Takes the seat; none while another import has it.
    pub(crate) fn begin(&self, import: &Import) -> Option<Seat<'_>> {
        let mut live = self.live.lock();
        if live.is_some() {
            return None;
        }
        *live = Some(Live { import: import.clone(), watchers: Vec::new(), told: Instant::now() });
        Some(Seat { imports: self, kept: false })
    }

    /// An import as it stands now, given its stored row.
    pub(crate) fn present(&self, stored: Import) -> Import {
        match &*self.live.lock() {
            Some(live) if live.import.id == stored.id => live.import.clone(),
            _ => stored,
        }
    }

    /// Keeps a watcher of the running import; gives it back where that import does not run.
    pub(crate) fn watch(&self, id: ImportId, mut on: OnImport) -> Option<OnImport> {
        let mut live = self.live.lock();
        match &mut *live {
            Some(live) if live.import.id == id => {
                if on(&live.import) {
                    live.watchers.push(on);
                }
                None
            }
            _ => Some(on),
        }
    }

    /// The import went on.
    pub(crate) fn progress(&self, import: &Import) {
        let watchers = {
            let mut live = self.live.lock();
            let Some(live) = live.as_mut() else { return };
            live.import = import.clone();
            if live.told.elapsed() < TELL_EVERY {
                return;
            }
            live.told = Instant::now();
            std::mem::take(&mut live.watchers)
        };
        self.changed.notify_all();
        // Told without the lock, so that a watcher may ask for the import.
        let still = tell(watchers, import);
        if let Some(live) = self.live.lock().as_mut() {
            live.watchers.extend(still);
        }
    }

    /// The import ended; everybody is told once more.
    pub(crate) fn end(&self, import: &Import) {
        let live = self.live.lock().take();
        self.changed.notify_all();
        if let Some(live) = live {
            tell(live.watchers, import);
        }
    }

    /// Waits until the import does not run any more, calling `on` now and as it goes on.
    pub(crate) fn wait(&self, id: ImportId, on: &mut dyn FnMut(&Import)) {
        loop {
            let import = {
                let live = self.live.lock();
                match &*live {
                    Some(live) if live.import.id == id => live.import.clone(),
                    _ => return,
                }
            };
            on(&import);
            let mut live = self.live.lock();
            if live.as_ref().is_some_and(|live| live.import.id == id) {
                self.changed.wait_for(&mut live, TELL_EVERY);
            }
        }
    }
}

fn tell(watchers: Vec<OnImport>, import: &Import) -> Vec<OnImport> {
    watchers.into_iter().filter_map(|mut on| on(import).then_some(on)).collect()
}
